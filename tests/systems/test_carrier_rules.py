"""Every rule of the carrier frame passes on its template, and fails on a minimal change of it."""

import pytest
from breaking import Case, assert_breaks, assert_passes, own_technology, params, report_of

TEMPLATE, TECHNOLOGY = "carrier-frame-resilient-pads", "carrier-frame"
SMALL = (
    *("array.columns=2", "array.rows=1", "marks=none", "plate={rectangle: [50 mm, 30 mm], border: 2 mm}"),
    *("die.contacts.ring.count=12", "die.contacts.ring.pitch=1200"),
    "balls={grid: {columns: 4, rows: 4, pitch: 1000, size: 250, shape: circle, empty_centre: [2, 2]}}",
    *("resilient_pads.ring.count=12", "resilient_pads.ring.pitch=3000"),
)
"""Two sites with 12 contacts, leads and balls each, of which every finding in a site is counted twice."""

BESIDE = "grow(LEAD_BUILT - grow(LEAD_FIXED, 40), 160)"
"""What takes the near side of a hole away."""

CASES = [
    Case("R.lift", ("process.recovery=0.6",), "lift is 12.4 um, more than 50.7999 um wanted", 1),
    Case("R.compress", ("process.compression=101",), "is 101 um, at least 101.6 um wanted", 1),
    Case(
        "R.compress.second", ("process.second_height=254", "process.second_compression=50"),
        "is 50 um, at least 50.8 um wanted", 1,
    ),
    Case(
        "R.strain", ("process.compression=128", "die.thickness=480"),
        "is 0.503937 of the height, at most 0.5 of the height allowed", 1,
    ),
    Case(
        "R.section-lead", (),
        "the layer begins here, the section after the step 'plate' 5.000 um away, at most 0.1 um allowed", 28,
        changes=(("stack: {gold: lead_thickness}", "stack: {gold: 2*lead_thickness}"),),
    ),
    Case(
        "R.section-stem", (),
        "the layer begins here, the section after the step 'etch' 0.992 um away, at most 0.1 um allowed", 12,
        changes=(("depth: lead_copper, undercut: undercut,", "depth: lead_copper, undercut: undercut + 1,"),),
    ),
    Case(
        "R.section-hole", (),
        "the layer begins here, the section after the step 'drill' 10.832 um away, at most 0.1 um allowed", 8,
        changes=(("draft: hole_draft", "draft: 2*hole_draft"),),
    ),
    Case(
        "R.section-land", (),
        "the layer begins here, the section after the step 'drill' 1.000 um away, at most 0.1 um allowed", 8,
        changes=(("undercut: etch_undercut, note", "undercut: etch_undercut + 1, note"),),
    ),
    Case(
        "R.section-frame", (),
        "the layer ends here, the section after the step 'rout' 1.000 um away, at most 0.1 um allowed", 4,
        changes=(("step: rout, material: laminate, mask: APERTURE",
                  "step: ablate, kerf: 2.0, material: laminate, mask: APERTURE"),),
    ),
    Case(
        "R.strain.second", ("process.second_height=101.6", "process.second_compression=51.8", "process.recovery=0.8"),
        "is 0.509843 of the height, at most 0.5 of the height allowed", 1,
    ),
    Case("R.pad-on-frame", ("resilient_pads.ring.inset=6150",), "8.192e+04 um2 stick out", 24),
    Case("R.pad-on-frame.bead", ("resilient_pads.ring.inset=700",), "1.314e+04 um2 of the one lie in the other", 24),
    Case("R.pad-on-frame.leads", ("process.lead_clearance=5000",), "1840 um2 of the one lie in the other", 16,
        frozenset({"R.routed", "R.hole", "R.hole.each", "R.hole.enclosed", "R.section-hole"})),
    Case(
        "R.pad-on-frame.even", ("resilient_pads.ring.count=[3, 0, 0, 0]",),
        "balance is 6846 um, less than 500 um wanted", 1,
    ),
    Case(
        "R.aperture", (), "4.813e+04 um2 stick out", 8,
        frozenset({"R.agree.frame"}),
        changes=(('recipe: "APERTURE_SHAPE"', 'recipe: "shrink(APERTURE_SHAPE, 10)"'),),
    ),
    Case(
        "R.aperture.frame", ("process.clearance=6950",), "5.013e+04 um2 stick out", 16,
        frozenset({"R.pad-on-frame"}),
    ),
    Case(
        "R.hole", (), "its middle is 20.959 um from the other's, at most 20 um allowed", 24,
        frozenset({"R.section-hole"}), (('"shrink(HOLE, hole_taper)"', f'"shrink(HOLE, hole_taper) - {BESIDE}"'),),
    ),
    Case("R.hole.enclosed", ("process.hole_enclosure=51",), "1104 um2 stick out", 24),
    Case(
        "R.hole.each", (), "holds 0 pieces of the other layer, not one", 24,
        frozenset({"R.nets"}),
        changes=(('"BALL & HOLE_BUILT"', '"BALL - BALL"'),),
    ),
    Case(
        "R.align", ("die.contacts.ring.size=[1200, 100]",),
        "its middle is 1200.000 um from the other's, at most 20 um allowed", 16,
        frozenset({"R.nets"}),
    ),
    Case("R.routed", ("balls.grid.omit=[A1]",), "die.10 has no lead: no terminal is left for it", 2),
    Case("R.neck", ("process.undercut=11",), "release is 11 um, more than 11.65 um wanted", 1),
    Case(
        "R.stem", ("process.undercut=9",), "its neck is not freed: one stem reaches from tip to fixed end", 24,
        frozenset({"R.neck"}),
    ),
    Case(
        "R.stem.order", ("leads.tip=270", "process.peel_strength=100"),
        "stem-ratio is 1.78526, more than 2 wanted", 1,
    ),
    Case(
        "R.slack", ("process.min_slack=0.6",), "slack is 75.9 um, less than 0 um wanted", 1,
        frozenset({"R.slack.least"}),
    ),
    Case(
        "R.slack.least", ("process.min_slack=0.6", "process.shift=100"), "spare is 6.78273 %, more than 60 % wanted", 1,
    ),
    Case("R.peel", ("process.peel_strength=1001",), "peel is 50.05 mN, less than 50 mN wanted", 1),
    Case(
        "R.leads-apart", (), "0.000 um apart, at least 20 um wanted", 48,
        frozenset({"R.agree.lead", "R.nets", "R.section-lead", "R.section-stem", "R.stem"}),
        changes=(('LEAD_BUILT: "grow(LEAD, lead_overgrowth)"', 'LEAD_BUILT: "grow(LEAD, 350)"'),),
    ),
    Case("R.stack", ("die.thickness=520",), "stack is 10 um, more than 20 um wanted", 1),
    Case(
        "R.cte", ("process.cte_frame=9",), "expansion is 9 ppm/K, more than 9.999 ppm/K wanted", 1,
        frozenset({"R.cte.better"}),
    ),
    Case("R.cte.better", ("process.cte_frame=21",), "is 21 ppm/K, at most 20 ppm/K allowed", 1),
    Case("R.cte.resilient", ("process.cte_resilient=17",), "is 0 ppm/K, more than 0 ppm/K wanted", 1),
    Case("R.cte.encapsulant", ("process.cte_encapsulant=17",), "is 0 ppm/K, more than 0 ppm/K wanted", 1),
    Case("R.stencil", ("resilient_pads.ring.size=350",), "stencil is 0.641732, more than 0.66 wanted", 1),
    Case("R.trim", ("body.size=[6.3 mm, 18 mm]",), "9e+05 um2 of the one lie in the other", 4),
    Case(
        "R.land", (), "1.626e+04 um2 stick out", 24,
        changes=(('"grow(grow(HOLE_SHAPE, land_margin), etch_undercut)"', '"grow(HOLE_SHAPE, land_margin/2)"'),),
    ),
    Case("R.land.apart", ("process.land_margin=326",), "98.000 um apart, at least 100 um wanted", 24),
    Case("R.agree", (), "1.912e+04 um2 too much", 24, changes=(('"shrink(PAD_SHAPE, slump)"', '"PAD_SHAPE"'),)),
    Case(
        "R.agree.lead", (), "2562 um2 too much", 24,
        changes=(('"shrink(LEAD_SHAPE, lead_overgrowth)"', '"grow(LEAD_SHAPE, 1)"'),),
    ),
    Case("R.agree.frame", (), "7.936e+06 um2 missing", 2, changes=(('"grow(CARRIER, kerf/2)"', '"CARRIER"'),)),
    Case(
        "R.nets", ("die.contacts.ring.size=[1200, 100]",),
        "die.1, die.2, die.3, A4, B4, C4 are joined and should not be", 8,
        frozenset({"R.align"}),
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
