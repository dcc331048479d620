"""Excess: what must not be there, told piece by piece."""

from collections.abc import Iterator

import numpy as np
import shapely

from maskgen.drc.scene import Scene
from maskgen.drc.violation import Finding
from maskgen.geometry.regions import Region


def told(scene: Scene, excess: Region, what: str) -> Iterator[Finding]:
    """Yield every piece of a region as a finding that its area [µm²] is too large.

    Parameters
    ----------
    what
        What the area does, as the sentence says it.
    """
    pieces = np.asarray(scene.pieces(excess), dtype=object)
    boxes, sizes = shapely.bounds(pieces).tolist(), shapely.area(pieces).tolist()
    points = shapely.get_coordinates(shapely.point_on_surface(pieces)).tolist()
    for (left, bottom, right, top), size, (x, y) in zip(boxes, sizes, points, strict=True):
        yield Finding(f"{size:.4g} um2 {what}", (left, bottom, right, top), size, 0.0, at=(x, y))
