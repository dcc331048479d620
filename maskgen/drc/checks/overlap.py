"""Shapes of two layers overlap too little.

A joint needs some length of both; what overlaps by less comes apart when the layers are aligned badly. Move the shapes
over each other, or lengthen one. Shapes that touch overlap by 0 and are found; shapes that are apart are not: they do
not mean to meet. Measured is from an edge of the one, through what both cover, to the edge of the other that faces it.
How far a shape lies inside another is left to `enclosure`.

Edges count as in KLayout: any two less than 90 degrees from opposite. One place is one finding: pairs of edges of the
same shapes that hang together within a square of four limits are told once, with the smallest distance; what hangs
together farther is told about every limit, where it is narrowest. KLayout's `overlap` tells each pair, so that two
round pads are found once for every pair of chords, and tells some pairs in several pieces where shapes overlapped
before they were merged. Its `merged` takes these pieces away; what is left are the pairs of which the findings here
consist.

Distances are straight ones (`metric: euclidian`). With `metric: square` two corners are as far apart as the larger of
their distances along and across an edge; with `metric: projection` only edges count that lie opposite each other.

Passes: `{check: overlap, layer: PAD, other: MP, min: 10}` for a pad that reaches 10 um over the mounting pad.
Fails: the same for a pad that reaches 9.9 um over it, or that touches it.
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
    """Yield every place that overlaps the other layer by less than the limit."""
    yield from pairs.findings(edge_pairs(scene, params), params.min, "overlapping by {} um", metric=params.metric)


def edge_pairs(scene: Scene, params: Params) -> EdgePairs:
    """Return the pairs of edges that overlap by too little."""
    layer, other = scene.merged(params.layer), scene.merged(params.other)
    return distance.overlap(layer, other, pairs.to_dbu(params.min), metric=params.metric)
