"""Arrays: where the sites stand, which of them see the same surroundings, and how they are written as few lattices.

*Site*: one copy of the package. *Cell*: the box around a site that belongs to it alone. Cells touch and never
overlap; where blocks stand apart, the gap between them is a column or row of vacant cells.
*Reach*: how far an operation looks. *Class*: the sites whose surroundings within reach are the same, so that one
of them may stand for all. *Lattice*: a full rectangular block of equally spaced sites, one AREF.

Everything here works on whole grids of bool; nothing is ever done once per site in Python.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray

from maskgen.geometry import regions
from maskgen.geometry.regions import Box, Region

Grid = NDArray[np.bool_]
Positions = NDArray[np.float64]
Numbers = NDArray[np.int64]

_KEY_LIMIT = 1 << 15
_TABLE_LIMIT = 1 << 24
_LATTICE_LIMIT = 32767
"""Most columns or rows that a GDSII array can hold."""
_SAME = 1e-6
"""Positions [µm] nearer than this are one."""


@dataclass(frozen=True)
class Lattice:
    """Equally spaced sites: `columns` by `rows`, the lower left one at (x, y) [µm]."""

    x: float
    y: float
    columns: int
    rows: int
    dx: float
    dy: float

    @property
    def count(self) -> int:
        """Return the number of its sites."""
        return self.columns * self.rows


@dataclass(frozen=True, eq=False)
class Axis:
    """The columns, or the rows, of an array.

    Parameters
    ----------
    centres : (n,) ndarray of float
        Site centres [µm], increasing.
    low, high : (n,) ndarray of float
        Borders of each cell relative to its centre [µm].
    """

    centres: Positions
    low: Positions
    high: Positions

    def __len__(self) -> int:
        return len(self.centres)

    @property
    def span(self) -> tuple[float, float]:
        """Return the outer borders of the first and the last cell [µm]."""
        return float(self.centres[0] + self.low[0]), float(self.centres[-1] + self.high[-1])

    @property
    def pitch(self) -> float:
        """Return the least distance of two neighbours [µm], infinite if there is only one."""
        return float(np.diff(self.centres).min()) if len(self) > 1 else np.inf

    def padded(self, width: float) -> "Axis":
        """Return the axis with one more cell of a width [µm] at each end."""
        first, last = self.span
        size = self.high - self.low
        centres = np.concatenate([[self.centres[0] - size[0]], self.centres, [self.centres[-1] + size[-1]]])
        low = np.concatenate([[first - width - centres[0]], self.low, [last - centres[-1]]])
        high = np.concatenate([[first - centres[0]], self.high, [last + width - centres[-1]]])
        return Axis(np.round(centres, 9), np.round(low, 9), np.round(high, 9))

    def kinds(self, looks: int) -> Numbers:
        """Return one number per cell, equal where its borders and the spacing to the next `looks` cells are."""
        gaps = np.pad(np.round(np.diff(self.centres), 9), looks, mode="edge" if len(self) > 1 else "constant")
        around = np.lib.stride_tricks.sliding_window_view(gaps, 2 * looks) if looks else np.empty((len(self), 0))
        rows = np.column_stack([around, self.low, self.high])
        if (rows == rows[0]).all():
            return np.zeros(len(self), dtype=np.int64)
        return np.unique(rows, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)


def axis(centres: Positions, low: float, high: float) -> Axis:
    """Return an axis whose cells are all alike, from `low` to `high` [µm] around their centres."""
    return Axis(np.asarray(centres, dtype=float), np.full(len(centres), low), np.full(len(centres), high))


@dataclass(frozen=True, eq=False)
class Array:
    """The sites of a plate.

    Parameters
    ----------
    columns, rows
        Where the sites stand along x and y.
    occupied : (rows, columns) ndarray of bool
        Which places hold a package.
    stagger
        Shift [µm] of every other row along x.
    parity
        0 if the odd rows are shifted, 1 if the even ones are.
    """

    columns: Axis
    rows: Axis
    occupied: Grid
    stagger: float = 0.0
    parity: int = 0
    known: dict[int, tuple[Grid, list[Lattice]]] = field(default_factory=dict, repr=False)
    """Lattices already found, by the identity of the grid: many layers stand on the same places."""

    @property
    def sites(self) -> int:
        """Return the number of packages."""
        return int(np.count_nonzero(self.occupied))

    @property
    def box(self) -> Box:
        """Return the box [µm] around all cells, occupied or not."""
        (left, right), (bottom, top) = self.columns.span, self.rows.span
        return left + min(0.0, self.stagger), bottom, right + max(0.0, self.stagger), top

    def centre(self, row: int, column: int) -> tuple[float, float]:
        """Return the centre (x, y) [µm] of one site."""
        return float(self.columns.centres[column] + self._shift(row)), float(self.rows.centres[row])

    def cell(self, row: int, column: int) -> Box:
        """Return the cell of one site relative to its centre [µm]."""
        across, along = self.columns, self.rows
        return float(across.low[column]), float(along.low[row]), float(across.high[column]), float(along.high[row])

    def centres(self, where: Grid) -> Positions:
        """Return the centres of the sites that a grid marks, row by row.

        Returns
        -------
        (n, 2) ndarray of float
            Positions [µm].
        """
        rows, columns = np.nonzero(where)
        shift = self.stagger * ((rows + self.parity) % 2)
        return np.column_stack([self.columns.centres[columns] + shift, self.rows.centres[rows]])

    def lattices(self, where: Grid) -> list[Lattice]:
        """Return the marked sites as few full lattices, in a fixed order.

        Equal runs in consecutive rows are joined; columns and rows are split where the spacing changes; staggered
        rows are taken by turns.
        """
        if id(where) not in self.known:
            self.known[id(where)] = where, self._lattices(where)
        return self.known[id(where)][1]

    def _lattices(self, where: Grid) -> list[Lattice]:
        step = 2 if self.stagger else 1
        found: list[Lattice] = []
        for first in range(step):
            turn = np.arange(first, len(self.rows), step)
            for low, high in _even_runs(np.round(np.diff(self.rows.centres[turn]), 9)):
                for left, right in _even_runs(np.round(np.diff(self.columns.centres), 9)):
                    found += self._block(where, turn[low:high], left, right)
        return found

    def _block(self, where: Grid, rows: NDArray[np.intp], left: int, right: int) -> list[Lattice]:
        """Return the lattices of a block whose spacing is even both ways."""
        across, along = self.columns.centres[left:right], self.rows.centres[rows]
        dx = float(across[1] - across[0]) if len(across) > 1 else 0.0
        dy = float(along[1] - along[0]) if len(along) > 1 else 0.0
        return [
            Lattice(*self.centre(int(rows[row]), left + column), columns, count, round(dx, 9), round(dy, 9))
            for row, column, count, columns in _rectangles(where[rows, left:right])
        ]

    def padded(self, width: float) -> "Array":
        """Return the array within a frame of vacant cells at least so wide [µm] that its border is like its inside.

        Staggered rows get whole cells first, which fill the notches at their ends.
        """
        columns, rows, occupied = self.columns, self.rows, self.occupied
        for _ in range(int(width / columns.pitch) + 2 if self.stagger else 0):
            columns, occupied = (
                columns.padded(float(columns.high[0] - columns.low[0])),
                np.pad(occupied, ((0, 0), (1, 1))),
            )
        columns, rows, occupied = columns.padded(width), rows.padded(width), np.pad(occupied, 1)
        return Array(columns, rows, occupied, self.stagger, 1 - self.parity)

    def _shift(self, row: int) -> float:
        return self.stagger * ((row + self.parity) % 2)


@dataclass(frozen=True, eq=False)
class Class:
    """Sites that see the same within reach: `where` marks them, `example` (row, column) stands for them all.

    Parameters
    ----------
    neighbours
        Positions [µm], relative to the example, of the occupied sites whose shapes come within reach of its cell.
    """

    where: Grid
    example: tuple[int, int]
    occupied: bool
    neighbours: tuple[tuple[float, float], ...]


def classes(array: Array, shapes: Box, reach: float, ground: Numbers) -> Iterator[Class]:
    """Yield the classes of an array in a fixed order.

    Parameters
    ----------
    shapes
        Box around all that one site draws, relative to its centre [µm].
    reach
        How far an operation looks [µm].
    ground : (rows, columns) ndarray of int
        A number for what the plate itself has at each place; places below zero belong to no class.
    """
    offsets = _offsets(array, shapes, reach)
    key = _keys(array, offsets, np.maximum(ground, 0))
    key = np.where(ground < 0, -1, key)
    values = np.flatnonzero(np.bincount(key.ravel() + 1)[1:]).tolist()
    small = key.astype(np.int32) if max(values, default=0) < _TABLE_LIMIT else key  # compared once per class
    for value in values:
        where = small == value
        flat = int(np.argmax(where))
        example = (flat // key.shape[1], flat % key.shape[1])
        near = _neighbours(array, example, offsets, shapes=shapes, reach=reach)
        yield Class(where, example, bool(array.occupied[example]), near)


def onlookers(array: Array, shapes: Box, reach: float, places: Grid) -> Grid:
    """Return which occupied sites have shapes within reach of any of the marked places."""
    result = array.occupied & places
    for row, column in _offsets(array, shapes, reach):
        result |= array.occupied & _shifted(places, -row, -column)
    return result


def _neighbours(
    array: Array, site: tuple[int, int], offsets: list[tuple[int, int]], *, shapes: Box, reach: float
) -> tuple[tuple[float, float], ...]:
    """Return where the occupied sites stand whose shapes come within reach of a site's cell, itself left out."""
    x, y = array.centre(*site)
    found = []
    for row, column in offsets:
        r, c = site[0] + row, site[1] + column
        if 0 <= r < len(array.rows) and 0 <= c < len(array.columns) and array.occupied[r, c]:
            other = array.centre(r, c)
            offset = (round(other[0] - x, 9), round(other[1] - y, 9))
            if _touches(array.cell(*site), shapes, offset, reach):
                found.append(offset)
    return tuple(sorted(found))


