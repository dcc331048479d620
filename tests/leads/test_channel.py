"""Leads side by side past the bulges of others."""

import numpy as np
import pytest
import shapely
from shapely.ops import substring

from maskgen.leads.barriers import around_bulge
from maskgen.leads.channel import Channel

GAP, HALF_NECK, BULGE = 20.0, 10.0, 50.0
AROUND = BULGE + GAP + HALF_NECK


def channel(tips, ends, others=()):
    """Return a channel of leads between bulges of 100 µm, and further bulges with the lead they stand after."""
    tips, ends = np.array(tips, dtype=float), np.array(ends, dtype=float)
    barriers = [around_bulge(tip, AROUND, f"C{n}", n) for n, tip in enumerate(tips)]
    barriers += [around_bulge(end, AROUND, f"F{n}", n) for n, end in enumerate(ends)]
    barriers += [around_bulge(np.array(place, dtype=float), AROUND, name) for place, name in others]
    return Channel(tips, ends, barriers, 2 * HALF_NECK + GAP)


def test_a_lead_on_its_own_is_straight():
    assert channel([(0, 0)], [(70, 900)]).paths()[0].tolist() == [[0, 0], [70, 900]]


def test_leads_pass_a_bulge_on_either_side_and_keep_off():
    found = channel([(-60, 0), (60, 0)], [(-60, 1000), (60, 1000)], [((0, 500), "X")])
    assert found.shortage() is None
    left, right = (shapely.LineString(path) for path in found.paths())
    bulge = shapely.Point(0, 500)
    assert left.distance(bulge) == pytest.approx(AROUND, abs=0.02 * AROUND)
    assert left.distance(bulge) >= AROUND - 1e-3
    assert right.distance(bulge) >= AROUND - 1e-3
    assert left.interpolate(0.5, normalized=True).x < 0 < right.interpolate(0.5, normalized=True).x


def test_leaning_leads_keep_their_distance():
    tips = [(x, 0) for x in (0, 120, 240, 360)]
    ends = [(x + 900, 1000) for x in (0, 120, 240, 360)]
    paths = [shapely.LineString(path) for path in channel(tips, ends, [((300, 500), "X")]).paths()]
    middles = [substring(path, 0.15, 0.85, normalized=True) for path in paths]
    for index, one in enumerate(middles):
        for other in middles[index + 1 :]:
            assert one.distance(other) >= 40 - 0.01


def test_a_channel_says_what_it_lacks():
    """Between bulges 280 um apart 180 um are free; five leads of 20 um with six gaps of 20 um want 220 um."""
    tips = [(x, -800) for x in (-240, -120, 0, 120, 240)]
    ends = [(x, 800) for x in (-240, -120, 0, 120, 240)]
    found = channel([(-400, -800), *tips, (400, -800)], [(-140, 0), *ends, (140, 0)]).shortage()
    assert (found.left, found.right, found.leads) == ("F0", "F6", (1, 2, 3, 4, 5))
    assert found.short == pytest.approx(40)


def test_borders_hold_leads_back():
    found = channel([(0, 0)], [(0, 1000)], [((20, 500), "X")])
    assert found.paths()[0][:, 0].min() < -59
    found.set_borders(np.full(len(found.levels), -40.0), np.full(len(found.levels), 40.0))
    shortage = found.shortage()
    assert (shortage.left, shortage.right) == ("the border of the side", "X")
    assert shortage.short == pytest.approx(20)
