"""Outlines in short runs of edges: `kernel.outlines` for large layouts, without an array for each question.

Edge ``e`` of a ring ends at its vertex ``e`` and begins at the next one, so that the inside is on its right.
"""

import numpy as np

from maskgen.drc.kernel.compiled import parting
from maskgen.drc.kernel.outlines import Runs
from maskgen.geometry.polygons import Polygons

_SAMPLE = 1 << 12
"""Edges whose lengths tell the scale of a layout."""
_HALF = 1 << 31
"""Coordinates below which boxes take half the memory; more edges than this do not fit into any."""


def of(polygons: Polygons) -> Runs:
    """Return the edges of polygons in runs; long edges are alone, their boxes would be empty."""
    coords, rings = np.ascontiguousarray(polygons.coords), polygons.rings
    at = np.arange(0, len(coords) - 1, max(len(coords) // _SAMPLE, 1))
    lengths = np.abs(coords[at + 1] - coords[at]).sum(axis=1)
    scale = 16 * int(np.median(lengths)) if len(lengths) else 0
    total = parting.count(coords, rings, scale)
    is_wide = len(coords) and max(-int(coords.min()), int(coords.max())) >= _HALF
    found = Runs(
        coords,
        np.empty(total + 1, dtype=np.int32),
        np.empty(total, dtype=np.int32),
        np.empty((total, 4), dtype=np.int64 if is_wide else np.int32),
        np.empty(total, dtype=np.int32),
        np.zeros((total, 3), dtype=np.uint8),
        *parting.shapes(coords, rings, polygons.polygons),
    )
    written = found.begins, found.after, found.boxes, found.owner, found.directions
    parting.part(coords, rings, polygons.polygons, scale, *written)
    return found
