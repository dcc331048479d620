"""What the spot terminals draw, what their technology makes of it, and what is written."""

import csv
import json
import math
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import klayout.db as kdb
import pytest
from click.testing import CliRunner

from maskgen.cli import main
from maskgen.errors import MaskgenError
from maskgen.export import tables
from maskgen.geometry import regions
from maskgen.package import Bond
from maskgen.pipeline import make, prepare
from maskgen.report import windows as window_lines

TEMPLATE = Path(__file__).parents[2] / "templates" / "etch-resistant-spot-terminals.yaml"
SMALL = (
    *("array.columns=2", "array.rows=1", "plate={rectangle: [20 mm, 12 mm], border: 1.5 mm}"),
    "marks={fiducials: [{kind: cross, size: 500}], alignment: none, title: none, reading: none, corners: none}",
    "frame={kind: rectangle, opening: [25 mm, 17 mm], width: 6 mm}",
)
PLACES = {"a": (-1300, 700), "b": (1300, 100), "c": (-200, -1300), "d": (1250, -1100)}
CONTACTS = "die.contacts={{list: [{}]}}".format(
    ", ".join(f"{{name: {name}, at: [{x}, {y}], size: 80}}" for name, (x, y) in PLACES.items())
)
SPOTS = """terminals={list: [
  {name: A, at: [-600, 500], size: 240, shape: triangle}, {name: B, at: [650, 400], size: 150, shape: square},
  {name: C, at: [-500, -600], size: 160, shape: circle},
  {name: D, at: [600, -700], shape: polygon, points: [[-100, -100], [110, -100], [110, 60], [-100, 130]]},
]}"""
FOUR = (CONTACTS, SPOTS, "nets={assign: table, connect: {a: A, b: B, c: C, d: D}}")
"""Four terminals of four shapes, nothing about them symmetric."""
SCALE = (1 + 2.6e-6 * 200) / (1 + 5e-6 * 200)
"""Silicon's expansion over that of molybdenum, 200 K up."""
SITES = kdb.Box(-4_000_000, -2_500_000, 4_000_000, 2_500_000)
"""Around both sites, without the marks."""


def built(*settings):
    return make(prepare(TEMPLATE, (*SMALL, *settings)))


def in_sites(result, layer):
    """Return the area [µm²] of a layer in all sites, without the marks of the plate."""
    return sum(tile.region.area * int(tile.where.sum()) for tile in result.patterns[layer].tiles)


def table(path):
    with path.open() as file:
        return list(csv.DictReader(file))


def written(path, layer, datatype=0):
    """Return what a file has on a layer around the sites, 1 nm a unit."""
    layout = kdb.Layout()
    layout.read(str(path))
    return kdb.Region(layout.top_cell().begin_shapes_rec(layout.layer(layer, datatype))).merged() & SITES


@pytest.fixture(scope="module")
def command(tmp_path_factory):
    """Return the folder of a build of the four terminals, and what the program said."""
    folder = tmp_path_factory.mktemp("spots") / "out"
    settings = [word for setting in (*SMALL, *FOUR) for word in ("--set", setting)]
    done = CliRunner().invoke(main, ["build", str(TEMPLATE), "-o", str(folder), "--format", "gds,svg", *settings])
    assert done.exit_code == 0, done.output
    return folder, done.output


@pytest.fixture(scope="module")
def folder(command):
    return command[0]


@pytest.fixture(scope="module")
def manifest(folder):
    return json.loads((folder / "manifest.json").read_text())


@pytest.fixture(scope="module")
def four():
    return built(*FOUR)


def test_the_netlist_is_contact_tip_lead_via_terminal(folder, four):
    members = {(("contact", f"die.{name}"), ("terminal", name.upper())) for name in PLACES}

    assert {tuple(sorted(net.members)) for net in four.nets} == members
    assert {row["name"] for row in table(folder / "nets.csv")} == {name for pair in members for _, name in pair}
    assert four.package.unrouted == ()


