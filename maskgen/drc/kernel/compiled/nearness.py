"""Edges that are too near each other, compiled: `kernel.relations` for one pair at a time, in the loops that find them.

An edge is the tuple of the coordinates of its ends; what the functions mean is told where their NumPy twins stand.
"""

from math import atan2 as angle
from math import inf, isnan, pi, sqrt

import numpy as np
from numpy.typing import NDArray

from maskgen.drc.kernel.compiled.jit import compiled
from maskgen.drc.kernel.compiled.points import Edge, from_line, length, rounded, side

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Octants = NDArray[np.uint8]
Layer = tuple[Integers, Integers, Integers, Integers, Integers, Octants, Booleans]
"""Coordinates; begins of runs, the vertex after each, their boxes, polygons, directions; polygons to leave out."""
Rule = tuple[int, int, int, int, int]
"""Limit, number of the metric, whether the first and the second edge look left, whether there is one layer."""
Facing = tuple[NDArray[np.float64], Booleans, float]
"""Greatest turn at the ends of every edge [rad], edges that face whatever they see, slack; empty if none need to."""
Near = tuple[Integers, Integers, NDArray[np.float64]]

EUCLIDIAN, SQUARE, PROJECTION = 0, 1, 2
_EPSILON = 1e-10


@compiled
def _touch(v: Edge, e: Edge, begin: int, end: int) -> bool:
    if begin != 0 and end != 0:
        return False
    for i in range(2):
        if max(min(v[i], v[i + 2]), min(e[i], e[i + 2])) > min(max(v[i], v[i + 2]), max(e[i], e[i + 2])):
            return False
    if begin == 0 and end == 0:
        return True
    chained = (v[0] == e[2] and v[1] == e[3]) or (v[2] == e[0] and v[3] == e[1])
    return not chained and side(e, v[0], v[1]) * side(e, v[2], v[3]) <= 0


@compiled
def _cut(v: Edge, e: Edge, first: bool) -> Edge:
    dx, dy, ex, ey = v[2] - v[0], v[3] - v[1], e[2] - e[0], e[3] - e[1]
    ratio = ((v[0] - e[0]) * ey - (v[1] - e[1]) * ex) / (dx * ey - dy * ex)
    x, y = v[0] - rounded(dx * ratio), v[1] - rounded(dy * ratio)
    return (x, y, e[2], e[3]) if first else (e[0], e[1], x, y)


@compiled
def _between(e: Edge, begin: float, end: float) -> Edge:
    dx, dy = e[2] - e[0], e[3] - e[1]
    return (
        e[0] + rounded(dx * begin),
        e[1] + rounded(dy * begin),
        e[0] + rounded(dx * end),
        e[1] + rounded(dy * end),
    )


@compiled
def _in_depth(v: Edge, e: Edge, limit: int) -> tuple[float, float]:
    vx, vy, ex, ey = v[2] - v[0], v[3] - v[1], e[2] - e[0], e[3] - e[1]
    inverse = 1.0 / length(v)
    det = float(ex * vy - ey * vx)
    far = ((v[0] + inverse * vy * limit) - e[0]) * vy - ((v[1] - inverse * vx * limit) - e[1]) * vx
    near = float((v[0] - e[0]) * vy - (v[1] - e[1]) * vx)
    one, other = far / det, near / det
    return min(one, other), max(one, other)


@compiled
def _in_breadth(v: Edge, e: Edge, beyond: int) -> tuple[float, float]:
    vx, vy, ex, ey = v[2] - v[0], v[3] - v[1], e[2] - e[0], e[3] - e[1]
    inverse = 1.0 / length(v)
    px, py = inverse * vx, inverse * vy
    det = -ex * px - ey * py
    one = ((v[0] - e[0] - px * beyond) * -px - (v[1] - e[1] - py * beyond) * py) / det
    other = ((v[2] - e[0] + px * beyond) * -px - (v[3] - e[1] + py * beyond) * py) / det
    return min(one, other), max(one, other)


