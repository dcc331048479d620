"""`maskgen accept`, `drc --deck PROFILE` and `vendor:` in a spec: exit statuses, reports, what is withheld."""

import json
import re

import pytest
from click.testing import CliRunner
from vendors.mask_sets import mask_set, rectangle, written

from maskgen import starters
from maskgen.cli import main
from maskgen.vendors.shelf import SHELF

SMALL = ("--set", "plate.rectangle=[40 mm, 40 mm]", "--set", "array.columns=3")


def run(*arguments):
    return CliRunner().invoke(main, list(map(str, arguments)))


def test_accepted_file_is_status_0_and_one_line(tmp_path):
    found = run("accept", written(mask_set(), tmp_path), "--profile", "mask_chrome_std")
    assert (found.exit_code, found.output) == (
        0,
        "pkg_M1.gds by mask_chrome_std: accepted, 32 passed, 0 failed, 0 warned, 5 not asked\n",
    )


def test_refused_file_is_status_1_and_says_why(tmp_path):
    made = mask_set()
    made.top.add(rectangle(7000, 8000, 7005, 8100))
    found = run("accept", written(made, tmp_path, meant=None), "--profile", "film_10k", "--set", "severity.V20=off")
    assert found.exit_code == 1
    assert "V17 width, space and windows: failed, 2 places\n" in found.output
    assert "  (7000.000, 8000.000) um: V17: error: 5.000 um wide, at least 40 um wanted\n" in found.output
    assert "pkg_M1.gds by film_10k: refused, " in found.output


def test_every_item_has_its_line_where_more_is_asked_for(tmp_path):
    found = run("-v", "accept", written(mask_set(), tmp_path), "--profile", "mask_chrome_std")
    lines = found.output.splitlines()
    assert len(lines) == 38
    assert lines[0] == "V01 file is whole, in a format that is taken: passed"
    assert lines[27] == "V30 etch compensation: not asked: the profile has no undercut"


def test_bare_file_names_the_items_that_could_not_be_judged(tmp_path):
    path = tmp_path / "bare.gds"
    mask_set().library.write_gds(path)
    found = run("accept", path, "--profile", "mask_chrome_std")
    assert found.output == (
        "bare.gds by mask_chrome_std: accepted, 21 passed, 0 failed, 0 warned, 4 not asked; "
        "not judged: V20, V22, V23, V24, V25, V26, V27, V33, V34, V36, V37, V38\n"
    )


@pytest.mark.parametrize("format_", ["json", "lyrdb", "sarif", "junit", "text", "html"])
def test_reports_are_those_of_drc(tmp_path, format_):
    made = mask_set()
    made.top.add(rectangle(7000, 8000, 7001.5, 8100))
    target = tmp_path / "report"
    found = run("accept", written(made, tmp_path), "--profile", "mask_chrome_std", "--report", f"{format_}={target}")
    assert found.exit_code == 1
    text = target.read_text(encoding="utf-8")
    assert "1.500 um wide, at least 2 um wanted" in text
    if format_ == "json":
        rules = {rule["id"]: rule for rule in json.loads(text)["rules"]}
        assert rules["V17"]["violations"] == 1
        assert rules["V30"]["status"] == "not asked: the profile has no undercut"
        assert len(rules) == 37


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(None, "cannot be read: no such file or directory", id="missing"),
        pytest.param(b"", "byte 0: the file is empty", id="empty"),
        pytest.param(b"\x00\x06\x00\x02\x02\x58", "byte 6: the file ends without ENDLIB", id="cut"),
        pytest.param(b"hello", "byte 0: not a GDSII file, it seems to be text", id="text"),
    ],
)
def test_file_that_cannot_be_read_is_status_2(tmp_path, content, message):
    path = tmp_path / "mask.gds"
    if content is not None:
        path.write_bytes(content)
    found = run("accept", path, "--profile", "mask_chrome_std")
    assert found.exit_code == 2
    assert found.output.startswith(f"{path}: {message}")


@pytest.mark.parametrize("content", [b"", b"garbage\n" * 9, b"  0\nSECTION\n  2\nENTITIES\n  0\n"])
def test_damaged_drawing_is_status_2_or_a_refusal(tmp_path, content):
    path = tmp_path / "mask.dxf"
    path.write_bytes(content)
    found = run("accept", path, "--profile", "film_10k")
    assert found.exit_code in (1, 2), found.output
    assert "Traceback" not in found.output


def test_manifest_that_is_none_is_status_2(tmp_path):
    path = written(mask_set(), tmp_path)
    other = tmp_path / "other.json"
    other.write_text("[]", encoding="utf-8")
    found = run("accept", path, "--profile", "mask_chrome_std", "--manifest", other)
    assert (found.exit_code, found.output) == (2, f"{other}: is no JSON object\n")


