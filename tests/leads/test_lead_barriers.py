"""Barriers of leads."""

import numpy as np
import pytest
import shapely

from maskgen.leads.barriers import around_bulge, around_region


def test_a_ring_goes_round_its_bulge_and_touches_it_beside():
    barrier = around_bulge(np.array([10.0, 20.0]), 50.0, "F1", 3)
    ring = shapely.Polygon(barrier.ring)
    assert ring.contains(shapely.Point(10, 20).buffer(49.999, quad_segs=64))
    assert ring.area < 1.02 * np.pi * 50**2
    assert [float(place) for places in barrier.widths(np.array([20.0])) for place in places] == pytest.approx([-40, 60])


def test_widths_are_those_of_a_cut():
    barrier = around_bulge(np.zeros(2), 50.0, "F1")
    levels = np.array([-60.0, -49.0, -20.0, 33.0, 60.0])
    left, right = barrier.widths(levels)
    for level, low, high in zip(levels, left, right, strict=True):
        cut = shapely.LineString([(-99, level), (99, level)]).intersection(shapely.Polygon(barrier.ring))
        assert np.isinf(low) if cut.is_empty else (low, high) == pytest.approx((cut.bounds[0], cut.bounds[2]))


def test_each_piece_of_a_region_has_its_barrier():
    region = shapely.union_all([shapely.box(0, 0, 10, 10), shapely.box(50, 0, 60, 10)])
    rings = [shapely.Polygon(barrier.ring) for barrier in around_region(region, 5)]
    assert sorted(ring.bounds for ring in rings) == [(-5, -5, 15, 15), (45, -5, 65, 15)]
