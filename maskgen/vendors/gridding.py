"""Where the cells of a layout stand relative to a writer's grid, without writing any array out."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from maskgen.drc.layouts.placements import Hierarchy
from maskgen.stream.cells import LayerKey, Rings

Points = NDArray[np.float64]
Kind = tuple[complex, bool]
"""Turn and mirroring of a placed cell."""

_MOST = 4
"""Places relative to the grid that are kept of a cell: no vertex is on the grid at two of them."""
_DIGITS = 3


def residues(tree: Hierarchy, key: LayerKey, grid: float) -> Iterator[tuple[str, Points, Points]]:
    """Yield the vertices of every cell, turned as it stands, for each of its places relative to a grid [nm].

    Yields
    ------
    name, shift, points
        Name of the cell, where it stands relative to the grid (2,), and its vertices there before that shift (n, 2).
    """
    known: dict[int, dict[Kind, Points]] = {tree.top: {(1 + 0j, False): np.zeros((1, 2))}}
    for number in tree.order:
        cell = tree.cells.cells[number]
        for kind, shifts in known.get(number, {}).items():
            _place(tree, number, kind, shifts, known=known, grid=grid)
            rings = cell.shapes.get(key)
            if rings is not None and len(rings):
                points = turned(_vertices(rings), *kind)
                yield from ((cell.name, shift, points) for shift in shifts)


def _vertices(rings: Rings) -> Points:
    """Return the vertices of outlines, without points that close them."""
    first, last = rings.ends[:-1], rings.ends[1:] - 1
    keep = np.ones(len(rings.points), dtype=bool)
    keep[last[(first < last) & (rings.points[first] == rings.points[last]).all(axis=1)]] = False
    return rings.points[keep]


def _place(
    tree: Hierarchy, number: int, kind: Kind, shifts: Points, *, known: dict[int, dict[Kind, Points]], grid: float
) -> None:
    """Add where a cell's references put others."""
    placed = tree.cells.cells[number].references
    turn, mirrored = kind
    at, across, along = (turned(points, *kind) for points in (placed.places, placed.steps[:, 0], placed.steps[:, 1]))
    groups: dict[tuple[int, Kind], list[Points]] = {}
    inner_turns = placed.turns.conj() if mirrored else placed.turns
    table = np.column_stack(
        [placed.cells, np.round(inner_turns.real, 9), np.round(inner_turns.imag, 9), placed.mirrored, at % grid]
        + [_phase(steps, placed.copies[:, way], grid) for way, steps in enumerate((across, along))]
    )
    distinct = np.unique(np.round(table, _DIGITS), axis=0, return_index=True)[1]
    for index in sorted(distinct.tolist()):
        inner = (turn * complex(inner_turns[index]), mirrored != bool(placed.mirrored[index]))
        runs = [_run(steps[index], int(placed.copies[index, way]), grid) for way, steps in enumerate((across, along))]
        places = shifts[:, None, None] + at[index] + runs[0][None, :, None] + runs[1][None, None, :]
        groups.setdefault((int(placed.cells[index]), inner), []).append(places.reshape(-1, 2))
    for (child, inner), parts in groups.items():
        kinds = known.setdefault(child, {})
        kinds[inner] = _few(np.concatenate([*parts, kinds[inner]] if inner in kinds else parts), grid)


def _phase(steps: Points, copies: NDArray[np.int64], grid: float) -> Points:
    """Return what of steps and numbers of copies decides where copies stand relative to a grid."""
    phase = np.round(steps % grid, _DIGITS)
    phase[phase >= grid - 10.0**-_DIGITS] = 0.0
    is_on = (phase == 0).all(axis=1) | (copies == 1)
    return np.column_stack([np.where(is_on[:, None], 0.0, phase), np.where(is_on, 1, np.minimum(copies, _MOST))])


def _run(step: Points, copies: int, grid: float) -> Points:
    """Return the first different places of a run relative to a grid."""
    return _few(np.arange(min(copies, _MOST))[:, None] * step[None, :], grid)


def _few(places: Points, grid: float) -> Points:
    """Return different places relative to a grid, as many as are kept."""
    rest = np.round(places % grid, _DIGITS)
    rest[rest >= grid - 10.0**-_DIGITS] = 0.0
    return np.unique(rest, axis=0)[:_MOST]


def turned(points: Points, turn: complex, mirrored: bool) -> Points:
    """Return points mirrored at the x axis if asked for, then multiplied by a turn."""
    flat = (points[:, 0] + 1j * points[:, 1] * (-1 if mirrored else 1)) * turn
    return np.column_stack([flat.real, flat.imag])
