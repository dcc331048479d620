"""Pairs of edges that do not see each other, compiled: `kernel.shielding` for one pair and one third edge at a time."""

from math import ceil

import numpy as np
from numpy.typing import NDArray

from maskgen.drc.kernel.compiled.jit import compiled
from maskgen.drc.kernel.compiled.points import Edge, from_line, side, sign

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Point = tuple[int, int]
Meeting = tuple[bool, Point]
Pairs = tuple[Integers, Integers, Booleans, Integers, Integers, Integers, Integers]
"""Both lines of each pair (k, 4), whether it has a first edge, its edges or -1 if those are not here, its polygons."""
Runs = tuple[Integers, Integers, Integers, Integers, Integers, Booleans]
"""Coordinates, begins of runs and the vertex after each, their boxes, polygons; convex polygons."""

SAME, OTHERS, ALL = 0, 1, 2
"""Whose edges shield: those of the first edge's polygon, all but those of convex polygons of the pair, all."""


@compiled
def _is_point(e: Edge) -> bool:
    return e[0] == e[2] and e[1] == e[3]


@compiled
def _contains(e: Edge, x: int, y: int) -> bool:
    if _is_point(e):
        return e[0] == x and e[1] == y
    if from_line(e, x, y) != 0:
        return False
    dx, dy = e[2] - e[0], e[3] - e[1]
    return (x - e[0]) * dx + (y - e[1]) * dy >= 0 and (x - e[2]) * dx + (y - e[3]) * dy <= 0


@compiled
def _end_meeting(line: Edge, e: Edge) -> Meeting:
    if _contains(line, e[0], e[1]):
        return True, (e[0], e[1])
    if _contains(line, e[2], e[3]):
        return True, (e[2], e[3])
    if _contains(e, line[0], line[1]):
        return True, (line[0], line[1])
    return _contains(e, line[2], line[3]), (line[2], line[3])


@compiled
def _slanted_meeting(line: Edge, e: Edge) -> Meeting:
    if side(line, e[0], e[1]) * side(line, e[2], e[3]) > 0:
        return False, (0, 0)
    dx, dy = e[2] - e[0], e[3] - e[1]
    begin = dx * (line[1] - e[1]) - dy * (line[0] - e[0])
    end = dx * (line[3] - e[1]) - dy * (line[2] - e[0])
    if begin == 0 or end == 0:
        return _end_meeting(line, e)
    total = abs(begin) + abs(end)
    x = line[0] + ceil(float(line[2] - line[0]) * abs(begin) / total - 0.5)
    y = line[1] + ceil(float(line[3] - line[1]) * abs(begin) / total - 0.5)
    return sign(begin) * sign(end) < 0, (x, y)


@compiled
def _meeting(line: Edge, e: Edge) -> Meeting:
    if _is_point(line):
        return _contains(e, line[0], line[1]), (line[0], line[1])
    x, y = max(min(line[0], line[2]), min(e[0], e[2])), max(min(line[1], line[3]), min(e[1], e[3]))
    if x > min(max(line[0], line[2]), max(e[0], e[2])) or y > min(max(line[1], line[3]), max(e[1], e[3])):
        return False, (x, y)
    if (line[0] == line[2] or line[1] == line[3]) and (e[0] == e[2] or e[1] == e[3]):
        return True, (x, y)
    return _slanted_meeting(line, e)


@compiled
def _shields(one: Edge, other: Edge, e: Edge, ordered: bool) -> bool:
    cuts, at = _meeting(one, e)
    if not cuts:
        return False
    cuts, at_other = _meeting(other, e)
    if not cuts:
        return False
    if at[0] != at_other[0] or at[1] != at_other[1]:
        return True
    if side(one, e[0], e[1]) == 0 or side(other, e[2], e[3]) == 0:
        return False
    return ordered or (side(other, e[0], e[1]) != 0 and side(one, e[2], e[3]) != 0)


@compiled
def _misses(line: Edge, x0: int, y0: int, x1: int, y1: int) -> bool:
    """Tell whether the box of a line has nothing in common with a box."""
    if min(line[0], line[2]) > x1 or max(line[0], line[2]) < x0:
        return True
    return min(line[1], line[3]) > y1 or max(line[1], line[3]) < y0


@compiled
def _row(edges: Integers, n: int) -> Edge:
    return edges[n, 0], edges[n, 1], edges[n, 2], edges[n, 3]


@compiled
def hide(pairs: Pairs, runs: Runs, near: tuple[Integers, Integers], whose: int, hidden: Booleans) -> None:  # noqa: C901 - one loop
    """Mark the pairs that an edge of a run shields.

    Parameters
    ----------
    near
        (n,) ndarrays of int: a pair, and a run near it.
    hidden
        (k,) ndarray of bool, written.
    """
    for n in range(len(near[0])):
        k, u = near[0][n], near[1][n]
        polygon = runs[4][u]
        if hidden[k] or (whose == SAME and polygon != pairs[5][k]):
            continue
        if whose == OTHERS and runs[5][polygon] and (polygon == pairs[5][k] or polygon == pairs[6][k]):
            continue
        one, other = _row(pairs[0], k), _row(pairs[1], k)
        box = _row(runs[3], u)
        if _misses(one, box[0], box[1], box[2], box[3]) or _misses(other, box[0], box[1], box[2], box[3]):
            continue
        for a in range(runs[1][u], runs[1][u + 1]):
            if a == pairs[3][k] or a == pairs[4][k]:
                continue
            after = a + 1 if a + 1 < runs[1][u + 1] else runs[2][u]
            x0, y0, x1, y1 = runs[0][after, 0], runs[0][after, 1], runs[0][a, 0], runs[0][a, 1]
            if _misses(one, min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)):
                continue
            if _misses(other, min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)):
                continue
            if _shields(one, other, (x0, y0, x1, y1), pairs[2][k]):
                hidden[k] = True
                break
