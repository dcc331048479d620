"""Package: one plate as a system drew it, with what the drawing alone does not say: dies, bonds, nets.

Everything here is data that systems make and checks, tables and reports read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from maskgen.bonding.rules import AssemblyProfile
from maskgen.geometry import regions
from maskgen.geometry.regions import Region
from maskgen.layout import Layout
from maskgen.leads.figures import LeadFigures
from maskgen.leads.model import Lead
from maskgen.nets import Probe
from maskgen.spec.terminals import Terminal

MOUNTING_PAD = "MP"
"""Name of the mounting pad in tables; a package with several numbers the others: MP2, MP3."""


@dataclass(frozen=True)
class Mark:
    """One mark: what it is and where its middle stands [µm]."""

    kind: str
    x: float
    y: float
    size: float


@dataclass(frozen=True, eq=False)
class Marking:
    """All that stands on the plate besides the sites.

    Parameters
    ----------
    shared
        What every mask of the set carries, at the same place.
    titles
        The title of each mask, by its name.
    zones
        What must be kept free around all of it.
    codes
        The barcode of each mask, by its name; it stands so that it reads right in the mask's data.
    """

    shared: Region
    titles: dict[str, Region]
    zones: Region
    placed: tuple[Mark, ...]
    codes: Mapping[str, Region] = field(default_factory=dict)


NOTHING = Marking(regions.EMPTY, {}, regions.EMPTY, ())
"""A plate without marks."""


@dataclass(frozen=True, eq=False)
class PlacedDie:
    """A die in its package, seen from above.

    Parameters
    ----------
    contacts
        Bond sites in the frame of the package, mirrored if the die looks down.
    thickness
        [µm]
    level
        0 on the mounting pad, 1 on a die, and so on.
    """

    name: str
    outline: Region
    contacts: tuple[Terminal, ...]
    thickness: float
    level: int


@dataclass(frozen=True)
class Bond:
    """One wire.

    Parameters
    ----------
    number
        From 1, in the order of the contacts.
    pad
        Name of the pad it lands on; `MOUNTING_PAD` for a down-bond.
    start, end
        Middle of the feet on the contact and on the pad (x, y) [µm].
    """

    number: int
    die: str
    contact: str
    net: str
    pad: str
    start: tuple[float, float]
    end: tuple[float, float]


@dataclass(frozen=True, eq=False)
class PlacedLead:
    """One lead, its net, and what it can take."""

    lead: Lead
    net: str
    figures: LeadFigures


@dataclass(frozen=True, eq=False)
class Package:
    """What a system drew.

    Parameters
    ----------
    probes
        Terminals by which the nets of the polygons are known; the name of a contact is ``die.contact``.
    joined
        Groups of terminals, by their names, that the spec joins; a terminal in none of them stands alone.
    unconnected
        Contacts without a wire: name and reason.
    unrouted
        Contacts or pads without a lead: name and reason.
    profile
        Rules of the assembly house for the wires.
    measures
        Numbers that only the drawing knows, by name, for process windows; each system says which it has.
    """

    layout: Layout
    marking: Marking
    probes: tuple[Probe, ...] = ()
    joined: tuple[frozenset[str], ...] = ()
    dies: tuple[PlacedDie, ...] = ()
    pads: tuple[Terminal, ...] = ()
    mounting_pads: tuple[Terminal, ...] = ()
    bonds: tuple[Bond, ...] = ()
    leads: tuple[PlacedLead, ...] = ()
    unconnected: tuple[tuple[str, str], ...] = ()
    unrouted: tuple[tuple[str, str], ...] = ()
    profile: AssemblyProfile = field(default_factory=AssemblyProfile)
    measures: Mapping[str, float] = field(default_factory=dict)

    @property
    def contact_nets(self) -> dict[str, str]:
        """Return the net of each contact that has one, by ``die.contact``."""
        return {
            f"{die.name}.{contact.name}": contact.net for die in self.dies for contact in die.contacts if contact.net
        }


def probes(kind: str, layer: str, terminals: Iterable[Terminal]) -> tuple[Probe, ...]:
    """Return terminals of one kind, which lie on one layer, as places to look for."""
    return tuple(Probe(kind, terminal.name, layer, terminal.outline) for terminal in terminals)


def contact_probes(dies: Iterable[PlacedDie]) -> tuple[Probe, ...]:
    """Return the contacts of dies as places to look for, each called ``die.contact``."""
    return tuple(
        Probe("contact", f"{die.name}.{contact.name}", "CONTACT", contact.outline)
        for die in dies
        for contact in die.contacts
    )


def joined_by(bonds: Iterable[Bond]) -> tuple[frozenset[str], ...]:
    """Return the terminals that wires join: each pad with its contacts."""
    found: dict[str, set[str]] = {}
    for bond in bonds:
        found.setdefault(bond.pad, {bond.pad}).add(f"{bond.die}.{bond.contact}")
    return tuple(frozenset(group) for group in found.values())
