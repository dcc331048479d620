"""Pieces: how many connected pieces a layer has over the whole plate, counted without flattening it.

Sites of one class have the same pieces, and two classes side by side always meet in the same way. So the pieces of
each class are found once, how two classes meet is looked at once, and what is left is a graph over whole grids: a run
of equal sites in a row is one node wherever its pieces go on from site to site.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from maskgen import expressions
from maskgen.errors import MaskgenError
from maskgen.expressions import Expression
from maskgen.geometry import regions
from maskgen.geometry.arrays import Array, Grid
from maskgen.geometry.linking import groups
from maskgen.layout import Layout, View, look

Numbers = NDArray[np.int64]
Polygons = NDArray[np.object_]

_CLOSE = 1e-3
"""Distance [µm] across a cell's border that is rounding, and no gap."""
_CONTACT = 0.01
"""Length [µm] of a common border that counts as contact: less is a corner, or rounding."""


def count(layout: Layout, layer: Expression, recipes: Mapping[str, Expression]) -> int:
    """Return the number of connected pieces of a layer on the whole plate.

    Parameters
    ----------
    layer
        Over drawn layers and those of the recipes.

    Raises
    ------
    MaskgenError
        If it reads a layer that is neither drawn nor made by a recipe.
    """
    whole = expressions.substitute(layer, recipes)
    unknown = sorted(expressions.layers_of(whole) - layout.site.keys() - layout.plate.keys())
    if unknown:
        raise MaskgenError(f"layer {unknown[0]} is not drawn, so its pieces cannot be counted over the whole plate")
    array, views = look(layout, {"": whole})
    return _Plate(array, views).count()


