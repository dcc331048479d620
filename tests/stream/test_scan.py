import gzip
import itertools
import math
import struct

import gdstk
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskgen.errors import LayoutError
from maskgen.stream import faults, hierarchy
from maskgen.stream.scan import scan
from maskgen.stream.summary import Placement


def record(kind, form=0, payload=b""):
    return struct.pack(">HBB", 4 + len(payload), kind, form) + payload


def longs(*values):
    return struct.pack(f">{len(values)}i", *values)


def shorts(*values):
    return struct.pack(f">{len(values)}h", *values)


HEADER = record(0x00, 2, shorts(600))
BGNLIB = record(0x01, 2, bytes(24))
LIBNAME = record(0x02, 6, b"LIB\0")
UNITS = record(0x03, 5, bytes.fromhex("3E4189374BC6A7F03944B82FA09B5A54"))
LIBRARY = HEADER + BGNLIB + LIBNAME + UNITS
ENDLIB = record(0x04)
BGNSTR = record(0x05, 2, bytes(24))
ENDSTR = record(0x07)
BOUNDARY = record(0x08)
PATH = record(0x09)
SREF = record(0x0A)
AREF = record(0x0B)
TEXT = record(0x0C)
LAYER = record(0x0D, 2, shorts(7))
DATATYPE = record(0x0E, 2, shorts(0))
WIDTH = record(0x0F, 3, longs(100))
SQUARE = record(0x10, 3, longs(0, 0, 9, 0, 9, 9, 0, 9, 0, 0))
POINT = record(0x10, 3, longs(0, 0))
THREE = record(0x10, 3, longs(0, 0, 90, 0, 0, 90))
ENDEL = record(0x11)
COLROW = record(0x13, 2, shorts(3, 2))
TEXTTYPE = record(0x16, 2, shorts(0))
PATHTYPE = record(0x21, 2, shorts(1))
PROPATTR = record(0x2B, 2, shorts(1))
PROPVALUE = record(0x2C, 6, b"one\0")
BOX = record(0x2D)


def strname(name):
    return record(0x06, 6, name)


def sname(name):
    return record(0x12, 6, name)


def string(text):
    return record(0x19, 6, text)


def cell(*elements, name=b"A\0"):
    return BGNSTR + strname(name) + b"".join(elements) + ENDSTR


def whole(*cells):
    return LIBRARY + b"".join(cells) + ENDLIB


def boundary(xy=SQUARE):
    return BOUNDARY + LAYER + DATATYPE + xy + ENDEL


def sref(name=b"B\0"):
    return SREF + sname(name) + POINT + ENDEL


