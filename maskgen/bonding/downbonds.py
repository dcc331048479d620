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

_LEANS = (
    0.0,
    5.0,
    -5.0,
    10.0,
    -10.0,
    15.0,
    -15.0,
    20.0,
    -20.0,
    25.0,
    -25.0,
    30.0,
    -30.0,
    35.0,
    -35.0,
    40.0,
    -40.0,
    45.0,
    -45.0,
)
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
    landings = points + NORMALS[sides] * (depth + out)[:, None]
    landings[far < near] = np.nan
    return landings


def placed(starts: Values, straight: Values, others: Values, *, zone: Box, profile: AssemblyProfile) -> Values:
    """Return where down-bonds land so that they keep clear of the other wires and of each other.

    All lean as the wires beside them first; then each takes the straightest direction that leaves as much room as two
    wires need, else the roomiest.

    Parameters
    ----------
    starts, straight : (d, 2) ndarray of float
        Contacts, and where wires straight out would land [µm].
    others : (k, 2, 2) ndarray of float
        Wires to pads [µm].
    zone
        Where feet may stand on the mounting pad.

    Returns
    -------
    (d, 2) ndarray of float
        [µm].
    """
    runs = straight - starts
    leans = np.clip(_neighbours_leans(starts, runs, others), -profile.max_angle, profile.max_angle)
    landings = _inside(straight + _sideways(runs) * np.tan(np.radians(leans))[:, None], zone)
    lines = shapely.linestrings(np.concatenate([others, np.stack([starts, landings], axis=1)]))
    enough = 2 * profile.wire_clearance + profile.wire_diameter
    for index, start in enumerate(starts):
        own = len(others) + index
        near = _near(start, np.delete(lines, own), 3 * float(np.hypot(*runs[index])))
        tries = np.vstack([_leaning(straight[index], runs[index], zone, profile.max_angle), landings[index]])
        landings[index] = tries[_clearest(start, tries, near, enough)]
        lines[own] = shapely.linestrings(np.stack([start, landings[index]]))
    return landings


def _sideways(runs: Values) -> Values:
    """Return runs straight out, turned counter-clockwise round the die."""
    return np.stack([-runs[:, 1], runs[:, 0]], axis=1)


def _inside(points: Values, zone: Box) -> Values:
    """Return the points of a box nearest to some points."""
    return np.clip(points, zone[:2], zone[2:])


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
    return (weights * found).sum(axis=0) / np.maximum(weights.sum(axis=0), 1e-12)


def _leaning(end: Values, run: Values, zone: Box, limit: float) -> Values:
    """Return landings in the zone at the same distance from the die edge, the straightest first."""
    leans = np.array([lean for lean in _LEANS if abs(lean) <= limit])
    landings = end + _sideways(run[None, :]) * np.tan(np.radians(leans))[:, None]
    return landings[(leans == 0) | (landings == _inside(landings, zone)).all(axis=1)]


def _near(start: Values, lines: NDArray[np.object_], reach: float) -> NDArray[np.object_]:
    """Return the lines within reach [µm] of a point."""
    found: NDArray[np.object_] = lines[shapely.dwithin(shapely.points(start), lines, reach)]
    return found


def _clearest(start: Values, tries: Values, lines: NDArray[np.object_], enough: float) -> int:
    """Return the first try that is far enough [µm] from all lines, else the one that is farthest."""
    if not len(lines):
        return 0
    wires = shapely.linestrings(np.stack([np.broadcast_to(start, tries.shape), tries], axis=1))
    free = shapely.distance(wires[:, None], lines[None, :]).min(axis=1)
    roomy = np.flatnonzero(free >= enough)
    return int(roomy[0]) if len(roomy) else int(free.argmax())
