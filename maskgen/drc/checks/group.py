"""Pads and mounting pads do not form groups.

Every mounting pad carries one die, whose pads are bonded to it and to no other: its group. A mounting pad without
pads is a package without terminals; a pad without a group, or outside its body, belongs to nobody. Add pads, or
move them into the body.

Passes: `{check: group, min_pads: 1}` for a mounting pad with its ring of pads inside the body.
Fails: the same for a mounting pad alone, or for a pad that sticks out of the body.
"""

from collections.abc import Iterator

from pydantic import Field, StrictInt

from maskgen.drc.params import Params as RuleParams
from maskgen.drc.violation import Finding
from maskgen.geometry import regions
from maskgen.package import Package
from maskgen.spec.terminals import Terminal
from maskgen.technology import Process


class Params(RuleParams):
    """Numbers of one rule."""

    min_pads: StrictInt = Field(1, ge=1)


def judge(package: Package, process: Process, params: Params) -> Iterator[Finding]:  # noqa: ARG001
    """Yield mounting pads with too few pads, and pads that belong to no group or to several."""
    body = package.layout.site["BODY"]
    groups = groups_of(package)
    for mounting_pad in package.mounting_pads:
        count = sum(group == {mounting_pad.name} for group in groups.values())
        if count < params.min_pads:
            sentence = f"mounting pad {mounting_pad.name} has {count} pads, at least {params.min_pads} wanted"
            yield Finding(sentence, regions.box_of(mounting_pad.outline), float(count), float(params.min_pads))
    for pad in package.pads:
        if len(groups[pad.name]) > 1:
            yield Finding(f"pad {pad.name} belongs to {len(groups[pad.name])} groups", regions.box_of(pad.outline))
        if not body.covers(pad.outline):
            yield Finding(f"pad {pad.name} is not inside the body", regions.box_of(pad.outline))


def groups_of(package: Package) -> dict[str, set[str]]:
    """Return the mounting pads whose dies are wired to each pad; an unwired pad belongs to the nearest one."""
    carrier = {die.name: _carrier(die.outline, package.mounting_pads) for die in package.dies}
    groups: dict[str, set[str]] = {pad.name: set() for pad in package.pads}
    for bond in package.bonds:
        if bond.pad in groups and carrier.get(bond.die):
            groups[bond.pad].add(carrier[bond.die])
    for pad in package.pads:
        if not groups[pad.name] and package.mounting_pads:
            groups[pad.name] = {min(package.mounting_pads, key=lambda mp: mp.outline.distance(pad.outline)).name}
    return groups


def _carrier(outline: regions.Region, mounting_pads: tuple[Terminal, ...]) -> str:
    """Return the mounting pad under the middle of a die, or nothing."""
    under = [pad.name for pad in mounting_pads if pad.outline.intersects(outline.centroid)]
    return under[0] if under else ""
