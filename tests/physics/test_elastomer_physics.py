"""Elastomer pads: the worked examples of `process.md` 7.1, and laws of compression."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskgen.physics import elastomer

LENGTHS = st.floats(1.0, 1e4)
MODULI = st.floats(0.1, 100.0)
STRAINS = st.floats(0.0, 0.9)
DISC = math.pi / 4 * 508**2
"""Area of a pad of 20 mil [µm²]."""

SMALL = elastomer.apparent_modulus(2, elastomer.rectangle_factor(300, 300, 150))
LOADED = elastomer.stress(0.01, 300 * 300)
FLAT = elastomer.rectangle_factor(1000, 1000, 125)


def seed_pad(height):
    """Return shape factor, stiffening, compression, stress and force of the seeds' pad, pressed by 2 mil."""
    factor = elastomer.disc_factor(508, height)
    modulus = elastomer.apparent_modulus(2, factor)
    strain = 50.8 / height
    stress = elastomer.stress_at(strain, modulus)
    return factor, modulus / 2, strain, stress, elastomer.force(stress, DISC)


LOW, HIGH = seed_pad(101.6), seed_pad(254.0)

EXAMPLES = [
    pytest.param(lambda: elastomer.rectangle_factor(300, 300, 150), "0.5", id="T7.1 shape factor"),
    pytest.param(lambda: SMALL, "3.0", id="T7.1 modulus"),
    pytest.param(lambda: LOADED, "0.11111", id="T7.1 stress"),
    pytest.param(lambda: 100 * elastomer.linear_strain(LOADED, SMALL), "3.7037", id="T7.1 strain"),
    pytest.param(lambda: 150 * elastomer.linear_strain(LOADED, SMALL), "5.556", id="T7.1 deflection"),
    pytest.param(lambda: 100 * elastomer.large_strain(LOADED, SMALL), "3.570", id="T7.1 large-strain form"),
    pytest.param(lambda: FLAT, "2", id="T7.2 shape factor"),
    pytest.param(lambda: elastomer.apparent_modulus(2, FLAT) / 2, "9", id="T7.2 stiffening"),
    pytest.param(lambda: elastomer.apparent_modulus(2, FLAT, bulk=1000) / 2, "8.8409", id="T7.2 with bulk modulus"),
    pytest.param(lambda: LOW[0], "1.25", id="T7.3 4 mil shape factor"),
    pytest.param(lambda: LOW[1], "4.125", id="T7.3 4 mil stiffening"),
    pytest.param(lambda: 100 * LOW[2], "50", id="T7.3 4 mil strain"),
    pytest.param(lambda: LOW[3], "9.625", id="T7.3 4 mil stress"),
    pytest.param(lambda: LOW[4], "1.951", id="T7.3 4 mil force"),
    pytest.param(lambda: 100 * LOW[4], "195", id="T7.3 4 mil 100 pads"),
    pytest.param(lambda: elastomer.bulged_width(508, LOW[2]), "718.4", id="T7.3 4 mil diameter"),
    pytest.param(lambda: HIGH[0], "0.5", id="T7.3 10 mil shape factor"),
    pytest.param(lambda: 100 * HIGH[2], "20", id="T7.3 10 mil strain"),
    pytest.param(lambda: HIGH[3], "0.7625", id="T7.3 10 mil stress"),
    pytest.param(lambda: HIGH[4], "0.1545", id="T7.3 10 mil force"),
    pytest.param(lambda: elastomer.bulged_width(508, HIGH[2]), "568.0", id="T7.3 10 mil diameter"),
    pytest.param(lambda: elastomer.bulged_area(1, 0.2), "1.25", id="T7.4 area"),
    pytest.param(lambda: elastomer.bulged_width(300, 0.2), "335.41", id="T7.4 side"),
]


@pytest.mark.parametrize(("compute", "text"), EXAMPLES)
def test_worked_examples(compute, text, printed):
    assert printed(compute(), text) == text


