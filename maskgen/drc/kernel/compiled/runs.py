"""Outlines in short runs of edges, compiled: `kernel.outlines` for large layouts, without an array for each question.

Edge ``e`` of a ring ends at its vertex ``e`` and begins at the next one, so that the inside is on its right.
"""

import numpy as np
from numpy.typing import NDArray

from maskgen.drc.kernel.candidates import Compact
from maskgen.drc.kernel.compiled.jit import compiled
from maskgen.geometry.polygons import Polygons

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

Octants = NDArray[np.uint8]
Runs = tuple[Integers, Compact, Compact, Compact, Compact, Octants, Booleans, Integers]
"""Coordinates; begins of runs, the vertex after each, their boxes, polygons, directions; convex polygons; sides."""
Parted = tuple[Compact, Compact, Compact, Compact, Octants]

_MOST = 8
"""Edges in a run at most."""
_SAMPLE = 1 << 12
"""Edges whose lengths tell the scale of a layout."""
_HALF = 1 << 31
"""Coordinates below which boxes take half the memory; more edges than this do not fit into any."""


def of(polygons: Polygons) -> Runs:
    """Return the edges of polygons in runs: `parted` and `shapes`; long edges are alone, their boxes would be empty."""
    coords, rings = polygons.coords, polygons.rings
    at = np.arange(0, len(coords) - 1, max(len(coords) // _SAMPLE, 1))
    lengths = np.abs(coords[at + 1] - coords[at]).sum(axis=1)
    scale = 16 * int(np.median(lengths)) if len(lengths) else 0
    total = count(coords, rings, scale)
    begins, after = np.empty(total + 1, dtype=np.int32), np.empty(total, dtype=np.int32)
    is_wide = len(coords) and max(-int(coords.min()), int(coords.max())) >= _HALF
    boxes, owner = np.empty((total, 4), dtype=np.int64 if is_wide else np.int32), np.empty(total, dtype=np.int32)
    directions = np.zeros((total, 3), dtype=np.uint8)
    parted((coords, rings, polygons.polygons), scale, (begins, after, boxes, owner, directions))
    return coords, begins, after, boxes, owner, directions, *shapes(coords, rings, polygons.polygons)


@compiled
def _octant(x: int, y: int) -> int:
    """Return the eighth of a turn that a direction lies in, from 0 on."""
    if y >= 0:
        if x > 0:
            return 0 if y < x else 1
        return 2 if y > -x else (3 if y > 0 else 4)
    if x < 0:
        return 4 if y > x else 5
    return 6 if -y > x else 7


@compiled
def _end(coords: Integers, begin: int, ring: int, ring_end: int, scale: int) -> int:
    """Return where the run that begins with an edge ends: its box no larger than a scale, if it has several edges."""
    x0 = x1 = coords[begin, 0]
    y0 = y1 = coords[begin, 1]
    for e in range(begin, min(begin + _MOST, ring_end)):
        after = e + 1 if e + 1 < ring_end else ring
        x0, x1 = min(x0, coords[after, 0]), max(x1, coords[after, 0])
        y0, y1 = min(y0, coords[after, 1]), max(y1, coords[after, 1])
        if e > begin and x1 - x0 + y1 - y0 > scale:
            return e
    return min(begin + _MOST, ring_end)


@compiled
def count(coords: Integers, rings: Integers, scale: int) -> int:
    """Return the number of runs."""
    found = 0
    for ring in range(len(rings) - 1):
        at = rings[ring]
        while at < rings[ring + 1]:
            at = _end(coords, at, rings[ring], rings[ring + 1], scale)
            found += 1
    return found


@compiled
def parted(layer: tuple[Integers, Integers, Integers], scale: int, found: Parted) -> None:
    """Write where runs begin, the vertex after each, their boxes, polygons and directions.

    Parameters
    ----------
    found
        (U + 1,), (U,), (U, 4), (U,) ndarray of int, (U, 3) ndarray of uint8, zeros. Directions are sets of octants, as
        bits: of the edges, of what may run against them, of what may run with them.
    """
    coords, rings, polygons = layer
    begins, after, boxes, owner, directions = found
    u = 0
    for polygon in range(len(polygons) - 1):
        for ring in range(polygons[polygon], polygons[polygon + 1]):
            at = rings[ring]
            while at < rings[ring + 1]:
                end = _end(coords, at, rings[ring], rings[ring + 1], scale)
                begins[u], owner[u] = at, polygon
                after[u] = end if end < rings[ring + 1] else rings[ring]
                x, y = coords[after[u], 0], coords[after[u], 1]
                x0, y0, x1, y1 = x, y, x, y
                for e in range(end - 1, at - 1, -1):
                    directions[u, 0] |= 1 << _octant(coords[e, 0] - x, coords[e, 1] - y)
                    x, y = coords[e, 0], coords[e, 1]
                    x0, y0, x1, y1 = min(x0, x), min(y0, y), max(x1, x), max(y1, y)
                boxes[u, 0], boxes[u, 1], boxes[u, 2], boxes[u, 3] = x0, y0, x1, y1
                for octant in range(8):
                    if directions[u, 0] >> octant & 1:
                        for turn in range(-2, 3):
                            directions[u, 1] |= 1 << ((octant + 4 + turn) & 7)
                            directions[u, 2] |= 1 << ((octant + turn) & 7)
                at, u = end, u + 1
    begins[u] = len(coords)


@compiled
def shapes(coords: Integers, rings: Integers, polygons: Integers) -> tuple[Booleans, Integers]:
    """Return which polygons are one ring that turns left at every vertex, and the smaller side of those along the axes.

    Returns
    -------
    (P,) ndarray of bool, (P,) ndarray of int
        The side is -1 where a polygon is no rectangle along the axes [dbu].
    """
    convex, side = np.zeros(len(polygons) - 1, dtype=np.bool_), np.full(len(polygons) - 1, -1)
    for polygon in range(len(polygons) - 1):
        if polygons[polygon + 1] - polygons[polygon] != 1:
            continue
        begin, end = rings[polygons[polygon]], rings[polygons[polygon] + 1]
        x, y = coords[begin, 0] - coords[end - 1, 0], coords[begin, 1] - coords[end - 1, 1]
        turns, straight, least = True, True, abs(x) + abs(y)
        for e in range(begin, end):
            after = e + 1 if e + 1 < end else begin
            ax, ay = coords[after, 0] - coords[e, 0], coords[after, 1] - coords[e, 1]
            turns &= x * ay - y * ax > 0
            straight &= ax == 0 or ay == 0
            least = min(least, abs(ax) + abs(ay))
            x, y = ax, ay
        convex[polygon] = turns
        if turns and straight and end - begin == 4:
            side[polygon] = least
    return convex, side


@compiled
def own_pairs(
    boxes: Integers, owner: Integers, begins: Integers, skipped: Booleans, limits: tuple[int, int]
) -> tuple[Integers, Integers]:
    """Return each run with itself, and the pairs of runs of one polygon whose boxes are less than a reach apart.

    Parameters
    ----------
    begins
        (P + 1,) ndarray of int: the first run of every polygon, of those that are asked for.
    limits
        The reach [dbu], and the number of runs of a polygon beyond which its pairs are left to a sweep.
    """
    pairs = np.empty((1024, 2), dtype=np.int64)
    found, reach, most = 0, limits[0], limits[1]
    for n in range(len(begins) - 1):
        begin, end = begins[n], begins[n + 1]
        if begin == end or skipped[owner[begin]]:
            continue
        for u in range(begin, end):
            for v in range(u, end if end - begin <= most else u + 1):
                if max(boxes[u, 0] - boxes[v, 2], boxes[v, 0] - boxes[u, 2]) >= reach:
                    continue
                if max(boxes[u, 1] - boxes[v, 3], boxes[v, 1] - boxes[u, 3]) >= reach:
                    continue
                if found == len(pairs):
                    pairs = np.concatenate((pairs, pairs))
                pairs[found, 0], pairs[found, 1] = u, v
                found += 1
    return pairs[:found, 0].copy(), pairs[:found, 1].copy()
