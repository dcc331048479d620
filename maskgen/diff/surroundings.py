"""Surroundings: copies of a region that see the same differ in the same way, so one of them is compared for all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from maskgen.diff.cells import Cell, LayerKey, copies, placed_box, product, turned_box
from maskgen.diff.places import HERE, IDENTITY, Matrix, Places, numbered, scattered
from maskgen.errors import MaskgenError
from maskgen.geometry import regions
from maskgen.geometry.regions import Box

Keys = NDArray[np.int64]
Shapes = NDArray[np.object_]

_LARGE = 3.0
"""Windows beside each other in a cell from which on it is looked into."""

MOST_PAIRS = 20_000_000
"""Pairs of copies over each other that are held at once."""
_SHARE = 100
"""Part of them below which the next portion of a search is twice as large."""
_REACH = 3
"""Sites of a lattice, each way, that a window may see; where it sees more, places are searched one by one."""


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Something that repeats: its box about each of its places [dbu]."""

    box: Box
    places: Places


@dataclass(frozen=True, eq=False)
class Ground:
    """What surrounds the places of a suspect: polygons that stand once, and what repeats."""

    fixed: Shapes
    repeated: Sequence[Neighbours]


def ground(cell: Cell, layer: LayerKey, window: Box, places: Places) -> Ground:
    """Return what of a cell can be seen in a window about any of some places.

    Cells that are larger than the window are looked into: their own polygons stand at fixed places then.
    """
    reach = placed_box(window, places)
    fixed: list[Shapes] = [np.empty(0, dtype=object)]
    repeated: list[Neighbours] = []
    waiting: list[tuple[Cell, Matrix, Places]] = [(cell, IDENTITY, HERE)]
    for inner, matrix, where in waiting:
        fixed.append(_polygons(inner, layer, matrix, where, reach))
        for placement in inner.placements:
            if layer not in placement.cell.boxes:
                continue
            turned = product(matrix, placement.matrix)
            at = placement.places.turned(matrix).within(where)
            box = turned_box(placement.cell.boxes[layer], turned)
            if not _overlap(reach, placed_box(box, at)):
                continue
            if placement.cell.placements and _is_larger(box, window):
                waiting.append((placement.cell, turned, at))
            else:
                repeated.append(Neighbours(box, at))
    return Ground(np.concatenate(fixed), repeated)


def _polygons(cell: Cell, layer: LayerKey, matrix: Matrix, places: Places, reach: Box) -> Shapes:
    """Return the own polygons of the copies of a cell that touch a box."""
    own = cell.shapes.get(layer)
    if own is None:
        return np.empty(0, dtype=object)
    part = copies(own, matrix, places.points)
    x0, y0, x1, y1 = part.boxes.T
    touching = (x0 <= reach[2]) & (x1 >= reach[0]) & (y0 <= reach[3]) & (y1 >= reach[1])
    shapes = part.select(touching).geometries()
    crossed = ~shapely.is_valid(shapes)
    shapes[crossed] = shapely.make_valid(shapes[crossed])
    return shapes[shapely.intersects(shapes, shapely.box(*reach))]


def _is_larger(box: Box, window: Box) -> bool:
    """Tell whether a box is so much larger than a window that it looks different from everywhere in it."""
    size, seen = (box[2] - box[0], box[3] - box[1]), (window[2] - window[0], window[3] - window[1])
    return any(one > _LARGE * other for one, other in zip(size, seen, strict=True))


def classes(window: Box, places: Places, grounds: Sequence[Ground]) -> Iterator[Places]:
    """Yield places, those together that see the same in the window about them.

    Parameters
    ----------
    window
        What each place sees, about it [dbu].
    grounds
        What it may see; equal things of different grounds are different.
    """
    keys = [_looks(window, places, one.fixed) for one in grounds]
    keys += [_seen(window, places, other) for one in grounds for other in one.repeated]
    columns = [key for key in keys if key is not None]
    if not columns:
        yield places
        return
    kind, kinds = numbered(columns)
    for number in range(len(kinds)):
        yield places if len(kinds) == 1 else scattered(places.points[kind == number])


def _looks(window: Box, places: Places, shapes: Shapes) -> Keys | None:
    """Return a number per place, equal where polygons that stand once look equal; None if none is seen."""
    reach = shapely.box(*placed_box(window, places))
    seen: list[tuple[NDArray[np.intp], list[bytes]]] = []
    for shape in shapes[shapely.intersects(shapes, reach)]:
        left, bottom, right, top = regions.box_of(shape)
        near = places.inside((left - window[2], bottom - window[3], right - window[0], top - window[1]))
        points = places.at(near)
        parts = shapely.intersection(shapely.box(*(np.tile(points, 2) + np.array(window)).T), shape)
        filled = shapely.area(parts) > 0
        seen.append((near[filled], regions.fingerprints(parts[filled], points[filled])))
    place = np.concatenate([np.empty(0, dtype=np.intp), *(near for near, _ in seen)])
    if not len(place):
        return None
    _, number = np.unique(np.array([text for _, texts in seen for text in texts], dtype=object), return_inverse=True)
    return _hashed(places.count, place, number.reshape(-1))


