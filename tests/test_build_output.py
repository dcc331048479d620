"""What a build writes: the manifest says the truth, other programs read every file, equal specs give equal bytes."""

import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from klayout import db, lay

from maskgen import __version__, starters
from maskgen.cli import main
from maskgen.source import read_source
from maskgen.technology.shelf import SHELF

SMALL = ("--set", "plate.rectangle=[40 mm, 40 mm]", "--set", "array.columns=3")
KEYS = {
    "maskgen", "name", "system", "status", "spec", "technology", "unit", "grid", "sites", "findings", "masks", "layers",
    "files",
}  # fmt: skip
MASK_KEYS = {
    "name", "layer", "datatype", "file", "cell", "side", "drawn", "digitized", "mirrored", "recipe", "bbox", "area",
    "shapes", "sha256",
}  # fmt: skip


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def table(path):
    """Return the rows of a CSV file."""
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def build(spec, folder, *arguments):
    """Build a spec into a folder and return the folder and its manifest."""
    result = CliRunner().invoke(main, ["build", str(spec), "-o", str(folder), *SMALL, *arguments])
    assert result.exit_code == 0, result.output
    return folder, json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


MOLDS = ("coated-recess-mold", "embedded-mask-mold", "etched-recess-mold")


@pytest.fixture(scope="module", params=MOLDS)
def built(request, tmp_path_factory):
    """Return the output folder of a template and its manifest."""
    root = tmp_path_factory.mktemp(request.param)
    spec = root / "spec.yaml"
    spec.write_text(starters.starter(request.param), encoding="utf-8")
    return build(spec, root / "out", "--format", "gds,oas")


def test_manifest_has_every_key(built):
    folder, manifest = built

    assert manifest.keys() >= KEYS
    assert all(mask.keys() >= MASK_KEYS for mask in manifest["masks"])
    assert all(layer.keys() == {"name", "layer", "datatype", "kind"} for layer in manifest["layers"])
    assert manifest["maskgen"] == __version__
    assert (manifest["status"], manifest["unit"], manifest["name"]) == ("clean", "um", "qfn16")
    assert manifest["findings"] == {"error": 0, "warning": 0, "waived": 0}
    assert manifest["spec"] == {"path": "spec.yaml", "sha256": sha256(folder.parent / "spec.yaml")}
    assert manifest["technology"]["sha256"] == sha256(SHELF / f"{manifest['technology']['name']}.yaml")


def test_manifest_lists_every_file_with_its_digest(built):
    folder, manifest = built
    written = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}

    assert {entry["path"] for entry in manifest["files"]} == written - {"manifest.json"}
    assert all(entry["sha256"] == sha256(folder / entry["path"]) for entry in manifest["files"])
    assert all(mask["sha256"] == sha256(folder / mask["file"]) for mask in manifest["masks"])
    assert all(mask["file"] == f"masks/qfn16_{mask['name']}.gds" for mask in manifest["masks"])


def test_layers_are_those_of_the_technology(built):
    _, manifest = built
    layers = read_source(SHELF / f"{manifest['technology']['name']}.yaml").data["layers"]

    for entry in manifest["layers"]:
        wanted = layers[entry["name"]]
        assert (f"{entry['layer']}/{entry['datatype']}", entry["kind"]) == (wanted["gds"], wanted["kind"])
    drawn = {(entry["layer"], entry["datatype"]) for entry in manifest["layers"]}
    assert {(mask["layer"], mask["datatype"]) for mask in manifest["masks"]} <= drawn


@pytest.mark.parametrize("ending", ["gds", "oas"])
def test_klayout_agrees_on_every_mask(built, ending):
    folder, manifest = built
    for mask in manifest["masks"]:
        layout = db.Layout()
        layout.read(str(folder / mask["file"].replace(".gds", f".{ending}")))
        (top,) = layout.top_cells()
        (layer,) = layout.layer_infos()
        region = db.Region(top.begin_shapes_rec(layout.layer(layer)))
        region.merge()
        box = region.bbox().to_dtype(layout.dbu)

        assert top.name == mask["cell"]
        assert (layer.layer, layer.datatype) == (mask["layer"], mask["datatype"])
        assert [box.left, box.bottom, box.right, box.top] == pytest.approx(mask["bbox"], abs=1e-3)
        # Arcs are on the mask's grid there and in whole nanometres here: half a step along every border.
        assert region.area() * layout.dbu**2 == pytest.approx(mask["area"], rel=1e-7)
        assert layout.dbu == 0.001


def test_klayout_counts_the_pieces_of_each_mask(built):
    folder, manifest = built
    for mask in manifest["masks"]:
        layout = db.Layout()
        layout.read(str(folder / mask["file"]))
        layer, top = layout.layer(mask["layer"], mask["datatype"]), layout.top_cell()
        copies = {top.cell_index(): 1}
        for instance in top.each_inst():
            copies[instance.cell_index] = copies.get(instance.cell_index, 0) + max(1, instance.na) * max(1, instance.nb)

        pieces = 0
        for index, count in copies.items():
            region = db.Region(layout.cell(index).shapes(layer))
            pieces += count * region.merged(True, 0).count()

        assert pieces == mask["shapes"]


