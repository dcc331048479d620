"""OASIS.MASK files, read by KLayout and by gdstk, and record by record."""

import re
import tempfile
from pathlib import Path

import gdstk
import plates
import pytest
import shapely
from hypothesis import given, settings
from klayout import db

from maskgen.errors import MaskgenError
from maskgen.export import oasis
from maskgen.geometry import arrays, regions


def written(folder, shapes, **changes):
    path = Path(folder) / "mask.mask.oas"
    oasis.write(plates.plate(shapes, **changes), path)
    return path


def records(data):
    """Return the ids of the records of a file, told apart by the grammar of SEMI P39 alone."""
    at, found = len(b"%SEMI-OASIS\r\n"), []

    def unsigned():
        nonlocal at
        value, shift = 0, 0
        while True:
            value |= (data[at] & 0x7F) << shift
            at, shift = at + 1, shift + 7
            if not data[at - 1] & 0x80:
                return value

    def skip(count):
        for _ in range(count):
            unsigned()

    def text():
        nonlocal at
        length = unsigned()
        at += length

    while True:
        found.append(unsigned())
        match found[-1]:
            case 1:
                text()
                assert unsigned() == 0  # the unit is a whole number
                assert unsigned() == 1000
                assert unsigned() == 1  # the tables' places are in END
            case 2:
                tables = [(unsigned(), unsigned()) for _ in range(6)]
                text()
                assert data[at] == 1
                assert len(data) - at == 5
                return found, tables
            case 3:
                text()
            case 11:
                text()
                assert (unsigned(), unsigned(), unsigned(), unsigned()) == (3, 14, 3, 0)
            case 13:
                assert unsigned() == 0
            case 20 | 23:
                info = unsigned()
                assert info & 0b11111011 == 0b01111011
                skip(6 if found[-1] == 20 else 8)
                if info & 0b100:
                    skip({1: 4, 2: 2, 3: 2}[unsigned()])
            case other:
                pytest.fail(f"record {other} is not allowed in OASIS.MASK")


@pytest.mark.parametrize("rows", [1, 4])
@pytest.mark.parametrize("columns", [1, 5])
def test_klayout_reads_what_was_meant(tmp_path, columns, rows):
    shapes = plates.pattern(columns, rows)
    read = plates.layout(path := written(tmp_path, shapes))

    assert (plates.region(path) ^ plates.meant(shapes)).is_empty()
    assert read.dbu == 0.001
    assert [cell.name for cell in read.each_cell()] == ["qfn_FIRST_MASK"]
    assert [info.to_s() for info in read.layer_infos()] == ["FIRST_MASK (14/0)"]


def test_gdstk_reads_what_was_meant(tmp_path):
    shapes = plates.pattern()
    (cell,) = gdstk.read_oas(written(tmp_path, shapes)).cells
    flat = [piece for polygon in cell.polygons for piece in (polygon, *polygon.apply_repetition())]

    assert (plates.from_shapely(piece.points for piece in flat) ^ plates.meant(shapes)).is_empty()


def test_only_rectangles_and_trapezoids_stand_in_one_cell(tmp_path):
    found, tables = records(written(tmp_path, plates.pattern()).read_bytes())

    assert found[:4] == [1, 3, 11, 13]
    assert set(found[4:-1]) == {20, 23}
    assert [strict for strict, _ in tables] == [1] * 6
    assert [bool(place) for _, place in tables] == [True, False, False, False, True, False]


def test_the_tables_are_where_the_file_says(tmp_path):
    data = written(tmp_path, plates.pattern()).read_bytes()
    _, tables = records(data)

    assert data[tables[0][1]] == 3
    assert data[tables[4][1]] == 11


def test_klayout_finds_the_tables_strict(tmp_path, capfd):
    options = db.LoadLayoutOptions()
    options.oasis_expect_strict_mode = 1
    options.warn_level = 2
    db.Layout().read(str(written(tmp_path, plates.pattern())), options)

    assert capfd.readouterr() == ("", "")


def test_the_checksum_is_sound_and_finds_a_changed_byte(tmp_path):
    path = written(tmp_path, plates.pattern())
    assert gdstk.oas_validate(path)[0]

    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)
    assert not gdstk.oas_validate(path)[0]


def test_the_end_record_is_256_bytes(tmp_path):
    data = written(tmp_path, plates.alone(regions.EMPTY)).read_bytes()

    assert data[-256] == 2
    assert records(data)[0] == [1, 3, 11, 13, 2]


