"""Crowding: pairs of shapes over each other, and crossings of their outlines, counted before they are made."""

from collections.abc import Sequence
from math import isqrt

import numpy as np
import shapely
from numpy.typing import NDArray

from maskgen.errors import MaskgenError

Shapes = NDArray[np.object_]
Pairs = tuple[NDArray[np.intp], NDArray[np.intp]]
Edges = NDArray[np.float64]
"""(n, 2, 2) ndarray of float: both ends."""

MOST_PAIRS = 10_000_000
"""Pairs of shapes over each other that are held at once."""
MOST_CROSSINGS = 5_000_000
"""Crossings of two layers' outlines: each costs hundreds of bytes when one is taken away from the other."""
MOST_COVERED = 10_000_000
"""Crossings of outlines of one layer: most of them are covered by other shapes."""
_FEW = 1000
"""Shapes that are looked at in one go at first."""
_SAMPLES = 300, 5000
"""Edges of which each is compared with each of the others to guess how many cross."""
_SURE = 20
"""Crossings among them, from which on the guess is good enough to refuse anything."""


def touching(shapes: Shapes, others: Shapes, most: int) -> Pairs | None:
    """Return the pairs of a shape and another one that have a point in common, None if they are more than some.

    They are asked for in portions that cannot exceed the limit by much.
    """
    tree = shapely.STRtree(others)
    found: list[NDArray[np.intp]] = [np.empty((2, 0), dtype=np.intp)]
    begin, total, size = 0, 0, max(1, min(_FEW, MOST_PAIRS // max(len(others), 1)))
    while begin < len(shapes):
        part = tree.query(shapes[begin : begin + size], predicate="intersects")
        total += part.shape[1]
        if total > most:
            return None
        found.append(part + np.array([[begin], [0]]))
        begin += size
        size *= 2 if part.shape[1] < MOST_PAIRS // 100 else 1
    first, second = np.concatenate(found, axis=1)
    return first, second


def require_few_crossings(one: Shapes, other: Shapes, most: int) -> None:
    """Raise an error if the outlines of two layers, or of one and itself, cross too often.

    Raises
    ------
    MaskgenError
        With about how often they do.
    """
    edges = [_edges(one), _edges(other)]
    # So few cannot cross more often.
    if len(edges[0]) * len(edges[1]) <= most:
        return
    few, many = (_sample(part, size) for part, size in zip(edges, _SAMPLES, strict=True))
    met = sum(_crossing(few[place : place + 1], many) for place in range(len(few)))
    share = met / (len(few) * len(many))
    crossings = round(share * len(edges[0]) * len(edges[1]) / (2 if one is other else 1))
    if met >= _SURE and crossings > most:
        raise MaskgenError(f"outlines cross each other about {crossings} times, at most {most} can be looked at")


def _edges(shapes: Shapes) -> Edges:
    """Return the edges of all outlines."""
    rings = shapely.get_rings(shapes)
    coords, ring = shapely.get_coordinates(rings, return_index=True)
    inside = np.flatnonzero(ring[1:] == ring[:-1])
    return np.stack([coords[inside], coords[inside + 1]], axis=1)


def _sample(edges: Edges, size: int) -> Edges:
    """Return some of the edges, evenly chosen but for the same steps that layouts are made in."""
    if len(edges) <= size:
        return edges
    return edges[np.random.default_rng(len(edges)).integers(0, len(edges), size)]


def _crossing(edge: Edges, others: Edges) -> int:
    """Return how many edges cross one in a point within both; what runs along it or ends on it does not."""
    (begin, end), (starts, ends) = edge[0], others.transpose(1, 0, 2)
    near = (np.minimum(starts, ends) <= np.maximum(begin, end)).all(axis=1)
    near &= (np.maximum(starts, ends) >= np.minimum(begin, end)).all(axis=1)
    starts, ends = starts[near], ends[near]
    sides = _side(begin, end, starts) * _side(begin, end, ends) < 0
    return int((sides & (_side(starts, ends, begin) * _side(starts, ends, end) < 0)).sum())


def _side(begin: Edges, end: Edges, points: Edges) -> Edges:
    """Return the sign of the side of lines on which points lie."""
    (x, y), (u, v) = (end - begin).T, (points - begin).T
    return np.sign(x * v - y * u)


def united(shapes: Shapes, grid: float) -> Sequence[shapely.Geometry]:
    """Return the union of shapes that lie over each other, made of parts of which each is little.

    Raises
    ------
    MaskgenError
        If it has too many vertices.
    """
    parts, size = shapes[_in_tiles(shapes)], _FEW
    while len(parts) > 1:
        groups = np.split(parts, range(size, len(parts), size))
        made, vertices = [], 0
        for group in groups:
            made.append(shapely.union_all(group, grid_size=grid))
            vertices += int(shapely.get_num_coordinates(made[-1]))
            if vertices > MOST_CROSSINGS:
                raise MaskgenError(f"shapes lie over each other with more than {MOST_CROSSINGS} vertices left of them")
        parts, size = np.array(made, dtype=object), 2
    return parts.tolist()


def _in_tiles(shapes: Shapes) -> NDArray[np.intp]:
    """Return shapes in an order in which those that follow each other lie near each other."""
    left, bottom, _, _ = shapely.bounds(shapes).T
    column = np.empty(len(shapes), dtype=np.int64)
    column[np.argsort(left, kind="stable")] = np.arange(len(shapes)) // (isqrt(len(shapes) * _FEW) + 1)
    return np.lexsort((bottom, column))
