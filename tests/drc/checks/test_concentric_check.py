"""Middles of shapes that belong together."""

import pytest
import shapely

SPOT = (-100, -100, 100, 100)


@pytest.mark.parametrize(
    ("other", "tolerance"),
    [
        pytest.param([(-30, -30, 30, 30)], 0.0, id="same middle"),
        pytest.param([(-20, -30, 40, 30)], 10.0, id="at the limit"),
        pytest.param([(-26, -30, 34, 30), (500, 0, 510, 10)], 10.0, id="nearest counts"),
    ],
)
def test_passes(other, tolerance, found):
    assert found("concentric", [SPOT], other, tolerance=tolerance) == []


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        pytest.param(
            [(-19, -30, 41, 30)], "its middle is 11.000 um from the other's, at most 10 um allowed", id="aside"
        ),
        pytest.param([], "there is no shape of the other layer", id="alone"),
    ],
)
def test_fails(other, expected, found):
    (finding,) = found("concentric", [SPOT], other, tolerance=10.0)
    assert (finding.sentence, finding.box) == (expected, SPOT)


def test_the_middle_of_a_triangle_is_its_centroid(found):
    triangle = shapely.Polygon([(-100, -60), (100, -60), (0, 120)])
    assert found("concentric", [triangle], [(-10, -10, 10, 10)], tolerance=0.1) == []
