"""Checks of areas, grid, directions and corners."""

import klayout.db as kdb
import numpy as np
import pytest
import shapely

from maskgen.drc.kernel import measure
from maskgen.drc.kernel.merge import merged
from maskgen.geometry.polygons import from_geometries


def polygons(*shapes):
    return merged(from_geometries(list(shapes)))


FRAME = shapely.box(0, 0, 100, 100).difference(shapely.box(20, 20, 50, 40))


def test_area_leaves_the_hole_out():
    assert sorted(measure.areas(polygons(FRAME, shapely.box(30, 25, 40, 35))).tolist()) == [100.0, 9400.0]


def test_hole_area_leaves_the_island_in():
    found = measure.holes(polygons(FRAME, shapely.box(30, 25, 40, 35)))

    assert found.area.tolist() == [600.0]
    assert found.boxes.tolist() == [[20, 20, 50, 40]]


def test_no_holes():
    assert len(measure.holes(polygons(shapely.box(0, 0, 1, 1))).area) == 0


@pytest.mark.parametrize("seed", range(20))
def test_off_grid_vertices_are_klayouts(seed):
    rng = np.random.default_rng(seed)
    shapes = [shapely.Point(*rng.integers(-5000, 5000, 2)).buffer(rng.integers(10, 400), quad_segs=3) for _ in range(9)]
    own = polygons(*shapes)
    region = kdb.Region()
    for part in own.parts():
        polygon = kdb.Polygon([kdb.Point(int(x), int(y)) for x, y in part.exterior.coords])
        for hole in part.interiors:
            polygon.insert_hole([kdb.Point(int(x), int(y)) for x, y in hole.coords])
        region.insert(polygon)
    expected = {(pair.first.x1, pair.first.y1) for pair in region.grid_check(5, 5).each()}

    assert {tuple(point) for point in measure.off_grid(own, 5).coords.tolist()} == expected, f"seed {seed}"


@pytest.mark.parametrize(
    ("outline", "allow", "count"),
    [
        pytest.param([(0, 0), (10, 0), (10, 10), (0, 10)], "manhattan", 0, id="rectangle"),
        pytest.param([(0, 0), (10, 0), (10, 10)], "manhattan", 1, id="diagonal"),
        pytest.param([(0, 0), (10, 0), (10, 10)], "octilinear", 0, id="diagonal allowed"),
        pytest.param([(0, 0), (10, 0), (10, 11)], "octilinear", 1, id="a dbu beside the diagonal"),
    ],
)
def test_slanted_edges(outline, allow, count):
    assert len(measure.slanted(polygons(shapely.Polygon(outline)), allow).edges) == count


@pytest.mark.parametrize(
    ("outline", "least", "count"),
    [
        pytest.param([(0, 0), (10, 0), (10, 10), (0, 10)], 90.0, 0, id="right angles at the limit"),
        pytest.param([(0, 0), (10, 0), (10, 10)], 45.0, 0, id="45 degrees at the limit"),
        pytest.param([(0, 0), (10, 0), (10, 10)], 46.0, 2, id="45 degrees below it"),
        pytest.param([(0, 0), (10, 0), (10, 10), (5, 1), (0, 10)], 60.0, 3, id="seen from outside too"),
    ],
)
def test_sharp_corners(outline, least, count):
    assert len(measure.sharp(polygons(shapely.Polygon(outline)), least).coords) == count
