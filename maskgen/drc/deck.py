"""Rule decks: YAML files of rules, each a check with its numbers. Mistakes are answered with line and caret."""

import pkgutil
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema

from maskgen import expressions
from maskgen.drc import checks
from maskgen.errors import Problem, ProblemsError
from maskgen.expressions import Expression, ExpressionError
from maskgen.source import Source, read_source, shown, validate, wording
from maskgen.spec.fields import Name
from maskgen.spec.waivers import Waiver
from maskgen.technology.shelf import find

_KEY = re.compile(r"(\d{1,9})(?:/(\d{1,9}))?")


def _layer_key(value: object) -> tuple[int, int]:
    """Return layer and datatype of a text such as ``1/0``, or of a number, which is a layer with datatype 0."""
    match = _KEY.fullmatch(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else None
    if match is None:
        raise ValueError(f"expected layer/datatype such as 1/0, got {shown(value)}")
    return int(match[1]), int(match[2] or 0)


LayerKey = Annotated[
    tuple[int, int],
    BeforeValidator(_layer_key),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string", "pattern": f"^{_KEY.pattern}$"}]}),
]
"""Layer and datatype."""


class DeckFile(BaseModel):
    """What a deck may say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    deck: Name = Field(description="Name of the deck")
    unit: str | None = Field(None, description="Unit of bare lengths")
    layers: dict[Name, LayerKey] = Field(
        default_factory=dict,
        description="Layers of a layout from elsewhere, as layer/datatype; decks of a technology need none",
    )
    include: list[str] = Field(default_factory=list, description="Decks whose rules also hold: shipped names or files")
    derived: dict[str, str] = Field(default_factory=dict, description="Layers made for the rules")
    rules: dict[str, dict[str, Any]] = Field(description="Rules by id: check, its numbers, severity, why")
    waive: list[Waiver] = Field(default_factory=list, description="Findings that are accepted, with reason and name")


@dataclass(frozen=True)
class Rule:
    """One line of a deck, its numbers computed."""

    id: str
    check: str
    severity: Literal["error", "warning"]
    why: str
    params: Any


@dataclass(frozen=True)
class Deck:
    """Rules ready to run, and the layers made for them.

    Parameters
    ----------
    layers
        Layer and datatype of each layer of a layout; none in the decks of a technology.
    """

    name: str
    rules: tuple[Rule, ...]
    derived: Mapping[str, Expression]
    layers: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    waive: tuple[Waiver, ...] = ()


@cache
def check_names() -> tuple[str, ...]:
    """Return the names of all checks, hyphens as in decks."""
    return tuple(sorted(found.name for found in pkgutil.iter_modules(checks.__path__)))


def check_module(name: str) -> ModuleType:
    """Return the module of one check."""
    return import_module(f"{checks.__name__}.{name}")


@cache
def known_checks() -> dict[str, ModuleType]:
    """Return every check module by name, hyphens as in decks."""
    return {name: check_module(name) for name in check_names()}


@dataclass(eq=False)
class _Draft:
    """A deck in the making: what is known so far, and what is wrong."""

    layers: dict[str, tuple[int, int]] = field(default_factory=dict)
    derived: dict[str, Expression] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_deck(
    name: str, beside: Path, *, layers: frozenset[str], numbers: Mapping[str, float], within: tuple[Path, ...] = ()
) -> Deck:
    """Return a deck for a technology, and all that it includes.

    Parameters
    ----------
    name
        A shipped deck or the path of a file beside `beside`.
    layers
        Layers that exist.
    numbers
        Numbers [µm] that rules may name in formulas.
    within
        Decks that include this one.

    Raises
    ------
    SourceError
        With every mistake, each at its line.
    """
    return _read(find(name, beside, ".drc.yaml"), _Given(layers, numbers, is_layout=False), within)


def read_layout_deck(path: Path) -> Deck:
    """Return a deck for layouts from elsewhere: it says its layers itself, and asks for nothing but shapes.

    Raises
    ------
    SourceError
        With every mistake, each at its line.
    """
    return _read(path, _Given(frozenset(), {}, is_layout=True), ())


@dataclass(frozen=True)
class _Given:
    """What a deck may name without saying it itself, and what it is for."""

    layers: frozenset[str]
    numbers: Mapping[str, float]
    is_layout: bool


def _read(path: Path, given: _Given, within: tuple[Path, ...]) -> Deck:
    """Return a deck from its file."""
    if path.resolve() in within:
        raise ValueError(f"{path.name} includes itself")
    source = read_source(path)
    file = validate(source, DeckFile)
    draft = _Draft(layers=dict(file.layers) if given.is_layout else {})
    given = replace(given, layers=given.layers | draft.layers.keys())
    _include(file, path, given, within=within, draft=draft)
    if given.is_layout and not within and not draft.layers:
        draft.problems.append(Problem(("layers",), "missing: say what the rules look at, such as {PAD: 1/0}"))
    known = given.layers | draft.layers.keys() | file.derived.keys() | draft.derived.keys()
    _derive(file, replace(given, layers=known), draft)
    for id_, entry in file.rules.items():
        try:
            draft.rules[id_] = _rule(id_, entry, source, replace(given, layers=known))
        except ProblemsError as error:
            draft.problems += error.problems
    if draft.problems:
        raise source.error(draft.problems)
    return Deck(file.deck, tuple(draft.rules.values()), draft.derived, draft.layers, tuple(file.waive))


def _derive(file: DeckFile, given: _Given, draft: _Draft) -> None:
    """Add the layers that a deck derives; those that mean nothing are added to the problems."""
    for name, text in file.derived.items():
        if name in file.layers:
            draft.problems.append(Problem(("derived", name), "is the name of a layer too"))
            continue
        try:
            draft.derived[name] = expressions.parse(text, layers=given.layers - {name}, numbers=given.numbers)
        except ExpressionError as error:
            draft.problems.append(Problem(("derived", name), str(error), error.column))
    if not draft.problems and (circle := expressions.circle(draft.derived)):
        draft.problems.append(Problem(("derived",), f"layers are made from each other: {circle}"))


def _include(file: DeckFile, path: Path, given: _Given, *, within: tuple[Path, ...], draft: _Draft) -> None:
    """Add what the decks say that a deck includes; what cannot be found is added to the problems."""
    for index, other in enumerate(file.include):
        try:
            included = _read(find(other, path.parent, ".drc.yaml"), given, (*within, path.resolve()))
        except ValueError as error:
            draft.problems.append(Problem(("include", index), str(error)))
        else:
            draft.rules |= {rule.id: rule for rule in included.rules}
            draft.derived |= included.derived
            draft.layers = {**included.layers, **draft.layers}


def _rule_problems(check: object, severity: object, why: object) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with that which every rule says: key and sentence."""
    if check is None:
        yield "check", f"missing, known are {', '.join(check_names())}"
    elif not isinstance(check, str):
        yield "check", f"must be text, got {shown(check)}"
    elif check not in check_names():
        near = get_close_matches(check, check_names(), n=1)
        hint = f", did you mean {near[0]!r}" if near else f", known: {', '.join(check_names())}"
        yield "check", f"unknown check {check!r}{hint}"
    if severity not in ("error", "warning"):
        yield "severity", f"must be error or warning, got {shown(severity)}"
    if not isinstance(why, str):
        yield "why", f"must be text, got {shown(why)}"


def _rule(id_: str, entry: dict[str, Any], source: Source, given: _Given) -> Rule:
    """Return one rule, its parameters validated by its check."""
    rest = dict(entry)
    check, severity, why = rest.pop("check", None), rest.pop("severity", "error"), rest.pop("why", "")
    if problems := list(_rule_problems(check, severity, why)):
        raise ProblemsError([Problem(("rules", id_, key), sentence) for key, sentence in problems])
    module = check_module(check)
    if given.is_layout and not hasattr(module, "check"):
        sentence = (
            f"{check!r} looks at a package as a whole, which only a spec describes: no layout can be checked by it"
        )
        raise ProblemsError([Problem(("rules", id_, "check"), sentence)])
    context = {"unit": source.unit, "layers": given.layers, "numbers": given.numbers}
    try:
        params = module.Params.model_validate(rest, context=context)
    except ValidationError as error:
        columns = _columns(error)
        found = wording(error, rest, module.Params)
        raise ProblemsError(
            [Problem(("rules", id_, *one.key), one.sentence, columns.get(one.key)) for one in found]
        ) from None
    return Rule(id_, check, severity, str(why), params)


def _columns(error: ValidationError) -> dict[tuple[str | int, ...], int]:
    """Return where in the text of an expression it is wrong, by key."""
    causes = ((entry["loc"], entry.get("ctx", {}).get("error")) for entry in error.errors())
    return {key: cause.column for key, cause in causes if isinstance(cause, ExpressionError)}
