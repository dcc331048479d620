"""Films in three dimensions: what a base begins with, what is laid on it, opened, filled and stripped."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from maskgen.geometry import regions
from maskgen.geometry.regions import Region
from maskgen.sections.films import LAND
from maskgen.solid.body import LEAST, Body, Slab, meets
from maskgen.solid.setting import Setting
from maskgen.solid.spread import Reach, Source, spread
from maskgen.technology.flow import Coat, Cut, Fill, Pattern, Plate, Start, Strip

_RESIST = 25.0
"""Thickness of a resist that no step lays [µm]; as in the sections."""
_PRINT = 100.0
_HEIGHTS = {"dispense": 30.0}
"""Height of what is printed and of what is dispensed [µm], where nothing says it; as in the sections."""


def start(body: Body, step: Start, setting: Setting) -> Body:
    """Begin a body; one that was begun before is set aside."""
    aside = {**body.aside, body.base: body} if body.layers else {}
    begun = Body(body.cell, base=step.material, aside=aside)
    return begun.with_(step.material, body.ground, -setting.value(step.thickness), 0.0)


def coat(body: Body, step: Coat, setting: Setting) -> Body:
    """Lay a film that follows the surface, or is embedded in it."""
    thickness = setting.value(step.thickness)
    sunk = _sunk(step, thickness, setting)
    if sunk > 0:
        return _embedded(body, step.material, thickness, sunk)
    return _laid(body, step.material, thickness)


def _laid(body: Body, material: str, thickness: float) -> Body:
    return _grown(body, material, body.materials, Reach(thickness, thickness))


def _grown(body: Body, material: str, onto: tuple[str, ...], reach: Reach) -> Body:
    """Return a body with a material grown on others, wherever they are open from above."""
    sources = [Source(layer.covers(onto), layer.low, layer.high) for layer in body.layers]
    body, found = spread(body, [one for one in sources if not one.region.is_empty], _air, reach)
    return body.filled(material, found)


def _air(body: Body) -> tuple[Region, ...]:
    return body.open


def _sunk(step: Coat, thickness: float, setting: Setting) -> float:
    """Return how deep a film lies in what it is laid on, as in the sections."""
    height, flow = setting.number("mask_height"), setting.process.technology.flow
    stripped = {other.material for other in flow if isinstance(other, Strip)}
    opened = {other.material for other in flow if isinstance(other, Pattern)}
    if height is None or step.material in stripped or step.material not in opened:
        return 0.0
    return thickness - height


def _embedded(body: Body, material: str, thickness: float, sunk: float) -> Body:
    """Return the body with a film in place of its topmost layer."""
    top = body.top()
    body = body.split([top - sunk])
    displaced = tuple(
        Slab(name, region, layer.low, layer.high)
        for layer in body.layers
        for name, region in layer.solids.items()
        if layer.high > top - sunk + LEAST
    )
    film = body.cut(body.ground, low=top - sunk).with_(material, body.ground, top - sunk, top - sunk + thickness)
    return replace(film, sunk={**body.sunk, material: displaced})


def laminate(body: Body, step: Coat, setting: Setting) -> Body:
    """Lay a film that stays flat and spans what is below."""
    top = body.top()
    return body.with_(step.material, body.ground, top, top + setting.value(step.thickness))


def pattern(body: Body, step: Pattern, setting: Setting) -> Body:
    """Develop a film: it goes where the mask is open, and what it displaced is bare there."""
    if not body.has(step.material):
        return _unlaid(body, step, setting)
    gone = setting.opened(step, body)
    opened = body.cut(gone, [step.material])
    for slab in body.sunk.get(step.material, ()):
        bare = regions.areal(slab.region.intersection(gone))
        opened = opened.with_(slab.material, bare, slab.low, slab.high)
    return opened


def _unlaid(body: Body, step: Pattern, setting: Setting) -> Body:
    """Return the body with a film that no step lays; lands of metal are a part of their own."""
    if step.material not in setting.conductors:
        return pattern(_laid(body, step.material, _RESIST), step, setting)
    lands = Body(body.cell, base=step.material)
    if step.mask:
        lands = lands.with_(step.material, setting.plan.layers[step.mask], -LAND, 0.0)
    return replace(body, aside={**body.aside, step.material: lands})


def strip(body: Body, step: Strip, setting: Setting) -> Body:  # noqa: ARG001
    """Take a film away, wherever it is."""
    return body.dropped([step.material])


def fill(body: Body, step: Fill, setting: Setting) -> Body:
    """Fill each recess from its floor, under overhangs too."""
    thickness = setting.value(step.thickness)
    surface = body.extent(body.base)[1] if body.has(body.base) else body.top()
    floors = sorted({floor for pools in _pools(body, surface) for floor, _ in pools})
    body = body.split([floor + thickness for floor in floors])
    found = [
        regions.merge(pool for floor, pool in pools if layer.high < floor + thickness + LEAST)
        for layer, pools in zip(body.layers, _pools(body, surface), strict=True)
    ]
    return body.filled(step.material, found)


def _pools(body: Body, surface: float) -> list[list[tuple[float, Region]]]:
    """Return for each layer the pieces of open air below a surface, each with the z of its pool's floor [µm]."""
    found: list[list[tuple[float, Region]]] = []
    for layer, open_ in zip(body.layers, body.open, strict=True):
        below = found[-1] if found else []
        pieces = regions.polygons(open_ if layer.high < surface + LEAST else regions.EMPTY)
        found.append([(min([z for z, pool in below if meets(pool, one)], default=layer.low), one) for one in pieces])
    return found


