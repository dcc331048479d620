"""Bond wires: the worked examples of `process.md` 8, segments against the geometry kernel, laws of wires."""

import re

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from maskgen.physics import wires

MIL = 25.4
"""µm in a mil."""

LENGTHS = st.floats(1.0, 1e4)
SEGMENTS = arrays.arrays(float, (5, 2, 2), elements=st.integers(-20, 20).map(float))
FAN = wires.fan(40, 60, 150, run=2000)

EXAMPLES = [
    *(
        pytest.param(lambda angle=angle: wires.effective_pitch(60, angle), text, id=f"T8.1 pitch at {angle} deg")
        for angle, text in ((0, "60"), (30, "51.962"), (45, "42.426"), (60, "30"))
    ),
    *(
        pytest.param(lambda angle=angle: wires.gap(60, angle, diameter=25), text, id=f"T8.1 gap at {angle} deg")
        for angle, text in ((0, "35"), (30, "26.962"), (45, "17.426"), (60, "5"))
    ),
    pytest.param(lambda: wires.max_angle(60, diameter=25, gap=25), "33.557", id="T8.2"),
    pytest.param(lambda: wires.distances([(0, 0), (1000, 0)], [(0, 60), (1000, 120)]), "60", id="T8.3 distance"),
    pytest.param(lambda: FAN.offset, "1755", id="T8.4 offset"),
    pytest.param(lambda: FAN.angle, "41.267", id="T8.4 angle"),
    pytest.param(lambda: FAN.length, "2660.83", id="T8.4 length"),
    pytest.param(lambda: wires.loop_length(2000, 150, drop=300, flat=250), "2206.931", id="T8.5"),
    pytest.param(lambda: wires.loop_length(2000, 150, drop=300), "2206.931", id="T8.5 default level part"),
    pytest.param(lambda: wires.capillary_clearance(14 * MIL) / MIL, "0.2", id="T8.6"),
    pytest.param(lambda: wires.capillary_clearance(11 * MIL) / MIL, "0.5", id="T8.6 at 11 mil"),
]


@pytest.mark.parametrize(("compute", "text"), EXAMPLES)
def test_worked_examples(compute, text, printed):
    assert printed(compute(), text) == text


def test_t8_3_diagonals_of_a_square_cross_in_its_middle():
    """T8.3: (0,0)-(10,10) and (0,10)-(10,0) cross at (5,5)."""
    first, second = [(0, 0), (10, 10)], [(0, 10), (10, 0)]

    assert wires.crosses(first, second)
    assert wires.crossing_points(first, second).tolist() == [5, 5]
    assert wires.distances(first, second) == 0
    assert wires.clearances(first, second, diameter=25) == -25


def test_t8_4_the_outermost_wire_is_longer_than_100_diameters():
    """T8.4: 2660.83 um against 2500 um."""
    assert wires.is_too_long(FAN.length, 25)
    assert not wires.is_too_long(2500, 25)


@pytest.mark.parametrize(
    ("second", "crosses", "distance"),
    [
        pytest.param([(5, -5), (5, 5)], True, 0, id="cross"),
        pytest.param([(5, 0), (5, 5)], False, 0, id="end on the other"),
        pytest.param([(10, 0), (20, 5)], False, 0, id="common end"),
        pytest.param([(5, 0), (15, 0)], False, 0, id="along each other"),
        pytest.param([(12, 0), (20, 0)], False, 2, id="one behind the other"),
        pytest.param([(0, 3), (10, 3)], False, 3, id="parallel"),
        pytest.param([(13, 4), (20, 9)], False, 5, id="end to end"),
        pytest.param([(4, 7), (4, 7)], False, 7, id="point"),
        pytest.param([(4, 0), (4, 0)], False, 0, id="point on the other"),
        pytest.param([(0, 0), (10, 0)], False, 0, id="equal"),
    ],
)
def test_pairs_of_segments(second, crosses, distance):
    first = [(0, 0), (10, 0)]

    for one, other in ((first, second), (second, first), (first[::-1], second)):
        assert wires.crosses(one, other) == crosses
        assert wires.distances(one, other) == distance
        assert np.isfinite(wires.crossing_points(one, other)).all() == crosses


@given(first=SEGMENTS, second=SEGMENTS)
def test_all_pairs_agree_with_the_geometry_kernel(first, second):
    lines, others = shapely.linestrings(first)[:, None], shapely.linestrings(second)[None, :]
    pairs = first[:, None], second[None, :]

    assert wires.distances(*pairs) == pytest.approx(shapely.distance(lines, others), abs=1e-9)
    assert (wires.crosses(*pairs) == (shapely.crosses(lines, others) & ~_touch_an_end(*pairs))).all()
    points = wires.crossing_points(*pairs)
    crossed = wires.crosses(*pairs)
    spots = shapely.points(points[crossed])
    assert (shapely.distance(spots, np.broadcast_to(lines, crossed.shape)[crossed]) < 1e-9).all()
    assert (shapely.distance(spots, np.broadcast_to(others, crossed.shape)[crossed]) < 1e-9).all()


