"""The distance checks on small cases: limits, corners, touching, holes, shields (`drc.md` D)."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from maskgen.drc.kernel import distance
from maskgen.drc.kernel.merge import merged
from maskgen.geometry.polygons import from_boxes, from_geometries


def boxes(*corners):
    return merged(from_boxes(np.array(corners, dtype=np.int64).reshape(-1, 4)))


def shapes(*points):
    return merged(from_geometries([shapely.Polygon(outline) for outline in points]))


def bar(width, angle, length=1000.0):
    """Return a bar turned by an angle with the vertices on the grid."""
    along = np.array([math.cos(angle), math.sin(angle)]) * length
    across = np.array([-math.sin(angle), math.cos(angle)]) * width
    return [(0, 0), along, along + across, across]


CORNERS_3_4 = [(0, 0, 10, 10), (13, 14, 30, 30)]
CORNERS_5_5 = [(0, 0, 10, 10), (15, 15, 30, 30)]
KISSING = [(0, 0, 100, 100), (100, 100, 200, 200)]
STACK = [(0, 0, 100, 10), (0, 20, 100, 30), (0, 40, 100, 50)]
PLATE = shapely.box(0, 0, 200, 200).difference(shapely.box(80, 80, 120, 120))


@pytest.mark.parametrize(
    ("found", "count"),
    [
        pytest.param(lambda: distance.width(boxes((0, 0, 100, 10)), 10), 0, id="width at the limit"),
        pytest.param(lambda: distance.width(boxes((0, 0, 100, 10)), 11), 1, id="width below the limit"),
        pytest.param(
            lambda: distance.width(boxes((0, 0, 100, 10), (0, 10, 100, 20)), 20), 0, id="two that merge are wide"
        ),
        pytest.param(lambda: distance.space(boxes((0, 0, 10, 10), (14, 0, 20, 10)), 4), 0, id="space at the limit"),
        pytest.param(lambda: distance.space(boxes((0, 0, 10, 10), (14, 0, 20, 10)), 5), 1, id="space below the limit"),
        pytest.param(lambda: distance.space(boxes(*CORNERS_5_5), 7), 0, id="corner 5-5 is not nearer than 7"),
        pytest.param(lambda: distance.space(boxes(*CORNERS_5_5), 8), 2, id="corner 5-5 is nearer than 8"),
        pytest.param(lambda: distance.space(boxes(*CORNERS_3_4), 5), 0, id="corner 3-4 is not nearer than 5"),
        pytest.param(lambda: distance.space(boxes(*CORNERS_3_4), 6), 2, id="corner 3-4 is nearer than 6"),
        pytest.param(
            lambda: distance.space(boxes(*CORNERS_3_4), 5, metric="square"), 2, id="corner 3-4 in a square of 5"
        ),
        pytest.param(
            lambda: distance.space(boxes(*CORNERS_3_4), 99, metric="projection"), 0, id="corners never project"
        ),
        pytest.param(lambda: distance.width(boxes(*KISSING), 50), 2, id="kissing corners: width"),
        pytest.param(lambda: distance.space(boxes(*KISSING), 50), 2, id="kissing corners: space"),
        pytest.param(lambda: distance.notch(boxes(*KISSING), 50), 2, id="kissing corners: notch"),
        pytest.param(lambda: distance.isolated(boxes(*KISSING), 50), 0, id="kissing corners: isolated"),
        pytest.param(lambda: distance.space(boxes(*STACK), 50), 2, id="the middle bar shields the outer two"),
        pytest.param(lambda: distance.notch(shapes(*[PLATE.exterior.coords]), 50), 0, id="no notch in a square"),
        pytest.param(lambda: distance.notch(merged(from_geometries([PLATE])), 41), 2, id="across a hole: notch"),
        pytest.param(lambda: distance.isolated(merged(from_geometries([PLATE])), 41), 0, id="across a hole: isolated"),
        pytest.param(
            lambda: distance.width(shapes(bar(7.07, math.pi / 4)), 7), 0, id="parallels round before they compare"
        ),
        pytest.param(
            lambda: distance.width(shapes([(0, 0), (100, 0), (0, 50)]), 5), 2, id="tips of less than 90 degrees"
        ),
        pytest.param(
            lambda: distance.width(shapes([(0, 0), (100, 0), (100, 100), (0, 100)]), 50), 0, id="no tip at 90 degrees"
        ),
        pytest.param(lambda: distance.width(boxes(), 50), 0, id="nothing"),
        pytest.param(lambda: distance.separation(boxes(), boxes((0, 0, 1, 1)), 50), 0, id="nothing beside something"),
    ],
)
def test_one_layer(found, count):
    assert len(found()) == count


SQUARE = (0, 0, 100, 100)


@pytest.mark.parametrize(
    ("check", "own", "other", "limit", "count"),
    [
        pytest.param(distance.separation, SQUARE, (104, 0, 200, 100), 4, 0, id="separation at the limit"),
        pytest.param(distance.separation, SQUARE, (104, 0, 200, 100), 5, 1, id="separation below the limit"),
        pytest.param(distance.separation, SQUARE, (100, 0, 200, 100), 5, 1, id="abutting"),
        pytest.param(distance.separation, SQUARE, (50, 20, 200, 80), 5, 0, id="overlapping"),
        pytest.param(distance.separation, SQUARE, (40, 40, 60, 60), 50, 0, id="one inside the other"),
        pytest.param(distance.separation, SQUARE, SQUARE, 50, 0, id="identical"),
        pytest.param(distance.overlap, SQUARE, SQUARE, 50, 0, id="identical overlap"),
        pytest.param(distance.overlap, SQUARE, (100, 0, 200, 100), 5, 1, id="abutting overlap nothing"),
        pytest.param(distance.overlap, SQUARE, (90, 0, 200, 100), 10, 0, id="overlap at the limit"),
        pytest.param(distance.overlap, SQUARE, (90, 0, 200, 100), 11, 1, id="overlap below the limit"),
        pytest.param(distance.overlap, SQUARE, (110, 0, 200, 100), 50, 0, id="apart"),
        pytest.param(distance.enclosure, (20, 20, 80, 80), SQUARE, 20, 0, id="enclosure at the limit"),
        pytest.param(distance.enclosure, (20, 20, 80, 80), SQUARE, 21, 4, id="enclosure below the limit"),
        pytest.param(distance.enclosure, (0, 20, 40, 80), SQUARE, 10, 1, id="coincident edges"),
        pytest.param(distance.enclosure, (-20, 20, 40, 80), SQUARE, 10, 0, id="what sticks out is not found"),
        pytest.param(distance.enclosure, (120, 20, 140, 80), SQUARE, 10, 0, id="what is outside is not found"),
        pytest.param(distance.enclosure, SQUARE, SQUARE, 10, 4, id="identical layers"),
    ],
)
def test_two_layers(check, own, other, limit, count):
    assert len(check(boxes(own), boxes(other), limit)) == count


def test_marker_extends_sideways_by_what_a_circle_reaches():
    found = distance.separation(boxes((0, 0, 100, 10)), boxes((40, 14, 60, 30)), 5)

    assert found.edges.tolist() == [[[[37, 10], [63, 10]], [[60, 14], [40, 14]]]]
    assert found.distance.tolist() == [4.0]
    assert found.polygons.tolist() == [[0, 0]]


def test_distance_of_slanted_parallels_is_not_rounded():
    found = distance.width(shapes(bar(300, math.atan2(3, 4))), 400)

    assert found.distance.min() == pytest.approx(300, abs=1.0)


def test_island_in_a_hole_is_isolated():
    both = merged(from_geometries([PLATE, shapely.box(90, 90, 110, 110)]))

    assert len(distance.isolated(both, 11)) == 4
    assert len(distance.notch(both, 11)) == 0


def disc(radius, vertices=120, at=(12345, 777)):
    turn = 2 * np.pi * (np.arange(vertices) + 0.3) / vertices
    return shapely.Polygon(np.rint(radius * np.stack([np.cos(turn), np.sin(turn)], axis=1) + at))


def lead(width, radius=30000, turn=math.pi / 2):
    angle = np.linspace(0, turn, 40)
    unit = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return shapely.Polygon(np.rint(np.concatenate([unit * (radius + width / 2), unit[::-1] * (radius - width / 2)])))


@pytest.mark.parametrize("vertices", [12, 17, 64, 99, 120, 256])
@pytest.mark.parametrize("radius", [10000, 50000])
def test_disc_is_as_wide_as_its_diameter(vertices, radius):
    polygons = merged(from_geometries([disc(radius, vertices)]))
    flats = 2 * radius * math.cos(math.pi / vertices)

    assert len(distance.width(polygons, math.floor(flats - 3), facing=True)) == 0
    assert len(distance.width(polygons, 2 * radius + 2, facing=True)) > 0
    assert len(distance.width(polygons, math.floor(1.8 * radius))) > 0  # KLayout's flood


def test_curved_lead_is_as_wide_as_it_is():
    polygons = merged(from_geometries([lead(5000)]))

    assert len(distance.width(polygons, 4990, facing=True)) == 0
    assert len(distance.width(polygons, 5010, facing=True)) > 39
    assert len(distance.width(polygons, 4900)) > 0


def test_round_hole_is_a_notch_below_its_diameter_only():
    polygons = merged(from_geometries([shapely.box(-20000, -20000, 40000, 20000).difference(disc(10000))]))

    assert len(distance.notch(polygons, 19900, facing=True)) == 0
    assert len(distance.notch(polygons, 20010, facing=True)) > 0


@pytest.mark.parametrize(
    ("outline", "limit"),
    [
        pytest.param([(0, 0), (10000, 3000), (10000, 4000), (0, 7100)], 1500, id="blunt wedge"),
        pytest.param([(0, 0), (10000, 3000), (0, 7100)], 1500, id="tip"),
        pytest.param([(0, 0), (5, 0), (5, 7), (40, 42), (35, 47), (0, 12)], 9, id="octilinear bend"),
    ],
)
def test_facing_keeps_what_is_narrow(outline, limit):
    polygons = shapes(outline)
    found, expected = distance.width(polygons, limit, facing=True), distance.width(polygons, limit)

    assert len(expected) > 0
    assert found.edges.tolist() == expected.edges.tolist()


rectangles = st.lists(
    st.tuples(*[st.integers(0, 60)] * 2, *[st.integers(1, 30)] * 2).map(
        lambda r: (r[0], r[1], r[0] + r[2], r[1] + r[3])
    ),
    min_size=1,
    max_size=8,
)


@given(rectangles, st.integers(2, 20))
def test_facing_changes_nothing_along_the_axes(corners, limit):
    polygons = boxes(*corners)

    assert distance.width(polygons, limit, facing=True).edges.tolist() == distance.width(polygons, limit).edges.tolist()


@given(rectangles, st.integers(2, 20), st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9))
def test_moving_changes_no_measure(corners, limit, x, y):
    here = np.array(corners)
    one, other = boxes(*here), boxes(*(here + np.array([x, y, x, y])))

    assert sorted(distance.space(one, limit).distance) == sorted(distance.space(other, limit).distance)


@given(rectangles, st.integers(2, 20))
def test_a_smaller_limit_finds_no_more(corners, limit):
    polygons = boxes(*corners)

    assert len(distance.isolated(polygons, limit)) <= len(distance.isolated(polygons, limit + 1))
