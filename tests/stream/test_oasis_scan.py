"""Damaged OASIS files told by their byte; whole ones of two writers are let through."""

import random
import struct
import zlib
from functools import partial

import fuzz
import gdstk
import klayout.db as kdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maskgen.diff import compare
from maskgen.drc.layouts.check import check_layout, deck_for_layouts
from maskgen.errors import LayoutError
from maskgen.stream import oasis_elements, oasis_frame, read
from maskgen.stream.info import describe
from maskgen.stream.oasis_fields import Modals
from maskgen.stream.oasis_names import Names
from maskgen.stream.oasis_numbers import STEP, UNSIGNED, DamageError, Reader
from maskgen.stream.oasis_scan import scan

MAGIC = b"%SEMI-OASIS\r\n"
START = bytes([1, 3, *b"1.0", 0, *b"\xe8\x07", 1])
"""Version 1.0, 1000 units in a micrometre, the tables at the end."""
FIRST = len(MAGIC + START)
"""The byte of the first record after START."""
CELL = bytes([14, 1, *b"A"])
INSIDE = FIRST + len(CELL)
"""The byte of the first element of a cell."""
END = bytes([2, *bytes(12), *b"\xf0\x01", *bytes(240), 0])
RECTANGLE = bytes([20, 0b0111_1011, 1, 0, 10, 20, 2, 4])
TOO_LONG = b"\xff" * 9 + b"\x02"
"""A number of 65 bits."""
HUGE = b"\xff" * 9 + b"\x01"
"""The greatest number of 64 bits."""


def whole(*records, start=START, end=END):
    return b"".join((MAGIC, start, *records, end))


def in_cell(*records):
    return whole(CELL, *records)


def packed(data, *, kind=0, size=None, rest=b""):
    """Return a block that packs records."""
    packer = zlib.compressobj(wbits=-15)
    held = packer.compress(data) + packer.flush() + rest
    return bytes([34, kind]) + number(len(data) if size is None else size) + number(len(held)) + held


def number(value):
    """Return a whole number as OASIS writes it."""
    found = b""
    while value > 127:
        found += bytes([value & 127 | 128])
        value >>= 7
    return found + bytes([value])


def name(kind, text, *rest):
    return bytes([kind, len(text), *text, *rest])


def said(data, tmp_path):
    path = tmp_path / "a.oas"
    path.write_bytes(data)
    with pytest.raises(LayoutError) as caught:
        scan(path, data)
    assert str(caught.value).startswith(f"{path}: ")
    return str(caught.value).removeprefix(f"{path}: ")


EVERYTHING = (
    bytes([28, 0x14, *name(0, b"P")[1:], 8, 5, 29, 0]),
    name(3, b"A"),
    name(3, b"B"),
    bytes([28, 0xF4 | 2, 0, 18, 0, 1, 1, 1, 2, 2, 3, 2, 4, 1, 2, 5, 1, 2, 6, *bytes(4), 7, *bytes(8)]),
    bytes([8, 1, 9, 3, 10, 0, 11, 1, 0xFF, 12, 1, *b"N", 13, 7, 14, 7, 15, 7, 8, 1, 9, 2]),
    name(7, b"NAME"),
    name(10, b"\xff\x00", 7),
    name(6, b"two words", 3),
    name(11, b"L", 0, 4, 1, 2),
    name(12, b"L", 1, 9, 3, 9),
    bytes([13, 1]),
    RECTANGLE,
    bytes([20, 0b1100_0000, 7]),
    bytes([21, 0b0011_1011, 1, 0, 0, 2, 10, 20, 2, 4]),
    *(bytes([21, 0x20, kind, 3, 2, 4, 6]) for kind in (1, 2, 3)),
    *(bytes([21, 0x20, kind, 2, 3, 4, 6]) for kind in (4, 5)),
    bytes([22, 0b1111_1011, 1, 0, 5, 0x0F, 3, 4, 4, 1, 2, 2, 4]),
    bytes([22, 0x80, 0x00, 22, 0x80, 0x05, 22, 0x80, 0x0A, 22, 0x80, 0x0D, 2]),
    bytes([23, 0x60, 10, 20, 1, 2, 24, 0, 1, 25, 0x80, 1]),
    *(bytes([26, 0x80, kind]) for kind in range(26)),
    bytes([27, 0x20, 5, 27, 0]),
    bytes([13, 0, 15, 16]),
    bytes([17, 0xF0, 1, 2, 4, 17, 0x36, 2, 4, 17, 0]),
    bytes([18, 0xB6, 1, *b"B", 0, 2, 5, 90, 1, 2, 4]),
    bytes([19, 0x7B, 3, 1, 0, 2, 4, 19, 0, 19, 0x40, 2, *b"OK"]),
    RECTANGLE,
    bytes([20, 4, 1, 1, 2, 3, 4, 20, 4, 2, 1, 9, 20, 4, 3, 1, 9, 20, 4, 0]),
    bytes([20, 4, 4, 1, 5, 6, 20, 4, 5, 1, 10, 5, 6, 20, 4, 6, 0, 9, 20, 4, 7, 0, 10, 9]),
    bytes([20, 4, 8, 1, 2, 0x10, 0x13, 4, 20, 4, 9, 1, 0x20, 20, 4, 10, 1, 0x20, 0x13, 6, 20, 4, 11, 0, 10, 0x20]),
    bytes([0, 0, 28, 0x16, 0, 8, 2, 29]),
    packed(bytes([20, 0, 0])),
    packed(b""),
)
"""Every record and every kind of field, number, repetition and point list that can be read."""


