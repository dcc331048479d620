"""Assembly in three dimensions: dies and parts put on, wires, dielectric around them, boards."""

from dataclasses import replace

import shapely

from maskgen.geometry import regions
from maskgen.geometry.regions import Region
from maskgen.package import Bond, PlacedDie
from maskgen.sections.assembly import BODY, BOND_LINE, DIE, FLAT, JOINTS, LOOP, SEMICONDUCTORS, WIRE
from maskgen.sections.films import LAND
from maskgen.solid.body import LEAST, Body, Slab, Wire, chords
from maskgen.solid.setting import Setting
from maskgen.technology.flow import Assemble


def place(body: Body, step: Assemble, setting: Setting) -> Body:
    """Put a part on another: one that was set aside, one with a layer of its name, or the dies."""
    if step.material in body.aside:
        return _joined(body, body.aside[step.material])
    if step.material == body.base and body.aside:
        below = list(body.aside.values())[-1]
        return _joined(replace(below, aside=body.aside), body)
    outline = setting.plan.layers.get(step.material.upper())
    if outline is None:
        return _dies(body, step, setting)
    said = setting.number(f"{step.material}_height", f"{step.material}_thickness")
    height = setting.value(step.thickness) or said or BODY
    for piece in regions.polygons(outline):
        low = body.top(piece)
        body = body.with_(step.material, piece, low, low + height)
    return body


def _joined(body: Body, upper: Body) -> Body:
    """Put a body that was set aside on this one, as low as it gets."""
    rise = max(body.top(slab.region) - slab.low for slab in upper.slabs())
    left = {name: other for name, other in body.aside.items() if other.base not in (upper.base, body.base)}
    set_down = upper.moved(rise)
    return replace(_with_all(body, set_down), aside=left, placed=(tuple(set_down.slabs()),))


def _with_all(body: Body, other: Body) -> Body:
    for slab in other.slabs():
        body = body.with_(slab.material, slab.region, slab.low, slab.high)
    return replace(body, threads=body.threads + other.threads)


def _dies(body: Body, step: Assemble, setting: Setting) -> Body:
    """Put the dies down, each on its adhesive or on its contacts; a wafer whole."""
    if body.has(DIE) or step.material == body.base:
        return replace(body, placed=())
    if step.material in SEMICONDUCTORS:
        thickness, low = max((die.thickness for die in setting.package.dies), default=0.0), body.top()
        wafer = Slab(step.material, body.ground, low, low + thickness)
        return replace(body.with_(step.material, body.ground, low, wafer.high), placed=(*body.placed, (wafer,)))
    is_bump = step.material in setting.conductors
    line = setting.value(step.thickness) or setting.number(JOINTS[is_bump]) or BOND_LINE
    for die in sorted(setting.package.dies, key=lambda die: die.level):
        body = _bumped(body, die, step.material, line) if is_bump else _glued(body, die, step.material, line)
    return body


def _bumped(body: Body, die: PlacedDie, joint: str, line: float) -> Body:
    """Return the body with one die, its contacts on what conducts."""
    outline = regions.areal(die.outline.intersection(body.ground))
    bumps = chords(regions.merge(contact.outline for contact in die.contacts))
    low = body.top(outline if bumps.is_empty else bumps)
    joints = body.with_(joint, bumps, low, low + line) if not bumps.is_empty else body
    return _put(joints, outline, die, low + line, [Slab(joint, bumps, low, low + line)] if not bumps.is_empty else [])


def _put(body: Body, outline: Region, die: PlacedDie, low: float, joints: list[Slab]) -> Body:
    chip = Slab(DIE, outline, low, low + die.thickness)
    return replace(body.with_(DIE, outline, low, chip.high), placed=(*body.placed, (*joints, chip)))


def _glued(body: Body, die: PlacedDie, adhesive: str, line: float) -> Body:
    """Return the body with one die, its back on adhesive."""
    outline = regions.areal(die.outline.intersection(body.ground))
    bed = body.cut(outline, [adhesive])
    low = bed.top(outline)
    bed = bed.split([low - line, low, low + line])
    inside = [low - line - LEAST < layer.low and layer.high < low + line + LEAST for layer in bed.layers]
    under = [
        regions.areal(air.intersection(outline)) if within else regions.EMPTY
        for air, within in zip(bed.open, inside, strict=True)
    ]
    layers = zip(under, bed.layers, strict=True)
    bonds = [Slab(adhesive, shape, layer.low, layer.high) for shape, layer in layers if not shape.is_empty]
    return _put(bed.filled(adhesive, under), outline, die, low + line, bonds)


def bond(body: Body, step: Assemble, setting: Setting) -> Body:
    """Draw the wires; what other steps laid is only melted."""
    flow = setting.process.technology.flow
    if any(getattr(other, "material", "") == step.material for other in flow if other.step != "bond"):
        return body
    diameter = setting.number("wire_diameter") or WIRE
    wires = tuple(Wire(step.material, _loop(body, one, diameter / 2), diameter) for one in setting.package.bonds)
    return replace(body, threads=body.threads + wires)


def _loop(body: Body, bond: Bond, radius: float) -> tuple[tuple[float, float, float], ...]:
    """Return the loop of a wire by four points: up, level, down to the pad (`process.md` 8)."""
    (x0, y0), (x1, y1) = bond.start, bond.end
    first, last = (body.top(shapely.Point(at).buffer(1.0)) + radius for at in (bond.start, bond.end))
    crest = max(first, last) - radius + LOOP
    bend = x0 + FLAT * (x1 - x0), y0 + FLAT * (y1 - y0), crest
    return (x0, y0, first), (x0, y0, crest), bend, (x1, y1, last)


def mould(body: Body, step: Assemble, setting: Setting) -> Body:
    """Cover everything, up to the height of the body; or fill the gap between parts that were moved apart."""
    if body.gap:
        for slab in body.gap:
            body = body.with_(step.material, slab.region, slab.low, slab.high)
        return replace(body, gap=())
    height = setting.value(step.thickness) or setting.number("body_height")
    return body.with_(step.material, body.ground, body.heights[0], height or body.top() + BODY)


def mount(body: Body, step: Assemble, setting: Setting) -> Body:  # noqa: ARG001
    """Put the part on the lands of a board."""
    low = body.heights[0]
    for board in body.aside.values():
        if board.heights == (-LAND, 0.0):
            body = _with_all(body, board.moved(low))
    return body
