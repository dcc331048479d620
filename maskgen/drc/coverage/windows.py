"""Windows on a lattice: what part of each is covered, and alike windows put together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from maskgen.drc.coverage import quadrants
from maskgen.drc.coverage.folds import Before, Fold, Repeated
from maskgen.drc.coverage.quadrants import Edges
from maskgen.geometry import regions
from maskgen.geometry.arrays import Array, Grid, Lattice, axis
from maskgen.geometry.regions import Box, Region
from maskgen.units import DATABASE_UNIT

Reals = NDArray[np.float64]

_DIGITS = 6
_SAME = 9
"""Digits to which shares are alike."""


@dataclass(frozen=True, eq=False)
class Part:
    """Shapes, and how the plate comes from them along both axes."""

    edges: Edges
    columns: Fold
    rows: Fold

    @cached_property
    def box(self) -> Box:
        """Return the box [dbu] around all copies."""
        left, bottom, right, top = self.edges.box
        (x0, x1), (y0, y1) = self.columns.ends(left, right), self.rows.ends(bottom, top)
        return x0, y0, x1, y1


def copies(region: Region, lattices: Sequence[Lattice]) -> Iterator[Part]:
    """Yield a part for each lattice [µm] on which a region stands."""
    if region.is_empty:
        return
    edges = quadrants.edges_of_region(region)
    left, bottom, right, top = edges.box
    for a in lattices:
        yield Part(
            edges,
            Repeated(a.x / DATABASE_UNIT, a.columns, a.dx / DATABASE_UNIT, left, right),
            Repeated(a.y / DATABASE_UNIT, a.rows, a.dy / DATABASE_UNIT, bottom, top),
        )


@dataclass(frozen=True, eq=False)
class Windows:
    """Windows of one size.

    Parameters
    ----------
    x, y : (n,), (m,) ndarray of float
        Where columns and rows of windows begin [µm].
    width, height
        Of each [µm].
    """

    x: Reals
    y: Reals
    width: float
    height: float

    def shares(self, parts: Sequence[Part]) -> Reals:
        """Return the (m, n) shares of the windows that parts, none over another, cover."""
        found = np.zeros((len(self.y), len(self.x)))
        size = self.width / DATABASE_UNIT, self.height / DATABASE_UNIT
        x, y = np.round(self.x / DATABASE_UNIT, _DIGITS), np.round(self.y / DATABASE_UNIT, _DIGITS)
        for part in parts:
            left, bottom, right, top = part.box
            across, along = _touched(x, size[0], left, right), _touched(y, size[1], bottom, top)
            if across.start < across.stop and along.start < along.stop:
                found[along, across] += _covered(part, x[across], y[along], size)
        return found / (size[0] * size[1])

    def alike(self, shares: Reals, where: Grid) -> Iterator[tuple[float, tuple[Lattice, ...]]]:
        """Yield each share that marked windows have, and where the windows stand that have it."""
        rows, columns = np.nonzero(where)
        values, group = np.unique(np.round(shares[where], _SAME), return_inverse=True)
        order = np.argsort(group, kind="stable")
        ends = np.flatnonzero(np.diff(group[order])) + 1
        for value, members in zip(values.tolist(), np.split(order, ends), strict=False):
            yield value, tuple(self._lattices(rows[members], columns[members]))

    def _lattices(self, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> list[Lattice]:
        """Return where some windows stand, the lowest and then leftmost first."""
        blocks: dict[bytes, list[int]] = {}  # rows by the columns that they have
        order = np.lexsort((columns, rows))
        along, begins = np.unique(rows[order], return_index=True)
        for row, own in zip(along.tolist(), np.split(columns[order], begins[1:]), strict=True):
            blocks.setdefault(own.tobytes(), []).append(row)
        found = [
            lattice
            for own, several in blocks.items()
            for lattice in self._block(np.array(several), np.frombuffer(own, dtype=columns.dtype))
        ]
        return sorted(found, key=lambda lattice: (lattice.y, lattice.x))

    def _block(self, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> list[Lattice]:
        """Return the windows of some rows and some columns."""
        everywhere = np.ones((len(rows), len(columns)), dtype=bool)
        across, along = axis(self.x[columns], 0.0, self.width), axis(self.y[rows], 0.0, self.height)
        return Array(across, along, everywhere).lattices(everywhere)


def box_of(parts: Sequence[Part]) -> Box | None:
    """Return the box [µm] around parts, None without any."""
    found = regions.box_around([part.box for part in parts])
    if found is None:
        return None
    left, bottom, right, top = (round(end * DATABASE_UNIT, _DIGITS) for end in found)
    return left, bottom, right, top


def _touched(begins: Reals, size: float, low: float, high: float) -> slice:
    """Return the windows along an axis that have more than a border in common with a stretch."""
    return slice(int(np.searchsorted(begins + size, low, side="right")), int(np.searchsorted(begins, high)))


def _covered(part: Part, x: Reals, y: Reals, size: tuple[float, float]) -> Reals:
    """Return the (rows, columns) areas [dbu²] of windows that one part covers."""
    left, right = part.columns.before(x), part.columns.before(x + size[0])
    bottom, top = part.rows.before(y), part.rows.before(y + size[1])
    across, along = _lines(left, right), _lines(bottom, top)
    table = quadrants.areas(part.edges, across, along)
    strips = _between(table, across, left, right)
    return _between(strips.T, along, bottom, top)


def _lines(low: Before, high: Before) -> Reals:
    """Return all places of the original that windows ask for."""
    return np.unique(np.concatenate([low.variable, high.variable, low.fixed]))


def _between(table: Reals, lines: Reals, low: Before, high: Before) -> Reals:
    """Return rows of a table, given for what lies before each of some lines, for what lies between two places."""
    first, last = np.searchsorted(lines, low.variable), np.searchsorted(lines, high.variable)
    fixed = np.searchsorted(lines, low.fixed)
    return np.asarray(table[last] - table[first] + (high.times - low.times) @ table[fixed])
