"""Pairs of edges that are too near: runs first, by their boxes, then the edges of two runs, then their parts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from maskgen.drc.kernel import candidates, compiled
from maskgen.drc.kernel.candidates import Integers
from maskgen.drc.kernel.facing import CORNER
from maskgen.drc.kernel.outlines import Outlines
from maskgen.drc.kernel.relations import TURNS_FIRST, TURNS_SECOND, Edges, Nearness, too_near
from maskgen.geometry.polygons import offsets

Scope = Literal["within", "between", "both"]
"""Pairs of edges of one polygon, of two, or either."""

_CHUNK = 1 << 14
"""Pairs of runs looked at in one go: their edges stay in cache."""

_ROUNDING = 1e-9


@dataclass(frozen=True)
class Search:
    """What is sought: how near, between which polygons, in which shapes; one layer if `other` is `own`."""

    nearness: Nearness
    scope: Scope
    own: Outlines
    other: Outlines
    must_face: bool = False

    @property
    def is_single(self) -> bool:
        """Tell whether there is one layer."""
        return self.own is self.other

    @property
    def size(self) -> int:
        """Return the number of edges to look at."""
        return len(self.own.polygons.coords) + (0 if self.is_single else len(self.other.polygons.coords))


@dataclass(frozen=True, eq=False)
class Found:
    """Indices of edges that are too near, the parts of both, and the distance between these [dbu]."""

    first: Integers
    second: Integers
    first_parts: Edges
    second_parts: Edges
    distance: NDArray[np.float64]

    def select(self, keep: NDArray[np.bool_] | Integers) -> "Found":
        """Return some of the pairs."""
        return Found(
            self.first[keep],
            self.second[keep],
            self.first_parts[:, keep],
            self.second_parts[:, keep],
            self.distance[keep],
        )


@dataclass(frozen=True)
class _Looks:
    """How far edges look, and to which side: 1 for their right, -1 for their left."""

    limit: int
    side: int


def found(search: Search) -> Iterator[Found]:
    """Yield the pairs of edges that are too near, in portions that do not depend on how many there are in all."""
    if compiled.pays(search.size):
        yield from import_module("maskgen.drc.kernel.compiled.search").found(search)
        return
    first, second = _run_pairs(search)
    for part in candidates.chunks(np.ones(len(first), dtype=np.int64), _CHUNK):
        yield _near_edges(search, first[part], second[part])


def joined(parts: Iterable[Found]) -> Found:
    """Return all pairs of some portions, one after the other."""
    every = [part for part in parts if len(part.first)]
    starts = offsets(np.array([len(part.first) for part in every], dtype=np.int64)).tolist()
    size = starts[-1]
    ends = np.empty((2, size), dtype=every[0].first.dtype if every else np.int64)
    edges = np.empty((8, size), dtype=every[0].first_parts.dtype if every else np.int64)
    distance = np.empty(size)
    every.reverse()
    for begin, end in pairwise(starts):
        part = every.pop()  # let go of: they are as much as what they become
        ends[:, begin:end] = part.first, part.second
        edges[:4, begin:end], edges[4:, begin:end] = part.first_parts, part.second_parts
        distance[begin:end] = part.distance
    return Found(ends[0], ends[1], edges[:4], edges[4:], distance)


def _run_pairs(search: Search) -> tuple[Integers, Integers]:
    """Return the pairs of runs of edges that may hold violations."""
    own, other, reach = search.own, search.other, search.nearness.limit
    if not search.is_single:
        first, second = candidates.touching(_grown(own.run_boxes, reach), other.run_boxes)
        return _able(search, first, second)
    skipped = _never_narrow(search)
    runs = np.flatnonzero(~skipped[own.run_polygon] | (search.scope != "within"))
    alone = np.flatnonzero(~skipped[own.run_polygon]) if search.scope != "between" else runs[:0]
    if search.scope == "within":
        runs = runs[np.bincount(own.run_polygon)[own.run_polygon[runs]] > 1]
    first, second = candidates.touching_within(_grown(own.run_boxes[runs], -(-reach // 2)))
    first, second = runs[first], runs[second]
    same = own.run_polygon[first] == own.run_polygon[second]
    keep = {"within": same, "between": ~same, "both": ~same | ~skipped[own.run_polygon[first]]}[search.scope]
    return _able(search, np.concatenate([alone, first[keep]]), np.concatenate([alone, second[keep]]))


def _never_narrow(search: Search) -> NDArray[np.bool_]:
    """Tell which polygons can hold no violation within themselves."""
    if search.nearness.relation == "space":
        return search.own.is_convex
    x0, y0, x1, y1 = search.own.polygons.boxes.T
    return search.own.is_box & (np.minimum(x1 - x0, y1 - y0) >= search.nearness.limit)


def _grown(boxes: Integers, reach: int) -> Integers:
    return boxes + np.array([-reach, -reach, reach, reach])


def _able(search: Search, first: Integers, second: Integers) -> tuple[Integers, Integers]:
    """Return the pairs of runs whose directions can be opposed."""
    mean, away = search.own.run_heading
    other_mean, other_away = search.other.run_heading
    between = mean[first] - other_mean[second]
    between = np.abs((between + np.pi) % (2 * np.pi) - np.pi)
    if search.nearness.relation in ("inside", "overlap"):
        between = np.pi - between
    spread = between + away[first] + other_away[second]
    keep = spread > np.pi / 2 - _ROUNDING
    if search.must_face:
        keep &= _may_face(search.own, first, second, spread)
    return first[keep], second[keep]


def _may_face(own: Outlines, first: Integers, second: Integers, spread: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which pairs of runs may face each other: of two curves of a polygon only those that run opposite ways."""
    free = own.run_turn >= np.radians(CORNER) - _ROUNDING
    free |= own.are_octilinear(own.runs[:-1])
    other_polygon = own.run_polygon[first] != own.run_polygon[second]
    opposed = spread + own.run_turn[first] + own.run_turn[second] > np.pi - _ROUNDING
    return other_polygon | free[first] | free[second] | opposed


