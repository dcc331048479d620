"""Expansion: the worked examples of `process.md` 6, its table, and laws of run-out and scales."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskgen.physics import thermal

MM = 1e3
"""µm in a mm."""

EXPANSIONS = st.floats(-5.0, 300.0)
RISES = st.floats(-200.0, 400.0)
LENGTHS = st.floats(1.0, 1e6)
QUARTZ = thermal.EXPANSIONS["quartz mask"].middle
CORNER = thermal.half_diagonal(300 * MM, 300 * MM)
ON_GLASS = thermal.overlay_scale(17, 5, 9, 5)

EXAMPLES = [
    pytest.param(lambda: thermal.allowed_rise(0.5, QUARTZ, 150 * MM), "6.0606", id="T6.1"),
    pytest.param(lambda: CORNER / MM, "212.132", id="T6.2 corner"),
    pytest.param(lambda: thermal.run_out(3, 100, CORNER), "63.640", id="T6.2 run-out"),
    pytest.param(lambda: thermal.run_out(2.6 - 16, 100, 10 * MM), "13.4", id="T6.3"),
    pytest.param(lambda: ON_GLASS, "1.00003999820", id="T6.4 scale"),
    pytest.param(lambda: (ON_GLASS - 1) * 150 * MM, "5.99973", id="T6.4 at 150 mm"),
    pytest.param(lambda: thermal.run_out(17 - 9, 5, 150 * MM), "6.000", id="T6.4 run-out"),
    pytest.param(lambda: thermal.operating_scale(17, 0, 60), "0.99898104", id="T6.5 scale"),
    pytest.param(lambda: (thermal.operating_scale(17, 0, 60) - 1) * 1e6, "-1018.96", id="T6.5 ppm"),
]


@pytest.mark.parametrize(("compute", "text"), EXAMPLES)
def test_worked_examples(compute, text, printed):
    assert printed(compute(), text) == text


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        pytest.param("Si", 2.5, 4.2, id="Si"),
        pytest.param("GaAs", 5.7, 6.9, id="GaAs"),
        pytest.param("Mo", 5.1, 5.2, id="Mo"),
        pytest.param("W", 4, 4.5, id="W"),
        pytest.param("alloy 42", 4.0, 5.2, id="alloy 42"),
        pytest.param("Kovar", 5.2, 5.9, id="Kovar"),
        pytest.param("Invar", 1, 2, id="Invar"),
        pytest.param("alumina", 5.7, 8.1, id="alumina"),
        pytest.param("AlN", 4.2, 5.3, id="AlN"),
        pytest.param("LTCC", 5, 7, id="LTCC"),
        pytest.param("sapphire", 6.7, 6.7, id="sapphire"),
        pytest.param("Ni", 13.3, 14, id="Ni"),
        pytest.param("Cu", 16.6, 17.6, id="Cu"),
        pytest.param("plated Cu", 17.7, 17.7, id="plated Cu"),
        pytest.param("Ag", 19, 20, id="Ag"),
        pytest.param("brass", 20, 20, id="brass"),
        pytest.param("Al", 23, 24, id="Al"),
        pytest.param("stainless steel", 10, 19, id="stainless"),
        pytest.param("FR-4", 11, 22, id="FR-4"),
        pytest.param("BT", 12, 17, id="BT"),
        pytest.param("LCP", 0, 40, id="LCP"),
        pytest.param("polyimide", 6, 60, id="polyimide"),
        pytest.param("SnPb", 25, 25, id="SnPb"),
        pytest.param("laminate in plane", 10, 16, id="in plane"),
        pytest.param("laminate across", 24, 55, id="across"),
        pytest.param("quartz mask", 0.55, 0.55, id="quartz"),
        pytest.param("soda-lime mask", 9, 9, id="soda-lime"),
        pytest.param("polyester film", 17, 27, id="polyester"),
        pytest.param("silicone elastomer", 200, 300, id="silicone"),
    ],
)
def test_the_table_of_expansions(name, low, high):
    found = thermal.EXPANSIONS[name]

    assert (found.low, found.high) == (low, high)
    assert found.low <= found.middle <= found.high
    assert found.source


@given(mismatch=EXPANSIONS, rise=RISES, distance=LENGTHS, scale=st.floats(0.01, 100.0))
def test_run_out_is_linear_in_everything_and_has_no_sign(mismatch, rise, distance, scale):
    found = thermal.run_out(mismatch, rise, distance)

    assert thermal.run_out(-mismatch, rise, distance) == found
    assert thermal.run_out(mismatch, rise, scale * distance) == pytest.approx(scale * found)
    assert thermal.run_out(mismatch, 0, distance) == 0
    assert thermal.run_out(mismatch, rise, 0) == 0


@given(mismatch=st.floats(0.1, 300.0), rise=st.floats(0.1, 400.0), distance=LENGTHS)
def test_allowed_rise_is_the_inverse_of_run_out(mismatch, rise, distance):
    misfit = thermal.run_out(mismatch, rise, distance)

    assert thermal.allowed_rise(misfit, mismatch, distance) == pytest.approx(rise)


@given(first=EXPANSIONS, second=EXPANSIONS, rise=RISES, other=RISES)
def test_scales_turn_round_with_their_arguments(first, second, rise, other):
    scale = thermal.overlay_scale(first, rise, second, other)

    assert scale * thermal.overlay_scale(second, other, first, rise) == pytest.approx(1)
    assert thermal.bonded_scale(first, second, rise) == pytest.approx(thermal.overlay_scale(first, rise, second, rise))
    assert thermal.bonded_scale(first, first, rise) == 1
    assert thermal.operating_scale(first, rise, rise) == 1
    assert thermal.overlay_scale(first, 0, second, 0) == 1


@given(first=EXPANSIONS, second=EXPANSIONS, rise=st.floats(0.0, 300.0), distance=LENGTHS)
def test_a_scale_undoes_the_run_out(first, second, rise, distance):
    scaled = distance * thermal.bonded_scale(first, second, rise)
    apart = scaled * (1 + second * 1e-6 * rise) - distance * (1 + first * 1e-6 * rise)

    assert apart == pytest.approx(0, abs=1e-9 * distance)


def test_overlay_budgets_add_random_terms_by_squares():
    assert thermal.overlay_error([3, 4]) == 5
    assert thermal.overlay_error([3, 4], systematic=2) == 7
    assert thermal.overlay_error([]) == 0


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        pytest.param(lambda: thermal.run_out(1, 1, -1), "distance must be at least 0 um, got -1 um", id="distance"),
        pytest.param(
            lambda: thermal.allowed_rise(1, 0, 1), "mismatch must be above 0 ppm/C, got 0 ppm/C", id="no mismatch"
        ),
        pytest.param(lambda: thermal.bonded_scale(300, 17, -1e4), "growth must be above 0, got -2", id="beyond sense"),
        pytest.param(
            lambda: thermal.overlay_error([1, -2]), "random errors must be at least 0 um, got -2 um", id="error"
        ),
    ],
)
def test_what_is_out_of_range_is_refused(call, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        call()
