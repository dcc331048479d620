"""Expressions over layers and numbers: mask recipes, derived layers, and formulas of a technology.

``FIELD - grow(PAD_WIN | MP_WIN, undercut)`` is parsed with Python's grammar and a whitelist of operators and
functions, checked against the names that exist, and turned into a small tree; it is never run as code.
Knows nothing of files.
"""

import ast
import keyword
import math
import operator
import unicodedata
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from maskgen.geometry import regions
from maskgen.geometry.regions import Region
from maskgen.units import UM


@dataclass(frozen=True)
class Layer:
    """A layer, by name."""

    name: str


@dataclass(frozen=True)
class Boolean:
    """Two regions joined by ``|`` (or), ``&`` (and), ``-`` (but not) or ``^`` (either)."""

    symbol: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True)
class Offset:
    """A region grown by a distance [µm], or shrunk where it is negative."""

    of: "Expression"
    distance: float


@dataclass(frozen=True)
class Shape:
    """The ``hull`` or the ``holes`` of a region's pieces."""

    function: str
    of: "Expression"


@dataclass(frozen=True)
class Snapped:
    """A region with its vertices on a grid [µm]: a mask as it will be written."""

    of: "Expression"
    grid: float


Expression = Layer | Boolean | Offset | Shape | Snapped

_BOOLEANS: dict[type[ast.operator], str] = {ast.BitOr: "|", ast.BitAnd: "&", ast.Sub: "-", ast.BitXor: "^"}
_BOOLEAN_OF: dict[str, Callable[[Region, Region], Region]] = {
    "|": lambda left, right: regions.areal(left.union(right)),
    "&": regions.intersection,
    "-": regions.difference,
    "^": lambda left, right: regions.areal(left.symmetric_difference(right)),
}
_ARITHMETIC: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_NUMBER_FUNCTIONS: dict[str, Callable[..., float]] = {"max": max, "min": min}
_OFFSETS = {"grow": 1.0, "shrink": -1.0}
_SHAPES = {"hull": regions.hull, "holes": regions.holes}
_DEPTH_LIMIT = 60
_LARGEST = 1e12
_LONGEST_SHOWN = 60
_DIGITS = 9
"""Digits of a number [µm] that are kept when its unit is converted."""
NO_UNIT = "has no unit: write 'unit: um' at the top of the file"
"""What is wrong with a bare number in a file that does not say its unit; `units.length` says it too."""


class ExpressionError(ValueError):
    """An expression that means nothing; `column` counts from 0 within its text."""

    def __init__(self, sentence: str, column: int = 0) -> None:
        self.column = column
        super().__init__(sentence)


@dataclass(frozen=True)
class _Known:
    """What a recipe may name, and how its distances are read."""

    layers: Set[str]
    numbers: Mapping[str, float]
    unit: str | None
    longest: float


def parse(
    text: str,
    *,
    layers: Set[str],
    numbers: Mapping[str, float],
    unit: str | None = "um",
    longest: float = math.inf,
) -> Expression:
    """Return the tree of a recipe.

    Parameters
    ----------
    layers
        Names that a recipe may use as regions.
    numbers
        Values [µm] that it may use as distances.
    unit
        Unit of bare numbers, as in `number`.
    longest
        Largest distance [µm] by which a region may be grown or shrunk.

    Raises
    ------
    ExpressionError
        For anything but ``| & - ^``, ``grow``, ``shrink``, ``hull``, ``holes``, brackets and known names.
    """
    return _region(_python(text), _Known(layers, numbers, unit, longest))


def number(
    text: str | float, numbers: Mapping[str, float], *, unit: str | None = "um", power: Literal[1, 2] = 1
) -> float:
    """Return the value of a formula such as ``max(0, plating - mask_height)``.

    Parameters
    ----------
    numbers
        Values [µm] that it may name.
    unit
        Unit of bare numbers, one of `UM`, or None where they have none. A number beside names may be a length or a
        factor, so where the unit is not µm as that of `numbers`, a formula has either.
    power
        1 for a length, 2 for an area, whose bare numbers are in the square of the unit.

    Examples
    --------
    >>> number("2*undercut + 1", {"undercut": 20.0}), number("0.05 + 0.01", {}, unit="mm")
    (41.0, 60.0)
    """
    if isinstance(text, int | float):
        return float(text)
    return _value(_python(text), numbers, unit, power)


def is_name(text: str) -> bool:
    """Tell whether an expression can name something so.

    Examples
    --------
    >>> is_name("M1_PIN"), is_name("M1.PIN"), is_name("and")
    (True, False, False)
    """
    # Python reads names in their compatible form, ﬁ as fi.
    is_plain = text.isidentifier() and unicodedata.normalize("NFKC", text) == text
    return is_plain and not keyword.iskeyword(text)