def _near_edges(search: Search, first: Integers, second: Integers) -> Found:
    """Return the pairs of edges of some pairs of runs that are too near."""
    one, other = _edge_pairs(search, first, second)
    keep = candidates.near(search.own.edge_boxes, one, search.other.edge_boxes, other, search.nearness.limit)
    one, other = one[keep], other[keep]
    which, one_parts, other_parts = too_near(search.own.edges[:, one], search.other.edges[:, other], search.nearness)
    one, other = one[which], other[which]
    distance = _measured(search.own.edges[:, one], search.other.edges[:, other], one_parts, other_parts)
    return Found(one, other, one_parts, other_parts, distance)


def _edge_pairs(search: Search, first: Integers, second: Integers) -> tuple[Integers, Integers]:
    """Return the pairs of edges of some pairs of runs that each look towards the other's run, near it."""
    limit, relation = search.nearness.limit, search.nearness.relation
    looks, looks_back = (_Looks(limit, -1 if relation in turns else 1) for turns in (TURNS_FIRST, TURNS_SECOND))
    of_first, edges_first = _edges_near(search.own, first, search.other.run_boxes[second], looks)
    of_second, edges_second = _edges_near(search.other, second, search.own.run_boxes[first], looks_back)
    starts = offsets(np.bincount(of_second, minlength=len(first)))
    mine, theirs = candidates.expanded(starts[of_first], np.diff(starts)[of_first])
    one, other = edges_first[mine], edges_second[theirs]
    if search.is_single:
        # Within one run each pair of edges comes twice.
        keep = (one < other) | (first != second)[of_first[mine]]
        one, other = np.minimum(one[keep], other[keep]), np.maximum(one[keep], other[keep])
    return one, other


def _edges_near(outline: Outlines, runs: Integers, boxes: Integers, looks: _Looks) -> tuple[Integers, Integers]:
    """Return the edges of runs that come near a box for each and look towards it, with the place of their run."""
    place, edges = candidates.expanded(outline.runs[runs], np.diff(outline.runs)[runs])
    box = np.ascontiguousarray(boxes.T)
    keep = candidates.near(outline.edge_boxes, edges, box, place, looks.limit)
    place, edges = place[keep], edges[keep]
    x0, y0, x1, y1 = outline.edges[:, edges]
    nx, ny = looks.side * (y1 - y0), looks.side * (x0 - x1)
    far = np.where(nx > 0, box[2][place] - x0, box[0][place] - x0) * nx
    far += np.where(ny > 0, box[3][place] - y0, box[1][place] - y0) * ny
    return place[far >= 0], edges[far >= 0]


def _measured(first: Edges, second: Edges, first_parts: Edges, second_parts: Edges) -> NDArray[np.float64]:
    """Return the distances between the parts of edges, between parallels that of their lines.

    Where parallel parts lie opposite each other, the rounding of their ends does not count.
    """
    x, y = first[2] - first[0], first[3] - first[1]
    parallel = x * (second[3] - second[1]) == y * (second[2] - second[0])
    found = np.sqrt(np.minimum(_ends_to(first_parts, second_parts), _ends_to(second_parts, first_parts)))
    length = np.sqrt((x * x + y * y).astype(np.float64))
    place = [
        (x * (part[i] - first[0]) + y * (part[i + 1] - first[1])) / length
        for part in (first_parts, second_parts)
        for i in (0, 2)
    ]
    opposite = np.minimum(np.maximum(place[0], place[1]), np.maximum(place[2], place[3])) > np.maximum(
        np.minimum(place[0], place[1]), np.minimum(place[2], place[3])
    )
    across = np.abs(x * (second[1] - first[1]) - y * (second[0] - first[0])) / length
    return np.where(parallel & opposite, across, found)


def _ends_to(edge: Edges, other: Edges) -> NDArray[np.float64]:
    """Return the squared distance of the nearer end of each edge from another edge."""
    x, y = other[2] - other[0], other[3] - other[1]
    square = np.maximum(x * x + y * y, 1)
    nearest = np.full(edge.shape[1], np.inf)
    for px, py in (edge[:2], edge[2:]):
        along = np.clip((x * (px - other[0]) + y * (py - other[1])) / square, 0.0, 1.0)
        nearest = np.minimum(nearest, (px - other[0] - along * x) ** 2 + (py - other[1] - along * y) ** 2)
    return nearest
