"""Which contact goes to which pad."""

import time
from collections import Counter

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from maskgen.bonding.assign import assign
from maskgen.bonding.findings import findings
from maskgen.bonding.landings import landed
from maskgen.bonding.rules import BondingRules
from maskgen.bonding.task import Contacts, Pads
from maskgen.bonding.wires import lengths, segments_of
from maskgen.errors import MaskgenError

SQUARE = (-1000.0, -1000.0, 1000.0, 1000.0)
PADDLE = (-1600.0, -1600.0, 1600.0, 1600.0)
GROUND = BondingRules(downbond_nets=frozenset({"vss"}))


def ring(per_side, half, pitch):
    """Return points on a square of a half width, counter-clockwise from the lower left, evenly along each side."""
    along = (np.arange(per_side) - (per_side - 1) / 2) * pitch
    side = np.stack([along, np.full(per_side, -half)], axis=1)
    turns = [
        np.array(turn, dtype=float)
        for turn in ([[1, 0], [0, 1]], [[0, -1], [1, 0]], [[-1, 0], [0, -1]], [[0, 1], [-1, 0]])
    ]
    return np.vstack([side @ turn.T for turn in turns])


def contacts(points, nets=None):
    points = np.array(points, dtype=float)
    return Contacts(points, tuple(nets) if nets else tuple(f"n{i}" for i in range(len(points))))


def pads_by_contact(assignment):
    return {wire.contact: wire.pad for wire in assignment.wires}


def crossing_count(segments):
    """Count proper crossings by orientation, one pair at a time."""
    starts, ends = segments[:, 0], segments[:, 1]

    def turn(a, b, c):
        return np.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))

    return sum(
        turn(starts[i], ends[i], starts[j]) * turn(starts[i], ends[i], ends[j]) < 0
        and turn(starts[j], ends[j], starts[i]) * turn(starts[j], ends[j], ends[i]) < 0
        for i in range(len(segments))
        for j in range(i)
    )


def test_as_many_pads_as_contacts_are_wired_one_to_one():
    found = assign(contacts(ring(4, 950, 400)), Pads(ring(4, 3000, 1200)), die=SQUARE)

    assert pads_by_contact(found) == {i: i for i in range(16)}
    assert (found.unconnected, found.unconnected_pads, found.crossings) == ((), (), ())
    assert found.wires[0].start == (-600.0, -950.0)
    assert found.wires[0].end == (-1800.0, -3000.0)


def test_pads_at_the_corners_stay_free():
    found = assign(contacts(ring(2, 950, 400)), Pads(ring(4, 3000, 1200)), die=SQUARE)

    assert found.unconnected_pads == (0, 3, 4, 7, 8, 11, 12, 15)


def test_two_rows_of_pads_are_wired_in_turn():
    outer, inner = ring(5, 4000, 600), ring(4, 3000, 450)

    found = assign(contacts(ring(9, 950, 200)), Pads(np.vstack([outer, inner])), die=SQUARE)

    assert [wire.pad for wire in found.wires[:9]] == [0, 20, 1, 21, 2, 22, 3, 23, 4]
    assert found.crossings == ()


def test_pads_on_one_side_only():
    bottom = ring(4, 950, 400)[:4]

    found = assign(contacts(bottom), Pads(ring(6, 3000, 500)[:6]), die=SQUARE)

    assert [wire.pad for wire in found.wires] == [1, 2, 3, 4]


def test_contacts_of_one_net_share_a_pad_where_pads_are_short():
    points, pads = ring(3, 950, 300)[:3], ring(2, 3000, 800)[:2]

    found = assign(contacts(points, ["a", "a", "b"]), Pads(pads), die=SQUARE, rules=BondingRules(max_per_pad=2))

    assert [wire.pad for wire in found.wires] == [0, 0, 1]


def test_contacts_without_a_net_never_share():
    points, pads = ring(2, 950, 300)[:2], ring(1, 3000, 800)[:1]

    found = assign(Contacts(points, (None, None)), Pads(pads), die=SQUARE, rules=BondingRules(max_per_pad=2))

    assert len(found.wires) == 1


def test_more_contacts_than_pads_are_reported():
    found = assign(contacts(ring(2, 950, 400)), Pads(ring(1, 3000, 1)), die=SQUARE)

    assert len(found.wires) == 4
    assert {item.reason for item in found.unconnected} == {"none of the 4 pads it may go to has room left"}


