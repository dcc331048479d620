"""Which of many boxes stand for the others: the loops of `kernel.thinning`."""

from libc.stdint cimport int64_t
from libcpp.vector cimport vector

from maskgen.drc.kernel.compiled.points cimport Compact, Edge, row

import numpy as np


# A box that nothing stands for yet, and the farthest right border of it and those before it, in the order of the left
# borders.
cdef struct Open:
    Edge box
    int64_t number
    int64_t rank
    int64_t farthest


cdef inline bint _meet(const Open* one, const Open* other) noexcept nogil:
    if one.box.x0 > other.box.x1 or other.box.x0 > one.box.x1:
        return False
    return one.box.y0 <= other.box.y1 and other.box.y0 <= one.box.y1


cdef bint _is_best(const vector[Open]& among, Py_ssize_t at) noexcept nogil:
    """Tell whether a box is better than all that it touches, the nearest looked at first."""
    cdef const Open* one = &among[at]
    cdef Py_ssize_t left = at - 1, right = at + 1, size = among.size()
    while True:
        if left >= 0 and among[left].farthest < one.box.x0:
            left = -1
        if right < size and among[right].box.x0 > one.box.x1:
            right = size
        if left < 0 and right == size:
            return True
        if left >= 0:
            if among[left].rank < one.rank and _meet(one, &among[left]):
                return False
            left -= 1
        if right < size:
            if among[right].rank < one.rank and _meet(one, &among[right]):
                return False
            right += 1


cdef void _cover(const vector[Open]& among, Py_ssize_t at, int64_t[::1] best) noexcept nogil:
    """Lower the best rank of each box that one touches, and its own, by its rank."""
    cdef const Open* one = &among[at]
    cdef Py_ssize_t n = at
    while n >= 0 and among[n].farthest >= one.box.x0:
        if _meet(one, &among[n]):
            best[among[n].number] = min(best[among[n].number], one.rank)
        n -= 1
    n = at + 1
    while n < <Py_ssize_t>among.size() and among[n].box.x0 <= one.box.x1:
        if _meet(one, &among[n]):
            best[among[n].number] = min(best[among[n].number], one.rank)
        n += 1


def thinned(
    const Compact[:, ::1] boxes,
    const int64_t[::1] order,
    const int64_t[::1] starts,
    const int64_t[::1] rank,
    int rounds,
):
    """Return (n,) for each box the one that stands for it; boxes are near where they touch.

    Parameters
    ----------
    order, starts
        (n,), (K + 1,) ndarray of int: boxes kind by kind, those of each by their left sides; where the kinds begin.
    """
    of_rank = np.argsort(rank)
    result, bests = np.full(len(rank), -1, dtype=np.int64), np.full(len(rank), len(rank), dtype=np.int64)
    cdef const int64_t[::1] number = of_rank
    cdef int64_t[::1] stands = result, best = bests
    cdef vector[Open] among
    cdef vector[Py_ssize_t] taken
    cdef Open one
    cdef Py_ssize_t kind, n, count = rank.shape[0]
    cdef int _turn
    with nogil:
        for kind in range(starts.shape[0] - 1):
            for _turn in range(rounds):
                among.clear()
                taken.clear()
                for n in range(starts[kind], starts[kind + 1]):
                    one.number = order[n]
                    if stands[one.number] >= 0:
                        continue
                    one.box, one.rank = row(boxes, one.number), rank[one.number]
                    one.farthest = one.box.x1 if among.empty() else max(among.back().farthest, one.box.x1)
                    among.push_back(one)
                for n in range(<Py_ssize_t>among.size()):
                    if _is_best(among, n):
                        taken.push_back(n)
                for n in range(<Py_ssize_t>taken.size()):
                    _cover(among, taken[n], best)
                for n in range(<Py_ssize_t>among.size()):
                    if best[among[n].number] < count:
                        stands[among[n].number] = number[best[among[n].number]]
        for n in range(count):
            if stands[n] < 0:
                stands[n] = n
    return result
