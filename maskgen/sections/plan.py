"""Plans and cuts: what one site looks like from above, and the line along which it is cut."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from maskgen.errors import Problem, ProblemsError
from maskgen.geometry import regions
from maskgen.geometry.arrays import Array
from maskgen.geometry.regions import Box, Region
from maskgen.layout import Pattern
from maskgen.masks import FinishedMask
from maskgen.package import Package
from maskgen.spec.sections import CutLine
from maskgen.technology import Process

Point = tuple[float, float]

Spans = NDArray[np.float64]
"""(n, 2) Where something begins and ends along a cut [µm], from left to right."""

_STEPS = 17
"""Places that are tried where a cut steps aside."""

DEFAULT = "main"
"""Name of the cut of a spec that names none."""


@dataclass(frozen=True, eq=False)
class Plan:
    """One site from above.

    Parameters
    ----------
    layers
        Drawn layers, masks and as-built layers around the site's centre, within its cell.
    drawn
        What a polygon of each mask means: an opening, or what remains.
    cell
        The box of the site, around its centre [µm].
    """

    layers: Mapping[str, Region]
    drawn: Mapping[str, str]
    cell: Box

    def opened(self, mask: str) -> Region:
        """Return where a mask lets its step work."""
        shapes = self.layers.get(mask, regions.EMPTY)
        return shapes if self.drawn.get(mask) != "remaining" else regions.areal(shapely.box(*self.cell) - shapes)


@dataclass(frozen=True)
class Cut:
    """A cut along a direction; x along it is measured from the foot of the perpendicular from the site's centre.

    Parameters
    ----------
    start, end
        In the plan of the site (x, y) [µm].
    steps
        Where the cut steps aside, as an offset section does: from which x on, and how far it then lies to the left of
        the line through its start [µm]. None for a straight cut.
    """

    name: str
    start: Point
    end: Point
    steps: tuple[tuple[float, float], ...] = ()

    @property
    def direction(self) -> Point:
        """Return the unit vector along the cut."""
        if self.steps:
            return 1.0, 0.0
        length = math.dist(self.start, self.end)
        return (self.end[0] - self.start[0]) / length, (self.end[1] - self.start[1]) / length

    @property
    def span(self) -> tuple[float, float]:
        """Return where the cut begins and ends along itself [µm]."""
        return self.along(self.start), self.along(self.end)

    @property
    def pieces(self) -> tuple[tuple[Point, Point], ...]:
        """Return both ends of each straight piece."""
        borders = [self.span[0], *(x for x, _ in self.steps), self.span[1]]
        asides = [0.0, *(aside for _, aside in self.steps)]
        return tuple(
            (self._put(one, aside), self._put(other, aside))
            for (one, other), aside in zip(pairwise(borders), asides, strict=True)
        )

    def along(self, point: Point) -> float:
        """Return where a point of the plan lies along the cut [µm]."""
        dx, dy = self.direction
        return point[0] * dx + point[1] * dy

    def beside(self, point: Point) -> float:
        """Return how far a point of the plan lies from the cut, positive to its left [µm]."""
        dx, dy = self.direction
        offset = (point[1] - self.start[1]) * dx - (point[0] - self.start[0]) * dy
        return offset - self._aside(self.along(point))

    def place(self, x: float) -> Point:
        """Return the point of the plan (x, y) [µm] at a place along the cut."""
        return self._put(x, self._aside(x))

    def is_clear(self, x: float, room: float) -> bool:
        """Tell whether the cut is straight for some room around a place along it [µm]."""
        return all(abs(x - step) > room for step, _ in self.steps)

    def spans(self, region: Region) -> Spans:
        """Return where the cut crosses a region."""
        ends = [np.empty((0, 2)), *(self._crossed(region, piece) for piece in self.pieces)]
        return joined(np.concatenate(ends))

    def _crossed(self, region: Region, piece: tuple[Point, Point]) -> Spans:
        """Return where one straight piece crosses a region."""
        crossed = shapely.LineString(piece).intersection(region)
        lines = [
            part
            for part in np.atleast_1d(shapely.get_parts(crossed))
            if part.geom_type == "LineString" and len(part.coords) > 1
        ]
        ends = [sorted(self.along(point) for point in (line.coords[0], line.coords[-1])) for line in lines]
        return np.array(ends, dtype=float).reshape(-1, 2)

    def _aside(self, x: float) -> float:
        """Return how far the cut has stepped to the left at a place along it [µm]."""
        return next((aside for step, aside in reversed(self.steps) if x >= step), 0.0)

    def _put(self, x: float, aside: float) -> Point:
        """Return the point of the plan at a place along the cut, some way to the left of the line through its start."""
        dx, dy = self.direction
        far = x - self.along(self.start)
        return self.start[0] + far * dx - aside * dy, self.start[1] + far * dy + aside * dx


def joined(spans: Spans, gap: float = regions.SLIVER) -> Spans:
    """Return spans in order, those that touch as one."""
    found: list[list[float]] = []
    for low, high in sorted(spans.tolist()):
        if found and low <= found[-1][1] + gap:
            found[-1][1] = max(found[-1][1], high)
        else:
            found.append([low, high])
    return np.array(found, dtype=float).reshape(-1, 2)


def site_plan(patterns: Mapping[str, Pattern], masks: Sequence[FinishedMask], array: Array) -> Plan:
    """Return the plan of the occupied site next to the middle of the plate.

    Parameters
    ----------
    patterns
        Layers on the whole plate.
    masks
        As they are written.
    array
        Where the sites stand.
    """
    middle = np.array([(array.box[0] + array.box[2]) / 2, (array.box[1] + array.box[3]) / 2])
    places = np.argwhere(array.occupied)
    gaps = np.hypot(*(array.centres(array.occupied) - middle).T)
    row, column = places[int(np.argmin(np.round(gaps, 3)))].tolist()
    centre, cell = array.centre(row, column), array.cell(row, column)
    layers = {name: _around(pattern, centre, cell) for name, pattern in patterns.items()}
    layers |= {entry.mask.name: _around(entry.pattern, centre, cell) for entry in masks}
    return Plan(layers, {entry.mask.name: entry.mask.drawn for entry in masks}, cell)


def view_plan(layers: Mapping[str, Region], process: Process, cell: Box) -> Plan:
    """Return the plan of a site from the layers around its centre."""
    return Plan(layers, {mask.name: mask.drawn for mask in process.masks}, cell)


def _around(pattern: Pattern, centre: tuple[float, float], cell: Box) -> Region:
    """Return what a pattern shows within the cell of a site."""
    rows, columns = pattern.array.rows.centres, pattern.array.columns.centres
    row = int(np.argmin(np.abs(rows - centre[1])))
    shift = pattern.array.centre(row, 0)[0] - columns[0]
    column = int(np.argmin(np.abs(columns + shift - centre[0])))
    shapes = [tile.region for tile in pattern.tiles if tile.where[row, column]]
    box = (centre[0] + cell[0], centre[1] + cell[1], centre[0] + cell[2], centre[1] + cell[3])
    if not pattern.rest.is_empty:
        shapes.append(regions.move(regions.areal(shapely.clip_by_rect(pattern.rest, *box)), -centre[0], -centre[1]))
    return regions.areal(regions.merge(shapes).intersection(shapely.box(*cell)))


def cuts(wanted: Mapping[str, CutLine], package: Package, plan: Plan) -> tuple[Cut, ...]:
    """Return the cuts that a spec names, or one through the middle.

    Raises
    ------
    ProblemsError
        For pads that do not exist, and cuts that miss the site.
    """
    if not wanted:
        return (_middle(package, plan),)
    return tuple(_named(name, line, package, plan) for name, line in wanted.items())


def _middle(package: Package, plan: Plan) -> Cut:
    """Return the cut through the die's middle and the pads nearest to it, in x; it steps aside to leads and posts."""
    focus = package.dies[0].outline.centroid if package.dies else shapely.Point(0, 0)
    heights = sorted({round(pad.centre[1], 6) for pad in package.pads}, key=lambda y: (abs(y - focus.y), -y))
    y = heights[0] if heights and abs(heights[0] - focus.y) < plan.cell[3] / 2 else focus.y
    shown = sorted({(focus.x, y), *_ends_of_leads(package, (focus.x, y)), *_posts(package, plan, (focus.x, y))})
    steps = [
        (_aside_at(one, other, plan), other[1] - shown[0][1])
        for one, other in pairwise(shown)
        if abs(one[1] - other[1]) > regions.SLIVER
    ]
    return Cut(DEFAULT, (plan.cell[0], shown[0][1]), (plan.cell[2], shown[-1][1]), tuple(steps))