def test_no_pads_leave_everything_unconnected():
    found = assign(contacts([(0, 950)]), Pads(np.empty((0, 2))), die=SQUARE)

    assert [(item.contact, item.reason) for item in found.unconnected] == [(0, "there is no pad")]


def test_no_contacts_leave_every_pad_free():
    assert assign(contacts(np.empty((0, 2))), Pads(ring(1, 3000, 1)), die=SQUARE).unconnected_pads == (0, 1, 2, 3)


def test_down_bond_only_where_it_helps():
    points, pads = ring(3, 950, 500), ring(3, 2500, 1000)
    nets = [f"n{i}" if i % 3 != 1 else "vss" for i in range(12)]

    found = assign(contacts(points, nets), Pads(pads), die=SQUARE, mounting_pad=PADDLE, rules=GROUND)

    assert all(wire.pad is not None for wire in found.wires)
    assert found.mounting_pad_pins == ()


def test_down_bond_where_pads_are_short():
    points, pads = ring(3, 950, 500), np.delete(ring(3, 2500, 1000), 4, axis=0)
    nets = [f"n{i}" if i % 3 != 1 else "vss" for i in range(12)]

    found = assign(contacts(points, nets), Pads(pads), die=SQUARE, mounting_pad=PADDLE, rules=GROUND)

    assert [wire.contact for wire in found.wires if wire.pad is None] == [4]
    assert found.wires[4].end == (1375.0, 0.0)
    assert found.mounting_pad_pins == (1, 6, 9)
    assert found.crossings == ()


def test_preferred_down_bonds_keep_one_pin():
    points, pads = ring(3, 950, 500), ring(3, 2500, 1000)
    nets = [f"n{i}" if i % 3 != 1 else "vss" for i in range(12)]
    rules = BondingRules(downbond_nets=frozenset({"vss"}), prefer_downbonds=True)

    found = assign(contacts(points, nets), Pads(pads), die=SQUARE, mounting_pad=PADDLE, rules=rules)

    assert sum(wire.pad is None for wire in found.wires) == 3
    assert len(found.mounting_pad_pins) == 1


def test_no_pin_for_the_mounting_pad_at_the_price_of_another_contact():
    points, pads = ring(2, 950, 500)[:2], ring(1, 2500, 1000)[:1]

    found = assign(contacts(points, ["vss", "a"]), Pads(pads), die=SQUARE, mounting_pad=PADDLE, rules=GROUND)

    assert pads_by_contact(found) == {0: None, 1: 0}
    assert found.mounting_pad_pins == ()


def test_fixed_pairs_are_kept_and_the_others_make_way():
    points, pads = ring(3, 950, 500), ring(5, 3000, 700)

    found = assign(contacts(points), Pads(pads), die=SQUARE, fixed={1: 4, 7: 10})

    assert {1: 4, 7: 10}.items() <= pads_by_contact(found).items()
    assert found.crossings == ()
    assert found.unconnected == ()


def test_fixed_down_bond():
    found = assign(contacts([(0, -950)]), Pads(ring(1, 3000, 1)), die=SQUARE, mounting_pad=PADDLE, fixed={0: None})

    assert found.wires[0].pad is None


def test_fixed_down_bond_without_a_mounting_pad():
    found = assign(contacts([(0, -950)]), Pads(ring(1, 3000, 1)), die=SQUARE, fixed={0: None})

    assert [item.reason for item in found.unconnected] == [
        "the mounting pad does not reach far enough beyond the die edge for a bond foot"
    ]


def test_crossing_that_fixed_pairs_force_is_reported():
    points, pads = ring(2, 950, 500)[:2], ring(2, 3000, 700)[:2]

    assert assign(contacts(points), Pads(pads), die=SQUARE, fixed={0: 1, 1: 0}).crossings == ((0, 1),)


def test_pads_meant_for_a_net_get_that_net_and_no_other():
    points, pads = ring(4, 950, 400)[:4], ring(4, 3000, 800)[:4]

    found = assign(contacts(points, ["a", "b", "c", "d"]), Pads(pads, (None, "b", "x", None)), die=SQUARE)

    assert pads_by_contact(found) == {0: 0, 1: 1, 3: 3}
    assert [(item.contact, item.reason) for item in found.unconnected] == [
        (2, "none of the 2 pads it may go to has room left")
    ]