@compiled
def _circle(e: Edge, x: int, y: int, limit: int) -> tuple[float, float]:
    dx, dy, fx, fy = e[2] - e[0], e[3] - e[1], e[0] - x, e[1] - y
    square = float(dx * dx + dy * dy)
    middle = (fx * dx + fy * dy) / square
    rest = middle * middle - ((fx * fx + fy * fy) - float(limit) * float(limit)) / square
    if not rest >= 0:
        return np.nan, np.nan
    root = sqrt(rest)
    return -middle - root, -middle + root


@compiled
def _strip(v: Edge, e: Edge, limit: int) -> tuple[float, float]:
    vx, vy, ex, ey = v[2] - v[0], v[3] - v[1], e[2] - e[0], e[3] - e[1]
    if vx * ey == vy * ex:
        return inf, -inf
    low, high = _in_depth(v, e, limit)
    if vx * ex + vy * ey == 0:
        valid = side(e, v[0], v[1]) * side(e, v[2], v[3]) <= 0
    else:
        left, right = _in_breadth(v, e, 0)
        low, high = max(low, left), min(high, right)
        valid = low <= high
    return (low, high) if valid else (inf, -inf)


@compiled
def _reach_euclidian(v: Edge, e: Edge, limit: int) -> tuple[float, float]:
    begin, end = _strip(v, e, limit)
    for x, y in ((v[0], v[1]), (v[2], v[3])):
        low, high = _circle(e, x, y, limit)
        if not isnan(low):
            begin, end = min(begin, low), max(end, high)
    return max(begin, 0.0), min(end, 1.0)


@compiled
def _beside(v: Edge, x: int, y: int, beyond: int) -> bool:
    vx, vy = v[2] - v[0], v[3] - v[1]
    margin = -beyond * length(v)
    return (x - v[0]) * vx + (y - v[1]) * vy < margin or (v[2] - x) * vx + (v[3] - y) * vy < margin


@compiled
def _reach_rectangle(v: Edge, e: Edge, limit: int, beyond: int) -> tuple[float, float]:
    vx, vy, ex, ey = v[2] - v[0], v[3] - v[1], e[2] - e[0], e[3] - e[1]
    begin, end = 0.0, 1.0
    if vx * ey != vy * ex:
        low, high = _in_depth(v, e, limit)
        begin, end = max(begin, low), min(end, high)
    if vx * ex + vy * ey != 0:
        left, right = _in_breadth(v, e, beyond)
        begin, end = max(begin, left), min(end, right)
    elif _beside(v, e[0], e[1], beyond):
        return inf, -inf
    return begin, end


@compiled
def _sees_point(v: Edge, x: int, y: int, touching: bool, limit: int, metric: int) -> bool:
    if side(v, x, y) > (0 if touching else -1):
        return False
    if metric != EUCLIDIAN:
        beyond = limit if metric == SQUARE else 0
        return from_line(v, x, y) > -limit and not _beside(v, x, y, beyond)
    low, high = _circle(v, x, y, limit)
    if not isnan(low):
        return max(0.0, low) <= min(1.0, high)
    dx, dy = v[2] - v[0], v[3] - v[1]
    off, square = dx * (y - v[1]) - dy * (x - v[0]), float(dx * dx + dy * dy)
    return (off / square) ** 2 - float(limit) ** 2 / square <= _EPSILON


@compiled
def _seen_part(v: Edge, e: Edge, limit: int, metric: int) -> tuple[bool, Edge]:
    begin_side, end_side = side(v, e[0], e[1]), side(v, e[2], e[3])
    touching = _touch(v, e, begin_side, end_side)
    least = 0 if touching else -1
    if begin_side > least and end_side > least:
        return False, e
    if begin_side > least or end_side > least:
        e = _cut(v, e, begin_side > least)
    if e[0] == e[2] and e[1] == e[3]:
        return _sees_point(v, e[0], e[1], touching, limit, metric), e
    parallel = (v[2] - v[0]) * (e[3] - e[1]) == (v[3] - v[1]) * (e[2] - e[0])
    if parallel and abs(from_line(v, e[0], e[1])) >= limit:
        return False, e
    if metric == EUCLIDIAN:
        begin, end = _reach_euclidian(v, e, limit)
    else:
        begin, end = _reach_rectangle(v, e, limit, limit if metric == SQUARE else 0)
    if not begin <= end - _EPSILON:
        return False, e
    return True, _between(e, begin, end)


