"""Mistakes of users, each answered with one sentence at its line, exit status 2 and nothing written."""

import re

import pytest
from click.testing import CliRunner

from maskgen import starters
from maskgen.cli import main
from maskgen.technology.shelf import SHELF

SPEC = """\
# A reusable mold: recesses etched around resist islands, filled with polymer; pads plated on what stays bare.
system: etched-recess-mold
name: qfn16
unit: um

die:
  size: [1600, 1600]
  thickness: 200
  contacts: {ring: {count: 16, pitch: 300, size: 80, inset: 60}}

body: {size: [4000, 4000], height: 850}
pads:
  ring: {count: 16, pitch: 650, size: [300, 450], shape: rounded, radius: 60, inset: 100}
  pin1: {size: [300, 450]}                    # square corners tell pin 1 apart
mounting_pad: {size: [2200, 2200], chamfer: 300}
nets: {assign: auto}                          # or names, or table; see 'maskgen schema spec'

plate: {rectangle: [40 mm, 40 mm], border: 5 mm, cathode: {side: bottom}}
array: {columns: fit, rows: fit, lane: {kerf: 200, tolerance: 50}}
marks: {title: {revision: A, date: 2026-01-01}}

process:                                      # what your shop measured; the rest is the technology's
  recess_depth: 30
  undercut: {per_edge: 20, depth: 30}
"""

DIE = SPEC[SPEC.index("die:") : SPEC.index("\nbody:")]
CONTACTS = SPEC[SPEC.index("contacts:") : SPEC.index("\n\nbody:")]
PADS = SPEC[SPEC.index("  ring: {count: 16, pitch: 650") : SPEC.index("mounting_pad:")]
PLATE = SPEC[SPEC.index("plate:") : SPEC.index("\narray:")]
PROCESS = SPEC[SPEC.index("process:") :].rstrip()
"""Parts of the spec that mistakes take the place of."""

DECK = """\
deck: mine
unit: um
derived: {BARE: FIELD - SECOND_MASK}
rules:
  A.1: {check: width, layer: PAD, min: 50, why: thin}
"""

SYSTEMS = starters.names()
TECHNOLOGIES = sorted(path.stem for path in SHELF.glob("*.yaml") if not path.stem.endswith(".drc"))
DECKS = sorted(path.name.removesuffix(".drc.yaml") for path in SHELF.glob("*.drc.yaml"))
"""What ships, as its files say."""

HEADER = re.compile(r"[\w.-]+\.yaml:\d+:\d+: .*")


def changed(text, changes):
    """Return a text with each part replaced that a table names."""
    for old, new in changes:
        assert text.count(old) >= 1, f"{old!r} is not in the text"
        text = text.replace(old, new, 1)
    return text


