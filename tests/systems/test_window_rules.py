"""Every rule of the window substrate passes on its template, and fails on a minimal change of it."""

import pytest
from breaking import Case, assert_breaks, assert_passes, own_technology, params, report_of

TEMPLATE, TECHNOLOGY = "window-substrate-package", "window-substrate"
SMALL = ("array.columns=2", "array.rows=1", "marks=none", "plate={rectangle: [40 mm, 30 mm], border: 2 mm}")
"""Two sites, of which every finding in a site is counted twice."""

TWO_DIES = """dies=[
  {name: a, size: 2000, thickness: 400, at: [-1100, 0], contacts: {ring: {count: 8, pitch: 280, size: 90, inset: 60}}},
  {name: b, size: 2000, thickness: 400, at: [1100, 0], contacts: {ring: {count: 8, pitch: 280, size: 90, inset: 60}}},
]"""
"""Dies 200 um apart, whose openings are one."""

THIN_DIE = TWO_DIES.replace("1100", "1600").replace("thickness: 400", "thickness: 350", 1)
"""Dies with an opening each, the one thinner than the other."""

CASES = [
    Case(
        "W.opening", (), "4.048e+04 um2 stick out", 8,
        changes=(('recipe: "OPENING"', 'recipe: "shrink(OPENING, 10)"'),),
    ),
    Case("W.opening.each", ("die=null", TWO_DIES), "holds 2 pieces of the other layer, not one", 2),
    Case("W.pads-out", ("process.pad_clearance=1100",), "1.123e+05 um2 of the one lie in the other", 128),
    Case("W.pads-on", ("pads.ring.inset=60",), "1.166e+04 um2 stick out", 128),
    Case("W.bridge", ("process.min_bridge=2801",), "2671.198 um wide, at least 2801 um wanted", 2),
    Case(
        "W.cover", ("first_substrate.size=[11.1 mm, 5.3 mm]",), "3.827e+05 um2 stick out", 4,
        frozenset({"W.cover.outline"}),
    ),
    Case("W.cover.outline", ("first_substrate.size=[10.9 mm, 11 mm]",), "5.5e+05 um2 stick out", 4),
    Case("W.coplanar", ("second_substrate.thickness=330",), "coplanarity is 70 um, less than 40 um wanted", 1),
    Case("W.coplanar.lowest", ("die=null", THIN_DIE), "is -50 um, at least -40 um wanted", 1),
    Case("W.cte", ("process.cte_second=18",), "expansion is 11.2 ppm/K, less than 10 ppm/K wanted", 1),
    Case("W.run-out", ("process.rise=1000",), "run-out is 56.0029 um, less than 50 um wanted", 1),
    Case("W.adhesive", ("process.squeeze_out=151",), "1252 um2 of the one lie in the other", 16),
    Case("W.die-adhesive", ("process.die_spread=400",), "2.483e+05 um2 stick out", 8),
    Case("W.die-adhesive.cover", ("process.die_spread=40",), "1.255e+06 um2 stick out", 2),
    Case("W.space", ("process.min_gap=200",), "170.000 um apart, at least 200 um wanted", 120),
    Case("W.width", ("process.min_pad=181",), "179.892 um wide, at least 181 um wanted", 128),
    Case(
        "W.agree", (), "5736 um2 missing", 128,
        changes=(('recipe: "grow(PAD, undercut)"', 'recipe: "PAD"'),),
    ),
    Case(
        "W.agree.outline", (), "4.746e+06 um2 missing", 2,
        changes=(('recipe: "grow(SUB1, kerf/2)"', 'recipe: "SUB1"'),),
    ),
    Case(
        "W.agree.outline.second", (), "4.347e+06 um2 missing", 2,
        changes=(('recipe: "grow(SUB2, kerf/2)"', 'recipe: "SUB2"'),),
    ),
    Case(
        "W.section-pad", (),
        "the layer begins here, the section after the step 'etch' 1.000 um away, at most 0.1 um allowed", 8,
        changes=(("depth: copper_thickness, undercut: undercut,", "depth: copper_thickness, undercut: undercut + 1,"),),
    ),
    Case(
        "W.section-opening", (),
        "the layer ends here, the section after the step 'rout' 1.000 um away, at most 0.1 um allowed", 4,
        changes=(("step: rout, material: laminate, mask: SUB2_OPEN",
                  "step: ablate, kerf: 2.0, material: laminate, mask: SUB2_OPEN"),),
    ),
    Case(
        "W.section-outline", (),
        "the layer begins here, the section after the step 'saw' 1.000 um away, at most 0.1 um allowed", 4,
        changes=(('recipe: "grow(SUB1, kerf/2)", drawn: remaining, kerf: kerf',
                  'recipe: "grow(SUB1, kerf/2)", drawn: remaining, kerf: kerf + 2'),),
    ),
    Case(
        "W.wire.length", ("wires.max_length=1000",), "wire 1 from 1 to 1 is 1100.8 um long, at most 1000 um allowed", 64
    ),
    Case(
        "W.wire.angle", ("wires.max_angle=20",),
        "wire 1 from 1 to 1 leaves the die at 28.5 deg, at most 20 deg allowed", 48,
    ),
    Case(
        "W.wire.crossing", ("nets.connect={'2': '3', '3': '2'}",), "wire 2 from 2 to 3 crosses wire 3", 2,
        frozenset({"W.nets"}),
    ),
    Case(
        "W.wire.clearance", ("wires.wire_clearance=250",),
        "wire 1 from 1 to 1 is 228.4 um from wire 2, at least 250 um wanted", 64,
    ),
    Case(
        "W.wire.landing", ("wires.foot_margin=60",), "pad 1 has room for 0 bond feet, 1 wires land on it", 128
    ),
    Case(
        "W.wire.connected", ("nets.assign=table", "nets.connect={'1': '1'}"),
        "contact die.2 has no wire: the table does not name it", 126,
    ),
    Case(
        "W.nets", ("process.undercut={per_edge: 90, depth: 18}",),
        "die.1, die.2, die.3, die.4, die.5, die.6 and 26 more are joined and should not be", 8,
        frozenset({"W.agree"}),
    ),
]  # fmt: skip
"""Findings in both sites are counted; the die has 64 contacts."""


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