@compiled
def _turned(e: Edge) -> Edge:
    return e[2], e[3], e[0], e[1]


@compiled
def _too_near(first: Edge, second: Edge, rule: Rule) -> tuple[bool, Edge, Edge]:
    one = _turned(first) if rule[2] else first
    other = _turned(second) if rule[3] else second
    seen, second_part = _seen_part(one, other, rule[0], rule[1])
    if not seen:
        return False, first, second
    seen, first_part = _seen_part(other, one, rule[0], rule[1])
    return (
        seen,
        _turned(first_part) if rule[2] else first_part,
        _turned(second_part) if rule[3] else second_part,
    )


@compiled
def _to_point(e: Edge, px: int, py: int) -> float:
    x, y = e[2] - e[0], e[3] - e[1]
    along = (x * (px - e[0]) + y * (py - e[1])) / max(x * x + y * y, 1)
    along = min(max(along, 0.0), 1.0)
    dx, dy = px - e[0] - along * x, py - e[1] - along * y
    return dx * dx + dy * dy


@compiled
def _apart(first: Edge, second: Edge, one: Edge, other: Edge) -> float:
    """Return the distance between two parts; `search._measured`."""
    x, y = first[2] - first[0], first[3] - first[1]
    if x * (second[3] - second[1]) == y * (second[2] - second[0]):
        whole = length(first)
        a = (x * (one[0] - first[0]) + y * (one[1] - first[1])) / whole
        b = (x * (one[2] - first[0]) + y * (one[3] - first[1])) / whole
        c = (x * (other[0] - first[0]) + y * (other[1] - first[1])) / whole
        d = (x * (other[2] - first[0]) + y * (other[3] - first[1])) / whole
        if min(max(a, b), max(c, d)) > max(min(a, b), min(c, d)):
            return abs(x * (second[1] - first[1]) - y * (second[0] - first[0])) / whole
    nearest = min(_to_point(other, one[0], one[1]), _to_point(other, one[2], one[3]))
    return sqrt(min(nearest, _to_point(one, other[0], other[1]), _to_point(one, other[2], other[3])))


@compiled
def _is_clear(box: Integers, e: Edge, reach: int) -> bool:
    """Tell whether an edge is at least a reach away from a box, along one axis."""
    if min(e[0], e[2]) - box[2] >= reach or box[0] - max(e[0], e[2]) >= reach:
        return True
    return min(e[1], e[3]) - box[3] >= reach or box[1] - max(e[1], e[3]) >= reach


@compiled
def _looks_past(box: Integers, e: Edge, left: int) -> bool:
    """Tell whether all of a box lies behind an edge."""
    nx, ny = e[3] - e[1], e[0] - e[2]
    if left:
        nx, ny = -nx, -ny
    far = ((box[2] if nx > 0 else box[0]) - e[0]) * nx
    return far + ((box[3] if ny > 0 else box[1]) - e[1]) * ny < 0


@compiled
def _may_face(one: Edge, two: Edge, a: int, b: int, facing: Facing) -> bool:
    """Tell whether two edges may face each other: curves only if they run opposite ways; `search._may_face`."""
    x, y, u, v = one[2] - one[0], one[3] - one[1], two[2] - two[0], two[3] - two[1]
    turn, free, slack = facing
    return free[a] or free[b] or abs(angle(float(x * v - y * u), float(x * u + y * v))) + turn[a] + turn[b] > pi - slack


