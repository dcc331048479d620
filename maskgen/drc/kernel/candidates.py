"""Which boxes touch which: a grid per size of box, so that plates and vias cost what they are.

Boxes are (n, 4) ndarrays of int: left, bottom, right, top [dbu].
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Compact = NDArray[np.signedinteger[Any]]
"""Integers in as many bits as they need."""
Boxes = NDArray[np.int64]
Columns = NDArray[np.int64]
Pairs = tuple[Integers, Integers]

_CHUNK = 1 << 18
"""Pairs looked at in one go: their columns stay in cache."""
_STEP = 2
"""Steps between the levels of two neighbouring grids."""


def touching(boxes: Boxes, others: Boxes) -> Pairs:
    """Return the indices of all pairs of a box and another that overlap or touch, in no order."""
    return _joined(_Grids(boxes), _Grids(others), within=False)


def touching_within(boxes: Boxes) -> Pairs:
    """Return the indices of all pairs of two boxes that overlap or touch, each pair once, the smaller index first."""
    grids = _Grids(boxes)
    first, second = _joined(grids, grids, within=True)
    return np.minimum(first, second), np.maximum(first, second)


def expanded(starts: Integers, counts: Integers) -> tuple[Integers, Integers]:
    """Return, for runs of numbers that begin at `starts`, the run of each number and the numbers themselves."""
    run = np.repeat(np.arange(len(counts)), counts)
    ends = np.cumsum(counts)
    return run, np.arange(len(run)) + np.repeat(starts - ends + counts, counts)


def chunks(costs: Integers, size: int = _CHUNK) -> Iterator[slice]:
    """Return slices of consecutive entries whose costs add up to about `size`."""
    if not len(costs):
        return
    group = (np.cumsum(costs) - 1) // size
    starts = np.append(np.flatnonzero(np.diff(group, prepend=-1)), len(costs))
    yield from (slice(begin, end) for begin, end in pairwise(starts.tolist()))


def near(first: Columns, one: Integers, second: Columns, other: Integers, reach: int = 1) -> Integers:
    """Return the places of the pairs whose boxes are less than a reach apart along both axes.

    Parameters
    ----------
    first, second
        (4, n) and (4, m) ndarray of int: boxes by columns [dbu].
    one, other
        (k,) ndarray of int: the boxes of each pair.
    """
    places = np.arange(len(one))
    for low, high in ((0, 2), (1, 3)):
        keep = first[low][one] - second[high][other] < reach
        keep &= second[low][other] - first[high][one] < reach
        one, other, places = one[keep], other[keep], places[keep]
    return places


class _Grids:
    """Boxes by the size of the cells that hold them: at most two cells wide and high.

    A level is the binary logarithm of its cell size. The lowest takes all boxes up to twice the middle size, so that
    most are in one grid.
    """

    def __init__(self, boxes: Boxes) -> None:
        self.columns = np.ascontiguousarray(boxes.T)
        left, bottom, right, top = self.columns
        size = np.maximum(right - left, top - bottom)
        lowest = int(np.ceil(np.log2(2 * max(int(np.median(size)), 1)))) if len(size) else 0
        level = np.ceil(np.log2(np.maximum(size, 1)) - 1e-9).astype(np.int64)
        level = np.maximum(lowest, lowest - (lowest - level) // _STEP * _STEP)
        self.levels = {int(found): np.flatnonzero(level == found) for found in np.unique(level)}
        self.sorted: dict[int, tuple[Integers, Integers]] = {}

    def cells(self, members: Integers, level: int) -> tuple[Integers, Integers]:
        """Return the cells of a level that boxes touch, and the box of each."""
        left, bottom, right, top = self.columns[:, members] >> level
        wide, tall = right > left, top > bottom
        both = wide & tall
        keys = [_key(left, bottom), _key(right, bottom)[wide], _key(left, top)[tall], _key(right, top)[both]]
        return np.concatenate(keys), np.concatenate([members, members[wide], members[tall], members[both]])

    def table(self, level: int) -> tuple[Integers, Integers]:
        """Return the cells of the boxes of a level in order, and the box of each."""
        if level not in self.sorted:
            keys, members = self.cells(self.levels[level], level)
            order = np.argsort(keys, kind="stable")
            self.sorted[level] = keys[order], members[order]
        return self.sorted[level]


def _key(x: Integers, y: Integers) -> Integers:
    return (x << 32) + y


def _joined(grids: _Grids, others: _Grids, *, within: bool) -> Pairs:
    """Return the pairs of all levels: the smaller boxes look into the grid of the larger."""
    found: list[Pairs] = []
    for level, members in grids.levels.items():
        for other in others.levels:
            if within and level == other:
                found += _own(grids, level)
            elif level <= other:
                found += _looked_up(grids, members, others, other)
            elif not within:
                found += [(mine, theirs) for theirs, mine in _looked_up(others, others.levels[other], grids, level)]
    if not found:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    return np.concatenate([pair[0] for pair in found]), np.concatenate([pair[1] for pair in found])


def _own(grids: _Grids, level: int) -> Iterator[Pairs]:
    """Return the pairs of boxes of one level."""
    keys, members = grids.table(level)
    last = np.flatnonzero(np.append(np.diff(keys) != 0, True))
    behind = np.repeat(last, np.diff(last, prepend=-1)) - np.arange(len(keys))
    for part in chunks(behind):
        run, place = expanded(np.arange(part.start, part.stop) + 1, behind[part])
        mine, theirs = members[part][run], members[place]
        yield _met(grids, mine, grids, theirs, keys[place], level)


def _looked_up(grids: _Grids, members: Integers, others: _Grids, level: int) -> Iterator[Pairs]:
    """Return the pairs of some boxes with those of a level of others, not larger themselves."""
    table, owners = others.table(level)
    keys, members = grids.cells(members, level)
    starts = np.searchsorted(table, keys)
    counts = np.searchsorted(table, keys, side="right") - starts
    for part in chunks(counts):
        run, place = expanded(starts[part], counts[part])
        mine, theirs = members[part][run], owners[place]
        yield _met(grids, mine, others, theirs, table[place], level)


def _met(grids: _Grids, mine: Integers, others: _Grids, theirs: Integers, keys: Integers, level: int) -> Pairs:
    """Return the pairs that touch; each does in one cell only, that of the lower left corner of what they share."""
    for axis in (0, 1):
        meet = np.maximum(grids.columns[axis][mine], others.columns[axis][theirs]) <= np.minimum(
            grids.columns[axis + 2][mine], others.columns[axis + 2][theirs]
        )
        mine, theirs, keys = mine[meet], theirs[meet], keys[meet]
    left = np.maximum(grids.columns[0][mine], others.columns[0][theirs]) >> level
    bottom = np.maximum(grids.columns[1][mine], others.columns[1][theirs]) >> level
    here = _key(left, bottom) == keys
    return mine[here], theirs[here]
