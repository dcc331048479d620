"""Masks as their plates will look: chrome dark and glass clear where KLayout finds data and where it finds none."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from klayout import db
from PIL import Image

from maskgen.cli import main

SPEC = Path(__file__).parents[2] / "templates" / "etched-recess-mold.yaml"
SMALL = ("--set", "plate.rectangle=[40 mm, 40 mm]", "--set", "array.columns=3", "--set", "array.rows=2")
NEAR = 3
"""Pixels that a sample keeps away from any edge."""
OTHER = {"clear": "dark", "dark": "clear"}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Return an output folder and its manifest."""
    folder = tmp_path_factory.mktemp("pictures") / "out"
    result = CliRunner().invoke(main, ["build", str(SPEC), "-o", str(folder), *SMALL, "--format", "gds,svg,png"])
    assert result.exit_code == 0, result.output
    return folder, json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def data_of(folder, mask):
    """Return what KLayout finds on a mask as a merged region [nm]."""
    layout = db.Layout()
    layout.read(str(folder / mask["file"]))
    index = layout.find_layer(mask["layer"], mask["datatype"])
    return db.Region(layout.top_cell().begin_shapes_rec(index)).merged()


def probes(box, away):
    """Return small boxes [nm] on a grid over a box, each as far around its middle as samples keep away from edges."""
    found = db.Region()
    for column in range(41):
        for row in range(41):
            x, y = box.left + box.width() * column // 40, box.bottom + box.height() * row // 40
            found.insert(db.Box(x - away, y - away, x + away, y + away))
    found.merged_semantics = False
    return found


def test_tone_of_every_mask(built):
    folder, manifest = built
    assert {mask["digitized"] for mask in manifest["masks"]} == {"clear", "dark"}
    for mask in manifest["masks"]:
        data = data_of(folder, mask)
        stem = (folder / mask["file"]).with_suffix("")
        wide = float(ET.fromstring(stem.with_suffix(".svg").read_text()).get("viewBox").split()[2])
        image = Image.open(stem.with_suffix(".png")).convert("L")
        box = data.bbox()
        border = 0.02 * max(box.width(), box.height())
        step = 1000 * wide / image.width
        near = probes(box, round(NEAR * step))
        sampled = {digitized: set() for digitized in ("clear", "dark")}
        for tone, found in ((mask["digitized"], near.inside(data)), (OTHER[mask["digitized"]], near.outside(data))):
            for probe in found.each():
                point = probe.bbox().center()
                pixel = int((point.x - box.left + border) / step), int((box.top + border - point.y) / step)
                sampled[tone].add(image.getpixel(pixel))
        assert len(sampled["clear"]) == 1, mask["name"]
        assert min(sampled["clear"]) > 240
        assert len(sampled["dark"]) == 1, mask["name"]
        assert max(sampled["dark"]) < 50


def test_pictures_and_diagrams_are_in_the_manifest(built):
    folder, manifest = built
    kinds = {entry["path"]: entry["kind"] for entry in manifest["files"]}

    assert kinds["qfn16_bonds.svg"] == kinds["qfn16_bonds.pdf"] == "bond diagram"
    assert {kinds[f"qfn16{what}"] for what in (".svg", ".png", "_plate.svg", "_plate.png")} == {"picture"}
    assert kinds["masks/qfn16_FIRST_MASK.png"] == "mask"
    for path in folder.rglob("*.svg"):
        assert ET.fromstring(path.read_text(encoding="utf-8")).tag.endswith("svg")


def test_a_build_again_leaves_no_picture_of_the_one_before(built):
    folder, _ = built
    again = ["build", str(SPEC), "-o", str(folder), *SMALL, "--format", "gds"]
    result = CliRunner().invoke(main, again)

    assert result.exit_code == 0, result.output
    assert not list(folder.glob("*.png"))
    assert sorted(path.name for path in folder.glob("*.svg")) == ["qfn16_bonds.svg"]