@dataclass(frozen=True, eq=False)
class _Plate:
    """The views of one plate, each with the pieces of the layer in it."""

    array: Array
    views: list[View]

    def count(self) -> int:
        """Return the number of connected pieces."""
        edges = [*self._across(), *self._along(), *self._to_the_rest()]
        total = int(self.first_node[-1])
        roots = groups(total, *np.concatenate([np.empty((0, 2), dtype=np.int64), *edges]).T)
        return self._inside() + int(np.count_nonzero(roots == np.arange(total)))

    def _inside(self) -> int:
        """Return the number of pieces that meet no border of their cell: whatever stands around, they stand alone."""
        copies = (1 if view.where is None else int(np.count_nonzero(view.where)) for view in self.views)
        found = zip(self.all_pieces, self.pieces, copies, strict=True)
        return sum((len(every) - len(outer)) * times for every, outer, times in found)

    @cached_property
    def all_pieces(self) -> list[Polygons]:
        """Return the pieces of each view within its domain; the last view is the rest of the plate."""
        return [regions.polygons(regions.areal(view.layers[""].intersection(view.domain))) for view in self.views]

    @cached_property
    def pieces(self) -> list[Polygons]:
        """Return those pieces of each view that meet the border of its domain."""
        return [
            every[shapely.dwithin(every, view.domain.boundary, 2 * _CLOSE)]
            for every, view in zip(self.all_pieces, self.views, strict=True)
        ]

    @cached_property
    def kinds(self) -> Numbers:
        """Return the number of the view of each place, -1 where the place belongs to the rest of the plate."""
        found = np.full(self.array.occupied.shape, -1, dtype=np.int64)
        for number, view in enumerate(self.views):
            if view.where is not None:
                found[view.where] = number
        return found

    @cached_property
    def starts(self) -> Grid:
        """Return the places that begin a run: no piece is known to go on from their left neighbour."""
        goes_on = np.array([self._repeats(number) for number in range(len(self.views))])
        found = np.ones_like(self.kinds, dtype=bool)
        left, right = self.kinds[:, :-1], self.kinds[:, 1:]
        found[:, 1:] = (left != right) | ~goes_on[right]
        return found

    @cached_property
    def runs(self) -> Numbers:
        """Return the number of the run that each place belongs to."""
        return (np.cumsum(self.starts) - 1).reshape(self.kinds.shape)

    @cached_property
    def first_node(self) -> Numbers:
        """Return the first node of each run, then that of the rest, then the number of all nodes."""
        sizes = np.array([*map(len, self.pieces), 0])  # the last is for places that belong to the rest
        return np.concatenate([[0], np.cumsum([*sizes[self.kinds[self.starts]], len(self.pieces[-1])])]).astype(
            np.int64
        )

    def _repeats(self, number: int) -> bool:
        """Tell whether every piece of a class goes on into the next site of its own class along a row."""
        where, pieces = self.views[number].where, self.pieces[number]
        if where is None or not (where[:, :-1] & where[:, 1:]).any():
            return False
        row, column = np.argwhere(where[:, :-1] & where[:, 1:])[0].tolist()
        links = set(self._links((row, column), (row, column + 1)))
        return all((piece, piece) in links for piece in range(len(pieces)))

    def _links(self, one: tuple[int, int], other: tuple[int, int]) -> list[tuple[int, int]]:
        """Return the pairs of pieces of two places that touch."""
        (x0, y0), (x1, y1) = self.array.centre(*one), self.array.centre(*other)
        first, second = self.pieces[self.kinds[one]], self.pieces[self.kinds[other]]
        return _touching(first, _moved(second, x1 - x0, y1 - y0))

    def _across(self) -> Iterator[Numbers]:
        """Yield the edges between a run and the next one in its row."""
        rows, columns = np.nonzero(self.starts[:, 1:])
        yield from self._edges(rows, columns, rows, columns + 1)

    def _along(self) -> Iterator[Numbers]:
        """Yield the edges between runs of neighbouring rows; staggered rows also touch one place to the side."""
        width = self.kinds.shape[1]
        for side in (-1, 0, 1) if self.array.stagger else (0,):
            low, high = max(0, -side), width - max(0, side)
            begins = self.starts[:-1, low:high] | self.starts[1:, low + side : high + side]
            begins[:, :1] = True
            rows, columns = np.nonzero(begins)
            yield from self._edges(rows, columns + low, rows + 1, columns + low + side)

    def _edges(self, row: Numbers, column: Numbers, other_row: Numbers, other_column: Numbers) -> Iterator[Numbers]:
        """Yield the edges between pairs of places, each pair of classes looked at once."""
        one, other = self.kinds[row, column], self.kinds[other_row, other_column]
        turn = row % 2 if self.array.stagger else np.zeros_like(row)
        keys = ((one + 1) * (len(self.views) + 1) + other + 1) * 2 + turn
        keys[(one < 0) | (other < 0)] = -1
        order = np.argsort(keys, kind="stable")
        values, begins = np.unique(keys[order], return_index=True)
        for value, group in zip(values, np.split(order, begins[1:]), strict=False):
            if value < 0:
                continue
            first = group[0]
            links = self._links((row[first], column[first]), (other_row[first], other_column[first]))
            nodes = self._nodes(row[group], column[group]), self._nodes(other_row[group], other_column[group])
            yield from (np.column_stack([nodes[0] + a, nodes[1] + b]) for a, b in links)

    def _nodes(self, row: Numbers, column: Numbers) -> Numbers:
        return np.asarray(self.first_node[self.runs[row, column]])

    def _to_the_rest(self) -> Iterator[Numbers]:
        """Yield the edges between what the rest of the plate has and the places beside it."""
        rest = self.pieces[-1]
        places = np.argwhere(_beside(self.kinds < 0))
        if not len(rest) or not len(places):
            return
        kinds = self.kinds[places[:, 0], places[:, 1]]
        nodes = self._nodes(places[:, 0], places[:, 1])
        centres = self.array.centres(_beside(self.kinds < 0))
        base = int(self.first_node[-2])
        for kind in np.unique(kinds).tolist():
            for number, piece in enumerate(self.pieces[kind]):
                found = _touching(regions.copies(piece, centres[kinds == kind]), rest)
                at = nodes[kinds == kind]
                yield np.array([(at[a] + number, base + b) for a, b in found], dtype=np.int64).reshape(-1, 2)


def _moved(pieces: Polygons, dx: float, dy: float) -> Polygons:
    """Return polygons shifted by (dx, dy) [µm]."""
    return np.asarray(shapely.transform(pieces, lambda points: points + np.array([dx, dy])), dtype=object)


def _beside(rest: Grid) -> Grid:
    """Return the places, not of the rest themselves, that have the rest or the border of the array beside them."""
    around = np.pad(rest, 1, constant_values=True)
    rows, columns = rest.shape
    near = np.zeros_like(rest)
    for row in range(3):
        for column in range(3):
            near |= around[row : row + rows, column : column + columns]
    return near & ~rest


def _touching(one: Polygons, other: Polygons) -> list[tuple[int, int]]:
    """Return the pairs of polygons that share more of a border than a corner."""
    if not len(one) or not len(other):
        return []
    grown = shapely.buffer(one, _CLOSE, join_style="mitre")
    first, second = shapely.STRtree(other).query(grown, predicate="intersects")
    shared = shapely.area(shapely.intersection(grown[first], other[second]))
    is_contact = shared > _CLOSE * _CONTACT
    return list(zip(first[is_contact].tolist(), second[is_contact].tolist(), strict=True))
