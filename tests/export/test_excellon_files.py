"""Drill files, read by gerbonara."""

import re

import plates
import pytest
import shapely
from gerbonara import ExcellonFile

from maskgen.export import excellon
from maskgen.export.excellon import NotDrilledError
from maskgen.geometry import regions


def hole(x, y, diameter, segments=16):
    return regions.snap(shapely.Point(x, y).buffer(diameter / 2, quad_segs=segments), 0.001)


PAIR = regions.merge([hole(-100, 0, 150), hole(100.5, 30, 80)])
MARKS = shapely.box(-6000, -6000, -3000, -4000)


def written(folder, shapes, *, marks=MARKS, **changes):
    return excellon.write(plates.plate(shapes, **changes), folder / "mask.drl", marks=marks)


def read(path):
    return {(round(o.x, 6), round(o.y, 6), o.aperture.diameter) for o in ExcellonFile.open(path).objects}


def test_gerbonara_reads_every_hole_in_millimetres(tmp_path):
    path, table = written(tmp_path, plates.pattern(2, 1, site=PAIR))

    assert read(path) == {(-0.4, 0, 0.15), (0.2, 0, 0.15), (-0.1995, 0.03, 0.08), (0.4005, 0.03, 0.08)}
    assert table.read_text().splitlines() == [
        "x_um,y_um,diameter_um",
        "-199.500,30.000,80.000",
        "400.500,30.000,80.000",
        "-400.000,0.000,150.000",
        "200.000,0.000,150.000",
    ]


def test_the_file_is_this(tmp_path):
    path, _ = written(tmp_path, plates.alone(hole(0, 10_000, 150)), marks=regions.EMPTY)

    assert path.read_text().splitlines() == [
        "M48",
        "; qfn_FIRST_MASK, digitized data clear, polygons are openings, top side, not mirrored, scale 1",
        "; FORMAT={-:-/ absolute / metric / decimal}",
        "FMAT,2",
        "METRIC",
        "G90",
        "T1C0.1500",
        "%",
        "G05",
        "T1",
        "X0.0000Y10.0000",
        "T0",
        "M30",
    ]


def test_holes_10_mm_apart_are_10_mm_apart(tmp_path):
    path, _ = written(tmp_path, plates.alone(regions.merge([hole(-3000, 5, 300), hole(7000, 5, 300)])))
    (left, *_), (right, *_) = sorted(read(path))

    assert right - left == 10


def test_mirrored_holes_are_the_mirror_image(tmp_path):
    plain = read(written(tmp_path, plates.pattern(3, 2, site=PAIR))[0])
    marks = regions.mirror(MARKS)
    turned = read(written(tmp_path, plates.pattern(3, 2, site=PAIR), marks=marks, mirrored=True)[0])

    assert turned == {(-x, y, diameter) for x, y, diameter in plain}
    assert turned != plain


def test_what_an_offset_made_of_a_hole_is_still_round(tmp_path):
    grown = regions.snap(regions.grow(hole(0, 0, 100), 37.5), 0.001)
    ((_, _, diameter),) = read(written(tmp_path, plates.alone(grown))[0])

    assert diameter == pytest.approx(0.175, abs=excellon.ROUNDNESS / 1000)


def test_diameters_that_hardly_differ_are_one_tool(tmp_path):
    holes = [hole(300 * n, 0, diameter) for n, diameter in enumerate([100, 100.2, 100.4, 100.9])]
    path, _ = written(tmp_path, plates.alone(regions.merge(holes)))

    assert re.findall(r"^T\d+C.*", path.read_text(), re.MULTILINE) == ["T1C0.1002", "T2C0.1009"]


@pytest.mark.parametrize(
    ("shapes", "said"),
    [
        pytest.param(plates.pattern(rest=regions.EMPTY), "the polygon at x ", id="a hole in a polygon"),
        pytest.param(plates.alone(shapely.box(0, 0, 10, 10)), "the polygon at x 5.000 um, y 5.000 um", id="square"),
        pytest.param(plates.alone(hole(0, 0, 100, segments=2)), "the polygon at x ", id="octagon"),
        pytest.param(
            plates.alone(hole(0, 0, 100).intersection(shapely.box(-50, -50, 50, 20))), "the polygon at x ", id="cut off"
        ),
        pytest.param(
            plates.alone(shapely.transform(hole(0, 0, 100), lambda points: points * [1, 1.01])), "the p", id="oval"
        ),
        pytest.param(plates.alone(plates.STRIP), "it has 0 round holes, limit 5000000", id="marks alone"),
        pytest.param(
            plates.pattern(3000, 2000, site=hole(0, 0, 9)), "it has 6000000 round holes, limit 5000000", id="too many"
        ),
    ],
)
def test_what_no_drill_makes_is_refused(tmp_path, shapes, said):
    with pytest.raises(NotDrilledError, match=f"^qfn_FIRST_MASK: cannot be drilled: {re.escape(said)}"):
        written(tmp_path, shapes)
    assert not list(tmp_path.iterdir())
