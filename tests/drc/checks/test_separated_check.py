"""As many pieces of one layer as of another."""

import numpy as np
import pytest
import shapely

from maskgen.drc.checks import separated
from maskgen.expressions import Layer
from maskgen.geometry import arrays, regions
from maskgen.geometry.arrays import Array
from maskgen.layout import Layout
from maskgen.package import NOTHING, Package

AXIS = arrays.axis(np.array([-50.0, 50.0]), -50.0, 50.0)
BODY = shapely.box(-20, -20, 20, 20)
CAN = shapely.box(-48, -48, 48, 48)


@pytest.fixture
def sentences(process):
    """Return a function: what is found where each of four sites has a can and a body."""

    def find(can, body):
        layout = Layout({"CAN": can, "BODY": body}, {}, Array(AXIS, AXIS, np.ones((2, 2), dtype=bool)))
        params = separated.Params.model_construct(layer=Layer("CAN"), each=Layer("BODY"))
        return [(f.sentence, f.box) for f in separated.judge(Package(layout, NOTHING), process, params)]

    return find


@pytest.mark.parametrize(
    ("can", "body"),
    [
        pytest.param(regions.EMPTY, regions.EMPTY, id="nothing"),
        pytest.param(CAN, BODY, id="one each"),
        pytest.param(regions.merge([shapely.box(-48, -48, -1, 48), shapely.box(1, -48, 48, 48)]),
                     regions.merge([shapely.box(-30, -10, -10, 10), shapely.box(10, -10, 30, 10)]), id="two a site"),
    ],
)  # fmt: skip
def test_passes(can, body, sentences):
    assert sentences(can, body) == []


@pytest.mark.parametrize(
    ("can", "body", "counts"),
    [
        pytest.param(shapely.box(-50, -50, 50, 50), BODY, (1, 4), id="no lanes"),
        pytest.param(shapely.box(-50, -48, 50, 48), BODY, (2, 4), id="lanes one way"),
        pytest.param(CAN.difference(shapely.box(-1, -50, 1, 50)), BODY, (8, 4), id="a cut through each"),
        pytest.param(regions.EMPTY, BODY, (0, 4), id="no cans"),
    ],
)
def test_fails(can, body, counts, sentences):
    assert sentences(can, body) == [(f"is {counts[0]} pieces, {counts[1]} wanted", None)]
