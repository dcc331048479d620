"""Every rule of the shipped decks passes on its template, and fails on a minimal change of it."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from maskgen.pipeline import make, prepare
from maskgen.technology.shelf import SHELF

TEMPLATES = Path(__file__).parents[2] / "templates"
SMALL = ("array.columns=2", "array.rows=1", "marks=none", "plate.rectangle=[30 mm, 20 mm]")
"""Two sites, of which every finding in a site is counted twice."""

MOLDS = ("coated-recess", "embedded-mask", "etched-recess")
ALL_SIDES = 16
TWO_SIDES = (
    "die.contacts={ring: {count: [4, 0, 4, 0], pitch: 300, size: 80, inset: 60}}",
    "pads.ring.count=[4, 0, 4, 0]",
)
DOWNBOND = ("nets.connect={'1': MP}", "wires.downbond_inset=50", "wires.min_length=100")
ONE_PAD = (
    "pads={list: [{name: a, at: [1675, 0], size: [450, 300]}]}",
    "die.contacts={list: [{name: x, at: [700, 0], size: 80}]}",
)
FAR_APART = ("pads.ring.pitch=1240", "array.pitch=5000", "wires.max_angle=61")
"""The pads at the ends of each side stick out of the body by 10 um, far from the lane."""

NEARLY_MERGED = (
    "process.undercut={per_edge: 196, depth: 30}",
    "process.max_overhang=200",
)
"""Windows 391.2 um apart, under which an undercut of twice 196 um meets."""

WIDER = ("depth: recess_depth, undercut: undercut, note", "depth: recess_depth, undercut: undercut + 1, note")
"""An etch that goes 1 um farther than the expression beside it says."""

TRIANGLE = "pads.pin1={shape: triangle, size: [300, 450]}"


@dataclass(frozen=True)
class Case:
    """How to break one rule of a deck.

    Parameters
    ----------
    deck
        Shipped technology that is used, on its own template.
    changes
        Texts of the technology file replaced by others, for what no spec can break.
    sentence, measured, places
        First finding of the rule, and how many findings there are on the plate.
    also
        Other rules that the same mistake breaks.
    """

    rule: str
    deck: str
    settings: tuple[str, ...]
    sentence: str
    measured: float | None
    places: int
    also: frozenset[str] = frozenset()
    changes: tuple[tuple[str, str], ...] = ()


NOTCHES = {"M1": frozenset({"M1.window.each", "M1.space"}), "M4": frozenset({"M4.space", "M4.land"})}
"""Rules that also break where rounded pads run into a mounting pad: the corners beside them leave no space."""


def of_use(family: str, deck: str) -> list[Case]:
    """Return how to break the rules about pads, dies and wires, which every mold shares."""
    edge = {"M1": "M1.die-on-mp.overhang", "M4": "M4.receive"}[family]
    lining = {"M1": 0, "M4": 5}[family]  # the coat on the wall of a recess, which metal stays off
    cases = [
        Case(
            "outward", deck, ("process.die_clearance=650.1", "pads.ring.shape=rectangle", "pads.ring.radius=null"),
            "30 um2 of the one lie in the other", 30.0, 8,
        ),
        Case(
            "die-on-mp", deck, ("mounting_pad={size: [400, 400], at: [900, 0]}",),
            "die die stands on no mounting pad", None, 1, frozenset({edge}),
        ),
        Case("space", deck, (f"process.min_gap={350.1 + 2 * lining}",),
            f"{350 + 2 * lining:.3f} um apart, at least {350.1 + 2 * lining:g} um wanted", 350.0 + 2 * lining, 26,
        ),
        Case(
            "sever", deck,
            (*TWO_SIDES, f"mounting_pad={{size: [{2200 + 2 * lining}, {4010 + 2 * lining}], radius: {100 + lining}}}"),
            "1.021e+04 um2 of the one lie in the other", None, 2,
        ),
        Case(
            "wire.length", deck, ("wires.max_length=967",),
            "wire 1 from 1 to 1 is 967.4 um long, at most 967 um allowed", 967.358, 8,
        ),
        Case(
            "wire.length", deck, ("wires.min_length=832",),
            "wire 2 from 2 to 2 is 831.1 um long, at least 832 um wanted", 831.133, 8,
        ),
        Case(
            "wire.angle", deck, ("wires.max_angle=30",),
            "wire 1 from 1 to 1 leaves the die at 32.9 deg, at most 30 deg allowed", 32.869, 8,
        ),
        Case(
            "wire.crossing", deck, ("nets.connect={'2': '3', '3': '2'}",),
            "wire 2 from 2 to 3 crosses wire 3", -25.0, 1, frozenset({f"{family}.nets"}),
        ),
        Case(
            "wire.clearance", deck, ("wires.wire_clearance=269",),
            "wire 1 from 1 to 1 is 268.3 um from wire 2, at least 269 um wanted", 268.275, 8,
        ),
        Case(
            "wire.landing", deck, ("wires.foot_margin=113",),
            "pad 1 has room for 0 bond feet, 1 wires land on it", 0.0, ALL_SIDES,
        ),
        Case(
            "wire.connected", deck, ("die.contacts.ring.count=20", "die.contacts.ring.pitch=250"),
            "contact die.3 has no wire: none of the 16 pads it may go to has room left", None, 4,
        ),
        Case(
            "nets", deck, (*TWO_SIDES, "mounting_pad={size: [2900, 2000]}"),
            "die.1, die.2, die.3, die.4, die.5, die.6 and 11 more are joined and should not be", None, 1,
            NOTCHES[family],
        ),
    ]  # fmt: skip
    return [Case(**(vars(case) | {"rule": f"{family}.{case.rule}"})) for case in cases]


CASES = [
    *of_use("M1", "embedded-mask"),
    *of_use("M4", "coated-recess"),
    Case("M1.group", "embedded-mask", (*TWO_SIDES, *FAR_APART), "pad 1 is not inside the body", None, 4),
    Case(
        "M1.die-on-mp.overhang", "embedded-mask", ("mounting_pad={size: [1590, 1700]}",),
        "8000 um2 stick out", 8000.0, 2,
    ),
    Case(
        "M1.stray", "embedded-mask", (), "1.88e+05 um2 that must not be there", None, 1,
        changes=(("MP_WIN | CATHODE)\", drawn", "MP_WIN | grow(CATHODE, 10))\", drawn"),),
    ),
    Case(
        "M1.window", "embedded-mask", ("process.min_window=259",),
        "258.800 um wide, at least 259 um wanted", 258.8, 16,
    ),
    Case(
        "M1.window.each", "embedded-mask", ("process.nickel_thickness=150",),
        "holds 0 pieces of the other layer, not one", 0.0, 16, frozenset({"M1.agree", "M1.nets"}),
    ),
    Case(
        "M1.lock", "embedded-mask", ("process.mask_height=20.6",), "is 0 um, more than 0 um wanted", 0.0, 1,
    ),
    Case("M1.agree", "embedded-mask", (TRIANGLE,), "446.1 um2 missing", 44.5, 3, frozenset({"M1.window"})),
    Case(
        "M1.agree.mp", "embedded-mask", ("process.agreement=8", "pads.pin1=null"),
        "0.298 um2 missing", 20.6 * (2**0.5 - 1), 3,
    ),
    Case(
        "M2.close", "etched-recess", NEARLY_MERGED, "1.275e+04 um2 too much", None, 52,
        frozenset({"M1.stray", "M1.agree", "M1.agree.mp", "M1.section-pad", "M2.agree", "M2.slot"}),
    ),
    Case(
        "M2.slot", "etched-recess", ("process.min_slot=352",),
        "351.200 um wide, at least 352 um wanted", 351.2, 26,
    ),
    Case(
        "M2.overhang", "etched-recess", ("process.undercut={per_edge: 45.1, depth: 30}",),
        "is 45.1 um, at most 45 um allowed", 45.1, 1,
    ),
    Case(
        "M2.depth", "etched-recess", ("process.recess_depth=14.9",), "is 14.9 um, at least 15 um wanted", 14.9, 1,
    ),
    Case(
        "M2.conductive-base", "etched-recess", (),
        "step 'fill' needs a base that conducts; steel is not known to", None, 1,
        frozenset({"M1.section-pad"}), (("steel:          {conductive: true", "steel:          {conductive: false"),),
    ),
    Case(
        "M2.agree", "etched-recess", (), "1.4e+04 um2 missing", 1.0, 35,
        frozenset({"M1.stray", "M1.section-pad", "M2.islands", "M2.section-mask", "M2.section-recess"}),
        changes=(('RECESS: "grow(FIRST_MASK, undercut)"', 'RECESS: "grow(FIRST_MASK, undercut - 1)"'),),
    ),
    Case(
        "M2.islands", "etched-recess", (), "holds 0 pieces of the other layer, not one", 0.0, 16,
        frozenset({"M1.nets", "M1.agree", "M1.section-pad", "M2.agree", "M2.section-mask"}),
        changes=(('SECOND_MASK: "RECESS"', 'SECOND_MASK: "RECESS | PAD_WIN"'),),
    ),
    Case(
        "M1.section-pad", "embedded-mask", (),
        "the layer begins here, the section after the step 'plate' 2.000 um away, at most 0.1 um allowed", 2.0003, 6,
        changes=(("gold_top: gold_thickness}", "gold_top: gold_thickness + 2}"),),
    ),
    Case(
        "M2.section-recess", "etched-recess", (),
        "the layer ends here, the section after the step 'etch' 1.000 um away, at most 0.1 um allowed", 1.0, 6,
        frozenset({"M2.section-mask", "M1.section-pad"}), (WIDER,),
    ),
    Case(
        "M2.section-mask", "etched-recess", (),
        "the layer ends here, the section after the step 'fill' nowhere near", None, 6, frozenset({"M1.section-pad"}),
        (("thickness: mask_thickness, note", "thickness: mask_thickness/2, note"),),
    ),
    Case(
        "M4.section-recess", "coated-recess", (),
        "the layer begins here, the section after the step 'etch' 1.000 um away, at most 0.1 um allowed", 1.0, 6,
        frozenset({"M4.section-pad"}), (WIDER,),
    ),
    Case(
        "M4.section-coat", "coated-recess", (),
        "the layer ends here, the section after the step 'ablate' 2.000 um away, at most 0.1 um allowed", 2.0, 6,
        frozenset({"M4.section-pad"}),
        (("drawn: opening, kerf: laser_kerf}", "drawn: opening, kerf: laser_kerf + 4}"),),
    ),
    Case(
        "M4.section-pad", "coated-recess", (),
        "the layer begins here, the section after the step 'plate' 1.893 um away, at most 0.1 um allowed", 1.8928, 6,
        changes=(("material: diamond, thickness: coat,", "material: diamond, thickness: coat - 2,"),),
    ),
    Case("M4.assoc", "coated-recess", ONE_PAD, "mounting pad MP has 1 pads, at least 2 wanted", 1.0, 1),
    Case(
        "M4.aligned", "coated-recess", ("process.overlay=150",), "holds 0 pieces of the other layer, not one", 0.0, 16,
        frozenset({"M4.agree", "M4.nets"}),
    ),
    Case(
        "M4.aligned.inside", "coated-recess", (), "6635 um2 stick out", None, 17,
        frozenset({"M4.section-pad"}), (('recipe: "shrink(BOND_RECESS | MOUNT_RECESS, overlay + laser_kerf/2)"',
                  'recipe: "grow(BOND_RECESS | MOUNT_RECESS, overlay)"'),),
    ),
    Case(
        "M4.land", "coated-recess", ("process.min_land=350.1",),
        "350.000 um apart, at least 350.1 um wanted", 350.0, 26,
    ),
    Case(
        "M4.depth", "coated-recess", ("process.max_standoff=39.9",), "is 40 um, at most 39.9 um allowed", 40.0, 1,
    ),
    Case(
        "M4.depth.filled", "coated-recess", ("process.nickel_thickness=39.5",),
        "is -0.1 um, at least 0 um wanted", -0.1, 1,
        frozenset({"M4.section-pad"}),
    ),
    Case("M4.receive", "coated-recess", ("mounting_pad={size: [1698, 2200]}",), "1613 um2 stick out", None, 2),
    Case(
        "M4.downbond", "coated-recess", (*DOWNBOND, "process.foot_land=301"),
        "wire 1 has 300.0 um of mounting pad beside the die, 301 um wanted", 300.0, 1,
    ),
    Case("M4.draft", "coated-recess", ("process.draft=-1",), "is -1 deg, at least 0 deg wanted", -1.0, 1),
    Case("M4.agree", "coated-recess", (TRIANGLE,), "661 um2 missing", 59.1, 3),
    Case(
        "M4.stray", "coated-recess", (), "1.88e+05 um2 that must not be there", None, 1,
        changes=(('laser_kerf/2) | CATHODE)"', 'laser_kerf/2) | grow(CATHODE, 10))"'),),
    ),
    Case(
        "M4.window", "coated-recess", ("process.min_window=290.1",),
        "290.000 um wide, at least 290.1 um wanted", 290.0, 16,
    ),
]  # fmt: skip

PLATE_WIDE = frozenset({"M1.stray", "M4.stray", "M1.lock", "M2.overhang", "M2.depth", "M2.conductive-base"})
PLATE_WIDE |= {"M2.agree", "M4.depth", "M4.depth.filled", "M4.draft"}
"""Rules whose findings here do not all stand in sites: counted once, on the whole plate."""


def report_of(deck, *settings, folder=None):
    """Return the report of a deck's template, or of the copy of it in a folder."""
    return make(prepare((folder or TEMPLATES) / f"{deck}-mold.yaml", (*SMALL, *settings))).report


