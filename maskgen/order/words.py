"""Recipes in words, and what the process makes of masks as a tree that another program can follow."""

from collections.abc import Mapping
from typing import Any

from maskgen.expressions import Boolean, Expression, Layer, Offset, Shape, Snapped
from maskgen.technology import Mask

FIELD = "FIELD"
_SYMBOLS = {"|": "or", "&": "and", "-": "without", "^": "either"}
_JOINED = {"|": "{} together with {}", "&": "{} where it is also {}", "-": "{} without {}", "^": "either {} or {}"}

Tree = dict[str, Any]


def in_words(expression: Expression, names: Mapping[str, str] | None = None) -> str:
    """Return an expression as a sentence's part.

    Parameters
    ----------
    names
        What layers are called; by default their names.

    Examples
    --------
    >>> in_words(Boolean("-", Layer("FIELD"), Offset(Layer("PAD"), -20.6)))
    'FIELD without (PAD shrunk by 20.6 um per edge)'
    """
    match expression:
        case Layer(name):
            return (names or {}).get(name, name)
        case Snapped(of, _):
            return in_words(of, names)
        case Offset(of, 0):
            return in_words(of, names)
        case Offset(of, distance):
            verb = "grown" if distance > 0 else "shrunk"
            return f"{_bracketed(of, names)} {verb} by {abs(distance):.6g} um per edge"
        case Shape(function, of):
            return f"the {function} of {_bracketed(of, names)}"
        case Boolean(symbol, left, right):
            return _JOINED[symbol].format(_bracketed(left, names), _bracketed(right, names))


def _bracketed(expression: Expression, names: Mapping[str, str] | None) -> str:
    """Return a part of a sentence, in brackets where it has parts itself."""
    plain = expression
    while isinstance(plain, Snapped) or (isinstance(plain, Offset) and not plain.distance):
        plain = plain.of
    text = in_words(plain, names)
    return text if isinstance(plain, Layer) else f"({text})"


def tree(expression: Expression, masks: Mapping[str, Mask]) -> Tree:
    """Return an expression over masks, field and design as plain data, each node one key."""
    match expression:
        case Layer(name) if name in masks:
            return {"mask": name, "part": masks[name].drawn}
        case Layer(name):
            return {"field": True} if name == FIELD else {"design": name}
        case Snapped(of, _) | Offset(of, 0):
            return tree(of, masks)
        case Offset(of, distance):
            return {"size": round(distance, 9), "of": tree(of, masks)}
        case Shape(function, of):
            return {function: tree(of, masks)}
        case Boolean(symbol, left, right):
            return {_SYMBOLS[symbol]: [tree(left, masks), tree(right, masks)]}


def bias(expression: Expression, mask: str) -> float | None:
    """Return the sum of all moves of a mask's edge [µm], None where the mask is not read.

    The sign is that of the result: positive where what is built is larger than what the mask opens or leaves there.
    """
    match expression:
        case Layer(name):
            return 0.0 if name == mask else None
        case Snapped(of, _) | Shape(_, of):
            return bias(of, mask)
        case Offset(of, distance):
            inner = bias(of, mask)
            return None if inner is None else round(inner + distance, 9)
        case Boolean(symbol, left, right):
            first, second = bias(left, mask), bias(right, mask)
            if first is not None:
                return first
            return -second + 0.0 if second is not None and symbol == "-" else second
