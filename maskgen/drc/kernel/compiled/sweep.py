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
from maskgen.drc.kernel.compiled import strips as loops

Integers = NDArray[np.int64]
Pairs = tuple[Integers, Integers]

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
        return loops.pairs(self.boxes, self.members, self.starts, portion, self.low, self.shift, self.reach, self.split)


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
    counts = loops.counts(boxes, low, shift, reach, many, (extent >> shift) + 1)
    starts = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=starts[1:])
    return Strips(boxes, loops.filed(boxes, low, shift, reach, many, starts), starts, low, shift, split, reach)


def grouped(boxes: Compact, kinds: Integers) -> Integers:
    """Return (n,) for each box the least index of those of its kind that it hangs together with."""
    filed = strips(boxes)
    return loops.grouped(filed.boxes, filed.members, filed.starts, kinds)
