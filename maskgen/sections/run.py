"""The run of a flow along a cut: the part after every step."""

from collections.abc import Iterator
from dataclasses import dataclass

from maskgen.geometry import regions
from maskgen.package import Package
from maskgen.sections.part import Part
from maskgen.sections.plan import Cut, Plan
from maskgen.sections.setting import Setting
from maskgen.sections.steps import done
from maskgen.technology import Process, Step

_BEYOND = 0.03
"""Share of a cut that is simulated beyond each of its ends, and not shown."""
_DUST = 1e-3
"""Area [µm²] below which a change is rounding."""


@dataclass(frozen=True, eq=False)
class Stage:
    """The part after one step.

    Parameters
    ----------
    number
        Of the step in the flow, from 1.
    before
        The part that the step found.
    changed
        Whether the step changed the part along the cut.
    note
        What was assumed, or why nothing changed.
    """

    number: int
    step: Step
    part: Part
    before: Part
    changed: bool
    note: str


@dataclass(frozen=True, eq=False)
class Section:
    """All stages along one cut."""

    cut: Cut
    setting: Setting
    stages: tuple[Stage, ...]

    @property
    def shown(self) -> tuple[Stage, ...]:
        """Return the stages that change the part."""
        return tuple(stage for stage in self.stages if stage.changed)


def section(process: Process, package: Package, plan: Plan, cut: Cut, *, steps: int | None = None) -> Section:
    """Return the part along a cut after every step of the flow.

    Parameters
    ----------
    steps
        How many steps of the flow to do; all by default.
    """
    low, high = cut.span
    beyond = _BEYOND * (high - low)
    setting = Setting(process, package, plan, cut, (low - beyond, high + beyond))
    return Section(cut, setting, tuple(_stages(setting, steps)))


def _stages(setting: Setting, steps: int | None) -> Iterator[Stage]:
    part = Part(setting.span, {})
    for number, step in enumerate(setting.process.technology.flow[:steps], start=1):
        found = done(part, number - 1, setting)
        yield Stage(number, step, found.part, part, _differ(part, found.part), found.note)
        part = found.part


def _differ(one: Part, other: Part) -> bool:
    """Tell whether two parts differ by more than rounding."""
    if one.solids.keys() != other.solids.keys():
        return True
    pairs = [(region, other.solids[name]) for name, region in one.solids.items()]
    return any(regions.difference_area(a, b) > _DUST for a, b in pairs if a is not b)
