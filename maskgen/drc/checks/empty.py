"""Something lies where nothing may be.

Bare base outside the windows, for instance, is plated too, and the stray metal joins the package. Look at the
place: mostly a shape is missing from the layer that should have covered it.

Passes: `{check: empty, layer: "FIELD - SECOND_MASK - PAD_WIN"}` where mask and windows fill the field.
Fails: the same with a window that no longer lies over a hole of the mask.
"""

from collections.abc import Iterator

from maskgen.drc.excess import told
from maskgen.drc.params import Amount, Area
from maskgen.drc.params import Params as RuleParams
from maskgen.drc.scene import Scene
from maskgen.drc.violation import Finding
from maskgen.geometry import regions


class Params(RuleParams):
    """Numbers of one rule."""

    layer: Area
    tolerance: Amount = 0.01
    """Half the width [um] below which a piece is rounding."""

    @property
    def reach(self) -> float:
        """Return how far beyond a site the check looks [um]."""
        return self.tolerance


def check(scene: Scene, params: Params) -> Iterator[Finding]:
    """Return every piece that is there."""
    return told(scene, regions.shrink(scene.region(params.layer), params.tolerance), "that must not be there")
