"""Outlines of polygons as edges in short runs with boxes: what pairs are looked for in."""

from dataclasses import dataclass
from functools import cached_property
from importlib import import_module

import numpy as np
from numpy.typing import NDArray

from maskgen.drc.kernel import compiled
from maskgen.drc.kernel.candidates import Boxes, Compact, Integers, expanded
from maskgen.drc.kernel.relations import Edges
from maskgen.geometry.polygons import Polygons, offsets, reduced

_RUN = 8
"""Edges in a run at most: few enough that all pairs of two runs are cheap, as many as make a box worth while."""


@dataclass(frozen=True, eq=False)
class Runs:
    """The edges of polygons in runs, as the compiled searches read them.

    Parameters
    ----------
    coords
        (N, 2) ndarray of int: vertices [dbu].
    begins, after
        (U + 1,), (U,) ndarray of int: the first edge of every run, and the vertex that its last one begins at.
    boxes
        (U, 4) ndarray of int: left, bottom, right, top [dbu].
    owner
        (U,) ndarray of int: polygons.
    directions
        (U, 3) ndarray of uint8, sets of octants as bits: of the edges, of what may run against them, and with them.
    convex
        (P,) ndarray of bool: polygons that are one ring which turns left at every vertex.
    sides
        (P,) ndarray of int: the smaller side of polygons that are rectangles along the axes [dbu], -1 of others.
    """

    coords: Integers
    begins: Compact
    after: Compact
    boxes: Compact
    owner: Compact
    directions: NDArray[np.uint8]
    convex: NDArray[np.bool_]
    sides: Integers


