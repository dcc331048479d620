"""Edges that are too near each other: `kernel.relations` for one pair at a time, in the loops that find them.

What the functions mean is told where their NumPy twins stand.
"""

from libc.math cimport INFINITY, NAN, M_PI, atan2, fabs, isnan, sqrt
from libc.stdint cimport int32_t, int64_t, uint8_t
from libcpp.vector cimport vector

from maskgen.drc.kernel.compiled.outlines cimport Outlines, edge_of, outlines
from maskgen.drc.kernel.compiled.points cimport (
    Compact,
    Edge,
    box_of,
    edge,
    from_line,
    is_point,
    length,
    rounded,
    row,
    side,
    size,
    turned,
)

import numpy as np

EUCLIDIAN, SQUARE, PROJECTION = range(3)

cdef int ROUND = 0, SQUARED = 1
cdef double EPSILON = 1e-10


cdef struct Rule:
    int64_t limit
    int metric
    bint first_turned
    bint second_turned
    bint is_single
    bint within
    bint between


# `parting.turns` or NULL if no edges need to face each other; the turn from which on they face whatever they see.
cdef struct Facing:
    const double* turn
    double corner
    double slack


# Part of an edge, as shares of its length.
cdef struct Part:
    double begin
    double end


cdef struct Near:
    int32_t first
    int32_t second
    Edge first_part
    Edge second_part
    double distance


cdef inline bint _apart_along(int64_t a, int64_t b, int64_t c, int64_t d) noexcept nogil:
    return max(min(a, b), min(c, d)) > min(max(a, b), max(c, d))


cdef inline bint _touch(Edge v, Edge e, int begin, int end) noexcept nogil:
    if begin != 0 and end != 0:
        return False
    if _apart_along(v.x0, v.x1, e.x0, e.x1) or _apart_along(v.y0, v.y1, e.y0, e.y1):
        return False
    if begin == 0 and end == 0:
        return True
    if (v.x0 == e.x1 and v.y0 == e.y1) or (v.x1 == e.x0 and v.y1 == e.y0):
        return False
    return side(e, v.x0, v.y0) * side(e, v.x1, v.y1) <= 0


cdef inline Edge _cut(Edge v, Edge e, bint first) noexcept nogil:
    cdef int64_t dx = v.x1 - v.x0, dy = v.y1 - v.y0, ex = e.x1 - e.x0, ey = e.y1 - e.y0
    cdef double ratio = <double>((v.x0 - e.x0) * ey - (v.y0 - e.y0) * ex) / <double>(dx * ey - dy * ex)
    cdef int64_t x = v.x0 - rounded(dx * ratio), y = v.y0 - rounded(dy * ratio)
    return edge(x, y, e.x1, e.y1) if first else edge(e.x0, e.y0, x, y)


cdef inline Edge _taken(Edge e, Part part) noexcept nogil:
    cdef int64_t dx = e.x1 - e.x0, dy = e.y1 - e.y0
    return edge(
        e.x0 + rounded(dx * part.begin),
        e.y0 + rounded(dy * part.begin),
        e.x0 + rounded(dx * part.end),
        e.y0 + rounded(dy * part.end),
    )


cdef inline Part _part(double one, double other) noexcept nogil:
    cdef Part part
    part.begin, part.end = one, other
    return part


cdef inline Part _common(Part one, Part other) noexcept nogil:
    return _part(max(one.begin, other.begin), min(one.end, other.end))


cdef inline Part _in_depth(Edge v, Edge e, int64_t limit) noexcept nogil:
    cdef int64_t vx = v.x1 - v.x0, vy = v.y1 - v.y0, ex = e.x1 - e.x0, ey = e.y1 - e.y0
    cdef double inverse = 1.0 / length(v), det = <double>(ex * vy - ey * vx)
    cdef double far = ((v.x0 + inverse * vy * limit) - e.x0) * vy - ((v.y0 - inverse * vx * limit) - e.y0) * vx
    cdef double near = <double>((v.x0 - e.x0) * vy - (v.y0 - e.y0) * vx)
    cdef double one = far / det, other = near / det
    return _part(min(one, other), max(one, other))