def names(text: str) -> frozenset[str]:
    """Return every name that an expression uses, functions left out."""
    return _names(_python(text))


def _names(tree: ast.expr) -> frozenset[str]:
    """Return every name in a tree, functions left out."""
    called = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node not in called)


def substitute(expression: Expression, derived: Mapping[str, Expression]) -> Expression:
    """Return an expression in which derived layers are replaced by what they are derived from."""
    match expression:
        case Layer(name):
            return substitute(derived[name], derived) if name in derived else expression
        case Boolean(symbol, left, right):
            return Boolean(symbol, substitute(left, derived), substitute(right, derived))
        case Offset(of, distance):
            return Offset(substitute(of, derived), distance)
        case Shape(function, of):
            return Shape(function, substitute(of, derived))
        case Snapped(of, grid):
            return Snapped(substitute(of, derived), grid)


def layers_of(expression: Expression) -> frozenset[str]:
    """Return the layers that an expression reads."""
    match expression:
        case Layer(name):
            return frozenset({name})
        case Boolean(_, left, right):
            return layers_of(left) | layers_of(right)
        case Offset(of, _) | Shape(_, of) | Snapped(of, _):
            return layers_of(of)


def circle(named: Mapping[str, Expression]) -> str:
    """Return expressions that are made from each other, as ``A <- B <- A``, or nothing.

    Examples
    --------
    >>> circle({"A": Layer("B"), "B": Layer("A"), "C": Layer("A")})
    'A <- B <- A'
    """
    left = {name: sorted(layers_of(expression) & named.keys()) for name, expression in named.items()}
    while done := [name for name, read in left.items() if not read]:
        for name in done:
            del left[name]
        left = {name: [other for other in read if other in left] for name, read in left.items()}
    trail = [next(iter(left))] if left else []
    while trail and trail[-1] not in trail[:-1]:
        trail.append(left[trail[-1]][0])
    return " <- ".join(trail[trail.index(trail[-1]) :]) if trail else ""


def reach(expression: Expression, *, span: float = 0.0) -> float:
    """Return how far [µm] an expression looks: its value at a point depends on nothing farther away.

    Parameters
    ----------
    span
        Extent of the largest shape, for ``hull`` and ``holes``, which look as far as a shape is large.
    """
    match expression:
        case Layer():
            return 0.0
        case Boolean(_, left, right):
            return max(reach(left, span=span), reach(right, span=span))
        case Offset(of, distance):
            return reach(of, span=span) + abs(distance)
        case Shape(_, of):
            return reach(of, span=span) + span
        case Snapped(of, grid):
            return reach(of, span=span) + grid


def evaluate(
    expression: Expression, layers: Mapping[str, Region], memo: dict[Expression, Region] | None = None
) -> Region:
    """Return the region that an expression covers.

    Parameters
    ----------
    layers
        The region of each layer that it reads; a missing one is empty.
    memo
        Results of sub-expressions, shared between the recipes that are evaluated on the same layers.
    """
    memo = {} if memo is None else memo
    if expression not in memo:
        memo[expression] = _evaluate(expression, layers, memo)
    return memo[expression]


def _evaluate(expression: Expression, layers: Mapping[str, Region], memo: dict[Expression, Region]) -> Region:
    match expression:
        case Layer(name):
            return layers.get(name, regions.EMPTY)
        case Boolean(symbol, left, right):
            return _BOOLEAN_OF[symbol](evaluate(left, layers, memo), evaluate(right, layers, memo))
        case Offset(of, distance):
            return regions.grow(evaluate(of, layers, memo), distance)
        case Shape(function, of):
            return _SHAPES[function](evaluate(of, layers, memo))
        case Snapped(of, grid):
            return regions.snap(evaluate(of, layers, memo), grid)


