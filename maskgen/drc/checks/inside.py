"""Shapes of one layer stick out of another that must hold them.

A die that overhangs its mounting pad keeps its heat and tilts; a window outside its recess lets metal grow on the land.
Make the outer shape larger, or move the inner one. To ask for a margin, grow the inner layer: `inner: "grow(DIE,
50)"`.

Passes: `{check: inside, inner: DIE, outer: MP}` for a die on its pad, also when both are equal.
Fails: the same for a die that sticks out by 1 um.
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

    inner: Area
    outer: Area

    @property
    def reach(self) -> float:
        """Return how far beyond a site the check looks [um]."""
        return 0.0


def check(scene: Scene, params: Params) -> Iterator[Finding]:
    """Return every piece of the inner layer that the outer does not cover."""
    beyond = regions.difference(scene.region(params.inner), scene.region(params.outer))
    return told(scene, regions.shrink(beyond, regions.SLIVER), "stick out")
