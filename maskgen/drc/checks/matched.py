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
from numpy.typing import NDArray

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
    cores = shapely.buffer(inner, -regions.SLIVER)
    pairs = shapely.STRtree(outer).query(cores, predicate="intersects")
    yield from _odd(outer, np.bincount(pairs[1], minlength=len(outer)), "holds")
    yield from _odd(inner, np.bincount(pairs[0], minlength=len(inner)), "lies in")


def _odd(pieces: NDArray[np.object_], counts: NDArray[np.int64], verb: str) -> Iterator[Finding]:
    """Yield every piece that does not belong to exactly one of the other layer."""
    odd = counts != 1
    for piece, count in zip(pieces[odd], counts[odd].tolist(), strict=True):
        sentence = f"{verb} {count} pieces of the other layer, not one"
        yield Finding(sentence, regions.box_of(piece), float(count), 1.0)
