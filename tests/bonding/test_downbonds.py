"""Where wires land on the mounting pad."""

import numpy as np
import pytest

from maskgen.bonding import downbonds
from maskgen.bonding.rules import AssemblyProfile

DIE = (0.0, 0.0, 2000.0, 2000.0)
MOUNTING_PAD = (-700.0, -700.0, 2700.0, 2700.0)
PROFILE = AssemblyProfile(die_edge_clearance=200.0, downbond_inset=100.0, min_length=400.0)


def straight(x, y, mounting_pad=MOUNTING_PAD):
    return downbonds.straight_landings(np.array([[x, y]], dtype=float), DIE, mounting_pad, PROFILE)[0].tolist()


@pytest.mark.parametrize(
    ("contact", "landing"),
    [
        pytest.param((1950, 1000), [2400, 1000], id="middle of the zone"),
        pytest.param((1000, 50), [1000, -400], id="below"),
        pytest.param((0, 1000), [-400, 1000], id="from the very edge"),
    ],
)
def test_straight_landing(contact, landing):
    assert straight(*contact) == pytest.approx(landing)


def test_narrow_zone_is_used_to_its_end_for_the_least_length():
    assert straight(1980, 1000, (-400.0, -400.0, 2400.0, 2400.0)) == pytest.approx([2300, 1000])


def test_zone_of_no_width_is_still_a_zone():
    assert straight(1950, 1000, (-300.0, -300.0, 2300.0, 2300.0)) == pytest.approx([2200, 1000])


@pytest.mark.parametrize("mounting_pad", [None, (-299.0, -299.0, 2299.0, 2299.0)])
def test_no_landing_without_a_zone(mounting_pad):
    assert np.isnan(straight(1950, 1000, mounting_pad)).all()


def placed(starts, others):
    starts = np.array(starts, dtype=float)
    ends = downbonds.straight_landings(starts, DIE, MOUNTING_PAD, PROFILE)
    others = np.array(others, dtype=float).reshape(-1, 2, 2)
    return downbonds.placed(starts, ends, others, mounting_pad=MOUNTING_PAD, profile=PROFILE)


def test_alone_it_goes_straight():
    assert placed([(1950, 1000)], []).tolist() == [[2400, 1000]]


def test_it_leans_with_steep_neighbours():
    fan = [((1950, y), (3950, y + 1400)) for y in (850, 925, 1075, 1150)]

    (landing,) = placed([(1950, 1000)], fan)

    assert landing[0] == pytest.approx(2400)
    assert 1150 < landing[1] < 1390


def test_it_stays_on_the_mounting_pad_at_the_corner():
    fan = [((1950, y), (3950, y + 2000)) for y in (1850, 1990)]

    (landing,) = placed([(1950, 1920)], fan)

    assert landing[1] <= 2600


def test_neighbours_keep_apart():
    landings = placed([(1950, 900), (1950, 1000), (1950, 1100)], [])

    assert landings.tolist() == [[2400, 900], [2400, 1000], [2400, 1100]]
