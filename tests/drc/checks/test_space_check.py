"""Distance between shapes."""

import pytest
import shapely

SLIT = shapely.box(0, 0, 100, 100).difference(shapely.box(45, 45, 55, 55))


@pytest.mark.parametrize(
    "layer",
    [
        pytest.param([], id="nothing"),
        pytest.param([(0, 0, 10, 10)], id="one shape"),
        pytest.param([(0, 0, 10, 10), (110, 0, 120, 10)], id="at the limit"),
        pytest.param([(0, 0, 10, 10), (70, 90, 80, 100)], id="corner to corner at the limit, 60 and 80 apart"),
        pytest.param([(0, 0, 10, 10), (10, 0, 20, 10)], id="touching along an edge: one shape"),
        pytest.param([SLIT], id="a hole is no space between shapes"),
    ],
)
def test_passes(layer, found):
    assert found("space", layer, min=100.0) == []


@pytest.mark.parametrize(
    ("layer", "measured", "box"),
    [
        pytest.param([(0, 0, 10, 10), (109.9, 0, 120, 10)], 99.9, (10, 0, 109.9, 10), id="one step too near"),
        pytest.param([(0, 0, 10, 10), (69, 90, 80, 100)], (59**2 + 80**2) ** 0.5, None, id="corner to corner"),
        pytest.param([(0, 0, 10, 10), (10, 10, 20, 20)], 0.0, (10, 10, 10, 10), id="touching at a corner"),
        pytest.param([SLIT, (48, 48, 52, 52)], 3.0, None, id="in the hole of another"),
    ],
)
def test_fails(layer, measured, box, found):
    (finding,) = found("space", layer, min=100.0)
    assert finding.measured == pytest.approx(measured)
    assert finding.sentence == f"{measured:.3f} um apart, at least 100 um wanted"
    assert box is None or finding.box[0::2] == pytest.approx(box[0::2])


def test_every_pair_is_found_once(found):
    assert len(found("space", [(0, 0, 10, 10), (20, 0, 30, 10), (40, 0, 50, 10)], min=15.0)) == 2
