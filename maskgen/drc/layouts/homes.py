"""Homes: the cell that a finding belongs to, so that a waiver finds it again wherever that cell is placed.

A finding belongs to the deepest cell one copy of which holds it whole, with nothing else drawn there. One between two
copies, or between a copy and what lies over it, belongs to the cell that places them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from maskgen.drc.layouts.placements import Hierarchy
from maskgen.stream.cells import References

Reals = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

_NEAR = 1e-3
"""Part of a database unit by which places may be off each other."""
_MOST_COPIES = 8
"""Copies of one array beside a place, along each of its axes, that are looked at; of more, none holds it alone."""


@dataclass(frozen=True, eq=False)
class Homes:
    """The cells below one top cell, and what each draws where."""

    tree: Hierarchy
    known: dict[int, "_Ground"] = field(default_factory=dict, repr=False)

    def of(self, boxes: Reals) -> tuple[Integers, Reals]:
        """Return of each finding the cell that it belongs to, and its box there.

        Parameters
        ----------
        boxes : (n, 4) ndarray of float
            Left, bottom, right, top in the top cell [dbu].
        """
        cell, found = np.full(len(boxes), self.tree.top), boxes.copy()
        open_ = np.arange(len(boxes))
        while len(open_):
            down = np.zeros(len(boxes), dtype=bool)
            for number in np.unique(cell[open_]).tolist():
                some = open_[cell[open_] == number]
                held, child, inner = self._ground(number).held(found[some])
                cell[some[held]], found[some[held]] = child, inner
                down[some[held]] = True
            open_ = np.flatnonzero(down)
        return cell, found

    def _ground(self, number: int) -> "_Ground":
        if number not in self.known:
            self.known[number] = _Ground(self.tree, number)
        return self.known[number]


@dataclass(frozen=True, eq=False)
class _Ground:
    """One cell: the boxes of its own shapes, and of the cells that it places."""

    tree: Hierarchy
    number: int

    @cached_property
    def placed(self) -> References:
        """Return the references to cells that draw something."""
        placed = self.tree.cells.cells[self.number].references
        used = np.isin(placed.cells, list(self.tree.boxes))
        return References(
            placed.cells[used],
            placed.turns[used],
            placed.mirrored[used],
            placed.places[used],
            placed.copies[used],
            placed.steps[used],
        )

    @cached_property
    def firsts(self) -> Reals:
        """Return (r, 4) the box of the first copy of each reference."""
        table = np.array([self.tree.boxes[number] for number in self.placed.cells.tolist()]).reshape(-1, 4)
        return _moved(table, self.placed)

    @cached_property
    def copies(self) -> STRtree:
        """Return the boxes around all copies of each reference."""
        ends = (self.placed.copies - 1)[:, :, None] * self.placed.steps
        low = self.firsts[:, :2] + np.minimum(ends, 0).sum(axis=1)
        high = self.firsts[:, 2:] + np.maximum(ends, 0).sum(axis=1)
        return STRtree(_areas(np.hstack([low, high])))

    @cached_property
    def own(self) -> STRtree:
        """Return the boxes of the cell's own shapes."""
        boxes = [
            np.hstack([function.reduceat(rings.points, rings.ends[:-1]) for function in (np.minimum, np.maximum)])
            for rings in self.tree.drawn(self.tree.cells.cells[self.number]).values()
        ]
        return STRtree(_areas(np.concatenate([np.zeros((0, 4)), *boxes])))

    def held(self, boxes: Reals) -> tuple[Booleans, Integers, Reals]:
        """Return which boxes one copy of a cell alone holds, the cells, and the boxes there."""
        held = np.zeros(len(boxes), dtype=bool)
        if not len(self.placed):
            return held, np.zeros(0, dtype=np.int64), np.zeros((0, 4))
        areas = _areas(boxes)
        box, reference = self.copies.query(areas)
        met, within, offset = self._copies_at(boxes[box], reference)
        copies = np.bincount(box, met, minlength=len(boxes))
        copies[self.own.query(areas)[0]] = 0
        # What the file repeats without a cell is drawn by the cell that holds it.
        named = len(self.tree.cells.cells) - self.tree.cells.hidden
        alone = np.flatnonzero(within & (copies[box] == 1) & (self.placed.cells[reference] < named))
        alone = alone[np.argsort(box[alone])]
        held[box[alone]] = True
        inner = self._inner(boxes[box[alone]] - np.tile(offset[alone], 2), reference[alone])
        return held, self.placed.cells[reference[alone]], inner

    def _copies_at(self, boxes: Reals, reference: Integers) -> tuple[Integers, Booleans, Reals]:
        """Return how many copies of a reference boxes touch, which lie in one, and how far that is from the first."""
        first, steps, counts = self.firsts[reference], self.placed.steps[reference], self.placed.copies[reference]
        met, held = np.zeros(len(boxes), dtype=np.int64), np.zeros(len(boxes), dtype=bool)
        offset = np.zeros((len(boxes), 2))
        low, wide = _beside(boxes, first, steps, counts)
        for column, row in _pairs(wide):
            step = np.array([column, row])
            index = low + step
            there = ((index < counts) & (step < wide)).all(axis=1)
            away = (index[:, :, None] * steps).sum(axis=1)
            copy = first + np.tile(away, 2)
            touches = there & (boxes[:, :2] <= copy[:, 2:] + _NEAR).all(axis=1)
            touches &= (boxes[:, 2:] >= copy[:, :2] - _NEAR).all(axis=1)
            within = touches & (boxes[:, :2] >= copy[:, :2] - _NEAR).all(axis=1)
            within &= (boxes[:, 2:] <= copy[:, 2:] + _NEAR).all(axis=1)
            met += touches
            held |= within
            offset[within] = away[within]
        met[(wide > _MOST_COPIES).any(axis=1)] = 2
        return met, held, offset

    def _inner(self, boxes: Reals, reference: Integers) -> Reals:
        """Return boxes in the first copies of references as the placed cells see them."""
        places, mirrored = self.placed.places[reference], self.placed.mirrored[reference]
        corners = (_corners(boxes) - _complex(places)[:, None]) / self.placed.turns[reference][:, None]
        return _around(np.where(mirrored[:, None], corners.conj(), corners))


