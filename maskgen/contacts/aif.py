"""AIF die files: a die's size, its padstacks and its netlist, as package designers exchange them.

The format is AIF 2 as Artwork describes it (artwork.com/package/aif). What people get wrong in it most often, by
Artwork's list of common errors, has messages of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from maskgen import units
from maskgen.contacts.listing import Listing, Piece, meant
from maskgen.contacts.model import Contact, DieFile
from maskgen.contacts.padstacks import Padstacks
from maskgen.contacts.sections import Entry, Section, entries, sections, words
from maskgen.geometry import regions
from maskgen.geometry.regions import Box

EMPTY: Final = "-"
"""What stands in a column that says nothing."""

UNITS: Final = ("um", "mm", "cm", "inch", "mil")
"""Units that a file may count in."""

COLUMNS: Final = ("net", "pad number", "padstack", "x", "y")
"""The first columns of the netlist; those after them are about the package."""

_SLACK = 1e-3
"""How far [µm] a pad may reach over the die's border: files round."""


def read_aif(path: Path) -> DieFile:
    """Return the contacts of an AIF die file, named by their pad numbers, and the die's box.

    The middle of the die is (0, 0) unless the file says ``CENTER=x y``. Lines without a pad number, for balls and
    fingers alone, are no contacts.

    Raises
    ------
    SourceError
        For all mistakes of the file at once, each as ``path:line:column: section or column: sentence``.
    """
    listing = Listing(path)
    _check_version(listing)
    found = sections(listing)
    unit = _unit(listing, found["DATABASE"])
    die = _die(listing, found["DIE"], unit)
    netlist = _Netlist(listing, Padstacks(listing, found["PADS"], unit), unit)
    rows = [row for line in found["NETLIST"].lines if (row := netlist.row(line)) is not None]
    if die is not None:
        _check_inside(listing, die, rows)
    listing.check()
    if not rows:
        listing.complain(found["NETLIST"].header, "NETLIST", "no line has a pad number, so the die has no contacts")
        listing.check()
    return DieFile(tuple(row.contact for row in rows), die.box if die else None)


def _check_version(listing: Listing) -> None:
    """Raise a mistake if the file is empty, or written in the brackets of AIF III."""
    first = next((line for line in listing.lines if line.text.strip()), None)
    if first is None:
        listing.complain(listing.lines[0], "AIF", "the file is empty")
    elif first.text.lstrip().startswith("("):
        listing.complain(first, "AIF", "this is AIF III, in brackets: only AIF 2, in sections, can be read")
    listing.check()


def _unit(listing: Listing, section: Section) -> float:
    """Return the µm in the file's unit."""
    found = _by_key(entries(listing, section, "DATABASE"))
    if "TYPE" in found and found["TYPE"].value.text.upper() != "AIF":
        listing.complain(found["TYPE"].value, "TYPE", f"must be AIF, got {found['TYPE'].value.text}")
    if "UNITS" not in found:
        if section.is_there:
            listing.complain(section.header, "UNITS", f"the unit is missing{_written_as(found, 'UNITS')}")
        return 1.0
    unit = found["UNITS"].value
    if unit.text.lower() not in UNITS:
        listing.complain(unit, "UNITS", f"unknown unit {unit.text!r}{meant(unit.text, UNITS)}")
    return units.UM.get(unit.text.lower(), 1.0)


def _by_key(found: dict[str, Entry]) -> dict[str, Entry]:
    """Return entries by their keys in upper case: only padstacks tell cases apart."""
    return {key.upper(): entry for key, entry in found.items()}


def _written_as(found: dict[str, Entry], key: str) -> str:
    """Return the end of a sentence on a missing key, if another is nearly the same."""
    near = get_close_matches(key, found, n=1)
    return f", is it meant by {near[0]!r}" if near else ""


@dataclass(frozen=True)
class _Die:
    """The size and the middle of a die [µm]."""

    header: Piece
    width: float
    height: float
    centre: tuple[float, float] | None
    unit: float

    @property
    def box(self) -> Box:
        """Return the die's box [µm]."""
        x, y = self.centre or (0.0, 0.0)
        return x - self.width / 2, y - self.height / 2, x + self.width / 2, y + self.height / 2


def _die(listing: Listing, section: Section, unit: float) -> _Die | None:
    """Return the die, None if its size is not known."""
    found = _by_key(entries(listing, section, "DIE"))
    for key in ("WIDTH", "HEIGHT"):
        if key not in found and section.is_there:
            listing.complain(section.header, key, f"the die's {key.lower()} is missing{_written_as(found, key)}")
    width, height = (
        listing.length(found[key].value, key, unit, is_size=True) if key in found else None
        for key in ("WIDTH", "HEIGHT")
    )
    centre = _centre(listing, found["CENTER"].value, unit) if "CENTER" in found else None
    if width is None or height is None:
        return None
    return _Die(section.header, width, height, centre, unit)


