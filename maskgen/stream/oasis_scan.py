"""OASIS files (SEMI P39) checked record by record, before the layout kernel sees them.

The kernel takes what it does not find for 0, stops at any byte that looks like END, and reads beyond its memory where a
number leads there. What passes `scan` has every record whole, in its place, and leads to what is in the file.
"""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from maskgen.errors import LayoutError
from maskgen.stream import oasis_frame
from maskgen.stream.oasis_elements import ELEMENTS, form
from maskgen.stream.oasis_fields import Modals
from maskgen.stream.oasis_frame import END, END_SIZE, MAGIC, START
from maskgen.stream.oasis_names import Names, fault
from maskgen.stream.oasis_numbers import DamageError, Reader
from maskgen.stream.records import FaultError

Said = TypeVar("Said")

_FILLING: Final = re.compile(rb"\0+")
"""Records that only fill up."""

_CELL_BY_NUMBER, _PROPERTY, _CBLOCK = 13, 28, 34
"""Numbers of records that are asked for by name."""

_PROPERTY_NUMBER, _PROPERTY_NAME, _SAME_VALUES = 0x02, 0x04, 0x08
"""Bits of the info byte of a property: its name is told by number, it is told at all, its values are those before."""

_NAMES: Final = {
    1: "START",
    2: "END",
    3: "CELLNAME",
    4: "CELLNAME",
    5: "TEXTSTRING",
    6: "TEXTSTRING",
    7: "PROPNAME",
    8: "PROPNAME",
    9: "PROPSTRING",
    10: "PROPSTRING",
    11: "LAYERNAME",
    12: "LAYERNAME",
    13: "CELL",
    14: "CELL",
    15: "XYABSOLUTE",
    16: "XYRELATIVE",
    17: "PLACEMENT",
    18: "PLACEMENT",
    19: "TEXT",
    20: "RECTANGLE",
    21: "POLYGON",
    22: "PATH",
    23: "TRAPEZOID",
    24: "TRAPEZOID",
    25: "TRAPEZOID",
    26: "CTRAPEZOID",
    27: "CIRCLE",
    28: "PROPERTY",
    29: "PROPERTY",
    30: "XNAME",
    31: "XNAME",
    32: "XELEMENT",
    33: "XGEOMETRY",
    34: "CBLOCK",
}
"""Records by their number; 0 fills up."""

_READ_NAME: Final[dict[str, Callable[[Reader], str]]] = {
    "CELLNAME": Reader.name,
    "TEXTSTRING": Reader.text,
    "PROPNAME": Reader.name,
    "PROPSTRING": lambda reader: reader.string().decode("latin-1"),
}
"""What each name may be made of."""


def scan(path: Path, data: bytes) -> None:
    """Check what an OASIS file holds.

    Raises
    ------
    LayoutError
        For the first fault, as ``path: byte OFFSET: sentence``: of START and END, of the checksum, of the records in
        the order of the file, and of what they name.
    """
    try:
        _Scan(data).check()
    except FaultError as error:
        raise LayoutError(f"{path}: byte {error.fault.offset}: {error.fault.sentence}") from None


