"""Wet etching: the worked examples of `process.md` 1.1 to 1.4, the offsets of the kernels beside them, and laws."""

import math
import re

import gdstk
import klayout.db as kdb
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point, Polygon, box

from maskgen.geometry import regions
from maskgen.physics import etching

LENGTHS = st.floats(0.1, 1e4)
SCALES = st.floats(0.01, 100.0)
FINE = 256
"""Chords of a quarter circle in the comparisons with shapely."""

DISC = (math.pi * 60**2, 2 * math.pi * 60)
SQUARE_AND_SIDE = (100**2, 400)
L_SHAPE = Polygon([(0, 0), (200, 0), (200, 100), (100, 100), (100, 200), (0, 200)])
DUMBBELL = shapely.union_all([box(0, 0, 100, 100), box(90, 40, 210, 60), box(200, 0, 300, 100)])


def per_side(thickness, overetch, factor):
    """Return the depth from each face, and its undercut."""
    depth = overetch * thickness / 2
    return depth, etching.undercut(1.0, factor, depth)


def etched_back(wanted, undercut, *, quad_segs=FINE, **joins):
    """Return the recess that a compensated mask gives, with fine arcs."""
    return wanted.buffer(-undercut, quad_segs=quad_segs, **joins).buffer(undercut, quad_segs=FINE)


EXAMPLES = [
    pytest.param(lambda: etching.recess_area(100**2, 400, undercut=50), "37853.98", id="T1.1 surface outline"),
    pytest.param(lambda: box(0, 0, 100, 100).buffer(50, quad_segs=FINE).area, "37853.93", id="T1.1 shapely"),
    pytest.param(lambda: etching.recess_volume(100**2, 400, undercut=50, depth=50), "1547197.55", id="T1.2"),
    pytest.param(lambda: etching.slot_section(40, undercut=25, depth=50), "3963.495", id="T1.3 area"),
    pytest.param(lambda: 20 + float(etching.flank(30, undercut=25, depth=50)), "40.000", id="T1.3 half width"),
    pytest.param(lambda: etching.recess_volume(*DISC, undercut=40, depth=40), "1060171.64", id="T1.4"),
    pytest.param(lambda: etching.etch_time(50, 25), "2.0", id="T1.5"),
    pytest.param(lambda: 10000 - 4 * etching.corner_loss(20), "9656.637", id="T1.6 area"),
    pytest.param(lambda: etched_back(box(0, 0, 100, 100), 20).area, "9656.629", id="T1.6 shapely"),
    pytest.param(lambda: etching.corner_deviation(20), "8.284", id="T1.6 deviation"),
    pytest.param(lambda: etching.corner_loss(20), "85.8407", id="T1.7 corner"),
    pytest.param(lambda: 30000 - 5 * etching.corner_loss(20), "29570.796", id="T1.7 area"),
    pytest.param(
        lambda: L_SHAPE.buffer(-20, quad_segs=64).buffer(20, quad_segs=FINE).area, "29570.787", id="T1.7 shapely"
    ),
    pytest.param(lambda: etching.min_recess_width(25, etching.undercut(1, 1, 50)), "125", id="T1.9"),
    pytest.param(lambda: etching.arc_segments(50, 0.1), "50", id="T1.10 fine"),
    pytest.param(lambda: etching.arc_segments(50, 0.5), "23", id="T1.10 coarse"),
    pytest.param(lambda: math.pi / math.acos(1 - 0.1 / 50), "49.66", id="T1.10 fine, exact"),
    pytest.param(lambda: math.pi / math.acos(1 - 0.5 / 50), "22.2", id="T1.10 coarse, exact"),
    pytest.param(lambda: 100 * etching.chord_error(1, 4 * 8), "0.4815", id="T1.10 quad_segs 8"),
    pytest.param(lambda: 100 * etching.chord_error(1, 4 * 16), "0.1205", id="T1.10 quad_segs 16"),
    pytest.param(lambda: 100 * etching.chord_error(1, 4 * 32), "0.0301", id="T1.10 quad_segs 32"),
    pytest.param(lambda: per_side(100, 1, 1)[1], "50", id="T1.12 k 1 undercut"),
    pytest.param(lambda: etching.cusp(100, 50, etch_factor=1), "50", id="T1.12 k 1 cusp"),
    pytest.param(lambda: per_side(100, 1.25, 1)[1], "62.5", id="T1.12 k 1.25 undercut"),
    pytest.param(lambda: etching.cusp(100, 62.5, etch_factor=1), "25.000", id="T1.12 k 1.25 cusp"),
    pytest.param(lambda: per_side(100, math.sqrt(2), 1)[1], "70.711", id="T1.12 k sqrt2 undercut"),
    pytest.param(lambda: etching.cusp(100, 50 * math.sqrt(2), etch_factor=1), "20.711", id="T1.12 k sqrt2 cusp"),
    pytest.param(lambda: per_side(100, 2, 1)[1], "100", id="T1.12 k 2 undercut"),
    pytest.param(lambda: etching.cusp(100, 100, etch_factor=1), "13.397", id="T1.12 k 2 cusp"),
    pytest.param(lambda: per_side(100, 1.25, 2)[1], "31.25", id="T1.13 undercut"),
    pytest.param(lambda: etching.cusp(100, 62.5, etch_factor=2), "12.500", id="T1.13 cusp"),
    pytest.param(lambda: etching.meeting_depth(100, 80, 40), "74.000", id="T1.13b depth of the cusp"),
    pytest.param(lambda: etching.waist(100, 80, 40, etch_factor=1), "30.397", id="T1.13b waist"),
]


