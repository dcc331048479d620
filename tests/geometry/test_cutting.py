"""Regions as simple polygons: nothing lost, nothing added, whatever the outline is like."""

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon

from maskgen.geometry import cutting, regions


def simple(region, limit=4000):
    return [Polygon(points) for points in cutting.simple_polygons(region, limit=limit, step=0.001)]


def assert_same(parts, region):
    assert all(part.is_valid and not part.interiors for part in parts)
    assert sum(part.area for part in parts) == pytest.approx(region.area, rel=1e-9)
    assert regions.is_same(regions.merge(parts), region, tolerance=0.001)


def test_a_corner_written_twice_stays_a_corner():
    square = Polygon([(0, 0), (10, 0), (10, 1e-9), (10, 10), (10, 10 + 1e-10), (0, 10), (1e-12, 10)])
    (part,) = simple(square)
    assert shapely.get_num_coordinates(part) == 5
    assert part.area == pytest.approx(100)


def test_points_on_straight_edges_are_left_out():
    (part,) = simple(Polygon([(0, 0), (5, 0), (10, 0), (10, 10), (0, 10), (0, 4)]))
    assert list(part.exterior.coords)[:-1] == [(0, 0), (10, 0), (10, 10), (0, 10)]


def test_a_polygon_begins_at_its_lowest_leftmost_vertex():
    (points,) = cutting.simple_polygons(Polygon([(5, 5), (0, 3), (2, 0)]), limit=199, step=0.001)
    assert points.tolist() == [[0, 3], [2, 0], [5, 5]]


@given(st.integers(1, 5), st.integers(1, 5), st.floats(0.5, 30))
def test_a_plane_with_round_holes_is_cut_and_covers_the_same(columns, rows, radius):
    plane = shapely.box(0, 0, 100 * columns, 100 * rows)
    holes = [shapely.Point(100 * x + 50, 100 * y + 50).buffer(radius) for x in range(columns) for y in range(rows)]
    region = regions.snap(plane.difference(shapely.union_all(holes)), 0.001)
    assert_same(simple(region), region)


@given(st.integers(12, 60))
def test_no_polygon_has_more_vertices_than_allowed(limit):
    region = regions.snap(shapely.Point(0, 0).buffer(1000, quad_segs=100), 0.001)
    parts = simple(region, limit)
    assert max(shapely.get_num_coordinates(part) - 1 for part in parts) <= limit
    assert regions.is_same(regions.merge(parts), region, tolerance=0.001)


def test_nothing_is_made_of_nothing():
    assert simple(regions.EMPTY) == []
