"""A shape is too narrow somewhere.

A window too narrow does not plate or etch to its depth; a line of resist too narrow washes away. Widen the shape, or
give the neck between two wide parts straight sides. Shapes that touch are merged first, so that a seam between them is
no edge. A tip of less than 80 degrees is narrow by nature: cut it off.

What is measured runs through the inside, between two edges that face each other. On a curve only points on opposite
sides do, so that a disc is as wide as its diameter and a bent lead as wide as it is; of what is drawn with chords the
chords count: 64 corners on a circle of 50 um leave 49.94 um between opposite sides. `facing: false` measures as
KLayout does, between any two edges less than 90 degrees from opposite: two sides of a disc a third of a turn apart are
then a narrow place, so that a disc of up to 1.4 limits is too narrow. Rectangles and octilinear shapes are measured
alike by both.

One place is one finding: pairs of edges that hang together within a square of four limits are told once, with the
smallest distance; what hangs together farther is told about every limit, where it is narrowest. KLayout's `width`
tells each pair, so that a small disc is found once for every pair of chords, and tells some pairs in several pieces
where shapes overlapped before they were merged. Its `merged` takes these pieces away; what is left are, with `facing:
false`, the pairs of which the findings here consist.

Distances are straight ones (`metric: euclidian`). With `metric: square` two corners are as far apart as the larger of
their distances along and across an edge; with `metric: projection` only edges count that lie opposite each other.

Passes: `{check: width, layer: PAD_WIN, min: 50}` for a window 50 um wide, or a disc whose opposite chords are 50 um
apart.
Fails: the same for a window of 49.9 um, or for a neck of 49.9 um between two wide parts.
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
    """Yield every place that is narrower than the limit."""
    yield from pairs.findings(edge_pairs(scene, params), params.min, "{} um wide", metric=params.metric, is_single=True)


def edge_pairs(scene: Scene, params: Params) -> EdgePairs:
    """Return the pairs of edges that face each other too near, through the inside."""
    polygons = scene.merged(params.layer)
    return distance.width(polygons, pairs.to_dbu(params.min), metric=params.metric, facing=params.facing)
