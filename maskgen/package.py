"""Package: one plate as a system drew it, with what the drawing alone does not say: dies, bonds, nets.

Everything here is data that systems make and checks, tables and reports read.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from maskgen.bonding.rules import AssemblyProfile
from maskgen.geometry import regions
from maskgen.geometry.regions import Region
from maskgen.layout import Layout
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
    """

    shared: Region
    titles: dict[str, Region]
    zones: Region
    placed: tuple[Mark, ...]


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
class Package:
    """What a system drew.

    Parameters
    ----------
    unconnected
        Contacts without a wire: name and reason.
    nets
        Members of each net as the spec has them: contacts as ``die.contact``, pads by name.
    profile
        Rules of the assembly house for the wires.
    """

    layout: Layout
    marking: Marking
    dies: tuple[PlacedDie, ...]
    pads: tuple[Terminal, ...]
    mounting_pads: tuple[Terminal, ...]
    bonds: tuple[Bond, ...]
    unconnected: tuple[tuple[str, str], ...]
    nets: Mapping[str, frozenset[str]]
    profile: AssemblyProfile

    @property
    def groups(self) -> list[frozenset[str]]:
        """Return the terminals that wires join: each pad with its contacts, as ``die.contact``."""
        found: dict[str, set[str]] = {}
        for bond in self.bonds:
            found.setdefault(bond.pad, {bond.pad}).add(f"{bond.die}.{bond.contact}")
        return [frozenset(group) for group in found.values()]

    @property
    def contact_nets(self) -> dict[str, str]:
        """Return the net of each contact that has one, by ``die.contact``."""
        return {
            f"{die.name}.{contact.name}": contact.net for die in self.dies for contact in die.contacts if contact.net
        }
