"""Paper: one page of words, lines and regions, in points from its lower left corner; equal pages are equal bytes."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import shapely

from maskgen.export.sheet import Colour
from maskgen.geometry import regions
from maskgen.geometry.regions import Box, Region

SIZE = 595.0, 842.0
"""A4 [points]."""

Point = tuple[float, float]

BLACK: Colour = (0, 0, 0)
GREY: Colour = (0x60, 0x66, 0x6E)
RED: Colour = (0xC8, 0x1E, 0x1E)


@dataclass(frozen=True)
class Style:
    """How words look: size [points], colour, weight, and which end of them stands where they are put."""

    size: float
    colour: Colour = BLACK
    is_bold: bool = False
    align: Literal["left", "right", "centre"] = "left"

    @property
    def font(self) -> str:
        """Return the name of the font."""
        return "Helvetica-Bold" if self.is_bold else "Helvetica"

    def width(self, words: str) -> float:
        """Return how long words are [points]."""
        from reportlab.pdfbase.pdfmetrics import stringWidth  # type: ignore[import-untyped]  # noqa: PLC0415

        return float(stringWidth(_legal(words), self.font, self.size))

    def cut(self, words: str, width: float) -> str:
        """Return words without what goes beyond a width [points]."""
        return words[: next((n for n in range(len(words), 0, -1) if self.width(words[:n]) <= width), 0)]

    def wrapped(self, words: str, width: float) -> Iterator[str]:
        """Yield words as lines no longer than a width [points]; a word that is longer itself is broken."""
        line = ""
        for word in words.split():
            longer = f"{line} {word}".strip()
            if self.width(longer) <= width:
                line = longer
                continue
            if line:
                yield line
            line = word
            while self.width(line) > width:
                first = self.cut(line, width)
                yield first
                line = line[len(first) :]
        yield line


@dataclass(frozen=True)
class Frame:
    """A part of the page, and the box of the plate [µm] that fills it."""

    left: float
    bottom: float
    scale: float
    box: Box

    def at(self, x: float, y: float) -> Point:
        """Return where a point of the plate stands on the page."""
        return self.left + (x - self.box[0]) * self.scale, self.bottom + (y - self.box[1]) * self.scale

    @property
    def size(self) -> Point:
        """Return width and height on the page."""
        return (self.box[2] - self.box[0]) * self.scale, (self.box[3] - self.box[1]) * self.scale


class Paper:
    """A page that is drawn on."""

    def __init__(self, path: Path, title: str, author: str) -> None:
        # A third of a second, which only those wait for who get an order.
        from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]  # noqa: PLC0415

        self.canvas = Canvas(str(path), pagesize=SIZE, invariant=1, pageCompression=1)
        self.canvas.setTitle(title)
        self.canvas.setAuthor(author)

    def save(self) -> None:
        """Write the page."""
        self.canvas.showPage()
        self.canvas.save()

    def text(self, at: Point, words: str, style: Style) -> None:
        """Write words on a base line."""
        self.canvas.setFont(style.font, style.size)
        self._ink(style.colour)
        draw = {
            "left": self.canvas.drawString,
            "right": self.canvas.drawRightString,
            "centre": self.canvas.drawCentredString,
        }
        draw[style.align](*at, _legal(words))

    def line(self, start: Point, end: Point, colour: Colour, width: float = 0.5) -> None:
        """Draw a straight line."""
        self.canvas.setStrokeColorRGB(*_rgb(colour))
        self.canvas.setLineWidth(width)
        self.canvas.line(*start, *end)

    def dot(self, at: Point, radius: float, colour: Colour) -> None:
        """Draw a dot."""
        self._ink(colour)
        self.canvas.circle(*at, radius, stroke=0, fill=1)

    def picture(self, frame: Frame, ground: Colour, shapes: Iterator[tuple[Region, Colour]]) -> None:
        """Draw regions over a ground, clipped to a frame, and the frame around them."""
        self.canvas.saveState()
        outline = self.canvas.beginPath()
        outline.rect(frame.left, frame.bottom, *frame.size)
        self.canvas.clipPath(outline, stroke=0, fill=0)
        self._ink(ground)
        self.canvas.rect(frame.left, frame.bottom, *frame.size, stroke=0, fill=1)
        for region, colour in shapes:
            self._fill(frame, region, colour)
        self.canvas.restoreState()
        self.canvas.setStrokeColorRGB(*_rgb(GREY))
        self.canvas.setLineWidth(0.6)
        self.canvas.rect(frame.left, frame.bottom, *frame.size, stroke=1, fill=0)

    def _fill(self, frame: Frame, region: Region, colour: Colour) -> None:
        """Fill a region, its holes left open by the even-odd rule."""
        path = self.canvas.beginPath()
        for part in regions.polygons(region):
            for ring in (part.exterior, *part.interiors):
                first, *others = (frame.at(x, y) for x, y in shapely.get_coordinates(ring)[:-1].tolist())
                path.moveTo(*first)
                for point in others:
                    path.lineTo(*point)
                path.close()
        self._ink(colour)
        self.canvas.drawPath(path, stroke=0, fill=1, fillMode=0)

    def _ink(self, colour: Colour) -> None:
        self.canvas.setFillColorRGB(*_rgb(colour))


def _rgb(colour: Colour) -> tuple[float, float, float]:
    red, green, blue = (value / 255 for value in colour)
    return red, green, blue


def _legal(words: str) -> str:
    return words.encode("latin-1", "replace").decode("latin-1")
