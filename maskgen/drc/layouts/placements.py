"""Placements: the hierarchy of a layout written out as few rows, each a group of shapes on a lattice.

A *row* is ``x, y, columns, rows, dx, dy`` [dbu]: where a group stands first, and how it repeats along the axes. Rows
come from array references, and from single references that stand in regular lines. An array within an array is one row
where the one goes on as the other ends. Elsewhere such a cell stays closed until the outer array has been made short
(`contraction`), or one of both is written out, whichever is less.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from maskgen.drc.kernel import candidates
from maskgen.errors import MaskgenError
from maskgen.geometry.polygons import Polygons, extremes, from_rings, offsets
from maskgen.stream import hierarchy
from maskgen.stream.cells import Cell, Cells, LayerKey, References, Rings

Reals = NDArray[np.float64]
Integers = NDArray[np.int64]
Rows = Reals
"""(n, 6) ndarray of float: x, y, columns, rows, dx, dy."""

MOST_ROWS = 4_000_000
"""Placements that are kept at most."""
MOST_VERTICES = 50_000_000
"""Vertices that are written out at most."""

X, Y, DX, DY = 0, 1, 4, 5
COUNT = (2, 3)
STEP = (DX, DY)

_SAME = 1e-5
"""Part of a database unit by which a place may be off it: the readers' rounding."""
_REGULAR = 8
"""Single placements among which regular lines are looked for, at least."""


class TooLargeError(MaskgenError):
    """A layout that would have to be written out, and is too large for that."""


@dataclass(frozen=True)
class Kind:
    """A cell as it is placed: multiplied by a turn after it was mirrored at the x axis."""

    cell: int
    turn: complex
    mirrored: bool


Parts = list[tuple[Kind, Rows]]
"""What a cell places, and where."""
Stamp = tuple[Polygons, Integers]
"""Shapes around an origin, and the (n, 2) places of that [dbu]."""


@dataclass(frozen=True, eq=False)
class Item:
    """Shapes around an origin, or a cell that is still closed, and the rows on which they stand.

    Parameters
    ----------
    shapes
        By layer, around the origin [dbu]; empty for a closed cell.
    box
        Around them, or around all that is in the closed cell [dbu].
    closed
        The closed cell.
    cell
        Number of the cell that drew it.
    """

    shapes: Mapping[LayerKey, Rings]
    box: tuple[float, float, float, float]
    rows: Rows
    closed: Kind | None
    cell: int

    @cached_property
    def vertices(self) -> int:
        """Return how many vertices it has in one place."""
        return sum(len(rings.points) for rings in self.shapes.values())


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """The cells of a layout below one top cell, with the layers that are wanted.

    Parameters
    ----------
    wanted
        Layers that are looked at; nothing else is drawn.
    """

    cells: Cells
    top: int
    wanted: frozenset[LayerKey]
    parts: dict[Kind, Parts] = field(default_factory=dict, repr=False)
    """What each kind places, found when it is needed."""

    @cached_property
    def order(self) -> list[int]:
        """Return the cells that draw something, those that place others before them."""
        children = {n: np.unique(cell.references.cells).tolist() for n, cell in enumerate(self.cells.cells)}
        named = {str(number): [str(child) for child in placed] for number, placed in children.items()}
        below = [int(name) for name in hierarchy.levels(named)]
        used = {self.top}
        for number in reversed(below):
            if number in used:
                used.update(children[number])
        return [number for number in reversed(below) if number in used and number in self.boxes]

    @cached_property
    def boxes(self) -> dict[int, Reals]:
        """Return the box [dbu] around all that each cell draws, cells below included; bare cells are left out."""
        named = {
            str(n): [str(child) for child in np.unique(cell.references.cells)]
            for n, cell in enumerate(self.cells.cells)
        }
        found: dict[int, Reals] = {}
        for number in map(int, hierarchy.levels(named)):
            cell = self.cells.cells[number]
            corners = [points for rings in self.drawn(cell).values() for points in extremes(rings.points)]
            with np.errstate(over="ignore", invalid="ignore"):  # a damaged magnification may be without end
                corners += _placed_corners(cell.references, found)
            if corners:
                found[number] = extremes(np.array(corners)).ravel()
        return found

    def drawn(self, cell: Cell) -> dict[LayerKey, Rings]:
        """Return what a cell itself draws on the wanted layers."""
        return {key: rings for key, rings in cell.shapes.items() if key in self.wanted and len(rings)}

    def largest(self, layers: frozenset[LayerKey], most: float) -> float:
        """Return twice the extent of the largest outline of some layers [dbu], those above a size left out."""
        found = 0.0
        for number in self.order:
            for key, rings in self.drawn(self.cells.cells[number]).items():
                if key in layers:
                    begins = rings.ends[:-1]
                    low, high = (function.reduceat(rings.points, begins) for function in (np.minimum, np.maximum))
                    extent = np.hypot(*(high - low).T)
                    found = max(found, float(extent[extent < most].max(initial=0.0)))
        return 2 * found

    def own(self, kind: Kind, rows: Rows) -> Item | None:
        """Return the shapes of a cell itself on some rows, None if it has none."""
        drawn = self.drawn(self.cells.cells[kind.cell])
        shapes = {key: replace(rings, points=_turned(rings.points, kind)) for key, rings in drawn.items()}
        return Item(shapes, _box_of(shapes.values()), rows, None, kind.cell) if shapes else None

    def closed(self, kind: Kind, rows: Rows) -> Item:
        """Return a closed cell on some rows."""
        left, bottom, right, top = self.boxes[kind.cell].tolist()
        corners = np.array([(left, bottom), (right, bottom), (right, top), (left, top)])
        return Item({}, _box_of([Rings(_turned(corners, kind), np.array([0, 4]))]), rows, kind, kind.cell)

    def children(self, kind: Kind) -> Parts:
        """Return what a cell places as it is itself placed, equal cells together."""
        if kind not in self.parts:
            self.parts[kind] = list(self._children(kind))
        return self.parts[kind]

    def _children(self, kind: Kind) -> Iterator[tuple[Kind, Rows]]:
        placed = self.cells.cells[kind.cell].references
        turns = kind.turn * np.where(kind.mirrored, placed.turns.conj(), placed.turns)
        mirrored = placed.mirrored ^ kind.mirrored
        keys = np.column_stack([placed.cells, turns.real, turns.imag, mirrored])
        for key, which in _grouped(keys):
            if int(key[0]) in self.boxes:
                child = Kind(int(key[0]), complex(key[1], key[2]), bool(key[3]))
                yield child, regular(_rows(placed, which, kind))


