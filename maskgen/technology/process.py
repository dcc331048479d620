"""Process: a technology with one spec's numbers put in; recipes parsed, formulas computed, everything consistent."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from difflib import get_close_matches

from pydantic import ValidationError

from maskgen import expressions
from maskgen.errors import Problem, ProblemsError
from maskgen.expressions import Expression, ExpressionError
from maskgen.physics import etching
from maskgen.source import shown, wording
from maskgen.technology.flow import Cut, Pattern, Step
from maskgen.technology.model import MeasuredUndercut, Number, Technology
from maskgen.units import DATABASE_UNIT, length

_SMALLEST_SCALE, _LARGEST_SCALE = 0.5, 2.0

MOST = 1e7
"""Largest number of a technology [µm, or none]."""


@dataclass(frozen=True)
class Mask:
    """One patterned step: what goes to the mask or tool maker.

    Parameters
    ----------
    scaled_by
        What the scale follows from; masks with the same are scaled alike. Empty for a mask that is not scaled.
    """

    name: str
    recipe: str
    expression: Expression
    drawn: str
    digitized: str
    side: str
    mirrored: bool
    scale: float
    scaled_by: str = ""


@dataclass(frozen=True)
class Process:
    """A technology ready for use.

    Parameters
    ----------
    numbers
        Every number, computed: lengths in µm.
    recipes
        Expression of every derived, mask and as-built layer; masks already on their grid.
    """

    technology: Technology
    numbers: Mapping[str, float]
    masks: tuple[Mask, ...]
    recipes: Mapping[str, Expression]

    @property
    def grid(self) -> float:
        """Return the grid of the mask data [µm]."""
        return self.numbers["grid"]

    @property
    def mask_names(self) -> tuple[str, ...]:
        """Return the names of the masks, in the order of the flow."""
        return tuple(mask.name for mask in self.masks)


def resolve(
    technology: Technology,
    overrides: Mapping[str, object],
    *,
    drawn: frozenset[str],
    given: Mapping[str, float],
    measures: frozenset[str] = frozenset(),
    unit: str | None = "um",
) -> Process:
    """Return a technology with a spec's numbers in place of its own.

    Parameters
    ----------
    overrides
        The spec's ``process:`` as written: lengths, ratios, or measured pairs.
    drawn
        Layers that the system draws; recipes may use these.
    given
        Numbers that the spec itself says, such as ``kerf`` [µm].
    measures
        Names of the numbers that the drawing will say; process windows may use these.
    unit
        Unit of the spec's bare lengths.

    Raises
    ------
    ProblemsError
        With keys of the spec (``process``) or of the technology file, all at once.
    """
    numbers = _numbers(technology, overrides, given, unit)
    problems: list[Problem] = []
    masks, parsed = [], dict[str, Expression]()
    known = drawn | technology.derived.keys() | _made(technology).keys()
    for key, name, text in _recipes(technology):
        try:
            parsed[name] = expressions.parse(text, layers=known - {name}, numbers=numbers)
        except ExpressionError as error:
            problems.append(Problem(key, str(error)))
    problems += [*_layer_problems(technology, known), *_flow_problems(technology, numbers)]
    problems += _window_problems(technology, numbers.keys() | measures)
    if problems or (circle := expressions.circle(parsed)):
        raise ProblemsError(problems or [Problem(("flow",), f"layers are made from each other: {circle}")])
    for index, step in enumerate(technology.flow):
        if isinstance(step, Pattern | Cut) and step.mask and step.recipe:
            scale = expressions.number(step.scale, numbers)
            if not _SMALLEST_SCALE <= scale <= _LARGEST_SCALE:
                sentence = f"must be from {_SMALLEST_SCALE:g} to {_LARGEST_SCALE:g}, got {scale:g}"
                raise ProblemsError([Problem(("flow", index, "scale"), sentence)])
            masks.append(_mask(step, parsed[step.mask], scale))
            parsed[step.mask] = expressions.Snapped(parsed[step.mask], numbers["grid"])
    return Process(technology, numbers, tuple(masks), parsed)


def _mask(step: Pattern | Cut, expression: Expression, scale: float) -> Mask:
    """Return the mask of a step, with the tone that its meaning and its resist call for."""
    keeps_light = isinstance(step, Pattern) and step.resist == "negative"
    clear = (step.drawn == "opening") != keeps_light
    return Mask(
        name=str(step.mask),
        recipe=str(step.recipe),
        expression=expression,
        drawn=step.drawn,
        digitized="clear" if clear else "dark",
        side=step.side,
        mirrored=step.mirrored,
        scale=scale,
        scaled_by="" if step.scale == 1 else str(step.scale),
    )


def _recipes(technology: Technology) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Yield key path, layer and expression of everything that is made from something."""
    for name, text in technology.derived.items():
        yield ("derived", name), name, text
    for number, step in enumerate(technology.flow):
        if isinstance(step, Pattern | Cut) and step.mask and step.recipe:
            yield ("flow", number, "recipe"), step.mask, step.recipe
        for name, text in step.makes.items():
            yield ("flow", number, "makes", name), name, text