def test_pads_meant_for_nets_in_another_order_are_wired_and_cross():
    points, pads = ring(4, 950, 400)[:4], ring(4, 3000, 800)[:4]

    found = assign(contacts(points, ["a", "b", "c", "d"]), Pads(pads, ("a", "c", "b", "d")), die=SQUARE)

    assert pads_by_contact(found) == {0: 0, 1: 2, 2: 1, 3: 3}
    assert found.crossings == ((1, 2),)


def test_room_on_a_pad_that_a_net_reaches_only_across_another():
    points, pads = ring(4, 950, 400)[:4], ring(2, 3000, 1000)[:2]
    rules = BondingRules(max_per_pad=2)

    found = assign(contacts(points, ["a", "b", "a", "b"]), Pads(pads, ("a", "b")), die=SQUARE, rules=rules)

    assert found.crossings == ()
    assert {item.reason for item in found.unconnected} == {"no pad with room for it keeps the order round the die"}


def test_pads_meant_for_other_nets():
    found = assign(contacts([(0, -950)], ["a"]), Pads(ring(1, 3000, 1), ("b",) * 4), die=SQUARE)

    assert found.unconnected[0].reason == "no pad may carry its net"


@pytest.mark.parametrize(
    ("fixed", "message"),
    [
        pytest.param({9: 0}, "contact 9 is given a pad, but there are 3 contacts, from 0", id="no such contact"),
        pytest.param({0: 4}, "contact 0 is given pad 4, but there are 4 pads, from 0", id="no such pad"),
        pytest.param({0: 1, 2: 1}, "pad 1 is given to contacts of different nets: 0 (a), 2 (no net)", id="two nets"),
        pytest.param({0: 1, 1: 1}, "pad 1 is given to 2 contacts, at most 1 may share one", id="too many"),
    ],
)
def test_fixed_pairs_that_cannot_be(fixed, message):
    three = Contacts(ring(3, 950, 500)[:3], ("a", "a", None))

    with pytest.raises(MaskgenError) as caught:
        assign(three, Pads(ring(1, 3000, 1)), die=SQUARE, fixed=fixed)

    assert str(caught.value) == message


def caravel():
    """Return the contacts of the Caravel die about its centre: eleven below and above, twenty right, 21 left."""
    rows = [
        (562.5 + 275 * np.arange(11), np.full(11, 32.0)),
        (np.full(20, 3848.0), 482.5 + 215 * np.arange(20)),
        (3307.5 - 275 * np.arange(11), np.full(11, 5038.0)),
        (np.full(21, 32.0), 4562.5 - 205 * np.arange(21)),
    ]
    points = np.vstack([np.stack(row, axis=1) for row in rows]) - (1940.0, 2535.0)
    vss = {0, 3, 9, 18, 19, 32, 36, 45, 54}
    vdd = {10, 20, 27, 29, 43, 44, 53, 61, 62}
    nets = ["vss" if i in vss else "vdd" if i in vdd else f"io{i}" for i in range(63)]
    return Contacts(points, tuple(nets)), (-1940.0, -2535.0, 1940.0, 2535.0)


QFN64 = ring(16, 4062.5, 500)
"""Landings of 64 pads on a body of 9 mm."""

INWARD = np.repeat([[0.0, 1.0], [-1.0, 0.0], [0.0, -1.0], [1.0, 0.0]], 16, axis=0)

LEADS = shapely.buffer(
    shapely.linestrings(np.stack([QFN64 + 62.5 * INWARD, QFN64 - 337.5 * INWARD], axis=1)), 125, cap_style="flat"
)
"""Their outlines, 250 by 400 µm."""


@pytest.mark.parametrize(
    ("rules", "down", "steepest"),
    [
        pytest.param(BondingRules(), 0, 68, id="every contact on a pad of its own"),
        pytest.param(GROUND, 4, 57, id="ground may go to the mounting pad"),
        pytest.param(
            BondingRules(downbond_nets=frozenset({"vss"}), max_per_pad=2), 4, 48, id="and two of a net share a pad"
        ),
        pytest.param(
            BondingRules(downbond_nets=frozenset({"vss"}), prefer_downbonds=True), 8, 57, id="all ground but one down"
        ),
    ],
)
def test_a_real_die_in_a_package_of_64_pads(rules, down, steepest):
    die_contacts, die = caravel()

    found = assign(die_contacts, Pads(QFN64), die=die, mounting_pad=(-2500.0, -3100.0, 2500.0, 3100.0), rules=rules)

    wires = landed(found.wires, LEADS, INWARD, profile=rules.profile)
    contact_boxes = [shapely.box(x - 30, y - 30, x + 30, y + 30) for x, y in die_contacts.points]
    wrong = findings(wires, die=die, profile=rules.profile, contacts=contact_boxes, nets=die_contacts.nets)
    assert (found.crossings, found.unconnected) == ((), ())
    assert sum(wire.pad is None for wire in found.wires) == down
    assert len(found.mounting_pad_pins) == (9 - down if down else 0)
    assert {finding.quantity for finding in wrong} <= {"max_angle"}
    assert max(finding.measured for finding in wrong) < steepest


