"""Linings: what they leave open, in plan and in depth."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, box

from maskgen.physics import lining

LENGTHS = st.floats(0.01, 1e3)


def test_a_lined_square_is_a_smaller_square():
    assert lining.remaining(box(0, 0, 100, 80), 10).equals(box(10, 10, 90, 70))


def test_a_recess_around_a_square_has_round_corners_that_its_lining_squares_again():
    recess = lining.recess_around(box(10, 10, 90, 70), 10, tolerance=1e-3)

    assert recess.area == pytest.approx(80 * 60 + 2 * (80 + 60) * 10 + math.pi * 100, rel=1e-4)
    assert lining.remaining(recess, 10, tolerance=1e-3).symmetric_difference(box(10, 10, 90, 70)).area < 0.5


def test_narrow_openings_are_closed_and_wide_ones_stay():
    openings = MultiPolygon([box(0, 0, 19, 100), box(50, 0, 150, 100)])

    assert lining.remaining(openings, 10).equals(box(60, 10, 140, 90))
    assert lining.remaining(box(0, 0, 19, 100), 10).is_empty


@given(width=LENGTHS, thickness=LENGTHS, scale=st.floats(0.01, 100.0))
def test_widths_scale_and_end_where_linings_meet(width, thickness, scale):
    left = lining.remaining_width(width, thickness)

    assert lining.remaining_width(scale * width, scale * thickness) == pytest.approx(
        scale * left, abs=1e-9 * scale * width
    )
    assert lining.is_closed(width, thickness) == (left == 0)
    assert lining.remaining_width(width, 0) == width
    assert left <= width


@pytest.mark.parametrize(
    ("thickness", "is_rim_lined", "expected"),
    [
        pytest.param(10, True, 100, id="rim and floor rise alike"),
        pytest.param(10, False, 90, id="only the floor rises"),
        pytest.param(120, False, 0, id="filled"),
        pytest.param(0, False, 100, id="no lining"),
    ],
)
def test_depth_from_rim_to_floor(thickness, is_rim_lined, expected):
    assert lining.remaining_depth(100, thickness, is_rim_lined=is_rim_lined) == expected


def test_negative_linings_are_refused():
    with pytest.raises(ValueError, match=r"^thickness must be at least 0 um, got -1 um$"):
        lining.remaining(box(0, 0, 1, 1), -1)
