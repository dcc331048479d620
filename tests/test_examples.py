"""The examples build clean, and KLayout, which shares no code with us, agrees with what they say of themselves."""

import csv
import json
from pathlib import Path

import pytest
from klayout import db

from maskgen import pipeline
from maskgen.physics import etching

EXAMPLES = Path(__file__).parent.parent / "examples"


def _built(name, folder):
    spec = EXAMPLES / name / f"{name}.yaml"
    result, target = pipeline.build(spec, folder / name, settings=(), formats=("gds",), allow_violations=False)
    return result, target, json.loads((target / "manifest.json").read_text())


@pytest.fixture(scope="module")
def caravel(tmp_path_factory):
    return _built("caravel-qfn64", tmp_path_factory.mktemp("examples"))


@pytest.fixture(scope="module")
def panel(tmp_path_factory):
    return _built("chip-scale-panel", tmp_path_factory.mktemp("examples"))


CORNER = db.Box(-70_000_000, -63_000_000, -46_500_000, -46_500_000)
"""Some sites at the lower left of the plate with the field around them: Minkowski sums are slow."""


def _region(path, layer, datatype=0, *, within=None):
    layout = db.Layout()
    layout.read(str(path))
    (top,) = layout.top_cells()
    found = layout.layer(layer, datatype)
    return db.Region(top.begin_shapes_rec_touching(found, within) if within else top.begin_shapes_rec(found)).merged()


def _disc(radius, corners=64):
    """Return a polygon around a circle, in database units."""
    return db.DPolygon.ellipse(db.DBox(-radius, -radius, radius, radius), corners).to_itype(0.001)


@pytest.mark.parametrize("example", ["caravel", "panel"])
def test_an_example_is_clean(example, request):
    _, _, manifest = request.getfixturevalue(example)

    assert manifest["status"] == "clean"
    assert manifest["findings"] == {"error": 0, "warning": 0, "waived": 0}


def test_every_contact_of_the_real_die_is_wired_once_and_none_cross(caravel):
    result, target, _ = caravel
    with (target / "bonds.csv").open() as file:
        rows = list(csv.DictReader(file))
    lines = [db.DEdge(*(float(row[key]) for key in ("x1_um", "y1_um", "x2_um", "y2_um"))) for row in rows]
    crossing = [
        (a, b) for a in range(63) for b in range(a) if lines[a].crossed_by(lines[b]) and lines[b].crossed_by(lines[a])
    ]

    assert len(rows) == len({row["contact"] for row in rows}) == 63
    assert not crossing
    assert max(float(row["length_um"]) for row in rows) <= result.package.profile.max_length
    assert {row["net"] for row in rows if row["pad"] == "MP"} == {"vss"}
    assert sum(row["net"] == "vss" and row["pad"] != "MP" for row in rows) >= 1
    assert sum(row["net"] == "vdd" for row in rows) == sum(row["net"] == "vss" for row in rows) == 9


@pytest.mark.parametrize("mask", ["FIRST_MASK", "LASER_RECESS", "SEVER", "BALL_STENCIL", "BOARD_LAND"])
def test_klayout_measures_what_the_manifest_says(caravel, mask):
    _, target, manifest = caravel
    entry = next(entry for entry in manifest["masks"] if entry["name"] == mask)
    region = _region(target / entry["file"], entry["layer"], entry["datatype"])
    box = region.bbox().to_dtype(0.001)

    assert region.area() * 1e-6 == pytest.approx(entry["area"], rel=1e-9)
    assert [box.left, box.bottom, box.right, box.top] == pytest.approx(entry["bbox"], abs=1e-6)


def test_klayout_derives_the_same_first_mask_from_the_windows(caravel):
    result, target, _ = caravel
    everything = target / "caravel-qfn64.gds"
    field = _region(everything, 101, within=CORNER) & CORNER
    windows = db.Region()
    for layer in (10, 11, 13):
        windows += _region(everything, layer, within=CORNER)
    numbers = result.job.process.numbers
    undercut = etching.undercut(20.0, 30.0, 30.0)
    expected = field - windows.minkowski_sum(_disc(undercut))
    inner = CORNER.enlarged(-1_000_000, -1_000_000)
    expected &= inner
    found = _region(target / "masks" / "caravel-qfn64_FIRST_MASK.gds", 14, within=CORNER) & field & inner

    assert numbers["undercut"] == undercut == 20.0
    assert (found ^ expected).sized(-100).is_empty()  # nothing thicker than two grid steps
    assert found.area() == pytest.approx(expected.area(), rel=1e-5)  # chords of arcs, drawn by two hands


def test_klayout_finds_the_pads_that_the_second_mask_leaves(caravel):
    _, target, manifest = caravel
    everything = target / "caravel-qfn64.gds"
    bare = _region(everything, 101) - _region(everything, 12, 1)

    assert manifest["sites"] == 192
    assert bare.sized(-1000).merged().count() == 192 * (64 + 1) + 1  # windows and the cathode


def test_a_million_sites_are_a_few_arrays_and_small_files(panel):
    _, target, manifest = panel
    layout = db.Layout()
    layout.read(str(target / "masks" / "chip-scale-panel_FIRST_MASK.gds"))
    placed = list(layout.top_cell().each_inst())

    assert manifest["sites"] == 1_000_000
    assert sum(instance.na * instance.nb if instance.is_regular_array() else 1 for instance in placed) >= 1_000_000
    assert len(placed) < 20
    assert all(path.stat().st_size < 1_000_000 for path in target.rglob("*.gds"))


def test_the_area_of_a_million_sites_is_that_of_one_a_million_times(panel):
    _, target, manifest = panel
    entry = next(entry for entry in manifest["masks"] if entry["name"] == "BOARD_LAND")
    layout = db.Layout()
    layout.read(str(target / entry["file"]))
    (site,) = [cell for cell in layout.each_cell() if not cell.is_top()]
    one = db.Region(site.begin_shapes_rec(layout.layer(entry["layer"], 0))).merged().area() * 1e-6

    assert entry["area"] == pytest.approx(1_000_000 * one, rel=1e-12)
    assert entry["shapes"] == 5_000_000