def test_everything_is_let_through(tmp_path):
    path = tmp_path / "a.oas"
    path.write_bytes(whole(*EVERYTHING))

    scan(path, path.read_bytes())

    layout = kdb.Layout()
    layout.read(str(path))
    assert {cell.name for cell in layout.each_cell()} == {"A", "B"}
    assert {cell.name for cell in read.read_layout(path).cells} == {"A", "B"}


NO_END = "the file ends without END, it is cut off or damaged"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(
            MAGIC[:11] + b"\n" + START + END,
            "byte 0: the file does not begin with b'%SEMI-OASIS\\r\\n', as OASIS files do",
            id="line end",
        ),
        pytest.param(MAGIC, f"byte 13: {NO_END}", id="nothing else"),
        pytest.param(in_cell(RECTANGLE)[:-1], f"byte {INSIDE + 8 + 255}: {NO_END}", id="cut off"),
        pytest.param(whole(start=b"\x05" + START[1:]), "byte 13: START is not the first record", id="other first"),
        pytest.param(
            whole(start=START[:4] + b"1" + START[5:]), "byte 13: START says version '1.1', must be '1.0'", id="version"
        ),
        pytest.param(
            whole(start=START[:2] + b"\xff" + START[3:]),
            "byte 13: START has a text that is not printable ASCII: b'\\xff.0'",
            id="version that is no text",
        ),
        pytest.param(
            whole(start=START[:1] + b"\x7f" + START[2:]),
            "byte 13: START holds 127 bytes of text, but 7 bytes are left before END",
            id="version too long",
        ),
        pytest.param(
            whole(start=START[:5] + bytes([8]) + START[6:]),
            "byte 13: START has a real of type 8, must be 0 to 7",
            id="unit of unknown type",
        ),
        pytest.param(
            whole(start=START[:5] + bytes([2, 0, 1])), "byte 13: START has a real with the denominator 0", id="1/0"
        ),
        pytest.param(
            whole(start=START[:5] + bytes([4, 9, 0, 1])), "byte 13: START has a real with the denominator 0", id="9/0"
        ),
        pytest.param(
            whole(start=START[:5] + b"\x07" + struct.pack("<d", float("nan")) + b"\x01"),
            "byte 13: START has a real that is no number: nan",
            id="nan",
        ),
        pytest.param(
            whole(start=START[:5] + b"\x06" + struct.pack("<f", float("-inf")) + b"\x01"),
            "byte 13: START has a real that is no number: -inf",
            id="infinite",
        ),
        pytest.param(
            whole(start=START[:5] + bytes([1, 100, 1])),
            "byte 13: START gives -100 database units in a micrometre, must be more than 0",
            id="negative unit",
        ),
        pytest.param(
            whole(start=START[:5] + bytes([0, 0, 1])),
            "byte 13: START gives 0 database units in a micrometre, must be more than 0",
            id="no unit",
        ),
        pytest.param(
            whole(start=START[:5] + b"\x00" + HUGE + b"\x01"),
            "byte 13: START gives a database unit of 5.42101e-26 m, must be 1e-15 to 0.001 m",
            id="tiny unit",
        ),
        pytest.param(whole(start=START[:-1] + b"\x02"), "byte 13: START has offset flag 2, must be 0 or 1", id="flag"),
        pytest.param(
            whole(start=START[:-1] + bytes([0, 2, *bytes(11)])),
            "byte 13: START has strict flag 2, must be 0 or 1",
            id="strict flag",
        ),
        pytest.param(
            whole(start=START[:-1] + bytes([0, 0, *b"\x80\x08", *bytes(10)]), end=END[:1] + b"\xfc\x01" + bytes(253)),
            "byte 13: START says that a table begins at byte 1024, the file has 291",
            id="table beyond the end",
        ),
        pytest.param(whole(start=START[:-1]), "byte 13: START is cut off: END comes before its end", id="START cut"),
        pytest.param(
            whole(end=END[:-1] + b"\x03"), "byte 22: END has validation scheme 3, must be 0 to 2", id="scheme"
        ),
        pytest.param(whole(end=END[:-1] + b"\x01"), "byte 22: END holds 260 bytes, must be 256", id="no checksum"),
        pytest.param(
            whole(end=END[:13] + b"\xef" + END[14:]), "byte 22: END holds 255 bytes, must be 256", id="short filling"
        ),
        pytest.param(
            whole(end=END[:13] + b"\xff" + END[14:]),
            "byte 22: END holds 255 bytes of text, but 241 bytes are left before the end of the file",
            id="long filling",
        ),
    ],
)
def test_first_and_last_record(data, message, tmp_path):
    assert said(data, tmp_path) == message


