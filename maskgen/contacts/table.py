"""Tables of bond sites: text with a header line, as spreadsheets write it.

The header names the columns name, x, y, width, height and, if the file knows nets, net, in any order and case. A column
may say its unit, as ``x [mm]``. Commas, semicolons or tabs separate the columns; lines that begin with # are comments.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from maskgen import units
from maskgen.contacts.listing import Listing, Piece, meant
from maskgen.contacts.model import Contact, DieFile
from maskgen.geometry import regions, shapes

LENGTHS: Final = ("x", "y", "width", "height")
REQUIRED: Final = ("name", *LENGTHS)
COLUMNS: Final = (*REQUIRED, "net")

_HEADING = re.compile(r"(.*?)\s*[\[(]\s*(.*?)\s*[\])]")


def read_table(path: Path, *, unit: float) -> DieFile:
    """Return the contacts of a table, in its order; a table does not say where the die ends.

    Parameters
    ----------
    unit
        µm in the unit of columns that name none.

    Raises
    ------
    SourceError
        For all mistakes of the file at once, each as ``path:line:column: name of the column: sentence``.
    """
    listing = Listing(path)
    lines = [line for line in listing.lines if line.text.strip() and not line.text.lstrip().startswith("#")]
    if not lines:
        listing.complain(listing.lines[0], "table", f"the file is empty, expected a header such as {','.join(COLUMNS)}")
        listing.check()
    table = _Table(listing, lines[0], unit)
    found = [table.contact(line) for line in lines[1:]]
    if len(lines) == 1:
        listing.complain(lines[0], "table", "no contacts stand below the header")
    listing.check()
    return DieFile(tuple(contact for contact in found if contact is not None), None)


@dataclass(frozen=True)
class _Column:
    """Where a column stands in every line, and the µm of its unit."""

    place: int
    unit: float


class _Table:
    """The columns of one table, and the names seen so far."""

    def __init__(self, listing: Listing, header: Piece, unit: float) -> None:
        self.listing = listing
        self.delimiter = max(",;\t", key=header.text.count)
        headings = self._fields(header)
        self.count = len(headings)
        self.columns: dict[str, _Column] = {}
        for place, heading in enumerate(headings):
            self._add_column(heading, place, unit)
        for name in REQUIRED:
            if name not in self.columns:
                listing.complain(header, name, "the column is missing")
        self.seen: dict[str, int] = {}

    def contact(self, line: Piece) -> Contact | None:
        """Return the contact of a line, None for an empty line and for one with a mistake."""
        fields = self._fields(line)
        fields = fields[: self.count] + [field for field in fields[self.count :] if field.text]
        if not any(field.text for field in fields):
            return None
        if len(fields) != self.count:
            self._complain_count(line, len(fields))
            return None
        name = self._name(fields)
        x, y, width, height = (self._length(column, fields) for column in LENGTHS)
        if name is None or x is None or y is None or width is None or height is None:
            return None
        net = fields[self.columns["net"].place].text if "net" in self.columns else ""
        return Contact(name, regions.move(shapes.rectangle(width, height), x, y), net or None)

    def _fields(self, line: Piece) -> list[Piece]:
        """Return the fields of a line, without the quotes around them."""
        fields, start, is_quoted = [], 0, False
        for at, character in enumerate(line.text):
            is_quoted ^= character == '"'
            if character == self.delimiter and not is_quoted:
                fields.append(_unquoted(line.part(start, at)))
                start = at + 1
        fields.append(_unquoted(line.part(start, len(line.text))))
        if is_quoted:
            self.listing.complain(fields[-1], "table", "a quote is not closed on this line")
        return fields

    def _add_column(self, heading: Piece, place: int, unit: float) -> None:
        """Note what stands in one column."""
        match = _HEADING.fullmatch(heading.text)
        written, own_unit = match.groups() if match else (heading.text, None)
        name = written.strip().lower()
        if name not in COLUMNS:
            self.listing.complain(heading, written or "table", f"unknown column{meant(name, COLUMNS)}")
        elif name in self.columns:
            self.listing.complain(heading, name, "the column stands twice in the header")
        else:
            self.columns[name] = _Column(place, self._unit(heading, name, own_unit) if own_unit else unit)

    def _unit(self, heading: Piece, name: str, written: str) -> float:
        """Return the µm of the unit that a heading says."""
        known = written.lower().replace("μ", "µ")  # Greek letters for the micro sign
        if name not in LENGTHS:
            self.listing.complain(heading, name, f"the column takes no unit, got {written!r}")
        elif known not in units.UM:
            self.listing.complain(heading, name, f"unknown unit {written!r}{meant(known, units.UM)}")
        return units.UM.get(known, 1.0)

    def _complain_count(self, line: Piece, count: int) -> None:
        is_cut = self.listing.is_cut and line.line == len(self.listing.lines) and count < self.count
        hint = ": the file is cut off here" if is_cut else ""
        self.listing.complain(line.part(0, len(line.text)), "table", f"expected {self.count} fields, got {count}{hint}")

    def _name(self, fields: list[Piece]) -> str | None:
        """Return the name that a line gives, None if it has a mistake."""
        if "name" not in self.columns:
            return None
        field = fields[self.columns["name"].place]
        if not field.text:
            self.listing.complain(field, "name", "a contact needs a name")
        elif field.text in self.seen:
            sentence = f"{field.text!r} is already the name of the contact on line {self.seen[field.text]}"
            self.listing.complain(field, "name", sentence)
        else:
            self.seen[field.text] = field.line
            return field.text
        return None

    def _length(self, name: str, fields: list[Piece]) -> float | None:
        """Return one length of a line [µm], None if it has a mistake."""
        if name not in self.columns:
            return None
        column = self.columns[name]
        return self.listing.length(fields[column.place], name, column.unit, is_size=name in ("width", "height"))


def _unquoted(field: Piece) -> Piece:
    """Return a field without the quotes around it."""
    if len(field.text) < 2 or not field.text.startswith('"') or not field.text.endswith('"'):
        return field
    return Piece(field.text[1:-1].replace('""', '"').strip(), field.line, field.column + 1)
