"""Channels: leads that run upwards side by side, past the bulges of others, each as a taut string.

At each *level* (height at which a bulge begins, bends or ends) the leads that pass keep their order and a spacing, and
every bulge is passed on the side that the order says. So the limits of each lead follow from those of its neighbours,
and what lies between two limits leaves room for all others. The leads are pulled taut one after the other within their
limits, then again between their neighbours as they lie now.

Spacings are horizontal: a lead that leans takes more of them. How much is known from the strings of the round before.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskgen.leads.barriers import Barrier
from maskgen.leads.model import Numbers, Values
from maskgen.leads.taut import taut

_EXACT = 1e-3
_FAR = 1e9
_ROUNDS = 8
_SETTLED = 1e-3
_PASSES = 3
_RAMP = 4.0
"""Over how many least spacings from its end a lead comes to its place."""

_STEEPEST = 3.0
"""Most spacings, per least one, that a lead gets for leaning."""

_SHARES = 12
"""Halvings of the share of a wish that there is room for."""

_DIGITS = 4


@dataclass(frozen=True)
class Shortage:
    """A channel with too little room.

    Parameters
    ----------
    left, right
        What it lies between.
    leads
        Those that want to pass it, by index.
    short
        Missing width [µm].
    """

    left: str
    right: str
    leads: tuple[int, ...]
    short: float


class Channel:
    """Leads in order from left to right.

    Parameters
    ----------
    tips, ends : (n, 2) ndarray of float
        Contacts, and terminals above them [µm].
    barriers
        What lies between them: of each lead its own two bulges, and whatever else.
    spacing
        Distance of the middles of two necks side by side [µm].
    """

    def __init__(self, tips: Values, ends: Values, barriers: Sequence[Barrier], spacing: float) -> None:
        self.tips, self.ends, self.barriers = np.round(tips, _DIGITS), np.round(ends, _DIGITS), barriers
        self.spacing = spacing
        heights = np.concatenate([self.tips[:, 1], self.ends[:, 1], *(barrier.ring[:, 1] for barrier in barriers)])
        levels = np.unique(np.round(heights, _DIGITS))
        self.levels: Values = levels[(levels >= self.tips[:, 1].min()) & (levels <= self.ends[:, 1].max())]
        self.first: Numbers = np.searchsorted(self.levels, self.tips[:, 1])
        self.last: Numbers = np.searchsorted(self.levels, self.ends[:, 1])
        rows = np.arange(len(self.levels))[:, None]
        self.runs: NDArray[np.bool_] = (rows >= self.first) & (rows <= self.last)
        self.low, self.high = np.full(self.runs.shape, -_FAR), np.full(self.runs.shape, _FAR)
        self.low_by, self.high_by = np.full(self.runs.shape, -1), np.full(self.runs.shape, -1)
        self._set_barriers()
        self._set_ends()

    def set_borders(self, low: Values, high: Values) -> None:
        """Keep leads between two borders at each level (k,) [µm], or their straight lines where those lie beyond."""
        for lead in range(len(self.tips)):
            span = slice(self.first[lead] + 1, self.last[lead])
            line = self._line(lead)[span]
            self.low[span, lead] = np.maximum(self.low[span, lead], np.minimum(low[span], line))
            self.high[span, lead] = np.minimum(self.high[span, lead], np.maximum(high[span], line))

    def shortage(self) -> Shortage | None:
        """Return the channel that is shortest of room, None if all leads have it."""
        spaces = self._spaces(np.ones(self.runs.shape))
        low, high = self._limits(spaces, self.low, self.high)
        short = np.where(self.runs, low - high, -np.inf)
        if short.max() <= _EXACT:
            return None
        level, lead = (int(index) for index in np.unravel_index(short.argmax(), short.shape))
        places = np.cumsum(spaces[level])
        left = int((self.low[level] - places)[: lead + 1].argmax())
        right = lead + int((self.high[level] - places)[lead:].argmin())
        passing = [
            index
            for index in range(left, right + 1)
            if self.runs[level, index] and self.first[index] < level < self.last[index]
        ]
        names = self._name(self.low_by[level, left]), self._name(self.high_by[level, right])
        return Shortage(*names, tuple(passing or [lead]), float(short[level, lead]))

    def paths(self, spread: float = 1.0, extra: float = 0.0) -> list[Values]:
        """Return the corners (m, 2) of each lead from its contact to its terminal [µm]; there must be no shortage.

        Parameters
        ----------
        spread, extra
            Room that leads ask for where there is more than they need, per least, and beyond that [µm].
        """
        wish = self._spread(spread) + extra / self.spacing
        strings = self._strings(self._widened(np.ones(self.runs.shape), wish))
        leans = self._leans(strings)
        for turn in range(_ROUNDS):
            strings = self._strings(self._widened(leans, wish))
            before, leans = leans, self._leans(strings)
            if turn >= _ROUNDS // 2:  # what swings between two states gets the room of both
                leans = np.maximum(before, leans)
            if np.abs(leans - before).max() < _SETTLED:
                break
        return [np.stack([positions, heights], axis=1) for heights, positions in strings]

    def _line(self, lead: int) -> Values:
        """Return where a lead would be at each level if it were straight [µm]."""
        (x, bottom), (end, top) = self.tips[lead], self.ends[lead]
        return np.asarray(x + (self.levels - bottom) / (top - bottom) * (end - x))

    def _set_barriers(self) -> None:
        """Limit the leads that pass each barrier."""
        for number, barrier in enumerate(self.barriers):
            left, right = barrier.widths(self.levels)
            rows = np.flatnonzero(np.isfinite(left))
            if not len(rows):
                continue
            span, place = slice(rows[0], rows[-1] + 1), self._rank(barrier)
            before, after = slice(0, math.ceil(place)), slice(math.floor(place) + 1, None)
            is_less = self.runs[span, before] & (left[span, None] < self.high[span, before])
            np.copyto(self.high[span, before], left[span, None], where=is_less)
            np.copyto(self.high_by[span, before], number, where=is_less)
            is_more = self.runs[span, after] & (right[span, None] > self.low[span, after])
            np.copyto(self.low[span, after], right[span, None], where=is_more)
            np.copyto(self.low_by[span, after], number, where=is_more)

    def _rank(self, barrier: Barrier) -> float:
        """Return where a barrier stands in the order of the leads; others than bulges where straight leads would."""
        if barrier.owner is not None:
            return barrier.owner
        x, y = barrier.middle
        shares = (y - self.tips[:, 1]) / (self.ends[:, 1] - self.tips[:, 1])
        places = self.tips[:, 0] + np.clip(shares, 0.0, 1.0) * (self.ends[:, 0] - self.tips[:, 0])
        passes = (shares >= 0) & (shares <= 1)
        # Each rank has the leads on the wrong side against it: those before it on the right, those after on the left.
        costs = np.cumsum(np.where(passes, np.where(places < x, -1, 1), 0))
        return int(np.argmin(np.concatenate([[0], costs]))) - 0.5

    def _set_ends(self) -> None:
        """Hold each lead at its ends."""
        leads = np.arange(len(self.tips))
        for rows, places in ((self.first, self.tips[:, 0]), (self.last, self.ends[:, 0])):
            is_held = np.zeros(self.runs.shape, dtype=bool)
            is_held[rows, leads] = True
            self.low[rows, leads], self.high[rows, leads] = places, places
        for number, barrier in enumerate(self.barriers):
            if barrier.owner is not None:
                row = self.first if abs(barrier.middle[1] - self.tips[barrier.owner, 1]) < 1 else self.last
                self.low_by[row[barrier.owner], barrier.owner] = number
                self.high_by[row[barrier.owner], barrier.owner] = number

    def _spaces(self, factors: Values) -> Values:
        """Return the distance of each lead from the one before at each level, zero where it does not run [µm].

        Parameters
        ----------
        factors : (k, n) ndarray of float
            What each lead asks for, per least spacing; the greater of two counts.
        """
        spaces = np.zeros(self.runs.shape)
        before = np.zeros(len(self.levels))
        for lead in range(len(self.tips)):
            here = self.runs[:, lead]
            spaces[here, lead] = self.spacing * np.maximum(before, factors[:, lead])[here]
            before = np.where(here, factors[:, lead], before)
        held = self._both_held()
        spaces[held] = np.minimum(spaces[held], self.spacing)
        return spaces

    def _spread(self, most: float) -> Values:
        """Return how much room leads ask for where there is room, per least: less near the ends of either of two."""
        below = self.levels[:, None] - self.tips[:, 1]
        above = self.ends[:, 1] - self.levels[:, None]
        ramps = np.clip(np.minimum(below, above) / (_RAMP * self.spacing), 0.0, 1.0)
        factors, before = np.ones(self.runs.shape), np.zeros(len(self.levels))
        for lead in range(len(self.tips)):
            factors[:, lead] += (most - 1) * np.minimum(before, ramps[:, lead])
            before = np.where(self.runs[:, lead], ramps[:, lead], before)
        return factors

    def _both_held(self) -> NDArray[np.bool_]:
        """Return where a lead ends beside another that ends there too: nothing is left to space."""
        rows = np.arange(len(self.levels))[:, None]
        held: NDArray[np.bool_] = (rows == self.first) | (rows == self.last)
        both = held.copy()
        before = np.zeros(len(self.levels), dtype=bool)
        for lead in range(len(self.tips)):
            both[:, lead] &= before
            before = np.where(self.runs[:, lead], held[:, lead], before)
        return both

    def _limits(self, spaces: Values, low: Values, high: Values) -> tuple[Values, Values]:
        """Return between what each lead may lie so that all others have room too."""
        places = np.cumsum(spaces, axis=1)
        lowest = np.maximum.accumulate(low - places, axis=1) + places
        highest = np.minimum.accumulate((high - places)[:, ::-1], axis=1)[:, ::-1] + places
        return lowest, highest

    def _widened(self, leans: Values, wish: Values) -> Values:
        """Return spaces that suit how the leads lean, and then as wide as there is room for."""
        least = self._spaces(np.ones(self.runs.shape))
        leaning = self._affordable(least, self._spaces(leans))
        return self._affordable(leaning, wish * leaning)

    def _affordable(self, least: Values, wanted: Values) -> Values:
        """Return spaces between the least and the wanted ones, at each level as wide as leaves room for all."""
        low, high = np.zeros(len(self.levels)), np.ones(len(self.levels))
        shares: Values = np.ones(len(self.levels))
        for _ in range(_SHARES):
            fits = self._fits(least + shares[:, None] * (wanted - least))
            low, high = np.where(fits, shares, low), np.where(fits, high, shares)
            shares = (low + high) / 2
        return np.asarray(least + low[:, None] * (wanted - least))

    def _fits(self, spaces: Values) -> NDArray[np.bool_]:
        """Tell at which levels there is room for some spaces."""
        low, high = self._limits(spaces, self.low, self.high)
        return np.asarray((np.where(self.runs, low - high, -np.inf) <= _EXACT).all(axis=1))

    def _strings(self, spaces: Values) -> list[tuple[Values, Values]]:
        """Return all leads taut: heights and places of their corners."""
        low, high = self.low.copy(), self.high.copy()
        found: list[tuple[Values, Values]] = [(np.empty(0), np.empty(0))] * len(self.tips)
        slants = np.abs(self.ends[:, 0] - self.tips[:, 0]) / (self.ends[:, 1] - self.tips[:, 1])
        for _ in range(_PASSES):
            for lead in np.argsort(np.round(slants, _DIGITS), kind="stable").tolist():
                low[:, lead], high[:, lead] = self.low[:, lead], self.high[:, lead]
                found[lead] = self._string(lead, spaces, low, high)
        return found

    def _string(self, lead: int, spaces: Values, low: Values, high: Values) -> tuple[Values, Values]:
        """Return one lead taut among the others, and hold it there."""
        places = np.cumsum(spaces, axis=1)
        rows = slice(self.first[lead], self.last[lead] + 1)
        here = places[rows, lead]
        least = (low[rows, : lead + 1] - places[rows, : lead + 1]).max(axis=1) + here
        most = (high[rows, lead:] - places[rows, lead:]).min(axis=1) + here
        middle = (least + most) / 2
        least, most = np.where(least > most, middle, least), np.where(least > most, middle, most)
        least[[0, -1]] = most[[0, -1]] = [self.tips[lead, 0], self.ends[lead, 0]]
        string = taut(self.levels[rows], least, most)
        low[rows, lead] = high[rows, lead] = np.interp(self.levels[rows], *string)
        return string

    def _leans(self, strings: list[tuple[Values, Values]]) -> Values:
        """Return how much longer each lead is than high about each level, the greater of below and above."""
        factors = np.ones(self.runs.shape)
        for lead, (heights, positions) in enumerate(strings):
            rows = slice(self.first[lead], self.last[lead] + 1)
            places = np.interp(self.levels[rows], heights, positions)
            lean = np.minimum(np.hypot(1.0, np.diff(places) / np.diff(self.levels[rows])), _STEEPEST)
            factors[rows, lead] = np.maximum(np.append(lean, 1.0), np.insert(lean, 0, 1.0))
        return factors

    def _name(self, number: int) -> str:
        """Return what a limit is the limit of."""
        return self.barriers[number].name if number >= 0 else "the border of the side"
