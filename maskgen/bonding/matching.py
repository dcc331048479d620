"""Matching of two cyclic sequences: each contact to at most one pad, both in order, at the least total cost.

Unrolled, a turn of the pads is a run of columns and a matching is a path that never steps back: dynamic programming
over the contacts, all columns of a row at once. Where the turn begins is found by branch and bound: columns of more
than a turn give a lower bound for every beginning among them, and a path that fits into one turn is the best of them.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Costs = NDArray[np.float64]
Columns = NDArray[np.int64]

NOWHERE = -1
"""Column of a contact that gets no pad."""

_BRANCHES = 32
"""Solved turns after which the search is content with the best beginning found so far."""

_LOOK_BACK = 4
"""Contacts of the same net before a contact that it may join on a pad."""


@dataclass(frozen=True, eq=False)
class Problem:
    """Contacts and pads in cyclic order.

    Parameters
    ----------
    costs : (n, m) ndarray of float
        Cost of a wire from each contact to each pad, infinite where there must be none.
    skips : (n,) ndarray of float
        Cost of giving a contact no pad, finite.
    bridged : (n,) ndarray of bool
        Whether contacts on either side may share a pad when this one has none.
    nets : (n,) sequence of int
        Contacts may share a pad only if their numbers are equal.
    capacity
        Most contacts on one pad.
    share
        Cost of each contact on a pad beyond its first.
    """

    costs: Costs
    skips: Costs
    bridged: NDArray[np.bool_]
    nets: Sequence[int]
    capacity: int = 1
    share: float = 0.0

    def partners(self, contact: int) -> list[tuple[int, float]]:
        """Return earlier contacts that may be the last before this one on a pad, and the skips in between."""
        found: list[tuple[int, float]] = []
        between = 0.0
        for earlier in range(contact - 1, -1, -1):
            if self.nets[earlier] == self.nets[contact]:
                found.append((earlier, between))
            if not self.bridged[earlier] or len(found) == _LOOK_BACK:
                break
            between += float(self.skips[earlier])
        return found


@dataclass(order=True, frozen=True)
class _Turn:
    """The best path through the columns of all turns that begin between `low` and `high`."""

    cost: float
    low: int
    high: int
    columns: Columns = field(compare=False)

    def fits(self, pads: int) -> bool:
        """Tell whether the path goes round no more than once."""
        used = self.columns[self.columns != NOWHERE]
        return not len(used) or int(used.max() - used.min()) < pads


def cyclic_matching(problem: Problem) -> Columns:
    """Return the pad of each contact.

    The path never joins the last contact to the first on one pad: begin the contacts where the net changes.

    Returns
    -------
    (n,) ndarray of int
        Index of a pad, or `NOWHERE`.
    """
    contacts, pads = problem.costs.shape
    if not pads or not contacts:
        return np.full(contacts, NOWHERE)
    turns = [_turn(problem, 0, pads - 1)]
    while not turns[0].fits(pads):
        best = heapq.heappop(turns)
        middle = (best.low + best.high) // 2
        if len(turns) >= _BRANCHES:
            heapq.heappush(turns, _turn(problem, middle, middle))
            break
        heapq.heappush(turns, _turn(problem, best.low, middle))
        heapq.heappush(turns, _turn(problem, middle + 1, best.high))
    found = min(turn for turn in turns if turn.fits(pads))
    return np.where(found.columns == NOWHERE, NOWHERE, found.columns % pads)


def _turn(problem: Problem, low: int, high: int) -> _Turn:
    """Solve all turns that begin between two columns as if they were one."""
    pads = problem.costs.shape[1]
    unrolled = problem.costs[:, np.arange(low, high + pads) % pads]
    path = _Path(problem, unrolled)
    columns = path.columns()
    return _Turn(path.cost, low, high, np.where(columns == NOWHERE, NOWHERE, columns + low))


class _Path:
    """The tables of one dynamic programme.

    `best[i][c]` is the least cost of the first i contacts on the first c columns; `wired[i][k][c]` that of contact i on
    column c, the last so far and the (k+1)th there.
    """

    def __init__(self, problem: Problem, costs: Costs) -> None:
        self.problem = problem
        self.costs = costs
        self.best = [np.zeros(costs.shape[1] + 1)]
        self.wired: list[list[Costs]] = []
        for contact in range(len(costs)):
            self._extend(contact)

    @property
    def cost(self) -> float:
        """Return the least total cost."""
        return float(self.best[-1][-1])

    def _extend(self, contact: int) -> None:
        """Add the row of one contact."""
        row = self.best[contact] + self.problem.skips[contact]
        levels = [self.costs[contact] + self.best[contact][:-1]]
        for level in range(1, self.problem.capacity):
            joined = self._joined(contact, level)
            if not joined:
                break
            levels.append(np.minimum.reduce([values for _, values in joined]))
        for values in levels:
            np.minimum(row[1:], values, out=row[1:])
        self.best.append(np.minimum.accumulate(row))
        self.wired.append(levels)

    def _joined(self, contact: int, level: int) -> list[tuple[int, Costs]]:
        """Return the costs of joining each possible partner on its column."""
        fee = self.costs[contact] + self.problem.share
        return [
            (earlier, fee + (self.wired[earlier][level - 1] + skipped))
            for earlier, skipped in self.problem.partners(contact)
            if level <= len(self.wired[earlier])
        ]

    def columns(self) -> Columns:
        """Return the column of each contact on the best path, the earliest columns among equals."""
        found = np.full(len(self.costs), NOWHERE)
        contact, column = len(self.costs), self.costs.shape[1]
        while contact > 0:
            cost = float(self.best[contact][column])
            column = int(np.argmax(self.best[contact][: column + 1] <= cost))
            level = self._level(contact - 1, column - 1, cost)
            if level is None:
                contact -= 1
                continue
            column -= 1
            group = self._group(contact - 1, level, column)
            found[group] = column
            contact = group[-1]
        return found

    def _level(self, contact: int, column: int, cost: float) -> int | None:
        """Return how many contacts stand before this one on a column, None if it got no pad."""
        if column < 0:
            return None
        return next((k for k, values in enumerate(self.wired[contact]) if values[column] == cost), None)

    def _group(self, contact: int, level: int, column: int) -> list[int]:
        """Return the contacts that share a column, the last first."""
        group = [contact]
        for above in range(level, 0, -1):
            cost = self.wired[contact][above][column]
            contact = next(earlier for earlier, values in self._joined(contact, above) if values[column] == cost)
            group.append(contact)
        return group