@pytest.mark.parametrize(("compute", "text"), EXAMPLES)
def test_worked_examples(compute, text, printed):
    assert printed(compute(), text) == text


def test_t1_6_mask_of_a_square():
    """T1.6: the mask of a square 100 is the square 20..80."""
    assert etching.mask_opening(box(0, 0, 100, 100), 20).equals(box(20, 20, 80, 80))


def test_t1_7_join_of_the_mask_does_not_matter(printed):
    """T1.7: mitred and round masks differ by one corner, and etch to the same shape."""
    masks = [L_SHAPE.buffer(-20, quad_segs=FINE, join_style=join) for join in ("mitre", "round")]
    results = [etched_back(L_SHAPE, 20, join_style=join) for join in ("mitre", "round")]

    assert printed(masks[0].symmetric_difference(masks[1]).area, "85.84") == "85.84"
    assert f"{results[0].symmetric_difference(results[1]).area:.0e}" == "1e-05"


def test_t1_8_necks_narrower_than_twice_the_undercut_are_refused():
    """T1.8: a neck of 20 survives an undercut of 9.9, not one of 10.1."""
    assert len(regions.polygons(etching.mask_opening(DUMBBELL, 9.9))) == 1
    assert len(regions.polygons(regions.shrink(DUMBBELL, 10.1))) == 2
    sentence = "a feature below 2 x undercut = 20.2 um would be lost from the recess about (150.000, 50.000) um"
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        etching.mask_opening(DUMBBELL, 10.1)


def test_t1_11_shapely_round_joins_come_to_the_exact_area(printed):
    """T1.11: with enough chords, to the last digit printed."""
    grown = box(0, 0, 100, 100).buffer(50, quad_segs=1024)

    assert printed(grown.area, "37853.98") == "37853.98"


@pytest.mark.parametrize(
    ("corners", "text"),
    [
        pytest.param(8, "37071.0", id="T1.11 8 per circle"),
        pytest.param(32, "37803.57", id="T1.11 32 per circle"),
        pytest.param(256, "37853.19", id="T1.11 256 per circle"),
    ],
)
def test_gdstk_round_joins_take_corners_per_circle_as_tolerance(corners, text, printed):
    grown = gdstk.offset(gdstk.rectangle((0, 0), (100, 100)), 50, join="round", tolerance=corners)

    assert printed(sum(part.area() for part in grown), text) == text


