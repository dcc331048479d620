"""Rule decks: YAML files of rules, each a check with its numbers. Mistakes are answered with line and caret."""

import pkgutil
import re
from collections.abc import Iterator, Mapping, Sequence
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
from maskgen.drc.params import region
from maskgen.errors import Problem, ProblemsError
from maskgen.expressions import NO_UNIT, Expression, ExpressionError
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
    unit: str | None = Field(
        None, description="Unit of bare numbers, also of those in formulas; without it, every length says its own"
    )
    layers: dict[Name, LayerKey] = Field(
        default_factory=dict,
        description=(
            "Layers of a layout from elsewhere, as layer/datatype, by names of letters, digits and _; "
            "decks of a technology need none"
        ),
    )
    include: list[str] = Field(
        default_factory=list,
        description=(
            "Decks whose layers, rules and waivers also hold, shipped names or files; "
            "no rule may have the id of another, and no layer two meanings"
        ),
    )
    derived: dict[str, str] = Field(
        default_factory=dict, description="Layers made for the rules, by names of letters, digits and _"
    )
    rules: dict[str, dict[str, Any]] = Field(
        description="Rules by id: check, its numbers, severity, why; at least one, or one of a deck that is included"
    )
    waive: list[Waiver] = Field(
        default_factory=list,
        description="Findings in a layout that are accepted, with reason and name; those of a package its spec waives",
    )


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


_Kind = Literal["layers", "derived", "rules"]

_BESIDE: Mapping[_Kind, tuple[_Kind, ...]] = {
    "layers": ("layers", "derived"),
    "derived": ("layers", "derived"),
    "rules": ("rules",),
}
"""Kinds of what a deck says that share their names."""

_WORDS: Mapping[_Kind, str] = {"layers": "layer", "derived": "layer", "rules": "rule"}
_LONGEST_ID = 200
"""Characters of a rule's id: a waiver names no longer one."""


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


@dataclass(frozen=True)
class _Place:
    """Where a deck says something."""

    file: Path
    line: int
    shown: str = field(compare=False)

    def __str__(self) -> str:
        return f"{self.shown}:{self.line}"


