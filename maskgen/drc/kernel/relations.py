"""Two edges too near each other: which parts of them, for many pairs at once.

The rules are those of KLayout's edge pair relations (`drc.md` D.1-D.5): an edge looks to its right, where the inside
of its polygon is, and sees the part of the other edge that lies there within a distance. Both must see each other.

Edges are columns of (4, k) ndarrays of int: x and y of the first end, x and y of the second [dbu].
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Edges = NDArray[np.int64]
Reals = NDArray[np.float64]
Booleans = NDArray[np.bool_]

Metric = Literal["euclidian", "square", "projection"]
Relation = Literal["width", "space", "inside", "overlap"]

_EPSILON = 1e-10
TURNS_FIRST = frozenset({"space", "inside"})
TURNS_SECOND = frozenset({"space", "overlap"})
"""Relations in which the first edge, or the second, looks to its left."""


@dataclass(frozen=True)
class Nearness:
    """What counts as too near.

    Parameters
    ----------
    relation
        What faces: insides ("width"), outsides ("space"), an edge and the inside of one around it ("inside": the first
        is the inner), an edge and the inside of one within it ("overlap": the first is the outer).
    limit
        Distance [dbu] below which two edges are too near.
    metric
        How distance is measured between edges that are not opposite each other.
    angle_limit
        Edges farther than this from antiparallel never pair [deg].
    """

    relation: Relation
    limit: int
    metric: Metric = "euclidian"
    angle_limit: float = 90.0


def too_near(first: Edges, second: Edges, nearness: Nearness) -> tuple[Booleans, Edges, Edges]:
    """Return which pairs of edges are too near, and the parts of both that are.

    Returns
    -------
    which : (k,) ndarray of bool
    first_parts, second_parts : (4, n) ndarray of int
        Of the n pairs that are, the parts within the limit, directed as the edges and rounded to the grid.
    """
    one = _turned(first) if nearness.relation in TURNS_FIRST else first
    other = _turned(second) if nearness.relation in TURNS_SECOND else second
    pairs = np.flatnonzero(_opposed(one, other, nearness.angle_limit))
    seen_second, second_parts = seen_part(one[:, pairs], other[:, pairs], nearness)
    pairs = pairs[seen_second]
    seen_first, first_parts = seen_part(other[:, pairs], one[:, pairs], nearness)
    which = np.zeros(first.shape[1], dtype=bool)
    which[pairs[seen_first]] = True
    second_parts = second_parts[:, seen_first]
    if nearness.relation in TURNS_FIRST:
        first_parts = _turned(first_parts)
    if nearness.relation in TURNS_SECOND:
        second_parts = _turned(second_parts)
    return which, first_parts, second_parts


def _length(edge: Edges) -> Reals:
    # Not hypot, whose last bit differs: aligned corners must come out at exactly no overlap.
    dx, dy = edge[2] - edge[0], edge[3] - edge[1]
    return np.sqrt((dx * dx + dy * dy).astype(np.float64))


def _turned(edges: Edges) -> Edges:
    return edges[[2, 3, 0, 1]]


def _opposed(one: Edges, other: Edges, angle_limit: float) -> Booleans:
    """Tell which pairs run against each other, nearer to antiparallel than the angle."""
    dot = (one[2] - one[0]) * (other[2] - other[0]) + (one[3] - one[1]) * (other[3] - other[1])
    if angle_limit == 90.0:
        return dot < 0
    lengths = _length(one) * _length(other)
    return -dot / lengths >= np.cos(np.radians(angle_limit)) + _EPSILON


def seen_part(viewer: Edges, edge: Edges, nearness: Nearness) -> tuple[Booleans, Edges]:
    """Return which edges have a part to the right of their viewer within the limit, and these parts."""
    side = np.stack([_side(viewer, edge[0], edge[1]), _side(viewer, edge[2], edge[3])])
    touching = _touch(viewer, edge, side)
    behind = side > np.where(touching, 0, -1)
    pairs = np.flatnonzero(~behind.all(axis=0))
    viewer, touching = viewer[:, pairs], touching[pairs]
    edge = _cut(viewer, edge[:, pairs], behind[:, pairs])
    point = (edge[0] == edge[2]) & (edge[1] == edge[3])
    begin, end, seen = _REACHES[nearness.metric](viewer, edge, nearness.limit)
    if point.any():
        at = np.flatnonzero(point)
        begin[at], end[at] = 0.0, 0.0
        seen[at] = _sees_point(viewer[:, at], edge[:2, at], touching[at], nearness)
    which = np.zeros(side.shape[1], dtype=bool)
    which[pairs[seen]] = True
    return which, _between(edge[:, seen], begin[seen], end[seen])


def _side(edge: Edges, x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return 1 for points left of their edge, -1 for points right of it, 0 for those on its line."""
    return np.sign((edge[2] - edge[0]) * (y - edge[1]) - (edge[3] - edge[1]) * (x - edge[0]))


