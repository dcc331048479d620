"""The examples build clean, and KLayout, which shares no code with us, agrees with what they say of themselves."""

import collections
import csv
import json
import math
from pathlib import Path

import pytest
from klayout import db

from maskgen import pipeline
from maskgen.physics import etching

EXAMPLES = Path(__file__).parent.parent / "examples"


def _built(name, folder, *settings):
    spec = EXAMPLES / name / f"{name}.yaml"
    result, target = pipeline.build(spec, folder / name, settings=settings, formats=("gds",), allow_violations=False)
    return result, target, json.loads((target / "manifest.json").read_text())


@pytest.fixture(scope="module")
def caravel(tmp_path_factory):
    return _built("caravel-qfn64", tmp_path_factory.mktemp("examples"))


@pytest.fixture(scope="module")
def panel(tmp_path_factory):
    return _built("chip-scale-panel", tmp_path_factory.mktemp("examples"))


@pytest.fixture(scope="module")
def cans(tmp_path_factory):
    return _built("shield-can-plate", tmp_path_factory.mktemp("examples"))


@pytest.fixture(scope="module")
def wafer(tmp_path_factory):
    return _built("spots-wafer-200mm", tmp_path_factory.mktemp("examples"))


@pytest.fixture(scope="module")
def carrier(tmp_path_factory):
    """Return one carrier of the strip with the contacts of one corner: all 352 take longer than all other examples."""
    with (EXAMPLES / "carrier-352" / "contacts.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["name"] in CORNER_BALLS]
    contacts = [
        {"name": row["name"], "at": [1000 * float(row["x [mm]"]), 1000 * float(row["y [mm]"])], "size": 100}
        for row in rows
    ]
    others = [name for name in BALLS if name not in {row["name"] for row in rows}]
    return _built(
        "carrier-352",
        tmp_path_factory.mktemp("examples"),
        "array.columns=1",
        f"die.contacts={json.dumps({'list': contacts})}",
        f"balls.grid.omit={json.dumps(others)}",
    )


LETTERS = "ABCDEFGHJKLMNPRTUVW"
BALLS = [f"{letter}{n}" for letter in LETTERS for n in range(1, 20) if not (letter in "JKL" and n in (9, 10, 11))]
"""The names of the 352 balls; the rows of a grid are lettered without I, O, Q and S."""
CORNER_BALLS = {f"{letter}{number}" for letter in "ABCD" for number in range(1, 7)}


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


@pytest.mark.parametrize("example", ["caravel", "panel", "cans", "wafer", "carrier"])
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


def _disc_area(diameter):
    return math.pi / 4 * diameter**2


def _placed(path, layer, datatype=0):
    """Return what each cell but the top one has on a layer, and how often it stands there: sites do not overlap."""
    layout = db.Layout()
    layout.read(str(path))
    found = layout.layer(layer, datatype)
    counts = collections.Counter()
    for instance in layout.top_cell().each_inst():
        counts[instance.cell_index] += instance.na * instance.nb if instance.is_regular_array() else 1
    return [(db.Region(layout.cell(cell).begin_shapes_rec(found)).merged(), count) for cell, count in counts.items()]


def _pieces(target, manifest, mask, area):
    """Return how many pieces of some area [µm²], within what chords leave of a circle, the sites of a mask have."""
    (entry,) = [entry for entry in manifest["masks"] if entry["name"] == mask]
    low, high = (round(area * share * 1e6) for share in (0.998, 1.002))
    placed = _placed(target / entry["file"], entry["layer"], entry["datatype"])
    return sum(region.with_area(low, high, False).count() * count for region, count in placed)


def test_a_plate_has_a_recess_and_an_opening_for_each_can(cans):
    """The rim is 100 + 50 um around the package, and 1100 um higher up a wall that leans by 5 deg."""
    _, target, manifest = cans
    beyond = 100 + 50 + 1100 * math.tan(math.radians(5))
    rim = (12_000 + 2 * beyond) * (10_000 + 2 * beyond) - (4 - math.pi) * (200 + beyond) ** 2
    openings = _region(target / "shield-can-plate.gds", 3)

    assert manifest["sites"] == 36
    assert _pieces(target, manifest, "RECESS", rim) == 36
    assert openings.count() == 36
    assert openings.area() * 1e-6 == pytest.approx(36 * _disc_area(800), rel=1e-3)


def test_every_die_of_a_wafer_has_its_spots_leads_and_vias(wafer):
    """Spots are 140 um and the undercut at their tips; leads run in the plane below, mirrored."""
    result, target, manifest = wafer
    scale = result.job.process.numbers["layout_scale"]
    spot = 140 + 2 * result.job.process.numbers["tip_undercut"]
    leads = _placed(target / "spots-wafer-200mm.gds", 1, 1)

    assert manifest["sites"] == 4330
    assert scale == pytest.approx((1 + 2.6e-6 * 200) / (1 + 5e-6 * 200))
    assert _pieces(target, manifest, "SPOT", _disc_area(spot * scale)) == 4330 * 24
    assert _pieces(target, manifest, "VIA", _disc_area((45 + 2 * 5) * scale)) == 4330 * 24
    assert sum(region.count() * count for region, count in leads) == 4330 * 24


def test_leads_of_a_chip_that_looks_down_are_mirrored_once(carrier):
    """The corner is right of the middle as the chip's maker looks at it: left from above, right again from below."""
    result, target, manifest = carrier
    above = _region(target / "carrier-352.gds", 6, 1)
    found = {}
    for entry in manifest["masks"]:
        if entry["name"] in {"LEAD", "HOLE"}:
            region = _region(target / entry["file"], entry["layer"], entry["datatype"])
            found[entry["name"]] = region & db.Box(-9_000_000, -9_000_000, 9_000_000, 9_000_000)

    assert len(result.package.leads) == above.count() == found["LEAD"].count() == found["HOLE"].count() == 24
    assert above.bbox().right < 0
    assert (found["LEAD"] ^ above).sized(-100).is_empty()
    assert found["HOLE"].bbox().left > 0
    assert above.covering(found["HOLE"].transformed(db.Trans.M90)).count() == 24
    assert _pieces(target, manifest, "HOLE", _disc_area(250 + 2 * 10)) == 24


def test_klayout_leaves_two_stems_under_each_lead(carrier):
    """Necks of 20 um are gone after an undercut of 16 um; the bulges of 50 and 350 um keep 18 and 318 um."""
    _, target, _ = carrier
    leads = _region(target / "carrier-352.gds", 6, 1)
    stems = leads.sized(-16_000, 2)
    sizes = sorted(round(min(stem.bbox().width(), stem.bbox().height()) * 1e-3) for stem in stems.each())

    assert sizes == [18] * 24 + [318] * 24
    assert (stems ^ _region(target / "carrier-352.gds", 7, 1)).sized(-500).is_empty()
