"""Areas of shapes."""

import pytest
import shapely
from pydantic import ValidationError

from maskgen.drc.checks import area
from maskgen.expressions import Layer

FRAME = shapely.box(0, 0, 100, 100).difference(shapely.box(10, 10, 90, 90))


@pytest.mark.parametrize(
    "layer",
    [
        pytest.param([], id="nothing"),
        pytest.param([(0, 0, 50, 20)], id="at its least"),
        pytest.param([(0, 0, 30, 20), (30, 0, 50, 20)], id="two that touch"),
        pytest.param([(0, 0, 100, 40)], id="at its most"),
        pytest.param([FRAME], id="the hole does not count"),
    ],
)
def test_passes(layer, found):
    assert found("area", layer, min=1000.0, max=4000.0) == []


@pytest.mark.parametrize(
    ("layer", "sentence", "box"),
    [
        pytest.param(
            [(0, 0, 49.999, 20)], "999.98 um2, at least 1000 um2 wanted", (0, 0, 49.999, 20), id="one step too small"
        ),
        pytest.param(
            [(0, 0, 100.001, 40)], "4000.04 um2, at most 4000 um2 allowed", (0, 0, 100.001, 40), id="one too large"
        ),
        pytest.param(
            [(0, 0, 50, 50), (50, 50, 90, 90)], "4100 um2, at most 4000 um2 allowed", (0, 0, 90, 90),
            id="two at one corner are one",
        ),
        pytest.param(
            [FRAME, (50, 50, 60, 60)], "100 um2, at least 1000 um2 wanted", (50, 50, 60, 60), id="island in a hole"
        ),
    ],
)  # fmt: skip
def test_fails(layer, sentence, box, found):
    (finding,) = found("area", layer, min=1000.0, max=4000.0)
    assert (finding.sentence, finding.box) == (sentence, box)
    assert finding.measured == pytest.approx(float(sentence.split()[0]))


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        pytest.param({}, "needs a min or a max", id="no limit"),
        pytest.param({"min": 9, "max": 8}, "no area is at least 9 um2 and at most 8 um2", id="crossed limits"),
        pytest.param({"min": 0}, "must be more than 0 um2 and finite, got 0 um2", id="zero"),
        pytest.param({"max": -5}, "must be more than 0 um2 and finite, got -5 um2", id="negative"),
        pytest.param({"max": float("inf")}, "must be more than 0 um2 and finite, got inf um2", id="infinite"),
        pytest.param({"min": "x*2"}, "unknown number 'x'", id="unknown name"),
        pytest.param({"min": True}, "expected an area such as 2500, got True", id="no number"),
    ],
)
def test_limits_that_are_none_are_refused(numbers, sentence):
    with pytest.raises(ValidationError) as error:
        area.Params.model_validate({"layer": "A", **numbers}, context={"layers": {"A"}})
    assert sentence in error.value.errors()[0]["msg"]


@pytest.mark.parametrize(
    ("unit", "value", "area_um2"),
    [
        pytest.param("um", 2500, 2500.0, id="um"),
        pytest.param("mm", 0.5, 5e5, id="in the square of the deck's unit"),
        pytest.param("mm", "side*side", 2500.0, id="a formula is in um2"),
    ],
)
def test_units_of_areas(unit, value, area_um2):
    context = {"layers": {"A"}, "unit": unit, "numbers": {"side": 50.0}}
    params = area.Params.model_validate({"layer": "A", "min": value}, context=context)
    assert params == area.Params.model_construct(layer=Layer("A"), min=area_um2, max=None)