def fault(data, tmp_path):
    """Return the message for some bytes, without the path."""
    path = tmp_path / "damaged.gds"
    path.write_bytes(data)
    with pytest.raises(LayoutError) as caught:
        scan(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: byte ")
    return message.removeprefix(f"{path}: ")


START = len(LIBRARY)
INSIDE = START + len(BGNSTR + strname(b"A\0"))
FIRST = INSIDE + len(BOUNDARY)
XY = FIRST + len(LAYER + DATATYPE)
PNG = bytes.fromhex("89504E470D0A1A0A")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", "byte 0: the file is empty", id="empty"),
        pytest.param(HEADER[:3], "byte 0: the file is cut off after 3 bytes", id="three bytes"),
        pytest.param(b"die:\n  size: 5\n", "byte 0: not a GDSII file, it seems to be text", id="text"),
        pytest.param(
            gzip.compress(HEADER),
            "byte 0: not a GDSII file, it seems to be a gzip archive, unpack it first",
            id="gzip",
        ),
        pytest.param(PNG, "byte 0: not a GDSII file, it seems to be a PNG picture", id="png"),
        pytest.param(b"%SEMI-OASIS\r\n", "byte 0: not a GDSII file, it seems to be an OASIS layout", id="oasis"),
        pytest.param(bytes(64), "byte 0: not a GDSII file, which begins with the record HEADER", id="zeros"),
    ],
)
def test_other_files(data, message, tmp_path):
    assert fault(data, tmp_path) == message


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(
            whole(cell(boundary()))[:-4],
            f"byte {INSIDE + len(boundary()) + 4}: the file ends without ENDLIB, it is cut off",
            id="no end",
        ),
        pytest.param(
            whole(cell(boundary()))[:-2],
            f"byte {INSIDE + len(boundary()) + 4}: the file is cut off: 2 bytes are left of a record's header of 4",
            id="half a header",
        ),
        pytest.param(
            whole(cell(boundary()))[:-1],
            f"byte {INSIDE + len(boundary()) + 4}: the file is cut off: 3 bytes are left of a record's header of 4",
            id="odd end",
        ),
        pytest.param(
            whole(cell(boundary()))[: XY + 14],
            f"byte {XY}: record XY of 44 bytes is cut off: the file ends after 14 of them",
            id="cut",
        ),
        pytest.param(
            whole(cell(b"\0\0" + BOUNDARY[2:])),
            f"byte {INSIDE}: record BOUNDARY has a length of 0 bytes, must be at least 4",
            id="no length",
        ),
        pytest.param(
            whole(cell(b"\0\5" + BOUNDARY[2:])),
            f"byte {INSIDE}: record BOUNDARY has a length of 5 bytes, must be even",
            id="odd length",
        ),
        pytest.param(
            whole() + bytes(7) + b"x",
            f"byte {START + 4 + 7}: data follows after ENDLIB, the end of the library",
            id="more",
        ),
    ],
)
def test_broken_chain(data, message, tmp_path):
    assert fault(data, tmp_path) == message


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(whole(record(0x7F)), f"byte {START}: unknown record 0x7F", id="unknown record"),
        pytest.param(whole(record(0x18)), f"byte {START}: record SPACING may not be used", id="unused record"),
        pytest.param(
            whole(cell(boundary(record(0x10, 2, bytes(40))))),
            f"byte {XY}: record XY has data type 2, must hold longs",
            id="data type",
        ),
        pytest.param(
            whole(cell(boundary(record(0x10, 3, bytes(12))))),
            f"byte {XY}: record XY holds 12 bytes, must be 8 to 65528, a multiple of 8",
            id="half a point",
        ),
        pytest.param(
            whole(cell(BOUNDARY + record(0x0D, 2, bytes(6)) + DATATYPE + SQUARE + ENDEL)),
            f"byte {FIRST}: record LAYER holds 6 bytes, must be 2",
            id="long layer",
        ),
        pytest.param(
            whole(cell(BOUNDARY + ENDSTR)), f"byte {FIRST}: ENDSTR follows BOUNDARY, expected ENDEL", id="open"
        ),
        pytest.param(
            whole(cell() + boundary()),
            f"byte {INSIDE + 4}: BOUNDARY follows ENDSTR, expected BGNSTR or ENDLIB",
            id="no cell",
        ),
        pytest.param(HEADER + ENDLIB, "byte 6: ENDLIB follows HEADER, expected BGNLIB", id="no library"),
        pytest.param(
            whole(cell(BOUNDARY + WIDTH + ENDEL)),
            f"byte {FIRST}: record WIDTH may not stand after BOUNDARY",
            id="width",
        ),
        pytest.param(
            whole(cell(boundary(), LAYER)),
            f"byte {INSIDE + len(boundary())}: record LAYER may not stand after ENDEL",
            id="between elements",
        ),
        pytest.param(
            whole(cell(BOUNDARY + LAYER + LAYER + DATATYPE + SQUARE + ENDEL)),
            f"byte {FIRST + 6}: record LAYER stands twice in BOUNDARY",
            id="twice",
        ),
        pytest.param(
            whole(cell(BOUNDARY + DATATYPE + LAYER + SQUARE + ENDEL)),
            f"byte {FIRST + 6}: record LAYER may not follow DATATYPE in BOUNDARY",
            id="order",
        ),
        pytest.param(
            whole(cell(BOUNDARY + LAYER + DATATYPE + ENDEL)), f"byte {INSIDE}: BOUNDARY lacks XY", id="no points"
        ),
        pytest.param(whole(cell(SREF + ENDEL)), f"byte {INSIDE}: SREF lacks SNAME and XY", id="empty reference"),
        pytest.param(
            whole(cell(AREF + sname(b"A\0") + THREE + ENDEL)), f"byte {INSIDE}: AREF lacks COLROW", id="no columns"
        ),
        pytest.param(whole(BGNSTR + ENDSTR), f"byte {START}: BGNSTR lacks STRNAME", id="no name"),
        pytest.param(HEADER + BGNLIB + LIBNAME + ENDLIB, "byte 6: BGNLIB lacks UNITS", id="no units"),
    ],
)
def test_wrong_records(data, message, tmp_path):
    assert fault(data, tmp_path) == message


