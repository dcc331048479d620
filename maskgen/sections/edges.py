"""Edges: where the section says that a material begins and ends, and where a layer of the plan says so."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from maskgen.geometry import regions
from maskgen.geometry.regions import Region
from maskgen.sections.part import TOUCH, Part, shadow, spans_at
from maskgen.sections.plan import Cut, Spans

_SQUARE = 1e-3
"""Sine of the angle from square up to which an edge is square to a cut."""
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
    return _inner(_rest(spans, cut.span) if absent else spans, cut)


def drawn(region: Region, cut: Cut) -> list[Edge]:
    """Return the edges of a layer along a cut."""
    return _inner(cut.spans(region), cut)


def square(region: Region, cut: Cut, reach: float) -> NDArray[np.float64]:
    """Return where a cut crosses edges of a layer that are square to it and straight for a reach [µm] to both sides.

    Only there is the section of what grew or was etched the section of a long edge, which is what is simulated.
    """
    found = []
    for part in regions.polygons(shapely.simplify(region, regions.SLIVER)):
        for ring in (part.exterior, *part.interiors):
            points = shapely.get_coordinates(ring)
            found += [(one, other) for one, other in pairwise(points)]
    ends = np.array(found, dtype=float).reshape(-1, 2, 2)
    (dx, dy), start = cut.direction, np.array(cut.start)
    beside = (ends - start) @ np.array([-dy, dx])
    along = ends @ np.array([dx, dy])
    is_crossed = (beside.min(axis=1) <= -reach) & (beside.max(axis=1) >= reach)
    is_square = np.abs(along[:, 1] - along[:, 0]) <= _SQUARE * np.abs(beside[:, 1] - beside[:, 0])
    return np.sort(along[is_crossed & is_square].mean(axis=1))


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
