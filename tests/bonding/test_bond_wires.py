"""Lengths, angles and crossings of wires in plan."""

import numpy as np
import pytest

from maskgen.bonding import wires
from maskgen.bonding.wires import MOUNTING_PAD, Wire

DIE = (0.0, 0.0, 100.0, 100.0)


@pytest.mark.parametrize(
    ("start", "end", "side", "angle", "over_die"),
    [
        pytest.param((50, 90), (50, 200), 2, 0.0, 10.0, id="straight up"),
        pytest.param((90, 50), (190, 150), 1, 45.0, 10 * 2**0.5, id="45 deg to the right"),
        pytest.param((90, 10), (110, -30), 0, 26.565051, 5**0.5 * 5, id="over the lower edge near the corner"),
        pytest.param((10, 50), (200, 50), 1, 0.0, 90.0, id="across the whole die"),
        pytest.param((0, 50), (-80, 50), 3, 0.0, 0.0, id="from the very edge"),
        pytest.param((50, 50), (50, 50), 0, 0.0, 0.0, id="no length"),
        pytest.param((50, 50), (70, 50), 1, 0.0, 20.0, id="ends above the die"),
    ],
)
def test_departure(start, end, side, angle, over_die):
    leaving = wires.departures(np.array([start], dtype=float), np.array([end], dtype=float), DIE)

    assert leaving.sides.tolist() == [side]
    assert leaving.angles[0] == pytest.approx(angle)
    assert leaving.over_die[0] == pytest.approx(over_die)


def test_departures_of_all_pairs_in_one_call():
    starts, ends = np.full((3, 1, 2), 50.0), np.array([[[200.0, 50.0], [50.0, 200.0]]])

    assert wires.departures(starts, ends, DIE).sides.tolist() == [[1, 2]] * 3


@pytest.mark.parametrize(
    ("one", "other", "pads", "crossed"),
    [
        pytest.param(((0, 0), (10, 10)), ((0, 10), (10, 0)), (0, 1), True, id="T8.3 proper crossing"),
        pytest.param(((0, 0), (1000, 0)), ((0, 60), (1000, 120)), (0, 1), False, id="T8.3 apart"),
        pytest.param(((0, 0), (10, 0)), ((0, 5), (10, 0)), (4, 4), False, id="common landing"),
        pytest.param(((0, 0), (10, 0)), ((0, 5), (10, 0)), (4, 5), True, id="same place on two pads"),
        pytest.param(((0, 0), (10, 0)), ((0, 5), (5, 0)), (4, 4), True, id="lands on the other wire"),
        pytest.param(((0, 0), (10, 0)), ((5, 0), (10, 0)), (4, 4), True, id="one on top of the other"),
        pytest.param(((0, 0), (10, 0)), ((0, 5), (10, 1e-9)), (0, 1), False, id="a hair apart"),
    ],
)
def test_crossing(one, other, pads, crossed):
    pairs = wires.crossing_pairs(np.array([one, other], dtype=float), np.array(pads))

    assert pairs.tolist() == ([[0, 1]] if crossed else [])


def test_wires_as_arrays():
    made = [Wire(3, 5, (0.0, 1.0), (2.0, 3.0)), Wire(4, None, (4.0, 5.0), (6.0, 7.0))]

    assert wires.segments_of(made).tolist() == [[[0, 1], [2, 3]], [[4, 5], [6, 7]]]
    assert wires.pads_of(made).tolist() == [5, MOUNTING_PAD]
    assert wires.segments_of([]).shape == (0, 2, 2)
    assert wires.crossing_pairs(wires.segments_of([]), wires.pads_of([])).shape == (0, 2)
