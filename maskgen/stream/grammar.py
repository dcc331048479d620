"""The GDSII stream format as data: records, their forms, and what may stand where.

The format is the *GDSII Stream Format Manual*, release 6.0. Beyond it, what writers in use do is accepted: outlines in
several XY records, layers of four bytes, bit arrays marked as integers, options of an element in any order.
"""

from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray


class Record(IntEnum):
    """Records by their number, the third byte of each."""

    HEADER = 0x00
    BGNLIB = 0x01
    LIBNAME = 0x02
    UNITS = 0x03
    ENDLIB = 0x04
    BGNSTR = 0x05
    STRNAME = 0x06
    ENDSTR = 0x07
    BOUNDARY = 0x08
    PATH = 0x09
    SREF = 0x0A
    AREF = 0x0B
    TEXT = 0x0C
    LAYER = 0x0D
    DATATYPE = 0x0E
    WIDTH = 0x0F
    XY = 0x10
    ENDEL = 0x11
    SNAME = 0x12
    COLROW = 0x13
    NODE = 0x15
    TEXTTYPE = 0x16
    PRESENTATION = 0x17
    STRING = 0x19
    STRANS = 0x1A
    MAG = 0x1B
    ANGLE = 0x1C
    REFLIBS = 0x1F
    FONTS = 0x20
    PATHTYPE = 0x21
    GENERATIONS = 0x22
    ATTRTABLE = 0x23
    ELFLAGS = 0x26
    NODETYPE = 0x2A
    PROPATTR = 0x2B
    PROPVALUE = 0x2C
    BOX = 0x2D
    BOXTYPE = 0x2E
    PLEX = 0x2F
    BGNEXTN = 0x30
    ENDEXTN = 0x31
    STRCLASS = 0x34
    FORMAT = 0x36
    MASK = 0x37
    ENDMASKS = 0x38
    LIBDIRSIZE = 0x39
    SRFNAME = 0x3A
    LIBSECUR = 0x3B


R = Record

ELEMENTS: Final = (R.BOUNDARY, R.PATH, R.SREF, R.AREF, R.TEXT, R.NODE, R.BOX)
"""Records that open an element."""

FOLLOWS: Final[dict[Record, tuple[Record, ...]]] = {
    R.HEADER: (R.BGNLIB,),
    R.BGNLIB: (R.BGNSTR, R.ENDLIB),
    R.BGNSTR: (*ELEMENTS, R.ENDSTR),
    **dict.fromkeys(ELEMENTS, (R.ENDEL,)),
    R.ENDEL: (*ELEMENTS, R.ENDSTR),
    R.ENDSTR: (R.BGNSTR, R.ENDLIB),
    R.ENDLIB: (),
}
"""The records that open and close things, and which of them comes next after each."""

MOST_BYTES: Final = 65528
"""Longest payload: a record and its header of four bytes must be even and fit the kernel's buffer of 65537 bytes,
which it wants four bytes larger than the record."""

_START = ((R.ELFLAGS, R.PLEX),)
_END = ((R.PROPATTR, R.PROPVALUE),)
_TURN = (R.STRANS, R.MAG, R.ANGLE)
_LIBRARY = (
    R.LIBDIRSIZE,
    R.SRFNAME,
    R.LIBSECUR,
    R.LIBNAME,
    R.REFLIBS,
    R.FONTS,
    R.ATTRTABLE,
    R.GENERATIONS,
    R.FORMAT,
    R.MASK,
    R.ENDMASKS,
    R.UNITS,
)

