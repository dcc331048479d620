"""Mending of crossings: exchanging the pads of two wires that cross shortens both together, so it ends without any.

That holds where every wire may go anywhere and has its pad to itself. Where pads are shared, fixed or meant for a net,
changes that leave fewer crossings follow; they can end with some.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskgen.bonding.wires import Numbers, Values, crossing_pairs, lengths

Allowed = NDArray[np.bool_]

_GAIN = 1e-6
"""Length [µm] that an exchange must save."""

_TRIED = 8
"""Free pads that are tried for a wire that crosses another."""


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
        Pad of each wire; no two wires share a pad that did not before.
    """
    wiring = _Wiring(starts, landings, pads.copy(), allowed)
    wiring.sweep(wiring.shorten)
    wiring.sweep(wiring.untangle)
    return wiring.pads


@dataclass(eq=False)
class _Wiring:
    """Wires while they are mended."""

    starts: Values
    landings: Values
    pads: Numbers
    allowed: Allowed

    def sweep(self, change: Callable[[int, int], bool]) -> None:
        """Make one kind of change to the wires that cross until it helps no more."""
        changed = True
        while changed:
            changed = False
            for one, other in self._crossings(self.pads):
                changed |= change(one, other)

    def shorten(self, one: int, other: int) -> bool:
        """Exchange two wires, and tell so, if they are shorter then."""
        return self._exchange(one, other, self._is_shorter)

    def untangle(self, one: int, other: int) -> bool:
        """Exchange two wires or give one of them the nearest free pad, and tell so, if that leaves fewer crossings."""
        return self._exchange(one, other, self._has_fewer_crossings) or any(
            self._move(wire, pad) for wire in (one, other) for pad in self._free_pads(wire)
        )

    def _exchange(self, one: int, other: int, is_better: Callable[[Numbers], bool]) -> bool:
        """Exchange the pads of two wires and of those that share them, and tell so, if that is allowed and better."""
        here, there = (np.flatnonzero(self.pads == self.pads[wire]) for wire in (one, other))
        if not (self.allowed[here, self.pads[other]].all() and self.allowed[there, self.pads[one]].all()):
            return False
        pads = self.pads.copy()
        pads[here], pads[there] = self.pads[other], self.pads[one]
        return self._take(pads, is_better)

    def _move(self, wire: int, pad: int) -> bool:
        """Give a wire another pad, and tell so, if that leaves fewer crossings."""
        pads = self.pads.copy()
        pads[wire] = pad
        return self._take(pads, self._has_fewer_crossings)

    def _take(self, pads: Numbers, is_better: Callable[[Numbers], bool]) -> bool:
        """Take other pads, and tell so, if they are better."""
        if not is_better(pads):
            return False
        self.pads = pads
        return True

    def _free_pads(self, wire: int) -> list[int]:
        """Return the nearest pads without a wire that a wire may go to, nearest first."""
        free = np.setdiff1d(np.flatnonzero(self.allowed[wire]), self.pads)
        nearest = np.argsort(lengths(self.starts[wire], self.landings[free]), kind="stable")
        found: list[int] = free[nearest][:_TRIED].tolist()
        return found

    def _is_shorter(self, pads: Numbers) -> bool:
        """Tell whether other pads make the wires shorter together."""
        moved = np.flatnonzero(pads != self.pads)
        before, after = (lengths(self.starts[moved], self.landings[which[moved]]).sum() for which in (self.pads, pads))
        return bool(after < before - _GAIN)

    def _has_fewer_crossings(self, pads: Numbers) -> bool:
        """Tell whether other pads leave fewer crossings."""
        return len(self._crossings(pads)) < len(self._crossings(self.pads))

    def _crossings(self, pads: Numbers) -> list[list[int]]:
        """Return the pairs of wires that would cross with some pads."""
        pairs: list[list[int]] = crossing_pairs(np.stack([self.starts, self.landings[pads]], axis=1), pads).tolist()
        return pairs