def units(user, metres):
    return HEADER + BGNLIB + LIBNAME + record(0x03, 5, struct.pack(">QQ", user, metres)) + ENDLIB


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(
            whole(cell(AREF + sname(b"A\0") + COLROW + POINT + ENDEL)),
            f"byte {INSIDE + 4 + 6 + 8}: AREF has 1 point, must have 3",
            id="array of one point",
        ),
        pytest.param(
            whole(cell(SREF + sname(b"A\0") + THREE + ENDEL)),
            f"byte {INSIDE + 4 + 6}: SREF has 3 points, must have 1",
            id="reference of three points",
        ),
        pytest.param(
            whole(cell(PATH + LAYER + DATATYPE + POINT + ENDEL)),
            f"byte {INSIDE}: PATH has 1 point, must have at least 2",
            id="path of one point",
        ),
        pytest.param(
            whole(cell(AREF + sname(b"A\0") + record(0x13, 2, shorts(0, 4)) + THREE + ENDEL)),
            f"byte {INSIDE + 4 + 6}: COLROW asks for 0 columns and 4 rows, each must be 1 to 32767",
            id="no columns",
        ),
        pytest.param(
            whole(cell(AREF + sname(b"A\0") + record(0x13, 2, shorts(2, -32768)) + THREE + ENDEL)),
            f"byte {INSIDE + 4 + 6}: COLROW asks for 2 columns and -32768 rows, each must be 1 to 32767",
            id="negative rows",
        ),
        pytest.param(
            units(0x3E4189374BC6A7F0, 0),
            "byte 42: UNITS gives a database unit of 0 m, must be 1e-15 to 0.001 m",
            id="no database unit",
        ),
        pytest.param(
            units(0x3E4189374BC6A7F0, 0x4110000000000000),
            "byte 42: UNITS gives a database unit of 1 m, must be 1e-15 to 0.001 m",
            id="huge database unit",
        ),
        pytest.param(
            units(0xBE4189374BC6A7F0, 0x3944B82FA09B5A54),
            "byte 42: UNITS gives a database unit of -0.001 user units and 1e-09 m: a user unit must be 1e-12 to 1 m",
            id="negative user unit",
        ),
        pytest.param(
            whole(cell(SREF + sname(b"A\0") + record(0x1B, 5, bytes(8)) + POINT + ENDEL)),
            f"byte {INSIDE + 4 + 6}: MAG is 0, must be larger than 0",
            id="no magnification",
        ),
        pytest.param(
            whole(cell(TEXT + LAYER + TEXTTYPE + POINT + string(b"\xb5m") + ENDEL)),
            f"byte {INSIDE + 4 + 12 + 12}: STRING is not ASCII text: b'\\xb5m'",
            id="label beyond ASCII",
        ),
        pytest.param(
            whole(cell(name=b"A\0B\0")), f"byte {START + 28}: STRNAME is not ASCII text: b'A\\x00B'", id="NUL"
        ),
        pytest.param(whole(cell(name=b"\0\0")), f"byte {START + 28}: STRNAME is empty", id="empty name"),
        pytest.param(
            whole(cell(boundary()[:-4] + PROPATTR + ENDEL)),
            f"byte {XY + 44}: PROPATTR is not followed by PROPVALUE",
            id="property without value",
        ),
        pytest.param(
            whole(cell(boundary()[:-4] + PROPVALUE + ENDEL)),
            f"byte {XY + 44}: PROPVALUE does not follow PROPATTR",
            id="property without number",
        ),
    ],
)
def test_wrong_contents(data, message, tmp_path):
    assert fault(data, tmp_path) == message


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(
            whole(cell(), cell()), f"byte {INSIDE + 4 + 28}: cell 'A' is defined twice", id="two cells of one name"
        ),
        pytest.param(
            whole(cell(sref(b"PAB\0")), cell(name=b"PAD\0")),
            f"byte {INSIDE + 4}: cell 'PAB' is placed but not in the file, did you mean 'PAD'",
            id="missing cell",
        ),
        pytest.param(
            whole(cell(boundary(), sref(b"A\0"))),
            f"byte {INSIDE + len(boundary()) + 4}: cells place each other in a loop: A -> A",
            id="cell in itself",
        ),
        pytest.param(
            whole(cell(sref(b"B\0"), name=b"T\0"), cell(sref(b"C\0"), name=b"B\0"), cell(sref(b"B\0"), name=b"C\0")),
            f"byte {INSIDE + 26 + 4 + len(BGNSTR) + 6 + 4}: cells place each other in a loop: B -> C -> B",
            id="loop below",
        ),
    ],
)
def test_wrong_references(data, message, tmp_path):
    assert fault(data, tmp_path) == message


