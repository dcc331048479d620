"""Pairs of edges that do not see each other: a third edge cuts both lines between their ends (`drc.md` D.4)."""

import numpy as np
from numpy.typing import NDArray

from maskgen.drc.kernel.relations import Booleans, Edges, distance_to_line

Points = NDArray[np.int64]


def shields(first: Edges, second: Edges, third: Edges) -> Booleans:
    """Tell which third edges cut both lines that join the ends of a pair of parts; cutting includes touching.

    Which line is the first matters where a third edge meets both at one point.
    """
    one, other = connections(first, second)
    cuts, at = _meeting(one, third)
    near = np.flatnonzero(cuts)
    one, other, third = one[:, near], other[:, near], third[:, near]
    cuts_other, at_other = _meeting(other, third)
    apart = (at[:, near] != at_other).any(axis=0)
    clear = (_side(one, third[:2]) != 0) & (_side(other, third[2:]) != 0)
    found = np.zeros(len(cuts), dtype=bool)
    found[near] = cuts_other & (apart | clear)
    return found


def connections(first: Edges, second: Edges) -> tuple[Edges, Edges]:
    """Return the lines that join the ends of two parts: sides of the quadrangle that they make, parts its others."""
    straight, crossed = _swept(first, second)
    swap = np.abs(crossed) > np.abs(straight)
    first = np.where(swap, first[[2, 3, 0, 1]], first)
    area = np.where(swap, crossed, straight)
    flat = area == 0
    along = (first[2] - first[0]) * (second[2] - second[0]) + (first[3] - first[1]) * (second[3] - second[1]) > 0
    first = np.where(flat & along, first[[2, 3, 0, 1]], first)
    left = (_side(first, second[:2]) > 0) | (_side(second, first[:2]) > 0)
    turn = (area < 0) | (flat & left)
    first = np.where(turn, first[[2, 3, 0, 1]], first)
    second = np.where(turn, second[[2, 3, 0, 1]], second)
    return np.concatenate([first[:2], second[2:]]), np.concatenate([second[:2], first[2:]])


def _swept(first: Edges, second: Edges) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return twice the area between two edges, joined end to begin and begin to begin."""
    straight = _cross(first[2:] - second[2:], first[:2] - second[:2])
    return straight, _cross(first[:2] - second[2:], first[2:] - second[:2])


def _cross(one: Points, other: Points) -> NDArray[np.int64]:
    return one[0] * other[1] - one[1] * other[0]


def _side(edge: Edges, point: Points) -> NDArray[np.int64]:
    return np.sign(_cross(edge[2:] - edge[:2], point - edge[:2]))


def _is_point(edge: Edges) -> Booleans:
    return (edge[0] == edge[2]) & (edge[1] == edge[3])


def _contains(edge: Edges, point: Points) -> Booleans:
    """Tell which points lie on their edge, to half a dbu."""
    along = edge[2:] - edge[:2]
    with np.errstate(invalid="ignore", divide="ignore"):
        on_line = np.abs(distance_to_line(edge, point[0], point[1])) < 1
    behind = ((point - edge[:2]) * along).sum(axis=0) >= 0
    before = ((point - edge[2:]) * along).sum(axis=0) <= 0
    return np.where(_is_point(edge), (edge[:2] == point).all(axis=0), on_line & behind & before)


def _meeting(line: Edges, edge: Edges) -> tuple[Booleans, Points]:
    """Return whether edges meet and where, to the grid."""
    low = np.maximum(np.minimum(line[:2], line[2:]), np.minimum(edge[:2], edge[2:]))
    high = np.minimum(np.maximum(line[:2], line[2:]), np.maximum(edge[:2], edge[2:]))
    meets: Booleans = np.all(low <= high, axis=0)
    at = low
    slanted = np.flatnonzero(meets & ~(_is_straight(line) & _is_straight(edge)))
    if slanted.size:
        meets[slanted], at[:, slanted] = _slanted_meeting(line[:, slanted], edge[:, slanted])
    point = np.flatnonzero(_is_point(line))
    meets[point], at[:, point] = _contains(edge[:, point], line[:2, point]), line[:2, point]
    return meets, at


def _is_straight(edge: Edges) -> Booleans:
    return (edge[0] == edge[2]) | (edge[1] == edge[3])


def _slanted_meeting(line: Edges, edge: Edges) -> tuple[Booleans, Points]:
    """Return whether edges of any direction meet and where."""
    astride = _side(line, edge[:2]) * _side(line, edge[2:]) <= 0
    along = edge[2:] - edge[:2]
    begin, end = _cross(along, line[:2] - edge[:2]), _cross(along, line[2:] - edge[:2])
    meets = astride & (np.sign(begin) * np.sign(end) < 0)
    total = np.maximum(np.abs(begin) + np.abs(end), 1)
    steps = (line[2:] - line[:2]).astype(np.float64) * np.abs(begin) / total
    at = line[:2] + np.ceil(steps - 0.5).astype(np.int64)
    on_end = np.flatnonzero(astride & ((begin == 0) | (end == 0)))
    meets[on_end], at[:, on_end] = _end_meeting(line[:, on_end], edge[:, on_end])
    return meets, at


def _end_meeting(line: Edges, edge: Edges) -> tuple[Booleans, Points]:
    """Return whether and at which end edges meet of which an end of one lies on the line of the other."""
    ends = [edge[:2], edge[2:], line[:2], line[2:]]
    on = [_contains(line, edge[:2]), _contains(line, edge[2:]), _contains(edge, line[:2]), _contains(edge, line[2:])]
    at = np.where(on[0], ends[0], np.where(on[1], ends[1], np.where(on[2], ends[2], ends[3])))
    return on[0] | on[1] | on[2] | on[3], at
