"""Bond diagrams: numbered from pin 1, the numbers of the tables, nothing over anything, the same bytes each time."""

import base64
import csv
import io
import math
import re
import zlib
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import svgs
from hypothesis import given
from hypothesis import strategies as st

from maskgen.export import tables
from maskgen.layout import Layout
from maskgen.package import NOTHING, Package
from maskgen.pictures.bond import Heading, bond_pdf, bond_svg
from maskgen.pictures.diagram import diagrams, number_of
from maskgen.pictures.labels import Taken, spread
from maskgen.pipeline import prepare
from maskgen.spec.terminals import Terminal
from maskgen.systems import family

ROOT = Path(__file__).parents[2]
CARAVEL = ROOT / "examples" / "caravel-qfn64" / "caravel-qfn64.yaml"
SPECS = [
    *(ROOT / "templates" / f"{name}.yaml" for name in ("etched-recess-mold", "window-substrate-package")),
    *(ROOT / "templates" / f"{name}.yaml" for name in ("carrier-frame-resilient-pads", "peelable-lead-sheet")),
    ROOT / "templates" / "etch-resistant-spot-terminals.yaml",
    ROOT / "examples" / "carrier-352" / "carrier-352.yaml",
    CARAVEL,
]


@cache
def drawn(path):
    job = prepare(path)
    return family(job.spec.system).draw(job.spec, job.process, path.parent)


@pytest.fixture(scope="module")
def caravel():
    return drawn(CARAVEL)


@pytest.fixture(scope="module", params=SPECS, ids=lambda path: path.stem)
def package(request):
    return drawn(request.param)


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_labels_do_not_lie_on_each_other(package):
    assert svgs.overlaps(svgs.boxes(bond_svg(package))) == []


def test_each_joint_is_in_the_picture_and_in_the_table(package):
    found = svgs.texts(bond_svg(package))
    for diagram in diagrams(package):
        for joint in diagram.joints:
            assert found.count(str(joint.number)) >= 2
        assert [row[0] for row in diagram.table.rows] == [str(joint.number) for joint in diagram.joints]


def test_table_has_the_numbers_of_the_bond_list(caravel):
    found = svgs.texts(bond_svg(caravel))
    start = found.index("angle °") + 1
    table = [tuple(found[n : n + 6]) for n in range(start, start + 6 * 63, 6)]
    columns = ("wire", "contact", "pad", "net", "length_um", "angle_deg")

    assert table == [tuple(row[name] for name in columns) for row in rows(tables.bond_table(caravel))]


def test_pins_are_numbered_from_pin_1_at_the_upper_left_counter_clockwise_with_their_nets(caravel):
    nets = {row["pad"]: row["net"] for row in rows(tables.bond_table(caravel))}
    wanted = [f"{n} {nets[str(n)]}" if str(n) in nets else f"{n} (NC)" for n in range(1, 65)]
    places = {text: box for text, box in svgs.boxes(bond_svg(caravel)) if text in wanted}
    across = [(box[0] + box[2]) / 2 for box in places.values()]
    along = [(box[1] + box[3]) / 2 for box in places.values()]
    x, y = (min(across) + max(across)) / 2, (min(along) + max(along)) / 2

    def turn(text):
        left, top, right, bottom = places[text]
        angle = math.degrees(math.atan2(y - (top + bottom) / 2, (left + right) / 2 - x))
        return (angle - 135) % 360

    assert sorted(places, key=turn) == wanted


def test_wires_run_from_their_contact_to_their_pad(caravel):
    """The lines of the picture, by the scale of one of them, are those of the bond list."""
    root = ET.fromstring(bond_svg(caravel))
    lines = [
        tuple(map(float, re.findall(r"-?[\d.]+", node.get("d"))))
        for node in root.iter(f"{svgs.SVG}path")
        if node.get("stroke-width") == "0.7"
    ]
    bonds = rows(tables.bond_table(caravel))
    runs = [(float(r["x2_um"]) - float(r["x1_um"]), float(r["y2_um"]) - float(r["y1_um"])) for r in bonds]
    scale = math.hypot(*lines[0][2:]) / math.hypot(*runs[0])

    assert [line[2:] for line in lines] == [
        (pytest.approx(x * scale, abs=0.02), pytest.approx(-y * scale, abs=0.02)) for x, y in runs
    ]


