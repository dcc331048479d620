"""Paint: a page of areas, lines and words in points, y downwards, which SVG and PDF are written from.

Knows nothing of packages and layouts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from io import BytesIO
from itertools import pairwise
from typing import Any, Literal, TypeAlias

Point = tuple[float, float]
_Canvas: TypeAlias = Any
"""reportlab's canvas and paths, which are not typed."""

CHARACTER = 0.6
"""Width of a character per size of its letters, a little more than the average of the fonts that draw it."""
FONT = "Helvetica, Arial, 'Bitstream Vera Sans', sans-serif"


@dataclass(frozen=True)
class Area:
    """Rings that are filled by the even-odd rule, and perhaps stroked; a colour of None is not painted."""

    rings: tuple[tuple[Point, ...], ...]
    fill: str | None
    stroke: str | None = None
    width: float = 0.5
    opacity: float = 1.0


@dataclass(frozen=True)
class Line:
    """A polyline."""

    points: tuple[Point, ...]
    colour: str
    width: float = 0.5
    dash: tuple[float, float] | None = None


@dataclass(frozen=True)
class Words:
    """One line of text: where its base line begins, ends or has its middle, and how it is turned [deg, clockwise]."""

    at: Point
    text: str
    size: float
    colour: str = "#1f2328"
    align: Literal["start", "middle", "end"] = "start"
    angle: float = 0.0
    is_bold: bool = False
    has_halo: bool = False

    @property
    def width(self) -> float:
        """Return about how long it is."""
        return width_of(self.text, self.size)


@dataclass(frozen=True)
class Raw:
    """Elements of SVG as they are, for what repeats; a PDF has none."""

    text: str


Item = Area | Line | Words | Raw


@dataclass(frozen=True)
class Page:
    """What stands on a page of a size, the first lowest."""

    width: float
    height: float
    items: tuple[Item, ...]


def width_of(text: str, size: float) -> float:
    """Return about how long a text is.

    Examples
    --------
    >>> width_of("pin 1", 10.0)
    30.0
    """
    return CHARACTER * size * len(text)


def cut(text: str, size: float, width: float) -> str:
    """Return a text, or as much of it as a width takes with an ellipsis after it.

    Examples
    --------
    >>> cut("mprj_io[24]", 10.0, 40.0), cut("vdd", 10.0, 40.0)
    ('mprj_…', 'vdd')
    """
    fitting = int(width / (CHARACTER * size) + 1e-9)
    return text if len(text) <= fitting else f"{text[: max(fitting - 1, 0)]}…"


def rectangle(left: float, top: float, width: float, height: float) -> tuple[Point, ...]:
    """Return the corners of a rectangle."""
    return (left, top), (left + width, top), (left + width, top + height), (left, top + height)


def svg(page: Page) -> str:
    """Return a page as an SVG file."""
    body = "".join(map(element, page.items))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_short(page.width)}" height="{_short(page.height)}" '
        f'viewBox="0 0 {_short(page.width)} {_short(page.height)}" font-family="{FONT}">'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{body}</svg>\n'
    )


def element(item: Item) -> str:
    """Return one item as an SVG element."""
    match item:
        case Area():
            paint = f'fill="{item.fill or "none"}" fill-rule="evenodd"' + _stroke(item.stroke, item.width)
            opacity = f' fill-opacity="{item.opacity:g}"' if item.opacity < 1 else ""
            return f'<path d="{"".join(_data(ring) + "Z" for ring in item.rings)}" {paint}{opacity}/>'
        case Line():
            dash = f' stroke-dasharray="{item.dash[0]:g} {item.dash[1]:g}"' if item.dash else ""
            return f'<path d="{_data(item.points)}" fill="none"{_stroke(item.colour, item.width)}{dash}/>'
        case Words():
            return _text(item)
        case Raw():
            return item.text


def _stroke(colour: str | None, width: float) -> str:
    return f' stroke="{colour}" stroke-width="{width:g}"' if colour else ""


def _text(words: Words) -> str:
    x, y = (_short(value) for value in words.at)
    turn = f' transform="rotate({words.angle:g} {x} {y})"' if words.angle else ""
    bold = ' font-weight="bold"' if words.is_bold else ""
    halo = (
        f' stroke="#ffffff" stroke-width="{_short(words.size / 4)}" paint-order="stroke" stroke-linejoin="round"'
        if words.has_halo
        else ""
    )
    anchor = f' text-anchor="{words.align}"' if words.align != "start" else ""
    return (
        f'<text x="{x}" y="{y}" font-size="{words.size:g}" fill="{words.colour}"{anchor}{bold}{halo}{turn}>'
        f"{escape(_printable(words.text))}</text>"
    )


