"""Union of polygons along the axes: bands across the plane, each swept from left to right.

*Wall*: an upright piece of the outline of what is covered. *Event*: where the winding above a height changes.
"""

from libc.stdint cimport int64_t, uint8_t
from libcpp.algorithm cimport sort
from libcpp.vector cimport vector

from maskgen.drc.kernel.compiled.points cimport Compact, join, root

import numpy as np

LEFT, RIGHT = 0, 1
"""Walls at the left and at the right of what they bound."""

cdef int AT_LEFT = 0, AT_RIGHT = 1


cdef struct Event:
    int64_t x
    int64_t y
    int64_t change


cdef struct Level:
    int64_t y
    int64_t change


# What is covered between two heights, and the piece that it belongs to.
cdef struct Span:
    int64_t y0
    int64_t y1
    int64_t piece


cdef struct Wall:
    int64_t x
    int64_t y0
    int64_t y1
    int64_t side
    int64_t piece


cdef inline void _put(Compact[:, ::1] found, int64_t* at, int64_t x, int64_t y, int change) noexcept nogil:
    """Write an event at its place, or count it if there is no room for any."""
    if found.shape[0]:
        found[at[0], 0], found[at[0], 1], found[at[0], 2] = x, y, change
    at[0] += 1


cdef void _put_all(
    const int64_t[:, ::1] coords,
    const int64_t[::1] rings,
    int64_t low,
    int shift,
    Compact[:, ::1] found,
    int64_t[::1] at,
) noexcept nogil:
    """Write or count the events of all bands: ends of level edges, and upright edges that come from below a band."""
    cdef Py_ssize_t ring, e, after
    cdef int64_t x, y, x1, y1, band, above
    for ring in range(rings.shape[0] - 1):
        for e in range(rings[ring], rings[ring + 1]):
            after = e + 1 if e + 1 < rings[ring + 1] else rings[ring]
            x, y, x1, y1 = coords[e, 0], coords[e, 1], coords[after, 0], coords[after, 1]
            band = (min(y, y1) - low) >> shift
            if y == y1:
                # Rightwards with the inside above.
                _put(found, &at[band], x, y, 1)
                _put(found, &at[band], x1, y, -1)
            for above in range(band + 1, ((max(y, y1) - low) >> shift) + 1):
                _put(found, &at[above], x, low + (above << shift), 1 if y > y1 else -1)


def counts(const int64_t[:, ::1] coords, const int64_t[::1] rings, int64_t low, int shift, Py_ssize_t bands):
    """Return (B,) the numbers of events of all bands."""
    found = np.zeros(bands, dtype=np.int64)
    cdef int64_t[::1] at = found
    cdef int64_t[:, ::1] none = np.empty((0, 3), dtype=np.int64)
    with nogil:
        _put_all(coords, rings, low, shift, none, at)
    return found


def fill(
    const int64_t[:, ::1] coords, const int64_t[::1] rings, int64_t low, int shift, Compact[:, ::1] found, starts
):
    """Write the events of all bands as x, y, change of winding, those of each band from its start on."""
    cdef int64_t[::1] at = starts[: len(starts) - 1].copy()
    with nogil:
        _put_all(coords, rings, low, shift, found, at)


cdef void _apply(vector[Level]& levels, int64_t y, int64_t change) noexcept nogil:
    """Add a change of winding at a height."""
    cdef size_t begin = 0, end = levels.size(), middle
    cdef Level level
    while begin < end:
        middle = (begin + end) >> 1
        if levels[middle].y < y:
            begin = middle + 1
        else:
            end = middle
    if begin == levels.size() or levels[begin].y != y:
        level.y, level.change = y, change
        levels.insert(levels.begin() + begin, level)
        return
    levels[begin].change += change
    if levels[begin].change == 0:
        levels.erase(levels.begin() + begin)


cdef void _cover(const vector[Level]& levels, int64_t top, vector[Span]& spans) noexcept nogil:
    """Write the spans that are covered."""
    cdef int64_t winding = 0, before
    cdef size_t n
    cdef Span span
    spans.clear()
    span.piece = -1
    for n in range(levels.size()):
        before = winding
        winding += levels[n].change
        if before == 0:
            span.y0 = levels[n].y
        elif winding == 0:
            span.y1 = levels[n].y
            spans.push_back(span)
    if winding != 0:
        span.y1 = top
        spans.push_back(span)