@pytest.mark.parametrize("shape", ["circle", "square", "triangle", "rounded", "octagon"])
def test_spots_of_every_shape_become_terminals_as_wide_as_wanted(shape):
    radius = ", radius: 30" if shape == "rounded" else ""
    grid = f"{{columns: 2, rows: 2, pitch: 900, size: 240, shape: {shape}{radius}}}"
    result = built(CONTACTS, f"terminals={{grid: {grid}}}")
    undercut, outline = result.job.process.numbers["tip_undercut"], result.package.pads[0].outline

    assert result.report.violations == ()
    assert in_sites(result, "TERM") == pytest.approx(8 * outline.area, rel=2e-3)
    assert in_sites(result, "SPOT") == pytest.approx(
        8 * (outline.area + outline.length * undercut + math.pi * undercut**2), rel=2e-3
    )


def test_klayout_sizes_the_spot_to_tip_neck_and_base(folder, manifest):
    everything, numbers = folder / "spots24.gds", manifest["numbers"]
    target = written(everything, 2)

    for datatype, name in ((1, "tip_undercut"), (2, "neck_undercut"), (3, "base_undercut")):
        by = (numbers["tip_undercut"] - numbers[name]) * 1e3
        found = written(everything, 2, datatype)
        expected = target if name == "tip_undercut" else _shrunk(target, -by) if by < 0 else _grown(target, by)
        assert (found ^ expected.merged()).sized(-200).is_empty(), name


def _grown(region, by):
    """Return a KLayout region grown by a circle of 128 corners."""
    turns = [2 * math.pi * number / 128 for number in range(128)]
    return region.minkowski_sum(kdb.Polygon([kdb.Point(by * math.cos(turn), by * math.sin(turn)) for turn in turns]))


def _shrunk(region, by):
    """Return a KLayout region shrunk by a circle: what the grown rest of a box around it leaves."""
    around = kdb.Region(region.bbox().enlarged(1_000_000, 1_000_000))
    return region - _grown(around - region, by)


def test_contacts_look_up_and_are_not_mirrored(folder):
    contacts = written(folder / "spots24.gds", 103)
    middles = {(box.center().x / 1e3, box.center().y / 1e3) for box in (p.bbox() for p in contacts.each())}

    assert middles == {(x + side * 1550, y) for x, y in PLACES.values() for side in (-1, 1)}


@pytest.mark.parametrize(
    ("mask", "layer", "design", "by", "mirrored"),
    [
        pytest.param("VIA", 10, 3, 5.0, True, id="VIA"),
        pytest.param("LEAD", 11, 1, 0.0, True, id="LEAD"),
        pytest.param("TIP_BOND", 12, 111, -5.0, True, id="TIP_BOND"),
        pytest.param("SPOT", 13, 2, None, False, id="SPOT"),
    ],
)
def test_bottom_masks_are_mirrored_and_all_are_scaled(mask, layer, design, by, mirrored, folder, manifest):
    entry = next(entry for entry in manifest["masks"] if entry["name"] == mask)
    by = manifest["numbers"]["tip_undercut"] if by is None else by
    wanted = written(folder / "spots24.gds", design)
    wanted = _grown(wanted, by * 1e3) if by > 0 else _shrunk(wanted, -by * 1e3) if by < 0 else wanted
    wanted = wanted.merged().transformed(kdb.ICplxTrans(SCALE, 180 if mirrored else 0, mirrored, 0, 0))
    found = written(folder / entry["file"], layer)

    assert (entry["mirrored"], entry["side"]) == (mirrored, "bottom" if mirrored else "top")
    assert entry["scale"] == pytest.approx(SCALE, rel=1e-12)
    assert (found ^ wanted).sized(-250).is_empty()
    assert not (found ^ wanted.transformed(kdb.ICplxTrans(1 / SCALE))).sized(-250).is_empty()
    assert not (found ^ wanted.transformed(kdb.Trans.M90)).sized(-250).is_empty()


@pytest.mark.parametrize("mask", ["FRAME", "FRAME_BOND", "SCRIBE"])
def test_tools_are_not_scaled(mask, manifest):
    entry = next(entry for entry in manifest["masks"] if entry["name"] == mask)

    assert (entry["mirrored"], entry["scale"]) == (False, 1.0)


