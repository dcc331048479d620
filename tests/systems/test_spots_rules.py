"""Every rule of the spot terminals passes on their template, and fails on a minimal change of it."""

import pytest
from breaking import Case, assert_breaks, assert_passes, own_technology, params, report_of

TEMPLATE, TECHNOLOGY = "etch-resistant-spot-terminals", "spot-terminals"
SMALL = (
    *("array.columns=2", "array.rows=1", "plate={rectangle: [20 mm, 12 mm], border: 1.5 mm}"),
    "marks={fiducials: [{kind: cross, size: 500}], alignment: none, title: none, reading: none, corners: none}",
    "frame={kind: rectangle, opening: [25 mm, 17 mm], width: 6 mm}",
)
"""Two sites, of which every finding in a site is counted twice."""

SPOT = "terminals={list: [{name: A, at: [0, 0], size: 200, shape: circle}]}"
CONTACT = "die.contacts={list: [{name: a, at: [0, 1000], size: 80}]}"
SPOTS = """terminals={list: [
  {name: A, at: [-700, 0], size: 150, shape: circle}, {name: B, at: [700, 0], size: 150, shape: circle},
]}"""
CONTACTS = "die.contacts={list: [{name: a, at: [-1400, 0], size: 80}, {name: b, at: [1400, 0], size: 80}]}"
"""Contacts 100 um from the border of the die, so that tips of two sites stand 250 um apart."""
MERGED = "die.contacts={list: [{name: a, at: [0, 1000], size: 100}, {name: b, at: [90, 1000], size: 100}]}"
"""Contacts that overlap by 10 um: one piece of metal, its middle 45 um from both tips."""
TRIANGLE = "terminals={list: [{name: A, at: [0, 0], shape: polygon, points: [[-100, -100], [150, -100], [-100, 150]]}]}"

