"""Masks: recipes evaluated, marks and titles added, scaled, put on the grid. What the mask maker gets.

Order: bias (in the recipe), then scale, then snap (`process.md` 6); mirroring is left to the writers.
"""

from dataclasses import dataclass, replace

import numpy as np
import shapely

from maskgen.geometry import regions
from maskgen.geometry.arrays import Array, Axis, Positions
from maskgen.geometry.regions import Region
from maskgen.layout import Pattern, Tile
from maskgen.package import Marking
from maskgen.technology import Mask


@dataclass(frozen=True, eq=False)
class FinishedMask:
    """One mask ready to be written: what it is, and its shapes on the whole plate."""

    mask: Mask
    pattern: Pattern


def inverted(mask: Mask) -> Mask:
    """Return a mask of which the rest of the field is digitised instead."""
    return replace(
        mask,
        recipe=f"FIELD - ({mask.recipe})",
        drawn="remaining" if mask.drawn == "opening" else "opening",
        digitized="dark" if mask.digitized == "clear" else "clear",
    )


def finish(mask: Mask, pattern: Pattern, marking: Marking, grid: float) -> FinishedMask:
    """Return a mask with its marks, scaled and on the grid."""
    title = marking.titles.get(mask.name, regions.EMPTY)
    code = _turned_back(marking.codes.get(mask.name, regions.EMPTY), mask)
    with_marks = replace(pattern, rest=regions.merge([pattern.rest, marking.shared, title, code]))
    return FinishedMask(mask, on_grid(scaled(with_marks, mask.scale, grid), grid))


def _turned_back(code: Region, mask: Mask) -> Region:
    """Return a barcode mirrored at its place where the data will be mirrored, so that it reads right in the data."""
    if code.is_empty or not mask.mirrored:
        return code
    left, _, right, _ = regions.box_of(code)
    return regions.move(regions.mirror(code), left + right, 0.0)


def on_grid(pattern: Pattern, grid: float) -> Pattern:
    """Return a pattern with every vertex on a grid; the sites' centres are on it already."""
    tiles = tuple(Tile(regions.snap(tile.region, grid), tile.where) for tile in pattern.tiles)
    kept = tuple(tile for tile in tiles if not tile.region.is_empty)
    return Pattern(pattern.array, kept, regions.snap(pattern.rest, grid))


def scaled(pattern: Pattern, factor: float, grid: float) -> Pattern:
    """Return a pattern enlarged by a factor about the plate's centre, cells still touching each other on the grid.

    Every site moves to the grid step nearest to its scaled place, so no error adds up over the plate; cells whose
    borders come out a step wider or narrower become tiles of their own.
    """
    if factor == 1.0:
        return pattern
    columns, rows = (_scaled_axis(axis, factor, grid) for axis in (pattern.array.columns, pattern.array.rows))
    stagger = regions.to_grid(pattern.array.stagger * factor, grid)
    array = Array(columns, rows, pattern.array.occupied, stagger, pattern.array.parity)
    tiles = [part for tile in pattern.tiles for part in _scaled_tile(tile, pattern.array, array, factor)]
    return Pattern(array, tuple(tiles), _enlarged(pattern.rest, factor))


def _enlarged(region: Region, factor: float) -> Region:
    return shapely.transform(region, lambda points: points * factor)


def _scaled_axis(axis: Axis, factor: float, grid: float) -> Axis:
    """Return an axis whose centres and borders are each the grid steps nearest to their scaled places."""

    def put(values: Positions) -> Positions:
        return np.round(np.floor(values * factor / grid + 0.5) * grid, 9)

    centres = put(axis.centres)
    return Axis(
        centres,
        np.round(put(axis.centres + axis.low) - centres, 9),
        np.round(put(axis.centres + axis.high) - centres, 9),
    )


def _scaled_tile(tile: Tile, before: Array, after: Array, factor: float) -> list[Tile]:
    """Return a tile enlarged, once for each kind of cell that it now stands in."""
    columns, rows = after.columns.kinds(0), after.rows.kinds(0)
    found = []
    for row in range(int(rows.max()) + 1):
        for column in range(int(columns.max()) + 1):
            where = tile.where & (rows == row)[:, None] & (columns == column)[None, :]
            if where.any():
                place = tuple(np.argwhere(where)[0].tolist())
                region = _fitted(tile.region, before.cell(*place), after.cell(*place), factor)
                found.append(Tile(region, where))
    return found


def _fitted(region: Region, cell: regions.Box, new_cell: regions.Box, factor: float) -> Region:
    """Return a region enlarged, with what lay on its cell's border on the new border."""

    def put(points: Positions) -> Positions:
        moved = points * factor
        for axis, border in ((0, 0), (1, 1), (0, 2), (1, 3)):
            moved[np.abs(points[:, axis] - cell[border]) < regions.SLIVER, axis] = new_cell[border]
        return moved

    return shapely.transform(region, put)
