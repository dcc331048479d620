"""Barriers: what the middle line of a lead must pass to the left or to the right, as convex rings of points."""

from dataclasses import dataclass

import numpy as np
import shapely

from maskgen.geometry import regions
from maskgen.geometry.regions import Region
from maskgen.leads.model import Values

_CORNERS = 16
"""Corners of the ring around a bulge; it stands on an edge, so that its width at half its height is exact."""

_MITRE = 2.0


@dataclass(frozen=True, eq=False)
class Barrier:
    """A convex ring of points (n, 2) [µm], what it surrounds, and the lead that may enter it, by index, if any."""

    ring: Values
    name: str
    owner: int | None = None

    @property
    def middle(self) -> Values:
        """Return the middle of its box."""
        return np.asarray((self.ring.min(axis=0) + self.ring.max(axis=0)) / 2)

    def widths(self, levels: Values) -> tuple[Values, Values]:
        """Return the leftmost and rightmost places at some heights [µm]; (inf, -inf) above and below the ring."""
        start, end = self.ring, np.roll(self.ring, -1, axis=0)
        rise = end[:, 1] - start[:, 1]
        is_level = rise == 0
        share = (levels[:, None] - start[:, 1]) / np.where(is_level, 1.0, rise)
        crosses = (share >= 0) & (share <= 1) & ~is_level
        places = start[:, 0] + share * (end[:, 0] - start[:, 0])
        return np.where(crosses, places, np.inf).min(axis=1), np.where(crosses, places, -np.inf).max(axis=1)


def around_bulge(centre: Values, radius: float, name: str, owner: int | None = None) -> Barrier:
    """Return the barrier around a circle [µm], none of it inside."""
    angles = (np.arange(_CORNERS) + 0.5) * 2 * np.pi / _CORNERS
    corners = np.stack([np.cos(angles), np.sin(angles)], axis=1) * radius / np.cos(np.pi / _CORNERS)
    return Barrier(np.asarray(centre + corners), name, owner)


def around_region(region: Region, distance: float) -> list[Barrier]:
    """Return barriers at a distance [µm] around the convex hulls of the pieces of a region."""
    hulls = shapely.convex_hull(regions.polygons(region))
    grown = shapely.buffer(hulls, distance, join_style="mitre", mitre_limit=_MITRE)
    return [Barrier(shapely.get_coordinates(ring)[:-1], "an obstacle") for ring in grown]
