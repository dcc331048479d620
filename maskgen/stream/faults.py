"""What can be wrong with the records of a GDSII file. Each check returns its first fault."""

import struct
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from maskgen.stream import grammar
from maskgen.stream.grammar import Record
from maskgen.stream.records import Fault, Records

MOST_COPIES = 32767
"""Most columns or rows of an array: a signed 16-bit number."""

DATABASE_UNITS = (1e-15, 1e-3)
USER_UNITS = (1e-12, 1.0)
"""Least and greatest unit [m] that a layout can sensibly have; beyond it the record is damaged."""

Check = Callable[[Records], Fault | None]


def form(records: Records) -> Fault | None:
    """Return the first record that the format does not know, or whose payload is not of its form."""
    least, most, step = grammar.form_table()
    code = (records.kinds.astype(np.uint16) << 8) + records.types
    low, high, sizes = least[code], most[code], records.sizes
    first = _first((low < 0) | (sizes < low) | (sizes > high) | (sizes % step[code] != 0))
    return None if first is None else Fault(int(records.offsets[first]), _wrong_form(records, first))


def _wrong_form(records: Records, number: int) -> str:
    kind, found, size = int(records.kinds[number]), int(records.types[number]), int(records.sizes[number])
    name = grammar.record_name(kind)
    if kind not in Record._value2member_map_:
        return f"unknown record {name}" if name.startswith("0x") else f"record {name} may not be used"
    forms = grammar.FORMS[Record(kind)]
    wanted = [limits for limits in forms if limits[0] == found]
    if not wanted:
        right = " or ".join(grammar.TYPE_NAMES[limits[0]] for limits in forms)
        return f"record {name} has data type {found}, must hold {right}"
    return f"record {name} holds {size} bytes, must be {_sizes(wanted[0])}"


def _sizes(limits: tuple[int, int, int, int]) -> str:
    _, least, most, step = limits
    if least == most:
        return str(least)
    multiple = f", a multiple of {step}" if step > 1 else ""
    return f"{least} to {most}{multiple}"


def nesting(records: Records) -> Fault | None:
    """Return the first library, cell or element that is opened or closed where it may not be."""
    kinds = records.kinds[records.openings]
    first = _first(~grammar.follow_table()[kinds[:-1], kinds[1:]])
    if first is None:
        return None
    before, after = (grammar.record_name(int(kind)) for kind in kinds[first : first + 2])
    wanted = " or ".join(record.name for record in grammar.FOLLOWS[Record(kinds[first])])
    return Fault(int(records.offsets[records.openings[first + 1]]), f"{after} follows {before}, expected {wanted}")


def places(records: Records) -> Fault | None:
    """Return the first record that stands where it may not: in the wrong element, out of order or twice."""
    steps = grammar.step_table()[records.within, records.kinds]
    inside = np.ones(len(steps), bool)
    inside[records.openings] = False
    known = steps >= 0
    follows = inside[1:] & inside[:-1]
    repeated = np.zeros((256, 256), bool)
    for opening, kinds in grammar.REPEATED.items():
        repeated[opening, list(kinds)] = True
    late, twice = np.zeros(len(steps), bool), np.zeros(len(steps), bool)
    late[1:] = follows & (steps[1:] < steps[:-1])
    twice[1:] = follows & (records.kinds[1:] == records.kinds[:-1]) & ~repeated[records.within[1:], records.kinds[1:]]
    first = _first(inside & (~known | late | twice))
    return None if first is None else Fault(int(records.offsets[first]), _wrong_place(records, first, twice, known))


def _wrong_place(records: Records, number: int, twice: NDArray[np.bool_], known: NDArray[np.bool_]) -> str:
    name = grammar.record_name(int(records.kinds[number]))
    opening = grammar.record_name(int(records.within[number]))
    if not known[number]:
        return f"record {name} may not stand after {opening}"
    if twice[number]:
        return f"record {name} stands twice in {opening}"
    return f"record {name} may not follow {grammar.record_name(int(records.kinds[number - 1]))} in {opening}"


def missing(records: Records) -> Fault | None:
    """Return the first thing that lacks a record it needs."""
    bits = np.left_shift(np.uint64(1), records.kinds.astype(np.uint64))
    there = np.bitwise_or.reduceat(bits, records.openings)
    table = np.zeros(256, np.uint64)
    for opening, needed in grammar.REQUIRED.items():
        table[opening] = sum(1 << kind for kind in needed)
    kinds = records.kinds[records.openings]
    lacking = table[kinds] & ~there
    first = _first(lacking != 0)
    if first is None:
        return None
    absent = [kind.name for kind in grammar.REQUIRED[Record(kinds[first])] if int(lacking[first]) >> kind & 1]
    return Fault(
        int(records.offsets[records.openings[first]]), f"{Record(kinds[first]).name} lacks {' and '.join(absent)}"
    )


def points(records: Records) -> Fault | None:
    """Return the first element with too few or too many points."""
    numbers = records.of(Record.XY)
    kinds = records.within[numbers]
    count = records.sizes[numbers] // 8
    least, most = np.zeros(256, np.int64), np.zeros(256, np.int64)
    for kind, (low, high) in grammar.POINTS.items():
        least[kind], most[kind] = low, high
    first = _first((count < least[kinds]) | (count > most[kinds]))
    if first is None:
        return None
    kind = Record(kinds[first])
    low, high = grammar.POINTS[kind]
    wanted = f"{low}" if low == high else f"at least {low}"
    has = "1 point" if count[first] == 1 else f"{count[first]} points"
    return Fault(int(records.offsets[numbers[first]]), f"{kind.name} has {has}, must have {wanted}")


