"""A layer as built is not what the steps of the process make.

The section carries out the steps of the flow through the masks as they are written, with the numbers that the steps
say; the as-built layers are computed from the same masks with the expressions beside these steps. Where the two do not
have their edges at the same places, one of them is wrong, and with it all rules that look at the layer. Compared along
the cut through the die and its pads, at edges that are straight and square to it. Mend the number or the expression.

Passes: `{check: section, layer: RECESS, material: [steel], absent: true, level: 0, tolerance: 0.1}` where an etch of 20
um undercut has `makes: {RECESS: "grow(FIRST_MASK, undercut)"}` and the undercut is 20 um.
Fails: the same where the expression grows by any other number.
"""

import math
from collections.abc import Iterator

from pydantic import Field, StrictBool

from maskgen import expressions
from maskgen.drc.params import Amount, Area
from maskgen.drc.params import Params as RuleParams
from maskgen.drc.scene import Scene
from maskgen.drc.violation import Finding
from maskgen.errors import MaskgenError
from maskgen.geometry import regions
from maskgen.package import Package
from maskgen.sections import edges
from maskgen.sections.edges import Edge
from maskgen.sections.plan import Cut, cuts, view_plan
from maskgen.sections.run import section
from maskgen.technology import Process

_MARK = 0.5
"""Half the side [µm] of the box around an edge that is not where it should be."""


class Params(RuleParams):
    """Numbers of one rule."""

    layer: Area
    material: list[str] = Field(min_length=1)
    absent: StrictBool = False
    level: Amount | None = None
    tolerance: Amount


def judge(package: Package, process: Process, params: Params, scene: Scene) -> Iterator[Finding]:
    """Yield edges of a layer that the section has elsewhere, and edges of the section that the layer lacks."""
    region = scene.region(params.layer)
    if region.is_empty:
        return
    plan = view_plan(scene.view.layers, process, regions.box_of(scene.view.domain))
    (cut,) = cuts({}, package, plan)
    last = _maker(process, params)
    part = section(process, package, plan, cut, steps=last + 1).stages[-1].part
    made = edges.built(part, params.material, cut, level=params.level, absent=params.absent)
    drawn = edges.drawn(region, cut)
    reach = _reach(process, last)
    straight = edges.square(region, cut, reach)
    step = process.technology.flow[last].step
    for edge in drawn:
        if any(abs(edge.x - x) < regions.SLIVER for x in straight):
            yield from _apart(
                edge, made, cut, params.tolerance, f"the layer {{}} here, the section after the step {step!r}"
            )
    for edge in made:
        if _gap(edge, drawn) > max(reach, params.tolerance):
            yield _finding(
                edge, None, cut, params.tolerance, f"the section after the step {step!r} {{}} here, the layer"
            )


def _maker(process: Process, params: Params) -> int:
    """Return the number of the last step that makes what the layer is computed from."""
    names = expressions.layers_of(params.layer)
    found = [number for number, step in enumerate(process.technology.flow) if names & step.makes.keys()]
    if not found:
        raise MaskgenError(f"check section: no step makes {' or '.join(sorted(names))}: name as-built layers")
    return found[-1]


def _reach(process: Process, last: int) -> float:
    """Return how far beside the cut anything matters that happens up to a step [µm]."""
    flow = process.technology.flow[: last + 1]
    formulas = [getattr(step, name) for step in flow for name in ("undercut", "overgrowth") if hasattr(step, name)]
    return 1.0 + sum(abs(expressions.number(formula, process.numbers)) for formula in formulas)


def _gap(edge: Edge, others: list[Edge]) -> float:
    """Return how far away the nearest edge of the same sense is [µm], infinite if there is none."""
    return min((abs(other.x - edge.x) for other in others if other.begins == edge.begins), default=math.inf)


def _apart(edge: Edge, made: list[Edge], cut: Cut, tolerance: float, words: str) -> Iterator[Finding]:
    """Yield a finding where the section has no such edge near enough."""
    gap = _gap(edge, made)
    if gap > tolerance:
        yield _finding(edge, gap if math.isfinite(gap) else None, cut, tolerance, words)


def _finding(edge: Edge, gap: float | None, cut: Cut, tolerance: float, words: str) -> Finding:
    """Return a finding at an edge; `words` say what has it and what lacks it, with room for "begins" or "ends"."""
    x, y = cut.place(edge.x)
    box = (round(x - _MARK, 3), round(y - _MARK, 3), round(x + _MARK, 3), round(y + _MARK, 3))
    told = words.format("begins" if edge.begins else "ends")
    away = "nowhere near" if gap is None else f"{gap:.3f} um away, at most {tolerance:g} um allowed"
    return Finding(f"{told} {away}", box, gap, tolerance)
