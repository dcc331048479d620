"""Bond wires: pitch and gap of slanted wires, fans, length of loops, distances and crossings of many at once.

Every limit belongs to the assembly house; the numbers here are defaults (`process.md` 8). A *segment* is a wire in
plan; arrays of segments have the shape (..., 2, 2): wires, end, coordinate, in µm.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maskgen.physics import domain

Values = NDArray[np.float64]
Flags = NDArray[np.bool_]

FLAT_SHARE = 0.125
"""Share of a loop in plan that runs level above the die pad; unsourced (`process.md` 8)."""

MAX_LENGTH_RATIO = 100.0
"""Greatest length of a wire per diameter; unsourced (`process.md` 8)."""

CROSSING_RATIO = 2.0
"""Least difference of height per wire diameter where wires cross in plan; unsourced (`process.md` 8)."""

_TOUCH = 1e-6
"""Distance [µm] up to which a wire that ends on another touches it and does not cross."""


@dataclass(frozen=True)
class Fan:
    """The outermost wire of a fan: offset of its ends along the die edge [µm], angle [deg], plan length [µm]."""

    offset: float
    angle: float
    length: float


def effective_pitch(pitch: ArrayLike, angle: ArrayLike) -> Values:
    """Return the distance of parallel wires across their run (`process.md` 8).

    Parameters
    ----------
    pitch : (...) array of float
        Of the wires along the die edge [µm].
    angle : (...) array of float
        Between wire and the normal of the die edge [deg], from 0 to 90.

    Returns
    -------
    (...) ndarray of float
    """
    domain.positive("um", pitch=pitch)
    domain.between("deg", 0.0, 90.0, angle=angle)
    return np.asarray(pitch, dtype=float) * np.cos(np.radians(angle))


def gap(pitch: ArrayLike, angle: ArrayLike, *, diameter: float) -> Values:
    """Return the free space between parallel wires [µm]; negative where they would overlap (`process.md` 8).

    Parameters
    ----------
    pitch, angle : (...) array of float
        As for `effective_pitch`.
    diameter
        Of the wire [µm].

    Returns
    -------
    (...) ndarray of float
    """
    domain.positive("um", diameter=diameter)
    return effective_pitch(pitch, angle) - diameter


def max_angle(pitch: float, *, diameter: float, gap: float) -> float:
    """Return the steepest angle [deg] at which parallel wires keep a gap (`process.md` 8).

    Parameters
    ----------
    pitch
        Of the wires along the die edge [µm], at least diameter and gap together.
    diameter, gap
        Of the wire, and between wires [µm].
    """
    domain.positive("um", pitch=pitch, diameter=diameter)
    domain.not_negative("um", gap=gap)
    if pitch < diameter + gap:
        raise ValueError(f"wires of {diameter:g} um at a pitch of {pitch:g} um keep no gap of {gap:g} um at any angle")
    return math.degrees(math.acos((diameter + gap) / pitch))


def fan(count: int, die_pitch: float, finger_pitch: float, *, run: float) -> Fan:
    """Return the outermost wire of a fan that is centred on the die edge (`process.md` 8).

    Parameters
    ----------
    count
        Wires of the fan.
    die_pitch, finger_pitch
        Pitches of its two ends [µm].
    run
        Distance of the ends across the die edge [µm].
    """
    domain.at_least("", 1, count=count)
    domain.positive("um", die_pitch=die_pitch, finger_pitch=finger_pitch, run=run)
    offset = (count - 1) / 2 * abs(finger_pitch - die_pitch)
    return Fan(offset, math.degrees(math.atan2(offset, run)), math.hypot(offset, run))


def is_too_long(length: float, diameter: float, *, ratio: float = MAX_LENGTH_RATIO) -> bool:
    """Tell whether a wire is longer than its diameter [µm] allows (`process.md` 8)."""
    domain.not_negative("um", length=length)
    domain.positive("um", diameter=diameter)
    return length > ratio * diameter


def loop_length(plan: float, height: float, *, drop: float = 0.0, flat: float | None = None) -> float:
    """Return the length of a wire by the loop of four points: up, level, straight down to the finger (`process.md` 8).

    Parameters
    ----------
    plan
        Length in plan [µm].
    height
        Of the loop above the die pad [µm].
    drop
        Height of the die pad above the finger [µm]; may be negative, as far as the loop stays above the finger.
    flat
        Length of the level part [µm], by default `FLAT_SHARE` of the plan length.
    """
    domain.positive("um", plan=plan)
    domain.not_negative("um", height=height)
    domain.at_least("um", -height, drop=drop)
    level = FLAT_SHARE * plan if flat is None else flat
    domain.between("um", 0.0, plan, flat=level)
    return height + level + math.hypot(plan - level, height + drop)


def clears_above(height_difference: float, diameter: float, *, ratio: float = CROSSING_RATIO) -> bool:
    """Tell whether one wire passes high enough over another where they cross in plan (`process.md` 8)."""
    domain.positive("um", diameter=diameter)
    domain.finite("um", height_difference=height_difference)
    return abs(height_difference) >= ratio * diameter


def capillary_clearance(loop_height: float) -> float:
    """Return the clearance of a fine-pitch capillary from the neighbouring loop [µm] (`process.md` 8, T8.6).

    Published for a 10 deg bottleneck, 6 mil tip, 5 mil pitch and 1 mil wire: 0.5 mil at a loop of 11 mil, and 0.1 mil
    less for each mil of loop above that. Lower loops are given what that of 11 mil has.

    Parameters
    ----------
    loop_height
        Of the neighbouring wire [µm].

    Returns
    -------
    float
        Negative where the capillary would touch.
    """
    domain.not_negative("um", loop_height=loop_height)
    return 12.7 - 0.1 * max(0.0, loop_height - 279.4)


def distances(first: ArrayLike, second: ArrayLike) -> Values:
    """Return the distances of segments in plan [µm], zero where they touch or cross.

    Parameters
    ----------
    first, second : (..., 2, 2) array of float
        Segments [µm]; shapes broadcast, so that ``distances(a[:, None], b[None, :])`` is of all pairs.

    Returns
    -------
    (...) ndarray of float
    """
    one, other = _segments(first), _segments(second)
    ends = [_to_points(one, other[..., end, :]) for end in (0, 1)]
    ends += [_to_points(other, one[..., end, :]) for end in (0, 1)]
    return np.where(_crosses(one, other), 0.0, np.minimum.reduce(ends))


def crosses(first: ArrayLike, second: ArrayLike) -> Flags:
    """Tell which segments cross in plan: not those that merely touch, or lie along each other.

    Parameters
    ----------
    first, second : (..., 2, 2) array of float
        Segments [µm]; shapes broadcast.

    Returns
    -------
    (...) ndarray of bool
    """
    return _crosses(_segments(first), _segments(second))


def crossing_points(first: ArrayLike, second: ArrayLike) -> Values:
    """Return where segments cross in plan.

    Parameters
    ----------
    first, second : (..., 2, 2) array of float
        Segments [µm]; shapes broadcast.

    Returns
    -------
    (..., 2) ndarray of float
        Points [µm], nan for segments that do not cross.
    """
    one, other = _segments(first), _segments(second)
    crossed = _crosses(one, other)
    before, after = _offsets(one, other[..., 0, :]), _offsets(one, other[..., 1, :])
    shares = before / np.where(crossed, before - after, 1.0)
    points = other[..., 0, :] + shares[..., None] * (other[..., 1, :] - other[..., 0, :])
    return np.where(crossed[..., None], points, np.nan)


def clearances(first: ArrayLike, second: ArrayLike, *, diameter: float) -> Values:
    """Return the free space in plan between wires [µm]; negative where they overlap (`process.md` 8).

    Parameters
    ----------
    first, second : (..., 2, 2) array of float
        Segments [µm]; shapes broadcast.
    diameter
        Of both wires [µm].

    Returns
    -------
    (...) ndarray of float
    """
    domain.positive("um", diameter=diameter)
    return distances(first, second) - diameter


def _segments(segments: ArrayLike) -> Values:
    """Return segments as an array, if they are such."""
    found = np.asarray(segments, dtype=float)
    if found.shape[-2:] != (2, 2):
        raise ValueError(f"segments must have the shape (..., 2, 2), got {found.shape}")
    domain.finite("um", coordinates=found)
    return found


def _crosses(one: Values, other: Values) -> Flags:
    """Tell which checked segments cross: each has the ends of the other on both its sides."""
    return _parts(one, other) & _parts(other, one)


def _parts(line: Values, segment: Values) -> Flags:
    """Tell which lines have the ends of a segment on both their sides, farther than a touch."""
    start, end = _offsets(line, segment[..., 0, :]), _offsets(line, segment[..., 1, :])
    return (np.minimum(start, end) < -_TOUCH) & (np.maximum(start, end) > _TOUCH)


def _offsets(line: Values, points: Values) -> Values:
    """Return how far points lie to the left of lines [µm], zero for lines without length."""
    along, to = line[..., 1, :] - line[..., 0, :], points - line[..., 0, :]
    spans = np.hypot(along[..., 0], along[..., 1])
    return (along[..., 0] * to[..., 1] - along[..., 1] * to[..., 0]) / np.where(spans > 0, spans, 1.0)


def _to_points(segment: Values, points: Values) -> Values:
    """Return the distances of points from segments [µm]."""
    along, to = segment[..., 1, :] - segment[..., 0, :], points - segment[..., 0, :]
    squares = (along**2).sum(axis=-1)
    shares = np.clip((along * to).sum(axis=-1) / np.where(squares > 0, squares, 1.0), 0.0, 1.0)
    nearest = to - shares[..., None] * along
    return np.hypot(nearest[..., 0], nearest[..., 1])
