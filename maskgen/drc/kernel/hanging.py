"""Which boxes hang together: they touch, or others between them do.

Round shapes that stand near each other make thousands of pairs of edges in one place, whose boxes all touch each
other: there the boxes are gathered around the largest of them, so that not every pair of boxes is looked at.
"""

from importlib import import_module

import numpy as np
from numpy.typing import NDArray

from maskgen.drc.kernel import candidates, compiled, merge
from maskgen.drc.kernel.candidates import Boxes, Columns, Integers
from maskgen.geometry.polygons import reduced

_ROUNDS = 4
"""How often boxes are parted along both axes; what is apart beyond that is found by looking at pairs."""
_CROWD = 1 << 16
"""Pairs of boxes in one part, as far as can be guessed, from which on they are not looked at one by one."""
_LARGEST = 64
"""Boxes that are compared with all others before the fewer of both are."""


def together(boxes: Boxes, kind: Integers) -> Integers:
    """Return for each box the least index of those of its kind that it hangs together with.

    Parameters
    ----------
    boxes
        (n, 4) ndarray of int: left, bottom, right, top [dbu].
    kind
        (n,) ndarray of int, from 0.
    """
    part = _parts(boxes, kind)
    crowded = _is_crowded(boxes, part)[part]
    few, label = np.flatnonzero(~crowded), np.arange(len(boxes))
    label[few] = few[_joined(boxes[few], part[few])]
    many = np.flatnonzero(crowded)
    many = many[np.argsort(part[many], kind="stable")]
    for members in np.split(many, np.flatnonzero(np.diff(part[many])) + 1):
        label[members] = members[_gathered(boxes[members])]
    return label


def _joined(boxes: Boxes, part: Integers) -> Integers:
    """Return for each box the least index of those of its part that it hangs together with, pair by pair."""
    if compiled.pays(len(boxes)):
        return import_module("maskgen.drc.kernel.compiled.sweep").grouped(boxes, part)
    first, second = candidates.touching_within(boxes)
    same = part[first] == part[second]
    return merge.groups(len(boxes), first[same], second[same])


def _parts(boxes: Boxes, kind: Integers) -> Integers:
    """Return the number of the part that each box is in, from 0: parts of one kind are apart along an axis."""
    part, count = kind, 0
    for _ in range(_ROUNDS if len(boxes) else 0):
        part = _split(boxes[:, 1], boxes[:, 3], _split(boxes[:, 0], boxes[:, 2], part))
        if part.max() + 1 == count:
            break
        count = int(part.max()) + 1
    return part


def _split(low: Integers, high: Integers, part: Integers) -> Integers:
    """Return parts with those divided in which a gap runs across the axis."""
    order = np.lexsort((low, part))
    offset = part[order] * (high.max() - low.min() + 2)
    begins, reach = low[order] + offset, np.maximum.accumulate(high[order] + offset)
    found = np.empty(len(part), dtype=np.int64)
    found[order] = np.cumsum(np.append(False, begins[1:] > reach[:-1]))
    return found


def _is_crowded(boxes: Boxes, part: Integers) -> NDArray[np.bool_]:
    """Tell of each part whether most of its boxes touch many others: how often they cover the box around them all."""
    order = np.argsort(part, kind="stable")
    starts = np.flatnonzero(np.diff(part[order], prepend=-1))
    size = boxes[order, 2:] - boxes[order, :2] + 1.0
    whole = reduced(np.maximum, boxes[order, 2:], starts) - reduced(np.minimum, boxes[order, :2], starts) + 1.0
    count = np.diff(np.append(starts, len(order)))
    return count * np.bincount(part[order], size.prod(axis=1), len(starts)) > _CROWD * whole.prod(axis=1)


def _gathered(boxes: Boxes) -> Integers:
    """Return for each box the least index of those that it hangs together with, large ones looked at first."""
    label = np.empty(len(boxes), dtype=np.int64)
    rest = np.argsort(-(boxes[:, 2:] - boxes[:, :2] + 1.0).prod(axis=1), kind="stable")
    while len(rest):
        edge, rest = rest[:1], rest[1:]
        members = [edge]
        while len(edge):
            met = _meets_any(boxes[rest], boxes[edge])
            edge, rest = rest[met], rest[~met]
            members.append(edge)
        group = np.concatenate(members)
        label[group] = group.min()
    return label


def _meets_any(boxes: Boxes, others: Boxes) -> NDArray[np.bool_]:
    """Tell which boxes touch any of some others, of which the first are the largest."""
    found = np.zeros(len(boxes), dtype=bool)
    open_, columns = np.arange(len(boxes)), np.ascontiguousarray(boxes.T)
    for number, other in enumerate(others):
        if not len(open_) or (number >= _LARGEST and len(open_) < len(others) - number):
            break
        met = _meets(columns, other)
        found[open_[met]] = True
        open_, columns = open_[~met], columns[:, ~met]
    else:
        return found
    columns = np.ascontiguousarray(others[number:].T)
    found[open_] = [_meets(columns, box).any() for box in boxes[open_]]
    return found


def _meets(columns: Columns, box: Integers) -> NDArray[np.bool_]:
    """Tell which of some boxes touch a box."""
    left, bottom, right, top = box.tolist()
    return (columns[0] <= right) & (columns[2] >= left) & (columns[1] <= top) & (columns[3] >= bottom)
