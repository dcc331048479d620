"""Fronts in three dimensions: how far an etch or a deposit gets from where it starts, in steps of even height.

As `maskgen.sections.fronts`, with an upright wall or a flight of steps in place of a round flank. Every step is as
wide as the front is where the step is widest, so that the flight holds the flank and its outline from above is exact. A
front goes up or down first, and sideways at each height.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import shapely

from maskgen.geometry import regions
from maskgen.geometry.regions import Region
from maskgen.solid.body import CHORD, LEAST, Body, grown, meets

STEPS = (0.0, 0.6, 0.87)
"""Where the steps of a flank begin, as shares of the way up or down: the front is 1, 0.8 and 0.49 as wide there."""
_SHORT = 3 * CHORD
"""Ways [µm] that are too short for steps."""

Domain = Callable[[Body], Sequence[Region]]
"""What a front can pass, layer by layer."""


@dataclass(frozen=True, eq=False)
class Source:
    """What a front starts from: all over a region between two heights [µm], or a plane where they are one."""

    region: Region
    low: float
    high: float


@dataclass(frozen=True)
class Reach:
    """How far a front goes sideways, and up or down [µm], and whether its flank is drawn in steps or upright."""

    across: float
    along: float
    is_stepped: bool = False

    @property
    def ends(self) -> tuple[float, ...]:
        """Return where the steps of a flank end, as distances up or down [µm]."""
        is_stepped = self.is_stepped and min(self.across, self.along) > _SHORT
        return (*(share * self.along for share in STEPS[1:] if is_stepped), self.along)

    def sideways(self, bend: float, distance: float) -> float:
        """Return how far a front is aside at a distance up or down that came straight as far as to a bend [µm]."""
        gone, left = bend / self.along, 1.0 - bend / self.along
        return self.across * math.sqrt(max(0.0, left**2 - (distance / self.along - gone) ** 2))


def spread(body: Body, sources: Sequence[Source], domain: Domain, reach: Reach) -> tuple[Body, list[Region]]:
    """Return a body whose layers end where a front does, and what of each layer it gets to.

    Parameters
    ----------
    sources
        Each ends where layers of the body do.
    """
    if reach.along <= 0:
        return body, [regions.EMPTY] * len(body.layers)
    body = body.split(_levels(body, sources, domain(body), reach))
    passable = domain(body)
    found = [list[Region]() for _ in body.layers]
    for source in sources:
        for number, layer in enumerate(body.layers):
            if source.low - LEAST < layer.low and layer.high < source.high + LEAST:
                found[number].append(_aside(source.region, reach.across, passable[number]))
        for ways in (_up(body, source.high), _down(body, source.low)):
            for number, region in _along(source.region, ways, passable, reach):
                found[number].append(region)
    return body, [regions.merge(shapes) for shapes in found]


def _levels(body: Body, sources: Iterable[Source], passable: Sequence[Region], reach: Reach) -> Iterator[float]:
    """Yield where steps end: over each floor and under each ceiling that a front starts from."""
    for source in sources:
        for sign, level, ways in ((1, source.high, _up(body, source.high)), (-1, source.low, _down(body, source.low))):
            first = next(ways, None)
            is_free = sign > 0 if first is None else meets(source.region, passable[first[0]])
            if is_free:
                yield from (level + sign * end for end in reach.ends)


def _up(body: Body, level: float) -> Iterator[tuple[int, float]]:
    """Yield the layers above a height from there on, and how far above it each begins [µm]."""
    return ((n, layer.low - level) for n, layer in enumerate(body.layers) if layer.low > level - LEAST)


def _down(body: Body, level: float) -> Iterator[tuple[int, float]]:
    """Yield the layers below a height from there on, and how far below it each begins [µm]."""
    numbered = reversed(list(enumerate(body.layers)))
    return ((n, level - layer.high) for n, layer in numbered if layer.high < level + LEAST)


def _along(
    start: Region, ways: Iterable[tuple[int, float]], passable: Sequence[Region], reach: Reach
) -> Iterator[tuple[int, Region]]:
    """Yield layers and what a front gets to in them that starts below or above them, and goes sideways as it goes on.

    Where walls keep it from going sideways, it bends round their ends.
    """
    straight, is_bent = start, False
    bends = list[tuple[float, Region, Region]]()
    for number, distance in ways:
        straight = regions.areal(straight.intersection(passable[number]))
        if straight.is_empty or distance > reach.along - LEAST:
            return
        if not is_bent:
            bends.append((max(distance, 0.0), straight, regions.EMPTY))
        bends = [_bent(bend, distance, passable[number], reach) for bend in bends]
        is_bent = is_bent or regions.areal(grown(straight, reach.across).difference(passable[number])).is_empty
        yield number, regions.merge(region for _, _, region in bends)


def _bent(
    bend: tuple[float, Region, Region], distance: float, passable: Region, reach: Reach
) -> tuple[float, Region, Region]:
    """Return a bend of a front with what it gets to in the next layer: what it got to before, as far as it goes on."""
    at, region, before = bend
    now = _aside(region, reach.sideways(at, max(distance, at)), passable)
    return at, region, now if before.is_empty else regions.areal(now.intersection(before))


def _aside(region: Region, distance: float, passable: Region) -> Region:
    """Return what is passable within a distance of a region, as far as it hangs together with it."""
    if passable.is_empty:
        return regions.EMPTY
    wide = regions.areal(grown(region, distance).intersection(passable))
    parts = regions.polygons(wide)
    if not len(parts):
        return regions.EMPTY
    near = region.buffer(_HAIR, quad_segs=1)
    shapely.prepare(near)
    return shapely.multipolygons(parts[shapely.intersects(near, parts)])


_HAIR = 0.02
"""Distance [µm] at which two things touch."""
