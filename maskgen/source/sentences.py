"""What pydantic finds wrong, in this program's sentences. Knows nothing of files."""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from maskgen.errors import Problem
from maskgen.source.members import Failure, most_helpful

_NUMBER, _LIST, _MAPPING, _WHOLE = "must be a number", "must be a list", "must be a mapping", "must be a whole number"
_BOOL, _ONE_OF, _ABSENT = "must be true or false", "must be one of {expected}", "missing"

_WORDING = {
    "bool_parsing": _BOOL,
    "bool_type": _BOOL,
    "dict_type": _MAPPING,
    "enum": _ONE_OF,
    "extra_forbidden": "unknown key",
    "finite_number": "must be a finite number",
    "float_parsing": _NUMBER,
    "float_type": _NUMBER,
    "frozen_set_type": _LIST,
    "greater_than": "must be above {gt}",
    "greater_than_equal": "must be at least {ge}",
    "int_from_float": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_type": _WHOLE,
    "iterable_type": _LIST,
    "less_than": "must be below {lt}",
    "less_than_equal": "must be at most {le}",
    "list_type": _LIST,
    "literal_error": _ONE_OF,
    "mapping_type": _MAPPING,
    "missing": _ABSENT,
    "model_attributes_type": _MAPPING,
    "model_type": _MAPPING,
    "multiple_of": "must be a multiple of {multiple_of}",
    "none_required": "must be left out",
    "set_type": _LIST,
    "string_pattern_mismatch": "must match {pattern}",
    "string_too_long": "must have at most {max_length} characters",
    "string_too_short": "must have at least {min_length} characters",
    "string_type": "must be text",
    "too_long": "must have at most {max_length} entries",
    "too_short": "must have at least {min_length} entries",
    "tuple_type": _LIST,
    "union_tag_invalid": "must be one of {expected_tags}",
    "union_tag_not_found": _ABSENT,
}
"""What is asked for, by pydantic's type of error; what was found is added where `_SILENT` does not say otherwise."""

_SILENT = ("extra_forbidden", "missing", "union_tag_not_found")
_NUMERIC = ("greater_than", "greater_than_equal", "less_than", "less_than_equal", "multiple_of")
_CHOICES = ("literal_error", "enum", "union_tag_invalid")
_MOST_NAMES = 15
_LONGEST_VALUE = 60


def wording(error: ValidationError, data: Any, model: type[BaseModel] | None = None) -> list[Problem]:  # noqa: ANN401
    """Return what is wrong with data, each mistake once.

    Parameters
    ----------
    data
        What was validated.
    model
        What it was validated against; with it, unknown keys are answered with the nearest that is known.
    """
    failures = [_failure(details, data, model) for details in error.errors(include_url=False)]
    return list(dict.fromkeys(Problem(failure.key, failure.sentence) for failure in most_helpful(failures)))


def _failure(details: ErrorDetails, data: Any, model: type[BaseModel] | None) -> Failure:  # noqa: ANN401
    """Return one of pydantic's errors with its path in the data and our sentence."""
    kind, loc, context = details["type"], details["loc"], details.get("ctx", {})
    held = _held(loc, data, named=kind == "missing")
    key = tuple(part for part, is_held in zip(loc, held, strict=True) if is_held)
    if kind == "missing" and isinstance(loc[-1], int):
        # Too few entries: one problem of the list, told for its last place.
        wanted = f"must have at least {loc[-1] + 1} entries, got {len(details['input'])}"
        return Failure(loc, held, key[:-1], wanted, entries=loc[-1])
    if kind.startswith("union_tag_") and (tag := re.fullmatch(r"'(.*)'", str(context["discriminator"]))):
        key = (*key, tag[1])
    if kind == "extra_forbidden":
        names = _names(zip(loc[:-1], held[:-1], strict=True), model) if model else []
        return Failure(loc, held, key, _unknown(key, data, names))
    return Failure(loc, held, key, _sentence(details, _value(data, key, details)))


def _held(loc: tuple[str | int, ...], data: Any, *, named: bool) -> tuple[bool, ...]:  # noqa: ANN401
    """Tell which parts of pydantic's path are keys of the data; the others name members of unions.

    Parameters
    ----------
    named
        Whether the last part is the name of a key that is not there.
    """
    if not loc:
        return ()
    part, rest = loc[0], loc[1:]
    if named and not rest:
        return (True,)
    kept: tuple[bool, ...] = ()
    if part in data if isinstance(data, dict) else isinstance(data, list) and part in range(len(data)):
        kept = (True, *_held(rest, data[part], named=named))
        if all(kept):
            return kept
    # A tag or class may be called like a key: then the reading with more keys is the right one.
    return max(kept, (False, *_held(rest, data, named=named)), key=lambda held: (sum(held), len(held)))


def _value(data: Any, key: tuple[str | int, ...], details: ErrorDetails) -> Any:  # noqa: ANN401
    """Return the value as the user wrote it; pydantic knows only what validators made of it."""
    if "[key]" in details["loc"] or details["type"] == "union_tag_invalid":
        return details.get("ctx", {}).get("tag", details["input"])
    for part in key:
        if isinstance(data, dict) and part not in data:
            return details["input"]
        data = data[part]
    return data


