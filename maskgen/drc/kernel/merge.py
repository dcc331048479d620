"""Merging: shapes that touch become one, winding other than zero is inside (`drc.md` D.7)."""

import numpy as np
import shapely
from numpy.typing import NDArray

from maskgen.drc.kernel import candidates, rectilinear
from maskgen.drc.kernel.candidates import Integers
from maskgen.geometry.polygons import Polygons, concatenate, from_geometries, offsets

Booleans = NDArray[np.bool_]

_LARGE = 200
"""Polygons in a group from which on its own grid would be larger than its geometry."""


def merged(polygons: Polygons) -> Polygons:
    """Return what polygons cover as polygons that do not touch.

    Shapes that meet at corners only are one polygon with several hulls. Points in the middle of straight edges and
    shapes without area vanish. Crossings off the grid are snapped to it.
    """
    if not len(polygons):
        return polygons
    group = groups(len(polygons), *candidates.touching_within(polygons.boxes))
    alone = np.bincount(group)[group] == 1
    simple = alone & _is_simple(polygons)
    straight = _by_group(_is_rectilinear(polygons), group) & (np.bincount(group)[group] < _LARGE) & ~simple
    rest = ~simple & ~straight
    parts = [_without_collinear(polygons.select(simple))]
    if straight.any():
        parts.append(_united_rectilinear(polygons.select(straight), _dense(group[straight])))
    if rest.any():
        parts.append(_united(polygons.select(rest), _dense(group[rest])))
    return concatenate(parts)


def groups(count: int, first: Integers, second: Integers) -> Integers:
    """Return for each of some things the least index of those that it hangs together with, through pairs of them."""
    label = np.arange(count)
    while len(first):
        one, other = label[first], label[second]
        apart = one != other
        first, second, one, other = first[apart], second[apart], one[apart], other[apart]
        np.minimum.at(label, np.maximum(one, other), np.minimum(one, other))
        while (label != label[label]).any():
            label = label[label]
    return label


def _dense(group: Integers) -> Integers:
    """Return groups numbered from 0 without gaps."""
    return np.unique(group, return_inverse=True)[1]


def _by_group(holds: Booleans, group: Integers) -> Booleans:
    """Tell for each member whether something holds for all of its group."""
    found = np.ones(len(holds), dtype=bool)
    found[group[~holds]] = False
    return found[group]


def _is_simple(polygons: Polygons) -> Booleans:
    """Tell which polygons are valid by themselves: no crossing outlines, holes inside hulls."""
    x, y = (polygons.coords[polygons.next_vertex] - polygons.coords).T
    after = polygons.next_vertex
    of_vertex = polygons.polygon_of_ring[polygons.ring_of_vertex]
    right = x * y[after] - y * x[after] < 0
    upturns = (y <= 0) & ((y[after] > 0) | ((y[after] == 0) & (x[after] > 0) & (y < 0)))
    del upturns
    convex = np.diff(polygons.polygons) == 1
    convex[of_vertex[right]] = False
    down = (y < 0) | ((y == 0) & (x < 0))
    convex &= np.bincount(of_vertex[down & ~down[after]], minlength=len(polygons)) == 1
    convex &= polygons.doubled_ring_areas[polygons.polygons[:-1]] > 0
    rest = np.flatnonzero(~convex)
    single = np.bincount(polygons.polygon_of_ring[polygons.is_hull], minlength=len(polygons)) == 1
    checked = polygons.select(~convex & single)
    found = convex
    found[rest[single[rest]]] = shapely.is_valid(checked.parts())
    return found


def _is_rectilinear(polygons: Polygons) -> Booleans:
    """Tell which polygons have edges along the axes alone."""
    step = polygons.coords[polygons.next_vertex] - polygons.coords
    slanted = (step != 0).all(axis=1)
    found = np.ones(len(polygons), dtype=bool)
    found[polygons.polygon_of_ring[polygons.ring_of_vertex[slanted]]] = False
    return found


def _without_collinear(polygons: Polygons) -> Polygons:
    """Return polygons without the vertices in the middle of straight edges; rings without area vanish."""
    while True:
        step = polygons.coords[polygons.next_vertex] - polygons.coords
        turn = np.zeros(len(step), dtype=np.int64)
        after = polygons.next_vertex
        turn[after] = step[:, 0] * step[after, 1] - step[:, 1] * step[after, 0]
        if turn.all():
            return polygons
        counts = np.add.reduceat((turn != 0).astype(np.int64), polygons.rings[:-1])
        ring = counts > 2
        of_polygon = np.bincount(polygons.polygon_of_ring[ring], minlength=len(polygons))
        polygons = Polygons(
            polygons.coords[(turn != 0) & ring[polygons.ring_of_vertex]],
            offsets(counts[ring]),
            offsets(of_polygon[of_polygon > 0]),
        )


