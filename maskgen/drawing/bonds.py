"""Bonds: wires from the contacts of the dies to the pads, as the spec's nets ask, and the nets that come of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from maskgen.bonding import assign, landings
from maskgen.bonding.rules import AssemblyProfile, BondingRules
from maskgen.bonding.task import Contacts, Pads
from maskgen.bonding.wires import Wire
from maskgen.errors import MaskgenError, Problem, ProblemsError
from maskgen.geometry import regions, shapes
from maskgen.package import MOUNTING_PAD, Bond, PlacedDie
from maskgen.spec.package import Nets, Wires
from maskgen.spec.terminals import Terminal

_BALL = 2.4
"""Diameter of a ball in wire diameters (`process.md` 8: 2-5)."""


@dataclass(frozen=True, eq=False)
class Bonding:
    """The wires of one package.

    Parameters
    ----------
    unconnected
        Contacts without a wire: name and reason.
    """

    bonds: tuple[Bond, ...]
    unconnected: tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False)
class _Site:
    """One die, or a stack of dies, with the pads that are its own."""

    contacts: list[tuple[PlacedDie, Terminal]]
    outline: regions.Region
    pads: list[Terminal]
    mounting_pad: Terminal | None


def profile(wires: Wires) -> AssemblyProfile:
    """Return the assembly rules of a spec; what it leaves out keeps its default."""
    given = wires.model_dump(exclude_none=True)
    return AssemblyProfile(**given, name="spec", source="the spec's wires") if given else AssemblyProfile()


def bond(
    dies: Sequence[PlacedDie],
    pads: Sequence[Terminal],
    mounting_pads: Sequence[Terminal],
    *,
    nets: Nets,
    rules: AssemblyProfile,
) -> Bonding:
    """Return the wires of a package.

    Raises
    ------
    ProblemsError
        If the spec's tables name contacts or pads that do not exist, or ask for what cannot be.
    """
    _require_known(dies, pads, nets, frozenset(pad.name for pad in mounting_pads))
    found: list[Bond] = []
    unconnected: list[tuple[str, str]] = []
    for site in _sites(dies, pads, mounting_pads, nets):
        bonds, left = _bond_site(site, nets, rules)
        found += bonds
        unconnected += left
    numbered = tuple(
        Bond(number, b.die, b.contact, b.net, b.pad, b.start, b.end) for number, b in enumerate(found, start=1)
    )
    return Bonding(numbered, tuple(unconnected))


def _sites(
    dies: Sequence[PlacedDie], pads: Sequence[Terminal], mounting_pads: Sequence[Terminal], nets: Nets
) -> list[_Site]:
    """Return each stack of dies with its pads: those that the table gives it, and of the others the nearest."""
    bottoms = [die for die in dies if die.level == 0]
    stacks = {bottom.name: [bottom] for bottom in bottoms}
    for die in sorted((die for die in dies if die.level), key=lambda die: die.level):
        under = min(bottoms, key=lambda bottom: float(bottom.outline.distance(die.outline.centroid)))
        stacks[under.name].append(die)
    given = _owners(stacks, nets)
    owners = [
        given.get(pad.name) or min(bottoms, key=lambda b: float(b.outline.distance(pad.outline.centroid))).name
        for pad in pads
    ]
    return [
        _Site(
            [(die, contact) for die in stacks[bottom.name] for contact in die.contacts],
            bottom.outline,
            [pad for pad, name in zip(pads, owners, strict=True) if name == bottom.name],
            next((pad for pad in mounting_pads if pad.outline.intersects(bottom.outline.centroid)), None),
        )
        for bottom in bottoms
    ]


def _owners(stacks: Mapping[str, Sequence[PlacedDie]], nets: Nets) -> dict[str, str]:
    """Return the bottom die of the stack to which the table gives each pad that it names."""
    owners: dict[str, str] = {}
    problems = []
    for bottom, stack in stacks.items():
        for pad in {_asked(die, contact, nets) for die in stack for contact in die.contacts} - {None}:
            if owners.setdefault(str(pad), bottom) != bottom and not str(pad).startswith(MOUNTING_PAD):
                sentence = f"dies {owners[str(pad)]} and {bottom} cannot share pad {pad}: only a stack shares pads"
                problems.append(Problem(("nets", "connect"), sentence))
    if problems:
        raise ProblemsError(problems)
    return owners


def _asked(die: PlacedDie, contact: Terminal, nets: Nets) -> str | None:
    """Return the pad that the table names for a contact, by its full name or its own."""
    return nets.connect.get(f"{die.name}.{contact.name}") or nets.connect.get(contact.name)


def _bond_site(site: _Site, nets: Nets, rules: AssemblyProfile) -> tuple[list[Bond], list[tuple[str, str]]]:
    """Return the wires of one die or stack, and the contacts without one."""
    fixed = _fixed(site, nets)
    wanted = [index for index in range(len(site.contacts)) if nets.assign != "table" or index in fixed]
    position = {index: number for number, index in enumerate(wanted)}
    contacts = Contacts(
        np.array([site.contacts[index][1].centre for index in wanted]).reshape(-1, 2),
        tuple(_net_of(site.contacts[index][1], nets) for index in wanted),
    )
    pads = Pads(np.array([_landing(pad, site, rules) for pad in site.pads]).reshape(-1, 2), _pad_nets(site, nets))
    try:
        result = assign.assign(
            contacts,
            pads,
            die=regions.box_of(site.outline),
            mounting_pad=regions.box_of(site.mounting_pad.outline) if site.mounting_pad else None,
            rules=BondingRules(
                profile=rules, max_per_pad=nets.contacts_per_pad, downbond_nets=frozenset(nets.downbond)
            ),
            fixed={position[index]: pad for index, pad in fixed.items()},
        )
    except MaskgenError as error:
        raise ProblemsError([Problem(("nets", "connect") if fixed else ("nets",), str(error))]) from None
    bonds = []
    for wire in _side_by_side(result.wires, site, rules):
        die, contact = site.contacts[wanted[wire.contact]]
        mounting_pad = site.mounting_pad.name if site.mounting_pad else MOUNTING_PAD
        pad = mounting_pad if wire.pad is None else site.pads[wire.pad].name
        net = contact.net or f"{die.name}.{contact.name}"
        bonds.append(Bond(0, die.name, contact.name, net, pad, wire.start, wire.end))
    left = [(_label(site.contacts[wanted[entry.contact]]), entry.reason) for entry in result.unconnected]
    left += [
        (_label(entry), "the table does not name it") for i, entry in enumerate(site.contacts) if i not in position
    ]
    return bonds, left


def _label(entry: tuple[PlacedDie, Terminal]) -> str:
    return f"{entry[0].name}.{entry[1].name}"


def _net_of(contact: Terminal, nets: Nets) -> str | None:
    """Return the net of a contact; by names, a contact without one is meant by its own name."""
    return contact.net or (contact.name if nets.assign == "names" else None)


def _pad_nets(site: _Site, nets: Nets) -> tuple[str | None, ...]:
    """Return the net that each pad is meant for."""
    if nets.assign == "names":
        return tuple(nets.pads.get(pad.name, pad.net) or pad.name for pad in site.pads)
    named = tuple(nets.pads.get(pad.name, pad.net) for pad in site.pads)
    return named if any(named) else ()


def _fixed(site: _Site, nets: Nets) -> dict[int, int | None]:
    """Return the wires that the spec's table fixes, by index of contact and pad."""
    by_name = {pad.name: index for index, pad in enumerate(site.pads)}
    fixed: dict[int, int | None] = {}
    for index, (die, contact) in enumerate(site.contacts):
        pad = _asked(die, contact, nets)
        if pad is None:
            continue
        own = {MOUNTING_PAD, site.mounting_pad.name if site.mounting_pad else MOUNTING_PAD}
        if pad not in by_name and pad not in own:
            sentence = f"contact {die.name}.{contact.name} cannot go to {pad}: its die does not stand there"
            raise ProblemsError([Problem(("nets", "connect"), sentence)])
        fixed[index] = by_name.get(pad)
    return fixed


