"""Folds: how places on a plate come from places in what stands for it, a short layout or one copy of an array.

Along one axis, all that lies before a place on the plate is a sum of what lies before some places of the original: of
what lies before one *variable* place once, and of what lies before a few *fixed* places so and so many times.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from maskgen.drc.layouts.contraction import Cut

Reals = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Before:
    """What lies before each of n places on the plate, in places of the original [dbu].

    Parameters
    ----------
    variable : (n,) ndarray of float
        Taken once.
    fixed : (k,) ndarray of float
        Taken `times` times.
    times : (n, k) ndarray of float
    """

    variable: Reals
    fixed: Reals
    times: Reals


class Fold(Protocol):
    """One axis of a plate."""

    def before(self, places: Reals) -> Before:
        """Return what lies before some places of the plate [dbu]."""

    def ends(self, low: float, high: float) -> tuple[float, float]:
        """Return where on the plate begins and ends what has these ends in the original [dbu]."""


@dataclass(frozen=True)
class Shortened:
    """An axis of a layout of which whole periods were taken out; without cuts, the layout itself.

    Parameters
    ----------
    cuts
        In the order in which they are to be undone.
    """

    cuts: Sequence[Cut] = ()

    def before(self, places: Reals) -> Before:
        """Return what lies before some places of the plate [dbu]."""
        found = Before(places, np.empty(0), np.empty((len(places), 0)))
        for cut in reversed(self.cuts):
            found = _shortened(found, cut)
        return found

    def ends(self, low: float, high: float) -> tuple[float, float]:
        """Return where on the plate begins and ends what has these ends in the short layout [dbu]."""
        for cut in self.cuts:
            low += cut.gone if low >= cut.behind else 0.0
            high += cut.gone if high > cut.home else 0.0
        return low, high


@dataclass(frozen=True)
class Repeated:
    """An axis along which copies stand in equal steps, none of them over another.

    Parameters
    ----------
    first, count, step
        Where the origin of the first copy stands, how many there are, and how far apart [dbu].
    low, high
        Ends of one copy, around its origin [dbu].
    """

    first: float
    count: int
    step: float
    low: float
    high: float

    def before(self, places: Reals) -> Before:
        """Return what lies before some places of the plate [dbu]."""
        into = places - self.first
        copy = np.clip(np.floor((into - self.low) / self.step), 0, self.count - 1) if self.step else np.zeros(len(into))
        variable = np.clip(into - copy * self.step, self.low, self.high)
        return Before(variable, np.array([self.high]), copy[:, None])

    def ends(self, low: float, high: float) -> tuple[float, float]:
        """Return where on the plate the first copy begins and the last one ends [dbu]."""
        return self.first + low, self.first + high + (self.count - 1) * self.step


def _shortened(found: Before, cut: Cut) -> Before:
    """Return the same in places of a layout from which one thing more was taken out."""
    variable, passed = _place(found.variable, cut)
    fixed, again = _place(found.fixed, cut)
    # What lies before a place in the n-th period that is gone also lies n times in the period that is left.
    whole = (passed + found.times @ again)[:, None]
    return Before(
        variable, np.concatenate([fixed, [cut.behind, cut.home]]), np.column_stack([found.times, whole, -whole])
    )


def _place(places: Reals, cut: Cut) -> tuple[Reals, Reals]:
    """Return where places stand after a cut, and how many periods were taken out before each."""
    passed = np.clip(np.ceil((places - cut.behind) / cut.period), 0, cut.times)
    return places - passed * cut.period, passed
