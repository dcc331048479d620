"""Every rule of shield cans passes on the template, and fails on a minimal change of it."""

import pytest
from breaking import Case, assert_breaks, assert_passes, own_technology, params, report_of

from maskgen.errors import SourceError

TEMPLATE = "shield-can-mandrel"
SMALL = (
    "array={columns: 2, rows: 1}", "marks=none", "plate={rectangle: [40 mm, 20 mm], border: 2 mm}",
    "package.size=[12 mm, 10 mm]",
)  # fmt: skip
"""Two sites, of which every finding in a site is counted twice."""
ETCHED = ("package.height=300", "process={}")
"""What a mandrel that is etched is good for."""

NEAR = """packages=[
  {name: a, size: 4000, height: 1100, at: [-2150, 0]}, {name: b, size: 4000, height: 1100, at: [2150, 0]}]"""
"""Packages 300 um apart: their recesses of 249 um around each are one."""
CLOSE = NEAR.replace("2150", "2440")
"""Packages 880 um apart, which leave a ridge of 380 um."""
NECK = """package={shape: polygon, height: 400, points: [[-3000, -1000], [-500, -1000], [-500, -50], [500, -50],
  [500, -1000], [3000, -1000], [3000, 1000], [500, 1000], [500, 50], [-500, 50], [-500, 1000], [-3000, 1000]]}"""
"""A dumbbell with a neck of 100 um, whose can is 291 um wide there at the floor."""
RING = """can={openings: [
  {size: [1200, 100], at: [0, 550]}, {size: [1200, 100], at: [0, -550]},
  {size: [100, 1200], at: [550, 0]}, {size: [100, 1200], at: [-550, 0]}]}"""
"""Slots that meet at their ends."""

SAWN = 'recipe: "LANE"'

CASES = [
    Case("S1.depth", ("process.headroom=166",), "is 1266 um, at most 1265 um allowed", 1),
    Case(
        "S1.depth", ("process.headroom=-166",), "is 934 um, at least 935 um wanted", 1, frozenset({"S1.depth.proud"}),
    ),
    Case("S1.depth.proud", ("process.headroom=-1",), "is -1 um, at least 0 um wanted", 1),
    Case(
        "S1.section-recess", (), "the layer begins here, the section after the step 'mill' 1.000 um away, "
        "at most 0.1 um allowed", 4, frozenset({"S1.section-floor"}),
        (("    draft: draft\n", "    draft: draft\n    kerf: 2.0\n"),),
    ),
    Case(
        "S1.section-floor", (),
        "the layer begins here, the section after the step 'mill' 20.257 um away, at most 0.5 um allowed", 8,
        changes=(("    draft: draft\n", "    draft: draft + 1\n"),),
    ),
    Case(
        "S1.section-metal", (), "the layer ends here, the section after the step 'plate' 2.000 um away, "
        "at most 0.1 um allowed", 4, frozenset({"S1.section-can"}),
        (("nickel: nickel_thickness, copper", "nickel: nickel_thickness + 2, copper"),),
    ),
    Case(
        "S1.section-can", (),
        "the layer begins here, the section after the step 'saw' 6897.000 um away, at most 0.1 um allowed", 4,
        changes=((f"{SAWN}, drawn: opening", f"{SAWN}, depth: 10.0, drawn: opening"),),
    ),
    Case("S1.fit", ("process.cutter_radius=360",), "1777 um2 stick out", 8, frozenset({"S1.agree"})),
    Case(
        "S1.fit", (), "3.263e+04 um2 stick out", 2,
        changes=(('INNER: "shrink(RECESS_LEVEL, metal_thickness)"',
                  'INNER: "shrink(RECESS_LEVEL, metal_thickness + 1)"'),),
    ),
    Case(
        "S1.agree", (), "3.325e+04 um2 missing", 2,
        frozenset({"S1.section-recess"}), (('RECESS_BUILT: "grow(RECESS_FLOOR, run + undercut)"',
                  'RECESS_BUILT: "grow(RECESS_FLOOR, run + undercut - 1)"'),),
    ),
    Case(
        "S1.agree.metal", (), "3.631e+04 um2 missing", 2, frozenset({"S1.agree.can"}),
        changes=(("(grow(OPENING, overgrowth) & FIELD)", "(grow(OPENING, 2*overgrowth) & FIELD)"),),
    ),
    Case("S1.agree.can", (), "5.767e+04 um2 missing", 2, changes=((SAWN, 'recipe: "grow(LANE, 12)"'),)),
    Case("S1.recess", ("process.min_recess=10600",), "10492.400 um wide, at least 10600 um wanted", 2),
    Case("S1.closure", ("process.min_inner=10300",), "holds 0 pieces of the other layer, not one", 2),
    Case(
        "S1.closure", (NECK, "can={}", "process.min_inner=292", "process.max_aspect=2.0"),
        "holds 2 pieces of the other layer, not one", 2,
    ),
    Case(
        "S1.one-per", ("package=null", "can={}", NEAR), "holds 2 pieces of the other layer, not one", 2,
        frozenset({"S1.ridge", "S1.sever", "S1.flange", "S1.nets"}),
    ),
    Case(
        "S1.ridge", ("package=null", "can={}", CLOSE), "ridge is 387.6 um, more than 600 um wanted", 1,
        frozenset({"S1.flange"}),
    ),
    Case(
        "S1.sever", (), "1.157e+04 um2 of the one lie in the other", 8, frozenset({"S1.flange", "S1.agree.can"}),
        changes=((SAWN, 'recipe: "grow(LANE, 202)"'),),
    ),
    Case("S1.sever.each", ("array.lane=none",), "is 1 pieces, 2 wanted", 1),
    Case("S1.sever.each", (), "is 1 pieces, 2 wanted", 1, frozenset({"S1.agree.can"}),
         changes=((SAWN, 'recipe: "shrink(LANE, 101)"'),)),
    Case("S1.flange", (), "1.157e+04 um2 of the one lie in the other", 8, frozenset({"S1.agree.can"}),
         changes=((SAWN, 'recipe: "grow(LANE, 52)"'),)),
    Case("S1.continuous", (RING,), "is 3 pieces, not one", 1, frozenset({"S1.sever.each"})),
    Case("S1.release", ("process.draft=-1",), "is -1 deg, at least 0 deg wanted", 1, frozenset({"S1.section-floor"})),
    Case(
        "S1.release.material", (), "nickel on steel is not known to come off", 1,
        changes=(("  - [steel, nickel]\n", ""),),
    ),
    Case(
        "S1.release.material", ("process.nickel_thickness=0",), "copper on nickel is not known to come off", 1,
        frozenset({"S1.section-metal", "S1.section-can"}),
        (("step: start, material: steel", "step: start, material: nickel"),),
    ),
    Case("S1.floor", ("process.min_floor=2851",), "is 2850 um, at least 2851 um wanted", 1),
    Case(
        "S1.opening", ("can.openings=[{size: [2600, 100]}]",), "opening is 2601.92 um, less than 2584.42 um wanted", 1,
    ),
    Case("S1.opening.floor", ("can.openings=[{size: [1000, 100], at: [6000, 0]}]",), "4.044e+04 um2 stick out", 2),
    Case("S1.seam", ("process.joint_pitch=2600",), "seam is 2600 um, less than 2584.42 um wanted", 1),
    Case("S1.valid.lining", ("process.max_aspect=0.1",), "holds 0 pieces of the other layer, not one", 2),
    Case("S1.valid.draft", ("process.draft=15.1",), "is 15.1 deg, at most 15 deg allowed", 1),
    Case(
        "S1.valid.opening", ("process.wave_share=0.6",),
        "is 0.6 of the wavelength, at most 0.5 of the wavelength allowed", 1,
    ),
    Case(
        "S1.nets", ("package=null", "can={}", NEAR), "a, b, a.flange, b.flange are joined and should not be", 2,
        frozenset({"S1.ridge", "S1.sever", "S1.flange", "S1.one-per"}),
    ),
    Case(
        "S1.nets", (), "can, can.flange should be joined and are not", 2,
        frozenset({
            "S1.continuous", "S1.sever.each", "S1.agree.metal", "S1.agree.can", "S1.section-metal", "S1.section-can",
        }),
        changes=(("| (grow(OPENING, overgrowth) & FIELD)", "| (grow(CAVITY, 30) - shrink(CAVITY, 30))"),),
    ),
]  # fmt: skip

