"""A shape covers too little or too much.

A pad too small peels off or does not hold its bond; metal too large lifts when it cools. Make the shape larger or
smaller, or let it touch its neighbour. Counted are whole shapes after merging, their holes taken off; shapes that meet
at a corner are one. A bare number is in the square of the deck's unit, a formula over
a technology's numbers in um2.

Passes: `{check: area, layer: PAD, min: 1000, max: 9000}` for a pad of 50 um x 20 um.
Fails: the same for a pad of 49.9 um x 20 um, or of 95.1 um x 95.1 um.
"""

from collections.abc import Iterator

from pydantic import model_validator

from maskgen.drc import pairs
from maskgen.drc.kernel import measure
from maskgen.drc.limits import SquareMicrometres
from maskgen.drc.params import Area
from maskgen.drc.params import Params as RuleParams
from maskgen.drc.scene import Scene
from maskgen.drc.violation import Finding

WHOLE = True
"""A shape is judged as a whole, however far it reaches."""


class Params(RuleParams):
    """Numbers of one rule."""

    layer: Area
    min: SquareMicrometres | None = None
    max: SquareMicrometres | None = None

    @property
    def reach(self) -> float:
        """Return how far beyond a site the check looks [um]."""
        return 0.0

    @model_validator(mode="after")
    def _has_limits(self) -> "Params":
        if self.min is None and self.max is None:
            raise ValueError("needs a min or a max")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"no area is at least {self.min:.10g} um2 and at most {self.max:.10g} um2")
        return self


def check(scene: Scene, params: Params) -> Iterator[Finding]:
    """Yield every shape that is too small or too large."""
    polygons = scene.merged(params.layer)
    areas = pairs.area_in_um2(measure.areas(polygons))
    for area, box in zip(areas.tolist(), polygons.boxes, strict=True):
        if params.min is not None and area < params.min:
            sentence = f"{area:.10g} um2, at least {params.min:.10g} um2 wanted"
            yield Finding(sentence, pairs.in_um(box), area, params.min)
        if params.max is not None and area > params.max:
            sentence = f"{area:.10g} um2, at most {params.max:.10g} um2 allowed"
            yield Finding(sentence, pairs.in_um(box), area, params.max)
