"""Erosion: what of a region lies at least a distance from all that is outside, without the slivers of chords."""

import numpy as np
import shapely
from numpy.typing import NDArray

from maskgen.geometry import regions
from maskgen.geometry.regions import Region
from maskgen.physics import domain

_FEWER_CHORDS = 2.25
"""How much the chord error of a corner may exceed that of a full circle: the kernel rounds the chords of a corner to a
whole number, in the worst case one and a half of them to one."""


def remains(region: Region, distance: float, *, tolerance: float = regions.ARC_TOLERANCE) -> NDArray[np.object_]:
    """Return what stays of a region when all its edges retreat by a distance.

    Where nothing stays, the chords of arcs leave slivers. They are left out, and so is what would not survive if the
    distance were greater by the tolerance.

    Parameters
    ----------
    distance
        How far the edges retreat [µm].
    tolerance
        Chord error of the arcs [µm]. Arcs run at corners that stand into the region, and err towards what stays.

    Returns
    -------
    (n,) ndarray of Polygon
        The connected pieces.
    """
    domain.not_negative("um", distance=distance)
    domain.positive("um", tolerance=tolerance)
    pieces = regions.polygons(regions.shrink(region, distance, tolerance=tolerance / _FEWER_CHORDS))
    # Every point of a piece has at least distance - tolerance around it. If the piece has room for a circle wider than
    # the tolerance, then its centre has at least the distance; if not, then no point has distance + tolerance.
    return pieces[~shapely.is_empty(shapely.buffer(pieces, -tolerance))]


def inscribed_radius(region: Region, *, tolerance: float = 1e-3) -> float:
    """Return the radius [µm] of the largest circle inside a region: the distance from which on nothing stays of it.

    The kernel's own inscribed circle gives up early in regions that are long and thin, as leads are; this halves the
    range until it is known.

    Parameters
    ----------
    tolerance
        How much the radius may be too small [µm], beside 1e-4 of itself: corners closer than 1e-4 of the distance are
        one corner to the kernel.

    Returns
    -------
    float
        Zero for the empty region.
    """
    domain.positive("um", tolerance=tolerance)
    if region.is_empty:
        return 0.0
    left, bottom, right, top = regions.box_of(region)
    low, high = 0.0, min(right - left, top - bottom) / 2
    while high - low > tolerance / 2:
        middle = (low + high) / 2
        stays = len(remains(region, middle, tolerance=tolerance / 2)) > 0
        low, high = (middle, high) if stays else (low, middle)
    return low
