"""Shapes of two layers that belong together do not share a middle.

A terminal beside its via, a hole beside the end of its lead, a tip beside its contact: what overlaps too little does
not conduct, and what stands askew shorts to its neighbour. Move the one onto the other, or correct the run-out.

Passes: `{check: concentric, layer: SPOT, other: VIA, tolerance: 10}` for spots up to 10 um beside their vias.
Fails: the same for a spot 10.1 um beside its via, or one without a via.
"""

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray
from pydantic import Field

from maskgen.drc.params import Amount, Area
from maskgen.drc.params import Params as RuleParams
from maskgen.drc.scene import Scene
from maskgen.drc.violation import Finding
from maskgen.geometry import regions


class Params(RuleParams):
    """Numbers of one rule."""

    layer: Area
    other: Area
    tolerance: Amount = Field(ge=0)
    """Greatest distance [um] between the middles of two shapes that belong together."""

    @property
    def reach(self) -> float:
        """Return how far beyond a site the check looks [um]."""
        return self.tolerance


def check(scene: Scene, params: Params) -> Iterator[Finding]:
    """Yield every shape of the layer whose middle is not that of the nearest shape of the other."""
    shapes, others = (regions.polygons(scene.region(area)) for area in (params.layer, params.other))
    if not len(shapes):
        return
    for shape, distance in zip(shapes, _distances(shapes, others).tolist(), strict=True):
        if distance > params.tolerance + regions.SLIVER:
            sentence = f"its middle is {distance:.3f} um from the other's, at most {params.tolerance:g} um allowed"
            yield Finding(
                sentence if np.isfinite(distance) else "there is no shape of the other layer",
                regions.box_of(shape),
                distance if np.isfinite(distance) else None,
                params.tolerance,
            )


def _distances(shapes: NDArray[np.object_], others: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return the distance [um] from the middle of each shape to the nearest middle of the others."""
    if not len(others):
        return np.full(len(shapes), np.inf)
    own, other = _middles(shapes), _middles(others)
    (first, _), distances = shapely.STRtree(other).query_nearest(own, return_distance=True, all_matches=False)
    found = np.full(len(shapes), np.inf)
    found[first] = distances
    return found


def _middles(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the middle of each shape's outline: of a triangle its centroid, not that of its box."""
    middles: NDArray[np.object_] = shapely.centroid(shapes)
    return middles