class _Scan:
    """One pass over the records of a file."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.names = Names()
        self.modals = Modals(self.names)
        self.room = oasis_frame.room(len(data))
        self.is_in_cell = False
        self.others: dict[int, Callable[[Reader, int], None]] = {
            **dict.fromkeys(range(3, 11), self._name),
            **dict.fromkeys((11, 12), self._layer_name),
            **dict.fromkeys((13, 14), self._cell),
            **dict.fromkeys((15, 16), self._mode),
            **dict.fromkeys((28, 29), self._property),
            **dict.fromkeys((30, 31, 32, 33), _extension),
            _CBLOCK: self._block,
        }

    def check(self) -> None:
        """Raise the first fault of the file."""
        if not self.data.startswith(MAGIC):
            raise fault((0, None), f"the file does not begin with {MAGIC!r}, as OASIS files do")
        last = len(self.data) - END_SIZE
        if last < len(MAGIC) or self.data[last] != END:
            raise fault((len(self.data), None), "the file ends without END, it is cut off or damaged")
        reader = Reader(self.data, len(MAGIC), last, "END")
        self.names.place = (reader.at, None)
        has_offsets = self._told(START, partial(oasis_frame.start, reader))
        self.names.place = (last, None)
        scheme = self._told(END, partial(oasis_frame.end, self.data, last, has_offsets=has_offsets))
        oasis_frame.check_sum(self.data, scheme)
        self._records(reader, None)
        self.names.check()

    def _told(self, kind: int, read: Callable[[], Said]) -> Said:
        """Return what a record says, its damage as a fault of the file."""
        try:
            return read()
        except DamageError as error:
            raise fault(self.names.place, f"{_NAMES[kind]} {error}") from None

    def _records(self, reader: Reader, block: int | None) -> None:
        """Check the records of the file, or those of the block that begins at a byte."""
        while self._pass_plain(reader):
            start = reader.at
            self.names.place = (start, None) if block is None else (block, start)
            kind = reader.byte()
            self._told(kind, partial(self._record, reader, kind, is_packed=block is not None))

    def _pass_plain(self, reader: Reader) -> bool:
        """Pass over elements that a pattern takes; tell whether a record follows that asks for more."""
        data, at, end, known = reader.data, reader.at, reader.end, self.modals.known
        while at < end:
            kind = data[at]
            if filling := _FILLING.match(data, at, end):
                at = filling.end()
                continue
            if kind not in ELEMENTS or at + 1 == end or not self.is_in_cell:
                break
            found = form(kind, data[at + 1])
            match = None if found.needs & ~known or not found.match else found.match(data, at, end)
            if not match:
                break
            known |= found.sets
            at = match.end()
        reader.at, self.modals.known = at, known
        return at < end

    def _record(self, reader: Reader, kind: int, *, is_packed: bool) -> None:
        """Check one record, of which the number has been read."""
        if kind in ELEMENTS:
            self._element(reader, kind)
        elif kind in self.others and not (is_packed and kind == _CBLOCK):
            self.others[kind](reader, kind)
        elif kind not in _NAMES:
            raise fault(self.names.place, f"unknown record {kind}")
        elif is_packed:
            raise DamageError("may not stand in a CBLOCK")
        elif kind == END:
            raise DamageError(f"stands {len(self.data) - reader.at + 1} bytes before the end of the file, must be 256")
        else:
            raise DamageError("stands twice")

    def _element(self, reader: Reader, kind: int) -> None:
        """Check an element field by field."""
        self._mode(reader, kind)
        found, modals = form(kind, reader.byte()), self.modals
        modals.need(*found.left_out)
        for read, variables in found.readings:
            read(reader, modals)
            modals.known |= variables

    def _mode(self, _: Reader, __: int) -> None:
        if not self.is_in_cell:
            raise DamageError("stands outside a cell")

    def _cell(self, reader: Reader, kind: int) -> None:
        self.is_in_cell = True
        self.modals.reset()
        self.names.define(reader.unsigned() if kind == _CELL_BY_NUMBER else reader.name())

    def _name(self, reader: Reader, kind: int) -> None:
        self.is_in_cell = False
        self.modals.reset()
        table = _NAMES[kind]
        name = _READ_NAME[table](reader)
        self.names.give(table, name, None if kind % 2 else reader.unsigned())

    def _layer_name(self, reader: Reader, _: int) -> None:
        self.is_in_cell = False
        self.modals.reset()
        reader.name()
        for _ in range(2):
            kind = reader.unsigned()
            if kind > 4:
                raise DamageError(f"has interval type {kind}, must be 0 to 4")
            for _ in range((0, 1, 1, 1, 2)[kind]):
                reader.unsigned()

    def _property(self, reader: Reader, kind: int) -> None:
        """Check a property: its name and its values, or those of the one before."""
        info = reader.byte() if kind == _PROPERTY else _SAME_VALUES
        if not info & _PROPERTY_NAME:
            self.modals.need("property name")
        elif info & _PROPERTY_NUMBER:
            self.names.use("PROPNAME", reader.unsigned())
        else:
            reader.name()
        if info & _SAME_VALUES:
            self.modals.need("property values")
        else:
            self._values(reader, info >> 4)
        self.modals.set("property name", "property values")

    def _values(self, reader: Reader, count: int) -> None:
        """Check the values of a property: reals, whole numbers, texts, and numbers of texts."""
        if count == 15:
            count = reader.unsigned()
            reader.expect(count, "values")
        for _ in range(count):
            kind = reader.byte()
            if kind > 15:
                raise DamageError(f"has a value of type {kind}, must be 0 to 15")
            if kind < 8:
                reader.at -= 1
                reader.real()
            elif kind in (10, 11, 12):
                reader.string() if kind == 11 else reader.text()
            elif kind > 12:
                self.names.use("PROPSTRING", reader.unsigned())
            else:
                reader.unsigned()

    def _block(self, reader: Reader, _: int) -> None:
        """Check a block of packed records."""
        start = self.names.place[0]
        data = oasis_frame.unpacked(reader, self.room)
        self.room -= len(data)
        self._records(Reader(data, 0, len(data), "the end of its block"), start)


def _extension(_: Reader, __: int) -> None:
    raise DamageError("belongs to an extension of the format, which cannot be read")
