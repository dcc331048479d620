"""A hole in a shape is too small.

A small hole stays full of etchant or dielectric, or closes when metal grows over its rim; in a mask it does not
develop. Widen the hole or fill it. Counted is all that the hole's outline holds, islands in it too. A bare number is in
the square of the deck's unit, a formula over a technology's numbers in um2.

Passes: `{check: hole_area, layer: PAD, min: 500}` for a hole of 25 um x 20 um.
Fails: the same for a hole of 24.9 um x 20 um.
"""

from collections.abc import Iterator

from maskgen.drc import pairs
from maskgen.drc.kernel import measure
from maskgen.drc.limits import SquareMicrometres
from maskgen.drc.params import Area
from maskgen.drc.params import Params as RuleParams
from maskgen.drc.scene import Scene
from maskgen.drc.violation import Finding

WHOLE = True
"""A hole is judged as a whole, and is one only where the shape around it closes."""


class Params(RuleParams):
    """Numbers of one rule."""

    layer: Area
    min: SquareMicrometres

    @property
    def reach(self) -> float:
        """Return how far beyond a site the check looks [um]."""
        return 0.0


def check(scene: Scene, params: Params) -> Iterator[Finding]:
    """Yield every hole that is too small."""
    holes = measure.holes(scene.merged(params.layer))
    for area, box in zip(pairs.area_in_um2(holes.area).tolist(), holes.boxes, strict=True):
        if area < params.min:
            sentence = f"a hole of {area:.10g} um2, at least {params.min:.10g} um2 wanted"
            yield Finding(sentence, pairs.in_um(box), area, params.min)