def _made(technology: Technology) -> dict[str, str]:
    """Return every layer that a step makes, with its expression."""
    return {name: text for _, name, text in _recipes(technology)}


def _layer_problems(technology: Technology, known: frozenset[str]) -> list[Problem]:
    """Return layers that are made but not in the layer table, and numbers that two layers share."""
    problems = [
        Problem(("layers",), f"{name} is used but has no entry") for name in sorted(known - technology.layers.keys())
    ]
    seen: dict[tuple[int, int], str] = {}
    for name, entry in technology.layers.items():
        if entry.gds in seen:
            problems.append(Problem(("layers", name, "gds"), f"{seen[entry.gds]} has the same layer and datatype"))
        seen[entry.gds] = name
    return problems + [
        Problem(("connect", number), f"no layer is called {name!r}{_near(name, technology.layers)}")
        for number, pair in enumerate(technology.connect)
        for name in pair
        if name not in technology.layers
    ]


def _flow_problems(technology: Technology, numbers: Mapping[str, float]) -> Iterator[Problem]:
    """Yield formulas of steps that mean nothing, materials that are not listed, and layers that are made twice."""
    for index, step in enumerate(technology.flow):
        key = ("flow", index)
        for name, formula in _formulas(step):
            try:
                expressions.number(formula, numbers)
            except ExpressionError as error:
                yield Problem((*key, *name), str(error))
        for material in [*getattr(step, "into", ()), getattr(step, "material", "")]:
            if material and material not in technology.materials:
                sentence = f"no material is called {material!r}{_near(material, technology.materials)}"
                yield Problem((*key, "into" if hasattr(step, "into") else "material"), sentence)
    seen: set[str] = set()
    for place, layer, _ in _recipes(technology):
        if layer in seen:
            yield Problem(place, f"{layer} is made a second time")
        seen.add(layer)


def _window_problems(technology: Technology, known: Set[str]) -> Iterator[Problem]:
    """Yield formulas of process windows that use what is no number."""
    for name, entry in technology.windows.items():
        for key in ("value", "low", "high"):
            formula = getattr(entry, key)
            try:
                unknown = sorted(expressions.names(formula) - known) if isinstance(formula, str) else []
            except ExpressionError as error:
                yield Problem(("windows", name, key), str(error))
                continue
            if unknown:
                yield Problem(("windows", name, key), f"unknown number {unknown[0]!r}{_near(unknown[0], known)}")


def _formulas(step: Step) -> Iterator[tuple[tuple[str, ...], str | float]]:
    """Yield every formula of a step with its key."""
    for name in ("thickness", "depth", "undercut", "overgrowth", "kerf", "draft", "scale"):
        if hasattr(step, name):
            yield (name,), getattr(step, name)
    for metal, thickness in getattr(step, "stack", {}).items():
        yield ("stack", metal), thickness


