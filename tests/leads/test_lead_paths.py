"""Paths of necks: straight, S, with round bends."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskgen.leads.paths import arc, bent, s_length, s_shape, straight

TOLERANCE = 0.05


def length(path):
    return float(np.hypot(*np.diff(path, axis=0).T).sum())


def turns(path):
    """Return the angle at each point of a path [rad]."""
    ways = np.diff(path, axis=0)
    angles = np.arctan2(ways[:, 1], ways[:, 0])
    return (np.diff(angles) + math.pi) % (2 * math.pi) - math.pi


@pytest.mark.parametrize(
    ("angle", "ratio"),
    [
        pytest.param(60, 1.0472, id="60 deg"),
        pytest.param(90, 1.1107, id="90 deg"),
        pytest.param(120, 1.2092, id="120 deg"),
        pytest.param(180, 1.570796, id="half circles, T3.4"),
    ],
)
def test_an_s_of_two_arcs_has_the_included_angle_of_its_length(angle, ratio):
    path = s_shape((0, 0), (1000, 0), length=1000 * ratio, tolerance=0.001)
    first_half = turns(path[: len(path) // 2 + 1])
    assert abs(first_half).sum() * len(path) / (len(path) - 3) == pytest.approx(math.radians(angle), rel=0.01)
    assert length(path) == pytest.approx(1000 * ratio, rel=1e-5)


def test_an_s_bows_to_both_sides_alike():
    path = s_shape((100, 50), (500, 350), length=600)
    assert np.allclose(path + path[::-1], [600, 400], atol=1e-9)
    assert path[0].tolist() == [100, 50]
    assert path[-1].tolist() == [500, 350]


def test_the_length_for_a_lift_is_that_without_kinks():
    """T3.1 and T3.5 of process.md, worked by hand there."""
    assert s_length(500, lift=250) == pytest.approx(579.560, abs=1e-3)
    assert s_length(500, lift=101.6) == pytest.approx(513.652, abs=1e-3)
    assert s_length(600, lift=250, shift=100) == pytest.approx(600)


def test_the_greatest_of_lift_slack_and_span_counts():
    """The chord over 500 and 101.6 um is 510.218 um; a tip that comes back by 100 um leaves a chord of 412.7 um."""
    assert s_length(500, lift=101.6, slack=0.1) == pytest.approx(561.240, abs=1e-3)
    assert s_length(500, lift=101.6, slack=0.01) == pytest.approx(515.320, abs=1e-3)
    assert s_length(500, lift=101.6, shift=100, slack=0.01) == 500


@given(st.floats(150, 3000), st.floats(0.001, 1), st.floats(-0.5, 0.9), st.floats(0, 0.1))
def test_a_lead_of_that_length_has_the_slack_and_rises_without_kinks(span, rise, back, slack):
    """L/c >= 1 + e, and no less than c phi/sin(phi) (process.md 3.1)."""
    run, lift = span * (1 - back), span * rise
    chord = math.hypot(run, lift)
    half = math.atan2(lift, run)
    wanted = s_length(span, lift=lift, shift=span * back, slack=slack)

    assert wanted >= max(span, chord * (1 + slack)) * (1 - 1e-12)
    assert wanted * math.sin(half) >= chord * half * (1 - 1e-9)
    assert wanted == pytest.approx(max(span, chord * (1 + slack), chord * half / math.sin(half)))


@given(st.floats(150, 3000), st.floats(0.001, 0.5))
def test_an_s_is_no_shorter_than_asked_for(span, slack):
    path = s_shape((0, 0), (span, 0), length=span * (1 + slack))
    assert 0 <= length(path) - span * (1 + slack) < 1e-4


@pytest.mark.parametrize(("span", "slack"), [pytest.param(2970, 0.001, id="flat"), (545.790236, 0.269831)])
def test_an_s_whose_arcs_need_one_more_chord_is_as_long_as_asked_for(span, slack):
    path = s_shape((0, 0), (span, 0), length=span * (1 + slack))
    assert length(path) - span * (1 + slack) == pytest.approx(1e-6, abs=1e-8)


def test_an_s_as_long_as_its_span_is_straight():
    assert s_shape((0, 0), (300, 400), length=500).tolist() == straight((0, 0), (300, 400)).tolist()


@pytest.mark.parametrize("wanted", [499.0, 786.0])
def test_an_s_that_cannot_be_is_refused(wanted):
    with pytest.raises(ValueError, match=r".") as caught:
        s_shape((0, 0), (500, 0), length=wanted)
    assert str(caught.value) == (
        f"the length of an S must be from its span, 500 um, to that of two half circles, 785.398 um, got {wanted:g} um"
    )


def test_a_right_angle_is_rounded_with_its_radius():
    path = bent(np.array([[0.0, 0.0], [200.0, 0.0], [200.0, 300.0]]), 60.0)
    middle = path[1:-1]
    assert np.allclose(np.hypot(*(middle - [140, 60]).T), 60)
    assert length(path) == pytest.approx(140 + 240 + 60 * math.pi / 2, rel=1e-3)


def test_a_bend_takes_no_more_than_its_sides_give():
    path = bent(np.array([[0.0, 0.0], [30.0, 0.0], [30.0, 300.0]]), 60.0)
    assert np.allclose(np.hypot(*(path[1:-1] - [0, 30]).T), 30)


def test_straight_points_and_repeats_vanish_in_a_bend():
    path = bent(np.array([[0.0, 0.0], [0.0, 0.0], [100.0, 0.0], [200.0, 0.0]]), 50.0)
    assert path.tolist() == [[0, 0], [200, 0]]


corners = st.lists(
    st.tuples(st.integers(-500, 500), st.integers(-500, 500)), min_size=2, max_size=6, unique=True
).filter(lambda points: all(math.dist(one, other) > 1 for one, other in pairwise(points)))


@given(corners, st.floats(5, 200))
def test_a_bent_path_keeps_its_ends_and_is_no_longer(points, corner):
    points = np.array(points, dtype=float)
    path = bent(points, corner)
    assert np.allclose(path[[0, -1]], points[[0, -1]])
    assert length(path) <= length(points) + 1e-6


@given(st.floats(-3, 3), st.floats(0.1, 6.2), st.floats(1, 500))
def test_chords_of_an_arc_keep_the_tolerance(start, sweep, radius):
    ends = radius * np.array([[math.cos(a), math.sin(a)] for a in (start, start + sweep)])
    points = arc(np.zeros(2), ends[0], ends[1], tolerance=TOLERANCE, is_long=True)
    middles = (points[:-1] + points[1:]) / 2
    assert radius - np.hypot(*middles.T).min() <= TOLERANCE + 1e-9
    assert np.allclose(np.hypot(*points.T), radius)
