"""Width of shapes."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from maskgen.geometry import shapes

RING = shapely.box(0, 0, 400, 400).difference(shapely.box(20, 20, 380, 380))
HOUSE = shapely.Polygon([(0, 0), (50, 30), (200, 30), (200, -30), (50, -30)])


def neck(width):
    """Return two wide boxes joined by a bridge."""
    return [(-200, -100, -50, 100), (50, -100, 200, 100), (-50, -width / 2, 50, width / 2)]


def slanting(width):
    """Return a strip at 45 degrees."""
    line = shapely.LineString([(-200, -200), (200, 200)])
    return [line.buffer(width / 2, cap_style="flat")]


def bent(width):
    """Return a lead bent in a quarter circle of 200 um."""
    arc = [(200 * math.cos(step * math.pi / 80), 200 * math.sin(step * math.pi / 80)) for step in range(41)]
    return [shapely.LineString(arc).buffer(width / 2, cap_style="flat", join_style="mitre")]


@pytest.mark.parametrize(
    "layer",
    [
        pytest.param([], id="nothing"),
        pytest.param([(0, 0, 50, 200)], id="at the limit"),
        pytest.param([(0, 0, 50, 50)], id="a square at the limit"),
        pytest.param(neck(50), id="a neck at the limit"),
        pytest.param(slanting(50.1), id="slanting"),
        pytest.param(bent(50.01), id="bent"),
        pytest.param([shapes.circle(50.2, tolerance=0.05)], id="a circle at the limit"),
        pytest.param([shapes.circle(300, tolerance=0.05)], id="a circle"),
        pytest.param([shapes.octagon(300, 300)], id="an octagon"),
        pytest.param([(0, 0, 25, 100), (25, 0, 50, 100)], id="two boxes that touch"),
        pytest.param([shapely.box(0, 0, 200, 200).difference(shapely.box(50, 50, 150, 150))], id="a wide ring"),
    ],
)
def test_passes(layer, found):
    assert found("width", layer, min=50.0) == []


@pytest.mark.parametrize(
    ("layer", "measured", "box"),
    [
        pytest.param([(0, 0, 49.9, 200)], 49.9, None, id="one step too narrow"),
        pytest.param([(0, 0, 49.999, 200)], 49.999, None, id="one database unit too narrow"),
        pytest.param([(0, 0, 20, 20)], 20.0, (0, 0, 20, 20), id="a small square is one place"),
        pytest.param([shapes.circle(40, tolerance=0.05)], 40.0, (-20, -20, 20, 20), id="a small circle is one place"),
        pytest.param(neck(49.9), 49.9, (-50, -24.95, 50, 24.95), id="a neck one step too narrow"),
        pytest.param(slanting(40), 40.0, None, id="slanting"),
        pytest.param([(0, 0, 100, 100), (100, 100, 200, 200)], 0.0, None, id="two squares that meet at a corner"),
        pytest.param([(0, 0, 100, 100), (80, 80, 200, 200)], 800**0.5, None, id="two squares that hardly overlap"),
        pytest.param([HOUSE], 0.0, None, id="a tip of 62 degrees"),
    ],
)
def test_fails(layer, measured, box, found):
    (finding,) = found("width", layer, min=50.0)
    assert finding.measured == pytest.approx(measured, abs=0.1)
    assert finding.sentence == f"{finding.measured:.3f} um wide, at least 50 um wanted"
    assert finding.limit == 50.0
    assert box is None or finding.box == pytest.approx(box, abs=0.01)


def test_long_places_are_found_side_by_side(found):
    findings = found("width", [RING], min=50.0)
    assert [finding.measured for finding in findings] == [20.0] * 4
    assert {finding.box for finding in findings} == {
        (0, 0, 20, 400), (380, 0, 400, 400), (0, 0, 400, 20), (0, 380, 400, 400),
    }  # fmt: skip


def test_carries_the_parts_of_edges_that_are_too_near(found):
    (finding,) = found("width", neck(40), min=50.0)
    assert finding.edges == (((-50, 20), (50, 20)), ((50, -20), (-50, -20)))


def test_without_facing_two_sides_of_a_disc_are_a_narrow_place(found):
    disc = [shapes.circle(60, tolerance=0.05)]
    assert found("width", disc, min=50.0) == []
    assert found("width", disc, min=50.0, facing=False) != []


@settings(max_examples=40)
@given(st.floats(20, 400), st.floats(-50, 50), st.floats(-50, 50), st.floats(0.02, 0.3))
def test_a_disc_is_too_narrow_only_where_the_limit_exceeds_its_diameter(found, diameter, x, y, tolerance):
    disc = shapes.circle(diameter, tolerance=tolerance)
    disc = shapely.transform(disc, lambda points: points + np.array([x, y]))
    # A chord lies inside the circle by less than the tolerance, and vertices round to the database unit.
    assert found("width", [disc], min=diameter - 2 * tolerance - 0.01) == []
    findings = found("width", [disc], min=diameter + 0.01)
    assert len(findings) == 1
    assert findings[0].measured == pytest.approx(diameter, abs=2 * tolerance + 0.01)


@settings(max_examples=40)
@given(st.floats(20, 400), st.integers(0, 1000))
def test_a_disc_that_is_too_small_is_one_place_however_it_is_turned(found, diameter, angle):
    turned = shapely.affinity.rotate(shapes.circle(diameter, tolerance=0.05), angle)
    assert len(found("width", [turned], min=1.5 * diameter)) == 1
