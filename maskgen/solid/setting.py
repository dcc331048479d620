"""The setting of a step in three dimensions: the process with its numbers, and the plan of the site."""

import math
from dataclasses import dataclass, replace
from functools import cached_property

from maskgen import expressions
from maskgen.geometry import regions
from maskgen.geometry.regions import Region
from maskgen.package import Package
from maskgen.sections.plan import Plan
from maskgen.solid.body import CHORD, Body, chords
from maskgen.technology import Process
from maskgen.technology.flow import Cut, Pattern, Plate

_FINENESS = 1.5e-4
"""Greatest error of a chord as a share of a large site's diagonal: less is not seen where the whole site is."""
LEAD_ENDS = frozenset({"LEAD_FIXED", "LEAD_TIP"})
"""Layers of the bulges of leads."""


@dataclass(frozen=True, eq=False)
class Setting:
    """What a step is done with; `plan` has the chords of three dimensions."""

    process: Process
    package: Package
    plan: Plan

    def value(self, formula: str | float) -> float:
        """Return what a formula of a step amounts to."""
        return expressions.number(formula, self.process.numbers)

    def number(self, *names: str) -> float | None:
        """Return the first of some numbers that the technology has."""
        return next((self.process.numbers[name] for name in names if name in self.process.numbers), None)

    def opened(self, step: Pattern | Cut, body: Body) -> Region:
        """Return where a patterned step works; everywhere, without a mask."""
        return self.plan.opened(step.mask) if step.mask else body.ground

    @cached_property
    def metals(self) -> tuple[str, ...]:
        """Return the materials of everything that the flow plates."""
        plated = [step for step in self.process.technology.flow if isinstance(step, Plate)]
        return tuple(dict.fromkeys(self.metal(name) for step in plated for name in step.stack))

    def metal(self, name: str) -> str:
        """Return the material of a layer of a stack: ``gold_top`` is gold."""
        known = self.process.technology.materials
        return name if name in known else max((m for m in known if name.startswith(m)), key=len, default=name)

    @cached_property
    def conductors(self) -> frozenset[str]:
        """Return the materials that metal grows on."""
        return frozenset(name for name, entry in self.process.technology.materials.items() if entry.conductive)


def setting(process: Process, package: Package, plan: Plan) -> Setting:
    """Return the setting of a flow, with only the layers that it uses, and few chords in them."""
    used = {step.mask for step in process.technology.flow if isinstance(step, Pattern | Cut) and step.mask}
    used |= {str(getattr(step, "material", "")).upper() for step in process.technology.flow} | LEAD_ENDS
    left, bottom, right, top = plan.cell
    error = max(CHORD, _FINENESS * math.hypot(right - left, top - bottom))
    layers = {name: chords(region, error) for name, region in plan.layers.items() if name in used}
    dies = tuple(replace(die, outline=chords(regions.areal(die.outline), error)) for die in package.dies)
    return Setting(process, replace(package, dies=dies), replace(plan, layers=layers))