def _united(polygons: Polygons, group: Integers) -> Polygons:
    """Return the union of every group."""
    parts = polygons.parts()
    of_part = group[polygons.polygon_of_ring[polygons.is_hull]]
    crossed = np.flatnonzero(~shapely.is_valid(parts))
    mended = shapely.make_valid(parts[crossed], method="structure", keep_collapsed=False)
    parts, of_part = np.delete(parts, crossed), np.delete(of_part, crossed)
    pieces, origin = shapely.get_parts(mended, return_index=True)
    of_part = np.concatenate([of_part, np.repeat(0, len(pieces)) + group[polygons.polygon_of_ring[polygons.is_hull]][crossed[origin]]])
    parts = np.concatenate([parts, pieces])
    order = np.argsort(of_part, kind="stable")
    parts, of_part = parts[order], of_part[order]
    collections = shapely.multipolygons(parts, indices=_dense(of_part)) if len(parts) else parts
    united = shapely.union_all(collections.reshape(-1, 1), axis=1, grid_size=1.0)
    pieces, origin = shapely.get_parts(united, return_index=True)
    filled = shapely.area(pieces) > 0
    found = from_geometries(pieces[filled])
    return _without_collinear(_gathered(found, origin[filled]))


def _united_rectilinear(polygons: Polygons, group: Integers) -> Polygons:
    """Return the union of every group of polygons along the axes."""
    rings, of_ring = rectilinear.united(polygons, group)
    hulls = rings.doubled_ring_areas > 0
    several = np.bincount(of_ring[hulls], minlength=of_ring.max() + 1) > 1
    holed = np.bincount(of_ring[~hulls], minlength=of_ring.max() + 1) > 0
    unclear = (several & holed)[of_ring]
    plain = ~unclear
    # Hulls first, so that the holes of a group with one hull follow it.
    order = np.lexsort((~hulls[plain], of_ring[plain]))
    sure = rings.select(plain)
    sure = _permuted(sure, order)
    of_sure = of_ring[plain][order]
    first = np.append(True, (np.diff(of_sure) != 0) | hulls[plain][order][1:])
    whole = Polygons(sure.coords, sure.rings, np.append(np.flatnonzero(first), len(of_sure)))
    found = _gathered(whole, of_sure[first])
    if not unclear.any():
        return found
    left = np.isin(group, of_ring[unclear])
    return concatenate([found, _united(polygons.select(left), _dense(group[left]))])


def _permuted(rings: Polygons, order: Integers) -> Polygons:
    """Return polygons of one ring each in another order."""
    counts = np.diff(rings.rings)[order]
    _, vertex = candidates.expanded(rings.rings[:-1][order], counts)
    return Polygons(rings.coords[vertex], offsets(counts), np.arange(len(counts) + 1))


def _gathered(polygons: Polygons, group: Integers) -> Polygons:
    """Return polygons with those of one group that meet at corners made one."""
    owner = polygons.polygon_of_ring[polygons.ring_of_vertex]
    of_vertex = group[owner]
    crowded = np.flatnonzero((np.bincount(group) > 1)[of_vertex])
    x, y = polygons.coords[crowded].T
    order = crowded[np.lexsort((y, x, of_vertex[crowded]))]
    here, there = order[:-1], order[1:]
    met = (polygons.coords[here] == polygons.coords[there]).all(axis=1) & (of_vertex[here] == of_vertex[there])
    label = groups(len(polygons), owner[here[met]], owner[there[met]])
    order = np.argsort(label, kind="stable")
    if (np.diff(label[order]) != 0).all():
        return polygons
    ring_counts = np.diff(polygons.polygons)[order]
    _, ring = candidates.expanded(polygons.polygons[:-1][order], ring_counts)
    counts = np.diff(polygons.rings)[ring]
    _, vertex = candidates.expanded(polygons.rings[:-1][ring], counts)
    ends = np.append(np.flatnonzero(np.diff(label[order]) != 0) + 1, len(order))
    return Polygons(polygons.coords[vertex], offsets(counts), np.append(0, offsets(ring_counts)[ends]))
