"""Paths: the middle line of a neck from its fixed end to its tip, as a polyline whose arcs are inscribed chords."""

import math

import numpy as np

from maskgen.geometry import regions
from maskgen.leads.model import Values
from maskgen.physics import domain, leads

Point = tuple[float, float]

LONGEST_S = math.pi / 2
"""Length of an S of two half circles, per span: more needs more bows than two (`process.md` 3.1, T3.4)."""

_HALVINGS = 60
_EXTRA = 1e-6
"""By how much an S is drawn longer [µm], so that rounding leaves it long enough."""
_STRAIGHT = 1e-9
_SAME = 1e-9


def straight(fixed: Point, tip: Point) -> Values:
    """Return the (2, 2) path straight from the fixed end to the tip [µm]."""
    return np.array([fixed, tip], dtype=float)


def s_length(span: float, *, lift: float = 0.0, slack: float = 0.0, shift: float = 0.0) -> float:
    """Return how long a lead must be [µm] to rise without kinks, and by a fraction longer than it is when taut.

    Parameters
    ----------
    span, lift, shift
        Plan distance of the ends, height of the rise, and shift of the tip towards the fixed end [µm]
        (`process.md` 3.1).
    slack
        Least fraction by which the length exceeds the chord after the rise.

    Returns
    -------
    float
        No less than the span, which a lead has to cover before it rises.
    """
    run = float(leads.run(span, shift))
    return max(span, float(leads.chord(run, lift)) * (1 + slack), float(leads.smooth_length(run, lift)))


def s_shape(fixed: Point, tip: Point, *, length: float, tolerance: float = regions.ARC_TOLERANCE) -> Values:
    """Return a path of two equal arcs that bow to either side of the span (`process.md` 3.1).

    Parameters
    ----------
    length
        Developed length [µm], from the span to `LONGEST_S` of it; that of the chords, but for the longest.
    tolerance
        Chord error of the arcs [µm].

    Returns
    -------
    (n, 2) ndarray of float
        Turned by half a turn about its middle it is the same path.
    """
    start, end = np.array(fixed, dtype=float), np.array(tip, dtype=float)
    span = float(np.hypot(*(end - start)))
    domain.positive("um", span=span)
    half = _half_angle(length, span)
    if half < _STRAIGHT:
        return straight(fixed, tip)
    count, needed = 0, _chords_of(span, half, tolerance)
    while count < needed:  # chords are shorter than their arcs: those of longer ones may have to be more
        count = needed
        half = _half_angle(length + _EXTRA, span, count)
        needed = _chords_of(span, half, tolerance)
    along = (end - start) / span
    path: Values = start + _bows(span, half, count) @ np.array([along, [-along[1], along[0]]])
    path[0], path[-1] = start, end
    return path


def _bows(span: float, half: float, count: int) -> Values:
    """Return two arcs of half an included angle [rad] along the x axis, each of some chords."""
    radius = span / 4 / math.sin(half)
    angles = np.linspace(-half, half, count + 1)
    bow = np.stack([span / 4 + radius * np.sin(angles), radius * (np.cos(angles) - math.cos(half))], axis=1)
    return np.concatenate([bow, (np.array([span, 0.0]) - bow)[-2::-1]])


def _chords_of(span: float, half: float, tolerance: float) -> int:
    """Return how many chords either of two arcs of half an included angle [rad] needs."""
    return _chords(2 * half, span / 4 / math.sin(half), tolerance)


def bent(points: Values, corner: float, *, tolerance: float = regions.ARC_TOLERANCE) -> Values:
    """Return a polyline with round corners.

    Parameters
    ----------
    points : (n, 2) ndarray of float
        Corners [µm]; the first and the last are the ends.
    corner
        Radius of the bends [µm]; smaller where the sides of a corner are too short for it.
    tolerance
        Chord error of the arcs [µm].

    Returns
    -------
    (m, 2) ndarray of float
    """
    points = without_repeats(points)
    steps = np.diff(points, axis=0)
    sizes = np.hypot(steps[:, 0], steps[:, 1])
    ways = steps / sizes[:, None]
    rooms = np.minimum(sizes[:-1], sizes[1:]) / 2
    if len(sizes) > 1:  # the ends need no share of their sides
        rooms[0] = min(sizes[0], sizes[1] / 2) if len(sizes) > 2 else min(sizes)
        rooms[-1] = min(sizes[-2] / 2, sizes[-1]) if len(sizes) > 2 else min(sizes)
    bends = [
        _bend(points[number + 1], ways[number], ways[number + 1], (corner, rooms[number]), tolerance)
        for number in range(len(sizes) - 1)
    ]
    return without_repeats(np.concatenate([points[:1], *bends, points[-1:]]))


def arc(centre: Values, start: Values, end: Values, *, tolerance: float, is_long: bool = False) -> Values:
    """Return the chords of a circle from one of its points to another.

    Parameters
    ----------
    is_long
        Counter-clockwise however far that is; else the shorter way.

    Returns
    -------
    (n, 2) ndarray of float
        Both ends with them [µm].
    """
    first, last = start - centre, end - centre
    turn = math.atan2(first[0] * last[1] - first[1] * last[0], float(first @ last))
    turn = turn % (2 * math.pi) if is_long else turn
    radius = float(np.hypot(*first))
    angles = math.atan2(first[1], first[0]) + np.linspace(0.0, turn, _chords(abs(turn), radius, tolerance) + 1)
    points: Values = centre + radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    points[0], points[-1] = start, end
    return points


def _bend(corner: Values, before: Values, after: Values, size: tuple[float, float], tolerance: float) -> Values:
    """Return the chords of one corner, of a radius or what its room [µm] along either side allows."""
    turn = math.atan2(before[0] * after[1] - before[1] * after[0], float(before @ after))
    if abs(turn) < _STRAIGHT:
        return np.empty((0, 2))
    wanted, room = size
    leg = min(wanted * math.tan(abs(turn) / 2), room)
    inwards = math.copysign(leg / math.tan(abs(turn) / 2), turn) * np.array([-before[1], before[0]])
    start = corner - leg * before
    return arc(start + inwards, start, corner + leg * after, tolerance=tolerance)


def _half_angle(length: float, span: float, count: int | None = None) -> float:
    """Return half the included angle [rad] of either arc of some length together, or of the chords that each has."""
    if count is None and not span * (1 - _STRAIGHT) <= length <= span * LONGEST_S * (1 + _STRAIGHT):
        limits = f"from its span, {span:g} um, to that of two half circles, {span * LONGEST_S:g} um"
        raise ValueError(f"the length of an S must be {limits}, got {length:g} um")
    low, high = 0.0, math.pi / 2
    for _ in range(_HALVINGS):
        half = (low + high) / 2
        arc = half if count is None else count * math.sin(half / count)
        low, high = (half, high) if span * arc < length * math.sin(half) else (low, half)
    return low


def _chords(angle: float, radius: float, tolerance: float) -> int:
    """Return how many chords an arc needs for a chord error (`process.md` 1.3, T1.10)."""
    most = 2 * math.acos(1 - tolerance / radius) if tolerance < radius else math.pi / 2
    return max(1, math.ceil(angle / min(most, math.pi / 2) - _STRAIGHT))


def without_repeats(points: Values) -> Values:
    """Return a polyline (n, 2) without points that repeat the one before."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    kept: Values = points[np.concatenate([[True], steps > _SAME])]
    return kept
