"""Layout files on one database grid: their cells, those that others place first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from maskgen.diff.cells import Cell, Placement, copies, require_few_vertices
from maskgen.diff.places import Matrix, Places, Points, lattice, require_few, scattered
from maskgen.drc.kernel import candidates
from maskgen.errors import MaskgenError
from maskgen.geometry import polygons
from maskgen.geometry.polygons import Polygons
from maskgen.stream import cells as stream
from maskgen.stream import hierarchy
from maskgen.stream.unit import database_unit

_FINEST = 1000
"""Greatest denominator of the ratio of two database units that have a common one."""
_PORTION = 1 << 16
"""Points that are put on the grid in one go."""
_MOST_REPEATED = 5_000_000
"""Vertices of a shape with all its repetitions up to which it is written out, so that layers without cells are flat."""
_SAME = 1e-5
"""Part of a database unit by which a place may be off it: the readers' rounding."""


@dataclass(frozen=True, eq=False)
class LayoutFile:
    """A file: its cells by name, and which of them are placed by none."""

    path: str
    cells: Mapping[str, Cell]
    tops: tuple[str, ...]

    def top(self, name: str | None) -> str:
        """Return the name of the cell to compare.

        Raises
        ------
        MaskgenError
            If there is no such cell, or several and none is named.
        """
        if name is not None:
            if name not in self.cells:
                raise MaskgenError(f"{self.path}: has no cell {name!r}, its top cells are {', '.join(self.tops)}")
            return name
        if len(self.tops) != 1:
            found = f"{len(self.tops)} top cells, {', '.join(self.tops)}" if self.tops else "no cells"
            raise MaskgenError(f"{self.path}: has {found}: say which one to compare with --cell")
        return self.tops[0]


def read_pair(one: Path, other: Path) -> tuple[LayoutFile, LayoutFile, float]:
    """Return two files on one grid, and the length of its dbu [µm].

    Raises
    ------
    LayoutError
        If one cannot be read.
    """
    unit = common_unit(database_unit(one), database_unit(other))
    return _file(one, unit), _file(other, unit), unit


def common_unit(one: float, other: float) -> float:
    """Return the largest length [µm] of which two database units are multiples.

    Examples
    --------
    >>> common_unit(0.001, 0.005), common_unit(0.002, 0.005)
    (0.001, 0.001)
    """
    small, large = sorted((one, other))
    ratio = Fraction(large / small).limit_denominator(_FINEST)
    return round(small / ratio.denominator, 12)


def _file(path: Path, unit: float) -> LayoutFile:
    """Return the cells of a file."""
    read = stream.read_cells(path)
    drawn = read.cells
    placed = {str(n): [str(child) for child in np.unique(cell.references.cells)] for n, cell in enumerate(drawn)}
    tops = set(read.tops())
    made: dict[int, Cell] = {}
    for number in map(int, hierarchy.levels(placed)):
        try:
            made[number] = _cell(drawn[number], made, unit, is_top=number in tops, hidden=len(drawn) - read.hidden)
        except MaskgenError as error:
            raise MaskgenError(f"{path}: cell {drawn[number].name!r}: {error}") from None
        # What is kept of a cell is made from what is kept of those below: asked for in this order, no stack grows.
        cell = made[number]
        _ = cell.level, cell.boxes, cell.counts, cell.digest
    named = {drawn[number].name: made[number] for number in range(len(drawn) - read.hidden)}
    names = tuple(drawn[number].name for number in sorted(tops))
    return LayoutFile(str(path), named, tuple(name for name in names if not name.startswith("$$$")))


def _cell(drawn: stream.Cell, made: Mapping[int, Cell], unit: float, *, is_top: bool, hidden: int) -> Cell:
    """Return one cell on the grid; cells from a number on are its own shapes, which repeat."""
    require_few_vertices(sum(len(rings.points) for rings in drawn.shapes.values()))
    parts = {layer: [_polygons(rings, unit)] for layer, rings in drawn.shapes.items()}
    placements = []
    for number, placement in _placements(drawn.references, made, unit, is_top=is_top):
        if number < hidden or _vertices(placement) > _MOST_REPEATED:
            placements.append(placement)
            continue
        for layer, part in placement.cell.shapes.items():
            parts.setdefault(layer, []).append(copies(part, placement.matrix, placement.places.points))
    shapes = {
        layer: several[0] if len(several) == 1 else polygons.concatenate(several) for layer, several in parts.items()
    }
    require_few_vertices(sum(len(part.coords) for part in shapes.values()))
    kept = {layer: part for layer, part in shapes.items() if len(part)}
    return Cell(kept, tuple(placement for placement in placements if placement.cell.boxes))


