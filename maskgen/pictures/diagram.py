"""Diagrams: what a bond diagram shows of a package, before anything is put on paper. Lengths in µm, y upwards.

*Joint*: a wire or a lead. *Inner end*: where it begins, on a contact of a die or, for leads onto a substrate, on a pad.
*Outer end*: the pin it goes to. Numbers of the tables are those of `export.tables`.
"""

import csv
import io
from dataclasses import dataclass

import shapely

from maskgen.export import tables
from maskgen.geometry import regions
from maskgen.geometry.regions import Box, Region
from maskgen.package import MOUNTING_PAD, Bond, Package, PlacedDie, PlacedLead
from maskgen.spec.terminals import Terminal

_BODIES = ("BODY", "SHEET", "SUB2", "PACKAGE")
"""Layers that show the outline of a package, the first that it has."""
_PIN_ONE = ("1", "A1")
_LOOSE = 0.75
"""Part of the package below which pins and dies are drawn without it, larger."""


@dataclass(frozen=True, eq=False)
class Joint:
    """A wire or lead.

    Parameters
    ----------
    path
        From the inner to the outer end, (x, y) [µm].
    metal
        Its outline, where it is more than a line.
    """

    number: int
    inner: str
    outer: str
    net: str
    path: tuple[tuple[float, float], ...]
    metal: Region | None = None

    @property
    def is_downbond(self) -> bool:
        """Tell whether it ends on the mounting pad."""
        return self.outer.startswith(MOUNTING_PAD)


@dataclass(frozen=True, eq=False)
class Table:
    """Columns with their headings, and which of them are numbers."""

    heading: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, eq=False)
class Diagram:
    """One picture with its table.

    Parameters
    ----------
    kind
        ``bond diagram`` or ``lead diagram``.
    noun
        What a joint is called, ``wire`` or ``lead``.
    body
        Outline of the package.
    inner, outer
        Terminals at the ends of joints, and those that no joint goes to; the outer ones from pin 1.
    """

    kind: str
    noun: str
    body: Region
    dies: tuple[PlacedDie, ...]
    mounting_pads: tuple[Terminal, ...]
    inner: tuple[Terminal, ...]
    outer: tuple[Terminal, ...]
    joints: tuple[Joint, ...]
    table: Table

    @property
    def box(self) -> Box:
        """Return what the picture shows [µm]: the package, or only what is joined where that is much smaller."""
        within = self.within
        if self.body.is_empty:
            return within
        around = regions.box_of(self.body)
        span = max(within[2] - within[0], within[3] - within[1])
        if span > _LOOSE * max(around[2] - around[0], around[3] - around[1]):
            return regions.box_around([within, around]) or within
        room = 0.03 * span
        return within[0] - room, within[1] - room, within[2] + room, within[3] + room

    @property
    def shows_body(self) -> bool:
        """Tell whether the outline of the package is on the picture."""
        return not self.body.is_empty and bool(shapely.box(*self.box).contains(self.body))

    @property
    def within(self) -> Box:
        """Return the box around what is joined: dies and all ends of joints [µm]."""
        shown = [*(die.outline for die in self.dies), *(end.outline for end in (*self.inner, *self.outer))]
        boxes = [regions.box_of(region) for region in shown if not region.is_empty]
        return regions.box_around(boxes) or (0.0, 0.0, 1.0, 1.0)


def diagrams(package: Package) -> tuple[Diagram, ...]:
    """Return a diagram of the wires of a package, and one of its leads, as far as it has them."""
    found = []
    if package.bonds:
        found.append(_wire_diagram(package))
    if package.leads:
        found.append(_lead_diagram(package))
    return tuple(found)


def number_of(diagram: Diagram) -> dict[str, str]:
    """Return what each pin is called on the picture: its name if that is a number or the place of a ball.

    Other names get the number of the pin before them, counted from pin 1.
    """
    names = [pin.name for pin in diagram.outer]
    if all(_is_number(name) for name in names):
        return {name: name for name in names}
    return {name: f"{number} {name}" for number, name in enumerate(names, start=1)}


def _is_number(name: str) -> bool:
    """Tell whether a name says a place: 12, or A7 as of a ball."""
    return name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ").isdigit()


