"""`maskgen drc LAYOUT`: what it prints, what it writes, how it ends."""

import json
from pathlib import Path

import gdstk
import pytest
from click.testing import CliRunner
from klayout import rdb

from maskgen.cli import main

DECK = """\
deck: pads
unit: um
layers: {PAD: 1/0, PLATE: 2/0, GONE: 9/0}
derived: {FIELD: "PLATE - PAD"}
rules:
  PAD.S: {check: space, layer: PAD, min: 12, why: resist between pads washes away}
  PAD.W: {check: width, layer: PAD, min: 10}
  PAD.IN: {check: inside, inner: PAD, outer: PLATE}
  FIELD.W: {check: width, layer: FIELD, min: 5, severity: warning}
  GONE.W: {check: width, layer: GONE, min: 5}
"""


def run(*arguments):
    """Return exit status, standard output and standard error of a command."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def library():
    """Return pads of 20 um, 30 um from middle to middle, four by three, on a plate."""
    made = gdstk.Library(unit=1e-6, precision=1e-9)
    unit, top = made.new_cell("UNIT"), made.new_cell("TOP")
    unit.add(gdstk.rectangle((0, 0), (20, 20), layer=1))
    top.add(gdstk.Reference(unit, columns=4, rows=3, spacing=(30, 30)))
    top.add(gdstk.rectangle((-20, -20), (130, 100), layer=2))
    return made


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return the current folder, with a layout and a deck."""
    monkeypatch.chdir(tmp_path)
    library().write_gds("a.gds")
    library().write_oas("a.oas")
    Path("deck.yaml").write_text(DECK)
    return tmp_path


@pytest.fixture
def deck(folder):
    """Return a function: a deck with other text in place of some of its own."""

    def write(old="", new=""):
        assert old in DECK
        Path("deck.yaml").write_text(DECK.replace(old, new, 1))

    return write


def test_findings_are_told(folder):
    status, said, error = run("drc", "a.gds", "--deck", "deck.yaml")

    assert said.splitlines()[-1] == "5 rules, 1 of them on empty layers: 17 errors, 0 warnings, 0 waived"
    assert "(0.000, 20.000) um: PAD.S: error: 10.000 um apart, at least 12 um wanted" in said
    assert (status, error) == (1, "")


def test_quiet_says_nothing(folder):
    assert run("-q", "drc", "a.gds", "--deck", "deck.yaml") == (1, "", "")


def test_clean_layout(deck):
    deck("min: 12", "min: 10")

    assert run("drc", "a.gds", "--deck", "deck.yaml") == (
        0,
        "5 rules, 1 of them on empty layers: 0 errors, 0 warnings, 0 waived\n",
        "",
    )


def test_warnings_count_where_they_are_asked_for(deck):
    deck("min: 12", "min: 10")
    Path("deck.yaml").write_text(Path("deck.yaml").read_text().replace("min: 5, sev", "min: 11, sev"))

    assert run("drc", "a.gds", "--deck", "deck.yaml")[0] == 0
    assert run("drc", "a.gds", "--deck", "deck.yaml", "--fail-on", "warning")[0] == 1


@pytest.mark.parametrize("layout", ["a.gds", "a.oas"])
def test_report_accounts_for_every_rule(folder, layout):
    run("drc", layout, "--deck", "deck.yaml", "--report", "json=found.json")
    found = json.loads(Path("found.json").read_text())

    assert {key: found[key] for key in ("layout", "cell", "deck", "unit")} == {
        "layout": layout,
        "cell": "TOP",
        "deck": "pads",
        "unit": "um",
    }
    assert [(rule["id"], rule["status"], rule["violations"]) for rule in found["rules"]] == [
        ("PAD.S", "run", 17),
        ("PAD.W", "run", 0),
        ("PAD.IN", "run", 0),
        ("FIELD.W", "run", 0),
        ("GONE.W", "layer empty", 0),
    ]
    assert all(rule["seconds"] >= 0 for rule in found["rules"])
    assert sum(violation["count"] for violation in found["violations"]) == 17
    assert {violation["measured"] for violation in found["violations"]} == {10.0}


def test_report_for_klayout(folder):
    run("drc", "a.gds", "--deck", "deck.yaml", "--report", "lyrdb=found.lyrdb")
    database = rdb.ReportDatabase()
    database.load("found.lyrdb")

    assert database.num_items() > 0
    assert database.top_cell_name == "TOP"