@pytest.mark.parametrize(("scheme", "checksum"), [(1, zlib.crc32), (2, sum)])
def test_checksum(scheme, checksum, tmp_path):
    end = END[:13] + b"\xec\x01" + END[19:-1] + bytes([scheme])
    data = in_cell(RECTANGLE)[:-256] + end
    good = data + struct.pack("<I", checksum(data))
    scan(tmp_path / "a.oas", good)

    assert said(good[:30] + b"\x05" + good[31:], tmp_path).startswith(
        f"byte {len(good) - 4}: the file is damaged: its checksum is "
    )


SPENT = "RECTANGLE leaves out its {}, which nothing before it sets"


@pytest.mark.parametrize(
    ("records", "offset", "message"),
    [
        pytest.param([b"\x23"], 0, "unknown record 35", id="unknown record"),
        pytest.param([b"\xff\x01"], 0, "unknown record 255", id="unknown record of 255"),
        pytest.param([RECTANGLE], 0, "RECTANGLE stands outside a cell", id="outside"),
        pytest.param([b"\x0f"], 0, "XYABSOLUTE stands outside a cell", id="mode outside"),
        pytest.param([CELL, name(3, b"B"), RECTANGLE], 6, "RECTANGLE stands outside a cell", id="after a name"),
        pytest.param(
            [CELL, name(11, b"B", 0, 0), b"\x11\x00"], 8, "PLACEMENT stands outside a cell", id="after a layer"
        ),
        pytest.param([START], 0, "START stands twice", id="START twice"),
        pytest.param([CELL, END], 3, "END stands 512 bytes before the end of the file, must be 256", id="END twice"),
        pytest.param(
            [b"\x1e\x00\x01A"], 0, "XNAME belongs to an extension of the format, which cannot be read", id="x"
        ),
        pytest.param(
            [CELL, b"\x20\x00\x01A"],
            3,
            "XELEMENT belongs to an extension of the format, which cannot be read",
            id="extension in a cell",
        ),
        pytest.param([b"\x0e\x00"], 0, "CELL has an empty name", id="empty name"),
        pytest.param([b"\x0e\x02A\x07"], 0, "CELL has a text that is not printable ASCII: b'A\\x07'", id="bell"),
        pytest.param([b"\x0e\x7fA"], 0, "CELL holds 127 bytes of text, but 1 byte is left before END", id="long name"),
        pytest.param([b"\x0e"], 0, "CELL is cut off: END comes before its end", id="cut off"),
        pytest.param([CELL, CELL], 3, "cell 'A' is defined twice", id="twice"),
        pytest.param(
            [name(3, b"A"), b"\x0d\x00", CELL], 5, "cell 'A' is defined twice", id="twice, by number and name"
        ),
        pytest.param([b"\x0d\x05"], 0, "CELLNAME number 5 is used but not in the file", id="cell without a name"),
        pytest.param(
            [name(3, b"A"), name(4, b"B", 7)], 3, "CELLNAME has a number, others have none", id="numbered and not"
        ),
        pytest.param(
            [name(4, b"A", 7), name(3, b"B")], 4, "CELLNAME has no number, those before it have", id="not numbered"
        ),
        pytest.param(
            [name(6, b"A", 7), name(6, b"B", 7)],
            4,
            "TEXTSTRING gives number 7 to 'B', which is 'A' already",
            id="number given twice",
        ),
        pytest.param(
            [name(4, b"A") + HUGE],
            0,
            "CELLNAME has number 18446744073709551615, at most 10000000 can be read",
            id="huge number of a name",
        ),
        pytest.param([name(5, b"A\0")], 0, "TEXTSTRING has a text that is not printable ASCII: b'A\\x00'", id="NUL"),
        pytest.param([name(7, b"")], 0, "PROPNAME has an empty name", id="empty property name"),
        pytest.param([name(11, b"A", 5, 0)], 0, "LAYERNAME has interval type 5, must be 0 to 4", id="interval"),
        pytest.param([b"\x1d"], 0, "PROPERTY leaves out its property name, which nothing before it sets", id="p"),
        pytest.param(
            [b"\x1c\x0c\x01P"],
            0,
            "PROPERTY leaves out its property values, which nothing before it sets",
            id="no values",
        ),
        pytest.param([b"\x1c\x14\x01P\x10"], 0, "PROPERTY has a value of type 16, must be 0 to 15", id="value type"),
        pytest.param(
            [b"\x1c\xf4\x01P\x7f\x00"], 0, "PROPERTY holds 127 values, but 1 byte is left before END", id="values"
        ),
        pytest.param([b"\x1c\x06\x09"], 0, "PROPNAME number 9 is used but not in the file", id="property name"),
        pytest.param(
            [b"\x1c\x14\x01P\x0d\x09"], 0, "PROPSTRING number 9 is used but not in the file", id="property text"
        ),
        pytest.param(
            [b"\x1c\x14\x01P\x0a\x01\xff"], 0, "PROPERTY has a text that is not printable ASCII: b'\\xff'", id="value"
        ),
        pytest.param([CELL, b"\x11\x80\x01B"], 3, "cell 'B' is placed but not in the file", id="unknown"),
        pytest.param([CELL, b"\x11\xc0\x04"], 3, "CELLNAME number 4 is used but not in the file", id="unknown number"),
        pytest.param(
            [b"\x0e\x03TOP\x11\x80\x03TAP"],
            5,
            "cell 'TAP' is placed but not in the file, did you mean 'TOP'",
            id="unknown cell",
        ),
        pytest.param([CELL, b"\x11\x80\x01A"], 3, "cells place each other in a loop: A -> A", id="in itself"),
        pytest.param(
            [CELL, b"\x11\x80\x01B", b"\x0e\x01B", b"\x00\x11\x80\x01A"],
            3,
            "cells place each other in a loop: A -> B -> A",
            id="loop",
        ),
        pytest.param(
            [CELL, b"\x13\x60\x04\x00\x00"],
            3,
            "TEXT leaves out its text layer, which nothing before it sets",
            id="text",
        ),
        pytest.param(
            [CELL, b"\x13\x63\x04\x00\x00"], 3, "TEXTSTRING number 4 is used but not in the file", id="text number"
        ),
    ],
)
def test_records(records, offset, message, tmp_path):
    assert said(whole(*records), tmp_path) == f"byte {FIRST + offset}: {message}"


