"""The cells of a GDSII file, straight from its records: nothing is done once per shape but for paths."""

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from maskgen.stream import faults
from maskgen.stream.cells import (
    NANOMETRE,
    Cell,
    Cells,
    Integers,
    LayerKey,
    Points,
    References,
    Rings,
    references,
    turn_of,
)
from maskgen.stream.grammar import Record
from maskgen.stream.paths import path_rings
from maskgen.stream.records import Records
from maskgen.stream.scan import sound_records
from maskgen.stream.summary import cell_names, placed_names

_CHUNK = 1 << 18
"""Points that are gathered at a time."""

_MIRRORED = 0x80
"""Bit of the first byte of STRANS."""


def read(path: Path) -> Cells:
    """Return the cells of a GDSII file.

    Raises
    ------
    LayoutError
        For the first fault of the file, as ``path: byte OFFSET: sentence``.
    """
    return _Reader(sound_records(path)).cells()


class _Reader:
    """The records of one file, the cell of each element, and what one database unit is."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.names = cell_names(records)
        scale = faults.units_of(records)[1] / NANOMETRE
        self.scale = float(round(scale)) if abs(scale - round(scale)) < 1e-9 * scale else scale
        self.kinds = records.kinds[records.openings]
        self.cell = np.cumsum(self.kinds == Record.BGNSTR) - 1

    def cells(self) -> Cells:
        """Return all cells in the order of the file."""
        shapes, placed = self._shapes(), self._references()
        return Cells(tuple(Cell(name, shapes[n], placed[n]) for n, name in enumerate(self.names)))

    def _shapes(self) -> list[dict[LayerKey, Rings]]:
        """Return the outlines of every cell by layer."""
        points, sizes, groups = self._outlines()
        found: list[dict[LayerKey, Rings]] = [{} for _ in self.names]
        if not len(groups):
            return found
        owner, layer, table = self._owners(groups)
        order = np.lexsort((layer, owner))
        new = np.diff(owner[order], prepend=-1).astype(bool) | np.diff(layer[order], prepend=-1).astype(bool)
        starts = np.cumsum(sizes) - sizes
        for rings in np.split(order, np.flatnonzero(new)[1:]):
            key = table[int(layer[rings[0]])]
            found[int(owner[rings[0]])][key] = _gathered(points, starts[rings], sizes[rings])
        return found

    def _outlines(self) -> tuple[Points, Integers, Integers]:
        """Return the points of all outlines [nm], how many each has, and its element."""
        points, sizes, owners = self._points(Record.BOUNDARY, Record.BOX)
        paths = self._paths()
        if not paths:
            return points, sizes, owners
        return (
            np.concatenate([points, *(ring for _, ring in paths)]),
            np.append(sizes, [len(ring) for _, ring in paths]),
            np.append(owners, [group for group, _ in paths]),
        )

    def _owners(self, groups: Integers) -> tuple[Integers, Integers, list[LayerKey]]:
        """Return cell and layer of some elements; layers are numbers in a table."""
        records = self.records.of(Record.LAYER)
        records = records[np.isin(self.records.groups[records], groups)]
        pair = self._numbers(records) << 32 | self._numbers(records + 1)
        of_group = np.zeros(len(self.kinds), dtype=np.int64)
        of_group[self.records.groups[records]] = pair
        values, layer = np.unique(of_group[groups], return_inverse=True)
        table = [(int(value) >> 32, int(value) & 0xFFFF_FFFF) for value in values]
        return self.cell[groups], layer.reshape(-1).astype(np.int64), table

    def _numbers(self, numbers: Integers) -> Integers:
        """Return the unsigned numbers that records of 2 or 4 bytes hold."""
        long = self.records.sizes[numbers] == 4
        found = np.empty(len(numbers), np.int64)
        found[~long] = self.records.payloads(numbers[~long], 2).view(">u2").ravel()
        found[long] = self.records.payloads(numbers[long], 4).view(">u4").ravel()
        return found

    def _points(self, *kinds: Record) -> tuple[Points, Integers, Integers]:
        """Return the points [nm] of all elements of some kinds, how many each has, and which these are."""
        numbers = self.records.of(Record.XY)
        numbers = numbers[np.isin(self.records.within[numbers], kinds)]
        counts = self.records.sizes[numbers] // 8
        words = np.frombuffer(self.records.data, ">u2", len(self.records.data) // 2)
        first = self.records.offsets[numbers] // 2 + 2
        ends = np.cumsum(counts)
        found = np.empty((int(counts.sum()), 2))
        begin = 0
        for some in np.split(np.arange(len(numbers)), np.flatnonzero(np.diff(ends // _CHUNK)) + 1):
            if not len(some):
                continue
            end = int(ends[some[-1]])
            place = np.repeat(first[some] - 4 * (ends[some] - counts[some] - begin), counts[some])
            place += 4 * np.arange(len(place))
            halves = words[place[:, None] + np.arange(4)].astype(np.uint32)
            found[begin:end] = ((halves[:, ::2] << 16) | halves[:, 1::2]).view(np.int32)
            begin = end
        if self.scale != 1:
            found *= self.scale
        groups = self.records.groups[numbers].astype(np.int64)
        starts = np.flatnonzero(np.diff(groups, prepend=-1))  # an element may say its points in several records
        begins = np.append(0, ends)[np.append(starts, len(numbers))]
        return found, np.diff(begins), groups[starts]

    def _paths(self) -> list[tuple[int, Points]]:
        """Return the outlines [nm] of paths, each with its element."""
        points, sizes, groups = self._points(Record.PATH)
        options = {
            kind: self._options(kind) for kind in (Record.WIDTH, Record.PATHTYPE, Record.BGNEXTN, Record.ENDEXTN)
        }
        found: list[tuple[int, Points]] = []
        for group, spine in zip(groups.tolist(), np.split(points, np.cumsum(sizes)[:-1]), strict=False):
            width = abs(options[Record.WIDTH].get(group, 0)) * self.scale
            if width:
                ends = (options[Record.BGNEXTN].get(group, 0), options[Record.ENDEXTN].get(group, 0))
                extensions = ends[0] * self.scale, ends[1] * self.scale
                kind = options[Record.PATHTYPE].get(group, 0)
                found += [(group, ring) for ring in path_rings(spine, width, kind, extensions)]
        return found

    def _options(self, kind: Record) -> Mapping[int, int]:
        """Return the number that each element says in a record of one kind."""
        numbers = self.records.of(kind)
        numbers = numbers[self.records.within[numbers] == Record.PATH]
        size = 2 if kind == Record.PATHTYPE else 4
        values = self.records.payloads(numbers, size).view(f">i{size}").ravel()
        return dict(zip(self.records.groups[numbers].tolist(), values.tolist(), strict=True))

    def _references(self) -> list[References]:
        """Return the references of every cell."""
        groups = np.flatnonzero(np.isin(self.kinds, (Record.SREF, Record.AREF)))
        known = {name: number for number, name in enumerate(self.names)}
        names, which = placed_names(self.records)
        cells = np.array([known[name] for name in names], dtype=np.int64)[which]
        mirrored, turns = self._turns(groups)
        points, sizes, _ = self._points(Record.SREF, Record.AREF)
        places = points[np.cumsum(sizes) - sizes]
        copies = np.ones((len(groups), 2), np.int64)
        steps = np.zeros((len(groups), 2, 2))
        arrays = self.kinds[groups] == Record.AREF
        copies[arrays] = self.records.payloads(self.records.of(Record.COLROW), 4).view(">i2")
        corners = points[np.repeat(arrays, sizes)].reshape(-1, 3, 2)
        steps[arrays] = (corners[:, 1:] - corners[:, :1]) / copies[arrays][:, :, None]
        begins = np.searchsorted(self.cell[groups], np.arange(len(self.names) + 1))
        return [
            references(*(values[low:high] for values in (cells, turns, mirrored, places, copies, steps)))
            for low, high in pairwise(begins.tolist())
        ]

    def _turns(self, groups: Integers) -> tuple[NDArray[np.bool_], NDArray[np.complex128]]:
        """Return of references whether they mirror, and by what they multiply."""
        mirrored = np.zeros(len(self.kinds), dtype=bool)
        flags = self.records.of(Record.STRANS)
        mirrored[self.records.groups[flags]] = self.records.payloads(flags, 2)[:, 0] & _MIRRORED != 0
        angle, size = self._reals(Record.ANGLE, 0.0)[groups], self._reals(Record.MAG, 1.0)[groups]
        pairs, which = np.unique(np.column_stack([angle, size]), axis=0, return_inverse=True)
        factors = np.array([turn_of(*pair) for pair in pairs.tolist()], dtype=np.complex128)
        return mirrored[groups], factors[which.reshape(-1)]

    def _reals(self, kind: Record, default: float) -> Points:
        """Return the real number that each element says in a record of one kind."""
        found = np.full(len(self.kinds), default)
        numbers = self.records.of(kind)
        values, which = np.unique(self.records.payloads(numbers, 8).view(">u8").ravel(), return_inverse=True)
        decoded = np.array([faults.real(int(value)) for value in values], dtype=np.float64)
        found[self.records.groups[numbers]] = decoded[which.reshape(-1)]
        return found


def _gathered(points: Points, starts: Integers, sizes: Integers) -> Rings:
    """Return some of all rings on their own; those that follow each other as they are."""
    ends = np.append(0, np.cumsum(sizes))
    if (starts == starts[0] + ends[:-1]).all():
        return Rings(points[starts[0] : starts[0] + ends[-1]], ends)
    place = np.repeat(starts - ends[:-1], sizes) + np.arange(ends[-1])
    return Rings(points[place], ends)