cdef void _name(vector[Span]& spans, const vector[Span]& old, vector[int64_t]& parent) noexcept nogil:
    """Give spans the pieces that they belong to, those of older spans that they meet, or new ones."""
    cdef size_t n, k, at = 0
    for n in range(spans.size()):
        while at < old.size() and old[at].y1 <= spans[n].y0:
            at += 1
        k = at
        while k < old.size() and old[k].y0 < spans[n].y1:
            if spans[n].piece < 0:
                spans[n].piece = old[k].piece
            else:
                join(parent.data(), spans[n].piece, old[k].piece)
            k += 1
        if spans[n].piece < 0:
            spans[n].piece = <int64_t>parent.size()
            parent.push_back(spans[n].piece)


cdef void _wall(
    const vector[Span]& spans, const vector[Span]& others, int64_t x, int side, vector[Wall]& walls
) noexcept nogil:
    """Put walls along the parts of spans that others do not cover."""
    cdef size_t n, k, at = 0
    cdef Wall wall
    cdef int64_t y
    wall.x, wall.side = x, side
    for n in range(spans.size()):
        wall.piece, y = spans[n].piece, spans[n].y0
        while at < others.size() and others[at].y1 <= y:
            at += 1
        k = at
        while k < others.size() and others[k].y0 < spans[n].y1:
            if others[k].y0 > y:
                wall.y0, wall.y1 = y, others[k].y0
                walls.push_back(wall)
            y = max(y, others[k].y1)
            k += 1
        if y < spans[n].y1:
            wall.y0, wall.y1 = y, spans[n].y1
            walls.push_back(wall)


cdef bint _is_left(const Event& one, const Event& other) noexcept nogil:
    return one.x < other.x


cdef void _sweep(vector[Event]& events, int64_t top, vector[Wall]& walls, vector[int64_t]& parent) noexcept nogil:
    """Put the walls of one band, from left to right."""
    cdef vector[Level] levels
    cdef vector[Span] old, new
    cdef size_t at = 0
    cdef int64_t x
    sort(events.begin(), events.end(), &_is_left)
    while at < events.size():
        x = events[at].x
        while at < events.size() and events[at].x == x:
            _apply(levels, events[at].y, events[at].change)
            at += 1
        _cover(levels, top, new)
        _name(new, old, parent)
        _wall(new, old, x, AT_LEFT, walls)
        _wall(old, new, x, AT_RIGHT, walls)
        old.swap(new)


def walls(const Compact[:, ::1] found, const int64_t[::1] starts, bands, int64_t low, int shift):
    """Return the walls of some bands, from left to right, and where those of each band begin.

    Parameters
    ----------
    found, starts
        Events as `fill` writes them, and where those of each band begin.
    bands
        First band and the one after the last.

    Returns
    -------
    (n, 5) ndarray of int
        x, lower y, upper y, `LEFT` or `RIGHT`, and a piece that hangs together, numbered within this call.
    (B + 1,) ndarray of int
    """
    cdef Py_ssize_t first = bands[0], last = bands[1], band, n
    ends = np.zeros(last - first + 1, dtype=np.int64)
    cdef int64_t[::1] begins = ends
    cdef vector[Event] events
    cdef vector[Wall] put
    cdef vector[int64_t] parent
    cdef Event event
    with nogil:
        for band in range(first, last):
            events.clear()
            for n in range(starts[band], starts[band + 1]):
                event.x, event.y, event.change = found[n, 0], found[n, 1], found[n, 2]
                events.push_back(event)
            _sweep(events, low + (<int64_t>(band + 1) << shift), put, parent)
            begins[band - first + 1] = put.size()
    result = np.empty((put.size(), 5), dtype=np.asarray(found).dtype)
    cdef Compact[:, ::1] to = result
    for n in range(to.shape[0]):
        to[n, 0], to[n, 1], to[n, 2], to[n, 3] = put[n].x, put[n].y0, put[n].y1, put[n].side
        to[n, 4] = root(parent.data(), put[n].piece)
    return result, ends


cdef void _link(
    const Compact[:, ::1] found, const int64_t[::1] begins, int64_t low, int shift, int64_t* parent, int64_t[::1] above
) noexcept nogil:
    """Write for each wall the one in the next band that it goes on in, or -1, and join their pieces."""
    cdef Py_ssize_t band, n, at, end
    cdef int64_t border
    for band in range(begins.shape[0] - 2):
        border = low + (<int64_t>(band + 1) << shift)
        at, end = begins[band + 1], begins[band + 2]
        for n in range(begins[band], begins[band + 1]):
            if found[n, 2] != border:
                continue
            while at < end and (found[at, 0] < found[n, 0] or (found[at, 0] == found[n, 0] and found[at, 1] != border)):
                at += 1
            if at < end and found[at, 0] == found[n, 0] and found[at, 3] == found[n, 3]:
                above[n] = at
                join(parent, found[n, 4], found[at, 4])