def _touches(cell: Box, shapes: Box, offset: tuple[float, float], reach: float) -> bool:
    """Tell whether shapes at an offset come within reach of a cell."""
    return (
        shapes[0] + offset[0] < cell[2] + reach
        and shapes[2] + offset[0] > cell[0] - reach
        and shapes[1] + offset[1] < cell[3] + reach
        and shapes[3] + offset[1] > cell[1] - reach
    )


def _offsets(array: Array, shapes: Box, reach: float) -> list[tuple[int, int]]:
    """Return the (row, column) offsets at which a neighbour could come within reach, its own place left out."""
    columns, rows = array.columns, array.rows
    pitch = columns.pitch, rows.pitch
    widest = (float(columns.low.min()), float(rows.low.min()), float(columns.high.max()), float(rows.high.max()))
    far_x = max(widest[2] - shapes[0], shapes[2] - widest[0]) + reach + abs(array.stagger)
    far_y = max(widest[3] - shapes[1], shapes[3] - widest[1]) + reach
    across, along = int(far_x / pitch[0]), int(far_y / pitch[1])
    found = []
    for row in range(-along, along + 1):
        y = row * pitch[1] if row else 0.0
        shifts = (0.0,) if row % 2 == 0 else (array.stagger, -array.stagger)
        for column in range(-across, across + 1):
            x = column * pitch[0] if column else 0.0
            near = any(_touches(widest, shapes, (x + shift, y), reach) for shift in shifts)
            if near and (row, column) != (0, 0):
                found.append((row, column))
    return found


