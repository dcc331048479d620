"""Outlines in short runs of edges: `kernel.outlines` for large layouts, without an array for each question."""

from libc.math cimport atan2, fabs
from libc.stdint cimport int32_t, int64_t, uint8_t
from libcpp.vector cimport vector

from maskgen.drc.kernel.compiled.pairs cimport columns
from maskgen.drc.kernel.compiled.points cimport Compact, Edge, edge, row, size

import numpy as np

# Edges in a run at most.
cdef int MOST = 8


cdef inline int _octant(int64_t x, int64_t y) noexcept nogil:
    """Return the eighth of a turn that a direction lies in, from 0 on."""
    if y >= 0:
        if x > 0:
            return 0 if y < x else 1
        return 2 if y > -x else (3 if y > 0 else 4)
    if x < 0:
        return 4 if y > x else 5
    return 6 if -y > x else 7


cdef inline Py_ssize_t _end(
    const int64_t[:, ::1] coords, int64_t begin, int64_t ring, int64_t ring_end, int64_t scale
) noexcept nogil:
    """Return where the run that begins with an edge ends: its box no larger than a scale, if it has several edges."""
    cdef int64_t x0 = coords[begin, 0], y0 = coords[begin, 1], x1 = x0, y1 = y0, end = min(begin + MOST, ring_end)
    cdef int64_t e, after
    for e in range(begin, end):
        after = e + 1 if e + 1 < ring_end else ring
        x0, x1 = min(x0, coords[after, 0]), max(x1, coords[after, 0])
        y0, y1 = min(y0, coords[after, 1]), max(y1, coords[after, 1])
        if e > begin and x1 - x0 + y1 - y0 > scale:
            return e
    return end


def count(const int64_t[:, ::1] coords, const int64_t[::1] rings, int64_t scale):
    """Return the number of runs."""
    cdef Py_ssize_t found = 0, ring, at
    with nogil:
        for ring in range(rings.shape[0] - 1):
            at = rings[ring]
            while at < rings[ring + 1]:
                at = _end(coords, at, rings[ring], rings[ring + 1], scale)
                found += 1
    return found


cdef inline void _turn(uint8_t[:, ::1] directions, Py_ssize_t u) noexcept nogil:
    """Write which directions may run against those of a run, and which with them."""
    cdef int octant, turn
    for octant in range(8):
        if directions[u, 0] >> octant & 1:
            for turn in range(-2, 3):
                directions[u, 1] |= 1 << ((octant + 4 + turn) & 7)
                directions[u, 2] |= 1 << ((octant + turn) & 7)


cdef inline Edge _bounds(
    const int64_t[:, ::1] coords, Py_ssize_t begin, Py_ssize_t end, Py_ssize_t after, uint8_t* octants
) noexcept nogil:
    """Return the box of a run and add its directions to a set."""
    cdef int64_t x = coords[after, 0], y = coords[after, 1]
    cdef Edge box = edge(x, y, x, y)
    cdef Py_ssize_t e
    for e in range(end - 1, begin - 1, -1):
        octants[0] |= 1 << _octant(coords[e, 0] - x, coords[e, 1] - y)
        x, y = coords[e, 0], coords[e, 1]
        box = edge(min(box.x0, x), min(box.y0, y), max(box.x1, x), max(box.y1, y))
    return box


def part(
    const int64_t[:, ::1] coords,
    const int64_t[::1] rings,
    const int64_t[::1] polygons,
    int64_t scale,
    int32_t[::1] begins,
    int32_t[::1] following,
    Compact[:, ::1] boxes,
    int32_t[::1] owner,
    uint8_t[:, ::1] directions,
):
    """Write where runs begin, the vertex after each, their boxes, polygons and directions.

    Parameters
    ----------
    coords, rings, polygons
        `Polygons` as arrays.
    scale
        The largest box [dbu] of a run with several edges, width and height together.
    begins, following, boxes, owner, directions
        (U + 1,), (U,), (U, 4), (U,) ndarray of int, (U, 3) ndarray of uint8, zeros. Directions are sets of octants, as
        bits: of the edges, of what may run against them, of what may run with them.
    """
    cdef Py_ssize_t u = 0, polygon, ring, at, end
    cdef Edge box
    with nogil:
        for polygon in range(polygons.shape[0] - 1):
            for ring in range(polygons[polygon], polygons[polygon + 1]):
                at = rings[ring]
                while at < rings[ring + 1]:
                    end = _end(coords, at, rings[ring], rings[ring + 1], scale)
                    begins[u], owner[u] = at, polygon
                    following[u] = end if end < rings[ring + 1] else rings[ring]
                    box = _bounds(coords, at, end, following[u], &directions[u, 0])
                    boxes[u, 0], boxes[u, 1], boxes[u, 2], boxes[u, 3] = box.x0, box.y0, box.x1, box.y1
                    _turn(directions, u)
                    at = end
                    u += 1
    begins[u] = coords.shape[0]


