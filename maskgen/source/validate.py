"""Validation: a pydantic model on a source's data, every problem in our own words and at its own line."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from maskgen.errors import Problem
from maskgen.source.place import Key, Source

M = TypeVar("M", bound=BaseModel)

_WORDING = {
    "missing": "missing",
    "extra_forbidden": "unknown key",
    "greater_than": "must be more than {gt:g}, got {input}",
    "greater_than_equal": "must be at least {ge:g}, got {input}",
    "less_than": "must be less than {lt:g}, got {input}",
    "less_than_equal": "must be at most {le:g}, got {input}",
    "multiple_of": "must be a multiple of {multiple_of:g}, got {input}",
    "finite_number": "must be a finite number, got {input}",
    "int_type": "expected a whole number, got {input}",
    "int_parsing": "expected a whole number, got {input}",
    "int_from_float": "expected a whole number, got {input}",
    "float_type": "expected a number, got {input}",
    "float_parsing": "expected a number, got {input}",
    "bool_type": "expected true or false, got {input}",
    "bool_parsing": "expected true or false, got {input}",
    "string_type": "expected text, got {input}; put it in quotes",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "{input} is not allowed here: letters, digits, - and _ only",
    "literal_error": "must be {expected}, got {input}",
    "list_type": "expected a list, got {input}",
    "tuple_type": "expected a list, got {input}",
    "dict_type": "expected keys and values, got {input}",
    "model_type": "expected keys and values, got {input}",
    "model_attributes_type": "expected keys and values, got {input}",
    "too_short": "needs at least {min_length} entries, has {actual_length}",
    "too_long": "takes at most {max_length} entries, has {actual_length}",
    "none_required": "must be left out",
    "union_tag_invalid": "{discriminator} must be one of {expected_tags}, got '{tag}'",
    "union_tag_not_found": "needs the key {discriminator}",
}


def validate(source: Source, model: type[M], *, context: Mapping[str, Any] | None = None) -> M:
    """Return the model of a source.

    Lengths without a unit of their own are in the source's unit (`maskgen.units.Length`).

    Raises
    ------
    SourceError
        With all problems at once.
    """
    try:
        return model.model_validate(source.data, context={"unit": source.unit} | dict(context or {}))
    except ValidationError as error:
        raise source.error(wording(error, source.data, model)) from None


def wording(error: ValidationError, data: Any, model: type[BaseModel] | None = None) -> list[Problem]:  # noqa: ANN401
    """Return pydantic's complaints as problems: our words, keys of the data only, unions told by their best member."""
    problems = [(_key(details, data), details) for details in error.errors()]
    kept = _without_unlikely(problems)
    return [Problem(key, _sentence(details, key, model)) for key, details in kept]


def _key(details: ErrorDetails, data: Any) -> Key:  # noqa: ANN401
    """Return a location without the names of union members and validators, which are no keys of the data."""
    key: list[str | int] = []
    last = len(details["loc"]) - 1
    for number, part in enumerate(details["loc"]):
        here = isinstance(data, dict) and part in data
        if here or (isinstance(data, list) and isinstance(part, int) and part < len(data)):
            key.append(part)
            data = data[part]
        elif number == last and details["type"] == "missing":
            key.append(part)
    return tuple(key)


def _without_unlikely(problems: list[tuple[Key, ErrorDetails]]) -> list[tuple[Key, ErrorDetails]]:
    """Return the problems without those that another member of a union would have about the same value.

    Where one value has several complaints, the user meant the member that got farthest into it; of equals, the last.
    """
    best: dict[Key, tuple[Key, ErrorDetails]] = {}
    kept = []
    for key, details in problems:
        if not _is_union_member(details, key):
            kept.append((key, details))
            continue
        root = _union_root(details, key)
        if root not in best or len(key) >= len(best[root][0]):
            best[root] = key, details
    return kept + list(best.values())


def _is_union_member(details: ErrorDetails, key: Key) -> bool:
    extra = len(details["loc"]) - len(key)
    return extra > 0


def _union_root(details: ErrorDetails, key: Key) -> Key:
    """Return the part of a location that comes before the first name of a union member."""
    for number, part in enumerate(details["loc"]):
        if number >= len(key) or key[number] != part:
            return key[:number]
    return key


def _sentence(details: ErrorDetails, key: Key, model: type[BaseModel] | None) -> str:
    """Return our sentence for one complaint."""
    kind, context = details["type"], dict(details.get("ctx") or {})
    if kind in ("value_error", "assertion_error"):
        return str(context.get("error", details["msg"]))
    words = _WORDING.get(kind)
    if words is None:
        return details["msg"][:1].lower() + details["msg"][1:]
    context["input"] = shown(details["input"])
    sentence = words.format(**context)
    if kind == "extra_forbidden" and model is not None:
        return sentence + _hint(str(key[-1]), _fields(model, key[:-1]))
    if kind == "literal_error":
        return sentence + _hint(
            str(details["input"]), [word.strip("' ") for word in context["expected"].replace(" or ", ",").split(",")]
        )
    return sentence


def _hint(word: str, known: list[str]) -> str:
    near = get_close_matches(word, known, n=1)
    return f", did you mean {near[0]!r}" if near else ""


def _fields(model: type[BaseModel], key: Key) -> list[str]:
    """Return the keys that the models at a place know."""
    models = [model]
    for part in key:
        if isinstance(part, int):
            continue
        models = [
            found
            for one in models
            for name, info in one.model_fields.items()
            if part in (name, info.alias)
            for found in _models_in(info.annotation)
        ]
    return [info.alias or name for one in models for name, info in one.model_fields.items()]


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401
    """Yield the models that an annotation holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def shown(value: object) -> str:
    """Return a value as YAML writes it, short."""
    if isinstance(value, dict | list):
        return "keys and values" if isinstance(value, dict) else "a list"
    if value is None or isinstance(value, bool):
        return {None: "nothing", True: "true", False: "false"}[value]
    return f"{value:g}" if isinstance(value, int | float) else repr(str(value)[:60])