def _keys(array: Array, offsets: list[tuple[int, int]], ground: Numbers) -> Numbers:
    """Return one number per place, equal where the surroundings are."""
    key = array.occupied.astype(np.int64)
    if ground.any():
        key = compact(key + 2 * ground)
    for row, column in offsets:
        key = compact(key * 2 + _shifted(array.occupied, row, column))
    rows = array.rows.kinds(max((abs(row) for row, _ in offsets), default=0))
    columns = array.columns.kinds(max((abs(column) for _, column in offsets), default=0))
    if array.stagger and offsets:
        rows = rows * 2 + np.arange(len(rows)) % 2
    kinds = rows[:, None] * (columns.max() + 1) + columns[None, :]
    if kinds.any():
        key = compact(compact(key) * (kinds.max() + 1) + kinds)
    return key


def compact(key: Numbers) -> Numbers:
    """Return keys, none negative, renumbered from 0 when they grow large."""
    largest = int(key.max()) if key.size else 0
    if largest < _KEY_LIMIT:
        return key
    if largest > _TABLE_LIMIT:
        return np.unique(key, return_inverse=True)[1].reshape(key.shape).astype(np.int64)
    table = np.cumsum(np.bincount(key.ravel()) > 0) - 1
    return np.asarray(table[key])


def _shifted(grid: Grid, row: int, column: int) -> Grid:
    """Return for each place whether the place at an offset from it is marked; nothing is beyond the border."""
    rows, columns = grid.shape
    result = np.zeros_like(grid)
    if abs(row) < rows and abs(column) < columns:
        result[max(0, -row) : rows - max(0, row), max(0, -column) : columns - max(0, column)] = grid[
            max(0, row) : rows + min(0, row), max(0, column) : columns + min(0, column)
        ]
    return result


