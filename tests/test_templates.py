"""Every template as it ships: it builds clean, and KLayout finds in its masks what the manifest says."""

import json

import pytest
from click.testing import CliRunner
from klayout import db
from vendors.fitting import FITS, REFUSED

from maskgen import starters
from maskgen.cli import main
from maskgen.systems import families, template
from maskgen.vendors.accept import accept_file
from maskgen.vendors.shelf import shipped

SMALL = ("--set", "array.columns=2", "--set", "array.rows=2")


@pytest.fixture(scope="module", params=starters.names())
def built(request, tmp_path_factory):
    """Return the folder of a template built on four sites for all vendors that fit, and its manifest."""
    root = tmp_path_factory.mktemp(request.param)
    spec = root / "spec.yaml"
    vendor = json.dumps({mask: list(profiles) for mask, profiles in FITS[request.param].items()})
    spec.write_text(f"{starters.starter(request.param)}\nvendor: {vendor}\n", encoding="utf-8")
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


def test_vendors_that_fit_take_every_mask(built):
    folder, manifest = built
    name = manifest["system"]
    taken = {(entry["file"], entry["profile"]) for entry in manifest["acceptance"] if entry["accepted"]}
    wanted = {
        (f"masks/{manifest['name']}_{mask}.gds", profile)
        for mask, profiles in FITS[name].items()
        for profile in profiles
    }
    assert taken == wanted
    assert (folder / "acceptance.json").is_file()


def test_vendors_that_do_not_fit_say_why(built):
    folder, manifest = built
    for (mask, profile), told in REFUSED[manifest["system"]].items():
        found = accept_file(folder / "masks" / f"{manifest['name']}_{mask}.gds", profile)
        failed = {
            one.item.id: [v.finding.sentence for v in one.violations] for one in found.verdicts if one.state == "failed"
        }
        assert failed.keys() == told.keys(), (mask, profile, failed)
        assert all(sentence in failed[id_] for id_, sentence in told.items()), (mask, profile, failed)


def test_every_profile_takes_a_mask_and_all_but_the_coarsest_refuse_one():
    taken = {profile for masks in FITS.values() for profiles in masks.values() for profile in profiles}
    assert taken == set(shipped())
    refusing = {profile for cells in REFUSED.values() for _, profile in cells}
    assert set(shipped()) - refusing == {"film_20k", "mask_emulsion_glass"}


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