def shapes(const int64_t[:, ::1] coords, const int64_t[::1] rings, const int64_t[::1] polygons):
    """Return which polygons are one ring that turns left at every vertex, and the smaller side of those along the axes.

    Returns
    -------
    (P,) ndarray of bool, (P,) ndarray of int
        The side is -1 where a polygon is no rectangle along the axes [dbu].
    """
    is_convex, sides = np.zeros(len(polygons) - 1, dtype=np.bool_), np.full(len(polygons) - 1, -1, dtype=np.int64)
    cdef uint8_t[::1] convex = is_convex.view(np.uint8)
    cdef int64_t[::1] side = sides
    cdef Py_ssize_t polygon, begin, end, e, after
    cdef int64_t x, y, ax, ay, least
    cdef bint turns, straight
    with nogil:
        for polygon in range(polygons.shape[0] - 1):
            if polygons[polygon + 1] - polygons[polygon] != 1:
                continue
            begin, end = rings[polygons[polygon]], rings[polygons[polygon] + 1]
            x, y = coords[begin, 0] - coords[end - 1, 0], coords[begin, 1] - coords[end - 1, 1]
            turns, straight, least = True, True, size(x) + size(y)
            for e in range(begin, end):
                after = e + 1 if e + 1 < end else begin
                ax, ay = coords[after, 0] - coords[e, 0], coords[after, 1] - coords[e, 1]
                turns = turns and x * ay - y * ax > 0
                straight = straight and (ax == 0 or ay == 0)
                least = min(least, size(ax) + size(ay))
                x, y = ax, ay
            convex[polygon] = turns
            if turns and straight and end - begin == 4:
                side[polygon] = least
    return is_convex, sides


cdef inline bint _is_octilinear(const int64_t[:, ::1] coords, Py_ssize_t begin, Py_ssize_t end) noexcept nogil:
    """Tell whether all edges of a ring run along the axes and their diagonals."""
    cdef Py_ssize_t e, before = end - 1
    cdef int64_t x, y
    for e in range(begin, end):
        x, y = size(coords[e, 0] - coords[before, 0]), size(coords[e, 1] - coords[before, 1])
        if x != 0 and y != 0 and x != y:
            return False
        before = e
    return True


# By how much an outline turns at a vertex, on the way from one of its neighbours to the other [rad].
cdef inline double _turn_at(
    const int64_t[:, ::1] coords, Py_ssize_t before, Py_ssize_t at, Py_ssize_t after
) noexcept nogil:
    cdef int64_t x = coords[at, 0] - coords[before, 0], y = coords[at, 1] - coords[before, 1]
    cdef int64_t ax = coords[after, 0] - coords[at, 0], ay = coords[after, 1] - coords[at, 1]
    return fabs(atan2(<double>(x * ay - y * ax), <double>(x * ax + y * ay)))


def turns(const int64_t[:, ::1] coords, const int64_t[::1] rings):
    """Return the greater of the turns at both ends of every edge [rad], infinite in rings that are octilinear.

    Returns
    -------
    (N,) ndarray of float
    """
    result = np.full(len(coords), np.inf)
    cdef double[::1] found = result
    cdef Py_ssize_t ring, begin, end, e
    cdef double first, last, here
    with nogil:
        for ring in range(rings.shape[0] - 1):
            begin, end = rings[ring], rings[ring + 1]
            if _is_octilinear(coords, begin, end):
                continue
            # An edge lies between its vertex and the next one.
            first = last = _turn_at(coords, begin + 1, begin, end - 1)
            for e in range(end - 1, begin, -1):
                here = _turn_at(coords, e + 1 if e + 1 < end else begin, e, e - 1)
                found[e] = max(here, last)
                last = here
            found[begin] = max(first, last)
    return result


cdef inline bint _are_near(Edge one, Edge other, int64_t reach) noexcept nogil:
    if max(one.x0 - other.x1, other.x0 - one.x1) >= reach:
        return False
    return max(one.y0 - other.y1, other.y0 - one.y1) < reach


def own_pairs(
    const Compact[:, ::1] boxes,
    const int32_t[::1] owner,
    const int64_t[::1] begins,
    skipped,
    int64_t reach,
    Py_ssize_t most,
):
    """Return each run with itself, and the pairs of runs of one polygon whose boxes are less than a reach apart.

    Parameters
    ----------
    begins
        (P + 1,) ndarray of int: the first run of every polygon, of those that are asked for.
    skipped
        (P,) ndarray of bool: polygons to leave out.
    most
        Runs of a polygon beyond which its pairs are left to a sweep.

    Returns
    -------
    (n,), (n,) ndarray of int
    """
    cdef const uint8_t[::1] left_out = skipped.view(np.uint8)
    cdef vector[int32_t] found
    cdef Py_ssize_t n, u, v, end
    with nogil:
        for n in range(begins.shape[0] - 1):
            if begins[n] == begins[n + 1] or left_out[owner[begins[n]]]:
                continue
            for u in range(begins[n], begins[n + 1]):
                end = begins[n + 1] if begins[n + 1] - begins[n] <= most else u + 1
                for v in range(u, end):
                    if _are_near(row(boxes, u), row(boxes, v), reach):
                        found.push_back(u)
                        found.push_back(v)
    return columns(found)