def test_a_plate_without_a_frame_is_scaled_by_the_sheet():
    numbers = built(*FOUR, "frame=none").job.process.numbers

    assert numbers["layout_scale"] == pytest.approx((1 + 2.6e-6 * 200) / (1 + 17e-6 * 200), rel=1e-12)


@pytest.mark.parametrize(
    ("kind", "pieces", "area", "bond"),
    [
        pytest.param("{kind: rectangle, opening: [25 mm, 17 mm], width: 6 mm}", 1, 37 * 29 - 25 * 17,
                     33 * 25 - 29 * 21 + 16 - 4 * math.pi,
                     id="rectangle"),
        pytest.param("{kind: ring, opening: 26 mm, width: 6 mm}", 1, math.pi * (19**2 - 13**2),
                     math.pi * (17**2 - 15**2), id="ring"),
        pytest.param("{kind: pieces, opening: 26 mm, width: 6 mm, pieces: 3, span: 60}", 3,
                     math.pi * (19**2 - 13**2) / 2, None, id="pieces"),
        pytest.param("none", 0, 0, 0, id="none"),
    ],
)  # fmt: skip
def test_frames(kind, pieces, area, bond):
    result = built(*FOUR, f"frame={kind}")
    frame, joined = (
        regions.areal(result.patterns[name].flat().difference(result.package.marking.zones))
        for name in ("FRAME", "FRAME_BOND")
    )

    assert result.report.violations == ()
    assert len(regions.polygons(frame)) == len(regions.polygons(joined)) == pieces
    assert frame.area / 1e6 == pytest.approx(area, rel=1e-3)
    assert joined.area / 1e6 == pytest.approx(bond, rel=1e-3) if bond is not None else joined.area < frame.area / 2
    assert regions.areal(joined.difference(regions.shrink(frame, 1999))).is_empty


def test_bonds_csv_lists_the_leads(folder, four):
    rows = table(folder / "bonds.csv")
    terminals = {terminal.name: terminal.outline.centroid for terminal in four.package.pads}

    assert (folder / "bonds.csv").read_bytes() == (folder / "leads.csv").read_bytes()
    assert [row["contact"] for row in rows] == [f"die.{name}" for name in PLACES]
    for row, (name, place) in zip(rows, PLACES.items(), strict=True):
        middle = terminals[name.upper()]
        x1, y1, x2, y2, span, length = (float(row[f"{key}_um"]) for key in ("x1", "y1", "x2", "y2", "span", "length"))
        assert (row["terminal"], row["peel_mN"]) == (name.upper(), "17.50")
        assert (x1, y1, x2, y2) == pytest.approx((middle.x, middle.y, *place), abs=6e-4)
        assert span == pytest.approx(math.dist((x1, y1), (x2, y2)), abs=0.01)
        assert float(row["taut_height_um"]) == pytest.approx(math.sqrt(length**2 - span**2), rel=2e-3)
        assert float(row["slack_percent"]) == pytest.approx(100 * (length / math.hypot(span, 100) - 1), abs=0.01)
        assert float(row["smooth_height_um"]) >= 100
        assert float(row["neck_freed_um"]) < 16 < float(row["tip_lost_um"])


def test_wires_go_before_leads_in_bonds_csv(four):
    wire = Bond(1, "die", "a", "n", "A", (0.0, 0.0), (2000.0, 0.0))
    both = replace(four.package, bonds=(wire,))

    assert tables.bond_table(both).splitlines()[1] == "1,n,die,a,A,0.000,0.000,2000.000,0.000,2000.0,0.0"
    assert tables.lead_table(both) == tables.bond_table(four.package)


def test_process_windows_are_printed_and_in_the_manifest(command, four, manifest):
    names = ["release", "stem-ratio", "lift", "slack", "peel", "neck", "tip", "foot", "run-out", "tension"]

    assert window_lines.render(four.windows) in command[1]
    assert [window["name"] for window in manifest["windows"]] == names
    assert all(window["holds"] for window in manifest["windows"])
    assert manifest["windows"][0] | {"doc": ""} == {
        "name": "release", "value": 16.0, "low": 10.01, "high": 24.95, "place": pytest.approx(0.4009, abs=1e-4),
        "room": 5.99, "unit": "um", "holds": True, "doc": "",
    }  # fmt: skip


