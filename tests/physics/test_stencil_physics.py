"""Stencils: the worked examples of `process.md` 7.2, its limits, and laws of apertures."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point, box

from maskgen.physics import stencil

LENGTHS = st.floats(1.0, 1e4)

EXAMPLES = [
    pytest.param(lambda: stencil.rectangle_area_ratio(300, 250, 100), "0.6818", id="T7.5 area ratio"),
    pytest.param(lambda: stencil.rectangle_area_ratio(300, 250, 100), "0.68", id="T7.5 area ratio, published"),
    pytest.param(lambda: stencil.aspect_ratio(250, 100), "2.5", id="T7.5 aspect ratio"),
    pytest.param(lambda: stencil.printed_volume(300 * 250, 100) * 1e-9, "0.0075", id="T7.5 volume"),
    pytest.param(lambda: stencil.min_diameter(100) * 1e-3, "0.264", id="T7.6 least diameter"),
    pytest.param(lambda: stencil.round_area_ratio(250, 100), "0.625", id="T7.6 round"),
]


@pytest.mark.parametrize(("compute", "text"), EXAMPLES)
def test_worked_examples(compute, text, printed):
    assert printed(compute(), text) == text


def test_t7_6_a_round_aperture_of_a_quarter_millimetre_fails():
    """T7.6: 0.25 mm round in 0.10 mm; electroformed it passes."""
    assert not stencil.is_releasing(stencil.round_area_ratio(250, 100))
    assert stencil.is_releasing(stencil.round_area_ratio(250, 100), is_smooth=True)


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [
        pytest.param(0.75, "excellent", id="excellent"),
        pytest.param(0.74, "good", id="good"),
        pytest.param(0.66, "good", id="least that releases"),
        pytest.param(0.65, "marginal", id="marginal"),
        pytest.param(0.55, "marginal", id="least marginal"),
        pytest.param(0.54, "poor", id="poor"),
    ],
)
def test_grades(ratio, expected):
    assert stencil.grade(ratio) == expected
    assert stencil.is_releasing(ratio) == (expected in ("excellent", "good"))


def test_pastes_need_five_particles():
    assert dict(stencil.PASTE_OPENINGS) == {3: 225, 4: 190, 5: 125}
    assert stencil.MIN_ASPECT_RATIO == 1.5


@given(length=LENGTHS, width=LENGTHS, thickness=LENGTHS, scale=st.floats(0.01, 100.0))
def test_ratios_have_no_scale_and_volumes_do(length, width, thickness, scale):
    ratio = stencil.rectangle_area_ratio(length, width, thickness)
    volume = stencil.printed_volume(length * width, thickness)

    assert stencil.rectangle_area_ratio(scale * length, scale * width, scale * thickness) == pytest.approx(ratio)
    assert stencil.printed_volume(scale**2 * length * width, scale * thickness) == pytest.approx(scale**3 * volume)
    assert stencil.rectangle_area_ratio(width, length, thickness) == pytest.approx(ratio)
    assert stencil.rectangle_area_ratio(length, width, 2 * thickness) == pytest.approx(ratio / 2)


@given(width=LENGTHS, thickness=LENGTHS, ratio=st.floats(0.1, 2.0))
def test_formulas_of_shapes_are_that_of_any_polygon(width, thickness, ratio):
    square, disc = box(0, 0, width, width), Point(0, 0).buffer(width / 2, quad_segs=256)

    expected = stencil.round_area_ratio(width, thickness)
    assert stencil.area_ratio(square.area, square.length, thickness) == pytest.approx(expected)
    assert stencil.area_ratio(disc.area, disc.length, thickness) == pytest.approx(expected, rel=1e-4)
    least = stencil.min_diameter(thickness, area_ratio=ratio)
    assert stencil.round_area_ratio(least, thickness) == pytest.approx(ratio)


def test_nothing_transferred_prints_nothing():
    assert stencil.printed_volume(100, 10, transfer=0) == 0
    assert stencil.printed_volume(100, 0) == 0
    assert stencil.printed_volume(100, 10, transfer=0.8) == 800


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        pytest.param(lambda: stencil.aspect_ratio(1, 0), "thickness must be above 0 um, got 0 um", id="no thickness"),
        pytest.param(
            lambda: stencil.printed_volume(1, 1, transfer=80), "transfer must be from 0 to 1, got 80", id="per cent"
        ),
        pytest.param(lambda: stencil.area_ratio(0, 1, 1), "area must be above 0 um2, got 0 um2", id="no area"),
        pytest.param(lambda: stencil.grade(-1), "area ratio must be above 0, got -1", id="ratio"),
    ],
)
def test_what_is_out_of_range_is_refused(call, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        call()