def seen(array: Array, outline: Region, reach: float) -> Grid:
    """Return which places have a piece of an outline within reach of their cell.

    Parameters
    ----------
    outline
        A region of the plate; its boundary is what is looked for, so places deep inside see nothing of it.

    Returns
    -------
    (rows, columns) ndarray of bool
        Never misses a place; a slanted edge may mark some too many.
    """
    result = np.zeros(array.occupied.shape, dtype=bool)
    columns, rows = array.columns, array.rows
    right, left = columns.centres + columns.high + reach, columns.centres + columns.low - reach
    top, bottom = rows.centres + rows.high + reach, rows.centres + rows.low - reach
    low, high = _edge_boxes(outline)
    shift = max(0.0, array.stagger), min(0.0, array.stagger)
    c0 = np.searchsorted(right, low[:, 0] - shift[0], side="left")
    c1 = np.searchsorted(left, high[:, 0] - shift[1], side="right")
    r0 = np.searchsorted(top, low[:, 1], side="left")
    r1 = np.searchsorted(bottom, high[:, 1], side="right")
    for i in np.nonzero((c1 > c0) & (r1 > r0))[0]:
        result[r0[i] : r1[i], c0[i] : c1[i]] = True
    return result


def covered(array: Array, region: Region) -> Grid:
    """Return the places whose cell has its middle in a region."""
    columns, rows = array.columns, array.rows
    x = columns.centres + (columns.low + columns.high) / 2
    y = rows.centres + (rows.low + rows.high) / 2
    left, bottom, right, top = regions.box_of(region)
    if not array.stagger and region.area == (right - left) * (top - bottom):
        result: Grid = ((bottom < y) & (y < top))[:, None] & ((left < x) & (x < right))[None, :]
        return result
    shift = array.stagger * ((np.arange(len(rows)) + array.parity) % 2)
    shapely.prepare(region)
    return shapely.contains_xy(region, x[None, :] + shift[:, None], np.broadcast_to(y[:, None], array.occupied.shape))


