import os
import struct

import gdstk
import pytest

from maskgen.errors import LayoutError
from maskgen.stream.read import read_layout


def pad(unit=1e-6, precision=1e-9):
    """Return a library with one pad of 60 µm by 70 µm, placed twice."""
    library = gdstk.Library(unit=unit, precision=precision)
    below, top = library.new_cell("PAD"), library.new_cell("TOP")
    below.add(gdstk.rectangle((0, 0), (60e-6 / unit, 70e-6 / unit), layer=37))
    top.add(gdstk.Reference(below, (0, 0), columns=2, rows=1, spacing=(1e-4 / unit, 0)))
    return library


WRITERS = {"gds": gdstk.Library.write_gds, "oas": gdstk.Library.write_oas}


@pytest.mark.parametrize("ending", ["gds", "oas"])
@pytest.mark.parametrize("unit", [1e-6, 1e-3, 25.4e-6])
def test_lengths_are_micrometres(ending, unit, tmp_path):
    path = tmp_path / f"pad.{ending}"
    WRITERS[ending](pad(unit, 1e-9), path)

    library = read_layout(path)

    assert library.unit == pytest.approx(1e-6)
    box = next(cell for cell in library.cells if cell.name == "TOP").bounding_box()
    assert box == (pytest.approx((0, 0)), pytest.approx((160, 70)))


def test_what_covers_nothing_is_left_out(tmp_path):
    path = tmp_path / "a.gds"
    library = gdstk.Library()
    cell = library.new_cell("A")
    cell.add(gdstk.FlexPath([(0, 0), (5, 0)], 2, simple_path=True, layer=1))
    cell.add(gdstk.FlexPath([(0, 9), (5, 9)], 3, simple_path=True, layer=2))
    cell.add(gdstk.FlexPath([(0, 9), (5, 9)], 0, simple_path=True, layer=3))
    cell.add(gdstk.rectangle((0, 0), (1, 1)), gdstk.Polygon([(0, 0), (1, 1), (0, 0)]), gdstk.rectangle((2, 2), (3, 3)))
    library.write_gds(path)
    path.write_bytes(path.read_bytes().replace(struct.pack(">HBBi", 8, 0x0F, 3, 3000), b""))

    read = read_layout(path).cells[0]

    assert [path.layers for path in read.paths] == [(1,)]
    assert [polygon.points[0].tolist() for polygon in read.polygons] == [[0, 0], [2, 2]]


def test_records_without_geometry_are_no_warning(tmp_path):
    path = tmp_path / "a.gds"
    pad().write_gds(path)
    boundary, flags = struct.pack(">HBB", 4, 8, 0), struct.pack(">HBBH", 6, 0x26, 1, 0)
    path.write_bytes(path.read_bytes().replace(boundary, boundary + flags))

    assert len(read_layout(path).cells) == 2


def error(path):
    with pytest.raises(LayoutError) as caught:
        read_layout(path)
    return str(caught.value)


def test_damaged_gds(tmp_path):
    path = tmp_path / "cut.gds"
    pad().write_gds(path)
    size = path.stat().st_size
    os.truncate(path, size - 4)

    assert error(path) == f"{path}: byte {size - 4}: the file ends without ENDLIB, it is cut off"


def test_cut_oasis(tmp_path):
    path = tmp_path / "cut.oas"
    pad().write_oas(path)
    size = path.stat().st_size - 10
    os.truncate(path, size)

    assert error(path) == f"{path}: byte {size}: the file ends without END, it is cut off or damaged"


@pytest.mark.parametrize("validation", ["crc32", "checksum32"])
def test_checksum_of_oasis(validation, tmp_path):
    path = tmp_path / "changed.oas"
    pad().write_oas(path, validation=validation)
    data = bytearray(path.read_bytes())

    assert len(read_layout(path).cells) == 2

    data[40] ^= 1
    path.write_bytes(data)

    assert error(path).startswith(f"{path}: byte {len(data) - 4}: the file is damaged: its checksum is ")


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (14, 0x00, "byte 13: START says version '', must be '1.0'"),
        (15, 0xFF, "byte 13: START has a text that is not printable ASCII: b'\\xff.0'"),
        (44, 0x5A, "byte 44: unknown record 90"),
        (45, 0x00, "byte 44: PLACEMENT leaves out its cell, which nothing before it sets"),
        (46, 0x07, "byte 44: CELLNAME number 7 is used but not in the file"),
        (49, 0x0F, "byte 44: PLACEMENT has repetition type 15, must be 0 to 11"),
        (60, 0x5A, "byte 59: CELLNAME holds 90 bytes of text, but 3 bytes are left before END"),
        (70, 0x81, "byte 64: END holds 17 bytes, must be 256"),
    ],
)
def test_damaged_oasis(place, value, message, tmp_path):
    path = tmp_path / "damaged.oas"
    pad().write_oas(path, compression_level=0)
    data = bytearray(path.read_bytes())
    data[place] = value
    path.write_bytes(data)

    assert error(path) == f"{path}: {message}"


@pytest.mark.parametrize(("place", "value"), [(40, 0x11), (50, 0x7F), (90, 0x22)])
def test_damage_that_leaves_an_oasis_file_whole(place, value, tmp_path):
    path = tmp_path / "changed.oas"
    pad().write_oas(path, compression_level=0)
    data = bytearray(path.read_bytes())
    data[place] = value
    path.write_bytes(data)

    assert sorted(cell.name for cell in read_layout(path).cells) == ["PAD", "TOP"]


def test_oasis_that_crashes_the_kernel(tmp_path):
    path = tmp_path / "damaged.oas"
    pad().write_oas(path, compression_level=0)
    data = bytearray(path.read_bytes())
    data[30:60] = b"\x5a" * 30
    path.write_bytes(data)

    assert error(path) == f"{path}: byte 30: unknown record 90"


def test_loop_in_oasis(tmp_path):
    path = tmp_path / "loop.oas"
    library = gdstk.Library()
    one, two = library.new_cell("ONE"), library.new_cell("TWO")
    one.add(gdstk.Reference(two))
    two.add(gdstk.Reference(one))
    library.write_oas(path, compression_level=0)

    place = path.read_bytes().index(b"\x0d\x00") + 2
    assert error(path) == f"{path}: byte {place}: cells place each other in a loop: ONE -> TWO -> ONE"


def test_missing_cell_in_oasis(tmp_path):
    path = tmp_path / "missing.oas"
    library = gdstk.Library()
    library.new_cell("PAD")
    library.new_cell("TOP").add(gdstk.Reference("PAB"))
    library.write_oas(path)

    place = path.read_bytes().index(b"\x0d\x01") + 2
    assert error(path) == (
        f"{path}: byte {place}: cell 'PAB' is placed but not in the file, did you mean 'PAD' "
        "(byte 0 of the unpacked block)"
    )


def test_oasis_with_a_damaged_line_end(tmp_path):
    path = tmp_path / "transferred.oas"
    pad().write_oas(path)
    path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n"))

    assert error(path) == f"{path}: byte 0: the file does not begin with b'%SEMI-OASIS\\r\\n', as OASIS files do"


def test_missing_file(tmp_path):
    assert error(tmp_path / "no.gds") == f"{tmp_path / 'no.gds'}: cannot be read: no such file or directory"
    assert error(tmp_path) == f"{tmp_path}: cannot be read: is a directory"
