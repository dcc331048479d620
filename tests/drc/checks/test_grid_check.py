"""Vertices on the grid."""

import pytest
from pydantic import ValidationError

from maskgen.drc.checks import grid


@pytest.mark.parametrize(
    "layer",
    [
        pytest.param([], id="nothing"),
        pytest.param([(10.1, -0.3, 60.3, 20)], id="on the grid"),
        pytest.param([(0, 0, 10.05, 20), (10.05, 0, 20, 20)], id="a seam that is merged"),
        pytest.param([(0, 0, 10.0002, 20)], id="to the database unit"),
    ],
)
def test_passes(layer, found):
    assert found("grid", layer, grid=0.1) == []


def test_fails(found):
    first, second = found("grid", [(0, 0, 10.16, 20)], grid=0.1)
    assert {first.box, second.box} == {(10.16, 0, 10.16, 0), (10.16, 20, 10.16, 20)}
    assert first.sentence.endswith(" um is 0.040 um off the grid of 0.1 um")
    assert (first.measured, first.limit) == (0.04, 0.0)


def test_below_zero_the_grid_goes_on(found):
    assert {f.sentence for f in found("grid", [(-10.16, 0, 0, 20)], grid=0.1)} == {
        "vertex at -10.160, 0.000 um is 0.040 um off the grid of 0.1 um",
        "vertex at -10.160, 20.000 um is 0.040 um off the grid of 0.1 um",
    }


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        pytest.param(0, "must be between 0.001 um and 1 m, got 0 um", id="zero"),
        pytest.param(-0.1, "must be between 0.001 um and 1 m, got -0.1 um", id="negative"),
        pytest.param(0.0025, "must be a multiple of 0.001 um, got 0.0025 um", id="finer than the database unit"),
        pytest.param(float("nan"), "must be a finite length, got nan", id="no number"),
    ],
)
def test_grids_that_are_none_are_refused(value, sentence):
    with pytest.raises(ValidationError) as error:
        grid.Params.model_validate({"layer": "A", "grid": value}, context={"layers": {"A"}})
    assert sentence in error.value.errors()[0]["msg"]