def _printable(text: str) -> str:
    """Return a text without the control characters that XML has no place for."""
    return "".join(letter if letter >= " " else "�" for letter in text)


def _data(points: Iterable[Point]) -> str:
    """Return path data in steps from point to point, which are shorter to write than places."""
    whole = [(round(100 * x), round(100 * y)) for x, y in points]
    steps = [f"{_hundredths(x - u)} {_hundredths(y - v)}" for (u, v), (x, y) in pairwise(whole)]
    start = f"M{_hundredths(whole[0][0])} {_hundredths(whole[0][1])}"
    return f"{start}l{' '.join(steps)}" if steps else start


def _hundredths(value: int) -> str:
    return f"{value / 100:.2f}".rstrip("0").rstrip(".")


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def pdf(pages: Sequence[Page], title: str) -> bytes:
    """Return pages as a PDF file; the same bytes for the same pages."""
    # A third of a second, which only those wait for who write a PDF.
    from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]  # noqa: PLC0415

    file = BytesIO()
    canvas = Canvas(file, pagesize=(pages[0].width, pages[0].height), invariant=1, pageCompression=1)
    canvas.setTitle(title)
    canvas.setAuthor("maskgen")
    for page in pages:
        canvas.setPageSize((page.width, page.height))
        for item in page.items:
            _put(canvas, item, page.height)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _put(canvas: _Canvas, item: Item, height: float) -> None:
    match item:
        case Area():
            _put_area(canvas, item, height)
        case Line():
            canvas.setStrokeColor(item.colour)
            canvas.setLineWidth(item.width)
            canvas.setDash(*(item.dash or ()))
            canvas.drawPath(_outline(canvas, [item.points], height), stroke=1, fill=0)
            canvas.setDash()
        case Words():
            _put_words(canvas, item, height)


def _put_area(canvas: _Canvas, area: Area, height: float) -> None:
    if area.fill:
        canvas.setFillColor(area.fill)
        canvas.setFillAlpha(area.opacity)
    if area.stroke:
        canvas.setStrokeColor(area.stroke)
        canvas.setLineWidth(area.width)
    outline = _outline(canvas, area.rings, height, closed=True)
    canvas.drawPath(outline, stroke=int(area.stroke is not None), fill=int(area.fill is not None), fillMode=0)
    canvas.setFillAlpha(1)


def _outline(canvas: _Canvas, rings: Iterable[tuple[Point, ...]], height: float, *, closed: bool = False) -> _Canvas:
    path = canvas.beginPath()
    for (x, y), *others in rings:
        path.moveTo(x, height - y)
        for u, v in others:
            path.lineTo(u, height - v)
        if closed:
            path.close()
    return path


def _put_words(canvas: _Canvas, words: Words, height: float) -> None:
    legal = words.text.encode("cp1252", "replace").decode("cp1252")
    canvas.saveState()
    canvas.translate(words.at[0], height - words.at[1])
    canvas.rotate(-words.angle)
    canvas.setFont("Helvetica-Bold" if words.is_bold else "Helvetica", words.size)
    draw = {"start": canvas.drawString, "middle": canvas.drawCentredString, "end": canvas.drawRightString}[words.align]
    if words.has_halo:
        canvas.setStrokeColor("#ffffff")
        canvas.setLineWidth(words.size / 4)
        canvas.setLineJoin(1)
        draw(0, 0, legal, mode=1)
    canvas.setFillColor(words.colour)
    draw(0, 0, legal)
    canvas.restoreState()


def moved(item: Item, dx: float, dy: float) -> Item:
    """Return an item at another place."""
    match item:
        case Area():
            return replace(item, rings=tuple(tuple((x + dx, y + dy) for x, y in ring) for ring in item.rings))
        case Line():
            return replace(item, points=tuple((x + dx, y + dy) for x, y in item.points))
        case Words():
            return replace(item, at=(item.at[0] + dx, item.at[1] + dy))
        case Raw():
            return Raw(f'<g transform="translate({_short(dx)} {_short(dy)})">{item.text}</g>')
