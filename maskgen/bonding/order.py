"""Cyclic order round a die: contacts and pads in the order in which wires that fan out pass the die edge.

*Side*: 0 below, 1 right, 2 above, 3 left. *Ring*: the box around die and pads. *Ring position*: side plus the fraction
of it, counter-clockwise, 0 to 4. The lines from each die corner to the same corner of the ring part the plane into four
sides; points on one line between the same fractions of die edge and ring edge have one position, so that rows of pads
behind each other come in the order in which a fan of wires reaches them.
"""

import numpy as np
from numpy.typing import NDArray

from maskgen.geometry.regions import Box

Points = NDArray[np.float64]
Numbers = NDArray[np.int64]

NORMALS: Points = np.array([[0.0, -1.0], [1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])
"""Outward normal of each side of a box."""

ALONG: Points = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])
"""Counter-clockwise direction of each side of a box."""

_ROOM = 0.01
"""Least room between die and ring, as a share of the die: a side without pads is still a side."""

_DEEPEST = -0.5
"""How far into the die a fan is followed back, in widths of the room outside; farther in, its lines would meet."""


def depths(points: Points, box: Box) -> Points:
    """Return how far each point lies inside each side of a box, negative outside.

    Parameters
    ----------
    points : (..., 2) ndarray of float
        [µm].

    Returns
    -------
    (..., 4) ndarray of float
        [µm], by side.
    """
    left, bottom, right, top = box
    x, y = points[..., 0], points[..., 1]
    return np.stack([y - bottom, right - x, top - y, x - left], axis=-1)


def ring_around(points: Points, die: Box) -> Box:
    """Return the box around die and pads, with some room on every side.

    Parameters
    ----------
    points : (m, 2) ndarray of float
        Pads [µm].
    """
    room = _ROOM * max(die[2] - die[0], die[3] - die[1])
    low = np.vstack([points, [die[0] - room, die[1] - room]]).min(axis=0)
    high = np.vstack([points, [die[2] + room, die[3] + room]]).max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def ring_positions(points: Points, die: Box, ring: Box) -> Points:
    """Return the ring position of contacts or pads.

    A point outside the die belongs to the side towards which it has come farthest from die to ring, a point inside to
    the nearest side.

    Parameters
    ----------
    points : (n, 2) ndarray of float
        [µm].

    Returns
    -------
    (n,) ndarray of float
        0 to 4, counter-clockwise from the lower left corner.
    """
    inside = depths(points, die)
    room = depths(np.array([[die[0], die[1]], [die[2], die[3]]]), ring)[[0, 1, 1, 0], [0, 1, 2, 3]]
    reached = -inside / room
    outside = (inside < 0).any(axis=1)
    sides = np.where(outside, reached.argmax(axis=1), inside.argmin(axis=1))
    rows = np.arange(len(points))
    step = np.maximum(reached[rows, sides], _DEEPEST)
    before, after = (sides - 1) % 4, (sides + 1) % 4
    behind = inside[rows, before] + step * room[before]
    width = inside[rows, before] + inside[rows, after] + step * (room[before] + room[after])
    return np.asarray(sides + np.clip(behind / np.maximum(width, 1e-9), 0.0, 1.0))


def cyclic_order(positions: Points, nets: Numbers | None = None) -> Numbers:
    """Return the indices that sort ring positions, the widest gap left between last and first.

    Equal positions keep their order.

    Parameters
    ----------
    positions : (n,) ndarray of float
        Ring positions.
    nets : (n,) ndarray of int
        Where given, the cut lies between different numbers if there are any.
    """
    ranked = np.argsort(positions, kind="stable")
    if len(ranked) < 2:
        return ranked
    gaps = np.diff(positions[ranked], append=positions[ranked[0]] + 4.0)
    if nets is not None:
        gaps[nets[ranked] == np.roll(nets[ranked], -1)] -= 4.0
    return np.roll(ranked, -(int(gaps.argmax()) + 1))
