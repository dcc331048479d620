"""The run of a flow in three dimensions: the site as it is after the last step."""

from collections.abc import Callable, Mapping
from typing import Any

from maskgen.package import Package
from maskgen.sections.part import Part
from maskgen.sections.plan import DEFAULT, Cut, Plan
from maskgen.sections.setting import Setting as CutSetting
from maskgen.sections.steps import is_alternative, side_of
from maskgen.solid import assembly, films, motion, removal
from maskgen.solid.body import Body
from maskgen.solid.setting import Setting, setting
from maskgen.technology import Process

Act = Callable[[Body, Any, Setting], Body]

ACTS: Mapping[str, Act] = {
    "start": films.start,
    "coat": films.coat,
    "deposit": films.coat,
    "laminate": films.laminate,
    "pattern": films.pattern,
    "etch": removal.etch,
    "fill": films.fill,
    "plate": films.plate,
    "strip": films.strip,
    "ablate": removal.cut,
    "drill": removal.cut,
    "mill": removal.cut,
    "rout": removal.cut,
    "saw": removal.cut,
    "stamp": removal.cut,
    "print": films.printed,
    "dispense": films.printed,
    "place": assembly.place,
    "bond": assembly.bond,
    "mould": assembly.mould,
    "release": removal.release,
    "mount": assembly.mount,
    "compress": motion.compress,
    "move": motion.move,
}
"""What each kind of step does; a kind that is not here leaves the body as it is."""


def finished(process: Process, package: Package, plan: Plan, *, steps: int | None = None) -> Body:
    """Return the body of one site after the flow.

    Parameters
    ----------
    plan
        The site from above.
    steps
        How many steps of the flow to do; all by default.
    """
    given = setting(process, package, plan)
    body = Body(plan.cell)
    for number in range(len(process.technology.flow[:steps])):
        body = _done(body, number, given)
    return body


def _done(body: Body, number: int, given: Setting) -> Body:
    """Return what a step of the flow makes of the body; on the bottom it is done upside down."""
    step: Any = given.process.technology.flow[number]
    if is_alternative(step) or step.step not in ACTS:
        return body
    if _side(number, body, given) == "bottom":
        return ACTS[step.step](body.flipped(), step, given).flipped()
    return ACTS[step.step](body, step, given)


def _side(number: int, body: Body, given: Setting) -> str:
    """Return the side that a step works on, as in the sections: the part's base and what is aside decide it."""
    nothing = Part((0.0, 0.0), {})
    part = Part((0.0, 0.0), {}, body.base, aside=dict.fromkeys(body.aside, nothing))
    left, bottom, right, _ = given.plan.cell
    across = Cut(DEFAULT, (left, bottom), (right, bottom))
    return side_of(number, part, CutSetting(given.process, given.package, given.plan, across, across.span))
