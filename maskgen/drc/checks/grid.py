"""A vertex does not lie on the grid.

The mask writer rounds what lies between its steps, and shapes that should be equal come out unequal. Snap the shape,
or choose its size and place as multiples of the grid. Vertices are looked at after merging, in coordinates of the
plate; those in the middle of straight edges do not count. The grid is a multiple of the database unit, 0.001 um.

Passes: `{check: grid, layer: PAD, grid: 0.1}` for a pad from 10.1 um to 60.3 um.
Fails: the same for a pad from 10.15 um to 60.3 um.
"""

from collections.abc import Iterator

import numpy as np

from maskgen.drc import pairs
from maskgen.drc.kernel import measure
from maskgen.drc.limits import Step
from maskgen.drc.params import Area
from maskgen.drc.params import Params as RuleParams
from maskgen.drc.scene import Scene
from maskgen.drc.violation import Finding

WHOLE = True
"""Only on the whole plate are coordinates those that are written; around a site's centre they may be off by half."""


class Params(RuleParams):
    """Numbers of one rule."""

    layer: Area
    grid: Step

    @property
    def reach(self) -> float:
        """Return how far beyond a site the check looks [um]."""
        return 0.0


def check(scene: Scene, params: Params) -> Iterator[Finding]:
    """Yield every vertex off the grid."""
    grid = pairs.to_dbu(params.grid)
    found = measure.off_grid(scene.merged(params.layer), grid).coords
    away = np.abs(found - np.floor(found / grid + 0.5).astype(np.int64) * grid).max(axis=1)
    for point, off in zip(found, away.tolist(), strict=True):
        box = pairs.in_um(np.tile(point, 2))
        measured = pairs.length_in_um(off)
        sentence = f"vertex at {box[0]:.3f}, {box[1]:.3f} um is {measured:.3f} um off the grid of {params.grid:g} um"
        yield Finding(sentence, box, measured, 0.0)
