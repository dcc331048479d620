"""The database unit of a layout file, from its first records: without reading all of it."""

from pathlib import Path

from maskgen.stream import faults, oasis_frame, records
from maskgen.stream.cells import read_cells
from maskgen.stream.grammar import Record
from maskgen.stream.oasis_numbers import DamageError, Reader
from maskgen.stream.scan import contents, sound_records

_HEAD = 1 << 18
"""Bytes of a file among which its unit is looked for."""
_MICROMETRE = 1e-6
"""The unit [m] of what is told."""


def database_unit(path: Path) -> float:
    """Return the length [µm] in which a file counts.

    Raises
    ------
    LayoutError
        If the file is damaged where it tells.
    """
    head = contents(path, _HEAD)
    found = _oasis_unit(head) if head.startswith(oasis_frame.MAGIC) else _gds_unit(head)
    low, high = faults.DATABASE_UNITS
    if found is None or not low <= found <= high:
        # Whoever reads all of it knows why.
        read_cells(path)
        found = faults.units_of(sound_records(path))[1]
    return found / _MICROMETRE


def _oasis_unit(head: bytes) -> float | None:
    """Return the database unit [m] that the first record of an OASIS file tells."""
    reader = Reader(head, len(oasis_frame.MAGIC), len(head), "the end")
    try:
        reader.byte()
        reader.text()
        steps = reader.real()
    except DamageError:
        return None
    return _MICROMETRE / steps if steps > 0 else None


def _gds_unit(head: bytes) -> float | None:
    """Return the database unit [m] that the records at the beginning of a GDSII file tell."""
    if len(head) < 4:
        return None
    found, _ = records.walk(head)
    units = found.of(Record.UNITS)
    return faults.units_of(found)[1] if len(units) and found.sizes[units[0]] == 16 else None
