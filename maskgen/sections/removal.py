"""Removal: etching, tools that cut, and the release of what was made on a base."""

import math
from dataclasses import replace

import shapely

from maskgen.geometry import regions
from maskgen.geometry.regions import Region
from maskgen.sections import fronts
from maskgen.sections.part import TOUCH, Part, columns
from maskgen.sections.plan import Spans
from maskgen.sections.setting import Outcome, Setting
from maskgen.technology.flow import Assemble, Cut, Etch

SHEARED = frozenset({"saw", "rout", "drill"})
"""Tools that cut through whatever lies in their way."""


def etch(part: Part, step: Etch, setting: Setting) -> Outcome:
    """Move a front into some materials from their open surface, by what it gets round but not through."""
    into, bare = part.covers(step.into), part.exposed(step.into)
    depth, neck = setting.value(step.depth), _neck(step, setting)
    if neck > 0:
        column = fronts.reach(bare, into, across=0.0, along=neck)
        bare = part.without(column, step.into).exposed(step.into).intersection(_below(bare, neck))
        into, depth = regions.areal(into.union(column)), depth - neck
    gone = fronts.reach(bare, into, across=setting.value(step.undercut), along=depth)
    if neck > 0:
        gone = regions.merge([gone, column])
    return Outcome(part.without(gone, step.into), "" if not gone.is_empty else "nothing that is etched is open here")


def _neck(step: Etch, setting: Setting) -> float:
    """Return the depth below the film at which an etch is widest: a shielded front (`process.md` 1.5, model B)."""
    return (setting.number("neck_depth") or 0.0) if "neck" in str(step.undercut) else 0.0


def _below(bare: Region, depth: float) -> Region:
    """Return a thin band at a depth under a surface."""
    return regions.move(bare, 0.0, -depth).buffer(2 * TOUCH)


def cut(part: Part, step: Cut, setting: Setting) -> Outcome:
    """Take away what a tool comes to."""
    if not part.has(step.material):
        other = _other(part, step, setting)
        return other if other.part is part else Outcome(cut(other.part, step, setting).part, other.note)
    materials = None if step.step in SHEARED else [step.material]
    spans, depth = setting.spans(_tool(step, setting)), setting.value(step.depth)
    low, high = part.heights
    top = regions.box_of(part.solids[step.material])[3]
    if depth and not (materials is None and depth >= top - low):
        gone = _leaning(spans, top, depth, math.tan(math.radians(setting.value(step.draft))))
        gone = regions.merge([gone, columns(spans, top, high + 1.0)]) if materials is None else gone
    else:
        gone = columns(spans, low - 1.0, high + 1.0)
    return Outcome(part.without(gone, materials))


def _other(part: Part, step: Cut, setting: Setting) -> Outcome:
    """Return the part that a tool works on where it is not this one: one set aside, or one that begins with it."""
    found = next((other for other in part.aside.values() if other.has(step.material)), None)
    if found is not None:
        aside = {name: other for name, other in part.aside.items() if other is not found} | {part.base: part}
        return Outcome(replace(found, aside=aside), f"on the {found.base}; {part.base} set aside")
    thickness = setting.value(step.depth) or setting.number(f"{step.material}_thickness")
    if not thickness or step.step == "ablate":
        return Outcome(part, f"there is no {step.material} in the part here")
    body = shapely.box(part.span[0], -thickness, part.span[1], 0.0)
    begun = Part(part.span, {step.material: body}, step.material, aside={**part.aside, part.base: part})
    return Outcome(begun, f"begins a part of its own, {thickness:g} um thick; {part.base} set aside")


def _tool(step: Cut, setting: Setting) -> Region:
    """Return where a tool takes away material, from above.

    A lane is drawn as wide as it is cut; a beam cuts half its width beyond the drawn opening; where what remains is
    drawn, the tool runs along its outline, and what it cuts off is gone.
    """
    plan, half = setting.plan, setting.value(step.kerf) / 2
    if step.mask is None:
        return shapely.box(*plan.cell)
    drawn = plan.layers.get(step.mask, regions.EMPTY)
    if plan.drawn.get(step.mask, step.drawn) == "remaining" and half > 0:
        return regions.areal(shapely.box(*plan.cell).difference(regions.shrink(drawn, half)))
    opened = plan.opened(step.mask)
    return opened if step.step in SHEARED else regions.grow(opened, half)


def _leaning(spans: Spans, top: float, depth: float, slope: float) -> Region:
    """Return recesses whose walls lean out from floor to rim, in by half their width at most."""
    found = []
    for left, right in spans.tolist():
        lean = min(slope * depth, (right - left) / 2 - TOUCH)
        floor = [(right - lean, top - depth), (left + lean, top - depth)]
        found.append(shapely.Polygon([(left, top + 1e-6), (right, top + 1e-6), *floor]))
    return regions.merge(found)


def release(part: Part, step: Assemble, setting: Setting) -> Outcome:
    """Take off the base, and what stays on it."""
    known = setting.process.technology.materials
    stays = [name for name in part.solids if name in known and known[name].releases]
    return Outcome(part.dropped([step.material] if step.material else stays))
