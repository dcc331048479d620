"""The cells of an OASIS file, by way of the layout kernel; repeated shapes become cells of their own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gdstk
import numpy as np

from maskgen.stream.cells import Cell, Cells, LayerKey, Points, References, Rings, no_references, references, turn_of
from maskgen.stream.read import read_layout

_SCALE = 1e3
"""Nanometres in the unit of the kernel's cells."""

_PLACED = tuple[int, complex, bool, Points, tuple[int, int], Points]
"""Fields of one reference."""


def read(path: Path) -> Cells:
    """Return the cells of an OASIS file.

    Raises
    ------
    LayoutError
        If it cannot be read or is damaged, as ``path: byte OFFSET: sentence``.
    """
    library = read_layout(path)
    known = {cell.name: number for number, cell in enumerate(library.cells)}
    hidden: list[Cell] = []
    cells = [_cell(cell, known, hidden) for cell in library.cells]
    return Cells((*cells, *hidden), len(hidden))


def _cell(cell: gdstk.Cell, known: dict[str, int], hidden: list[Cell]) -> Cell:
    """Return one cell, and add a hidden one for each of its shapes that repeats."""
    rings: dict[LayerKey, list[Points]] = {}
    placed: list[_PLACED] = []
    for shape in cell.get_polygons(apply_repetitions=False, depth=0):
        key = (int(shape.layer), int(shape.datatype))
        if not shape.repetition.size:
            rings.setdefault(key, []).append(shape.points * _SCALE)
            continue
        number = len(known) + len(hidden)
        hidden.append(Cell(cell.name, {key: _joined([shape.points * _SCALE])}, no_references()))
        placed += [(number, 1 + 0j, False, *rest) for rest in _copies(shape.repetition, np.zeros(2))]
    for reference in cell.references:
        turn = turn_of(float(np.degrees(reference.rotation)), float(reference.magnification))
        head = known[reference.cell.name], turn, bool(reference.x_reflection)
        placed += [(*head, *rest) for rest in _copies(reference.repetition, np.array(reference.origin) * _SCALE)]
    return Cell(cell.name, {key: _joined(parts) for key, parts in rings.items()}, _listed(placed))


def _listed(placed: list[_PLACED]) -> References:
    return references(*map(list, zip(*placed, strict=True))) if placed else no_references()


def _joined(parts: list[Points]) -> Rings:
    return Rings(np.concatenate(parts), np.append(0, np.cumsum([len(part) for part in parts])))


def _copies(repetition: Any, origin: Points) -> Iterator[tuple[Points, tuple[int, int], Points]]:  # noqa: ANN401
    """Yield place, copies and steps of a repetition; one that is irregular comes copy by copy."""
    if not repetition.size:
        yield origin, (1, 1), np.zeros((2, 2))
    elif repetition.columns:
        across, along = repetition.v1, repetition.v2
        if across is None or along is None:
            across, along = (repetition.spacing[0], 0.0), (0.0, repetition.spacing[1])
        yield origin, (int(repetition.columns), int(repetition.rows)), np.array([across, along]) * _SCALE
    else:
        for offset in np.asarray(repetition.get_offsets()):
            yield origin + offset * _SCALE, (1, 1), np.zeros((2, 2))
