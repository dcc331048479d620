"""Boxes filed by the strips of a plane that they touch, each strip swept from left to right: the loops of `sweep`.

Boxes are (n, 4) ndarrays of int: left, bottom, right, top [dbu]. The strip of a height ``y`` is ``(y - low) >> shift``.
The first ``many`` boxes are larger than given, by a reach.
"""

from libc.stdint cimport int32_t, int64_t
from libcpp.algorithm cimport sort
from libcpp.vector cimport vector

from maskgen.drc.kernel.compiled.pairs cimport columns
from maskgen.drc.kernel.compiled.points cimport Compact, Edge, edge, join, row

import numpy as np


cdef inline Edge _grown(Edge box, int64_t reach) noexcept nogil:
    return edge(box.x0 - reach, box.y0 - reach, box.x1 + reach, box.y1 + reach)


cdef inline Edge _box(const Compact[:, ::1] boxes, Py_ssize_t i, Py_ssize_t many, int64_t reach) noexcept nogil:
    return _grown(row(boxes, i), reach if i < many else 0)


def counts(const Compact[:, ::1] boxes, int64_t low, int shift, int64_t reach, Py_ssize_t many, Py_ssize_t strips):
    """Return (S,) how many boxes touch each strip."""
    result = np.zeros(strips, dtype=np.int64)
    cdef int64_t[::1] found = result
    cdef Py_ssize_t i, s
    cdef Edge box
    with nogil:
        for i in range(boxes.shape[0]):
            box = _box(boxes, i, many, reach)
            for s in range((box.y0 - low) >> shift, ((box.y1 - low) >> shift) + 1):
                found[s] += 1
    return result


def filed(const Compact[:, ::1] boxes, int64_t low, int shift, int64_t reach, Py_ssize_t many, starts):
    """Return the boxes of all strips, in the order of their numbers; those of each strip from its start on."""
    result = np.empty(starts[len(starts) - 1], dtype=np.int32)
    cdef int32_t[::1] members = result
    cdef int64_t[::1] at = starts[: len(starts) - 1].copy()
    cdef Py_ssize_t i, s
    cdef Edge box
    with nogil:
        for i in range(boxes.shape[0]):
            box = _box(boxes, i, many, reach)
            for s in range((box.y0 - low) >> shift, ((box.y1 - low) >> shift) + 1):
                members[at[s]] = i
                at[s] += 1
    return result


cdef struct Filed:
    Edge box
    int32_t number


cdef bint _is_before(const Filed& one, const Filed& other) noexcept nogil:
    return one.box.x0 < other.box.x0 or (one.box.x0 == other.box.x0 and one.number < other.number)


cdef inline bint _meet_along_y(Edge one, Edge other) noexcept nogil:
    return one.y0 <= other.y1 and other.y0 <= one.y1


# Puts two boxes that touch along x to the pairs if they do along y too, and what they share begins in this strip: the
# strip in which it begins is the one that reports them.
cdef inline void _put_if_here(vector[int32_t]& found, const Filed* a, const Filed* c, int64_t floor) noexcept nogil:
    if not _meet_along_y(a.box, c.box) or (a.box.y0 < floor and c.box.y0 < floor):
        return
    found.push_back(min(a.number, c.number))
    found.push_back(max(a.number, c.number))


cdef void _within(const vector[Filed]& strip, int64_t floor, vector[int32_t]& found) noexcept nogil:
    """Put to some pairs those of the boxes of one strip, which stand in the order of their left sides."""
    cdef size_t a, c
    for a in range(strip.size()):
        c = a + 1
        while c < strip.size() and strip[c].box.x0 <= strip[a].box.x1:
            _put_if_here(found, &strip[a], &strip[c], floor)
            c += 1


cdef void _across(
    const vector[Filed]& ones, const vector[Filed]& others, bint is_later, int64_t floor, vector[int32_t]& found
) noexcept nogil:
    """Put to some pairs those of a box of one kind and one of the other that begins no sooner, or later."""
    cdef size_t a, at, begin = 0
    for a in range(ones.size()):
        while begin < others.size() and others[begin].box.x0 < ones[a].box.x0 + is_later:
            begin += 1
        at = begin
        while at < others.size() and others[at].box.x0 <= ones[a].box.x1:
            _put_if_here(found, &ones[a], &others[at], floor)
            at += 1


def pairs(
    const Compact[:, ::1] boxes,
    const int32_t[::1] members,
    const int64_t[::1] starts,
    portion,
    int64_t low,
    int shift,
    int64_t reach,
    Py_ssize_t split,
):
    """Return the pairs of boxes that touch in a portion of the strips, the smaller index first.

    Parameters
    ----------
    split
        Number of boxes of the first kind, or -1 if there is one kind; of two kinds only pairs of both are found.

    Returns
    -------
    (n,), (n,) ndarray of int
    """
    cdef vector[int32_t] found
    cdef vector[Filed] ones, others
    cdef Filed member
    cdef Py_ssize_t begin = portion[0], end = portion[1], s, n, many = boxes.shape[0] if split < 0 else split
    cdef int64_t floor
    with nogil:
        for s in range(begin, end):
            ones.clear()
            others.clear()
            for n in range(starts[s], starts[s + 1]):
                member.number = members[n]
                member.box = _box(boxes, member.number, many, reach)
                if member.number < many:
                    ones.push_back(member)
                else:
                    others.push_back(member)
            sort(ones.begin(), ones.end(), &_is_before)
            sort(others.begin(), others.end(), &_is_before)
            floor = low + (<int64_t>s << shift)
            if split < 0:
                _within(ones, floor, found)
            else:
                _across(ones, others, False, floor, found)
                _across(others, ones, True, floor, found)
    return columns(found)


def grouped(
    const Compact[:, ::1] boxes,
    const int32_t[::1] members,
    const int64_t[::1] starts,
    const int64_t[::1] kinds,
):
    """Return (n,) the least box of those of its kind that each hangs together with: they touch, or others between do.

    Parameters
    ----------
    kinds
        (n,) ndarray of int.
    """
    result = np.arange(len(boxes), dtype=np.int64)
    cdef int64_t[::1] parent = result
    cdef vector[Filed] strip
    cdef Filed member
    cdef Py_ssize_t s, n
    cdef size_t a, c
    with nogil:
        for s in range(starts.shape[0] - 1):
            strip.clear()
            for n in range(starts[s], starts[s + 1]):
                member.number, member.box = members[n], row(boxes, members[n])
                strip.push_back(member)
            sort(strip.begin(), strip.end(), &_is_before)
            for a in range(strip.size()):
                c = a + 1
                while c < strip.size() and strip[c].box.x0 <= strip[a].box.x1:
                    if kinds[strip[a].number] == kinds[strip[c].number] and _meet_along_y(strip[a].box, strip[c].box):
                        join(&parent[0], strip[a].number, strip[c].number)
                    c += 1
        for n in range(parent.shape[0]):
            parent[n] = parent[parent[n]]
    return result
