"""Mending of crossings: exchanging the pads of two wires that cross shortens both together, so it ends without any.

That holds where every wire may go anywhere and has its pad to itself. Where pads are shared, fixed or meant for a net,
exchanges that leave fewer crossings follow; they can end with some.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from maskgen.bonding.wires import Numbers, Values, crossing_pairs, lengths

Allowed = NDArray[np.bool_]
Better = Callable[[Values, Values, Numbers, Numbers], bool]


def uncrossed(starts: Values, landings: Values, pads: Numbers, allowed: Allowed) -> Numbers:
    """Return the pads of wires after exchanging those of wires that cross, as long as that helps.

    Parameters
    ----------
    starts : (k, 2) ndarray of float
        Contacts [µm].
    landings : (m, 2) ndarray of float
        Landing point of each pad [µm].
    pads : (k,) ndarray of int
        Pad of each wire.
    allowed : (k, m) ndarray of bool
        Where each wire may go.

    Returns
    -------
    (k,) ndarray of int
        Pad of each wire; wires that shared a pad still do.
    """
    pads = pads.copy()
    for rule in (_shortens, _untangles):
        changed = True
        while changed:
            pairs = crossing_pairs(np.stack([starts, landings[pads]], axis=1), pads)
            exchanges = [_exchange(starts, landings, pads, allowed, pair, rule) for pair in pairs.tolist()]
            changed = any(exchanges)
    return pads


def _exchange(
    starts: Values, landings: Values, pads: Numbers, allowed: Allowed, pair: list[int], is_better: Better
) -> bool:
    """Exchange the pads of two wires and of those that share them, and tell so, if that is allowed and better."""
    one, other = pads[pair[0]], pads[pair[1]]
    here, there = np.flatnonzero(pads == one), np.flatnonzero(pads == other)
    if one == other or not (allowed[here, other].all() and allowed[there, one].all()):
        return False
    exchanged = pads.copy()
    exchanged[here], exchanged[there] = other, one
    if not is_better(starts, landings, pads, exchanged):
        return False
    pads[:] = exchanged
    return True


def _shortens(starts: Values, landings: Values, before: Numbers, after: Numbers) -> bool:
    """Tell whether a change makes the wires shorter together."""
    return float(lengths(starts, landings[after]).sum()) < float(lengths(starts, landings[before]).sum()) - 1e-6


def _untangles(starts: Values, landings: Values, before: Numbers, after: Numbers) -> bool:
    """Tell whether a change leaves fewer crossings."""
    counts = [len(crossing_pairs(np.stack([starts, landings[pads]], axis=1), pads)) for pads in (before, after)]
    return counts[1] < counts[0]
