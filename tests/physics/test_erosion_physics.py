"""Erosion: no slivers where a region is lost, no piece lost that is there, circles in known shapes."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point, Polygon, box

from maskgen.geometry import regions
from maskgen.physics import erosion

LENGTHS = st.floats(1.0, 1e3)
TRIANGLE = Polygon([(0, 0), (30, 0), (0, 40)])
KEYHOLE = shapely.union_all(
    [Point(0, 0).buffer(22.5, quad_segs=64), box(0, -10, 500, 10), Point(500, 0).buffer(40, quad_segs=64)]
)


@given(distance=st.floats(22.6, 39.9))
def test_a_lost_bulge_leaves_no_slivers(distance):
    (stem,) = erosion.remains(KEYHOLE, distance)

    assert stem.bounds[0] > 480


def test_the_chords_of_arcs_alone_would_leave_slivers():
    assert len(regions.polygons(regions.shrink(KEYHOLE, 30.0))) == 3
    assert len(erosion.remains(KEYHOLE, 30.0)) == 1


@given(distance=st.floats(0.1, 22.4), tolerance=st.floats(1e-3, 0.05))
def test_pieces_keep_their_distance_and_reach_it(distance, tolerance):
    pieces = erosion.remains(KEYHOLE, distance, tolerance=tolerance)
    outline = KEYHOLE.exterior
    nearest = min(piece.exterior.distance(outline) for piece in pieces)

    assert distance - tolerance <= nearest * (1 + 1e-4)
    assert nearest <= distance * (1 + 1e-4)


@given(region=st.sampled_from([box(0, 0, 50, 30), TRIANGLE, KEYHOLE]), distance=st.floats(1e-3, 5.0))
def test_without_a_distance_all_stays_and_with_more_less(region, distance):
    less = sum(piece.area for piece in erosion.remains(region, distance))

    assert less <= region.area
    assert sum(piece.area for piece in erosion.remains(region, distance + 0.2)) < less
    assert erosion.remains(region, 0)[0].equals(region)


@given(lengths=st.tuples(LENGTHS, LENGTHS), scale=st.floats(0.1, 10.0))
def test_inscribed_radius_of_a_rectangle_is_half_its_width_at_every_scale(lengths, scale):
    rectangle = box(0, 0, scale * lengths[0], scale * lengths[1])

    assert erosion.inscribed_radius(rectangle) == pytest.approx(scale * min(lengths) / 2, rel=1e-4, abs=1e-3)


@given(width=LENGTHS, length=st.floats(20.0, 200.0))
def test_long_thin_regions_keep_their_radius(width, length):
    lead = shapely.union_all([box(0, 0, width, length * width), box(0, 0, 1.5 * width, 1.5 * width)])

    assert erosion.inscribed_radius(lead) == pytest.approx(0.75 * width, rel=1e-4, abs=1e-3)


def test_inscribed_radius_of_several_parts_is_that_of_the_widest():
    region = shapely.MultiPolygon([TRIANGLE, box(100, 0, 110, 10)])

    assert erosion.inscribed_radius(region) == pytest.approx(10, abs=2e-3)
    assert erosion.inscribed_radius(regions.EMPTY) == 0


def test_inscribed_radius_leaves_holes_out():
    ring = Point(0, 0).buffer(50, quad_segs=64).difference(Point(0, 0).buffer(20, quad_segs=64))

    assert np.isclose(erosion.inscribed_radius(ring), 15, atol=0.02)


def test_a_tolerance_of_nothing_is_refused():
    with pytest.raises(ValueError, match=r"^tolerance must be above 0 um, got 0 um$"):
        erosion.inscribed_radius(TRIANGLE, tolerance=0)
