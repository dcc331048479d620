"""Pieces: what one layer covers and the other does not, how thick it is, and what of it is too thin to matter [dbu]."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from maskgen.drc.kernel import merge
from maskgen.geometry import regions
from maskgen.geometry.polygons import Polygons
from maskgen.geometry.regions import Region

Pieces = NDArray[np.object_]
"""(n,) ndarray of Polygon."""

GRID = 1.0
"""Step [dbu] to which crossings are snapped; what is thinner vanishes."""

_EQUAL = 1e-6
"""Part of the tolerance by which it is made smaller: a piece as thick as it passes, whatever is lost in rounding."""
_SHARP = 1.5
"""How far, in distances, a corner moves that stays sharp: right angles do."""
_CROWDED = 10
"""Pairs that meet, for each polygon, from which on those of a side are united first: they lie over each other."""
_FINE = 0.05
"""To how much [dbu] a thickness is told."""


def exclusive(one: Polygons, other: Polygons) -> Pieces:
    """Return what exactly one of two layers covers."""
    return np.concatenate(differences(one, other))


def differences(one: Polygons, other: Polygons) -> tuple[Pieces, Pieces]:
    """Return what the first layer covers and the second does not, and the other way round."""
    left, right = (_valid(part) for part in (one, other))
    names = [shapely.to_wkb(shapely.normalize(part)).tolist() for part in (left, right)]
    common = set(names[0]) & set(names[1])
    # What is in both layers leaves nothing of itself, and yet takes away from its neighbours.
    fresh = [np.array([name not in common for name in side], dtype=bool) for side in names]
    return _minus(left[fresh[0]], right), _minus(right[fresh[1]], left)


def _valid(part: Polygons) -> Pieces:
    """Return polygons with crossing outlines taken apart: winding other than zero is inside."""
    shapes = shapely.get_parts(part.geometries())
    crossed = ~shapely.is_valid(shapes)
    if not crossed.any():
        return shapes
    # Each on its own: what two of them cover does not depend on which way their outlines run.
    mended = (merge.merged(part.select(np.arange(len(part)) == number)) for number in np.flatnonzero(crossed))
    return np.concatenate([shapes[~crossed], *(shapely.get_parts(whole.geometries()) for whole in mended)])


def _minus(left: Pieces, right: Pieces) -> Pieces:
    """Return what some polygons cover and others do not, as pieces that do not overlap."""
    if not len(left) or not len(right):
        return _united(left)
    own, foreign = shapely.STRtree(right).query(left, predicate="intersects")
    if len(own) > _CROWDED * (len(left) + len(right)):
        left, right = _united(left), _united(right)
        own, foreign = shapely.STRtree(right).query(left, predicate="intersects")
    order = np.argsort(own, kind="stable")
    met, starts = np.unique(own[order], return_index=True)
    covers = _array([shapely.union_all(group) for group in np.split(right[foreign[order]], starts[1:])][: len(met)])
    alone = np.ones(len(left), dtype=bool)
    alone[own] = False
    # Crossings are snapped only here, where both sides see the same: outlines that run together stay so.
    cut = shapely.difference(left[met], covers, grid_size=GRID)
    return _united(np.concatenate([left[alone], *(regions.polygons(part) for part in cut)]))


def _united(pieces: Pieces) -> Pieces:
    """Return pieces of which those that overlap or touch are one."""
    if len(pieces) < 2:
        return pieces
    first, second = shapely.STRtree(pieces).query(pieces, predicate="intersects")
    group = merge.groups(len(pieces), first[first < second], second[first < second])
    alone = np.bincount(group, minlength=len(pieces))[group] == 1
    joined = [shapely.union_all(pieces[group == label], grid_size=GRID) for label in np.unique(group[~alone])]
    return np.concatenate([pieces[alone], *(regions.polygons(part) for part in joined)])


def opened(pieces: Pieces, tolerance: float) -> Pieces:
    """Return the pieces without what is no thicker than a tolerance [dbu]; corners stay sharp."""
    if tolerance <= 0 or not len(pieces):
        return pieces
    radius = tolerance / 2 * (1 + _EQUAL)
    merged = regions.polygons(shapely.union_all(pieces))
    shrunk = shapely.buffer(merged, -radius, join_style="mitre", mitre_limit=_SHARP)
    kept = ~shapely.is_empty(shrunk)
    grown = shapely.buffer(shrunk[kept], radius * (1 + _EQUAL), join_style="mitre", mitre_limit=_SHARP)
    found = shapely.intersection(grown, merged[kept])
    return np.concatenate([np.empty(0, dtype=object), *(regions.polygons(part) for part in found)])


def clipped(pieces: Pieces, region: Region) -> Pieces:
    """Return the part of the pieces that lies in a region, those whole that lie within it."""
    shapely.prepare(region)
    inside = shapely.covers(region, pieces)
    cut = shapely.intersection(pieces[~inside], region)
    parts = [part for found in cut for part in regions.polygons(found) if part.area > 0]
    return np.concatenate([pieces[inside], _array(parts)])


def _array(parts: Sequence[Region]) -> Pieces:
    found = np.empty(len(parts), dtype=object)
    found[:] = parts
    return found


def thicknesses(pieces: Pieces) -> NDArray[np.float64]:
    """Return the diameter of the largest circle in each piece [dbu].

    Returns
    -------
    (n,) ndarray of float
        To a twentieth of a dbu; exact for rectangles along the axes.
    """
    if not len(pieces):
        return np.zeros(0)
    left, bottom, right, top = shapely.bounds(pieces).T
    short, area = np.minimum(right - left, top - bottom), shapely.area(pieces)
    crooked = area != (right - left) * (top - bottom)
    found = short.copy()
    found[crooked] = _bisected(pieces[crooked], np.minimum(short, 2 * np.sqrt(area / np.pi))[crooked])
    return found


def _bisected(pieces: Pieces, high: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return at which width each piece vanishes when its outline is moved inwards, between none and `high`."""
    low, high = np.zeros(len(pieces)), high * (1 + _EQUAL)
    while len(pieces) and (high - low).max() > _FINE:
        middle = (low + high) / 2
        gone = shapely.is_empty(shapely.buffer(pieces, -middle / 2))
        low, high = np.where(gone, low, middle), np.where(gone, middle, high)
    return (low + high) / 2
