"""Order sheets: one page of paper per mask that a shop can work from.

The picture shows the plate as its data does, chrome dark, glass clear; marks and CD feature are numbered around it and
listed beside it. Masks with very many vertices are drawn as areas of their mean grey, so pages stay small.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import shapely

from maskgen.export.artwork import Artwork, vertices
from maskgen.export.sheet import Colour, area_of
from maskgen.export.sheet import sheet as review
from maskgen.geometry import regions
from maskgen.geometry.regions import Box, Region
from maskgen.order import labels
from maskgen.order.model import CriticalDimension, MaskOrder, Order
from maskgen.order.nearby import within
from maskgen.order.paper import GREY, RED, SIZE, Frame, Paper, Point, Style
from maskgen.order.rows import rows

MOST_VERTICES = 20_000
"""Vertices that a sheet's picture draws one by one."""
MOST_LISTED = 16
"""Marks that a sheet lists."""

_MARGIN, _LABELS, _LIST = 34.0, 96.0, 168.0
"""Border of the page, width of the table's labels, and of the column with CD feature and marks [points]."""
_WIDTH = SIZE[0] - 2 * _MARGIN
_RIGHT = SIZE[0] - _MARGIN
_LEAST_PICTURE = 330.0
_GAP = 22.0
"""Room for the labels around the picture [points]."""
_DETAIL = 118.0
_FINEST = 0.04
"""Smallest detail on paper [points]."""
_MOST_LINES = 6
_SMALL, _STRONG = Style(7), Style(8, is_bold=True)
_TINY = Style(6.5)


def write(order: Order, mask: MaskOrder, art: Artwork, path: Path) -> None:
    """Write the sheet of one mask as a PDF file of one page; the same bytes for the same order."""
    page = Paper(path, f"{order.name} {mask.name}", f"maskgen {order.maskgen}")
    top = _table(page, rows(order, mask), _heading(page, order, mask)) - 14
    _picture(page, mask, art, top)
    _lists(page, mask, art, top)
    foot = f"Lengths in um. Data and this sheet belong together by the SHA-256 above. maskgen {order.maskgen}"
    page.text((_MARGIN, 20), foot, Style(6.5, GREY))
    page.save()


def _heading(page: Paper, order: Order, mask: MaskOrder) -> float:
    """Draw name and title, and return where the table begins."""
    top = SIZE[1] - _MARGIN
    page.text((_MARGIN, top - 6), f"ORDER SHEET: {mask.kind.upper()}", Style(8, GREY))
    name, wanted = f"{order.name} {mask.name}", Style(16, is_bold=True)
    fitting = min(16.0, 16.0 * 0.68 * _WIDTH / wanted.width(name))
    page.text((_MARGIN, top - 24), name, replace(wanted, size=fitting))
    revision = f"  REV {order.revision}" if order.revision else ""
    style = Style(8, align="right")
    for number, text in enumerate((f"{order.title}{revision}", order.date or "")):
        page.text((_RIGHT, top - 12 - 11 * number), style.cut(text, 0.3 * _WIDTH), style)
    page.line((_MARGIN, top - 30), (_RIGHT, top - 30), GREY)
    return top - 33


def _table(page: Paper, entries: list[tuple[str, str]], top: float) -> float:
    """Draw label and value of each row, in a size in which they leave room for the picture, and return their end."""
    room = top - _MARGIN - _LEAST_PICTURE
    styles = [Style(size / 2) for size in range(16, 10, -1)]
    tables = ((style, _lines(entries, style)) for style in styles)
    style, lines = next(
        (found for found in tables if _height(*found) <= room), (styles[-1], _lines(entries, styles[-1]))
    )
    y = top
    for label, texts in lines:
        page.text((_MARGIN, y - 1.25 * style.size), label, replace(style, is_bold=True))
        for text in texts:
            y -= 1.25 * style.size
            page.text((_MARGIN + _LABELS, y), text, style)
    page.line((_MARGIN, y - 5), (_RIGHT, y - 5), GREY)
    return y - 5


def _lines(entries: list[tuple[str, str]], style: Style) -> list[tuple[str, list[str]]]:
    """Return each row's label and lines; what goes beyond the most is left to order.json."""
    found = []
    for label, value in entries:
        lines = list(style.wrapped(value, _WIDTH - _LABELS))
        if len(lines) > _MOST_LINES:
            lines = [*lines[: _MOST_LINES - 1], "(continued in order.json)"]
        found.append((label, lines))
    return found


def _height(style: Style, lines: list[tuple[str, list[str]]]) -> float:
    return sum(len(texts) for _, texts in lines) * style.size * 1.25


def _picture(page: Paper, mask: MaskOrder, art: Artwork, top: float) -> None:
    """Draw the plate with its data, and the numbers of marks and CD feature around it."""
    shown = _shown(mask, art)
    width, height = _WIDTH - _LIST - 2 * _GAP - 8, top - _MARGIN - 2 * _GAP - 21
    scale = min(width / (shown[2] - shown[0]), height / (shown[3] - shown[1]))
    frame = Frame(_MARGIN + _GAP, top - _GAP - (shown[3] - shown[1]) * scale, scale, shown)
    simple = _simplified(art, frame)
    page.picture(frame, review(art).ground, _painted(simple))
    places = [(str(number), frame.at(mark.x, mark.y)) for number, mark in enumerate(mask.marks[:MOST_LISTED], 1)]
    if mask.cd is not None:
        places.append(("CD", frame.at(*mask.cd.middle)))
    labels.draw(page, places, frame)
    style = Style(7, GREY)
    for number, line in enumerate(_caption(mask, simple)):
        at = _MARGIN, frame.bottom - _GAP - 8 - 9 * number
        page.text(at, style.cut(line, width + 2 * _GAP), style)


