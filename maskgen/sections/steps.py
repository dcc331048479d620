"""Steps: what each kind of step of a flow does to the part in a section, in a table of small functions.

A function takes the part, the step and its setting, and returns what became of the part. A kind that is not in the
table leaves the part as it is, and says so.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeGuard

from maskgen.sections import assembly, films, growth, motion, removal
from maskgen.sections.part import Part
from maskgen.sections.setting import Outcome, Setting
from maskgen.technology import Step
from maskgen.technology.flow import Assemble, Cut, Pattern

Act = Callable[[Part, Any, Setting], Outcome]


def done(part: Part, number: int, setting: Setting) -> Outcome:
    """Return what a step of the flow makes of the part.

    Alternatives to other steps are left out, steps on the bottom are done upside down.

    Parameters
    ----------
    number
        Of the step in the flow, from 0.
    """
    step: Any = setting.process.technology.flow[number]
    if is_alternative(step):
        return Outcome(part, "alternative to steps before it: not done here")
    if side_of(number, part, setting) == "bottom":
        found = ACTS[step.step](part.flipped(), step, setting)
        return Outcome(found.part.flipped(), found.note)
    return ACTS[step.step](part, step, setting)


def is_alternative(step: Step) -> bool:
    """Tell whether a step stands in the flow in place of others that are done."""
    return str(step.note).lower().startswith("alternative")


def side_of(number: int, part: Part, setting: Setting) -> str:
    """Return the side that a step works on.

    A step without a side of its own follows the film that it lays, which is patterned later, or the last patterned step
    before it; what is put on is put where the material lies that bonds it.
    """
    flow = setting.process.technology.flow
    step: Any = flow[number]
    if getattr(step, "side", None):
        return str(step.side)
    if step.step in _FOLLOWING:
        material = getattr(step, "material", "")
        later = [other for other in flow[number + 1 :] if _is_patterned(other) and other.material == material]
        before = [other for other in flow[:number] if _is_patterned(other) and other.step != "print"]
        chosen = later[:1] if later and step.step in _FILMS else before[-1:]
        return chosen[0].side if chosen else "top"
    if step.step == "place" and step.material not in {part.base, *part.aside}:
        bonding = next((other.material for other in flow[number:] if other.step == "bond"), "")
        laid = [other for other in flow[:number] if _is_patterned(other) and other.material == bonding]
        return laid[0].side if laid else "top"
    return "top"


_FILMS = frozenset({"coat", "laminate", "deposit"})
_FOLLOWING = _FILMS | {"etch", "plate", "fill"}


def _is_patterned(step: Step) -> TypeGuard[Pattern | Cut]:
    return isinstance(step, Pattern | Cut) and step.mask is not None and not is_alternative(step)


def _unchanged(part: Part, step: Assemble, setting: Setting) -> Outcome:  # noqa: ARG001
    return Outcome(part)


ACTS: Mapping[str, Act] = {
    "start": films.start,
    "coat": films.coat,
    "deposit": films.coat,
    "laminate": films.laminate,
    "pattern": films.pattern,
    "etch": removal.etch,
    "fill": growth.fill,
    "plate": growth.plate,
    "strip": films.strip,
    "ablate": removal.cut,
    "drill": removal.cut,
    "mill": removal.cut,
    "rout": removal.cut,
    "saw": removal.cut,
    "stamp": removal.cut,
    "print": growth.printed,
    "dispense": growth.printed,
    "place": assembly.place,
    "bond": assembly.bond,
    "mould": assembly.mould,
    "release": removal.release,
    "mount": assembly.mount,
    "compress": motion.compress,
    "move": motion.move,
    "cure": _unchanged,
    "inspect": _unchanged,
}
"""What each kind of step does."""