@pytest.fixture(scope="module")
def spec(tmp_path_factory):
    """Return a function that writes the starter of embedded masks with a `vendor:` and builds it."""
    root = tmp_path_factory.mktemp("embedded")

    def build(vendor, *arguments):
        path = root / "spec.yaml"
        path.write_text(f"{starters.starter('embedded-mask-mold')}\nvendor: {vendor}\n", encoding="utf-8")
        folder = root / "out"
        return run("build", path, "-o", folder, *SMALL, *arguments), folder

    return build


def test_masks_of_a_template_are_accepted_in_every_format_that_is_taken(spec):
    found, folder = spec("{PAD_WIN: mask_chrome_std, BALL_STENCIL: mask_chrome_std}", "--format", "gds,oas,dxf")
    assert found.exit_code == 0, found.output
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["status"] == "clean"
    assert len(manifest["acceptance"]) == 2 * 3
    assert all(entry["accepted"] for entry in manifest["acceptance"])
    assert {id_ for entry in manifest["acceptance"] for id_ in entry["not_judged"]} <= {"V09"}
    assert {entry["path"]: entry["kind"] for entry in manifest["files"]}["acceptance.json"] == "acceptance"
    judged = json.loads((folder / "acceptance.json").read_text(encoding="utf-8"))
    assert [len(entry["items"]) for entry in judged["files"]] == [37] * 6


def test_masks_of_a_template_are_accepted_by_coarser_vendors(spec):
    wide = ("--set", "plate.rectangle=[60 mm, 60 mm]", "--set", "array.rows=3")
    found, _ = spec("{PAD_WIN: [mask_chrome_large, mask_emulsion_glass, film_20k], MP_WIN: film_10k}", *wide)
    assert found.exit_code == 0, found.output


def test_small_title_is_refused_by_film(spec):
    found, _ = spec("{PAD_WIN: film_10k}")
    assert found.exit_code == 1
    assert re.search(r"V24: warning: \d+ letters have strokes narrower than 40 um", found.output), found.output


def test_refused_masks_are_withheld(spec):
    found, folder = spec("{PAD_WIN: mask_chrome_std, BALL_STENCIL: stencil_laser}")
    assert found.exit_code == 1
    # 400 x 250 um in 120 um of foil: 400 x 250 / (2 x (400 + 250) x 120) = 0.641.
    assert "V35: error: area ratio 0.641 in a foil of 120 um, at least 0.66 wanted" in found.output
    assert "qfn16_PAD_WIN.gds by mask_chrome_std: accepted" in found.output
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["status"] == "violations"
    assert not list((folder / "masks").iterdir())
    assert not (folder / "order").exists()
    assert all(mask["file"] is None and mask["sha256"] is None for mask in manifest["masks"])
    assert not [entry for entry in manifest["files"] if entry["path"].startswith(("masks/", "order/"))]


def test_refused_masks_are_written_where_that_is_wanted(spec):
    found, folder = spec("{BALL_STENCIL: stencil_laser}", "--allow-violations")
    assert found.exit_code == 1
    assert len(list((folder / "masks").iterdir())) == 7


def test_own_profile_beside_the_spec(spec, tmp_path_factory):
    folder = next(tmp_path_factory.getbasetemp().glob("embedded*"))
    own = (SHELF / "stencil_laser.yaml").read_text(encoding="utf-8").replace("{length: 120,", "{length: 100,", 1)
    (folder / "our-stencils.yaml").write_text(own, encoding="utf-8")
    found, _ = spec("{BALL_STENCIL: our-stencils.yaml}")
    assert found.exit_code == 0, found.output


@pytest.mark.parametrize(
    ("vendor", "message"),
    [
        pytest.param(
            "{PADWIN: film_10k}", "vendor.PADWIN: this technology makes no such mask, only PAD_WIN,", id="mask"
        ),
        pytest.param("mask_crome", "vendor: no vendor profile is called 'mask_crome', did you mean", id="profile"),
        pytest.param("3", "vendor: must be", id="number"),
    ],
)
def test_mistake_in_the_spec_is_told_at_its_line(spec, vendor, message):
    found, _ = spec(vendor)
    assert found.exit_code == 2
    assert message in found.output


def test_drc_takes_a_profile_as_its_deck(tmp_path):
    made = mask_set()
    made.top.add(rectangle(7000, 8000, 7005, 8100))
    path = written(made, tmp_path)
    assert run("drc", path, "--deck", "mask_chrome_std").exit_code == 0
    found = run("drc", path, "--deck", "film_10k")
    assert found.exit_code == 1
    assert "(7000.000, 8000.000) um: V17.width: error: 5.000 um wide, at least 40 um wanted" in found.output
