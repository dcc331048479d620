"""Shapes that stay clear of others."""

import pytest
import shapely

DIE = (0, 0, 100, 100)
FRAME = shapely.box(0, 0, 100, 100).difference(shapely.box(20, 20, 80, 80))


@pytest.mark.parametrize(
    ("layer", "other"),
    [
        pytest.param([], [DIE], id="nothing"),
        pytest.param([DIE], [], id="nothing to stay clear of"),
        pytest.param([(100.1, 0, 200, 100)], [DIE], id="one step apart"),
        pytest.param([(100, 0, 200, 100)], [DIE], id="touching along an edge"),
        pytest.param([(100, 100, 200, 200)], [DIE], id="touching at a corner"),
        pytest.param([(20, 20, 80, 80)], [FRAME], id="filling a hole"),
    ],
)
def test_passes(layer, other, found):
    assert found("outside", layer, other) == []


@pytest.mark.parametrize(
    ("layer", "other", "areas"),
    [
        pytest.param([(99.9, 0, 200, 100)], [DIE], [10.0], id="one step inside"),
        pytest.param([(19.9, 20, 80, 80)], [FRAME], [6.0], id="one step beyond a hole"),
        pytest.param([(-50, 40, 150, 50)], [FRAME], [200.0, 200.0], id="across both sides of a frame"),
        pytest.param([DIE], [DIE], [10000.0], id="equal"),
    ],
)
def test_fails(layer, other, areas, found):
    assert [f.measured for f in found("outside", layer, other)] == pytest.approx(areas, rel=1e-4)


def test_says_how_much_and_where(found):
    (finding,) = found("outside", [(90, 0, 200, 10)], [DIE])
    assert finding.sentence == "100 um2 of the one lie in the other"
    assert finding.box == pytest.approx((90, 0, 100, 10), abs=1e-5)
