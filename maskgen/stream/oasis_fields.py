"""Fields of OASIS elements (SEMI P39, 7 and 10), and what an element may leave to those before it."""

from collections.abc import Callable
from typing import Final

from maskgen.stream.oasis_names import Names
from maskgen.stream.oasis_numbers import STEP, UNSIGNED, DamageError, Reader

MOST_COPIES = 0x7FFF_FFFF
"""Most columns or rows of a repetition: as many as places on a grid of 32 bits."""
MOST_NUMBER = 0xFFFF_FFFF
"""Greatest layer, datatype or text type: an unsigned 32-bit number in the kernel."""

BITS: Final = {
    name: 1 << number
    for number, name in enumerate(
        (
            "repetition",
            "cell",
            "text",
            "layer",
            "datatype",
            "text layer",
            "text type",
            "width",
            "height",
            "point list",
            "half-width",
            "centre line",
            "start extension",
            "end extension",
            "trapezoid type",
            "radius",
            "property name",
            "property values",
        )
    )
}
"""The modal variables, a bit for each; coordinates are 0 where nothing has set them."""


class Modals:
    """Which modal variables have been set in the cell, and the names of the file."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.reset()

    def reset(self) -> None:
        """Forget all variables: a cell or a name begins."""
        self.known = 0
        self.trapezoid = 0

    def set(self, *variables: str) -> None:
        """Note that variables have been set."""
        for variable in variables:
            self.known |= BITS[variable]

    def need(self, *variables: str) -> None:
        """Raise an error if some variable has not been set."""
        for variable in variables:
            if not self.known & BITS[variable]:
                raise DamageError(f"leaves out its {variable}, which nothing before it sets")


Reading = Callable[[Reader, Modals], object]
"""Reads one field of an element."""


def number(reader: Reader, _: Modals) -> None:
    """Read a whole number."""
    reader.unsigned()


def layer(reader: Reader, _: Modals) -> None:
    """Read a layer, datatype or text type."""
    value = reader.unsigned()
    if value > MOST_NUMBER:
        raise DamageError(f"has a layer or type of {value}, at most {MOST_NUMBER} can be read")


def repetition(reader: Reader, modals: Modals) -> None:
    """Read a repetition: the one before again, a regular array, or places one by one."""
    kind = reader.byte()
    if kind > 11:
        raise DamageError(f"has repetition type {kind}, must be 0 to 11")
    if kind == 0:
        modals.need("repetition")
    elif kind in (1, 2, 3, 8, 9):
        _array(reader, kind)
    else:
        _places(reader, kind)


def _array(reader: Reader, kind: int) -> None:
    """Read the numbers of columns and rows, or one of them, less 2, and their pitches."""
    counts = [reader.unsigned() + 2 for _ in range(2 if kind in (1, 8) else 1)]
    if max(counts) > MOST_COPIES:
        raise DamageError(f"stands {max(counts)} times in a row, at most {MOST_COPIES} can be")
    for _ in counts:
        reader.step() if kind in (8, 9) else reader.unsigned()


def _places(reader: Reader, kind: int) -> None:
    """Read the gaps between places, in steps of a grid if the type is odd."""
    count = reader.unsigned() + 1
    if kind % 2:
        reader.unsigned()
    reader.expect(count, "places of a repetition")
    if kind > 9:
        reader.skip(STEP, reader.step, count)
    else:
        reader.skip(UNSIGNED, reader.unsigned, count)


def points(reader: Reader, _: Modals) -> None:
    """Read a point list: steps along axes or diagonals in one number each, or in any direction."""
    kind, count = reader.byte(), reader.unsigned()
    if kind > 5:
        raise DamageError(f"has point list type {kind}, must be 0 to 5")
    if count == 0:
        raise DamageError("has a point list without points")
    reader.expect(count, "points")
    if kind > 3:
        reader.skip(STEP, reader.step, count)
    else:
        reader.skip(UNSIGNED, reader.unsigned, count)


def extensions(reader: Reader, modals: Modals) -> None:
    """Read how far a path goes on at either end: as before, not at all, by half its width, or by a number."""
    scheme = reader.byte()
    if scheme > 15:
        raise DamageError(f"has extension scheme {scheme}, must be 0 to 15")
    for way, variable in ((scheme >> 2, "start extension"), (scheme & 3, "end extension")):
        if way == 3:
            reader.unsigned()
        if way == 0:
            modals.need(variable)
        modals.set(variable)


def trapezoid_type(reader: Reader, modals: Modals) -> None:
    """Read the type of a trapezoid, which says how its sides depend on each other."""
    modals.trapezoid = reader.byte()
    if modals.trapezoid > 25:
        raise DamageError(f"has trapezoid type {modals.trapezoid}, must be 0 to 25")


def sides(_: Reader, modals: Modals) -> None:
    """Check that a trapezoid has the sides that its type asks for; the others follow from them."""
    if modals.trapezoid in (20, 21):
        modals.need("height")
    elif modals.trapezoid in (16, 17, 18, 19, 22, 23, 25):
        modals.need("width")
    else:
        modals.need("width", "height")
    modals.set("width", "height")


def nothing(_: Reader, __: Modals) -> None:
    """Read nothing: the field follows from others."""


def two_heights(_: Reader, __: Modals) -> None:
    """Refuse a square with a height."""
    raise DamageError("is a square and has a height as well")


def magnification(reader: Reader, _: Modals) -> None:
    """Read a magnification."""
    value = reader.real()
    if value <= 0:
        raise DamageError(f"magnifies by {value:g}, must be larger than 0")


def angle(reader: Reader, _: Modals) -> None:
    """Read an angle."""
    reader.real()


def cell_by_number(reader: Reader, modals: Modals) -> None:
    """Read which cell is placed, by the number of its name."""
    modals.names.put(reader.unsigned())


def cell_by_name(reader: Reader, modals: Modals) -> None:
    """Read which cell is placed, by its name."""
    modals.names.put(reader.name())


def text_by_number(reader: Reader, modals: Modals) -> None:
    """Read the number of a text."""
    modals.names.use("TEXTSTRING", reader.unsigned())


def text(reader: Reader, _: Modals) -> None:
    """Read a text."""
    reader.text()
