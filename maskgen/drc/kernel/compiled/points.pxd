# Points, lines and boxes in database units: what the compiled modules share.

from libc.math cimport sqrt
from libc.stdint cimport int32_t, int64_t

ctypedef fused Compact:
    int32_t
    int64_t


# The ends of an edge; the lower left and the upper right corner of a box.
cdef struct Edge:
    int64_t x0
    int64_t y0
    int64_t x1
    int64_t y1


cdef inline Edge edge(int64_t x0, int64_t y0, int64_t x1, int64_t y1) noexcept nogil:
    cdef Edge e
    e.x0, e.y0, e.x1, e.y1 = x0, y0, x1, y1
    return e


cdef inline Edge turned(Edge e) noexcept nogil:
    return edge(e.x1, e.y1, e.x0, e.y0)


cdef inline Edge box_of(Edge e) noexcept nogil:
    return edge(min(e.x0, e.x1), min(e.y0, e.y1), max(e.x0, e.x1), max(e.y0, e.y1))


cdef inline Edge row(const Compact[:, ::1] boxes, Py_ssize_t n) noexcept nogil:
    return edge(boxes[n, 0], boxes[n, 1], boxes[n, 2], boxes[n, 3])


cdef inline bint is_point(Edge e) noexcept nogil:
    return e.x0 == e.x1 and e.y0 == e.y1


cdef inline int64_t size(int64_t value) noexcept nogil:
    return -value if value < 0 else value


cdef inline int sign(int64_t value) noexcept nogil:
    return (value > 0) - (value < 0)


# 1 for a point left of an edge, -1 right of it, 0 on its line.
cdef inline int side(Edge e, int64_t x, int64_t y) noexcept nogil:
    return sign((e.x1 - e.x0) * (y - e.y0) - (e.y1 - e.y0) * (x - e.x0))


cdef inline double length(Edge e) noexcept nogil:
    cdef int64_t dx = e.x1 - e.x0, dy = e.y1 - e.y0
    return sqrt(<double>(dx * dx + dy * dy))


# Halves go away from zero.
cdef inline int64_t rounded(double value) noexcept nogil:
    return <int64_t>(value + 0.5) if value > 0 else <int64_t>(value - 0.5)


# The signed distance of a point from the line of an edge, left positive, to the nearest unit.
cdef inline int64_t from_line(Edge e, int64_t x, int64_t y) noexcept nogil:
    cdef int64_t dx = e.x1 - e.x0, dy = e.y1 - e.y0
    return rounded(<double>(dx * (y - e.y0) - dy * (x - e.x0)) / max(length(e), 1.0))


# The representative of a thing in a forest of parents, whose paths are halved on the way; and the union of two trees
# under the smaller number.
cdef inline int64_t root(int64_t* parent, int64_t n) noexcept nogil:
    while parent[n] != n:
        parent[n] = parent[parent[n]]
        n = parent[n]
    return n


cdef inline void join(int64_t* parent, int64_t one, int64_t other) noexcept nogil:
    one, other = root(parent, one), root(parent, other)
    parent[max(one, other)] = min(one, other)
