"""Electroplating: the table and the worked examples of `process.md` 4.1 and 4.2, and laws of rates and caps."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskgen.physics import plating

COPPER, NICKEL, GOLD = plating.METALS["Cu(II)"], plating.METALS["Ni(II)"], plating.METALS["Au(I)"]
PALLADIUM = plating.METALS["Pd(II)"]
LENGTHS = st.floats(0.01, 1e3)
SCALES = st.floats(0.01, 100.0)
METALS = st.sampled_from(sorted(plating.METALS)).map(plating.METALS.get)
DISC = (math.pi * 30**2, 2 * math.pi * 30)
PADS = 5000 * 100 * 100

EXAMPLES = [
    pytest.param(lambda: plating.plating_time(COPPER, 20, 2), "45.348", id="T4.1"),
    pytest.param(lambda: plating.plating_time(COPPER, 20, 2, efficiency=0.98), "46.274", id="T4.1 98 %"),
    pytest.param(lambda: plating.mass(NICKEL, 3600, efficiency=0.95), "1.04", id="T4.2 mass, published"),
    pytest.param(lambda: plating.mass(NICKEL, 3600, efficiency=0.95), "1.0402", id="T4.2 mass"),
    pytest.param(lambda: plating.plated_thickness(NICKEL, 30, 2, efficiency=0.95), "11.7", id="T4.2 published"),
    pytest.param(lambda: plating.plated_thickness(NICKEL, 30, 2, efficiency=0.95), "11.677", id="T4.2 thickness"),
    pytest.param(lambda: plating.current(1e10, 2) * 30 * 60, "3600", id="T4.2 charge"),
    pytest.param(lambda: plating.plating_time(NICKEL, 5, 2, efficiency=0.95), "12.845", id="T4.3 Ni"),
    pytest.param(lambda: plating.plating_time(PALLADIUM, 0.1, 0.5, efficiency=0.9), "0.8073", id="T4.3 Pd"),
    pytest.param(lambda: plating.plating_time(GOLD, 0.5, 0.3, efficiency=0.95), "2.764", id="T4.3 Au"),
    pytest.param(lambda: PADS / plating.SQUARE_DECIMETRE, "0.005", id="T4.4 area"),
    pytest.param(lambda: plating.current(PADS, 2), "0.010", id="T4.4 current"),
    pytest.param(lambda: 20 * PADS * 1e-9, "1.000", id="T4.4 volume"),
    pytest.param(lambda: plating.charge(COPPER, 20 * PADS), "27.209", id="T4.4 charge"),
    pytest.param(lambda: 60 + 2 * plating.overgrowth(10), "80", id="T4.5 width"),
    pytest.param(lambda: plating.cap_section(60, 10, overgrowth=10), "757.080", id="T4.5 area"),
    pytest.param(lambda: plating.cap_volume(*DISC, 10, overgrowth=10), "45173.14", id="T4.6 volume"),
    pytest.param(lambda: plating.cap_volume(*DISC, 10, overgrowth=10) / (DISC[0] * 10), "1.5977", id="T4.6 per prism"),
    pytest.param(lambda: plating.cap_surface(30, 10), "6416.63", id="T4.6 surface"),
    pytest.param(lambda: plating.min_opening_gap(10, clearance=5), "25", id="T4.7"),
]


@pytest.mark.parametrize(("compute", "text"), EXAMPLES)
def test_worked_examples(compute, text, printed):
    assert printed(compute(), text) == text


@pytest.mark.parametrize(
    ("name", "rate", "per_ampere_hour", "per_volume"),
    [
        pytest.param("Cu(II)", "0.22052", "1.1855", "27.209", id="Cu(II)"),
        pytest.param("Ni(II)", "0.20486", "1.0950", "29.288", id="Ni(II)"),
        pytest.param("Au(I)", "0.63464", "7.3491", "9.454", id="Au(I)"),
        pytest.param("Au(III)", "0.21155", "2.4497", "28.363", id="Au(III)"),
        pytest.param("Pd(II)", "0.27528", "1.9853", "21.796", id="Pd(II)"),
        pytest.param("Ag(I)", "0.63945", "4.0247", "9.383", id="Ag(I)"),
        pytest.param("Sn(II)", "0.50652", "2.2146", "11.845", id="Sn(II)"),
    ],
)
def test_the_table_of_metals(name, rate, per_ampere_hour, per_volume, printed):
    metal = plating.METALS[name]

    assert printed(metal.rate_constant, rate) == rate
    assert printed(metal.grams_per_coulomb * 3600, per_ampere_hour) == per_ampere_hour
    assert printed(metal.coulombs_per_volume, per_volume) == per_volume


def test_every_metal_of_the_table_is_tested():
    assert len(plating.METALS) == 7


def test_amperes_per_square_foot(printed):
    assert printed(1 / 9.290304, "0.10764") == str(plating.AMPERE_PER_SQUARE_FOOT)


@given(metal=METALS, thickness=LENGTHS, density=st.floats(0.01, 10), efficiency=st.floats(0.1, 1.0), area=LENGTHS)
def test_time_thickness_charge_and_mass_agree(metal, thickness, density, efficiency, area):
    time = plating.plating_time(metal, thickness, density, efficiency=efficiency)
    charge = plating.charge(metal, thickness * area, efficiency=efficiency)

    assert plating.plated_thickness(metal, time, density, efficiency=efficiency) == pytest.approx(thickness)
    assert plating.current(area, density) * time * 60 == pytest.approx(charge)
    assert plating.mass(metal, charge, efficiency=efficiency) == pytest.approx(metal.density * thickness * area * 1e-12)


@given(metal=METALS, density=st.floats(0.01, 10), scale=SCALES, efficiency=st.floats(0.1, 0.9))
def test_rates_go_with_current_density_and_efficiency(metal, density, scale, efficiency):
    rate = plating.rate(metal, density)

    assert plating.rate(metal, scale * density) == pytest.approx(scale * rate)
    assert plating.rate(metal, density, efficiency=efficiency) == pytest.approx(efficiency * rate)


def test_cyanide_gold_plates_three_times_faster_than_trivalent():
    assert plating.rate(GOLD, 0.3) == pytest.approx(3 * plating.rate(plating.METALS["Au(III)"], 0.3))


@given(radius=LENGTHS, height=LENGTHS)
def test_the_surface_of_a_cap_is_how_fast_its_volume_grows(radius, height):
    """T4.6: dV/do = surface."""
    step = 1e-4 * height
    volumes = [
        plating.cap_volume(math.pi * radius**2, 2 * math.pi * radius, at, overgrowth=at)
        for at in (height - step, height + step)
    ]

    assert (volumes[1] - volumes[0]) / (2 * step) == pytest.approx(plating.cap_surface(radius, height), rel=1e-6)


@given(width=LENGTHS, height=LENGTHS, ratio=st.floats(0.0, 2.0), scale=SCALES)
def test_caps_scale_as_areas_and_volumes(width, height, ratio, scale):
    grown = plating.overgrowth(height, ratio=ratio)
    section = plating.cap_section(width, height, overgrowth=grown)
    volume = plating.cap_volume(width**2, 4 * width, height, overgrowth=grown)

    assert plating.cap_section(scale * width, scale * height, overgrowth=scale * grown) == pytest.approx(
        scale**2 * section
    )
    assert plating.cap_volume(
        (scale * width) ** 2, 4 * scale * width, scale * height, overgrowth=scale * grown
    ) == pytest.approx(scale**3 * volume)
    assert section >= width * height


@pytest.mark.parametrize(
    ("thickness", "mask", "expected"),
    [
        pytest.param(30, 20, 10, id="proud"),
        pytest.param(20, 20, 0, id="level"),
        pytest.param(10, 20, 0, id="below the top of the mask"),
        pytest.param(10, 0, 10, id="flush mask: the whole thickness"),
    ],
)
def test_metal_mushrooms_by_what_stands_above_the_mask(thickness, mask, expected):
    assert plating.cap_height(thickness, mask) == expected
    assert plating.overgrowth(plating.cap_height(thickness, mask), ratio=0.5) == expected / 2


def test_without_height_there_is_no_cap():
    assert plating.cap_section(60, 0, overgrowth=0) == 0
    assert plating.cap_volume(*DISC, 0, overgrowth=0) == 0
    assert plating.cap_surface(30, 0) == pytest.approx(DISC[0])
    assert plating.plating_time(COPPER, 0, 2) == 0


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        pytest.param(
            lambda: plating.rate(COPPER, 0), "current density must be above 0 A/dm2, got 0 A/dm2", id="no current"
        ),
        pytest.param(
            lambda: plating.rate(COPPER, 1, efficiency=0), "efficiency must be above 0, got 0", id="nothing deposits"
        ),
        pytest.param(
            lambda: plating.rate(COPPER, 1, efficiency=95), "efficiency must be from 0 to 1, got 95", id="per cent"
        ),
        pytest.param(
            lambda: plating.plating_time(COPPER, -1, 1), "thickness must be at least 0 um, got -1 um", id="thickness"
        ),
        pytest.param(
            lambda: plating.cap_height(1, -1), "mask height must be at least 0 um, got -1 um", id="mask below the base"
        ),
    ],
)
def test_what_is_out_of_range_is_refused(call, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        call()