@pytest.mark.parametrize(
    ("mode", "text"),
    [
        pytest.param(0, "35000", id="T1.11 mode 0"),
        pytest.param(1, "38284.31", id="T1.11 mode 1"),
        *(pytest.param(mode, "40000", id=f"T1.11 mode {mode}") for mode in (2, 3, 4, 5)),
    ],
)
def test_klayout_sizing_is_never_round(mode, text, printed):
    grown = kdb.Region(kdb.Box(0, 0, 100_000, 100_000)).sized(50_000, mode)

    assert printed(grown.area() * 1e-6, text) == text


def test_t1_11_klayout_minkowski_sum_is_round(printed):
    """T1.11: a disc of 256 corners as the kernel."""
    disc = kdb.Polygon.ellipse(kdb.Box(-50_000, -50_000, 50_000, 50_000), 256)
    grown = kdb.Region(kdb.Box(0, 0, 100_000, 100_000)).minkowski_sum(disc).merged()

    assert printed(grown.area() * 1e-6, "37853.19") == "37853.19"


@given(per_edge=LENGTHS, depth=LENGTHS, at=LENGTHS, scale=SCALES)
def test_undercut_goes_with_depth_and_keeps_the_etch_factor(per_edge, depth, at, scale):
    at_other = etching.undercut(per_edge, depth, at)

    assert etching.etch_factor(at_other, at) == pytest.approx(etching.etch_factor(per_edge, depth))
    assert etching.undercut(per_edge, depth, scale * at) == pytest.approx(scale * at_other)
    assert etching.undercut(per_edge, depth, depth) == pytest.approx(per_edge)
    assert etching.undercut(per_edge, depth, 0.0) == 0


@given(undercut=LENGTHS, depth=LENGTHS, scale=SCALES)
def test_flank_falls_from_the_undercut_to_the_mask_edge(undercut, depth, scale):
    heights = np.linspace(0.0, depth, 50)
    wall = etching.flank(heights, undercut=undercut, depth=depth)

    assert wall[0] == undercut
    assert wall[-1] == pytest.approx(0, abs=1e-6 * undercut)
    assert (np.diff(wall) < 0).all()
    # The last point is a difference of nearly equal numbers: compare within the whole wall.
    scaled = etching.flank(np.clip(scale * heights, 0, scale * depth), undercut=scale * undercut, depth=scale * depth)
    assert np.allclose(scaled, scale * wall, rtol=1e-9, atol=1e-6 * scale * undercut)


@given(undercut=LENGTHS, depth=LENGTHS, side=LENGTHS)
def test_volume_is_the_sum_of_plan_sections(undercut, depth, side):
    # z = d sin(t) takes the wall without its vertical tangent.
    turns = (np.arange(2000) + 0.5) * math.pi / 2 / 2000
    walls = etching.flank(depth * np.sin(turns), undercut=undercut, depth=depth)
    sections = side**2 + 4 * side * walls + math.pi * walls**2
    summed = float((sections * depth * np.cos(turns)).sum()) * math.pi / 2 / 2000

    assert etching.recess_volume(side**2, 4 * side, undercut=undercut, depth=depth) == pytest.approx(summed, rel=1e-5)


@given(undercut=LENGTHS, depth=LENGTHS, width=LENGTHS, scale=SCALES)
def test_sections_and_volumes_scale_as_areas_and_volumes(undercut, depth, width, scale):
    section = etching.slot_section(width, undercut=undercut, depth=depth)
    volume = etching.recess_volume(width**2, 4 * width, undercut=undercut, depth=depth)
    larger = {"undercut": scale * undercut, "depth": scale * depth}

    assert etching.slot_section(scale * width, **larger) == pytest.approx(scale**2 * section)
    assert etching.recess_volume((scale * width) ** 2, 4 * scale * width, **larger) == pytest.approx(scale**3 * volume)
    assert etching.slot_section(width, undercut=0, depth=depth) == pytest.approx(width * depth)


