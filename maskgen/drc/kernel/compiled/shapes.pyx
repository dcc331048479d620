"""What kind each polygon is, which hang together, and a choice of them: the loops of `union`."""

from libc.stdint cimport int64_t, uint8_t

from maskgen.drc.kernel.compiled.points cimport Compact, join

import numpy as np

BOX, STRAIGHT, CONVEX, BENT = 1, 2, 4, 8
"""A rectangle along the axes; edges along the axes alone; one ring, convex; no vertex in the middle of an edge."""

cdef int IS_BOX = 1, IS_STRAIGHT = 2, IS_CONVEX = 4, IS_BENT = 8


cdef inline bint _is_down(int64_t x, int64_t y) noexcept nogil:
    return y < 0 or (y == 0 and x < 0)


# What is known of the rings of a polygon.
cdef struct Kind:
    bint straight
    bint bent
    bint left
    int64_t downs
    int64_t area


cdef inline void _see(const int64_t[:, ::1] coords, Py_ssize_t begin, Py_ssize_t end, Kind* kind) noexcept nogil:
    """Add what one ring tells."""
    cdef int64_t px = coords[end - 1, 0], py = coords[end - 1, 1]
    cdef int64_t x = coords[begin, 0] - px, y = coords[begin, 1] - py, ax, ay, turn
    cdef Py_ssize_t e, after
    for e in range(begin, end):
        after = e + 1 if e + 1 < end else begin
        ax, ay = coords[after, 0] - coords[e, 0], coords[after, 1] - coords[e, 1]
        turn = x * ay - y * ax
        kind.straight = kind.straight and (ax == 0 or ay == 0)
        kind.bent = kind.bent and turn != 0
        kind.left = kind.left and turn >= 0
        kind.downs += _is_down(x, y) and not _is_down(ax, ay)
        kind.area += (coords[e, 0] - px) * ay - (coords[e, 1] - py) * ax
        x, y = ax, ay


def kinds(const int64_t[:, ::1] coords, const int64_t[::1] rings, const int64_t[::1] polygons):
    """Return (P,) ndarray of uint8: what every polygon is, as bits `BOX`, `STRAIGHT`, `CONVEX`, `BENT`.

    The NumPy twins are `merge._is_box` and its kind.
    """
    result = np.zeros(len(polygons) - 1, dtype=np.uint8)
    cdef uint8_t[::1] found = result
    cdef Py_ssize_t polygon, ring, first
    cdef bint convex, box
    cdef Kind kind
    with nogil:
        for polygon in range(polygons.shape[0] - 1):
            kind.straight, kind.bent, kind.left, kind.downs, kind.area = True, True, True, 0, 0
            first = polygons[polygon]
            for ring in range(first, polygons[polygon + 1]):
                _see(coords, rings[ring], rings[ring + 1], &kind)
            convex = polygons[polygon + 1] - first == 1 and kind.left and kind.downs == 1 and kind.area > 0
            box = convex and kind.straight and kind.bent and rings[first + 1] - rings[first] == 4
            found[polygon] = box * IS_BOX + kind.straight * IS_STRAIGHT + convex * IS_CONVEX + kind.bent * IS_BENT
    return result


def groups(Py_ssize_t count, const int64_t[::1] first, const int64_t[::1] second):
    """Return (count,) ndarray of int: what `merge.groups` does."""
    result = np.arange(count, dtype=np.int64)
    cdef int64_t[::1] parent = result
    cdef Py_ssize_t n
    with nogil:
        for n in range(first.shape[0]):
            join(&parent[0], first[n], second[n])
        for n in range(count):
            parent[n] = parent[parent[n]]
    return result


def box(
    const int64_t[:, ::1] coords, const int64_t[::1] rings, const int64_t[::1] polygons, Compact[:, ::1] found
):
    """Write left, bottom, right, top of every polygon [dbu]."""
    cdef Py_ssize_t polygon, begin, end, e
    cdef int64_t x0, y0, x1, y1
    with nogil:
        for polygon in range(polygons.shape[0] - 1):
            begin, end = rings[polygons[polygon]], rings[polygons[polygon + 1]]
            x0, y0 = coords[begin, 0], coords[begin, 1]
            x1, y1 = x0, y0
            for e in range(begin + 1, end):
                x0, y0 = min(x0, coords[e, 0]), min(y0, coords[e, 1])
                x1, y1 = max(x1, coords[e, 0]), max(y1, coords[e, 1])
            found[polygon, 0], found[polygon, 1], found[polygon, 2], found[polygon, 3] = x0, y0, x1, y1


def chosen(coords, const int64_t[::1] rings, const int64_t[::1] polygons, keep, room, *, is_spare):
    """Return the arrays of `Polygons.select`, without one for each vertex, and room behind each.

    Parameters
    ----------
    keep
        (P,) ndarray of bool.
    room
        Vertices, rings and polygons that there is to be room for.
    is_spare
        Whether vertices may be written over the given ones, if there is room: none is read after its place is taken.
    """
    cdef const uint8_t[::1] kept = keep.view(np.uint8)
    cdef Py_ssize_t p, ring, e, ring_count = 0, vertex_count = 0, count = 0
    with nogil:
        for p in range(kept.shape[0]):
            if kept[p]:
                count += 1
                ring_count += polygons[p + 1] - polygons[p]
                vertex_count += rings[polygons[p + 1]] - rings[polygons[p]]
    size = vertex_count + room[0]
    some = coords[:size] if is_spare and size <= len(coords) else np.empty((size, 2), dtype=np.int64)
    ends = np.zeros(ring_count + room[1] + 1, dtype=np.int64)
    owners = np.zeros(count + room[2] + 1, dtype=np.int64)
    cdef const int64_t[:, ::1] given = coords
    cdef int64_t[:, ::1] to = some
    cdef int64_t[::1] ring_ends = ends, polygon_ends = owners
    ring_count = vertex_count = count = 0
    with nogil:
        for p in range(kept.shape[0]):
            if not kept[p]:
                continue
            for ring in range(polygons[p], polygons[p + 1]):
                for e in range(rings[ring], rings[ring + 1]):
                    to[vertex_count, 0], to[vertex_count, 1] = given[e, 0], given[e, 1]
                    vertex_count += 1
                ring_count += 1
                ring_ends[ring_count] = vertex_count
            count += 1
            polygon_ends[count] = ring_count
    return some, ends, owners