def _seen(window: Box, places: Places, other: Neighbours) -> Keys | None:
    """Return a number per place, equal where copies of something stand at the same offsets; None if all are equal."""
    # A copy is seen if its place lies in this box about the window's place.
    box = window[0] - other.box[2], window[1] - other.box[3], window[2] - other.box[0], window[3] - other.box[1]
    spread = other.places.box
    if not _overlap(placed_box(box, places), spread):
        return None
    if places.scattered is None and other.places.scattered is None:
        vectors = sorted({step[:2] for step in (*places.steps, *other.places.steps)})
        if len(vectors) <= 2 and np.linalg.matrix_rank(np.array(vectors).reshape(-1, 2)) == len(vectors):
            return _seen_on_lattice(box, places, other.places, vectors)
    return _seen_one_by_one(box, places, other.places)


def _overlap(one: Box, other: Box) -> bool:
    """Tell whether two boxes share more than a border; the second may be a point or a line inside the first."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _seen_on_lattice(box: Box, places: Places, other: Places, vectors: Sequence[tuple[float, float]]) -> Keys | None:
    """Return the same for two lattices along the same vectors: only at their borders does anything change."""
    steps = np.array(vectors).reshape(-1, 2)
    counts = [_counts(one, vectors) for one in (places, other)]
    shift = np.array(other.origin) - np.array(places.origin)
    middle = np.array([box[0] + box[2], box[1] + box[3]]) / 2
    # The copy nearest to the middle of what is seen, and those around it.
    base = np.rint((middle - shift) @ np.linalg.pinv(steps)).astype(np.int64)
    around = np.stack(np.meshgrid(*[np.arange(-_REACH, _REACH + 1)] * len(steps), indexing="ij"), axis=-1)
    around = around.reshape(-1, len(steps))
    at = shift + (base + around) @ steps
    inside = (at > np.array(box[:2])).all(axis=1) & (at < np.array(box[2:])).all(axis=1)
    if (np.abs(around[inside]) == _REACH).any():
        return _seen_one_by_one(box, places, other)
    found = _standing(counts[0], counts[1], (base + around)[inside])
    if found is None:
        return None
    order = [vectors.index(step[:2]) for step in places.steps]
    return found.transpose([*order, *(axis for axis in range(len(vectors)) if axis not in order)]).reshape(-1)


def _counts(places: Places, vectors: Sequence[tuple[float, float]]) -> list[int]:
    """Return how many copies stand along each vector."""
    along = {step[:2]: step[2] for step in places.steps}
    return [along.get(vector, 1) for vector in vectors]


def _standing(counts: Sequence[int], others: Sequence[int], offsets: Keys) -> Keys | None:
    """Return a number per site of a lattice that tells which sites of another one stand at some offsets from it.

    None if it is the same for all: whatever stands, all of them see it.
    """
    found = np.zeros(counts, dtype=np.int64)
    is_even = True
    for bit, offset in enumerate(offsets.tolist()):
        ends = [
            (max(0, -step), max(0, min(count, other - step)))
            for step, count, other in zip(offset, counts, others, strict=True)
        ]
        inside = tuple(slice(*end) for end in ends)
        found[inside] |= 1 << bit
        is_all = all(end == (0, count) for end, count in zip(ends, counts, strict=True))
        is_even &= is_all or any(end[0] >= end[1] for end in ends)
    return None if is_even else found


def _seen_one_by_one(box: Box, places: Places, other: Places) -> Keys | None:
    """Return the same for any places: pairs are searched, and offsets compared."""
    points, targets = places.points, other.points
    tree = shapely.STRtree(shapely.points(targets))
    place, target = _pairs(tree, shapely.box(*(np.tile(points, 2) + np.array(box)).T))
    offsets = targets[target] - points[place]
    inside = (offsets > np.array(box[:2])).all(axis=1) & (offsets < np.array(box[2:])).all(axis=1)
    place, offsets = place[inside], np.round(offsets[inside], 3)
    if not len(place):
        return None
    number, _ = numbered(list(offsets.T))
    return _hashed(len(points), place, number)


def _pairs(tree: shapely.STRtree, boxes: NDArray[np.object_]) -> NDArray[np.intp]:
    """Return the (2, n) pairs of a box and a place in it, asked for in portions that cannot exceed the limit by much.

    Raises
    ------
    MaskgenError
        If there are more than `MOST_PAIRS`.
    """
    found: list[NDArray[np.intp]] = [np.empty((2, 0), dtype=np.intp)]
    begin, total, size = 0, 0, max(1, MOST_PAIRS // len(tree))
    while begin < len(boxes):
        part = tree.query(boxes[begin : begin + size])
        total += part.shape[1]
        if total > MOST_PAIRS:
            raise MaskgenError(f"copies lie over each other in more than {MOST_PAIRS} pairs, too many to compare")
        found.append(part + np.array([[begin], [0]]))
        begin += size
        size *= 2 if part.shape[1] < MOST_PAIRS // _SHARE else 1
    return np.concatenate(found, axis=1)


def _hashed(count: int, place: NDArray[np.intp], number: NDArray[np.intp]) -> Keys:
    """Return a number per place, equal where the sets of numbers of a place are equal."""
    order = np.lexsort((number, place))
    place, number = place[order], number[order]
    starts = np.searchsorted(place, np.arange(count))
    rank = np.arange(len(place)) - starts[place]
    table = np.full((int(rank.max()) + 1, count), -1, dtype=np.int64)
    table[rank, place] = number
    return numbered(list(table))[0]
