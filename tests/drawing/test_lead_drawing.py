"""Leads drawn for ends and terminals: layers, nets, and the worst of what they can take."""

import math

import pytest
import shapely

from maskgen.drawing.leads import (
    LAYERS,
    MEASURES,
    End,
    contact_ends,
    discs,
    draw_leads,
    given,
    middle,
    move_of,
)
from maskgen.errors import ProblemsError
from maskgen.geometry import regions, shapes
from maskgen.leads.figures import Move
from maskgen.package import PlacedDie
from maskgen.spec.leads import LeadNets, Leads
from maskgen.spec.terminals import Terminal

MOVE = Move(lift=100, undercut=16, tolerance=0.15, peel_strength=350, slack=0.01)
FORM = Leads(neck=20, tip=50, fixed=120, fillet=25, gap=20, corner=60)


def end(name, x, y, net=None, die="die"):
    return End(f"{die}.{name}", name, (x, y), net)


def terminal(name, x, y, net=None):
    return Terminal(name, regions.move(shapes.circle(300, tolerance=0.1), x, y), net)


ENDS = [end("1", 0, 0), end("2", 0, 500), end("3", 0, 1000)]
TERMINALS = [terminal("A", 1000, 0), terminal("B", 1000, 500), terminal("C", 1000, 1000)]


def drawn(ends=ENDS, terminals=TERMINALS, spec=FORM, nets=LeadNets(), move=MOVE, obstacles=()):  # noqa: B008 - frozen
    return draw_leads(ends, terminals, spec=spec, nets=nets, move=move, obstacles=obstacles)


def joined(found):
    return {tuple(sorted(group)) for group in found.joined}


@pytest.fixture(scope="module")
def three():
    return drawn()


def test_each_layer_has_one_shape_a_lead(three):
    assert set(three.layers) == set(LAYERS)
    assert [len(regions.polygons(three.layers[name])) for name in LAYERS] == [3, 3, 3]
    assert three.layers["LEAD_TIP"].area == pytest.approx(3 * math.pi * 25**2, rel=1e-2)
    assert three.layers["LEAD_FIXED"].area == pytest.approx(3 * math.pi * 60**2, rel=1e-2)
    assert {round(piece.centroid.x, 6) for piece in regions.polygons(three.layers["LEAD_TIP"])} == {0}
    assert {round(piece.centroid.x, 6) for piece in regions.polygons(three.layers["LEAD_FIXED"])} == {1000}
    assert three.layers["LEAD_SHAPE"].buffer(0.2).covers(three.layers["LEAD_TIP"] | three.layers["LEAD_FIXED"])


def test_leads_join_what_they_reach(three):
    assert joined(three) == {("A", "die.1"), ("B", "die.2"), ("C", "die.3")}
    assert [(entry.lead.contact, entry.lead.terminal) for entry in three.leads] == [
        ("die.1", "A"), ("die.2", "B"), ("die.3", "C"),
    ]  # fmt: skip
    assert three.unrouted == ()


def test_the_net_of_a_lead_is_that_of_its_end_or_the_end_itself():
    found = drawn([end("1", 0, 0, "VDD"), end("2", 0, 500)])

    assert [entry.net for entry in found.leads] == ["VDD", "die.2"]


def test_leads_are_drawn_for_five_per_cent_more_than_their_lift():
    found = drawn(move=Move(lift=200, undercut=16))

    assert found.measures["smooth_height"] == pytest.approx(210, abs=0.05)
    assert found.measures["smooth_height"] >= 210


@pytest.mark.parametrize(
    ("shift", "length"),
    [
        pytest.param(0, 1015.553, id="upright: 1.01 of the chord over 1000 and 105 um"),
        pytest.param(100, 1000, id="back by 100 um: straight"),
        pytest.param(-100, 1116.051, id="away by 100 um: 1.01 of the chord over 1100 and 105 um"),
    ],
)
def test_leads_are_as_long_as_lift_shift_and_slack_ask_for(shift, length):
    found = drawn(move=Move(lift=100, undercut=16, shift=shift, slack=0.01))

    assert found.measures["longest_lead"] == pytest.approx(length, abs=0.003)
    assert found.measures["least_slack"] >= 1


@pytest.mark.parametrize(
    ("nets", "ends", "terminals", "expected"),
    [
        pytest.param(
            LeadNets(assign="table", connect={"1": "B", "die.2": "C"}), ENDS, TERMINALS,
            {("B", "die.1"), ("C", "die.2")}, id="table, by either name",
        ),
        pytest.param(
            LeadNets(assign="names"), [end("C", 0, 1000), end("A", 0, 0)], TERMINALS,
            {("A", "die.A"), ("C", "die.C")}, id="equal names",
        ),
        pytest.param(
            LeadNets(assign="names"), [end("1", 0, 0, "VDD"), end("2", 0, 500, "GND")],
            [terminal("A", 1000, 500, "GND"), terminal("B", 1000, 0, "VDD")],
            {("B", "die.1"), ("A", "die.2")}, id="equal nets",
        ),
        pytest.param(
            LeadNets(assign="names", connect={"A": "B"}), [end("A", 0, 500), end("C", 0, 1000)], TERMINALS,
            {("B", "die.A"), ("C", "die.C")}, id="names but for the table",
        ),
    ],
)  # fmt: skip
def test_nets_say_which_terminal_is_whose(nets, ends, terminals, expected):
    assert joined(drawn(ends, terminals, nets=nets)) == expected


