"""Merging, compiled: what kind each polygon is, which touch, and the union of those along the axes."""

from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from maskgen.drc.kernel import compiled
from maskgen.drc.kernel.candidates import Compact
from maskgen.drc.kernel.compiled import scanline, shapes, sweep
from maskgen.geometry.polygons import Polygons, offsets

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

Walls = tuple[Compact, Integers]
"""Walls band by band, as `scanline.walls` returns them, and where those of each band begin."""

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
    shapes.box(polygons.coords, polygons.rings, polygons.polygons, found)
    return found


def _integer(polygons: Polygons, slack: int = 0) -> type[np.int32] | type[np.int64]:
    """Return the smaller type that holds coordinates, and what is beyond them by some slack."""
    greatest = max(-int(polygons.coords.min()), int(polygons.coords.max()))
    return np.int32 if greatest + slack < 1 << 31 else np.int64


def select(polygons: Polygons, keep: Booleans) -> Polygons:
    """Return the polygons for which a (P,) mask is true."""
    if keep.all():
        return polygons
    return Polygons(*shapes.chosen(polygons.coords, polygons.rings, polygons.polygons, keep, (0, 0, 0), is_spare=False))


def selected_before(polygons: Polygons, keep: Booleans, others: Polygons, *, is_spare: bool) -> Polygons:
    """Return the polygons for which a (P,) mask is true and then others, all written once.

    Parameters
    ----------
    is_spare
        Whether they may be written over the given ones, if there is room.
    """
    if not len(others):
        return select(polygons, keep)
    room = len(others.coords), len(others.rings) - 1, len(others)
    coords, rings, starts = shapes.chosen(
        polygons.coords, polygons.rings, polygons.polygons, keep, room, is_spare=is_spare
    )
    coords[len(coords) - room[0] :] = others.coords
    rings[len(rings) - room[1] :] = others.rings[1:] + (len(coords) - room[0])
    starts[len(starts) - room[2] :] = others.polygons[1:] + (len(rings) - 1 - room[1])
    return Polygons(coords, rings, starts)


def united(polygons: Polygons, keep: Booleans) -> Polygons:
    """Return the union of the polygons for which a (P,) mask is true and whose edges run along the axes.

    What meets at corners only is one polygon of several hulls.
    """
    walls, begins, grid = _swept(select(polygons, keep))
    walls, parent = scanline.joined(walls, begins, *grid)
    rings = scanline.traced(walls, parent, _rows(walls))
    del walls, parent, begins
    return _assembled(*rings)


def _swept(polygons: Polygons) -> tuple[Compact, Integers, tuple[int, int]]:
    """Return walls band by band, where those of each band begin, and the first band and the bits of its height."""
    y = polygons.coords[:, 1]
    low, extent = int(y.min()), int(y.max()) - int(y.min())
    mean = float(np.abs(y[1:] - y[:-1]).mean())
    shift = max(int(4 * mean + 1).bit_length() - 1, (16 * extent // len(y)).bit_length(), 1)
    starts = offsets(scanline.counts(polygons.coords, polygons.rings, low, shift, (extent >> shift) + 1))
    found = np.empty((starts[-1], 3), dtype=_integer(polygons, 1 << shift))
    scanline.fill(polygons.coords, polygons.rings, low, shift, found, starts)
    del polygons, y  # what follows is as much
    ends = np.flatnonzero(np.diff((starts[1:] - 1) // _PORTION, append=-2)) + 1
    with compiled.threads() as threads:
        parts = list(threads.map(partial(_walls, found, starts, (low, shift)), pairwise([0, *ends.tolist()])))
    del found
    return *_stacked(parts), (low, shift)


def _walls(found: Integers, starts: Integers, grid: tuple[int, int], bands: tuple[int, int]) -> Walls:
    return scanline.walls(found, starts, bands, *grid)


def _stacked(parts: list[Walls]) -> Walls:
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
