"""Crowding: whether a rule would find more pairs of edges near each other than can be held."""

from dataclasses import replace

import numpy as np

from maskgen.errors import MaskgenError
from maskgen.geometry.polygons import Polygons, extremes

MOST_PAIRS = 200_000_000
"""Pairs of vertices in squares as wide as the limit of a rule: about so many pairs of edges are looked at."""
MOST_TOUCHING = 50_000_000
"""Pairs of shapes over each other that are merged."""
_MOST_SQUARES = 1000
"""Squares along an axis."""
_PORTION = 1 << 20
"""Vertices that are counted in one go."""


def require_sparse(polygons: Polygons, limit: float) -> None:
    """Raise an error if too many vertices [dbu] lie within a limit [dbu] of each other.

    Raises
    ------
    MaskgenError
        With their number: shapes so much smaller than the limit are another layer, or another unit, than was meant.
    """
    if not len(polygons):
        return
    low, high = extremes(polygons.coords)
    extent = high - low + 1
    size = max(limit, float(extent.max()) / _MOST_SQUARES)
    columns, rows = (int(side // size) + 1 for side in extent.tolist())
    counts = np.zeros(columns * rows, dtype=np.int64)
    for begin in range(0, len(polygons.coords), _PORTION):
        x, y = ((polygons.coords[begin : begin + _PORTION].T - low[:, None]) / size).astype(np.int32)
        counts += np.bincount(x * np.int32(rows) + y, minlength=len(counts))
    # Squares larger than the limit are taken to be evenly filled.
    pairs = round(float(counts @ counts) * (limit / size) ** 2)
    if pairs > MOST_PAIRS:
        raise MaskgenError(
            f"about {pairs} pairs of vertices lie within {limit / 1000:g} um of each other, at most {MOST_PAIRS} can be"
            " looked at: the limit is far larger than the shapes"
        )


def require_few_touching(polygons: Polygons) -> None:
    """Raise an error if so many polygons lie over each other that those that touch cannot be listed.

    Raises
    ------
    MaskgenError
        With their number, taken as if all were evenly spread.
    """
    if not len(polygons):
        return
    left, bottom, right, top = replace(polygons).boxes.T  # of a twin, which does not keep them
    width, height = max(float(right.max() - left.min()), 1.0), max(float(top.max() - bottom.min()), 1.0)
    pairs = round(len(left) * float(((right - left) / width * ((top - bottom) / height)).sum()))
    if pairs > MOST_TOUCHING:
        raise MaskgenError(
            f"{len(left)} shapes lie over each other in about {pairs} pairs, at most {MOST_TOUCHING} can be looked at"
        )