cdef inline Part _in_breadth(Edge v, Edge e, int64_t beyond) noexcept nogil:
    cdef int64_t ex = e.x1 - e.x0, ey = e.y1 - e.y0
    cdef double inverse = 1.0 / length(v)
    cdef double px = inverse * (v.x1 - v.x0), py = inverse * (v.y1 - v.y0)
    cdef double det = -ex * px - ey * py
    cdef double one = ((v.x0 - e.x0 - px * beyond) * -px - (v.y0 - e.y0 - py * beyond) * py) / det
    cdef double other = ((v.x1 - e.x0 + px * beyond) * -px - (v.y1 - e.y0 + py * beyond) * py) / det
    return _part(min(one, other), max(one, other))


cdef inline Part _circle(Edge e, int64_t x, int64_t y, int64_t limit) noexcept nogil:
    cdef int64_t dx = e.x1 - e.x0, dy = e.y1 - e.y0, fx = e.x0 - x, fy = e.y0 - y
    cdef double square = <double>(dx * dx + dy * dy)
    cdef double middle = <double>(fx * dx + fy * dy) / square
    cdef double rest = middle * middle - (<double>(fx * fx + fy * fy) - <double>limit * <double>limit) / square
    if not rest >= 0:
        return _part(NAN, NAN)
    cdef double root = sqrt(rest)
    return _part(-middle - root, -middle + root)


cdef inline Part _strip(Edge v, Edge e, int64_t limit) noexcept nogil:
    cdef int64_t vx = v.x1 - v.x0, vy = v.y1 - v.y0, ex = e.x1 - e.x0, ey = e.y1 - e.y0
    if vx * ey == vy * ex:
        return _part(INFINITY, -INFINITY)
    cdef Part part = _in_depth(v, e, limit)
    cdef bint valid
    if vx * ex + vy * ey == 0:
        valid = side(e, v.x0, v.y0) * side(e, v.x1, v.y1) <= 0
    else:
        part = _common(part, _in_breadth(v, e, 0))
        valid = part.begin <= part.end
    return part if valid else _part(INFINITY, -INFINITY)


cdef inline Part _with_circle(Part part, Part circle) noexcept nogil:
    if isnan(circle.begin):
        return part
    return _part(min(part.begin, circle.begin), max(part.end, circle.end))


cdef inline Part _reach_euclidian(Edge v, Edge e, int64_t limit) noexcept nogil:
    cdef Part part = _strip(v, e, limit)
    part = _with_circle(part, _circle(e, v.x0, v.y0, limit))
    part = _with_circle(part, _circle(e, v.x1, v.y1, limit))
    return _part(max(part.begin, 0.0), min(part.end, 1.0))


cdef inline bint _beside(Edge v, int64_t x, int64_t y, int64_t beyond) noexcept nogil:
    cdef int64_t vx = v.x1 - v.x0, vy = v.y1 - v.y0
    cdef double margin = -beyond * length(v)
    if (x - v.x0) * vx + (y - v.y0) * vy < margin:
        return True
    return (v.x1 - x) * vx + (v.y1 - y) * vy < margin


cdef inline Part _reach_rectangle(Edge v, Edge e, int64_t limit, int64_t beyond) noexcept nogil:
    cdef int64_t vx = v.x1 - v.x0, vy = v.y1 - v.y0, ex = e.x1 - e.x0, ey = e.y1 - e.y0
    cdef Part part = _part(0.0, 1.0)
    if vx * ey != vy * ex:
        part = _common(part, _in_depth(v, e, limit))
    if vx * ex + vy * ey != 0:
        return _common(part, _in_breadth(v, e, beyond))
    if _beside(v, e.x0, e.y0, beyond):
        return _part(INFINITY, -INFINITY)
    # An upright edge, as it can become when it is cut on the grid, is seen where it stands on the viewer's line: a
    # point of it is enough.
    cdef double square = <double>(ex * ex + ey * ey), reach = beyond / sqrt(square)
    cdef double foot = <double>((v.x0 - e.x0) * ex + (v.y0 - e.y0) * ey) / square
    return _part(max(foot - reach, 0.0), min(foot + reach, 1.0) + 2 * EPSILON)


