"""Landings: where the feet of wires stand on a pad, as near the die as the pad allows.

*Foot*: the second bond, taken as a circle over its larger side, because wires come from any direction. *Row*: feet side
by side across the direction to the die. A pad too narrow for all feet in a row gets more rows behind each other,
shifted sideways as far as the pad allows, so that wires do not run over the feet in front.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

import numpy as np
import shapely

from maskgen.bonding.rules import AssemblyProfile
from maskgen.bonding.wires import Point, Values, Wire
from maskgen.errors import MaskgenError
from maskgen.geometry import regions
from maskgen.geometry.regions import Region

_STEPS = 64
"""Depths at which a row is tried, from the die side of a pad to its far side."""

_INSIDE = 1e-6
"""How far [µm] inside its border a pad is cut, so that the cut is a line and not a point."""

_DIGITS = 5
"""Decimals of a landing [µm]: `_INSIDE` is not to be seen in it."""

_PERMUTED = 6
"""Most wires on one pad for which every order is tried."""


def landings(pad: Region, toward: Point, count: int = 1, *, profile: AssemblyProfile) -> Values:
    """Return where the feet of some wires stand on a pad.

    Parameters
    ----------
    pad
        Outline of the bond site [µm].
    toward
        Direction to the die, of any length.
    count
        Number of wires, at least 1.

    Returns
    -------
    (count, 2) ndarray of float
        Centres of the feet [µm], row by row from the die, each row counter-clockwise round the die.

    Raises
    ------
    MaskgenError
        If the pad has no room for them.
    """
    feet = _feet(pad, toward, count, profile)
    if feet is None:
        raise MaskgenError(_no_room(pad, count, profile))
    return feet


def room(pad: Region, toward: Point, *, profile: AssemblyProfile, most: int) -> int:
    """Return how many feet have room on a pad, counted up to a number."""
    return next((count - 1 for count in range(1, most + 1) if _feet(pad, toward, count, profile) is None), most)


def landed(wires: Sequence[Wire], pads: Sequence[Region], toward: Values, *, profile: AssemblyProfile) -> list[Wire]:
    """Return wires of which those that share a pad land side by side; the others keep their ends.

    The feet of a pad are shared out so that its wires are shortest together, which keeps them from crossing.

    Parameters
    ----------
    pads, toward : sequence of Region, (m, 2) ndarray of float
        Bond site of each pad, and its direction to the die.

    Raises
    ------
    MaskgenError
        If a pad has no room for its wires.
    """
    moved = list(wires)
    users: dict[int, list[int]] = {}
    for index, wire in enumerate(wires):
        if wire.pad is not None:
            users.setdefault(wire.pad, []).append(index)
    for pad, indices in users.items():
        if len(indices) == 1:
            continue
        feet = landings(pads[pad], (float(toward[pad, 0]), float(toward[pad, 1])), len(indices), profile=profile)
        starts = np.array([wires[index].start for index in indices])
        for index, (x, y) in zip(indices, feet[_shortest_order(starts, feet)].tolist(), strict=True):
            moved[index] = replace(wires[index], end=(x, y))
    return moved


def _no_room(pad: Region, count: int, profile: AssemblyProfile) -> str:
    """Return the sentence for a pad that is too small."""
    left, bottom, right, top = regions.box_of(pad)
    return (
        f"a pad of {right - left:g} x {top - bottom:g} um has no room for {count} bond feet of {_foot(profile):g} um "
        f"at a pitch of {profile.foot_pitch:g} um, {profile.foot_margin:g} um from its border"
    )


def _foot(profile: AssemblyProfile) -> float:
    """Return the diameter [µm] of the circle around a foot."""
    return max(profile.foot_width, profile.foot_length)


def _feet(pad: Region, toward: Point, count: int, profile: AssemblyProfile) -> Values | None:
    """Return the feet, in as few rows as they fit, or None."""
    size = float(np.hypot(*toward))
    axis = np.array(toward) / size
    # Its rows: towards the die, and counter-clockwise round the die.
    turn = np.array([axis, [axis[1], -axis[0]]])
    free = shapely.transform(
        regions.shrink(pad, _foot(profile) / 2 + profile.foot_margin), lambda points: points @ turn.T
    )
    if free.is_empty:
        return None
    for rows in range(1, count + 1):
        sizes = [len(part) for part in np.array_split(np.arange(count), rows)]
        feet = _rows(free, sizes, profile.foot_pitch)
        if feet is not None:
            return np.asarray(np.round(feet @ turn, _DIGITS))
    return None


def _rows(free: Region, sizes: Sequence[int], pitch: float) -> Values | None:
    """Return feet in rows of given sizes in a region that looks towards +x, or None if they do not fit."""
    _, _, near, _ = regions.box_of(free)
    depth, rows = near - _INSIDE, []
    for number, size in enumerate(sizes):
        found = _row(free, depth, (size - 1) * pitch)
        if found is None:
            return None
        x, low, high = found
        slack = (high - low - (size - 1) * pitch) / 2
        shift = min(slack, pitch / 4) * (-1) ** number if len(sizes) > 1 else 0.0
        y = (low + high) / 2 + shift + (np.arange(size) - (size - 1) / 2) * pitch
        rows.append(np.stack([np.full(size, x), y], axis=1))
        depth = x - pitch
    return np.vstack(rows)


def _row(free: Region, depth: float, width: float) -> tuple[float, float, float] | None:
    """Return x and both ends of the first cut through a region, from a depth on, that is wide enough [µm]."""
    far, bottom, _, top = regions.box_of(free)
    for x in np.linspace(depth, far, _STEPS).tolist() if depth >= far else ():
        cut = shapely.intersection(free, shapely.linestrings([[x, bottom - 1], [x, top + 1]]))
        pieces = [part.bounds for part in shapely.get_parts(cut) if part.length >= width - _INSIDE]
        if pieces:
            _, low, _, high = max(pieces, key=lambda bounds: bounds[3] - bounds[1])
            return x, low, high
    return None


def _shortest_order(starts: Values, feet: Values) -> list[int]:
    """Return which foot each wire takes."""
    if len(feet) > _PERMUTED:
        return list(range(len(feet)))
    distance = np.hypot(*np.moveaxis(starts[:, None] - feet[None, :], -1, 0))
    orders = permutations(range(len(feet)))
    return list(min(orders, key=lambda order: float(distance[np.arange(len(feet)), order].sum())))
