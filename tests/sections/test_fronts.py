"""Fronts: worked examples of process.md, blocked ways, additivity."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from maskgen.geometry import regions
from maskgen.sections import fronts

FINE = 1e-3
METAL = shapely.box(-400, -400, 400, 0)


def slot(width):
    return shapely.LineString([(-width / 2, 0), (width / 2, 0)])


def exposed_after(gone, rest):
    """Return what an etch laid bare under a resist that covers everything but the slot: all but the old surface."""
    return gone.boundary.intersection(rest.buffer(1e-6))


@pytest.mark.parametrize(
    ("width", "across", "along", "area"),
    [
        pytest.param(40, 25, 50, 3963.495, id="T1.3 slot of 40, etch factor 2"),
        pytest.param(60, 10, 10, 757.080, id="T4.5 cap of 10 over an opening of 60"),
    ],
)
def test_area_of_a_section(width, across, along, area):
    gone = fronts.reach(slot(width), METAL, across=across, along=along, tolerance=FINE)

    assert gone.area == pytest.approx(area, rel=1e-4)
    assert regions.box_of(gone) == pytest.approx((-width / 2 - across, -along, width / 2 + across, 0), abs=1e-6)


def test_half_width_at_a_depth_is_that_of_the_ellipse():
    gone = fronts.reach(slot(40), METAL, across=25, along=50, tolerance=FINE)

    assert gone.intersection(shapely.LineString([(0, -30), (100, -30)])).length == pytest.approx(40.0, abs=0.01)


def test_two_half_etches_are_one_whole():
    """T9.1: opening 1000, etched by 1000 at once or by 500 twice, half width 1500 both ways."""
    metal = shapely.box(-3000, -3000, 3000, 0)
    half = fronts.reach(slot(1000), metal, across=500, along=500)
    rest = metal.difference(half)
    other = fronts.reach(exposed_after(half, rest), rest, across=500, along=500)
    whole = fronts.reach(slot(1000), metal, across=1000, along=1000)

    assert regions.box_of(half.union(other)) == pytest.approx((-1500, -1000, 1500, 0), abs=1e-3)
    assert regions.is_same(half.union(other), whole, tolerance=0.6)


def test_an_elliptic_front_at_an_upright_step():
    """T9.2: 0.1 off the side wall, 0.3 off the floor."""
    metal = shapely.Polygon([(-5, -5), (5, -5), (5, 0), (0, 0), (0, 2), (-5, 2)])
    surface = shapely.LineString([(-5, 2), (0, 2), (0, 0), (5, 0)])
    rest = metal.difference(fronts.reach(surface, metal, across=0.1, along=0.3, tolerance=1e-4))

    assert rest.intersection(shapely.LineString([(-5, 1), (5, 1)])).length == pytest.approx(4.9, abs=1e-6)
    assert rest.intersection(shapely.LineString([(3, -5), (3, 5)])).length == pytest.approx(4.7, abs=1e-6)


TOP, LOW = shapely.box(-50, -10, 50, 0), shapely.box(-50, -21, 50, -11)


def test_nothing_is_etched_behind_a_closed_stop():
    """T9.3: metal, stop, metal of 10, 1, 10; an etch of 15 into the metal."""
    gone = fronts.reach(slot(100), TOP.union(LOW), across=15, along=15)

    assert regions.is_same(gone, TOP, tolerance=1e-3)


def test_a_front_bends_round_the_edges_of_a_hole_in_a_stop():
    """Below a slit of 2 the 4 that are left of 15 after 11 go straight down, and round both edges of the slit."""
    slit = shapely.box(-1, -11, 1, -10)
    gone = fronts.reach(slot(100), shapely.union_all([TOP, LOW, slit]), across=15, along=15, tolerance=FINE)
    below = gone.intersection(LOW)

    assert regions.box_of(below) == pytest.approx((-5, -15, 5, -11), abs=1e-3)
    assert below.area == pytest.approx(2 * 4 + math.pi * 16 / 2, rel=1e-3)


def test_a_deposit_fills_its_mask_before_it_mushrooms():
    """T4.5 with a mask of 10 and a deposit of 20: width 80, cap of 757.08 over a prism of 60 x 10."""
    air = shapely.box(-200, 10, 200, 100).union(shapely.box(-30, 0, 30, 10))
    grown = fronts.reach(slot(60), air, across=20, along=20, tolerance=FINE)

    assert regions.box_of(grown) == pytest.approx((-40, 0, 40, 20), abs=1e-6)
    assert grown.area == pytest.approx(600 + 757.080, rel=1e-4)


def test_without_undercut_walls_are_upright():
    gone = fronts.reach(slot(40), METAL, across=0, along=30)

    assert regions.is_same(gone, shapely.box(-20, -30, 20, 0), tolerance=1e-6)


def test_without_undercut_a_stop_casts_a_shadow():
    metal = METAL.difference(shapely.box(-5, -11, 5, -10))
    gone = fronts.reach(slot(40), metal, across=0, along=30)

    assert gone.area == pytest.approx(40 * 30 - 10 * 20, rel=1e-3)


@pytest.mark.parametrize(
    ("source", "domain", "along"),
    [
        pytest.param(shapely.MultiLineString(), METAL, 10, id="no source"),
        pytest.param(slot(10), regions.EMPTY, 10, id="nothing to pass"),
        pytest.param(slot(10), METAL, 0, id="no time"),
    ],
)
def test_nothing_comes_of_nothing(source, domain, along):
    assert fronts.reach(source, domain, across=10, along=along).is_empty


@settings(max_examples=15, deadline=None)
@given(width=st.floats(5, 200), across=st.floats(2, 40), along=st.floats(2, 40), share=st.floats(0.2, 0.8))
def test_an_etch_in_two_parts_is_the_whole(width, across, along, share):
    first = fronts.reach(slot(width), METAL, across=share * across, along=share * along)
    rest = METAL.difference(first)
    second = fronts.reach(exposed_after(first, rest), rest, across=(1 - share) * across, along=(1 - share) * along)
    whole = fronts.reach(slot(width), METAL, across=across, along=along)

    assert regions.is_same(regions.merge([first, second]), whole, tolerance=0.05)


@settings(max_examples=15, deadline=None)
@given(
    stops=st.lists(st.tuples(st.integers(-40, 40), st.integers(-30, -3), st.integers(2, 30)), max_size=3),
    more=st.floats(1, 10),
)
def test_a_front_never_goes_back_and_never_through(stops, more):
    blocked = regions.merge(shapely.box(x, z - 1, x + length, z) for x, z, length in stops)
    metal = METAL.difference(blocked)
    shorter, longer = (fronts.reach(slot(30), metal, across=r, along=r) for r in (20.0, 20.0 + more))
    free = fronts.reach(slot(30), METAL, across=20.0, along=20.0)

    assert shorter.difference(longer.buffer(0.1)).is_empty
    assert shorter.difference(free.buffer(0.05)).is_empty
    assert shorter.intersection(blocked.buffer(-1e-3)).is_empty


def test_a_level_set_comes_nearer_with_its_grid():
    """An isotropic etch of 10 through a slot of 16: another program's front lags under its mask, by its grid alone."""
    viennals = pytest.importorskip("viennals")
    gone = fronts.reach(slot(16), METAL, across=10, along=10, tolerance=FINE)
    coarse, fine = (_gaps(_level_set(viennals, viennals.d2, grid=grid), gone, grid) for grid in (0.5, 0.125))

    assert fine.max() < 3 * 0.125
    assert fine.mean() < 0.3 * coarse.mean()