@pytest.mark.parametrize(
    ("record", "message"),
    [
        pytest.param(b"\x14\x00", SPENT.format("layer"), id="layer"),
        pytest.param(b"\x14\x01\x00", SPENT.format("datatype"), id="datatype"),
        pytest.param(b"\x14\x03\x00\x00", SPENT.format("width"), id="width"),
        pytest.param(b"\x14\x43\x00\x00\x05", SPENT.format("height"), id="height"),
        pytest.param(b"\x14\xe3\x00\x00\x05\x05", "RECTANGLE is a square and has a height as well", id="square"),
        pytest.param(RECTANGLE[:1] + b"\x7f" + RECTANGLE[2:] + b"\x00", SPENT.format("repetition"), id="repetition"),
        pytest.param(
            RECTANGLE[:1] + b"\x7f" + RECTANGLE[2:] + b"\x0c",
            "RECTANGLE has repetition type 12, must be 0 to 11",
            id="repetition type",
        ),
        pytest.param(
            RECTANGLE[:1] + b"\x7f" + RECTANGLE[2:] + b"\x01\x01" + HUGE + b"\x01\x01",
            "RECTANGLE stands 18446744073709551617 times in a row, at most 2147483647 can be",
            id="endless repetition",
        ),
        pytest.param(
            RECTANGLE[:1] + b"\x7f" + RECTANGLE[2:] + b"\x02\xfe\xff\xff\xff\x07\x05",
            "RECTANGLE stands 2147483648 times in a row, at most 2147483647 can be",
            id="one copy too many",
        ),
        *(
            pytest.param(
                RECTANGLE[:1] + b"\x7f" + RECTANGLE[2:] + bytes([kind, 9, 1, 1, 1]),
                f"RECTANGLE holds 10 places of a repetition, but {3 - kind % 2} bytes are left before END",
                id=f"places of type {kind}",
            )
            for kind in (4, 5, 6, 7, 10, 11)
        ),
        pytest.param(
            b"\x14\x63" + HUGE + b"\x00\x09\x09",
            "RECTANGLE has a layer or type of 18446744073709551615, at most 4294967295 can be read",
            id="huge layer",
        ),
        pytest.param(b"\x14\x63\x00\x00" + TOO_LONG, "RECTANGLE has a number of more than 64 bits", id="65 bits"),
        pytest.param(b"\x14\x63\x00\x00" + b"\x80" * 11, "RECTANGLE has a number of more than 64 bits", id="no end"),
        pytest.param(RECTANGLE[:-1], "RECTANGLE is cut off: END comes before its end", id="cut off"),
        pytest.param(b"\x14", "RECTANGLE is cut off: END comes before its end", id="no info byte"),
        pytest.param(
            b"\x15\x03\x00\x00",
            "POLYGON leaves out its point list, which nothing before it sets",
            id="points",
        ),
        pytest.param(b"\x15\x23\x00\x00\x06\x01\x01", "POLYGON has point list type 6, must be 0 to 5", id="list type"),
        pytest.param(b"\x15\x23\x00\x00\x00\x00", "POLYGON has a point list without points", id="no points"),
        pytest.param(
            b"\x15\x23\x00\x00\x02" + HUGE,
            "POLYGON holds 18446744073709551615 points, but 0 bytes are left before END",
            id="endless points",
        ),
        pytest.param(
            b"\x15\x23\x00\x00\x04\x02\x01\x02\x03", "POLYGON is cut off: END comes before its end", id="half a point"
        ),
        pytest.param(
            b"\x15\x23\x00\x00\x02\x03\x01" + TOO_LONG + b"\x01",
            "POLYGON has a number of more than 64 bits",
            id="point",
        ),
        pytest.param(
            b"\x16\x23\x00\x00\x00\x01\x02",
            "PATH leaves out its half-width, which nothing before it sets",
            id="width",
        ),
        pytest.param(
            b"\x16\x63\x00\x00\x05\x00\x01\x02",
            "PATH leaves out its start extension, which nothing before it sets",
            id="extensions",
        ),
        pytest.param(
            b"\x16\xe3\x00\x00\x05\x04\x00\x01\x02",
            "PATH leaves out its end extension, which nothing before it sets",
            id="end extension",
        ),
        pytest.param(b"\x16\xe3\x00\x00\x05\x10", "PATH has extension scheme 16, must be 0 to 15", id="scheme"),
        pytest.param(
            b"\x16\xc3\x00\x00\x05\x05",
            "PATH leaves out its centre line, which nothing before it sets",
            id="no points of a path",
        ),
        pytest.param(
            b"\x17\x43\x00\x00\x05\x00\x00",
            "TRAPEZOID leaves out its height, which nothing before it sets",
            id="trapezoid",
        ),
        pytest.param(b"\x1a\x83\x00\x00\x1a", "CTRAPEZOID has trapezoid type 26, must be 0 to 25", id="trapezoid type"),
        pytest.param(
            b"\x1a\x63\x00\x00\x05\x05",
            "CTRAPEZOID leaves out its trapezoid type, which nothing before it sets",
            id="no trapezoid type",
        ),
        pytest.param(
            b"\x1a\xc3\x00\x00\x00\x05",
            "CTRAPEZOID leaves out its height, which nothing before it sets",
            id="type 0",
        ),
        pytest.param(
            b"\x1a\xc3\x00\x00\x14\x05",
            "CTRAPEZOID leaves out its height, which nothing before it sets",
            id="type 20",
        ),
        pytest.param(
            b"\x1a\xa3\x00\x00\x10\x05",
            "CTRAPEZOID leaves out its width, which nothing before it sets",
            id="type 16",
        ),
        pytest.param(b"\x1b\x03\x00\x00", "CIRCLE leaves out its radius, which nothing before it sets", id="radius"),
        pytest.param(b"\x11\x40", "PLACEMENT leaves out its cell, which nothing before it sets", id="cell"),
        pytest.param(b"\x12\x84\x01B\x00\x00", "PLACEMENT magnifies by 0, must be larger than 0", id="no size"),
        pytest.param(
            b"\x12\x84\x01B\x05\x03\x02", "PLACEMENT magnifies by -1.5, must be larger than 0", id="turned out"
        ),
        pytest.param(b"\x12\x82\x01B\x09", "PLACEMENT has a real of type 9, must be 0 to 7", id="angle"),
        pytest.param(
            b"\x12\x82\x01B\x07\x00\x00", "PLACEMENT holds 8 bytes, but 2 bytes are left before END", id="half an angle"
        ),
        pytest.param(b"\x11\x80\x00", "PLACEMENT has an empty name", id="empty cell"),
        pytest.param(b"\x13\x43\x01\x7f", "TEXT has a text that is not printable ASCII: b'\\x7f'", id="text"),
    ],
)
def test_elements(record, message, tmp_path):
    block = packed(b"\0" + record)
    inside = message.replace("before END", "before the end of its block").replace(
        "END comes", "the end of its block comes"
    )

    assert said(in_cell(record), tmp_path) == f"byte {INSIDE}: {message}"
    assert said(in_cell(block), tmp_path) == f"byte {INSIDE}: {inside} (byte 1 of the unpacked block)"