@given(angle=st.floats(20.0, 179.0), undercut=st.floats(1.0, 100.0))
def test_corner_losses_are_those_of_real_corners(angle, undercut):
    half = math.radians(angle / 2)
    rim = undercut / math.tan(half)
    tip = Polygon([(0, 0), (rim, 0), (rim * math.cos(2 * half), rim * math.sin(2 * half))])
    centre = Point(rim, undercut)
    kite = Polygon([(0, 0), (rim, 0), (rim, undercut), (rim * math.cos(2 * half), rim * math.sin(2 * half))])
    lost = kite.difference(centre.buffer(undercut, quad_segs=FINE))

    assert tip.is_valid
    assert etching.corner_loss(undercut, angle=angle) == pytest.approx(lost.area, rel=0.02, abs=1e-3 * undercut**2)
    assert etching.corner_deviation(undercut, angle=angle) == pytest.approx(
        centre.distance(Point(0, 0)) - undercut, abs=1e-9 * undercut / math.sin(half)
    )


@given(radius=LENGTHS, share=st.floats(1e-6, 0.9))
def test_arc_segments_are_the_fewest_that_keep_the_chord_error(radius, share):
    tolerance = share * radius
    segments = etching.arc_segments(radius, tolerance)

    assert etching.chord_error(radius, segments) <= tolerance * (1 + 1e-6)
    assert segments == 3 or etching.chord_error(radius, segments - 1) > tolerance * (1 - 1e-6)
    assert 4 * regions.quarter_segments(radius, tolerance) >= segments


@given(thickness=LENGTHS, front=st.floats(0.01, 5.0), back=st.floats(0.01, 5.0), factor=st.floats(0.5, 5.0))
def test_waist_is_the_least_of_the_wider_front(thickness, front, back, factor):
    if not etching.breaks_through(thickness, front * thickness, back * thickness):
        front, back = front + 1, back + 1
    heights = np.linspace(0.0, 1.0, 20_001)
    fronts = np.sqrt(np.maximum(0, front**2 - heights**2)), np.sqrt(np.maximum(0, back**2 - (1 - heights) ** 2))
    least = np.maximum(*fronts).min() / factor
    waist = etching.waist(thickness, front * thickness, back * thickness, etch_factor=factor) / thickness

    assert waist == pytest.approx(least, abs=0.02)
    assert waist <= least + 1e-6
    turned = etching.waist(thickness, back * thickness, front * thickness, etch_factor=factor) / thickness
    assert turned == pytest.approx(waist, abs=1e-7)


@given(thickness=LENGTHS, overetch=st.floats(1.0, 10.0), factor=st.floats(0.5, 5.0), more=st.floats(1.001, 2.0))
def test_cusp_shrinks_with_over_etch(thickness, overetch, factor, more):
    before, after = (
        etching.cusp(thickness, k * thickness / 2, etch_factor=factor) for k in (overetch, overetch * more)
    )

    assert after < before
    assert before <= thickness / 2 / factor * (1 + 1e-12)


def test_a_sheet_that_is_just_cleared_has_its_whole_undercut_as_cusp():
    assert etching.waist(100, 50, 50, etch_factor=2) == 0
    assert etching.cusp(100, 50, etch_factor=2) == 25


def test_a_face_that_the_other_etch_overruns_has_the_waist():
    assert etching.meeting_depth(100, 300, 10) == 100
    assert etching.meeting_depth(100, 10, 300) == 0
    assert etching.waist(100, 300, 10, etch_factor=1) == pytest.approx(math.sqrt(300**2 - 100**2))


