"""Removal in three dimensions: etching, tools that cut, and the release of what was made on a base."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np

from maskgen.geometry import regions
from maskgen.geometry.regions import Region
from maskgen.sections.removal import SHEARED
from maskgen.solid.body import CHORD, LEAST, Body, chords, grown
from maskgen.solid.setting import Setting
from maskgen.solid.spread import STEPS, Domain, Reach, Source, spread
from maskgen.technology.flow import Assemble, Cut, Etch


def etch(body: Body, step: Etch, setting: Setting) -> Body:
    """Move a front into some materials from their open surface, by what it gets round but not through."""
    depth, undercut, neck = setting.value(step.depth), setting.value(step.undercut), _neck(step, setting)
    is_stepped = _is_bare(step, setting)
    if neck > 0:
        return _necked(body, step, neck, Reach(undercut, depth - neck, is_stepped=is_stepped))
    body, gone = spread(body, _open(body), _of(step.into), Reach(undercut, depth, is_stepped=is_stepped))
    return body.without(gone, step.into)


def _is_bare(step: Etch, setting: Setting) -> bool:
    """Tell whether nothing is laid on a flank any more: a film over a flight of steps would be twice as many steps."""
    flow = setting.process.technology.flow
    return not any(other.step in _LAYING for other in flow[[one is step for one in flow].index(True) + 1 :])


_LAYING = frozenset({"coat", "deposit", "laminate", "fill", "plate", "print", "dispense", "mould"})


def _open(body: Body) -> list[Source]:
    """Return all that is open from above, the sky included, as what a front starts from."""
    top = body.top()
    sky = Source(body.ground, top, np.inf)
    return [sky, *(Source(air, layer.low, layer.high) for layer, air in zip(body.layers, body.open, strict=True))]


def _of(materials: list[str]) -> Domain:
    return lambda body: [layer.covers(materials) for layer in body.layers]


def _neck(step: Etch, setting: Setting) -> float:
    """Return the depth below the film at which an etch is widest: a shielded front (`process.md` 1.5, model B)."""
    return (setting.number("neck_depth") or 0.0) if "neck" in str(step.undercut) else 0.0


def _necked(body: Body, step: Etch, neck: float, reach: Reach) -> Body:
    """Etch straight down to a depth, and from there up, down and aside."""
    body, straight = spread(body, _open(body), _of(step.into), Reach(0.0, neck))
    into = [layer.covers(step.into) for layer in body.layers]
    planes = [
        Source(floor, layer.low, layer.low)
        for number, (layer, shaft) in enumerate(zip(body.layers, straight, strict=True))
        if not (floor := _floor(shaft, straight[:number], into[:number])).is_empty
    ]
    body, gone = spread(body, planes, _of(step.into), reach)
    return body.without(gone, step.into)


def _floor(shaft: Region, shafts: list[Region], into: list[Region]) -> Region:
    """Return where a shaft ends in a layer and what is etched goes on below it."""
    if shaft.is_empty or not into:
        return regions.EMPTY
    return regions.areal(shaft.difference(shafts[-1]).intersection(into[-1]))


def cut(body: Body, step: Cut, setting: Setting) -> Body:
    """Take away what a tool comes to."""
    if not body.has(step.material):
        other = _other(body, step, setting)
        return other if other is body else cut(other, step, setting)
    materials = None if step.step in SHEARED else [step.material]
    tool, depth = _tool(step, body, setting), setting.value(step.depth)
    low, high = body.heights
    if not depth or (materials is None and depth >= body.extent(step.material)[1] - low):
        return body.cut(tool, materials)
    top = body.extent(step.material)[1]
    above = body.cut(tool, low=top) if materials is None and high > top + LEAST else body
    return _leaning(above, tool, materials, top - depth, top, math.tan(math.radians(setting.value(step.draft))))


_LEAN = 10 * CHORD
"""Lean of a wall [µm], floor to rim, below which it is drawn upright at its rim."""


def _leaning(body: Body, tool: Region, materials: list[str] | None, low: float, top: float, slope: float) -> Body:
    """Return the body with a recess whose walls lean out from floor to rim, in steps."""
    depth = top - low
    if abs(slope * depth) < _LEAN:
        return body.cut(tool, materials, low=low, high=top)
    shares = (*STEPS, 1.0)
    for upper, lower in pairwise(shares):
        # Halfway down a step, so that as much is taken away as by an even wall.
        lean = slope * depth * (upper + lower) / 2
        step = regions.shrink(tool, lean, tolerance=CHORD) if lean > 0 else grown(tool, -lean)
        body = body.cut(chords(step), materials, low=top - lower * depth, high=top - upper * depth)
    return body


def _other(body: Body, step: Cut, setting: Setting) -> Body:
    """Return the body that a tool works on where it is not this one: one set aside, or one that begins with it."""
    found = next((other for other in body.aside.values() if other.has(step.material)), None)
    if found is not None:
        aside = {name: other for name, other in body.aside.items() if other is not found} | {body.base: body}
        return replace(found, aside=aside)
    thickness = setting.value(step.depth) or setting.number(f"{step.material}_thickness")
    if not thickness or step.step == "ablate":
        return body
    begun = Body(body.cell, base=step.material, aside={**body.aside, body.base: body})
    return begun.with_(step.material, body.ground, -thickness, 0.0)


def _tool(step: Cut, body: Body, setting: Setting) -> Region:
    """Return where a tool takes away material, from above; as in the sections."""
    if step.mask is None:
        return body.ground
    half, opened = setting.value(step.kerf) / 2, setting.opened(step, body)
    if setting.plan.drawn.get(step.mask, step.drawn) == "remaining" and half > 0:
        kept = setting.plan.layers.get(step.mask, regions.EMPTY)
        return regions.areal(body.ground.difference(regions.shrink(kept, half, tolerance=CHORD)))
    return opened if step.step in SHEARED else grown(opened, half)


def release(body: Body, step: Assemble, setting: Setting) -> Body:
    """Take off the base, and what stays on it."""
    known = setting.process.technology.materials
    stays = [name for name in body.materials if name in known and known[name].releases]
    return body.dropped([step.material] if step.material else stays)
