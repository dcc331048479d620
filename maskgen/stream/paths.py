"""Outlines of paths: a spine, a width and how it ends."""

import gdstk
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

_ROUND, _EXTENDED, _OWN = 1, 2, 4
"""Path types of GDSII that are not flush."""
_SCALE = 1e3
"""Kernel units (µm) in those of the points (nm): the tolerance of round ends is meant for µm."""
_TOLERANCE = 1e-3


def path_rings(spine: Points, width: float, kind: int, extensions: tuple[float, float]) -> list[Points]:
    """Return the outlines of a path.

    Parameters
    ----------
    spine : (n, 2) ndarray of float
        Its middle line [nm].
    width
        [nm], more than 0.
    kind
        GDSII path type: 0 flush, 1 round, 2 longer by half the width, 4 by lengths of its own.
    extensions
        By which a path of type 4 is longer at its begin and its end [nm].
    """
    own = extensions[0] / _SCALE, extensions[1] / _SCALE
    ends: object = {_ROUND: "round", _EXTENDED: "extended", _OWN: own}.get(kind, "flush")
    distinct = spine[np.append(True, np.any(np.diff(spine, axis=0) != 0, axis=1))] / _SCALE
    if len(distinct) < 2:
        return _dot(distinct[0], width / _SCALE, kind)
    path = gdstk.FlexPath(distinct, width / _SCALE, ends=ends, simple_path=True, tolerance=_TOLERANCE)
    return [polygon.points * _SCALE for polygon in path.to_polygons()]


def _dot(point: Points, width: float, kind: int) -> list[Points]:
    """Return what a path to where it began covers: its ends, if it has any."""
    if kind == _ROUND:
        return [gdstk.ellipse(point, width / 2, tolerance=_TOLERANCE).points * _SCALE]
    if kind == _EXTENDED:
        return [gdstk.rectangle(point - width / 2, point + width / 2).points * _SCALE]
    return []
