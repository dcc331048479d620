"""Union of polygons along the axes, compiled: bands across the plane, each swept from left to right.

*Wall*: an upright piece of the outline of what is covered. *Event*: where the winding above a height changes.
"""

import numpy as np
from numpy.typing import NDArray

from maskgen.drc.kernel.compiled.jit import compiled

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Events = tuple[Integers, Integers]
"""(n, 3) ndarray of int: x, y, change of winding, band by band; (B + 1,) where bands begin."""

LEFT, RIGHT = 0, 1
"""Walls at the left and at the right of what they bound."""


@compiled
def _put(found: Integers, at: Integers, band: int, event: tuple[int, int, int]) -> None:
    """Write an event at its place, or count it if there are none yet."""
    if len(found):
        found[at[band], 0], found[at[band], 1], found[at[band], 2] = event
    at[band] += 1


@compiled
def _put_all(coords: Integers, rings: Integers, grid: tuple[int, int], found: Integers, at: Integers) -> None:
    low, shift = grid
    for ring in range(len(rings) - 1):
        for e in range(rings[ring], rings[ring + 1]):
            after = e + 1 if e + 1 < rings[ring + 1] else rings[ring]
            x, y, x1, y1 = coords[e, 0], coords[e, 1], coords[after, 0], coords[after, 1]
            band, last = (min(y, y1) - low) >> shift, (max(y, y1) - low) >> shift
            if y == y1:
                # Rightwards with the inside above.
                _put(found, at, band, (x, y, 1))
                _put(found, at, band, (x1, y, -1))
            for above in range(band + 1, last + 1):
                _put(found, at, above, (x, low + (above << shift), 1 if y > y1 else -1))


@compiled
def counts(coords: Integers, rings: Integers, low: int, shift: int, bands: int) -> Integers:
    """Return the numbers of events of all bands: ends of level edges, and upright edges that come from below a band."""
    found = np.zeros(bands, dtype=np.int64)
    _put_all(coords, rings, (low, shift), np.empty((0, 3), dtype=np.int64), found)
    return found


@compiled
def fill(coords: Integers, rings: Integers, low: int, shift: int, found: Integers, starts: Integers) -> None:
    """Write the events of all bands, those of each from its start on."""
    _put_all(coords, rings, (low, shift), found, starts[:-1].copy())


@compiled
def _root(parent: Integers, n: int) -> int:
    while parent[n] != n:
        parent[n] = parent[parent[n]]
        n = parent[n]
    return n


@compiled
def _join(parent: Integers, one: int, other: int) -> None:
    one, other = _root(parent, one), _root(parent, other)
    parent[max(one, other)] = min(one, other)


@compiled
def _apply(levels: Integers, count: int, y: int, change: int) -> int:
    """Add a change of winding at a height, and return the number of heights that have one."""
    begin, end = 0, count
    while begin < end:
        middle = (begin + end) >> 1
        if levels[middle, 0] < y:
            begin = middle + 1
        else:
            end = middle
    if begin < count and levels[begin, 0] == y:
        levels[begin, 1] += change
        if levels[begin, 1] != 0:
            return count
        for n in range(begin, count - 1):
            levels[n, 0], levels[n, 1] = levels[n + 1, 0], levels[n + 1, 1]
        return count - 1
    for n in range(count, begin, -1):
        levels[n, 0], levels[n, 1] = levels[n - 1, 0], levels[n - 1, 1]
    levels[begin, 0], levels[begin, 1] = y, change
    return count + 1


@compiled
def _covered(levels: Integers, count: int, top: int, spans: Integers) -> int:
    """Write the spans that are covered, and return their number."""
    found, winding = 0, 0
    for n in range(count):
        before = winding
        winding += levels[n, 1]
        if before == 0:
            spans[found, 0] = levels[n, 0]
        elif winding == 0:
            spans[found, 1] = levels[n, 0]
            found += 1
    if winding != 0:
        spans[found, 1] = top
        found += 1
    return found


@compiled
def _named(spans: Integers, count: int, old: Integers, old_count: int, parent: Integers, names: int) -> int:
    """Give spans the pieces that they belong to, those of older spans that they meet, and return how many there are."""
    at = 0
    for n in range(count):
        while at < old_count and old[at, 1] <= spans[n, 0]:
            at += 1
        spans[n, 2] = -1
        k = at
        while k < old_count and old[k, 0] < spans[n, 1]:
            if spans[n, 2] < 0:
                spans[n, 2] = old[k, 2]
            else:
                _join(parent, spans[n, 2], old[k, 2])
            k += 1
        if spans[n, 2] < 0:
            spans[n, 2] = parent[names] = names
            names += 1
    return names


@compiled
def _left_over(spans: Integers, count: int, other: Integers, other_count: int, walls: Integers, found: int) -> int:
    """Write the parts of spans that others do not cover as y, y, piece of walls, and return the number of walls."""
    at = 0
    for n in range(count):
        y = spans[n, 0]
        while at < other_count and other[at, 1] <= y:
            at += 1
        k = at
        while k < other_count and other[k, 0] < spans[n, 1]:
            if other[k, 0] > y:
                walls[found, 1], walls[found, 2], walls[found, 4] = y, other[k, 0], spans[n, 2]
                found += 1
            y = max(y, other[k, 1])
            k += 1
        if y < spans[n, 1]:
            walls[found, 1], walls[found, 2], walls[found, 4] = y, spans[n, 1], spans[n, 2]
            found += 1
    return found


