"""Pieces of two layers do not belong to each other one to one.

Each recess needs exactly one ablated window, each pad exactly one window of its own: a pad with none is never
plated, two pads with one common window are one piece of metal. Widen the shape that vanished, or the gap that
closed.

Passes: `{check: matched, inner: COAT_ABLATE, outer: RECESS}` where every recess holds one window.
Fails: the same where a window vanished, was cut in two, or lies across two recesses.
"""

from collections.abc import Iterator

import numpy as np
import shapely

from maskgen.drc.params import Area
from maskgen.drc.params import Params as RuleParams
from maskgen.drc.scene import Scene
from maskgen.drc.violation import Finding
from maskgen.geometry import regions


class Params(RuleParams):
    """Numbers of one rule."""

    inner: Area
    outer: Area

    @property
    def reach(self) -> float:
        """Return how far beyond a site the check looks [um]."""
        return 0.0


def check(scene: Scene, params: Params) -> Iterator[Finding]:
    """Yield every outer piece without exactly one inner piece, and every inner piece that is in no outer one."""
    inner = regions.polygons(scene.region(params.inner))
    outer = regions.polygons(scene.region(params.outer))
    cores = np.array([piece.buffer(-regions.SLIVER) for piece in inner], dtype=object)
    pairs = (
        shapely.STRtree(outer).query(cores, predicate="intersects")
        if len(inner) and len(outer)
        else np.empty((2, 0), int)
    )
    for number, piece in enumerate(outer):
        found = int(np.count_nonzero(pairs[1] == number))
        if found != 1:
            yield Finding(f"holds {found} pieces of the other layer, not one", regions.box_of(piece), float(found), 1.0)
    for number, piece in enumerate(inner):
        found = int(np.count_nonzero(pairs[0] == number))
        if found != 1:
            yield Finding(
                f"lies in {found} pieces of the other layer, not one", regions.box_of(piece), float(found), 1.0
            )
