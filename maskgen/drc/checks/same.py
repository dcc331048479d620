"""Two layers that must be equal differ.

What the process makes must be what was drawn; where the two differ by more than the tolerance, a compensation is
wrong or eats a shape: windows nearer than twice the undercut merge, necks narrower than twice the undercut vanish.
Widen the shape or the gap, or correct the compensation.

Passes: `{check: same, layer: PAD_BUILT, other: PAD, tolerance: 5}` for a pad whose corners came out 4 um round.
Fails: the same for a pad that lost a 12 um wide finger.
"""

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

from maskgen.drc.params import Amount, Area
from maskgen.drc.params import Params as RuleParams
from maskgen.drc.scene import Scene
from maskgen.drc.violation import Finding
from maskgen.geometry import regions
from maskgen.geometry.regions import Region

_POINTS = 100
"""How many points along an outline are measured."""
_PORTION = 1000
"""Pieces that are measured in one go."""


class Params(RuleParams):
    """Numbers of one rule."""

    layer: Area
    other: Area
    tolerance: Amount
    """Greatest distance [um] of the one outline from the other."""

    @property
    def reach(self) -> float:
        """Return how far beyond a site the check looks [um]."""
        return self.tolerance


def check(scene: Scene, params: Params) -> Iterator[Finding]:
    """Yield every place where one layer goes beyond the other, grown by the tolerance."""
    one, other = scene.region(params.layer), scene.region(params.other)
    yield from _beyond(scene, one, other, tolerance=params.tolerance, word="too much")
    yield from _beyond(scene, other, one, tolerance=params.tolerance, word="missing")


def _beyond(scene: Scene, one: Region, other: Region, *, tolerance: float, word: str) -> Iterator[Finding]:
    excess = regions.difference(one, regions.grow(other, tolerance))
    pieces = np.asarray(scene.pieces(regions.shrink(excess, regions.SLIVER)), dtype=object)
    tree = shapely.STRtree(regions.polygons(other))
    for some in np.split(pieces, range(_PORTION, len(pieces), _PORTION)):
        for piece, far in zip(some, _farthest(some, tree), strict=True):
            sentence = f"{piece.area:.4g} um2 {word}"
            yield Finding(sentence, regions.box_of(piece), far, tolerance, at=regions.point_in(piece))


def _farthest(pieces: NDArray[np.object_], tree: shapely.STRtree) -> list[float | None]:
    """Return how far [um] the farthest sample of each piece is from the shapes of a tree, None if that has none."""
    if not len(tree.geometries) or not len(pieces):
        return [None] * len(pieces)
    points, owner = _samples(pieces)
    _, distances = tree.query_nearest(shapely.points(points), return_distance=True, all_matches=False)
    found = np.zeros(len(pieces))
    np.maximum.at(found, owner, distances)
    return [float(far) for far in found]


def _samples(pieces: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return corners of pieces, points close together along their outlines, and their middles; and whose each is."""
    close = shapely.segmentize(pieces, shapely.length(pieces) / _POINTS)
    outline, owner = shapely.get_coordinates(close, return_index=True)
    middle, other = shapely.get_coordinates(shapely.maximum_inscribed_circle(pieces, tolerance=0.1), return_index=True)
    first = np.append(True, np.diff(other) != 0)
    return np.concatenate([outline, middle[first]]), np.concatenate([owner, other[first]])
