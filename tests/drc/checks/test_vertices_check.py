"""Numbers of vertices."""

import pytest
import shapely
from pydantic import ValidationError

from maskgen.drc.checks import vertices

FRAME = shapely.box(0, 0, 100, 100).difference(shapely.box(10, 10, 90, 90))


def polygon(count):
    """Return a regular polygon."""
    return shapely.buffer(shapely.Point(0, 0), 100, quad_segs=count // 4)


@pytest.mark.parametrize(
    "layer",
    [
        pytest.param([], id="nothing"),
        pytest.param([(0, 0, 1, 1)], id="a box"),
        pytest.param([polygon(64)], id="at the limit"),
        pytest.param([polygon(64), (200, 0, 300, 100)], id="each on its own"),
    ],
)
def test_passes(layer, found):
    assert found("vertices", layer, max=64) == []


@pytest.mark.parametrize(
    ("layer", "most", "count"),
    [
        pytest.param([polygon(68)], 64, 68, id="too many"),
        pytest.param([FRAME], 9, 10, id="four, four, and two for the slit between"),
        pytest.param([FRAME.difference(shapely.box(2, 2, 8, 8))], 10, 16, id="two holes"),
    ],
)
def test_fails(layer, most, count, found):
    (finding,) = found("vertices", layer, max=most)
    assert finding.sentence == f"{count} vertices, at most {most} allowed"
    assert (finding.measured, finding.limit) == (count, most)


@pytest.mark.parametrize("value", [0, -8190, 3, 8190.5, "many"])
def test_limits_that_are_none_are_refused(value):
    with pytest.raises(ValidationError):
        vertices.Params.model_validate({"layer": "A", "max": value}, context={"layers": {"A"}})
