"""The elements of OASIS (SEMI P39, 22 to 30) as data: their fields, and what they look like.

An element begins with its number and a byte whose bits say which fields follow. A field that is left out has the value
that it had last in the cell. Elements of plain numbers are taken by a pattern in one step, the others field by field.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from maskgen.stream import oasis_fields as fields
from maskgen.stream.oasis_fields import BITS, Reading
from maskgen.stream.oasis_numbers import SMALL, STEP, UNSIGNED


@dataclass(frozen=True)
class Field:
    """One field of an element.

    Parameters
    ----------
    name
        The modal variable that it sets, or what it is if it sets none.
    bit
        The bit of the info byte that says that it follows, 0 if it always does.
    read
        Reads it.
    pattern
        What it looks like, None if a look is not enough.
    is_free
        Whether it may be left out when nothing has set it.
    """

    name: str
    bit: int
    read: Reading
    pattern: bytes | None = UNSIGNED
    is_free: bool = False

    @property
    def variables(self) -> tuple[str, ...]:
        """Return the modal variables that it sets."""
        if self.name == "extensions":
            return "start extension", "end extension"
        return (self.name,) if self.name in BITS else ()


@dataclass(frozen=True)
class Form:
    """An element with certain bits in its info byte.

    Parameters
    ----------
    readings
        What reads the fields that follow, and the modal variables that each sets, as bits.
    left_out
        Modal variables that must have been set before.
    needs, sets
        Modal variables that must have been set before and that are set then, as bits.
    match
        Takes the element from its number on in one step, None if it must be read field by field.
    """

    readings: tuple[tuple[Reading, int], ...]
    left_out: tuple[str, ...]
    needs: int
    sets: int
    match: Callable[..., re.Match[bytes] | None] | None


# A path's start and end: ways without a number, with one at either end, with both.
_EXTENSIONS = rb"(?:[\x05\x06\x09\x0a]|[\x07\x0b\x0d\x0e]%b|\x0f%b%b)" % (UNSIGNED, UNSIGNED, UNSIGNED)
_REPETITION = b"(?:%b)" % b"|".join(
    (
        rb"\x01" + 2 * SMALL + 2 * UNSIGNED,
        rb"[\x02\x03]" + SMALL + UNSIGNED,
        rb"\x08" + 2 * SMALL + 2 * STEP,
        rb"\x09" + SMALL + STEP,
    )
)

_LAYERS = (Field("layer", 0x01, fields.layer, SMALL), Field("datatype", 0x02, fields.layer, SMALL))
_WIDTH, _HEIGHT = Field("width", 0x40, fields.number), Field("height", 0x20, fields.number)
_SLANT = Field("slant", 0, fields.number)
_SAME_HEIGHT = Field("height", 0, fields.nothing, b"")


def _place(x: int, y: int, copies: int) -> tuple[Field, ...]:
    """Return the fields of the place, by their bits; a coordinate that is left out has its last value, or is 0."""
    return (
        Field("x", x, fields.number, is_free=True),
        Field("y", y, fields.number, is_free=True),
        Field("repetition", copies, fields.repetition, _REPETITION, is_free=True),
    )


_PLACE, _CELL_PLACE = _place(0x10, 0x08, 0x04), _place(0x20, 0x10, 0x08)
_TURN = (
    Field("magnification", 0x04, fields.magnification, None, is_free=True),
    Field("angle", 0x02, fields.angle, None, is_free=True),
)

ELEMENTS: Final[dict[int, tuple[Field, ...]]] = {
    17: (Field("cell", 0x80, fields.cell_by_name, None), *_CELL_PLACE),
    18: (Field("cell", 0x80, fields.cell_by_name, None), *_TURN, *_CELL_PLACE),
    19: (
        Field("text", 0x40, fields.text, None),
        Field("text layer", 0x01, fields.layer, SMALL),
        Field("text type", 0x02, fields.layer, SMALL),
        *_PLACE,
    ),
    20: (*_LAYERS, _WIDTH, _HEIGHT, *_PLACE),
    21: (*_LAYERS, Field("point list", 0x20, fields.points, None), *_PLACE),
    22: (
        *_LAYERS,
        Field("half-width", 0x40, fields.number),
        Field("extensions", 0x80, fields.extensions, _EXTENSIONS),
        Field("centre line", 0x20, fields.points, None),
        *_PLACE,
    ),
    23: (*_LAYERS, _WIDTH, _HEIGHT, _SLANT, _SLANT, *_PLACE),
    24: (*_LAYERS, _WIDTH, _HEIGHT, _SLANT, *_PLACE),
    25: (*_LAYERS, _WIDTH, _HEIGHT, _SLANT, *_PLACE),
    26: (
        *_LAYERS,
        Field("trapezoid type", 0x80, fields.trapezoid_type, None),
        Field("width", 0x40, fields.number, is_free=True),
        Field("height", 0x20, fields.number, is_free=True),
        Field("sides", 0, fields.sides, None),
        *_PLACE,
    ),
    27: (*_LAYERS, Field("radius", 0x20, fields.number), *_PLACE),
}
"""The elements by record number, their fields in the order in which they follow the info byte."""

_PLACEMENTS, _TEXT_RECORD, _RECTANGLE = (17, 18), 19, 20
_HEIGHT_BIT, _SQUARE_BIT = 0x20, 0x80
_CELL_NUMBER_BIT, _TEXT_NUMBER_BIT = 0x40, 0x20


@cache
def form(kind: int, info: int) -> Form:
    """Return what an element holds whose info byte is known."""
    told = [_as_told(field, kind, info) for field in ELEMENTS[kind]]
    present = [field for field in told if not field.bit or info & field.bit]
    absent = [field for field in told if field not in present and not field.is_free]
    patterns = [field.pattern for field in present if field.pattern is not None]
    return Form(
        readings=tuple((field.read, _bits([field])) for field in present),
        left_out=tuple(variable for field in absent for variable in field.variables),
        needs=_bits(absent),
        sets=_bits(present),
        match=_compiled(patterns).match if len(patterns) == len(present) else None,
    )


def _as_told(field: Field, kind: int, info: int) -> Field:
    """Return a field as bits of the info byte beside its own tell it: names by number, heights of squares."""
    if kind in _PLACEMENTS and field.name == "cell" and info & _CELL_NUMBER_BIT:
        return replace(field, read=fields.cell_by_number)
    if kind == _TEXT_RECORD and field.name == "text" and info & _TEXT_NUMBER_BIT:
        return replace(field, read=fields.text_by_number)
    if kind == _RECTANGLE and field.name == "height" and info & _SQUARE_BIT:
        return replace(field, read=fields.two_heights, pattern=None) if info & _HEIGHT_BIT else _SAME_HEIGHT
    return field


def _bits(chosen: Iterable[Field]) -> int:
    """Return the modal variables of some fields."""
    bits = 0
    for variable in (variable for field in chosen for variable in field.variables):
        bits |= BITS[variable]
    return bits


def _compiled(patterns: list[bytes]) -> re.Pattern[bytes]:
    """Return the pattern of an element: number and info byte, then its fields."""
    return re.compile(b".." + b"".join(patterns), re.DOTALL)
