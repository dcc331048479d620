"""Every template as it ships: it builds clean, and KLayout finds in its masks what the manifest says."""

import json

import pytest
from click.testing import CliRunner
from klayout import db

from maskgen import starters
from maskgen.cli import main
from maskgen.systems import families, template

SMALL = ("--set", "array.columns=2", "--set", "array.rows=2")


@pytest.fixture(scope="module", params=starters.names())
def built(request, tmp_path_factory):
    """Return the folder of a template built on four sites, and its manifest."""
    root = tmp_path_factory.mktemp(request.param)
    spec = root / "spec.yaml"
    spec.write_text(starters.starter(request.param), encoding="utf-8")
    result = CliRunner().invoke(main, ["build", str(spec), "-o", str(root / "out"), *SMALL])
    assert result.exit_code == 0, result.output
    return root / "out", json.loads((root / "out" / "manifest.json").read_text(encoding="utf-8"))


def test_it_is_clean(built):
    _, manifest = built
    assert (manifest["status"], manifest["sites"]) == ("clean", 4)
    assert manifest["findings"] == {"error": 0, "warning": 0, "waived": 0}


def test_every_process_window_holds(built):
    _, manifest = built
    assert [window["name"] for window in manifest["windows"] if not window["holds"]] == []


def test_klayout_finds_in_each_mask_what_the_manifest_says(built):
    folder, manifest = built
    assert manifest["masks"]
    for mask in manifest["masks"]:
        layout = db.Layout()
        layout.read(str(folder / mask["file"]))
        region = db.Region(layout.top_cell().begin_shapes_rec(layout.layer(mask["layer"], mask["datatype"]))).merged()
        assert region.area() * layout.dbu**2 == pytest.approx(mask["area"], rel=1e-6), mask["name"]


def test_bottom_masks_and_only_those_are_mirrored(built):
    _, manifest = built
    facing = {mask["name"] for mask in manifest["masks"] if mask["mirrored"]}
    # A stamp faces the part from above.
    assert facing - {"STAMP_DIE"} == {mask["name"] for mask in manifest["masks"] if mask["side"] == "bottom"}


def test_every_template_has_a_starter_and_every_starter_a_template():
    assert sorted(families()) == starters.names()
    assert all(template(name).ids for name in starters.names())