cdef inline bint _sees_point(Edge v, int64_t x, int64_t y, bint touching, int64_t limit, int metric) noexcept nogil:
    if side(v, x, y) > (0 if touching else -1):
        return False
    if metric != ROUND:
        return from_line(v, x, y) > -limit and not _beside(v, x, y, limit if metric == SQUARED else 0)
    cdef Part part = _circle(v, x, y, limit)
    if not isnan(part.begin):
        return max(0.0, part.begin) <= min(1.0, part.end)
    cdef int64_t dx = v.x1 - v.x0, dy = v.y1 - v.y0
    cdef double square = <double>(dx * dx + dy * dy), off = <double>(dx * (y - v.y0) - dy * (x - v.x0)) / square
    return off * off - <double>limit * <double>limit / square <= EPSILON


# Whether an edge sees another, which becomes the part of it that is seen.
cdef inline bint _sees(Edge v, Edge* e, int64_t limit, int metric) noexcept nogil:
    cdef int begin = side(v, e.x0, e.y0), end = side(v, e.x1, e.y1)
    cdef bint touching = _touch(v, e[0], begin, end)
    cdef int least = 0 if touching else -1
    if begin > least and end > least:
        return False
    if begin > least or end > least:
        e[0] = _cut(v, e[0], begin > least)
    if is_point(e[0]):
        return _sees_point(v, e.x0, e.y0, touching, limit, metric)
    cdef bint parallel = (v.x1 - v.x0) * (e.y1 - e.y0) == (v.y1 - v.y0) * (e.x1 - e.x0)
    if parallel and size(from_line(v, e.x0, e.y0)) >= limit:
        return False
    cdef Part part
    if metric == ROUND:
        part = _reach_euclidian(v, e[0], limit)
    else:
        part = _reach_rectangle(v, e[0], limit, limit if metric == SQUARED else 0)
    if not part.begin <= part.end - EPSILON:
        return False
    e[0] = _taken(e[0], part)
    return True


# Whether two edges are too near, and the parts of them that are.
cdef inline bint _too_near(Edge first, Edge second, const Rule* rule, Near* found) noexcept nogil:
    cdef Edge one = turned(first) if rule.first_turned else first
    cdef Edge other = turned(second) if rule.second_turned else second
    cdef Edge first_part = one, second_part = other
    if not _sees(one, &second_part, rule.limit, rule.metric) or not _sees(other, &first_part, rule.limit, rule.metric):
        return False
    found.first_part = turned(first_part) if rule.first_turned else first_part
    found.second_part = turned(second_part) if rule.second_turned else second_part
    return True


cdef inline double _to_point(Edge e, int64_t px, int64_t py) noexcept nogil:
    cdef int64_t x = e.x1 - e.x0, y = e.y1 - e.y0, square = x * x + y * y
    cdef double along = <double>(x * (px - e.x0) + y * (py - e.y0)) / <double>(square if square > 1 else 1)
    along = min(max(along, 0.0), 1.0)
    cdef double dx = px - e.x0 - along * x, dy = py - e.y0 - along * y
    return dx * dx + dy * dy


