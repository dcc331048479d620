"""Openings that a round tool cuts."""

import math

import klayout.db as kdb
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from maskgen.drawing.openings import routed

DIE = shapely.box(-2500, -1500, 2500, 1500)


def opened(region, radius):
    """Return what a round tool leaves of an opening, as KLayout sees it: shrunk, then grown [nm]."""
    angles = 2 * math.pi * (np.arange(128) + 0.5) / 128
    circle = kdb.Polygon(
        [kdb.Point(round(1e3 * radius * math.cos(a)), round(1e3 * radius * math.sin(a))) for a in angles]
    )
    shape = kdb.Region(kdb.Polygon([kdb.Point(round(x * 1e3), round(y * 1e3)) for x, y in region.exterior.coords]))
    frame = kdb.Region(shape.bbox().enlarged(10_000_000))
    shrunk = frame - (frame - shape).minkowski_sum(circle)
    return shrunk.minkowski_sum(circle).merged()


@pytest.mark.parametrize(
    ("radius", "clearance"),
    [
        pytest.param(400, 200, id="template"),
        pytest.param(400, 0, id="no clearance"),
        pytest.param(100, 300, id="small"),
        pytest.param(700, 100, id="large"),
    ],
)
def test_the_sharp_box_fits_into_what_a_round_router_leaves(radius, clearance):
    """Chords of the circle leave 0.3 um of 1 mm at 128 corners: the box is made smaller by a micrometre."""
    found = opened(routed(DIE, clearance, radius=radius), radius)
    box = kdb.Box(*(round(1e3 * side) for side in DIE.buffer(clearance - 1, join_style="mitre").bounds))

    assert (kdb.Region(box) - found).is_empty()


def test_a_sharp_tool_needs_no_dog_bones():
    assert routed(DIE, 200, radius=0).equals(shapely.box(-2700, -1700, 2700, 1700))


def test_dog_bones_are_ten_per_cent_wider_than_the_router():
    """A disc of 440 um whose rim meets the corner: its middle is 440/sqrt(2) inwards, it ends 128.87 um beyond."""
    found = routed(DIE, 200, radius=400)
    beyond = 440 * (1 - math.sqrt(0.5))

    assert found.bounds == pytest.approx((-2700 - beyond, -1700 - beyond, 2700 + beyond, 1700 + beyond), abs=0.1)
    assert len(found.interiors) == 0
    # Each disc has a half of itself beyond the box, but for the square on its half diagonal.
    ear = math.pi * 440**2 - (math.pi + 2) / 2 * 440**2
    assert found.area - 5400 * 3400 == pytest.approx(4 * ear, rel=2e-3)


@settings(max_examples=40, deadline=None)
@given(
    st.tuples(st.floats(1300, 9000), st.floats(1300, 9000)),
    st.tuples(st.floats(-5000, 5000), st.floats(-5000, 5000)),
    st.floats(0, 400),
    st.floats(0, 600),
)
def test_an_opening_holds_the_box_of_what_must_fit_in(size, at, clearance, radius):
    inside = shapely.Polygon([(0, 0), (size[0], 0), (size[0] / 2, size[1])])
    moved = shapely.transform(inside, lambda points: points + at)
    box = shapely.box(*moved.bounds).buffer(clearance - 1e-6, join_style="mitre")
    found = routed(moved, clearance, radius=radius)

    assert found.geom_type == "Polygon"
    assert found.covers(box)
    assert found.within(box.buffer(1.1 * radius * (1 - math.sqrt(0.5)) + 0.1, join_style="mitre").buffer(0.01))


@pytest.mark.parametrize("radius", [300, 400, 2000])
def test_a_small_opening_holds_its_box_however_wide_the_router(radius):
    narrow = shapely.box(-250, -250, 250, 250)
    found = opened(routed(narrow, 0, radius=radius), radius)

    assert (kdb.Region(kdb.Box(-249_000, -249_000, 249_000, 249_000)) - found).is_empty()
