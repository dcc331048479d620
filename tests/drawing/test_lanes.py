"""Straight lanes between the shapes of a cell."""

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from maskgen.drawing import lanes

CELL = (-100.0, -50.0, 100.0, 50.0)


@pytest.mark.parametrize(
    ("boxes", "expected"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([(0, 0, 10, 10)], [CELL], id="one"),
        pytest.param([(-60, 0, -20, 9), (20, 0, 60, 9)], [(-100, -50, 0, 50), (0, -50, 100, 50)], id="side by side"),
        pytest.param([(20, 0, 60, 9), (-60, 0, -20, 9)], [(0, -50, 100, 50), (-100, -50, 0, 50)], id="their order"),
        pytest.param([(0, -40, 9, -30), (0, 20, 9, 30)], [(-100, -50, 100, -5), (-100, -5, 100, 50)], id="one above"),
        pytest.param(
            [(-60, -40, -20, -10), (-60, 10, -20, 40), (20, -40, 60, 40)],
            [(-100, -50, 0, 0), (-100, 0, 0, 50), (0, -50, 100, 50)],
            id="two and a tall one",
        ),
        pytest.param([(-60, 0, -20, 9), (-20, 0, 60, 9)], None, id="no gap"),
        pytest.param([(-60, 0, -20, 9), (-30, 5, 60, 12)], None, id="overlapping"),
    ],
)
def test_parts(boxes, expected):
    assert lanes.parted(CELL, boxes, grid=0.1) == expected


PINWHEEL = [(-30, -30, 10, -10), (10, -30, 30, 10), (-10, 10, 30, 30), (-30, -10, -10, 30)]


def test_a_pinwheel_cannot_be_cut_apart():
    assert lanes.parted(CELL, [(x + 1, y + 1, a - 1, b - 1) for x, y, a, b in PINWHEEL], grid=0.1) is None


def test_cuts_lie_on_the_grid():
    assert lanes.parted(CELL, [(-60, 0, -20, 9), (20.13, 0, 60, 9)], grid=0.1)[0][2] == 0.1


@given(st.sets(st.tuples(st.integers(-4, 3), st.integers(-2, 1)), min_size=1, max_size=12))
def test_parts_tile_the_cell_and_hold_their_boxes(places):
    boxes = [(25 * x + 2.0, 25 * y + 2.0, 25 * x + 23.0, 25 * y + 23.0) for x, y in sorted(places)]
    parts = lanes.parted(CELL, boxes, grid=0.5)

    assert all(shapely.box(*part).covers(shapely.box(*box)) for part, box in zip(parts, boxes, strict=True))
    assert sum(shapely.box(*part).area for part in parts) == pytest.approx(200 * 100)
    assert shapely.union_all([shapely.box(*part) for part in parts]).area == pytest.approx(200 * 100)


def test_lanes_and_what_is_left_tile_the_cell():
    parts = lanes.parted(CELL, [(-60, 0, -20, 9), (20, 0, 60, 9)], grid=0.1)
    left = shapely.union_all([lanes.kept(part, 10.0) for part in parts])
    cut = lanes.cuts(CELL, left, 10.0)

    assert left.area == 2 * (100 - 10) * (100 - 10)
    assert cut.area == 210 * 110 - left.area
    assert cut.intersection(left).area == 0