def plate(body: Body, step: Plate, setting: Setting) -> Body:
    """Grow metals on what is bare and conducts, over the mask once it is full."""
    thicknesses = {name: setting.value(formula) for name, formula in step.stack.items()}
    ratio = _growth_ratio(body, step, sum(thicknesses.values()), setting)
    for name, thickness in thicknesses.items():
        onto = tuple(material for material in body.materials if material in setting.conductors)
        body = _grown(body, setting.metal(name), onto, Reach(max(ratio, 1e-3) * thickness, thickness))
    return body


def _growth_ratio(body: Body, step: Plate, total: float, setting: Setting) -> float:
    """Return lateral per vertical growth: what the technology says, else what its overgrowth amounts to."""
    ratio = setting.number("growth_ratio")
    if ratio is not None:
        return ratio
    over, wanted = total - (body.top() - _lowest_bare(body, setting)), setting.value(step.overgrowth)
    return wanted / over if over > 0 and wanted > 0 else 1.0


def _lowest_bare(body: Body, setting: Setting) -> float:
    """Return the lowest z [µm] at which a conductor is open from above."""
    above = zip(pairwise(body.layers), body.open[1:], strict=True)
    floors = [upper.low for (lower, upper), air in above if meets(lower.covers(setting.conductors), air)]
    return min(floors, default=body.top())


def printed(body: Body, step: Cut, setting: Setting) -> Body:
    """Put material on the surface through openings, straight up; what is dispensed flows into what is below as well."""
    height = setting.value(step.depth) or _HEIGHTS.get(step.step, _PRINT)
    opened = setting.opened(step, body)
    body, found = spread(body, list(_seen(body, opened)), _air, Reach(0.0, height))
    if step.step == "dispense":
        found = [regions.merge(pair) for pair in zip(found, _below(body, opened), strict=True)]
    return body.filled(step.material, found)


def _seen(body: Body, opened: Region) -> Iterator[Source]:
    """Yield what is seen from above through openings."""
    left = opened
    for layer in reversed(body.layers):
        surface = regions.areal(left.intersection(layer.solid))
        left = regions.areal(left.difference(layer.solid))
        if not surface.is_empty:
            yield Source(surface, layer.high, layer.high)


def _below(body: Body, opened: Region) -> list[Region]:
    """Return for each layer what is free in it and has something above it."""
    found, covered = list[Region](), regions.EMPTY
    for layer in reversed(body.layers):
        found.append(regions.areal(covered.difference(layer.solid)))
        covered = regions.merge([covered, regions.areal(layer.solid.intersection(opened))])
    return found[::-1]