def test_nothing_is_written_where_nothing_can_be_checked(folder):
    Path("a.gds").write_bytes(b"\x00\x06\x00\x02\x00")

    status, _, error = run("drc", "a.gds", "--deck", "deck.yaml", "--report", "json=found.json")

    assert (status, error) == (2, "a.gds: byte 0: record HEADER of 6 bytes is cut off: the file ends after 5 of them\n")
    assert not Path("found.json").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["a.gds"], "a.gds is a layout: say with --deck which rules it is checked against", id="no deck"),
        pytest.param(["a.gds", "--deck", "deck.yaml", "--set", "a=1"], "--set is for specs", id="setting"),
        pytest.param(["deck.yaml", "--deck", "deck.yaml"], "--deck is for layouts", id="spec with a deck"),
        pytest.param(["deck.yaml", "--cell", "TOP"], "--cell is for layouts", id="spec with a cell"),
        pytest.param(["a.gds", "--deck", "none.yaml"], "--deck none.yaml: no such file: none.yaml", id="no such deck"),
        pytest.param(["a.gds", "--deck", "pads"], "--deck pads: no shipped one is called 'pads'", id="no shipped deck"),
        pytest.param(
            ["b.gds", "--deck", "deck.yaml"], "b.gds: cannot be read: no such file or directory", id="no file"
        ),
        pytest.param(
            ["a.gds", "--deck", "deck.yaml", "--cell", "UNITS"],
            "a.gds: no cell is called 'UNITS', did you mean 'UNIT'",
            id="unknown cell",
        ),
    ],
)
def test_bad_usage(folder, arguments, message):
    status, said, error = run("drc", *arguments)

    assert message in error
    assert (status, said) == (2, "")


@pytest.mark.parametrize(
    ("reports", "wrong"),
    [
        pytest.param(["json=a.gds"], "'json=a.gds': the file is read, it would be lost", id="the layout"),
        pytest.param(["json=deck.yaml"], "'json=deck.yaml': the file is read, it would be lost", id="the deck"),
        pytest.param(["json=link"], "'json=link': the file is read, it would be lost", id="a link to the layout"),
        pytest.param(["json=x", "sarif=./x"], "'sarif=./x': two reports into one file", id="one file twice"),
        pytest.param(
            ["json=-"], "'json=-': name a file; /dev/stdout is the standard output", id="what others take for output"
        ),
    ],
)
def test_reports_take_nothing_away(folder, reports, wrong):
    Path("link").symlink_to("a.gds")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    status, _, error = run(
        "drc", "a.gds", "--deck", "deck.yaml", *(word for each in reports for word in ("--report", each))
    )

    assert status == 2
    assert error.endswith(f"Error: Invalid value for --report: {wrong}\n")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_all_reports_are_written_or_none(folder):
    status, _, error = run(
        "drc", "a.gds", "--deck", "deck.yaml", "--report", "json=a.json", "--report", "sarif=none/a.sarif"
    )

    assert (status, error) == (2, "none/a.sarif: cannot write: No such file or directory\n")
    assert not Path("a.json").exists()


@pytest.mark.parametrize("option", ["--deck", "--cell", "--waivers"])
def test_options_that_are_given_once(folder, option):
    status, _, error = run("drc", "a.gds", option, "deck.yaml", option, "deck.yaml")

    assert status == 2
    assert error.endswith(f"Error: Invalid value for '{option}': is given more than once\n")


@pytest.mark.parametrize("ending", ["gds", "oas"])
@pytest.mark.parametrize(
    ("precision", "edge", "said"),
    [
        pytest.param(5e-10, 0.0505, "a vertex at (0.0505, 0) um", id="half a nanometre"),
        pytest.param(1e-10, 0.0111, "a vertex at (0.0111, 0) um", id="a tenth"),
        pytest.param(5e-10, 0.050, None, id="a finer unit with nothing between"),
        pytest.param(5e-9, 0.055, None, id="5 nm"),
    ],
)
def test_shapes_finer_than_the_grid_of_the_checks(folder, ending, precision, edge, said):
    made = gdstk.Library(unit=1e-6, precision=precision)
    made.new_cell("TOP").add(gdstk.rectangle((0, 0), (edge, 1), layer=1))
    getattr(made, f"write_{'gds' if ending == 'gds' else 'oas'}")(f"fine.{ending}")

    status, _, error = run("drc", f"fine.{ending}", "--deck", "deck.yaml")

    grid = "off the grid of 1 nm on which layouts are checked"
    assert status == (1 if said is None else 2)
    assert error == ("" if said is None else f"fine.{ending}: cell 'TOP': layer 1/0: {said} lies {grid}\n")


def test_paths_whose_outlines_lie_between_are_rounded(folder):
    made = gdstk.Library(unit=1e-6, precision=1e-9)
    made.new_cell("TOP").add(gdstk.FlexPath([(0, 0), (20, 33)], 3, layer=1, simple_path=True))
    made.write_gds("path.gds")

    status, _, error = run("drc", "path.gds", "--deck", "deck.yaml")

    assert (status, error) == (1, "")


def test_cells_that_stand_between_the_points_of_the_grid(folder):
    made = gdstk.Library(unit=1e-6, precision=5e-10)
    unit, top = made.new_cell("UNIT"), made.new_cell("TOP")
    unit.add(gdstk.rectangle((0, 0), (20, 20), layer=1))
    top.add(gdstk.Reference(unit, (3, 0.0005)))
    made.write_gds("fine.gds")

    status, _, error = run("drc", "fine.gds", "--deck", "deck.yaml")

    assert status == 2
    assert error == (
        "fine.gds: cell 'TOP': a cell placed at (3, 0.0005) um lies off the grid of 1 nm on which layouts are checked\n"
    )