def _aside_at(one: Point, other: Point, plan: Plan) -> float:
    """Return where between two points a cut steps aside: where it meets the fewest shapes, near their middle."""
    shares = sorted(np.linspace(0.1, 0.9, _STEPS).tolist(), key=lambda share: abs(share - 0.5))
    places = [one[0] + share * (other[0] - one[0]) for share in shares]
    met = np.zeros(len(places))
    for region in plan.layers.values():
        for y in (one[1], other[1]):
            met += shapely.contains_xy(region, places, [y] * len(places))
    return places[int(np.argmin(met))]


def _ends_of_leads(package: Package, focus: Point) -> Iterator[Point]:
    """Yield the middles of both bulges of the leads nearest to the focus, one to its left and one to its right."""
    for side in (-1.0, 1.0):
        ends = [
            (placed.lead.path[-1].tolist(), placed.lead.path[0].tolist())
            for placed in package.leads
            if (placed.lead.path[-1][0] - focus[0]) * side > abs(placed.lead.path[-1][1] - focus[1])
        ]
        level = [pair for pair in ends if abs(pair[0][0] - pair[1][0]) > abs(pair[0][1] - pair[1][1])]
        for pair in sorted(level or ends, key=lambda pair: (abs(pair[0][1] - focus[1]), *pair[0]))[:1]:
            yield from ((float(x), float(y)) for x, y in pair)