@pytest.mark.parametrize(
    ("block", "message"),
    [
        pytest.param(packed(RECTANGLE, kind=1), "CBLOCK has compression type 1, must be 0", id="type"),
        pytest.param(
            packed(RECTANGLE)[:-1], "CBLOCK holds 10 packed bytes, but 9 bytes are left before END", id="cut off"
        ),
        pytest.param(
            packed(RECTANGLE, size=9), "CBLOCK is cut off: it says 9 bytes, 8 can be unpacked", id="fewer than it says"
        ),
        pytest.param(packed(RECTANGLE, size=7), "CBLOCK holds more than the 7 bytes that it says", id="more"),
        pytest.param(packed(bytes(100_000), size=5), "CBLOCK holds more than the 5 bytes that it says", id="bomb"),
        pytest.param(
            packed(RECTANGLE, size=2**40), "CBLOCK packs 1099511627776 bytes in 10, which cannot be", id="great size"
        ),
        pytest.param(
            packed(RECTANGLE, rest=b"xyz"),
            "CBLOCK is followed by 3 bytes that are no packed records",
            id="rest",
        ),
        pytest.param(
            bytes([34, 0, 8, 4, 0xFF, 0xFF, 0xFF, 0xFF]),
            "CBLOCK cannot be unpacked, its bytes are damaged",
            id="no deflate stream",
        ),
        pytest.param(
            packed(packed(RECTANGLE)),
            "CBLOCK may not stand in a CBLOCK (byte 0 of the unpacked block)",
            id="block in a block",
        ),
        pytest.param(
            packed(RECTANGLE + END),
            "END may not stand in a CBLOCK (byte 8 of the unpacked block)",
            id="END in a block",
        ),
        pytest.param(
            packed(RECTANGLE + b"\x2a"), "unknown record 42 (byte 8 of the unpacked block)", id="unknown record"
        ),
        pytest.param(
            packed(RECTANGLE + b"\x11\x80\x01B"),
            "cell 'B' is placed but not in the file (byte 8 of the unpacked block)",
            id="unknown cell",
        ),
    ],
)
def test_blocks(block, message, tmp_path):
    assert said(in_cell(block), tmp_path) == f"byte {INSIDE}: {message}"