def _require_known(
    dies: Sequence[PlacedDie], pads: Sequence[Terminal], nets: Nets, mounting_pads: frozenset[str]
) -> None:
    """Refuse names in the spec's tables that nothing has, or several contacts."""
    contacts = Counter(
        name for die in dies for contact in die.contacts for name in {contact.name, f"{die.name}.{contact.name}"}
    )
    pad_names = {pad.name for pad in pads}
    targets = pad_names | mounting_pads
    net_names = {contact.net or contact.name for die in dies for contact in die.contacts}
    problems = [
        Problem(("nets", "connect", name), "no contact is called so") for name in nets.connect if name not in contacts
    ]
    problems += [
        Problem(("nets", "connect", name), f"{contacts[name]} contacts are called so, write DIE.{name}")
        for name in nets.connect
        if contacts[name] > 1
    ]
    problems += [
        Problem(("nets", "connect", name), f"no pad is called {pad!r}")
        for name, pad in nets.connect.items()
        if pad not in targets
    ]
    problems += [Problem(("nets", "pads", name), "no pad is called so") for name in nets.pads if name not in pad_names]
    problems += [
        Problem(("nets", "downbond", number), f"no contact has the net {name!r}")
        for number, name in enumerate(nets.downbond)
        if name not in net_names
    ]
    if problems:
        raise ProblemsError(problems)


