"""A layer as built is not what the steps of the process make.

The section carries out the steps of the flow through the masks as they are written, with the numbers that the steps
say; the as-built layers are computed from the same masks with the expressions beside these steps. Where the two do not
have their edges at the same places, one of them is wrong, and with it all rules that look at the layer. Compared along
the default cut, through die, pads and both ends of leads, where edges are square to it: what is grown or etched askew
is wider in a cut than it is. `level` is the height of the comparison, from the top of the base; without one the widest
place counts. `within` limits it to some places. Mend the number or the expression.

Passes: `{check: section, layer: RECESS, material: [steel], absent: true, level: 0, tolerance: 0.1}` where an etch of 20
um undercut has `makes: {RECESS: "grow(FIRST_MASK, undercut)"}` and the undercut is 20 um.
Fails: the same where the expression grows by any other number.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, StrictBool

from maskgen import expressions
from maskgen.drc.params import Amount, Area
from maskgen.drc.params import Params as RuleParams
from maskgen.drc.scene import Scene
from maskgen.drc.violation import Finding
from maskgen.errors import MaskgenError
from maskgen.expressions import Expression
from maskgen.geometry import regions
from maskgen.package import Package
from maskgen.sections import edges
from maskgen.sections.edges import Edge
from maskgen.sections.plan import Cut, Plan, Spans, cuts, view_plan
from maskgen.sections.run import begun
from maskgen.technology import Process

Values = NDArray[np.float64]

_MARK = 0.5
"""Half the side [µm] of the box around an edge that is not where it should be."""


class Params(RuleParams):
    """Numbers of one rule."""

    layer: Area
    material: list[str] = Field(min_length=1)
    absent: StrictBool = False
    level: Amount | None = None
    within: Area | None = None
    tolerance: Amount


def judge(package: Package, process: Process, params: Params, scene: Scene) -> Iterator[Finding]:
    """Yield edges of a layer that the section has elsewhere, and edges of the section that the layer lacks."""
    region = scene.region(params.layer)
    last = _maker(process, expressions.substitute(params.layer, scene.derived))
    plan = view_plan(scene.view.layers, process, regions.box_of(scene.view.domain))
    for cut in () if region.is_empty else cuts({}, package, plan):
        told = _Told(process, params, cut, last)
        run = scene.kept.setdefault(cut, begun(process, package, plan, cut))
        made = edges.built(run.after(last + 1), params.material, cut, level=params.level, absent=params.absent)
        oblique = _oblique(plan, process, cut, last)
        pair = _Pair(edges.drawn(region, cut), made, edges.square(region, cut), oblique)
        place = None if params.within is None else cut.spans(scene.region(params.within))
        yield from _compared(pair.within(place, told), told)


@dataclass(frozen=True)
class _Told:
    """What findings along one cut tell of."""

    process: Process
    params: Params
    cut: Cut
    last: int

    @property
    def after(self) -> str:
        """Return the words for the stage that is compared."""
        return f"the section after the step {self.process.technology.flow[self.last].step!r}"

    @property
    def far(self) -> float:
        """Return how far beside the cut anything matters that happens up to that stage [µm]."""
        flow = self.process.technology.flow[: self.last + 1]
        formulas = [getattr(step, name) for step in flow for name in ("undercut", "overgrowth") if hasattr(step, name)]
        return 1.0 + sum(abs(expressions.number(formula, self.process.numbers)) for formula in formulas)


@dataclass(frozen=True, eq=False)
class _Pair:
    """Edges of a layer and edges of the section.

    Parameters
    ----------
    square
        Where edges of the layer are square to the cut [µm].
    oblique
        Where edges of masks are not: what the section makes of them is too wide.
    """

    drawn: list[Edge]
    made: list[Edge]
    square: Values
    oblique: Values

    def within(self, place: Spans | None, told: "_Told") -> "_Pair":
        """Return the edges within a place alone, and none near where the cut steps aside."""
        drawn, made = (
            [edge for edge in found if _lies(edge.x, place) and told.cut.is_clear(edge.x, told.far)]
            for found in (self.drawn, self.made)
        )
        return replace(self, drawn=drawn, made=made)


def _compared(pair: _Pair, told: _Told) -> Iterator[Finding]:
    """Yield edges that one of both has and the other has not within the tolerance."""
    tolerance = told.params.tolerance
    for edge in pair.drawn:
        gap = _gap(edge, pair.made)
        if gap > tolerance and np.any(np.abs(pair.square - edge.x) < regions.SLIVER):
            yield _finding(edge, gap, told, f"the layer {{}} here, {told.after}")
    for edge in pair.made:
        if _gap(edge, pair.drawn) > max(told.far, tolerance) and not np.any(np.abs(pair.oblique - edge.x) < told.far):
            yield _finding(edge, math.inf, told, f"{told.after} {{}} here, the layer")


def _oblique(plan: Plan, process: Process, cut: Cut, last: int) -> Values:
    """Return where edges of the masks of some steps cross a cut obliquely [µm]."""
    names = [str(mask) for step in process.technology.flow[: last + 1] if (mask := getattr(step, "mask", None))]
    found = []
    for region in (plan.layers[name] for name in names if name in plan.layers):
        places, square = np.array([edge.x for edge in edges.drawn(region, cut)]), edges.square(region, cut)
        found.append(places[np.abs(places[:, None] - square).min(axis=1, initial=math.inf) > regions.SLIVER])
    return np.concatenate([np.empty(0), *found])


def _lies(x: float, spans: Spans | None) -> bool:
    """Tell whether a place lies in spans; anywhere, without them."""
    return spans is None or bool(np.any((spans[:, 0] <= x) & (x <= spans[:, 1])))


def _maker(process: Process, layer: Expression) -> int:
    """Return the number of the last step that makes what a layer is computed from."""
    names = expressions.layers_of(layer)
    found = [number for number, step in enumerate(process.technology.flow) if names & step.makes.keys()]
    if not found:
        raise MaskgenError(f"check section: no step makes {' or '.join(sorted(names))}: name as-built layers")
    return found[-1]


def _gap(edge: Edge, others: list[Edge]) -> float:
    """Return how far away the nearest edge of the same sense is [µm], infinite if there is none."""
    return min((abs(other.x - edge.x) for other in others if other.begins == edge.begins), default=math.inf)


def _finding(edge: Edge, gap: float, told: _Told, words: str) -> Finding:
    """Return a finding at an edge; `words` say what has it and what lacks it, with room for "begins" or "ends"."""
    tolerance = told.params.tolerance
    x, y = told.cut.place(edge.x)
    box = (round(x - _MARK, 3), round(y - _MARK, 3), round(x + _MARK, 3), round(y + _MARK, 3))
    sentence = words.format("begins" if edge.begins else "ends")
    away = f"{gap:.3f} um away, at most {tolerance:g} um allowed" if math.isfinite(gap) else "nowhere near"
    return Finding(f"{sentence} {away}", box, gap if math.isfinite(gap) else None, tolerance)