def test_blocks_that_unpack_to_too_much_together(tmp_path, monkeypatch):
    monkeypatch.setattr(oasis_frame, "_ROOM", 1000)
    monkeypatch.setattr(oasis_frame, "_ROOM_PER_BYTE", 0)
    block = packed(bytes(600))

    assert said(in_cell(block, block), tmp_path) == (
        f"byte {INSIDE + len(block)}: CBLOCK holds 600 bytes, of which at most 400 can be unpacked"
    )


def test_cells_that_lie_too_deep(tmp_path):
    cells = [
        name(14, b"L%d" % level) + name(17, b"")[:1] + b"\x80" + name(0, b"L%d" % (level + 1))[1:]
        for level in range(600)
    ]

    assert said(whole(*cells, name(14, b"L600")), tmp_path) == (
        f"byte {FIRST}: cell 'L0' has 601 levels of cells, at most 500 can be read"
    )


def test_a_regular_repetition_may_be_huge_and_an_irregular_one_costs_bytes(tmp_path):
    path = tmp_path / "a.oas"
    regular = RECTANGLE[:1] + b"\x7f" + RECTANGLE[2:] + b"\x01" + number(10**6) + number(10**6) + b"\x01\x01"
    path.write_bytes(in_cell(regular))

    assert describe(path)["layers"][0]["flattened"] == (10**6 + 2) ** 2


