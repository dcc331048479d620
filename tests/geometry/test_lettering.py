"""Lettering: every character is valid, distinct and no finer than promised, and lines measure what they say."""

import itertools
import string

import klayout.db
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from maskgen.geometry import lettering, regions

EXTRA = "µ°±×"
INKED = string.printable[:94] + EXTRA
HEIGHT = 1400.0
STROKES = [1 / 10, 1 / 9, 0.123456, 1 / 8, 1 / 7]


def klayout_region(shape):
    """Return a shape in whole nm as KLayout sees it."""
    found = klayout.db.Region()
    for part in shapely.get_parts(shape):
        hull, *holes = (
            [
                klayout.db.Point(*point)
                for point in np.round(shapely.get_coordinates(ring)[:-1] * 1000).astype(int).tolist()
            ]
            for ring in (part.exterior, *part.interiors)
        )
        polygon = klayout.db.Polygon(hull)
        for hole in holes:
            polygon.insert_hole(hole)
        found.insert(polygon)
    return found


def narrow(shape, line, gap, *, angle=90):
    """Return the places that are narrower than a line or a gap [µm]; corners from an angle on [deg] are none."""
    region = klayout_region(shape)
    metric = klayout.db.Region.Euclidian
    found = [region.width_check(round(line * 1000), False, metric, angle)]
    found.append(region.space_check(round(gap * 1000), False, metric, angle))
    return [str(pair) for pairs in found for pair in pairs.each()]


def rings(shape):
    return [shapely.get_coordinates(ring) for part in shape.geoms for ring in (part.exterior, *part.interiors)]


def turns(ring):
    """Return the sine and cosine of the turn at each corner of a ring."""
    edges = np.diff(ring, axis=0)
    edges /= np.hypot(edges[:, 0], edges[:, 1])[:, None]
    after = np.roll(edges, -1, axis=0)
    return edges[:, 0] * after[:, 1] - edges[:, 1] * after[:, 0], (edges * after).sum(axis=1)


@pytest.mark.parametrize("character", INKED)
def test_every_printable_character_is_drawn(character):
    shape = lettering.text(character, HEIGHT)

    assert shape.is_valid
    assert shape.area > 0
    assert all(part.exterior.is_ccw for part in shape.geoms)


@pytest.mark.parametrize("character", INKED)
def test_no_line_and_no_gap_is_finer_than_a_tenth_of_the_height(character):
    assert narrow(lettering.text(character, HEIGHT), HEIGHT / 10, HEIGHT / 10) == []


@pytest.mark.parametrize("character", INKED)
@pytest.mark.parametrize("part", [STROKES[0], STROKES[-1]])
def test_round_pens_of_the_finest_features_reach_all_but_the_corners(character, part):
    shape = lettering.text(character, HEIGHT, stroke=part * HEIGHT)
    line, gap = 0.97 * part * HEIGHT / 2, 0.97 * HEIGHT / 20

    # What a round pen leaves of a right angle holds a circle of 0.17 of its radius.
    assert regions.is_same(shape, regions.grow(regions.shrink(shape, line), line), tolerance=0.2 * line)
    assert regions.is_same(shape, regions.shrink(regions.grow(shape, gap), gap), tolerance=0.2 * gap)


@pytest.mark.parametrize("part", STROKES)
def test_thin_strokes_keep_their_gaps_and_three_quarters_of_their_width(part):
    shape = lettering.text(INKED, HEIGHT, stroke=part * HEIGHT)

    # Where a stroke is off the lattice, rounding to nm may leave a right angle a little acute.
    assert narrow(shape, 0.75 * part * HEIGHT, HEIGHT / 10 - 0.01, angle=89.5) == []


@pytest.mark.parametrize("part", STROKES)
def test_no_corner_is_acute_and_no_gap_begins_acute(part):
    for ring in rings(lettering.text(INKED, HEIGHT, stroke=part * HEIGHT)):
        sine, cosine = turns(ring)

        assert cosine.min() > -1e-3
        assert np.abs(sine).min() > 1e-3


def test_no_edge_is_shorter_than_a_step_of_the_lattice():
    for ring in rings(lettering.text(INKED, HEIGHT)):
        assert np.hypot(*np.diff(ring, axis=0).T).min() > HEIGHT / lettering.LATTICE


def test_edges_along_an_axis_or_at_45_deg_lie_on_the_lattice():
    step = HEIGHT / lettering.LATTICE
    for character in set(INKED) - set("VZvz4*~"):
        found = shapely.get_coordinates(lettering.text(character, HEIGHT)) / step

        assert found == pytest.approx(np.round(found), abs=1e-9), character


def test_no_two_characters_look_alike():
    inked = {character: lettering.text(character, 100.0) for character in INKED}
    for one, other in itertools.combinations(INKED, 2):
        difference = inked[one].symmetric_difference(inked[other]).area

        assert difference > 0.1 * min(inked[one].area, inked[other].area), (one, other)


@pytest.mark.parametrize(
    ("pair", "difference"),
    [
        pytest.param("0O", 0.04, id="0 O"),
        pytest.param("1I", 0.2, id="1 I"),
        pytest.param("1l", 0.2, id="1 l"),
        pytest.param("Il", 0.2, id="I l"),
        pytest.param("5S", 0.04, id="5 S"),
        pytest.param("8B", 0.04, id="8 B"),
        pytest.param("2Z", 0.1, id="2 Z"),
        pytest.param("UV", 0.1, id="U V"),
    ],
)
def test_look_alikes_stay_apart(pair, difference):
    one, other = (lettering.text(character, 1.0) for character in pair)

    assert one.symmetric_difference(other).area > difference * 0.5


