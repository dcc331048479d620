"""What a page shows: shapes come back exactly, layers repeat as the plate does, numbers are those of physics."""

import base64
import hashlib
import json
import re
import zlib
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from maskgen.drc.violation import Finding, Violation
from maskgen.geometry import regions
from maskgen.page import NAME
from maskgen.page.images import embedded, picture_html, solid_html
from maskgen.page.layout import MOST_FINDINGS, MOST_OF_A_RULE, layout_data, listed_findings
from maskgen.page.plating import deposits, plated_layers
from maskgen.page.shapes import Shapes
from maskgen.page.tables import Markup, csv_table, table
from maskgen.page.windows import bar, said
from maskgen.pipeline import build
from maskgen.windows import ProcessWindow

PANEL = Path(__file__).parents[2] / "examples" / "chip-scale-panel" / "chip-scale-panel.yaml"
ATTACK = "<script>alert(1)</script>"


def unpacked(text):
    """Return regions from their text, as a browser does it: written down here a second time."""
    words = np.frombuffer(zlib.decompress(base64.b64decode(text)), dtype="<i4").tolist()
    count = words.pop(0)
    rings, words = words[:count], words[count:]
    corners, words = words[: sum(rings)], words[sum(rings) :]
    half = len(words) // 2
    steps = list(zip(words[:half], words[half:], strict=True))
    found = []
    for number in rings:
        x = y = 0
        shape = []
        for _ in range(number):
            ring = []
            for _ in range(corners.pop(0)):
                dx, dy = steps.pop(0)
                x, y = x + dx, y + dy
                ring.append((x / 1000, y / 1000))
            shape.append(ring)
        found.append(shape)
    return found


def area(shape):
    """Return the area of rings by the even-odd rule: what lies in one ring is added, in a ring of that taken away."""
    region = regions.EMPTY
    for ring in shape:
        region = region.symmetric_difference(shapely.Polygon(ring))
    return region.area


def test_shapes_come_back_as_they_were_and_equal_ones_are_one():
    frame = shapely.Polygon([(0, 0), (10, 0), (10, 10), (0, 10)], [[(2, 2), (4, 2), (4, 4.001)]])
    shapes = Shapes()
    numbers = [shapes.number(one) for one in (frame, shapely.box(-5, -5, -1.5, -1), frame, regions.EMPTY)]

    assert numbers == [0, 1, 0, 2]
    first, second, nothing = unpacked(shapes.packed())
    assert sorted(map(len, first)) == [3, 4]
    assert area(first) == pytest.approx(frame.area)
    assert set(second[0]) == {(-5, -5), (-1.5, -5), (-1.5, -1), (-5, -1)}
    assert nothing == []


@given(st.lists(st.tuples(*[st.integers(-1_000_000_000, 1_000_000_000)] * 2, st.integers(1, 10**6)), max_size=5))
def test_every_box_comes_back_to_the_nanometre(boxes):
    shapes = Shapes()
    drawn = [shapely.box(x / 1000, y / 1000, (x + size) / 1000, (y + size) / 1000) for x, y, size in boxes]
    numbers = [shapes.number(box) for box in drawn]
    found = unpacked(shapes.packed())

    for number, (x, y, size) in zip(numbers, boxes, strict=True):
        points = np.array(found[number][0]) * 1000
        assert [*points.min(axis=0), *points.max(axis=0)] == pytest.approx([x, y, x + size, y + size], abs=1e-3)


@pytest.mark.parametrize("layer", ["PAD", "MP", "FIRST_MASK", "PAD_BUILT", "FIELD", "SEVER"])
def test_layers_cover_what_they_cover_on_the_plate(clean, layer):
    data, text = layout_data(clean, [])
    shapes = unpacked(text)
    entry = next(entry for entry in data["layers"] if entry["name"] == layer)
    covered = area(shapes[entry["rest"]]) if entry["rest"] >= 0 else 0.0
    for shape, places, _ in entry["tiles"]:
        covered += area(shapes[shape]) * sum(columns * rows for _, _, columns, rows, _, _ in data["places"][places])

    assert covered == pytest.approx(clean.patterns[layer].area, rel=1e-6)


def test_colours_and_numbers_of_layers_are_those_of_the_technology(clean):
    data, _ = layout_data(clean, [])
    entries = clean.job.process.technology.layers

    assert {entry["name"]: (tuple(entry["gds"]), entry["colour"]) for entry in data["layers"]} == {
        name: (entries[name].gds, entries[name].colour)
        for name, pattern in clean.patterns.items()
        if pattern.box is not None
    }


def test_sites_are_counted_and_numbered(clean):
    data, _ = layout_data(clean, [])

    assert sum(columns * rows for _, _, columns, rows, *_ in data["sites"]) == 6
    assert [(row, column, step) for *_, row, column, step in data["sites"]] == [(0, 0, 1)]


def test_terminals_have_kind_name_and_net(clean):
    data, _ = layout_data(clean, [])
    named = {(kind, name): net for kind, name, net, _ in data["terminals"]}
    wire = clean.package.bonds[0]
    net = next(net.name for net in clean.nets if ("pad", wire.pad) in net.members)

    assert named["pad", wire.pad] == net == named["contact", f"{wire.die}.{wire.contact}"]
    assert {kind for kind, _ in named} == {"pad", "mounting pad", "contact"}


