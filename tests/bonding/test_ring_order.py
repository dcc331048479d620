"""Cyclic order round a die."""

import numpy as np
import pytest

from maskgen.bonding import order

DIE = (-10.0, -10.0, 10.0, 10.0)
RING = (-30.0, -30.0, 30.0, 30.0)


@pytest.mark.parametrize(
    ("point", "position"),
    [
        pytest.param((0, -30), 0.5, id="middle of the lower side"),
        pytest.param((30, 0), 1.5, id="middle of the right side"),
        pytest.param((0, 20), 2.5, id="in the room above"),
        pytest.param((-9, 0), 3.5, id="contact at the left"),
        pytest.param((15, -30), 0.75, id="pad at three quarters"),
        pytest.param((7.5, -15), 0.75, id="inner pad on the same line"),
        pytest.param((30, 30), 2.0, id="upper right corner"),
    ],
)
def test_ring_position(point, position):
    assert order.ring_positions(np.array([point], dtype=float), DIE, RING)[0] == pytest.approx(position)


def test_side_without_pads_is_still_a_side():
    ring = order.ring_around(np.array([[0.0, -30.0]]), DIE)

    assert ring == pytest.approx((-10.2, -30.0, 10.2, 10.2))
    assert order.ring_positions(np.array([[0.0, 9.0]]), DIE, ring)[0] == pytest.approx(2.5)


def test_no_pads_leave_some_room():
    assert order.ring_around(np.empty((0, 2)), DIE) == pytest.approx((-10.2, -10.2, 10.2, 10.2))


def test_order_is_cut_at_the_widest_gap():
    assert order.cyclic_order(np.array([0.1, 3.9, 2.0, 0.2])).tolist() == [1, 0, 3, 2]


def test_order_is_cut_between_two_nets():
    positions = np.array([0.1, 0.3, 2.0, 3.9])

    assert order.cyclic_order(positions, np.array([0, 1, 1, 1])).tolist() == [1, 2, 3, 0]


@pytest.mark.parametrize("count", [0, 1])
def test_order_of_next_to_nothing(count):
    assert order.cyclic_order(np.zeros(count)).tolist() == list(range(count))
