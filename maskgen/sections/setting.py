"""The setting of a step: the process with its numbers, and the plan along the cut."""

from dataclasses import dataclass

import numpy as np

from maskgen import expressions
from maskgen.geometry.regions import Region
from maskgen.package import Package
from maskgen.sections.part import TOUCH, Part
from maskgen.sections.plan import Cut, Plan, Spans
from maskgen.technology import Process
from maskgen.technology.flow import Cut as CutStep
from maskgen.technology.flow import Pattern


@dataclass(frozen=True, eq=False)
class Setting:
    """What a step is done with.

    Parameters
    ----------
    span
        Ends of the simulated section [µm], a little beyond those of the cut; what lies at an end goes on as it ends.
    """

    process: Process
    package: Package
    plan: Plan
    cut: Cut
    span: tuple[float, float]

    def value(self, formula: str | float) -> float:
        """Return what a formula of a step amounts to."""
        return expressions.number(formula, self.process.numbers)

    def number(self, *names: str) -> float | None:
        """Return the first of some numbers that the technology has."""
        return next((self.process.numbers[name] for name in names if name in self.process.numbers), None)

    def spans(self, region: Region) -> Spans:
        """Return where the cut crosses a region of the plan, carried on beyond the ends of the cut."""
        found = self.cut.spans(region)
        low, high = self.cut.span
        found[:, 0] = np.where(found[:, 0] < low + TOUCH, self.span[0], found[:, 0])
        found[:, 1] = np.where(found[:, 1] > high - TOUCH, self.span[1], found[:, 1])
        return found

    def opened(self, step: Pattern | CutStep) -> Spans:
        """Return where a patterned step works; everywhere, without a mask."""
        if not step.mask:
            return np.array([self.span])
        return self.spans(self.plan.opened(step.mask))


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a step made of the part, and what there is to say of it."""

    part: Part
    note: str = ""