def _toward(pad: Terminal, site: _Site) -> tuple[float, float]:
    """Return the direction from a pad to its die, along the pad's longer side where it has one."""
    x, y = pad.centre
    middle = site.outline.centroid
    left, bottom, right, top = regions.box_of(pad.outline)
    if right - left > top - bottom:
        return float(np.sign(middle.x - x)) or 1.0, 0.0
    if top - bottom > right - left:
        return 0.0, float(np.sign(middle.y - y)) or 1.0
    return middle.x - x, (middle.y - y) or 1e-6


def _landing(pad: Terminal, site: _Site, rules: AssemblyProfile) -> tuple[float, float]:
    """Return where a wire lands on a pad; in its middle where there is no room, which a check reports."""
    try:
        x, y = landings.landings(pad.outline, _toward(pad, site), profile=rules)[0].tolist()
    except MaskgenError:
        return pad.centre
    return x, y


def _side_by_side(wires: Sequence[Wire], site: _Site, rules: AssemblyProfile) -> Sequence[Wire]:
    """Return wires of which those that share a pad land side by side, if they have room."""
    toward = np.array([_toward(pad, site) for pad in site.pads]).reshape(-1, 2)
    try:
        return landings.landed(wires, [pad.outline for pad in site.pads], toward, profile=rules)
    except MaskgenError:
        return wires


def wire_layers(bonds: Sequence[Bond], dies: Sequence[PlacedDie], rules: AssemblyProfile) -> dict[str, regions.Region]:
    """Return wires and their feet in plan, by layer."""
    contacts = {(die.name, contact.name): contact for die in dies for contact in die.contacts}
    balls = [
        regions.move(shapes.circle(ball_diameter(contacts[b.die, b.contact], rules), tolerance=1.0), *b.start)
        for b in bonds
    ]
    feet = [regions.move(shapes.circle(rules.foot_width, tolerance=1.0), *b.end) for b in bonds]
    return {
        "WIRE": regions.merge(wire_outline(b, rules.wire_diameter) for b in bonds),
        "BOND_DIE": regions.merge(balls),
        "BOND_PAD": regions.merge(feet),
    }


def wire_outline(wire: Bond, diameter: float) -> regions.Region:
    """Return a wire in plan: a strip as wide as the wire between its feet."""
    return regions.areal(shapely.LineString([wire.start, wire.end]).buffer(diameter / 2, cap_style="flat"))


def ball_diameter(contact: Terminal, rules: AssemblyProfile) -> float:
    """Return the diameter [µm] of the ball on a contact: a multiple of the wire's, but no larger than the contact."""
    left, bottom, right, top = regions.box_of(contact.outline)
    return min(_BALL * rules.wire_diameter, 0.95 * min(right - left, top - bottom))