def _edge_boxes(outline: Region) -> tuple[Positions, Positions]:
    """Return the lower left and upper right corners of every edge's box, (n, 2) each."""
    rings = [ring for part in regions.polygons(outline) for ring in (part.exterior, *part.interiors)]
    points = [shapely.get_coordinates(ring) for ring in rings]
    if not points:
        return np.empty((0, 2)), np.empty((0, 2))
    starts = np.concatenate([ring[:-1] for ring in points])
    ends = np.concatenate([ring[1:] for ring in points])
    return np.minimum(starts, ends), np.maximum(starts, ends)


def cells_region(array: Array, where: Grid) -> Region:
    """Return the union of the cells of the marked places."""
    along = range(len(array.rows)) if array.stagger else [slice(None)]
    boxes = []
    for rows in along:
        first_row = rows if isinstance(rows, int) else 0
        for row, column, height, width in _rectangles(np.atleast_2d(where[rows])):
            first = (first_row + row, column)
            boxes.append(_cell_box(array, first, (first[0] + height - 1, column + width - 1)))
    return regions.merge(boxes)


def _cell_box(array: Array, first: tuple[int, int], last: tuple[int, int]) -> Region:
    """Return the box from the lower left of one cell to the upper right of another."""
    (x0, y0), (x1, y1) = array.centre(*first), array.centre(*last)
    lower, upper = array.cell(*first), array.cell(*last)
    return shapely.box(x0 + lower[0], y0 + lower[1], x1 + upper[2], y1 + upper[3])


def _even_runs(gaps: Positions) -> list[tuple[int, int]]:
    """Return (first, last + 1) of the longest runs of positions with equal gaps between them."""
    blocks, first = [], 0
    for change in (np.nonzero(np.diff(gaps))[0] + 1).tolist():
        if change > first:
            blocks.append((first, change + 1))
            first = change + 1
    blocks.append((first, len(gaps) + 1))
    return [block for block in blocks if block[1] > block[0]]


def _rectangles(grid: Grid) -> list[tuple[int, int, int, int]]:
    """Return (row, column, rows, columns) of rectangles that tile the marked places of a grid."""
    used_rows, used_columns = np.flatnonzero(grid.any(axis=1)), np.flatnonzero(grid.any(axis=0))
    if not len(used_rows):
        return []
    row, column = int(used_rows[0]), int(used_columns[0])
    inner = grid[row : used_rows[-1] + 1, column : used_columns[-1] + 1]
    if inner.all():
        return _limited([(row, column, *inner.shape)])
    padded = np.zeros((inner.shape[0], inner.shape[1] + 2), dtype=np.int8)
    padded[:, 1:-1] = inner
    steps = np.diff(padded, axis=1)
    rows, starts = np.nonzero(steps == 1)
    ends = np.nonzero(steps == -1)[1]
    runs: list[list[tuple[int, int]]] = [[] for _ in range(inner.shape[0])]
    for at, start, end in zip(rows.tolist(), starts.tolist(), ends.tolist(), strict=True):
        runs[at].append((start, end))
    found = [(row + r, column + c, height, width) for r, c, height, width in _stacked(runs)]
    return _limited(sorted(found))


def _stacked(runs: list[list[tuple[int, int]]]) -> Iterator[tuple[int, int, int, int]]:
    """Yield rectangles made of equal runs in consecutive rows."""
    growing: dict[tuple[int, int], int] = {}
    for row, present in enumerate([*runs, []]):
        going_on = set(present)
        for run in [run for run in growing if run not in going_on]:
            first = growing.pop(run)
            yield first, run[0], row - first, run[1] - run[0]
        for run in present:
            growing.setdefault(run, row)


def _limited(rectangles: list[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Return the rectangles cut into parts that a GDSII array can hold."""
    return [
        (row + r, column + c, min(_LATTICE_LIMIT, rows - r), min(_LATTICE_LIMIT, columns - c))
        for row, column, rows, columns in rectangles
        for r in range(0, rows, _LATTICE_LIMIT)
        for c in range(0, columns, _LATTICE_LIMIT)
    ]
