"""Overviews of site and plate: as large as what they show, not as its copies; findings named where they are."""

import io
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import shapely
import svgs
from PIL import Image

from maskgen.drc.violation import Finding, Violation
from maskgen.geometry import arrays
from maskgen.geometry.arrays import Array, Lattice
from maskgen.layout import Layout
from maskgen.package import NOTHING, Package
from maskgen.pictures import files, markers
from maskgen.pictures.overview import plate_svg, site_svg
from maskgen.raster import png
from maskgen.technology.model import LayerEntry

ENTRIES = {
    "PAD": LayerEntry(gds="1/0", kind="design", colour="#ff0000"),
    "DIE": LayerEntry(gds="2/0", kind="design", colour="#0000ff"),
    "AS_BUILT": LayerEntry(gds="3/0", kind="as-built", colour="#00ff00"),
}
SITE = {
    "DIE": shapely.box(-400, -400, 400, 400),
    "PAD": shapely.box(-100, -100, 100, 100),
    "AS_BUILT": shapely.box(0, 0, 9, 9),
}
SHOWN = (-500, -500, 500, 500)


def package(columns=4, rows=3, *, pitch=1000.0, vacant=()):
    axes = [arrays.axis((np.arange(n) - (n - 1) / 2) * pitch, -pitch / 2, pitch / 2) for n in (columns, rows)]
    occupied = np.ones((rows, columns), bool)
    for place in vacant:
        occupied[place] = False
    array = Array(axes[0], axes[1], occupied)
    left, bottom, right, top = array.box
    plate = shapely.box(left - pitch, bottom - pitch, right + pitch, top + pitch)
    return Package(Layout(SITE, {"PLATE": plate}, array), NOTHING)


def violation(rule, box, *, cell="SITE", severity="error", count=1, waived=None):
    place = (Lattice(box[0], box[1], count, 1, 1000.0, 0.0),)
    return Violation(rule, "width", severity, Finding("too narrow", box), cell, place, count, f"{rule}{box}", waived)


def test_a_million_sites_cost_no_more_than_a_hundred():
    few, many = (plate_svg(package(n, n), ENTRIES, (), name="part") for n in (10, 1000))

    assert svgs.count(many) <= svgs.count(few) + 5
    assert len(many) < 20_000
    assert "1,000,000 sites, one every 1000 x 1000 µm" in svgs.texts(many)
    assert "sites drawn as areas of their mean colour" in svgs.texts(many)


@pytest.mark.parametrize(
    ("columns", "rows", "vacant"),
    [
        pytest.param(5, 4, [(0, 0), (2, 3)], id="large"),
        pytest.param(31, 29, [(0, 0), (28, 30), (14, 3)], id="small"),
        pytest.param(1, 6, [(2, 0)], id="one column"),
    ],
)
def test_sites_stand_where_they_are_and_nowhere_else(columns, rows, vacant):
    """Pixels in the middle of each place: a pad, or the ground of the plate."""
    kit = package(columns, rows, vacant=vacant)
    image = Image.open(io.BytesIO(png(plate_svg(kit, ENTRIES, (), name="part"), zoom=1.0))).convert("RGB")
    wide, high = (columns + 2) * 1000.0, (rows + 2) * 1000.0
    room = 0.02 * max(wide, high)
    scale = 880.0 / (max(wide, high) + 2 * room)

    for row in range(rows):
        for column in range(columns):
            x, y = kit.layout.array.centre(row, column)
            at = 24 + (wide / 2 + room + x) * scale, 24 + (high / 2 + room - y) * scale
            red, _, blue = image.getpixel((int(at[0]), int(at[1])))
            is_pad = red > 150 and blue < 120
            assert is_pad == bool(kit.layout.array.occupied[row, column]), (row, column)


def test_a_site_shows_its_design_layers_and_no_others():
    svg = site_svg(package(), ENTRIES, (), name="part")
    found = svgs.texts(svg)

    assert found[:4] == ["part", "one of 12 sites", "0.8 x 0.8 mm, seen from above", "no findings with a place"]
    assert {"DIE", "PAD"} <= set(found)
    assert "AS_BUILT" not in found


def test_findings_are_named_at_their_places():
    found = [
        violation("M1.W.1", (-1600, -1050, -1500, -950), count=12),
        violation("M1.S.1", (-1200, -1250, -1150, -1200), severity="warning"),
        violation("P.1", (2500, 1500, 2600, 1600), cell="PLATE", waived="as drawn (me)"),
    ]
    texts = svgs.texts(plate_svg(package(), ENTRIES, found, name="part"))

    assert {"findings in error: 1", "findings warned about: 1", "findings waived: 1"} <= set(texts)
    assert [text for text in texts if text.startswith(("M1", "P."))] == ["M1.W.1 ×12", "M1.S.1", "P.1"]


def test_findings_of_a_site_stand_in_the_site():
    found = [violation("M1.W.1", (-1600, -1050, -1500, -950))]
    (marker,) = markers.on_site(found, package().layout.array, SHOWN)

    assert marker == markers.Marker("M1.W.1", "error", (-100, -50, 0, 50))


def test_equal_findings_of_a_site_are_one_marker_and_those_elsewhere_none():
    found = [
        violation("M1.W.1", (-1600, -1050, -1500, -950)),
        violation("M1.W.1", (-600, -1050, -500, -950)),
        violation("P.1", (0, 0, 10, 10), cell="PLATE"),
        violation("M1.W.2", (-5000, -1050, -4900, -950)),
    ]

    assert len(markers.on_site(found, package().layout.array, SHOWN)) == 1


def test_names_do_not_lie_on_each_other_and_the_rest_is_counted():
    crowd = [violation(f"RULE.{n:03d}", (10 * n, 0, 10 * n + 5, 5), cell="PLATE") for n in range(100)]
    svg = plate_svg(package(), ENTRIES, crowd, name="part")
    named = [entry for entry in svgs.boxes(svg) if entry[0].startswith("RULE.")]

    assert svgs.overlaps(named) == []
    assert 10 <= len(named) <= markers.MOST
    assert f"and {100 - len(named)} more without a name, see drc.json" in svgs.texts(svg)


def test_the_worst_findings_are_named_first():
    warned = violation("W", (0, 0, 1, 1), severity="warning", cell="PLATE")
    found = markers.on_plate([warned, violation("E", (9, 9, 10, 10), cell="PLATE")], package().layout.array)

    assert [marker.words for marker in found] == ["E", "W"]


def test_names_are_text():
    found = [violation("<b>&", (0, 0, 1, 1), cell="PLATE")]
    svg = plate_svg(package(), ENTRIES, found, name="<script>alert(1)</script>")

    assert {"<b>&", "<script>alert(1)</script>: plate"} <= set(svgs.texts(svg))
    assert not list(ET.fromstring(svg).iter(f"{svgs.SVG}script"))


def test_the_same_bytes_each_time():
    made = [list(files.overview_files(package(), ENTRIES, (), name="part", formats=("svg", "png"))) for _ in range(2)]

    assert made[0] == made[1]
    assert [name for name, _ in made[0]] == ["part.svg", "part.png", "part_plate.svg", "part_plate.png"]


def test_no_pictures_are_made_where_none_are_wanted():
    assert list(files.overview_files(package(), ENTRIES, (), name="part", formats=("gds",))) == []
