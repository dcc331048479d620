"""A wire breaks a rule of the assembly house.

Too long a wire sags and is swept aside by the mold compound, too short a one has no room for its loop, too steep a
one runs into its neighbour; wires that cross in plan may touch; a contact without a wire is an open. Move the pad,
turn the die, let the contact share a pad or go down to the mounting pad, or ask the assembly house for other limits
(`wires:` in the spec).

Passes: `{check: wires, what: [min_length, max_length]}` for wires between the shortest and the longest allowed.
Fails: the same for a wire of 4.6 mm where 4.5 mm are allowed.
"""

from collections.abc import Iterator
from typing import Literal

import numpy as np

from maskgen.bonding import landings
from maskgen.bonding.findings import WireFinding, findings
from maskgen.bonding.wires import Wire
from maskgen.drc.params import Params as RuleParams
from maskgen.drc.violation import Finding
from maskgen.geometry import regions
from maskgen.package import Bond, Package, PlacedDie
from maskgen.technology import Process

Quantity = Literal[
    "min_length",
    "max_length",
    "max_angle",
    "crossing",
    "wire_clearance",
    "contact_clearance",
    "foot_clearance",
    "die_edge_clearance",
    "landing",
    "connected",
]

_SENTENCES = {
    "min_length": "is {measured:.1f} um long, at least {limit:g} um wanted",
    "max_length": "is {measured:.1f} um long, at most {limit:g} um allowed",
    "max_angle": "leaves the die at {measured:.1f} deg, at most {limit:g} deg allowed",
    "crossing": "crosses wire {other}",
    "wire_clearance": "is {measured:.1f} um from wire {other}, at least {limit:g} um wanted",
    "contact_clearance": "is {measured:.1f} um from contact {other}, at least {limit:g} um wanted",
    "foot_clearance": "is {measured:.1f} um from the foot of wire {other}, at least {limit:g} um wanted",
    "die_edge_clearance": "lands {measured:.1f} um from the die, at least {limit:g} um wanted",
}


class Params(RuleParams):
    """What of the wires is judged."""

    what: list[Quantity]


def judge(package: Package, process: Process, params: Params) -> Iterator[Finding]:  # noqa: ARG001
    """Yield the wires that break the rule."""
    for die in package.dies:
        yield from _of_die(package, die, set(params.what))
    if "landing" in params.what:
        yield from _landings(package)
    if "connected" in params.what:
        yield from _unconnected(package)


def _of_die(package: Package, die: PlacedDie, wanted: set[str]) -> Iterator[Finding]:
    """Yield what the wires of one die break, in plan."""
    bonds = [bond for bond in package.bonds if bond.die == die.name]
    contacts = {contact.name: number for number, contact in enumerate(die.contacts)}
    pads = {pad.name: number for number, pad in enumerate(package.pads)}
    wires = [Wire(contacts[bond.contact], pads.get(bond.pad), bond.start, bond.end) for bond in bonds]
    found = findings(
        wires,
        die=regions.box_of(die.outline),
        profile=package.profile,
        contacts=[contact.outline for contact in die.contacts],
        nets=[contact.net for contact in die.contacts],
    )
    for finding in found:
        # A pad has its own distance from the die, which is a rule about pads: only down-bonds are measured here.
        is_moot = finding.quantity == "die_edge_clearance" and wires[finding.wires[0]].pad is not None
        if finding.quantity in wanted and not is_moot:
            yield _worded(finding, bonds, die)


def _worded(finding: WireFinding, bonds: list[Bond], die: PlacedDie) -> Finding:
    """Return a finding about wires as a sentence with their numbers and names."""
    first, *others = (bonds[number] for number in finding.wires)
    other = die.contacts[finding.contact].name if finding.contact is not None else others[0].number if others else ""
    words = _SENTENCES[finding.quantity].format(measured=finding.measured, limit=finding.limit, other=other)
    ends = [point for bond in (first, *others) for point in (bond.start, bond.end)]
    box = regions.box_around([(x, y, x, y) for x, y in ends])
    return Finding(
        f"wire {first.number} from {first.contact} to {first.pad} {words}", box, finding.measured, finding.limit
    )


def _landings(package: Package) -> Iterator[Finding]:
    """Yield pads without room for the feet of their wires."""
    for pad in package.pads:
        bonds = [bond for bond in package.bonds if bond.pad == pad.name]
        if bonds:
            start, end = np.array(bonds[0].start), np.array(bonds[0].end)
            room = landings.room(pad.outline, tuple(start - end), profile=package.profile, most=len(bonds))
            if room < len(bonds):
                sentence = f"pad {pad.name} has room for {room} bond feet, {len(bonds)} wires land on it"
                yield Finding(sentence, regions.box_of(pad.outline), float(room), float(len(bonds)))


def _unconnected(package: Package) -> Iterator[Finding]:
    """Yield contacts without a wire."""
    outlines = {f"{die.name}.{contact.name}": contact.outline for die in package.dies for contact in die.contacts}
    for name, reason in package.unconnected:
        yield Finding(f"contact {name} has no wire: {reason}", regions.box_of(outlines[name]))
