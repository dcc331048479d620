"""PDF for review: a mask drawn 1:1 as its plate will look, with name, tone, size and scale bar.

Written without a library: libraries round scales to six digits, which on a plate of 600 mm is 0.1 mm. Here shapes are
in µm with three decimals under one matrix of full precision. A viewer may still compute with 24 bits: 0.1 µm on a
panel. It is a picture to look at, never data to write a mask from.
"""

import zlib
from collections.abc import Iterator
from pathlib import Path

import shapely

from maskgen.export.artwork import Artwork
from maskgen.export.sheet import Colour, Sheet, area_of, commonest, is_crowded, sheet, site_sheet
from maskgen.geometry import regions
from maskgen.geometry.arrays import Lattice, Positions
from maskgen.geometry.regions import Box, Region

POINTS = 72 / 25_400
"""Points in a µm."""
_MARGIN, _LINE, _NARROWEST = 28.0, 11.0, 420.0
"""Points around the picture, between lines of text, and at least across the page."""
_ENLARGED = 400.0
"""Points across the picture of a single site."""


def write(art: Artwork, path: Path) -> None:
    """Write a mask as a PDF file of one page, two where it is simplified; the same bytes for the same mask."""
    around = sheet(art)
    file = _File()
    if is_crowded(art):
        file.page(*_page(around, _areas(art, around), around.title))
        file.page(*_site_page(art, around))
    else:
        file.page(*_page(around, _blocks(art, file), around.title))
    path.write_bytes(file.whole())


class _File:
    """The objects of a PDF file, numbered as they come."""

    def __init__(self) -> None:
        self.objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
        self.objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
        self.pages: list[int] = []
        self.forms: dict[str, int] = {}

    def add(self, head: str, stream: str | None = None) -> int:
        """Add an object, a dictionary with a stream if one is given, and return its number."""
        if stream is None:
            self.objects.append(f"<< {head} >>".encode("latin-1"))
        else:
            data = zlib.compress(stream.encode("latin-1"), 9)
            opening = f"<< {head} /Filter /FlateDecode /Length {len(data)} >>\nstream\n".encode("latin-1")
            self.objects.append(opening + data + b"\nendstream")
        return len(self.objects)

    def form(self, box: Box, stream: str, uses: str | None = None) -> str:
        """Add a drawing that can be used many times, and return its name."""
        resources = f"/XObject << /{uses} {self.forms[uses]} 0 R >>" if uses else ""
        frame = " ".join(_number(value) for value in box)
        head = f"/Type /XObject /Subtype /Form /BBox [{frame}] /Resources << {resources} >>"
        name = f"F{len(self.forms)}"
        self.forms[name] = self.add(head, stream)
        return name

    def page(self, size: tuple[float, float], stream: str) -> None:
        """Add a page of a size [points]."""
        used = " ".join(f"/{name} {number} 0 R" for name, number in self.forms.items())
        content = self.add("", stream)
        head = f"/Type /Page /Parent 2 0 R /MediaBox [0 0 {size[0]:.4f} {size[1]:.4f}] /Contents {content} 0 R"
        self.pages.append(self.add(f"{head} /Resources << /Font << /H 3 0 R >> /XObject << {used} >> >>"))

    def whole(self) -> bytes:
        """Return the file."""
        kids = " ".join(f"{number} 0 R" for number in self.pages)
        self.objects[1] = f"<< /Type /Pages /Count {len(self.pages)} /Kids [{kids}] >>".encode("latin-1")
        text, places = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
        for number, content in enumerate(self.objects, start=1):
            places.append(len(text))
            text += b"%d 0 obj\n%b\nendobj\n" % (number, content)
        table = b"".join(b"%010d 00000 n \n" % place for place in places)
        size = len(self.objects) + 1
        trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(text))
        return text + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer


def _page(around: Sheet, shapes: str, title: tuple[str, ...], scale: float = 1.0) -> tuple[tuple[float, float], str]:
    """Return size and content of a page: the picture, under it the title block and the scale bar."""
    left, bottom, right, top = around.box
    step = POINTS * scale
    width, height = (right - left) * step, (top - bottom) * step
    foot = _MARGIN + (len(title) + 2) * _LINE
    size = max(width, _NARROWEST) + 2 * _MARGIN, height + foot + _MARGIN
    matrix = f"{step:.17g} 0 0 {step:.17g} {_MARGIN - left * step:.9f} {foot - bottom * step:.9f} cm"
    ground = f"{_colour(around.ground)} {_rectangle(around.box)} f"
    picture = f"q {matrix}\n{ground}\n{_colour(around.ink)}\n{shapes}\nQ"
    frame = f"0.5 w 0 G {_MARGIN:g} {foot:.4f} {width:.4f} {height:.4f} re S"
    return size, "\n".join([picture, frame, *_words(around, title, foot, step)])


