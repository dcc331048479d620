"""What a peelable sheet draws over a window substrate, and what is written of it."""

import json
import math
from pathlib import Path

import klayout.db as kdb
import numpy as np
import pytest
import shapely
from breaking import own_technology

from maskgen.errors import MaskgenError
from maskgen.geometry import regions
from maskgen.pipeline import build, make, prepare

TEMPLATE = Path(__file__).parents[2] / "templates" / "peelable-lead-sheet.yaml"
TWO = ("array.columns=2", "array.rows=1", "plate={rectangle: [40 mm, 30 mm], border: 2 mm}", "marks=none")
SMALL = (
    *TWO,
    "die={size: 2000, thickness: 400, contacts: {ring: {count: 16, pitch: 280, size: 90, inset: 60}}}",
    *("first_substrate.size=[11 mm, 11 mm]", "second_substrate.size=[10 mm, 10 mm]"),
    *("pads.ring.count=16", "pads.ring.inset=2800", "sheet.size=[9 mm, 9 mm]"),
    "sheet.terminals={grid: {columns: 5, rows: 5, pitch: 1500, size: 400, shape: circle, empty_centre: [3, 3]}}",
)
DICE = """dies=[
  {name: a, size: 2000, thickness: 400, at: [-2400, 0], contacts: {ring: {count: 8, pitch: 280, size: 90, inset: 60}}},
  {name: b, size: 2000, thickness: 400, at: [2400, 0], contacts: {ring: {count: 8, pitch: 280, size: 90, inset: 60}}},
]"""
PADS = """pads={list: [
  {name: a1, at: [-4300, 300], size: [700, 180]}, {name: a2, at: [-4300, -300], size: [700, 180]},
  {name: b1, at: [4300, 300], size: [700, 180]}, {name: b2, at: [4300, -300], size: [700, 180]},
]}"""
TERMINALS = """sheet.terminals={list: [
  {name: A, at: [-6000, 900], size: 400}, {name: B, at: [-6000, -900], size: 400},
  {name: C, at: [6000, 900], size: 400}, {name: D, at: [6000, -900], size: 400},
]}"""
MULTI = (
    *TWO, "die=null", DICE, PADS, TERMINALS, "nets.assign=table",
    "nets.connect={'a.1': a1, 'a.2': a2, 'b.5': b2, 'b.6': b1}",
)  # fmt: skip
"""Two dies, each in an opening of its own."""


def built(*settings):
    return make(prepare(TEMPLATE, settings))


def klayout_region(region, factor=1.0):
    """Return a region in KLayout, 1 nm a unit, enlarged about the plate's centre."""
    found = kdb.Region()
    for polygon in regions.polygons(region):
        found.insert(kdb.Polygon([kdb.Point(round(x * factor * 1e3), round(y * factor * 1e3))
                                  for x, y in polygon.exterior.coords]))  # fmt: skip
    return found.merged()


def is_same(one, other, within):
    """Tell whether two regions of KLayout differ by slivers only, narrower than twice some micrometres."""
    return (one ^ other).sized(-round(within * 1e3)).is_empty() and not one.is_empty()


@pytest.fixture(scope="module")
def sheet():
    return built(*SMALL)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    result, folder = build(
        TEMPLATE, tmp_path_factory.mktemp("sheet") / "out", settings=SMALL, formats=("gds",), allow_violations=False
    )
    return result, folder, json.loads((folder / "manifest.json").read_text())


@pytest.fixture(scope="module")
def multi():
    return built(*MULTI)


def nets_of(result):
    """Return the members of each net by kind."""
    return [sorted(net.members) for net in result.nets]


def test_contact_wire_pad_lead_via_and_terminal_are_one_net(sheet):
    """The names of the assigned terminals come from the list of leads, the nets from the polygons."""
    wires = {bond.pad: bond.contact for bond in sheet.package.bonds}
    wanted = [
        [("contact", f"die.{wires[entry.lead.contact]}"), ("pad", entry.lead.contact),
         ("terminal", f"sheet.{entry.lead.terminal}")] for entry in sheet.package.leads
    ]  # fmt: skip

    assert sorted(nets_of(sheet)) == sorted(wanted)
    assert len(wanted) == 16
    assert {frozenset(name for _, name in net) for net in wanted} == set(sheet.package.joined)


