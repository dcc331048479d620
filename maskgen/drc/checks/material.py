"""A step works on a material that it cannot work on.

Electrophoretic deposition and plating need a base that conducts; a part that is taken off a mold must stand on what
lets go of it. Choose another material in the technology, or another way to make the step.

Passes: `{check: material, step: fill, conductive: true}` where the flow starts with steel, and
`{check: material, step: place, releases: true}` where a die is placed on a fluoropolymer mask.
Fails: the first where the flow starts with a polymer plate, the second where the mask is an epoxy.
"""

from collections.abc import Iterator
from itertools import takewhile
from typing import Literal

from pydantic import StrictBool

from maskgen.drc.params import Params as RuleParams
from maskgen.drc.violation import Finding
from maskgen.package import Package
from maskgen.technology import Process
from maskgen.technology.flow import Coat, Start, Step
from maskgen.technology.model import Material


class Params(RuleParams):
    """Numbers of one rule."""

    step: Literal["start", "fill", "plate", "place"] = "start"
    conductive: StrictBool | None = None
    """Whether the base must conduct; it must, where a rule asks for nothing else."""
    releases: StrictBool | None = None
    """Whether what was laid last before the step must let go of what is put on it."""


def judge(package: Package, process: Process, params: Params) -> Iterator[Finding]:  # noqa: ARG001
    """Yield what the step works on if it is not what the step needs."""
    flow = process.technology.flow
    step = next((step for step in flow if step.step == params.step), None)
    laid = [step for step in flow if isinstance(step, Start)]
    if step is None or not laid:
        return
    materials = process.technology.materials
    conductive = True if params.conductive is None and params.releases is None else params.conductive
    if conductive is not None:
        base = laid[0].material
        yield from _wrong(params, base, materials.get(base), "conductive", wanted=conductive)
    if params.releases is not None:
        top = _last_laid(list(takewhile(lambda other: other is not step, flow)))
        yield from _wrong(params, top, materials.get(top), "releases", wanted=params.releases)


_WORDS = {
    ("conductive", True): "a base that conducts",
    ("conductive", False): "a base that does not conduct",
    ("releases", True): "a surface that lets go",
    ("releases", False): "a surface that holds",
}


def _wrong(params: Params, name: str, material: Material | None, flag: str, *, wanted: bool) -> Iterator[Finding]:
    """Yield a material whose flag is not as wanted."""
    if material is None or getattr(material, flag) != wanted:
        yield Finding(f"step {params.step!r} needs {_WORDS[flag, wanted]}; {name} is not known to")


def _last_laid(before: list[Step]) -> str:
    """Return the material that was laid over everything last, the base itself if there is none."""
    return next(step.material for step in reversed(before) if isinstance(step, Start | Coat))
