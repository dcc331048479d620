"""What the cells of a layout file draw and place, as arrays: for work on layouts that are too large for objects."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from maskgen.stream.read import OASIS
from maskgen.stream.scan import contents

Points = NDArray[np.float64]
Integers = NDArray[np.int64]
LayerKey = tuple[int, int]

NANOMETRE = 1e-9
"""The unit [m] in which cells are read."""


@dataclass(frozen=True, eq=False)
class Rings:
    """Outlines of one layer of a cell.

    Parameters
    ----------
    points : (n, 2) ndarray of float
        Vertices ring by ring [nm], whichever way they run; the first may be repeated.
    ends : (r + 1,) ndarray of int
        Ring ``r`` is ``points[ends[r]:ends[r + 1]]``.
    """

    points: Points
    ends: Integers

    def __len__(self) -> int:
        return len(self.ends) - 1


@dataclass(frozen=True, eq=False)
class References:
    """Cells that one cell places, one entry for each reference.

    Parameters
    ----------
    cells : (n,) ndarray of int
        Numbers of the placed cells.
    turns : (n,) ndarray of complex
        By what the placed cell is multiplied, after mirroring: magnification and rotation.
    mirrored : (n,) ndarray of bool
        Whether it is mirrored at the x axis first.
    places : (n, 2) ndarray of float
        Where its origin stands [nm].
    copies : (n, 2) ndarray of int
        Columns and rows.
    steps : (n, 2, 2) ndarray of float
        From column to column and from row to row, x and y [nm].
    """

    cells: Integers
    turns: NDArray[np.complex128]
    mirrored: NDArray[np.bool_]
    places: Points
    copies: Integers
    steps: Points

    def __len__(self) -> int:
        return len(self.cells)


@dataclass(frozen=True, eq=False)
class Cell:
    """One cell: its own shapes by layer and datatype, and what it places."""

    name: str
    shapes: Mapping[LayerKey, Rings]
    references: References


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of one file, references by number.

    Parameters
    ----------
    hidden
        How many cells at the end are none of the file: repeated shapes of OASIS, each a cell of its own.
    """

    cells: tuple[Cell, ...]
    hidden: int = field(default=0)

    def tops(self) -> list[int]:
        """Return the cells that no other cell places."""
        placed = {int(number) for cell in self.cells for number in np.unique(cell.references.cells)}
        return [number for number in range(len(self.cells) - self.hidden) if number not in placed]


def read_cells(path: Path) -> Cells:
    """Return the cells of a GDSII or OASIS file.

    Raises
    ------
    LayoutError
        As `read_layout` does.
    """
    # The two formats are read by different means: GDSII straight from its records, in no time.
    if contents(path, len(OASIS)) == OASIS:
        from maskgen.stream.oasis_cells import read  # noqa: PLC0415 - brings the layout kernel along
    else:
        from maskgen.stream.gds_cells import read  # noqa: PLC0415
    return read(path)


def no_references() -> References:
    """Return the references of a cell that places none."""
    return references([], [], [], [], [], [])


def references(
    cells: object, turns: object, mirrored: object, places: object, copies: object, steps: object
) -> References:
    """Return references from lists."""
    return References(
        np.asarray(cells, dtype=np.int64),
        np.asarray(turns, dtype=np.complex128),
        np.asarray(mirrored, dtype=bool),
        np.asarray(places, dtype=np.float64).reshape(-1, 2),
        np.asarray(copies, dtype=np.int64).reshape(-1, 2),
        np.asarray(steps, dtype=np.float64).reshape(-1, 2, 2),
    )


def turn_of(angle: float, magnification: float) -> complex:
    """Return the factor of a turn [deg] and a magnification, exact for quarter turns."""
    quarters = angle / 90.0
    if abs(quarters - round(quarters)) < 1e-9:
        return magnification * (1 + 0j, 1j, -1 + 0j, -1j)[round(quarters) % 4]
    return magnification * complex(np.exp(1j * np.radians(angle)))
