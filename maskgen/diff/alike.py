"""What two layers have in common: polygons that are equal, and those that lie too far from all others to matter."""

from dataclasses import dataclass
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from maskgen.drc.kernel import candidates
from maskgen.geometry.polygons import Polygons, offsets

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
_Names = NDArray[np.uint64]

_MULTIPLIERS = (0x9E37_79B9_7F4A_7C15, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0x27D4_EB2F_1656_67C5)
"""Odd numbers of which the bits look random, one for each coordinate of an edge."""
_MIXING = ((0xBF58_476D_1CE4_E5B9, 0x94D0_49BB_1331_11EB), (0xFF51_AFD7_ED55_8CCD, 0xC4CE_B9FE_1A85_EC53))
"""Multipliers of the last steps of SplitMix64 and of MurmurHash3: two numbers that do not depend on each other."""
_PORTION = 1 << 17
"""Vertices whose edges are numbered in one go."""
_MOST_SQUARES = 1500
"""Squares along an axis, of a grid that tells what is near."""


def without_common(one: Polygons, other: Polygons) -> tuple[Polygons, Polygons, Polygons, Polygons]:
    """Return of two layers what only they have, and what of each may touch what only the other has.

    Returns
    -------
    Polygons
        Of the first layer those that the second has not, and of the second those near them; then the other way round.
        What is in both layers leaves nothing of itself, and yet takes away from its neighbours.
    """
    left, right = _alone(_names(one), _names(other))
    left_only, right_only = taken(one, left), taken(other, right)
    return left_only, _near(other, left_only), right_only, _near(one, right_only)


def _alone(one: _Names, other: _Names) -> tuple[Integers, Integers]:
    """Return the places of names that are not among the other ones, of equal ones the first."""
    rest, others = _without_pairs(one, other)
    names = np.concatenate([one[rest], other[others]])
    order = np.argsort(names[:, 0], kind="stable")
    if not len(order):
        return rest, others
    ordered = names[order]
    starts = np.append(0, np.flatnonzero((ordered[1:] != ordered[:-1]).any(axis=1)) + 1)
    counts = np.add.reduceat((order >= len(rest)).astype(np.int64), starts)
    alone = order[starts[(counts == 0) | (counts == np.diff(np.append(starts, len(order))))]]
    return rest[np.sort(alone[alone < len(rest)])], others[np.sort(alone[alone >= len(rest)]) - len(rest)]


def _without_pairs(one: _Names, other: _Names) -> tuple[Integers, Integers]:
    """Return the places of names that do not stand at the same place in both, counted from the first or the last."""
    left, right = np.ones(len(one), dtype=bool), np.ones(len(other), dtype=bool)
    few = min(len(one), len(other))
    same = (one[:few] == other[:few]).all(axis=1)
    left[:few][same] = right[:few][same] = False
    same = (one[len(one) - few :] == other[len(other) - few :]).all(axis=1)
    left[len(one) - few :][same] = right[len(other) - few :][same] = False
    return np.flatnonzero(left), np.flatnonzero(right)


def taken(part: Polygons, places: Integers) -> Polygons:
    """Return some polygons, without an array for all of them."""
    if len(places) == len(part):
        return part
    _, ring = candidates.expanded(part.polygons[places], np.diff(part.polygons)[places])
    sizes = part.rings[ring + 1] - part.rings[ring]
    _, vertex = candidates.expanded(part.rings[ring], sizes)
    return Polygons(part.coords[vertex], offsets(sizes), offsets(np.diff(part.polygons)[places]))


def _names(part: Polygons) -> _Names:
    """Return a name for each polygon, equal for those that have the same edges, whichever is the first.

    Returns
    -------
    (n, 2) ndarray of int
        Sums over the edges.
    """
    rings = part.rings[part.polygons]
    found = np.empty((len(part), 2), dtype=np.uint64)
    for some in candidates.chunks(np.diff(rings), _PORTION):
        begin, end = int(part.polygons[some.start]), int(part.polygons[some.stop])
        vertices = slice(int(part.rings[begin]), int(part.rings[end]))
        portion = Polygons(
            part.coords[vertices],
            part.rings[begin : end + 1] - vertices.start,
            part.polygons[some.start : some.stop + 1] - begin,
        )
        found[some] = _numbers(portion)
    return found


