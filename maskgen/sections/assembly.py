"""Assembly: dies and parts put on, wires, dielectric around them, parts moved apart, boards."""

from dataclasses import replace

import numpy as np
import shapely

from maskgen.geometry import regions
from maskgen.geometry.regions import Region
from maskgen.package import Bond, PlacedDie
from maskgen.sections.films import LAND
from maskgen.sections.part import Part, columns
from maskgen.sections.plan import Spans
from maskgen.sections.setting import Outcome, Setting
from maskgen.technology.flow import Assemble

DIE = "die"
"""Name of the material of dies, which no technology lists."""
_SEMICONDUCTORS = frozenset({"silicon", "wafer", "chip"})
"""Materials of dies themselves, where a step names no adhesive."""

_BOND_LINE = 25.0
_LOOP = 150.0
_FLAT = 0.125
_BODY = 100.0
_WIRE = 25.0
_BESIDE = 300.0
"""What is drawn where nothing says it [µm]: adhesive under a die, loop over a die, its level share, body over what it
covers, wire. Each is told in the note of its stage. Wires end at most that far beside a cut which shows them."""


def place(part: Part, step: Assemble, setting: Setting) -> Outcome:
    """Put a part on another: one that was set aside, one with a layer of its name, or the dies."""
    if step.material in part.aside:
        return _joined(part, part.aside[step.material])
    if step.material == part.base and part.aside:
        below = list(part.aside.values())[-1]
        return _joined(replace(below, aside=part.aside), part)
    outline = setting.plan.layers.get(step.material.upper())
    if outline is not None:
        said = setting.number(f"{step.material}_height", f"{step.material}_thickness")
        height = setting.value(step.thickness) or said or _BODY
        return Outcome(_set_down(part, step.material, setting.spans(outline), height))
    return _dies(part, step, setting)


def _joined(part: Part, upper: Part) -> Outcome:
    """Put a part that was set aside on this one."""
    rise = part.top() - upper.heights[0]
    left = {name: other for name, other in part.aside.items() if other is not upper and name != part.base}
    for name, shape in upper.moved(rise).solids.items():
        part = part.with_(name, shape)
    return Outcome(replace(part, aside=left))


def _set_down(part: Part, material: str, spans: Spans, height: float) -> Part:
    """Return the part with blocks on it, each as low as it gets."""
    for span in spans:
        low = part.top(np.array([span]))
        part = part.with_(material, shapely.box(span[0], low, span[1], low + height))
    return part


def _dies(part: Part, step: Assemble, setting: Setting) -> Outcome:
    """Put the dies down, each on its adhesive."""
    if part.has(DIE) or step.material == part.base:
        note = f"no step before begins what is placed here with {step.material.replace('_', ' ')}"
        return Outcome(replace(part, placed=()), note)
    line = setting.value(step.thickness) or setting.number("die_bond_line")
    is_die = step.material in _SEMICONDUCTORS
    before = part
    for die in sorted(setting.package.dies, key=lambda die: die.level):
        part = _die(part, die, step.material, 0.0 if is_die else line or _BOND_LINE, setting)
    names = [DIE, *([] if is_die or before.has(step.material) else [step.material])]
    part = replace(part, placed=tuple(names))
    return Outcome(part, "" if line or is_die else f"adhesive drawn {_BOND_LINE:g} um thick")


def _die(part: Part, die: PlacedDie, adhesive: str, line: float, setting: Setting) -> Part:
    """Return the part with one die, its back on the adhesive."""
    for left, right in setting.cut.spans(die.outline).tolist():
        span = np.array([[left, right]])
        present = regions.areal(part.solids.get(adhesive, regions.EMPTY).intersection(columns(span, *part.heights)))
        bed = part if present.is_empty else part.without(present, [adhesive])
        low = bed.top(span)
        under = bed.air(low + line).intersection(shapely.box(left, low - line, right, low + line))
        part = bed.with_(adhesive, regions.areal(under)) if line else bed
        part = part.with_(DIE, shapely.box(left, low + line, right, low + line + die.thickness))
    return part


