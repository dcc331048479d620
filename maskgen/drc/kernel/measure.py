"""Checks of single polygons, rings, edges and vertices: areas, grid, directions, corners."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from maskgen.drc.kernel.candidates import Integers
from maskgen.geometry.polygons import Polygons

Directions = Literal["manhattan", "octilinear"]


@dataclass(frozen=True, eq=False)
class Holes:
    """Holes of polygons.

    Parameters
    ----------
    area
        (h,) ndarray of float [dbu²], islands in the hole not taken off.
    boxes
        (h, 4) ndarray of int: left, bottom, right, top [dbu].
    polygon
        (h,) ndarray of int: the polygon of each.
    """

    area: NDArray[np.float64]
    boxes: Integers
    polygon: Integers


@dataclass(frozen=True, eq=False)
class Corners:
    """Vertices of polygons.

    Parameters
    ----------
    coords
        (k, 2) ndarray of int [dbu].
    angle
        (k,) ndarray of float: between the two edges that meet there, 0 to 180, inside or outside [deg].
    polygon
        (k,) ndarray of int: the polygon of each.
    """

    coords: Integers
    angle: NDArray[np.float64]
    polygon: Integers


@dataclass(frozen=True, eq=False)
class Slants:
    """Edges of polygons.

    Parameters
    ----------
    edges
        (k, 2, 2) ndarray of int: edge, end, x and y [dbu].
    polygon
        (k,) ndarray of int: the polygon of each.
    """

    edges: Integers
    polygon: Integers


def areas(polygons: Polygons) -> NDArray[np.float64]:
    """Return (P,) areas of polygons, holes taken off [dbu²]."""
    doubled = np.zeros(len(polygons), dtype=np.int64)
    np.add.at(doubled, polygons.polygon_of_ring, polygons.doubled_ring_areas)
    return doubled / 2


def holes(polygons: Polygons) -> Holes:
    """Return the holes of merged polygons."""
    ring = np.flatnonzero(~polygons.is_hull)
    if not ring.size:
        return Holes(np.zeros(0), np.zeros((0, 4), dtype=np.int64), ring)
    low = np.minimum.reduceat(polygons.coords, polygons.rings[:-1], axis=0)[ring]
    high = np.maximum.reduceat(polygons.coords, polygons.rings[:-1], axis=0)[ring]
    return Holes(-polygons.doubled_ring_areas[ring] / 2, np.hstack([low, high]), polygons.polygon_of_ring[ring])


def off_grid(polygons: Polygons, grid: int) -> Corners:
    """Return the vertices that are no multiple of a grid [dbu]."""
    return _corners(polygons, np.flatnonzero((polygons.coords % grid != 0).any(axis=1)))


def slanted(polygons: Polygons, allow: Directions) -> Slants:
    """Return the edges that run neither along the axes nor, if octilinear ones are allowed, along the diagonals."""
    end = polygons.coords[polygons.next_vertex]
    x, y = np.abs(end - polygons.coords).T
    wrong = (x != 0) & (y != 0)
    if allow == "octilinear":
        wrong &= x != y
    return Slants(
        np.stack([polygons.coords[wrong], end[wrong]], axis=1),
        polygons.polygon_of_ring[polygons.ring_of_vertex[wrong]],
    )


def sharp(polygons: Polygons, least: float) -> Corners:
    """Return the vertices whose edges are at less than an angle [deg], seen from inside or outside."""
    found = _corners(polygons, np.arange(len(polygons.coords)))
    keep = np.flatnonzero(found.angle < least - 1e-9)
    return Corners(found.coords[keep], found.angle[keep], found.polygon[keep])


def _corners(polygons: Polygons, vertex: Integers) -> Corners:
    """Return some vertices with their angles."""
    before = np.empty_like(polygons.next_vertex)
    before[polygons.next_vertex] = np.arange(len(before))
    here = polygons.coords[vertex]
    to, back = (polygons.coords[polygons.next_vertex[vertex]] - here).T, (polygons.coords[before[vertex]] - here).T
    cross, dot = to[0] * back[1] - to[1] * back[0], to[0] * back[0] + to[1] * back[1]
    angle = np.degrees(np.arctan2(np.abs(cross), dot))
    return Corners(here, angle, polygons.polygon_of_ring[polygons.ring_of_vertex[vertex]])
