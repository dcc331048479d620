"""Fronts: how far an etch or a deposit gets from where it starts, by paths that stay within what it can pass.

The distance is measured along the shortest such path and in an elliptic metric: a front goes `across` sideways in the
time in which it goes `along` up or down (`process.md` 1.2, 4.2). It bends round the corners of what blocks it, and
never comes behind a closed layer (`process.md` 9.1, T9.3). Exact but for the chords of arcs: the points within reach
are those a straight line leads to from an edge or a corner of the source, or from a corner that the front bends round.
"""

import heapq
import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from maskgen.geometry import regions
from maskgen.geometry.regions import Region

Values = NDArray[np.float64]

TOLERANCE = 0.01
"""Chord error [µm] of the arcs of a front that goes little farther than `_FINE`."""
_FINE = 100.0
"""[µm]"""

_ROUND = 1e-5
"""Step [µm] to which a front is rounded, so that light between two shadows that touch is none."""
_TOUCH = 1e-5
"""Distance, as a share of the reach, below which two things touch."""
_ASIDE = 1e-4
"""Distance, as a share of the reach, at which is seen on which side of an edge the domain lies."""
_SHARP = math.sin(math.radians(0.5))
"""Sine of the least turn that counts as a corner."""
_GRID = 1e-8
"""Step, in reaches, to which shadows are rounded: many of them meet in one point."""
_FAR = 4.0
"""Least length of a shadow, as a multiple of the reach: beyond every disc, however slanted."""


def reach(source: Region, domain: Region, *, across: float, along: float, tolerance: float | None = None) -> Region:
    """Return what of a domain a front gets to.

    Parameters
    ----------
    source
        Lines from which the front starts, on the border of the domain.
    domain
        What the front can pass.
    across, along
        How far the front goes sideways, and up or down [µm]; nothing sideways makes walls upright.
    tolerance
        Chord error of arcs [µm]; `TOLERANCE` by default, and in proportion more for long ways.
    """
    if source.is_empty or domain.is_empty or along <= 0:
        return regions.EMPTY
    if across <= 0:
        return _upright(source, domain, along)
    scale = np.array([1 / across, 1 / along])
    longest = max(across, along)
    segments = regions.quarter_segments(longest, tolerance or TOLERANCE * max(1.0, longest / _FINE))
    spread = _Spread.of(
        shapely.transform(source, lambda points: points * scale),
        shapely.transform(domain, lambda points: points * scale),
        segments,
    )
    found = regions.areal(spread.reached())
    inside = regions.areal(shapely.transform(found, lambda points: points / scale).intersection(domain))
    return regions.snap(inside, _ROUND)


def swept(lines: Region, rise: float) -> Region:
    """Return what lines cover when they are moved up by a distance, down where it is negative [µm]."""
    edges = _edges(lines)
    return regions.merge(_quads(edges, np.array([0.0, rise])))


def _upright(source: Region, domain: Region, depth: float) -> Region:
    """Return what of a domain lies straight below or above a source, up to where the domain ends."""
    found = []
    for step in (-depth, depth):
        column = regions.areal(swept(source, step).intersection(domain))
        stops = domain.boundary.difference(source.buffer(_TOUCH * depth)).intersection(column)
        found.append(column.difference(swept(stops, step)))
    return regions.merge(found)