def _gaps(points, gone, grid):
    """Return how far points below a mask are from a front."""
    deep = shapely.points(points[points[:, 1] < -2 * grid])
    assert shapely.distance(deep, gone).max() < 1e-6
    return shapely.distance(deep, gone.boundary)


def _level_set(viennals, plane, *, grid):
    """Return the points (x, z) of a substrate's surface, etched by 10 through a slot of 16 in a mask that stays."""

    viennals.setNumThreads(1)  # its threads wait for Python's lock

    class Rate(viennals.VelocityField):
        def getScalarVelocity(self, _place, material, _normal, _point):  # noqa: N802 - its name there
            return -1.0 if material else 0.0

        def getVectorVelocity(self, _place, _material, _normal, _point):  # noqa: N802
            return (0.0, 0.0, 0.0)

    borders = [viennals.BoundaryConditionEnum.REFLECTIVE_BOUNDARY, viennals.BoundaryConditionEnum.INFINITE_BOUNDARY]

    def made(shape):
        domain = plane.Domain([-25.0, 25.0, -25.0, 10.0], borders, grid)
        plane.MakeGeometry(domain, shape).apply()
        return domain

    less, both = viennals.BooleanOperationEnum.RELATIVE_COMPLEMENT, viennals.BooleanOperationEnum.UNION
    mask, substrate = made(plane.Plane([0.0, 3.0], [0.0, 1.0])), made(plane.Plane([0.0, 0.0], [0.0, 1.0]))
    plane.BooleanOperation(mask, made(plane.Plane([0.0, 0.0], [0.0, 1.0])), less).apply()
    plane.BooleanOperation(mask, made(plane.Box([-8.0, -1.0], [8.0, 5.0])), less).apply()
    plane.BooleanOperation(substrate, mask, both).apply()
    advance, rate = plane.Advect(), Rate()
    for level in (mask, substrate):
        advance.insertNextLevelSet(level)
    advance.setVelocityField(rate)
    advance.setSpatialScheme(viennals.SpatialSchemeEnum.ENGQUIST_OSHER_2ND_ORDER)
    advance.setAdvectionTime(10.0)
    advance.apply()
    mesh = viennals.Mesh()
    plane.ToSurfaceMesh(substrate, mesh).apply()
    return np.array(mesh.getNodes())[:, :2]
