"""A polygon has too many vertices.

Readers and mask writers refuse or cut polygons with more points than they hold: 8190 in one GDSII record, 199 or 4000
in some older programs. Draw curves with fewer chords, or cut the polygon into parts. Counted are the vertices of each
polygon as it is written, in one outline: each hole adds its own and two for the slit that leads to it.

Passes: `{check: vertices, layer: PAD, max: 8190}` for a circle of 64 chords.
Fails: the same for a plane with 500 holes of 16 chords, which is 4 + 500 x 18 vertices.
"""

from collections.abc import Iterator

import numpy as np
import shapely
from pydantic import Field, StrictInt

from maskgen.drc.params import Area
from maskgen.drc.params import Params as RuleParams
from maskgen.drc.scene import Scene
from maskgen.drc.violation import Finding
from maskgen.geometry import regions

WHOLE = True
"""A polygon counts as a whole, however far it reaches."""

_SLIT = 2
"""Vertices that the slit to a hole repeats."""


class Params(RuleParams):
    """Numbers of one rule."""

    layer: Area
    max: StrictInt = Field(ge=4)

    @property
    def reach(self) -> float:
        """Return how far beyond a site the check looks [um]."""
        return 0.0


def check(scene: Scene, params: Params) -> Iterator[Finding]:
    """Yield every polygon with too many vertices."""
    parts = regions.polygons(scene.region(params.layer))
    if not len(parts):
        return
    rings = 1 + shapely.get_num_interior_rings(parts)
    counts = shapely.get_num_coordinates(parts) - rings + _SLIT * (rings - 1)
    for number in np.flatnonzero(counts > params.max).tolist():
        count = int(counts[number])
        sentence = f"{count} vertices, at most {params.max} allowed"
        yield Finding(sentence, regions.box_of(parts[number]), float(count), float(params.max))
