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
    excess = regions.areal(one.difference(regions.grow(other, tolerance)))
    for piece in scene.pieces(regions.shrink(excess, regions.SLIVER)):
        far = float(shapely.distance(_samples(piece), other).max()) if not other.is_empty else None
        sentence = f"{piece.area:.4g} um2 {word}"
        yield Finding(sentence, regions.box_of(piece), far, tolerance, at=regions.point_in(piece))


def _samples(piece: Region) -> NDArray[np.object_]:
    """Return the corners of a piece, points close together along its outline, and its middle."""
    outline = shapely.get_coordinates(shapely.segmentize(piece, piece.length / _POINTS))
    middle = shapely.get_coordinates(shapely.maximum_inscribed_circle(piece, tolerance=0.1))[:1]
    points: NDArray[np.object_] = shapely.points(np.concatenate([outline, middle]))
    return points