@compiled
def _may_pair(one: Edge, two: Edge, rule: Rule) -> bool:
    """Tell whether the boxes of two edges are near, and the edges run against each other, or along if one is turned."""
    for i in range(2):
        low, high = min(one[i], one[i + 2]), max(one[i], one[i + 2])
        if max(low - max(two[i], two[i + 2]), min(two[i], two[i + 2]) - high) >= rule[0]:
            return False
    dot = (one[2] - one[0]) * (two[2] - two[0]) + (one[3] - one[1]) * (two[3] - two[1])
    return dot < 0 if rule[2] == rule[3] else dot > 0


@compiled
def _may_hold(own: Layer, other: Layer, pair: tuple[int, int], scope: tuple[bool, bool], rule: Rule) -> bool:
    """Tell whether two runs may hold a violation: of a polygon that can, or of two, running against each other."""
    polygon = own[4][pair[0]]
    if rule[4] and polygon == other[4][pair[1]]:
        if not scope[0] or own[6][polygon]:
            return False
    elif not scope[1]:
        return False
    return own[5][pair[0], 1 if rule[2] == rule[3] else 2] & other[5][pair[1], 0] != 0


@compiled
def _edge(layer: Layer, u: int, a: int) -> Edge:
    """Return an edge of a run."""
    after = a + 1 if a + 1 < layer[1][u + 1] else layer[2][u]
    return layer[0][after, 0], layer[0][after, 1], layer[0][a, 0], layer[0][a, 1]


@compiled
def _begin(other: Layer, pair: tuple[int, int], a: int, rule: Rule) -> int:
    """Return the first edge of the second run to pair with an edge of the first: within one, those behind it."""
    return a + 1 if rule[4] and pair[0] == pair[1] else other[1][pair[1]]


@compiled
def near(
    own: Layer, other: Layer, pairs: tuple[Integers, Integers], scope: tuple[bool, bool], rule: Rule, facing: Facing
) -> Near:
    """Return the pairs of edges of pairs of runs that are too near: indices, parts of both, distances.

    Parameters
    ----------
    scope
        Whether pairs of one polygon count, and pairs of two.

    Returns
    -------
    (k, 2), (k, 8) ndarray of int, (k,) ndarray of float
    """
    found = np.empty((256, 2), dtype=np.int64), np.empty((256, 8), dtype=np.int64), np.empty(256)
    count = 0
    for n in range(len(pairs[0])):
        pair = pairs[0][n], pairs[1][n]
        if not _may_hold(own, other, pair, scope, rule):
            continue
        must_face = len(facing[0]) > 0 and own[4][pair[0]] == other[4][pair[1]]
        for a in range(own[1][pair[0]], own[1][pair[0] + 1]):
            one = _edge(own, pair[0], a)
            if _is_clear(other[3][pair[1]], one, rule[0]) or _looks_past(other[3][pair[1]], one, rule[2]):
                continue
            for b in range(_begin(other, pair, a, rule), other[1][pair[1] + 1]):
                two = _edge(other, pair[1], b)
                if _may_pair(one, two, rule) and (not must_face or _may_face(one, two, a, b, facing)):
                    found, count = _noted(found, count, (a, b), (one, two), rule)
    return found[0][:count].copy(), found[1][:count].copy(), found[2][:count].copy()


@compiled
def _noted(found: Near, count: int, places: tuple[int, int], edges: tuple[Edge, Edge], rule: Rule) -> tuple[Near, int]:
    """Return what is found, with a pair of edges if they are too near, and how much that is."""
    is_near, one, other = _too_near(edges[0], edges[1], rule)
    if not is_near:
        return found, count
    if count == len(found[2]):
        found = (
            np.concatenate((found[0], found[0])),
            np.concatenate((found[1], found[1])),
            np.concatenate((found[2], found[2])),
        )
    found[0][count, 0], found[0][count, 1] = places
    for i in range(4):
        found[1][count, i], found[1][count, i + 4] = one[i], other[i]
    found[2][count] = _apart(edges[0], edges[1], one, other)
    return found, count + 1