OF_THE_ETCH = [
    Case(
        "S1.overhang", ("process.undercut={per_edge: 226, depth: 320}",), "is 226 um, at most 225 um allowed", 1,
    ),
    Case(
        "S1.fit", (), "4.382e+06 um2 stick out", 2, frozenset({"S1.agree"}),
        changes=(('recipe: "shrink(CAVITY, undercut)"', 'recipe: "shrink(CAVITY, undercut + 100)"'),),
    ),
    Case("S1.recess", ("process.min_recess=10300",), "10151.600 um wide, at least 10300 um wanted", 2),
]  # fmt: skip


@pytest.fixture(scope="module")
def passing():
    return report_of(TEMPLATE, *SMALL)


@pytest.fixture(scope="module")
def etched():
    return report_of(TEMPLATE, *SMALL, *ETCHED, "technology=shield-can-etched")


def test_every_rule_passes_on_the_template(passing):
    assert_passes(passing)


def test_every_rule_passes_on_an_etched_mandrel(etched):
    assert_passes(etched)


def test_every_rule_has_a_case_that_breaks_it(passing, etched):
    assert {run.rule.id for run in passing.rules} == {case.rule for case in CASES}
    assert {run.rule.id for run in etched.rules} == {case.rule for case in (*CASES, *OF_THE_ETCH)}


@pytest.mark.parametrize("case", params(CASES))
def test_a_rule_reports_what_breaks_it_and_nothing_else(case, tmp_path):
    folder = own_technology(tmp_path, TEMPLATE, "shield-can", case.changes)
    assert_breaks(case, report_of(TEMPLATE, *SMALL, "technology=mine.yaml", *case.settings, folder=folder))


@pytest.mark.parametrize("case", params(OF_THE_ETCH))
def test_a_rule_reports_what_breaks_it_on_an_etched_mandrel(case, tmp_path):
    folder = own_technology(tmp_path, TEMPLATE, "shield-can-etched", case.changes)
    settings = (*SMALL, *ETCHED, "technology=mine.yaml", *case.settings)
    assert_breaks(case, report_of(TEMPLATE, *settings, folder=folder))


def test_a_draft_that_means_nothing_is_told_at_its_line(tmp_path):
    folder = own_technology(tmp_path, TEMPLATE, "shield-can", (("    draft: draft\n", "    draft: drafft\n"),))
    with pytest.raises(SourceError, match=r"mine.yaml:\d+:5: flow\[1\].draft: unknown number 'drafft'"):
        report_of(TEMPLATE, *SMALL, "technology=mine.yaml", folder=folder)
