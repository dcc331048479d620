"""Dimensions: lengths that matter in one stage, measured on the section itself, near where it is looked at."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from maskgen.geometry import regions
from maskgen.geometry.regions import Box, Region
from maskgen.sections.growth import conductors
from maskgen.sections.part import TOUCH, shadow, spans_at
from maskgen.sections.plan import Spans
from maskgen.sections.run import Stage
from maskgen.sections.setting import Setting

Point = tuple[float, float]

_SAMPLES = 41
_LEAST = 0.05
"""Length [µm] below which there is nothing to tell."""
_MARGIN = 0.06
"""Share of a view's width at either end in which nothing is measured."""


@dataclass(frozen=True)
class Dimension:
    """A length between two points of the section (x, z) [µm], horizontal or vertical."""

    label: str
    start: Point
    end: Point

    @property
    def length(self) -> float:
        """Return the length [µm]."""
        return abs(self.end[0] - self.start[0]) + abs(self.end[1] - self.start[1])


def dimensions(stage: Stage, setting: Setting, view: Box) -> tuple[Dimension, ...]:
    """Return what is worth measuring in a view (left, low, right, high) [µm] of a stage."""
    measure = _MEASURES.get(stage.step.step)
    found = measure(stage, setting, view) if measure else iter(())
    return tuple(dimension for dimension in found if dimension.length > _LEAST)


def _film(stage: Stage, setting: Setting, view: Box) -> Iterator[Dimension]:  # noqa: ARG001
    """Yield the thickness of what was added, where it is thinnest."""
    yield from _height("thickness", _added(stage), view, pick=min)


def _recess(stage: Stage, setting: Setting, view: Box) -> Iterator[Dimension]:  # noqa: ARG001
    """Yield depth and undercut of what was taken away, and the narrowest place of what it left."""
    gone = regions.areal(stage.before.solid.difference(stage.part.solid))
    if gone.is_empty:
        return
    yield from _height("depth", gone, view, pick=max)
    top = regions.box_of(gone)[3]
    yield from _offset("undercut", _edges(spans_at(gone, top - 2 * TOUCH)), _edges(_mouth(stage, top)), view, top)
    if stage.step.step == "etch":
        yield from _neck(stage, view)


def _mouth(stage: Stage, top: float) -> Spans:
    """Return where the film over a recess is open."""
    return spans_at(stage.before.air(), top + 2 * TOUCH)


def _filled(stage: Stage, setting: Setting, view: Box) -> Iterator[Dimension]:  # noqa: ARG001
    yield from _height("fill", _added(stage), view, pick=max)


def _plated(stage: Stage, setting: Setting, view: Box) -> Iterator[Dimension]:
    """Yield the height of what was plated, and how far it grew over the mask."""
    added = _added(stage)
    yield from _height("plating", added, view, pick=_commonest)
    lines = stage.before.exposed(conductors(stage.before, setting))
    edges = np.array([x for line in shapely.get_parts(lines) for x in (line.bounds[0], line.bounds[2])])
    yield from _offset("overgrowth", _edges(shadow(added)), edges, view, stage.before.top())


def _moulded(stage: Stage, setting: Setting, view: Box) -> Iterator[Dimension]:  # noqa: ARG001
    """Yield the thickness of what was moulded that is found most often."""
    yield from _height("moulded", _added(stage), view, pick=_commonest)


def _body(stage: Stage, setting: Setting, view: Box) -> Iterator[Dimension]:  # noqa: ARG001
    """Yield the height of a part that has left its base."""
    if not stage.part.has(stage.part.base):
        x = view[0] + 0.03 * (view[2] - view[0])
        yield Dimension("height", (x, stage.part.heights[0]), (x, stage.part.heights[1]))


_MEASURES: Mapping[str, Callable[[Stage, Setting, Box], Iterator[Dimension]]] = {
    "coat": _film,
    "laminate": _film,
    "deposit": _film,
    "etch": _recess,
    "mill": _recess,
    "stamp": _recess,
    "ablate": _recess,
    "fill": _filled,
    "plate": _plated,
}

BODY: Mapping[str, Callable[[Stage, Setting, Box], Iterator[Dimension]]] = {"mould": _moulded, "saw": _body}
"""What is measured in the view of the whole cut."""


def _added(stage: Stage) -> Region:
    """Return what a step added."""
    return regions.areal(stage.part.solid.difference(stage.before.solid)) if stage.before.solids else regions.EMPTY


def _commonest(sizes: Iterable[float]) -> float:
    """Return the size that is found most often."""
    return Counter(sizes).most_common(1)[0][0]


def _height(label: str, region: Region, view: Box, *, pick: Callable[[Iterable[float]], float]) -> Iterator[Dimension]:
    """Yield the height of a region within a view where it has the picked size; the middle of equal places."""
    inset = _MARGIN * (view[2] - view[0])
    heights = {}
    for x in np.linspace(view[0] + inset, view[2] - inset, _SAMPLES).tolist():
        line = shapely.LineString([(x, view[1]), (x, view[3])]).intersection(region)
        pieces = [part for part in np.atleast_1d(shapely.get_parts(line)) if part.length > _LEAST]
        if pieces:
            highest = max(pieces, key=lambda part: part.bounds[3])
            heights[x] = (highest.bounds[1], highest.bounds[3])
    if heights:
        sizes = {x: round(high - low, 2) for x, (low, high) in heights.items()}
        wanted = pick(sizes.values())
        places = [x for x, size in sizes.items() if size >= wanted - TOUCH and size <= wanted + TOUCH]
        x = places[len(places) // 2]
        yield Dimension(label, (x, heights[x][0]), (x, heights[x][1]))


def _edges(spans: Spans) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.asarray(spans.ravel())


def _offset(
    label: str,
    edges: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    origins: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    view: Box,
    z: float,
) -> Iterator[Dimension]:
    """Yield how far the edge next to the middle of a view has gone from where it came from."""
    inside = edges[(edges > view[0]) & (edges < view[2])]
    if not len(inside) or not len(origins):
        return
    edge = float(inside[np.argmin(np.abs(inside - (view[0] + view[2]) / 2))])
    origin = float(origins[np.argmin(np.abs(origins - edge))])
    yield Dimension(label, (min(edge, origin), z), (max(edge, origin), z))


def _neck(stage: Stage, view: Box) -> Iterator[Dimension]:
    """Yield the narrowest width of a post that an etch left, if one stands in the view."""
    for piece in regions.polygons(stage.part.covers(stage.step.into)):  # type: ignore[union-attr]
        left, low, right, high = regions.box_of(piece)
        if left <= view[0] or right >= view[2]:
            continue
        levels = np.linspace(low + 2 * TOUCH, high - 2 * TOUCH, _SAMPLES)
        widths = [spans_at(piece, z)[0] for z in levels.tolist() if len(spans_at(piece, z)) == 1]
        if widths:
            narrow = int(np.argmin([round(b - a, 3) for a, b in widths]))
            a, b = widths[narrow].tolist()
            yield Dimension("neck", (a, float(levels[narrow])), (b, float(levels[narrow])))
        return
