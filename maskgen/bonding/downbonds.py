"""Down-bonds: where wires land on the mounting pad, between the die edge and its border.

They are placed last, among the wires to the pads: straight out where there is room, else leaning as far as needed.
"""

import numpy as np
import shapely
from numpy.typing import NDArray

from maskgen.bonding.order import NORMALS, depths
from maskgen.bonding.rules import AssemblyProfile
from maskgen.bonding.wires import Values
from maskgen.geometry.regions import Box

_LEANS = np.array([side * lean for lean in range(0, 76, 5) for side in (1.0, -1.0)])[1:]
"""Angles [deg] that a down-bond tries, the straightest first."""


def straight_landings(points: Values, die: Box, mounting_pad: Box | None, profile: AssemblyProfile) -> Values:
    """Return where a wire straight out over the nearest die edge would land on the mounting pad.

    In the middle of the zone in which a foot may stand, or as much farther out as the least length asks.

    Parameters
    ----------
    points : (n, 2) ndarray of float
        Contacts [µm].

    Returns
    -------
    (n, 2) ndarray of float
        [µm]; NaN where the mounting pad does not reach far enough beyond that edge.
    """
    if mounting_pad is None:
        return np.full_like(points, np.nan)
    inside = depths(points, die)
    sides = inside.argmin(axis=1)
    depth = inside[np.arange(len(points)), sides]
    beyond = depths(np.array([[die[0], die[1]], [die[2], die[3]]]), mounting_pad)[[0, 1, 1, 0], [0, 1, 2, 3]]
    near, far = profile.die_edge_clearance, beyond[sides] - profile.downbond_inset
    out = np.maximum((near + far) / 2, np.minimum(profile.min_length - depth, far))
    landings: Values = points + NORMALS[sides] * (depth + out)[:, None]
    landings[far < near] = np.nan
    return landings


def placed(starts: Values, straight: Values, others: Values, *, mounting_pad: Box, profile: AssemblyProfile) -> Values:
    """Return where down-bonds land so that they keep clear of the other wires and of each other.

    All lean as the wires beside them first; then each takes the straightest direction that leaves as much room as two
    wires need, else the roomiest, beyond the greatest angle only where it would cross otherwise.

    Parameters
    ----------
    starts, straight : (d, 2) ndarray of float
        Contacts, and where wires straight out would land [µm].
    others : (k, 2, 2) ndarray of float
        Wires to pads [µm].
    mounting_pad
        Box [µm].

    Returns
    -------
    (d, 2) ndarray of float
        [µm].
    """
    runs = straight - starts
    inset = profile.downbond_inset
    zone = (mounting_pad[0] + inset, mounting_pad[1] + inset, mounting_pad[2] - inset, mounting_pad[3] - inset)
    leans = np.clip(_neighbours_leans(starts, runs, others), -profile.max_angle, profile.max_angle)
    landings = _leaning(straight, runs, leans, zone)
    lines = shapely.linestrings(np.concatenate([others, np.stack([starts, landings], axis=1)]))
    gentle = abs(_LEANS) <= profile.max_angle
    for index, start in enumerate(starts):
        near = _near(start, np.delete(lines, len(others) + index), 3 * float(np.hypot(*runs[index])))
        tries = _leaning(straight[index], runs[index], _LEANS, zone)
        wanted = np.vstack([tries[gentle], landings[index]])
        landings[index] = _clearest(start, wanted, tries[~gentle], near, profile)
        lines[len(others) + index] = shapely.linestrings(np.stack([start, landings[index]]))
    return landings


def _leaning(straight: Values, runs: Values, leans: Values, zone: Box) -> Values:
    """Return landings as far from the die edge as straight ones, at an angle [deg], within the zone."""
    landings = straight + _sideways(runs) * np.tan(np.radians(leans))[:, None]
    return np.clip(landings, zone[:2], zone[2:])


def _sideways(runs: Values) -> Values:
    """Return runs straight out, turned counter-clockwise round the die."""
    return np.stack([-runs[..., 1], runs[..., 0]], axis=-1)


def _neighbours_leans(starts: Values, runs: Values, others: Values) -> Values:
    """Return for each down-bond the angle [deg] between those of the wires that start on either side of it.

    Counter-clockwise angles are positive; it is zero where no wire leaves beside it.
    """
    if not len(others):
        return np.zeros(len(starts))
    out = runs / np.hypot(runs[:, 0], runs[:, 1])[:, None]
    away = others[None, :, 0] - starts[:, None]
    beside = np.einsum("dkc,dc->dk", away, _sideways(out))
    ran = others[:, 1] - others[:, 0]
    angles = np.degrees(np.arctan2(ran @ _sideways(out).T, ran @ out.T)).T
    same_side = np.abs(np.einsum("dkc,dc->dk", away, out)) < np.abs(beside)
    after = np.where(same_side & (beside > 0), beside, np.inf)
    before = np.where(same_side & (beside < 0), -beside, np.inf)
    rows = np.arange(len(starts))
    weights = np.stack([1 / before.min(axis=1), 1 / after.min(axis=1)])
    found = np.stack([angles[rows, before.argmin(axis=1)], angles[rows, after.argmin(axis=1)]])
    return np.asarray((weights * found).sum(axis=0) / np.maximum(weights.sum(axis=0), 1e-12))


def _near(start: Values, lines: NDArray[np.object_], reach: float) -> NDArray[np.object_]:
    """Return the lines within reach [µm] of a point."""
    found: NDArray[np.object_] = lines[shapely.dwithin(shapely.points(start), lines, reach)]
    return found


def _clearest(
    start: Values, gentle: Values, steep: Values, lines: NDArray[np.object_], profile: AssemblyProfile
) -> Values:
    """Return the first gentle landing with room for two wires, else the roomiest; a steep one if all others cross."""
    enough = 2 * profile.wire_clearance + profile.wire_diameter
    free = _free(start, gentle, lines)
    if free.max() >= enough:
        return np.asarray(gentle[(free >= enough).argmax()])
    if free.max() > 0 or not len(steep):
        return np.asarray(gentle[free.argmax()])
    return np.asarray(steep[_free(start, steep, lines).argmax()])


def _free(start: Values, ends: Values, lines: NDArray[np.object_]) -> Values:
    """Return how far [µm] wires from one start stay from all lines."""
    wires = shapely.linestrings(np.stack([np.broadcast_to(start, ends.shape), ends], axis=1))
    return np.asarray(shapely.distance(wires[:, None], lines[None, :]).min(axis=1, initial=np.inf))
