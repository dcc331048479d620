"""The CD feature: the narrowest line or gap that can be measured, found where the plate is written best.

Looked at is the site nearest to the middle of the plate with its neighbours; where nothing repeats, all data; where
there is none, a mark. A line or gap counts if two parallel edges along an axis face each other over at least
half their distance; of equally narrow ones that nearest to the middle of the window is taken, then the lowest, then
the leftmost. Where there is none, the smallest round or square piece is measured across, then the alignment mark.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from maskgen.export.artwork import Artwork
from maskgen.geometry import regions
from maskgen.geometry.regions import Box, Region
from maskgen.order import blank
from maskgen.order.model import CriticalDimension, PlacedMark
from maskgen.order.nearby import middle_site, within

_MOST_EDGES = 2000
_MOST_TRIED = 400
_STEP = 1e-6
_FULL = 0.7
"""How much of its square a round piece covers at least."""

Axis = tuple[int, int]
"""The axis measured along, and the one across: (0, 1) for x."""


@dataclass(frozen=True)
class _Facing:
    """Two edges that face each other: from low to high along an axis, over a span across it [µm]."""

    axis: int
    low: float
    high: float
    first: float
    last: float
    is_data: bool

    @property
    def size(self) -> float:
        return self.high - self.low

    @property
    def ends(self) -> tuple[tuple[float, float], tuple[float, float]]:
        across = (self.first + self.last) / 2
        points = (self.low, across), (self.high, across)
        return points if self.axis == 0 else (points[0][::-1], points[1][::-1])

    @property
    def box(self) -> Box:
        box = self.low, self.first, self.high, self.last
        return box if self.axis == 0 else (box[1], box[0], box[3], box[2])


def critical_dimension(
    art: Artwork, marks: tuple[PlacedMark, ...], zones: Region, *, on_plate: bool
) -> CriticalDimension | None:
    """Return the feature that a mask's line width is measured on, None for a mask without data.

    Parameters
    ----------
    marks
        As they stand in the data.
    zones
        Around marks and titles, as the data has them.
    on_plate
        Whether the tolerance of glass plates is stated.
    """
    for window, what in _windows(art, marks, zones):
        region = within(art.blocks, art.rest, window)
        narrowest = _narrowest(region, window)
        if narrowest is not None:
            return _stated(narrowest, f"narrowest straight line or gap of {what}", on_plate=on_plate)
        piece = _smallest(region, window)
        if piece is not None:
            return _stated(piece, f"smallest round or square piece of {what}, across", on_plate=on_plate)
    return None


def _windows(art: Artwork, marks: tuple[PlacedMark, ...], zones: Region) -> Iterator[tuple[Box, str]]:
    """Yield where to look, best first, and what that is."""
    middle = middle_site(art.blocks)
    if middle is not None:
        boxes = regions.box_around([regions.box_of(block.region) for block in art.blocks]) or (0, 0, 0, 0)
        margin = max(boxes[2] - boxes[0], boxes[3] - boxes[1]) / 2
        yield (
            (middle[0] + boxes[0] - margin, middle[1] + boxes[1] - margin,
             middle[0] + boxes[2] + margin, middle[1] + boxes[3] + margin),
            "the site nearest to the middle of the plate",
        )  # fmt: skip
    else:
        pieces = [regions.box_of(part) for part in regions.polygons(art.rest) if not zones.covers(part)]
        left, bottom, right, top = regions.box_around(pieces) or (0, 0, 0, 0)
        yield (left - 1, bottom - 1, right + 1, top + 1), "the data"
    for mark in sorted(marks, key=lambda mark: mark.kind != "alignment"):
        half = 0.75 * mark.size
        yield (mark.x - half, mark.y - half, mark.x + half, mark.y + half), f"the mark {mark.kind}"


def _stated(found: _Facing, chosen: str, *, on_plate: bool) -> CriticalDimension:
    start, end = ((round(x, 3) + 0.0, round(y, 3) + 0.0) for x, y in found.ends)
    return CriticalDimension(
        is_of="digitized data" if found.is_data else "space between digitized data",
        axis="x" if found.axis == 0 else "y",
        start=start,
        end=end,
        size=round(found.size, 3),
        tolerance=blank.tolerance(found.size) if on_plate else None,
        chosen=chosen,
    )


def _narrowest(region: Region, window: Box) -> _Facing | None:
    """Return the narrowest line or gap of a region within a window."""
    middle = (window[0] + window[2]) / 2, (window[1] + window[3]) / 2
    candidates = [facing for axis in (0, 1) for facing in _facing(_edges(region, window, axis), axis)]

    def order(one: _Facing) -> tuple[float, float, float, float]:
        (x1, y1), (x2, y2) = one.ends
        x, y = (x1 + x2) / 2, (y1 + y2) / 2
        return round(one.size, 3), round(float(np.hypot(x - middle[0], y - middle[1])), 3), y, x

    shapely.prepare(region)
    return next((one for one in sorted(candidates, key=order)[:_MOST_TRIED] if _is_plain(one, region)), None)


def _is_plain(one: _Facing, region: Region) -> bool:
    """Tell whether there is nothing but data, or nothing, between two edges that face each other."""
    between = shapely.box(*one.box).buffer(-_STEP, join_style="mitre")
    return bool(region.covers(between) if one.is_data else region.disjoint(between))


def _edges(region: Region, window: Box, axis: int) -> NDArray[np.float64]:
    """Return the edges across an axis, those on the window's border left out.

    Returns
    -------
    (n, 4) ndarray of float
        Place along the axis, ends across it [µm], and 1 where data begins, -1 where it ends.
    """
    across = 1 - axis
    rings = [
        shapely.get_coordinates(ring)
        for part in regions.polygons(shapely.orient_polygons(region))
        for ring in (part.exterior, *part.interiors)
    ]
    pairs = [np.column_stack([ring[:-1], ring[1:]]) for ring in rings]
    edges = np.concatenate(pairs) if pairs else np.zeros((0, 4))
    straight = np.abs(edges[:, axis] - edges[:, axis + 2]) < _STEP
    inside = (edges[:, axis] > window[axis] + _STEP) & (edges[:, axis] < window[axis + 2] - _STEP)
    edges = edges[straight & inside]
    way = np.sign(edges[:, across + 2] - edges[:, across])
    # Data lies left of an edge: to the right of one that runs down, above one that runs to the right.
    begins = -way if axis == 0 else way
    spans = np.sort(edges[:, [across, across + 2]], axis=1)
    found = np.column_stack([edges[:, axis], spans, begins])
    longest = np.argsort(-(found[:, 2] - found[:, 1]), kind="stable")[:_MOST_EDGES]
    return found[np.sort(longest)]


def _facing(edges: NDArray[np.float64], axis: int) -> list[_Facing]:
    """Return pairs of edges that face each other over at least half their distance, the nearest of each edge."""
    found: list[_Facing] = []
    for place, first, last, begins in edges.tolist():
        away = edges[:, 0] - place
        low, high = np.maximum(edges[:, 1], first), np.minimum(edges[:, 2], last)
        fits = (away > _STEP) & (edges[:, 3] == -begins) & (high - low >= 0.5 * away)
        nearest = np.flatnonzero(fits)[np.argsort(away[fits], kind="stable")][:1].tolist()
        found += [
            _Facing(axis, place, float(edges[index, 0]), float(low[index]), float(high[index]), begins > 0)
            for index in nearest
        ]
    return found


def _smallest(region: Region, window: Box) -> _Facing | None:
    """Return the smallest round or square piece of a region that lies wholly within a window, across its box."""
    inner = shapely.box(*window).buffer(-_STEP, join_style="mitre")
    pieces = [part for part in regions.polygons(region) if not part.interiors and inner.covers(part)]
    boxes = [box for part in pieces if part.area >= _FULL * _square(box := regions.box_of(part))]
    if not boxes:
        return None
    middle = (window[0] + window[2]) / 2, (window[1] + window[3]) / 2

    def order(box: Box) -> tuple[float, float, float, float]:
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        return round(box[2] - box[0], 3), round(float(np.hypot(x - middle[0], y - middle[1])), 3), y, x

    left, bottom, right, top = min(boxes, key=order)
    return _Facing(0, left, right, bottom, top, is_data=True)


def _square(box: Box) -> float:
    """Return the area [µm²] of a square as large as the longer side of a box."""
    return max(box[2] - box[0], box[3] - box[1]) ** 2
