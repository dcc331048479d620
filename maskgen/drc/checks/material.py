"""A step works on a material that it cannot work on.

Electrophoretic deposition and plating need a base that conducts. Choose another material in the technology, or
another way to fill the recesses.

Passes: `{check: material, step: fill, conductive: true}` where the flow starts with steel.
Fails: the same where it starts with a polymer plate.
"""

from collections.abc import Iterator
from typing import Literal

from pydantic import StrictBool

from maskgen.drc.params import Params as RuleParams
from maskgen.drc.violation import Finding
from maskgen.package import Package
from maskgen.technology import Process


class Params(RuleParams):
    """Numbers of one rule."""

    step: Literal["start", "fill", "plate"] = "start"
    conductive: StrictBool = True


def judge(package: Package, process: Process, params: Params) -> Iterator[Finding]:  # noqa: ARG001
    """Yield the base of the flow if its conductivity is not what the step needs."""
    flow = process.technology.flow
    base = next((step for step in flow if step.step == "start"), None)
    if base is None or not any(step.step == params.step for step in flow):
        return
    material = process.technology.materials.get(base.material)
    if material is None or material.conductive != params.conductive:
        needed = "conducts" if params.conductive else "does not conduct"
        yield Finding(f"step {params.step!r} needs a base that {needed}; {base.material} is not known to")