def _words(around: Sheet, title: tuple[str, ...], foot: float, step: float) -> Iterator[str]:
    """Yield the title block, and the scale bar right of its first line."""
    yield "0 g"
    for number, line in enumerate(title):
        size = 10 if number == 0 else 8
        y = foot - (number + 1.5) * _LINE
        yield f"BT /H {size} Tf {_MARGIN:g} {y:.2f} Td ({_escaped(line)}) Tj ET"
    length, words = around.bar
    y = foot - (len(title) + 1.7) * _LINE
    yield f"{_MARGIN:g} {y:.2f} {length * step:.6f} 3 re f"
    yield f"BT /H 8 Tf {_MARGIN + length * step + 5:.2f} {y - 1:.2f} Td ({_escaped(words)}) Tj ET"


def _blocks(art: Artwork, file: _File) -> str:
    """Return drawing instructions of all shapes, each block drawn once and used where it stands."""
    parts = [_path(art.rest)]
    for block in art.blocks:
        box = regions.box_of(block.region)
        name = file.form(box, _path(block.region))
        parts += [_repeated(file, name, box, lattice) for lattice in block.lattices]
    return "\n".join(parts)


def _repeated(file: _File, name: str, box: Box, lattice: Lattice) -> str:
    """Return instructions that draw a form on a lattice: a row is a form too, so that a block is columns and rows."""
    if lattice.columns > 1:
        row = "\n".join(_use(name, column * lattice.dx, 0.0) for column in range(lattice.columns))
        wide = box[0], box[1], box[2] + (lattice.columns - 1) * lattice.dx, box[3]
        name = file.form(wide, row, name)
    return "\n".join(_use(name, lattice.x, lattice.y + row * lattice.dy) for row in range(lattice.rows))


def _use(name: str, x: float, y: float) -> str:
    return f"q 1 0 0 1 {_number(x)} {_number(y)} cm /{name} Do Q"


def _areas(art: Artwork, around: Sheet) -> str:
    """Return drawing instructions of a simplified mask: an area for each lattice, and the rest as it is."""
    areas = [area_of(block, lattice, around) for block in art.blocks for lattice in block.lattices]
    drawn = [f"{_colour(colour)} {_rectangle(box)} f" for box, colour in areas]
    return "\n".join([*drawn, _colour(around.ink), _path(art.rest)])


def _site_page(art: Artwork, around: Sheet) -> tuple[tuple[float, float], str]:
    """Return size and content of the page that shows the commonest block enlarged."""
    near = site_sheet(art, around)
    scale = _ENLARGED / ((near.box[2] - near.box[0]) * POINTS)
    return _page(near, _path(commonest(art).region), (*near.title, f"drawn {scale:.4g}:1"), scale)


def _path(region: Region) -> str:
    """Return a region as a filled path, its holes left open by the even-odd rule."""
    rings = [ring for part in regions.polygons(region) for ring in (part.exterior, *part.interiors)]
    outlines = [_ring(shapely.get_coordinates(ring)[:-1]) for ring in rings]
    return "\n".join([*outlines, "f*"]) if outlines else ""


def _ring(points: Positions) -> str:
    first, *others = (f"{_number(x)} {_number(y)}" for x, y in points.tolist())
    return f"{first} m " + " ".join(f"{point} l" for point in others) + " h"


def _rectangle(box: Box) -> str:
    return " ".join(_number(value) for value in (box[0], box[1], box[2] - box[0], box[3] - box[1])) + " re"


def _colour(colour: Colour) -> str:
    return " ".join(f"{value / 255:.4f}" for value in colour) + " rg"


def _number(value: float) -> str:
    """Return a length [µm] to a database unit, as short as it can be."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _escaped(text: str) -> str:
    """Return text as it stands between the brackets of a PDF string."""
    legal = text.encode("latin-1", "replace").decode("latin-1")
    return legal.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