def test_title_block_says_what_it_is(caravel):
    found = svgs.texts(bond_svg(caravel, Heading("caravel-qfn64", "B", "2026-11-21")))

    assert {"caravel-qfn64", "bond diagram", "9000 x 9000 µm", "64, pin 1 red, at the triangle"} <= set(found)
    assert "caravel, 3880 x 5070 x 250 µm, 63 contacts" in found
    assert "63, 437 to 3042 µm long, 25 µm thick, 1 down (blue)" in found
    assert "B, 2026-11-21" in found
    assert "from above, 21.5:1 on A3" in found
    assert "1 mm" in found


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        pytest.param(["1", "2", "10"], ["1", "2", "10"], id="numbers"),
        pytest.param(["A1", "B12"], ["A1", "B12"], id="balls"),
        pytest.param(["VDD", "OUT"], ["1 VDD", "2 OUT"], id="names"),
        pytest.param(["B1", "A1", "A2"], ["A1", "A2", "B1"], id="listed from another pin"),
    ],
)
def test_what_pins_are_called(caravel, names, wanted):
    outline = caravel.pads[0].outline
    pads = tuple(Terminal(name, outline) for name in names)
    (diagram,) = diagrams(replace(caravel, pads=pads))

    assert list(number_of(diagram).values()) == wanted


def test_names_are_text_whatever_they_are(caravel):
    evil = "<script>alert('x')</script>&\x07"
    bonds = tuple(replace(bond, net=evil) for bond in caravel.bonds)
    svg = bond_svg(replace(caravel, bonds=bonds), Heading(evil))
    root = ET.fromstring(svg)

    assert not list(root.iter(f"{svgs.SVG}script"))
    assert any(text.startswith("<script>alert(") for text in svgs.texts(svg))
    assert bond_pdf(replace(caravel, bonds=bonds), Heading(evil)).startswith(b"%PDF")


def test_a_package_without_wires_and_leads_says_so(caravel):
    empty = Package(Layout({}, {}, caravel.layout.array), NOTHING)

    assert svgs.texts(bond_svg(empty)) == ["this package has no wires and no leads"]


def test_a_package_with_nothing_but_wires_to_the_mounting_pad_is_drawn(caravel):
    down = tuple(bond for bond in caravel.bonds if bond.pad == "MP")
    found = svgs.texts(bond_svg(replace(caravel, pads=(), bonds=down)))

    assert [bond.number for bond in down] == [13]
    assert found.count("13") == 2
    assert "0, pin 1 red, at the triangle" not in found


def test_the_same_bytes_each_time(caravel):
    heading = Heading("caravel-qfn64", "A")

    assert bond_svg(caravel, heading) == bond_svg(caravel, heading)
    assert bond_pdf(caravel, heading) == bond_pdf(caravel, heading)


def pages(pdf):
    """Return the strings of each page of a PDF file that reportlab wrote."""
    streams = re.findall(rb"stream\r?\n(.*?)~>endstream", pdf, re.DOTALL)
    plain = [zlib.decompress(base64.a85decode(stream)).decode("latin-1") for stream in streams]
    return [re.findall(r"\((.*?)\) Tj", text) for text in plain]


@pytest.mark.parametrize(
    ("path", "sheets"),
    [
        pytest.param(CARAVEL, 1, id="63 wires"),
        pytest.param(SPECS[5], 3, id="352 leads"),
        pytest.param(SPECS[3], 2, id="wires and leads"),
    ],
)
def test_pdf_has_a_sheet_for_each_part_of_the_table(path, sheets):
    package = drawn(path)
    found = pages(bond_pdf(package, Heading("part")))
    numbers = [str(joint.number) for diagram in diagrams(package) for joint in diagram.joints]

    assert [page[-1] for page in found] == [f"sheet {n} of {sheets}" for n in range(1, sheets + 1)]
    assert set(numbers) <= {text for page in found for text in page}


@given(st.lists(st.floats(0, 100), min_size=1, max_size=30), st.floats(0.1, 3))
def test_spread_labels_keep_their_order_their_pitch_and_their_bounds(wanted, pitch):
    found = spread(sorted(wanted), pitch, 0.0, 100.0)
    gaps = [after - before for before, after in pairwise(found)]

    assert all(gap >= pitch - 1e-9 for gap in gaps)
    assert found[0] >= -1e-9
    assert found[-1] <= 100 + 1e-9


def test_labels_that_have_room_stay_where_they_are_wanted():
    assert spread([1.0, 5.0, 9.0], 2.0, 0.0, 10.0) == [1.0, 5.0, 9.0]


def test_what_is_taken_is_not_free():
    taken = Taken([(0, 0, 10, 10)])

    assert taken.first_free([((5, 5, 6, 6), 1), ((10, 0, 12, 2), 2)]) == 2
    assert taken.first_free([((11, 1, 13, 3), 1)]) is None
