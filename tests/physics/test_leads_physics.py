"""Lifted leads: the worked examples of `process.md` 3, the S measured along its arcs, and laws of slack."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskgen.physics import leads

LENGTHS = st.floats(1.0, 1e4)
SCALES = st.floats(0.01, 100.0)

EXAMPLES = [
    pytest.param(lambda: math.atan2(250, 500), "0.463648", id="T3.1 phi"),
    pytest.param(lambda: leads.chord(500, 250), "559.017", id="T3.1 chord"),
    pytest.param(lambda: leads.smooth_length(500, 250), "579.560", id="T3.1 length"),
    pytest.param(lambda: leads.smooth_radius(500, 250), "312.50", id="T3.1 radius"),
    pytest.param(lambda: leads.smooth_length(500, 250) - 500, "79.560", id="T3.1 shift of a straight lead"),
    pytest.param(lambda: leads.smooth_length(400, 400), "628.319", id="T3.2 length"),
    pytest.param(lambda: leads.smooth_radius(400, 400), "200", id="T3.2 radius"),
    pytest.param(lambda: 100 * leads.straight_strain(1000, 300), "4.403", id="T3.3 strain"),
    pytest.param(lambda: leads.required_shift(1000, 300, length=1000), "46.061", id="T3.3 shift"),
    pytest.param(lambda: leads.arcs_length(1000, 180), "1570.796", id="T3.4 length"),
    pytest.param(lambda: leads.taut_height(leads.arcs_length(1000, 180), 1000), "1211.363", id="T3.4 height"),
    pytest.param(lambda: 100 * leads.straight_strain(500, 101.6), "2.044", id="T3.5 taut"),
    pytest.param(lambda: 100 * (leads.smooth_length(500, 101.6) / 500 - 1), "2.730", id="T3.5 smooth"),
    pytest.param(lambda: leads.smooth_length(500, 101.6), "513.652", id="T3.5 length"),
    pytest.param(lambda: leads.smooth_radius(500, 101.6), "640.56", id="T3.5 radius"),
    pytest.param(lambda: leads.taut_height(520, 480), "200.000", id="T3.6 strap stop"),
    pytest.param(lambda: leads.taut_height(560, 480), "288.444", id="T3.6 taut"),
    pytest.param(lambda: leads.smooth_height(560, 480), "245.888", id="T3.6 kink-free"),
    pytest.param(lambda: leads.smooth_height(520, 480), "171.807", id="T3.6 kink-free at the strap's length"),
    pytest.param(lambda: 100 * leads.bending_strain(20, 312.5), "3.2", id="T3.7"),
    pytest.param(lambda: 0.35e6 * leads.PEEL_UNITS["dyn/cm"], "350", id="T3.8 strength"),
    pytest.param(lambda: 1e3 * leads.peel_force(350, 25), "8.75", id="T3.8 force"),
    pytest.param(lambda: leads.peel_force(350, 25) / leads.GRAM_FORCE, "0.892", id="T3.8 gram-force"),
    pytest.param(lambda: leads.PEEL_UNITS["lbf/in"], "175.127", id="3.2 pound per inch"),
    pytest.param(lambda: leads.RELEASABLE_PEEL_STRENGTH / leads.PEEL_UNITS["lbf/in"], "2.00", id="3.2 releasable"),
    *(
        pytest.param(
            lambda lean=lean: leads.smooth_length(1, lean) / leads.chord(1, lean), text, id=f"3.1 smooth at h/X {lean}"
        )
        for lean, text in ((0.25, "1.0101"), (0.5, "1.0367"), (0.75, "1.0725"), (1, "1.1107"), (1.5, "1.1812"))
    ),
    *(
        pytest.param(lambda angle=angle: leads.arcs_length(1, angle), text, id=f"3.1 arcs of {angle} deg")
        for angle, text in ((60, "1.0472"), (90, "1.1107"), (120, "1.2092"), (180, "1.5708"))
    ),
    *(
        pytest.param(
            lambda angle=angle: leads.taut_height(leads.arcs_length(1, angle), 1), text, id=f"3.1 rise at {angle} deg"
        )
        for angle, text in ((60, "0.3108"), (90, "0.4834"), (120, "0.6798"), (180, "1.2114"))
    ),
]


@pytest.mark.parametrize(("compute", "text"), EXAMPLES)
def test_worked_examples(compute, text, printed):
    assert printed(compute(), text) == text


@pytest.mark.parametrize(
    ("target", "length", "expected"),
    [
        pytest.param(190, 560, True, id="T3.6 lead 560"),
        pytest.param(200, 560, True, id="T3.6 at the stop"),
        pytest.param(201, 560, False, id="T3.6 beyond the stop"),
        pytest.param(150, 520, False, id="T3.6 lead as long as the strap"),
    ],
)
def test_straps_stop_above_the_target_and_below_every_kink(target, length, expected):
    stop = float(leads.taut_height(520, 480))
    limits = leads.smooth_height([600, length], 480)

    assert leads.is_stopped_safely(target, stop, limits) is expected


@given(run=LENGTHS, height=LENGTHS)
def test_a_smooth_lead_is_two_arcs_that_end_where_they_should(run, height):
    radius = float(leads.smooth_radius(run, height))
    turn = float(leads.smooth_length(run, height)) / (2 * radius)

    assert 2 * radius * math.sin(turn) == pytest.approx(run, rel=1e-7)
    assert 2 * radius * (1 - math.cos(turn)) == pytest.approx(height, rel=1e-7)


@given(run=LENGTHS, height=LENGTHS)
def test_smooth_height_is_the_inverse_of_smooth_length(run, height):
    length = leads.smooth_length(run, height)

    # A flat S is longer than its run by a square of the height, so that is how exactly the height can come back.
    assert float(leads.smooth_height(length, run)) == pytest.approx(height, rel=1e-6, abs=1e-6 * run)


@given(run=st.floats(0.0, 1e4), extra=LENGTHS, more=LENGTHS)
def test_longer_leads_rise_higher_and_none_as_high_smooth_as_taut(run, extra, more):
    shorter, longer = leads.smooth_height([run + extra, run + extra + more], run)

    assert 0 < shorter < longer
    assert shorter < leads.taut_height(run + extra, run)


@given(run=LENGTHS, height=LENGTHS, scale=SCALES)
def test_lengths_scale_and_ratios_do_not(run, height, scale):
    length = leads.smooth_length(run, height)

    assert float(leads.smooth_length(scale * run, scale * height)) == pytest.approx(scale * float(length))
    assert float(leads.smooth_radius(scale * run, scale * height)) == pytest.approx(
        scale * float(leads.smooth_radius(run, height))
    )
    assert float(leads.slack(scale * length, scale * run)) == pytest.approx(float(leads.slack(length, run)), abs=1e-9)
    assert leads.straight_strain(scale * run, scale * height) == pytest.approx(
        leads.straight_strain(run, height), abs=1e-9
    )


@given(span=LENGTHS, share=st.floats(0.0, 1.0), slack=st.floats(0.0, 1.0))
def test_a_lead_that_comes_back_by_the_required_shift_is_not_stretched(span, share, slack):
    height, length = share * span, span * (1 + slack)
    shift = leads.required_shift(span, height, length=length)

    assert float(leads.chord(leads.run(span, shift), height)) <= length * (1 + 1e-9)
    assert shift == 0 or float(leads.chord(leads.run(span, 0.999 * shift), height)) >= length * (1 - 1e-9)


@given(angle=st.floats(0.0, 350.0), more=st.floats(0.1, 9.0), span=LENGTHS)
def test_rounder_arcs_are_longer(angle, more, span):
    assert leads.arcs_length(span, angle) < leads.arcs_length(span, angle + more)
    assert leads.arcs_length(span, 0) == span


def test_limits_at_no_height_no_run_and_no_slack():
    assert float(leads.smooth_length(500, 0)) == 500
    assert float(leads.smooth_height(500, 500)) == pytest.approx(0, abs=1e-6)
    assert float(leads.taut_height(500, 500)) == 0
    assert float(leads.smooth_length(0, 100)) == pytest.approx(50 * math.pi)
    assert float(leads.smooth_height(50 * math.pi, 0)) == pytest.approx(100)
    assert leads.straight_strain(500, 0) == 0


def test_many_leads_cost_one_call():
    spans, heights = np.array([500.0, 400.0, 480.0]), np.array([[250.0], [100.0]])
    found = leads.smooth_length(leads.run(spans, 10.0), heights)

    assert found.shape == (2, 3)
    assert found[1, 2] == leads.smooth_length(470.0, 100.0)
    assert leads.smooth_height(found, spans - 10.0) == pytest.approx(np.broadcast_to(heights, (2, 3)))
    assert leads.slack(found, leads.chord(spans - 10.0, heights)).min() > 0


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        pytest.param(
            lambda: leads.taut_height([520, 400], 480),
            "a lead of 400 um does not reach over a run of 480 um",
            id="short",
        ),
        pytest.param(
            lambda: leads.run([500, 400], [0, 401]), "run after the shift must be at least 0 um, got -1 um", id="shift"
        ),
        pytest.param(lambda: leads.smooth_radius(500, 0), "height must be above 0 um, got 0 um", id="not bent"),
        pytest.param(
            lambda: leads.arcs_length(1000, 360),
            "an arc of 360 deg comes back to its start and spans nothing",
            id="circle",
        ),
        pytest.param(
            lambda: leads.required_shift(500, 300, length=499),
            "length must be at least 500 um, got 499 um",
            id="length",
        ),
        pytest.param(
            lambda: leads.peel_force(-1, 25), "peel strength must be at least 0 N/m, got -1 N/m", id="strength"
        ),
    ],
)
def test_what_is_out_of_range_is_refused(call, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        call()