CONTENTS: Final[dict[Record, tuple[tuple[Record, ...], ...]]] = {
    R.HEADER: (),
    R.BGNLIB: tuple((record,) for record in _LIBRARY),
    R.BGNSTR: ((R.STRNAME,), (R.STRCLASS,)),
    R.BOUNDARY: (*_START, (R.LAYER,), (R.DATATYPE,), (R.XY,), *_END),
    R.PATH: (
        *_START,
        (R.LAYER,),
        (R.DATATYPE,),
        (R.PATHTYPE, R.WIDTH, R.BGNEXTN, R.ENDEXTN),
        (R.XY,),
        *_END,
    ),
    R.SREF: (*_START, (R.SNAME,), _TURN, (R.XY,), *_END),
    R.AREF: (*_START, (R.SNAME,), _TURN, (R.COLROW,), (R.XY,), *_END),
    R.TEXT: (
        *_START,
        (R.LAYER,),
        (R.TEXTTYPE,),
        (R.PRESENTATION, R.PATHTYPE, R.WIDTH, *_TURN),
        (R.XY,),
        (R.STRING,),
        *_END,
    ),
    R.NODE: (*_START, (R.LAYER,), (R.NODETYPE,), (R.XY,), *_END),
    R.BOX: (*_START, (R.LAYER,), (R.BOXTYPE,), (R.XY,), *_END),
    R.ENDEL: (),
    R.ENDSTR: (),
    R.ENDLIB: (),
}
"""Between an opening record and the next: the records that may stand there, step by step."""

REQUIRED: Final[dict[Record, tuple[Record, ...]]] = {
    R.BGNLIB: (R.LIBNAME, R.UNITS),
    R.BGNSTR: (R.STRNAME,),
    R.BOUNDARY: (R.LAYER, R.DATATYPE, R.XY),
    R.PATH: (R.LAYER, R.DATATYPE, R.XY),
    R.SREF: (R.SNAME, R.XY),
    R.AREF: (R.SNAME, R.COLROW, R.XY),
    R.TEXT: (R.LAYER, R.TEXTTYPE, R.XY, R.STRING),
    R.NODE: (R.LAYER, R.NODETYPE, R.XY),
    R.BOX: (R.LAYER, R.BOXTYPE, R.XY),
}
"""The records without which an opened thing is not whole."""

REPEATED: Final[dict[Record, tuple[Record, ...]]] = {
    R.BGNLIB: (R.MASK,),
    R.BOUNDARY: (R.XY,),
    R.PATH: (R.XY,),
}
"""The records that may stand several times in a row."""