def _centre(listing: Listing, value: Piece, unit: float) -> tuple[float, float] | None:
    """Return the middle of the die [µm], None if it has a mistake."""
    places = words(value)
    if len(places) != 2:
        listing.complain(value, "CENTER", f"expected x and y, got {value.text!r}")
        return None
    x, y = (listing.length(place, "CENTER", unit) for place in places)
    return None if x is None or y is None else (x, y)


@dataclass(frozen=True)
class _Row:
    """A contact, and the line of the netlist that it stands on."""

    contact: Contact
    line: Piece


class _Netlist:
    """The lines of [NETLIST], and the pad numbers seen so far."""

    def __init__(self, listing: Listing, padstacks: Padstacks, unit: float) -> None:
        self.listing = listing
        self.padstacks = padstacks
        self.unit = unit
        self.seen: dict[int, int] = {}

    def row(self, line: Piece) -> _Row | None:
        """Return the contact of a line, None for a line without a die pad and for one with a mistake."""
        columns = [line.part(*span) for span in _spans(line.text)]
        if len(columns) > 1 and columns[1].text == EMPTY:
            return None
        if self._is_misplaced(line, columns):
            return None
        net, pad, padstack, *places = columns[: len(COLUMNS)]
        name = self._pad_number(pad)
        outline = self.padstacks.outline(padstack)
        x, y = (self.listing.length(place, key, self.unit) for place, key in zip(places, COLUMNS[3:], strict=True))
        if name is None or outline is None or x is None or y is None:
            return None
        return _Row(Contact(name, regions.move(outline, x, y), None if net.text == EMPTY else net.text), line)

    def _is_misplaced(self, line: Piece, columns: list[Piece]) -> bool:
        """Tell whether the columns of a line cannot be told apart, which is a mistake."""
        first = next((at for at in range(1, len(columns) - 1) if self._begins_pad(columns[at], columns[at + 1])), None)
        if first is not None and first > 1:
            net = line.part(columns[0].column - line.column, columns[first].column - line.column)
            written = "_".join(net.text.split())
            self.listing.complain(net, "net", f"a net name takes no spaces: write {written!r} for {net.text!r}")
        elif first is None and self._runs_together(columns):
            sentence = f"net name and pad number run together in {columns[0].text!r}: leave a space between them"
            self.listing.complain(columns[0], "net", sentence)
        elif len(columns) < len(COLUMNS):
            wanted = ", ".join(COLUMNS)
            self.listing.complain(line, "NETLIST", f"expected at least 5 columns ({wanted}), got {len(columns)}")
        elif not columns[1].text.isascii() or not columns[1].text.isdecimal():
            self.listing.complain(columns[1], "pad number", f"must be a whole number, got {columns[1].text!r}")
        else:
            return False
        return True

    def _begins_pad(self, pad: Piece, padstack: Piece) -> bool:
        """Tell whether two columns are a pad number and a known padstack."""
        return pad.text.isdecimal() and self.padstacks.has(padstack.text)

    def _runs_together(self, columns: list[Piece]) -> bool:
        """Tell whether a padstack comes right after a net name that ends in a number."""
        return len(columns) > 1 and columns[0].text[-1].isdecimal() and self.padstacks.has(columns[1].text)

    def _pad_number(self, pad: Piece) -> str | None:
        """Return the name of a contact, None if its pad number stands on another line too."""
        value = int(pad.text)
        if value in self.seen:
            self.listing.complain(pad, "pad number", f"{value} is already on line {self.seen[value]}")
            return None
        self.seen[value] = pad.line
        return str(value)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each column of a line begins and ends: spaces and tabs separate them."""
    start = 0
    for word in text.split():
        at = text.index(word, start)
        start = at + len(word)
        yield at, start


def _check_inside(listing: Listing, die: _Die, rows: list[_Row]) -> None:
    """Note a mistake if contacts reach over the die's border: most often the die's middle is not where they count."""
    outside = [row for row in rows if not _covers(die.box, row)]
    width, height = die.width / die.unit, die.height / die.unit
    if outside and die.centre is None and all(_covers((0.0, 0.0, die.width, die.height), row) for row in rows):
        sentence = (
            f"the pads lie within (0, 0) to ({width:.10g}, {height:.10g}), counted from the die's lower left corner, "
            f"but its middle is taken as (0, 0): write CENTER={width / 2:.10g} {height / 2:.10g} in [DIE]"
        )
        listing.complain(die.header, "CENTER", sentence)
    elif outside:
        first = outside[0]
        left, bottom, right, top = (f"{border / die.unit:.10g}" for border in die.box)
        reach = f" and {len(outside) - 1} more reach" if len(outside) > 1 else " reaches"
        hint = "" if die.centre else ": its middle is taken as (0, 0) unless [DIE] says CENTER=x y"
        sentence = f"pad {first.contact.name}{reach} over the border of the die, ({left}, {bottom}) to ({right}, {top})"
        listing.complain(first.line, "NETLIST", f"{sentence}{hint}")


def _covers(box: Box, row: _Row) -> bool:
    """Tell whether a contact lies within a box."""
    left, bottom, right, top = regions.box_of(row.contact.outline)
    return left > box[0] - _SLACK and bottom > box[1] - _SLACK and right < box[2] + _SLACK and top < box[3] + _SLACK
