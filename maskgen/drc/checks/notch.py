"""Two sides of the same shape are too near each other, with a gap between them.

A slot or a hole too narrow does not open in the resist, or closes again when metal grows over its rim. Widen it, or
fill it. Gaps between different shapes are left to `space` and `separation`.

Measured is from edge to edge, through the gap. Only edges that really face each other count, so that a round hole is
as wide as its diameter; `facing: false` measures as KLayout does, between any two edges less than 90 degrees from
opposite: to it, a round hole of up to 1.4 limits is too narrow.

One place is one finding: pairs of edges that hang together within a square of four limits are told once, with the
smallest distance; what hangs together farther is told about every limit, where it is narrowest. KLayout's `notch`
tells each pair, so that a round hole is found once for every pair of chords, and tells some pairs in several pieces
where shapes overlapped before they were merged. Its `merged` takes these pieces away; what is left are, with `facing:
false`, the pairs of which the findings here consist.

Distances are straight ones (`metric: euclidian`). With `metric: square` two corners are as far apart as the larger of
their distances along and across an edge; with `metric: projection` only edges count that lie opposite each other.

Passes: `{check: notch, layer: PAD, min: 80}` for a slot 80 um wide, and for two pads 10 um apart.
Fails: the same for a slot of 79.9 um, or for a hole with a side of 79.9 um.
"""

from collections.abc import Iterator

from pydantic import StrictBool

from maskgen.drc import pairs
from maskgen.drc.kernel import distance
from maskgen.drc.kernel.distance import EdgePairs
from maskgen.drc.params import Area
from maskgen.drc.scene import Scene
from maskgen.drc.violation import Finding


class Params(pairs.Limit):
    """Numbers of one rule, besides its limit."""

    layer: Area
    facing: StrictBool = True
    """Leave out edges of curves that do not really face each other."""


def check(scene: Scene, params: Params) -> Iterator[Finding]:
    """Yield every place that leaves less space within a shape than the limit."""
    yield from pairs.findings(
        edge_pairs(scene, params), params.min, "{} um apart", metric=params.metric, is_single=True
    )


def edge_pairs(scene: Scene, params: Params) -> EdgePairs:
    """Return the pairs of edges that leave too little space between them."""
    polygons = scene.merged(params.layer)
    return distance.notch(polygons, pairs.to_dbu(params.min), metric=params.metric, facing=params.facing)
