"""What a GDSII file holds, cell by cell, summed up from its records."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from maskgen.stream import hierarchy
from maskgen.stream.grammar import ELEMENTS, Record
from maskgen.stream.records import Indices, Records

LayerPair = tuple[int, int]
"""Layer and datatype, or layer and text type."""

_POLYGONS = (Record.BOUNDARY, Record.BOX)
_SHAPES = (*_POLYGONS, Record.PATH)


@dataclass(frozen=True)
class Placement:
    """References of one cell to another, alike but for where they stand: a single copy has 1 column and 1 row."""

    name: str
    columns: int
    rows: int
    times: int

    @property
    def copies(self) -> int:
        """Return how many copies these references make together."""
        return self.columns * self.rows * self.times


@dataclass(frozen=True)
class CellSummary:
    """What one cell holds itself.

    Parameters
    ----------
    boundaries, boxes, paths, texts, nodes, srefs, arefs
        Number of elements of each kind.
    layers
        Number of boundaries, boxes and paths on each (layer, datatype).
    labels
        Number of texts on each (layer, text type).
    references
        Cells placed.
    unclosed
        Number of boundaries whose last point is not the first.
    degenerate
        Which polygons, boundaries and boxes counted together from 0, have fewer than 3 distinct points.
    widthless
        Which paths, counted from 0, have no width or a width of 0.
    """

    boundaries: int
    boxes: int
    paths: int
    texts: int
    nodes: int
    srefs: int
    arefs: int
    layers: Mapping[LayerPair, int]
    labels: Mapping[LayerPair, int]
    references: tuple[Placement, ...]
    unclosed: int
    degenerate: tuple[int, ...]
    widthless: tuple[int, ...]


@dataclass(frozen=True)
class Stream:
    """What one GDSII file holds.

    Parameters
    ----------
    library
        Name of the library.
    units
        The database unit in user units, and in metres.
    cells
        Summaries by cell name, in the order of the file.
    size
        Bytes of the file.
    """

    library: str
    units: tuple[float, float]
    cells: Mapping[str, CellSummary]
    size: int

    @property
    def tops(self) -> tuple[str, ...]:
        """Return the cells that no other cell places."""
        placed = {reference.name for cell in self.cells.values() for reference in cell.references}
        return tuple(name for name in self.cells if name not in placed)

    @property
    def levels(self) -> int:
        """Return the levels of the hierarchy, 1 if no cell places another."""
        children = {name: [reference.name for reference in cell.references] for name, cell in self.cells.items()}
        return max(hierarchy.levels(children).values(), default=0)

    @property
    def placements(self) -> int:
        """Return how many copies of cells the top cells would have flattened; arrays make this a huge number."""
        counts = hierarchy.placements(
            {name: [(part.name, part.copies) for part in cell.references] for name, cell in self.cells.items()}
        )
        return sum(counts[name] for name in self.tops)


def cell_names(records: Records) -> list[str]:
    """Return the names of the cells, in the order of the file."""
    return [_text(records, number) for number in records.of(Record.STRNAME)]


def placed_names(records: Records) -> tuple[list[str], Indices]:
    """Return the names that references say, and which of them each reference says, in the order of the file."""
    names, which = records.placed
    return [name.decode("ascii") for name in names], which


def library_name(records: Records) -> str:
    """Return the name of the library."""
    return _text(records, int(records.of(Record.LIBNAME)[0]))


def _text(records: Records, number: int) -> str:
    return records.payload(number).rstrip(b"\0").decode("ascii")


class Summaries:
    """The summaries of the cells of one file, put together from counts over all of it."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.names = cell_names(records)

    def cells(self) -> dict[str, CellSummary]:
        """Return the summaries by cell name, in the order of the file."""
        counts = {kind: self._counts(self._elements(kind)) for kind in ELEMENTS}
        layers, labels = self._layers(*_SHAPES), self._layers(Record.TEXT)
        references = self._references()
        unclosed = self._counts(self._unclosed)
        degenerate, widthless = self._degenerate(), self._widthless()
        return {
            name: CellSummary(
                boundaries=counts[Record.BOUNDARY][cell],
                boxes=counts[Record.BOX][cell],
                paths=counts[Record.PATH][cell],
                texts=counts[Record.TEXT][cell],
                nodes=counts[Record.NODE][cell],
                srefs=counts[Record.SREF][cell],
                arefs=counts[Record.AREF][cell],
                layers=layers[cell],
                labels=labels[cell],
                references=references[cell],
                unclosed=unclosed[cell],
                degenerate=degenerate[cell],
                widthless=widthless[cell],
            )
            for cell, name in enumerate(self.names)
        }

    @cached_property
    def _cell(self) -> Indices:
        """Return for each opening or closing record the number of its cell."""
        return np.cumsum(self.records.kinds[self.records.openings] == Record.BGNSTR) - 1

    def _elements(self, *kinds: Record) -> Indices:
        """Return the groups of the elements of some kinds."""
        return np.flatnonzero(np.isin(self.records.kinds[self.records.openings], kinds))

    def _counts(self, groups: Indices) -> list[int]:
        """Return how many of some groups each cell has."""
        counted: list[int] = np.bincount(self._cell[groups], minlength=len(self.names)).tolist()
        return counted

    def _layers(self, *kinds: Record) -> list[dict[LayerPair, int]]:
        """Return for each cell how many elements it has on each layer."""
        layers = self.records.of(Record.LAYER)
        layers = layers[np.isin(self.records.within[layers], kinds)]
        pairs = self._numbers(layers) << np.uint64(32) | self._numbers(layers + 1)
        distinct, which = np.unique(pairs, return_inverse=True)
        cells = self._cell[self.records.groups[layers]]
        keys, counts = np.unique(cells * max(1, len(distinct)) + which, return_counts=True)
        found: list[dict[LayerPair, int]] = [{} for _ in self.names]
        for key, count in zip(keys.tolist(), counts.tolist(), strict=True):
            cell, pair = divmod(key, len(distinct))
            found[cell][divmod(int(distinct[pair]), 1 << 32)] = count
        return found

    def _numbers(self, numbers: Indices) -> NDArray[np.uint64]:
        """Return the unsigned numbers that records of 2 or 4 bytes hold."""
        long = self.records.sizes[numbers] == 4
        found = np.empty(len(numbers), np.uint64)
        found[~long] = self.records.payloads(numbers[~long], 2).view(">u2").ravel()
        found[long] = self.records.payloads(numbers[long], 4).view(">u4").ravel()
        return found

    def _references(self) -> list[tuple[Placement, ...]]:
        """Return for each cell its references, equal ones counted."""
        groups = self._elements(Record.SREF, Record.AREF)
        copies = np.ones((len(groups), 2), np.int64)
        arrays = self.records.kinds[self.records.openings[groups]] == Record.AREF
        copies[arrays] = self.records.payloads(self.records.of(Record.COLROW), 4).view(">i2")
        names, which = placed_names(self.records)
        keys = zip(self._cell[groups].tolist(), which.tolist(), *copies.T.tolist(), strict=True)
        found: list[list[Placement]] = [[] for _ in self.names]
        for (cell, name, columns, rows), times in Counter(keys).items():
            found[cell].append(Placement(names[name], columns, rows, times))
        return [tuple(placements) for placements in found]

    @cached_property
    def _outlines(self) -> tuple[Indices, Indices]:
        """Return the first and the last XY record of each boundary and box."""
        numbers = self.records.of(Record.XY)
        numbers = numbers[np.isin(self.records.within[numbers], _POLYGONS)]
        groups = self.records.groups[numbers]
        starts = np.flatnonzero(np.diff(groups, prepend=-1))
        ends = np.append(starts[1:], len(numbers))[: len(starts)] - 1
        return numbers[starts], numbers[ends]

    @cached_property
    def _unclosed(self) -> Indices:
        """Return the groups of the boundaries that do not end where they begin."""
        first, last = self._outlines
        windows = np.lib.stride_tricks.sliding_window_view(self.records.numbers, 8)
        ends = windows[self.records.offsets[last] + self.records.sizes[last] - 4]
        opened = (self.records.payloads(first, 8) != ends).any(axis=1)
        groups = self.records.groups[first[opened]]
        found: Indices = groups[self.records.kinds[self.records.openings[groups]] == Record.BOUNDARY]
        return found

    def _degenerate(self) -> list[tuple[int, ...]]:
        """Return for each cell which of its polygons have fewer than 3 distinct points."""
        first, last = self._outlines
        suspect = np.ones(len(first), bool)
        long = self.records.sizes[first] >= 24
        a, b, c = self.records.payloads(first[long], 24).view("u8").T if long.any() else np.empty((3, 0))
        suspect[long] = (a == b) | (b == c) | (a == c)
        poor = [at for at in np.flatnonzero(suspect).tolist() if self._is_poor(int(first[at]), int(last[at]))]
        return self._ordinals(np.array(poor, np.int64), self.records.groups[first])

    def _is_poor(self, first: int, last: int) -> bool:
        """Tell whether the XY records from one to another have fewer than 3 distinct points."""
        distinct: set[bytes] = set()
        for number in range(first, last + 1):
            payload = self.records.payload(number)
            for at in range(0, len(payload), 8):
                distinct.add(payload[at : at + 8])
                if len(distinct) == 3:
                    return False
        return True

    def _widthless(self) -> list[tuple[int, ...]]:
        """Return for each cell which of its paths have no width."""
        groups = self._elements(Record.PATH)
        widths = self.records.of(Record.WIDTH)
        wide = widths[self.records.payloads(widths, 4).any(axis=1)]
        return self._ordinals(np.flatnonzero(~np.isin(groups, self.records.groups[wide])), groups)

    def _ordinals(self, chosen: Indices, groups: NDArray[np.int32] | Indices) -> list[tuple[int, ...]]:
        """Return for each cell which of its own groups, counted from 0, are chosen among all."""
        cells = self._cell[groups]
        starts = np.searchsorted(cells, np.arange(len(self.names)))
        found: list[list[int]] = [[] for _ in self.names]
        for at in chosen.tolist():
            found[cells[at]].append(at - int(starts[cells[at]]))
        return [tuple(ordinals) for ordinals in found]
