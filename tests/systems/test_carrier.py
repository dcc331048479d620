"""What a carrier frame draws, what lifts its chip, and what is written of it."""

import json
import math
from pathlib import Path

import klayout.db as kdb
import numpy as np
import pytest

from maskgen.errors import MaskgenError
from maskgen.geometry import regions
from maskgen.pipeline import build, make, prepare

TEMPLATE = Path(__file__).parents[2] / "templates" / "carrier-frame-resilient-pads.yaml"
MIL = 25.4
SMALL = (
    *("array.columns=2", "array.rows=1", "marks=none", "plate={rectangle: [50 mm, 30 mm], border: 2 mm}"),
    *("die.contacts.ring.count=12", "die.contacts.ring.pitch=1200"),
    "balls={grid: {columns: 4, rows: 4, pitch: 1000, size: 250, shape: circle, empty_centre: [2, 2]}}",
    *("resilient_pads.ring.count=12", "resilient_pads.ring.pitch=3000"),
)
ASYMMETRIC = (
    *SMALL[:4],
    "die.contacts={list: [{name: '1', at: [2500, 1000], size: 100}, {name: '2', at: [2500, -400], size: 100}]}",
    "balls={list: [{name: A, at: [-1200, 1000], size: 250, shape: circle}, "
    "{name: B, at: [-1200, -400], size: 250, shape: circle}]}",
)


def built(*settings):
    return make(prepare(TEMPLATE, (*SMALL, *settings)))


def numbers(*settings):
    return prepare(TEMPLATE, (*SMALL, *settings)).process.numbers


def klayout_region(region):
    """Return a region in KLayout, 1 nm a unit."""
    found = kdb.Region()
    for polygon in regions.polygons(region):
        rings = [[kdb.Point(round(x * 1e3), round(y * 1e3)) for x, y in ring.coords]
                 for ring in (polygon.exterior, *polygon.interiors)]  # fmt: skip
        shape = kdb.Polygon(rings[0])
        for hole in rings[1:]:
            shape.insert_hole(hole)
        found.insert(shape)
    return found.merged()


def read(path):
    """Return all shapes of a GDSII file, as KLayout reads them."""
    layout = kdb.Layout()
    layout.read(str(path))
    found = kdb.Region()
    for info in layout.layer_infos():
        found += kdb.Region(layout.top_cell().begin_shapes_rec(layout.layer(info)))
    return found.merged()


def is_same(one, other, within):
    """Tell whether two regions of KLayout differ by slivers only, narrower than twice some micrometres."""
    return (one ^ other).sized(-round(within * 1e3)).is_empty() and not one.is_empty()


@pytest.fixture(scope="module")
def carrier():
    return built()


@pytest.fixture(scope="module")
def asymmetric():
    return make(prepare(TEMPLATE, ASYMMETRIC))


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    result, folder = build(
        TEMPLATE, tmp_path_factory.mktemp("carrier") / "out", settings=ASYMMETRIC, formats=("gds",),
        allow_violations=True,
    )  # fmt: skip
    return result, folder, json.loads((folder / "manifest.json").read_text())


@pytest.mark.parametrize(
    ("recovery", "lift"), [pytest.param(1.0, 4, id="recovers wholly"), pytest.param(0.8, 2, id="recovers by 80 %")]
)
def test_one_set_of_pads_lifts_as_the_catalogue_says(recovery, lift):
    """Pads of 10 mil, compressed by 4 mil (catalogue R.lift)."""
    found = numbers(f"process.pad_height={10 * MIL}", f"process.compression={4 * MIL}", f"process.recovery={recovery}")

    assert found["lift"] == pytest.approx(lift * MIL)


def test_two_sets_that_recover_badly_lift_nothing_and_are_flagged():
    report = built(
        *("process.pad_height=254", "process.compression=50.8", "process.recovery=0.8"),
        *("process.second_height=254", "process.second_compression=50.8"),
    ).report
    (found,) = [violation for violation in report.violations if violation.rule == "R.lift"]

    assert found.finding.measured == pytest.approx(0, abs=1e-9)


def test_pads_that_are_pressed_flat_are_flagged():
    """4 mil on a pad of 4 mil is 100 %."""
    report = built("process.pad_height=101.6", "process.compression=101.6").report
    (found,) = [violation for violation in report.violations if violation.rule == "R.strain"]

    assert found.finding.sentence == "is 1 of the height, at most 0.5 of the height allowed"


@pytest.mark.parametrize(("height", "ratio"), [(4, 1.25), (6, 0.8333), (8, 0.625), (10, 0.5)])
def test_area_ratio_of_pads_of_20_mil(height, ratio):
    found = numbers(
        f"process.pad_height={height * MIL}", "process.prints=1", "process.slump=0", "process.compression=0"
    )

    assert found["area_ratio"] == pytest.approx(ratio, abs=1e-4)


def test_contact_lead_hole_and_ball_are_one_net(carrier):
    found = {frozenset(net.members) for net in carrier.nets}
    wanted = {
        frozenset({("contact", entry.lead.contact), ("ball", entry.lead.terminal)}) for entry in carrier.package.leads
    }

    assert found == wanted
    assert len(wanted) == 12
    assert {frozenset(name for _, name in net) for net in wanted} == set(carrier.package.joined)


def test_contacts_that_look_down_are_mirrored_and_their_leads_go_there(asymmetric):
    (die,) = asymmetric.package.dies
    tips = {entry.lead.contact: entry.lead.path[-1].tolist() for entry in asymmetric.package.leads}

    assert {contact.name: contact.centre for contact in die.contacts} == {"1": (-2500, 1000), "2": (-2500, -400)}
    assert tips == {"die.1": pytest.approx([-2500, 1000]), "die.2": pytest.approx([-2500, -400])}
    assert {(entry.lead.contact, entry.lead.terminal) for entry in asymmetric.package.leads} == {
        ("die.1", "A"), ("die.2", "B"),
    }  # fmt: skip


