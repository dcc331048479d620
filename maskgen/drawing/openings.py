"""Openings that a router cuts around what must fit in, its round corners let out into dog-bones."""

import math

from maskgen.geometry import regions, shapes
from maskgen.geometry.regions import Region

_ROOM = 1.1
"""Radius of a dog-bone in radii of the router: the tool turns in it instead of plunging."""


def routed(inside: Region, clearance: float, *, radius: float) -> Region:
    """Return the opening around the box of a region, a clearance away on all sides [um].

    Parameters
    ----------
    radius
        Of the router; 0 for a tool that leaves sharp corners, such as a punch.
    """
    left, bottom, right, top = regions.box_of(inside)
    x, y = (left + right) / 2, (bottom + top) / 2
    width, height = right - left + 2 * clearance, top - bottom + 2 * clearance
    opening = shapes.rectangle(width, height)
    if radius > 0:
        opening = regions.merge([opening, *_dog_bones(width, height, _ROOM * radius)])
    return regions.move(opening, x, y)


def _dog_bones(width: float, height: float, radius: float) -> list[Region]:
    """Return a disc at each corner of a rectangle, with the corner on its rim."""
    disc = shapes.circle(2 * radius, tolerance=regions.ARC_TOLERANCE)
    x, y = width / 2 - radius / math.sqrt(2), height / 2 - radius / math.sqrt(2)
    return [regions.move(disc, sx * x, sy * y) for sx in (-1, 1) for sy in (-1, 1)]
