"""Bond diagrams in the form that assembly houses use: die, contacts, numbered pins, wires or leads, and their table.

The picture is that of `process.md` 8: everything in plan, seen from above; lengths and angles are those of bonds.csv.
A sheet is A3, landscape; tables that are too long for it go on.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from maskgen.export.sheet import scale_bar
from maskgen.geometry import regions
from maskgen.package import Package
from maskgen.pictures import paint
from maskgen.pictures.diagram import Diagram, Joint, Table, diagrams
from maskgen.pictures.ends import LABEL_ROOM, is_ring, joint_numbers, pin_labels, pin_one
from maskgen.pictures.frame import Frame
from maskgen.pictures.labels import Taken
from maskgen.pictures.paint import Area, Item, Line, Page, Words, cut, rectangle, width_of

_WIDTH, _HEIGHT, _EDGE = 1190.0, 842.0, 28.0
_COLUMN, _GAP = 362.0, 24.0
"""Points across a column of the table, and between two columns."""
_ROW, _TEXT = 9.2, 7.0
_BLOCK = 150.0
"""Points that the title block is high."""
_INK, _GREY, _FAINT = "#1f2328", "#6b7280", "#d0d7de"
_DIE, _BODY, _MOUNT, _PIN, _METAL = "#dbe7f5", "#ffffff", "#efe9d5", "#d9b45a", "#e3a65f"
_WIRE, _DOWN, _CONTACT = "#1f2328", "#1f6feb", "#3d6b9e"
_POINTS = 72 / 25_400
"""Points in a µm."""


@dataclass(frozen=True)
class Heading:
    """What the title block says besides what is drawn."""

    name: str = ""
    revision: str = ""
    date: str = ""


def bond_svg(package: Package, heading: Heading | None = None) -> str:
    """Return the bond diagram of a package as SVG: wires and leads one above the other, tables in columns below."""
    pages = [page for diagram in diagrams(package) for page in _sheets(diagram, package, heading or Heading())]
    return paint.svg(_stacked(pages or [_nothing()]))


def bond_pdf(package: Package, heading: Heading | None = None) -> bytes:
    """Return the bond diagram of a package as PDF, tables going on on further pages; the same bytes each time."""
    heading = heading or Heading()
    pages = [
        page
        for diagram in diagrams(package)
        for page in _sheets(diagram, package, heading, rows=math.floor((_HEIGHT - 2 * _EDGE - 30) / _ROW) - 1)
    ]
    return paint.pdf(_numbered(pages or [_nothing()]), f"{heading.name} bond diagram".strip())


def _nothing() -> Page:
    return Page(420.0, 60.0, (Words((_EDGE, 34.0), "this package has no wires and no leads", 12.0, _INK),))


def _stacked(pages: Sequence[Page]) -> Page:
    """Return pages as one, one above the other."""
    items, height = list[Item](), 0.0
    for page in pages:
        items += [paint.moved(item, 0.0, height) for item in page.items] if height else page.items
        height += page.height
    return Page(max(page.width for page in pages), height, tuple(items))


def _numbered(pages: Sequence[Page]) -> list[Page]:
    """Return pages with their numbers."""
    return [
        replace(page, items=(*page.items, _page_number(page, f"sheet {number} of {len(pages)}")))
        for number, page in enumerate(pages, start=1)
    ]


def _page_number(page: Page, text: str) -> Words:
    return Words((page.width - _EDGE, page.height - 12), text, _TEXT, _GREY, "end")


def _sheets(diagram: Diagram, package: Package, heading: Heading, rows: int | None = None) -> Iterator[Page]:
    """Yield the sheet of a diagram and those of the rest of its table, with a number of rows or as high as it takes."""
    left = _WIDTH - _EDGE - _COLUMN
    first = math.floor((_HEIGHT - 2 * _EDGE - _BLOCK - 12) / _ROW) - 1
    items = [
        *_picture(diagram, Frame(diagram.box, *_room(diagram))),
        *_table(diagram.table, diagram.table.rows[:first], left, _EDGE),
        *_title_block(diagram, package, heading, left),
    ]
    yield Page(_WIDTH, _HEIGHT, tuple(items))
    rest = diagram.table.rows[first:]
    high = rows or math.ceil(len(rest) / 3)
    for start in range(0, len(rest), 3 * high or 1):
        yield _continued(diagram, rest[start : start + 3 * high], high, heading)


def _continued(diagram: Diagram, rows: Sequence[tuple[str, ...]], high: int, heading: Heading) -> Page:
    """Return a sheet of three columns of the table."""
    words = f"{heading.name}: {diagram.noun}s {rows[0][0]} to {rows[-1][0]}".lstrip(": ")
    items: list[Item] = [Words((_EDGE, _EDGE + 8), words, 9.0, _INK, is_bold=True)]
    for column in range(3):
        part = rows[column * high : (column + 1) * high]
        if part:
            items += _table(diagram.table, part, _EDGE + column * (_COLUMN + _GAP), _EDGE + 24)
    return Page(_WIDTH, 2 * _EDGE + 24 + (high + 1.5) * _ROW, tuple(items))


def _room(diagram: Diagram) -> tuple[float, float, float, float]:
    """Return left, top, width and height of what the package itself takes."""
    aside = LABEL_ROOM if is_ring(diagram.outer) else 16.0
    wide = _WIDTH - 2 * _EDGE - _COLUMN - _GAP
    return _EDGE + aside, _EDGE + aside, wide - 2 * aside, _HEIGHT - 2 * _EDGE - 2 * aside


def _picture(diagram: Diagram, frame: Frame) -> Iterator[Item]:
    """Yield the package from the bottom up: outlines, pins, wires or leads, contacts, labels."""
    taken = Taken()
    if diagram.shows_body:
        yield Area(frame.rings(diagram.body), _BODY, _INK, 0.8)
    for pad in diagram.mounting_pads:
        yield Area(frame.rings(pad.outline), _MOUNT, _GREY, 0.4)
    for die in diagram.dies:
        yield Area(frame.rings(die.outline), _DIE, _CONTACT, 0.6, opacity=0.8)
    for pin in diagram.outer:
        yield Area(frame.rings(pin.outline), _PIN, _GREY, 0.3)
    for joint in diagram.joints:
        yield _drawn(joint, frame)
    for contact in diagram.inner:
        yield Area(frame.rings(contact.outline), _CONTACT, opacity=0.75)
    if diagram.outer:
        yield pin_one(diagram, frame)
        yield from pin_labels(diagram, frame, taken)
    yield from joint_numbers(diagram, frame, taken)


def _drawn(joint: Joint, frame: Frame) -> Item:
    """Return a wire as a line, a lead as its metal."""
    if joint.metal is not None:
        return Area(frame.rings(joint.metal), _METAL, "#8a5a1e", 0.15)
    points = tuple(frame.at(x, y) for x, y in joint.path)
    return Line(points, _DOWN if joint.is_downbond else _WIRE, 0.7)


def _table(table: Table, rows: Sequence[tuple[str, ...]], left: float, top: float) -> Iterator[Item]:
    """Yield a column of a table, whose columns are as wide in all of its parts."""
    widths = _widths(table)
    y = top + _ROW
    yield from _line(table.heading, widths, table.numeric, left, y, is_bold=True)
    yield Line(((left, y + 2.5), (left + _COLUMN, y + 2.5)), _INK, 0.6)
    for number, row in enumerate(rows, start=1):
        base = y + 0.3 * _ROW + number * _ROW
        yield from _line(row, widths, table.numeric, left, base)
        if number % 5 == 0:
            yield Line(((left, base + 2.2), (left + _COLUMN, base + 2.2)), _FAINT, 0.4)


def _widths(table: Table) -> list[float]:
    """Return the widths of columns: as their texts need them, names cut where all of it is too wide."""
    lines = [table.heading, *table.rows]
    wanted = [max(width_of(line[n], _TEXT) for line in lines) + 8 for n in range(len(table.heading))]
    fixed = sum(width for width, numeric in zip(wanted, table.numeric, strict=True) if numeric)
    free = max(1.0, sum(wanted) - fixed)
    part = (_COLUMN - fixed) / free
    return [width if numeric else width * part for width, numeric in zip(wanted, table.numeric, strict=True)]


def _line(
    texts: Sequence[str],
    widths: Sequence[float],
    numeric: Sequence[bool],
    left: float,
    y: float,
    *,
    is_bold: bool = False,
) -> Iterator[Words]:
    """Yield one line of a table, numbers against the right."""
    for text, width, is_number in zip(texts, widths, numeric, strict=True):
        short = cut(text, _TEXT, width - 3)
        if is_number:
            yield Words((left + width - 6, y), short, _TEXT, _INK, "end", is_bold=is_bold)
        else:
            yield Words((left, y), short, _TEXT, _INK, is_bold=is_bold)
        left += width


def _title_block(diagram: Diagram, package: Package, heading: Heading, left: float) -> Iterator[Item]:
    """Yield the title block: what it is, its sizes, units, view, revision and scale bar."""
    top = _HEIGHT - _EDGE - _BLOCK
    frame = Frame(diagram.box, *_room(diagram))
    yield Area((rectangle(left, top, _COLUMN, _BLOCK),), None, _INK, 0.8)
    yield Words((left + 8, top + 17), cut(heading.name or "package", 13.0, _COLUMN - 120), 13.0, _INK, is_bold=True)
    yield Words((left + _COLUMN - 8, top + 17), diagram.kind, 10.0, _INK, "end")
    yield Line(((left, top + 25), (left + _COLUMN, top + 25)), _INK, 0.5)
    for number, (key, words) in enumerate(_facts(diagram, package, heading, frame)):
        y = top + 37 + 11 * number
        yield Words((left + 8, y), key, 7.5, _GREY)
        yield Words((left + 72, y), cut(words, 7.5, _COLUMN - 80), 7.5, _INK)
    length, words = scale_bar(250 / frame.scale)
    y = top + _BLOCK - 9
    yield Words((left + 8, y), "scale", 7.5, _GREY)
    yield Area((rectangle(left + 72, y - 4, length * frame.scale, 4),), _INK)
    yield Words((left + 78 + length * frame.scale, y), words.replace("um", "µm"), 7.5, _INK)


def _facts(diagram: Diagram, package: Package, heading: Heading, frame: Frame) -> Iterator[tuple[str, str]]:
    """Yield the lines of the title block."""
    beyond = "" if diagram.shows_body else ", larger than the picture"
    yield "package", f"{_size(regions.box_of(diagram.body))} µm{beyond}"
    yield "pins", f"{len(diagram.outer)}, pin 1 red, at the triangle" if diagram.outer else "none"
    for die in diagram.dies[:2]:
        size = f"{_size(regions.box_of(die.outline))} x {die.thickness:g} µm"
        yield "die", f"{die.name}, {size}, {len(die.contacts)} contacts"
    yield f"{diagram.noun}s", _joint_words(diagram, package)
    missing = package.unconnected if diagram.noun == "wire" else package.unrouted
    names = ", ".join(name for name, _ in missing) or "none"
    yield f"no {diagram.noun}", names
    yield "view", f"from above, {frame.scale / _POINTS:.3g}:1 on A3"
    yield "units", "µm and degrees" + (", angle to the normal of the die's edge" if diagram.noun == "wire" else "")
    yield "revision", ", ".join(text for text in (heading.revision, heading.date) if text) or "-"


def _size(box: regions.Box) -> str:
    return f"{box[2] - box[0]:.6g} x {box[3] - box[1]:.6g}"


def _joint_words(diagram: Diagram, package: Package) -> str:
    """Return how many wires or leads there are, and what they are."""
    column = next(n for n, name in enumerate(diagram.table.heading) if name.startswith("length"))
    lengths = [float(row[column]) for row in diagram.table.rows]
    span = f"{min(lengths):g} to {max(lengths):g}" if min(lengths) < max(lengths) else f"{min(lengths):g}"
    words = f"{len(lengths)}, {span} µm long"
    if diagram.noun == "wire":
        down = sum(joint.is_downbond for joint in diagram.joints)
        words += f", {package.profile.wire_diameter:g} µm thick" + (f", {down} down (blue)" if down else "")
    return words
