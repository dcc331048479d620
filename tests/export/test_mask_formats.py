"""Whole builds: every format of a mask holds what its GDSII file holds."""

import json
from pathlib import Path

import plates
import pytest
from click.testing import CliRunner
from gerbonara import ExcellonFile
from klayout import db

from maskgen.cli import main
from maskgen.output import FORMATS, SOLID_FORMATS

PANEL = Path(__file__).parents[2] / "examples" / "chip-scale-panel" / "chip-scale-panel.yaml"
ROUND = (
    "--set",
    'pads.list=[{name: "1", at: [-190, 190], size: 100, shape: circle}, '
    '{name: "2", at: [190, -190], size: 90, shape: circle}]',
    "--set",
    "mounting_pad={size: [160, 160], radius: 80}",
)
FEW = ("--set", "array.columns=4", "--set", "array.rows=3")


def build(spec, folder, *arguments):
    return CliRunner().invoke(main, ["-q", "build", str(spec), "-o", str(folder), *arguments])


@pytest.fixture(scope="module")
def masks(tmp_path_factory):
    """Return the manifest's entries of the masks of a small panel in all formats but drill, and their folder."""
    folder = tmp_path_factory.mktemp("formats")
    formats = ",".join(name for name in FORMATS if name != "drill")
    done = build(PANEL, folder / "out", *FEW, "--format", formats)
    assert done.exit_code == 0, done.output
    return json.loads((folder / "out" / "manifest.json").read_text(encoding="utf-8"))["masks"], folder / "out" / "masks"


def covered(path, layer):
    read = plates.layout(path)
    return db.Region(read.top_cell().begin_shapes_rec(read.layer(*layer))).merged()


@pytest.mark.parametrize("ending", ["oas", "mask.oas", "dxf", "r12.dxf"])
def test_klayout_reads_the_same_from_every_format(masks, ending):
    entries, folder = masks
    for entry in entries:
        layer = entry["layer"], entry["datatype"]
        path = folder / Path(entry["file"]).name
        found = covered(path, layer) ^ covered(path.with_suffix(f".{ending}"), layer)

        assert found.sized(-1).is_empty(), entry["name"]
        assert covered(path, layer).area() > 0


def test_klayout_reads_the_same_from_gerber(masks):
    entries, folder = masks
    for entry in entries:
        path = folder / Path(entry["file"]).name
        project = path.with_suffix(".pcb")
        project.write_text(plates.PROJECT.replace("mask.gbr", path.with_suffix(".gbr").name))

        assert (covered(path, (entry["layer"], entry["datatype"])) ^ plates.region(project)).sized(-1).is_empty()


def test_every_file_is_in_the_manifest_and_says_what_the_mask_is(masks):
    entries, folder = masks
    manifest = json.loads((folder.parent / "manifest.json").read_text(encoding="utf-8"))
    listed = {Path(entry["path"]).name for entry in manifest["files"] if entry["kind"] == "mask"}

    assert listed == {path.name for path in folder.iterdir() if path.suffix != ".pcb"}
    assert len(listed) == len(entries) * len(set(FORMATS) - {"drill", *SOLID_FORMATS})
    for entry in entries:
        for ending in ("dxf", "gbr", "svg"):
            said = (folder / Path(entry["file"]).name).with_suffix(f".{ending}").read_text()
            assert f"digitized data {entry['digitized']}" in said
            assert ("not mirrored" in said) is not entry["mirrored"]


def test_masks_of_round_holes_get_drill_files_and_the_others_do_not(tmp_path):
    done = build(PANEL, tmp_path / "out", *FEW, *ROUND, "--format", "drill")
    assert done.exit_code == 0, done.output
    folder = tmp_path / "out" / "masks"

    assert sorted(path.name for path in folder.iterdir()) == [
        "chip-scale-panel_BALL_STENCIL.csv",
        "chip-scale-panel_BALL_STENCIL.drl",
        "chip-scale-panel_BOARD_LAND.csv",
        "chip-scale-panel_BOARD_LAND.drl",
    ]
    assert len(ExcellonFile.open(folder / "chip-scale-panel_BOARD_LAND.drl").objects) == 3 * 12


def test_drill_files_are_refused_where_no_mask_is_a_drilling(tmp_path):
    done = build(PANEL, tmp_path / "out", *FEW, "--format", "drill")

    assert done.exit_code == 2
    assert "cannot be drilled: the polygon at x " in done.stderr
    assert done.stderr.endswith("is not round; write another format\n")
    assert not (tmp_path / "out").exists()
