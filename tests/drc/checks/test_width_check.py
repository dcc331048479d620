"""Width of shapes."""

import math

import pytest
import shapely

from maskgen.geometry import shapes


def neck(width):
    """Return two wide boxes joined by a bridge."""
    return [(-200, -100, -50, 100), (50, -100, 200, 100), (-50, -width / 2, 50, width / 2)]


def slanting(width):
    """Return a strip at 45 degrees."""
    line = shapely.LineString([(-200, -200), (200, 200)])
    return [line.buffer(width / 2, cap_style="flat")]


@pytest.mark.parametrize(
    "layer",
    [
        pytest.param([], id="nothing"),
        pytest.param([(0, 0, 50, 200)], id="at the limit"),
        pytest.param([(0, 0, 50, 50)], id="a square at the limit"),
        pytest.param(neck(50), id="a neck at the limit"),
        pytest.param(slanting(50.1), id="slanting"),
        pytest.param([shapes.circle(50.2, tolerance=0.05)], id="a circle at the limit"),
        pytest.param([shapes.circle(300, tolerance=0.05)], id="a circle"),
        pytest.param([shapes.octagon(300, 300)], id="an octagon"),
        pytest.param([shapes.triangle(300, 450)], id="a triangle"),
        pytest.param([(0, 0, 25, 100), (25, 0, 50, 100)], id="two boxes that touch"),
        pytest.param([shapely.box(0, 0, 200, 200).difference(shapely.box(50, 50, 150, 150))], id="a wide ring"),
    ],
)
def test_passes(layer, found):
    assert found("width", layer, min=50.0) == []


@pytest.mark.parametrize(
    ("layer", "measured", "count"),
    [
        pytest.param([(0, 0, 49.9, 200)], 49.9, 1, id="one step too narrow"),
        pytest.param([(0, 0, 20, 20)], 20.0, 1, id="a small square"),
        pytest.param(neck(49.9), 49.9, 1, id="a neck one step too narrow"),
        pytest.param(slanting(40), 40.0, 1, id="slanting"),
        pytest.param([(0, 0, 100, 100), (100, 100, 200, 200)], None, 0, id="two squares that meet at a corner"),
        pytest.param(
            [shapely.box(0, 0, 200, 200).difference(shapely.box(20, 20, 180, 180))], None, 1, id="a thin ring"
        ),
    ],
)
def test_fails(layer, measured, count, found):
    findings = found("width", layer, min=50.0)
    assert len(findings) == count
    for finding in findings:
        assert measured is None or finding.measured == pytest.approx(measured, abs=0.5)
        assert finding.sentence == f"about {finding.measured:.2f} um wide, at least 50 um wanted"
        assert not math.isnan(finding.box[0])
