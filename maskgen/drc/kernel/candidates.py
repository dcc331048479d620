"""Which boxes touch which: a grid per size of box, so that plates and vias cost what they are.

Boxes are (n, 4) ndarrays of int: left, bottom, right, top [dbu].
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from maskgen.geometry.polygons import offsets

Integers = NDArray[np.int64]
Boxes = NDArray[np.int64]
Pairs = tuple[Integers, Integers]

_CHUNK = 1 << 18
"""Pairs looked at in one go: their columns stay in cache."""
_BASE = 4
"""Ratio of the cell sizes of two neighbouring grids."""


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
    yield from (slice(int(begin), int(end)) for begin, end in zip(starts[:-1], starts[1:], strict=True))


class _Grids:
    """Boxes by the size of the cells that hold them: at most two cells wide and high."""

    def __init__(self, boxes: Boxes) -> None:
        self.boxes = boxes
        size = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]) if len(boxes) else np.zeros(0)
        level = np.ceil(np.log(np.maximum(size, 1)) / np.log(_BASE) - 1e-9).astype(np.int64)
        self.levels = {int(found): np.flatnonzero(level == found) for found in np.unique(level)}
        self.sorted: dict[int, tuple[Integers, Integers]] = {}

    def cells(self, members: Integers, level: int) -> tuple[Integers, Integers]:
        """Return the cells of a level that boxes touch, and the box of each."""
        low, high = self.boxes[members, :2] // _BASE**level, self.boxes[members, 2:] // _BASE**level
        wide, high_enough = high[:, 0] > low[:, 0], high[:, 1] > low[:, 1]
        both = wide & high_enough
        keys = [_key(low), _key(low + [1, 0])[wide], _key(low + [0, 1])[high_enough], _key(high)[both]]
        return np.concatenate(keys), np.concatenate([members, members[wide], members[high_enough], members[both]])

    def table(self, level: int) -> tuple[Integers, Integers]:
        """Return the cells of the boxes of a level in order, and the box of each."""
        if level not in self.sorted:
            keys, members = self.cells(self.levels[level], level)
            order = np.argsort(keys, kind="stable")
            self.sorted[level] = keys[order], members[order]
        return self.sorted[level]


def _key(cell: Integers) -> Integers:
    return cell[:, 0] * (1 << 32) + cell[:, 1]


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
        met = _met(grids.boxes[mine], grids.boxes[theirs], keys[place], level)
        yield mine[met], theirs[met]


def _looked_up(grids: _Grids, members: Integers, others: _Grids, level: int) -> Iterator[Pairs]:
    """Return the pairs of some boxes with those of a level of others, not larger themselves."""
    table, owners = others.table(level)
    keys, members = grids.cells(members, level)
    starts = np.searchsorted(table, keys)
    counts = np.searchsorted(table, keys, side="right") - starts
    for part in chunks(counts):
        run, place = expanded(starts[part], counts[part])
        mine, theirs = members[part][run], owners[place]
        met = _met(grids.boxes[mine], others.boxes[theirs], table[place], level)
        yield mine[met], theirs[met]


def _met(one: Boxes, other: Boxes, keys: Integers, level: int) -> NDArray[np.bool_]:
    """Tell which boxes touch; each pair does so in one cell only, that of the lower left corner of what they share."""
    low, high = np.maximum(one[:, :2], other[:, :2]), np.minimum(one[:, 2:], other[:, 2:])
    return (low[:, 0] <= high[:, 0]) & (low[:, 1] <= high[:, 1]) & (_key(low // _BASE**level) == keys)
