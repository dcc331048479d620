"""Covered shares of windows."""

import numpy as np
import pytest
import shapely
from pydantic import ValidationError

from maskgen.drc.checks import density
from maskgen.drc.scene import Scene
from maskgen.errors import MaskgenError
from maskgen.expressions import Layer
from maskgen.layout import View

FIELD = (0, 0, 200, 200)
QUARTERS = [(0, 0, 50, 100), (100, 0, 150, 100), (0, 100, 50, 200), (100, 100, 150, 200)]
"""Half of each quarter of the field."""


@pytest.mark.parametrize(
    ("layer", "area", "numbers"),
    [
        pytest.param([], [], {"min": 0.5}, id="nothing"),
        pytest.param(QUARTERS, [FIELD], {"min": 0.5, "max": 0.5}, id="at both limits"),
        pytest.param(QUARTERS, [FIELD], {"min": 0.5, "step": (50.0, 100.0)}, id="windows that overlap"),
        pytest.param([FIELD, (500, 0, 900, 900)], [FIELD], {"min": 1.0}, id="what lies outside is not looked at"),
        pytest.param(
            [FIELD, (300, 300, 400, 400)], [FIELD, (300, 300, 400, 400)], {"min": 1.0}, id="windows beside all areas"
        ),
    ],
)
def test_passes(layer, area, numbers, found):
    assert found("density", layer, area, window=(100.0, 100.0), **numbers) == []


@pytest.mark.parametrize(
    ("layer", "area", "numbers", "sentence", "box"),
    [
        pytest.param(
            QUARTERS[1:], [FIELD], {"min": 0.5}, "0 % covered, at least 50 % wanted", (0, 0, 100, 100), id="a bare one"
        ),
        pytest.param(
            [*QUARTERS, (150, 100, 151, 200)], [FIELD], {"max": 0.5},
            "51 % covered, at most 50 % allowed", (100, 100, 200, 200), id="one too full",
        ),
        pytest.param(
            [(0, 0, 150, 100)], [(0, 0, 150, 100)], {"min": 0.6},
            "50 % covered, at least 60 % wanted", (100, 0, 200, 100), id="beyond the border is empty",
        ),
        pytest.param(
            [(0, 0, 200, 100)], [(0, 0, 150, 100)], {"min": 0.6},
            "50 % covered, at least 60 % wanted", (100, 0, 200, 100), id="beyond the border nothing counts",
        ),
    ],
)  # fmt: skip
def test_fails(layer, area, numbers, sentence, box, found):
    (finding,) = found("density", layer, area, window=(100.0, 100.0), **numbers)
    assert (finding.sentence, finding.box) == (sentence, box)
    assert finding.measured == pytest.approx(float(sentence.split()[0]) / 100)


def test_without_an_area_windows_begin_where_the_layer_does(found):
    layer = [(30, 10, 40, 20), (130, 10, 140, 20)]
    boxes = [finding.box for finding in found("density", layer, window=(50.0, 50.0), min=0.5, within=None)]
    assert boxes == [(30, 10, 80, 60), (80, 10, 130, 60), (130, 10, 180, 60)]


@pytest.mark.parametrize("seed", range(5))
def test_shares_are_those_of_a_raster(seed, found):
    rng = np.random.default_rng(seed)
    low, size = rng.integers(0, 40, (12, 2)), rng.integers(1, 20, (12, 2))
    boxes = [(a, b, a + c, b + d) for (a, b), (c, d) in zip(low.tolist(), size.tolist(), strict=True)]
    raster = np.zeros((70, 70))
    for left, bottom, right, top in boxes:
        raster[bottom:top, left:right] = 1
    raster[60:], raster[:, 60:] = 0, 0

    shares = {
        finding.box[:2]: finding.measured
        for finding in found("density", boxes, [(0, 0, 60, 60)], window=(15.0, 20.0), step=(5.0, 10.0), min=1.0)
    }
    expected = {
        (x, y): raster[y : y + 20, x : x + 15].mean()
        for x in range(0, 46, 5)
        for y in range(0, 41, 10)
        if raster[y : y + 20, x : x + 15].mean() < 1
    }
    assert shares == pytest.approx(expected), f"seed {seed}"


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        pytest.param({}, "needs a min or a max", id="no limit"),
        pytest.param({"min": 0.5, "max": 0.4}, "no share is at least 0.5 and at most 0.4", id="crossed limits"),
        pytest.param({"min": -0.1}, "must be from 0 to 1, got -0.1", id="negative"),
        pytest.param({"max": 1.5}, "must be from 0 to 1, got 1.5", id="more than all"),
        pytest.param({"max": float("nan")}, "must be from 0 to 1, got nan", id="no number"),
        pytest.param({"min": 0.2, "window": [0, 5]}, "must be between 0.001 um and 1 m, got 0 um", id="no window"),
        pytest.param({"min": 0.2, "step": [11, 5]}, "a step of 11 um leaves gaps between windows of 10 um", id="gaps"),
    ],
)
def test_limits_that_are_none_are_refused(numbers, sentence):
    with pytest.raises(ValidationError) as error:
        density.Params.model_validate({"layer": "A", "window": [10, 10], **numbers}, context={"layers": {"A"}})
    assert sentence in error.value.errors()[0]["msg"]


def test_more_windows_than_can_be_looked_at_are_refused():
    view = View({"A": shapely.box(0, 0, 1e5, 1e5)}, shapely.box(0, 0, 1e5, 1e5), where=None)
    params = density.Params.model_construct(layer=Layer("A"), window=(10.0, 10.0), min=0.5)
    with pytest.raises(MaskgenError) as error:
        list(density.check(Scene(view), params))
    assert str(error.value) == (
        "density: 10000 x 10000 windows of 10 x 10 um, at most 1000000 can be looked at: widen the step"
    )