# The distance between parts of two edges; `search._measured`.
cdef inline double _distance(Edge first, Edge second, Edge one, Edge other) noexcept nogil:
    cdef int64_t x = first.x1 - first.x0, y = first.y1 - first.y0
    cdef double whole, a, b, c, d
    if x * (second.y1 - second.y0) == y * (second.x1 - second.x0):
        whole = length(first)
        a = (x * (one.x0 - first.x0) + y * (one.y0 - first.y0)) / whole
        b = (x * (one.x1 - first.x0) + y * (one.y1 - first.y0)) / whole
        c = (x * (other.x0 - first.x0) + y * (other.y0 - first.y0)) / whole
        d = (x * (other.x1 - first.x0) + y * (other.y1 - first.y0)) / whole
        if min(max(a, b), max(c, d)) > max(min(a, b), min(c, d)):
            return <double>size(x * (second.y0 - first.y0) - y * (second.x0 - first.x0)) / whole
    cdef double nearest = min(_to_point(other, one.x0, one.y0), _to_point(other, one.x1, one.y1))
    nearest = min(nearest, min(_to_point(one, other.x0, other.y0), _to_point(one, other.x1, other.y1)))
    return sqrt(nearest)


# Whether an edge is at least a reach away from a box, along one axis.
cdef inline bint _is_clear(Edge box, Edge e, int64_t reach) noexcept nogil:
    if min(e.x0, e.x1) - box.x1 >= reach or box.x0 - max(e.x0, e.x1) >= reach:
        return True
    return min(e.y0, e.y1) - box.y1 >= reach or box.y0 - max(e.y0, e.y1) >= reach


# Whether all of a box lies behind an edge.
cdef inline bint _looks_past(Edge box, Edge e, bint left) noexcept nogil:
    cdef int64_t nx = e.y1 - e.y0, ny = e.x0 - e.x1
    if left:
        nx, ny = -nx, -ny
    cdef int64_t far = ((box.x1 if nx > 0 else box.x0) - e.x0) * nx
    return far + ((box.y1 if ny > 0 else box.y0) - e.y0) * ny < 0


# Whether two edges may face each other: curves only if they run opposite ways; `search._may_face`.
cdef inline bint _may_face(Edge one, Edge two, Py_ssize_t a, Py_ssize_t b, const Facing* facing) noexcept nogil:
    if facing.turn[a] >= facing.corner or facing.turn[b] >= facing.corner:
        return True
    cdef int64_t x = one.x1 - one.x0, y = one.y1 - one.y0, u = two.x1 - two.x0, v = two.y1 - two.y0
    cdef double between = fabs(atan2(<double>(x * v - y * u), <double>(x * u + y * v)))
    return between + facing.turn[a] + facing.turn[b] > M_PI - facing.slack


# Whether the boxes of two edges are near, and the edges run against each other, or along if one is turned.
cdef inline bint _may_pair(Edge one, Edge two, const Rule* rule) noexcept nogil:
    if _is_clear(box_of(one), two, rule.limit):
        return False
    cdef int64_t dot = (one.x1 - one.x0) * (two.x1 - two.x0) + (one.y1 - one.y0) * (two.y1 - two.y0)
    return dot < 0 if rule.first_turned == rule.second_turned else dot > 0


# Whether two runs may hold a violation: of a polygon that can, or of two, running against each other.
cdef inline bint _may_hold(
    const Outlines* own, const Outlines* other, const uint8_t* skipped, Py_ssize_t u, Py_ssize_t v, const Rule* rule
) noexcept nogil:
    if rule.is_single and own.owner[u] == other.owner[v]:
        if not rule.within or skipped[own.owner[u]]:
            return False
    elif not rule.between:
        return False
    cdef int wanted = 1 if rule.first_turned == rule.second_turned else 2
    return own.directions[3 * u + wanted] & other.directions[3 * v] != 0