@given(length=LENGTHS, width=LENGTHS, thickness=LENGTHS, scale=st.floats(0.01, 100.0))
def test_shape_factors_have_no_scale_and_squares_are_as_stiff_as_discs(length, width, thickness, scale):
    factor = elastomer.rectangle_factor(length, width, thickness)

    assert elastomer.rectangle_factor(scale * length, scale * width, scale * thickness) == pytest.approx(factor)
    assert elastomer.rectangle_factor(width, width, thickness) == pytest.approx(elastomer.disc_factor(width, thickness))
    assert factor <= elastomer.rectangle_factor(max(length, width), max(length, width), thickness) * (1 + 1e-12)


@given(modulus=MODULI, factor=st.floats(0.0, 10.0), more=st.floats(0.1, 5.0), bulk=st.floats(500.0, 3000.0))
def test_flat_pads_are_stiffer_and_never_stiffer_than_their_bulk(modulus, factor, more, bulk):
    soft, firm = (elastomer.apparent_modulus(modulus, at, bulk=bulk) for at in (factor, factor + more))

    assert soft < firm < bulk
    assert firm < elastomer.apparent_modulus(modulus, factor + more)
    assert elastomer.apparent_modulus(modulus, 0) == pytest.approx(modulus)


@given(strain=STRAINS, modulus=MODULI)
def test_large_strain_is_the_inverse_of_its_stress(strain, modulus):
    stress = elastomer.stress_at(strain, modulus)

    assert elastomer.large_strain(stress, modulus) == pytest.approx(strain, abs=1e-12)


@given(stress=st.floats(0.0, 10.0), modulus=MODULI)
def test_the_large_strain_form_is_stiffer_and_starts_as_the_linear_law(stress, modulus):
    assert elastomer.large_strain(stress, modulus) <= elastomer.linear_strain(stress, modulus) + 1e-12
    assert elastomer.stress_at(1e-6, modulus) == pytest.approx(1e-6 * modulus, rel=1e-5)
    assert elastomer.stress_at(0, modulus) == 0


@given(force=st.floats(0.0, 100.0), area=st.floats(1.0, 1e8), scale=st.floats(0.01, 100.0))
def test_stress_and_force_are_inverse_and_scale_with_area(force, area, scale):
    stress = elastomer.stress(force, area)

    assert elastomer.force(stress, area) == pytest.approx(force)
    assert elastomer.stress(force, scale * area) == pytest.approx(stress / scale)


@given(area=st.floats(1.0, 1e8), strain=STRAINS)
def test_bulging_keeps_the_volume(area, strain):
    assert elastomer.bulged_area(area, strain) * (1 - strain) == pytest.approx(area)
    assert elastomer.bulged_width(math.sqrt(area), strain) ** 2 == pytest.approx(elastomer.bulged_area(area, strain))


@pytest.mark.parametrize(
    ("strain", "is_linear", "is_in_range"),
    [
        pytest.param(0.0, True, True, id="none"),
        pytest.param(0.1, True, True, id="limit of the linear law"),
        pytest.param(0.11, False, True, id="above it"),
        pytest.param(0.5, False, True, id="limit of any"),
        pytest.param(0.51, False, False, id="above all"),
    ],
)
def test_ranges(strain, is_linear, is_in_range):
    assert elastomer.is_linear(strain) is is_linear
    assert elastomer.is_in_range(strain) is is_in_range


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        pytest.param(lambda: elastomer.stress_at(1, 2), "strain must be below 1, got 1", id="flat"),
        pytest.param(lambda: elastomer.stress_at(-0.1, 2), "strain must be from 0 to 1, got -0.1", id="pulled"),
        pytest.param(
            lambda: elastomer.apparent_modulus(0, 1), "modulus must be above 0 MPa, got 0 MPa", id="no modulus"
        ),
        pytest.param(
            lambda: elastomer.apparent_modulus(1, 1, bulk=0), "bulk modulus must be above 0 MPa, got 0 MPa", id="bulk"
        ),
        pytest.param(lambda: elastomer.disc_factor(1, 0), "thickness must be above 0 um, got 0 um", id="no thickness"),
    ],
)
def test_what_is_out_of_range_is_refused(call, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        call()