def _sentence(details: ErrorDetails, value: Any) -> str:  # noqa: ANN401
    """Return what is wrong with a value."""
    kind, context = details["type"], details.get("ctx", {})
    if isinstance(context.get("error"), Exception):
        return str(context["error"])
    template = _WORDING.get(kind)
    if template is None:
        return _fallback(details["msg"], value)
    if kind == "string_too_short" and context["min_length"] == 1:
        return "must not be empty"
    is_length = kind in _NUMERIC and isinstance(details["input"], float) and details["input"] is not value
    wanted = template.format_map({name: _limit(limit, is_length=is_length) for name, limit in context.items()})
    if kind in _SILENT:
        return wanted
    if kind == "literal_error" and "," not in context["expected"] and " or " not in context["expected"]:
        wanted = wanted.replace("one of ", "", 1)
    if is_length and not isinstance(value, str):
        return f"{wanted}, got {_limit(details['input'], is_length=True)}"
    return f"{wanted}, got {_found(value, context)}{_hint(kind, context, value)}"


def _fallback(message: str, value: Any) -> str:  # noqa: ANN401
    """Return pydantic's own sentence in our form."""
    plain = message.rstrip(".").replace("Input should be", "must be").replace("Input should", "must")
    return f"{plain[:1].lower()}{plain[1:]}, got {shown(value)}"


def _limit(limit: object, *, is_length: bool) -> str:
    """Return a limit as it is read aloud, a length in µm with its unit."""
    if isinstance(limit, bool) or not isinstance(limit, int | float):
        return str(limit)
    whole = int(limit) if limit == int(limit) else limit
    return f"{whole} um" if is_length and whole else str(whole)


def _found(value: Any, context: Mapping[str, Any]) -> str:  # noqa: ANN401
    """Return what was found: how many where the number of entries is wrong, else the value."""
    count = context.get("actual_length")
    return shown(value) if count is None else str(count)


def _hint(kind: str, context: Mapping[str, Any], value: object) -> str:
    """Return a guess at what was meant, or how to write it."""
    if kind in _CHOICES:
        return _near(str(value), re.findall(r"'([^']*)'", str(context.get("expected") or context["expected_tags"])))
    if kind == "string_type" and isinstance(value, int | float):
        return f"; write '{shown(value)}'"
    return ""


def shown(value: object) -> str:
    """Return a value as YAML would have it, cut to what fits a sentence.

    Examples
    --------
    >>> shown(True), shown(None), shown("x"), shown([1])
    ('true', 'nothing', "'x'", 'a list')
    """
    if value is None or isinstance(value, bool):
        return {None: "nothing", True: "true", False: "false"}[value]
    if isinstance(value, dict | list | tuple):
        return "a mapping" if isinstance(value, dict) else "a list"
    text = repr(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def _near(name: str, known: Iterable[str]) -> str:
    """Return the guess at a name, or nothing."""
    folded = {other.casefold(): other for other in known}
    near = get_close_matches(name.casefold(), folded, n=1)
    return f", did you mean {folded[near[0]]!r}?" if near else ""


def _unknown(key: tuple[str | int, ...], data: Any, names: list[str]) -> str:  # noqa: ANN401
    """Return the sentence for a key that is none of some names."""
    for part in key[:-1]:
        data = data[part]
    hint = _near(str(key[-1]), (name for name in names if name not in data))
    if not hint and 0 < len(names) <= _MOST_NAMES:
        hint = f", known are {', '.join(names)}"
    return f"unknown key{hint}"


def _names(path: Iterable[tuple[str | int, bool]], model: type[BaseModel]) -> list[str]:
    """Return the keys that a model knows at a path of pydantic's, of which each part is a key or names a member."""
    kinds: list[Any] = [model]
    for part, is_held in path:
        kinds = (
            [found for kind in kinds for found in _within(kind, part)]
            if is_held
            else _called(kinds, str(part)) or kinds
        )
    fields = [field for kind in kinds if _is_model(kind) for field in kind.model_fields.items()]
    return list(dict.fromkeys(field.alias or name for name, field in fields if field.annotation is not NoneType))


def _is_model(kind: Any) -> bool:  # noqa: ANN401
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _called(kinds: list[Any], label: str) -> list[Any]:
    """Return the members of a union that pydantic calls by a label: a container, a class or a tag."""
    containers = [
        kind for kind in kinds if get_origin(kind) and label.startswith(f"{getattr(get_origin(kind), '__name__', '')}[")
    ]
    models = [kind for kind in kinds if _is_model(kind)]
    named = [kind for kind in models if re.search(rf"\b{kind.__name__}\b", label)]
    return containers or named or [kind for kind in models if label in _tags(kind)]


def _tags(model: type[BaseModel]) -> list[Any]:
    """Return the values of a model's fields that are listed; one of them tells it from others."""
    return [value for field in model.model_fields.values() for value in _literals(field)]


def _literals(field: FieldInfo) -> tuple[Any, ...]:
    """Return the values that a field may have, if they are listed."""
    return get_args(field.annotation) if get_origin(field.annotation) is Literal else ()


def _within(kind: Any, part: str | int) -> list[Any]:  # noqa: ANN401
    """Return the types that may stand under a key or a place of a type."""
    if _is_model(kind):
        fields = (field for name, field in kind.model_fields.items() if part == (field.alias or name))
        return [other for field in fields for other in _alternatives(field.annotation)]
    origin, inner = get_origin(kind), get_args(kind)
    if origin is dict and isinstance(part, str):
        return _alternatives(inner[1])
    if origin in (list, tuple, set, frozenset) and isinstance(part, int):
        return [other for one in inner for other in _alternatives(one)]
    return []


def _alternatives(kind: Any) -> list[Any]:  # noqa: ANN401
    """Return the members of a union, and of unions within."""
    if get_origin(kind) is Annotated:
        return _alternatives(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return [member for one in get_args(kind) for member in _alternatives(one)]
    return [kind]
