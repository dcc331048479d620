"""Merging: shapes that touch become one, winding other than zero is inside (`drc.md` D.7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

import numpy as np
import shapely
from numpy.typing import NDArray

from maskgen.drc.kernel import candidates, compiled, mending, rectilinear
from maskgen.drc.kernel.candidates import Integers
from maskgen.geometry import linking
from maskgen.geometry.polygons import Polygons, concatenate, from_geometries, offsets

Booleans = NDArray[np.bool_]

_VERTICES = 1 << 14
"""Vertices of the polygons that are looked at as objects in one go: these are many times as large."""
_UNION, _SHAPES = "maskgen.drc.kernel.compiled.union", "maskgen.drc.kernel.compiled.shapes"
_LARGE = 200
"""Polygons in a group from which on its own grid would be larger than its geometry."""


def merged(polygons: Polygons, *, is_spare: bool = False) -> Polygons:
    """Return what polygons cover as polygons that do not touch.

    Shapes that meet at corners only are one polygon with several hulls. Points in the middle of straight edges and
    shapes without area vanish. Crossings off the grid are snapped to it.

    Parameters
    ----------
    is_spare
        Whether the vertices may be overwritten by those of the result, which is as large: nobody looks at them again.
    """
    if not len(polygons):
        return polygons
    is_large = compiled.pays(len(polygons.coords))
    kinds = _compiled_kinds(polygons) if is_large else _kinds(polygons)
    group = groups(len(polygons), *_touching(polygons, kinds, _met(polygons, is_large=is_large)))
    size = np.bincount(group)[group]
    alone = kinds.simple & (size == 1)
    gridded = _by_group(kinds.straight, group) & ~alone
    if not is_large:
        gridded &= size < _LARGE
    select = import_module(_UNION).select if is_large else Polygons.select
    parts = []
    if (alone & ~kinds.bent).any():
        parts.append(_without_collinear(select(polygons, alone & ~kinds.bent)))
    if gridded.any() and is_large:
        parts.append(import_module(_UNION).united(polygons, gridded))
    elif gridded.any():
        parts.append(_united_rectilinear(select(polygons, gridded), _dense(group[gridded])))
    slanted = ~alone & ~gridded
    if slanted.any():
        parts.append(_united(select(polygons, slanted), _dense(group[slanted])))
    alone &= kinds.bent
    del kinds, group, size, gridded, slanted  # the result is as large as what there is
    if is_large:
        return import_module(_UNION).selected_before(polygons, alone, _whole(parts), is_spare=is_spare)
    return _whole([part for part in (polygons.select(alone), *parts) if len(part)])


def _whole(parts: Sequence[Polygons]) -> Polygons:
    """Return all polygons of some parts, without copying a single one."""
    return parts[0] if len(parts) == 1 else concatenate(parts)


@dataclass(frozen=True, eq=False)
class _Kinds:
    """Of every polygon (P,): valid by itself, edges along the axes alone, no vertex in the middle of an edge."""

    simple: Booleans
    straight: Booleans
    bent: Booleans


def _kinds(polygons: Polygons) -> _Kinds:
    boxes = _is_box(polygons)
    return _Kinds(boxes | _is_simple(polygons, ~boxes), _is_rectilinear(polygons), boxes)


def _compiled_kinds(polygons: Polygons) -> _Kinds:
    shapes = import_module(_SHAPES)
    kinds = shapes.kinds(polygons.coords, polygons.rings, polygons.polygons)
    simple = kinds & shapes.CONVEX != 0
    # The scanline makes nothing of what is valid already: it is faster than to ask.
    doubtful = ~simple & (kinds & shapes.STRAIGHT == 0)
    places = np.flatnonzero(doubtful)
    for part in candidates.chunks(_sizes(polygons)[places], _VERTICES):
        some = _taken(polygons, places[part])
        simple[places[part]] = _is_simple(some, np.ones(len(some), dtype=bool))
    return _Kinds(simple, kinds & shapes.STRAIGHT != 0, kinds & shapes.BENT != 0)


def _met(polygons: Polygons, *, is_large: bool) -> tuple[Integers, Integers]:
    """Return the pairs of polygons whose boxes overlap or touch, the smaller index first."""
    if not is_large:
        return candidates.touching_within(polygons.boxes)
    union = import_module(_UNION)
    return union.touching(union.boxes(polygons))


def _touching(polygons: Polygons, kinds: _Kinds, pairs: tuple[Integers, Integers]) -> tuple[Integers, Integers]:
    """Return the pairs of polygons that touch, of those whose boxes do; all where that is the same or one not valid."""
    (first, second), simple, straight = pairs, kinds.simple, kinds.straight
    unsure = np.flatnonzero(simple[first] & simple[second] & ~(straight[first] & straight[second]))
    if not unsure.size:
        return first, second
    keep = np.ones(len(first), dtype=bool)
    sizes = _sizes(polygons)
    for some in candidates.chunks(sizes[first[unsure]] + sizes[second[unsure]], _VERTICES):
        part = unsure[some]
        keep[part] = _intersect(polygons, first[part], second[part])
    return first[keep], second[keep]


def _intersect(polygons: Polygons, first: Integers, second: Integers) -> Booleans:
    """Tell which pairs of polygons have a point in common."""
    used, places = np.unique(np.concatenate([first, second]), return_inverse=True)
    shapes = _taken(polygons, used).geometries()
    one, other = places[: len(first)], places[len(first) :]
    shapely.prepare(shapes[np.unique(one)])
    return shapely.intersects(shapes[one], shapes[other])


def _sizes(polygons: Polygons) -> Integers:
    """Return (P,) numbers of vertices."""
    return np.diff(polygons.rings[polygons.polygons])


def _taken(polygons: Polygons, places: Integers) -> Polygons:
    """Return some polygons, in any order, without an array for all of them."""
    ring_counts = polygons.polygons[places + 1] - polygons.polygons[places]
    _, ring = candidates.expanded(polygons.polygons[places], ring_counts)
    counts = polygons.rings[ring + 1] - polygons.rings[ring]
    _, vertex = candidates.expanded(polygons.rings[ring], counts)
    return Polygons(polygons.coords[vertex], offsets(counts), offsets(ring_counts))


def groups(count: int, first: Integers, second: Integers) -> Integers:
    """Return for each of some things the least index of those that it hangs together with, through pairs of them."""
    if compiled.pays(count):
        return import_module(_SHAPES).groups(count, first, second)
    return linking.groups(count, first, second)


def _dense(group: Integers) -> Integers:
    """Return groups numbered from 0 without gaps."""
    return np.unique(group, return_inverse=True)[1]


def _by_group(holds: Booleans, group: Integers) -> Booleans:
    """Tell for each member whether something holds for all of its group."""
    found = np.ones(len(holds), dtype=bool)
    found[group[~holds]] = False
    return found[group]


def _is_box(polygons: Polygons) -> Booleans:
    """Tell which polygons are rectangles along the axes."""
    first = polygons.polygons[:-1]
    x0, y0, x1, y1 = polygons.boxes.T
    four = (np.diff(polygons.polygons) == 1) & (np.diff(polygons.rings)[first] == 4)
    return four & (polygons.doubled_ring_areas[first] == 2 * (x1 - x0) * (y1 - y0)) & (x1 > x0) & (y1 > y0)


def _is_simple(polygons: Polygons, which: Booleans) -> Booleans:
    """Tell which of some polygons are valid by themselves: no crossing outlines, one hull, holes inside it."""
    found = np.zeros(len(polygons), dtype=bool)
    places = np.flatnonzero(which & (polygons.doubled_ring_areas[polygons.polygons[:-1]] > 0))
    if places.size:
        others = polygons.select(_mask(places, len(found)))
        convex = _is_convex(others)
        single = np.bincount(others.polygon_of_ring[others.is_hull], minlength=len(others)) == 1
        found[places[convex]] = True
        doubtful = ~convex & single
        found[places[doubtful]] = shapely.is_valid(others.select(doubtful).parts())
    return found


def _mask(places: Integers, size: int) -> Booleans:
    found = np.zeros(size, dtype=bool)
    found[places] = True
    return found


def _is_convex(polygons: Polygons) -> Booleans:
    """Tell which polygons are a ring that never turns right and goes round once."""
    after = polygons.next_vertex
    x, y = (polygons.coords[after] - polygons.coords).T
    right = x * y[after] - y * x[after] < 0
    owner = polygons.polygon_of_ring[polygons.ring_of_vertex]
    down = (y < 0) | ((y == 0) & (x < 0))
    found = np.diff(polygons.polygons) == 1
    found &= np.bincount(owner[down & ~down[after]], minlength=len(polygons)) == 1
    found[owner[right]] = False
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
    """Return the union of every group, crossings snapped to the grid; some groups at a time."""
    if len(polygons.coords) <= _VERTICES:
        return _united_at_once(polygons, group)
    order = np.argsort(group, kind="stable")
    starts = offsets(np.bincount(group))
    costs = np.add.reduceat(_sizes(polygons)[order], starts[:-1])
    parts = []
    for some in candidates.chunks(costs, _VERTICES):
        places = order[starts[some.start] : starts[some.stop]]
        parts.append(_united_at_once(_taken(polygons, places), group[places] - some.start))
    return concatenate(parts)


def _united_at_once(polygons: Polygons, group: Integers) -> Polygons:
    """Return the union of every group, seen from its own corner: a group is the same wherever it stands."""
    corners = np.full((int(group.max()) + 1, 2), np.iinfo(np.int64).max)
    np.minimum.at(corners, group, polygons.boxes[:, :2])
    parts, of_part = mending.mended(
        _moved(polygons, -corners[group]).parts(), group[polygons.polygon_of_ring[polygons.is_hull]]
    )
    if not len(parts):
        return from_geometries([])
    kept, of_part = np.unique(of_part, return_inverse=True)
    united = mending.on_grid(mending.joined(parts, of_part, len(kept)))
    pieces, origin = shapely.get_parts(united, return_index=True)
    filled = shapely.area(pieces) > 0
    found = _moved(from_geometries(pieces[filled]), corners[kept[origin[filled]]])
    return _without_collinear(_gathered(found, origin[filled]))


def _moved(polygons: Polygons, shifts: Integers) -> Polygons:
    """Return polygons, each moved by its row of (P, 2) shifts."""
    coords = polygons.coords + shifts[polygons.polygon_of_ring[polygons.ring_of_vertex]]
    return Polygons(coords, polygons.rings, polygons.polygons)


def _united_rectilinear(polygons: Polygons, group: Integers) -> Polygons:
    """Return the union of every group of polygons along the axes."""
    rings, of_ring = rectilinear.united(polygons, group)
    is_hull = rings.doubled_ring_areas > 0
    size = len(polygons)
    several = np.bincount(of_ring[is_hull], minlength=size) > 1
    holed = np.bincount(of_ring[~is_hull], minlength=size) > 0
    # Which hull a hole lies in is left to the other kernel: there are few.
    unclear = several & holed
    clear = ~unclear[of_ring]
    found = _assembled(rings.select(clear), of_ring[clear])
    if not unclear.any():
        return found
    return concatenate([found, _united(polygons.select(unclear[group]), _dense(group[unclear[group]]))])


def _assembled(rings: Polygons, group: Integers) -> Polygons:
    """Return polygons of the rings of groups that have one hull, or no holes."""
    is_hull = rings.doubled_ring_areas > 0
    order = np.lexsort((~is_hull, group))
    counts = np.diff(rings.rings)[order]
    _, vertex = candidates.expanded(rings.rings[:-1][order], counts)
    begins = np.flatnonzero(is_hull[order])
    whole = Polygons(rings.coords[vertex], offsets(counts), np.append(begins, len(order)))
    return _gathered(whole, group[order][begins])


def _gathered(polygons: Polygons, group: Integers) -> Polygons:
    """Return polygons with those of one group that meet at corners made one."""
    if not len(polygons):
        return polygons
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