def test_every_command_tells_the_byte(tmp_path):
    path, sound, deck = tmp_path / "a.oas", tmp_path / "b.oas", tmp_path / "deck.drc.yaml"
    path.write_bytes(in_cell(RECTANGLE, b"\x2a"))
    sound.write_bytes(in_cell(RECTANGLE))
    deck.write_text(fuzz.DECK)
    calls = (
        lambda: describe(path),
        lambda: check_layout(path, deck_for_layouts(str(deck))),
        lambda: compare(sound, path),
    )

    for call in calls:
        with pytest.raises(LayoutError) as caught:
            call()
        assert str(caught.value) == f"{path}: byte {INSIDE + 8}: unknown record 42"


@pytest.mark.parametrize(
    ("trial", "message"),
    [
        pytest.param(
            "raise RuntimeError('It is full.')", "byte 0: the OASIS file cannot be read: it is full", id="an error"
        ),
        pytest.param("import os; os.abort()", "byte 0: the OASIS file cannot be read", id="a crash"),
        pytest.param(
            "import time; time.sleep(60)", "byte 0: reading the OASIS file does not come to an end", id="no end"
        ),
    ],
)
def test_what_only_the_kernel_refuses(trial, message, tmp_path, monkeypatch):
    path = tmp_path / "a.oas"
    path.write_bytes(in_cell(RECTANGLE))
    monkeypatch.setattr(read, "_TRIAL", trial)
    monkeypatch.setattr(read, "_PATIENCE", 1.0)

    with pytest.raises(LayoutError) as caught:
        read.read_layout(path)

    assert str(caught.value) == f"{path}: {message}"


def ended(kind, info, data):
    """Return where an element ends that is read field by field, None if it is damaged."""
    reader, modals = Reader(data, 2, len(data), "END"), Modals(Names())
    modals.known = -1
    modals.names.define("A")
    try:
        for reading, _ in oasis_elements.form(kind, info).readings:
            reading(reader, modals)
    except DamageError:
        return None
    return reader.at


@settings(max_examples=400)
@given(
    kind=st.sampled_from(sorted(oasis_elements.ELEMENTS)),
    info=st.integers(0, 255),
    rest=st.lists(st.sampled_from([*range(16), 40, 127, 128, 129, 255]), max_size=40).map(bytes),
)
def test_a_pattern_takes_what_is_read_field_by_field(kind, info, rest):
    data = bytes([kind, info]) + rest
    match = oasis_elements.form(kind, info).match

    found = match(data) if match else None

    assert found is None or found.end() == ended(kind, info, data)


@pytest.mark.parametrize(("pattern", "one"), [(UNSIGNED, Reader.unsigned), (STEP, Reader.step)])
@given(
    data=st.lists(st.sampled_from([0, 1, 2, 127, 128, 129, 254, 255]), max_size=60).map(bytes), count=st.integers(1, 20)
)
def test_many_steps_are_skipped_like_one_by_one(pattern, one, data, count):
    fast, slow = Reader(data, 0, len(data), "END"), Reader(data, 0, len(data), "END")
    try:
        for _ in range(count):
            one(slow)
    except DamageError as error:
        with pytest.raises(DamageError, match=f"^{error}$"):
            fast.skip(pattern, partial(one, fast), count)
    else:
        fast.skip(pattern, partial(one, fast), count)
        assert fast.at == slow.at


@pytest.mark.parametrize(
    ("value", "bytes_"),
    [
        pytest.param(3.0, b"\x00\x03", id="whole"),
        pytest.param(-3.0, b"\x01\x03", id="negative"),
        pytest.param(0.25, b"\x02\x04", id="inverse"),
        pytest.param(-0.25, b"\x03\x04", id="negative inverse"),
        pytest.param(0.75, b"\x04\x03\x04", id="fraction"),
        pytest.param(-0.75, b"\x05\x03\x04", id="negative fraction"),
        pytest.param(1.5, b"\x06\x00\x00\xc0\x3f", id="four bytes"),
        pytest.param(-1e300, b"\x07" + struct.pack("<d", -1e300), id="eight bytes"),
    ],
)
def test_reals(value, bytes_):
    assert Reader(bytes_, 0, len(bytes_), "END").real() == value


@given(value=st.integers(0, 2**64 - 1))
def test_whole_numbers(value):
    assert Reader(number(value), 0, 10, "END").unsigned() == value


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """Whole files of two writers."""
    return [path for path in fuzz.seeds(tmp_path_factory.mktemp("whole")) if path.suffix == ".oas"]


def test_whole_files_are_let_through(sources):
    assert len(sources) == 25
    for path in sources:
        scan(path, path.read_bytes())


