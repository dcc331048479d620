"""The records of one GDSII file as arrays: where each stands, what it is, what it belongs to."""

import struct
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from maskgen.stream import grammar
from maskgen.stream.grammar import Record

_WALKING = "maskgen.stream.compiled.walking"

Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Fault:
    """What is wrong with a file, and at which byte."""

    offset: int
    sentence: str


class FaultError(Exception):
    """A fault on its way to what knows the path of the file."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.sentence)


@dataclass(frozen=True, eq=False)
class Records:
    """The headers of all records up to ENDLIB, or up to where no further record can be told apart.

    Parameters
    ----------
    data
        The whole file.
    offsets : (n,) ndarray of int
        Where each record begins.
    kinds, types : (n,) ndarray of uint8
        Record number and data type.
    sizes : (n,) ndarray of int32
        Bytes of payload.
    """

    data: bytes
    offsets: Indices
    kinds: NDArray[np.uint8]
    types: NDArray[np.uint8]
    sizes: NDArray[np.int32]

    @cached_property
    def openings(self) -> Indices:
        """Return which records open or close something; what stands between two of them belongs to the first."""
        table = np.zeros(256, bool)
        table[list(grammar.FOLLOWS)] = True
        return np.flatnonzero(table[self.kinds])

    @cached_property
    def within(self) -> NDArray[np.uint8]:
        """Return for each record the kind of the opening or closing record that it belongs to: itself, if it is one."""
        return self.kinds[self.openings][self.groups]

    @cached_property
    def groups(self) -> NDArray[np.int32]:
        """Return for each record the number of its opening or closing record among `openings`."""
        marks = np.zeros(len(self.kinds), np.int8)
        marks[self.openings] = 1
        found = np.cumsum(marks, dtype=np.int32)
        found -= 1
        return found

    @cached_property
    def numbers(self) -> NDArray[np.uint8]:
        """Return the whole file as numbers."""
        return np.frombuffer(self.data, np.uint8)

    def of(self, *kinds: Record) -> Indices:
        """Return which records are of some kinds."""
        table = np.zeros(256, bool)
        table[list(kinds)] = True
        return np.flatnonzero(table[self.kinds])

    @cached_property
    def placed(self) -> tuple[list[bytes], Indices]:
        """Return the names that references say, each once, and which of them each reference says."""
        return self.texts(Record.SNAME)

    def texts(self, kind: Record) -> tuple[list[bytes], Indices]:
        """Return the texts that records of a kind hold, each once and without the NULs behind it, and which each says.

        In the order of the file; a layout has many references to few cells.
        """
        numbers = self.of(kind)
        begins = self.offsets[numbers] + 4
        ends = begins + self.sizes[numbers]
        said = [self.data[begin:end].rstrip(b"\0") for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)]
        known = {text: number for number, text in enumerate(dict.fromkeys(said))}
        return list(known), np.array([known[text] for text in said], dtype=np.int64)

    def payload(self, number: int) -> bytes:
        """Return what one record holds."""
        start = int(self.offsets[number]) + 4
        return self.data[start : start + int(self.sizes[number])]

    def payloads(self, numbers: Indices, size: int) -> NDArray[np.uint8]:
        """Return the first bytes of the payloads of some records.

        Parameters
        ----------
        numbers : (n,) ndarray of int
            Records that hold at least `size` bytes.

        Returns
        -------
        (n, size) ndarray of uint8
        """
        windows = np.lib.stride_tricks.sliding_window_view(self.numbers, size)
        found: NDArray[np.uint8] = windows[self.offsets[numbers] + 4]
        return found


def walk(data: bytes) -> tuple[Records, Fault | None]:
    """Return the records of a file up to ENDLIB, and why no more of them follow, if that is a fault."""
    # Nothing but this is done once per record: a record says where the next begins, so it cannot be an array.
    found, at = _loop()(data)
    return _ended(data, found, at)


@cache
def _loop() -> Callable[[bytes], tuple[Indices, int]]:
    """Return the compiled loop, or `starts` where there was no compiler."""
    return import_module(_WALKING).starts if find_spec(_WALKING) else starts


def starts(data: bytes) -> tuple[Indices, int]:
    """Return (n,) ndarray of int, where each record begins, and where no further one does [bytes]."""
    halves = np.frombuffer(data, ">u2", len(data) // 2).astype(np.uint16)
    found = array("q")
    append, lengths, at, end = found.append, halves.data, 0, len(halves)
    while at < end:
        length = lengths[at]
        if length < 4 or length & 1:
            break
        append(2 * at)
        at += length >> 1
    return np.array(found, np.int64), 2 * at


def _ended(data: bytes, offsets: Indices, at: int) -> tuple[Records, Fault | None]:
    """Return the records that begin at some bytes, and the fault at the byte after the last of them."""
    halves = np.frombuffer(data, ">u2", len(data) // 2)
    if at > 2 * len(halves):
        offsets, at = offsets[:-1], int(offsets[-1])
    words = halves[np.minimum(offsets // 2 + 1, len(halves) - 1)]
    ends = np.flatnonzero(words >> 8 == Record.ENDLIB)
    if len(ends):
        offsets, words = offsets[: ends[0] + 1], words[: ends[0] + 1]
    sizes = halves[offsets // 2].astype(np.int32) - 4
    found = Records(data, offsets, (words >> 8).astype(np.uint8), (words & 0xFF).astype(np.uint8), sizes)
    return found, _after(data, int(offsets[-1] + sizes[-1]) + 4) if len(ends) else _broken(data, at)


def _after(data: bytes, at: int) -> Fault | None:
    """Return a fault if anything but NULs, which fill up blocks of tape, follows the library."""
    rest = data[at:]
    if not rest.strip(b"\0"):
        return None
    return Fault(at + len(rest) - len(rest.lstrip(b"\0")), "data follows after ENDLIB, the end of the library")


def _broken(data: bytes, at: int) -> Fault:
    """Return why there is no record at a place."""
    left = len(data) - at
    if left == 0:
        return Fault(at, "the file ends without ENDLIB, it is cut off")
    if left < 4:
        return Fault(at, f"the file is cut off: {left} bytes are left of a record's header of 4")
    length, kind = struct.unpack_from(">HB", data, at)
    name = grammar.record_name(kind)
    if length < 4:
        return Fault(at, f"record {name} has a length of {length} bytes, must be at least 4")
    if length & 1:
        return Fault(at, f"record {name} has a length of {length} bytes, must be even")
    return Fault(at, f"record {name} of {length} bytes is cut off: the file ends after {left} of them")