@pytest.mark.parametrize(
    ("character", "mirror", "other"),
    [
        *((c, (-1, 1), c) for c in "AHIMOTUVWXYovwx8-=+!|\"^*'"),
        ("(", (-1, 1), ")"),
        ("[", (-1, 1), "]"),
        ("{", (-1, 1), "}"),
        ("<", (-1, 1), ">"),
        ("/", (-1, 1), "\\"),
        ("b", (-1, 1), "d"),
        ("p", (-1, 1), "q"),
        *((c, (-1, -1), c) for c in "NZSzs%"),
        ("6", (-1, -1), "9"),
        ("M", (1, -1), "W"),
    ],
)
def test_symmetry(character, mirror, other):
    def centred(shape):
        left, bottom, right, top = shape.bounds
        return regions.move(shape, -(left + right) / 2, -(bottom + top) / 2)

    image = shapely.transform(centred(lettering.text(character, 140.0)), lambda points: points * mirror)

    assert regions.is_same(image, centred(lettering.text(other, 140.0)), tolerance=0.01)


@pytest.mark.parametrize("character", string.ascii_uppercase.replace("Q", "") + string.digits)
def test_capitals_and_digits_fill_the_height(character):
    _, bottom, _, top = lettering.text(character, HEIGHT).bounds

    assert (bottom, top) == pytest.approx((0.0, HEIGHT))


@pytest.mark.parametrize("part", [STROKES[0], STROKES[-1]])
@pytest.mark.parametrize("character", INKED)
def test_ink_stays_between_descent_and_height_and_fills_the_width(character, part):
    stroke = part * HEIGHT
    left, bottom, right, top = lettering.text(character, HEIGHT, stroke=stroke).bounds

    assert (left, right) == pytest.approx((0.0, lettering.width(character, HEIGHT, stroke=stroke)))
    assert bottom >= -lettering.DESCENT * HEIGHT - 1e-6
    assert top <= HEIGHT + 1e-6


@settings(deadline=None)
@given(st.text(alphabet=INKED + " ", max_size=8), st.floats(1.0, 1e4), st.sampled_from([None, *STROKES]))
def test_lines_are_as_long_as_they_say_and_letters_do_not_touch(line, height, part):
    stroke = None if part is None else part * height
    shape = lettering.text(line, height, stroke=stroke)

    assert shape.is_valid
    if line.strip() == line and line:
        assert shape.bounds[2] == pytest.approx(lettering.width(line, height, stroke=stroke))
    assert shape.is_empty == (not line.strip())


def test_a_word_is_its_letters_side_by_side_one_stroke_and_a_half_apart():
    word, one, other = (lettering.text(letters, 140.0) for letters in ("HE", "H", "E"))

    assert regions.is_same(word, regions.merge([one, regions.move(other, 130.0, 0.0)]), tolerance=1e-6)
    assert one.bounds[2] == 100.0


@pytest.mark.parametrize(
    ("line", "wide"),
    [
        pytest.param("", 0.0, id="nothing"),
        pytest.param(" ", 50.0, id="blank"),
        pytest.param("HH", 230.0, id="two letters"),
        pytest.param("H H", 280.0, id="blank between"),
        pytest.param(" H", 150.0, id="blank before"),
        pytest.param("H ", 180.0, id="blank after"),
    ],
)
def test_width(line, wide):
    assert lettering.width(line, 140.0) == pytest.approx(wide)


@settings(deadline=None)
@given(st.floats(1.0, 10.0))
def test_letters_scale_with_their_height(factor):
    one, other = lettering.text("Rq7", 140.0), lettering.text("Rq7", 140.0 * factor)

    assert shapely.get_coordinates(other) == pytest.approx(shapely.get_coordinates(one) * factor)


def test_both_letters_for_micro_are_one():
    assert lettering.text("\u00b5", 100.0).equals(lettering.text("\u03bc", 100.0))


@pytest.mark.parametrize("grid", [0.001, 0.005, 0.1])
def test_a_height_on_the_grid_keeps_all_slants(grid):
    height = lettering.height_on_grid(1234.5, grid)
    shape = regions.snap(lettering.text("QFN-64 MASK_38", height), grid)

    assert abs(height - 1234.5) <= lettering.LATTICE / 2 * grid
    assert narrow(shape, height / 10, height / 10) == []
    for ring in rings(shape):
        run = np.abs(np.diff(ring, axis=0))
        slanted = run[(run > grid / 2).all(axis=1)]
        even = np.isclose(slanted[:, 0], slanted[:, 1], rtol=0, atol=1e-6)

        # The open 4 alone has steeper sides.
        assert even.all() or not even.any() or set(np.round(slanted[~even, 1] / slanted[~even, 0], 1)) == {2.7}


@pytest.mark.parametrize(
    ("line", "height", "stroke", "sentence"),
    [
        pytest.param("Ω", 100.0, None, "no letter is drawn for 'Ω'", id="unknown"),
        pytest.param("two\nlines", 100.0, None, "no letter is drawn for '\\n'", id="line break"),
        pytest.param("A", 0.0, None, "the height of a text must be above 0 um, got 0 um", id="no height"),
        pytest.param("A", 140.0, 13.0, "a text 140 um high needs strokes of 14 to 20 um, got 13 um", id="too thin"),
        pytest.param("A", 140.0, 21.0, "a text 140 um high needs strokes of 14 to 20 um, got 21 um", id="too thick"),
    ],
)
@pytest.mark.parametrize("function", [lettering.text, lettering.width])
def test_what_is_refused(function, line, height, stroke, sentence):
    with pytest.raises(ValueError, match=r".") as caught:
        function(line, height, stroke=stroke)

    assert str(caught.value) == sentence