def test_a_million_sites_are_no_more_data_than_a_hundred(panel, hundred):
    sizes = [
        sum(map(len, (json.dumps(data), text))) for data, text in (layout_data(one, []) for one in (hundred, panel))
    ]

    assert [one.package.layout.array.sites for one in (hundred, panel)] == [100, 1_000_000]
    assert sizes[1] < 1.2 * sizes[0]


def violation(rule, severity="error", waived=None, count=1):
    return Violation(rule, "space", severity, Finding("s", (0.0, 0.0, 1.0, 1.0)), "SITE", (), count, "f", waived)


def test_the_list_is_limited_and_no_rule_crowds_out_another():
    many = [violation("A", "warning")] * 5000 + [violation("B")] * 3 + [violation("C", waived="x (y)")]
    listed = listed_findings(many)

    assert [one.rule for one in listed] == ["B"] * 3 + ["A"] * MOST_OF_A_RULE + ["C"]
    assert len(listed_findings([violation(str(number)) for number in range(3000)])) == MOST_FINDINGS


@pytest.mark.parametrize(
    ("metal", "thickness", "dose"),
    [pytest.param("nickel", 20, 20 / 0.20486, id="nickel"), pytest.param("gold", 0.3, 0.3 / 0.63464, id="gold")],
)
def test_times_of_deposits_are_faradays(clean, metal, thickness, dose):
    """Rates [µm/min at 1 A/dm²] from the table of process.md 4.1."""
    found = next(one for one in deposits(clean) if one.metal == metal)

    assert found.thickness == thickness
    assert found.dose == pytest.approx(dose, rel=1e-3)


def test_plated_areas_are_those_of_the_plate(clean):
    pads = next(layer for layer in plated_layers(clean) if layer.name == "PAD_BUILT")
    flat = clean.patterns["PAD_BUILT"].flat().area

    assert pads.area == pytest.approx(flat)
    assert pads.square_decimetres == pytest.approx(flat / 1e10)


WINDOW = ProcessWindow("undercut", 15.0, 10.0, 20.0, "um", "doc", "source")


@pytest.mark.parametrize(
    ("window", "words"),
    [
        pytest.param(WINDOW, "undercut: 15 um, inside of 10 to 20", id="two limits"),
        pytest.param(
            ProcessWindow("gap", 5.0, 10.0, None, "um", "", ""), "gap: 5 um, outside of at least 10", id="low"
        ),
        pytest.param(ProcessWindow("r", 0.0, None, 0.0, "", "", ""), "r: 0, outside of at most 0", id="zero"),
    ],
)
def test_windows_are_told_in_words(window, words):
    assert said(window) == words
    assert f'aria-label="{words}"' in bar(window)


def test_the_nominal_stands_between_its_limits_in_proportion():
    drawn = bar(WINDOW)
    low, high = (float(x) for x in re.findall(r'class="limit" x1="([-\d.]+)"', drawn))
    nominal = float(re.search(r'class="nominal" d="M([-\d.]+)', drawn)[1])

    assert nominal == pytest.approx((low + high) / 2, abs=0.1)
    assert 0 < low < high < 300


@pytest.mark.parametrize("text", [ATTACK, "</script><!--", "<!--<script>", "a&b", "\u2028"])
def test_embedded_data_cannot_end_its_element_and_comes_back(text):
    written = embedded({"name": text})

    assert not set("<>&") & set(written)
    assert json.loads(written) == {"name": text}


def test_tables_escape_all_but_markup():
    html = table(["<a>"], [["<b>", Markup("<i>x</i>")]], caption="<c>")

    assert [tag for tag in re.findall(r"<(\w+)", html) if tag in "abci"] == ["i"]


def test_heads_of_csv_tables_have_their_units():
    html, count = csv_table("wire,length_um,angle_deg\n1,2.5,30\n", caption="Wires")

    assert count == 1
    assert re.findall(r'<th scope="col"[^>]*>([^<]*)', html) == ["wire", "length (µm)", "angle (°)"]


def test_pictures_are_images_and_the_solid_comes_back():
    picture = picture_html("<svg onload='x'/>", words=ATTACK)
    solid = re.search(r'id="solid-data">(.*?)</script>', solid_html(b"glTF..."))[1]

    assert "onload" not in picture
    assert "<script" not in picture
    assert zlib.decompress(base64.b64decode(solid)) == b"glTF..."
    assert solid_html(b"") == ""


@pytest.mark.parametrize(
    "setting", [pytest.param((), id="clean"), pytest.param(("wires.min_length=300",), id="withheld")]
)
def test_a_build_has_its_page_whatever_was_found(tmp_path, setting):
    _, folder = build(
        PANEL,
        tmp_path / "out",
        settings=["array.columns=2", "array.rows=2", *setting],
        formats=["gds"],
        allow_violations=False,
    )
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    written = (folder / NAME).read_bytes()
    said = "Errors stand. No mask files were written." if setting else "No error stands."

    assert {"path": NAME, "kind": "report", "sha256": hashlib.sha256(written).hexdigest()} in manifest["files"]
    assert [entry["path"] for entry in manifest["files"]] == sorted(entry["path"] for entry in manifest["files"])
    assert f"{said}</p>" in written.decode()
