"""The sections of an AIF file: which line belongs where, and which headers are missing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from maskgen.contacts.listing import Listing, Piece

SECTIONS: Final = ("DATABASE", "DIE", "PADS", "NETLIST")
"""The sections that a die needs; all others are about the package and are skipped."""

SHAPES: Final = {
    "SQUARE": 1,
    "SQ": 1,
    "RECT": 2,
    "RECTANGLE": 2,
    "CIRCLE": 1,
    "ROUND": 1,
    "OBLONG": 2,
    "OBROUND": 2,
    "POLY": 0,
    "POLYGON": 0,
}
"""Shapes of padstacks, and how many sizes each has; polygons list their corners."""

_KEYS: Final = {
    "TYPE": "DATABASE",
    "VERSION": "DATABASE",
    "UNITS": "DATABASE",
    "WIDTH": "DIE",
    "HEIGHT": "DIE",
    "CENTER": "DIE",
}
"""Keys that tell to which section a line belongs."""

_HEADER = re.compile(r"\[\s*(.*?)\s*\]")
_COLUMNS = 4
"""A line of at least so many words is one of the netlist."""


@dataclass(frozen=True)
class Section:
    """One section: its lines without comments.

    Parameters
    ----------
    header
        Its header, or the first line of the file, where mistakes of the whole section are noted.
    is_there
        Whether the file has it, even if only by lines of its kind.
    """

    header: Piece
    lines: tuple[Piece, ...]
    is_there: bool


@dataclass(frozen=True)
class Entry:
    """One line ``key=value``."""

    key: Piece
    value: Piece


def sections(listing: Listing) -> dict[str, Section]:
    """Return the sections that a die needs, each also if its header is missing; that is noted as a mistake."""
    lines = [line for line in map(_without_comment, listing.lines) if line.text]
    headers = _headers(listing, lines)
    bodies = _sorted(listing, lines, headers)
    found: dict[str, Section] = {}
    for name, body in bodies.items():
        is_there = name in headers or bool(body)
        found[name] = Section(headers.get(name, listing.lines[0]), tuple(body), is_there)
        if not is_there:
            _complain_missing(listing, name, headers)
    return found


def entries(listing: Listing, section: Section, name: str) -> dict[str, Entry]:
    """Return the lines of a section by their keys as written; lines without one and repeated keys are mistakes."""
    found: dict[str, Entry] = {}
    for line in section.lines:
        at = line.text.find("=")
        if at < 1:
            listing.complain(line, name, "expected a line such as KEY=value")
            continue
        entry = Entry(line.part(0, at), line.part(at + 1, len(line.text)))
        if entry.key.text in found:
            first = found[entry.key.text].key.line
            listing.complain(entry.key, name, f"{entry.key.text} is already given on line {first}")
        else:
            found[entry.key.text] = entry
    return found


def words(piece: Piece) -> list[Piece]:
    """Return the words of a text: spaces, tabs and commas separate them."""
    return [piece.part(match.start(), match.end()) for match in re.finditer(r"[^\s,]+", piece.text)]


def _without_comment(line: Piece) -> Piece:
    """Return a line up to its semicolon, without spaces around."""
    return line.part(0, len(line.text.partition(";")[0]))


def _headers(listing: Listing, lines: list[Piece]) -> dict[str, Piece]:
    """Return the headers of the file by name; a section that begins twice is a mistake."""
    found: dict[str, Piece] = {}
    for line in lines:
        match = _HEADER.fullmatch(line.text)
        if match and match[1].upper() in found:
            first = found[match[1].upper()].line
            listing.complain(line, match[1].upper(), f"the section already begins on line {first}")
        elif match:
            found[match[1].upper()] = line
    return found


def _sorted(listing: Listing, lines: list[Piece], headers: Mapping[str, Piece]) -> dict[str, list[Piece]]:
    """Return the lines of each section: below its header or, where that is missing, by what they look like."""
    bodies: dict[str, list[Piece]] = {name: [] for name in SECTIONS}
    current = ""
    for line in lines:
        match = _HEADER.fullmatch(line.text)
        if match:
            current = match[1].upper()
            continue
        home = current
        if current in bodies or not current:
            home = _look(line.text)
            if home in headers or not home:
                home = current
            elif not bodies[home]:
                listing.complain(line, home, f"the header [{home}] is missing above this line")
        if home in bodies:
            bodies[home].append(line)
        elif not home:
            listing.complain(line, "AIF", f"expected a header such as [{SECTIONS[0]}] above this line")
    return bodies


def _look(text: str) -> str:
    """Return the section that a line seems to belong to, nothing if it could stand anywhere."""
    key, equals, value = text.partition("=")
    if not equals:
        return "NETLIST" if len(text.split()) >= _COLUMNS else ""
    if value.split() and value.split()[0].upper() in SHAPES:
        return "PADS"
    return _KEYS.get(key.strip().upper(), "")


def _complain_missing(listing: Listing, name: str, headers: Mapping[str, Piece]) -> None:
    """Note that a section is missing, at the header that may have been meant."""
    near = get_close_matches(name, [header for header in headers if header not in SECTIONS], n=1)
    if near:
        listing.complain(headers[near[0]], name, f"the section is missing, did you mean [{name}] by [{near[0]}]")
    else:
        listing.complain(listing.lines[0], name, f"the section [{name}] is missing")
