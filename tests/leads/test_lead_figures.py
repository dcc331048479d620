"""What leads can take."""

import math

import numpy as np
import pytest

from maskgen.leads.figures import Move, figures
from maskgen.leads.model import Lead, LeadForm
from maskgen.leads.outline import outline
from maskgen.leads.paths import bent, s_shape, straight
from maskgen.leads.windows import release_window, release_windows

FORM = LeadForm(neck=20, tip=45, fixed=80, fillet=20, gap=20)
MOVE = Move(lift=101.6, undercut=16, tolerance=0.15)


def lead(path, form=FORM, number=1):
    return Lead(number, f"C{number}", f"F{number}", path, outline(path, form))


def test_a_straight_lead_has_the_figures_worked_out_by_hand():
    """T3.5 of process.md (500 µm, 4 mil up), the window of catalogue 0.4, and 350 N/m peeled over 20 and 45 µm."""
    (found,) = figures([lead(straight((0, 0), (500, 0)))], FORM, MOVE)
    assert (found.span, found.length) == (500, 500)
    assert found.straight_strain == pytest.approx(0.02044, abs=1e-5)
    assert found.slack == pytest.approx(1 / 1.02044 - 1, abs=1e-5)
    assert found.taut_height == 0
    assert found.smooth_height == pytest.approx(0, abs=1e-9)
    assert found.neck_force == pytest.approx(7.0e-3)
    assert found.tip_force == pytest.approx(15.75e-3)
    assert found.window.low == pytest.approx(10, abs=0.02)
    assert found.window.high == pytest.approx(22.5, abs=0.07)
    assert (found.tip_stem, found.fixed_stem) == (13, 48)
    assert found.is_released


def test_a_lead_with_slack_rises_as_far_as_worked_out_by_hand():
    """T3.6: 560 over 480 is taut at 288.444 and free of kinks to 245.888."""
    (found,) = figures([lead(s_shape((0, 0), (480, 0), length=560, tolerance=1e-4))], FORM, MOVE)
    assert found.taut_height == pytest.approx(288.444, abs=0.01)
    assert found.smooth_height == pytest.approx(245.888, abs=0.01)


def test_a_shift_gives_slack():
    """T3.3: a straight lead of 1000 rises 300 without strain if its tip comes back 46.061."""
    (found,) = figures([lead(straight((0, 0), (1000, 0)))], FORM, Move(lift=300, undercut=16, shift=46.061))
    assert found.slack == pytest.approx(0, abs=1e-6)
    assert found.taut_height == pytest.approx(300, abs=0.01)


@pytest.mark.parametrize(
    ("undercut", "tolerance", "is_released"),
    [
        pytest.param(16, 0.15, True, id="in the middle"),
        pytest.param(11, 0.05, True, id="near the lower limit"),
        pytest.param(11, 0.15, False, id="may not free the neck"),
        pytest.param(21, 0.05, True, id="near the upper limit"),
        pytest.param(21, 0.1, False, id="may lose the tip"),
    ],
)
def test_the_undercut_must_stay_within_the_window(undercut, tolerance, is_released):
    (found,) = figures([lead(straight((0, 0), (500, 0)))], FORM, Move(lift=0, undercut=undercut, tolerance=tolerance))
    assert found.is_released is is_released


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(s_shape((0, 0), (500, 300), length=700), id="s"),
        pytest.param(bent(np.array([[0, 0], [200, 0], [200, 300], [500, 310.0]]), 60.0), id="bent"),
        pytest.param(bent(np.array([[0, 0], [150, 0], [0, 300.0]]), 30.0), id="tight bend"),
    ],
)
def test_round_bends_hold_no_longer_than_the_neck(path):
    window = release_window(lead(path), FORM)
    assert window.low == pytest.approx(10, abs=0.06)
    assert window.high == pytest.approx(22.5, abs=0.07)


def test_a_mitred_bend_holds_longer():
    """process.md 2.2: a mitred right angle is freed at 0.5858 of the width."""
    window = release_window(lead(np.array([[0.0, 0.0], [300.0, 0.0], [300.0, 300.0]])), FORM)
    assert window.low == pytest.approx(20 * (2 - math.sqrt(2)), abs=0.02)


def test_a_fillet_does_not_close_the_window_of_a_narrow_tip():
    form = LeadForm(neck=20, tip=24, fixed=80, fillet=60, gap=20)
    window = release_window(lead(straight((0, 0), (500, 0)), form), form)
    assert window.low == pytest.approx(10, abs=0.03)
    assert window.high == pytest.approx(12, abs=0.07)


def test_leads_that_are_equal_but_for_their_place_share_a_window():
    path = s_shape((0, 0), (500, 300), length=700)
    turned = path @ np.array([[0.6, 0.8], [-0.8, 0.6]]) + [1000, -500]
    mirrored = path * [1, -1]
    one, two, three = release_windows([lead(path), lead(turned), lead(mirrored)], FORM)
    assert one is two is three


def test_a_tip_that_moves_out_of_reach_is_refused():
    with pytest.raises(ValueError, match=r"^a lead of 500 um does not reach over a run of 510 um$"):
        figures([lead(straight((0, 0), (500, 0)))], FORM, Move(lift=10, undercut=16, shift=-10))
