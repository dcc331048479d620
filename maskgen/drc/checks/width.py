"""A shape is too narrow somewhere.

A window too narrow does not plate or etch to its depth; resist too narrow washes away. Widen the shape.

Passes: `{check: width, layer: PAD_WIN, min: 50}` for a window 50 um wide.
Fails: the same for one of 49.9 um, or for a neck of 49.9 um between two wide parts.
"""

from collections.abc import Iterator

import numpy as np
import shapely

from maskgen.drc.params import Amount, Area
from maskgen.drc.params import Params as RuleParams
from maskgen.drc.scene import Scene
from maskgen.drc.violation import Finding
from maskgen.geometry import regions
from maskgen.geometry.regions import Region

_ROUNDING = 0.01
"""How much narrower [um] than the limit a shape must be, so that chords of arcs are not findings."""
_SLIVER = 0.25
"""Half the width [um] of the slivers that arcs on a grid leave beside what the square reaches."""


class Params(RuleParams):
    """Numbers of one rule."""

    layer: Area
    min: Amount

    @property
    def reach(self) -> float:
        """Return how far beyond a site the check looks [um]."""
        return 2 * self.min


def check(scene: Scene, params: Params) -> Iterator[Finding]:
    """Yield every part of the layer that is lost when its outline moves in by half the limit and out again."""
    region = scene.region(params.layer)
    narrow = regions.shrink(regions.areal(region.difference(_wide(region, params.min))), _SLIVER)
    for piece in scene.pieces(narrow):
        measured = _width_at(piece, region)
        if measured < params.min:
            sentence = f"about {measured:.2f} um wide, at least {params.min:g} um wanted"
            yield Finding(sentence, regions.box_of(piece), measured, params.min)


def _wide(region: Region, width: float) -> Region:
    """Return what is wide enough, with its corners."""
    half = (width - _ROUNDING) / 2
    core = regions.areal(region.buffer(-half, join_style="mitre"))
    return regions.areal(core.buffer(half * 1.0001, join_style="mitre"))


def _width_at(piece: Region, region: Region) -> float:
    """Return the diameter [um] of the largest circle of a layer about the middle or a corner of one of its parts."""
    middle = shapely.get_coordinates(shapely.maximum_inscribed_circle(piece, tolerance=0.1))[:1]
    points = shapely.points(np.concatenate([middle, shapely.get_coordinates(piece)]))
    return 2 * float(shapely.distance(points, region.boundary).max())
