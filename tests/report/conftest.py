"""One report for all reporters: an error that repeats, a waived one, a warning without a place, an empty layer."""

import pytest

from maskgen.drc.deck import Rule
from maskgen.drc.run import Report, RuleRun
from maskgen.drc.violation import Finding, Violation
from maskgen.geometry.arrays import Lattice

NASTY = "<script>alert('µ')</script> & \"\\\" .1"
"""What may stand in names, and must never be more than text."""


def violation(rule, finding, *, lattices=(), waived=None):
    """Return a finding of a rule as the engine stamps it."""
    count = sum(lattice.count for lattice in lattices) or 1
    mark = f"{rule.id}-{finding.box}"
    return Violation(rule.id, rule.check, rule.severity, finding, "SITE", lattices, count, mark, waived)


@pytest.fixture
def report():
    space = Rule("PAD.S.1", "space", "error", "Pads short", None)
    width = Rule(NASTY, "width", "warning", "", None)
    area = Rule("PAD.A.1", "area", "error", "Small pads peel", None)
    near = Finding("99.5 um apart, at least 120 um wanted", (0.0, 1.0, 99.5, 50.0), 99.5, 120.0)
    waived = Finding("119 um apart, at least 120 um wanted", (5.0, 5.0, 6.0, 7.0), 119.0, 120.0)
    thin = Finding(f"{NASTY} is thin\x00")
    found = (
        violation(space, near, lattices=(Lattice(0.0, 1.0, 10, 9, 6600.0, 6600.0),)),
        violation(space, waived, waived="measured (Ada)"),
        violation(width, thin),
    )
    runs = RuleRun(space, "run", 91, 1, 0.25), RuleRun(width, "run", 1, 0, 0.5), RuleRun(area, "layer empty", 0, 0, 0.0)
    return Report("own & only", runs, found, ("waiver of PAD.S.9 by Ada matches nothing",))
