"""SVG pictures of masks, their references followed by an XML reader."""

import re
from xml.etree import ElementTree

import plates
import pytest
import shapely

from maskgen.export import svg
from maskgen.geometry import regions

SPACE = "{http://www.w3.org/2000/svg}"


def drawn(shapes, **changes):
    return ElementTree.fromstring(svg.mask_picture(plates.plate(shapes, **changes)))


def covered(root):
    """Return what the paths of a picture cover, in its own µm, y upwards."""
    known = {element.get("id"): element for element in root.iter() if element.get("id")}

    def shapes(element, x, y):
        x, y = x + float(element.get("x", 0)), y + float(element.get("y", 0))
        if element.tag == f"{SPACE}use":
            return shapes(known[element.get("href")[1:]], x, y)
        if element.tag == f"{SPACE}path":
            return [regions.move(path_region(element.get("d")), x, y)]
        if element.tag == f"{SPACE}g":
            return [shape for child in element for shape in shapes(child, x, y)]
        return []

    return regions.merge(shape for child in root if child.get("fill-rule") for shape in shapes(child, 0, 0))


def path_region(text):
    rings = [re.findall(r"(\S+) (\S+)", ring) for ring in text.replace("L", "\n").replace("M", "").split("Z") if ring]
    found = regions.EMPTY
    for ring in rings:
        found = found.symmetric_difference(shapely.Polygon([(float(x), float(y)) for x, y in ring]))
    return found


def test_one_unit_is_a_micrometre_and_the_picture_is_as_large_as_the_plate():
    root = drawn(plates.alone(plates.SQUARE))
    _, _, width, height = map(float, root.get("viewBox").split())

    assert root.get("width") == f"{width / 1000:.9g}mm"
    assert root.get("height") == f"{height / 1000:.9g}mm"
    assert covered(root).bounds == (-3000, -1000, 7000, 9000)


@pytest.mark.parametrize("mirrored", [False, True])
def test_the_picture_shows_what_the_mask_covers(mirrored):
    flat = plates.pattern().flat()

    assert regions.is_same(
        covered(drawn(plates.pattern(), mirrored=mirrored)),
        regions.mirror(flat) if mirrored else flat,
        tolerance=1e-6,
    )


def test_the_picture_says_what_it_shows():
    texts = [element.text for element in drawn(plates.pattern(), digitized="dark").iter(f"{SPACE}text")]

    assert texts == [
        "qfn_FIRST_MASK",
        "digitized data dark, polygons are openings, top side, not mirrored, scale 1",
        "data 6.45 mm x 6.14 mm, drawn 1:1",
        "1 mm",
    ]


def test_a_plate_with_very_many_sites_is_simplified_and_says_so():
    root = drawn(plates.pattern(1000, 1000))
    texts = [element.text for element in root.iter(f"{SPACE}text")]

    assert "simplified: repeated sites are drawn as areas of their mean grey" in texts
    assert "qfn_FIRST_MASK: one of 1000000 equal sites" in texts
    assert not list(root.iter(f"{SPACE}use"))
    assert len(ElementTree.tostring(root)) < 8000


@pytest.mark.parametrize(("digitized", "ground"), [("clear", "#23272e"), ("dark", "#f4f7fb")])
def test_the_ground_is_chrome_around_clear_data(digitized, ground):
    (picture,) = drawn(plates.alone(plates.SQUARE), digitized=digitized).findall(f"{SPACE}g[@fill-rule]")

    assert picture.find(f"{SPACE}rect").get("fill") == ground
    assert picture.get("fill") != ground