def chain(count):
    """Return cells of which each places the next."""
    names = [f"{number:04}".encode() for number in range(count)]
    cells = [cell(sref(below), name=name) for name, below in itertools.pairwise(names)]
    return whole(*cells, cell(name=names[-1]))


def test_depth(tmp_path):
    path = tmp_path / "deep.gds"
    path.write_bytes(chain(500))

    assert scan(path).levels == 500
    assert (
        fault(chain(501), tmp_path)
        == f"byte {START + 28}: cell '0000' has 501 levels of cells, at most 500 can be read"
    )


def test_missing_file(tmp_path):
    path = tmp_path / "none.gds"

    with pytest.raises(LayoutError) as caught:
        scan(path)
    assert str(caught.value) == f"{path}: cannot be read: no such file or directory"


def scanned(data, tmp_path):
    path = tmp_path / "whole.gds"
    path.write_bytes(data)
    return scan(path)


def test_summary(tmp_path):
    label = TEXT + LAYER + TEXTTYPE + POINT + string(b"VDD\0") + ENDEL
    box = BOX + LAYER + record(0x2E, 2, shorts(3)) + SQUARE + ENDEL
    path = PATH + LAYER + DATATYPE + WIDTH + record(0x10, 3, longs(0, 0, 5, 0)) + ENDEL
    aref = AREF + sname(b"A\0") + COLROW + THREE + ENDEL
    data = whole(cell(boundary(), box, label, path), cell(aref, sref(b"A\0"), sref(b"A\0"), name=b"T\0"))

    stream = scanned(data + bytes(100), tmp_path)

    assert (stream.library, stream.size, stream.tops, stream.levels) == ("LIB", len(data) + 100, ("T",), 2)
    assert stream.units == pytest.approx((1e-3, 1e-9), rel=1e-12)
    below, top = stream.cells["A"], stream.cells["T"]
    assert (below.boundaries, below.boxes, below.texts, below.paths, below.nodes) == (1, 1, 1, 1, 0)
    assert below.layers == {(7, 0): 2, (7, 3): 1}
    assert below.labels == {(7, 0): 1}
    assert (top.srefs, top.arefs) == (2, 1)
    assert top.references == (Placement("A", 3, 2, 1), Placement("A", 1, 1, 2))
    assert stream.placements == 8


def test_placements_are_counted_not_made(tmp_path):
    names = [f"{number:04}".encode() for number in range(30)]
    colrow = record(0x13, 2, shorts(32767, 32767))
    rows = [cell(AREF + sname(below) + colrow + THREE + ENDEL, name=name) for name, below in itertools.pairwise(names)]

    stream = scanned(whole(*rows, cell(name=names[-1])), tmp_path)

    assert stream.placements == sum((32767**2) ** level for level in range(1, 30))


