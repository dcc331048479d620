"""Edges: where the section says that a material begins and ends, and where a layer of the plan says so."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from maskgen.geometry import regions
from maskgen.geometry.regions import Region
from maskgen.sections.part import TOUCH, Part, shadow, spans_at
from maskgen.sections.plan import Cut, Point, Spans

_SQUARE = 0.05
"""Tangent of the angle from square up to which an edge is square to a cut: that of the chords of a coarse circle."""
_END = 1.0
"""How near [µm] to the ends of a cut nothing counts as an edge."""


@dataclass(frozen=True)
class Edge:
    """Where something begins or ends along a cut [µm]."""

    x: float
    begins: bool


def built(part: Part, materials: Iterable[str], cut: Cut, *, level: float | None, absent: bool) -> list[Edge]:
    """Return the edges of materials in a section.

    Parameters
    ----------
    level
        Height [µm] just below which they are looked for; from above, where they are widest, without one.
    absent
        Whether what counts is where none of them is.
    """
    region = part.covers(materials)
    spans = shadow(region) if level is None else spans_at(region, level - 2 * TOUCH)
    solid = spans[spans[:, 1] - spans[:, 0] > TOUCH]
    return _inner(_rest(solid, cut.span) if absent else solid, cut)


def drawn(region: Region, cut: Cut) -> list[Edge]:
    """Return the edges of a layer along a cut."""
    return _inner(cut.spans(region), cut)


def square(region: Region, cut: Cut) -> NDArray[np.float64]:
    """Return where a cut crosses edges of a layer that are square to it.

    The nearest point of what grew, or of what was etched from, lies on the cut exactly there: the section, which sees
    nothing beside the cut, has the edge of the plan.
    """
    found = [
        np.stack([points[:-1], points[1:]], axis=1)
        for part in regions.polygons(shapely.simplify(region, regions.SLIVER))
        for points in map(shapely.get_coordinates, (part.exterior, *part.interiors))
    ]
    ends = np.concatenate([np.empty((0, 2, 2)), *found])
    return np.sort(np.concatenate([_crossings(ends, piece, cut) for piece in cut.pieces]))


def _crossings(ends: NDArray[np.float64], piece: tuple[Point, Point], cut: Cut) -> NDArray[np.float64]:
    """Return where edges (n, 2, 2) cross one straight piece of a cut squarely."""
    (dx, dy), start = cut.direction, np.array(piece[0])
    beside = (ends - start) @ np.array([-dy, dx])
    along = ends @ np.array([dx, dy])
    wide = np.abs(beside[:, 1] - beside[:, 0])
    is_square = (np.abs(along[:, 1] - along[:, 0]) <= _SQUARE * wide) & (wide > 0)
    is_crossed = (beside.min(axis=1) <= regions.SLIVER) & (beside.max(axis=1) >= -regions.SLIVER)
    along, beside = along[is_crossed & is_square], beside[is_crossed & is_square]
    share = np.clip(beside[:, 0] / (beside[:, 0] - beside[:, 1]), 0.0, 1.0)
    places = along[:, 0] + share * (along[:, 1] - along[:, 0])
    low, high = (cut.along(end) for end in piece)
    return np.asarray(places[(places >= low) & (places <= high)])


def _inner(spans: Spans, cut: Cut) -> list[Edge]:
    """Return the ends of spans that lie within a cut."""
    low, high = cut.span
    edges = [Edge(x, begins) for span in spans.tolist() for x, begins in zip(span, (True, False), strict=True)]
    return [edge for edge in edges if low + _END < edge.x < high - _END]


def _rest(spans: Spans, span: tuple[float, float]) -> Spans:
    """Return what spans leave between two ends."""
    inside = np.clip(spans, *span)
    inside = inside[inside[:, 1] > inside[:, 0]]
    borders = np.concatenate([[span[0]], inside.ravel(), [span[1]]]).reshape(-1, 2)
    return np.asarray(borders[borders[:, 1] - borders[:, 0] > TOUCH])