cdef inline void _look(
    const Outlines* own,
    const Outlines* other,
    Py_ssize_t u,
    Py_ssize_t v,
    Edge box,
    const Rule* rule,
    const Facing* facing,
    vector[Near]& found,
) noexcept nogil:
    """Put the pairs of edges of two runs that are too near to those found."""
    cdef bint must_face = facing.turn != NULL and own.owner[u] == other.owner[v]
    cdef bint is_same = rule.is_single and u == v
    cdef Py_ssize_t a, b
    cdef Edge one, two
    cdef Near pair
    for a in range(own.begins[u], own.begins[u + 1]):
        one = edge_of(own, u, a)
        if _is_clear(box, one, rule.limit) or _looks_past(box, one, rule.first_turned):
            continue
        for b in range(a + 1 if is_same else other.begins[v], other.begins[v + 1]):
            two = edge_of(other, v, b)
            if not _may_pair(one, two, rule) or (must_face and not _may_face(one, two, a, b, facing)):
                continue
            if _too_near(one, two, rule, &pair):
                pair.first, pair.second = a, b
                pair.distance = _distance(one, two, pair.first_part, pair.second_part)
                found.push_back(pair)


cdef _arrays(vector[Near]& found, integer):
    """Return what is found as arrays: (k, 2) indices, (k, 8) parts of both edges, (k,) distances."""
    cdef Py_ssize_t count = found.size(), n
    ends, distances = np.empty((count, 2), dtype=np.int32), np.empty(count)
    parts = np.empty((count, 8), dtype=np.int64)
    cdef int32_t[:, ::1] to_ends = ends
    cdef int64_t[:, ::1] to_parts = parts
    cdef double[::1] to_distances = distances
    cdef Edge e
    for n in range(count):
        to_ends[n, 0], to_ends[n, 1], to_distances[n] = found[n].first, found[n].second, found[n].distance
        e = found[n].first_part
        to_parts[n, 0], to_parts[n, 1], to_parts[n, 2], to_parts[n, 3] = e.x0, e.y0, e.x1, e.y1
        e = found[n].second_part
        to_parts[n, 4], to_parts[n, 5], to_parts[n, 6], to_parts[n, 7] = e.x0, e.y0, e.x1, e.y1
    return ends, parts.astype(integer, copy=False), distances


def near(
    own,
    other,
    const Compact[:, ::1] other_boxes,
    skipped,
    const int64_t[::1] first,
    const int64_t[::1] second,
    rule,
    facing,
):
    """Return the pairs of edges of pairs of runs that are too near, in as few bits as the coordinates need.

    Parameters
    ----------
    own, other
        `runs.Runs` of both layers, the same if there is one.
    other_boxes
        (U, 4) ndarray of int: the boxes of the other's runs [dbu].
    skipped
        (P,) ndarray of bool: polygons that hold no violation within themselves.
    first, second
        (n,) ndarrays of int: runs of both.
    rule
        Limit [dbu], metric, whether the first and the second edge look left, whether there is one layer, whether pairs
        of one polygon count, and pairs of two.
    facing
        (N,) ndarray of float: `parting.turns` [rad], empty if no edges need to face each other; the turn from which on
        they face whatever they see; slack.

    Returns
    -------
    (k, 2), (k, 8) ndarray of int, (k,) ndarray of float
        Indices of edges, the parts of both that are too near, their distances [dbu].
    """
    cdef Outlines one = outlines(own), two = outlines(other)
    cdef const uint8_t[::1] left_out = skipped.view(np.uint8)
    cdef const double[::1] turn = facing[0]
    cdef Rule limits
    limits.limit, limits.metric, limits.first_turned, limits.second_turned = rule[:4]
    limits.is_single, limits.within, limits.between = rule[4:]
    cdef Facing faced
    faced.turn = &turn[0] if turn.shape[0] else NULL
    faced.corner, faced.slack = facing[1:]
    cdef vector[Near] found
    cdef Py_ssize_t n
    with nogil:
        for n in range(first.shape[0]):
            if _may_hold(&one, &two, &left_out[0], first[n], second[n], &limits):
                _look(&one, &two, first[n], second[n], row(other_boxes, second[n]), &limits, &faced, found)
    return _arrays(found, np.int32 if Compact is int32_t else np.int64)