def _moved(boxes: Reals, placed: References) -> Reals:
    """Return boxes where references put them first."""
    corners = _corners(boxes)
    turned = np.where(placed.mirrored[:, None], corners.conj(), corners) * placed.turns[:, None]
    return _around(turned + _complex(placed.places)[:, None])


def _beside(boxes: Reals, first: Reals, steps: Reals, counts: Integers) -> tuple[Integers, Integers]:
    """Return of arrays the first column and row whose copies may touch boxes, and how many of each may."""
    used = np.where((counts > 1)[:, :, None], steps, 0.0)
    inverse = np.linalg.pinv(used.transpose(0, 2, 1))
    middle = ((boxes[:, :2] + boxes[:, 2:]) - (first[:, :2] + first[:, 2:])) / 2
    reach = ((boxes[:, 2:] - boxes[:, :2]) + (first[:, 2:] - first[:, :2])) / 2 + _NEAR
    at = (inverse @ middle[:, :, None])[:, :, 0]
    spread = (np.abs(inverse) @ reach[:, :, None])[:, :, 0]
    low = np.clip(np.floor(at - spread), 0, counts - 1).astype(np.int64)
    high = np.clip(np.ceil(at + spread), 0, counts - 1).astype(np.int64)
    return low, high - low + 1


def _pairs(wide: Integers) -> Iterator[tuple[int, int]]:
    """Yield columns and rows, as many as any array needs, within reason."""
    columns, rows = np.minimum(wide.max(axis=0, initial=0), _MOST_COPIES).tolist()
    yield from ((column, row) for column in range(columns) for row in range(rows))


def _areas(boxes: Reals) -> NDArray[np.object_]:
    return shapely.box(*boxes.T)


def _complex(points: Reals) -> NDArray[np.complex128]:
    return points[:, 0] + 1j * points[:, 1]


def _corners(boxes: Reals) -> NDArray[np.complex128]:
    return boxes[:, (0, 2, 2, 0)] + 1j * boxes[:, (1, 1, 3, 3)]


def _around(corners: NDArray[np.complex128]) -> Reals:
    x, y = corners.real, corners.imag
    return np.stack([x.min(axis=1), y.min(axis=1), x.max(axis=1), y.max(axis=1)], axis=1)
