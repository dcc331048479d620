"""Films: what a base begins with, what is laid on it, opened and stripped."""

from dataclasses import replace

import shapely

from maskgen.geometry import regions
from maskgen.sections import fronts
from maskgen.sections.part import Part, columns
from maskgen.sections.setting import Outcome, Setting
from maskgen.technology.flow import Coat, Pattern, Start, Strip

LAND = 35.0
"""Thickness of a board's copper [µm], which nothing says; told in the note of the stage."""
_RESIST = 25.0
"""Thickness of a resist that no step lays [µm]; told in the note of the stage."""


def start(part: Part, step: Start, setting: Setting) -> Outcome:
    """Begin a part; one that was begun before is set aside."""
    aside = {**part.aside, part.base: part} if part.solids else {}
    body = shapely.box(setting.span[0], -setting.value(step.thickness), setting.span[1], 0.0)
    note = f"{part.base} set aside" if part.solids else ""
    return Outcome(Part(setting.span, {step.material: body}, step.material, aside=aside), note)


def coat(part: Part, step: Coat, setting: Setting) -> Outcome:
    """Lay a film that follows the surface, or is embedded in it."""
    thickness = setting.value(step.thickness)
    sunk = _sunk(step, thickness, setting)
    if sunk > 0:
        return Outcome(_embedded(part, step.material, thickness, sunk), f"embedded {sunk:g} um deep")
    film = fronts.reach(part.exposed(), part.air(part.top() + 2 * thickness), across=thickness, along=thickness)
    return Outcome(part.with_(step.material, film))


def _sunk(step: Coat, thickness: float, setting: Setting) -> float:
    """Return how deep a film lies in what it is laid on: a mask that stays stands out by the ``mask_height`` alone."""
    height = setting.number("mask_height")
    strips = {other.material for other in setting.process.technology.flow if other.step == "strip"}
    opens = {getattr(other, "material", "") for other in setting.process.technology.flow if other.step == "pattern"}
    if height is None or step.material in strips or step.material not in opens:
        return 0.0
    return thickness - height


def _embedded(part: Part, material: str, thickness: float, sunk: float) -> Part:
    """Return the part with a film in place of its topmost layer."""
    top = part.top()
    film = shapely.box(part.span[0], top - sunk, part.span[1], top - sunk + thickness)
    displaced = {name: regions.areal(shape.intersection(film)) for name, shape in part.solids.items()}
    return replace(part.without(film).with_(material, film), sunk={**part.sunk, material: displaced})


def laminate(part: Part, step: Coat, setting: Setting) -> Outcome:
    """Lay a film that stays flat and spans what is below."""
    top = part.top()
    film = shapely.box(part.span[0], top, part.span[1], top + setting.value(step.thickness))
    return Outcome(part.with_(step.material, film))


def pattern(part: Part, step: Pattern, setting: Setting) -> Outcome:
    """Develop a film: it goes where the mask is open."""
    known = setting.process.technology.materials
    if not part.has(step.material) and not known[step.material].conductive:
        film = fronts.reach(part.exposed(), part.air(part.top() + 2 * _RESIST), across=_RESIST, along=_RESIST)
        laid = pattern(part.with_(step.material, film), step, setting)
        return Outcome(laid.part, f"no step lays the {step.material}: drawn {_RESIST:g} um thick")
    if not part.has(step.material):
        lands = columns(setting.spans(setting.plan.layers[step.mask]), -LAND, 0.0) if step.mask else regions.EMPTY
        other = Part(part.span, {step.material: lands}, step.material)
        aside = {**part.aside, step.material: other}
        return Outcome(replace(part, aside=aside), "on another part: see where they meet")
    gone = columns(setting.opened(step), *part.heights).intersection(part.solids[step.material])
    opened = part.without(gone, [step.material])
    for name, displaced in part.sunk.get(step.material, {}).items():
        opened = opened.with_(name, regions.areal(displaced.intersection(gone)))
    return Outcome(opened)


def strip(part: Part, step: Strip, setting: Setting) -> Outcome:  # noqa: ARG001
    """Take a film away, wherever it is."""
    return Outcome(part.dropped([step.material]))