def test_poor_shapes_are_counted(tmp_path):
    line = record(0x10, 3, longs(0, 0, 5, 5, 0, 0))
    spot = record(0x10, 3, longs(3, 3) * 5)
    late = record(0x10, 3, longs(3, 3) * 5 + longs(4, 4, 5, 6))
    two = POINT + record(0x10, 3, longs(5, 5, 5, 6, 0, 0))
    thin = PATH + LAYER + DATATYPE + PATHTYPE + record(0x10, 3, longs(0, 0, 5, 0)) + ENDEL
    thick = PATH + LAYER + DATATYPE + WIDTH + record(0x10, 3, longs(0, 0, 5, 0)) + ENDEL
    polygons = [boundary(xy) for xy in (SQUARE, line, spot, late, two, POINT)]

    stream = scanned(whole(cell(), cell(*polygons, thick, thin, name=b"B\0")), tmp_path)

    assert stream.cells["B"].degenerate == (1, 2, 5)
    assert stream.cells["B"].unclosed == 1
    assert stream.cells["B"].widthless == (1,)


def test_layers_of_four_bytes(tmp_path):
    far = record(0x0D, 3, longs(100_000)) + record(0x0E, 3, longs(-1))

    stream = scanned(whole(cell(BOUNDARY + far + SQUARE + ENDEL)), tmp_path)

    assert stream.cells["A"].layers == {(100_000, 0xFFFF_FFFF): 1}


def test_empty_library(tmp_path):
    stream = scanned(whole(), tmp_path)

    assert (stream.cells, stream.tops, stream.levels, stream.placements) == ({}, (), 0, 0)


@given(st.lists(st.sampled_from(["boundary", "label", "path", "reference"]), max_size=30), st.integers(0, 2**16 - 1))
def test_counts_agree_with_the_writer(tmp_path_factory, elements, layer):
    library = gdstk.Library()
    below, top = library.new_cell("BELOW"), library.new_cell("TOP")
    for number, element in enumerate(elements):
        top.add(
            {
                "boundary": lambda: gdstk.rectangle((0, 0), (1, 1), layer=layer),
                "label": lambda: gdstk.Label("NET", (0, 0), layer=layer),
                "path": lambda: gdstk.FlexPath([(0, 0), (1, 0)], 0.1, simple_path=True, layer=layer),
                "reference": lambda x=number: gdstk.Reference(below, (x, 0)),
            }[element]()
        )
    path = tmp_path_factory.getbasetemp() / "counts.gds"
    library.write_gds(path)

    found = scan(path).cells["TOP"]

    assert [found.boundaries, found.texts, found.paths, found.srefs] == [
        elements.count(kind) for kind in ("boundary", "label", "path", "reference")
    ]
    shapes = found.boundaries + found.paths
    assert found.layers == ({(layer, 0): shapes} if shapes else {})


@given(st.floats(1e-60, 1e60) | st.floats(-1e60, -1e-60))
def test_reals_are_those_of_the_manual(number):
    exponent = math.floor(math.log(abs(number), 16)) + 1
    written = (exponent + 64) << 56 | round(abs(number) / 16.0**exponent * 2**56) | (number < 0) << 63

    assert faults.real(written) == pytest.approx(number, rel=1e-12)


@given(st.dictionaries(st.integers(0, 6), st.lists(st.integers(0, 6), max_size=3), min_size=1))
def test_a_hierarchy_has_levels_or_a_loop(links):
    children = {str(name): [str(child) for child in placed if child in links] for name, placed in links.items()}

    circle, found = hierarchy.loop(children), hierarchy.levels(children)

    assert bool(circle) == (len(found) < len(children))
    assert all(below in children[above] for above, below in itertools.pairwise(circle))
    assert circle[:1] == circle[-1:]
    assert all(found[child] < found[name] for name in found for child in children[name])
