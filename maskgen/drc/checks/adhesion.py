"""A deposit sticks to what it must come off.

Metal is deposited on a mandrel to be taken off again: where it sticks, the part tears or bends, and the mandrel is
lost. The pairs of materials of which the deposit comes off are the technology's `non_adherent`; what counts is the
metal that lies on the mandrel, and the last conducting layer below it. Deposit another metal first, coat the mandrel,
or list the pair once it is proven.

Passes: `{check: adhesion, step: plate}` for copper on steel where `non_adherent` lists `[steel, copper]`.
Fails: the same for copper on copper, or on a base that the technology does not list.
"""

from collections.abc import Iterator
from itertools import takewhile
from typing import Literal

from maskgen import expressions
from maskgen.drc.params import Params as RuleParams
from maskgen.drc.violation import Finding
from maskgen.package import Package
from maskgen.technology import Process
from maskgen.technology.flow import Coat, Plate, Start, Step


class Params(RuleParams):
    """Numbers of one rule."""

    step: Literal["plate"] = "plate"
    """The step whose deposit must come off: the first of its kind."""


def judge(package: Package, process: Process, params: Params) -> Iterator[Finding]:  # noqa: ARG001
    """Yield the pair of materials if it is not known to come apart."""
    flow = process.technology.flow
    plate = next((step for step in flow if isinstance(step, Plate)), None)
    if plate is None:
        return
    surface = _surface(list(takewhile(lambda step: step is not plate, flow)), process)
    metals = (metal for metal, thickness in plate.stack.items() if expressions.number(thickness, process.numbers) > 0)
    metal = next(metals, None)
    if metal is not None and (surface, metal) not in process.technology.non_adherent:
        yield Finding(f"{metal} on {surface or 'nothing'} is not known to come off")


def _surface(before: list[Step], process: Process) -> str:
    """Return the last conducting material that was laid over everything, the base itself if there is none."""
    materials = process.technology.materials
    laid = [step.material for step in before if isinstance(step, Start | Coat)]
    conducting = [name for name in laid if name in materials and materials[name].conductive]
    return conducting[-1] if conducting else next(iter(laid), "")
