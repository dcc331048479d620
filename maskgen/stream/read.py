"""Layout files read into the kernel's cells, in µm. Damaged files are errors, never a crash."""

import subprocess
import sys
import warnings
from collections.abc import Callable
from math import isclose
from pathlib import Path
from typing import Final

import gdstk

from maskgen.errors import LayoutError
from maskgen.stream import oasis_scan
from maskgen.stream.scan import contents, scan
from maskgen.stream.summary import Stream

OASIS: Final = b"%SEMI-OASIS"
"""With what every OASIS file begins; a line end follows, which is often damaged."""

_MICROMETRE = 1e-6
"""The unit [m] in which layouts are read."""

_TRIAL = """
import gdstk, sys, warnings
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]), resource.getrlimit(resource.RLIMIT_AS)[1]))
except (ImportError, ValueError, OSError):
    pass
warnings.simplefilter("error")
warnings.filterwarnings("ignore", "Missing reference")
for cell in gdstk.read_oas(sys.argv[1]).cells:
    cell.name
    cell.get_polygons(apply_repetitions=False, depth=0)
    [label.text for label in cell.labels]
    [getattr(reference.cell, "name", reference.cell) for reference in cell.references]
"""
"""What a child does with an OASIS file before this program dares to."""
_PATIENCE = 60.0
"""Seconds that a trial may take, and again for each `_PACE` bytes."""
_PACE = 1_000_000
_ROOM, _ROOM_PER_BYTE = 2 << 30, 500
"""Bytes of memory that a trial may take, where the system can limit it, and more for each byte of the file."""


def read_layout(path: Path) -> gdstk.Library:
    """Return the cells of a GDSII or OASIS file, in µm, whatever unit the file counts in.

    Polygons with fewer than three distinct points and paths without a width cover nothing and are left out.

    Raises
    ------
    LayoutError
        If the file cannot be read, is damaged or is of another format, as ``path: byte OFFSET: sentence``.
    """
    return _read_oasis(path) if contents(path, len(OASIS)) == OASIS else _read_gds(path)


def _read_gds(path: Path) -> gdstk.Library:
    stream = scan(path)
    user, metres = stream.units
    is_micrometres = isclose(metres / user, _MICROMETRE, rel_tol=1e-9)
    # A user unit of 1 µm is left to the kernel, which then multiplies by the file's own factor: 0.001, not 1e-9 / 1e-6.
    library = _quietly(path, lambda: gdstk.read_gds(str(path), unit=0 if is_micrometres else _MICROMETRE))
    _leave_out_nothings(library, stream)
    return library


def _leave_out_nothings(library: gdstk.Library, stream: Stream) -> None:
    """Take out what covers nothing: the kernel would give paths without a width that of the path before."""
    for cell in library.cells:
        summary = stream.cells[cell.name]
        polygons = cell.polygons if summary.degenerate else []
        paths = cell.paths if summary.widthless else []
        cell.remove(
            *(polygons[number] for number in summary.degenerate), *(paths[number] for number in summary.widthless)
        )


def _read_oasis(path: Path) -> gdstk.Library:
    data = contents(path)
    oasis_scan.scan(path, data)
    _try_out(path, len(data))
    return _quietly(path, lambda: gdstk.read_oas(str(path), unit=_MICROMETRE))


def _try_out(path: Path, size: int) -> None:
    """Raise an error if a child that reads an OASIS file does not live.

    The kernel may still crash on what `oasis_scan` lets through; it does not say at which byte.
    """
    try:
        trial = subprocess.run(
            [sys.executable, "-c", _TRIAL, str(path), str(_ROOM + size * _ROOM_PER_BYTE)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE + size / _PACE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise LayoutError(f"{path}: byte 0: reading the OASIS file does not come to an end") from None
    if trial.returncode != 0:
        said = trial.stderr.decode(errors="replace").strip().splitlines()
        reason = f": {_sentence(said[-1].partition(': ')[2])}" if said else ""
        raise LayoutError(f"{path}: byte 0: the OASIS file cannot be read{reason}")


def _quietly(path: Path, read: Callable[[], gdstk.Library]) -> gdstk.Library:
    """Return what the kernel reads, its errors as ours; it warns of records without geometry, which are no matter."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            return read()
    except (RuntimeError, OSError, ValueError, MemoryError) as error:
        raise LayoutError(f"{path}: byte 0: cannot be read: {_sentence(str(error))}") from error


def _sentence(said: str) -> str:
    """Return what the kernel says as the part of a sentence."""
    return said.strip().rstrip(".").lower()
