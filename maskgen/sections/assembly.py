"""Assembly: dies and parts put on, wires, dielectric around them, boards."""

from dataclasses import replace

import numpy as np
import shapely

from maskgen.geometry import regions
from maskgen.geometry.regions import Region
from maskgen.package import Bond, PlacedDie
from maskgen.sections.films import LAND
from maskgen.sections.part import TOUCH, Part, columns
from maskgen.sections.plan import Spans
from maskgen.sections.setting import Outcome, Setting
from maskgen.technology.flow import Assemble

DIE = "die"
"""Name of the material of dies, which no technology lists."""
SEMICONDUCTORS = frozenset({"silicon", "wafer", "chip"})
"""Materials of dies themselves, where a step names no adhesive."""

JOINTS = {False: "die_bond_line", True: "contact_height"}
"""Number that says how high a die stands: over its back on adhesive, over its contacts on what conducts."""

BOND_LINE = 25.0
LOOP = 150.0
FLAT = 0.125
BODY = 100.0
WIRE = 25.0
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
        height = setting.value(step.thickness) or said or BODY
        return Outcome(_set_down(part, step.material, setting.spans(outline), height))
    return _dies(part, step, setting)


def _joined(part: Part, upper: Part) -> Outcome:
    """Put a part that was set aside on this one, as low as it gets."""
    left = {name: other for name, other in part.aside.items() if other.base not in (upper.base, part.base)}
    set_down = upper.moved(fall(part.solid, upper.solid))
    for name, shape in set_down.solids.items():
        part = part.with_(name, shape)
    return Outcome(replace(part, aside=left, placed=(set_down.solid,)))


def fall(lower: Region, upper: Region) -> float:
    """Return how far a region is moved up [µm] so that it lies on another; down where it is negative."""
    places = np.unique(np.concatenate([shapely.get_coordinates(lower)[:, 0], shapely.get_coordinates(upper)[:, 0]]))
    near = np.unique(np.round(np.concatenate([places - TOUCH, places + TOUCH]), 4))
    _, bottom, _, top = regions.box_around([regions.box_of(lower), regions.box_of(upper)]) or (0.0, 0.0, 0.0, 0.0)
    lines = shapely.linestrings([[(x, bottom - 1.0), (x, top + 1.0)] for x in near.tolist()])
    highest = shapely.bounds(shapely.intersection(lines, lower))[:, 3]
    lowest = shapely.bounds(shapely.intersection(lines, upper))[:, 1]
    return float(np.nanmax(highest - lowest, initial=-np.inf, where=~np.isnan(highest - lowest)))


def _set_down(part: Part, material: str, spans: Spans, height: float) -> Part:
    """Return the part with blocks on it, each as low as it gets."""
    for span in spans:
        low = part.top(np.array([span]))
        part = part.with_(material, shapely.box(span[0], low, span[1], low + height))
    return part


def _dies(part: Part, step: Assemble, setting: Setting) -> Outcome:
    """Put the dies down, each on its adhesive or on its contacts; a wafer whole."""
    if part.has(DIE) or step.material == part.base:
        note = f"no step before begins what is placed here with {step.material.replace('_', ' ')}"
        return Outcome(replace(part, placed=()), note)
    before, note = part.solid, ""
    if step.material in SEMICONDUCTORS:
        thickness = max((die.thickness for die in setting.package.dies), default=0.0)
        part = _set_down(part, step.material, np.array([part.span]), thickness)
    else:
        known = setting.process.technology.materials[step.material]
        line = setting.value(step.thickness) or setting.number(JOINTS[known.conductive])
        for die in sorted(setting.package.dies, key=lambda die: die.level):
            part = _die(part, die, step.material, line or BOND_LINE, setting)
        note = "" if line else f"adhesive drawn {BOND_LINE:g} um thick"
    placed = regions.areal(part.solid.difference(before))
    return Outcome(replace(part, placed=(*part.placed, placed)), note)


def _die(part: Part, die: PlacedDie, joint: str, line: float, setting: Setting) -> Part:
    """Return the part with one die: its back on adhesive, or its contacts on what conducts."""
    is_bump = setting.process.technology.materials[joint].conductive
    bumps = setting.cut.spans(regions.merge(contact.outline for contact in die.contacts))
    for left, right in setting.cut.spans(die.outline).tolist():
        span = np.array([[left, right]])
        present = regions.areal(part.solids.get(joint, regions.EMPTY).intersection(columns(span, *part.heights)))
        bed = part if present.is_empty or is_bump else part.without(present, [joint])
        low = bed.top(bumps if is_bump and len(bumps) else span)
        under = bed.air(low + line).intersection(shapely.box(left, low - line, right, low + line))
        if is_bump:
            under = under.intersection(columns(bumps, low, low + line))
        part = bed.with_(joint, regions.areal(under))
        part = part.with_(DIE, shapely.box(left, low + line, right, low + line + die.thickness))
    return part


def bond(part: Part, step: Assemble, setting: Setting) -> Outcome:
    """Draw the wires that end on what is cut, projected on the cut; what other steps laid is only melted."""
    flow = setting.process.technology.flow
    if any(getattr(other, "material", "") == step.material for other in flow if other.step != "bond"):
        return Outcome(part)
    diameter = setting.number("wire_diameter") or WIRE
    wires = [_loop(part, bond, setting) for bond in setting.package.bonds if _is_cut(bond, setting)]
    shapes = [shapely.LineString(wire).buffer(diameter / 2, quad_segs=4) for wire in wires]
    free = regions.areal(regions.merge(shapes).difference(part.solid))
    return Outcome(part.with_(step.material, free), f"wires projected; loop drawn {LOOP:g} um high" if wires else "")


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
    crest = max(first, last) + LOOP
    return [(start, first), (start, crest), (start + FLAT * (end - start), crest), (end, last)]


def mould(part: Part, step: Assemble, setting: Setting) -> Outcome:
    """Cover everything, up to the height of the body; or fill the gap between parts that were moved apart."""
    if not part.gap.is_empty:
        between = regions.areal(part.gap.difference(part.solid))
        return Outcome(replace(part.with_(step.material, between), gap=regions.EMPTY))
    height = setting.value(step.thickness) or setting.number("body_height")
    level = height if height else part.top() + BODY
    # Wires stand before and behind the cut: what they close in the section is not closed.
    body = shapely.box(part.span[0], part.heights[0], part.span[1], level).difference(part.solid)
    return Outcome(part.with_(step.material, regions.areal(body)), "" if height else f"drawn {BODY:g} um over all else")


def mount(part: Part, step: Assemble, setting: Setting) -> Outcome:  # noqa: ARG001
    """Put the part on the lands of a board."""
    boards = {name: other for name, other in part.aside.items() if other.heights == (-LAND, 0.0)}
    low = part.heights[0]
    for name, board in boards.items():
        for shape in board.moved(low).solids.values():
            part = part.with_(name, shape)
    return Outcome(part, f"lands of the board drawn {LAND:g} um thick" if boards else "")
