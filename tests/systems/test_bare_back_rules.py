"""Every rule of the mold with exposed die backs passes on its template, and fails on a minimal change of it."""

import pytest
from breaking import Case, assert_breaks, assert_passes, own_technology, params, report_of

TEMPLATE, TECHNOLOGY = "exposed-die-back", "exposed-die-back"
SMALL = ("array.columns=2", "array.rows=1", "marks=none", "plate.rectangle=[30 mm, 20 mm]")
"""Two sites, of which every finding in a site is counted twice."""

BUILT = 'PAD_BUILT: "grow((FIELD - SECOND_MASK) & PAD, overgrowth)"'

CASES = [
    Case("M7.no-mp", ("mounting_pad={size: [1000, 1000]}",), "1e+06 um2 of the one lie in the other", 2),
    Case(
        "M7.no-mp.closed", (), "2.888e+06 um2 stick out", 2, frozenset({"M7.no-mp", "M7.section-pad", "M7.stray"}),
        (('"FIELD - (PAD_WIN | CATHODE)"', '"FIELD - (PAD_WIN | CATHODE | grow(DIE, 50))"'),),
    ),
    Case(
        "M7.stray", (), "2.886e+06 um2 that must not be there", 2,
        frozenset({"M7.no-mp", "M7.no-mp.closed", "M7.section-pad"}),
        (('"FIELD - (PAD_WIN | CATHODE)"', '"FIELD - (PAD_WIN | CATHODE | grow(DIE, 50))"'),),
    ),
    Case("M7.body", ("process.body_clearance=1300",), "2.272e+05 um2 stick out", 8),
    Case(
        "M7.release", (), "step 'place' needs a surface that lets go; fluoropolymer is not known to", 1,
        changes=(("fluoropolymer:  {conductive: false, releases: true", "fluoropolymer:  {conductive: false"),),
    ),
    Case(
        "M7.outward", ("process.die_clearance=650.1", "pads.ring.shape=rectangle", "pads.ring.radius=null"),
        "30 um2 of the one lie in the other", 16,
    ),
    Case("M7.space", ("process.min_gap=350.1",), "350.000 um apart, at least 350.1 um wanted", 24),
    Case(
        "M7.sever",
        (
            "pads={list: [{name: a, at: [1925, 0], size: [450, 300]}]}",
            "die.contacts={list: [{name: x, at: [700, 0], size: 80}]}",
        ),
        "4.482e+04 um2 of the one lie in the other", 2,
    ),
    Case(
        "M7.wire.length", ("wires.max_length=967",), "wire 1 from 1 to 1 is 967.4 um long, at most 967 um allowed", 16
    ),
    Case(
        "M7.wire.angle", ("wires.max_angle=30",),
        "wire 1 from 1 to 1 leaves the die at 32.9 deg, at most 30 deg allowed", 16,
    ),
    Case(
        "M7.wire.crossing", ("nets.connect={'2': '3', '3': '2'}",), "wire 2 from 2 to 3 crosses wire 3", 2,
        frozenset({"M7.nets"}),
    ),
    Case(
        "M7.wire.clearance", ("wires.wire_clearance=269",),
        "wire 1 from 1 to 1 is 268.3 um from wire 2, at least 269 um wanted", 16,
    ),
    Case("M7.wire.landing", ("wires.foot_margin=113",), "pad 1 has room for 0 bond feet, 1 wires land on it", 32),
    Case(
        "M7.wire.connected", ("die.contacts.ring.count=20", "die.contacts.ring.pitch=250"),
        "contact die.3 has no wire: none of the 16 pads it may go to has room left", 8,
    ),
    Case("M7.window", ("process.min_window=260",), "258.800 um wide, at least 260 um wanted", 32),
    Case(
        "M7.window.each", ("process.nickel_thickness=200",), "holds 0 pieces of the other layer, not one", 32,
        frozenset({"M7.agree", "M7.nets"}),
    ),
    Case(
        "M7.lock", ("process.nickel_thickness=0", "process.gold_thickness=0"), "is 0 um, more than 0 um wanted", 1,
        frozenset({"M7.section-pad"}),
    ),
    Case(
        "M7.agree", (), "1.597e+04 um2 missing", 32, frozenset({"M7.section-pad"}),
        ((BUILT, 'PAD_BUILT: "(FIELD - SECOND_MASK) & PAD"'),),
    ),
    Case(
        "M7.section-pad", (),
        "the layer begins here, the section after the step 'plate' 2.000 um away, at most 0.1 um allowed", 8,
        changes=(("gold_top: gold_thickness}", "gold_top: gold_thickness + 2}"),),
    ),
    Case(
        "M7.nets", ("process.nickel_thickness=200",), "1, die.1 should be joined and are not", 32,
        frozenset({"M7.agree", "M7.window.each"}),
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def passing():
    return report_of(TEMPLATE, *SMALL)


def test_every_rule_passes_on_its_template(passing):
    assert_passes(passing)


def test_every_rule_has_a_case_that_breaks_it(passing):
    assert {run.rule.id for run in passing.rules} == {case.rule for case in CASES}


@pytest.mark.parametrize("case", params(CASES))
def test_a_rule_reports_what_breaks_it_and_nothing_else(case, tmp_path):
    folder = own_technology(tmp_path, TEMPLATE, TECHNOLOGY, case.changes)
    report = report_of(TEMPLATE, *SMALL, "technology=mine.yaml", *case.settings, folder=folder)
    assert_breaks(case, report)