@dataclass(frozen=True, eq=False)
class _Spread:
    """A front of reach 1 in a domain; everything is measured in reaches.

    Parameters
    ----------
    walls : (n, 2, 2) ndarray of float
        Edges of the domain's border that do not belong to the source.
    """

    source: Region
    domain: Region
    segments: int
    walls: Values
    tree: shapely.STRtree
    passable: Region

    @classmethod
    def of(cls, source: Region, domain: Region, segments: int) -> "_Spread":
        """Return a front about to start."""
        border = domain.boundary.difference(source.buffer(_TOUCH)).intersection(shapely.box(*_around(source)))
        walls = _edges(border)
        passable = domain.buffer(_TOUCH, join_style="mitre")
        shapely.prepare(passable)
        return cls(source, domain, segments, walls, shapely.STRtree(shapely.linestrings(walls)), passable)

    def reached(self) -> Region:
        """Return what the front gets to, and perhaps some of what lies outside the domain."""
        if not len(self.tree.query(self.source.buffer(1.0), predicate="intersects")):
            return self.source.buffer(1.0, quad_segs=self.segments)
        edges = _edges(self.source)
        ends = np.unique(edges.reshape(-1, 2), axis=0)
        discs = [self._lit(point, 1.0) for point in ends]
        corners = [self._lit(point, 1.0 - time) for point, time in self._bends()]
        return _together([*self._strips(edges), *discs, *corners])

    def _strips(self, edges: Values) -> list[Region]:
        """Return what each edge of the source sees straight before it."""
        found = []
        along = edges[:, 1] - edges[:, 0]
        normals = np.column_stack([-along[:, 1], along[:, 0]]) / np.hypot(along[:, 0], along[:, 1])[:, None]
        for edge, normal in zip(edges, normals, strict=True):
            middle = edge.mean(axis=0)
            for side in (normal, -normal):
                if not shapely.contains_xy(self.passable, *(middle + _ASIDE * side)):
                    continue
                strip = shapely.polygons(np.concatenate([edge, edge[::-1] + side]))
                shadows = self._clipped(shapely.polygons(np.concatenate([edge + side * _TOUCH, edge[::-1] + side])))
                found.append(_without(strip, _quads(shadows, side)))
        return found

    def _clipped(self, strip: Region) -> Values:
        """Return the parts of walls within a strip."""
        near = self.tree.query(strip, predicate="intersects")
        return _edges(shapely.union_all(shapely.intersection(shapely.linestrings(self.walls[near]), strip)))

    def _lit(self, point: Values, radius: float) -> Region:
        """Return what can be seen from a point within a radius."""
        disc = shapely.Point(point).buffer(radius, quad_segs=self.segments)
        near = self.walls[self.tree.query(disc, predicate="intersects")]
        gaps = np.hypot(*(near - point).transpose(2, 0, 1))
        near, gaps = near[(gaps > _TOUCH).all(axis=1)], gaps[(gaps > _TOUCH).all(axis=1)]
        rays = (near - point) / gaps[:, :, None]
        middle = rays.sum(axis=1)
        length = np.hypot(middle[:, 0], middle[:, 1])
        wide = length > _TOUCH
        rays, middle, near = rays[wide], middle[wide] / length[wide][:, None], near[wide]
        far = np.maximum(_FAR, 2 * gaps[wide].max(axis=1, initial=0.0))[:, None]
        back = [point + far * ray for ray in (rays[:, 1], middle, rays[:, 0])]
        return _without(disc, _solid(shapely.polygons(np.stack([near[:, 0], near[:, 1], *back], axis=1))))

    def _bends(self) -> list[tuple[Values, float]]:
        """Return the corners that the front bends round, each with the time at which it comes there."""
        corners = self._corners()
        times = np.full(len(corners), math.inf)
        queue: list[tuple[float, int]] = []
        for number, line in enumerate(shapely.shortest_line(shapely.points(corners), self.source)):
            if line.length < 1.0 and self.passable.covers(line):
                times[number] = line.length
                heapq.heappush(queue, (line.length, number))
        while queue:
            time, here = heapq.heappop(queue)
            if time > times[here]:
                continue
            for there in np.flatnonzero(times > time):
                arrival = time + math.dist(corners[here], corners[there])
                if arrival < min(1.0, times[there]) and self._is_seen(corners[here], corners[there]):
                    times[there] = arrival
                    heapq.heappush(queue, (arrival, int(there)))
        return [(corners[number], float(times[number])) for number in np.flatnonzero(times < 1.0)]

    def _is_seen(self, one: Values, other: Values) -> bool:
        return bool(self.passable.covers(shapely.LineString([one, other])))

    def _corners(self) -> Values:
        """Return the corners of what blocks, as far as the front could come, those on the source left out."""
        found = np.concatenate([_reflex(shapely.get_coordinates(ring)) for ring in _rings(self.domain)])
        gaps = shapely.distance(shapely.points(found), self.source)
        return found[(gaps > _TOUCH) & (gaps < 1.0)]


def _together(shapes: Iterable[Region]) -> Region:
    """Return what any of some shapes covers, rounded."""
    return shapely.set_precision(shapely.union_all(list(shapes), grid_size=_GRID), 0.0)


def _without(shape: Region, shadows: NDArray[np.object_]) -> Region:
    """Return a shape without some shadows, rounded."""
    if not len(shadows):
        return shape
    return shapely.set_precision(shapely.difference(shape, _together(shadows), grid_size=_GRID), 0.0)


def _around(source: Region) -> tuple[float, float, float, float]:
    """Return the box that a front stays in."""
    left, bottom, right, top = regions.box_of(source)
    return left - 1.5, bottom - 1.5, right + 1.5, top + 1.5


def _rings(domain: Region) -> list[Region]:
    """Return the rings of a domain, the domain to the left of each."""
    oriented = shapely.orient_polygons(regions.polygons(domain))
    return [ring for part in oriented for ring in (part.exterior, *part.interiors)]


def _reflex(ring: Values) -> Values:
    """Return the corners of a ring at which it turns away from what lies to its left."""
    points = ring[:-1]
    into, out = points - np.roll(points, 1, axis=0), np.roll(points, -1, axis=0) - points
    cross = into[:, 0] * out[:, 1] - into[:, 1] * out[:, 0]
    size = np.hypot(into[:, 0], into[:, 1]) * np.hypot(out[:, 0], out[:, 1])
    return np.asarray(points[cross < -_SHARP * size])


def _edges(lines: Region) -> Values:
    """Return the edges of lines.

    Returns
    -------
    (n, 2, 2) ndarray of float
        Both ends of each edge (x, z).
    """
    found = []
    for line in np.atleast_1d(shapely.get_parts(lines)):
        points = shapely.get_coordinates(line) if line.geom_type in ("LineString", "LinearRing") else np.empty((0, 2))
        if len(points) > 1:
            found.append(np.stack([points[:-1], points[1:]], axis=1))
    edges = np.concatenate(found) if found else np.empty((0, 2, 2))
    return np.asarray(edges[np.hypot(*(edges[:, 1] - edges[:, 0]).T) > 1e-12])


def _quads(edges: Values, shift: Values) -> NDArray[np.object_]:
    """Return what each edge covers when it is moved."""
    corners = np.stack([edges[:, 0], edges[:, 1], edges[:, 1] + shift, edges[:, 0] + shift], axis=1)
    return _solid(shapely.polygons(corners))


def _solid(found: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return polygons without those that have no area."""
    return np.asarray(found[(shapely.area(found) > _GRID) & shapely.is_valid(found)])
