"""Outlines: areas against closed forms, exact symmetry, chord errors, and what is refused."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from maskgen.geometry import regions, shapes

LENGTHS = st.floats(1.0, 1e5)
TOLERANCES = st.floats(1e-3, 1e3)


def points(shape):
    """Return the corners of the outer ring, the first not repeated."""
    return shapely.get_coordinates(shape.exterior)[:-1]


def corners(shape):
    """Return the corners of all rings as a set that compares to the last bit."""
    return {tuple(point) for point in (shapely.get_coordinates(shape) + 0.0).tolist()}


def mirrored(found, across, along):
    return {(x * across + 0.0, y * along + 0.0) for x, y in found}


def chord_error(diameter, vertices):
    """Return how far the middle of a chord lies from its arc, without cancellation."""
    return diameter * math.sin(math.pi / vertices / 2) ** 2


SYMMETRIC = [
    pytest.param(shapes.rectangle(30.0, 20.0), id="rectangle"),
    pytest.param(shapes.rounded_rectangle(30.1, 20.3, 3.7, tolerance=0.01), id="rounded"),
    pytest.param(shapes.circle(33.3, tolerance=0.01), id="circle"),
    pytest.param(shapes.obround(40.7, 11.3, tolerance=0.02), id="obround"),
    pytest.param(shapes.octagon(31.7, 20.9), id="octagon"),
    pytest.param(shapes.ring(31.7, 20.9, tolerance=0.05), id="ring"),
    pytest.param(shapes.frame(31.7, 20.9, 3.3), id="frame"),
    pytest.param(shapes.cross(31.7, 3.3), id="cross"),
]

TURNED = [
    pytest.param(shapes.rectangle(20.3, 20.3), id="square"),
    pytest.param(shapes.rounded_rectangle(30.1, 30.1, 3.7, tolerance=0.01), id="rounded"),
    pytest.param(shapes.circle(33.3, tolerance=0.01), id="circle"),
    pytest.param(shapes.octagon(31.7), id="octagon"),
    pytest.param(shapes.ring(31.7, 20.9, tolerance=0.05), id="ring"),
    pytest.param(shapes.frame(31.7, 31.7, 3.3), id="frame"),
    pytest.param(shapes.cross(31.7, 3.3), id="cross"),
]

ALL = [
    *SYMMETRIC,
    pytest.param(shapes.chamfered_rectangle(30.0, 20.0, 4.0, corner="lower-left"), id="chamfered"),
    pytest.param(shapes.triangle(30.0), id="triangle"),
    pytest.param(shapes.regular_polygon(7, 30.0), id="heptagon"),
    pytest.param(shapes.polygon([(0, 0), (0, 5), (5, 5)]), id="polygon"),
    pytest.param(shapes.wafer(150e3, tolerance=1.0), id="flat"),
    pytest.param(shapes.wafer(300e3, tolerance=1.0), id="notch"),
]


@pytest.mark.parametrize("shape", ALL)
def test_outlines_are_valid_and_counter_clockwise_with_clockwise_holes(shape):
    assert shape.is_valid
    assert shape.exterior.is_ccw
    assert not any(ring.is_ccw for ring in shape.interiors)


@pytest.mark.parametrize("shape", ALL)
def test_no_corner_stands_twice_in_succession(shape):
    for ring in (shape.exterior, *shape.interiors):
        assert np.diff(shapely.get_coordinates(ring), axis=0).any(axis=1).all()


@pytest.mark.parametrize("shape", SYMMETRIC)
def test_mirror_images_agree_to_the_last_bit(shape):
    found = corners(shape)

    assert mirrored(found, -1, 1) == found
    assert mirrored(found, 1, -1) == found


@pytest.mark.parametrize("shape", TURNED)
def test_quarter_turns_agree_to_the_last_bit(shape):
    found = corners(shape)

    assert {(-y + 0.0, x + 0.0) for x, y in found} == found


@pytest.mark.parametrize(
    ("shape", "area"),
    [
        pytest.param(shapes.rectangle(30.0, 20.0), 600.0, id="rectangle"),
        pytest.param(shapes.rounded_rectangle(30.0, 20.0, 0.0, tolerance=0.1), 600.0, id="no radius"),
        pytest.param(shapes.chamfered_rectangle(30.0, 20.0, 4.0, corner="upper-left"), 592.0, id="chamfered"),
        pytest.param(shapes.octagon(10.0), 200 * (math.sqrt(2) - 1), id="regular octagon"),
        pytest.param(shapes.octagon(30.0, 20.0, chamfer=4.0), 568.0, id="octagon"),
        pytest.param(shapes.triangle(10.0), 25 * math.sqrt(3), id="equilateral"),
        pytest.param(shapes.triangle(10.0, 4.0), 20.0, id="isosceles"),
        pytest.param(shapes.regular_polygon(6, 20.0), 150 * math.sqrt(3), id="hexagon"),
        pytest.param(shapes.regular_polygon(5, 20.0), 250 * math.sin(math.radians(72)), id="pentagon"),
        pytest.param(shapes.frame(30.0, 20.0, 2.0), 600.0 - 26 * 16, id="frame"),
        pytest.param(shapes.cross(30.0, 4.0), 2 * 120.0 - 16, id="cross"),
        pytest.param(shapes.polygon([(0, 0), (0, 5), (5, 5)]), 12.5, id="polygon"),
    ],
)
def test_area_of_straight_outlines(shape, area):
    assert shape.area == pytest.approx(area, rel=1e-12)


@pytest.mark.parametrize(
    ("shape", "area", "arc"),
    [
        pytest.param(shapes.circle(100.0, tolerance=1e-3), 2500 * math.pi, 100 * math.pi, id="circle"),
        pytest.param(shapes.obround(60, 20, tolerance=1e-3), 800 + 100 * math.pi, 20 * math.pi, id="obround"),
        pytest.param(
            shapes.rounded_rectangle(60, 40, 5, tolerance=1e-3), 2400 - 25 * (4 - math.pi), 10 * math.pi, id="rounded"
        ),
        pytest.param(shapes.ring(100, 60, tolerance=1e-3), 1600 * math.pi, 160 * math.pi, id="ring"),
    ],
)
def test_area_of_round_outlines(shape, area, arc):
    assert abs(shape.area - area) <= arc * 1e-3


def test_inscribed_circle_has_the_area_of_its_chords():
    shape = shapes.circle(100.0, tolerance=0.1)

    assert len(points(shape)) == 56
    assert shape.area == pytest.approx(56 / 2 * 50**2 * math.sin(2 * math.pi / 56))


@pytest.mark.parametrize(
    ("diameter", "tolerance", "vertices"),
    [
        pytest.param(100.0, 0.1, 56, id="T1.10 fine"),
        pytest.param(100.0, 0.5, 24, id="T1.10 coarse"),
        pytest.param(100.0, 50.0, 8, id="tolerance of a radius"),
        pytest.param(100.0, 1e4, 8, id="tolerance beyond the circle"),
        pytest.param(100.0, chord_error(100.0, 40), 40, id="exactly enough"),
        pytest.param(100.0, chord_error(100.0, 16), 24, id="never sixteen times an odd number"),
    ],
)
def test_vertices_of_a_circle(diameter, tolerance, vertices):
    assert shapes.circle_vertices(diameter, tolerance) == vertices


@given(LENGTHS, TOLERANCES)
def test_chord_error_stays_within_tolerance_and_is_not_wasted(diameter, tolerance):
    vertices = shapes.circle_vertices(diameter, tolerance)

    assert vertices % 8 == 0
    assert vertices // 8 % 4 != 2
    assert chord_error(diameter, vertices) <= tolerance * (1 + 1e-9)
    assert vertices == 8 or chord_error(diameter, vertices - 16) > tolerance * (1 - 1e-9)


@given(LENGTHS, st.floats(1e-4, 1.0))
def test_circle_is_inscribed_and_touches_its_box_and_its_diagonals(diameter, part):
    shape = shapes.circle(diameter, tolerance=diameter * part)
    found = points(shape)
    radius = diameter / 2

    assert np.hypot(*found.T) == pytest.approx(np.full(len(found), radius), rel=1e-12)
    assert shape.bounds == (-radius, -radius, radius, radius)
    assert (found[:, 0] == found[:, 1]).sum() == 2


@given(LENGTHS, LENGTHS, st.floats(0.0, 0.5), st.floats(1e-4, 0.1))
def test_rounded_rectangle_fills_its_box_exactly(width, height, share, part):
    side = min(width, height)
    shape = shapes.rounded_rectangle(width, height, side * share, tolerance=side * part)

    assert shape.is_valid
    assert shape.bounds == (-width / 2, -height / 2, width / 2, height / 2)
    assert mirrored(corners(shape), -1, -1) == corners(shape)


@given(LENGTHS, st.floats(0.01, 0.9999), st.floats(1e-4, 1.0))
def test_ring_is_valid_however_coarse(diameter, share, part):
    shape = shapes.ring(diameter, diameter * share, tolerance=diameter * part)

    assert shape.is_valid
    assert len(shape.interiors) == 1


def test_obround_of_equal_sides_and_full_radius_are_the_circle():
    circle = shapes.circle(33.3, tolerance=0.01)

    assert shapes.obround(33.3, 33.3, tolerance=0.01).equals_exact(circle)
    assert shapes.rounded_rectangle(33.3, 33.3, 33.3 / 2, tolerance=0.01).equals_exact(circle)


def test_equal_circles_at_different_places_grow_alike():
    circle = shapes.circle(100.0, tolerance=0.05)
    counts = {len(points(regions.grow(regions.move(circle, x, 0.37 * x), 25.0))) for x in (0.0, 0.1, 12.7, 333.33, 7e4)}

    assert len(counts) == 1


@pytest.mark.parametrize(
    ("corner", "cut"),
    [
        pytest.param("lower-left", (-15.0, -10.0), id="lower-left"),
        pytest.param("lower-right", (15.0, -10.0), id="lower-right"),
        pytest.param("upper-left", (-15.0, 10.0), id="upper-left"),
        pytest.param("upper-right", (15.0, 10.0), id="upper-right"),
    ],
)
def test_chamfer_takes_its_corner_alone(corner, cut):
    shape = shapes.chamfered_rectangle(30.0, 20.0, 4.0, corner=corner)

    assert corners(shapes.rectangle(30.0, 20.0)) - corners(shape) == {cut}
    assert shape.exterior.is_ccw


def test_regular_octagon_has_equal_sides():
    sides = np.hypot(*np.diff(shapely.get_coordinates(shapes.octagon(10.0)), axis=0).T)

    assert sides == pytest.approx(np.full(8, 10 * (math.sqrt(2) - 1)))


def test_triangle_points_up_with_its_centroid_in_the_origin():
    shape = shapes.triangle(10.0)

    assert shape.centroid.coords[0] == pytest.approx((0.0, 0.0), abs=1e-12)
    assert points(shape)[:, 1].argmax() == 2
    assert shape.exterior.distance(shapely.Point(0, 0)) == pytest.approx(10 / math.sqrt(12))
    assert np.hypot(*points(shape).T).max() == pytest.approx(10 / math.sqrt(3))


@pytest.mark.parametrize("sides", [3, 4, 5, 6, 7, 12])
def test_regular_polygon_stands_on_a_side(sides):
    shape = shapes.regular_polygon(sides, 20.0)
    found = points(shape)

    assert len(found) == sides
    assert np.hypot(*found.T) == pytest.approx(np.full(sides, 10.0))
    assert np.isclose(found[:, 1], found[:, 1].min()).sum() == 2
    assert mirrored(corners(shape), -1, 1) == corners(shape)


def test_polygon_stays_where_it_is_turned_counter_clockwise_and_without_repeated_corners():
    shape = shapes.polygon([(1, 1), (1, 1), (1, 4), (5, 4), (5, 1), (1, 1)])

    assert corners(shape) == {(1.0, 1.0), (1.0, 4.0), (5.0, 4.0), (5.0, 1.0)}
    assert len(points(shape)) == 4
    assert shape.exterior.is_ccw


@pytest.mark.parametrize(
    ("given_points", "sentence"),
    [
        pytest.param([], "the corners of a polygon must be pairs of finite x and y", id="none"),
        pytest.param([(0, 0, 0)] * 3, "the corners of a polygon must be pairs of finite x and y", id="three numbers"),
        pytest.param(
            [(0, 0), (1, 0), (0, math.nan)], "the corners of a polygon must be pairs of finite x and y", id="nan"
        ),
        pytest.param([(0, 0), (1, 0)], "a polygon needs at least 3 different corners, got 2", id="two"),
        pytest.param([(0, 0), (1, 0), (0, 0)], "a polygon needs at least 3 different corners, got 2", id="closed two"),
        pytest.param([(2, 2)] * 5, "a polygon needs at least 3 different corners, got 0", id="one place"),
        pytest.param(
            [(0, 0), (1, 1), (3, 3)], "the corners of a polygon lie on one line and enclose no area", id="one line"
        ),
        pytest.param(
            [(0, 0), (0.1, 0.3), (0.2, 0.6), (0.7, 2.1)],
            "the corners of a polygon lie on one line and enclose no area",
            id="one line but for rounding",
        ),
        pytest.param(
            [(0, 0), (4, 4), (4, 0), (0, 4)], "a polygon crosses or touches itself at (2, 2) um", id="bow-tie"
        ),
        pytest.param(
            [(0, 0), (4, 0), (2, 2), (4, 4), (0, 4), (2, 2)],
            "a polygon crosses or touches itself at (2, 2) um",
            id="touching corner",
        ),
    ],
)
def test_polygon_refuses(given_points, sentence):
    with pytest.raises(ValueError, match=r".") as caught:
        shapes.polygon(given_points)

    assert str(caught.value) == sentence


@given(st.integers(0, 2**32 - 1), st.integers(3, 8))
def test_polygon_is_valid_or_refused(seed, count):
    chosen = np.random.default_rng(seed).integers(-5, 6, size=(count, 2))
    try:
        shape = shapes.polygon(chosen)
    except ValueError:
        return

    assert shape.is_valid
    assert shape.area > 0
    assert shape.exterior.is_ccw


@pytest.mark.parametrize("diameter", sorted(shapes.FLATS))
def test_wafer_flat_is_a_chord_at_the_bottom(diameter):
    flat = shapes.FLATS[diameter]
    shape = shapes.wafer(diameter, flat=flat, tolerance=1.0)
    radius = diameter / 2
    angle = 2 * math.asin(flat / diameter)
    low = points(shape)[np.isclose(points(shape)[:, 1], shape.bounds[1])]

    assert np.ptp(low[:, 0]) == flat
    assert shape.bounds[1] == pytest.approx(-math.sqrt(radius**2 - flat**2 / 4))
    assert (shape.bounds[0], *shape.bounds[2:]) == (-radius, radius, radius)
    assert abs(shape.area - (math.pi * radius**2 - radius**2 * (angle - math.sin(angle)) / 2)) < math.pi * diameter
    assert mirrored(corners(shape), -1, 1) == corners(shape)


@pytest.mark.parametrize("diameter", sorted(shapes.NOTCHES))
def test_wafer_notch_is_a_right_angle_of_its_depth(diameter):
    shape = shapes.wafer(diameter, tolerance=1.0)
    found = points(shape)
    tip = int(np.flatnonzero((found[:, 0] == 0) & (found[:, 1] < 0))[0])
    sides = np.roll(found, -tip, axis=0)[[1, -1]] - found[tip]

    assert found[tip, 1] == -(diameter / 2 - 1000.0)
    assert np.abs(sides[:, 0]) == pytest.approx(np.abs(sides[:, 1]))
    assert np.hypot(*(found[tip] + sides).T) == pytest.approx(np.full(2, diameter / 2))
    assert mirrored(corners(shape), -1, 1) == corners(shape)


@given(st.floats(1e3, 3e5), st.floats(0.01, 0.5), st.floats(1e-6, 1e-2))
def test_wafer_edge_keeps_its_chord_error(diameter, share, part):
    shape = shapes.wafer(diameter, flat=diameter * share, tolerance=diameter * part)
    found = points(shape)
    edges = np.hypot(*np.diff(shapely.get_coordinates(shape.exterior), axis=0).T)
    arcs = edges[: len(found) - 1]

    assert np.hypot(*found.T) == pytest.approx(np.full(len(found), diameter / 2))
    assert (diameter / 2 * (1 - np.sqrt(1 - (arcs / diameter) ** 2)) <= diameter * part * (1 + 1e-6) + 1e-9).all()


@pytest.mark.parametrize(
    ("diameter", "options", "same"),
    [
        pytest.param(150e3, {}, {"flat": 57.5e3}, id="150 mm has a flat"),
        pytest.param(200e3, {}, {"notch": 1e3}, id="200 mm has a notch"),
        pytest.param(300e3, {"flat": None, "notch": None}, {"notch": 1e3}, id="300 mm has a notch"),
        pytest.param(120e3, {}, {"flat": 0.0}, id="others are round"),
        pytest.param(150e3, {"flat": 0.0}, {"notch": 0.0}, id="none is none"),
    ],
)
def test_wafer_defaults(diameter, options, same):
    shape = shapes.wafer(diameter, tolerance=5.0, **options)

    assert shape.equals_exact(shapes.wafer(diameter, tolerance=5.0, **same))


@pytest.mark.parametrize(
    ("draw", "sentence"),
    [
        pytest.param(lambda: shapes.rectangle(0, 5), "width must be above 0 um, got 0 um", id="no width"),
        pytest.param(lambda: shapes.rectangle(5, -1), "height must be above 0 um, got -1 um", id="negative"),
        pytest.param(lambda: shapes.circle(math.inf, tolerance=1), "diameter must be above 0 um, got inf um", id="inf"),
        pytest.param(
            lambda: shapes.circle(5, tolerance=0), "tolerance must be above 0 um, got 0 um", id="no tolerance"
        ),
        pytest.param(
            lambda: shapes.rounded_rectangle(30, 20, 10.5, tolerance=1),
            "radius of 10.5 um must be from 0 um to half the shorter side, 10 um",
            id="radius",
        ),
        pytest.param(
            lambda: shapes.chamfered_rectangle(30, 20, 20, corner="lower-left"),
            "chamfer of 20 um must be below the shorter side, 20 um",
            id="chamfer",
        ),
        pytest.param(
            lambda: shapes.octagon(30, 20, chamfer=10),
            "chamfer of 10 um must be below half the shorter size, 10 um",
            id="octagon",
        ),
        pytest.param(lambda: shapes.regular_polygon(2, 5), "a polygon has at least 3 sides, got 2", id="two sides"),
        pytest.param(
            lambda: shapes.ring(5, 5, tolerance=1), "hole of 5 um must be below the diameter, 5 um", id="no rim"
        ),
        pytest.param(
            lambda: shapes.frame(30, 20, 10), "border of 10 um must be below half the shorter side, 10 um", id="frame"
        ),
        pytest.param(lambda: shapes.cross(30, 30), "width of 30 um must be below the size, 30 um", id="cross"),
        pytest.param(
            lambda: shapes.wafer(100, flat=60, tolerance=1),
            "flat of 60 um must be from 0 um to half the diameter, 50 um",
            id="flat",
        ),
        pytest.param(
            lambda: shapes.wafer(100, notch=-1, tolerance=1),
            "notch of -1 um must be from 0 um to a quarter of the diameter, 25 um",
            id="notch",
        ),
        pytest.param(
            lambda: shapes.wafer(100, flat=30, notch=2, tolerance=1),
            "a wafer has a flat or a notch, not both: got 30 um and 2 um",
            id="flat and notch",
        ),
    ],
)
def test_lengths_out_of_range_are_refused(draw, sentence):
    with pytest.raises(ValueError, match=r".") as caught:
        draw()

    assert str(caught.value) == sentence