def test_a_cell_can_be_chosen(folder):
    status, said, _ = run("drc", "a.gds", "--deck", "deck.yaml", "--cell", "UNIT")

    assert said.splitlines()[-1].startswith("5 rules, 1 of them on empty layers: 1 errors")
    assert "PAD.IN: error: 400 um2 stick out" in said
    assert status == 1


def test_several_top_cells(folder):
    made = library()
    made.new_cell("OTHER").add(gdstk.rectangle((0, 0), (1, 1), layer=1))
    made.write_gds("a.gds")

    status, _, error = run("drc", "a.gds", "--deck", "deck.yaml")

    assert error == "a.gds: 2 top cells, choose one with --cell: TOP, OTHER\n"
    assert status == 2


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            'FIELD: "PLATE - PAD"',
            'FIELD: "PLATE - PDA"',
            """\
deck.yaml:4:27: derived.FIELD: unknown layer 'PDA', did you mean 'PAD'
  4 | derived: {FIELD: "PLATE - PDA"}
    |                           ^
""",
            id="unknown layer in an expression",
        ),
        pytest.param(
            "layer: GONE, min: 5",
            'layer: "GONE | GON", min: 5',
            """\
deck.yaml:10:41: rules.GONE.W.layer: unknown layer 'GON', did you mean 'GONE'
  10 |   GONE.W: {check: width, layer: "GONE | GON", min: 5}
     |                                         ^
""",
            id="unknown layer in a rule",
        ),
        pytest.param(
            "PAD: 1/0",
            "PAD: 1-0",
            """\
deck.yaml:3:10: layers.PAD: expected layer/datatype such as 1/0, got '1-0'
  3 | layers: {PAD: 1-0, PLATE: 2/0, GONE: 9/0}
    |          ^^^^^^^^
""",
            id="layer number",
        ),
        pytest.param(
            "layers: {PAD: 1/0, PLATE: 2/0, GONE: 9/0}\n",
            "",
            "layers: missing: say what the rules look at, such as {PAD: 1/0}",
            id="no layers",
        ),
        pytest.param(
            "check: width, layer: PAD",
            "check: wires, layer: PAD",
            "'wires' looks at a package as a whole, which only a spec describes: no layout can be checked by it",
            id="check of packages",
        ),
        pytest.param("min: 12", "min: -1", "PAD.S.min", id="bad number"),
    ],
)
def test_mistakes_in_a_deck(deck, old, new, message):
    deck(old, new)

    status, said, error = run("drc", "a.gds", "--deck", "deck.yaml")

    assert message in error
    assert error.startswith("deck.yaml:")
    assert (status, said) == (2, "")


def waiver(**said):
    return json.dumps({"unit": "um", "waive": [{"rule": "PAD.S", "reason": "tested so", "who": "ann", **said}]})


def test_waived_by_rule(deck):
    Path("w.yaml").write_text(waiver())

    status, said, _ = run("-v", "drc", "a.gds", "--deck", "deck.yaml", "--waivers", "w.yaml")

    assert said.splitlines()[-1].endswith("0 errors, 0 warnings, 17 waived")
    assert "[waived: tested so (ann)]" in said
    assert status == 0


def test_waived_in_a_box_are_the_copies_that_lie_in_it(deck):
    Path("w.yaml").write_text(waiver(box=[-1, -1, 51, 21]))

    status, said, _ = run("drc", "a.gds", "--deck", "deck.yaml", "--waivers", "w.yaml")

    assert said.splitlines()[-1].endswith("16 errors, 0 warnings, 1 waived")
    assert status == 1


def test_waived_by_fingerprint(folder):
    run("drc", "a.gds", "--deck", "deck.yaml", "--report", "json=found.json")
    found = json.loads(Path("found.json").read_text())["violations"][0]
    Path("w.yaml").write_text(waiver(fingerprint=found["fingerprint"]))

    _, said, _ = run("drc", "a.gds", "--deck", "deck.yaml", "--waivers", "w.yaml")

    assert said.splitlines()[-1].endswith(f"{17 - found['count']} errors, 0 warnings, {found['count']} waived")


def test_waived_in_the_deck(deck):
    deck("rules:", "waive: [{rule: PAD.S, reason: tested so, who: ann}]\nrules:")

    assert run("drc", "a.gds", "--deck", "deck.yaml")[0] == 0


def test_stale_waiver(deck):
    Path("w.yaml").write_text(waiver(rule="PAD.W"))

    _, said, _ = run("drc", "a.gds", "--deck", "deck.yaml", "--waivers", "w.yaml")

    assert "warning: waiver of PAD.W by ann matches nothing\n" in said


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(waiver(box=[0, 0, 1, 1], fingerprint="ab"), "has a box or a fingerprint, not both", id="both"),
        pytest.param('{"waive": [{"rule": "A", "reason": "b"}]}', "who", id="nobody"),
        pytest.param("wave: []", "wave", id="unknown key"),
    ],
)
def test_mistakes_in_waivers(folder, text, message):
    Path("w.yaml").write_text(text)

    status, _, error = run("drc", "a.gds", "--deck", "deck.yaml", "--waivers", "w.yaml")

    assert error.startswith("w.yaml:1:")
    assert message in error
    assert status == 2
