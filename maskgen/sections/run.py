"""The run of a flow along a cut: the part after every step."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

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


def section(process: Process, package: Package, plan: Plan, cut: Cut) -> Section:
    """Return the part along a cut after every step of the flow."""
    setting = _setting(process, package, plan, cut)
    return Section(cut, setting, tuple(_stages(setting)))


class Run:
    """A run that goes on as far as somebody wants to see it, and is done once however many look."""

    def __init__(self, setting: Setting) -> None:
        self.stages: list[Stage] = []
        self._rest = _stages(setting)

    def after(self, steps: int) -> Part:
        """Return the part after so many steps of the flow."""
        self.stages += islice(self._rest, max(0, steps - len(self.stages)))
        return self.stages[steps - 1].part


def begun(process: Process, package: Package, plan: Plan, cut: Cut) -> Run:
    """Return a run along a cut that has not begun."""
    return Run(_setting(process, package, plan, cut))


def _setting(process: Process, package: Package, plan: Plan, cut: Cut) -> Setting:
    """Return the setting along a cut, carried on a little beyond its ends."""
    low, high = cut.span
    beyond = _BEYOND * (high - low)
    return Setting(process, package, plan, cut, (low - beyond, high + beyond))


def _stages(setting: Setting) -> Iterator[Stage]:
    part = Part(setting.span, {})
    for number, step in enumerate(setting.process.technology.flow, start=1):
        found = done(part, number - 1, setting)
        yield Stage(number, step, found.part, part, _differ(part, found.part), found.note)
        part = found.part


def _differ(one: Part, other: Part) -> bool:
    """Tell whether two parts differ by more than rounding."""
    if one.solids.keys() != other.solids.keys():
        return True
    pairs = [(region, other.solids[name]) for name, region in one.solids.items()]
    return any(regions.difference_area(a, b) > _DUST for a, b in pairs if a is not b)
