"""Sides of chips and the territories of their leads."""

import numpy as np
import pytest

from maskgen.leads.sides import Sides, frame

RING = np.array([(0, -100), (100, 0), (0, 100), (-100, 0), (50, -100), (-50, 100)], dtype=float)
FAR = np.array([(300, 300), (-300, -300)], dtype=float)


def test_contacts_belong_to_the_nearest_side():
    assert Sides.around(RING, FAR).of_tips.tolist() == [0, 1, 2, 3, 0, 2]


def test_the_ends_of_two_rows_belong_to_their_rows():
    rows = np.array([(x, y) for y in (-50, 50) for x in range(-500, 501, 100)], dtype=float)
    sides = Sides.around(rows, FAR)
    assert sides.of_tips.tolist() == [0] * 11 + [2] * 11
    assert sides.used == [0, 2]


@pytest.mark.parametrize(
    ("place", "side"),
    [
        pytest.param((0, -250), 0, id="below"),
        pytest.param((250, 100), 1, id="right"),
        pytest.param((0, 90), 2, id="inside above"),
        pytest.param((-90, 10), 3, id="inside left"),
        pytest.param((300, -300), 0, id="lower right corner"),
        pytest.param((300, 300), 1, id="upper right corner"),
        pytest.param((-300, 300), 2, id="upper left corner"),
        pytest.param((-300, -300), 3, id="lower left corner"),
    ],
)
def test_corners_belong_to_the_side_before_them(place, side):
    assert Sides.around(RING, FAR).territories(np.array([place], dtype=float)).tolist() == [side]


def test_territories_end_at_the_line_from_corner_to_corner():
    sides = Sides.around(RING, np.array([(300.0, 500.0), (-300.0, -500.0)]))
    assert sides.border(0, 1, np.array([-50.0, 0.0, 200.0, 400.0])).tolist() == [50, 100, 200, 300]


def test_a_side_without_neighbours_has_no_border():
    rows = np.array([(x, y) for y in (-50, 50) for x in (-500.0, 0.0, 500.0)])
    assert Sides.around(rows, FAR).border(0, 1, np.zeros(1)).tolist() == [np.inf]


@pytest.mark.parametrize("side", range(4))
@pytest.mark.parametrize("direction", [1, -1])
def test_leads_run_upwards_in_the_frame_of_their_side(side, direction):
    turn = frame(side, direction)
    outwards = np.array([(0, -1), (1, 0), (0, 1), (-1, 0)])[side] * direction
    assert (outwards @ turn).tolist() == [0, 1]
    assert np.allclose(turn @ turn.T, np.eye(2))