def opened(tree: Hierarchy, items: Iterable[Item], *, forced: bool = False) -> list[Item]:
    """Return items of which all cells are opened that can be without writing an array out.

    Parameters
    ----------
    forced
        Open the closed cells among `items` in any case: the outer or the inner array is written out, the shorter one.
    """
    found = [item for item in items if item.closed is None]
    waiting: dict[Kind, list[Rows]] = {}
    for item in items:
        if item.closed is not None and not forced:
            waiting.setdefault(item.closed, []).append(item.rows)
        elif item.closed is not None:
            _open(tree, item.closed, *_written_out(tree, item), found=found, waiting=waiting)
    for number in tree.order:
        for kind in [kind for kind in waiting if kind.cell == number]:
            rows = regular(np.concatenate(waiting.pop(kind)))
            parts = tree.children(kind)
            apart = _clash(rows, parts)
            if apart.any():
                found.append(tree.closed(kind, rows[apart]))
            _open(tree, kind, rows[~apart], parts, found=found, waiting=waiting)
    return found


def _open(
    tree: Hierarchy,
    kind: Kind,
    rows: Rows,
    parts: Parts,
    *,
    found: list[Item],
    waiting: dict[Kind, list[Rows]],
) -> None:
    """Add the shapes of a cell on some rows to what is found, and what it places to what waits to be opened."""
    if not len(rows):
        return
    own = tree.own(kind, rows)
    found += [own] if own is not None else []
    for child, places in parts:
        _require_few(len(rows) * len(places))
        waiting.setdefault(child, []).append(_joined(rows, places))


def begin(tree: Hierarchy) -> list[Item]:
    """Return the top cell, closed, where it stands."""
    return [tree.closed(Kind(tree.top, 1 + 0j, False), np.array([[0.0, 0, 1, 1, 0, 0]]))]


def written_out(tree: Hierarchy) -> list[Item]:
    """Return all shapes of the top cell on rows, arrays within arrays written out."""
    items = opened(tree, begin(tree))
    while any(item.closed is not None for item in items):
        items = opened(tree, items, forced=True)
    return items