@st.composite
def packages(draw):
    """Return a die with contacts along its edges in a ring of pads, both at uneven pitch."""
    random = np.random.default_rng(draw(st.integers(0, 9999)))
    half = np.array([draw(st.integers(800, 2500)), draw(st.integers(800, 2500))], dtype=float)
    room = np.array([draw(st.integers(800, 2500)), draw(st.integers(800, 2500))], dtype=float)
    points = around(uneven(random, draw(st.integers(1, 40))), half - 40)
    pads = around(uneven(random, draw(st.integers(1, 48))), half + room)
    nets = random.choice(["vss", "vdd", "a", "b"], len(points)).tolist() if draw(st.booleans()) else None
    left, bottom = -half
    return contacts(points, nets), Pads(pads), (float(left), float(bottom), float(-left), float(-bottom))


def uneven(random, count):
    """Return increasing positions from 0 to 4, never nearer than half their mean distance."""
    return (np.arange(count) + random.uniform(0.1, 0.6, count)) * 4 / count


def around(positions, half):
    """Return points on a box about the origin at positions counted in sides."""
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]]) * half
    side = positions.astype(int)
    return corners[side] + (corners[side + 1] - corners[side]) * (positions - side)[:, None]


def cost(assignment):
    segments = segments_of(assignment.wires)
    return lengths(segments[:, 0], segments[:, 1]).sum()


@settings(deadline=None, max_examples=60)
@given(packages())
def test_wires_of_a_ring_never_cross(package):
    die_contacts, pads, die = package

    found = assign(die_contacts, pads, die=die)

    assert crossing_count(segments_of(found.wires)) == 0
    assert found.crossings == ()


@settings(deadline=None, max_examples=40)
@given(packages(), st.integers(1, 3), st.booleans())
def test_every_contact_has_one_wire_or_is_listed(package, most, prefer):
    die_contacts, pads, die = package
    rules = BondingRules(max_per_pad=most, downbond_nets=frozenset({"vss"}), prefer_downbonds=prefer)
    mounting_pad = (die[0] - 500, die[1] - 500, die[2] + 500, die[3] + 500)

    found = assign(die_contacts, pads, die=die, mounting_pad=mounting_pad, rules=rules)

    listed = [wire.contact for wire in found.wires] + [item.contact for item in found.unconnected]
    used = Counter(wire.pad for wire in found.wires if wire.pad is not None)
    nets = {(wire.pad, die_contacts.nets[wire.contact]) for wire in found.wires if wire.pad is not None}
    assert sorted(listed) == list(range(len(die_contacts.points)))
    assert all(count <= most for count in used.values())
    assert len(nets) == len(used)
    assert sorted([*used, *found.unconnected_pads]) == list(range(len(pads.landings)))
    assert found == assign(die_contacts, pads, die=die, mounting_pad=mounting_pad, rules=rules)


@settings(deadline=None, max_examples=40)
@given(packages())
def test_turning_everything_changes_nothing(package):
    die_contacts, pads, die = package
    turn = np.array([[0.0, 1.0], [-1.0, 0.0]])
    turned = Contacts(die_contacts.points @ turn, die_contacts.nets)

    found = assign(die_contacts, pads, die=die)
    again = assign(turned, Pads(pads.landings @ turn), die=(die[1], die[0], die[3], die[2]))

    assert len(again.wires) == len(found.wires)
    assert cost(again) == pytest.approx(cost(found))


def test_a_thousand_wires_take_less_than_two_seconds():
    many = contacts(ring(250, 7900, 60))
    pads = Pads(np.vstack([ring(125, 9500, 140), ring(125, 10100, 150)]))
    begin = time.perf_counter()

    found = assign(many, pads, die=(-8000.0, -8000.0, 8000.0, 8000.0))

    assert time.perf_counter() - begin < 2.0
    assert (found.crossings, found.unconnected) == ((), ())
