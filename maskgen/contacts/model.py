"""What every die file says: bond sites, and where the die's border is."""

from dataclasses import dataclass

from shapely import Polygon

from maskgen.geometry import regions
from maskgen.geometry.regions import Box


@dataclass(frozen=True)
class Contact:
    """One bond site: its name, its outline in the frame of its file [µm], and its net, if the file knows it."""

    name: str
    outline: Polygon
    net: str | None

    @property
    def x(self) -> float:
        """Return the middle [µm] of its box along x."""
        left, _, right, _ = regions.box_of(self.outline)
        return (left + right) / 2

    @property
    def y(self) -> float:
        """Return the middle [µm] of its box along y."""
        _, bottom, _, top = regions.box_of(self.outline)
        return (bottom + top) / 2


@dataclass(frozen=True)
class DieFile:
    """All bond sites of a die, in the order of its file, and the die's outer box [µm], if the file says it."""

    contacts: tuple[Contact, ...]
    box: Box | None