def test_a_square_of_10_mm_is_10_mm_in_every_reader(tmp_path):
    path = written(tmp_path, plates.alone(plates.SQUARE))
    ((left, bottom), (right, top)) = gdstk.read_oas(path, unit=1e-3).cells[0].bounding_box()

    assert plates.region(path).bbox() == db.Box(-3_000_000, -1_000_000, 7_000_000, 9_000_000)
    assert (right - left, top - bottom) == pytest.approx((10, 10), abs=1e-12)


def test_mirrored_data_is_the_mirror_image(tmp_path):
    plain = plates.region(written(tmp_path, plates.pattern()))
    turned = plates.region(written(tmp_path, plates.pattern(), mirrored=True))

    assert (plain.transformed(db.Trans.M90) ^ turned).is_empty()
    assert not (plain ^ turned).is_empty()


def test_the_same_mask_gives_the_same_bytes(tmp_path):
    assert written(tmp_path, plates.pattern()).read_bytes() == written(tmp_path, plates.pattern()).read_bytes()


@pytest.mark.parametrize(
    ("region", "rows"),
    [
        pytest.param(shapely.box(0, 0, 1, 2), [(0, 2000, 0, 1000, 0, 1000)], id="rectangle"),
        pytest.param(shapely.Polygon([(0, 0), (4, 0), (1, 2)]), [(0, 2000, 0, 4000, 1000, 1000)], id="triangle"),
        pytest.param(
            shapely.Polygon([(0, 0), (2, 1), (0, 3)]),
            [(0, 1000, 0, 0, 0, 2000), (1000, 3000, 0, 2000, 0, 0)],
            id="triangle on its tip",
        ),
        pytest.param(
            shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 2)),
            [
                (0, 1000, 0, 3000, 0, 3000),
                (1000, 2000, 0, 1000, 0, 1000),
                (1000, 2000, 2000, 3000, 2000, 3000),
                (2000, 3000, 0, 3000, 0, 3000),
            ],
            id="frame",
        ),
        pytest.param(regions.EMPTY, [], id="nothing"),
    ],
)
def test_regions_are_cut_at_their_vertices_alone(region, rows):
    assert [tuple(row) for row in oasis.trapezoids(region).tolist()] == rows


@settings(max_examples=60, deadline=None)
@given(plates.rectilinear())
def test_boxes_come_back_exactly(region):
    with tempfile.TemporaryDirectory() as folder:
        found = plates.region(written(folder, plates.alone(region)))
    assert (found ^ plates.meant(plates.alone(region))).is_empty()


@settings(max_examples=20, deadline=None)
@given(plates.slanted())
def test_slanted_outlines_come_back_to_a_database_unit(region):
    with tempfile.TemporaryDirectory() as folder:
        found = plates.region(written(folder, plates.alone(region)))
    assert plates.differs(found, plates.meant(plates.alone(region))).is_empty()


@settings(max_examples=20, deadline=None)
@given(plates.slanted())
def test_trapezoids_do_not_overlap(region):
    rows = oasis.trapezoids(region)
    area = ((rows[:, 3] - rows[:, 2] + rows[:, 5] - rows[:, 4]) * (rows[:, 1] - rows[:, 0])).sum() / 2

    assert area * 1e-6 == pytest.approx(region.area, abs=1e-3 * region.length)


def test_a_plate_with_too_many_figures_is_refused(tmp_path):
    with pytest.raises(
        MaskgenError,
        match=re.escape(
            "mask.mask.oas: flat OASIS.MASK data would have 24000001 figures, limit 20000000; write oas instead"
        ),
    ):
        written(tmp_path, plates.pattern(3000, 2000, site=shapely.box(0, 0, 9, 9).difference(shapely.box(1, 1, 2, 2))))
    assert not list(tmp_path.iterdir())


def test_reading_back_refuses_what_was_not_meant(tmp_path):
    path = written(tmp_path, plates.alone(plates.SQUARE))

    with pytest.raises(MaskgenError, match=r"^mask\.mask\.oas: part 0 is not what was meant after reading back$"):
        oasis._verify(path, [(plates.STRIP, 1, None)])
    with pytest.raises(MaskgenError, match=r"^mask\.mask\.oas: part 0 is not what was meant after reading back$"):
        oasis._verify(path, [(plates.SQUARE, 1, arrays.Lattice(0, 0, 2, 1, 1e5, 0))])
    with pytest.raises(MaskgenError, match=r"^mask\.mask\.oas: holds 1 records after reading back, 0 were meant$"):
        oasis._verify(path, [])