def _shown(mask: MaskOrder, art: Artwork) -> Box:
    """Return what the picture shows: the plate, or the data with a border."""
    if mask.blank.width and mask.blank.height:
        return -mask.blank.width / 2, -mask.blank.height / 2, mask.blank.width / 2, mask.blank.height / 2
    left, bottom, right, top = art.box or (-1.0, -1.0, 1.0, 1.0)
    border = 0.03 * max(right - left, top - bottom)
    return left - border, bottom - border, right + border, top + border


def _caption(mask: MaskOrder, art: Artwork) -> Iterator[str]:
    """Yield what is said under the picture."""
    face = f"with {mask.reading.data.split(', ')[1]}, " if mask.kind == "photomask" else ""
    shown = f"Plate {mask.blank.code}" if mask.blank.width else "The data with a border"
    yield f"{shown} seen {face}as the file shows it; dark is chrome or stays, light is clear."
    if vertices(art) > MOST_VERTICES:
        yield "Simplified: repeated sites are drawn as areas of their mean grey."


def _simplified(art: Artwork, frame: Frame) -> Artwork:
    """Return a mask without what is too fine for paper."""
    blocks = tuple(replace(block, region=_simple(block.region, frame)) for block in art.blocks)
    kept = tuple(block for block in blocks if not block.region.is_empty)
    return replace(art, blocks=kept, rest=_simple(art.rest, frame))


def _simple(region: Region, frame: Frame) -> Region:
    thinned = shapely.simplify(region, _FINEST / frame.scale, preserve_topology=False)
    return regions.areal(shapely.make_valid(thinned))


def _painted(art: Artwork) -> Iterator[tuple[Region, Colour]]:
    """Yield what is drawn, and its colour."""
    around = review(art)
    if art.box is not None and vertices(art) <= MOST_VERTICES:
        left, bottom, right, top = art.box
        yield within(art.blocks, art.rest, (left - 1, bottom - 1, right + 1, top + 1)), around.ink
        return
    for block in art.blocks:
        for lattice in block.lattices:
            box, colour = area_of(block, lattice, around)
            yield shapely.box(*box), colour
    yield art.rest, around.ink


def _lists(page: Paper, mask: MaskOrder, art: Artwork, top: float) -> None:
    """Draw the CD feature enlarged, and the list of marks under it."""
    left, y = _RIGHT - _LIST, top - 8
    if mask.cd is not None:
        page.text((left, y), "CD feature", _STRONG)
        y = _detail(page, mask.cd, art, (left, y - 6))
    page.text((left, y - 10), "Marks: kind, size, middle x, y in the data", _STRONG)
    y -= 12
    right = replace(_TINY, align="right")
    for number, mark in enumerate(mask.marks[:MOST_LISTED], start=1):
        y -= 8.5
        page.text((left + 12, y), str(number), Style(6.5, RED, is_bold=True, align="right"))
        page.text((left + 17, y), f"{mark.kind} {mark.size:g}", _TINY)
        page.text((left + 122, y), f"{mark.x:.10g}", right)
        page.text((_RIGHT, y), f"{mark.y:.10g}", right)
    more = len(mask.marks) - MOST_LISTED
    if more > 0 or not mask.marks:
        page.text((left + 17, y - 8.5), f"and {more} more in order.json" if more > 0 else "none", _TINY)


def _detail(page: Paper, cd: CriticalDimension, art: Artwork, corner: Point) -> float:
    """Draw what is around the CD feature, with its dimension, and return where that ends."""
    half, (x, y) = 2.2 * cd.size, cd.middle
    box = x - half, y - half, x + half, y + half
    frame = Frame(corner[0], corner[1] - _DETAIL, _DETAIL / (2 * half), box)
    around = review(art)
    page.picture(frame, around.ground, iter([(_simple(within(art.blocks, art.rest, box), frame), around.ink)]))
    start, end = frame.at(*cd.start), frame.at(*cd.end)
    across = (0.0, 5.0) if cd.axis == "x" else (5.0, 0.0)
    page.line(start, end, RED, 1.2)
    for px, py in (start, end):
        page.line((px - across[0], py - across[1]), (px + across[0], py + across[1]), RED, 1.2)
    y = frame.bottom - 2
    for text in _cd_words(cd):
        for line in _SMALL.wrapped(text, _LIST):
            y -= 8.5
            page.text((corner[0], y), line, _SMALL)
    return y - 6


def _cd_words(cd: CriticalDimension) -> Iterator[str]:
    """Yield what is said of a CD feature."""
    held = f"+/- {cd.tolerance:g} um" if cd.tolerance is not None else "tolerance to be agreed"
    yield f"{cd.size:g} um {held}, along {cd.axis}"
    yield f"of {cd.is_of}"
    yield f"at ({cd.middle[0]:.10g}, {cd.middle[1]:.10g})"
