"""The part in three dimensions among the files of a build."""

import json
from pathlib import Path

import trimesh
from click.testing import CliRunner

from maskgen.cli import main

TEMPLATE = Path(__file__).parents[2] / "templates" / "exposed-die-back.yaml"
SMALL = ("--set", "plate.rectangle=[40 mm, 40 mm]", "--set", "array={columns: 1, rows: 1}")


def test_a_build_writes_the_part_beside_the_masks(tmp_path):
    found = CliRunner().invoke(main, ["build", str(TEMPLATE), "-o", str(tmp_path / "o"), "--format", "glb,stl", *SMALL])
    manifest = json.loads((tmp_path / "o" / "manifest.json").read_text())
    solids = [entry["path"] for entry in manifest["files"] if entry["kind"] == "solid"]

    assert found.exit_code == 0, found.output
    assert [Path(path).suffix for path in solids] == [".glb", ".stl"]
    assert all(mask["file"].endswith(".gds") for mask in manifest["masks"])
    assert {"gold", "nickel", "die", "epoxy"} <= set(trimesh.load(tmp_path / "o" / solids[0]).geometry)
