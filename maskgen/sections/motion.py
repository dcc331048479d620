"""Motion: parts pressed together and moved apart, and the leads that stand up between them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from maskgen.geometry import regions
from maskgen.geometry.regions import Region
from maskgen.leads.model import Lead
from maskgen.sections import fronts
from maskgen.sections.growth import metals
from maskgen.sections.part import TOUCH, Part, columns
from maskgen.sections.setting import Outcome, Setting
from maskgen.technology.flow import Assemble

_POINTS = 33
"""Points along a lead that stands up."""
_AROUND = np.array([-0.5, 0.5])
"""How far beyond the drawn bulge its metal may reach [µm]."""


def compress(part: Part, step: Assemble, setting: Setting) -> Outcome:
    """Press down what was put on and stands on soft feet."""
    fall = -setting.value(step.thickness)
    ways = [_way(part, shape, fall, step.material, rigid=0.0) for shape in part.placed]
    if not any(way.stretches for way in ways):
        return Outcome(part, "nothing here stands on what gives way")
    return Outcome(_carried(part, ways))


def move(part: Part, step: Assemble, setting: Setting) -> Outcome:
    """Move what was put on away from the rest; leads peel off and stand up between the two."""
    lift, placed = setting.value(step.thickness), regions.merge(part.placed)
    rest = part.without(placed)
    if placed.is_empty or not rest.solids:
        return Outcome(part, "nothing here was put on that could be moved")
    is_above = regions.box_of(placed)[1] > rest.heights[0]
    rise = lift if is_above else -lift
    leads = [Cutout.of(placed_lead.lead, part, setting) for placed_lead in setting.package.leads]
    shown = [lead for lead in leads if lead is not None]
    tips = regions.merge(lead.tip for lead in shown)
    freed = part.without(regions.merge(lead.neck for lead in shown), metals(setting))
    goes = freed if regions.areal(tips.intersection(placed)).is_empty else None
    shapes = [regions.areal(shape.difference(tips)) for shape in part.placed] + ([tips] if goes is not None else [])
    ways = [_way(freed, shape, rise, step.material, rigid=rise) for shape in shapes if not shape.is_empty]
    apart = _carried(freed, ways)
    for lead in shown:
        apart = lead.stood_up(apart, fixed=0.0 if goes is not None else rise, tip=rise if goes is not None else 0.0)
    low, _, high, _ = regions.box_of(placed)
    _, bottom, _, top = regions.box_of(regions.merge(apart.placed))
    floor, roof = _surfaces(rest)
    box = (low, roof, high, top) if is_above else (low, bottom, high, floor)
    outline = regions.merge(apart.placed).boundary
    beyond = fronts.swept(outline, top - bottom if is_above else bottom - top)
    gap = regions.areal(shapely.box(*box).difference(beyond))
    return Outcome(replace(apart, gap=gap), "leads projected on the cut" if shown else "")


@dataclass(frozen=True)
class _Way:
    """What moves, and where each of its points goes."""

    shape: Region
    goes: Callable[[Region], Region]
    stretches: bool


def _way(part: Part, shape: Region, rise: float, soft: str, *, rigid: float) -> _Way:
    """Return the way of what was put on: on soft feet it stands higher or lower, without them it moves as it is."""
    feet = regions.areal(part.solids.get(soft, regions.EMPTY).intersection(shape))
    if feet.is_empty:
        return _Way(shape, lambda region: regions.move(region, 0.0, rigid), stretches=False)
    _, low, _, high = regions.box_of(feet)

    def carried(points: NDArray[np.float64]) -> NDArray[np.float64]:
        share = np.clip((points[:, 1] - low) / (high - low), 0.0, 1.0)
        return np.column_stack([points[:, 0], points[:, 1] + rise * share])

    return _Way(shape, lambda region: shapely.transform(region, carried), stretches=True)


def _carried(part: Part, ways: list[_Way]) -> Part:
    """Return the part with everything gone its way."""
    rest = part.without(regions.merge(way.shape for way in ways))
    for way in ways:
        for name, shape in part.solids.items():
            rest = rest.with_(name, way.goes(regions.areal(shape.intersection(way.shape))))
    solids = {name: shape for name, shape in rest.solids.items() if not shape.is_empty}
    return replace(rest, solids=solids, placed=tuple(way.goes(way.shape) for way in ways))


@dataclass(frozen=True, eq=False)
class Cutout:
    """A lead both of whose bulges lie on the cut.

    Parameters
    ----------
    fixed, tip
        Metal of its bulges.
    neck
        Metal that the cut meets between them.
    """

    fixed: Region
    tip: Region
    neck: Region
    thickness: float
    name: str

    @classmethod
    def of(cls, lead: Lead, part: Part, setting: Setting) -> "Cutout | None":
        """Return the lead as it is cut, None if the cut does not meet both of its ends."""
        ends = [(float(x), float(y)) for x, y in (lead.path[0], lead.path[-1])]
        names = [name for name in metals(setting) if part.has(name)]
        if not names or any(abs(setting.cut.beside(end)) > TOUCH for end in ends):
            return None
        outline = setting.cut.spans(lead.outline) + _AROUND
        own = part.covers(names).intersection(columns(outline, *part.heights))
        fixed, tip = (_bulge(setting, layer, end) for layer, end in zip(("LEAD_FIXED", "LEAD_TIP"), ends, strict=True))
        found = [regions.areal(own.intersection(columns(span, *part.heights))) for span in (fixed, tip)]
        if any(region.is_empty for region in found):
            return None
        neck = regions.areal(own.difference(columns(np.concatenate([fixed, tip]), *part.heights)))
        return cls(found[0], found[1], neck, setting.number("lead_thickness") or _height(found[1]), names[0])

    def stood_up(self, part: Part, *, fixed: float, tip: float) -> Part:
        """Return the part with the neck of the lead bent between its ends, each of which has moved up by some way."""
        one, other = regions.box_of(self.fixed), regions.box_of(self.tip)
        start, end = (one[2], other[0]) if one[0] < other[0] else (one[0], other[2])
        low, high = _middle(self.fixed) + fixed, _middle(self.tip) + tip
        share = np.linspace(0.0, 1.0, _POINTS)
        line = np.column_stack([start + (end - start) * share, low + (high - low) * (1 - np.cos(np.pi * share)) / 2])
        ribbon = shapely.LineString(line).buffer(self.thickness / 2, cap_style="flat")
        return part.with_(self.name, regions.areal(ribbon.difference(part.solid)))


def _bulge(setting: Setting, layer: str, place: tuple[float, float]) -> NDArray[np.float64]:
    """Return the span of the bulge of a lead around a place, as one row."""
    spans = setting.cut.spans(setting.plan.layers.get(layer, regions.EMPTY))
    x = setting.cut.along(place)
    return np.asarray(spans[(spans[:, 0] <= x) & (x <= spans[:, 1])] + _AROUND)


def _height(region: Region) -> float:
    _, low, _, high = regions.box_of(region)
    return high - low


def _middle(region: Region) -> float:
    """Return the height of the middle of a film [µm], as most of it lies."""
    pieces = max(regions.polygons(region), key=lambda piece: piece.area)
    return float(pieces.centroid.y)


def _surfaces(part: Part) -> tuple[float, float]:
    """Return the bottom and the top of a part's base, of the whole part where it has lost it [µm]."""
    if not part.has(part.base):
        return part.heights
    _, low, _, high = regions.box_of(part.solids[part.base])
    return low, high