@dataclass(frozen=True, eq=False)
class Outlines:
    """All edges of merged polygons, the inside on their right."""

    polygons: Polygons

    @cached_property
    def edges(self) -> Edges:
        """Return (4, E) edges, ring by ring: edge ``e`` ends at vertex ``e`` of the polygons [dbu]."""
        end = self.polygons.coords.T
        return np.concatenate([end[:, self.before], end])

    @property
    def before(self) -> Integers:
        """Return the edge that ends where an edge begins, for every edge."""
        return self.polygons.next_vertex

    @cached_property
    def polygon(self) -> Integers:
        """Return the polygon of every edge."""
        return self.polygons.polygon_of_ring[self.polygons.ring_of_vertex]

    @cached_property
    def compiled_runs(self) -> Runs:
        """Return what `compiled.runs.of` does."""
        return import_module("maskgen.drc.kernel.compiled.runs").of(self.polygons)

    @cached_property
    def compiled_turns(self) -> NDArray[np.float64]:
        """Return what `compiled.parting.turns` does."""
        return import_module("maskgen.drc.kernel.compiled.parting").turns(self.polygons.coords, self.polygons.rings)

    @cached_property
    def edge_boxes(self) -> Edges:
        """Return (4, E) left, bottom, right, top of every edge [dbu]."""
        return np.concatenate([np.minimum(self.edges[:2], self.edges[2:]), np.maximum(self.edges[:2], self.edges[2:])])

    @cached_property
    def runs(self) -> Integers:
        """Return (U + 1,) where runs of consecutive edges of a ring begin; the last entry is their end."""
        counts = np.diff(self.polygons.rings)
        pieces = -(-counts // _RUN)
        ring = np.repeat(np.arange(len(counts)), pieces)
        rank = np.arange(len(ring)) - offsets(pieces)[ring]
        return np.append(self.polygons.rings[ring] + rank * counts[ring] // pieces[ring], len(self.before))

    @cached_property
    def run_polygon(self) -> Integers:
        """Return the polygon of every run."""
        return self.polygon[self.runs[:-1]]

    @cached_property
    def run_boxes(self) -> Boxes:
        """Return (U, 4) boxes of the runs [dbu]."""
        if not len(self.before):
            return np.zeros((0, 4), dtype=np.int64)
        begin = self.runs[:-1]
        first = self.polygons.coords[self.polygons.next_vertex[self.runs[1:] - 1]]
        low = np.minimum(reduced(np.minimum, self.polygons.coords, begin), first)
        return np.hstack([low, np.maximum(reduced(np.maximum, self.polygons.coords, begin), first)])

    @cached_property
    def run_heading(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the mean direction of every run and how far its edges depart from it [rad], pi for whole rings."""
        mean, away = np.zeros(len(self.runs) - 1), np.full(len(self.runs) - 1, np.pi)
        ring = self.polygons.ring_of_vertex[self.runs[:-1]]
        parts = np.flatnonzero((np.bincount(ring) > 1)[ring])
        if not parts.size:
            return mean, away
        counts = np.diff(self.runs)[parts]
        run, edge = expanded(self.runs[parts], counts)
        x, y = (self.edges[2:, edge] - self.edges[:2, edge]).astype(np.float64)
        begins = offsets(counts)[:-1]
        mean[parts] = np.arctan2(np.add.reduceat(y, begins), np.add.reduceat(x, begins))
        c, s = np.cos(mean[parts])[run], np.sin(mean[parts])[run]
        away[parts] = np.maximum.reduceat(np.abs(np.arctan2(c * y - s * x, c * x + s * y)), begins)
        return mean, away

    @cached_property
    def turn(self) -> NDArray[np.float64]:
        """Return by how much the outline turns where every edge ends [rad]."""
        after = self.edges[:, self.after]
        x, y = self.edges[2] - self.edges[0], self.edges[3] - self.edges[1]
        ax, ay = after[2] - after[0], after[3] - after[1]
        return np.abs(np.arctan2(x * ay - y * ax, x * ax + y * ay))

    @cached_property
    def run_turn(self) -> NDArray[np.float64]:
        """Return the greatest turn at a vertex of every run [rad], its two ends too."""
        last = self.polygons.next_vertex[self.runs[1:] - 1]
        return np.maximum(np.maximum.reduceat(self.turn, self.runs[:-1]), self.turn[last])

    @cached_property
    def after(self) -> Integers:
        """Return the edge that begins where an edge ends, for every edge."""
        found = np.empty_like(self.before)
        found[self.before] = np.arange(len(found))
        return found

    @cached_property
    def octilinear_rings(self) -> NDArray[np.bool_]:
        """Tell of every ring whether all its edges run along the axes and their diagonals."""
        if compiled.pays(len(self.polygons.coords)):
            return np.isinf(self.compiled_turns[self.polygons.rings[:-1]])
        x, y = np.abs(self.edges[2] - self.edges[0]), np.abs(self.edges[3] - self.edges[1])
        crooked = (x != 0) & (y != 0) & (x != y)
        ring = self.polygons.ring_of_vertex
        return np.bincount(ring[crooked], minlength=len(self.polygons.rings) - 1) == 0

    def are_octilinear(self, edges: Integers) -> NDArray[np.bool_]:
        """Tell of some edges whether all edges of their rings run along the axes and their diagonals."""
        return self.octilinear_rings[self._rings_of(edges)]

    def ranks_of(self, edges: Integers) -> Integers:
        """Return the places of some edges on a walk along the rings, each clockwise from its lowest vertex."""
        asked, which = np.unique(self._rings_of(edges), return_inverse=True)
        begins, counts = self.polygons.rings[asked], np.diff(self.polygons.rings)[asked]
        if not asked.size:
            return begins
        ring, vertex = expanded(begins, counts)
        x, y = self.polygons.coords[vertex].T
        starts = offsets(counts)[:-1]
        lowest = y == np.minimum.reduceat(y, starts)[ring]
        leftmost = np.minimum.reduceat(np.where(lowest, x, np.iinfo(np.int64).max), starts)[ring]
        at = np.flatnonzero(lowest & (x == leftmost))
        lowest_of = np.zeros(len(asked), dtype=np.int64)
        lowest_of[ring[at]] = vertex[at]
        return begins[which] + (lowest_of[which] - 1 - edges) % counts[which]

    def polygons_of(self, edges: Integers) -> Integers:
        """Return the polygons of some edges, without those of all."""
        return np.searchsorted(self.polygons.polygons, self._rings_of(edges), side="right") - 1

    def edges_of(self, edges: Integers) -> Edges:
        """Return (4, k) some edges, without all of them."""
        return np.concatenate([self.polygons.coords[self.before_of(edges)].T, self.polygons.coords[edges].T])

    def before_of(self, edges: Integers) -> Integers:
        """Return the edges that end where some edges begin."""
        rings = self._rings_of(edges)
        return np.where(edges + 1 == self.polygons.rings[rings + 1], self.polygons.rings[rings], edges + 1)

    def after_of(self, edges: Integers) -> Integers:
        """Return the edges that begin where some edges end."""
        rings = self._rings_of(edges)
        return np.where(edges == self.polygons.rings[rings], self.polygons.rings[rings + 1], edges) - 1

    def _rings_of(self, edges: Integers) -> Integers:
        return np.searchsorted(self.polygons.rings, edges, side="right") - 1

    @cached_property
    def is_convex(self) -> NDArray[np.bool_]:
        """Tell of every polygon whether it is one ring that turns left at every vertex."""
        x, y = self.edges[2] - self.edges[0], self.edges[3] - self.edges[1]
        right = x * y[self.before] - y * x[self.before] > 0
        found = np.diff(self.polygons.polygons) == 1
        found[self.polygon[~right]] = False
        return found

    @cached_property
    def is_box(self) -> NDArray[np.bool_]:
        """Tell of every polygon whether it is a rectangle along the axes."""
        first = self.polygons.polygons[:-1]
        x0, y0, x1, y1 = self.polygons.boxes.T
        four = (np.diff(self.polygons.polygons) == 1) & (np.diff(self.polygons.rings)[first] == 4)
        return four & (self.polygons.doubled_ring_areas[first] == 2 * (x1 - x0) * (y1 - y0))
