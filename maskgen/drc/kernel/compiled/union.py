"""Merging, compiled: what kind each polygon is, which touch, and the union of those along the axes."""

from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from maskgen.drc.kernel import compiled
from maskgen.drc.kernel.candidates import Compact
from maskgen.drc.kernel.compiled import scanline, sweep
from maskgen.drc.kernel.compiled.jit import compiled as machine_code
from maskgen.geometry.polygons import Polygons, offsets

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

Arrays = tuple[Integers, Integers, Integers]

_PORTION = 1 << 16
"""Events of the bands that are swept in one go."""


def touching(boxes: Compact) -> tuple[Integers, Integers]:
    """Return the pairs of boxes that overlap or touch, the smaller index first."""
    filed = sweep.strips(boxes)
    with compiled.threads() as threads:
        found = list(threads.map(filed.pairs, filed.portions()))
    none = np.zeros(0, dtype=np.int64)
    return np.concatenate([none, *(pair[0] for pair in found)]), np.concatenate([none, *(pair[1] for pair in found)])


def boxes(polygons: Polygons) -> Compact:
    """Return (P, 4) left, bottom, right, top of every polygon [dbu]."""
    found: Compact = np.empty((len(polygons), 4), dtype=_integer(polygons))
    _box(polygons.coords, polygons.rings, polygons.polygons, found)
    return found


def _integer(polygons: Polygons, slack: int = 0) -> type[np.int32] | type[np.int64]:
    """Return the smaller type that holds coordinates, and what is beyond them by some slack."""
    greatest = max(-int(polygons.coords.min()), int(polygons.coords.max()))
    return np.int32 if greatest + slack < 1 << 31 else np.int64


def select(polygons: Polygons, keep: Booleans) -> Polygons:
    """Return the polygons for which a (P,) mask is true."""
    if keep.all():
        return polygons
    return Polygons(*chosen(polygons.coords, polygons.rings, polygons.polygons, keep, (0, 0, 0)))


def selected_before(polygons: Polygons, keep: Booleans, others: Polygons) -> Polygons:
    """Return the polygons for which a (P,) mask is true and then others, all written once."""
    if not len(others):
        return select(polygons, keep)
    room = len(others.coords), len(others.rings) - 1, len(others)
    coords, rings, starts = chosen(polygons.coords, polygons.rings, polygons.polygons, keep, room)
    coords[len(coords) - room[0] :] = others.coords
    rings[len(rings) - room[1] :] = others.rings[1:] + (len(coords) - room[0])
    starts[len(starts) - room[2] :] = others.polygons[1:] + (len(rings) - 1 - room[1])
    return Polygons(coords, rings, starts)


