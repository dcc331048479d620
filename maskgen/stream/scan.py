"""GDSII files checked record by record, and summed up, without drawing anything.

The layout kernel ends the whole program on damaged files; what passes `scan` it reads.
"""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from maskgen.errors import LayoutError
from maskgen.stream import faults, hierarchy, records, summary
from maskgen.stream.faults import Check
from maskgen.stream.grammar import Record
from maskgen.stream.records import Fault, FaultError, Records
from maskgen.stream.summary import Stream, Summaries

_BEGINNING = b"\x00\x06\x00\x02"
"""Length, number and data type of HEADER, with which every GDSII file begins."""

_MAGIC = (
    (b"\x1f\x8b", "a gzip archive, unpack it first"),
    (b"PK\x03\x04", "a ZIP archive, unpack it first"),
    (b"BZh", "a bzip2 archive, unpack it first"),
    (b"\xfd7zXZ\x00", "an xz archive, unpack it first"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"%PDF", "a PDF document"),
    (b"%SEMI-OASIS", "an OASIS layout"),
    (b"<?xml", "an XML document"),
)


def scan(path: Path) -> Stream:
    """Return what a GDSII file holds, if it is whole and every record in its place.

    Raises
    ------
    LayoutError
        For the first fault of the file, as ``path: byte OFFSET: sentence``.
    """
    found, cells = _sound(path)
    return Stream(library=summary.library_name(found), units=faults.units_of(found), cells=cells, size=len(found.data))


def sound_records(path: Path) -> Records:
    """Return the records of a GDSII file that `scan` finds no fault in.

    Raises
    ------
    LayoutError
        For the first fault of the file, as ``path: byte OFFSET: sentence``.
    """
    return _sound(path)[0]


def _sound(path: Path) -> tuple[Records, dict[str, summary.CellSummary]]:
    """Return the records of a file and the summaries of its cells."""
    try:
        found = _checked(contents(path))
        return found, _linked(found)
    except FaultError as error:
        raise LayoutError(f"{path}: byte {error.fault.offset}: {error.fault.sentence}") from None


def is_layout(path: Path) -> bool:
    """Tell whether a file begins as GDSII or OASIS files do."""
    return contents(path, 16).startswith((_BEGINNING, b"%SEMI-OASIS"))


def contents(path: Path, size: int = -1) -> bytes:
    """Return the bytes of a file, or as many of the first as asked for.

    Raises
    ------
    LayoutError
        If there is no such file, or it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(size)
    except OSError as error:
        raise LayoutError(f"{path}: cannot be read: {(error.strerror or str(error)).lower()}") from error


def _checked(data: bytes) -> Records:
    """Return the records of a file, each of which has its form, its place and a sensible content."""
    if not data.startswith(_BEGINNING):
        raise FaultError(Fault(0, _nature(data)))
    found, end = records.walk(data)
    _ask(faults.GRAMMAR, found, end)
    _ask(faults.WHOLENESS, found)
    _ask(faults.MEANING, found)
    return found


def _ask(checks: Sequence[Check], found: Records, end: Fault | None = None) -> None:
    """Raise the first fault of some checks, or what ended the records if there is none before it."""
    raised = [fault for fault in (*(check(found) for check in checks), end) if fault is not None]
    if raised:
        raise FaultError(min(raised, key=lambda fault: fault.offset))


def _nature(data: bytes) -> str:
    """Return what a file seems to be that is no GDSII file."""
    if not data:
        return "the file is empty"
    if len(data) < len(_BEGINNING) and _BEGINNING.startswith(data):
        return f"the file is cut off after {len(data)} bytes"
    for magic, nature in _MAGIC:
        if data.startswith(magic):
            return f"not a GDSII file, it seems to be {nature}"
    if not data[:4096].translate(None, bytes(range(32, 127)) + b"\t\r\n\f"):
        return "not a GDSII file, it seems to be text"
    return "not a GDSII file, which begins with the record HEADER"


def _linked(found: Records) -> dict[str, summary.CellSummary]:
    """Return the summaries of the cells, whose references all lead to cells, without loops and not too deep."""
    names = summary.cell_names(found)
    _check_unique(found, names)
    _check_known(found, names)
    cells = Summaries(found).cells()
    children = {name: [reference.name for reference in cell.references] for name, cell in cells.items()}
    circle = hierarchy.loop(children)
    if circle:
        offset = _where_placed(found, names, circle[0], circle[1])
        raise FaultError(Fault(offset, f"cells place each other in a loop: {' -> '.join(circle)}"))
    name, depth = max(hierarchy.levels(children).items(), key=lambda item: item[1], default=("", 0))
    if depth > hierarchy.MOST_LEVELS:
        offset = int(found.offsets[found.of(Record.STRNAME)[names.index(name)]])
        sentence = f"cell {name!r} has {depth} levels of cells, at most {hierarchy.MOST_LEVELS} can be read"
        raise FaultError(Fault(offset, sentence))
    return cells


def _check_unique(found: Records, names: list[str]) -> None:
    """Raise a fault if two cells have the same name."""
    seen: set[str] = set()
    for number, name in zip(found.of(Record.STRNAME), names, strict=True):
        if name in seen:
            raise FaultError(Fault(int(found.offsets[number]), f"cell {name!r} is defined twice"))
        seen.add(name)


def _check_known(found: Records, names: list[str]) -> None:
    """Raise a fault if a reference leads to no cell."""
    known = set(names)
    placed, which = summary.placed_names(found)
    for number, name in enumerate(placed):
        if name not in known:
            near = get_close_matches(name, names, n=1)
            hint = f", did you mean {near[0]!r}" if near else ""
            offset = int(found.offsets[found.of(Record.SNAME)[which.tolist().index(number)]])
            raise FaultError(Fault(offset, f"cell {name!r} is placed but not in the file{hint}"))


def _where_placed(found: Records, names: list[str], parent: str, child: str) -> int:
    """Return the byte at which a cell places another."""
    start = found.of(Record.STRNAME)[names.index(parent)]
    placed, which = summary.placed_names(found)
    numbers = found.of(Record.SNAME)[which == placed.index(child)]
    return int(found.offsets[numbers[numbers > start][0]])
