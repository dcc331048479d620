"""Contraction: an array made short, and what is found in the short one put back to all its places.

Where all that a layout draws repeats along an axis with one period, whole periods can be taken out: what is left is a
layout like any other, and what a rule finds in it is what it finds in the whole one, once for all periods that are
gone. Shapes that run through such a *strip* unchanged, the edge of a plate beside an array, become shorter; an edge
that is found is put back to its whole length. So nothing is ever cut, and the short layout is checked flat.

A strip keeps so many periods that its ends, where the array begins and stops, are out of sight from its middle. What
lies in the middle period, its *home*, stands for all that was taken out.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from maskgen.drc.layouts.placements import COUNT, STEP, Item, Rows
from maskgen.stream.cells import LayerKey, Rings

Reals = NDArray[np.float64]

_MOST_PERIODS = 64
"""Different periods along one axis; where there are more, little is gained by any of them."""
_MOST_INTERVALS = 1_000_000
"""Edges that are looked at one by one; beyond, groups of shapes are looked at by their boxes."""
_MOST_STRIPS = 10_000


@dataclass(frozen=True)
class Cut:
    """Whole periods taken out of a strip, in coordinates in which nothing right of it is taken out [dbu].

    Parameters
    ----------
    low, high
        Ends of the strip as it is left.
    home
        Where the middle period begins; what is taken out stood behind it.
    period, times
        What was taken out: `times` periods.
    margin
        How far anything is seen.
    """

    low: float
    high: float
    home: float
    period: float
    times: int
    margin: float

    @property
    def behind(self) -> float:
        """Return where the middle period ends."""
        return self.home + self.period

    @property
    def gone(self) -> float:
        """Return how long it is what was taken out."""
        return self.period * self.times


@dataclass(frozen=True)
class Contracted:
    """Items in a short layout, and how it was made short.

    Parameters
    ----------
    cuts
        Axis and cut, in the order in which they are to be undone.
    """

    items: list[Item]
    cuts: tuple[tuple[int, Cut], ...] = ()


def contracted(items: Sequence[Item], margin: float) -> Contracted:
    """Return items with what repeats taken out along both axes.

    Parameters
    ----------
    margin
        How far anything is seen [dbu].
    """
    found = list(items)
    cuts: list[tuple[int, Cut]] = []
    for axis in (0, 1):
        here = _cuts(found, axis, margin)
        if here:
            found = _shortened(found, axis, here)
            cuts = [*((axis, cut) for cut in here), *cuts]
    return Contracted(found, tuple(cuts))


def _cuts(items: Sequence[Item], axis: int, margin: float) -> list[Cut]:
    """Return what can be taken out along an axis, from left to right."""
    begins, ends, periods = _repeating(items, axis)
    if not len(begins):
        return []
    kinds = np.unique(periods)
    if len(kinds) > _MOST_PERIODS:
        return []
    barred = _united(_barred(items, axis))
    points = np.unique(np.concatenate([begins, ends, barred.ravel()]))
    middles = (points[1:] + points[:-1]) / 2
    closed = np.searchsorted(barred[:, 0], middles) > np.searchsorted(barred[:, 1], middles)
    active = np.stack([_within(middles, begins[periods == kind], ends[periods == kind]) for kind in kinds])
    size = np.diff(points)
    useful = np.flatnonzero(~closed & active.any(axis=0) & (size > 2 * kinds[0] + 4 * margin))
    found = [
        _cut(points[at], points[at + 1], [int(kind) for kind in kinds[active[:, at]]], margin)
        for at in useful[:_MOST_STRIPS].tolist()
    ]
    return [cut for cut in found if cut is not None]


def _cut(low: float, high: float, periods: list[int], margin: float) -> Cut | None:
    """Return what can be taken out of a strip, if it is long enough."""
    period = math.lcm(*periods)
    times = int((high - low - 2 * period - 4 * margin) // period)
    if times < 1:
        return None
    home = low + math.ceil(period / 2) + 2 * margin
    return Cut(low, high - times * period, home, float(period), times, margin)


def _within(places: Reals, begins: Reals, ends: Reals) -> NDArray[np.bool_]:
    """Tell which places lie within any of some intervals."""
    return np.searchsorted(np.sort(begins), places) > np.searchsorted(np.sort(ends), places)


def _repeating(items: Sequence[Item], axis: int) -> tuple[Reals, Reals, Reals]:
    """Return where each array looks as if it had no end, first and last place, and its period."""
    found = [np.empty((0, 3))]
    for item in items:
        rows = item.rows[item.rows[:, COUNT[axis]] > 1]
        low, high = item.box[axis], item.box[axis + 2]
        x, count, step = rows[:, axis], rows[:, COUNT[axis]], rows[:, STEP[axis]]
        found.append(np.column_stack([x + high - step, x + low + count * step, step]))
    table = np.concatenate(found)
    table = table[table[:, 0] < table[:, 1]]
    return table[:, 0], table[:, 1], table[:, 2]


def _barred(items: Sequence[Item], axis: int) -> Reals:
    """Return the (n, 2) intervals along an axis in which something does neither repeat nor go on unchanged."""
    found = [np.empty((0, 2))]
    total = 0
    for item in items:
        low, high = item.box[axis], item.box[axis + 2]
        several = item.rows[:, COUNT[axis]] > 1
        rows = item.rows[several]
        x, count, step = rows[:, axis], rows[:, COUNT[axis]], rows[:, STEP[axis]]
        first, last = x + low, x + (count - 1) * step + high
        begin, end = x + high - step, x + low + count * step
        found.append(np.column_stack([first, np.where(begin < end, begin, last)])[(begin > first) | (begin >= end)])
        found.append(np.column_stack([end, last])[(end < last) & (begin < end)])
        places = np.unique(item.rows[~several, axis])
        changes = _changes(item, axis)
        total += len(places) * len(changes)
        if total > _MOST_INTERVALS:
            changes = np.array([[low, high]])
        found.append((places[:, None, None] + changes).reshape(-1, 2))
    return np.concatenate(found)


def _changes(item: Item, axis: int) -> Reals:
    """Return the intervals along an axis in which one copy of an item changes: between them its edges run along."""
    if item.closed is not None:
        return np.array([[item.box[axis], item.box[axis + 2]]])
    found = []
    for rings in item.shapes.values():
        x, y = rings.points[:, axis], rings.points[:, 1 - axis]
        after = np.arange(1, len(x) + 1)
        after[rings.ends[1:] - 1] = rings.ends[:-1]
        across = y != y[after]
        found.append(np.column_stack([np.minimum(x, x[after]), np.maximum(x, x[after])])[across])
    return _united(np.concatenate(found))


def _united(intervals: Reals) -> Reals:
    """Return intervals with those that overlap joined, from left to right."""
    if not len(intervals):
        return intervals
    order = np.argsort(intervals[:, 0], kind="stable")
    begins, reach = intervals[order, 0], np.maximum.accumulate(intervals[order, 1])
    new = np.append(True, begins[1:] > reach[:-1])
    last = np.append(np.flatnonzero(new)[1:] - 1, len(begins) - 1)
    return np.column_stack([begins[new], reach[last]])


def _shortened(items: Iterable[Item], axis: int, cuts: Sequence[Cut]) -> list[Item]:
    """Return items without what is taken out."""
    # In coordinates of the long layout: a cut's own count from where those before it left off.
    behind = np.array([cut.behind for cut in cuts])
    gone = np.append(0.0, np.cumsum([cut.gone for cut in cuts]))
    found = []
    for item in items:
        several = item.rows[:, COUNT[axis]] > 1
        rows = item.rows[several].copy()
        first, last = rows[:, axis] + item.box[axis], _last(rows, axis) + item.box[axis + 2]
        passed, reached = np.searchsorted(behind, first, side="right"), np.searchsorted(behind, last)
        rows[:, axis] -= gone[passed]
        rows[:, COUNT[axis]] -= np.round((gone[reached] - gone[passed]) / rows[:, STEP[axis]])
        rows[rows[:, COUNT[axis]] == 1, STEP[axis]] = 0.0
        found += [replace(item, rows=rows)] if len(rows) else []
        found += _shortened_singles(replace(item, rows=item.rows[~several]), axis, behind, gone)
    return found


def _last(rows: Rows, axis: int) -> Reals:
    """Return where the last copies stand along an axis."""
    return rows[:, axis] + (rows[:, COUNT[axis]] - 1) * rows[:, STEP[axis]]


def _shortened_singles(item: Item, axis: int, behind: Reals, gone: Reals) -> list[Item]:
    """Return what does not repeat along an axis: moved, and shapes that run through a cut made shorter."""
    x = item.rows[:, axis]
    passed, reached = (np.searchsorted(behind, x + item.box[axis + end]) for end in (0, 2))
    whole = passed == reached
    rows = item.rows[whole].copy()
    rows[:, axis] -= gone[passed[whole]]
    found = [replace(item, rows=rows)] if len(rows) else []
    for place in np.unique(x[~whole]).tolist():
        rows = item.rows[~whole & (x == place)].copy()
        origin = place - gone[np.searchsorted(behind, place + item.box[axis])]
        rows[:, axis] = origin
        shapes = {key: _squeezed(rings, axis, place, origin, behind, gone) for key, rings in item.shapes.items()}
        box = list(item.box)
        for end in (axis, axis + 2):
            edge = place + box[end]
            box[end] = float(edge - gone[np.searchsorted(behind, edge)] - origin)
        found.append(replace(item, shapes=shapes, rows=rows, box=(box[0], box[1], box[2], box[3])))
    return found


def _squeezed(rings: Rings, axis: int, place: float, origin: float, behind: Reals, gone: Reals) -> Rings:
    """Return outlines at a place without what is taken out, around an origin."""
    points = rings.points.copy()
    x = points[:, axis] + place
    points[:, axis] = x - gone[np.searchsorted(behind, x)] - origin
    return Rings(points, rings.ends)


__all__ = ["Contracted", "Cut", "LayerKey", "contracted"]
