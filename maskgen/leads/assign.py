"""Assignment: which contact goes to which terminal, so that leads are short and need not cross."""

import numpy as np

from maskgen.leads.matching import NOWHERE, distances, in_order, shortest
from maskgen.leads.model import LeadForm, Numbers, Values
from maskgen.leads.sides import Sides

_RELUCTANCE = 1e6
"""Length [µm] that a lead may be longer rather than too short."""

_DIGITS = 6
_EXACT = 1e-9


def nearest(tips: Values, ends: Values, least: float = 0.0) -> Numbers:
    """Return the terminal of each contact so that straight leads are shortest together and do not cross.

    Parameters
    ----------
    least
        Span [µm] below which a lead has no room for its bulges: taken only where there is no other choice.

    Returns
    -------
    (n,) ndarray of int
        `NOWHERE` for contacts left over.
    """
    spans = distances(tips, ends)
    return shortest(np.where(spans < least, spans + _RELUCTANCE, spans))


def fanned(tips: Values, ends: Values, form: LeadForm) -> Numbers:
    """Return the terminal of each contact so that leads of each side keep their order.

    A side serves the terminals of its territory; if those are too few for any side, the shortest leads decide which
    terminals are whose. Terminals behind each other are shared out so that no channel between two of them has to hold
    more leads than it can, if that is possible.

    Returns
    -------
    (n,) ndarray of int
        `NOWHERE` for contacts left over.
    """
    if not len(tips) or not len(ends):
        return np.full(len(tips), NOWHERE)
    sides = Sides.around(tips, ends)
    owners = sides.territories(ends)
    counts = [np.count_nonzero(owners == side) - np.count_nonzero(sides.of_tips == side) for side in sides.used]
    if min(counts) < 0:
        owners = np.full(len(ends), NOWHERE)
        chosen = nearest(tips, ends)
        owners[chosen[chosen != NOWHERE]] = sides.of_tips[chosen != NOWHERE]
    found = np.full(len(tips), NOWHERE)
    for side in sides.used:
        mine, theirs = np.flatnonzero(sides.of_tips == side), np.flatnonzero(owners == side)
        mine = mine[np.argsort(sides.along(tips[mine], side), kind="stable")]
        theirs = theirs[_fan_order(sides, side, ends[theirs])]
        matched = in_order(distances(tips[mine], ends[theirs]))
        served = mine[matched != NOWHERE]
        theirs = theirs[matched[matched != NOWHERE]]
        found[served] = theirs[_evened(sides, side, ends[theirs], form)]
    return found


def _fan_order(sides: Sides, side: int, ends: Values) -> Numbers:
    """Return terminals in the order of a fan.

    Those on one line of it come alternately, the nearest in the middle; on the border the nearest is the outermost.
    """
    rows = np.unique(np.round(np.abs(sides.beyond(ends)[:, side]), _DIGITS), return_inverse=True)[1]
    fractions = np.round(sides.fractions(ends, side), _DIGITS)
    alternating = np.where(rows % 2, rows, -rows)
    ranks = np.where(np.abs(fractions) < 1, alternating, -np.sign(fractions) * rows)
    return np.asarray(np.lexsort((ranks, fractions)))


def _evened(sides: Sides, side: int, ends: Values, form: LeadForm) -> Numbers:
    """Return terminals, given in the order of a fan, so that channels of a row hold the leads that pass."""
    beyond, along = sides.beyond(ends)[:, side], sides.along(ends, side)
    depths = np.round(np.abs(beyond), _DIGITS)
    order = np.empty(0, dtype=np.int64)
    for depth in sorted(set(depths.tolist()), reverse=True):
        row = np.flatnonzero(depths == depth)
        row = row[np.argsort(along[row], kind="stable")]
        left, right = (float(sides.border(side, hand, beyond[row[:1]])[0]) for hand in (-1, 1))
        inner = np.diff(along[row]) - form.fixed - form.gap
        outer = np.array([left + along[row[0]], right - along[row[-1]]]) - (form.fixed + form.gap) / 2
        widths = np.concatenate([outer[:1], inner, outer[1:]])
        room = np.clip(np.floor(widths / form.pitch + _EXACT), 0, len(order)).astype(np.int64)
        order = np.insert(order, _gates(np.searchsorted(order, row), room, len(order)), row)
    return order


def _gates(wanted: Numbers, room: Numbers, count: int) -> Numbers:
    """Return how many of the leads that pass a row do so before each of its terminals.

    Parameters
    ----------
    wanted : (n,) ndarray of int
        How many would, without regard to room.
    room : (n + 1,) ndarray of int
        How many the channel before each terminal holds, and that after the last.
    count
        How many pass.
    """
    gates = np.concatenate([[0], wanted, [count]])
    one = _raised(_lowered(gates, room), room)
    other = _lowered(_raised(gates, room), room)
    # What there is no room for goes round both ends of the row alike.
    return (one[1:-1] + other[1:-1]) // 2


def _lowered(gates: Numbers, room: Numbers) -> Numbers:
    """Return gates so that no channel holds too many, from the left."""
    found = gates.copy()
    for index in range(1, len(gates) - 1):
        found[index] = min(found[index], found[index - 1] + room[index - 1])
    return found


def _raised(gates: Numbers, room: Numbers) -> Numbers:
    """Return gates so that no channel holds too many, from the right."""
    found = gates.copy()
    for index in range(len(gates) - 2, 0, -1):
        found[index] = max(found[index], found[index + 1] - room[index])
    return found