def _vertices(placement: Placement) -> int:
    """Return how many vertices the shapes of a cell have in all their copies."""
    return placement.places.count * sum(len(part.coords) for part in placement.cell.shapes.values())


def _polygons(rings: stream.Rings, unit: float) -> Polygons:
    """Return outlines as polygons, written over the points: nobody looks at these again, and there are many."""
    coords, at = rings.points.view(np.int64), 0
    sizes, counts = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for some in candidates.chunks(np.diff(rings.ends), _PORTION):
        ends = rings.ends[some.start : some.stop + 1]
        points = _on_grid(rings.points[ends[0] : ends[-1]], unit * 1e3).astype(np.int64)
        part = polygons.from_rings(points, ends - ends[0])
        coords[at : at + len(part.coords)] = part.coords
        at += len(part.coords)
        sizes.append(np.diff(part.rings))
        counts.append(np.diff(part.polygons))
    return Polygons(coords[:at], polygons.offsets(np.concatenate(sizes)), polygons.offsets(np.concatenate(counts)))


def _on_grid(points: Points, step: float) -> Points:
    """Return lengths [nm] in steps, halves upwards."""
    found: Points = points / step
    found += 0.5 + _SAME
    return np.floor(found, out=found)


def _placements(
    placed: stream.References, made: Mapping[int, Cell], unit: float, *, is_top: bool
) -> Iterator[tuple[int, Placement]]:
    """Yield the copies that references draw, with the number of the cell; of a top cell, single ones are gathered.

    Below the top they are not: each of them may stand on a lattice of its parent's copies.
    """
    step = unit * 1e3
    at = _on_grid(placed.places, step)
    several = (placed.copies != 1).any(axis=1)
    for number in np.flatnonzero(several) if is_top else range(len(placed)):
        cell, matrix = int(placed.cells[number]), _matrix(complex(placed.turns[number]), placed.mirrored[number])
        yield cell, Placement(made[cell], matrix, _places(placed, int(number), at, step))
    if is_top and not several.all():
        yield from _gathered(placed, ~several, at, made)


def _gathered(
    placed: stream.References, which: NDArray[np.bool_], at: Points, made: Mapping[int, Cell]
) -> Iterator[tuple[int, Placement]]:
    """Yield single copies, those of a cell that are turned alike as one."""
    turns = placed.turns[which]
    table = np.column_stack([placed.cells[which], turns.real, turns.imag, placed.mirrored[which]])
    values, kind = np.unique(table, axis=0, return_inverse=True)
    order = np.argsort(kind.reshape(-1), kind="stable")
    ends = np.cumsum(np.bincount(kind.reshape(-1)))[:-1]
    for (cell, real, imaginary, mirrored), some in zip(values.tolist(), np.split(at[which][order], ends), strict=True):
        yield int(cell), Placement(made[int(cell)], _matrix(complex(real, imaginary), mirrored), scattered(some))


def _places(placed: stream.References, number: int, at: Points, step: float) -> Places:
    """Return where the copies of one reference stand; an array that leaves the grid is none."""
    columns, rows = placed.copies[number].tolist()
    x, y = at[number].tolist()
    if columns * rows == 1:
        return Places((x, y))
    steps = placed.steps[number] / step
    grid = np.rint(steps)
    if np.abs((steps - grid) * [[columns], [rows]]).max() < _SAME * max(columns, rows):
        (ax, ay), (bx, by) = grid.tolist()
        return lattice((x, y), (ax, ay, columns), (bx, by, rows))
    require_few(columns * rows)
    column, row = np.meshgrid(np.arange(columns), np.arange(rows))
    offsets = column.reshape(-1, 1) * steps[0] + row.reshape(-1, 1) * steps[1]
    return scattered(np.floor(offsets + (0.5 + _SAME)) + at[number])


def _matrix(turn: complex, is_mirrored: object) -> Matrix:
    """Return the matrix of what is mirrored at the x axis, if at all, and then multiplied."""
    flip = -1.0 if is_mirrored else 1.0
    return turn.real + 0.0, -turn.imag * flip + 0.0, turn.imag + 0.0, turn.real * flip + 0.0
