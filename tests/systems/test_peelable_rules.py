"""Every rule of the peelable sheet passes on its template, and fails on a minimal change of it.

The rules that it shares with the window substrate are broken in `test_window_rules`.
"""

import pytest
from breaking import Case, assert_breaks, assert_passes, own_technology, params, report_of

TEMPLATE, TECHNOLOGY = "peelable-lead-sheet", "peelable-sheet"
SMALL = (
    *("array.columns=2", "array.rows=1", "marks=none", "plate={rectangle: [40 mm, 30 mm], border: 2 mm}"),
    "die={size: 2000, thickness: 400, contacts: {ring: {count: 16, pitch: 280, size: 90, inset: 60}}}",
    *("first_substrate.size=[11 mm, 11 mm]", "second_substrate.size=[10 mm, 10 mm]"),
    *("pads.ring.count=16", "pads.ring.inset=2800", "sheet.size=[9 mm, 9 mm]"),
    "sheet.terminals={grid: {columns: 5, rows: 5, pitch: 1500, size: 400, shape: circle, empty_centre: [3, 3]}}",
)
"""Two sites with 16 leads each, of which every finding in a site is counted twice."""

TERMINALS = "sheet.terminals={grid: {columns: 6, rows: 6, pitch: 1270, size: 400, shape: circle, empty_centre: [4, 4]}}"
"""Four terminals more than there are leads."""