def own_technology(folder, deck, changes):
    """Copy a template and its technology into a folder, and change the technology."""
    text = (SHELF / f"{deck}.yaml").read_text()
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (folder / "mine.yaml").write_text(text)
    (folder / f"{deck}-mold.yaml").write_text((TEMPLATES / f"{deck}-mold.yaml").read_text())
    return folder


@pytest.fixture(scope="module")
def passing():
    return {deck: report_of(deck) for deck in MOLDS}


@pytest.mark.parametrize("deck", MOLDS)
def test_every_rule_passes_on_its_template(deck, passing):
    assert passing[deck].violations == ()
    assert {run.rule.id: run.status for run in passing[deck].rules if run.status != "run"} == {}


def test_every_rule_has_a_case_that_breaks_it(passing):
    rules = {run.rule.id for report in passing.values() for run in report.rules}
    assert rules == {case.rule for case in CASES}


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{case.rule}-{n}") for n, case in enumerate(CASES)])
def test_a_rule_reports_what_breaks_it_and_nothing_else(case, tmp_path):
    folder = own_technology(tmp_path, case.deck, case.changes) if case.changes else None
    own = ("technology=mine.yaml",) if case.changes else ()
    report = report_of(case.deck, *case.settings, *own, folder=folder)
    found = [violation for violation in report.violations if violation.rule == case.rule]
    assert {violation.rule for violation in report.violations} == {case.rule} | case.also
    assert found[0].finding.sentence == case.sentence
    assert case.measured is None or found[0].finding.measured == pytest.approx(case.measured, rel=1e-4)
    sites = 1 if case.rule in PLATE_WIDE else 2
    assert sum(violation.count for violation in found) == case.places * sites