@pytest.mark.parametrize(
    ("change", "members"),
    [
        pytest.param('"grow(VIA_HOLE, via_taper)"', {1, 2}, id="without vias"),
        pytest.param('"shrink(LEAD_TIP, bond_margin)"', {1, 2}, id="without bonding material"),
    ],
)
def test_every_link_of_a_net_is_looked_at(change, members, tmp_path):
    folder = own_technology(tmp_path, "peelable-lead-sheet", "peelable-sheet", ((change, '"PLATE - PLATE"'),))
    result = make(prepare(folder / "peelable-lead-sheet.yaml", (*SMALL, "technology=mine.yaml")))

    assert {len(net) for net in nets_of(result)} == members
    assert "W.nets" in {violation.rule for violation in result.report.violations}


def test_terminals_may_be_called_like_pads():
    result = built(*SMALL, "sheet.terminals={ring: {count: 16, pitch: 1500, size: [400, 400], inset: 500}}")

    assert result.report.violations == ()
    assert all(len(net) == 3 for net in nets_of(result))


def test_several_dies_in_openings_of_their_own(multi):
    openings = regions.polygons(multi.package.layout.site["OPENING"])
    dies = [die.outline for die in multi.package.dies]

    assert len(openings) == 2
    assert [[opening.covers(die) for die in dies] for opening in sorted(openings, key=lambda o: o.bounds)] == [
        [True, False], [False, True],
    ]  # fmt: skip
    assert {run.rule.id: run.violations for run in multi.report.rules}["W.opening.each"] == 0
    groups = [{name for _, name in net} for net in nets_of(multi) if len(net) == 3]
    assert {frozenset(name for name in group if not name.startswith("sheet.")) for group in groups} == {
        frozenset({"a.1", "a1"}), frozenset({"a.2", "a2"}), frozenset({"b.5", "b2"}), frozenset({"b.6", "b1"}),
    }  # fmt: skip


def test_a_tip_lands_away_from_the_die_of_its_pad(multi):
    tips = {entry.lead.contact: entry.lead.path[-1] for entry in multi.package.leads}

    assert {name: tuple(np.round(tip, 6)) for name, tip in tips.items()} == {
        "a1": (-4585, 300), "a2": (-4585, -300), "b1": (4585, 300), "b2": (4585, -300),
    }  # fmt: skip


def test_each_pad_holds_a_wire_at_its_inner_end_and_a_tip_at_its_outer_end(sheet):
    """A pad is 700 um long: the foot's middle is 62.5 um from its inner end, the tip's 65 um from its outer end."""
    feet = {bond.pad: bond.end for bond in sheet.package.bonds}
    tips = {entry.lead.contact: entry.lead.path[-1] for entry in sheet.package.leads}
    sides = set()
    for pad in sheet.package.pads:
        outwards = np.round(np.array(pad.centre) / 1850).astype(int)
        outwards[np.abs(pad.centre) < 1800] = 0
        sides.add(tuple(outwards.tolist()))
        assert np.array(feet[pad.name]) - pad.centre == pytest.approx(-outwards * (350 - 62.5), abs=1e-6)
        assert tips[pad.name] - pad.centre == pytest.approx(outwards * (350 - 65), abs=1e-6)

    assert sides == {(1, 0), (-1, 0), (0, 1), (0, -1)}


def test_the_window_of_the_sheet_clears_die_and_wires(sheet):
    site = sheet.package.layout.site
    loops = regions.merge([site[name] for name in ("DIE", "WIRE", "BOND_DIE", "BOND_PAD")])

    assert regions.box_of(site["RELIEF"]) == pytest.approx((-1750, -1750, 1750, 1750))
    assert site["RELIEF"].covers(loops)
    assert shapely.distance(site["RELIEF"].exterior, loops) == pytest.approx(150)
    assert site["LEAD_SHAPE"].distance(site["RELIEF"]) > 300


def test_vacuum_holes_avoid_terminals_and_window_and_stay_on_the_sheet(sheet):
    """Of 9 x 9 holes the 9 over the window are left out, and 8 over terminals."""
    site, spec = sheet.package.layout.site, sheet.job.spec.sheet
    holes = regions.polygons(site["VACUUM"])
    taken = shapely.union_all([site["TERM_TARGET"], site["VIA_HOLE"], site["RELIEF"]])

    assert len(holes) == 81 - 9 - 8
    assert shapely.distance(site["VACUUM"], taken) > spec.via
    assert site["SHEET"].covers(site["VACUUM"])
    middles = np.array([(hole.centroid.x, hole.centroid.y) for hole in holes])
    assert np.abs(middles / 1000 - np.round(middles / 1000)).max() < 1e-6


