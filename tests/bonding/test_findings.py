"""What is measured to be wrong with wires."""

import time

import numpy as np
import pytest
import shapely

from maskgen.bonding.findings import WireFinding, findings
from maskgen.bonding.rules import AssemblyProfile
from maskgen.bonding.wires import Wire

DIE = (-1000.0, -1000.0, 0.0, 1000.0)
"""Its right edge is x = 0."""

PROFILE = AssemblyProfile(
    wire_diameter=25.0,
    min_length=400.0,
    max_length=5000.0,
    max_angle=45.0,
    wire_clearance=25.0,
    contact_clearance=10.0,
    foot_clearance=10.0,
    foot_width=75.0,
    foot_length=50.0,
    shared_run=500.0,
    die_edge_clearance=250.0,
)


def wires(*ends, pads=None):
    """Return wires to pads of their own, or to given ones."""
    pads = range(len(ends)) if pads is None else pads
    return [
        Wire(i, pad, tuple(map(float, start)), tuple(map(float, end)))
        for i, (pad, (start, end)) in enumerate(zip(pads, ends, strict=True))
    ]


def found(*ends, pads=None, **named):
    return findings(wires(*ends, pads=pads), die=DIE, profile=PROFILE, **named)


@pytest.mark.parametrize(
    "ends",
    [
        pytest.param([((0, 0), (400, 0))], id="exactly the least length"),
        pytest.param([((0, 0), (5000, 0))], id="exactly the greatest length"),
        pytest.param([((0, 0), (1000, 1000))], id="exactly the greatest angle"),
        pytest.param([((0, 0), (600, 0)), ((0, 60), (1000, 60))], id="60 um apart"),
        pytest.param([((0, 0), (1000, 0)), ((0, 50), (1000, 100))], id="exactly the least clearance"),
        pytest.param([((-150, 0), (250, 0))], id="lands exactly far enough from the die"),
    ],
)
def test_pass(ends):
    assert found(*ends) == []


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        pytest.param([((0, 0), (399, 0))], WireFinding("min_length", (0,), 399.0, 400.0, (199.5, 0.0)), id="short"),
        pytest.param([((0, 0), (5001, 0))], WireFinding("max_length", (0,), 5001.0, 5000.0, (2500.5, 0.0)), id="long"),
        pytest.param(
            [((0, 0), (1000, -(3**0.5) * 1000))],
            WireFinding("max_angle", (0,), pytest.approx(60), 45.0, (500.0, pytest.approx(-866.0254))),
            id="steep",
        ),
        pytest.param(
            [((0, 0), (1000, 400)), ((0, 400), (1000, 0))],
            WireFinding("crossing", (0, 1), -25.0, 0.0, (500.0, 200.0)),
            id="crossing",
        ),
        pytest.param(
            [((0, 0), (1000, 0)), ((0, 49), (1000, 100))],
            WireFinding("wire_clearance", (0, 1), 24.0, 25.0, (0.0, 24.5)),
            id="near each other",
        ),
        pytest.param(
            [((-300, 0), (249, 0))],
            WireFinding("die_edge_clearance", (0,), 249.0, 250.0, (249.0, 0.0)),
            id="lands near the die",
        ),
        pytest.param(
            [((0, 0), (1000, 0)), ((0, 59), (600, 59))],
            WireFinding("foot_clearance", (0, 1), 9.0, 10.0, (600.0, 29.5)),
            id="passes a foot",
        ),
    ],
)
def test_fail(ends, expected):
    assert found(*ends) == [expected]


def test_wires_to_one_pad_come_together_near_it():
    fan = [((0, 0), (2000, 100)), ((0, 240), (2000, 100))]

    assert found(*fan, pads=[4, 4]) == []
    assert {finding.quantity for finding in found(*fan, pads=[4, 5])} == {
        "crossing",
        "foot_clearance",
    }


def test_wires_to_one_pad_keep_apart_before_it():
    (finding,) = found(((0, 0), (2000, 15)), ((0, 60), (2000, 15)), pads=[4, 4])

    assert finding.quantity == "wire_clearance"
    assert finding.measured == pytest.approx(60 * 500 / 2000 - 25, abs=0.1)


def test_down_bonds_are_no_wires_to_one_pad():
    (finding,) = found(((0, 0), (500, 0)), ((0, 49), (500, 100)), pads=[None, None])

    assert finding == WireFinding("wire_clearance", (0, 1), 24.0, 25.0, (0.0, 24.5))


CONTACTS = [shapely.box(-80, -30, -20, 30), shapely.box(-80, 40, -20, 100)]


@pytest.mark.parametrize(
    ("nets", "count"),
    [
        pytest.param(["a", "b"], 1, id="other net"),
        pytest.param(["a", "a"], 0, id="same net"),
        pytest.param([None, None], 1, id="no nets"),
        pytest.param([], 1, id="nets not given"),
    ],
)
def test_wire_near_a_foreign_contact(nets, count):
    near = found(((-50, 18), (950, 18)), contacts=CONTACTS, nets=nets)

    assert near == [WireFinding("contact_clearance", (0,), 9.5, 10.0, (-20.0, 29.0), contact=1)][:count]


def test_no_wires_have_no_findings():
    assert findings([], die=DIE, profile=PROFILE) == []


def test_a_thousand_wires_take_well_under_a_second():
    rows = np.random.default_rng(3).permutation(1000)
    many = wires(*[((0, row * 70), (2500 + 600 * (row % 2), row * 70)) for row in rows.tolist()])
    begin = time.perf_counter()

    wrong = findings(many, die=(-70000.0, -10.0, 0.0, 70000.0), profile=PROFILE)

    assert time.perf_counter() - begin < 1.0
    assert wrong == []
