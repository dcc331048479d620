"""Rule decks: YAML files of rules, each a check with its numbers. Mistakes are answered with line and caret."""

import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from maskgen import expressions
from maskgen.drc import checks
from maskgen.errors import Problem, ProblemsError
from maskgen.expressions import Expression, ExpressionError
from maskgen.source import Source, read_source, shown, validate, wording
from maskgen.technology.shelf import find


class DeckFile(BaseModel):
    """What a deck may say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    deck: str = Field(description="Name of the deck")
    unit: str | None = Field(None, description="Unit of bare lengths")
    include: list[str] = Field(default_factory=list, description="Decks whose rules also hold: shipped names or files")
    derived: dict[str, str] = Field(default_factory=dict, description="Layers made for the rules")
    rules: dict[str, dict[str, Any]] = Field(description="Rules by id: check, its numbers, severity, why")


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
    """Rules ready to run, and the layers made for them."""

    name: str
    rules: tuple[Rule, ...]
    derived: Mapping[str, Expression]


@cache
def known_checks() -> dict[str, ModuleType]:
    """Return every check module by name, hyphens as in decks."""
    names = sorted(found.name for found in pkgutil.iter_modules(checks.__path__))
    return {name: import_module(f"{checks.__name__}.{name}") for name in names}


def read_deck(
    name: str,
    beside: Path,
    *,
    layers: frozenset[str],
    numbers: Mapping[str, float],
    within: tuple[Path, ...] = (),
) -> Deck:
    """Return a deck and all that it includes.

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
    path = find(name, beside, ".drc.yaml")
    if path.resolve() in within:
        raise ValueError(f"{name} includes itself")
    source = read_source(path)
    file = validate(source, DeckFile)
    problems: list[Problem] = []
    rules, derived = _included(file, path, layers, numbers, within=within, problems=problems)
    known = layers | file.derived.keys() | derived.keys()
    for layer, text in file.derived.items():
        try:
            derived[layer] = expressions.parse(text, layers=known - {layer}, numbers=numbers)
        except ExpressionError as error:
            problems.append(Problem(("derived", layer), str(error)))
    if not problems and (circle := expressions.circle(derived)):
        problems.append(Problem(("derived",), f"layers are made from each other: {circle}"))
    for id_, entry in file.rules.items():
        try:
            rules[id_] = _rule(id_, entry, source, known, numbers)
        except ProblemsError as error:
            problems += error.problems
    if problems:
        raise source.error(problems)
    return Deck(file.deck, tuple(rules.values()), derived)


def _included(
    file: DeckFile,
    path: Path,
    layers: frozenset[str],
    numbers: Mapping[str, float],
    *,
    within: tuple[Path, ...],
    problems: list[Problem],
) -> tuple[dict[str, Rule], dict[str, Expression]]:
    """Return rules and layers of the decks that a deck includes; what cannot be found is added to the problems."""
    rules: dict[str, Rule] = {}
    derived: dict[str, Expression] = {}
    for index, other in enumerate(file.include):
        try:
            trail = (*within, path.resolve())
            included = read_deck(other, path.parent, layers=layers, numbers=numbers, within=trail)
        except ValueError as error:
            problems.append(Problem(("include", index), str(error)))
        else:
            rules |= {rule.id: rule for rule in included.rules}
            derived |= included.derived
    return rules, derived


def _rule_problems(check: object, severity: object, why: object) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with that which every rule says: key and sentence."""
    if check is None:
        yield "check", f"missing, known are {', '.join(known_checks())}"
    elif not isinstance(check, str):
        yield "check", f"must be text, got {shown(check)}"
    elif check not in known_checks():
        near = get_close_matches(check, known_checks(), n=1)
        hint = f", did you mean {near[0]!r}" if near else f", known: {', '.join(known_checks())}"
        yield "check", f"unknown check {check!r}{hint}"
    if severity not in ("error", "warning"):
        yield "severity", f"must be error or warning, got {shown(severity)}"
    if not isinstance(why, str):
        yield "why", f"must be text, got {shown(why)}"


def _rule(id_: str, entry: dict[str, Any], source: Source, known: frozenset[str], numbers: Mapping[str, float]) -> Rule:
    """Return one rule, its parameters validated by its check."""
    rest = dict(entry)
    check, severity, why = rest.pop("check", None), rest.pop("severity", "error"), rest.pop("why", "")
    if problems := list(_rule_problems(check, severity, why)):
        raise ProblemsError([Problem(("rules", id_, key), sentence) for key, sentence in problems])
    context = {"unit": source.unit, "layers": known, "numbers": numbers}
    model = known_checks()[check].Params
    try:
        params = model.model_validate(rest, context=context)
    except ValidationError as error:
        found = wording(error, rest, model)
        raise ProblemsError([Problem(("rules", id_, *one.key), one.sentence) for one in found]) from None
    return Rule(id_, check, severity, str(why), params)
