"""Tables of bond sites: text with a header line, as spreadsheets write it.

The header names the columns name, x, y, width, height and, if the file knows nets, net, in any order and case. A column
may say its unit, as ``x [mm]``. Commas, semicolons or tabs separate the columns; lines that begin with # are comments.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from maskgen import units
from maskgen.contacts.listing import Listing, Piece, meant, number
from maskgen.contacts.model import Contact, DieFile
from maskgen.geometry import regions, shapes

LENGTHS: Final = ("x", "y", "width", "height")
COLUMNS: Final = ("name", *LENGTHS, "net")

FARTHEST: Final = 1e6
"""Greatest coordinate and size [µm] of a contact: no die is larger than a metre."""

_HEADING = re.compile(r"(.*?)\s*[\[(]\s*(.*?)\s*[\])]")


@dataclass(frozen=True)
class _Column:
    """Where a column stands in every line, and the µm of its unit."""

    place: int
    unit: float


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
    contacts = [contact for line in lines[1:] if (contact := table.contact(line)) is not None]
    if len(lines) == 1:
        listing.complain(lines[0], "table", "no contacts stand below the header")
    listing.check()
    return DieFile(tuple(contacts), None)


class _Table:
    """The columns of one table, and the names seen so far."""

    def __init__(self, listing: Listing, header: Piece, unit: float) -> None:
        self.listing = listing
        self.delimiter = max(",;\t", key=header.text.count)
        self.headings = self._fields(header)
        self.columns = self._columns(header, unit)
        self.seen: dict[str, int] = {}

    def contact(self, line: Piece) -> Contact | None:
        """Return the contact of a line, None for an empty line or one with a mistake."""
        fields = self._fields(line)
        if len(fields) != len(self.headings):
            if any(field.text for field in fields):
                self._complain_count(line, len(fields))
            return None
        lengths = {name: self._length(name, fields) for name in LENGTHS}
        name = self._name(fields)
        sizes = {key: value for key, value in lengths.items() if value is not None}
        if name is None or len(sizes) < len(LENGTHS):
            return None
        outline = regions.move(shapes.rectangle(sizes["width"], sizes["height"]), sizes["x"], sizes["y"])
        return Contact(name, outline, self._text("net", fields) or None)

    def _fields(self, line: Piece) -> list[Piece]:
        """Return the fields of a line, quotes taken off, without empty ones at the end beyond the header's."""
        fields, start, text = [], 0, line.text
        quoted = rf'\s*"(?:[^"]|"")*"\s*(?={self.delimiter}|$)'
        for match in re.finditer(rf"(?:{quoted}|[^{self.delimiter}]*)(?:{self.delimiter}|$)", text):
            if match.start() < start or (match.start() == len(text) and not text.endswith(self.delimiter)):
                continue
            fields.append(_unquoted(line.part(match.start(), match.end() - match.group().endswith(self.delimiter))))
            start = match.end()
        least = len(self.headings) if hasattr(self, "headings") else 0
        while len(fields) > least and not fields[-1].text:
            fields.pop()
        return fields
