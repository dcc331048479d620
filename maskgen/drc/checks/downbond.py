"""A wire goes down to the mounting pad where there is no room for its foot.

The foot of a down-bond needs bare metal beyond the die's edge, on the side where it lands. Make the mounting pad
larger on that side, or bond the contact to a pad.

Passes: `{check: downbond, land: 75}` where the pad reaches 75 um beyond the die.
Fails: the same where it reaches 74 um.
"""

from collections.abc import Iterator

import shapely

from maskgen.drc.params import Amount
from maskgen.drc.params import Params as RuleParams
from maskgen.drc.violation import Finding
from maskgen.geometry import regions
from maskgen.package import Package
from maskgen.technology import Process


class Params(RuleParams):
    """Numbers of one rule."""

    land: Amount
    """Bare metal [um] that a foot needs between the die's edge and the edge of the mounting pad."""


def judge(package: Package, process: Process, params: Params) -> Iterator[Finding]:  # noqa: ARG001
    """Yield down-bonds whose landing strip is too narrow."""
    metal = regions.merge(pad.outline for pad in package.mounting_pads)
    names = {pad.name for pad in package.mounting_pads}
    for bond in package.bonds:
        if bond.pad not in names:
            continue
        die = next(die for die in package.dies if die.name == bond.die)
        foot = shapely.Point(bond.end)
        room = float(foot.distance(metal.boundary) + foot.distance(die.outline)) if metal.intersects(foot) else 0.0
        if room < params.land:
            sentence = f"wire {bond.number} has {room:.1f} um of mounting pad beside the die, {params.land:g} um wanted"
            yield Finding(sentence, regions.box_of(foot.buffer(1.0)), room, params.land)
