"""A shape lies inside another with too little margin around it.

A via that is printed beside its place must still land on its pad; the margin is what alignment may be off. Make the
outer shape larger, or the inner one smaller. Measured is from inner edges that lie inside the outer shape, or on its
edge, out to the edge. What sticks out of it, or lies outside, has no margin to measure: ask for `inside` too.

Edges count as in KLayout: any two less than 90 degrees from opposite. One place is one finding: pairs of edges of the
same shapes that hang together within a square of four limits are told once, with the smallest distance; what hangs
together farther is told about every limit, where it is narrowest. KLayout's `enclosed` tells each pair, so that a
round via is found once for every pair of chords, and tells some pairs in several pieces where shapes overlapped before
they were merged. Its `merged` takes these pieces away; what is left are the pairs of which the findings here consist.

Distances are straight ones (`metric: euclidian`). With `metric: square` two corners are as far apart as the larger of
their distances along and across an edge; with `metric: projection` only edges count that lie opposite each other.

Passes: `{check: enclosure, inner: VIA, outer: PAD, min: 20}` for a via 20 um from all edges of its pad.
Fails: the same for a via 19.9 um from one edge, or for one whose edge is that of the pad.
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

    inner: Area
    outer: Area


def check(scene: Scene, params: Params) -> Iterator[Finding]:
    """Yield every place that has less margin than the limit."""
    yield from pairs.findings(edge_pairs(scene, params), params.min, "enclosed by {} um", metric=params.metric)


def edge_pairs(scene: Scene, params: Params) -> EdgePairs:
    """Return the pairs of edges that leave too little margin."""
    inner, outer = scene.merged(params.inner), scene.merged(params.outer)
    return distance.enclosure(inner, outer, pairs.to_dbu(params.min), metric=params.metric)