def _python(text: str) -> ast.expr:
    """Return Python's tree of a text, or our own sentence."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        column = (getattr(error, "offset", None) or 1) - 1
        shown = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
        raise ExpressionError(f"cannot be read as an expression: {shown!r}", column) from None
    if _depth(tree) > _DEPTH_LIMIT:
        raise ExpressionError(f"is nested more than {_DEPTH_LIMIT} deep")
    return tree


def _depth(node: ast.AST) -> int:
    """Return how deep a tree is, without recursion."""
    depth, level = 0, [node]
    while level:
        depth, level = depth + 1, [child for parent in level for child in ast.iter_child_nodes(parent)]
    return depth


def _region(node: ast.expr, known: _Known) -> Expression:
    """Return the tree of a node that must be a region."""
    match node:
        case ast.Name(name):
            if name not in known.layers:
                raise _unknown("layer", name, known.layers, node)
            return Layer(name)
        case ast.BinOp(left, symbol, right) if type(symbol) in _BOOLEANS:
            return Boolean(_BOOLEANS[type(symbol)], _region(left, known), _region(right, known))
        case ast.Call(ast.Name(function), arguments, []):
            return _call(function, arguments, node, known)
    raise ExpressionError(
        f"{ast.unparse(node)!r} is not a region: use layers, | & - ^, grow, shrink, hull, holes",
        node.col_offset,
    )


def _call(function: str, arguments: list[ast.expr], node: ast.expr, known: _Known) -> Expression:
    """Return the tree of a function of a region."""
    if function in _OFFSETS and len(arguments) == 2:
        distance = _value(arguments[1], known.numbers, known.unit)
        if distance < 0:
            raise ExpressionError(f"{function} by {distance:g} um: the distance must not be negative", node.col_offset)
        if distance > known.longest:
            sentence = f"{function} by {distance:g} um: the distance must be at most {known.longest:g} um"
            raise ExpressionError(sentence, node.col_offset)
        return Offset(_region(arguments[0], known), _OFFSETS[function] * distance)
    if function in _SHAPES and len(arguments) == 1:
        return Shape(function, _region(arguments[0], known))
    wanted = "(LAYER, distance)" if function in _OFFSETS else "(LAYER)"
    if function in _OFFSETS or function in _SHAPES:
        raise ExpressionError(f"{function} takes {wanted}", node.col_offset)
    raise _unknown("function", function, {*_OFFSETS, *_SHAPES}, node)


def _value(node: ast.expr, numbers: Mapping[str, float], unit: str | None, power: int = 1) -> float:
    """Return the value of a formula [µm or µm²]."""
    value = _number(node, numbers)
    bare = [part for part in ast.walk(node) if isinstance(part, ast.Constant) and part.value]
    if not bare or (unit is not None and UM[unit] == 1.0):
        return value
    first = min(bare, key=lambda part: part.col_offset)
    if unit is None:
        raise ExpressionError(f"{ast.unparse(first)} {NO_UNIT}", first.col_offset)
    if _names(node):
        sentence = (
            f"{ast.unparse(first)} stands beside numbers in um, but the unit of this file is {unit}: "
            "write such a formula in a file with 'unit: um'"
        )
        raise ExpressionError(sentence, first.col_offset)
    return round(value * UM[unit] ** power, _DIGITS)


def _number(node: ast.expr, numbers: Mapping[str, float]) -> float:
    """Return the value of a node that must be a number."""
    match node:
        case ast.Constant(int() | float() as value) if not isinstance(value, bool):
            return _sensible(value, node)
        case ast.Name(name):
            if name not in numbers:
                raise _unknown("number", name, numbers.keys(), node)
            return numbers[name]
        case ast.UnaryOp(ast.USub(), operand):
            return -_number(operand, numbers)
        case ast.BinOp(left, symbol, right) if type(symbol) in _ARITHMETIC:
            return _arithmetic(node, _number(left, numbers), _number(right, numbers))
        case ast.Call(ast.Name("abs" | "sqrt" as function), [argument], []):
            value = _number(argument, numbers)
            return abs(value) if function == "abs" else _square_root(value, node)
        case ast.Call(ast.Name(function), arguments, []) if function in _NUMBER_FUNCTIONS and arguments:
            return float(_NUMBER_FUNCTIONS[function](_number(argument, numbers) for argument in arguments))
    raise ExpressionError(
        f"{ast.unparse(node)!r} is not a number: use names, + - * /, min, max, abs, sqrt", node.col_offset
    )


def _square_root(value: float, node: ast.expr) -> float:
    """Return a square root, where there is one."""
    if value < 0:
        raise ExpressionError(f"{ast.unparse(node)!r} is the root of {value:g}", node.col_offset)
    return math.sqrt(value)


def _sensible(value: float, node: ast.expr) -> float:
    """Return a written number, unless it is larger than any that means something."""
    if not abs(value) < _LARGEST:
        raise ExpressionError(f"a number is too large, at most {_LARGEST:g} is read", node.col_offset)
    return float(value)


def _arithmetic(node: ast.BinOp, left: float, right: float) -> float:
    """Return the value of one arithmetic step."""
    try:
        return _ARITHMETIC[type(node.op)](left, right)
    except ZeroDivisionError:
        raise ExpressionError(f"{ast.unparse(node)!r} divides by zero", node.col_offset) from None


def _unknown(kind: str, name: str, known: Set[str], node: ast.expr) -> ExpressionError:
    """Return the error for a name that nobody declared, with the nearest one that somebody did."""
    near = get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    hint = f", did you mean {near[0]!r}" if near else ""
    return ExpressionError(f"unknown {kind} {name!r}{hint}", node.col_offset)