def _touch(viewer: Edges, edge: Edges, side: NDArray[np.int64]) -> Booleans:
    """Tell which edges touch their viewer so that a distance of zero counts; neighbours at a corner do not."""
    found = np.zeros(viewer.shape[1], dtype=bool)
    near = np.flatnonzero((side == 0).any(axis=0))
    if not near.size:
        return found
    viewer, edge, collinear = viewer[:, near], edge[:, near], (side[:, near] == 0).all(axis=0)
    low, high = np.maximum(_low(viewer), _low(edge)), np.minimum(_high(viewer), _high(edge))
    boxes = (low <= high).all(axis=0)
    chained = (viewer[:2] == edge[2:]).all(axis=0) | (viewer[2:] == edge[:2]).all(axis=0)
    crossing = np.sign(_side(edge, viewer[0], viewer[1])) * np.sign(_side(edge, viewer[2], viewer[3])) <= 0
    found[near] = boxes & (collinear | (crossing & ~chained))
    return found


def _low(edge: Edges) -> Edges:
    return np.minimum(edge[:2], edge[2:])


def _high(edge: Edges) -> Edges:
    return np.maximum(edge[:2], edge[2:])


def _cut(viewer: Edges, edge: Edges, behind: NDArray[np.bool_]) -> Edges:
    """Return edges with the end that lies behind its viewer drawn to the viewer's line, on the grid."""
    at = np.flatnonzero(behind.any(axis=0))
    if not at.size:
        return edge
    v, e = viewer[:, at], edge[:, at]
    dx, dy = v[2] - v[0], v[3] - v[1]
    ex, ey = e[2] - e[0], e[3] - e[1]
    ratio = ((v[0] - e[0]) * ey - (v[1] - e[1]) * ex) / (dx * ey - dy * ex)
    x, y = v[0] - rounded(dx * ratio), v[1] - rounded(dy * ratio)
    cut = edge.copy()
    first = behind[0, at]
    cut[0, at], cut[1, at] = np.where(first, x, e[0]), np.where(first, y, e[1])
    cut[2, at], cut[3, at] = np.where(first, e[2], x), np.where(first, e[3], y)
    return cut


def rounded(values: Reals) -> NDArray[np.int64]:
    """Return the nearest integers, halves away from zero."""
    return np.where(values > 0, values + 0.5, values - 0.5).astype(np.int64)


def _between(edge: Edges, begin: Reals, end: Reals) -> Edges:
    """Return the parts of edges between two fractions of their lengths, on the grid."""
    dx, dy = edge[2] - edge[0], edge[3] - edge[1]
    return np.stack(
        [
            edge[0] + rounded(dx * begin),
            edge[1] + rounded(dy * begin),
            edge[0] + rounded(dx * end),
            edge[1] + rounded(dy * end),
        ]
    )