@pytest.mark.parametrize(
    ("nets", "sentence"),
    [
        pytest.param({"9": "A"}, "nets.connect.9: no contact is called so", id="contact"),
        pytest.param({"1": "Z"}, "nets.connect.1: no terminal is called 'Z'", id="terminal"),
        pytest.param(
            {"1": "A", "2": "A"},
            "nets.connect.1: 2 contacts go to A: a terminal has one lead\n"
            "nets.connect.2: 2 contacts go to A: a terminal has one lead", id="terminal named twice",
        ),
        pytest.param({"4": "A"}, "nets.connect.4: 2 contacts are called so, write DIE.4", id="contacts of two dies"),
    ],
)  # fmt: skip
def test_names_that_nothing_has(nets, sentence):
    ends = [*ENDS, end("4", 0, 1500), end("4", 0, 2000, die="other")]
    with pytest.raises(ProblemsError) as caught:
        drawn(ends, nets=LeadNets(connect=nets))
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("spec", "move", "sentence"),
    [
        pytest.param(FORM.model_copy(update={"corner": 1.0}), MOVE, "leads: corner must be at least 10 um, got 1 um",
                     id="corner"),
        pytest.param(FORM, Move(lift=100, undercut=16, tolerance=2), "leads: tolerance must be from 0 to 1, got 2",
                     id="tolerance"),
        pytest.param(FORM, Move(lift=100, undercut=16, shift=-3000),
                     "leads: a lead of 1000 um does not reach over a run of 4000 um", id="tip moves away"),
    ],
)  # fmt: skip
def test_numbers_that_no_lead_can_have_are_told_of_the_leads(spec, move, sentence):
    with pytest.raises(ProblemsError) as caught:
        drawn(spec=spec, move=move)
    assert str(caught.value) == sentence


def test_ends_without_a_lead_are_named_with_the_reason():
    found = drawn(terminals=TERMINALS[:2])

    assert len(found.leads) == 2
    assert found.unrouted == (("die.3", "no terminal is left for it"),)


def test_measures_are_the_worst_of_all_leads():
    """The short lead is 600 um, the long one 1400 um long; all have the same bulges and necks."""
    found = drawn([end("1", 0, 0), end("2", 0, 1000)], [terminal("A", 600, 0), terminal("B", 1400, 1000)])
    figures = [entry.figures for entry in found.leads]

    assert set(found.measures) == MEASURES
    assert found.measures["longest_lead"] == max(entry.length for entry in figures) > 1400
    assert found.measures["least_slack"] == min(entry.slack for entry in figures) * 100
    assert found.measures["neck_freed"] == pytest.approx(10, abs=0.05)
    assert found.measures["tip_lost"] == pytest.approx(25, abs=0.1)
    assert found.measures["stem_ratio"] == pytest.approx((120 - 32) ** 2 / (50 - 32) ** 2)
    assert found.measures["peel_force"] == pytest.approx(350 * 50e-3)


def test_a_package_without_leads_has_nothing_to_fear():
    found = drawn([], [])

    assert (found.leads, found.joined, found.unrouted) == ((), (), ())
    assert set(found.measures) == MEASURES
    assert found.measures["neck_freed"] < 16 < found.measures["tip_lost"]
    assert all(found.layers[name].is_empty for name in LAYERS)


def test_contacts_of_dies_are_ends():
    outline = shapely.box(-40, -40, 40, 40)
    die = PlacedDie(
        "die", shapely.box(-500, -500, 500, 500), (Terminal("1", regions.move(outline, 300, 200), "N"),), 1, 0
    )

    assert contact_ends([die]) == [End("die.1", "1", (300, 200), "N")]


def test_the_middle_of_a_triangle_is_its_centroid():
    assert middle(Terminal("A", shapely.Polygon([(0, 0), (300, 0), (0, 300)]), None)) == pytest.approx((100, 100))


def test_discs():
    found = discs([(0, 0), (100, 0), (500, 0)], 110)

    assert [len(regions.polygons(found)), found.bounds[2]] == [2, pytest.approx(555, abs=0.1)]


def test_numbers_of_the_form_and_the_move():
    numbers = {
        "lift": -5.0,
        "shift": 3.0,
        "etch": 12.0,
        "etch_tolerance": 0.1,
        "peel_strength": 300.0,
        "min_slack": 0.02,
    }

    assert given(FORM) == {"lead_neck": 20, "lead_tip": 50, "lead_fixed": 120, "lead_gap": 20}
    assert move_of(numbers, "etch") == Move(lift=0, shift=3, undercut=12, tolerance=0.1, peel_strength=300, slack=0.02)