@compiled
def walls(found: Integers, starts: Integers, bands: tuple[int, int], low: int, shift: int) -> Events:
    """Return the walls of some bands, from left to right, and where those of each band begin.

    Returns
    -------
    (n, 5) ndarray of int
        x, lower y, upper y, `LEFT` or `RIGHT`, and a piece that hangs together, numbered within this call.
    (B + 1,) ndarray of int
    """
    size = starts[bands[1]] - starts[bands[0]]
    result, begins = np.empty((max(size, 8), 5), dtype=found.dtype), np.zeros(bands[1] - bands[0] + 1, dtype=np.int64)
    parent = np.empty(2 * size + 2, dtype=np.int64)
    count = names = 0
    for band in range(bands[0], bands[1]):
        here = found[starts[band] : starts[band + 1]]
        order = np.argsort(here[:, 0])
        levels = np.empty((len(here) + 1, 2), dtype=np.int64)
        old, new = np.empty((len(here) + 1, 3), dtype=np.int64), np.empty((len(here) + 1, 3), dtype=np.int64)
        level_count = old_count = at = 0
        while at < len(here):
            x = here[order[at], 0]
            while at < len(here) and here[order[at], 0] == x:
                level_count = _apply(levels, level_count, here[order[at], 1], here[order[at], 2])
                at += 1
            new_count = _covered(levels, level_count, low + ((band + 1) << shift), new)
            names = _named(new, new_count, old, old_count, parent, names)
            while count + 2 * (new_count + old_count) + 2 > len(result):
                result = np.concatenate((result, result))
            count = _walled(x, (old, old_count), (new, new_count), result, count)
            old, new, old_count = new, old, new_count
        begins[band - bands[0] + 1] = count
    for n in range(count):
        result[n, 4] = _root(parent, result[n, 4])
    return result[:count].copy(), begins


@compiled
def _walled(x: int, old: tuple[Integers, int], new: tuple[Integers, int], walls: Integers, count: int) -> int:
    """Write the walls between spans left and right of a place, and return the number of walls."""
    lefts = _left_over(new[0], new[1], old[0], old[1], walls, count)
    end = _left_over(old[0], old[1], new[0], new[1], walls, lefts)
    for n in range(count, end):
        walls[n, 0], walls[n, 3] = x, LEFT if n < lefts else RIGHT
    return end


@compiled
def _linked(found: Integers, begins: Integers, low: int, shift: int, parent: Integers) -> Integers:
    """Return for each wall the one in the next band that it goes on in, or -1, and join their pieces."""
    above = np.full(len(found), -1)
    for band in range(len(begins) - 2):
        border = low + ((band + 1) << shift)
        at, end = begins[band + 1], begins[band + 2]
        for n in range(begins[band], begins[band + 1]):
            if found[n, 2] != border:
                continue
            while at < end and (found[at, 0] < found[n, 0] or (found[at, 0] == found[n, 0] and found[at, 1] != border)):
                at += 1
            if at < end and found[at, 0] == found[n, 0] and found[at, 3] == found[n, 3]:
                above[n] = at
                _join(parent, found[n, 4], found[at, 4])
    return above


@compiled
def joined(found: Integers, begins: Integers, low: int, shift: int) -> tuple[Integers, Integers]:
    """Join walls that go on in the next band, and return the whole ones with the parents of all pieces."""
    parent = np.arange(found[:, 4].max() + 1 if len(found) else 0)
    above = _linked(found, begins, low, shift, parent)
    is_begin = np.ones(len(found), dtype=np.bool_)
    is_begin[above[above >= 0]] = False
    whole = found[is_begin]
    count = 0
    for n in range(len(found)):
        if is_begin[n]:
            last = n
            while above[last] >= 0:
                last = above[last]
            whole[count, 2] = found[last, 2]
            count += 1
    return whole, parent


@compiled
def traced(found: Integers, parent: Integers, order: Integers) -> tuple[Integers, Integers, Integers, Integers]:
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
    across = np.empty(len(order), dtype=np.int64)
    for n in range(0, len(order), 2):
        across[order[n]], across[order[n + 1]] = order[n + 1], order[n]
    coords, rings = np.empty((len(order), 2), dtype=np.int64), np.zeros(len(order) // 4 + 1, dtype=np.int64)
    seen, first = np.zeros(len(found), dtype=np.bool_), np.zeros(len(order) // 4, dtype=np.int64)
    count = vertex = 0
    for wall in range(len(found)):
        if seen[wall]:
            continue
        first[count], at = wall, wall
        while not seen[at]:
            seen[at] = True
            _join(parent, found[wall, 4], found[at, 4])
            tail, head = (2, 1) if found[at, 3] == LEFT else (1, 2)
            coords[vertex, 0] = coords[vertex + 1, 0] = found[at, 0]
            coords[vertex, 1], coords[vertex + 1, 1] = found[at, tail], found[at, head]
            vertex += 2
            at = across[2 * at + head - 1] >> 1
        count += 1
        rings[count] = vertex
    piece = _roots(parent, found[first[:count], 4])
    _meet(found, parent, order)
    return coords[:vertex].copy(), rings[: count + 1].copy(), piece, _roots(parent, piece)


@compiled
def _roots(parent: Integers, pieces: Integers) -> Integers:
    return np.array([_root(parent, piece) for piece in pieces], dtype=np.int64)


@compiled
def _meet(found: Integers, parent: Integers, order: Integers) -> None:
    """Join the pieces that meet at corners: where the upper end of a wall is the lower end of another."""
    for n in range(len(order) - 1):
        one, other = order[n] >> 1, order[n + 1] >> 1
        end, other_end = 1 + (order[n] & 1), 1 + (order[n + 1] & 1)
        if end != other_end and found[one, 0] == found[other, 0] and found[one, end] == found[other, other_end]:
            _join(parent, found[one, 4], found[other, 4])