def flattened(items: Iterable[Item]) -> dict[LayerKey, Polygons]:
    """Return the polygons of every layer [dbu], not merged.

    Raises
    ------
    TooLargeError
        If there are more than `MOST_VERTICES` vertices.
    """
    items = list(items)
    total = sum(item.vertices * int(np.prod(item.rows[:, COUNT], axis=1).sum()) for item in items)
    if total > MOST_VERTICES:
        raise TooLargeError(f"{total} vertices would have to be written out, at most {MOST_VERTICES} can be")
    found: dict[LayerKey, list[Stamp]] = {}
    for item in items:
        places = _places(item.rows)
        for key, rings in item.shapes.items():
            found.setdefault(key, []).extend(_stamps(rings, places))
    return {key: _stamped(stamps) for key, stamps in found.items()}


def regular(rows: Rows) -> Rows:
    """Return rows in which single placements that stand in regular lines and blocks are one row."""
    for axis in (0, 1):
        single = rows[:, COUNT[axis]] == 1
        if np.count_nonzero(single) >= _REGULAR:
            rows = np.concatenate([rows[~single], _lines(rows[single], axis)])
        single = rows[:, COUNT[axis]] == 1
        if np.count_nonzero(~single) > 1:
            rows = np.concatenate([rows[single], _longer(rows[~single], axis)])
    return rows


def _longer(rows: Rows, axis: int) -> Rows:
    """Return arrays joined along an axis where one begins as the other has ended."""
    other = 1 - axis
    same = rows[:, (other, *COUNT, *STEP)]
    order = np.lexsort((rows[:, axis], *same.T))
    rows, same = rows[order], same[order]
    goes_on = (np.diff(same, axis=0) == 0).all(axis=1)
    goes_on &= np.diff(rows[:, axis]) == (rows[:, COUNT[axis]] * rows[:, STEP[axis]])[1:]
    starts = np.flatnonzero(np.append(True, ~goes_on))
    found = rows[starts].copy()
    found[:, COUNT[axis]] *= np.diff(np.append(starts, len(rows)))
    return found


def _lines(rows: Rows, axis: int) -> Rows:
    """Return single rows joined along an axis where they are alike and equally spaced."""
    other = 1 - axis
    same = rows[:, (other, COUNT[other], STEP[other])]
    order = np.lexsort((rows[:, axis], *same.T))
    rows, same = rows[order], same[order]
    gaps = np.diff(rows[:, axis])
    gaps[(np.diff(same, axis=0) != 0).any(axis=1) | (gaps <= 0)] = np.nan
    block = np.cumsum(np.append(True, ~(gaps[1:] == gaps[:-1])))  # of each gap; nan is never the same
    long = (np.bincount(block, minlength=block[-1] + 1) > 1)[block] & ~np.isnan(gaps)
    none = -np.arange(1, len(rows) + 1)
    line = np.where(np.append(long, False), np.append(block, 0), none)
    line[1:] = np.where(long, block, line[1:])
    starts = np.flatnonzero(np.append(True, line[1:] != line[:-1]))
    counts = np.diff(np.append(starts, len(rows)))
    found = rows[starts].copy()
    several = counts > 1
    found[several, COUNT[axis]] = counts[several]
    found[several, STEP[axis]] = gaps[starts[several]]
    return found


def _rows(placed: References, which: Integers, kind: Kind) -> Rows:
    """Return some references of a cell as rows, the cell placed around the origin; odd arrays copy by copy."""
    places = _on_grid(_turned(placed.places[which], kind))
    copies = placed.copies[which]
    steps = _on_grid(_turned(placed.steps[which].reshape(-1, 2), kind)).reshape(-1, 2, 2)
    steps[copies == 1] = 0.0
    flat = (steps[:, 0, 1] == 0) & (steps[:, 1, 0] == 0)
    upright = (steps[:, 0, 0] == 0) & (steps[:, 1, 1] == 0)
    copies = np.where(np.abs(steps).sum(axis=2) > 0, copies, 1)  # copies in one place are one
    even = (steps == np.round(steps)).all(axis=(1, 2))
    along = np.where((upright & ~flat)[:, None], copies[:, ::-1], copies)
    span = np.where((upright & ~flat)[:, None], steps[:, (1, 0), (0, 1)], steps[:, (0, 1), (0, 1)])
    # From right to left is from left to right, beginning at the other end.
    places = places + np.where(span < 0, span * (along - 1), 0.0)
    rows = np.column_stack([places, along, np.abs(span)])
    odd = ~((flat | upright) & even)
    return np.concatenate([rows[~odd], *_singles(placed, which[odd], kind)])


