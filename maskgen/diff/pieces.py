"""Pieces: what one layer covers and the other does not, how thick it is, and what of it is too thin to matter [dbu]."""

from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from maskgen.diff import crowding, straight
from maskgen.diff.alike import taken, without_common
from maskgen.diff.crowding import Pairs
from maskgen.drc.kernel import merge
from maskgen.errors import MaskgenError
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
_SLIVER = 1e-3
"""Area [dbu] for the length of its outline, below which a cut is rounding: no piece is thinner than a step."""
_FEW = 500
"""Polygons with crossing outlines that are taken apart in one go: any two of them may meet."""
_FINE = 0.05
"""To how much [dbu] a thickness is told."""


def exclusive(one: Polygons, other: Polygons) -> Pieces:
    """Return what exactly one of two layers covers."""
    return np.concatenate(differences(one, other))


def differences(one: Polygons, other: Polygons) -> tuple[Pieces, Pieces]:
    """Return what the first layer covers and the second does not, and the other way round."""
    left, near_left, right, near_right = without_common(one, other)
    if straight.pays(left, near_left, right, near_right):
        return straight.minus(left, near_left).parts(), straight.minus(right, near_right).parts()
    return _minus(_valid(left), _valid(near_left)), _minus(_valid(right), _valid(near_right))


def _valid(part: Polygons) -> Pieces:
    """Return polygons with crossing outlines taken apart: winding other than zero is inside."""
    shapes = shapely.get_parts(part.geometries())
    crossed = ~shapely.is_valid(shapes)
    if not crossed.any():
        return shapes
    crooked = crossed & ~straight.are_straight(part)
    mended = [merge.merged(some) for some in _portions(part, np.flatnonzero(crooked), _FEW)]
    # Along the axes each on its own: windings of two that run in different ways would cancel each other.
    mended += [merge.merged(some) for some in _portions(part, np.flatnonzero(crossed & ~crooked), 1)]
    return np.concatenate([shapes[~crossed], *(shapely.get_parts(whole.geometries()) for whole in mended)])


def _portions(part: Polygons, places: NDArray[np.intp], size: int) -> Iterator[Polygons]:
    """Yield some of all polygons, as many as wanted at a time."""
    for begin in range(0, len(places), size):
        yield taken(part, places[begin : begin + size])


def _minus(left: Pieces, right: Pieces) -> Pieces:
    """Return what some polygons cover and others do not, as pieces that do not overlap."""
    if not len(left) or not len(right):
        return _united(left)
    pairs = crowding.touching(left, right, _CROWDED * (len(left) + len(right)))
    if pairs is None:
        left, right = _united(left), _united(right)
        pairs = _few(crowding.touching(left, right, crowding.MOST_PAIRS))
    crowding.require_few_crossings(left, right, crowding.MOST_CROSSINGS)
    own, foreign = pairs
    order = np.argsort(own, kind="stable")
    met, starts = np.unique(own[order], return_index=True)
    covers = _array([shapely.union_all(group) for group in np.split(right[foreign[order]], starts[1:])][: len(met)])
    alone = np.ones(len(left), dtype=bool)
    alone[own] = False
    # Crossings are snapped only here, where both sides see the same: outlines that run together stay so.
    cut = shapely.difference(left[met], covers, grid_size=GRID)
    return _united(np.concatenate([left[alone], *(regions.polygons(part) for part in cut)]))


def _few(pairs: Pairs | None) -> Pairs:
    """Return pairs, or raise an error if they were too many."""
    if pairs is None:
        raise MaskgenError(f"shapes lie over each other in more than {crowding.MOST_PAIRS} pairs, too many to compare")
    return pairs


def _united(pieces: Pieces) -> Pieces:
    """Return pieces of which those that overlap or touch are one."""
    if len(pieces) < 2:
        return pieces
    crowding.require_few_crossings(pieces, pieces, crowding.MOST_COVERED)
    pairs = crowding.touching(pieces, pieces, _CROWDED * len(pieces))
    if pairs is None:
        return np.concatenate([regions.polygons(part) for part in crowding.united(pieces, GRID)])
    first, second = pairs
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
    parts = [part for found in cut for part in regions.polygons(found) if part.area > _SLIVER * part.length]
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
    found, area = np.minimum(right - left, top - bottom), shapely.area(pieces)
    crooked = np.flatnonzero(area != (right - left) * (top - bottom))
    # Layouts that are shifted against each other differ in many places of few forms.
    forms: dict[bytes, int] = {}
    texts = regions.fingerprints(pieces[crooked], np.column_stack([left, bottom])[crooked])
    form = np.array([forms.setdefault(text, len(forms)) for text in texts], dtype=np.intp)
    _, first = np.unique(form, return_index=True)
    found[crooked] = _bisected(pieces[crooked][first])[form]
    return found


def _bisected(pieces: Pieces) -> NDArray[np.float64]:
    """Return at which width each piece vanishes when its outline is moved inwards."""
    # A circle has the least area about an inscribed one for the length of its outline.
    low = 2 * shapely.area(pieces) / shapely.length(pieces)
    high = 2 * low
    waiting = np.arange(len(pieces))
    while len(waiting):
        waiting = waiting[~_is_gone(pieces[waiting], high[waiting])]
        low[waiting], high[waiting] = high[waiting], 2 * high[waiting]
    waiting = np.flatnonzero(high - low > _FINE)
    while len(waiting):
        middle = (low[waiting] + high[waiting]) / 2
        gone = _is_gone(pieces[waiting], middle)
        low[waiting], high[waiting] = np.where(gone, low[waiting], middle), np.where(gone, middle, high[waiting])
        waiting = waiting[high[waiting] - low[waiting] > _FINE]
    return (low + high) / 2


def _is_gone(pieces: Pieces, width: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which pieces are nowhere wider than a width."""
    return shapely.is_empty(shapely.buffer(pieces, -width / 2))