def _near(name: str, known: Iterable[str]) -> str:
    """Return the guess at a name, or nothing."""
    near = get_close_matches(name, list(known), n=1)
    return f", did you mean {near[0]!r}" if near else ""


def _numbers(
    technology: Technology, overrides: Mapping[str, object], given: Mapping[str, float], unit: str | None
) -> dict[str, float]:
    """Return every number, computed in the order of what it needs."""
    problems: list[Problem] = []
    entries = dict(technology.numbers)
    for name, value in overrides.items():
        try:
            entries[name] = _overridden(technology, name, value, unit)
        except ProblemsError as error:
            problems += [Problem(("process", name, *problem.key), problem.sentence) for problem in error.problems]
        except ValueError as error:
            problems.append(Problem(("process", name), str(error)))
    if problems:
        raise ProblemsError(problems)
    values = dict(given)
    for name in entries:
        _compute(name, entries, values, ())
    grid = values.get("grid", 0.0)
    if grid <= 0 or abs(grid / DATABASE_UNIT - round(grid / DATABASE_UNIT)) > 1e-6:
        key = "process" if "grid" in overrides else "numbers"
        raise ProblemsError([Problem((key, "grid"), f"the mask grid must be a multiple of 0.001 um, got {grid:g} um")])
    return values


def _overridden(technology: Technology, name: str, value: object, unit: str | None) -> Number:
    """Return a technology's number with the spec's value in it."""
    if name not in technology.numbers:
        raise ValueError(f"technology {technology.technology} has no such number{_near(name, technology.numbers)}")
    entry = technology.numbers[name]
    if isinstance(value, Mapping):
        return _measured(entry, value, unit)
    blank = {"length": None, "ratio": None, "measured": None, "at": None, "formula": None, "status": "measured"}
    if entry.ratio is None:
        return entry.model_copy(update=blank | {"length": length(value, unit)})
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"expected a number, got {shown(value)}")
    return entry.model_copy(update=blank | {"ratio": float(value)})


def _measured(entry: Number, value: Mapping[str, object], unit: str | None) -> Number:
    """Return a number with the spec's measured pair in it."""
    if entry.measured is None:
        raise ValueError("is one number, not a measured pair")
    try:
        pair = MeasuredUndercut.model_validate(dict(value), context={"unit": unit})
    except ValidationError as error:
        raise ProblemsError(wording(error, dict(value), MeasuredUndercut)) from None
    return entry.model_copy(update={"measured": pair, "status": "measured"})


def _compute(name: str, entries: Mapping[str, Number], values: dict[str, float], trail: tuple[str, ...]) -> float:
    """Return one number's value, computing first what it needs."""
    if name in values:
        return values[name]
    if name in trail:
        raise ProblemsError([Problem(("numbers", name), f"is computed from itself: {' <- '.join([*trail, name])}")])
    if name not in entries:
        raise ExpressionError(f"unknown number {name!r}{_near(name, entries)}")
    entry = entries[name]
    try:
        values[name] = _value(entry, lambda other: _compute(other, entries, values, (*trail, name)))
    except ValueError as error:
        raise ProblemsError([Problem(("numbers", name), str(error))]) from None
    given = "process" if entry.status == "measured" else "numbers"
    if values[name] < entry.min:
        raise ProblemsError([Problem((given, name), f"must be at least {entry.min:g}, got {values[name]:g}")])
    if not abs(values[name]) <= MOST:
        raise ProblemsError([Problem((given, name), f"must be at most {MOST:g}, got {values[name]:g}")])
    return values[name]


def _value(entry: Number, need: Callable[[str], float]) -> float:
    """Return what an entry amounts to."""
    if entry.measured is not None and entry.at is not None:
        return etching.undercut(entry.measured.per_edge, entry.measured.depth, need(entry.at))
    if entry.formula is not None:
        wanted = {name: need(name) for name in expressions.names(entry.formula)}
        return expressions.number(entry.formula, wanted)
    return float(entry.length if entry.length is not None else entry.ratio or 0.0)