def distance_to_line(edge: Edges, x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the signed distance of points from the lines of edges, left positive, to the nearest dbu."""
    dx, dy = edge[2] - edge[0], edge[3] - edge[1]
    length = np.maximum(_length(edge), 1.0)
    return rounded((dx * (y - edge[1]) - dy * (x - edge[0])) / length)


def _reach_euclidian(viewer: Edges, edge: Edges, limit: int) -> tuple[Reals, Reals, Booleans]:
    """Return the fractions between which edges run within the limit of their viewers, and whether they do."""
    with np.errstate(divide="ignore", invalid="ignore"):
        begin, end, apart = _strip(viewer, edge, limit)
        for x, y in (viewer[:2], viewer[2:]):
            low, high = _circle(edge, x, y, limit)
            begin, end = np.fmin(begin, low), np.fmax(end, high)
    begin, end = np.maximum(begin, 0.0), np.minimum(end, 1.0)
    return begin, end, ~apart & (begin <= end - _EPSILON)


def _strip(viewer: Edges, edge: Edges, limit: int) -> tuple[Reals, Reals, Booleans]:
    """Return where edges run in the strip before their viewers, and which are parallel but too far."""
    vx, vy, ex, ey = _directions(viewer, edge)
    parallel = vx * ey == vy * ex
    apart = np.zeros(len(vx), dtype=bool)
    at = np.flatnonzero(parallel)
    apart[at] = np.abs(distance_to_line(viewer[:, at], edge[0, at], edge[1, at])) >= limit
    begin, end = np.full(len(vx), np.inf), np.full(len(vx), -np.inf)
    at = np.flatnonzero(~parallel)
    low, high = _in_depth(viewer[:, at], edge[:, at], limit)
    upright = vx[at] * ex[at] + vy[at] * ey[at] == 0
    left, right = _in_breadth(viewer[:, at], edge[:, at], 0)
    through = _side(edge[:, at], *viewer[:2, at]) * _side(edge[:, at], *viewer[2:, at]) <= 0
    low, high = np.where(upright, low, np.maximum(low, left)), np.where(upright, high, np.minimum(high, right))
    valid = np.where(upright, through, low <= high)
    begin[at], end[at] = np.where(valid, low, np.inf), np.where(valid, high, -np.inf)
    return begin, end, apart


def _directions(viewer: Edges, edge: Edges) -> tuple[Edges, Edges, Edges, Edges]:
    return viewer[2] - viewer[0], viewer[3] - viewer[1], edge[2] - edge[0], edge[3] - edge[1]


def _in_depth(viewer: Edges, edge: Edges, limit: int) -> tuple[Reals, Reals]:
    """Return the fractions at which edges cross the viewer's line and the line at the limit before it."""
    vx, vy, ex, ey = _directions(viewer, edge)
    inverse = 1.0 / _length(viewer)
    det = (ex * vy - ey * vx).astype(np.float64)
    far = ((viewer[0] + inverse * vy * limit) - edge[0]) * vy - ((viewer[1] - inverse * vx * limit) - edge[1]) * vx
    near = (viewer[0] - edge[0]) * vy - (viewer[1] - edge[1]) * vx
    one, other = far / det, near / det
    return np.minimum(one, other), np.maximum(one, other)


def _in_breadth(viewer: Edges, edge: Edges, beyond: int) -> tuple[Reals, Reals]:
    """Return the fractions at which edges cross the uprights on the viewer's ends, moved outwards by `beyond`."""
    vx, vy, ex, ey = _directions(viewer, edge)
    inverse = 1.0 / _length(viewer)
    px, py = inverse * vx, inverse * vy
    det = -ex * px - ey * py
    one = ((viewer[0] - edge[0] - px * beyond) * -px - (viewer[1] - edge[1] - py * beyond) * py) / det
    other = ((viewer[2] - edge[0] + px * beyond) * -px - (viewer[3] - edge[1] + py * beyond) * py) / det
    return np.minimum(one, other), np.maximum(one, other)


def _circle(edge: Edges, x: NDArray[np.int64], y: NDArray[np.int64], limit: int) -> tuple[Reals, Reals]:
    """Return the fractions at which edges enter and leave the circles around points; NaN where they miss them."""
    dx, dy = edge[2] - edge[0], edge[3] - edge[1]
    fx, fy = edge[0] - x, edge[1] - y
    square = (dx * dx + dy * dy).astype(np.float64)
    middle = (fx * dx + fy * dy) / square
    rest = middle * middle - ((fx * fx + fy * fy) - float(limit) * float(limit)) / square
    root = np.sqrt(rest)
    return -middle - root, -middle + root


def _reach_square(viewer: Edges, edge: Edges, limit: int) -> tuple[Reals, Reals, Booleans]:
    return _reach_rectangle(viewer, edge, limit, limit)


def _reach_projection(viewer: Edges, edge: Edges, limit: int) -> tuple[Reals, Reals, Booleans]:
    return _reach_rectangle(viewer, edge, limit, 0)


def _reach_rectangle(viewer: Edges, edge: Edges, limit: int, beyond: int) -> tuple[Reals, Reals, Booleans]:
    """Return the fractions between which edges run in a rectangle before their viewers, and whether they do."""
    vx, vy, ex, ey = _directions(viewer, edge)
    parallel, upright = vx * ey == vy * ex, vx * ex + vy * ey == 0
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = _in_depth(viewer, edge, limit)
        left, right = _in_breadth(viewer, edge, beyond)
        aside = np.abs(distance_to_line(viewer, edge[0], edge[1])) >= limit
        foot, reach = _foot(viewer, edge), beyond / _length(edge)
    low, high = np.where(parallel, 0.0, low), np.where(parallel, 1.0, high)
    low, high = np.where(upright, foot - reach, low), np.where(upright, foot + reach, high)
    left, right = np.where(upright, 0.0, left), np.where(upright, 1.0, right)
    begin, end = np.maximum(np.maximum(low, left), 0.0), np.minimum(np.minimum(high, right), 1.0)
    outside = upright & _beside(viewer, edge[0], edge[1], beyond)
    # An upright edge, as it can become when it is cut on the grid, is seen where it stands on the viewer's line.
    least = np.where(upright, -_EPSILON, _EPSILON)
    return begin, end, ~(parallel & aside) & ~outside & (begin <= end - least)


def _foot(viewer: Edges, edge: Edges) -> Reals:
    """Return the fractions of edges at which they are nearest to where their viewers begin."""
    dx, dy = edge[2] - edge[0], edge[3] - edge[1]
    return ((viewer[0] - edge[0]) * dx + (viewer[1] - edge[1]) * dy) / (dx * dx + dy * dy)


def _beside(viewer: Edges, x: NDArray[np.int64], y: NDArray[np.int64], beyond: int) -> Booleans:
    """Tell which points lie farther than `beyond` past an end of their viewer, measured along it."""
    vx, vy = viewer[2] - viewer[0], viewer[3] - viewer[1]
    margin = -beyond * _length(viewer)
    before = (x - viewer[0]) * vx + (y - viewer[1]) * vy < margin
    return before | ((viewer[2] - x) * vx + (viewer[3] - y) * vy < margin)


def _sees_point(viewer: Edges, point: Edges, touching: Booleans, nearness: Nearness) -> Booleans:
    """Tell which viewers see an edge that is a mere point after it was cut."""
    before = _side(viewer, point[0], point[1]) <= np.where(touching, 0, -1)
    if nearness.metric != "euclidian":
        beyond = nearness.limit if nearness.metric == "square" else 0
        deep = distance_to_line(viewer, point[0], point[1]) <= -nearness.limit
        return before & ~deep & ~_beside(viewer, point[0], point[1], beyond)
    with np.errstate(invalid="ignore"):
        low, high = _circle(viewer, point[0], point[1], nearness.limit)
    misses = np.isnan(low) & _misses(viewer, point, nearness.limit)
    return before & ~misses & (np.fmax(0.0, low) <= np.fmin(1.0, high))


def _misses(viewer: Edges, point: Edges, limit: int) -> Booleans:
    """Tell which circles around points stay clear of their viewer's line by more than rounding."""
    dx, dy = viewer[2] - viewer[0], viewer[3] - viewer[1]
    off = dx * (point[1] - viewer[1]) - dy * (point[0] - viewer[0])
    square = (dx * dx + dy * dy).astype(np.float64)
    return (off / square) ** 2 - float(limit) ** 2 / square > _EPSILON


_REACHES = {"euclidian": _reach_euclidian, "square": _reach_square, "projection": _reach_projection}
