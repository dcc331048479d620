"""Regions of many pieces: offsets and cuts made piece by piece are those of all at once."""

import numpy as np
import pytest
import shapely

from maskgen.geometry import regions


def many(seed, *, count=15):
    """Return boxes and discs, some alone, some that overlap, touch or meet at corners, as one valid region."""
    rng = np.random.default_rng(seed)
    x, y = (axis.ravel() * 20.0 for axis in np.meshgrid(np.arange(count), np.arange(count)))
    width, height = rng.choice([5.0, 12.0, 20.0, 22.5], (2, len(x)))
    boxes = shapely.box(x, y, x + width, y + height)
    discs = shapely.buffer(shapely.points(rng.uniform(0, 20 * count, (10, 2))), rng.uniform(1, 30, 10))
    return regions.merge([*boxes, *discs])


@pytest.mark.parametrize("distance", [-4.0, -1e-6, 0.5, 3.75, 30.0])
@pytest.mark.parametrize("seed", range(3))
def test_many_pieces_grow_as_they_do_at_once(seed, distance):
    """The kernel's offset of all of them in one call is the law."""
    region = many(seed)
    segments = regions.quarter_segments(abs(distance), regions.ARC_TOLERANCE)
    expected = region.buffer(distance, quad_segs=segments)
    found = regions.grow(region, distance)

    assert found.is_valid
    assert shapely.get_num_geometries(found) == shapely.get_num_geometries(expected)
    assert found.symmetric_difference(expected).area == pytest.approx(0, abs=1e-6)


def test_many_boxes_grow_by_hand():
    """20 x 20 boxes of 5 um, 20 um apart: each grows by its outline and a disc of the distance."""
    x, y = (axis.ravel() * 25.0 for axis in np.meshgrid(np.arange(20), np.arange(20)))
    boxes = shapely.multipolygons(shapely.box(x, y, x + 5, y + 5))

    assert regions.shrink(boxes, 1.0).area == pytest.approx(400 * 9)
    assert regions.shrink(boxes, 2.5).is_empty
    assert regions.grow(boxes, 2.0, tolerance=1e-4).area == pytest.approx(400 * (25 + 40 + 4 * np.pi), rel=1e-4)
    assert shapely.get_num_geometries(regions.grow(boxes, 9.99)) == 400
    assert shapely.get_num_geometries(regions.grow(boxes, 10.01)) == 1


@pytest.mark.parametrize(
    "method", [pytest.param("difference", id="difference"), pytest.param("intersection", id="intersection")]
)
@pytest.mark.parametrize(
    "other",
    [
        pytest.param(shapely.box(33, 41, 162, 150), id="a box over some"),
        pytest.param(shapely.box(-100, -100, 1000, 1000), id="a box over all"),
        pytest.param(regions.EMPTY, id="nothing"),
        pytest.param(shapely.Point(150, 150).buffer(80) - shapely.Point(150, 150).buffer(50), id="a ring"),
        pytest.param(many(7), id="many"),
        pytest.param(many(0), id="itself"),
    ],
)
def test_many_pieces_are_cut_as_they_are_at_once(method, other):
    region = many(0)
    expected = getattr(region, method)(other)
    found = getattr(regions, method)(region, other)

    assert found.symmetric_difference(regions.areal(expected)).area == pytest.approx(0, abs=1e-6)
    assert found.area == pytest.approx(expected.area, abs=1e-6)


def test_polygons_within_collections_are_found():
    box, line = shapely.box(0, 0, 1, 1), shapely.LineString([(0, 0), (1, 1)])
    nested = shapely.GeometryCollection(
        [box, shapely.MultiPolygon([box, regions.move(box, 2, 0)]), line, regions.EMPTY]
    )

    assert [polygon.bounds[0] for polygon in regions.polygons(nested)] == [0, 0, 2]
    assert len(regions.polygons(regions.EMPTY)) == 0