@dataclass(eq=False)
class _Draft:
    """A deck in the making: what is known so far, where it was said, and what is wrong."""

    name: str
    layers: dict[str, tuple[int, int]] = field(default_factory=dict)
    derived: dict[str, Expression] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    waive: dict[tuple[Path, int], Waiver] = field(default_factory=dict)
    places: dict[tuple[_Kind, str], _Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def deck(self) -> Deck:
        """Return the deck that it has become."""
        return Deck(self.name, tuple(self.rules.values()), self.derived, self.layers, tuple(self.waive.values()))

    def add(self, kind: _Kind, name: str, said: Any, place: _Place) -> str:  # noqa: ANN401 - layer, tree or rule
        """Take over what a deck says; return what is wrong with it beside what is known, if anything is."""
        for other in _BESIDE[kind]:
            known, at = getattr(self, other).get(name), self.places.get((other, name))
            if known is None or at == place:
                continue
            if kind == "rules":
                return f"is a rule of {at} too: give one of them another id"
            if known != said:
                return f"means something else in {at}: give one of them another name"
        getattr(self, kind)[name] = said
        self.places[kind, name] = place
        return ""


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
    return _read(find(name, beside, ".drc.yaml"), _Given(layers, numbers, is_layout=False), within).deck()


def read_layout_deck(path: Path) -> Deck:
    """Return a deck for layouts from elsewhere: it says its layers itself, and asks for nothing but shapes.

    Raises
    ------
    SourceError
        With every mistake, each at its line.
    """
    return _read(path, _Given(frozenset(), {}, is_layout=True), ()).deck()


@dataclass(frozen=True)
class _Given:
    """What a deck may name without saying it itself, and what it is for."""

    layers: frozenset[str]
    numbers: Mapping[str, float]
    is_layout: bool


def _read(path: Path, given: _Given, within: tuple[Path, ...]) -> _Draft:
    """Return what a deck and those that it includes say, whole and right."""
    if path.resolve() in within:
        raise ValueError(f"{path.name} includes itself")
    source = read_source(path)
    file = validate(source, DeckFile)
    if problems := [*_name_problems(file), *_id_problems(file)]:
        raise source.error(problems)
    draft = _Draft(file.deck)
    if given.is_layout:
        for name, key in file.layers.items():
            draft.add("layers", name, key, _place(source, ("layers", name)))
        given = replace(given, layers=given.layers | draft.layers.keys())
    _include(file, source, given, within=within, draft=draft)
    _derive(file, source, given, draft)
    _add_rules(file, source, given, draft)
    draft.waive |= {(path.resolve(), number): waiver for number, waiver in enumerate(file.waive)}
    if file.waive and not given.is_layout:
        draft.problems.append(
            Problem(("waive",), "a technology waives nothing: say in the spec what its package may do")
        )
    if not within:
        draft.problems += _lacks(draft, given)
    if draft.problems:
        raise source.error(list(_unit_once(draft.problems)))
    return draft


def _place(source: Source, key: tuple[str | int, ...]) -> _Place:
    """Return where a deck says something, or the nearest above it that stands in the file: aliases have no keys."""
    path, ends = Path(source.path), range(len(key), 0, -1)
    line = next((source.spans[key[:end]].caret.line for end in ends if key[:end] in source.spans), 1)
    return _Place(path.resolve(), line, source.path)


def _name_problems(file: DeckFile) -> Iterator[Problem]:
    """Yield names of layers that no expression can use."""
    for kind in ("layers", "derived"):
        for name in getattr(file, kind):
            if not expressions.is_name(name):
                sentence = f"no rule can name a layer {name!r}: use letters, digits and _, such as {_likened(name)}"
                yield Problem((kind, name), sentence)


def _likened(name: str) -> str:
    """Return a name like another that rules can use."""
    plain = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_")
    return next(filter(expressions.is_name, (plain, plain.upper(), f"L{plain}")))


def _id_problems(file: DeckFile) -> Iterator[Problem]:
    """Yield ids of rules that no report can show on its line."""
    for id_ in file.rules:
        hidden = next((char for char in id_ if not char.isprintable()), "")
        if not id_:
            yield Problem(("rules", id_), "the id of a rule must not be empty")
        elif hidden:
            yield Problem(("rules", id_), f"the id of a rule must not hold U+{ord(hidden):04X}, which is not seen")
        elif id_ != id_.strip():
            yield Problem(("rules", id_), "the id of a rule must not begin or end with a blank")
        elif len(id_) > _LONGEST_ID:
            yield Problem(("rules", id_), f"the id of a rule must have at most {_LONGEST_ID} characters")


def _lacks(draft: _Draft, given: _Given) -> Iterator[Problem]:
    """Yield what a deck needs that neither it nor those that it includes say."""
    if given.is_layout and not draft.layers:
        yield Problem(("layers",), "missing: say what the rules look at, such as {PAD: 1/0}")
    if not draft.rules and not draft.problems:
        yield Problem(("rules",), "hold no rule: a deck needs one at least, its own or of a deck that it includes")


def _unit_once(problems: Sequence[Problem]) -> Iterator[Problem]:
    """Yield problems, of bare numbers without a unit only the first: one line mends them all."""
    is_told = False
    for problem in problems:
        is_bare = NO_UNIT in problem.sentence
        if not (is_bare and is_told):
            yield problem
        is_told |= is_bare


def _add_rules(file: DeckFile, source: Source, given: _Given, draft: _Draft) -> None:
    """Add the rules of a deck; what is wrong with them is added to the problems."""
    known = given.layers | draft.layers.keys() | file.derived.keys() | draft.derived.keys()
    for id_, entry in file.rules.items():
        try:
            rule = _rule(id_, entry, source, replace(given, layers=known))
        except ProblemsError as error:
            draft.problems += error.problems
            continue
        if wrong := draft.add("rules", id_, rule, _place(source, ("rules", id_))):
            draft.problems.append(Problem(("rules", id_), wrong))


def _derive(file: DeckFile, source: Source, given: _Given, draft: _Draft) -> None:
    """Add the layers that a deck derives; those that mean nothing are added to the problems."""
    known = given.layers | draft.layers.keys() | file.derived.keys() | draft.derived.keys()
    for name, text in file.derived.items():
        if name in file.layers or (name in given.layers and not given.is_layout):
            draft.problems.append(Problem(("derived", name), "is the name of a layer too"))
            continue
        try:
            tree = region(text, layers=known - {name}, numbers=given.numbers, unit=source.unit)
        except ExpressionError as error:
            draft.problems.append(Problem(("derived", name), str(error), error.column))
            continue
        if wrong := draft.add("derived", name, tree, _place(source, ("derived", name))):
            draft.problems.append(Problem(("derived", name), wrong))
    if not draft.problems and (circle := expressions.circle(draft.derived)):
        draft.problems.append(Problem(("derived",), f"layers are made from each other: {circle}"))


def _include(file: DeckFile, source: Source, given: _Given, *, within: tuple[Path, ...], draft: _Draft) -> None:
    """Add what the decks say that a deck includes; what cannot be found is added to the problems."""
    path = Path(source.path)
    for index, other in enumerate(file.include):
        try:
            included = _read(find(other, path.parent, ".drc.yaml"), given, (*within, path.resolve()))
        except ValueError as error:
            draft.problems.append(Problem(("include", index), str(error)))
        else:
            draft.problems += [Problem(("include", index), wrong) for wrong in _taken_over(included, draft)]


def _taken_over(included: _Draft, draft: _Draft) -> Iterator[str]:
    """Add all of an included deck to the one that includes it; yield what does not go with what is known."""
    for (kind, name), place in included.places.items():
        if wrong := draft.add(kind, name, getattr(included, kind)[name], place):
            yield f"{_WORDS[kind]} {name!r} of {place} {wrong}"
    draft.waive |= included.waive


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
