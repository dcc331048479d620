"""Polygons as flat integer arrays: what is too many to be objects. Knows nothing of layers or units."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
_PORTION = 1 << 16
"""Vertices of the rings whose areas are computed in one go."""
_Number = TypeVar("_Number", bound=np.number[Any])


@dataclass(frozen=True, eq=False)
class Polygons:
    """Polygons with holes on the database grid.

    Parameters
    ----------
    coords
        (N, 2) ndarray of int, vertices ring by ring [dbu]; the first of a ring is not repeated.
    rings
        (R + 1,) ndarray of int: ring ``r`` is ``coords[rings[r]:rings[r + 1]]``.
    polygons
        (P + 1,) ndarray of int: polygon ``p`` is rings ``polygons[p]`` up to ``polygons[p + 1]``. Hulls run
        counter-clockwise, each followed by its holes, clockwise. More than one hull: they meet at corners only.
    """

    coords: Integers
    rings: Integers
    polygons: Integers

    def __len__(self) -> int:
        return len(self.polygons) - 1

    @cached_property
    def ring_of_vertex(self) -> Integers:
        """Return the ring of every vertex."""
        return np.repeat(np.arange(len(self.rings) - 1), np.diff(self.rings))

    @cached_property
    def polygon_of_ring(self) -> Integers:
        """Return the polygon of every ring."""
        return np.repeat(np.arange(len(self)), np.diff(self.polygons))

    @cached_property
    def next_vertex(self) -> Integers:
        """Return the index of the vertex after every vertex of its ring."""
        following = np.arange(1, len(self.coords) + 1)
        following[self.rings[1:] - 1] = self.rings[:-1]
        return following

    @cached_property
    def doubled_ring_areas(self) -> Integers:
        """Return twice the signed area of every ring [dbu²], positive for hulls."""
        found = np.empty(len(self.rings) - 1, dtype=np.int64)
        cuts = np.searchsorted(self.rings, np.arange(0, len(self.coords), _PORTION))
        for begin, end in pairwise([*dict.fromkeys(cuts.tolist()), len(found)]):
            rings = self.rings[begin : end + 1]
            found[begin:end] = _doubled_areas(self.coords[rings[0] : rings[-1]], rings - rings[0])
        return found

    @cached_property
    def is_hull(self) -> Booleans:
        """Tell of every ring whether it is a hull."""
        found = self.doubled_ring_areas > 0
        found[self.polygons[:-1]] = True
        return found

    @cached_property
    def boxes(self) -> Integers:
        """Return (P, 4) left, bottom, right, top of every polygon [dbu]."""
        if not len(self):
            return np.zeros((0, 4), dtype=np.int64)
        first = self.rings[self.polygons[:-1]]
        return np.hstack([reduced(np.minimum, self.coords, first), reduced(np.maximum, self.coords, first)])

    def select(self, keep: Booleans) -> "Polygons":
        """Return the polygons for which `keep`, a (P,) mask, is true."""
        if keep.all():
            return self
        ring = keep[self.polygon_of_ring]
        return Polygons(
            self.coords[ring[self.ring_of_vertex]],
            offsets(np.diff(self.rings)[ring]),
            offsets(np.diff(self.polygons)[keep]),
        )

    def geometries(self) -> NDArray[np.object_]:
        """Return (P,) shapely polygons, multipolygons where hulls meet at corners."""
        parts = self.parts()
        of_part = self.polygon_of_ring[self.is_hull]
        if len(parts) == len(self):
            return parts
        several = np.bincount(of_part, minlength=len(self)) > 1
        found = np.empty(len(self), dtype=object)
        found[~several] = parts[~several[of_part]]
        found[several] = shapely.multipolygons(
            parts[several[of_part]], indices=np.cumsum(several)[of_part[several[of_part]]] - 1
        )
        return found

    def parts(self) -> NDArray[np.object_]:
        """Return a shapely polygon for every hull."""
        closed = np.insert(self.coords.astype(np.float64), self.rings[1:], self.coords[self.rings[:-1]], axis=0)
        rings = self.rings + np.arange(len(self.rings))
        ends = np.append(np.flatnonzero(self.is_hull), len(self.rings) - 1)
        return shapely.from_ragged_array(shapely.GeometryType.POLYGON, closed, (rings, ends))


def _doubled_areas(coords: Integers, rings: Integers) -> Integers:
    """Return twice the signed area of every ring, at least one."""
    # Relative to the first vertex, products stay far from the end of 64 bits on any plate.
    x, y = (column - np.repeat(column[rings[:-1]], np.diff(rings)) for column in coords.T)
    after = np.arange(1, len(coords) + 1)
    after[rings[1:] - 1] = rings[:-1]
    return reduced(np.add, x * y[after] - y * x[after], rings[:-1])


def reduced(function: np.ufunc, values: Integers, starts: Integers) -> Integers:
    """Return a reduction of each run of rows, the runs beginning at `starts` and filling the array.

    As ``function.reduceat(values, starts)``, and much faster where all runs are equally long, as with rectangles.
    """
    length = len(values) // max(len(starts), 1)
    if not len(starts) or length > 64 or len(values) != length * len(starts) or (np.diff(starts) != length).any():
        return function.reduceat(values, starts, axis=0)
    found = values[::length].copy()
    for place in range(1, length):
        function(found, values[place::length], out=found)
    return found


def extremes(points: NDArray[_Number]) -> NDArray[_Number]:
    """Return (2, 2) the least x and y of (n, 2) points, at least one, and the greatest.

    As ``points.min(axis=0)`` and its kind, of which each takes ten times as long as a column.
    """
    x, y = points[:, 0], points[:, 1]
    return np.array([(x.min(), y.min()), (x.max(), y.max())])


def offsets(counts: Integers) -> Integers:
    """Return where runs of the given lengths begin and end: zero, then the cumulative sum."""
    found = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=found[1:])
    return found


def concatenate(parts: Sequence[Polygons]) -> Polygons:
    """Return all polygons of several collections, in order."""
    return Polygons(
        np.concatenate([np.zeros((0, 2), dtype=np.int64), *(part.coords for part in parts)]),
        offsets(np.concatenate([np.zeros(0, dtype=np.int64), *(np.diff(part.rings) for part in parts)])),
        offsets(np.concatenate([np.zeros(0, dtype=np.int64), *(np.diff(part.polygons) for part in parts)])),
    )


def from_boxes(boxes: Integers) -> Polygons:
    """Return a rectangle for each row of (n, 4) left, bottom, right, top [dbu]."""
    corners = np.asarray(boxes, dtype=np.int64)[:, [0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 2)
    return Polygons(corners, np.arange(0, len(corners) + 1, 4), np.arange(len(boxes) + 1))


def from_rings(coords: Integers, rings: Integers) -> Polygons:
    """Return a polygon for each ring of (N, 2) vertices [dbu], whichever way it runs; rings without area vanish.

    Parameters
    ----------
    rings
        (R + 1,) where each ring begins, none empty, and where the last ends.
    """
    if len(rings) < 2:
        return from_boxes(np.zeros((0, 4), dtype=np.int64))
    return _tidied(Polygons(coords, rings, np.arange(len(rings))))


def from_geometries(
    geometries: Sequence[Polygon | MultiPolygon] | NDArray[np.object_], *, unit: float = 1.0
) -> Polygons:
    """Return shapely polygons on the grid, each part of a multipolygon on its own.

    Parameters
    ----------
    unit
        Length of one dbu in the geometries' unit, 0.001 for µm and 1 nm; coordinates round half up.

    Returns
    -------
    Polygons
        Rings turned as the class wants them, vertices that fall on their predecessor left out, and so are rings that
        have no three vertices or no area after rounding.
    """
    parts = shapely.get_parts(np.asarray(geometries, dtype=object))
    parts = parts[~shapely.is_empty(parts)]
    if not len(parts):
        return from_boxes(np.zeros((0, 4), dtype=np.int64))
    _, coords, (ring_ends, polygon_ends) = shapely.to_ragged_array(parts, include_z=False)
    grid = np.floor(coords / unit + 0.5).astype(np.int64)
    return _tidied(Polygons(grid, ring_ends.astype(np.int64), polygon_ends.astype(np.int64)))


def _tidied(raw: Polygons) -> Polygons:
    """Return polygons without repeated vertices and rings of less than three, hulls and holes turned their ways."""
    x, y = raw.coords.T
    fresh = (x != x[raw.next_vertex]) | (y != y[raw.next_vertex])
    counts = np.add.reduceat(fresh.astype(np.int64), raw.rings[:-1])
    whole = (counts > 2) & (counts[raw.polygons[:-1]] > 2)[raw.polygon_of_ring]
    is_hull = np.zeros(len(counts), dtype=bool)
    is_hull[raw.polygons[:-1]] = True
    backward = (raw.doubled_ring_areas > 0) != is_hull
    ring, place = raw.ring_of_vertex, np.arange(len(raw.coords))
    if backward.any():
        place = np.where(backward[ring], raw.rings[ring] + raw.rings[ring + 1] - 1 - place, place)
    if fresh.all() and whole.all():
        return Polygons(raw.coords[place] if backward.any() else raw.coords, raw.rings, raw.polygons)
    of_polygon = np.bincount(raw.polygon_of_ring[whole], minlength=len(raw))
    return Polygons(
        raw.coords[place[(fresh[place]) & whole[ring]]], offsets(counts[whole]), offsets(of_polygon[of_polygon > 0])
    )