def _singles(placed: References, which: Integers, kind: Kind) -> Iterator[Rows]:
    """Yield arrays that run slantwise, or off the grid, copy by copy."""
    for number in which.tolist():
        columns, rows = placed.copies[number].tolist()
        _require_few(columns * rows)
        c, r = np.meshgrid(np.arange(columns), np.arange(rows))
        step = placed.steps[number]
        places = placed.places[number] + c.reshape(-1, 1) * step[0] + r.reshape(-1, 1) * step[1]
        yield _at(_on_grid(_turned(places, kind)))


def _at(places: Reals) -> Rows:
    """Return a row for each single place."""
    return np.column_stack([places, np.ones((len(places), 2)), np.zeros((len(places), 2))])


def _clash(rows: Rows, parts: Parts) -> NDArray[np.bool_]:
    """Tell of which rows an array would lie within an array along the same axis, and both would not be one."""
    found = np.zeros(len(rows), dtype=bool)
    for axis in (0, 1):
        if not (rows[:, COUNT[axis]] > 1).any():
            continue
        kinds = [places[places[:, COUNT[axis]] > 1][:, (COUNT[axis], STEP[axis])] for _, places in parts]
        for count, step in np.unique(np.concatenate(kinds or [np.empty((0, 2))]), axis=0):
            outer, wide = rows[:, COUNT[axis]], rows[:, STEP[axis]]
            found |= (outer > 1) & (wide != count * step) & (step != outer * wide)
    return found


def _written_out(tree: Hierarchy, item: Item) -> tuple[Rows, Parts]:
    """Return the rows of a closed cell and what it places, along each axis the shorter arrays written out."""
    assert item.closed is not None
    rows, parts = item.rows, tree.children(item.closed)
    for axis in (0, 1):
        outer = rows[:, COUNT[axis]].max()
        inner = max((places[:, COUNT[axis]].max() for _, places in parts), default=1)
        if 1 < outer <= inner:
            rows = _along(rows, axis)
        elif outer > 1:
            parts = [(kind, _along(places, axis)) for kind, places in parts]
    return rows, parts


def _along(rows: Rows, axis: int) -> Rows:
    """Return rows with the copies along an axis written out."""
    counts = rows[:, COUNT[axis]].astype(np.int64)
    _require_few(int(counts.sum()))
    found = np.repeat(rows, counts, axis=0)
    place = np.arange(len(found)) - np.repeat(np.cumsum(counts) - counts, counts)
    found[:, axis] += place * found[:, STEP[axis]]
    found[:, COUNT[axis]], found[:, STEP[axis]] = 1, 0
    return found


def _joined(rows: Rows, places: Rows) -> Rows:
    """Return rows of what stands at some places of each of some rows; arrays along one axis go on in each other."""
    both = np.repeat(rows, len(places), axis=0)
    inner = np.tile(places, (len(rows), 1))
    both[:, (X, Y)] += inner[:, (X, Y)]
    for count, step in zip(COUNT, STEP, strict=True):
        # Of two arrays that are one the finer tells the step.
        steps = np.minimum(both[:, step], inner[:, step])
        both[:, step] = np.where(steps > 0, steps, np.maximum(both[:, step], inner[:, step]))
        both[:, count] *= inner[:, count]
    return both


def _places(rows: Rows) -> Reals:
    """Return (n, 2) where all copies of all rows stand."""
    return _along(_along(rows, 0), 1)[:, :2]


def _stamps(rings: Rings, places: Reals) -> Iterator[Stamp]:
    """Yield outlines as polygons and where these stand; off the grid, each place is rounded on its own."""
    on_grid = (places == np.round(places)).all(axis=1)
    if on_grid.any():
        yield _polygons(rings), places[on_grid].astype(np.int64)
    if not on_grid.all():
        away = places[~on_grid]
        points = (rings.points[None] + away[:, None]).reshape(-1, 2)
        sizes = np.tile(np.diff(rings.ends), len(away))
        yield from_rings(_rounded(points), offsets(sizes)), np.zeros((1, 2), dtype=np.int64)


