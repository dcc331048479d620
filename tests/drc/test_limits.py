"""Limits of rules: what cannot be one is refused in a sentence."""

import math

import pytest
from pydantic import TypeAdapter, ValidationError

from maskgen.drc import limits
from maskgen.drc.deck import known_checks

DISTANCE_CHECKS = ("width", "space", "notch", "separation", "enclosure", "overlap")


def refusal(kind, value):
    with pytest.raises(ValidationError) as error:
        TypeAdapter(kind).validate_python(value, context={"unit": "um", "numbers": {"gap": 50.0}})
    return error.value.errors()[0]["msg"].removeprefix("Value error, ")


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        pytest.param(0, "must be between 0.001 um and 1 m, got 0 um", id="zero"),
        pytest.param(-50, "must be between 0.001 um and 1 m, got -50 um", id="negative"),
        pytest.param("gap - 80", "must be between 0.001 um and 1 m, got -30 um", id="a formula below zero"),
        pytest.param(0.0009, "must be between 0.001 um and 1 m, got 0.0009 um", id="less than the database unit"),
        pytest.param("2 m", "must be between 0.001 um and 1 m, got 2e+06 um", id="more than a plate"),
        pytest.param(math.inf, "must be a finite length, got inf", id="infinite"),
        pytest.param(math.nan, "must be a finite length, got nan", id="no number"),
        pytest.param(True, "expected a length such as 250 or '0.25 mm', got true", id="a truth"),
    ],
)
@pytest.mark.parametrize("check", DISTANCE_CHECKS)
def test_a_distance_is_positive_and_finite(check, value, sentence):
    params = known_checks()[check].Params
    layers = {name: "A" for name in ("layer", "inner", "other", "outer") if name in params.model_fields}
    with pytest.raises(ValidationError) as error:
        params.model_validate(
            {**layers, "min": value}, context={"unit": "um", "layers": {"A"}, "numbers": {"gap": 50.0}}
        )
    assert error.value.errors()[0]["msg"] == f"Value error, {sentence}"


@pytest.mark.parametrize("check", DISTANCE_CHECKS)
def test_a_distance_may_be_a_formula(check):
    params = known_checks()[check].Params
    layers = {name: "A" for name in ("layer", "inner", "other", "outer") if name in params.model_fields}
    made = params.model_validate({**layers, "min": "2*gap"}, context={"layers": {"A"}, "numbers": {"gap": 50.0}})
    assert (made.min, made.metric, made.reach) == (100.0, "euclidian", 900.0)


@pytest.mark.parametrize(
    ("kind", "value", "sentence"),
    [
        pytest.param(limits.Share, "half", "expected a share such as 0.2, got 'half'", id="text"),
        pytest.param(limits.Share, -0.1, "must be from 0 to 1, got -0.1", id="negative share"),
        pytest.param(limits.Degrees, math.nan, "must be more than 0 and less than 180 deg, got nan deg", id="no angle"),
        pytest.param(limits.SquareMicrometres, math.nan, "must be more than 0 um2 and finite, got nan um2", id="area"),
        pytest.param(limits.Step, 0.0015, "must be a multiple of 0.001 um, got 0.0015 um", id="step"),
    ],
)
def test_other_limits(kind, value, sentence):
    assert refusal(kind, value) == sentence


def test_an_area_by_formula_is_what_it_says():
    adapter = TypeAdapter(limits.SquareMicrometres)
    assert adapter.validate_python("20*side", context={"numbers": {"side": 50.1}}) == 1002.0
