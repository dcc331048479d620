"""Gerber files, read by KLayout and, without arrays, by gerbonara, which drops what SR repeats."""

import hashlib
import re
import tempfile
from pathlib import Path

import plates
import pytest
from gerbonara import GerberFile
from hypothesis import given, settings
from klayout import db

from maskgen.export import gerber
from maskgen.geometry import regions


def written(folder, shapes, **changes):
    path = Path(folder) / "mask.gbr"
    gerber.write(plates.plate(shapes, **changes), path)
    return path


def with_klayout(path):
    project = path.with_suffix(".pcb")
    project.write_text(plates.PROJECT)
    return plates.region(project)


def with_gerbonara(path):
    read = GerberFile.open(path)
    return plates.from_shapely(
        [(region.unit.convert_to("mm", x) * 1000, region.unit.convert_to("mm", y) * 1000) for x, y in region.outline]
        for region in read.objects
    )


def test_klayout_reads_what_was_meant(tmp_path):
    shapes = plates.pattern()

    assert (with_klayout(written(tmp_path, shapes)) ^ plates.meant(shapes)).is_empty()


def test_gerbonara_reads_what_was_meant(tmp_path):
    shapes = plates.pattern(1, 1)

    assert (with_gerbonara(written(tmp_path, shapes)) ^ plates.meant(shapes)).is_empty()


@pytest.mark.parametrize("read", [with_klayout, with_gerbonara])
def test_a_square_of_10_mm_is_10_mm_in_every_reader(tmp_path, read):
    found = read(written(tmp_path, plates.alone(plates.SQUARE)))

    assert found.bbox() == db.Box(-3_000_000, -1_000_000, 7_000_000, 9_000_000)
    assert found.area() == 10_000_000**2


def test_the_file_says_what_it_is(tmp_path):
    lines = written(tmp_path, plates.pattern(), digitized="dark", mirrored=True).read_text().splitlines()

    assert re.fullmatch(r"%TF\.GenerationSoftware,maskgen,maskgen,[0-9.a-z+]+\*%", lines[0])
    assert lines[1:8] == [
        "%TF.FileFunction,Other,FIRST_MASK*%",
        "%TF.FilePolarity,Positive*%",
        "%TF.Part,Other,Photomask*%",
        "%TF.SameCoordinates,qfn: mirrored; scale 1*%",
        "%FSLAX46Y46*%",
        "%MOMM*%",
        "G04 qfn_FIRST_MASK: digitized data dark; polygons are openings; top side; mirrored left to right; scale 1; "
        "millimetres*",
    ]
    assert lines[-1] == "M02*"


def test_clear_data_is_negative_and_otherwise_the_same(tmp_path):
    dark = written(tmp_path, plates.pattern(), digitized="dark").read_text().splitlines()
    clear = written(tmp_path, plates.pattern(), digitized="clear").read_text().splitlines()

    assert clear[2] == "%TF.FilePolarity,Negative*%"
    assert [line for line in clear[8:] if "MD5" not in line] == [line for line in dark[8:] if "MD5" not in line]


def test_the_signature_covers_all_before_it_without_ends_of_lines(tmp_path):
    data = written(tmp_path, plates.pattern()).read_bytes()
    before, _, after = data.partition(b"%TF.MD5,")

    assert after == hashlib.md5(before.replace(b"\n", b"")).hexdigest().encode() + b"*%\nM02*\n"


def test_an_array_is_one_step_and_repeat(tmp_path):
    text = written(tmp_path, plates.pattern()).read_text()

    assert re.findall(r"%SR.*", text) == ["%SRX5Y4I0.600000J0.600000*%", "%SR*%"]
    assert "LPC" not in text


def test_a_single_row_steps_by_nothing_across_it(tmp_path):
    shapes = plates.pattern(3, 1, rest=regions.EMPTY)
    path = written(tmp_path, shapes)

    assert "%SRX3Y1I0.600000J0.000000*%" in path.read_text()
    assert (with_klayout(path) ^ plates.meant(shapes)).is_empty()


def test_mirrored_data_is_the_mirror_image(tmp_path):
    plain = with_klayout(written(tmp_path, plates.pattern()))
    turned = with_klayout(written(tmp_path, plates.pattern(), mirrored=True))

    assert (plain.transformed(db.Trans.M90) ^ turned).is_empty()
    assert not (plain ^ turned).is_empty()


def test_the_same_mask_gives_the_same_bytes(tmp_path):
    assert written(tmp_path, plates.pattern()).read_bytes() == written(tmp_path, plates.pattern()).read_bytes()


@pytest.mark.parametrize("limit", [199, 4000])
def test_every_contour_is_within_the_limit_of_vertices(tmp_path, limit):
    shapes = plates.alone(plates.MANY)
    path = written(tmp_path, shapes, limit=limit)
    counts = [contour.count("D01*") for contour in path.read_text().split("G36*")[1:]]

    assert max(counts) <= limit
    assert plates.differs(with_klayout(path), plates.meant(shapes)).is_empty()


@settings(max_examples=40, deadline=None)
@given(plates.rectilinear())
def test_boxes_come_back_exactly(region):
    with tempfile.TemporaryDirectory() as folder:
        path = written(folder, plates.alone(region))
        found = with_klayout(path), with_gerbonara(path)
    assert all((read ^ plates.meant(plates.alone(region))).is_empty() for read in found)


@settings(max_examples=25, deadline=None)
@given(plates.slanted())
def test_slanted_outlines_come_back_to_a_database_unit(region):
    with tempfile.TemporaryDirectory() as folder:
        path = written(folder, plates.alone(region), limit=199)
        found = with_klayout(path), with_gerbonara(path)
    assert all(plates.differs(read, plates.meant(plates.alone(region))).is_empty() for read in found)


def test_a_keyhole_comes_back(tmp_path):
    assert with_klayout(written(tmp_path, plates.alone(plates.KEYHOLE))).area() == 900_000**2 - 300_000**2


def test_an_empty_mask_has_no_contours(tmp_path):
    text = written(tmp_path, plates.alone(regions.EMPTY)).read_text()

    assert "G36" not in text
    assert text.endswith("M02*\n")