CASES = [
    Case("W2.two-zone", ("process.zone_gap=511",), "510.000 um apart, at least 511 um wanted", 32),
    Case(
        "W2.two-zone.apart", ("pads.ring.size=[180, 150]", "pads.ring.inset=3100"),
        "215.7 um2 of the one lie in the other", 32,
        frozenset({"W2.two-zone", "W2.routed", "W2.terminal.spare", "W2.coat"}),
    ),
    Case(
        "W2.two-zone.pad", ("sheet.leads.tip=184", "sheet.leads.fixed=300", "process.peel_strength=200"),
        "17.11 um2 stick out", 64,
        frozenset({"W2.tip-on-pad"}),
    ),
    Case("W2.tip-on-pad", ("process.tip_overlay=45",), "182.1 um2 stick out", 32),
    Case(
        "W2.section-lead", (),
        "the layer begins here, the section after the step 'plate' 5.000 um away, at most 0.1 um allowed", 8,
        changes=(("stack: {gold: lead_thickness}", "stack: {gold: 2*lead_thickness}"),),
    ),
    Case(
        "W2.section-stem", (),
        "the layer ends here, the section after the step 'etch' 0.991 um away, at most 0.1 um allowed", 4,
        changes=(("depth: release_copper, undercut: release,", "depth: release_copper, undercut: release + 1,"),),
    ),
    Case(
        "W2.section-via", (),
        "the layer begins here, the section after the step 'drill' 5.100 um away, at most 0.1 um allowed", 8,
        changes=(("draft: via_draft", "draft: 2*via_draft"),),
    ),
    Case(
        "W2.section-terminal", (),
        "the layer begins here, the section after the step 'etch' 1.000 um away, at most 0.1 um allowed", 8,
        changes=(("undercut: undercut, note: \"Top of", "undercut: undercut + 1, note: \"Top of"),),
    ),
    Case("W2.routed", ("sheet.terminals.grid.omit=[A1]",), "15 has no lead: no terminal is left for it", 2),
    Case(
        "W2.routed", ("sheet.terminals.grid.empty_centre=[1, 1]",),
        "2 has no lead: channel between an obstacle and D2 holds 0 leads of 20 um with gaps of 20 um, 1 wanted: "
        "370 um short", 16, frozenset({"W2.fixed", "W2.terminal.spare"}),
    ),
    Case("W2.neck", ("process.release=11",), "release is 11 um, more than 11.66 um wanted", 1),
    Case(
        "W2.stem", ("process.release=9",), "its neck is not freed: one stem reaches from tip to fixed end", 32,
        frozenset({"W2.neck"}),
    ),
    Case("W2.stem.order", ("sheet.leads.tip=100",), "stem-ratio is 1.67474, more than 2 wanted", 1),
    Case("W2.slack", ("process.lift=600",), "lift is 600 um, less than 0 um wanted", 1, frozenset({"W2.slack.least"})),
    Case(
        "W2.slack.least", ("process.min_slack=0.6", "process.shift=150"),
        "slack is 5.87368 %, more than 60 % wanted", 1,
    ),
    Case("W2.peel", ("process.peel_strength=1001",), "peel is 50.05 mN, less than 50 mN wanted", 1),
    Case(
        "W2.leads-apart", (), "13.978 um apart, at least 20 um wanted", 8,
        frozenset({"W2.agree.lead", "W2.section-lead", "W2.section-stem", "W2.stem"}),
        (('LEAD_BUILT: "grow(LEAD, lead_overgrowth)"', 'LEAD_BUILT: "grow(LEAD, 84)"'),),
    ),
    Case("W2.wire-clear", ("sheet.relief=38",), "27.43 um2 of the one lie in the other", 32),
    Case(
        "W2.wire-clear.leads", ("process.loop_clearance=550",), "79.07 um2 of the one lie in the other", 32,
        frozenset({"W2.wire-clear"}),
    ),
    Case("W2.fixed", ("sheet.size=[6.3 mm, 9 mm]",), "9058 um2 stick out", 20),
    Case(
        "W2.terminal", (), "its middle is 24.645 um from the other's, at most 15 um allowed", 8,
        frozenset({"W2.agree"}),
        (('"grow(TERM_TARGET, undercut)"', '"grow(TERM_TARGET, undercut) - grow(LEAD_ZONE, 720)"'),),
    ),
    Case("W2.terminal.spare", (TERMINALS,), "holds 0 pieces of the other layer, not one", 8),
    Case("W2.via", ("process.via_enclosure=26",), "374.7 um2 stick out", 32),
    Case(
        "W2.tipbond", (), "861.8 um2 stick out", 32,
        changes=(('"shrink(LEAD_TIP, bond_margin)"', '"grow(LEAD_TIP, bond_margin)"'),),
    ),
    Case("W2.coat", ("process.coat_clearance=515",), "113.1 um2 stick out", 32),
    Case(
        "W2.coat.zone", ("process.coat_margin=500",), "525.3 um2 of the one lie in the other", 32,
        changes=((" - grow(LEAD_ZONE, coat_clearance)", ""),),
    ),
    Case(
        "W2.vacuum", (), "1.112e+04 um2 of the one lie in the other", 24, frozenset({"W2.vacuum.sheet"}),
        (('recipe: "VACUUM"', 'recipe: "grow(VACUUM, 150)"'),),
    ),
    Case(
        "W2.vacuum.sheet", (), "1.9e+07 um2 stick out", 2,
        changes=(('recipe: "VACUUM"', 'recipe: "VACUUM | (SUB2 - SHEET)"'),),
    ),
    Case("W2.run-out", ("process.cte_sheet=260",), "sheet-run-out is 15.6553 um, less than 15 um wanted", 1),
    Case(
        "W2.agree", (), "4089 um2 missing", 32,
        changes=(('recipe: "grow(TERM_TARGET, undercut)"', 'recipe: "TERM_TARGET"'),),
    ),
    Case(
        "W2.agree.lead", ("process.lead_thickness=26",), "5.055e+04 um2 missing", 32,
        frozenset({"W.nets", "W2.stem"}),
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def passing():
    return report_of(TEMPLATE, *SMALL)


def test_every_rule_passes_on_its_template(passing):
    assert_passes(passing)


def test_every_rule_has_a_case_that_breaks_it(passing):
    assert {run.rule.id for run in passing.rules if run.rule.id.startswith("W2.")} == {case.rule for case in CASES}


@pytest.mark.parametrize("case", params(CASES))
def test_a_rule_reports_what_breaks_it_and_nothing_else(case, tmp_path):
    folder = own_technology(tmp_path, TEMPLATE, TECHNOLOGY, case.changes)
    report = report_of(TEMPLATE, *SMALL, "technology=mine.yaml", *case.settings, folder=folder)
    assert_breaks(case, report)
