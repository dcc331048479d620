"""Areas of holes."""

import pytest
import shapely


def plate(width, height=20.0):
    """Return a plate with one hole."""
    return shapely.box(0, 0, 100, 100).difference(shapely.box(10, 10, 10 + width, 10 + height))


@pytest.mark.parametrize(
    "layer",
    [
        pytest.param([], id="nothing"),
        pytest.param([(0, 0, 10, 10)], id="no hole, however small the shape"),
        pytest.param([plate(25)], id="at the limit"),
        pytest.param([plate(25), (12, 12, 30, 28)], id="an island in it does not count"),
        pytest.param([plate(24).difference(shapely.box(0, 15, 15, 16))], id="open to the side"),
    ],
)
def test_passes(layer, found):
    assert found("hole_area", layer, min=500.0) == []


def test_fails(found):
    (finding,) = found("hole_area", [plate(24.9)], min=500.0)
    assert finding.sentence == "a hole of 498 um2, at least 500 um2 wanted"
    assert finding.box == (10, 10, 34.9, 30)
    assert (finding.measured, finding.limit) == (498.0, 500.0)


def test_every_hole_is_found(found):
    holes = [shapely.box(x, 10, x + 5, 15) for x in (10, 30, 50)]
    layer = [shapely.box(0, 0, 100, 100).difference(shapely.union_all(holes))]
    assert sorted(f.box[0] for f in found("hole_area", layer, min=500.0)) == [10, 30, 50]
