"""Two shapes of a layer are too near each other.

Metal grows together, resist between them washes away, etchant does not reach the bottom. Move the shapes apart, or
make them smaller. Touching shapes are one shape and have no space.

Passes: `{check: space, layer: PAD_BUILT, min: 100}` for pads 100 um apart.
Fails: the same for pads 99.9 um apart, also corner to corner.
"""

from collections.abc import Iterator

import shapely

from maskgen.drc.params import Amount, Area
from maskgen.drc.params import Params as RuleParams
from maskgen.drc.scene import Scene
from maskgen.drc.violation import Finding
from maskgen.geometry import regions


class Params(RuleParams):
    """Numbers of one rule."""

    layer: Area
    min: Amount

    @property
    def reach(self) -> float:
        """Return how far beyond a site the check looks [um]."""
        return self.min


def check(scene: Scene, params: Params) -> Iterator[Finding]:
    """Yield every pair of pieces that are nearer than the limit."""
    pieces = regions.polygons(regions.merge([scene.region(params.layer)]))
    if len(pieces) < 2:
        return
    first, second = shapely.STRtree(pieces).query(pieces, predicate="dwithin", distance=params.min)
    one, other = pieces[first[first < second]], pieces[second[first < second]]
    distances = shapely.distance(one, other)
    lines = shapely.shortest_line(one, other)
    for distance, line in zip(distances.tolist(), lines, strict=True):
        if distance < params.min - regions.SLIVER:
            sentence = f"{distance:.3f} um apart, at least {params.min:g} um wanted"
            yield Finding(sentence, regions.box_of(line), distance, params.min)
