"""Frames drawn around the middle of a plate."""

import numpy as np
import shapely

from maskgen.geometry import regions, shapes
from maskgen.geometry.regions import Region
from maskgen.spec.frame import Frame

_TOLERANCE = 1.0
"""Chord error [µm] of frames, which are milled or etched through thick sheet."""


def frame(wanted: Frame | None) -> Region:
    """Return a frame in coordinates of the plate, nothing without one."""
    if wanted is None:
        return regions.EMPTY
    width, height = wanted.opening
    if wanted.kind == "rectangle":
        outer = shapes.rectangle(width + 2 * wanted.width, height + 2 * wanted.width)
        return regions.areal(outer.difference(shapes.rectangle(width, height)))
    outer = shapes.circle(width + 2 * wanted.width, tolerance=_TOLERANCE)
    ring = regions.areal(outer.difference(shapes.circle(width, tolerance=_TOLERANCE)))
    if wanted.kind == "ring":
        return ring
    return regions.areal(ring.intersection(_sectors(wanted, width)))


def _sectors(wanted: Frame, diameter: float) -> Region:
    """Return the sectors in which the pieces of a frame lie."""
    far = diameter + 4 * wanted.width
    sectors = []
    for number in range(wanted.pieces):
        middle = 360 / wanted.pieces * number
        angles = np.radians(np.linspace(middle - wanted.span / 2, middle + wanted.span / 2, 33))
        rim = np.column_stack([np.cos(angles), np.sin(angles)]) * far
        sectors.append(shapely.Polygon(np.vstack([[0.0, 0.0], rim])))
    return regions.merge(sectors)
