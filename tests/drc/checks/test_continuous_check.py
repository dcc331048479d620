"""One connected piece over the whole plate."""

import numpy as np
import pytest
import shapely

from maskgen.drc.checks import continuous
from maskgen.errors import MaskgenError
from maskgen.expressions import Layer
from maskgen.geometry import arrays, regions
from maskgen.geometry.arrays import Array
from maskgen.layout import Layout
from maskgen.package import NOTHING, Package

CELL = shapely.box(-50, -50, 50, 50)
RING = shapely.box(-30, -30, 30, 30).difference(shapely.box(-20, -20, 20, 20))
AXIS = arrays.axis(np.array([-50.0, 50.0]), -50.0, 50.0)


@pytest.fixture
def sentences(process):
    """Return a function: what is found where each of four sites draws a region."""

    def find(region, layer="METAL"):
        layout = Layout({"METAL": region}, {}, Array(AXIS, AXIS, np.ones((2, 2), dtype=bool)))
        params = continuous.Params.model_construct(layer=Layer(layer))
        return [(f.sentence, f.box) for f in continuous.judge(Package(layout, NOTHING), process, params)]

    return find


@pytest.mark.parametrize(
    "region",
    [
        pytest.param(CELL, id="a sheet"),
        pytest.param(CELL.difference(shapely.box(-20, -20, 20, 20)), id="a sheet with holes"),
        pytest.param(regions.merge([shapely.box(-50, -1, 50, 1), shapely.box(-1, -50, 1, 50)]), id="bridges"),
    ],
)
def test_passes(region, sentences):
    assert sentences(region) == []


@pytest.mark.parametrize(
    ("region", "count"),
    [
        pytest.param(regions.EMPTY, 0, id="nothing"),
        pytest.param(CELL.difference(RING), 5, id="a ring cuts an island out of each site"),
        pytest.param(CELL.buffer(-0.01, join_style="mitre"), 4, id="a gap of 20 nm"),
        pytest.param(shapely.box(-50, -10, 50, 10), 2, id="a stripe a row"),
    ],
)
def test_fails(region, count, sentences):
    assert sentences(region) == [(f"is {count} pieces, not one", None)]


def test_a_layer_that_only_a_deck_knows_stops_the_run(sentences):
    with pytest.raises(MaskgenError, match="layer OTHER is not drawn, so its pieces cannot be counted"):
        sentences(CELL, "OTHER")
