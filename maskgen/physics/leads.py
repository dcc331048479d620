"""Leads that are pulled up when their ends move apart: slack, S shapes without kinks, strap stops, bending, peeling.

A lead runs from its fixed end to its tip. The tip moves up by a height and by a shift towards the fixed end; the *run*
is what is left of the span in plan. A taut lead is straight. A smooth lead is an S of two equal arcs that leaves both
ends parallel to the parts it joins (`process.md` 3.1): a lead that is longer than its chord, but shorter than the S,
must kink.
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maskgen.physics import domain

Values = NDArray[np.float64]

PEEL_UNITS: Mapping[str, float] = MappingProxyType({"N/m": 1.0, "dyn/cm": 1e-3, "lbf/in": 4.4482216152605 / 0.0254})
"""N/m in one of each unit of peel strength (`process.md` 3.2)."""

RELEASABLE_PEEL_STRENGTH = 350.0
"""Peel strength [N/m] below which an end bond is meant to let go: US 5,763,941 (`process.md` 3.2)."""

GRAM_FORCE = 9.80665e-3
"""Newtons in a gram-force."""

_HALVINGS = 60
"""Halvings of an angle after which a double has no more digits to give."""


def run(span: ArrayLike, shift: ArrayLike) -> Values:
    """Return the plan distances [µm] of the ends after the tips have shifted towards the fixed ends.

    Parameters
    ----------
    span : (...) array of float
        Plan distances before [µm].
    shift : (...) array of float
        Towards the fixed end [µm], at most the span; negative away from it.

    Returns
    -------
    (...) ndarray of float
    """
    domain.positive("um", span=span)
    domain.finite("um", shift=shift)
    left = np.asarray(span, dtype=float) - np.asarray(shift, dtype=float)
    domain.not_negative("um", run_after_the_shift=left)
    return left


def chord(run: ArrayLike, height: ArrayLike) -> Values:
    """Return the straight distances of the ends after the move [µm] (`process.md` 3.1).

    Parameters
    ----------
    run, height : (...) array of float
        Plan and vertical distances after the move [µm]; for the reserve against heat, with the run-out of
        `maskgen.physics.thermal` added.

    Returns
    -------
    (...) ndarray of float
    """
    domain.not_negative("um", run=run, height=height)
    return np.hypot(run, height)


def slack(length: ArrayLike, chord: ArrayLike) -> Values:
    """Return how much longer leads are than their chords, as a fraction; negative where they must stretch.

    Parameters
    ----------
    length, chord : (...) array of float
        Developed lengths, and straight distances of the ends [µm] (`process.md` 3.1).

    Returns
    -------
    (...) ndarray of float
    """
    domain.positive("um", length=length, chord=chord)
    return np.asarray(length, dtype=float) / np.asarray(chord, dtype=float) - 1


def taut_height(length: ArrayLike, run: ArrayLike) -> Values:
    """Return the heights at which leads, or restraining straps, are taut [µm] (`process.md` 3.1).

    Parameters
    ----------
    length, run : (...) array of float
        Developed lengths, and plan distances of the ends after the move, no longer [µm].

    Returns
    -------
    (...) ndarray of float
    """
    lengths, runs = _reaching(length, run)
    return np.sqrt((lengths - runs) * (lengths + runs))


def straight_strain(span: float, height: float) -> float:
    """Return the strain of a straight lead whose tip moves up without any shift (`process.md` 3.1)."""
    domain.positive("um", span=span)
    return float(chord(span, height)) / span - 1


def required_shift(span: float, height: float, *, length: float) -> float:
    """Return the least shift of the tip towards the fixed end [µm] that spares a lead from stretching.

    Parameters
    ----------
    span, height
        Plan distance of the ends before the move, and vertical move [µm].
    length
        Developed length of the lead [µm], at least the span and the height (`process.md` 3.1).
    """
    domain.positive("um", span=span)
    domain.not_negative("um", height=height)
    domain.at_least("um", max(span, height), length=length)
    return max(0.0, span - float(taut_height(length, height)))


def smooth_length(run: ArrayLike, height: ArrayLike) -> Values:
    """Return the least lengths of leads that make an S without kinks [µm] (`process.md` 3.1).

    Parameters
    ----------
    run, height : (...) array of float
        Plan and vertical distances of the ends after the move [µm].

    Returns
    -------
    (...) ndarray of float
        The chord for no height.
    """
    lean = np.arctan2(height, run)
    return chord(run, height) / np.sinc(lean / np.pi)


def smooth_radius(run: ArrayLike, height: ArrayLike) -> Values:
    """Return the radii of the two arcs of a smooth S [µm] (`process.md` 3.1).

    Parameters
    ----------
    run, height : (...) array of float
        Plan and vertical distances of the ends after the move [µm]; the height above zero.

    Returns
    -------
    (...) ndarray of float
    """
    domain.positive("um", height=height)
    # L / (4 phi) with L = c phi / sin(phi) and sin(phi) = h / c.
    return chord(run, height) ** 2 / (4 * np.asarray(height, dtype=float))


def smooth_height(length: ArrayLike, run: ArrayLike) -> Values:
    """Return the greatest heights to which leads rise without kinks [µm]: the inverse of `smooth_length`.

    Parameters
    ----------
    length, run : (...) array of float
        Developed lengths, and plan distances of the ends after the move, no longer [µm].

    Returns
    -------
    (...) ndarray of float
    """
    lengths, runs = _reaching(length, run)
    # An arc that turns by theta has length theta per sin(theta) of run, which falls all the way from 0 to pi.
    low, high = np.zeros(np.broadcast(lengths, runs).shape), np.full(np.broadcast(lengths, runs).shape, np.pi)
    for _ in range(_HALVINGS):
        turn = (low + high) / 2
        is_short = lengths * np.sinc(turn / np.pi) > runs
        low, high = np.where(is_short, turn, low), np.where(is_short, high, turn)
    half = (low + high) / 4
    return lengths * np.sin(half) * np.sinc(half / np.pi)


def arcs_length(span: float, angle: float) -> float:
    """Return the length [µm] of a lead drawn in plan as equal arcs along its span (`process.md` 3.1).

    Parameters
    ----------
    span
        Plan distance of the ends [µm].
    angle
        Included angle of each arc [deg], from 0 for a straight lead to below 360.
    """
    domain.positive("um", span=span)
    domain.between("deg", 0.0, 360.0, angle=angle)
    if angle == 360:
        raise ValueError("an arc of 360 deg comes back to its start and spans nothing")
    return span / float(np.sinc(angle / 360))


def is_stopped_safely(target: float, stop: float, limits: ArrayLike) -> bool:
    """Tell whether straps let parts move as far as wanted, and stop them before any lead suffers (`process.md` 3.1).

    Parameters
    ----------
    target
        Height wanted [µm].
    stop
        `taut_height` of the shortest strap [µm].
    limits : (n,) array of float
        `smooth_height` of each lead, or at least `taut_height` [µm].
    """
    domain.not_negative("um", target=target, stop=stop, limits=limits)
    return bool(target <= stop and (stop < np.asarray(limits, dtype=float)).all())


def bending_strain(thickness: float, radius: float) -> float:
    """Return the strain at the faces of a bent lead (`process.md` 3.1); the elongation of its metal limits it."""
    domain.not_negative("um", thickness=thickness)
    domain.positive("um", radius=radius)
    return thickness / (2 * radius)


def peel_force(strength: float, width: float) -> float:
    """Return the force [N] that peels a width [µm] at a peel strength [N/m] (`process.md` 3.2)."""
    domain.not_negative("N/m", peel_strength=strength)
    domain.not_negative("um", width=width)
    return strength * width * 1e-6


def _reaching(length: ArrayLike, run: ArrayLike) -> tuple[Values, Values]:
    """Return lengths and runs as arrays, each lead at least as long as its run."""
    domain.positive("um", length=length)
    domain.not_negative("um", run=run)
    lengths, runs = np.asarray(length, dtype=float), np.asarray(run, dtype=float)
    short = np.broadcast_to(lengths < runs, np.broadcast(lengths, runs).shape)
    if short.any():
        worst = np.broadcast_arrays(lengths, runs)
        at = np.unravel_index(short.argmax(), short.shape)
        raise ValueError(f"a lead of {worst[0][at]:g} um does not reach over a run of {worst[1][at]:g} um")
    return lengths, runs
