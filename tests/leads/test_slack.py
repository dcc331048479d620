"""Bows in leads that are too short for their lift."""

import math
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from maskgen.leads.figures import Move, figures
from maskgen.leads.model import Lead, LeadForm
from maskgen.leads.outline import outline
from maskgen.leads.paths import bent, s_length, s_shape, straight
from maskgen.leads.slack import slackened

FORM = LeadForm(neck=20, tip=50, fixed=120, fillet=25, gap=20, corner=60, lift=157.5, slack=0.01)


def lead(path, form=FORM, number=1):
    return Lead(number, f"C{number}", f"F{number}", path, outline(path, form))


def row(pitch, count=4, span=1000.0):
    """Return straight leads side by side."""
    return [lead(straight((0, pitch * n), (span, pitch * n)), number=n + 1) for n in range(count)]


def least(drawn, form=FORM):
    """Return how long a lead must be."""
    return s_length(drawn.span, lift=form.lift, slack=form.slack)


def widths(drawn, form=FORM, points=60):
    """Return the width of a lead across its path, where it is neck."""
    line = shapely.LineString(drawn.path)
    clear = (form.fixed / 2 + form.fillet, form.tip / 2 + form.fillet)
    found = []
    for at in np.linspace(clear[0] + 5, line.length - clear[1] - 5, points):
        before, after = (np.array(line.interpolate(at + step).coords[0]) for step in (-1e-3, 1e-3))
        way = (after - before) / np.hypot(*(after - before))
        normal, middle = np.array([-way[1], way[0]]), (before + after) / 2
        across = shapely.LineString([middle - 3 * form.neck * normal, middle + 3 * form.neck * normal])
        found.append(drawn.outline.intersection(across).length)
    return np.array(found)


TURNED = st.tuples(
    st.floats(350, 3000), st.floats(0, 360), st.floats(20, 200), st.floats(0, 0.05), st.floats(-5000, 5000)
)


@settings(max_examples=40, deadline=None)
@given(TURNED)
def test_a_lead_with_room_becomes_as_long_as_it_must_and_stays_where_it_is(drawn):
    span, angle, lift, slack, x = drawn
    form = LeadForm(neck=20, tip=50, fixed=120, fillet=25, gap=20, corner=60, lift=min(lift, span / 5), slack=slack)
    turn = np.array([math.cos(math.radians(angle)), math.sin(math.radians(angle))])
    before = lead(straight((x, 0), tuple(np.array([x, 0]) + span * turn)), form)
    (after,) = slackened([before], form)
    wanted = least(before, form)

    assert wanted <= after.length <= wanted * (1 + 2e-6)
    assert np.array_equal(after.path[[0, -1]], before.path[[0, -1]])
    assert (after.number, after.contact, after.terminal) == (before.number, before.contact, before.terminal)
    assert np.hypot(*np.diff(after.path, axis=0).T).min() > 1e-6
    assert after.outline.is_valid
    assert np.abs(widths(after, form) - form.neck).max() < 0.01 * form.neck
    (figure,) = figures([after], form, Move(lift=form.lift, undercut=16))
    assert figure.smooth_height >= form.lift


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(straight((0, 0), (1000, 0)), id="straight"),
        pytest.param(bent(np.array([[0, 0], [700, 0], [1000, 400.0]]), 60.0), id="one bend"),
        pytest.param(bent(np.array([[0, 0], [150, 0], [300, 300], [1100, 320.0]]), 60.0), id="two bends"),
    ],
)
def test_a_path_of_any_shape_gets_its_bow_between_its_bulges(path):
    before = lead(path)
    form = LeadForm(**{**FORM.__dict__, "slack": before.length / before.span * 1.02 - 1})
    (after,) = slackened([before], form)
    clear = shapely.union_all([shapely.Point(path[0]).buffer(60), shapely.Point(path[-1]).buffer(25)])
    moved = after.outline.symmetric_difference(before.outline)

    assert after.length == pytest.approx(least(before, form), rel=2e-6)
    assert after.length >= least(before, form)
    assert moved.intersection(clear).area < 0.5
    assert np.hypot(*np.diff(after.path, axis=0).T).min() > 1e-6


@pytest.mark.parametrize(
    "before",
    [
        pytest.param(lead(s_shape((0, 0), (1000, 0), length=1100)), id="long enough"),
        pytest.param(lead(s_shape((0, 0), (1000, 0), length=s_length(1000, lift=157.5) * (1 + 2e-6))), id="just"),
    ],
)
def test_a_lead_that_is_long_enough_stays_as_it_is(before):
    assert slackened([before], FORM) == (before,)


def test_a_lead_without_room_for_a_bow_stays_as_it_is():
    """Bulges and fillets take 85 and 50 of 200 um; a bow in the other 65 um would be too steep for 157.5 um."""
    before = lead(straight((0, 0), (200, 0)))

    assert slackened([before], FORM) == (before,)


def test_leads_side_by_side_bow_alike_and_keep_their_gap():
    found = slackened(row(140.0), FORM)

    assert all(after.length >= least(after) for after in found)
    assert min(a.outline.distance(b.outline) for a, b in pairwise(found)) >= 20 * (1 - 1e-6)
    assert len({tuple(np.round(entry.path[:, 1] - entry.path[0, 1], 6)) for entry in found}) == 1


def wall(y):
    """Return a strip along the leads whose lower border lies at some height."""
    return shapely.box(0, y, 1000, y + 10)


@pytest.mark.parametrize(
    ("obstacles", "side"),
    [
        pytest.param([], 1, id="free: to the left"),
        pytest.param([wall(85)], -1, id="a wall to the left"),
        pytest.param([wall(-95)], 1, id="a wall to the right"),
        pytest.param([wall(85), wall(-95)], 0, id="walls on both sides"),
    ],
)
def test_a_lead_bows_to_the_side_that_is_free(obstacles, side):
    (before,) = row(0, 1)
    (after,) = slackened([before], FORM, obstacles)
    bow = after.path[:, 1]

    assert np.sign(round(float(bow[np.abs(bow).argmax()]), 9)) == side
    assert all(after.outline.distance(obstacle) >= 20 * (1 - 1e-6) for obstacle in obstacles)
    assert (after is before) == (side == 0)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.floats(145, 260), st.floats(400, 1500)), min_size=2, max_size=5), st.floats(0, 150))
def test_the_gap_is_kept_or_a_lead_stays_as_it_was(steps, lift):
    form = LeadForm(neck=20, tip=50, fixed=120, fillet=25, gap=20, corner=60, lift=lift, slack=0.03)
    y, before = 0.0, []
    for number, (pitch, span) in enumerate(steps, start=1):
        y += pitch
        before.append(lead(straight((0, y), (span, y)), form, number))
    after = slackened(before, form)

    for number, entry in enumerate(after):
        assert entry is before[number] or entry.length >= least(entry, form)
        for other in after[number + 1 :]:
            assert entry.outline.distance(other.outline) >= 20 * (1 - 1e-6)


def test_nothing():
    assert slackened([], FORM) == ()