def test_the_picture_shows_a_site_from_the_bottom_up(folder):
    texts = ElementTree.parse(folder / "spots24.svg").iter("{http://www.w3.org/2000/svg}text")

    layers = ["LANE", "DIE", "TERM_TARGET", "LEAD_SHAPE", "CONTACT", "LEAD_FIXED", "LEAD_TIP", "VIA_HOLE"]
    assert [text.text for text in texts if text.text in layers] == layers


def test_leads_without_room_are_said_with_what_is_lacking():
    found = built("leads={neck: 20, tip: 50, fixed: 90, gap: 600}").report.violations

    routed = [violation.finding.sentence for violation in found if violation.rule == "T.routed"]
    assert routed[0] == "die.1 has no lead: is 187.8 um from lead 2, 600 um wanted"
    assert sum(violation.count for violation in found if violation.rule == "T.routed") == 32


def test_a_contact_is_met_at_its_centroid():
    contact = "die.contacts={list: [{name: a, at: [0, 1000], size: 120, shape: triangle}]}"
    result = built(contact, "terminals={list: [{name: A, at: [0, 0], size: 150, shape: circle}]}")

    assert result.report.violations == ()
    assert result.package.dies[0].contacts[0].centre == pytest.approx((0, 1020))  # of its box
    assert result.package.leads[0].lead.path[-1].tolist() == pytest.approx([0, 1000], abs=1e-6)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        pytest.param(("leads={neck: 60, tip: 50}",),
                     "leads: neck < tip <= fixed must hold, so that the neck is freed first: got 60, 50, 90 um",
                     id="neck wider than tip"),
        pytest.param(("leads={fillet: 10}",),
                     "leads: fillet must be 0 or at least the neck's width of 20 um, got 10 um", id="fillet"),
        pytest.param(("leads={corner: 5}",), "leads: corner must be at least 10 um, got 5 um", id="corner"),
        pytest.param((SPOTS.replace("-500, -600", "-600, 520"),), "terminals: terminals A and C touch or overlap",
                     id="overlap"),
        pytest.param((SPOTS.replace("name: C", "name: A"),), "terminals: two terminals are called 'A'", id="names"),
        pytest.param(("terminals={list: []}",), "terminals: needs at least one terminal", id="no terminal"),
        pytest.param(("nets.connect={zz: A1}",), "nets.connect.zz: no contact is called so", id="contact"),
        pytest.param(("nets.connect={'1': zz}",), "nets.connect.1: no terminal is called 'zz'", id="terminal"),
        pytest.param(("via=.nan",), "--set via=.nan: must be a finite number, got .nan", id="NaN"),
        pytest.param(("via=0",), "via: must be above 0, got 0", id="no via"),
        pytest.param(("die.face=down",), "die.face: must look up at the sheet", id="face down"),
        pytest.param(("unit_size=2000",), "unit_size: 2000 x 2000 um do not hold the die, which needs 3000 x 3000 um",
                     id="unit"),
        pytest.param(("frame={kind: ring, opening: [1 mm, 2 mm], width: 6 mm}",),
                     "frame: the opening of a ring frame is a diameter: one number", id="oval"),
        pytest.param(("frame={kind: pieces, opening: 25 mm, width: 6 mm, pieces: 4, span: 90}",),
                     "frame: 4 pieces of 90 deg meet: together at most 360 deg", id="pieces meet"),
        pytest.param(("frame.width=3 mm",),
                     "frame.width: 3000 um leave nothing to join to the sheet, 2000 um from each edge", id="no bond"),
    ],
)  # fmt: skip
def test_mistakes_are_one_error_each(settings, sentence):
    with pytest.raises(MaskgenError) as caught:
        built(*settings)

    assert sentence in str(caught.value)
    assert str(caught.value).count(": " + sentence.split(": ", 1)[1]) == 1