def paths(records: Records) -> Fault | None:
    """Return the first path that leads nowhere."""
    numbers = records.of(Record.XY)
    numbers = numbers[records.within[numbers] == Record.PATH]
    count = np.bincount(records.groups[numbers], records.sizes[numbers] // 8, len(records.openings))
    first = _first((records.kinds[records.openings] == Record.PATH) & (count < 2))
    if first is None:
        return None
    return Fault(int(records.offsets[records.openings[first]]), "PATH has 1 point, must have at least 2")


def copies(records: Records) -> Fault | None:
    """Return the first array without columns or rows."""
    numbers = records.of(Record.COLROW)
    count = records.payloads(numbers, 4).view(">i2")
    first = _first(count.min(axis=1, initial=MOST_COPIES) < 1)
    if first is None:
        return None
    columns, rows = count[first]
    return Fault(
        int(records.offsets[numbers[first]]),
        f"COLROW asks for {columns} columns and {rows} rows, each must be 1 to {MOST_COPIES}",
    )


def units(records: Records) -> Fault | None:
    """Return a fault if the units cannot be those of a layout."""
    user, metres = units_of(records)
    offset = int(records.offsets[records.of(Record.UNITS)[0]])
    low, high = DATABASE_UNITS
    if not low <= metres <= high:
        return Fault(offset, f"UNITS gives a database unit of {metres:g} m, must be {low:g} to {high:g} m")
    low, high = USER_UNITS
    if user <= 0 or not low <= metres / user <= high:
        return Fault(
            offset,
            f"UNITS gives a database unit of {user:g} user units and {metres:g} m: "
            f"a user unit must be {low:g} to {high:g} m",
        )
    return None


def units_of(records: Records) -> tuple[float, float]:
    """Return the database unit in user units and in metres."""
    user, metres = struct.unpack(">QQ", records.payload(int(records.of(Record.UNITS)[0])))
    return real(user), real(metres)


def magnifications(records: Records) -> Fault | None:
    """Return the first magnification that is not positive."""
    numbers = records.of(Record.MAG)
    values = records.payloads(numbers, 8).view(">u8").ravel()
    first = _first((values >> np.uint64(63) != 0) | (values << np.uint64(8) == 0))
    if first is None:
        return None
    return Fault(int(records.offsets[numbers[first]]), f"MAG is {real(int(values[first])):g}, must be larger than 0")


def texts(records: Records) -> Fault | None:
    """Return the first name or label that is not plain text."""
    kinds = Record.LIBNAME, Record.STRNAME, Record.SNAME, Record.STRING
    found = [fault for kind in kinds if (fault := _wrong_text(records, kind)) is not None]
    return min(found, key=lambda fault: fault.offset, default=None)


def _wrong_text(records: Records, kind: Record) -> Fault | None:
    """Return the first text of a kind that is not plain, or a name that is empty."""
    said, which = records.placed if kind == Record.SNAME else records.texts(kind)
    for number, text in enumerate(said):
        wrong = f"not ASCII text: {text[:40]!r}" if not text.isascii() or b"\0" in text else ""
        if not text and kind in (Record.STRNAME, Record.SNAME):
            wrong = "empty"
        if wrong:
            return Fault(int(records.offsets[records.of(kind)[np.argmax(which == number)]]), f"{kind.name} is {wrong}")
    return None


def properties(records: Records) -> Fault | None:
    """Return the first property without its number or its value."""
    kinds = np.append(records.kinds, np.uint8(0))
    number, value = kinds == Record.PROPATTR, kinds == Record.PROPVALUE
    first = _first(number[:-1] != value[1:])
    if first is None:
        return None
    if number[first]:
        return Fault(int(records.offsets[first]), "PROPATTR is not followed by PROPVALUE")
    return Fault(int(records.offsets[first + 1]), "PROPVALUE does not follow PROPATTR")


def real(value: int) -> float:
    """Return the number that eight bytes write: sign, power of 16 plus 64, and 56 bits of fraction.

    Examples
    --------
    >>> real(0x4110000000000000), real(0x3E4189374BC6A7F0)
    (1.0, 0.001)
    """
    fraction = (value & 0x00FF_FFFF_FFFF_FFFF) / (1 << 56)
    size = fraction * 16.0 ** ((value >> 56 & 0x7F) - 64)
    return -size if value >> 63 else size


def _first(wrong: NDArray[np.bool_]) -> int | None:
    """Return the first place at which something is wrong."""
    if not wrong.any():
        return None
    return int(np.argmax(wrong))


GRAMMAR: Final[tuple[Check, ...]] = (form, nesting, places)
"""Checks that make sense on any records, even on those before a cut."""

WHOLENESS: Final[tuple[Check, ...]] = (missing,)
"""Checks for files in which every record has its form and its place."""

MEANING: Final[tuple[Check, ...]] = (points, paths, copies, units, magnifications, texts, properties)
"""Checks for files from which no record is missing."""
