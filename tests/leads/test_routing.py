"""Leads from contacts to terminals: every scenario must end with leads that keep the gap on their true outlines."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from maskgen.errors import MaskgenError
from maskgen.leads.model import LeadForm, Target
from maskgen.leads.routing import route
from maskgen.physics import release

STRAIGHT = LeadForm(neck=20, tip=45, fixed=80, fillet=20, gap=20)
S = LeadForm(neck=20, tip=45, fixed=80, fillet=20, gap=20, style="s", lift=100)
BENT = LeadForm(neck=20, tip=45, fixed=100, fillet=20, gap=20, style="bent")


def targets(places, letter):
    return [Target(f"{letter}{index}", float(x), float(y)) for index, (x, y) in enumerate(places, start=1)]


def grid(columns, rows, pitch):
    x, y = np.meshgrid((np.arange(columns) - (columns - 1) / 2) * pitch, (np.arange(rows) - (rows - 1) / 2) * pitch)
    return np.stack([x.ravel(), y.ravel()], axis=1)


def moved(places, dx, dy):
    return places + np.array([dx, dy])


def ring(per_side, half, pitch):
    """Return points on a square of a half width, counter-clockwise from the lower left."""
    along = (np.arange(per_side) - (per_side - 1) / 2) * pitch
    side = np.stack([along, np.full(per_side, -half)], axis=1)
    turns = ([[1, 0], [0, 1]], [[0, -1], [1, 0]], [[-1, 0], [0, -1]], [[0, 1], [-1, 0]])
    return np.vstack([side @ np.array(turn, dtype=float).T for turn in turns])


def frame_of_rows(columns, rows, pitch):
    """Return the outer rows of a square grid."""
    places = grid(columns, columns, pitch)
    return places[np.abs(places).max(axis=1) > ((columns - 1) / 2 - rows + 0.5) * pitch]


def assert_kept_apart(routed, form, obstacles=()):
    """Every pair of outlines is measured, without any tree."""
    outlines = np.array([*(lead.outline for lead in routed.leads), *obstacles], dtype=object)
    assert all(outline.is_valid and not outline.interiors for outline in outlines[: len(routed.leads)])
    for index in range(len(routed.leads)):
        near = shapely.distance(outlines[index], outlines[index + 1 :])
        assert near.min(initial=np.inf) >= form.gap - 1e-5


def assert_ends_met(routed, fixed, tips):
    contacts, terminals = ({target.name: (target.x, target.y) for target in which} for which in (tips, fixed))
    for lead in routed.leads:
        assert np.allclose(lead.path[0], terminals[lead.terminal], atol=1e-4)
        assert np.allclose(lead.path[-1], contacts[lead.contact], atol=1e-4)
        assert lead.length >= lead.span - 1e-6
    assert len({lead.terminal for lead in routed.leads}) == len(routed.leads)


SCENARIOS = [
    pytest.param(moved(grid(11, 8, 800), 300, 150), grid(11, 8, 800), STRAIGHT, id="area, straight"),
    pytest.param(moved(grid(11, 8, 800), 300, 150), grid(11, 8, 800), S, id="area, S"),
    pytest.param(moved(grid(8, 6, 900), 0, 450), grid(8, 6, 800), BENT, id="area at another pitch"),
    pytest.param(frame_of_rows(12, 4, 1000), ring(32, 2100, 120), BENT, id="fan-out to four rows"),
    pytest.param(grid(8, 8, 500), ring(16, 2600, 150), BENT, id="fan-in"),
    pytest.param(
        frame_of_rows(14, 2, 1000), np.vstack([ring(13, 2600, 240), ring(11, 2450, 240)]), BENT, id="two rings"
    ),
    pytest.param(
        np.vstack([moved(grid(8, 3, 500), 0, 1200), moved(grid(8, 3, 500), 0, -1200)]),
        grid(24, 2, 160),
        BENT,
        id="in rows",
    ),
    pytest.param(grid(6, 6, 500), ring(18, 1800, 120)[[*range(18), *range(36, 54)]], BENT, id="two sides, fan-in"),
]


@pytest.mark.parametrize(("fixed", "tips", "form"), SCENARIOS)
def test_every_contact_gets_a_lead(fixed, tips, form):
    fixed, tips = targets(fixed, "F"), targets(tips, "C")
    routed = route(fixed, tips, form)
    assert routed.unrouted == ()
    assert [lead.contact for lead in routed.leads] == [target.name for target in tips]
    assert [lead.number for lead in routed.leads] == list(range(1, len(tips) + 1))
    assert_ends_met(routed, fixed, tips)
    assert_kept_apart(routed, form)
    for lead in routed.leads[::7]:
        assert release.is_released(lead.outline, lead.path[[0, -1]], 16.0)


def test_the_same_input_gives_the_same_leads():
    fixed, tips = targets(frame_of_rows(8, 2, 800), "F"), targets(ring(12, 1400, 120), "C")
    one, other = (route(fixed, tips, BENT) for _ in range(2))
    assert [lead.outline.wkb for lead in one.leads] == [lead.outline.wkb for lead in other.leads]


def test_given_pairs_are_kept():
    fixed, tips = targets(frame_of_rows(8, 2, 800), "F"), targets(ring(12, 1400, 120), "C")
    pairs = {lead.contact: lead.terminal for lead in route(fixed, tips, BENT).leads if lead.number % 3}
    routed = route(fixed, tips, BENT, pairs=pairs)
    assert {lead.contact: lead.terminal for lead in routed.leads} == pairs
    assert {entry.sentence for entry in routed.unrouted} == {"no terminal is given for it"}
    assert_kept_apart(routed, BENT)


def test_leads_go_round_obstacles():
    fixed, tips = targets(frame_of_rows(8, 2, 800), "F"), targets(ring(12, 1400, 120), "C")
    straps = [shapely.box(-150, -1900, 150, -1800), shapely.box(1800, 300, 1900, 500)]
    routed = route(fixed, tips, BENT, obstacles=straps)
    assert routed.unrouted == ()
    assert_kept_apart(routed, BENT, straps)


def test_a_full_channel_says_how_much_it_lacks_and_the_others_are_routed():
    """Five leads between two bulges that leave 180 um, where they want 5 x 20 + 6 x 20 = 220 um."""
    fixed = targets([(-140, 0), (140, 0), *((x, 600) for x in (-240, -120, 0, 120, 240))], "F")
    tips = targets([(x * 70, -800) for x in range(-3, 4)], "C")
    pairs = {"C1": "F1", "C7": "F2"} | {f"C{n}": f"F{n + 1}" for n in range(2, 7)}
    routed = route(fixed, tips, BENT, pairs=pairs)
    assert [(entry.contact, entry.terminal, entry.sentence) for entry in routed.unrouted] == [
        (
            "C2",
            "F3",
            "channel between F1 and F2 holds 4 leads of 20 um with gaps of 20 um, 5 wanted: 40 um short",
        )
    ]
    assert routed.unrouted[0].shortfall == pytest.approx(40)
    assert [lead.number for lead in routed.leads] == [1, 3, 4, 5, 6, 7]
    assert_kept_apart(routed, BENT)


def test_leads_that_must_cross_say_so():
    fixed, tips = targets([(-300, 900), (0, 900), (300, 900)], "F"), targets([(-300, 0), (0, 0), (300, 0)], "C")
    routed = route(fixed, tips, BENT, pairs={"C1": "F1", "C2": "F3", "C3": "F2"})
    assert [lead.contact for lead in routed.leads] == ["C1", "C2"]
    assert [(entry.contact, entry.sentence) for entry in routed.unrouted] == [("C3", "its lead would cross that of C2")]


def test_straight_leads_that_come_too_near_say_how_near():
    routed = route(targets([(0, 0), (0, 110)], "F"), targets([(900, 0), (900, 55.4)], "C"), STRAIGHT)
    assert [lead.contact for lead in routed.leads] == ["C1"]
    assert [entry.sentence for entry in routed.unrouted] == ["is 10.4 um from lead 1, 20 um wanted"]
    assert routed.unrouted[0].shortfall == pytest.approx(9.6, abs=0.1)


def test_contacts_beyond_the_terminals_are_left_over():
    routed = route(targets([(0, 0)], "F"), targets([(500, 0), (400, 200)], "C"), STRAIGHT)
    assert [(lead.contact, lead.number) for lead in routed.leads] == [("C2", 2)]
    assert [(entry.contact, entry.terminal, entry.sentence, entry.shortfall) for entry in routed.unrouted] == [
        ("C1", "", "no terminal is left for it", 0.0)
    ]


def test_a_terminal_too_near_for_a_lead_is_left_to_others():
    routed = route(targets([(0, 0), (300, 0)], "F"), targets([(60, 0)], "C"), STRAIGHT)
    assert [lead.terminal for lead in routed.leads] == ["F2"]


def test_nothing_to_route_is_nothing():
    assert route([], [], BENT).leads == ()
    assert route([], targets([(0, 0)], "C"), BENT).unrouted[0].sentence == "no terminal is left for it"


def test_a_lead_without_room_for_its_bulges_says_so():
    routed = route(targets([(0, 0)], "F"), targets([(50, 0)], "C"), STRAIGHT)
    assert routed.unrouted[0].sentence == "a lead of 50 um span has no room for its bulges and fillets"


@pytest.mark.parametrize(
    ("pairs", "sentence"),
    [
        pytest.param({"C9": "F1"}, "a lead is wanted for contact C9, which does not exist", id="no contact"),
        pytest.param(
            {"C1": "F9"}, "contact C1 is to have a lead to terminal F9, which does not exist", id="no terminal"
        ),
        pytest.param(
            {"C1": "F1", "C2": "F1"}, "contacts C1 and C2 are both to have a lead to F1", id="terminal used twice"
        ),
    ],
)
def test_pairs_that_cannot_be_are_refused(pairs, sentence):
    fixed, tips = targets([(0, 0), (0, 200)], "F"), targets([(500, 0), (500, 200)], "C")
    with pytest.raises(MaskgenError) as caught:
        route(fixed, tips, STRAIGHT, pairs=pairs)
    assert str(caught.value) == sentence


@settings(max_examples=25, deadline=None)
@given(
    st.integers(2, 6),
    st.integers(1, 3),
    st.floats(250, 700),
    st.floats(70, 160),
    st.floats(400, 1500),
    st.sampled_from(["straight", "bent"]),
)
def test_whatever_is_routed_keeps_the_gap_and_the_rest_is_told(columns, rows, pitch, contact_pitch, distance, style):
    form = LeadForm(neck=20, tip=45, fixed=100, fillet=20, gap=20, style=style)
    fixed = targets(moved(grid(columns, rows, pitch), 0, distance + (rows - 1) / 2 * pitch), "F")
    tips = targets(grid(columns * rows, 1, contact_pitch), "C")
    routed = route(fixed, tips, form)
    assert_ends_met(routed, fixed, tips)
    assert_kept_apart(routed, form)
    told = [lead.contact for lead in routed.leads] + [entry.contact for entry in routed.unrouted]
    assert sorted(told) == sorted(target.name for target in tips)
    assert all(entry.sentence for entry in routed.unrouted)
