"""The order's folder: what it says agrees with the mask files, as KLayout, zipfile and sha256sum read them."""

import csv
import hashlib
import json
import math
import subprocess
import zipfile
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from klayout import db

from maskgen import order, pipeline, starters
from maskgen.order.model import Order
from maskgen.order.rows import rows

SETTINGS = ["plate.rectangle=[60 mm, 60 mm]", "array.columns=3", "array.rows=2", "marks.barcode.module=150"]


CHECK = ["sha256sum", "-c", "--strict", "SHA256SUMS"]


def build(folder, *settings, formats=("gds",), allow_violations=False):
    spec = folder / "spec.yaml"
    spec.write_text(starters.starter("embedded-mask-mold"), encoding="utf-8")
    out = folder / "out"
    pipeline.build(spec, out, settings=[*SETTINGS, *settings], formats=formats, allow_violations=allow_violations)
    return out


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return build(tmp_path_factory.mktemp("order"), formats=("gds", "oas"))


@pytest.fixture(scope="module")
def written(folder):
    return json.loads((folder / "order/order.json").read_text(encoding="utf-8"))


def data_of(folder, entry):
    layout = db.Layout()
    layout.read(str(folder / entry["files"][0]["path"]))
    top = layout.top_cell()
    assert top.name == entry["cell"]
    return db.Region(top.begin_shapes_rec(layout.layer(entry["layer"], entry["datatype"]))).merged()


def units(value):
    return round(value * 1000)


def table(folder, name):
    return list(csv.DictReader((folder / "order" / name).read_text(encoding="utf-8").splitlines()))


def test_order_follows_its_schema(written):
    jsonschema.Draft202012Validator.check_schema(order.schema())
    jsonschema.validate(written, order.schema(), cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"digitized": "black"}, "'black' is not one of ['clear', 'dark']", id="tone"),
        pytest.param({"grid": 0}, "0 is less than or equal to the minimum of 0", id="grid"),
        pytest.param({"tint": 1}, "Additional properties are not allowed ('tint' was unexpected)", id="unknown"),
    ],
)
def test_schema_refuses(written, change, message):
    wrong = json.loads(json.dumps(written))
    wrong["masks"][0] |= change
    with pytest.raises(jsonschema.ValidationError) as caught:
        jsonschema.validate(wrong, order.schema(), cls=jsonschema.Draft202012Validator)
    assert caught.value.message == message


def test_files_have_their_checksums(folder, written):
    files = [file for mask in written["masks"] for file in mask["files"]]
    assert len(files) == 2 * len(written["masks"])
    for file in files:
        assert hashlib.sha256((folder / file["path"]).read_bytes()).hexdigest() == file["sha256"]


def test_extents_and_area_are_those_of_the_data(folder, written):
    for entry in written["masks"]:
        data = data_of(folder, entry)
        box = data.bbox()
        assert [box.left, box.bottom, box.right, box.top] == [units(value) for value in entry["extents"]]
        assert data.area() / 1e6 == pytest.approx(entry["area"], rel=1e-6)


def test_marks_stand_where_the_order_says(folder, written):
    for entry in written["masks"]:
        data = data_of(folder, entry)
        assert {mark["kind"] for mark in entry["marks"]} == {"circle", "alignment", "corner", "F", "barcode"}
        for mark in entry["marks"]:
            x, y, half = units(mark["x"]), units(mark["y"]), units(mark["size"] / 2)
            found = (data & db.Region(db.Box(x - half, y - half, x + half, y + half))).bbox()
            widest = max(found.width(), found.height())
            assert widest == pytest.approx(2 * half, abs=300) or mark["kind"] == "barcode", (entry["name"], mark)
            assert found.width() > half, (entry["name"], mark)


