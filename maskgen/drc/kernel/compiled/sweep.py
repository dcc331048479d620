"""Pairs of boxes that touch: strips across the plane, each swept from left to right.

Boxes are (n, 4) ndarrays of int: left, bottom, right, top [dbu]. With two kinds of boxes those from `split` on are the
other kind, and only pairs of different kinds are found.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from maskgen.drc.kernel.candidates import Compact
from maskgen.drc.kernel.compiled.jit import compiled

Integers = NDArray[np.int64]
Pairs = tuple[Integers, Integers]
Strip = tuple[Integers, Integers, int]
"""The members of one strip, their boxes, and the height at which it begins."""
Grid = tuple[int, int, int]
"""Where strips begin, the binary logarithm of their height, and by how much boxes are larger than given."""

_PORTION = 1 << 16
"""Boxes in the strips of a portion of work, about."""


@dataclass(frozen=True, eq=False)
class Strips:
    """Boxes by the strips that they touch.

    Parameters
    ----------
    starts
        (S + 1,) ndarray of int: members ``starts[s]:starts[s + 1]`` touch strip ``s``.
    low, shift
        Strip of a height ``y`` is ``(y - low) >> shift``.
    split
        Number of boxes of the first kind, or -1 if there is one kind.
    reach
        By how much boxes are larger than given, only those of the first kind if there are two.
    """

    boxes: Compact
    members: Compact
    starts: Integers
    low: int
    shift: int
    split: int
    reach: int

    def portions(self) -> Iterator[tuple[int, int]]:
        """Yield ranges of strips of about equal work, which do not depend on the number of threads."""
        ends = np.flatnonzero(np.diff((self.starts[1:] - 1) // _PORTION, append=-2)) + 1
        yield from pairwise([0, *ends.tolist()])

    def pairs(self, portion: tuple[int, int]) -> Pairs:
        """Return the pairs of boxes that touch, each found in one strip only, the smaller index first."""
        return _pairs(self.boxes, self.members, self.starts, portion, (self.low, self.shift, self.reach), self.split)


def strips(boxes: Compact, *, split: int = -1, reach: int = 0) -> Strips:
    """Return boxes by strips about twice as high as they are on average."""
    boxes = np.ascontiguousarray(boxes)
    if not len(boxes):
        return Strips(boxes, np.zeros(0, dtype=np.int32), np.zeros(1, dtype=np.int64), 0, 0, split, reach)
    low = int(boxes[:, 1].min()) - reach
    mean = float(boxes[:, 3].mean() - boxes[:, 1].mean()) + 2 * reach
    extent = int(boxes[:, 3].max()) + reach - low
    shift = max(int(2 * mean + 1).bit_length() - 1, (4 * extent // len(boxes)).bit_length(), 1)
    many = len(boxes) if split < 0 else split
    counts = _counts(boxes, (low, shift, reach), many, (extent >> shift) + 1)
    starts = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=starts[1:])
    return Strips(boxes, _filed(boxes, (low, shift, reach), many, starts), starts, low, shift, split, reach)


@compiled
def _counts(boxes: Compact, grid: Grid, many: int, count: int) -> Integers:
    """Return how many boxes touch each strip."""
    found = np.zeros(count, dtype=np.int64)
    for i in range(len(boxes)):
        more = grid[2] if i < many else 0
        for s in range((boxes[i, 1] - more - grid[0]) >> grid[1], ((boxes[i, 3] + more - grid[0]) >> grid[1]) + 1):
            found[s] += 1
    return found


@compiled
def _filed(boxes: Compact, grid: Grid, many: int, starts: Integers) -> Compact:
    """Return the boxes of all strips, in the order of their numbers."""
    at, members = starts[:-1].copy(), np.empty(starts[-1], dtype=np.int32)
    for i in range(len(boxes)):
        more = grid[2] if i < many else 0
        for s in range((boxes[i, 1] - more - grid[0]) >> grid[1], ((boxes[i, 3] + more - grid[0]) >> grid[1]) + 1):
            members[at[s]] = i
            at[s] += 1
    return members


@compiled
def _is_here(here: Integers, a: int, c: int, floor: int) -> bool:
    """Tell whether two boxes that touch along x do along y too, and what they share begins above a height."""
    if here[c, 1] > here[a, 3] or here[c, 3] < here[a, 1]:
        return False
    return here[a, 1] >= floor or here[c, 1] >= floor


@compiled
def _put(found: Integers, count: int, one: int, other: int) -> tuple[Integers, int]:
    """Return pairs with one more."""
    if count == len(found):
        found = np.concatenate((found, found))
    found[count, 0], found[count, 1] = min(one, other), max(one, other)
    return found, count + 1


@compiled
def _within(strip: Strip, found: Integers, count: int) -> tuple[Integers, int]:
    """Put to some pairs those of the boxes of one strip, which stand in the order of their left sides."""
    own, here, floor = strip
    for a in range(len(own)):
        c = a + 1
        while c < len(own) and here[c, 0] <= here[a, 2]:
            if _is_here(here, a, c, floor):
                found, count = _put(found, count, own[a], own[c])
            c += 1
    return found, count


@compiled
def _across(strip: Strip, kinds: Pairs, is_later: bool, found: Integers, count: int) -> tuple[Integers, int]:
    """Put to some pairs those of a box of the first kind and one of the second that begins no sooner, or later."""
    own, here, floor = strip
    begin = 0
    for a in kinds[0]:
        while begin < len(kinds[1]) and here[kinds[1][begin], 0] < here[a, 0] + is_later:
            begin += 1
        at = begin
        while at < len(kinds[1]) and here[kinds[1][at], 0] <= here[a, 2]:
            if _is_here(here, a, kinds[1][at], floor):
                found, count = _put(found, count, own[a], own[kinds[1][at]])
            at += 1
    return found, count


@compiled
def _pairs(
    boxes: Compact, members: Compact, starts: Integers, portion: tuple[int, int], grid: Grid, split: int
) -> Pairs:
    found = np.empty((1024, 2), dtype=np.int64)
    count = 0
    for s in range(portion[0], portion[1]):
        own = members[starts[s] : starts[s + 1]].astype(np.int64)
        here = np.empty((len(own), 4), dtype=np.int64)
        for n in range(len(own)):
            more = grid[2] if split < 0 or own[n] < split else 0
            here[n, 0], here[n, 1] = boxes[own[n], 0] - more, boxes[own[n], 1] - more
            here[n, 2], here[n, 3] = boxes[own[n], 2] + more, boxes[own[n], 3] + more
        order = np.argsort(here[:, 0])
        own, here = own[order], here[order]
        # The strip in which the part that two boxes share begins is the one that reports them.
        floor = grid[0] + (s << grid[1])
        if split < 0:
            found, count = _within((own, here, floor), found, count)
        else:
            kinds = (np.flatnonzero(own < split), np.flatnonzero(own >= split))
            found, count = _across((own, here, floor), kinds, False, found, count)
            found, count = _across((own, here, floor), (kinds[1], kinds[0]), True, found, count)
    return found[:count, 0].copy(), found[:count, 1].copy()