def test_the_aperture_has_dog_bones(carrier):
    """Discs of 1.1 radii of the router, the corner on the rim: they stand out by r*(1 - 1/sqrt 2)."""
    half = 3000 + 250 + 550 * (1 - 1 / math.sqrt(2))

    assert regions.box_of(carrier.package.layout.site["APERTURE_SHAPE"]) == pytest.approx(
        (-half, -half, half, half), abs=0.5
    )


@pytest.mark.parametrize(
    ("name", "layer", "grown", "mirrored", "within"),
    [
        pytest.param("PAD_STENCIL", "PAD_SHAPE", -12, True, 0.2, id="PAD_STENCIL"),
        pytest.param("BEAD", "BEAD_SHAPE", -75, True, 13, id="BEAD"),
        pytest.param("HOLE", "HOLE_SHAPE", 10, True, 0.6, id="HOLE"),
        pytest.param("FEATURE2", "HOLE_SHAPE", 81, True, 0.6, id="FEATURE2"),
        pytest.param("BALL", "HOLE_SHAPE", 0, True, 0.2, id="BALL"),
        pytest.param("LEAD", "LEAD_SHAPE", 0, False, 0.2, id="LEAD"),
    ],
)
def test_masks_of_the_bottom_are_mirrored_in_their_files_only(name, layer, grown, mirrored, within, written):
    """The sheet's first surface looks up: its leads are not. KLayout keeps the corners sharp that we round."""
    result, folder, manifest = written
    entry = next(mask for mask in manifest["masks"] if mask["name"] == name)
    drawn = klayout_region(result.package.layout.pattern(layer).flat()).sized(1000 * grown)
    mask = read(folder / entry["file"])
    back = mask.transformed(kdb.Trans(kdb.Trans.M90)) if mirrored else mask

    assert (entry["side"], entry["mirrored"]) == (("bottom", True) if mirrored else ("top", False))
    assert is_same(back, drawn, within)
    assert is_same(klayout_region(result.patterns[name].flat()), drawn, within)
    if layer in {"HOLE_SHAPE", "LEAD_SHAPE"}:
        assert not is_same(mask.transformed(kdb.Trans(kdb.Trans.M90)), mask, 5)


def test_windows_are_in_the_manifest(written):
    _, _, manifest = written
    windows = {entry["name"]: entry for entry in manifest["windows"]}

    assert list(windows) == [
        "release", "stem-ratio", "lift", "slack", "compression", "stack", "stencil", "balance", "expansion",
        "spare", "peel",
    ]  # fmt: skip
    assert windows["lift"]["value"] == pytest.approx(114 - 0.15 * 254)
    assert (windows["release"]["low"], windows["release"]["high"]) == pytest.approx((10, 25), abs=0.1)
    assert windows["stem-ratio"]["value"] == pytest.approx(((350 - 32) / (50 - 32)) ** 2)
    assert windows["stack"]["value"] == pytest.approx((254 - 114) + 500 - (10 + 100 + 500))
    assert windows["stencil"]["value"] == pytest.approx((508 - 24) / (4 * 127))


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        pytest.param(
            ("leads.gap=800",),
            "die.1 has no lead: channel between B4 and the border of the side holds 0 leads of 20 um "
            "with gaps of 800 um, 1 wanted: 27.7 um short",
            id="too near",
        ),
        pytest.param(("balls.grid.omit=[A1]",), "die.10 has no lead: no terminal is left for it", id="no ball is left"),
    ],
)
def test_contacts_without_a_lead_are_named_with_what_is_lacking(settings, sentence):
    result = built(*settings)
    found = [violation for violation in result.report.violations if violation.rule == "R.routed"]

    assert found[0].finding.sentence == sentence
    assert sum(violation.count for violation in found) == 2 * (12 - len(result.package.leads))


BAD = [
    pytest.param(
        "body={size: [21 mm, 18 mm]}",
        "body.size: must not be larger than the carrier of 20000 x 20000 um", id="body",
    ),
    pytest.param(
        "bead={inset: 10000}", "bead: inset and width leave -600 um within the ring, more than 0 um wanted", id="bead"
    ),
    pytest.param("resilient_pads={list: []}", "resilient_pads: at least one pad must lift the chip", id="no pads"),
    pytest.param(
        "resilient_pads={list: [{name: a, at: [7000, 0], size: 508}, {name: b, at: [7400, 0], size: 508}]}",
        "resilient_pads: pads a and b touch or overlap", id="pads overlap",
    ),
    pytest.param(
        "balls={list: [{name: A, at: [0, 0], size: 250}, {name: A, at: [800, 0], size: 250}]}",
        "balls: two balls are called 'A'", id="equal names",
    ),
    pytest.param("carrier={size: 20 mm, thickness: .nan}", "must be a finite number, got .nan", id="no number"),
    pytest.param("nets={connect: {'99': A1}}", "nets.connect.99: no contact is called so", id="unknown contact"),
    pytest.param("nets={connect: {'1': Z9}}", "nets.connect.1: no terminal is called 'Z9'", id="unknown ball"),
]  # fmt: skip


@pytest.mark.parametrize(("setting", "message"), BAD)
def test_a_mistake_is_told_once_at_its_place(setting, message):
    with pytest.raises(MaskgenError) as caught:
        built(setting)
    assert str(caught.value) == f"--set {setting}: {message}"


def test_sites_of_one_row_are_alike(carrier):
    array = carrier.package.layout.array

    assert np.count_nonzero(array.occupied) == 2
    assert array.columns.pitch == 20000 + 200 + 2 * 50