CASES = [
    Case(
        "T.routed", ("die.contacts.ring.count=28", "die.contacts.ring.pitch=350"),
        "die.8 has no lead: no terminal is left for it", 8,
    ),
    Case("T.neck", ("process.undercut_tolerance=0.4",), "release is 16 um, more than 16.41 um wanted", 1),
    Case(
        "T.stem", ("process.undercut={per_edge: 9, depth: 12}",),
        "its neck is not freed: one stem reaches from tip to fixed end", 48, frozenset({"T.neck"}),
    ),
    Case(
        "T.section-lead", (),
        "the layer begins here, the section after the step 'plate' 5.000 um away, at most 0.1 um allowed", 30,
        changes=(("stack: {gold: lead_thickness}", "stack: {gold: 2*lead_thickness}"),),
    ),
    Case(
        "T.section-stem", (),
        "the layer begins here, the section after the step 'etch' 0.991 um away, at most 0.1 um allowed", 4,
        changes=(("depth: lead_copper, undercut: undercut,", "depth: lead_copper, undercut: undercut + 1,"),),
    ),
    Case(
        "T.section-via", (),
        "the layer begins here, the section after the step 'drill' 5.100 um away, at most 0.1 um allowed", 24,
        changes=(("draft: via_draft", "draft: 2*via_draft"),),
    ),
    Case(
        "T.section-tip", (),
        "the layer begins here, the section after the step 'etch' 1.094 um away, at most 0.1 um allowed", 12,
        frozenset({"T.section-base"}),
        changes=(("depth: etch_depth", "depth: etch_depth + 20"),),
    ),
    Case(
        "T.section-neck", (),
        "the layer begins here, the section after the step 'etch' 1.000 um away, at most 0.1 um allowed", 12,
        frozenset({"T.section-base", "T.section-tip"}),
        changes=(("undercut: neck_undercut", "undercut: neck_undercut + 1"),),
    ),
    Case(
        "T.section-base", (),
        "the layer begins here, the section after the step 'etch' 0.705 um away, at most 0.1 um allowed", 12,
        changes=(("depth: etch_depth", "depth: etch_depth + 1"),),
    ),
    Case("T.stem.order", ("process.min_stem_ratio=11",), "stem-ratio is 10.3827, more than 11 wanted", 1),
    Case("T.via.bulge", ("via=80",), "3141 um2 stick out", 48),
    Case(
        "T.spot-via", (CONTACT, TRIANGLE, "process.overlay=5"),
        "its middle is 5.231 um from the other's, at most 5 um allowed", 2,
    ),
    Case(
        "T.spot-via.each", (CONTACTS, SPOTS.replace("700", "120")), "holds 2 pieces of the other layer, not one", 2,
        frozenset({"T.spot-via", "T.neck34.each", "T.subdivide", "T.nets"}),
    ),
    Case(
        "T.spot-via.each", ("die.contacts.ring.count=20", "die.contacts.ring.pitch=450"),
        "holds 0 pieces of the other layer, not one", 8,
    ),
    Case(
        "T.spot-via.base", ("process.neck_depth=120", "process.min_neck=30"), "219.2 um2 stick out", 48,
        frozenset({"T.valid"}),
    ),
    Case("T.neck34", ("process.min_neck=142",), "neck is 141.877 um, more than 142 um wanted", 1),
    Case("T.neck34.tip", ("process.neck_depth=0",), "tip is 0 um, more than 0 um wanted", 1),
    Case(
        "T.neck34.foot", ("process.neck_depth=150", "process.min_neck=10", "terminals.grid.size=200"),
        "foot is 0 um, more than 0 um wanted", 1, frozenset({"T.valid", "T.section-neck"}),
    ),
    Case("T.valid", ("process.neck_depth=85", "process.min_neck=30"), "is -5 um, at least 0 um wanted", 1),
    Case(
        "T.neck34.each", ("terminals.grid.size=8", "via=20", "leads.fixed=60"),
        "holds 0 pieces of the other layer, not one", 48, frozenset({"T.neck34"}),
    ),
    Case(
        "T.subdivide", (CONTACTS, SPOTS.replace("700", "149"), "process.min_base_gap=30"),
        "46.000 um apart, at least 165 um wanted", 2,
    ),
    Case(
        "T.subdivide.through", ("process.overetch=0.99",), "is -1.5 um, at least 0 um wanted", 1,
        frozenset({"T.section-base"}),
    ),
    Case(
        "T.subdivide.base", (CONTACTS, SPOTS, "process.min_base_gap=1202"),
        "1201.254 um apart, at least 1202 um wanted", 2,
    ),
    Case(
        "T.tip-contact", (MERGED, SPOTS), "its middle is 45.000 um from the other's, at most 14.7201 um allowed", 4,
        frozenset({"T.nets"}),
    ),
    Case("T.cte", ("process.tip_overlay=0.1",), "run-out is 0.279886 um, less than 0.1 um wanted", 1),
    Case("T.scribe", (CONTACT, SPOT.replace("[0, 0]", "[0, 1390]")), "5821 um2 of the one lie in the other", 2),
    Case("T.slack", ("process.lift=200",), "lift is 200 um, less than 0 um wanted", 1, frozenset({"T.slack.least"})),
    Case(
        "T.slack.least", ("process.min_slack=0.6", "process.shift=100"), "slack is 10.1224 %, more than 60 % wanted", 1,
    ),
    Case("T.peel", ("process.max_peel=17",), "peel is 17.5 mN, less than 17 mN wanted", 1),
    Case("T.leads-apart", (CONTACTS, SPOTS, "leads.gap=300"), "250.000 um apart, at least 300 um wanted", 1),
    Case(
        "T.tipbond", (), "846.1 um2 stick out", 48,
        changes=(('recipe: "shrink(LEAD_TIP, bond_margin)"', 'recipe: "grow(LEAD_TIP, bond_margin)"'),),
    ),
    Case("T.fid", ("marks=none",), "0 fiducials, at least 3 wanted", 1),
    Case("T14.open", ("frame.opening=[9 mm, 17 mm]",), "1.057e+04 um2 of the one lie in the other", 15),
    Case("T14.tension", ("process.assembly_rise=200",), "tension is 0 %, more than 0 % wanted", 1),
    Case(
        "T.agree", (CONTACTS, SPOTS), "1.113e+04 um2 missing", 4,
        changes=(('recipe: "grow(TERM_TARGET, tip_undercut)"', 'recipe: "TERM_TARGET"'),),
    ),
    Case(
        "T.agree.lead", (CONTACTS, SPOTS), "1193 um2 too much", 4, frozenset({"T.section-lead"}),
        (('LEAD_BUILT: "grow(LEAD, lead_overgrowth)"', 'LEAD_BUILT: "grow(LEAD, 1)"'),),
    ),
    Case(
        "T.nets", (), "B2, die.1 should be joined and are not", 48, changes=(("  - [VIA_BUILT, TERM_BASE]\n", ""),)
    ),
]  # fmt: skip
"""Findings in both sites are counted; each has 24 contacts and 24 terminals."""


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