def test_letter_f_reads_as_the_order_says(folder, written):
    """The stem of the F stands left in data that is not mirrored, right in data that is."""
    for entry in written["masks"]:
        (mark,) = [mark for mark in entry["marks"] if mark["kind"] == "F"]
        x, y, size = units(mark["x"]), units(mark["y"]), units(mark["size"])
        low = db.Box(x - size // 2, y - size // 2, x + size // 2, y - size // 4)
        foot = (data_of(folder, entry) & db.Region(low)).bbox().center().x
        assert (foot > x) == entry["reading"]["mirrored"]
        down = entry["reading"]["data"].endswith("down") != entry["reading"]["mirrored"]
        assert entry["reading"]["letters"].endswith("down") == down


def test_cd_is_what_klayout_measures(folder, written):
    """Between its ends there is data, or none, and just beyond them the opposite."""
    for entry in written["masks"]:
        cd, data = entry["cd"], data_of(folder, entry)
        (x1, y1), (x2, y2) = ([units(value) for value in cd[end]] for end in ("start", "end"))
        assert max(x2 - x1, y2 - y1) == units(cd["size"])
        across = db.Box(x1, y1, x2, y2).enlarged(0, 1) if cd["axis"] == "x" else db.Box(x1, y1, x2, y2).enlarged(1, 0)
        beyond = across.enlarged(2, 0) if cd["axis"] == "x" else across.enlarged(0, 2)
        is_data = cd["is_of"] == "digitized data"
        inside = db.Region(across) & data if is_data else db.Region(across) - data
        assert inside.area() == pytest.approx(across.area(), abs=8)
        other = db.Region(beyond) - data if is_data else db.Region(beyond) & data
        assert other.area() == pytest.approx(beyond.area() - across.area(), abs=8)


def test_no_line_of_a_site_is_narrower_than_the_cd(folder, written):
    (entry,) = [mask for mask in written["masks"] if mask["name"] == "PAD_WIN"]
    data = data_of(folder, entry) & db.Region(db.Box(-10_000_000, -10_000_000, 10_000_000, 10_000_000))
    assert data.width_check(units(entry["cd"]["size"]), False, db.Region.Projection, 5).is_empty()
    assert not data.width_check(units(entry["cd"]["size"]) + 2, False, db.Region.Projection, 5).is_empty()


def test_every_mask_has_a_sheet_of_one_page(folder, written):
    for entry in written["masks"]:
        data = (folder / f"order/qfn16_{entry['name']}.pdf").read_bytes()
        assert data.startswith(b"%PDF-")
        assert data.count(b"/Type /Page\n") == 1
        assert len(data) < 100_000


def test_xml_says_the_same(folder, written):
    root = ET.parse(folder / "order/order.xml").getroot()
    assert root.tag == "mask_order"
    for element, entry in zip(root.findall("mask_set/mask"), written["masks"], strict=True):
        assert element.get("name") == entry["name"]
        assert element.find("tone").get("digitized") == entry["digitized"]
        assert element.find("image").get("parity") == entry["reading"]["data"]
        assert float(element.find("critical_dimension").get("size")) == entry["cd"]["size"]
        assert [file.get("sha256") for file in element.findall("pattern/file")] == [
            file["sha256"] for file in entry["files"]
        ]
        assert len(element.findall("mark")) == len(entry["marks"])


def test_parcel_holds_masks_and_order(folder, tmp_path):
    with zipfile.ZipFile(folder / "order/qfn16-order.zip") as parcel:
        assert parcel.testzip() is None
        names = parcel.namelist()
        assert names == ["SHA256SUMS", *sorted(names[1:])]
        assert {entry.date_time for entry in parcel.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        parcel.extractall(tmp_path)
    wanted = {str(path.relative_to(folder)) for top in ("masks", "order") for path in (folder / top).iterdir()}
    assert set(names) == (wanted - {"order/qfn16-order.zip"}) | {"SHA256SUMS"}
    checked = subprocess.run(CHECK, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert checked.stdout.count(": OK") == len(names) - 1
    (tmp_path / names[1]).write_bytes(b"changed")
    assert subprocess.run(CHECK, cwd=tmp_path, capture_output=True, check=False).returncode == 1


def test_same_bytes_again(folder, tmp_path):
    again = build(tmp_path, formats=("gds", "oas"))
    for path in sorted((folder / "order").iterdir()):
        assert (again / "order" / path.name).read_bytes() == path.read_bytes(), path.name


def test_manifest_lists_the_order(folder):
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    listed = {file["path"]: file["kind"] for file in manifest["files"] if file["path"].startswith("order/")}
    assert set(listed) == {f"order/{path.name}" for path in (folder / "order").iterdir()}
    assert set(listed.values()) == {"order", "order sheet", "order parcel", "assembly list"}


def test_no_order_while_masks_are_withheld(tmp_path):
    out = build(tmp_path, "process.die_clearance=2000")
    assert (out / "manifest.json").exists()
    assert not (out / "order").exists()


def test_saw_map_has_the_middle_of_every_lane(folder):
    """3 x 2 sites of 4 mm body and 0.3 mm lane: four cuts along y, three along x, 4.3 mm apart about the middle."""
    rows = [(row["along"], float(row["at_um"])) for row in table(folder, "saw.csv")]
    assert rows == [
        *(("y", at) for at in (-6450.0, -2150.0, 2150.0, 6450.0)),
        *(("x", at) for at in (-4300.0, 0.0, 4300.0)),
    ]


def test_terminals_are_seen_from_both_sides(folder):
    rows = table(folder, "terminals.csv")
    assert [row["kind"] for row in rows] == ["pad"] * 16 + ["mounting pad"]
    assert all(float(row["x_um"]) == -float(row["x_from_below_um"]) for row in rows)
    first = rows[0]
    assert [first[key] for key in ("terminal", "x_um", "y_um", "width_um", "height_um")] == [
        "1", "-1675.000", "975.000", "450.000", "300.000",
    ]  # fmt: skip


def test_stencil_list_states_area_ratios(folder):
    rows = table(folder, "stencil.csv")
    pad = rows[0]
    assert [pad[key] for key in ("width_um", "height_um", "foil_um", "copies")] == ["400.000", "250.000", "120", "6"]
    # 400 x 250 with corners of 35 um: 98 948 um2 of opening over 1240 um of wall.
    area, wall = 400 * 250 - (4 - math.pi) * 35**2, 1300 - (8 - 2 * math.pi) * 35
    assert float(pad["area_ratio"]) == pytest.approx(area / wall / 120, abs=0.001)


def test_rows_of_a_sheet_say_all_that_a_shop_asks_for(written):
    """File, tone, sense, plate, extents, scale, CD with tolerance and place, recipe: `vendors.md` 1.9."""
    whole = Order.model_validate(written)
    said = {mask.name: dict(rows(whole, mask)) for mask in whole.masks}
    second, stencil = said["SECOND_MASK"], said["BALL_STENCIL"]
    assert second["Tone"] == "digitized data DARK, all else CLEAR"
    assert second["Polygons are"] == "what remains; top side of the part; positive resist"
    assert second["Reading sense"].startswith("right reading, chrome down = wrong reading, chrome up; ")
    assert second["Plate"] == "3006: 76.2 x 76.2 mm, 1524 um thick; soda-lime glass, chrome about 100 nm (proposed)"
    assert second["Extents"].startswith("(-30000, -30000) to (30000, 30000), 60 x 60 mm; (0, 0): middle of the plate")
    assert second["CD"].startswith("258.8 +/- 2.54 along x at ")
    assert second["Recipe"] == "FIELD - (PAD_WIN | MP_WIN | CATHODE)"
    assert stencil["Mirror"].startswith("file holds the part mirrored; title and F mirrored as well. ")
    assert stencil["Notes"] == "No aperture modification: apertures are final"
