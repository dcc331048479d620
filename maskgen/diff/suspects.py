"""Suspects: where two layouts may differ. Whatever lies elsewhere is the same in both.

With A the union of parts A1, A2 ... and B of B1, B2 ..., a place that only one of them covers is one that only one of
some Ai and Bi covers, whichever parts make pairs. So what is equal is left out, and the rest is paired as it stands.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from maskgen.diff.cells import NOTHING, Cell, LayerKey, Placement, around, placed_box, product, turned_box
from maskgen.diff.pieces import exclusive
from maskgen.diff.places import HERE, IDENTITY, Matrix, Places, Points, numbered, parted, require_few
from maskgen.geometry.polygons import Polygons
from maskgen.geometry.regions import Box, Region


@dataclass(frozen=True, eq=False)
class Suspect:
    """A region that may differ, about each of its places [dbu]."""

    layer: LayerKey
    region: Region
    places: Places

    @property
    def box(self) -> Box:
        """Return the box around all of it."""
        left, bottom, right, top = shapely.bounds(self.region).tolist()
        return placed_box((left, bottom, right, top), self.places)


@dataclass(frozen=True, eq=False)
class _Pair:
    """Two cells that stand at the same places, or one that stands in one file alone."""

    one: Cell | None
    other: Cell | None
    matrix: Matrix
    places: Places

    @property
    def level(self) -> int:
        return max(cell.level for cell in (self.one, self.other) if cell is not None)

    @property
    def key(self) -> "_PairKey":
        one, other = (None if cell is None else cell.digest for cell in (self.one, self.other))
        return one, other, self.matrix


_PairKey: TypeAlias = tuple[bytes | None, bytes | None, Matrix]


def suspects(one: Cell, other: Cell, *, flat: Collection[LayerKey] = ()) -> list[Suspect]:
    """Return where two cells may differ.

    Parameters
    ----------
    flat
        Layers of which all polygons are the cells' own: all that they cover is suspect if anything differs.
    """
    found = [] if one.digest == other.digest else list(_flat(one, other, flat))
    waiting: dict[int, list[_Pair]] = {}
    _queue(waiting, [_Pair(one, other, IDENTITY, HERE)])
    while waiting:
        # Pairs of deep cells come first: whatever places a pair has placed it before its turn.
        for pair in _gathered(waiting.pop(max(waiting))):
            found += _own(pair, flat)
            _queue(waiting, _below(pair))
    return found


def _queue(waiting: dict[int, list[_Pair]], pairs: Iterable[_Pair]) -> None:
    """Add pairs that differ, those with one cell alone as well."""
    for pair in pairs:
        if pair.one is None or pair.other is None or pair.one.digest != pair.other.digest:
            waiting.setdefault(pair.level, []).append(pair)


def _gathered(pairs: Iterable[_Pair]) -> Iterator[_Pair]:
    """Yield pairs of equal cells as one, standing at all places of theirs."""
    groups: dict[_PairKey, list[_Pair]] = {}
    for pair in pairs:
        groups.setdefault(pair.key, []).append(pair)
    for group in groups.values():
        first = group[0]
        require_few(sum(pair.places.count for pair in group))
        several = [first.places]
        if len(group) > 1:
            several = parted(np.concatenate([pair.places.points for pair in group]))
        for places in several:
            yield _Pair(first.one, first.other, first.matrix, places)


def _flat(one: Cell, other: Cell, layers: Iterable[LayerKey]) -> Iterator[Suspect]:
    """Yield what two cells cover on some layers on which their own polygons are not the same."""
    for layer in layers:
        if not _is_same(one.shapes.get(layer, NOTHING), other.shapes.get(layer, NOTHING)):
            yield Suspect(
                layer, shapely.box(*around(cell.boxes[layer] for cell in (one, other) if layer in cell.boxes)), HERE
            )


def _is_same(one: Polygons, other: Polygons) -> bool:
    """Tell whether polygons are the same, one after the other."""
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ("coords", "rings"))


def _own(pair: _Pair, flat: Collection[LayerKey]) -> Iterator[Suspect]:
    """Yield where the polygons of two cells differ, or all that the only one covers."""
    if pair.one is None or pair.other is None:
        whole = pair.one or pair.other
        for layer, box in (whole.boxes if whole else {}).items():
            yield Suspect(layer, shapely.box(*turned_box(box, pair.matrix)), pair.places)
        return
    for layer in sorted((pair.one.shapes.keys() | pair.other.shapes.keys()) - set(flat)):
        shapes = pair.one.shapes.get(layer, NOTHING), pair.other.shapes.get(layer, NOTHING)
        if _is_same(*shapes):
            continue
        differing = exclusive(*shapes)
        if len(differing):
            yield Suspect(layer, _turned(shapely.union_all(differing), pair.matrix), pair.places)


def _turned(region: Region, matrix: Matrix) -> Region:
    """Return a region turned, mirrored or scaled; a little larger where that leaves the grid."""
    a, b, c, d = matrix
    moved = shapely.transform(region, lambda points: points @ np.array([[a, c], [b, d]]))
    return moved if all(value == round(value) for value in matrix) else moved.buffer(1.5)


def _below(pair: _Pair) -> Iterator[_Pair]:
    """Yield the pairs that two cells place, in the frame of the top."""
    if pair.one is None or pair.other is None:
        return
    for one, other, matrix, places in _paired(pair.one.placements, pair.other.placements):
        yield _Pair(one, other, product(pair.matrix, matrix), places.turned(pair.matrix).within(pair.places))


_Placed: TypeAlias = tuple[Cell | None, Cell | None, Matrix, Places]


def _paired(one: Iterable[Placement], other: Iterable[Placement]) -> Iterator[_Placed]:
    """Yield cells that stand at the same places, and then those that do so only one by one."""
    ones, others = {placement.key: placement for placement in one}, {placement.key: placement for placement in other}
    left = [placement for key, placement in ones.items() if key not in others]
    right = [placement for key, placement in others.items() if key not in ones]
    spots: dict[tuple[Matrix, bytes], list[Placement]] = {}
    for placement in right:
        spots.setdefault((placement.matrix, placement.places.key), []).append(placement)
    single: list[Placement] = []
    for placement in left:
        match = spots.get((placement.matrix, placement.places.key))
        if match:
            yield placement.cell, match.pop(0).cell, placement.matrix, placement.places
        else:
            single.append(placement)
    rest = [placement for group in spots.values() for placement in group]
    for matrix in sorted({placement.matrix for placement in (*single, *rest)}):
        yield from _one_by_one(matrix, *([p for p in part if p.matrix == matrix] for part in (single, rest)))


def _one_by_one(matrix: Matrix, one: list[Placement], other: list[Placement]) -> Iterator[_Placed]:
    """Yield what stands at each place in both files, or in one alone; equal cells at equal places are left out."""
    require_few(sum(placement.places.count for placement in (*one, *other)))
    cells = {placement.cell.digest: placement.cell for placement in (*one, *other)}
    names = {digest: number for number, digest in enumerate(sorted(cells), start=1)}
    rows = np.concatenate([_rows(one, names), _rows(other, names)])
    is_other = np.arange(len(rows)) >= sum(placement.places.count for placement in one)
    same, _ = numbered(list(rows.T))
    met = np.zeros((2, len(rows)), dtype=bool)
    met[is_other.astype(np.intp), same] = True
    # What both files have is left out; of equal rows of one file, one is kept.
    alone = np.flatnonzero(met[0, same] != met[1, same])
    left = alone[np.unique(same[alone], return_index=True)[1]]
    rows, side = rows[left], is_other[left].astype(np.intp)
    spot, first = numbered([rows[:, 0], rows[:, 1], _ranks(rows, side)])
    table = np.zeros((len(first), 2), dtype=np.int64)
    table[spot, side] = rows[:, 2]
    kind, example = numbered(list(table.T))
    known = [None, *(cells[digest] for digest in names)]
    for number, at in enumerate(example.tolist()):
        for places in parted(rows[first[kind == number], :2]):
            yield known[table[at, 0]], known[table[at, 1]], matrix, places


def _rows(placements: list[Placement], names: dict[bytes, int]) -> Points:
    """Return (n, 3) x, y and number of the cell for each copy."""
    parts = [
        np.column_stack([p.places.points, np.full(p.places.count, float(names[p.cell.digest]))]) for p in placements
    ]
    return np.concatenate([np.zeros((0, 3)), *parts])


def _ranks(rows: Points, side: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return for each row how many of the same file stand at the same place and come before it."""
    at, _ = numbered([rows[:, 0], rows[:, 1], side])
    order = np.argsort(at, kind="stable")
    place = np.arange(len(rows))
    fresh = np.ones(len(rows), dtype=bool)
    fresh[1:] = at[order][1:] != at[order][:-1]
    found = np.empty(len(rows), dtype=np.intp)
    found[order] = place - np.maximum.accumulate(np.where(fresh, place, 0))
    return found