def united(polygons: Polygons) -> Polygons:
    """Return the union of polygons along the axes, what meets at corners only as one polygon of several hulls."""
    y = polygons.coords[:, 1]
    low, extent = int(y.min()), int(y.max()) - int(y.min())
    mean = float(np.abs(y[1:] - y[:-1]).mean())
    shift = max(int(4 * mean + 1).bit_length() - 1, (16 * extent // len(y)).bit_length(), 1)
    starts = offsets(scanline.counts(polygons.coords, polygons.rings, low, shift, (extent >> shift) + 1))
    found = np.empty((starts[-1], 3), dtype=_integer(polygons, 1 << shift))
    scanline.fill(polygons.coords, polygons.rings, low, shift, found, starts)
    ends = np.flatnonzero(np.diff((starts[1:] - 1) // _PORTION, append=-2)) + 1
    with compiled.threads() as threads:
        parts = list(threads.map(partial(_walls, found, starts, (low, shift)), pairwise([0, *ends.tolist()])))
    del found
    walls, begins = _stacked(parts)
    del parts
    walls, parent = scanline.joined(walls, begins, low, shift)
    return _assembled(*scanline.traced(walls, parent, _rows(walls)))


def _walls(found: Integers, starts: Integers, grid: tuple[int, int], bands: tuple[int, int]) -> scanline.Events:
    return scanline.walls(found, starts, bands, *grid)


def _stacked(parts: list[scanline.Events]) -> scanline.Events:
    """Return the walls of all bands, their pieces numbered through, and where bands begin."""
    pieces = offsets(np.array([len(walls) and walls[:, 4].max() + 1 for walls, _ in parts]))
    for (walls, _), first in zip(parts, pieces, strict=False):
        walls[:, 4] += first
    counts = np.concatenate([np.diff(begins) for _, begins in parts])
    return np.concatenate([walls for walls, _ in parts]), offsets(counts)


def _rows(walls: Integers) -> Integers:
    """Return the ends of walls row by row, from left to right, where two meet that of the right wall first."""
    y = walls[:, 1:3].ravel().astype(np.int64)
    x = np.repeat(2 * walls[:, 0].astype(np.int64) + (walls[:, 3] == scanline.LEFT), 2)
    x -= x.min(initial=0)
    y -= y.min(initial=0)
    bits = int(x.max(initial=0)).bit_length()
    if bits + int(y.max(initial=0)).bit_length() > 62:
        return np.lexsort((x, y))
    y <<= bits
    y += x
    del x
    return np.argsort(y, kind="stable")


def _assembled(coords: Integers, rings: Integers, piece: Integers, met: Integers) -> Polygons:
    """Return polygons of rings: of each piece the hull and its holes, pieces that meet at corners in one."""
    whole = Polygons(coords, rings, np.arange(len(rings)))
    order = np.lexsort((whole.doubled_ring_areas < 0, piece, met))
    counts = np.diff(rings)[order]
    vertex = np.arange(len(coords)) + np.repeat(rings[:-1][order] - offsets(counts)[:-1], counts)
    begins = np.flatnonzero(np.diff(met[order], prepend=-1))
    return Polygons(coords[vertex], offsets(counts), np.append(begins, len(order)))


@machine_code
def kinds(coords: Integers, rings: Integers, polygons: Integers) -> NDArray[np.uint8]:
    """Return of every polygon what it is, as bits: `BOX`, `STRAIGHT`, `CONVEX`, `BENT`; for NumPy's `merge._is_…`."""
    found = np.zeros(len(polygons) - 1, dtype=np.uint8)
    for polygon in range(len(polygons) - 1):
        straight, bent, left, downs, area = True, True, True, 0, 0
        for ring in range(polygons[polygon], polygons[polygon + 1]):
            begin, end = rings[ring], rings[ring + 1]
            px, py = coords[end - 1, 0], coords[end - 1, 1]
            x, y = coords[begin, 0] - px, coords[begin, 1] - py
            for e in range(begin, end):
                after = e + 1 if e + 1 < end else begin
                ax, ay = coords[after, 0] - coords[e, 0], coords[after, 1] - coords[e, 1]
                turn = x * ay - y * ax
                straight &= ax == 0 or ay == 0
                bent &= turn != 0
                left &= turn >= 0
                downs += (y < 0 or (y == 0 and x < 0)) and not (ay < 0 or (ay == 0 and ax < 0))
                if ring == polygons[polygon]:
                    area += (coords[e, 0] - px) * ay - (coords[e, 1] - py) * ax
                x, y = ax, ay
        is_convex = polygons[polygon + 1] - polygons[polygon] == 1 and left and downs == 1 and area > 0
        is_box = is_convex and straight and bent and rings[polygons[polygon] + 1] - rings[polygons[polygon]] == 4
        found[polygon] = is_box + 2 * straight + 4 * is_convex + 8 * bent
    return found


BOX, STRAIGHT, CONVEX, BENT = 1, 2, 4, 8
"""A rectangle along the axes; edges along the axes alone; one ring, convex; no vertex in the middle of an edge."""


@machine_code
def groups(count: int, first: Integers, second: Integers) -> Integers:
    """Return what `merge.groups` does."""
    parent = np.arange(count)
    for n in range(len(first)):
        one, other = first[n], second[n]
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        while parent[other] != other:
            parent[other] = parent[parent[other]]
            other = parent[other]
        parent[max(one, other)] = min(one, other)
    for n in range(count):
        parent[n] = parent[parent[n]]
    return parent


@machine_code
def _box(coords: Integers, rings: Integers, polygons: Integers, found: Compact) -> None:
    for polygon in range(len(polygons) - 1):
        begin, end = rings[polygons[polygon]], rings[polygons[polygon + 1]]
        x0 = x1 = coords[begin, 0]
        y0 = y1 = coords[begin, 1]
        for e in range(begin + 1, end):
            x, y = coords[e, 0], coords[e, 1]
            x0, y0, x1, y1 = min(x0, x), min(y0, y), max(x1, x), max(y1, y)
        found[polygon, 0], found[polygon, 1], found[polygon, 2], found[polygon, 3] = x0, y0, x1, y1


@machine_code
def chosen(coords: Integers, rings: Integers, polygons: Integers, keep: Booleans, room: tuple[int, int, int]) -> Arrays:
    """Return the arrays of `Polygons.select`, without one for each vertex, and room behind each."""
    ring_count = vertex_count = count = 0
    for p in range(len(keep)):
        if keep[p]:
            count += 1
            ring_count += polygons[p + 1] - polygons[p]
            vertex_count += rings[polygons[p + 1]] - rings[polygons[p]]
    some = np.empty((vertex_count + room[0], 2), dtype=np.int64)
    ends, owners = np.zeros(ring_count + room[1] + 1, dtype=np.int64), np.zeros(count + room[2] + 1, dtype=np.int64)
    ring_count = vertex_count = count = 0
    for p in range(len(keep)):
        if not keep[p]:
            continue
        for ring in range(polygons[p], polygons[p + 1]):
            for e in range(rings[ring], rings[ring + 1]):
                some[vertex_count, 0], some[vertex_count, 1] = coords[e, 0], coords[e, 1]
                vertex_count += 1
            ring_count += 1
            ends[ring_count] = vertex_count
        count += 1
        owners[count] = ring_count
    return some, ends, owners
