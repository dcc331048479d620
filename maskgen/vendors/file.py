"""A written file as acceptance sees it: its cells as arrays, and what its format says besides shapes."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from maskgen.stream import gds_cells, oasis_cells
from maskgen.stream.cells import Cells
from maskgen.stream.grammar import Record
from maskgen.stream.read import OASIS, read_layout
from maskgen.stream.records import Records
from maskgen.stream.scan import contents, is_layout, scan, sound_records
from maskgen.stream.summary import Stream
from maskgen.vendors.drawing import Drawn, read_drawing
from maskgen.vendors.model import Format

MICROMETRE = 1e-6
"""[m]"""
_MICROMETRES = 1e6
"""In a metre."""
_ABSOLUTE = 0x06
"""Bits of the second byte of STRANS: absolute angle, absolute magnification."""


@dataclass(frozen=True, eq=False)
class MaskFile:
    """One file of a mask.

    Parameters
    ----------
    library
        Its name; empty where the format has none.
    database_unit, user_unit
        [µm]; None where the format has none or the file does not say it.
    layers
        What each layer is called by the file, by layer and datatype.
    elements
        How many elements of each kind each cell has.
    odd
        What is wrong with single elements, by cell: sentence, and how many.
    fills
        Whether every outline is filled, so that one inside another is no hole.
    """

    path: Path
    format: Format
    size: int
    cells: Cells
    library: str
    database_unit: float | None
    user_unit: float | None
    layers: Mapping[tuple[int, int], str]
    elements: Mapping[str, Counter[str]]
    odd: Mapping[str, Counter[str]] = field(default_factory=dict)
    absolute: Mapping[str, int] = field(default_factory=dict)
    properties: Mapping[str, int] = field(default_factory=dict)
    fills: bool = False


def read_file(path: Path) -> MaskFile:
    """Return a GDSII, OASIS or DXF file.

    Raises
    ------
    LayoutError
        If it cannot be read, is damaged or is of another format; for GDSII as ``path: byte OFFSET: sentence``.
    """
    if contents(path, len(OASIS)) == OASIS:
        return _oasis(path)
    if path.suffix.lower() == ".dxf" and not is_layout(path):
        return _drawing(path)
    return _gds(path)


def _gds(path: Path) -> MaskFile:
    stream, records = scan(path), sound_records(path)
    user, metres = stream.units
    names = list(stream.cells)
    return MaskFile(
        path,
        "gds",
        stream.size,
        gds_cells.read(path),
        stream.library,
        metres * _MICROMETRES,
        metres / user * _MICROMETRES,
        _layers(stream),
        {name: _elements(stream, name) for name in names},
        {name: _odd(stream, records, name, number) for number, name in enumerate(names)},
        _absolute(records, names),
        _properties(records, names),
    )


def _layers(stream: Stream) -> dict[tuple[int, int], str]:
    """Return every layer that has shapes or texts."""
    keys = {key for cell in stream.cells.values() for key in (*cell.layers, *cell.labels)}
    return {key: f"{key[0]}/{key[1]}" for key in sorted(keys)}


def _elements(stream: Stream, name: str) -> Counter[str]:
    """Return how many elements of each kind a cell has."""
    cell = stream.cells[name]
    counts = {
        "BOUNDARY": cell.boundaries,
        "BOX": cell.boxes,
        "PATH": cell.paths,
        "TEXT": cell.texts,
        "NODE": cell.nodes,
        "SREF": cell.srefs,
        "AREF": cell.arefs,
    }
    return Counter({kind: count for kind, count in counts.items() if count})


def _odd(stream: Stream, records: Records, name: str, number: int) -> Counter[str]:
    """Return what is wrong with single elements of a cell."""
    cell = stream.cells[name]
    groups = records.groups[records.of(Record.XY)]
    several = np.unique(groups[1:][groups[1:] == groups[:-1]])
    of_cell = _cell_of(records)[several]
    counts = {
        "boundaries that do not end where they begin": cell.unclosed,
        "polygons of fewer than 3 different points": len(cell.degenerate),
        "paths without a width": len(cell.widthless),
        "elements with several XY records, which most readers do not take": int((of_cell == number).sum()),
    }
    return Counter({sentence: count for sentence, count in counts.items() if count})


def _cell_of(records: Records) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the cell of each group."""
    found: np.ndarray[tuple[int], np.dtype[np.int64]] = (
        np.cumsum(records.kinds[records.openings] == Record.BGNSTR, dtype=np.int64) - 1
    )
    return found


def _absolute(records: Records, names: list[str]) -> dict[str, int]:
    """Return how many references of each cell have an absolute angle or magnification."""
    flags = records.of(Record.STRANS)
    flags = flags[records.payloads(flags, 2)[:, 1] & _ABSOLUTE != 0]
    cells = _cell_of(records)[records.groups[flags]]
    return {names[number]: int(count) for number, count in Counter(cells.tolist()).items()}


def _properties(records: Records, names: list[str]) -> dict[str, int]:
    """Return the most bytes of properties that an element of each cell has."""
    values = records.of(Record.PROPVALUE)
    if not len(values):
        return {}
    totals = np.bincount(records.groups[values], records.sizes[values], len(records.openings))
    cells = _cell_of(records)
    found: dict[str, int] = {}
    for group in np.flatnonzero(totals).tolist():
        name = names[int(cells[group])]
        found[name] = max(found.get(name, 0), int(totals[group]))
    return found


def _oasis(path: Path) -> MaskFile:
    library, cells = read_layout(path), oasis_cells.read(path)
    elements = {
        cell.name: +Counter(
            {
                "BOUNDARY": len(cell.polygons),
                "PATH": len(cell.paths),
                "TEXT": len(cell.labels),
                "SREF": sum(not reference.repetition.size for reference in cell.references),
                "AREF": sum(bool(reference.repetition.size) for reference in cell.references),
            }
        )
        for cell in library.cells
    }
    keys = {(int(a), int(b)) for cell in cells.cells for a, b in cell.shapes}
    keys |= {(int(label.layer), int(label.texttype)) for cell in library.cells for label in cell.labels}
    names = {key: f"{key[0]}/{key[1]}" for key in sorted(keys)}
    unit = float(library.precision) * _MICROMETRES
    return MaskFile(path, "oas", path.stat().st_size, cells, "", unit, None, names, elements)


def _drawing(path: Path) -> MaskFile:
    drawn: Drawn = read_drawing(path)
    return MaskFile(
        path,
        "dxf",
        path.stat().st_size,
        drawn.cells,
        "",
        None,
        drawn.unit,
        drawn.layers,
        drawn.elements,
        drawn.odd,
        fills=True,
    )
