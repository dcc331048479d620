"""Marks: their areas, their symmetry, the finest features that they promise, and what is refused."""

import math
from typing import get_args

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from maskgen.geometry import marks

# Finest line and finest gap of each mark of size 1, None where there is no gap.
FINEST = [
    pytest.param(marks.fiducial("circle", 1000.0, tolerance=0.1), 1.0, None, id="circle"),
    pytest.param(marks.fiducial("cross", 1000.0, tolerance=0.1), 1 / 5, None, id="cross"),
    pytest.param(marks.fiducial("square", 1000.0, tolerance=0.1), 1.0, None, id="square"),
    pytest.param(marks.fiducial("ring", 1000.0, tolerance=0.1), 1 / 5, 3 / 5, id="ring"),
    pytest.param(marks.fiducial("diamond", 1000.0, tolerance=0.1), math.sqrt(0.5), None, id="diamond"),
    pytest.param(marks.fiducial("double-square", 1000.0, tolerance=0.1), 9 / 20, math.sqrt(0.02), id="double-square"),
    pytest.param(marks.alignment(1000.0), 1 / 10, 3 / 20, id="alignment"),
    pytest.param(marks.letter_f(1000.0), 1 / 5, 1 / 5, id="F"),
    pytest.param(marks.corner_bracket(1000.0, 100.0), 1 / 10, None, id="bracket"),
    pytest.param(marks.cd_bars(50.0, 5, 1000.0), 1 / 20, 1 / 20, id="bars"),
]


def corners(shape):
    return {tuple(point) for point in np.round(shapely.get_coordinates(shape), 9).tolist()}


def opened(shape, width):
    """Return what is left of a shape where a square or round pen of a width fits in."""
    return shape.buffer(-width / 2, join_style="mitre").buffer(width / 2, join_style="mitre")


def closed(shape, width):
    return shape.buffer(width / 2, join_style="mitre").buffer(-width / 2, join_style="mitre")


def differs(one, other):
    return one.symmetric_difference(other).area > 1e-3 * one.area


@pytest.mark.parametrize(("shape", "line", "gap"), FINEST)
def test_finest_line_is_as_stated(shape, line, gap):
    assert not differs(shape, opened(shape, line * 1000.0 * 0.998))
    assert differs(shape, opened(shape, line * 1000.0 * 1.002))


@pytest.mark.parametrize(("shape", "line", "gap"), [case for case in FINEST if case.values[2] is not None])
def test_finest_gap_is_as_stated(shape, line, gap):
    holes = [shapely.Polygon(ring) for part in shapely.get_parts(shape) for ring in part.interiors]
    parts = shapely.get_parts(shape)
    apart = [one.distance(other) for i, one in enumerate(parts) for other in parts[:i]]

    assert not differs(shape, closed(shape, gap * 1000.0 * 0.99))
    if apart:
        assert min(apart) == pytest.approx(gap * 1000.0)
    elif not holes:
        assert differs(shape, closed(shape, gap * 1000.0 * 1.01))


@pytest.mark.parametrize(("shape", "line", "gap"), FINEST)
def test_marks_are_valid_and_counter_clockwise(shape, line, gap):
    assert shape.is_valid
    assert all(part.exterior.is_ccw for part in shapely.get_parts(shape))


@pytest.mark.parametrize("kind", get_args(marks.Kind))
@given(size=st.floats(1.0, 1e4))
def test_fiducials_fill_their_box_and_are_symmetric_about_the_origin(kind, size):
    shape = marks.fiducial(kind, size, tolerance=size / 100)
    found = shapely.get_coordinates(shape)

    assert shape.bounds == pytest.approx((-size / 2, -size / 2, size / 2, size / 2))
    assert {tuple(p) for p in np.round(found, 6).tolist()} == {tuple(p) for p in np.round(-found + 0.0, 6).tolist()}


@pytest.mark.parametrize(
    ("kind", "area"),
    [
        pytest.param("circle", math.pi / 4, id="circle"),
        pytest.param("cross", 9 / 25, id="cross"),
        pytest.param("square", 1.0, id="square"),
        pytest.param("ring", math.pi / 4 * (1 - 9 / 25), id="ring"),
        pytest.param("diamond", 0.5, id="diamond"),
        pytest.param("double-square", 2 * 0.45**2, id="double-square"),
    ],
)
def test_area_of_fiducials(kind, area):
    assert marks.fiducial(kind, 1000.0, tolerance=0.01).area == pytest.approx(area * 1e6, rel=1e-4)


