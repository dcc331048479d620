"""PDF pages, drawn by a reader of their operators."""

import re
import zlib

import plates
import pytest
import shapely

from maskgen.export import pdf, sheet
from maskgen.geometry import regions

POINTS_PER_MM = 72 / 25.4
CHROME, GLASS = "0.1373 0.1529 0.1804", "0.9569 0.9686 0.9843"


def written(folder, shapes, **changes):
    path = folder / "mask.pdf"
    pdf.write(plates.plate(shapes, **changes), path)
    return path


class Pages:
    """The pages of a file: sizes [points], texts, and what each colour paints, later paint over earlier."""

    def __init__(self, path):
        data = path.read_bytes()
        at = int(data.rsplit(b"startxref\n", 1)[1].split()[0])
        places = [int(line[:10]) for line in data[at:].split(b"\n")[3:] if line.endswith(b"n ")]
        self.objects = {}
        for number, place in enumerate(places, start=1):
            assert data[place:].startswith(b"%d 0 obj\n" % number)
            head, _, rest = data[place:].partition(b" >>\n")
            stream = b""
            if rest.startswith(b"stream\n"):
                length = int(re.search(rb"/Length (\d+)", head).group(1))
                stream = zlib.decompress(rest[7 : 7 + length])
            self.objects[number] = head.decode("latin-1"), stream.decode("latin-1")
        pages = [text for text, _ in self.objects.values() if "/Type /Page " in text]
        self.sizes = [tuple(map(float, re.search(r"MediaBox \[0 0 (\S+) (\S+)\]", page).groups())) for page in pages]
        self.painted = [self.drawn(page) for page in pages]
        self.texts = [re.findall(r"\((.*)\) Tj", self.content(page)) for page in pages]

    def content(self, page):
        return self.objects[int(re.search(r"/Contents (\d+)", page).group(1))][1]

    def drawn(self, page):
        painted = {}
        self.run(self.content(page), page, (1, 0, 0, 1, 0, 0), painted)
        return painted

    def run(self, content, resources, matrix, painted, colour="0 0 0"):
        """Follow the operators of a stream; `painted` maps colours to what they cover in the end."""
        stack, kept, rings, ring = [], [], [], []
        for word in re.sub(r"BT.*?ET", "", content).split():
            match word:
                case "q":
                    kept.append((matrix, colour))
                case "Q":
                    matrix, colour = kept.pop()
                case "cm":
                    matrix = after(tuple(map(float, stack)), matrix)
                case "rg" | "g" | "G":
                    colour = " ".join(stack) if word == "rg" else colour
                case "re":
                    x, y, w, h = map(float, stack)
                    rings.append([placed(matrix, *p) for p in ((x, y), (x + w, y), (x + w, y + h), (x, y + h))])
                case "m" | "l":
                    ring.append(placed(matrix, *map(float, stack)))
                case "h":
                    rings.append(ring)
                    ring = []
                case "f" | "f*":
                    paint(painted, colour, rings)
                    rings = []
                case "Do":
                    number = int(re.search(rf"{stack[0]} (\d+) 0 R", resources).group(1))
                    head, inner = self.objects[number]
                    self.run(inner, head, matrix, painted, colour)
                case "S" | "w":
                    rings = []
                case _:
                    stack.append(word)
                    continue
            stack = []


def after(one, other):
    a, b, c, d, e, f = one
    p, q, r, s, t, u = other
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def placed(matrix, x, y):
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def paint(painted, colour, rings):
    shape = regions.EMPTY
    for ring in rings:  # even-odd
        shape = shape.symmetric_difference(shapely.Polygon(ring))
    for known in painted:
        painted[known] = painted[known].difference(shape)
    painted[colour] = painted.get(colour, regions.EMPTY).union(shape)


def ink(pages, page=0, colour=GLASS):
    """Return what a colour covers [µm], the lower left corner of its box at the origin."""
    found = pages.painted[page][colour]
    left, bottom, *_ = found.bounds
    return shapely.transform(found, lambda points: (points - [left, bottom]) / POINTS_PER_MM * 1000)


def test_a_square_of_10_mm_is_10_mm_on_the_page(tmp_path):
    pages = Pages(written(tmp_path, plates.alone(plates.SQUARE)))

    assert ink(pages).bounds == pytest.approx((0, 0, 10_000, 10_000), abs=1e-3)
    assert ink(pages, colour="0 0 0").bounds[2] == pytest.approx(2000, abs=1e-3)
    assert pages.texts == [
        [
            "qfn_FIRST_MASK",
            "digitized data clear, polygons are openings, top side, not mirrored, scale 1",
            "data 10 mm x 10 mm, drawn 1:1",
            "2 mm",
        ]
    ]


@pytest.mark.parametrize("mirrored", [False, True])
def test_the_page_shows_what_the_mask_covers(tmp_path, mirrored):
    flat = plates.pattern().flat()
    flat = regions.mirror(flat) if mirrored else flat
    left, bottom, *_ = flat.bounds
    found = ink(Pages(written(tmp_path, plates.pattern(), mirrored=mirrored)))

    assert regions.is_same(found, regions.move(flat, -left, -bottom), tolerance=0.002)
    assert found.area == pytest.approx(flat.area, rel=1e-6)


def test_clear_data_is_glass_in_chrome_and_dark_data_chrome_on_glass(tmp_path):
    clear = Pages(written(tmp_path, plates.alone(plates.SQUARE))).painted[0]
    dark = Pages(written(tmp_path, plates.alone(plates.SQUARE), digitized="dark")).painted[0]

    assert clear[GLASS].equals_exact(dark[CHROME], 1e-9)
    assert clear[CHROME].equals_exact(dark[GLASS], 1e-9)


def test_the_same_mask_gives_the_same_bytes(tmp_path):
    assert written(tmp_path, plates.pattern()).read_bytes() == written(tmp_path, plates.pattern()).read_bytes()


def test_a_plate_with_very_many_sites_is_simplified_and_says_so(tmp_path):
    shapes = plates.pattern(1000, 1000)
    path = written(tmp_path, shapes)
    pages = Pages(path)
    grey = [found for colour, found in pages.painted[0].items() if colour not in (CHROME, GLASS, "0 0 0")]
    covered = plates.HOLED.area / 600**2

    assert path.stat().st_size < 4000
    assert "simplified: repeated sites are drawn as areas of their mean grey" in pages.texts[0]
    assert [found.bounds[2] - found.bounds[0] for found in grey] == pytest.approx([599.9 * POINTS_PER_MM], abs=1e-6)
    (colour,) = pages.painted[0].keys() - {CHROME, GLASS, "0 0 0"}
    assert float(colour.split()[0]) == pytest.approx(0.9569 * covered + 0.1373 * (1 - covered), abs=1 / 255)
    assert pages.texts[1][0] == "qfn_FIRST_MASK: one of 1000000 equal sites"
    assert pages.texts[1][1:3] == ["data 0.5 mm x 0.49 mm", "drawn 256.6:1"]
    site = ink(pages, page=1)
    assert site.area / 256.6**2 == pytest.approx(plates.HOLED.area, rel=1e-3)


def test_an_empty_mask_is_an_empty_page(tmp_path):
    pages = Pages(written(tmp_path, plates.alone(regions.EMPTY)))

    assert GLASS not in pages.painted[0]


@pytest.mark.parametrize(
    ("width", "bar"),
    [(600_000, (100_000, "100 mm")), (1999, (200, "200 um")), (4000, (1000, "1 mm")), (3, (0.5, "0.5 um"))],
)
def test_scale_bars_are_round(width, bar):
    assert sheet.scale_bar(width) == bar
