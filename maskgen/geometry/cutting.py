"""Cutting: regions as simple polygons without holes and with few vertices, as mask data formats want them.

Cuts run along a line through a vertex of a hole, preferably one that meets every outline at a vertex or at a right
angle; where a cut must cross a slanted edge, the new vertex is rounded to the grid, at most half a step from the
edge.
"""

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from maskgen.geometry import regions
from maskgen.geometry.regions import Region

Points = NDArray[np.float64]

_HAIR = 1e-6
"""Distance [µm] below which two vertices are one."""


def simple_polygons(region: Region, *, limit: int, step: float) -> list[Points]:
    """Return polygons that together cover a region: no holes, at most `limit` vertices, none crossing itself.

    Parameters
    ----------
    limit
        Most vertices of one polygon; the first is not repeated at the end.
    step
        Grid [µm] for the vertices that cuts add.

    Returns
    -------
    list of (n, 2) ndarray of float
        Counter-clockwise, each starting at its lowest leftmost vertex, sorted.
    """
    todo = list(regions.polygons(region))
    done: list[Points] = []
    while todo:
        part = todo.pop()
        if not part.interiors and len(part.exterior.coords) - 1 <= limit:
            done += _ring(part)
        else:
            todo += _halves(part, step)
    return sorted(done, key=lambda ring: (ring[0, 0], ring[0, 1], len(ring), ring[1, 0], ring[1, 1]))


def _ring(part: Polygon) -> list[Points]:
    """Return the outline of a polygon without repeated and collinear points, or nothing where it has no area."""
    ring = shapely.get_coordinates(shapely.orient_polygons(part).exterior)[:-1]
    # Of a corner written twice, a hair apart, each point is collinear with the other: the double goes first.
    ring = ring[np.abs(ring - np.roll(ring, 1, axis=0)).max(axis=1) > _HAIR]
    before, after = ring - np.roll(ring, 1, axis=0), np.roll(ring, -1, axis=0) - ring
    turn = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    ring = ring[np.abs(turn) > 1e-9]
    if len(ring) < 3:
        return []
    first = np.lexsort((ring[:, 1], ring[:, 0]))[0]
    return [np.roll(ring, -first, axis=0)]


def _halves(part: Polygon, step: float) -> list[Polygon]:
    """Return the pieces of a polygon on both sides of a cut."""
    axis, value = _cut(part)
    left, bottom, right, top = regions.box_of(part)
    boxes = (
        (shapely.box(left, bottom, value, top), shapely.box(value, bottom, right, top))
        if axis == 0
        else (shapely.box(left, bottom, right, value), shapely.box(left, value, right, top))
    )
    pieces = [_on_grid(regions.areal(part.intersection(box)), step) for box in boxes]
    return [piece for half in pieces for piece in regions.polygons(half)]


def _on_grid(region: Region, step: float) -> Region:
    """Return a region with its few new vertices on the grid; the slow way only where rounding makes it cross itself."""
    rounded = shapely.transform(region, lambda points: np.round(np.floor(points / step + 0.5) * step, 9))
    return rounded if rounded.is_valid else regions.snap(region, step)


def _cut(part: Polygon) -> tuple[int, float]:
    """Return the axis (0: a line x = value) and place of the best cut."""
    rings = [shapely.get_coordinates(ring) for ring in (part.exterior, *part.interiors)]
    starts = np.concatenate([ring[:-1] for ring in rings])
    ends = np.concatenate([ring[1:] for ring in rings])
    left, bottom, right, top = regions.box_of(part)
    longer = 0 if right - left >= top - bottom else 1
    best: tuple[float, int, float] | None = None
    for axis, low, high in ((0, left, right), (1, bottom, top)):
        for value in _places(rings, axis):
            if low < value < high:
                off_centre = abs(value - (low + high) / 2) / (high - low)
                score = _slanted(starts, ends, axis, value) + off_centre + (0.25 if axis != longer else 0.0)
                best = min(best or (np.inf, 0, 0.0), (score, axis, value))
    if best is None:
        return longer, ((left + right) / 2, (bottom + top) / 2)[longer]
    return best[1], best[2]


def _places(rings: list[Points], axis: int) -> list[float]:
    """Return places worth cutting at: vertices near the middles of a few holes, or of the outline."""
    middles = rings[1:] if len(rings) > 1 else rings
    if len(middles) > 12:
        order = np.argsort([ring[:, axis].mean() for ring in middles])
        middles = [middles[i] for i in order[:: max(1, len(order) // 12)]]
    found = set()
    for ring in middles:
        values = ring[:, axis]
        middle = (values.min() + values.max()) / 2
        found.add(float(values[np.abs(values - middle).argmin()]))
        if len(rings) > 1:
            found |= {float(values.min()), float(values.max())}
        else:
            found.add(float(np.median(values)))
    return sorted(found)


def _slanted(starts: Points, ends: Points, axis: int, value: float) -> float:
    """Return how many edges a line crosses between their ends and not at a right angle."""
    inside = (np.minimum(starts[:, axis], ends[:, axis]) < value) & (value < np.maximum(starts[:, axis], ends[:, axis]))
    level = starts[:, 1 - axis] == ends[:, 1 - axis]
    return float(np.count_nonzero(inside & ~level))
