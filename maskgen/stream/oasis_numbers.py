"""Numbers and texts of OASIS (SEMI P39, 7), read one by one or skipped by the hundred. Knows nothing of records."""

import math
import re
import struct
from collections.abc import Callable
from functools import lru_cache
from typing import Final

_BATCH = 256
"""Most numbers that are skipped in one go."""

_NAME = bytes(range(0x20, 0x7F))
"""What names are made of; the standard leaves out the space, writers in use do not."""
_TEXT = _NAME + b"\t\r\n"
"""What texts are made of; the standard leaves out what breaks lines, writers in use do not."""


def _any_of(numbers: range) -> bytes:
    """Return the pattern of one byte out of some."""
    return b"[" + b"".join(b"\\x%02x" % number for number in numbers) + b"]"


# A number of up to nine bytes has at most 63 bits and needs no look; what a pattern does not take is read in full.
_REST = rb"[\x80-\xff]{0,7}[\x00-\x7f]"
_EVEN, _EVEN_ON, _ODD, _ODD_ON = (
    _any_of(range(*limits, 2)) for limits in ((0, 0x80), (0x80, 0x100), (1, 0x80), (0x81, 0x100))
)

UNSIGNED: Final = rb"[\x80-\xff]{0,8}[\x00-\x7f]"
"""Pattern of a whole number, signed or not, and of a step along an axis or a diagonal."""
SMALL: Final = rb"[\x80-\xff]{0,3}[\x00-\x7f]"
"""Pattern of a whole number of at most 28 bits."""
STEP: Final = b"(?:" + b"|".join((_EVEN, _EVEN_ON + _REST, _ODD + UNSIGNED, _ODD_ON + _REST + UNSIGNED)) + b")"
"""Pattern of a step in any direction, a g-delta: one number if its first bit is 0, two if it is 1."""


class DamageError(Exception):
    """What is wrong with a record: the rest of a sentence that begins with its name."""


class Reader:
    """A place in the records of a file, or in those of an unpacked block.

    Parameters
    ----------
    data
        The bytes.
    at, end
        Where reading begins, and where the records end.
    limit
        What comes there, for messages.
    """

    def __init__(self, data: bytes, at: int, end: int, limit: str) -> None:
        self.data = data
        self.at = at
        self.end = end
        self.limit = limit

    def byte(self) -> int:
        """Return the next byte."""
        if self.at >= self.end:
            raise DamageError(f"is cut off: {self.limit} comes before its end")
        self.at += 1
        return self.data[self.at - 1]

    def raw(self, count: int) -> bytes:
        """Return the next bytes."""
        self.expect(count, "bytes")
        self.at += count
        return self.data[self.at - count : self.at]

    def expect(self, count: int, things: str) -> None:
        """Raise an error if there cannot be so many things, each at least a byte."""
        left = self.end - self.at
        if count > left:
            rest = "1 byte is" if left == 1 else f"{left} bytes are"
            raise DamageError(f"holds {count} {things}, but {rest} left before {self.limit}")

    def unsigned(self) -> int:
        """Return a whole number of up to 64 bits, seven in each byte, lowest first."""
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if shift > 63 and byte > 1:
                raise DamageError("has a number of more than 64 bits")
            if byte < 0x80:
                return value

    def step(self) -> None:
        """Skip a step in any direction."""
        if self.unsigned() & 1:
            self.unsigned()

    def real(self) -> float:
        """Return a finite number: whole, the inverse of a whole number, a fraction, or binary in four or eight bytes.

        Examples
        --------
        >>> Reader(bytes([5, 3, 4]), 0, 3, "END").real()
        -0.75
        """
        kind = self.byte()
        if kind > 7:
            raise DamageError(f"has a real of type {kind}, must be 0 to 7")
        value = self._binary(kind) if kind > 5 else self._fraction(kind)
        if not math.isfinite(value):
            raise DamageError(f"has a real that is no number: {value}")
        return value

    def _fraction(self, kind: int) -> float:
        above = 1 if kind in (2, 3) else self.unsigned()
        below = 1 if kind in (0, 1) else self.unsigned()
        if below == 0:
            raise DamageError("has a real with the denominator 0")
        return -above / below if kind & 1 else above / below

    def _binary(self, kind: int) -> float:
        form, size = ("<f", 4) if kind == 6 else ("<d", 8)
        (value,) = struct.unpack(form, self.raw(size))
        return float(value)

    def string(self) -> bytes:
        """Return any bytes, their number before them: a b-string."""
        size = self.unsigned()
        self.expect(size, "bytes of text")
        return self.raw(size)

    def text(self) -> str:
        """Return a text: an a-string."""
        return _plain(self.string(), _TEXT)

    def name(self) -> str:
        """Return a name: an n-string, which is not empty."""
        name = self.string()
        if not name:
            raise DamageError("has an empty name")
        return _plain(name, _NAME)

    def skip(self, pattern: bytes, read: Callable[[], object], count: int) -> None:
        """Pass over things by their pattern, each at least a byte; what it does not take is read one by one."""
        for done in range(0, count, _BATCH):
            batch = min(_BATCH, count - done)
            match = _several(pattern, batch).match(self.data, self.at, self.end)
            if match:
                self.at = match.end()
                continue
            for _ in range(batch):
                read()


def _plain(said: bytes, characters: bytes) -> str:
    if said.translate(None, characters):
        raise DamageError(f"has a text that is not printable ASCII: {said[:40]!r}")
    return said.decode("ascii")


@lru_cache(maxsize=4 * _BATCH)
def _several(pattern: bytes, count: int) -> re.Pattern[bytes]:
    """Return the pattern of a number of things in a row."""
    return re.compile(b"(?:%s){%d}" % (pattern, count), re.DOTALL)