OFFSETS = st.tuples(st.integers(-9999, 9999), st.integers(-9999, 9999)).map(lambda at: (at[0] / 1000, at[1] / 1000))
REPETITIONS = st.one_of(
    st.none(),
    st.builds(lambda c, r, at: {"columns": c, "rows": r, "spacing": at}, st.integers(1, 5), st.integers(1, 5), OFFSETS),
    st.builds(
        lambda c, r, a, b: {"columns": c, "rows": r, "v1": a, "v2": b},
        st.integers(1, 5),
        st.integers(1, 5),
        OFFSETS,
        OFFSETS,
    ),
    st.lists(OFFSETS, min_size=1, max_size=5).map(lambda places: {"offsets": places}),
    st.lists(st.integers(1, 9999), min_size=1, max_size=5).map(lambda places: {"x_offsets": places}),
    st.lists(st.integers(1, 9999), min_size=1, max_size=5).map(lambda places: {"y_offsets": places}),
)
LAYERS = st.fixed_dictionaries({"layer": st.integers(0, 999), "datatype": st.integers(0, 999)})
ELEMENTS = st.one_of(
    st.builds(lambda a, b, layer: gdstk.rectangle(a, b, **layer), OFFSETS, OFFSETS, LAYERS),
    st.builds(lambda at, n, layer: gdstk.regular_polygon(at, 5, n, **layer), OFFSETS, st.integers(3, 40), LAYERS),
    st.builds(lambda points, layer: gdstk.Polygon(points, **layer), st.lists(OFFSETS, min_size=3, max_size=9), LAYERS),
    st.builds(lambda at, layer: gdstk.ellipse(at, 9, tolerance=0.01, **layer), OFFSETS, LAYERS),
    st.builds(
        lambda points, width, ends, layer: gdstk.FlexPath(points, width, ends=ends, simple_path=True, **layer),
        st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=2, max_size=6, unique=True),
        st.integers(1, 50).map(lambda width: width / 10),
        st.sampled_from(["flush", "extended", (1, 2.5)]),
        LAYERS,
    ),
    st.builds(gdstk.Label, st.text("AB c_", min_size=1, max_size=5), OFFSETS),
    st.builds(
        lambda at, turn, mirrored, size: gdstk.Reference("PAD", at, turn, size, x_reflection=mirrored),
        OFFSETS,
        st.sampled_from([0, 1.5707963267948966, 0.3]),
        st.booleans(),
        st.sampled_from([1, 2.5]),
    ),
)


def library(elements):
    """Return a library of elements, each with a repetition or none."""
    made = gdstk.Library()
    pad, top = made.new_cell("PAD"), made.new_cell("TOP")
    pad.add(gdstk.rectangle((0, 0), (1, 1)))
    for element, repetition in elements:
        if isinstance(element, gdstk.Reference):
            element.cell = pad
        if repetition:
            element.repetition = gdstk.Repetition(**repetition)
        top.add(element)
    return made


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    elements=st.lists(st.tuples(ELEMENTS, REPETITIONS), max_size=8),
    options=st.sampled_from([*fuzz.OPTIONS.values()]),
    others=st.sampled_from([*fuzz.OTHER_OPTIONS.values()]),
)
def test_whole_files_of_any_content_are_let_through(elements, options, others, tmp_path):
    path, other = tmp_path / "a.oas", tmp_path / "b.oas"
    library(elements).write_oas(path, **{"compression_level": 0} | options)
    fuzz.written_otherwise(path, others, other)

    scan(path, path.read_bytes())
    scan(other, other.read_bytes())


def refusal(path):
    """Return why KLayout refuses a file, nothing if it does not."""
    options = kdb.LoadLayoutOptions()
    options.warn_level = 0
    try:
        kdb.Layout(False).read(str(path), options)
    except RuntimeError as error:
        return str(error)
    return ""


MUTANTS = 800


def test_damaged_files_are_told_by_their_byte_or_read_by_others_too(sources, tmp_path):
    path, told, let_through = tmp_path / "a.oas", 0, 0
    for seed in range(MUTANTS):
        rng = random.Random(seed)
        damage = rng.choice(fuzz.OASIS_MUTATIONS)
        data = fuzz.mended(damage(rng.choice(sources).read_bytes(), rng))
        path.write_bytes(data)
        try:
            scan(path, data)
        except LayoutError as error:
            place, _, sentence = str(error).removeprefix(f"{path}: byte ").partition(": ")
            assert 0 <= int(place) <= len(data)
            assert sentence
            told += 1
        else:
            # KLayout's numbers have 32 bits, and OASIS has more.
            assert "overflow" in (refusal(path) or "overflow"), seed
            let_through += 1

    assert told > MUTANTS / 2
    assert let_through > MUTANTS / 20
