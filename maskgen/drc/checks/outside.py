"""Shapes of one layer reach into another that they must stay clear of.

Metal in a saw lane smears and shorts; a pad under the die cannot be bonded. Move the shape, or make the other
smaller. To keep a distance, grow the other layer: `other: "grow(DIE, 100)"`.

Passes: `{check: outside, layer: PAD, other: DIE}` for pads around the die, also when they touch it.
Fails: the same for a pad that overlaps the die by 1 um.
"""

from collections.abc import Iterator

from maskgen.drc.excess import told
from maskgen.drc.params import Area
from maskgen.drc.params import Params as RuleParams
from maskgen.drc.scene import Scene
from maskgen.drc.violation import Finding
from maskgen.geometry import regions


class Params(RuleParams):
    """Numbers of one rule."""

    layer: Area
    other: Area

    @property
    def reach(self) -> float:
        """Return how far beyond a site the check looks [um]."""
        return 0.0


def check(scene: Scene, params: Params) -> Iterator[Finding]:
    """Return every piece that both layers cover."""
    common = regions.intersection(scene.region(params.layer), scene.region(params.other))
    return told(scene, regions.shrink(common, regions.SLIVER), "of the one lie in the other")