def _wire_diagram(package: Package) -> Diagram:
    several = len(package.dies) > 1
    joints = [
        Joint(bond.number, _contact_name(bond, several=several), bond.pad, bond.net, (bond.start, bond.end))
        for bond in package.bonds
    ]
    rows = [
        (
            row["wire"],
            f"{row['die']}.{row['contact']}" if several else row["contact"],
            row["pad"],
            row["net"],
            row["length_um"],
            row["angle_deg"],
        )
        for row in _read(tables.bond_table(package))
    ]
    heading = ("wire", "from contact", "to pin", "net", "length µm", "angle °")
    return Diagram(
        kind="bond diagram",
        noun="wire",
        body=_body(package),
        dies=package.dies,
        mounting_pads=package.mounting_pads,
        inner=tuple(_contacts(package)),
        outer=_from_pin_one(package.pads),
        joints=tuple(joints),
        table=Table(heading, (True, False, False, False, True, True), tuple(rows)),
    )


def _contact_name(bond: Bond, *, several: bool) -> str:
    return f"{bond.die}.{bond.contact}" if several else bond.contact


def _contacts(package: Package) -> list[Terminal]:
    """Return the contacts of all dies, each called ``die.contact`` where there are several dies."""
    several = len(package.dies) > 1
    return [
        Terminal(f"{die.name}.{contact.name}" if several else contact.name, contact.outline, contact.net)
        for die in package.dies
        for contact in die.contacts
    ]


def _lead_diagram(package: Package) -> Diagram:
    pads = {pad.name: pad for pad in package.pads}
    onto_pads = all(placed.lead.contact in pads for placed in package.leads)
    rows = [
        (
            row["lead"],
            row["contact"],
            row["terminal"],
            row["net"],
            row["span_um"],
            row["length_um"],
            row["slack_percent"],
        )
        for row in _read(tables.lead_table(package))
    ]
    heading = ("lead", "from contact", "to terminal", "net", "span µm", "length µm", "slack %")
    return Diagram(
        kind="lead diagram",
        noun="lead",
        body=_body(package),
        dies=package.dies,
        mounting_pads=(),
        inner=package.pads if onto_pads else tuple(_contacts(package)),
        outer=_from_pin_one(_lead_ends(package) if onto_pads else package.pads),
        joints=tuple(_lead(placed) for placed in package.leads),
        table=Table(heading, (True, False, False, False, True, True, True), tuple(rows)),
    )


def _lead(placed: PlacedLead) -> Joint:
    lead = placed.lead
    path = tuple((x, y) for x, y in lead.path[::-1].tolist())
    return Joint(lead.number, lead.contact, lead.terminal, placed.net, path, lead.outline)


def _lead_ends(package: Package) -> tuple[Terminal, ...]:
    """Return the terminals that leads end on, where the package does not list them: their fixed bulges."""
    bulges = regions.polygons(package.layout.site.get("LEAD_FIXED", regions.EMPTY))
    tree = shapely.STRtree(bulges)
    found = []
    for placed in package.leads:
        x, y = placed.lead.path[0].tolist()
        near = tree.query(shapely.Point(x, y), predicate="intersects")
        outline = bulges[near[0]] if len(near) else shapely.Point(x, y).buffer(1.0)
        found.append(Terminal(placed.lead.terminal, outline, placed.net))
    return tuple(sorted(found, key=lambda end: (len(end.name), end.name)))


def _from_pin_one(pins: tuple[Terminal, ...]) -> tuple[Terminal, ...]:
    """Return pins so that the one called 1 or A1 is the first; the first of the spec, where none is called so."""
    first = next((number for number, pin in enumerate(pins) if pin.name in _PIN_ONE), 0)
    return (*pins[first:], *pins[:first])


def _body(package: Package) -> Region:
    site = package.layout.site
    name = next((name for name in _BODIES if name in site and not site[name].is_empty), None)
    if name is not None:
        return regions.merge(shapely.Polygon(piece.exterior) for piece in regions.polygons(site[name]))
    shown = [*(pad.outline for pad in package.pads), *(die.outline for die in package.dies)]
    box = regions.box_around([regions.box_of(region) for region in shown])
    return shapely.box(*box) if box else regions.EMPTY


def _read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))
