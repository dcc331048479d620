"""Places: where copies of something stand, as a lattice as long as it is one. Knows nothing of cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskgen.errors import MaskgenError
from maskgen.geometry import arrays
from maskgen.geometry.arrays import Lattice
from maskgen.geometry.polygons import extremes

Points = NDArray[np.float64]
Matrix = tuple[float, float, float, float]
"""Rows of the matrix by which points are turned, mirrored and scaled."""

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0)

Step = tuple[float, float, int]
"""A vector (x, y) and how many copies stand along it, more than one."""

MOST_PLACES = 5_000_000
"""Copies of a cell that are written out and looked at one by one at most."""
_MOST_LATTICES = 300
"""Lattices in which points are parted; more are not worth their while."""
_SPARSE = 8
"""Places of a grid for each one taken, from which on it is not worth while to look for lattices."""


@dataclass(frozen=True, eq=False)
class Places:
    """Points at which copies stand [dbu].

    Parameters
    ----------
    origin
        The first point.
    steps
        None, one or two vectors of a lattice.
    scattered : (n, 2) ndarray of float
        Offsets from the origin in place of a lattice.
    """

    origin: tuple[float, float]
    steps: tuple[Step, ...] = ()
    scattered: Points | None = None

    @property
    def count(self) -> int:
        """Return how many there are."""
        return prod(step[2] for step in self.steps) if self.scattered is None else len(self.scattered)

    @cached_property
    def points(self) -> Points:
        """Return all points.

        Returns
        -------
        (n, 2) ndarray of float
            The copies along the last vector follow each other.

        Raises
        ------
        MaskgenError
            If there are more than `MOST_PLACES`.
        """
        require_few(self.count)
        if self.scattered is not None:
            return self.scattered + np.array(self.origin)
        found = np.array([self.origin])
        for x, y, count in self.steps:
            offsets = np.arange(count)[:, None] * np.array([x, y])
            found = (found[:, None, :] + offsets[None, :, :]).reshape(-1, 2)
        return found

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """Return left, bottom, right, top of the points."""
        if self.scattered is not None:
            (left, bottom), (right, top) = extremes(self.points).tolist()
            return left, bottom, right, top
        ends = [((count - 1) * x, (count - 1) * y) for x, y, count in self.steps]
        x, y = self.origin
        return (
            x + sum(min(0.0, end[0]) for end in ends),
            y + sum(min(0.0, end[1]) for end in ends),
            x + sum(max(0.0, end[0]) for end in ends),
            y + sum(max(0.0, end[1]) for end in ends),
        )

    @cached_property
    def key(self) -> bytes:
        """Return a text that is equal for equal places."""
        if self.scattered is not None:
            return self.points.tobytes()
        return repr((self.origin, self.steps)).encode()

    def inside(self, box: tuple[float, float, float, float]) -> NDArray[np.intp]:
        """Return which of the points lie in a box, its border left out; of a lattice only those near it are seen."""
        indices = np.arange(self.count) if self.scattered is not None else self._indices(box)
        x, y = (self.points if self.scattered is not None else self.at(indices)).T
        return indices[(x > box[0]) & (x < box[2]) & (y > box[1]) & (y < box[3])]

    def at(self, indices: NDArray[np.intp]) -> Points:
        """Return some of the points."""
        if self.scattered is not None:
            return self.points[indices]
        found = np.tile(np.array([self.origin]), (len(indices), 1))
        if self.steps:
            places = np.stack(np.unravel_index(indices, [step[2] for step in self.steps]), axis=-1)
            found += places @ np.array([step[:2] for step in self.steps])
        return found

    def _indices(self, box: tuple[float, float, float, float]) -> NDArray[np.intp]:
        """Return the indices of the points of a lattice that may lie in a box."""
        counts = [step[2] for step in self.steps]
        if not counts:
            return np.zeros(1, dtype=np.intp)
        vectors = np.array([step[:2] for step in self.steps])
        if np.linalg.matrix_rank(vectors) < len(vectors):
            return np.arange(self.count)
        corners = np.array([(x, y) for x in box[::2] for y in box[1::2]]) - np.array(self.origin)
        spots = corners @ np.linalg.pinv(vectors)
        low = np.clip(np.floor(spots.min(axis=0)), 0, counts).astype(np.intp)
        high = np.clip(np.ceil(spots.max(axis=0)) + 1, 0, counts).astype(np.intp)
        ranges = [np.arange(a, b) for a, b in zip(low, high, strict=True)]
        return np.ravel_multi_index(np.meshgrid(*ranges, indexing="ij"), counts).reshape(-1)

    def turned(self, matrix: Matrix) -> "Places":
        """Return the places turned, mirrored or scaled about (0, 0)."""
        a, b, c, d = matrix
        x, y = self.origin
        origin = a * x + b * y, c * x + d * y
        steps = tuple((a * x + b * y, c * x + d * y, count) for x, y, count in self.steps)
        scattered = None if self.scattered is None else self.scattered @ np.array([[a, c], [b, d]])
        return Places(origin, steps, scattered)

    def within(self, outer: "Places") -> "Places":
        """Return the places once at each place of an outer arrangement."""
        origin = self.origin[0] + outer.origin[0], self.origin[1] + outer.origin[1]
        steps = outer.steps + self.steps
        if self.scattered is None and outer.scattered is None and len(steps) <= 2:
            return Places(origin, steps)
        if self.count == 1 and outer.scattered is not None:
            return Places(origin, (), outer.scattered)
        require_few(self.count * outer.count)
        return scattered((outer.points[:, None, :] + self.points[None, :, :]).reshape(-1, 2))


HERE = Places((0.0, 0.0))
"""One copy, where it is drawn."""


def require_few(count: int) -> None:
    """Raise an error if copies cannot be looked at one by one because of their number."""
    if count > MOST_PLACES:
        raise MaskgenError(f"a cell that differs stands {count} times, at most {MOST_PLACES} can be compared")


def lattice(origin: tuple[float, float], *steps: Step) -> Places:
    """Return a lattice, its vectors pointing to the right or up and in a fixed order, so that equal ones are equal.

    Examples
    --------
    >>> lattice((10, 0), (0, 5, 2), (-10, 0, 2)) == lattice((0, 0), (10, 0, 2), (0, 5, 2))
    False
    >>> lattice((10, 0), (0, 5, 2), (-10, 0, 2)).key == lattice((0, 0), (10, 0, 2), (0, 5, 2)).key
    True
    """
    x, y = map(float, origin)
    kept: list[Step] = []
    for dx, dy, count in steps:
        if count > 1 and (dx, dy) < (0, 0):
            x, y = x + (count - 1) * dx, y + (count - 1) * dy
            kept.append((-dx + 0.0, -dy + 0.0, count))
        elif count > 1:
            kept.append((dx + 0.0, dy + 0.0, count))
    return Places((x, y), tuple(sorted(kept)))


def scattered(points: Points) -> Places:
    """Return places without a known order, as a lattice if they are few.

    Parameters
    ----------
    points : (n, 2) ndarray of float
        At least one.
    """
    ordered = points[np.lexsort((points[:, 0], points[:, 1]))]
    origin = float(ordered[0, 0]), float(ordered[0, 1])
    return Places(origin) if len(points) == 1 else Places(origin, (), ordered - ordered[0])


def numbered(columns: Sequence[NDArray[Any]]) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """Return a number per row of a table, equal for equal rows, counted from 0, and a row with each number.

    Parameters
    ----------
    columns
        (n,) ndarrays, at least one.
    """
    code = np.zeros(len(columns[0]), dtype=np.int64)
    first = np.zeros(min(1, len(code)), dtype=np.intp)
    for column in columns:
        values, number = np.unique(column, return_inverse=True)
        _, first, code = np.unique(code * len(values) + number.reshape(-1), return_index=True, return_inverse=True)
        code = code.reshape(-1).astype(np.int64)
    return code, first


def parted(points: Points) -> list[Places]:
    """Return points as few lattices, or scattered if they would be many."""
    whole = scattered(points)
    found = lattices(whole, 1.0)
    if len(found) > _MOST_LATTICES:
        return [whole]
    return [lattice((one.x, one.y), (one.dx, 0.0, one.columns), (0.0, one.dy, one.rows)) for one in found]


def lattices(places: Places, unit: float) -> list[Lattice]:
    """Return places as few lattices along the axes, in a fixed order [µm].

    Parameters
    ----------
    unit
        Length of one dbu [µm].
    """
    if places.scattered is None and all(0.0 in step[:2] for step in places.steps) and _is_grid(places.steps):
        return [_along_axes(places, unit)]
    points = np.round(places.points * unit, 6)
    columns, column = np.unique(points[:, 0], return_inverse=True)
    rows, row = np.unique(points[:, 1], return_inverse=True)
    if len(columns) * len(rows) > _SPARSE * len(points):
        return [Lattice(x, y, 1, 1, 0.0, 0.0) for x, y in sorted(map(tuple, points.tolist()), key=lambda p: p[::-1])]
    where = np.zeros((len(rows), len(columns)), dtype=bool)
    where[row.reshape(-1), column.reshape(-1)] = True
    return arrays.Array(arrays.axis(columns, 0.0, 0.0), arrays.axis(rows, 0.0, 0.0), where).lattices(where)


def _is_grid(steps: tuple[Step, ...]) -> bool:
    """Tell whether vectors along the axes are not both along the same one."""
    return len(steps) < 2 or (steps[0][0] == 0) != (steps[1][0] == 0)


def _along_axes(places: Places, unit: float) -> Lattice:
    """Return a lattice along the axes."""
    left, bottom = (round(value * unit, 6) for value in places.box[:2])
    columns, rows, dx, dy = 1, 1, 0.0, 0.0
    for x, y, count in places.steps:
        if y == 0:
            columns, dx = count, round(abs(x) * unit, 9)
        else:
            rows, dy = count, round(abs(y) * unit, 9)
    return Lattice(left, bottom, columns, rows, dx, dy)
