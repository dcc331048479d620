"""Growth: filling recesses, plating, and printing through openings."""

import shapely

from maskgen.geometry import regions
from maskgen.sections import fronts
from maskgen.sections.part import Part, columns
from maskgen.sections.setting import Outcome, Setting
from maskgen.technology.flow import Cut, Fill, Plate

_PRINT = 100.0
_HEIGHTS = {"dispense": 30.0}
"""Height of what is printed and of what is dispensed [µm], where nothing says it; told in the note of the stage."""


def fill(part: Part, step: Fill, setting: Setting) -> Outcome:
    """Fill each recess from its floor, under overhangs too."""
    thickness, surface = setting.value(step.thickness), _surface(part)
    filled = []
    below = shapely.box(part.span[0], part.heights[0], part.span[1], surface)
    for pool in regions.polygons(part.air().intersection(below)):
        left, floor, right, _ = regions.box_of(pool)
        filled.append(part.air(floor + thickness).intersection(shapely.box(left, floor, right, floor + thickness)))
    return Outcome(part.with_(step.material, regions.areal(regions.merge(filled))))


def _surface(part: Part) -> float:
    """Return the height of the surface that recesses are sunk in: the top of the base."""
    return regions.box_of(part.solids[part.base])[3] if part.has(part.base) else part.top()


def plate(part: Part, step: Plate, setting: Setting) -> Outcome:
    """Grow metals on what is bare and conducts, over the mask once it is full."""
    thicknesses = {name: setting.value(formula) for name, formula in step.stack.items()}
    ratio = _growth_ratio(part, step, sum(thicknesses.values()), setting)
    for name, thickness in thicknesses.items():
        bare = part.exposed(conductors(part, setting))
        domain = part.air(part.top() + 2 * thickness)
        grown = fronts.reach(bare, domain, across=max(ratio, 1e-3) * thickness, along=thickness)
        part = part.with_(_metal(name, setting), grown)
    return Outcome(part)


def _growth_ratio(part: Part, step: Plate, total: float, setting: Setting) -> float:
    """Return lateral per vertical growth: what the technology says, else what its overgrowth amounts to."""
    ratio = setting.number("growth_ratio")
    if ratio is not None:
        return ratio
    bare = part.exposed(conductors(part, setting))
    over = total - (part.top() - shapely.bounds(bare)[1]) if not bare.is_empty else 0.0
    wanted = setting.value(step.overgrowth)
    return wanted / over if over > 0 and wanted > 0 else 1.0


def conductors(part: Part, setting: Setting) -> list[str]:
    """Return the materials of the part that metal grows on."""
    known = setting.process.technology.materials
    return [name for name in part.solids if name in known and known[name].conductive]


def metals(setting: Setting) -> list[str]:
    """Return the materials of everything that the flow plates."""
    plated = [step for step in setting.process.technology.flow if isinstance(step, Plate)]
    return list(dict.fromkeys(_metal(name, setting) for step in plated for name in step.stack))


def _metal(name: str, setting: Setting) -> str:
    """Return the material of a layer of a stack: ``gold_top`` is gold."""
    known = setting.process.technology.materials
    return name if name in known else max((m for m in known if name.startswith(m)), key=len, default=name)


def printed(part: Part, step: Cut, setting: Setting) -> Outcome:
    """Put material on the surface through openings; what is dispensed flows into what is below as well."""
    depth = setting.value(step.depth)
    height = depth or _HEIGHTS.get(step.step, _PRINT)
    where = columns(setting.opened(step), part.heights[0], part.top() + height)
    surface, air = part.exposed(), part.air(part.top() + height)
    deposit = regions.areal(fronts.swept(surface, height).intersection(where).intersection(air))
    if step.step == "dispense":
        below = fronts.swept(surface, part.heights[0] - part.heights[1]).intersection(where)
        deposit = regions.merge([deposit, regions.areal(below.difference(part.solid))])
    return Outcome(part.with_(step.material, deposit), "" if depth else f"height not given: drawn {height:g} um")
