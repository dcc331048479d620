"""Motion in three dimensions: parts pressed together and moved apart, and the leads that stand up between them."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import shapely

from maskgen.geometry import regions
from maskgen.geometry.regions import Region
from maskgen.leads.model import Lead
from maskgen.solid.body import CHORD, LEAST, Body, Ribbon, Slab, chords, meets
from maskgen.solid.setting import Setting
from maskgen.technology.flow import Assemble

_AROUND = 0.5
"""How far beyond the drawn bulge its metal may reach [µm], as in the sections."""
_LOOSE = 6.0
"""How far beyond the outline of a lead its metal may reach [µm], by the chords of its bends."""
_LAP = 3.0
"""How far a neck that stands up reaches into its ends [µm], so that they are one."""
_BENDS = 9
"""Points along a lead that stands up, at least."""

Way = Callable[[float], float]
"""Where each height goes [µm]."""


def compress(body: Body, step: Assemble, setting: Setting) -> Body:
    """Press down what was put on and stands on soft feet."""
    fall = -setting.value(step.thickness)
    return _carried(body, [(slabs, _way(slabs, fall, step.material, rigid=0.0)) for slabs in body.placed])


def move(body: Body, step: Assemble, setting: Setting) -> Body:
    """Move what was put on away from the rest; leads peel off and stand up between the two."""
    placed = [slab for slabs in body.placed for slab in slabs]
    rest = _without(body, placed)
    if not placed or not rest.layers:
        return body
    is_above = min(slab.low for slab in placed) > rest.heights[0]
    rise = setting.value(step.thickness) * (1 if is_above else -1)
    tips = setting.plan.layers.get("LEAD_TIP", regions.EMPTY).buffer(_AROUND, join_style="mitre")
    feet = _tips(body, tips, setting, placed, is_above=is_above)
    goes = not any(_overlap(foot, slab) for foot in feet for slab in placed)
    ribbons = tuple(_stood_up(body, setting, (0.0, rise) if goes else (rise, 0.0)))
    body = body.cut(_necks(setting), setting.metals) if ribbons else body
    parts = [tuple(_kept(slab, tips, setting) for slab in slabs) for slabs in body.placed] if not goes else body.placed
    ways = [(slabs, _way(slabs, rise, step.material, rigid=rise)) for slabs in parts]
    ways += [(tuple(feet), _way((), rise, step.material, rigid=rise))] if goes else []
    apart = _carried(body, ways)
    base = rest.extent(rest.base) if rest.has(rest.base) else rest.heights
    gap = tuple(_gap(apart, base[1] if is_above else base[0], is_above=is_above))
    return replace(apart, gap=gap, threads=(*apart.threads, *ribbons))


def _tips(body: Body, tips: Region, setting: Setting, placed: Sequence[Slab], *, is_above: bool) -> list[Slab]:
    """Return the tips of leads, and what joins them to what was put on."""
    own = [slab for slab in body.slabs() if meets(slab.region, tips)]
    metal = [slab for slab in own if slab.material in setting.metals]
    if not metal:
        return []
    near = min(slab.low for slab in placed) if is_above else max(slab.high for slab in placed)
    low = min(slab.low for slab in metal) if is_above else near
    high = near if is_above else max(slab.high for slab in metal)
    # Where the tips were put on with their part, they reach beyond its near side.
    low, high = min(low, *(slab.low for slab in metal)), max(high, *(slab.high for slab in metal))
    inside = [replace(slab, low=max(slab.low, low), high=min(slab.high, high)) for slab in own]
    joined = [slab for slab in inside if slab.high - slab.low > LEAST]
    return [replace(slab, region=regions.areal(slab.region.intersection(tips))) for slab in joined]


def _overlap(one: Slab, other: Slab) -> bool:
    return min(one.high, other.high) - max(one.low, other.low) > LEAST and meets(one.region, other.region)


def _kept(slab: Slab, tips: Region, setting: Setting) -> Slab:
    """Return what of a slab goes with its part: the tips of leads are bonded to the other."""
    if slab.material not in setting.metals:
        return slab
    return replace(slab, region=regions.areal(slab.region.difference(tips)))


def _way(slabs: Sequence[Slab], rise: float, soft: str, *, rigid: float) -> Way:
    """Return the way of what was put on: on soft feet it stands higher or lower, without them it moves as it is."""
    feet = [slab for slab in slabs if slab.material == soft]
    if not feet:
        return lambda z: z + rigid
    low, high = min(slab.low for slab in feet), max(slab.high for slab in feet)
    return lambda z: z + rise * min(max((z - low) / (high - low), 0.0), 1.0)


def _without(body: Body, slabs: Sequence[Slab]) -> Body:
    """Return the body without what is where some slabs are."""
    low, high = body.heights
    levels = (level for slab in slabs for level in (slab.low, slab.high))
    body = body.split([level for level in levels if low < level < high])
    return body.without(
        regions.merge(slab.region for slab in slabs if slab.low < (layer.low + layer.high) / 2 < slab.high)
        for layer in body.layers
    )


def _carried(body: Body, ways: Sequence[tuple[tuple[Slab, ...], Way]]) -> Body:
    """Return the body with everything gone its way, cut out first and put back then."""
    moving = [(slab, way) for slabs, way in ways for slab in slabs]
    found = [(part, way) for slab, way in moving for part in _parts(body, slab)]
    rest = _without(body, [slab for slab, _ in moving])
    for part, way in found:
        rest = rest.with_(part.material, part.region, way(part.low), way(part.high))
    placed = tuple(
        tuple(replace(slab, low=way(slab.low), high=way(slab.high)) for slab in slabs) for slabs, way in ways
    )
    return replace(rest, placed=placed)


def _parts(body: Body, slab: Slab) -> Iterator[Slab]:
    """Yield what is where a slab is, whatever became of it since."""
    for other in body.slabs():
        low, high = max(slab.low, other.low), min(slab.high, other.high)
        if high - low > LEAST and other.region.intersects(slab.region):
            yield Slab(other.material, regions.areal(other.region.intersection(slab.region)), low, high)


def _gap(body: Body, level: float, *, is_above: bool) -> Iterator[Slab]:
    """Yield what is free between a height and what was moved away from it, under or over that."""
    placed = [slab for slabs in body.placed for slab in slabs]
    free = regions.merge(slab.region for slab in placed)
    levels = sorted({level, *(z for slab in placed for z in (slab.low, slab.high))}, reverse=not is_above)
    beyond = [z for z in levels if (z >= level if is_above else z <= level)]
    for one, other in pairwise(beyond):
        low, high = min(one, other), max(one, other)
        covering = [slab.region for slab in placed if slab.low < (low + high) / 2 < slab.high]
        free = regions.areal(free.difference(regions.merge(covering)))
        if not free.is_empty and high - low > LEAST:
            yield Slab("", free, low, high)


def _necks(setting: Setting) -> Region:
    """Return where leads are free between their bulges."""
    ends = _ends(setting)
    return regions.areal(_outlines(setting).difference(ends))


def _outlines(setting: Setting) -> Region:
    outlines = regions.merge(one.lead.outline for one in setting.package.leads)
    return regions.areal(chords(outlines).buffer(_LOOSE, join_style="mitre"))


def _ends(setting: Setting) -> Region:
    layers = [setting.plan.layers.get(name, regions.EMPTY) for name in ("LEAD_FIXED", "LEAD_TIP")]
    return regions.areal(regions.merge(layers).buffer(_AROUND, join_style="mitre"))


def _stood_up(body: Body, setting: Setting, rises: tuple[float, float]) -> Iterator[Ribbon]:
    """Yield the necks of leads bent between their ends, each of which has moved up by some way [µm]."""
    metal = [slab for slab in body.slabs() if slab.material in setting.metals]
    inner = _ends(setting).buffer(-_LAP)
    shapely.prepare(inner)
    for placed in setting.package.leads if metal else ():
        lines = [
            part
            for part in np.atleast_1d(shapely.get_parts(shapely.LineString(placed.lead.path).difference(inner)))
            if part.geom_type == "LineString"
        ]
        neck = max(lines, key=lambda line: float(line.length), default=None)
        if neck is not None and neck.length > 2 * _LAP:
            yield _ribbon(placed.lead, neck, metal, setting, rises)


def _ribbon(lead: Lead, neck: Region, metal: list[Slab], setting: Setting, rises: tuple[float, float]) -> Ribbon:
    """Return one lead that stands up along its neck, from the fixed end to the tip."""
    own = next((slab for slab in metal if slab.region.intersects(neck.interpolate(0.0))), metal[-1])
    thickness = setting.number("lead_thickness") or own.high - own.low
    places = sorted({*np.linspace(0.0, 1.0, _BENDS).tolist(), *_corners(neck)})
    points = [neck.interpolate(share, normalized=True) for share in places]
    level = (own.low + own.high) / 2
    heights = [level + rises[0] + (rises[1] - rises[0]) * (1 - math.cos(math.pi * share)) / 2 for share in places]
    middle = tuple((point.x, point.y, z) for point, z in zip(points, heights, strict=True))
    return Ribbon(own.material, middle, _width(lead, neck), thickness)


def _width(lead: Lead, neck: Region) -> float:
    """Return the width of a lead in the middle of its neck [µm]."""
    one, middle, other = (neck.interpolate(share, normalized=True) for share in (0.49, 0.5, 0.51))
    length = math.dist((one.x, one.y), (other.x, other.y))
    dx, dy = -(other.y - one.y) / length * neck.length, (other.x - one.x) / length * neck.length
    across = shapely.LineString([(middle.x - dx, middle.y - dy), (middle.x + dx, middle.y + dy)])
    parts = np.atleast_1d(shapely.get_parts(across.intersection(lead.outline)))
    return float(min(parts, key=lambda part: float(part.distance(middle))).length)


def _corners(neck: Region) -> list[float]:
    """Return where a line bends, as shares of its length."""
    return [
        float(neck.project(shapely.Point(point), normalized=True))
        for point in shapely.get_coordinates(shapely.simplify(neck, 5 * CHORD))
    ]
