"""What frames the records of OASIS (SEMI P39, 13, 14, 35): the first, the last, and the blocks that pack others."""

import zlib
from typing import Final

from maskgen.stream import faults
from maskgen.stream.oasis_names import fault
from maskgen.stream.oasis_numbers import DamageError, Reader

MAGIC: Final = b"%SEMI-OASIS\r\n"
"""With what every OASIS file begins."""

START, END = 1, 2
"""Numbers of the first and the last record."""

END_SIZE = 256
"""Bytes of the last record."""

_MICROMETRE = 1e-6
"""The length [m] that is divided into database units."""

_ROOM, _ROOM_PER_BYTE = 1 << 24, 128
"""Most bytes that all blocks of a file may unpack to, and more for each byte of the file: much more than layouts do,
and less than anybody waits for."""
_MOST_RATIO = 1040
"""More than this nothing shrinks: deflate writes up to 258 bytes as 2 bits."""


def room(size: int) -> int:
    """Return how many bytes the blocks of a file may unpack to."""
    return _ROOM + size * _ROOM_PER_BYTE


def start(reader: Reader) -> bool:
    """Check the first record: version, unit, tables; return whether it leaves the places of the tables to the last."""
    if reader.byte() != START:
        raise DamageError("is not the first record")
    version = reader.text()
    if version != "1.0":
        raise DamageError(f"says version {version!r}, must be '1.0'")
    steps = reader.real()
    low, high = faults.DATABASE_UNITS
    if steps <= 0:
        raise DamageError(f"gives {steps:g} database units in a micrometre, must be more than 0")
    if not low <= _MICROMETRE / steps <= high:
        raise DamageError(f"gives a database unit of {_MICROMETRE / steps:g} m, must be {low:g} to {high:g} m")
    flag = reader.unsigned()
    if flag > 1:
        raise DamageError(f"has offset flag {flag}, must be 0 or 1")
    if flag == 0:
        _offsets(reader)
    return flag == 1


def _offsets(reader: Reader) -> None:
    """Check where the six tables of names begin, 0 for none, and whether all names stand in them."""
    for _ in range(6):
        is_strict, offset = reader.unsigned(), reader.unsigned()
        if is_strict > 1:
            raise DamageError(f"has strict flag {is_strict}, must be 0 or 1")
        if offset >= len(reader.data):
            raise DamageError(f"says that a table begins at byte {offset}, the file has {len(reader.data)}")


def end(data: bytes, start: int, *, has_offsets: bool) -> int:
    """Check the last record: tables, filling, and the scheme of the checksum, which is returned."""
    reader = Reader(data, start + 1, len(data), "the end of the file")
    if has_offsets:
        _offsets(reader)
    _skip_filling(reader)
    scheme = reader.unsigned()
    if scheme > 2:
        raise DamageError(f"has validation scheme {scheme}, must be 0 to 2")
    size = reader.at - start + (4 if scheme else 0)
    if size != END_SIZE:
        raise DamageError(f"holds {size} bytes, must be {END_SIZE}")
    return scheme


def _skip_filling(reader: Reader) -> None:
    """Skip the text that fills END up; writers in use leave it empty and write its length of 0 at length."""
    while reader.byte() == 0x80:
        pass
    reader.at -= 1
    reader.string()


def check_sum(data: bytes, scheme: int) -> None:
    """Raise a fault if a file does not have the checksum that it says."""
    if scheme == 0:
        return
    written = int.from_bytes(data[-4:], "little")
    found = zlib.crc32(data[:-4]) if scheme == 1 else sum(data[:-4]) & 0xFFFF_FFFF
    if found != written:
        sentence = f"the file is damaged: its checksum is {found:08x}, it says {written:08x}"
        raise fault((len(data) - 4, None), sentence)


def unpacked(reader: Reader, left: int) -> bytes:
    """Return the records that a block packs, if there are not more bytes of them than are left."""
    kind, size, packed = reader.unsigned(), reader.unsigned(), reader.unsigned()
    if kind != 0:
        raise DamageError(f"has compression type {kind}, must be 0")
    reader.expect(packed, "packed bytes")
    if size > packed * _MOST_RATIO:
        raise DamageError(f"packs {size} bytes in {packed}, which cannot be")
    if size > left:
        raise DamageError(f"holds {size} bytes, of which at most {left} can be unpacked")
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = unpacker.decompress(reader.raw(packed), size + 1)
    except zlib.error:
        raise DamageError("cannot be unpacked, its bytes are damaged") from None
    if len(data) > size:
        raise DamageError(f"holds more than the {size} bytes that it says")
    if len(data) < size or not unpacker.eof:
        raise DamageError(f"is cut off: it says {size} bytes, {len(data)} can be unpacked")
    if unpacker.unused_data:
        raise DamageError(f"is followed by {len(unpacker.unused_data)} bytes that are no packed records")
    return data
