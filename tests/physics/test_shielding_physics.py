"""Shielding: the worked examples of `process.md` 5, and laws of openings."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, Point, box

from maskgen.geometry import regions
from maskgen.physics import shielding

MM = 1e3
"""µm in a mm."""

TWO_METRES = 2e6
LENGTHS = st.floats(1.0, 1e6)
AT_10_GHZ = shielding.wavelength(10, permittivity=3.5)
AT_2_4_GHZ = shielding.wavelength(2.4, permittivity=4)

EXAMPLES = [
    pytest.param(lambda: shielding.effectiveness(2.5 * MM, TWO_METRES), "52.041", id="T5.1 one"),
    pytest.param(lambda: shielding.effectiveness(2.5 * MM, TWO_METRES), "52", id="T5.1 one, published"),
    pytest.param(lambda: shielding.effectiveness(2.5 * MM, TWO_METRES, count=20), "39.031", id="T5.1 twenty"),
    pytest.param(lambda: shielding.effectiveness(2.5 * MM, TWO_METRES, count=20), "39", id="T5.1 twenty, published"),
    pytest.param(lambda: AT_10_GHZ / MM, "16.0246", id="T5.2 wavelength"),
    pytest.param(lambda: shielding.effectiveness(0.5 * MM, AT_10_GHZ), "24.096", id="T5.2 effectiveness"),
    pytest.param(lambda: shielding.max_length(20, AT_10_GHZ) / MM, "0.8012", id="T5.2 20 dB"),
    pytest.param(lambda: shielding.max_length(40, AT_10_GHZ) / MM, "0.0801", id="T5.2 40 dB"),
    pytest.param(lambda: AT_2_4_GHZ / MM, "62.457", id="T5.3 wavelength"),
    pytest.param(lambda: AT_2_4_GHZ / 20 / MM, "3.1228", id="T5.3 a twentieth"),
    pytest.param(lambda: shielding.max_length(20, AT_2_4_GHZ) / MM, "3.1228", id="T5.3 20 dB"),
    pytest.param(lambda: shielding.depth_gain(0.2 * MM, 0.5 * MM), "10.915", id="T5.4"),
    pytest.param(lambda: shielding.depth_gain(1, 1), "27.29", id="5 deep opening"),
]


@pytest.mark.parametrize(("compute", "text"), EXAMPLES)
def test_worked_examples(compute, text, printed):
    assert printed(compute(), text) == text


@given(length=LENGTHS, ratio=st.floats(2.0, 1e6), scale=st.floats(0.01, 100.0))
def test_effectiveness_depends_on_the_ratio_of_lengths_alone(length, ratio, scale):
    found = shielding.effectiveness(length, ratio * length)

    assert shielding.effectiveness(scale * length, ratio * scale * length) == pytest.approx(found, abs=1e-9)
    assert shielding.max_length(found, ratio * length) == pytest.approx(length)


@given(length=LENGTHS, wavelength=LENGTHS, count=st.integers(1, 1000), more=st.floats(1.01, 10.0))
def test_longer_or_more_openings_never_shield_better(length, wavelength, count, more):
    found = shielding.effectiveness(length, wavelength, count=count)

    assert shielding.effectiveness(length * more, wavelength, count=count) <= found
    assert shielding.effectiveness(length, wavelength, count=count + 1) <= found
    assert found >= 0


@given(length=LENGTHS)
def test_half_a_wavelength_lets_everything_through(length):
    assert shielding.effectiveness(length, 2 * length) == 0
    assert shielding.effectiveness(length, length) == 0
    assert shielding.is_resonant(length, 2 * length)
    assert not shielding.is_below_cutoff(length, 2 * length)
    assert shielding.is_below_cutoff(length, 2.01 * length)


@given(frequency=st.floats(0.1, 100.0), permittivity=st.floats(1.0, 20.0))
def test_wavelengths_fall_with_frequency_and_permittivity(frequency, permittivity):
    free = shielding.wavelength(frequency)

    assert free * frequency == pytest.approx(299792.458)
    assert shielding.wavelength(frequency, permittivity=permittivity) == pytest.approx(free / math.sqrt(permittivity))


@pytest.mark.parametrize(
    ("opening", "expected"),
    [
        pytest.param(box(0, 0, 30, 40), 50, id="diagonal"),
        pytest.param(Point(0, 0).buffer(10, quad_segs=16), 20, id="disc"),
        pytest.param(box(0, 0, 90, 120).difference(box(10, 10, 80, 110)), 150, id="slot around a hole"),
        pytest.param(MultiPolygon([box(0, 0, 1, 1), box(29, 39, 30, 40)]), 50, id="two parts"),
        pytest.param(regions.EMPTY, 0, id="none"),
    ],
)
def test_longest_dimension(opening, expected):
    assert shielding.longest_dimension(opening) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        pytest.param(lambda: shielding.wavelength(0), "frequency must be above 0 GHz, got 0 GHz", id="frequency"),
        pytest.param(
            lambda: shielding.wavelength(1, permittivity=0.5), "permittivity must be at least 1, got 0.5", id="medium"
        ),
        pytest.param(
            lambda: shielding.effectiveness(1, 10, count=0), "count must be at least 1, got 0", id="no openings"
        ),
        pytest.param(
            lambda: shielding.max_length(-1, 10), "effectiveness must be at least 0 dB, got -1 dB", id="amplifier"
        ),
    ],
)
def test_what_is_out_of_range_is_refused(call, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        call()