def test_vias_stand_under_terminals_with_leads_only():
    result = built(
        *SMALL, "sheet.terminals={grid: {columns: 6, rows: 6, pitch: 1270, size: 400, empty_centre: [4, 4]}}"
    )
    site = result.package.layout.site
    vias = regions.polygons(site["VIA_HOLE"])

    assert len(regions.polygons(site["TERM_TARGET"])) > len(vias) == 16
    ends = shapely.multipoints([entry.lead.path[0] for entry in result.package.leads])
    assert max(ends.distance(via.centroid) for via in vias) < 1e-6
    assert {violation.rule for violation in result.report.violations} == {"W2.terminal.spare"}


@pytest.mark.parametrize(
    ("name", "layer", "mask_grown", "layer_grown"),
    [
        pytest.param("VIA", "VIA_HOLE", 0, 5, id="VIA"),
        pytest.param("LEAD", "LEAD_SHAPE", 0, 0, id="LEAD"),
        pytest.param("TIP_BOND", "LEAD_TIP", 5, 0, id="TIP_BOND"),
    ],
)
def test_masks_of_the_bottom_are_mirrored_in_their_files_only(name, layer, mask_grown, layer_grown, written):
    result, folder, manifest = written
    entry = next(mask for mask in manifest["masks"] if mask["name"] == name)
    scale = result.job.process.numbers["sheet_scale"]
    design = klayout_region(result.package.layout.pattern(layer).flat(), scale)
    expected = design.sized(1000 * layer_grown)
    mask, drawing = read(folder / entry["file"]), read(folder / "peelable64.gds", entry["layer"], entry["datatype"])

    assert (entry["side"], entry["mirrored"]) == ("bottom", True)
    assert scale == pytest.approx((1 + 14e-6 * 150) / (1 + 17e-6 * 150), rel=1e-9)
    assert mask.count() == drawing.count() == expected.count() == 32
    one, other = (region.sized(1000 * mask_grown) for region in (mask, drawing))
    assert is_same(one.transformed(kdb.Trans(kdb.Trans.M90)), expected, 0.2)
    assert is_same(other, expected, 0.2)


def test_leads_are_not_their_own_mirror_image(sheet):
    drawn = klayout_region(sheet.package.layout.pattern("LEAD_SHAPE").flat())

    assert not is_same(drawn.transformed(kdb.Trans(kdb.Trans.M90)), drawn, 5.0)


def test_all_masks_of_the_sheet_are_scaled_and_no_others(sheet):
    scaled = {entry.mask.name for entry in sheet.masks if entry.mask.scale != 1}

    assert scaled == {"VIA", "LEAD", "TERM_RESIST", "TIP_BOND", "SHEET_CUT"}
    assert {entry.mask.name for entry in sheet.masks if entry.mask.mirrored} == {"VIA", "LEAD", "TIP_BOND"}


def test_a_sheet_in_steps_with_its_plate_moves_its_sites_by_the_scale(sheet):
    """Sites 11.3 mm apart come 5.07 um nearer by 449 ppm, put on the grid of 0.1 um."""
    mask = next(entry for entry in sheet.masks if entry.mask.name == "TERM_RESIST")
    array = mask.pattern.array
    columns = array.columns.centres[array.occupied.any(axis=0)]

    assert columns[1] - columns[0] == pytest.approx(11300 * (1 - 4.48855e-4), abs=0.1)


def test_windows_are_in_the_manifest(written):
    _, _, manifest = written
    windows = {entry["name"]: entry for entry in manifest["windows"]}

    assert list(windows) == [
        "coplanarity", "expansion", "run-out", "release", "stem-ratio", "lift", "slack", "peel", "sheet-run-out",
    ]  # fmt: skip
    assert all(entry["holds"] for entry in windows.values())
    assert (windows["coplanarity"]["low"], windows["coplanarity"]["high"]) == (-40, 40)
    assert windows["release"]["low"] == pytest.approx(10, abs=0.05)
    assert windows["release"]["high"] == pytest.approx(25, abs=0.1)
    assert windows["stem-ratio"]["value"] == pytest.approx((120 - 32) ** 2 / (50 - 32) ** 2)
    assert windows["peel"]["value"] == pytest.approx(350 * 50e-3)
    assert windows["lift"]["high"] > windows["lift"]["value"] == 150
    assert windows["sheet-run-out"]["value"] == pytest.approx(3e-6 * 10 * math.hypot(9000, 9000) / 2)


def test_sites_are_as_far_apart_as_their_largest_part_asks():
    result = built(*SMALL, "sheet.size=[12 mm, 9 mm]")
    columns = result.package.layout.array.columns

    assert columns.pitch == 12000 + 200 + 2 * 50
    assert len(regions.polygons(result.patterns["SHEET_CUT"].flat())) == 2