@pytest.mark.parametrize(
    ("kind", "radius"),
    [
        pytest.param("circle", 1000.0, id="circle"),
        pytest.param("ring", 1000.0, id="ring"),
        pytest.param("diamond", 1000.0, id="diamond"),
        pytest.param("cross", 1000.0 * math.hypot(1.0, 0.2), id="cross"),
        pytest.param("square", 1000.0 * math.sqrt(2), id="square"),
        pytest.param("double-square", 1000.0 * math.sqrt(2), id="double-square"),
    ],
)
def test_clear_zone_is_twice_the_radius_around_a_fiducial_and_three_times_if_preferred(kind, radius):
    assert marks.clear_zone(kind, 1000.0) == pytest.approx(radius)
    assert marks.clear_zone(kind, 1000.0, preferred=True) == pytest.approx(1.5 * radius)


def test_alignment_mark_is_symmetric_in_all_eight_images():
    found = corners(marks.alignment(400.0))

    assert {(-y, x) for x, y in found} == found
    assert {(-x, y) for x, y in found} == found
    assert marks.alignment(400.0).bounds == (-200.0, -200.0, 200.0, 200.0)
    assert marks.alignment(400.0).area == pytest.approx(2 * 400 * 40 - 40**2 + 4 * 120**2)


def test_letter_f_is_like_none_of_its_other_seven_images():
    shape = marks.letter_f(1000.0)
    turns = [np.array(m) for m in ([[0, -1], [1, 0]], [[-1, 0], [0, -1]], [[0, 1], [-1, 0]])]
    flips = [np.array(m) for m in ([[-1, 0], [0, 1]], [[1, 0], [0, -1]], [[0, 1], [1, 0]], [[0, -1], [-1, 0]])]

    assert shape.bounds == (-300.0, -500.0, 300.0, 500.0)
    assert shape.area == pytest.approx(200.0 * (1000 + 400 + 300))
    for matrix in turns + flips:
        assert differs(shape, shapely.transform(shape, lambda points, matrix=matrix: points @ matrix.T))


def test_corner_marks():
    assert marks.corner_square().bounds == (-25.0, -25.0, 25.0, 25.0)
    assert marks.corner_bracket(300.0, 20.0).bounds == (0.0, 0.0, 300.0, 300.0)
    assert marks.corner_bracket(300.0, 20.0).area == 2 * 300 * 20 - 400


@pytest.mark.parametrize("count", [1, 2, 5])
def test_cd_bars_are_centred_and_as_far_apart_as_wide(count):
    shape = marks.cd_bars(2.0, count, 50.0)

    assert len(shape.geoms) == count
    assert shape.bounds == (1 - 2 * count, -25.0, 2 * count - 1, 25.0)
    assert shape.area == count * 100.0


@pytest.mark.parametrize(
    ("draw", "sentence"),
    [
        pytest.param(
            lambda: marks.fiducial("star", 5.0, tolerance=1.0),
            "no fiducial is called 'star', known are circle, cross, square, ring, diamond, double-square",
            id="kind",
        ),
        pytest.param(
            lambda: marks.fiducial("diamond", 0.0, tolerance=1.0),
            "the size of a fiducial must be above 0 um, got 0 um",
            id="fiducial",
        ),
        pytest.param(
            lambda: marks.letter_f(-1.0), "the height of the letter F must be above 0 um, got -1 um", id="letter"
        ),
        pytest.param(
            lambda: marks.corner_bracket(30.0, 30.0),
            "a bracket of 30 um needs bars wider than 0 um and narrower than that, got 30 um",
            id="bracket",
        ),
        pytest.param(lambda: marks.cd_bars(2.0, 0, 5.0), "cd bars number at least 1, got 0", id="bars"),
    ],
)
def test_what_marks_refuse(draw, sentence):
    with pytest.raises(ValueError, match=r".") as caught:
        draw()

    assert str(caught.value) == sentence