def _stamped(stamps: Sequence[Stamp]) -> Polygons:
    """Return the polygons of all stamps at every place, each written once."""
    if len(stamps) == 1 and len(stamps[0][1]) == 1 and not stamps[0][1].any():
        return stamps[0][0]
    coords = np.empty((sum(len(shapes.coords) * len(places) for shapes, places in stamps), 2), dtype=np.int64)
    at = 0
    for shapes, places in stamps:
        whole = len(places), len(shapes.coords), 2
        end = at + whole[0] * whole[1]
        np.add(shapes.coords[None], places[:, None], out=coords[at:end].reshape(whole))
        at = end
    rings = [np.tile(np.diff(shapes.rings), len(places)) for shapes, places in stamps]
    counts = [np.tile(np.diff(shapes.polygons), len(places)) for shapes, places in stamps]
    return Polygons(coords, offsets(np.concatenate(rings)), offsets(np.concatenate(counts)))


def _polygons(rings: Rings) -> Polygons:
    """Return polygons of outlines, made portion by portion: what lies between is several times as large."""
    coords, at = np.empty(rings.points.shape, dtype=np.int64), 0
    sizes, counts = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for some in candidates.chunks(np.diff(rings.ends)):
        ends = rings.ends[some.start : some.stop + 1]
        part = from_rings(_rounded(rings.points[ends[0] : ends[-1]]), ends - ends[0])
        coords[at : at + len(part.coords)] = part.coords
        at += len(part.coords)
        sizes.append(np.diff(part.rings))
        counts.append(np.diff(part.polygons))
    return Polygons(coords[:at], offsets(np.concatenate(sizes)), offsets(np.concatenate(counts)))


def _rounded(points: Reals) -> Integers:
    """Return points on the grid, halves upwards."""
    return np.floor(points + (0.5 + _SAME)).astype(np.int64)


def _on_grid(points: Reals) -> Reals:
    """Return points without what readers are off the grid."""
    near = np.round(points)
    return np.where(np.abs(points - near) < _SAME, near, points) + 0.0


def _turned(points: Reals, kind: Kind) -> Reals:
    """Return points mirrored and turned about the origin."""
    if kind.turn == 1 and not kind.mirrored:
        return points
    x, y = points[:, 0], -points[:, 1] if kind.mirrored else points[:, 1]
    real, imaginary = kind.turn.real, kind.turn.imag
    return np.column_stack([real * x - imaginary * y, imaginary * x + real * y])


def _placed_corners(placed: References, boxes: Mapping[int, Reals]) -> list[Reals]:
    """Return the corners of the boxes of all that a cell places, at the ends of its arrays."""
    used, kind = np.unique(placed.cells, return_inverse=True)
    known = np.array([number in boxes for number in used.tolist()], dtype=bool)
    which = np.flatnonzero(known[kind])
    if not len(which):
        return []
    table = np.array([boxes.get(number, np.zeros(4)) for number in used.tolist()])[kind[which]]
    corners = table[:, (0, 2, 2, 0)] + 1j * table[:, (1, 1, 3, 3)]
    turned = np.where(placed.mirrored[which, None], corners.conj(), corners) * placed.turns[which, None]
    ends = (placed.copies[which] - 1)[:, :, None] * placed.steps[which]
    found: list[Reals] = []
    for across, along in ((0, 0), (0, 1), (1, 0), (1, 1)):
        origin = placed.places[which] + across * ends[:, 0] + along * ends[:, 1]
        points = np.stack([turned.real, turned.imag], axis=2) + origin[:, None]
        outermost = extremes(points.reshape(-1, 2))
        found.extend(outermost)
    return found


def _box_of(shapes: Collection[Rings]) -> tuple[float, float, float, float]:
    (left, bottom), (right, top) = extremes(np.concatenate([extremes(rings.points) for rings in shapes])).tolist()
    return left, bottom, right, top


def _grouped(keys: Reals) -> Iterator[tuple[Reals, Integers]]:
    """Yield each distinct row of an array, and where it stands."""
    if not len(keys):
        return
    values, which = np.unique(keys, axis=0, return_inverse=True)
    order = np.argsort(which.reshape(-1), kind="stable")
    ends = np.cumsum(np.bincount(which.reshape(-1)))[:-1]
    yield from zip(values, np.split(order, ends), strict=True)


def _require_few(rows: int) -> None:
    if rows > MOST_ROWS:
        raise TooLargeError(f"{rows} placements would have to be written out, at most {MOST_ROWS} can be")
