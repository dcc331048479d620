"""Union of polygons along the axes: many small groups at once, each on the grid of its own coordinates."""

import numpy as np
from numpy.typing import NDArray

from maskgen.drc.kernel.candidates import Integers, expanded
from maskgen.geometry.polygons import Polygons, offsets

Booleans = NDArray[np.bool_]


def united(polygons: Polygons, group: Integers) -> tuple[Polygons, Integers]:
    """Return the outlines of what any polygon of each group covers, winding other than zero.

    Parameters
    ----------
    group
        (P,) group of every polygon, from 0 without gaps.

    Returns
    -------
    Polygons
        Each ring a polygon of its own: hulls counter-clockwise, holes clockwise, corners only.
    (R,) ndarray of int
        The group of every ring.
    """
    of_vertex = group[polygons.polygon_of_ring[polygons.ring_of_vertex]]
    x, columns, xs = _ranked(polygons.coords[:, 0], of_vertex)
    y, rows, ys = _ranked(polygons.coords[:, 1], of_vertex)
    inside, place = _covered(polygons, of_vertex, (x, y), (columns, rows))
    return _traced(inside, place, (columns, rows), (xs, ys))


def _ranked(values: Integers, group: Integers) -> tuple[Integers, Integers, Integers]:
    """Return the rank of each value among those of its group, how many each group has, and these, group by group."""
    order = np.lexsort((values, group))
    fresh = np.ones(len(values), dtype=bool)
    fresh[1:] = (np.diff(values[order]) != 0) | (np.diff(group[order]) != 0)
    counts = np.bincount(group[order[fresh]])
    rank = np.empty(len(values), dtype=np.int64)
    rank[order] = np.cumsum(fresh) - 1
    return rank - offsets(counts)[group], counts, values[order[fresh]]


def _covered(
    polygons: Polygons, group: Integers, rank: tuple[Integers, Integers], size: tuple[Integers, Integers]
) -> tuple[Booleans, Integers]:
    """Return which cells of all grids are covered, a border of empty cells around each, and where grids begin.

    Cell (i, j) of a grid lies left of and below its lines i and j; cells follow each other row by row.
    """
    (x, y), (columns, rows) = rank, size
    after = polygons.next_vertex
    level = np.flatnonzero(polygons.coords[:, 1] == polygons.coords[after, 1])
    place = offsets((columns + 1) * (rows + 1))
    step = np.zeros(place[-1], dtype=np.int32)
    for end, sign in ((level, 1), (after[level], -1)):
        # By columns, where running sums go upwards; both sums end at zero in every grid.
        np.add.at(step, place[group[end]] + (x[end] + 1) * (rows[group[end]] + 1) + y[end] + 1, sign)
    upwards = np.cumsum(step, dtype=np.int32)
    grid = np.repeat(np.arange(len(rows)), rows + 1)
    row = np.arange(len(grid)) - offsets(rows + 1)[grid]
    across = np.arange(place[-1]) - np.repeat(place[grid] + row * (columns + 1)[grid], (columns + 1)[grid])
    turned = np.repeat(place[grid] + row, (columns + 1)[grid])
    turned += across * np.repeat(rows + 1, (columns + 1) * (rows + 1))
    return np.cumsum(upwards[turned], dtype=np.int32) != 0, place


def _traced(
    inside: Booleans, place: Integers, size: tuple[Integers, Integers], lines: tuple[Integers, Integers]
) -> tuple[Polygons, Integers]:
    """Return the rings around covered cells and the group of each."""
    grid, column, row, upper_right, meet = _corners(inside, place, *size)
    coords = np.stack([lines[0][offsets(size[0])[grid] + column], lines[1][offsets(size[1])[grid] + row]], axis=1)
    number = np.arange(len(grid))
    # Corners of a row pair up, left with right. Where two cells meet the first ends the left edge, the second begins
    # the right one; of the upright edges there, each takes the one of its own cell.
    second = meet & np.append(False, meet[:-1] & (coords[1:] == coords[:-1]).all(axis=1) & (grid[1:] == grid[:-1]))
    order = np.lexsort((np.where(upper_right, second, ~second), row, column, grid))
    upright = np.empty_like(number)
    upright[order] = order[number ^ 1]
    rightwards = np.repeat(upper_right[::2], 2) == (number % 2 == 0)
    tail, head = number[rightwards], number[~rightwards]
    ring, rank = _ordered(upright[head] // 2)
    counts = np.bincount(ring)
    at = np.empty(len(tail), dtype=np.int64)
    at[offsets(counts)[ring] + rank] = np.arange(len(tail))
    walked = np.stack([tail[at], head[at]], axis=1).ravel()
    rings = offsets(2 * counts)
    return Polygons(coords[walked], rings, np.arange(len(rings))), grid[walked[rings[:-1]]]


def _corners(
    inside: Booleans, place: Integers, columns: Integers, rows: Integers
) -> tuple[Integers, Integers, Integers, Booleans, Booleans]:
    """Return the corners, row by row, twice where two cells meet: grid, column, row, whether the upper right is one.

    The last tells where two cells meet.
    """
    width = columns + 1
    grid = np.repeat(np.arange(len(rows)), rows)
    row = np.arange(len(grid)) - offsets(rows)[grid]
    # A line crossing has its cells left and below at its own place; there are none right of and above the last.
    line, crossing = expanded(place[grid] + row * width[grid], columns[grid])
    wide = width[grid][line]
    low_left, low_right = inside[crossing], inside[crossing + 1]
    up_left, up_right = inside[crossing + wide], inside[crossing + wide + 1]
    corner = (low_left ^ low_right) ^ (up_left ^ up_right)
    meet = (low_left == up_right) & (low_right == up_left) & (low_left != low_right)
    found = np.flatnonzero(corner | meet)
    found = np.repeat(found, 1 + meet[found])
    line, at = line[found], crossing[found]
    column = at - place[grid[line]] - row[line] * width[grid[line]]
    return grid[line], column, row[line], up_right[found], meet[found]


def _ordered(following: Integers) -> tuple[Integers, Integers]:
    """Return the cycle of every element of a permutation, counted from 0, and its place in it."""
    least, jump = np.arange(len(following)), following
    while (least != least[following]).any():
        least, jump = np.minimum(least, least[jump]), jump[jump]
    first = least == np.arange(len(least))
    steps, jump = (~first).astype(np.int64), np.where(first, least, following)
    while (jump != least).any():
        steps, jump = steps + steps[jump], jump[jump]
    cycle = (np.cumsum(first) - 1)[least]
    return cycle, np.where(first, 0, np.bincount(cycle)[cycle] - steps)