def _numbers(part: Polygons) -> _Names:
    """Return (n, 2) numbers of 64 bits for the polygons."""
    x, y = part.coords.T.astype(np.uint64)
    after = part.next_vertex
    columns = x, y, x[after], y[after]
    mixed = np.zeros(len(x), dtype=np.uint64)
    for column, multiplier in zip(columns, _MULTIPLIERS, strict=True):
        mixed ^= mixed >> np.uint64(29)
        mixed += column
        mixed *= np.uint64(multiplier)
    starts = part.rings[part.polygons[:-1]]
    return np.stack([np.add.reduceat(_stirred(mixed, *pair), starts) for pair in _MIXING], axis=1)


def _stirred(numbers: _Names, first: int, second: int) -> _Names:
    """Return numbers of which every bit depends on every bit of the given ones."""
    found = numbers ^ (numbers >> np.uint64(30))
    found *= np.uint64(first)
    found ^= found >> np.uint64(27)
    found *= np.uint64(second)
    found ^= found >> np.uint64(31)
    return found


def _near(part: Polygons, others: Polygons) -> Polygons:
    """Return the polygons whose boxes may touch those of some others: all that do, and few more."""
    if not len(part) or not len(others):
        return taken(part, np.zeros(0, dtype=np.int64))
    boxes, targets = part.boxes, others.boxes
    low, high = targets[:, :2].min(axis=0), targets[:, 2:].max(axis=0)
    places = np.flatnonzero(((boxes[:, 2:] >= low) & (boxes[:, :2] <= high)).all(axis=1))
    return taken(part, places[_squares(targets, low, high - low).reached(boxes[places])])


@dataclass(frozen=True, eq=False)
class _Squares:
    """Squares of a grid, and how many of those to the left and below, itself included, some boxes touch."""

    low: Integers
    size: Integers
    counts: Integers

    def reached(self, boxes: Integers) -> Booleans:
        """Tell which boxes touch a square that is touched."""
        x0, y0, x1, y1 = _squares_of(boxes, self.low, self.size, np.array(self.counts.shape) - 1).T
        total = self.counts[x1 + 1, y1 + 1] - self.counts[x0, y1 + 1] - self.counts[x1 + 1, y0] + self.counts[x0, y0]
        return total > 0


def _squares(boxes: Integers, low: Integers, extent: Integers) -> _Squares:
    """Return a grid with what some boxes touch."""
    most = min(_MOST_SQUARES, 16 + 4 * isqrt(len(boxes)))
    size = extent // most + 1
    columns, rows = (extent // size + 1).tolist()
    x0, y0, x1, y1 = _squares_of(boxes, low, size, np.array([columns, rows])).T
    found = np.zeros((columns + 1, rows + 1), dtype=np.int64)
    for x, y, change in ((x0, y0, 1), (x1 + 1, y0, -1), (x0, y1 + 1, -1), (x1 + 1, y1 + 1, 1)):
        np.add.at(found, (x, y), change)
    touched = found.cumsum(axis=0).cumsum(axis=1)[:-1, :-1] > 0
    counts = np.zeros((columns + 1, rows + 1), dtype=np.int64)
    touched.cumsum(axis=0).cumsum(axis=1, out=counts[1:, 1:])
    return _Squares(low, size, counts)


def _squares_of(boxes: Integers, low: Integers, size: Integers, counts: Integers) -> Integers:
    """Return (n, 4) the first and the last column and row of the squares that boxes touch."""
    found = (boxes.reshape(-1, 2, 2) - low) // size
    return np.clip(found, 0, counts - 1, out=found).reshape(-1, 4)
