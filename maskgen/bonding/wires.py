"""Wires in plan, and what they measure: length, angle, run over the die, crossings.

A *wire* runs from a contact of the die to a pad, or to the mounting pad (a *down-bond*). Segments are arrays of shape
(k, 2, 2): wire, end, coordinate, all in µm. The angle of a wire is that between it and the outward normal of the die
edge that it leaves over (`process.md` 8).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from maskgen.bonding.order import NORMALS, depths
from maskgen.geometry.regions import Box

Point = tuple[float, float]
Values = NDArray[np.float64]
Numbers = NDArray[np.int64]

MOUNTING_PAD = -1
"""Pad number of a down-bond in arrays."""


@dataclass(frozen=True)
class Wire:
    """One wire from a contact to a pad, both by index; `pad` is None for the mounting pad. Ends in µm."""

    contact: int
    pad: int | None
    start: Point
    end: Point


@dataclass(frozen=True, eq=False)
class Departures:
    """How wires leave the die, each of the shape of the wires.

    Parameters
    ----------
    sides : ndarray of int
        Die edge that the wire leaves over: 0 below, 1 right, 2 above, 3 left.
    angles : ndarray of float
        Angle between the wire and that edge's outward normal [deg].
    over_die : ndarray of float
        Length above the die [µm].
    """

    sides: Numbers
    angles: Values
    over_die: Values


def segments_of(wires: Sequence[Wire]) -> Values:
    """Return the (k, 2, 2) ends of wires [µm]."""
    return np.array([(wire.start, wire.end) for wire in wires], dtype=float).reshape(-1, 2, 2)


def pads_of(wires: Sequence[Wire]) -> Numbers:
    """Return the (k,) pad numbers of wires, `MOUNTING_PAD` for down-bonds."""
    return np.array([MOUNTING_PAD if wire.pad is None else wire.pad for wire in wires], dtype=np.int64)


def lengths(starts: Values, ends: Values) -> Values:
    """Return plan lengths [µm] of wires whose ends broadcast to (..., 2).

    Examples
    --------
    >>> lengths(np.array([0.0, 0.0]), np.array([[3.0, 4.0], [0.0, 7.0]])).tolist()
    [5.0, 7.0]
    """
    return np.hypot(ends[..., 0] - starts[..., 0], ends[..., 1] - starts[..., 1])


def departures(starts: Values, ends: Values, die: Box) -> Departures:
    """Return over which die edge wires leave, how steeply, and how far they run above the die.

    A wire that starts outside counts as leaving over the edge beside it; one without length leaves straight.

    Parameters
    ----------
    starts, ends : (..., 2) ndarray of float
        Ends of the wires [µm]; shapes broadcast, so that all pairs cost one call.
    """
    runs = ends - starts
    spans = np.maximum(lengths(starts, ends), 1e-12)
    outward = runs @ NORMALS.T
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.where(outward > 0, np.maximum(depths(starts, die), 0.0) / outward, np.inf)
    sides = shares.argmin(axis=-1)
    leaving = np.take_along_axis(outward, sides[..., None], axis=-1)[..., 0]
    angles = np.degrees(np.arccos(np.clip(leaving / spans, -1.0, 1.0)))
    return Departures(sides, np.where(spans > 1e-9, angles, 0.0), np.minimum(shares.min(axis=-1), 1.0) * spans)


def crossing_pairs(segments: Values, pads: Numbers) -> Numbers:
    """Return which wires cross or touch, by robust predicates.

    Wires of one pad may share its landing point and nothing else.

    Parameters
    ----------
    segments : (k, 2, 2) ndarray of float
        Wires [µm].
    pads : (k,) ndarray of int
        Pad of each, `MOUNTING_PAD` for down-bonds.

    Returns
    -------
    (c, 2) ndarray of int
        Pairs of wires, the lower first, sorted.
    """
    lines = shapely.linestrings(segments)
    pairs: Numbers = shapely.STRtree(lines).query(lines, predicate="intersects").T
    pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    first, second = pairs.T
    landing = (pads[first] == pads[second]) & (segments[first, 1] == segments[second, 1]).all(axis=1)
    crossed: Numbers = pairs[~(landing & shapely.touches(lines[first], lines[second]))]
    return crossed[np.lexsort(crossed.T[::-1])]