def joined(const Compact[:, ::1] found, const int64_t[::1] begins, int64_t low, int shift):
    """Join walls that go on in the next band, and return the whole ones with the parents of all pieces."""
    walls = np.asarray(found)
    parents = np.arange(walls[:, 4].max() + 1 if len(walls) else 0, dtype=np.int64)
    following = np.full(len(walls), -1, dtype=np.int64)
    cdef int64_t[::1] parent = parents, above = following
    cdef Py_ssize_t n, last, count = 0
    with nogil:
        _link(found, begins, low, shift, &parent[0], above)
    is_begin = np.ones(len(walls), dtype=np.bool_)
    is_begin[following[following >= 0]] = False
    whole = walls[is_begin]
    cdef const uint8_t[::1] begin = is_begin.view(np.uint8)
    cdef Compact[:, ::1] to = whole
    with nogil:
        for n in range(found.shape[0]):
            if begin[n]:
                last = n
                while above[last] >= 0:
                    last = above[last]
                to[count, 2] = found[last, 2]
                count += 1
    return whole, parents


cdef void _meet(const Compact[:, ::1] found, int64_t* parent, const int64_t[::1] order) noexcept nogil:
    """Join the pieces that meet at corners: where the upper end of a wall is the lower end of another."""
    cdef Py_ssize_t n, one, other
    cdef int end, other_end
    for n in range(order.shape[0] - 1):
        one, other = order[n] >> 1, order[n + 1] >> 1
        end, other_end = 1 + (order[n] & 1), 1 + (order[n + 1] & 1)
        if end != other_end and found[one, 0] == found[other, 0] and found[one, end] == found[other, other_end]:
            join(parent, found[one, 4], found[other, 4])


cdef _roots(int64_t[::1] parent, pieces):
    result = pieces.astype(np.int64)
    cdef int64_t[::1] found = result
    cdef Py_ssize_t n
    for n in range(found.shape[0]):
        found[n] = root(&parent[0], found[n])
    return result


def traced(const Compact[:, ::1] found, int64_t[::1] parent, const int64_t[::1] order):
    """Return the rings around walls.

    Parameters
    ----------
    order
        (2 n,) ndarray of int: the ends of walls row by row, from left to right; end ``2 w`` is the lower of wall ``w``.
        Where two meet, the first is that of the wall whose inside lies left.

    Returns
    -------
    (N, 2), (R + 1,) ndarray of int
        Vertices, hulls counter-clockwise, and where rings begin.
    (R,), (R,) ndarray of int
        The piece that each ring bounds, and the least of the pieces that meet it at corners, directly or not.
    """
    size = len(order)
    vertices, ends = np.empty((size, 2), dtype=np.int64), np.zeros(size // 4 + 1, dtype=np.int64)
    firsts = np.zeros(size // 4, dtype=np.int64)
    cdef int64_t[:, ::1] coords = vertices
    cdef int64_t[::1] rings = ends, first = firsts, across = np.empty(size, dtype=np.int64)
    cdef uint8_t[::1] seen = np.zeros(len(found), dtype=np.uint8)
    cdef Py_ssize_t n, wall, at, count = 0, vertex = 0
    cdef int head
    with nogil:
        for n in range(0, order.shape[0] - 1, 2):
            across[order[n]], across[order[n + 1]] = order[n + 1], order[n]
        for wall in range(found.shape[0]):
            if seen[wall]:
                continue
            first[count], at = wall, wall
            while not seen[at]:
                seen[at] = True
                join(&parent[0], found[wall, 4], found[at, 4])
                head = 1 if found[at, 3] == AT_LEFT else 2
                coords[vertex, 0] = coords[vertex + 1, 0] = found[at, 0]
                coords[vertex, 1], coords[vertex + 1, 1] = found[at, 3 - head], found[at, head]
                vertex += 2
                at = across[2 * at + head - 1] >> 1
            count += 1
            rings[count] = vertex
    piece = _roots(parent, np.asarray(found)[firsts[:count], 4])
    with nogil:
        _meet(found, &parent[0], order)
    return vertices[:vertex].copy(), ends[: count + 1].copy(), piece, _roots(parent, piece)