def _touch_an_end(first, second):
    """Tell which pairs have an end of one on the other: the kernel has crossings there that are none for wires."""
    lines, others = shapely.linestrings(first), shapely.linestrings(second)
    ends = [shapely.distance(shapely.points(first[..., end, :]), others) < 1e-9 for end in (0, 1)]
    ends += [shapely.distance(shapely.points(second[..., end, :]), lines) < 1e-9 for end in (0, 1)]
    return np.logical_or.reduce(ends)


@given(first=SEGMENTS, second=SEGMENTS, scale=st.floats(0.1, 100.0))
def test_distances_scale_and_do_not_depend_on_order(first, second, scale):
    found = wires.distances(first, second)

    assert found.shape == (5,)
    assert wires.distances(scale * first, scale * second) == pytest.approx(scale * found, abs=1e-9 * scale)
    assert wires.distances(second, first[:, ::-1]) == pytest.approx(found, abs=1e-9)
    assert wires.clearances(first, second, diameter=25) == pytest.approx(found - 25)


@given(pitch=LENGTHS, angle=st.floats(0.0, 89.0), diameter=LENGTHS)
def test_steeper_wires_come_closer_up_to_the_limit(pitch, angle, diameter):
    pitch += diameter
    gap = float(wires.gap(pitch, angle, diameter=diameter))

    assert wires.gap(pitch, angle + 1, diameter=diameter) < gap
    if gap > 0:
        assert wires.max_angle(pitch, diameter=diameter, gap=gap) == pytest.approx(angle, abs=1e-4)


@given(count=st.integers(1, 500), die=LENGTHS, finger=LENGTHS, run=LENGTHS, scale=st.floats(0.01, 100.0))
def test_fans_scale_and_single_wires_run_straight(count, die, finger, run, scale):
    fan = wires.fan(count, die, finger, run=run)
    larger = wires.fan(count, scale * die, scale * finger, run=scale * run)

    assert (larger.offset, larger.length) == pytest.approx((scale * fan.offset, scale * fan.length), abs=1e-6)
    assert larger.angle == pytest.approx(fan.angle, abs=1e-6)
    assert wires.fan(1, die, finger, run=run) == wires.Fan(0, 0, run)


@given(plan=LENGTHS, height=LENGTHS, drop=LENGTHS, more=LENGTHS)
def test_loops_are_longer_than_their_plan_and_grow_with_height_and_drop(plan, height, drop, more):
    length = wires.loop_length(plan, height, drop=drop)

    assert length > plan
    assert wires.loop_length(plan, height + more, drop=drop) > length
    assert wires.loop_length(plan, height, drop=drop + more) > length
    assert wires.loop_length(2 * plan, 2 * height, drop=2 * drop) == pytest.approx(2 * length)
    assert wires.loop_length(plan, 0) == pytest.approx(plan)


def test_capillaries_clear_low_loops_and_touch_high_ones():
    assert wires.capillary_clearance(0) == wires.capillary_clearance(11 * MIL)
    assert wires.capillary_clearance(17 * MIL) < 0


def test_crossing_wires_need_two_diameters_of_height():
    assert wires.clears_above(50, 25)
    assert wires.clears_above(-50, 25)
    assert not wires.clears_above(49, 25)


def test_empty_arrays_of_segments_have_no_pairs():
    none = np.empty((0, 2, 2))

    assert wires.distances(none[:, None], none[None, :]).shape == (0, 0)
    assert wires.crossing_points(none, none).shape == (0, 2)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        pytest.param(
            lambda: wires.effective_pitch(60, [10, 91]), "angle must be from 0 deg to 90 deg, got 91 deg", id="angle"
        ),
        pytest.param(
            lambda: wires.max_angle(45, diameter=25, gap=25),
            "wires of 25 um at a pitch of 45 um keep no gap of 25 um at any angle",
            id="pitch",
        ),
        pytest.param(
            lambda: wires.distances(np.zeros((3, 2)), np.zeros((2, 2))),
            "segments must have the shape (..., 2, 2), got (3, 2)",
            id="shape",
        ),
        pytest.param(
            lambda: wires.crosses([(0, 0), (np.nan, 1)], np.zeros((2, 2))),
            "coordinates must be finite, got nan um",
            id="nan",
        ),
        pytest.param(
            lambda: wires.loop_length(1000, 150, flat=1001), "flat must be from 0 um to 1000 um, got 1001 um", id="flat"
        ),
        pytest.param(
            lambda: wires.loop_length(1000, 150, drop=-151), "drop must be at least -150 um, got -151 um", id="drop"
        ),
    ],
)
def test_what_is_out_of_range_is_refused(call, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        call()
