"""A die does not stand on its mounting pad.

The mounting pad carries the die, takes its heat and often its ground. If the middle of the die is not over one, the
die lies on the mask and tilts. Move the die or the pad. A die that stands on another die is left out.

Passes: `{check: centred}` for a die in the middle of its mounting pad, or for a package without mounting pads.
Fails: the same for a die beside its pad.
"""

from collections.abc import Iterator

from maskgen.drc.params import Params as RuleParams
from maskgen.drc.violation import Finding
from maskgen.geometry import regions
from maskgen.package import Package
from maskgen.technology import Process


class Params(RuleParams):
    """A rule without numbers."""


def judge(package: Package, process: Process, params: Params) -> Iterator[Finding]:  # noqa: ARG001
    """Yield dies whose middle is over no mounting pad."""
    if not package.mounting_pads:
        return
    for die in package.dies:
        middle = die.outline.centroid
        if die.level == 0 and not any(pad.outline.intersects(middle) for pad in package.mounting_pads):
            yield Finding(f"die {die.name} stands on no mounting pad", regions.box_of(die.outline))