def test_klayout_reads_the_whole_drawing(built):
    folder, manifest = built
    layout = db.Layout()
    layout.read(str(folder / "qfn16.gds"))
    (top,) = layout.top_cells()
    found = {(info.layer, info.datatype) for info in layout.layer_infos()}

    assert top.name == "qfn16"
    assert found <= {(entry["layer"], entry["datatype"]) for entry in manifest["layers"]}
    for mask in manifest["masks"]:
        region = db.Region(top.begin_shapes_rec(layout.layer(mask["layer"], mask["datatype"])))
        assert region.merged().area() * layout.dbu**2 == pytest.approx(mask["area"], rel=1e-7)
    body = next(entry for entry in manifest["layers"] if entry["name"] == "BODY")
    bodies = db.Region(top.begin_shapes_rec(layout.layer(body["layer"], body["datatype"])))
    assert bodies.merged().count() == manifest["sites"]


def test_layer_properties_are_read_by_klayout(built):
    folder, manifest = built
    view = lay.LayoutView()
    view.load_layout(str(folder / "qfn16.gds"), True)
    view.load_layer_props(str(folder / "qfn16.lyp"))
    shown = {}
    for layer in view.each_layer():
        source = layer.source_layer, layer.source_datatype
        shown[source] = layer.name.split(" ")[0]

    assert shown == {(entry["layer"], entry["datatype"]): entry["name"] for entry in manifest["layers"]}


def test_layer_properties_are_xml(built):
    folder, manifest = built
    root = ET.parse(folder / "qfn16.lyp").getroot()

    names = [entry.findtext("name") for entry in root.iter("properties")]

    assert sorted(names) == sorted(f"{entry['name']} ({entry['kind']})" for entry in manifest["layers"])


def test_findings_name_the_drawing(built):
    folder, _ = built
    found = json.loads((folder / "drc.json").read_text(encoding="utf-8"))

    assert (found["layout"], found["cell"], found["violations"]) == ("qfn16.gds", "qfn16", [])
    assert not any("seconds" in rule for rule in found["rules"])


def test_bonds(built):
    folder, _ = built
    rows = table(folder / "bonds.csv")

    assert len(rows) == 16
    assert rows[0] == {
        "wire": "1", "net": "die.1", "die": "die", "contact": "1", "pad": "1",
        "x1_um": "-700.000", "y1_um": "450.000", "x2_um": "-1512.500", "y2_um": "975.000",
        "length_um": "967.4", "angle_deg": "32.9",
    }  # fmt: skip
    assert [row["wire"] for row in rows] == [str(number) for number in range(1, 17)]
    assert {row["pad"] for row in rows} == {row["contact"] for row in rows}


def test_nets(built):
    folder, _ = built
    rows = table(folder / "nets.csv")
    members = {}
    for row in rows:
        members.setdefault(row["net"], set()).add((row["kind"], row["name"]))

    assert {("contact", "die.1"), ("pad", "1")} <= next(
        group for group in members.values() if ("contact", "die.1") in group
    )
    assert sum(row["kind"] == "contact" for row in rows) == 16
    assert [row["name"] for row in rows if row["kind"] == "mounting pad"] == ["MP"]


def test_names_with_commas_and_brackets_stay_in_their_field(tmp_path):
    spec = tmp_path / "spec.yaml"
    spec.write_text(starters.starter("etched-recess-mold"), encoding="utf-8")
    contact = """{list: [{name: 'a,"<b>&', at: [0, 700], size: 60}]}"""

    folder, _ = build(spec, tmp_path / "out", "--set", f"die.contacts={contact}")

    (row,) = table(folder / "bonds.csv")
    assert row["contact"] == 'a,"<b>&'
    ET.parse(folder / "drc.lyrdb")


def digests(folder):
    """Return the digest of every file of a folder."""
    return {str(path.relative_to(folder)): sha256(path) for path in sorted(folder.rglob("*")) if path.is_file()}


def test_same_bytes_anywhere_and_any_time(tmp_path):
    spec = tmp_path / "spec.yaml"
    spec.write_text(starters.starter("etched-recess-mold"), encoding="utf-8")
    places = [("one", "UTC", "0"), ("two", "Asia/Tokyo", "4711")]
    for place, zone, seed in places:
        folder = tmp_path / place / "deep"
        folder.mkdir(parents=True)
        shutil.copy(spec, folder / "spec.yaml")
        done = subprocess.run(
            [sys.executable, "-m", "maskgen.cli", "build", "spec.yaml", "-o", f"{place}-out", *SMALL],
            cwd=folder,
            env=os.environ | {"TZ": zone, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parent.parent)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")

    first = digests(tmp_path / "one" / "deep" / "one-out")

    assert first == digests(tmp_path / "two" / "deep" / "two-out")
    assert first == digests(build(spec, tmp_path / "three")[0])
    assert first == digests(build(spec, tmp_path / "three")[0])


def test_files_of_the_user_stay(tmp_path):
    spec = tmp_path / "spec.yaml"
    spec.write_text(starters.starter("etched-recess-mold"), encoding="utf-8")
    folder, _ = build(spec, tmp_path / "out")
    (folder / "notes.txt").write_text("mine")
    (folder / "masks" / "old.gds").write_text("not of this build")

    build(spec, folder)

    assert (folder / "notes.txt").read_text() == "mine"
    assert not (folder / "masks" / "old.gds").exists()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
