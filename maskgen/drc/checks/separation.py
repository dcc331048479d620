"""A shape of one layer is too near a shape of another.

Layers are aligned to each other by a few micrometres at best: what is nearer may touch when it is made. Move the
shapes apart, or make one smaller. Measured is from edge to edge, outside both. Shapes of the two layers that touch are
at distance 0 and found; where they overlap there is no distance, that is what `outside` finds. Shapes of the same
layer are left to `space`.

Edges count as in KLayout: any two less than 90 degrees from opposite. One place is one finding: pairs of edges of the
same shapes that hang together within a square of four limits are told once, with the smallest distance; what hangs
together farther is told about every limit, where it is narrowest. KLayout's `separation` tells each pair, so that two
round pads are found once for every pair of chords, and tells some pairs in several pieces where shapes overlapped
before they were merged. Its `merged` takes these pieces away; what is left are the pairs of which the findings here
consist.

Distances are straight ones (`metric: euclidian`). With `metric: square` two corners are as far apart as the larger of
their distances along and across an edge; with `metric: projection` only edges count that lie opposite each other.

Passes: `{check: separation, layer: PAD, other: LEAD, min: 50}` for a lead 50 um beside a pad, or across it.
Fails: the same for a lead 49.9 um beside a pad, or one that touches its edge.
"""

from collections.abc import Iterator

from maskgen.drc import pairs
from maskgen.drc.kernel import distance
from maskgen.drc.kernel.distance import EdgePairs
from maskgen.drc.params import Area
from maskgen.drc.scene import Scene
from maskgen.drc.violation import Finding


class Params(pairs.Limit):
    """Numbers of one rule, besides its limit."""

    layer: Area
    other: Area


def check(scene: Scene, params: Params) -> Iterator[Finding]:
    """Yield every place that is nearer to the other layer than the limit."""
    yield from pairs.findings(edge_pairs(scene, params), params.min, "{} um apart", metric=params.metric)


def edge_pairs(scene: Scene, params: Params) -> EdgePairs:
    """Return the pairs of edges that leave too little space between two layers."""
    layer, other = scene.merged(params.layer), scene.merged(params.other)
    return distance.separation(layer, other, pairs.to_dbu(params.min), metric=params.metric)
