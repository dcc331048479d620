"""Two shapes of a layer, or two sides of one, are too near each other.

Metal grows together, resist between them washes away, etchant does not reach the bottom. Move the shapes apart, make
them smaller, or let them touch: touching shapes are one shape. Shapes that meet at a corner only are one shape too,
and the gaps beside that corner are found. To look at one shape or at two layers, see `notch` and `separation`.

Measured is from edge to edge, along the shortest line between them. A shape that lies between hides what is behind it:
three lines in a row are two gaps. Between two sides of one shape only edges that really face each other count, so that
a round hole is as wide as its diameter; `facing: false` takes any two edges less than 90 degrees from opposite, as
KLayout does, to which a round hole of up to 1.4 limits is too narrow.

One place is one finding: pairs of edges of the same shapes that hang together within a square of four limits are told
once, with the smallest distance; what hangs together farther is told about every limit, where it is narrowest.
KLayout's `space` tells each pair, so that two round pads are found once for every pair of chords, and tells some pairs
in several pieces where shapes overlapped before they were merged. Its `merged` takes these pieces away; what is left
are the pairs of which the findings here consist.

Distances are straight ones (`metric: euclidian`). With `metric: square` two corners are as far apart as the larger of
their distances along and across an edge; with `metric: projection` only edges count that lie opposite each other.

Passes: `{check: space, layer: PAD_BUILT, min: 100}` for pads 100 um apart.
Fails: the same for pads 99.9 um apart, also corner to corner, and for a slot of 99.9 um in one pad.
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
    """Leave out edges of curves of one shape that do not really face each other."""


def check(scene: Scene, params: Params) -> Iterator[Finding]:
    """Yield every place that leaves less space than the limit."""
    yield from pairs.findings(
        edge_pairs(scene, params), params.min, "{} um apart", metric=params.metric, is_single=True
    )


def edge_pairs(scene: Scene, params: Params) -> EdgePairs:
    """Return the pairs of edges that leave too little space between them."""
    polygons = scene.merged(params.layer)
    return distance.space(polygons, pairs.to_dbu(params.min), metric=params.metric, facing=params.facing)