def read(path, layer=None, datatype=None):
    """Return all shapes of a GDSII file, or those of one layer, as KLayout reads them."""
    layout = kdb.Layout()
    layout.read(str(path))
    found = kdb.Region()
    for info in layout.layer_infos():
        if layer is None or (info.layer, info.datatype) == (layer, datatype):
            found += kdb.Region(layout.top_cell().begin_shapes_rec(layout.layer(info)))
    return found.merged()


UNROUTED = [
    pytest.param(
        ("sheet.leads.gap=600",),
        "1 has no lead: channel between an obstacle and 4 holds 0 leads of 20 um with gaps of 600 um, 3 wanted: "
        "3710 um short",
        id="too near",
    ),
    pytest.param(
        ("sheet.leads.style=s", "process.lift=1500"),
        "1 has no lead: the length of an S must be from its span, 1303.4 um, to that of two half circles, 2047.37 um, "
        "got 2333.81 um",
        id="too short",
    ),
]


@pytest.mark.parametrize(("settings", "sentence"), UNROUTED)
def test_pads_without_a_lead_are_named_with_what_is_lacking(settings, sentence):
    result = built(*SMALL, *settings)
    found = [violation for violation in result.report.violations if violation.rule == "W2.routed"]

    assert found[0].finding.sentence == sentence
    assert sum(violation.count for violation in found) == 2 * (16 - len(result.package.leads))


BAD = [
    pytest.param(("sheet=null",), "--set sheet=null: sheet: must be a mapping, got nothing", id="no sheet"),
    pytest.param(
        ("die.on=x",), "--set die.on=x: die.on: a die in a window stands on the first substrate: "
        "'on' is not for this system", id="stacked",
    ),
    pytest.param(
        ("sheet.leads={tip: 130, fixed: 120}",),
        "--set sheet.leads={tip: 130, fixed: 120}: sheet.leads: neck < tip <= fixed must hold, "
        "so that the neck is freed first: got 20, 130, 120 um", id="tip wider than the fixed end",
    ),
    pytest.param(
        ("second_substrate={size: 10 mm, thickness: .nan}",),
        "--set second_substrate={size: 10 mm, thickness: .nan}: "
        "must be a finite number, got .nan", id="thickness is no number",
    ),
    pytest.param(
        ("second_substrate={size: 10 mm, thickness: 0}",),
        "--set second_substrate={size: 10 mm, thickness: 0}: second_substrate.thickness: must be above 0, got 0",
        id="no thickness",
    ),
    pytest.param(
        ("sheet.leads={corner: 1}",),
        "--set sheet.leads={corner: 1}: sheet.leads: corner must be at least 10 um, got 1 um", id="corner",
    ),
    pytest.param(
        ("sheet.nets={connect: {'99': A1}}",),
        "--set sheet.nets={connect: {'99': A1}}: sheet.nets.connect.99: no contact is called so", id="unknown pad",
    ),
    pytest.param(
        ("sheet.nets={connect: {'1': Z9}}",),
        "--set sheet.nets={connect: {'1': Z9}}: sheet.nets.connect.1: no terminal is called 'Z9'",
        id="unknown terminal",
    ),
    pytest.param(
        ("sheet.terminals={list: [{name: A, at: [4000, 0], size: 400}, {name: B, at: [4100, 0], size: 400}]}",),
        "--set sheet.terminals={list: [{name: A, at: [4000, 0], size: 400}, {name: B, at: [4100, 0], size: 400}]}: "
        "sheet.terminals: terminals A and B touch or overlap", id="terminals touch",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("settings", "message"), BAD)
def test_a_mistake_is_told_once_at_its_place(settings, message):
    with pytest.raises(MaskgenError) as caught:
        built(*SMALL, *settings)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        pytest.param(
            ("sheet.vacuum_hole=1000",),
            "sheet: vacuum holes must be smaller than their pitch: got 1000 um at a pitch of 1000 um", id="touching",
        ),
        pytest.param(
            ("sheet.vacuum_pitch=80", "sheet.vacuum_hole=50"),
            "sheet: a vacuum_pitch of 80 um gives 12544 holes, at most 10000 are made", id="too many",
        ),
    ],
)  # fmt: skip
def test_vacuum_holes_that_nobody_means(settings, sentence):
    with pytest.raises(MaskgenError) as caught:
        built(*SMALL, *settings)
    assert str(caught.value).split("\n")[0].endswith(sentence)


def test_vacuum_holes_larger_than_the_sheet_are_left_out():
    result = built(*SMALL, "sheet.vacuum_pitch=20000", "sheet.vacuum_hole=12000")

    assert result.package.layout.site["VACUUM"].is_empty