POINTS: Final[dict[Record, tuple[int, int]]] = {
    R.BOUNDARY: (1, MOST_BYTES // 8),
    R.PATH: (1, MOST_BYTES // 8),
    R.SREF: (1, 1),
    R.AREF: (3, 3),
    R.TEXT: (1, 1),
    R.NODE: (1, MOST_BYTES // 8),
    R.BOX: (1, MOST_BYTES // 8),
}
"""Fewest and most points in an XY record of each element."""

NOTHING, BITS, SHORTS, LONGS, REALS, ASCII = 0, 1, 2, 3, 5, 6
"""Data types, the fourth byte of a record."""

TYPE_NAMES: Final = {NOTHING: "nothing", BITS: "bits", SHORTS: "shorts", LONGS: "longs", REALS: "reals", ASCII: "text"}
"""Data types as error messages name them."""

_TEXT = ((ASCII, 0, MOST_BYTES, 1),)
_NAME = ((ASCII, 1, MOST_BYTES, 1),)
_NONE = ((NOTHING, 0, 0, 1),)
_FLAGS = ((BITS, 2, 2, 2), (SHORTS, 2, 2, 2))
_SHORT = ((SHORTS, 2, 2, 2),)
_LONG = ((LONGS, 4, 4, 4),)
_REAL = ((REALS, 8, 8, 8),)
_DATES = ((SHORTS, 24, 24, 2),)
_NUMBER = (*_SHORT, *_LONG)

FORMS: Final[dict[Record, tuple[tuple[int, int, int, int], ...]]] = {
    R.HEADER: _SHORT,
    R.BGNLIB: _DATES,
    R.LIBNAME: _TEXT,
    R.UNITS: ((REALS, 16, 16, 8),),
    R.ENDLIB: _NONE,
    R.BGNSTR: _DATES,
    R.STRNAME: _NAME,
    R.ENDSTR: _NONE,
    **dict.fromkeys(ELEMENTS, _NONE),
    R.LAYER: _NUMBER,
    R.DATATYPE: _NUMBER,
    R.WIDTH: _LONG,
    R.XY: ((LONGS, 8, MOST_BYTES, 8),),
    R.ENDEL: _NONE,
    R.SNAME: _NAME,
    R.COLROW: ((SHORTS, 4, 4, 4),),
    R.TEXTTYPE: _NUMBER,
    R.PRESENTATION: _FLAGS,
    R.STRING: _TEXT,
    R.STRANS: _FLAGS,
    R.MAG: _REAL,
    R.ANGLE: _REAL,
    R.REFLIBS: _TEXT,
    R.FONTS: _TEXT,
    R.PATHTYPE: _SHORT,
    R.GENERATIONS: _SHORT,
    R.ATTRTABLE: _TEXT,
    R.ELFLAGS: _FLAGS,
    R.NODETYPE: _NUMBER,
    R.PROPATTR: _SHORT,
    R.PROPVALUE: _TEXT,
    R.BOXTYPE: _NUMBER,
    R.PLEX: _LONG,
    R.BGNEXTN: _LONG,
    R.ENDEXTN: _LONG,
    R.STRCLASS: _FLAGS,
    R.FORMAT: _SHORT,
    R.MASK: _TEXT,
    R.ENDMASKS: _NONE,
    R.LIBDIRSIZE: _SHORT,
    R.SRFNAME: _TEXT,
    R.LIBSECUR: ((SHORTS, 0, MOST_BYTES, 2),),
}
"""Payloads that each record may have: data type, fewest and most bytes, and the number of bytes that divides them."""

OTHER_RECORDS: Final = {
    0x14: "TEXTNODE",
    0x18: "SPACING",
    0x1D: "UINTEGER",
    0x1E: "USTRING",
    0x24: "STYPTABLE",
    0x25: "STRTYPE",
    0x27: "ELKEY",
    0x28: "LINKTYPE",
    0x29: "LINKKEYS",
    0x32: "TAPENUM",
    0x33: "TAPECODE",
    0x35: "RESERVED",
}
"""Records that the format names but no file may use."""


def record_name(number: int) -> str:
    """Return how the format's manual calls a record.

    Examples
    --------
    >>> record_name(0x10), record_name(0x18), record_name(0x7F)
    ('XY', 'SPACING', '0x7F')
    """
    if number in Record._value2member_map_:
        return Record(number).name
    return OTHER_RECORDS.get(number, f"0x{number:02X}")


def form_table() -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Return fewest bytes (-1 where there is no such record), most bytes and step, by 256 * record + data type.

    Returns
    -------
    three (65536,) ndarrays of int32
    """
    least, most, step = np.full(65536, -1, np.int32), np.full(65536, -1, np.int32), np.ones(65536, np.int32)
    for record, forms in FORMS.items():
        for kind, *limits in forms:
            least[256 * record + kind], most[256 * record + kind], step[256 * record + kind] = limits
    return least, most, step


def step_table() -> NDArray[np.int8]:
    """Return at which step of what stands before it a record comes, -1 where it may not stand.

    Returns
    -------
    (256, 256) ndarray of int8
        By opening record and record.
    """
    table = np.full((256, 256), -1, np.int8)
    for opening, steps in CONTENTS.items():
        for number, step in enumerate(steps):
            table[opening, list(step)] = number
    return table


def follow_table() -> NDArray[np.bool_]:
    """Return whether an opening or closing record may come next after another.

    Returns
    -------
    (256, 256) ndarray of bool
    """
    table = np.zeros((256, 256), bool)
    for record, following in FOLLOWS.items():
        table[record, list(following)] = True
    return table
