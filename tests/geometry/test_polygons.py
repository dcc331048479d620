"""Polygons as arrays, and back."""

import numpy as np
import pytest
import shapely

from maskgen.geometry.polygons import concatenate, from_boxes, from_geometries

FRAME = shapely.box(0, 0, 100, 100).difference(shapely.box(20, 20, 50, 40))


@pytest.mark.parametrize(
    "geometries",
    [
        pytest.param([shapely.box(0, 0, 3, 4)], id="a rectangle"),
        pytest.param([FRAME, shapely.box(200, 0, 210, 10)], id="with a hole"),
        pytest.param([], id="nothing"),
    ],
)
def test_there_and_back(geometries):
    found = from_geometries(geometries).geometries()

    assert len(found) == len(geometries)
    assert all(one.equals(other) for one, other in zip(found, geometries, strict=True))


def test_hulls_turn_left_and_holes_right():
    found = from_geometries([shapely.Polygon(FRAME.exterior.coords[::-1], [FRAME.interiors[0].coords[::-1]])])

    assert np.sign(found.doubled_ring_areas).tolist() == [1, -1]


def test_micrometres_round_to_the_grid():
    found = from_geometries([shapely.box(0.0004, 0.0005, 1.0, 2.0)], unit=0.001)

    assert found.boxes.tolist() == [[0, 1, 1000, 2000]]


def test_rings_that_round_to_nothing_are_left_out():
    tiny = shapely.box(0, 0, 10, 10).difference(shapely.box(5, 5, 5.3, 5.3))
    found = from_geometries([tiny, shapely.box(20.1, 20.1, 20.3, 20.3)])

    assert len(found) == 1
    assert len(found.rings) == 2


def test_parts_of_a_multipolygon_stand_alone():
    assert len(from_geometries([shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 2, 3, 3)])])) == 2


def test_select_and_concatenate():
    both = from_geometries([FRAME, shapely.box(200, 0, 210, 10)])
    one, other = both.select(np.array([True, False])), both.select(np.array([False, True]))
    again = concatenate([one, other])

    assert again.coords.tolist() == both.coords.tolist()
    assert again.rings.tolist() == both.rings.tolist()
    assert again.polygons.tolist() == both.polygons.tolist()


def test_boxes():
    corners = np.array([[0, 0, 3, 4], [-5, -6, 0, 0]])

    assert from_boxes(corners).boxes.tolist() == corners.tolist()