@given(undercut=st.floats(0.5, 60.0))
def test_what_is_etched_back_lies_inside_what_was_wanted(undercut):
    wanted = shapely.union_all([box(0, 0, 400, 150), box(0, 0, 150, 400)])
    mask = etching.mask_opening(wanted, undercut, tolerance=1e-3)
    etched = etching.as_etched(mask, undercut, tolerance=1e-3)

    assert etched.difference(wanted.buffer(2e-3)).is_empty
    assert wanted.difference(etched).area == pytest.approx(5 * etching.corner_loss(undercut), rel=0.05)


RING = box(0, 0, 100, 100).difference(box(40, 30, 60, 70))
ISLANDS = box(0, 0, 200, 100).difference(box(40, 30, 60, 70)).difference(box(70, 30, 90, 70))


@pytest.mark.parametrize(
    ("wanted", "undercut", "place"),
    [
        pytest.param(box(0, 0, 100, 10), 5.5, "(50.000, 5.000)", id="vanishes"),
        pytest.param(
            shapely.MultiPolygon([box(0, 0, 99, 99), box(200, 0, 208, 40)]), 5, "(204.000, 20.000)", id="one of two"
        ),
        pytest.param(ISLANDS, 6, "(65.000, 50.000)", id="islands join"),
    ],
)
def test_recesses_that_would_not_hang_together_are_refused(wanted, undercut, place):
    sentence = f"a feature below 2 x undercut = {2 * undercut:g} um would be lost from the recess about {place} um"
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        etching.mask_opening(wanted, undercut)


def test_holes_and_separate_recesses_are_kept():
    opening = etching.mask_opening(RING, 10)

    assert Polygon(opening.exterior).equals(box(10, 10, 90, 90))
    assert regions.holes(opening).area == pytest.approx(etching.recess_area(800, 120, undercut=10), rel=1e-3)
    assert len(regions.polygons(etching.mask_opening(shapely.MultiPolygon([RING, box(200, 0, 250, 50)]), 10))) == 2
    assert etching.mask_opening(regions.EMPTY, 10).is_empty


@pytest.mark.parametrize(
    ("opening", "expected"),
    [
        pytest.param(59.9, True, id="below 1.2 x depth"),
        pytest.param(60.0, False, id="at the limit"),
        pytest.param(61.0, False, id="above"),
    ],
)
def test_narrow_openings_are_starved(opening, expected):
    assert etching.is_starved(opening, 50.0) is expected


def test_openings_must_be_resolved_and_reach_the_depth():
    assert etching.min_opening(50) == 50
    assert etching.min_opening(50, resolution=75) == 75
    assert etching.min_opening(50, ratio=1.2) == 60
    assert etching.min_metal_gap(25, 10) == 45


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        pytest.param(lambda: etching.undercut(1, 0, 1), "depth must be above 0 um, got 0 um", id="no depth"),
        pytest.param(
            lambda: etching.undercut(1, 1, -1), "depth wanted must be at least 0 um, got -1 um", id="negative depth"
        ),
        pytest.param(lambda: etching.etch_time(1, 0), "rate must be above 0 um/min, got 0 um/min", id="no rate"),
        pytest.param(
            lambda: etching.flank([1, 60], undercut=1, depth=50), "z must be from 0 um to 50 um, got 60 um", id="below"
        ),
        pytest.param(
            lambda: etching.meeting_depth(100, 40, 50),
            "etches of 40 um and 50 um do not meet in a sheet of 100 um",
            id="not through",
        ),
        pytest.param(lambda: etching.corner_loss(1, angle=0), "angle must be above 0 deg, got 0 deg", id="no corner"),
        pytest.param(lambda: etching.chord_error(1, 2), "segments must be at least 3, got 2", id="no polygon"),
        pytest.param(
            lambda: etching.recess_area(-1, 4, undercut=1), "area must be at least 0 um2, got -1 um2", id="area"
        ),
    ],
)
def test_what_is_out_of_range_is_refused(call, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        call()
