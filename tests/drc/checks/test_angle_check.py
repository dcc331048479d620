"""Directions of edges, and corners."""

import pytest
import shapely
from pydantic import ValidationError

from maskgen.drc.checks import angle
from maskgen.geometry import shapes

TRIANGLE = shapely.Polygon([(0, 0), (100, 0), (0, 100)])
WEDGE = shapely.Polygon([(0, 0), (100, 0), (100, 50)])


@pytest.mark.parametrize(
    ("layer", "allow", "min_corner"),
    [
        pytest.param([], "manhattan", 90.0, id="nothing"),
        pytest.param([(0, 0, 10, 10), (5, 5, 20, 20)], "manhattan", 90.0, id="boxes"),
        pytest.param([shapes.octagon(300, 300)], "octilinear", 135.0, id="an octagon"),
        pytest.param([TRIANGLE], "octilinear", 45.0, id="a right triangle"),
        pytest.param([shapes.circle(300, tolerance=0.05)], "any", 90.0, id="a circle"),
        pytest.param([WEDGE, (0, -50, 100, 50)], "manhattan", None, id="covered by another"),
    ],
)
def test_passes(layer, allow, min_corner, found):
    assert found("angle", layer, allow=allow, min_corner=min_corner) == []


@pytest.mark.parametrize(
    ("layer", "allow", "min_corner", "sentence", "box"),
    [
        pytest.param(
            [TRIANGLE], "manhattan", None,
            "an edge at 135.000 deg, only multiples of 90 deg allowed", (0, 0, 100, 100), id="a diagonal",
        ),
        pytest.param(
            [WEDGE], "octilinear", None,
            "an edge at 26.565 deg, only multiples of 45 deg allowed", (0, 0, 100, 50), id="between the diagonals",
        ),
        pytest.param(
            [WEDGE], "any", 30.0, "a corner of 26.565 deg, at least 30 deg wanted", (0, 0, 0, 0), id="a tip"
        ),
        pytest.param(
            [shapely.box(0, -60, 200, 60).difference(WEDGE)], "any", 30.0,
            "a corner of 26.565 deg, at least 30 deg wanted", (0, 0, 0, 0), id="a tip of the space",
        ),
    ],
)  # fmt: skip
def test_fails(layer, allow, min_corner, sentence, box, found):
    (finding,) = found("angle", layer, allow=allow, min_corner=min_corner)
    assert (finding.sentence, finding.box) == (sentence, box)


def test_carries_the_edge(found):
    (finding,) = found("angle", [TRIANGLE], allow="manhattan", min_corner=None)
    assert finding.edges == (((100, 0), (0, 100)),)
    assert (finding.measured, finding.limit) == (pytest.approx(135), 90.0)


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        pytest.param({}, "allows everything: needs allow: manhattan or octilinear, or a min_corner", id="no limit"),
        pytest.param({"min_corner": 0}, "must be more than 0 and less than 180 deg, got 0 deg", id="zero"),
        pytest.param({"min_corner": -45}, "must be more than 0 and less than 180 deg, got -45 deg", id="negative"),
        pytest.param({"min_corner": 180}, "must be more than 0 and less than 180 deg, got 180 deg", id="all corners"),
        pytest.param({"min_corner": "x"}, "expected an angle such as 45, got 'x'", id="text"),
    ],
)
def test_limits_that_are_none_are_refused(numbers, sentence):
    with pytest.raises(ValidationError) as error:
        angle.Params.model_validate({"layer": "A", **numbers}, context={"layers": {"A"}})
    assert sentence in error.value.errors()[0]["msg"]
