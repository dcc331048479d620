"""Gaps within one shape."""

import pytest
import shapely

from maskgen.geometry import shapes


def slot(width):
    """Return a plate with a slot that opens upwards."""
    return [shapely.box(-300, -300, 300, 300).difference(shapely.box(-width / 2, 0, width / 2, 300))]


@pytest.mark.parametrize(
    "layer",
    [
        pytest.param([], id="nothing"),
        pytest.param(slot(80), id="at the limit"),
        pytest.param([(0, 0, 100, 100), (110, 0, 200, 100)], id="two shapes"),
        pytest.param([(0, 0, 100, 100), (100, 100, 200, 200)][:1], id="a square"),
        pytest.param(
            [shapely.box(-200, -200, 200, 200).difference(shapes.circle(80.2, tolerance=0.05))], id="a round hole"
        ),
        pytest.param([shapely.box(-90, -90, 90, 90).difference(shapely.box(-40, -40, 40, 40))], id="a frame"),
    ],
)
def test_passes(layer, found):
    assert found("notch", layer, min=80.0) == []


@pytest.mark.parametrize(
    ("layer", "measured"),
    [
        pytest.param(slot(79.9), 79.9, id="one step too narrow"),
        pytest.param([(0, 0, 100, 100), (100, 100, 200, 200)], 0.0, id="two that meet at a corner are one shape"),
        pytest.param(
            [shapely.box(-200, -200, 200, 200).difference(shapes.circle(79, tolerance=0.05))], 79.0, id="a round hole"
        ),
        pytest.param([(0, 0, 300, 100), (0, 100, 100, 150), (179.9, 100, 300, 150)], 79.9, id="between two teeth"),
    ],
)
def test_fails(layer, measured, found):
    (finding,) = found("notch", layer, min=80.0)
    assert finding.measured == pytest.approx(measured, abs=0.11)
    assert finding.sentence == f"{finding.measured:.3f} um apart, at least 80 um wanted"


def test_without_facing_two_sides_of_a_round_hole_are_a_notch(found):
    plate = [shapely.box(-200, -200, 200, 200).difference(shapes.circle(90, tolerance=0.05))]
    assert found("notch", plate, min=80.0) == []
    assert found("notch", plate, min=80.0, facing=False) != []