def bond(part: Part, step: Assemble, setting: Setting) -> Outcome:
    """Draw the wires that end on what is cut, projected on the cut."""
    diameter = setting.number("wire_diameter") or _WIRE
    wires = [_loop(part, bond, setting) for bond in setting.package.bonds if _is_cut(bond, setting)]
    shapes = [shapely.LineString(wire).buffer(diameter / 2, quad_segs=4) for wire in wires]
    free = regions.areal(regions.merge(shapes).difference(part.solid))
    return Outcome(part.with_(step.material, free), f"wires projected; loop drawn {_LOOP:g} um high" if wires else "")


def _is_cut(bond: Bond, setting: Setting) -> bool:
    """Tell whether a wire ends on a pad that the cut goes through."""
    pads = {pad.name: pad.outline for pad in (*setting.package.pads, *setting.package.mounting_pads)}
    outline = pads.get(bond.pad)
    if outline is None or not len(setting.cut.spans(outline)):
        return False
    return abs(setting.cut.beside(bond.end)) < _near(outline)


def _near(outline: Region) -> float:
    """Return how far from the cut a foot on an outline is still shown: on a mounting pad only next to it [µm]."""
    left, bottom, right, top = regions.box_of(outline)
    return min(max(right - left, top - bottom), _BESIDE)


def _loop(part: Part, bond: Bond, setting: Setting) -> list[tuple[float, float]]:
    """Return the loop of a wire by four points: up, level, down to the pad (`process.md` 8)."""
    start, end = setting.cut.along(bond.start), setting.cut.along(bond.end)
    first, last = (part.top(np.array([[x - 1.0, x + 1.0]])) for x in (start, end))
    crest = max(first, last) + _LOOP
    return [(start, first), (start, crest), (start + _FLAT * (end - start), crest), (end, last)]


def mould(part: Part, step: Assemble, setting: Setting) -> Outcome:
    """Cover everything, up to the height of the body."""
    if part.gap is not None:
        low, high = part.gap
        between = shapely.box(part.span[0], low, part.span[1], high).difference(part.solid)
        return Outcome(replace(part.with_(step.material, regions.areal(between)), gap=None))
    height = setting.value(step.thickness) or setting.number("body_height")
    level = height if height else part.top() + _BODY
    # Wires stand before and behind the cut: what they close in the section is not closed.
    body = shapely.box(part.span[0], part.heights[0], part.span[1], level).difference(part.solid)
    return Outcome(
        part.with_(step.material, regions.areal(body)), "" if height else f"drawn {_BODY:g} um over all else"
    )


def move(part: Part, step: Assemble, setting: Setting) -> Outcome:
    """Move what was put on last away from the rest; leads that join them are left where they lie."""
    lift = setting.value(step.thickness)
    rest = part.dropped(part.placed)
    if not part.placed or not rest.solids or not any(part.has(name) for name in part.placed):
        return Outcome(part, "nothing here was put on that could be moved")
    placed = part.covers(part.placed)
    is_above = regions.box_of(placed)[1] > rest.heights[0]
    apart = part
    for name in part.placed:
        if part.has(name):
            shape = regions.move(part.solids[name], 0.0, lift if is_above else -lift)
            apart = apart.dropped([name]).without(shape).with_(name, shape)
    _, low, _, high = regions.box_of(placed)
    floor, roof = _surfaces(rest)
    gap = (roof, low + lift) if is_above else (high - lift, floor)
    return Outcome(replace(apart, gap=gap), "leads that bend between the two are not drawn")


def _surfaces(part: Part) -> tuple[float, float]:
    """Return the bottom and the top of a part's base, of the whole part where it has lost it [µm]."""
    if not part.has(part.base):
        return part.heights
    _, low, _, high = regions.box_of(part.solids[part.base])
    return low, high


def mount(part: Part, step: Assemble, setting: Setting) -> Outcome:  # noqa: ARG001
    """Put the part on the lands of a board."""
    boards = {name: other for name, other in part.aside.items() if other.heights == (-LAND, 0.0)}
    low = part.heights[0]
    for name, board in boards.items():
        for shape in board.moved(low).solids.values():
            part = part.with_(name, shape)
    return Outcome(part, f"lands of the board drawn {LAND:g} um thick" if boards else "")
