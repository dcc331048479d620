"""Nothing where nothing may be."""

import pytest
import shapely

RING = shapely.box(0, 0, 100, 100).difference(shapely.box(10, 10, 90, 90))


@pytest.mark.parametrize(
    "layer",
    [
        pytest.param([], id="nothing"),
        pytest.param([(0, 0, 100, 0.6)], id="as narrow as rounding"),
        pytest.param([(0, 0, 0.6, 0.6)], id="as small as rounding"),
    ],
)
def test_passes(layer, found):
    assert found("empty", layer, tolerance=0.3) == []


@pytest.mark.parametrize(
    ("layer", "areas"),
    [
        pytest.param([(0, 0, 100, 0.8)], [99.4 * 0.2], id="one step wider than rounding"),
        pytest.param([(0, 0, 10, 10), (10, 10, 20, 20)], [9.4**2] * 2, id="two pieces at one corner"),
        pytest.param([RING], [99.4**2 - 80.6**2], id="a ring is one piece"),
    ],
)
def test_fails(layer, areas, found):
    findings = found("empty", layer, tolerance=0.3)
    assert [finding.measured for finding in findings] == pytest.approx(areas, rel=2e-3)
    assert {finding.limit for finding in findings} == {0.0}


def test_says_how_much_and_where(found):
    (finding,) = found("empty", [(0, 0, 10, 20)], tolerance=1.0)
    assert finding.sentence == "144 um2 that must not be there"
    assert finding.box == (1, 1, 9, 19)