def built(folder, monkeypatch, files):
    """Return exit status and output of a build of spec.yaml in a folder, which must stay as it was."""
    for name, text in files.items():
        folder.joinpath(name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(folder)
    result = CliRunner().invoke(main, ["build", "spec.yaml", "-o", "out"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    if result.exit_code == 2:
        assert {path.name for path in folder.iterdir()} == files.keys()
    return result.exit_code, result.output


def headers(output):
    """Return the messages without the lines and carets below them."""
    return [line for line in output.splitlines() if HEADER.fullmatch(line)]


BAD_SPECS = [
    pytest.param(
        [("etched-recess-mold\n", "etched-reces-mold\n")],
        ["spec.yaml:2:1: system: unknown system 'etched-reces-mold', did you mean 'etched-recess-mold'"],
        id="system near",
    ),
    pytest.param(
        [("etched-recess-mold\n", "zzz\n")],
        [
            f"spec.yaml:2:1: system: unknown system 'zzz', known: {', '.join(SYSTEMS)}",
        ],
        id="system far",
    ),
    pytest.param(
        [("system: etched-recess-mold", "system: 7")],
        ["spec.yaml:2:1: system: must be text, got 7"],
        id="system number",
    ),
    pytest.param(
        [("system: etched-recess-mold", "system: [a]")],
        ["spec.yaml:2:1: system: must be text, got a list"],
        id="system list",
    ),
    pytest.param(
        [("system: etched-recess-mold", "system:")],
        ["spec.yaml:2:1: system: missing: say which template this is, see 'maskgen templates'"],
        id="system null",
    ),
    pytest.param(
        [("system: etched-recess-mold\n", "")],
        ["spec.yaml:1:1: system: missing: say which template this is, see 'maskgen templates'"],
        id="system absent",
    ),
    pytest.param(
        [("unit: um", "unit: um\ntechnology: etched-reces")],
        [
            (
                "spec.yaml:5:1: technology: no shipped one is called 'etched-reces', did you mean 'etched-recess'"
                f"; known: {', '.join(TECHNOLOGIES)}"
            )
        ],
        id="technology near",
    ),
    pytest.param(
        [("unit: um", "unit: um\ntechnology: mine.yaml")],
        ["spec.yaml:5:1: technology: no such file: mine.yaml"],
        id="technology file absent",
    ),
    pytest.param(
        [("unit: um", "unit: um\nmasks: {FIRST_MSK: {invert: true}}")],
        [
            (
                "spec.yaml:5:9: masks.FIRST_MSK: this technology makes no such mask, only FIRST_MASK, LASER_RECES"
                "S, SEVER, BALL_STENCIL, BOARD_LAND"
            )
        ],
        id="mask unknown",
    ),
    pytest.param(
        [("unit: um", "unit: um\nmasks: {FIRST_MASK: {invrt: true}}")],
        ["spec.yaml:5:22: masks.FIRST_MASK.invrt: unknown key, did you mean 'invert'?"],
        id="mask bad",
    ),
    pytest.param(
        [
            (
                "name: qfn16",
                "name: " + "q" * 200,
            )
        ],
        [
            (
                "spec.yaml:3:1: name: must be 1 to 64 of A-Z a-z 0-9 _ -, the first no _ or -, got 'qqqqqqqqqqqqq"
                "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq…"
            )
        ],
        id="name long",
    ),
    pytest.param(
        [("name: qfn16", "name: qfn-ü")],
        ["spec.yaml:3:1: name: must be 1 to 64 of A-Z a-z 0-9 _ -, the first no _ or -, got 'qfn-ü'"],
        id="name unicode",
    ),
    pytest.param(
        [("name: qfn16", "name: <script>alert(1)</script>")],
        [
            (
                "spec.yaml:3:1: name: must be 1 to 64 of A-Z a-z 0-9 _ -, the first no _ or -, got '<script>alert"
                "(1)</script>'"
            )
        ],
        id="name script",
    ),
    pytest.param(
        [("name: qfn16", "name: 16")],
        ["spec.yaml:3:1: name: must be text, got 16; write '16'"],
        id="name number",
    ),
    pytest.param(
        [("{revision: A,", "{text: 'käse €', revision: A,")],
        ["spec.yaml:20:9: marks.title: no letter is drawn for 'ä'"],
        id="title unicode",
    ),
    pytest.param(
        [("{revision: A,", "{text: '', revision: A,")],
        ["spec.yaml:20:17: marks.title.text: must not be empty"],
        id="title empty",
    ),
    pytest.param(
        [("date: 2026-01-01", "date: 2026")],
        ["spec.yaml:20:30: marks.title.date: must be text, got 2026; write '2026'"],
        id="date real",
    ),
    pytest.param(
        [("{revision: A,", "{height: 6 mm, revision: A,")],
        [
            (
                "spec.yaml:20:9: marks.title: a title of 6000 um does not fit into a border of 5000 um: widen pla"
                "te.border, or say 'none'"
            )
        ],
        id="title height tall",
    ),
    pytest.param(
        [(CONTACTS, "contacts: {csv: pads.csv}")],
        ["spec.yaml:9:14: die.contacts.csv: no such file: pads.csv"],
        id="csv absent",
    ),
    pytest.param(
        [(CONTACTS, "contacts: {aif: pads.aif}")],
        ["spec.yaml:9:14: die.contacts.aif: no such file: pads.aif"],
        id="aif absent",
    ),
    pytest.param(
        [
            (
                CONTACTS,
                "contacts: {gds: {path: die.gds, pad_layer: 37/0}}",
            )
        ],
        ["spec.yaml:9:20: die.contacts.gds.path: no such file: die.gds"],
        id="gds absent",
    ),
    pytest.param(
        [
            (
                CONTACTS,
                "contacts: {gds: {path: die.gds, pad_layer: 37}}",
            )
        ],
        ["spec.yaml:9:35: die.contacts.gds.pad_layer: expected LAYER/DATATYPE such as 10/0, got 37"],
        id="gds pair",
    ),
    pytest.param(
        [
            (
                CONTACTS,
                "contacts: {gds: {path: die.gds, pad_layer: 99999999/0}}",
            )
        ],
        ["spec.yaml:9:35: die.contacts.gds.pad_layer: layer and datatype must be at most 65535, got 99999999"],
        id="gds pair huge",
    ),
    pytest.param(
        [
            (
                CONTACTS,
                "contacts: {gds: {path: die.gds, pad_layer: ²/0}}",
            )
        ],
        ["spec.yaml:9:35: die.contacts.gds.pad_layer: expected LAYER/DATATYPE such as 10/0, got '²/0'"],
        id="gds pair digit",
    ),
    pytest.param(
        [("pitch: 300, size: 80, inset: 60", "pitch: 600, size: 80, inset: 60")],
        ["spec.yaml:9:3: die.contacts: 8 contacts are not on the die of 1600 x 1600 um: 1, 4, 5, 8, 9 ..."],
        id="contacts outside",
    ),
    pytest.param(
        [("size: 80, inset: 60", "size: 80, inset: 2000")],
        ["spec.yaml:9:3: die.contacts: 16 contacts are not on the die of 1600 x 1600 um: 1, 2, 3, 4, 5 ..."],
        id="contacts inset",
    ),
    pytest.param(
        [
            (
                CONTACTS,
                "contacts: {ring: {count: 16, pitch: 300, size: 80}, csv: a.csv}",
            )
        ],
        [("spec.yaml:9:3: die.contacts: needs exactly one of ring, rows, grid, list, csv, aif, gds; has ring, csv")],
        id="contacts two ways",
    ),
    pytest.param(
        [("inset: 60}}", "inset: 60}, pin1: {size: 3}}")],
        ["spec.yaml:9:66: die.contacts.pin1: must be left out, got a mapping"],
        id="contacts pin1",
    ),
    pytest.param(
        [("pitch: 650", "pitch: 250")],
        [
            "spec.yaml:12:1: pads: pads 1 and 2 touch or overlap",
            "spec.yaml:12:1: pads: pads 2 and 3 touch or overlap",
            "spec.yaml:12:1: pads: pads 3 and 4 touch or overlap",
        ],
        id="pads overlap",
    ),
    pytest.param(
        [
            (
                PADS,
                "  list:\n    - {name: A, at: [0, 1700], size: 100}\n    - {name: A, at: [0, -1700], size: 100}\n",
            )
        ],
        ["spec.yaml:12:1: pads: two pads are called 'A'"],
        id="pads same names",
    ),
    pytest.param(
        [("ring: {count: 16, pitch: 650", "ring: {count: 15, pitch: 650")],
        [
            (
                "spec.yaml:13:10: pads.ring.count: must be a multiple of 4 or four counts [left, bottom, right, t"
                "op], got 15"
            )
        ],
        id="pads 15",
    ),
    pytest.param(
        [("ring: {count: 16, pitch: 650", "ring: {count: -16, pitch: 650")],
        ["spec.yaml:13:10: pads.ring.count: must be at least 0, got -16"],
        id="pads count neg",
    ),
    pytest.param(
        [("ring: {count: 16, pitch: 650", "ring: {count: [4, 4, 4], pitch: 650")],
        ["spec.yaml:13:10: pads.ring.count: must have at least 4 entries, got 3"],
        id="pads count list",
    ),
    pytest.param(
        [("ring: {count: 16, pitch: 650", "ring: {count: many, pitch: 650")],
        [
            (
                "spec.yaml:13:10: pads.ring.count: must be a multiple of 4 or four counts [left, bottom, right, t"
                "op], got 'many'"
            )
        ],
        id="pads count text",
    ),
    pytest.param(
        [("ring: {count: 16, pitch: 650", "ring: {count: 16.0, pitch: 650")],
        [
            (
                "spec.yaml:13:10: pads.ring.count: must be a multiple of 4 or four counts [left, bottom, right, t"
                "op], got 16.0"
            )
        ],
        id="pads count float",
    ),
    pytest.param(
        [("ring: {count: 16, pitch: 650", "ring: {count: 1000000000, pitch: 650")],
        ["spec.yaml:13:10: pads.ring.count: must be at most 100000, got 1000000000"],
        id="pads huge count",
    ),
    pytest.param(
        [("pitch: 650", "pitch: 1000")],
        [
            "spec.yaml:12:1: pads: pads 1 and 16 touch or overlap",
            "spec.yaml:12:1: pads: pads 4 and 5 touch or overlap",
            "spec.yaml:12:1: pads: pads 8 and 9 touch or overlap",
        ],
        id="pads outside body",
    ),
    pytest.param(
        [("radius: 60, inset: 100", "radius: 60, inset: 3000")],
        [
            "spec.yaml:12:1: pads: pads 1 and 8 touch or overlap",
            "spec.yaml:12:1: pads: pads 4 and 13 touch or overlap",
            "spec.yaml:12:1: pads: pads 5 and 12 touch or overlap",
        ],
        id="pads inset",
    ),
    pytest.param(
        [("radius: 60", "radius: 600")],
        ["spec.yaml:13:3: pads.ring: radius of 600 um must be from 0 um to half the shorter side, 150 um"],
        id="pads radius",
    ),
    pytest.param(
        [("shape: rounded", "shape: roundd")],
        [
            (
                "spec.yaml:13:51: pads.ring.shape: must be one of 'circle', 'square', 'rectangle', 'rounded', 'ob"
                "round', 'octagon', 'triangle' or 'polygon', got 'roundd', did you mean 'rounded'?"
            )
        ],
        id="pads shape near",
    ),
    pytest.param(
        [("size: [300, 450], shape: rounded, radius: 60", "shape: polygon, points: [[0,0],[10,0]]")],
        ["spec.yaml:13:3: pads.ring: a polygon needs at least 3 different corners, got 2"],
        id="pads polygon",
    ),
    pytest.param(
        [("size: [300, 450], shape: rounded, radius: 60", "shape: polygon, points: [[0,0],[100,100],[100,0],[0,100]]")],
        ["spec.yaml:13:3: pads.ring: a polygon crosses or touches itself at (50, 50) um"],
        id="pads polygon bow",
    ),
    pytest.param(
        [("size: [300, 450], shape: rounded, radius: 60", "shape: polygon, points: [[0,0],[100,0],[200,0]]")],
        ["spec.yaml:13:3: pads.ring: the corners of a polygon lie on one line and enclose no area"],
        id="pads polygon line",
    ),
    pytest.param(
        [("size: [300, 450], shape", "size: [0, 450], shape")],
        ["spec.yaml:13:40: pads.ring.size[0]: must be above 0, got 0"],
        id="size zero",
    ),
    pytest.param(
        [("size: [300, 450], shape", "size: [300, -450], shape")],
        ["spec.yaml:13:45: pads.ring.size[1]: must be above 0, got -450"],
        id="size negative",
    ),
    pytest.param(
        [("size: [300, 450], shape", "size: [300, 450, 2], shape")],
        ["spec.yaml:13:33: pads.ring.size: must have at most 2 entries, got 3"],
        id="size three",
    ),
    pytest.param(
        [("size: [300, 450], shape", "size: [300, true], shape")],
        ["spec.yaml:13:45: pads.ring.size[1]: expected a length such as 250 or '0.25 mm', got true"],
        id="size bool",
    ),
    pytest.param(
        [("size: [300, 450], shape", "size: [300, 1e300], shape")],
        ["spec.yaml:13:45: pads.ring.size[1]: must be at most 10000000 um, got 1e+300 um"],
        id="size huge",
    ),
    pytest.param(
        [("size: [300, 450], shape", "size: [300, 1e-9], shape")],
        ["spec.yaml:13:3: pads.ring: radius of 60 um must be from 0 um to half the shorter side, 5e-10 um"],
        id="size tiny",
    ),
    pytest.param(
        [("unit: um", "unit: ums")],
        [
            (
                "spec.yaml:4:1: unit: unknown unit 'ums', known are nm, um, µm, mm, cm, m, mil, in, inch, did you"
                " mean 'um'?"
            )
        ],
        id="unit wrong",
    ),
    pytest.param(
        [("mounting_pad:", "mountingpad:")],
        ["spec.yaml:15:1: mountingpad: unknown key, did you mean 'mounting_pad'?"],
        id="unknown key",
    ),
    pytest.param(
        [("{assign: auto}", "{pads: {99: VCC}}")],
        ["spec.yaml:16:15: nets.pads.99: no pad is called so"],
        id="nets pads unknown",
    ),
    pytest.param(
        [("{assign: auto}", "{assign: table, connect: {99: 1}}")],
        ["spec.yaml:16:33: nets.connect.99: must be text, got 1; write '1'"],
        id="nets connect unknown",
    ),
    pytest.param(
        [("{assign: auto}", "{assign: table, connect: {1: '99'}}")],
        ["spec.yaml:16:33: nets.connect.1: no pad is called '99'"],
        id="nets connect unknown2",
    ),
    pytest.param(
        [("{assign: auto}", "{downbond: [GND]}")],
        ["spec.yaml:16:19: nets.downbond[0]: no contact has the net 'GND'"],
        id="nets downbond unknown",
    ),
    pytest.param(
        [("{assign: auto}", "{assign: table, connect: {1: MP9}}")],
        ["spec.yaml:16:33: nets.connect.1: no pad is called 'MP9'"],
        id="nets connect MP9",
    ),
    pytest.param(
        [("{assign: auto}", "{assign: table, connect: {1: MPX}}")],
        ["spec.yaml:16:33: nets.connect.1: no pad is called 'MPX'"],
        id="nets connect MPX",
    ),
    pytest.param(
        [("{assign: auto}", "{assign: table, connect: {1: '2', 2: '2'}}")],
        ["spec.yaml:16:23: nets.connect: pad 1 is given to contacts of different nets: 0 (no net), 1 (no net)"],
        id="nets twice one pad",
    ),
    pytest.param(
        [("{assign: auto}", "{assign: name}")],
        [("spec.yaml:16:8: nets.assign: must be one of 'auto', 'names' or 'table', got 'name', did you mean 'names'?")],
        id="nets assign near",
    ),
    pytest.param(
        [("rows: fit,", "rows: fit, pitch: 4000,")],
        [
            ("spec.yaml:19:34: array.pitch: x pitch of 4000 um has no room for a body of 4000 um and a lane of 300 um"),
            ("spec.yaml:19:34: array.pitch: y pitch of 4000 um has no room for a body of 4000 um and a lane of 300 um"),
        ],
        id="pitch small",
    ),
    pytest.param(
        [("rows: fit,", "rows: fit, pitch: 5000.05,")],
        [
            "spec.yaml:19:34: array.pitch: x pitch of 5000.05 um is not a multiple of the mask grid of 0.1 um",
            "spec.yaml:19:34: array.pitch: y pitch of 5000.05 um is not a multiple of the mask grid of 0.1 um",
        ],
        id="pitch off grid",
    ),
    pytest.param(
        [("body: {size: [4000, 4000]", "body: {size: [4000.03, 4000]")],
        ["spec.yaml:11:8: body.size: x pitch of 4300.03 um is not a multiple of the mask grid of 0.1 um"],
        id="body off grid",
    ),
    pytest.param(
        [("rows: fit,", "rows: fit, pitch: 0,")],
        ["spec.yaml:19:34: array.pitch: must be above 0, got 0"],
        id="pitch zero",
    ),
    pytest.param(
        [("rows: fit,", "rows: fit, stagger: 3000,")],
        ["spec.yaml:19:34: array.stagger: must be at most half a pitch, 2150 um"],
        id="stagger",
    ),
    pytest.param(
        [("rows: fit,", "rows: fit, stagger: 0.05,")],
        ["spec.yaml:19:34: array.stagger: 0.05 um is not a multiple of the grid of 0.1 um"],
        id="stagger off",
    ),
    pytest.param(
        [("columns: fit", "columns: 10")],
        ["spec.yaml:19:9: array.columns: 10 sites of 4300 um need 43000 um, the plate has 30000 um"],
        id="too many",
    ),
    pytest.param(
        [("columns: fit", "columns: 1000000000")],
        ["spec.yaml:19:9: array.columns: must be 'fit' or at most 100000, got 1000000000"],
        id="far too many",
    ),
    pytest.param(
        [("columns: fit", "columns: 0")],
        ["spec.yaml:19:9: array.columns: must be at least 1, got 0"],
        id="columns zero",
    ),
    pytest.param(
        [("columns: fit", "columns: fitt")],
        ["spec.yaml:19:9: array.columns: must be 'fit' or a whole number, got 'fitt', did you mean 'fit'?"],
        id="columns text",
    ),
    pytest.param(
        [("columns: fit", "columns: 2.0")],
        ["spec.yaml:19:9: array.columns: must be 'fit' or a whole number, got 2.0"],
        id="columns float",
    ),
    pytest.param(
        [("rows: fit,", "rows: fit, skip: [[99, 0]],")],
        ["spec.yaml:19:41: array.skip[0]: the array has 6 columns and 6 rows, counted from 0"],
        id="skip",
    ),
    pytest.param(
        [("rows: fit,", "rows: fit, skip: ['a, b'],")],
        ["spec.yaml:19:41: array.skip[0]: expected a number or a range such as 3-7, got 'a'"],
        id="skip text",
    ),
    pytest.param(
        [("rows: fit,", "rows: fit, skip: ['3'],")],
        ["spec.yaml:19:41: array.skip[0]: expected 'COLUMNS, ROWS' such as '3-7, 2', got '3'"],
        id="skip text2",
    ),
    pytest.param(
        [("rows: fit,", "rows: fit, skip: ['0-5, 0-5'],")],
        ["spec.yaml:19:1: array: no site is left on the plate"],
        id="skip all",
    ),
    pytest.param(
        [("rows: fit,", "rows: fit, skip: ['5-3, 0'],")],
        ["spec.yaml:19:41: array.skip[0]: expected a number or a range such as 3-7, got '5-3'"],
        id="skip reversed",
    ),
    pytest.param(
        [("rows: fit,", "rows: fit, skip: ['²-3, 0'],")],
        ["spec.yaml:19:41: array.skip[0]: expected a number or a range such as 3-7, got '²-3'"],
        id="skip superscript",
    ),
    pytest.param(
        [("rows: fit,", "rows: fit, skip: [[1,2,3]],")],
        ["spec.yaml:19:41: array.skip[0]: must have at most 2 entries, got 3"],
        id="skip three",
    ),
    pytest.param(
        [("[40 mm, 40 mm]", "[5 m, 5 m]"), ("columns: fit, rows: fit", "columns: 3, rows: 3")],
        ["spec.yaml:18:1: plate: reaches 2.500 m from its centre; GDSII holds 2.147 m at a unit of 1 nm"],
        id="plate huge",
    ),
    pytest.param(
        [("[40 mm, 40 mm]", "[8 mm, 8 mm]")],
        ["spec.yaml:18:1: plate: a border of 5000 um leaves nothing of 8000 x 8000 um"],
        id="plate tiny",
    ),
    pytest.param(
        [("border: 5 mm", "border: 20 mm")],
        ["spec.yaml:18:1: plate: a border of 20000 um leaves nothing of 40000 x 40000 um"],
        id="plate border",
    ),
    pytest.param(
        [("border: 5 mm", "border: 19 mm")],
        [
            (
                "spec.yaml:18:51: plate.cathode: 20000 x 4000 um do not lie within the field of 2000 x 2000 um, m"
                "arks left out: make it smaller"
            )
        ],
        id="plate border most",
    ),
    pytest.param(
        [("border: 5 mm", "border: 0")],
        [
            (
                "spec.yaml:20:1: marks.fiducials[0]: 1000 um do not fit into a border of 0 um: widen plate.border"
                ", or say 'none'"
            )
        ],
        id="plate border 0",
    ),
    pytest.param(
        [(PLATE, "plate: {}")],
        ["spec.yaml:18:1: plate: needs exactly one of rectangle, strip, wafer; has none"],
        id="plate none",
    ),
    pytest.param(
        [("plate: {", "plate: {wafer: {diameter: 100 mm, orientation: flat}, ")],
        ["spec.yaml:18:1: plate: needs exactly one of rectangle, strip, wafer; has rectangle, wafer"],
        id="plate two",
    ),
    pytest.param(
        [("rectangle: [40 mm, 40 mm], border: 5 mm", "wafer: {diameter: 100 mm, orientation: flat}")],
        ["spec.yaml:18:1: plate: a cathode area is for rectangles and strips; a wafer is clipped at its edge"],
        id="wafer cathode",
    ),
    pytest.param(
        [
            (
                PLATE,
                "plate: {wafer: {diameter: 1 mm, orientation: flat}}",
            )
        ],
        ["spec.yaml:18:9: plate.wafer: an edge of 3000 um leaves nothing of a diameter of 1000 um"],
        id="wafer small",
    ),
    pytest.param(
        [
            (
                PLATE,
                "plate: {wafer: {diameter: 12 mm, orientation: none}}",
            )
        ],
        ["spec.yaml:20:9: marks.title: a title of 2000 um does not fit on a wafer of 12000 um, or say 'none'"],
        id="wafer 3mm",
    ),
    pytest.param(
        [
            (
                PLATE,
                "plate: {wafer: {diameter: 20 mm, orientation: none}}",
            )
        ],
        ["spec.yaml:18:9: plate.wafer: no room is left for sites"],
        id="wafer 20mm",
    ),
    pytest.param(
        [
            (
                PLATE,
                "plate: {wafer: {diameter: 25.4 mm, orientation: flat}}",
            )
        ],
        ["spec.yaml:20:1: marks: alignment and F at (-7785, 700) um overlap"],
        id="wafer 25.4mm",
    ),
    pytest.param(
        [
            (
                PLATE,
                "plate: {wafer: {diameter: 100 mm, orientation: flat, flat: 100 mm}}",
            )
        ],
        ["spec.yaml:18:9: plate.wafer: flat of 100000 um must be from 0 um to half the diameter, 50000 um"],
        id="wafer flat long",
    ),
    pytest.param(
        [
            (
                PLATE,
                "plate: {wafer: {diameter: 100 mm, orientation: notch, edge: 60 mm}}",
            )
        ],
        ["spec.yaml:18:9: plate.wafer: an edge of 60000 um leaves nothing of a diameter of 100000 um"],
        id="wafer edge",
    ),
    pytest.param(
        [
            (
                PLATE,
                "plate: {wafer: {diameter: 100 mm, orientation: noth}}",
            )
        ],
        [
            (
                "spec.yaml:18:35: plate.wafer.orientation: must be one of 'flat', 'notch' or 'none', got 'noth', "
                "did you mean 'notch'?"
            )
        ],
        id="wafer near",
    ),
    pytest.param(
        [("rectangle: [40 mm, 40 mm]", "strip: {size: [40 mm, 40 mm], blocks: 10, gap: 5 mm}")],
        ["spec.yaml:19:9: array.columns: no site of 4300 um fits in 0 um"],
        id="strip blocks",
    ),
    pytest.param(
        [("rectangle: [40 mm, 40 mm]", "strip: {size: [40 mm, 40 mm], blocks: 1000000000, gap: 5 mm}")],
        ["spec.yaml:18:39: plate.strip.blocks: must be at most 100, got 1000000000"],
        id="strip blocks many",
    ),
    pytest.param(
        [("cathode: {side: bottom}", "cathode: {side: bottom, length: 90 mm}")],
        [
            (
                "spec.yaml:18:50: plate.cathode: 90000 x 4000 um do not lie within the field of 30000 x 30000 um,"
                " marks left out: make it smaller"
            )
        ],
        id="cathode large",
    ),
    pytest.param(
        [("cathode: {side: bottom}", "cathode: {side: bottom, width: 90 mm}")],
        [
            (
                "spec.yaml:18:50: plate.cathode: 20000 x 90000 um do not lie within the field of 30000 x 30000 um"
                ", marks left out: make it smaller"
            )
        ],
        id="cathode wide",
    ),
    pytest.param(
        [("cathode: {side: bottom}", "cathode: {side: bottom, width: 29 mm, length: 29 mm}")],
        ["spec.yaml:19:1: array: no site is left on the plate"],
        id="cathode all",
    ),
    pytest.param(
        [("cathode: {side: bottom}", "cathode: {side: below}")],
        ["spec.yaml:18:60: plate.cathode.side: must be one of 'left', 'right', 'bottom' or 'top', got 'below'"],
        id="cathode side",
    ),
    pytest.param(
        [("lane: {kerf: 200, tolerance: 50}", "lane: nope")],
        ["spec.yaml:19:34: array.lane: must be a mapping, got 'nope'"],
        id="lane nope",
    ),
    pytest.param(
        [("lane: {kerf: 200, tolerance: 50}", "lane: {kerf: 20 mm}")],
        ["spec.yaml:19:1: array: no site is left on the plate"],
        id="lane wide",
    ),
    pytest.param(
        [("lane: {kerf: 200, tolerance: 50}", "lane: {kerf: 20, tolerance: -5}")],
        ["spec.yaml:19:51: array.lane.tolerance: must be at least 0, got -5"],
        id="lane neg",
    ),
    pytest.param(
        [("marks: {", "marks: {fiducials: [{kind: star}], ")],
        [
            (
                "spec.yaml:20:22: marks.fiducials[0].kind: must be one of 'circle', 'cross', 'square', 'ring', 'd"
                "iamond' or 'double-square', got 'star', did you mean 'square'?"
            )
        ],
        id="fid kind",
    ),
    pytest.param(
        [("marks: {", "marks: {fiducials: [{at: [[100 mm, 0]]}], ")],
        ["spec.yaml:20:1: marks: circle of 1000 um at (100000, 0) um is not on the plate"],
        id="fid off plate",
    ),
    pytest.param(
        [("marks: {", "marks: {fiducials: [{}, {}], ")],
        ["spec.yaml:20:1: marks: circle and circle at (-17500, -17500) um overlap"],
        id="fid same",
    ),
    pytest.param(
        [("marks: {", "marks: {fiducials: {size: 3}, ")],
        ["spec.yaml:20:9: marks.fiducials: must be a list, got a mapping"],
        id="fid not list",
    ),
    pytest.param(
        [("marks: {", "marks: {alignment: {size: 6 mm}, ")],
        [
            (
                "spec.yaml:20:9: marks.alignment: 6000 um do not fit into a border of 5000 um: widen plate.border"
                ", or say 'none'"
            )
        ],
        id="align big",
    ),
    pytest.param(
        [("marks: {", "marks: {alignment: {at: corners}, ")],
        ["spec.yaml:20:1: marks: circle and alignment at (-17500, -17500) um overlap"],
        id="align corner",
    ),
    pytest.param(
        [("marks: {", "marks: {reading: 6 mm, ")],
        [
            (
                "spec.yaml:20:24: marks.title: a title of 6000 um does not fit into a border of 5000 um: widen pl"
                "ate.border, or say 'none'"
            )
        ],
        id="reading big",
    ),
    pytest.param(
        [("marks: {", "marks: {corners: 6 mm, ")],
        ["spec.yaml:20:1: marks: circle and corner at (-17000, -17000) um overlap"],
        id="corners big",
    ),
    pytest.param(
        [("recess_depth: 30", "reces_depth: 30")],
        [
            (
                "spec.yaml:23:3: process.reces_depth: technology etched-recess has no such number, did you mean '"
                "recess_depth'"
            )
        ],
        id="process unknown",
    ),
    pytest.param(
        [("recess_depth: 30", "recess_depth: -30")],
        ["spec.yaml:23:3: process.recess_depth: must be at least 0, got -30"],
        id="process neg",
    ),
    pytest.param(
        [("recess_depth: 30", "recess_depth: deep")],
        ["spec.yaml:23:3: process.recess_depth: expected a length such as 250 or '0.25 mm', got 'deep'"],
        id="process text",
    ),
    pytest.param(
        [("recess_depth: 30", "recess_depth: 1e300")],
        ["spec.yaml:23:3: process.recess_depth: must be at most 1e+07, got 1e+300"],
        id="process huge",
    ),
    pytest.param(
        [("recess_depth: 30", "reces_depth: 30\n  growth_ratio: x\n  grid: no")],
        [
            (
                "spec.yaml:23:3: process.reces_depth: technology etched-recess has no such number, did you mean '"
                "recess_depth'"
            ),
            "spec.yaml:24:3: process.growth_ratio: expected a number, got 'x'",
            "spec.yaml:25:3: process.grid: expected a length such as 250 or '0.25 mm', got 'no'",
        ],
        id="process 2",
    ),
    pytest.param(
        [("recess_depth: 30", "recess_depth: 30\n  grid: 0")],
        ["spec.yaml:24:3: process.grid: the mask grid must be a multiple of 0.001 um, got 0 um"],
        id="process grid 0",
    ),
    pytest.param(
        [("recess_depth: 30", "recess_depth: 30\n  grid: 0.00001")],
        ["spec.yaml:24:3: process.grid: the mask grid must be a multiple of 0.001 um, got 1e-05 um"],
        id="process grid tiny",
    ),
    pytest.param(
        [("recess_depth: 30", "recess_depth: 30\n  grid: -1")],
        ["spec.yaml:24:3: process.grid: must be at least 0, got -1"],
        id="process grid neg",
    ),
    pytest.param(
        [("recess_depth: 30", "recess_depth: 30\n  grid: 10000")],
        [
            "spec.yaml:11:8: body.size: x pitch of 4300 um is not a multiple of the mask grid of 10000 um",
            "spec.yaml:11:8: body.size: y pitch of 4300 um is not a multiple of the mask grid of 10000 um",
        ],
        id="process grid big",
    ),
    pytest.param(
        [("recess_depth: 30", "recess_depth: {per_edge: 1, depth: 30}")],
        ["spec.yaml:23:3: process.recess_depth: is one number, not a measured pair"],
        id="process pair for length",
    ),
    pytest.param(
        [("undercut: {per_edge: 20, depth: 30}", "undercut: {per_edg: 20, depth: 30}")],
        [
            "spec.yaml:24:3: process.undercut.per_edge: missing",
            "spec.yaml:24:14: process.undercut.per_edg: unknown key, did you mean 'per_edge'?",
        ],
        id="process undercut key",
    ),
    pytest.param(
        [("undercut: {per_edge: 20, depth: 30}", "undercut: {per_edge: -20, depth: 30}")],
        ["spec.yaml:24:14: process.undercut.per_edge: must be at least 0, got -20 um"],
        id="process undercut neg",
    ),
    pytest.param(
        [("undercut: {per_edge: 20, depth: 30}", "undercut: {per_edge: 20, depth: 0}")],
        ["spec.yaml:24:28: process.undercut.depth: must be above 0, got 0"],
        id="process undercut depth0",
    ),
    pytest.param(
        [("undercut: {per_edge: 20, depth: 30}", "undercut: {per_edge: 20000, depth: 30}")],
        [
            (
                "spec.yaml:22:1: process: FIRST_MASK is drawn by 20020.7 um, over more than 4 sites of 4300 um: a"
                " number is too large"
            )
        ],
        id="process undercut big",
    ),
    pytest.param(
        [
            (
                PROCESS,
                "process: [a]",
            )
        ],
        ["spec.yaml:22:1: process: must be a mapping, got a list"],
        id="process list itself",
    ),
    pytest.param(
        [("recess_depth: 30", "recess_depth: 30\n  growth_ratio: 1 mm")],
        ["spec.yaml:24:3: process.growth_ratio: expected a number, got '1 mm'"],
        id="process ratio text unit",
    ),
    pytest.param(
        [("recess_depth: 30", "recess_depth: 30\n  growth_ratio: -1")],
        ["spec.yaml:24:3: process.growth_ratio: must be at least 0, got -1"],
        id="process ratio neg",
    ),
    pytest.param(
        [("recess_depth: 30", "recess_depth: 30\n  kerf: 3")],
        ["spec.yaml:24:3: process.kerf: technology etched-recess has no such number"],
        id="process given",
    ),
    pytest.param(
        [("chamfer: 300", "chamfer: 1200")],
        ["spec.yaml:15:36: mounting_pad.chamfer: must be at most half the shorter side, 1100 um"],
        id="mp radius",
    ),
    pytest.param(
        [("chamfer: 300", "chamfer: 300, radius: 3")],
        ["spec.yaml:15:1: mounting_pad: has a corner radius or a chamfer, not both"],
        id="mp both",
    ),
    pytest.param(
        [("{size: [2200, 2200], chamfer: 300}", "{}")],
        ["spec.yaml:15:1: mounting_pad: needs a size or a margin around the die, one of them"],
        id="mp neither",
    ),
    pytest.param(
        [("body: {size: [4000, 4000]", "body: {size: [1000, 1000]")],
        [
            "spec.yaml:12:1: pads: pads 1 and 12 touch or overlap",
            "spec.yaml:12:1: pads: pads 2 and 11 touch or overlap",
            "spec.yaml:12:1: pads: pads 2 and 15 touch or overlap",
        ],
        id="body smaller than die",
    ),
    pytest.param(
        [("thickness: 200\n", "thickness: 200\n  rotation: 400\n")],
        ["spec.yaml:9:3: die.rotation: must be at most 360, got 400"],
        id="die rotation",
    ),
    pytest.param(
        [("thickness: 200\n", "thickness: 200\n  rotation: '90'\n")],
        ["spec.yaml:9:3: die.rotation: must be a number, got '90'"],
        id="die rotation text",
    ),
    pytest.param(
        [("thickness: 200\n", "thickness: 200\n  rotation: true\n")],
        ["spec.yaml:9:3: die.rotation: must be a number, got true"],
        id="die rotation bool",
    ),
    pytest.param(
        [("thickness: 200\n", "thickness: 200\n  on: other\n")],
        ["spec.yaml:9:3: die.on: no die is called 'other'"],
        id="die on",
    ),
    pytest.param(
        [("thickness: 200\n", "thickness: 200\n  on: die\n")],
        ["spec.yaml:9:3: die.on: die on die: dies stand on each other"],
        id="die on self",
    ),
    pytest.param(
        [("thickness: 200\n", "thickness: 200\n  face: sideways\n")],
        ["spec.yaml:9:3: die.face: must be one of 'up' or 'down', got 'sideways'"],
        id="die face",
    ),
    pytest.param(
        [("die:\n  size: [1600, 1600]\n", "die:\n")],
        ["spec.yaml:6:1: die: needs a size: only an AIF file, or a GDS with outline_layer, gives it"],
        id="die size none",
    ),
    pytest.param(
        [("thickness: 200\n", "thickness: 0\n")],
        ["spec.yaml:8:3: die.thickness: must be above 0, got 0"],
        id="die thick 0",
    ),
    pytest.param(
        [
            (
                DIE,
                "",
            )
        ],
        ["spec.yaml:1:1: needs either 'die' or 'dies'"],
        id="die absent",
    ),
    pytest.param(
        [
            (
                DIE,
                "dies: []\n",
            )
        ],
        ["spec.yaml:1:1: needs either 'die' or 'dies'"],
        id="dies empty",
    ),
    pytest.param(
        [
            (
                DIE,
                "dies:\n  - {size: 100, contacts: {list: []}}\n  - {size: 100, contacts: {list: []}}\n",
            )
        ],
        ["spec.yaml:1:1: dies need different names"],
        id="dies same name",
    ),
    pytest.param(
        [
            (
                DIE,
                "dies:\n  - {size: 100, contacts: {list: []}}\n  - {size: 100, name: b, contacts: {list: []}}\n",
            )
        ],
        ["spec.yaml:8:5: dies[1]: die b overlaps die die"],
        id="dies overlap",
    ),
    pytest.param(
        [
            (
                DIE,
                "dies:\n  - {size: 100, contacts: {list: []}}\n  - {size: 50, name: b, contacts: {list: []}}\n",
            )
        ],
        ["spec.yaml:8:5: dies[1]: die b overlaps die die"],
        id="dies contained",
    ),
    pytest.param(
        [
            (
                DIE,
                "dies:\n  - {size: 100, name: a, on: b, contacts: {list: []}}\n  - {size: 50, name: b, on: a, "
                "contacts: {list: []}}\n",
            )
        ],
        ["spec.yaml:7:26: dies[0].on: a on b on a: dies stand on each other"],
        id="dies circle",
    ),
    pytest.param(
        [
            (
                CONTACTS,
                "contacts: {list: [{name: a, at: [0, 700], size: 50}, {name: a, at: [0, -700], size: 50}]}",
            )
        ],
        ["spec.yaml:9:3: die.contacts: two contacts are called 'a'"],
        id="contacts dup",
    ),
    pytest.param(
        [("unit: um", "unit: um\nwaive:\n  - {rule: M2.slot, box: [1,2,3], reason: r, who: w}")],
        ["spec.yaml:6:21: waive[0].box: must have at least 4 entries, got 3"],
        id="waive box",
    ),
    pytest.param(
        [("unit: um", "unit: um\nwaive:\n  - {rule: M2.slot, box: [1 mm,2,3,4], reason: r, who: w}")],
        ["spec.yaml:6:5: waive[0]: box must be [left, bottom, right, top]"],
        id="waive box units",
    ),
    pytest.param(
        [("unit: um", "unit: um\nwaive:\n  - {rule: M2.slot, box: ['1',2,3,true], reason: r, who: w}")],
        [
            "spec.yaml:6:27: waive[0].box[0]: expected a length such as 250 or '0.25 mm', got '1'",
            "spec.yaml:6:35: waive[0].box[3]: expected a length such as 250 or '0.25 mm', got true",
        ],
        id="waive box text",
    ),
    pytest.param(
        [("unit: um", "unit: um\nwaive:\n  - {rule: M2.slot, box: [3,2,1,0], reason: r, who: w}")],
        ["spec.yaml:6:5: waive[0]: box must be [left, bottom, right, top]"],
        id="waive box inf",
    ),
    pytest.param(
        [("unit: um", "unit: um\nwaive:\n  - {rule: M2.slot}")],
        ["spec.yaml:6:5: waive[0].reason: missing", "spec.yaml:6:5: waive[0].who: missing"],
        id="waive missing",
    ),
    pytest.param(
        [("unit: um", "unit: um\nwires: {max_angle: 100}")],
        ["spec.yaml:5:9: wires.max_angle: must be at most 90, got 100"],
        id="wires angle",
    ),
    pytest.param(
        [("unit: um", "unit: um\nwires: {min_length: 900, max_length: 100}")],
        ["spec.yaml:5:1: wires: min_length of 900 um is above max_length of 100 um"],
        id="wires min>max",
    ),
    pytest.param(
        [
            (
                PADS,
                "  grid: {columns: 3, rows: 3, pitch: 1000, size: 100, omit: [Z9]}\n",
            )
        ],
        ["spec.yaml:13:3: pads.grid: omit: no place is called Z9"],
        id="grid pads",
    ),
    pytest.param(
        [
            (
                PADS,
                "  grid: {columns: 100000, rows: 100000, pitch: 1000, size: 100}\n",
            )
        ],
        ["spec.yaml:13:3: pads.grid: 10000000000 terminals; at most 10000 are made"],
        id="grid pads huge",
    ),
    pytest.param(
        [
            (
                PADS,
                "  rows: [{side: left, count: 3, pitch: 1000, size: 100, offset: '1'}]\n",
            )
        ],
        ["spec.yaml:13:57: pads.rows[0].offset: must be a number, got '1'"],
        id="row offset",
    ),
    pytest.param(
        [
            (
                PADS,
                "  rows: [{side: west, count: 3, pitch: 1000, size: 100}]\n",
            )
        ],
        ["spec.yaml:13:11: pads.rows[0].side: must be one of 'left', 'bottom', 'right' or 'top', got 'west'"],
        id="row side",
    ),
    pytest.param(
        [
            ("size: [1600, 1600]", "size: [-1, 1600]"),
            ("pitch: 650", "pitch: 0"),
            ("columns: fit", "columns: -3"),
            ("unit: um", "unit: um\ncolour: red"),
        ],
        [
            "spec.yaml:5:1: colour: unknown key",
            "spec.yaml:8:10: die.size[0]: must be above 0, got -1",
            "spec.yaml:14:21: pads.ring.pitch: must be above 0, got 0",
            "spec.yaml:20:9: array.columns: must be 'fit' or at least 0, got -3",
        ],
        id="many problems",
    ),
    pytest.param(
        [("unit: um", "unit: um\nwaive: [{reason: r, who: w}]")],
        ["spec.yaml:5:9: waive[0].rule: missing"],
        id="waiver rule absent",
    ),
]


@pytest.mark.parametrize(("changes", "said"), BAD_SPECS)
def test_bad_spec(tmp_path, monkeypatch, changes, said):
    status, output = built(tmp_path, monkeypatch, {"spec.yaml": changed(SPEC, changes)})

    assert headers(output) == said
    assert status == 2


def test_whole_message(tmp_path, monkeypatch):
    status, output = built(tmp_path, monkeypatch, {"spec.yaml": changed(SPEC, [("mounting_pad:", "mountingpad:")])})

    assert output == (
        "spec.yaml:15:1: mountingpad: unknown key, did you mean 'mounting_pad'?\n"
        "  15 | mountingpad: {size: [2200, 2200], chamfer: 300}\n"
        "     | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
    )
    assert status == 2


@pytest.mark.parametrize("name", starters.names())
@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        pytest.param(
            "\nsystem: ", "\nsistem: ", "system: missing: say which template this is, see 'maskgen templates'"
        ),
        pytest.param("\nplate: ", "\nplates: ", "plates: unknown key, did you mean 'plate'?"),
        pytest.param("\nname: ", "\nname: -", "name: must be 1 to 64 of A-Z a-z 0-9 _ -, the first no _ or -, got '-"),
        pytest.param(
            "\nprocess:", "\nmasks: {NO: {}}\nprocess:", "masks.NO: this technology makes no such mask, only "
        ),
    ],
    ids=["no system", "unknown key", "bad name", "unknown mask"],
)
def test_bad_template(tmp_path, monkeypatch, name, old, new, sentence):
    status, output = built(tmp_path, monkeypatch, {"spec.yaml": changed(starters.starter(name), [(old, new)])})

    assert [line for line in headers(output) if line.split(": ", 1)[1].startswith(sentence)]
    assert status == 2


BAD_TECHNOLOGIES = [
    pytest.param(
        [('recipe: "FIELD - grow(PAD_WIN | MP_WIN | CATHODE, undercut)"', 'recipe: "FIELD - grow(PAD_WN, undercut)"')],
        ["flow[2].recipe: unknown layer 'PAD_WN', did you mean 'PAD_WIN'"],
        id="recipe name",
    ),
    pytest.param(
        [('CATHODE, undercut)"', 'CATHODE, undercutt)"')],
        ["flow[2].recipe: unknown number 'undercutt', did you mean 'undercut'"],
        id="recipe number",
    ),
    pytest.param(
        [('CATHODE, undercut)"', 'CATHODE, undercut"')],
        ["flow[2].recipe: cannot be read as an expression: 'FIELD - grow(PAD_WIN | MP_WIN | CATHODE, undercut'"],
        id="recipe syntax",
    ),
    pytest.param(
        [('CATHODE, undercut)"', 'CATHODE, -5)"')],
        ["flow[2].recipe: grow by -5 um: the distance must not be negative"],
        id="recipe neg",
    ),
    pytest.param(
        [("grow(PAD_WIN | MP", "grew(PAD_WIN | MP")],
        ["flow[2].recipe: unknown function 'grew', did you mean 'grow'"],
        id="recipe func",
    ),
    pytest.param(
        [
            (
                'CATHODE, undercut)"',
                f'CATHODE, {"9" * 400})"',
            )
        ],
        ["flow[2].recipe: a number is too large, at most 1e+12 is read"],
        id="recipe big",
    ),
    pytest.param(
        [('CATHODE, undercut)"', "CATHODE, __import__('os').system('x'))\"")],
        ["flow[2].recipe: \"__import__('os').system('x')\" is not a number: use names, + - * /, min, max, abs, sqrt"],
        id="recipe import",
    ),
    pytest.param(
        [
            ('PAD_WIN: "shrink(PAD, overgrowth)"', 'PAD_WIN: "MP_WIN"'),
            ('MP_WIN: "shrink(MP, overgrowth)"', 'MP_WIN: "PAD_WIN"'),
        ],
        ["flow: layers are made from each other: PAD_WIN <- MP_WIN <- PAD_WIN"],
        id="recipe self",
    ),
    pytest.param(
        [('formula: "1.5*resist"', 'formula: "1.5/mask_height"')],
        ["numbers.max_overhang: '1.5 / mask_height' divides by zero"],
        id="formula zero",
    ),
    pytest.param(
        [('formula: "1.5*resist"', 'formula: "2*min_slot"'), ("max(50, 1.2*recess_depth)", "max_overhang")],
        ["numbers.min_slot: is computed from itself: min_slot <- max_overhang <- min_slot"],
        id="formula circle",
    ),
    pytest.param(
        [('formula: "1.5*resist"', 'formula: "1.5*resst"')],
        ["numbers.max_overhang: unknown number 'resst', did you mean 'resist'"],
        id="formula unknown",
    ),
    pytest.param(
        [('formula: "1.5*resist"', 'formula: "1.5**resist"')],
        ["numbers.max_overhang: '1.5 ** resist' is not a number: use names, + - * /, min, max, abs, sqrt"],
        id="formula text",
    ),
    pytest.param(
        [('formula: "1.5*resist"', 'formula: "1.5*"')],
        ["numbers.max_overhang: cannot be read as an expression: '1.5*'"],
        id="formula syntax",
    ),
    pytest.param(
        [('formula: "1.5*resist"', "formula: ")],
        ["numbers.max_overhang: needs exactly one of length, ratio, measured, formula; has none"],
        id="formula null",
    ),
    pytest.param(
        [('formula: "1.5*resist"', 'formula: "1e11*1e11"')],
        ["numbers.max_overhang: must be at most 1e+07, got 1e+22"],
        id="formula huge",
    ),
    pytest.param(
        [('formula: "1.5*resist"', 'formula: "max()"')],
        ["numbers.max_overhang: 'max()' is not a number: use names, + - * /, min, max, abs, sqrt"],
        id="formula call",
    ),
    pytest.param(
        [('formula: "1.5*resist"', 'formula: "sqrt(resist - 40)"')],
        ["numbers.max_overhang: 'sqrt(resist - 40)' is the root of -10"],
        id="formula root",
    ),
    pytest.param(
        [("value: recess_depth", "value: recess_dept")],
        ["windows.depth.value: unknown number 'recess_dept', did you mean 'recess_depth'"],
        id="window unknown",
    ),
    pytest.param(
        [('formula: "1.5*resist"', 'formula: "abs(1, 2)"')],
        ["numbers.max_overhang: 'abs(1, 2)' is not a number: use names, + - * /, min, max, abs, sqrt"],
        id="formula call abs",
    ),
    pytest.param(
        [("at: recess_depth", "at: reces_depth")],
        ["numbers.undercut: unknown number 'reces_depth', did you mean 'recess_depth'"],
        id="at unknown",
    ),
    pytest.param(
        [("  grid:            {", "  gridd:            {")],
        ["numbers.closing: unknown number 'grid', did you mean 'gridd'"],
        id="no grid",
    ),
    pytest.param(
        [("MP:           {gds: 2/0", "MP:           {gds: 1/0")],
        ["layers.MP.gds: PAD has the same layer and datatype"],
        id="gds same",
    ),
    pytest.param(
        [('  PAD_BUILT:    {gds: 1/1, kind: as-built, colour: "#1f77b4", doc: "Pad as plated"}\n', "")],
        [
            "layers: PAD_BUILT is used but has no entry",
            "connect[3]: no layer is called 'PAD_BUILT', did you mean 'MP_BUILT'",
            "connect[5]: no layer is called 'PAD_BUILT', did you mean 'MP_BUILT'",
        ],
        id="layer missing",
    ),
    pytest.param(
        [("  PAD_BUILT:    {", "  pad_built:    {")],
        ["layers.pad_built: must match ^[A-Z][A-Z0-9_]*$, got 'pad_built'"],
        id="layer lower",
    ),
    pytest.param(
        [("deck: etched-recess", "deck: etched-reces")],
        [(f"deck: no shipped one is called 'etched-reces', did you mean 'etched-recess'; known: {', '.join(DECKS)}")],
        id="deck near",
    ),
    pytest.param(
        [("deck: etched-recess", "deck: mine.drc.yaml")],
        ["deck: no such file: mine.drc.yaml"],
        id="deck file absent",
    ),
    pytest.param(
        [('{step: cure, material: fluoropolymer, note: "Partly"}', "{material: x}")],
        ["flow[5].step: missing"],
        id="step missing",
    ),
    pytest.param(
        [('{step: cure, material: fluoropolymer, note: "Partly"}', "{step: cure, materal: x}")],
        ["flow[5].materal: unknown key, did you mean 'material'?"],
        id="step key",
    ),
    pytest.param(
        [('{step: cure, material: fluoropolymer, note: "Partly"}', "{step: cure, material: cheese}")],
        ["flow[5].material: no material is called 'cheese'"],
        id="step material unknown",
    ),
    pytest.param(
        [('recipe: "LANE", drawn', 'recipe: "LANE", scale: 1/0, drawn')],
        ["flow[14].scale: '1 / 0' divides by zero"],
        id="scale",
    ),
    pytest.param(
        [('recipe: "LANE", drawn', 'recipe: "LANE", scale: shrinkage, drawn')],
        ["flow[14].scale: unknown number 'shrinkage'"],
        id="scale unknown",
    ),
    pytest.param(
        [('recipe: "LANE", drawn', 'recipe: "LANE", scale: 0, drawn')],
        ["flow[14].scale: must be from 0.5 to 2, got 0"],
        id="scale zero",
    ),
    pytest.param(
        [('recipe: "LANE", drawn', 'recipe: "LANE", scale: -1, drawn')],
        ["flow[14].scale: must be from 0.5 to 2, got -1"],
        id="scale neg",
    ),
    pytest.param(
        [('recipe: "LANE", drawn', 'recipe: "LANE", scale: 1e6, drawn')],
        ["flow[14].scale: must be from 0.5 to 2, got 1e+06"],
        id="scale huge",
    ),
    pytest.param(
        [("thickness: base_thickness", "thickness: bas_thickness")],
        ["flow[0].thickness: unknown number 'bas_thickness', did you mean 'base_thickness'"],
        id="thickness unknown",
    ),
    pytest.param(
        [("kerf: laser_kerf", "kerf: laser_krf")],
        ["flow[8].kerf: unknown number 'laser_krf', did you mean 'laser_kerf'"],
        id="kerf unknown",
    ),
    pytest.param(
        [('mask: SEVER, recipe: "LANE",', "mask: SEVER,")],
        ["flow[14]: a mask needs a recipe, and a recipe a mask"],
        id="mask no recipe",
    ),
    pytest.param(
        [('mask: SEVER, recipe: "LANE",', 'recipe: "LANE",')],
        ["flow[14]: a mask needs a recipe, and a recipe a mask"],
        id="recipe no mask",
    ),
    pytest.param(
        [("mask: BOARD_LAND, recipe", "mask: SEVER, recipe")],
        ["flow[16].recipe: SEVER is made a second time"],
        id="mask twice",
    ),
    pytest.param(
        [("[CONTACT, BOND_DIE]", "[CONTACT, BOND_DY]")],
        ["connect[0]: no layer is called 'BOND_DY', did you mean 'BOND_PAD'"],
        id="connect",
    ),
    pytest.param(
        [("[CONTACT, BOND_DIE]", "[CONTACT]")],
        ["connect[0]: must have at least 2 entries, got 1"],
        id="connect lower",
    ),
    pytest.param(
        [('colour: "#9aa5b1"', "colour: red")],
        ["materials.steel.colour: must match ^#[0-9a-fA-F]{6}$, got 'red'"],
        id="colour",
    ),
    pytest.param(
        [("grid:            {length: 0.1,", "grid:            {length: 0.1, ratio: 3,")],
        ["numbers.grid: needs exactly one of length, ratio, measured, formula; has length, ratio"],
        id="measured and length",
    ),
]


@pytest.mark.parametrize(("changes", "said"), BAD_TECHNOLOGIES)
def test_bad_technology(tmp_path, monkeypatch, changes, said):
    technology = (SHELF / "etched-recess.yaml").read_text(encoding="utf-8")
    files = {
        "spec.yaml": changed(SPEC, [("unit: um", "unit: um\ntechnology: mine.yaml")]),
        "mine.yaml": changed(technology, changes),
    }

    status, output = built(tmp_path, monkeypatch, files)

    assert [re.sub(r"^mine\.yaml:\d+:\d+: ", "", line) for line in headers(output)] == said
    assert status == 2


def test_place_in_a_technology(tmp_path, monkeypatch):
    technology = (SHELF / "etched-recess.yaml").read_text(encoding="utf-8").replace("1.5*resist", "1.5*resst")
    line = next(n for n, text in enumerate(technology.splitlines(), start=1) if "resst" in text)
    spec = changed(SPEC, [("unit: um", "unit: um\ntechnology: mine.yaml")])

    status, output = built(tmp_path, monkeypatch, {"spec.yaml": spec, "mine.yaml": technology})

    assert output.splitlines()[0] == (
        f"mine.yaml:{line}:3: numbers.max_overhang: unknown number 'resst', did you mean 'resist'"
    )
    assert output.splitlines()[1].startswith(f"  {line} |   max_overhang:    {{formula: ")
    assert status == 2


@pytest.mark.parametrize(
    "depth",
    [pytest.param("(" * 300 + "1" + ")" * 300, id="brackets"), pytest.param("-" * 5000 + "1", id="signs")],
)
def test_endless_formulas(tmp_path, monkeypatch, depth):
    technology = (SHELF / "etched-recess.yaml").read_text(encoding="utf-8").replace('"1.5*resist"', f'"{depth}"')
    spec = changed(SPEC, [("unit: um", "unit: um\ntechnology: mine.yaml")])

    status, output = built(tmp_path, monkeypatch, {"spec.yaml": spec, "mine.yaml": technology})

    assert "numbers.max_overhang: cannot be read as an expression: '" in output
    assert max(map(len, output.splitlines())) < 200
    assert status == 2


BAD_DECKS = [
    pytest.param(
        [("check: width", "check: widht")],
        ["mine.drc.yaml:5:9: rules.A.1.check: unknown check 'widht', did you mean 'width'"],
        id="check near",
    ),
    pytest.param(
        [("check: width", "check: [width]")],
        ["mine.drc.yaml:5:9: rules.A.1.check: must be text, got a list"],
        id="check list",
    ),
    pytest.param(
        [("layer: PAD", "layer: PADD")],
        ["mine.drc.yaml:5:30: rules.A.1.layer: unknown layer 'PADD', did you mean 'PAD'"],
        id="layer near",
    ),
    pytest.param(
        [("layer: PAD", "layer: 1/0")],
        [
            (
                "mine.drc.yaml:5:30: rules.A.1.layer: '1 / 0' is not a region: use layers, | & - ^, grow, shrink,"
                " hull, holes"
            )
        ],
        id="layer number",
    ),
    pytest.param(
        [("layer: PAD", "layer: 5")],
        ["mine.drc.yaml:5:23: rules.A.1.layer: expected a layer or an expression over layers, got 5"],
        id="layer int",
    ),
    pytest.param(
        [("min: 50", "min: fifty")],
        ["mine.drc.yaml:5:35: rules.A.1.min: unknown number 'fifty'"],
        id="min text",
    ),
    pytest.param(
        [("min: 50", "min: true")],
        ["mine.drc.yaml:5:35: rules.A.1.min: expected a length such as 250 or '0.25 mm', got true"],
        id="min bool",
    ),
    pytest.param(
        [(", min: 50", "")],
        ["mine.drc.yaml:5:3: rules.A.1.min: missing"],
        id="min missing",
    ),
    pytest.param(
        [("min: 50", "min: 1e9")],
        ["mine.drc.yaml:5:35: rules.A.1.min: must be between 0.001 um and 1 m, got 1e+09 um"],
        id="min huge",
    ),
    pytest.param(
        [("why: thin", "wy: thin")],
        ["mine.drc.yaml:5:44: rules.A.1.wy: unknown key, known are min, metric, layer, facing"],
        id="key",
    ),
    pytest.param(
        [("why: thin", "severity: fatal")],
        ["mine.drc.yaml:5:44: rules.A.1.severity: must be error or warning, got 'fatal'"],
        id="severity",
    ),
    pytest.param(
        [("why: thin", "severity: [a]")],
        ["mine.drc.yaml:5:44: rules.A.1.severity: must be error or warning, got a list"],
        id="severity list",
    ),
    pytest.param(
        [("why: thin", "why: 3")],
        ["mine.drc.yaml:5:44: rules.A.1.why: must be text, got 3"],
        id="why number",
    ),
    pytest.param(
        [("FIELD - SECOND_MASK", "FIELD - THIRD")],
        ["mine.drc.yaml:3:25: derived.BARE: unknown layer 'THIRD'"],
        id="derived unknown",
    ),
    pytest.param(
        [("{BARE: FIELD - SECOND_MASK}", "{A1: B1, B1: A1}")],
        ["mine.drc.yaml:3:1: derived: layers are made from each other: A1 <- B1 <- A1"],
        id="derived circle",
    ),
    pytest.param(
        [("{BARE: FIELD - SECOND_MASK}", "{A1: B1, B1: A1}"), ("layer: PAD", "layer: A1")],
        ["mine.drc.yaml:3:1: derived: layers are made from each other: A1 <- B1 <- A1"],
        id="derived circle used",
    ),
    pytest.param(
        [("{BARE: FIELD - SECOND_MASK}", "{A1: 5}")],
        ["mine.drc.yaml:3:11: derived.A1: must be text, got 5; write '5'"],
        id="derived number",
    ),
    pytest.param(
        [("unit: um", "unit: um\ninclude: [mine.drc.yaml]")],
        ["mine.drc.yaml:3:11: include[0]: mine.drc.yaml includes itself"],
        id="include self",
    ),
    pytest.param(
        [("unit: um", "unit: um\ninclude: [embeded-mask]")],
        [
            (
                "mine.drc.yaml:3:11: include[0]: no shipped one is called 'embeded-mask', did you mean 'embedded-"
                f"mask'; known: {', '.join(DECKS)}"
            )
        ],
        id="include absent",
    ),
    pytest.param(
        [("rules:\n  A.1: {check: width, layer: PAD, min: 50, why: thin}", "rules: [a]")],
        ["mine.drc.yaml:4:1: rules: must be a mapping, got a list"],
        id="rules list",
    ),
    pytest.param(
        [("rules:\n  A.1: {check: width, layer: PAD, min: 50, why: thin}", "rules:")],
        ["mine.drc.yaml:4:1: rules: must be a mapping, got nothing"],
        id="rules null",
    ),
    pytest.param(
        [("{check: width, layer: PAD, min: 50, why: thin}", "hello")],
        ["mine.drc.yaml:5:3: rules.A.1: must be a mapping, got 'hello'"],
        id="rule text",
    ),
    pytest.param(
        [("unit: um", "unit: parsec")],
        ["mine.drc.yaml:2:1: unit: unknown unit 'parsec', known are nm, um, µm, mm, cm, m, mil, in, inch"],
        id="unit",
    ),
]


def with_deck(deck):
    """Return the files of a spec whose technology has a deck of its own."""
    technology = (SHELF / "etched-recess.yaml").read_text(encoding="utf-8")
    return {
        "spec.yaml": changed(SPEC, [("unit: um", "unit: um\ntechnology: mine.yaml")]),
        "mine.yaml": changed(technology, [("deck: etched-recess", "deck: mine.drc.yaml")]),
        "mine.drc.yaml": deck,
    }


@pytest.mark.parametrize(("changes", "said"), BAD_DECKS)
def test_bad_deck(tmp_path, monkeypatch, changes, said):
    status, output = built(tmp_path, monkeypatch, with_deck(changed(DECK, changes)))

    assert headers(output) == said
    assert status == 2


@pytest.mark.parametrize("check", ["check: zzz", "check: ", "min: 50"])
def test_unknown_check_is_told_the_known_ones(tmp_path, monkeypatch, check):
    deck = changed(
        DECK,
        [("check: width" if check != "min: 50" else "check: width, layer: PAD, ", "" if check == "min: 50" else check)],
    )

    status, output = built(tmp_path, monkeypatch, with_deck(deck))

    assert re.match(r"mine\.drc\.yaml:5:\d: rules\.A\.1\.check: ", output)
    assert ", space, stems, vertices, width, window, wires" in output.splitlines()[0]
    assert status == 2


NARROW = [("min: 50", "min: 400")]
"""Change of the deck by which all pads are too narrow."""


@pytest.mark.parametrize(
    ("waiver", "status", "summary", "warning"),
    [
        pytest.param("", 1, "1 rules: 480 errors, 0 warnings, 0 waived", "", id="none"),
        pytest.param(
            "{rule: A.1, reason: thin is fine, who: ann}",
            0,
            "1 rules: 0 errors, 0 warnings, 480 waived",
            "",
            id="waived",
        ),
        pytest.param(
            "{rule: A.1, box: [-1, -1, 1, 1], reason: r, who: ann}",
            1,
            "1 rules: 480 errors, 0 warnings, 0 waived",
            (
                "warning: waiver of A.1 in [-1, -1, 1, 1] um by ann matches nothing: "
                "a box waives only what lies in it whole"
            ),
            id="elsewhere",
        ),
        pytest.param(
            "{rule: A.2, reason: r, who: ann}",
            1,
            "1 rules: 480 errors, 0 warnings, 0 waived",
            "warning: waiver of A.2 by ann matches nothing",
            id="other rule",
        ),
    ],
)
def test_waivers(tmp_path, monkeypatch, waiver, status, summary, warning):
    files = with_deck(changed(DECK, NARROW))
    files["spec.yaml"] = changed(files["spec.yaml"], [("\nunit: um", f"\nunit: um\nwaive: [{waiver}]")])

    found, output = built(tmp_path, monkeypatch, files)

    assert found == status
    assert summary in output.splitlines()
    assert [line for line in output.splitlines() if line.startswith("warning")] == ([warning] if warning else [])
