"""Pairs of edges that do not see each other: `kernel.shielding` for one pair and one third edge at a time."""

from libc.math cimport ceil
from libc.stdint cimport int64_t, uint8_t

from maskgen.drc.kernel.compiled.outlines cimport Outlines, edge_of, outlines
from maskgen.drc.kernel.compiled.points cimport Compact, Edge, box_of, from_line, is_point, row, side, sign, size

import numpy as np

SAME, OTHERS, ALL = range(3)
"""Whose edges shield: those of the first edge's polygon, all but those of rectangles of the pair, all."""

cdef int OWN = 0, FOREIGN = 1
cdef int FORTH = 1, BACK = 2


cdef struct Point:
    int64_t x
    int64_t y


cdef inline Point _point(int64_t x, int64_t y) noexcept nogil:
    cdef Point point
    point.x, point.y = x, y
    return point


cdef inline bint _contains(Edge e, int64_t x, int64_t y) noexcept nogil:
    if is_point(e):
        return e.x0 == x and e.y0 == y
    if from_line(e, x, y) != 0:
        return False
    cdef int64_t dx = e.x1 - e.x0, dy = e.y1 - e.y0
    return (x - e.x0) * dx + (y - e.y0) * dy >= 0 and (x - e.x1) * dx + (y - e.y1) * dy <= 0


# Each of these tells whether a line and an edge meet, and where.
cdef inline bint _ends_meet(Edge line, Edge e, Point* at) noexcept nogil:
    at[0] = _point(e.x0, e.y0)
    if _contains(line, e.x0, e.y0):
        return True
    at[0] = _point(e.x1, e.y1)
    if _contains(line, e.x1, e.y1):
        return True
    at[0] = _point(line.x0, line.y0)
    if _contains(e, line.x0, line.y0):
        return True
    at[0] = _point(line.x1, line.y1)
    return _contains(e, line.x1, line.y1)


cdef inline bint _slanted_meet(Edge line, Edge e, Point* at) noexcept nogil:
    if side(line, e.x0, e.y0) * side(line, e.x1, e.y1) > 0:
        return False
    cdef int64_t dx = e.x1 - e.x0, dy = e.y1 - e.y0
    cdef int64_t begin = dx * (line.y0 - e.y0) - dy * (line.x0 - e.x0)
    cdef int64_t end = dx * (line.y1 - e.y0) - dy * (line.x1 - e.x0)
    if begin == 0 or end == 0:
        return _ends_meet(line, e, at)
    cdef double share = <double>size(begin), total = <double>(size(begin) + size(end))
    at.x = line.x0 + <int64_t>ceil(<double>(line.x1 - line.x0) * share / total - 0.5)
    at.y = line.y0 + <int64_t>ceil(<double>(line.y1 - line.y0) * share / total - 0.5)
    return sign(begin) * sign(end) < 0


cdef inline bint _meet(Edge line, Edge e, Point* at) noexcept nogil:
    at[0] = _point(line.x0, line.y0)
    if is_point(line):
        return _contains(e, line.x0, line.y0)
    cdef Edge one = box_of(line), other = box_of(e)
    at[0] = _point(max(one.x0, other.x0), max(one.y0, other.y0))
    if at.x > min(one.x1, other.x1) or at.y > min(one.y1, other.y1):
        return False
    if (line.x0 == line.x1 or line.y0 == line.y1) and (e.x0 == e.x1 or e.y0 == e.y1):
        return True
    return _slanted_meet(line, e, at)


# Whether an edge cuts both lines of a pair, and whether it does if the lines swap places: as bits.
cdef inline int _shields(Edge one, Edge other, Edge e) noexcept nogil:
    cdef Point at, at_other
    if not _meet(one, e, &at) or not _meet(other, e, &at_other):
        return 0
    if at.x != at_other.x or at.y != at_other.y:
        return FORTH | BACK
    cdef int found = FORTH if side(one, e.x0, e.y0) != 0 and side(other, e.x1, e.y1) != 0 else 0
    return found | BACK if side(other, e.x0, e.y0) != 0 and side(one, e.x1, e.y1) != 0 else found


# Whether the box of a line has nothing in common with a box.
cdef inline bint _misses(Edge line, Edge box) noexcept nogil:
    if min(line.x0, line.x1) > box.x1 or max(line.x0, line.x1) < box.x0:
        return True
    return min(line.y0, line.y1) > box.y1 or max(line.y0, line.y1) < box.y0


# Both lines of a pair, and its edges, -1 where those are not here.
cdef struct Pair:
    Edge one
    Edge other
    int64_t first
    int64_t second


cdef inline int _hidden(const Outlines* outline, Py_ssize_t run, Edge box, const Pair* pair) noexcept nogil:
    """Tell whether an edge of a run shields a pair, and whether one does if its edges swap places: as bits."""
    cdef Py_ssize_t a
    cdef int found = 0
    cdef Edge e
    if _misses(pair.one, box) or _misses(pair.other, box):
        return found
    for a in range(outline.begins[run], outline.begins[run + 1]):
        if a == pair.first or a == pair.second:
            continue
        e = edge_of(outline, run, a)
        if _misses(pair.one, box_of(e)) or _misses(pair.other, box_of(e)):
            continue
        found |= _shields(pair.one, pair.other, e)
        if found == FORTH | BACK:
            break
    return found


cdef inline bint _counts(
    const Outlines* outline, Py_ssize_t run, int64_t first, int64_t second, int whose
) noexcept nogil:
    """Tell whether the edges of a run may shield a pair of edges of two polygons."""
    cdef int64_t polygon = outline.owner[run]
    if whose == OWN:
        return polygon == first
    return whose != FOREIGN or outline.sides[polygon] < 0 or (polygon != first and polygon != second)


def hide(pairs, runs, const Compact[:, ::1] boxes, near, int whose, hidden):
    """Mark the pairs that an edge of a run shields.

    Parameters
    ----------
    pairs
        Both lines of each pair, (k, 4) ndarrays of int [dbu]; its edges, -1 if those are not here, and its polygons,
        (k,) ndarrays of int.
    runs, boxes
        `runs.Runs` and their boxes [dbu].
    near
        (n,) ndarrays of int: a pair, and a run near it.
    whose
        `SAME`, `OTHERS` or `ALL`.
    hidden
        (k,) ndarrays of bool, set to true: where some edge shields a pair, and where some edge does if the edges of the
        pair swap places. Threads share them.
    """
    cdef Outlines outline = outlines(runs)
    cdef const int64_t[:, ::1] one = pairs[0], other = pairs[1]
    cdef const int64_t[::1] first = pairs[2], second = pairs[3], owner = pairs[4], other_owner = pairs[5]
    cdef const int64_t[::1] places = near[0], of_places = near[1]
    cdef uint8_t[::1] forth = hidden[0].view(np.uint8), back = hidden[1].view(np.uint8)
    cdef Py_ssize_t n, k, u
    cdef int found
    cdef Pair pair
    with nogil:
        for n in range(places.shape[0]):
            k, u = places[n], of_places[n]
            if (forth[k] and back[k]) or not _counts(&outline, u, owner[k], other_owner[k], whose):
                continue
            pair.one, pair.other, pair.first, pair.second = row(one, k), row(other, k), first[k], second[k]
            found = _hidden(&outline, u, row(boxes, u), &pair)
            if found & FORTH:
                forth[k] = True
            if found & BACK:
                back[k] = True