def _posts(package: Package, plan: Plan, focus: Point) -> Iterator[Point]:
    """Yield the middles of the resilient pads nearest to the focus, on its left and on its right."""
    middles = [piece.centroid for piece in regions.polygons(plan.layers.get("PAD_STENCIL", regions.EMPTY))]
    for side in (-1.0, 1.0) if package.leads else ():
        beside = [(p.x, p.y) for p in middles if (p.x - focus[0]) * side > abs(p.y - focus[1])]
        yield from sorted(beside, key=lambda point: (abs(point[1] - focus[1]), *point))[:1]


def _named(name: str, line: CutLine, package: Package, plan: Plan) -> Cut:
    """Return one cut of a spec, no longer than its site."""
    key = ("sections", name)
    if line.through is not None:
        one, other = (_place(package, pad, (*key, "through", n)) for n, pad in enumerate(line.through))
        if math.dist(one, other) < regions.SLIVER:
            raise ProblemsError([Problem((*key, "through"), "goes through one point only: name two pads apart")])
        return _lengthened(name, one, other, plan.cell)
    if line.start is None or line.end is None:
        raise AssertionError("a cut without a way is refused when the spec is read")
    inside = shapely.LineString([line.start, line.end]).intersection(shapely.box(*plan.cell))
    if inside.length < regions.SLIVER:
        box = ", ".join(f"{value:g}" for value in plan.cell)
        raise ProblemsError([Problem(key, f"misses the site, which is the box ({box}) um")])
    return Cut(name, *_ends(inside, line.start))


def _ends(line: Region, first: Point) -> tuple[Point, Point]:
    """Return both ends of a line, the one nearer to a point first."""
    one, other = sorted((line.coords[0], line.coords[-1]), key=lambda point: math.dist(point, first))
    return (float(one[0]), float(one[1])), (float(other[0]), float(other[1]))


def _lengthened(name: str, one: Point, other: Point, cell: Box) -> Cut:
    """Return the cut through two points, from border to border of a cell."""
    far = 4 * (cell[2] - cell[0] + cell[3] - cell[1]) / math.dist(one, other)
    dx, dy = (other[0] - one[0]) * far, (other[1] - one[1]) * far
    line = shapely.LineString([(one[0] - dx, one[1] - dy), (other[0] + dx, other[1] + dy)])
    return Cut(name, *_ends(line.intersection(shapely.box(*cell)), (one[0] - dx, one[1] - dy)))


def _place(package: Package, name: str, key: tuple[str | int, ...]) -> Point:
    """Return the middle of a pad, a mounting pad or a contact."""
    known = {pad.name: pad.centre for pad in (*package.pads, *package.mounting_pads)}
    known |= {f"{die.name}.{contact.name}": contact.centre for die in package.dies for contact in die.contacts}
    if name not in known:
        near = get_close_matches(name, known, n=1)
        raise ProblemsError(
            [Problem(key, f"no pad is called {name!r}" + (f", did you mean {near[0]!r}" if near else ""))]
        )
    return known[name]
