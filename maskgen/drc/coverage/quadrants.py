"""Quadrants: the area of polygons left of one line and below another, for all pairs of many lines.

By Green's theorem the area is a sum over edges, so that no polygon is ever cut: edges are cut where they cross a line,
each piece then lies in one field between four lines, and cumulative sums over the fields give all areas at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from maskgen.geometry import regions
from maskgen.geometry.polygons import Polygons, extremes
from maskgen.geometry.regions import Region
from maskgen.units import DATABASE_UNIT

Reals = NDArray[np.float64]
Integers = NDArray[np.int64]

_AT_ONCE = 4_000_000
"""Pieces of edges that are looked at together."""


@dataclass(frozen=True, eq=False)
class Edges:
    """Edges of polygons that do not overlap, what is covered on their left.

    Parameters
    ----------
    begin, end : (n, 2) ndarray of float
        Their ends [dbu].
    """

    begin: Reals
    end: Reals

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Return the box [dbu] around at least one edge."""
        low, high = extremes(self.begin).tolist()
        return low[0], low[1], high[0], high[1]


def edges_of_polygons(polygons: Polygons) -> Edges:
    """Return the edges of merged polygons."""
    points = polygons.coords.astype(np.float64)
    return Edges(points, points[polygons.next_vertex])


def edges_of_region(region: Region) -> Edges:
    """Return the edges of a region, wherever its vertices lie."""
    rings = shapely.get_rings(shapely.orient_polygons(regions.polygons(region)))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    points = points / DATABASE_UNIT
    goes_on = ring[1:] == ring[:-1]
    return Edges(points[:-1][goes_on], points[1:][goes_on])


def areas(edges: Edges, x: Reals, y: Reals) -> Reals:
    """Return what is covered left of each x and below each y.

    Parameters
    ----------
    x, y : (p,), (q,) ndarray of float
        Lines [dbu], increasing.

    Returns
    -------
    (p, q) ndarray of float
        Areas [dbu²]; exact for upright edges on the grid as long as they are below 2**53 dbu².
    """
    # Field i, j lies left of line i and right of line i - 1, below line j and above line j - 1.
    shape = len(x) + 1, len(y)
    heights, moments = np.zeros(shape), np.zeros(shape)
    borders = np.append(min(float(x[0]), float(edges.begin[:, 0].min(initial=np.inf))), x)
    for piece in _pieces(edges, x, y):
        middle = (piece.begin + piece.end) / 2
        column, row = np.searchsorted(x, middle[:, 0]), np.searchsorted(y, middle[:, 1])
        inside = row < len(y)
        column, row, height = column[inside], row[inside], (piece.end - piece.begin)[inside, 1]
        field = column * len(y) + row
        heights += np.bincount(field, height, heights.size).reshape(shape)
        moment = (middle[inside, 0] - borders[column]) * height
        moments += np.bincount(field, moment, moments.size).reshape(shape)
    right_of = np.cumsum(heights[::-1], axis=0)[::-1][1:]  # heights of what lies in all fields farther right
    fields = moments[:-1] + np.diff(borders)[:, None] * right_of
    return np.asarray(fields.cumsum(axis=0).cumsum(axis=1))


def _pieces(edges: Edges, x: Reals, y: Reals) -> Iterator[Edges]:
    """Yield the edges cut at the lines, so many at once as memory allows; level ones, which bound no area, left out."""
    rises = edges.begin[:, 1] != edges.end[:, 1]
    begin, end = edges.begin[rises], edges.end[rises]
    low, high = np.minimum(begin, end), np.maximum(begin, end)
    first = np.column_stack([np.searchsorted(lines, low[:, k], side="right") for k, lines in enumerate((x, y))])
    behind = np.column_stack([np.searchsorted(lines, high[:, k], side="left") for k, lines in enumerate((x, y))])
    crossed = np.maximum(behind - first, 0)
    group = np.cumsum(crossed.sum(axis=1) + 1) // _AT_ONCE
    for part in np.split(np.arange(len(begin)), np.flatnonzero(np.diff(group)) + 1):
        some = Edges(begin[part], end[part])
        yield _cut(some, (x, y), first[part], crossed[part]) if crossed[part].any() else some


def _cut(edges: Edges, lines: tuple[Reals, Reals], first: Integers, crossed: Integers) -> Edges:
    """Return edges cut where they cross lines.

    Parameters
    ----------
    first, crossed : (n, 2) ndarray of int
        The first upright and level line that each edge crosses, and how many.
    """
    step = edges.end - edges.begin
    numbers, places, points = [np.arange(len(step))], [np.zeros(len(step))], [edges.begin]
    for axis in (0, 1):
        edge = np.repeat(np.arange(len(step)), crossed[:, axis])
        begins = np.cumsum(crossed[:, axis]) - crossed[:, axis]
        line = lines[axis][first[edge, axis] + np.arange(len(edge)) - begins[edge]]
        place = (line - edges.begin[edge, axis]) / step[edge, axis]
        point = edges.begin[edge] + place[:, None] * step[edge]
        point[:, axis] = line
        numbers.append(edge)
        places.append(place)
        points.append(point)
    number, point = np.concatenate(numbers), np.concatenate(points)
    order = np.lexsort((np.concatenate(places), number))
    number, begin = number[order], point[order]
    end = np.roll(begin, -1, axis=0)
    is_last = np.append(number[1:] != number[:-1], True)
    end[is_last] = edges.end[number[is_last]]
    return Edges(begin, end)
