"""The command line as a user sees it: what it prints, what it writes, how it ends."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import gdstk
import pytest
from click.testing import CliRunner
from klayout import rdb

from maskgen import __version__, starters
from maskgen.cli import main
from maskgen.drc.deck import known_checks
from maskgen.source import read_source
from maskgen.technology.shelf import SHELF, shipped

COMMANDS = (
    "accept",
    "build",
    "diff",
    "drc",
    "explain",
    "info",
    "new",
    "schema",
    "section",
    "show",
    "templates",
    "watch",
)
SMALL = ("--set", "plate.rectangle=[40 mm, 40 mm]", "--set", "array={columns: 2, rows: 2}")
FAILING = ("--set", "process.recess_depth=10")
"""Settings by which the template breaks one rule, M2.depth, as an error."""
WARNED = ("--set", "wires={wire_clearance: 300}")
"""Settings by which the template is warned of wires that are too near each other."""


def run(*arguments):
    """Return exit status, standard output and standard error of a command."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def spec(tmp_path, monkeypatch):
    """Return the path of a starter spec in the current folder."""
    monkeypatch.chdir(tmp_path)
    run("new", "etched-recess-mold", "-o", "a.yaml")
    return Path("a.yaml")


def test_version():
    assert run("--version") == (0, f"maskgen, version {__version__}\n", "")


def test_help_names_every_command():
    status, said, _ = run("--help")

    assert tuple(re.findall(r"^  ([a-z]+) +[A-Z]", said.partition("Commands:")[2], re.MULTILINE)) == COMMANDS
    assert status == 0


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_one_example(command):
    status, said, _ = run(command, "--help")

    assert len(re.findall(rf"Example: maskgen {command}\b", said)) == 1
    assert status == 0


def test_unknown_command():
    status, _, error = run("bild")

    assert "No such command 'bild'" in error
    assert status == 2


def test_templates():
    status, said, _ = run("templates")

    assert [line.split()[0] for line in said.splitlines()] == starters.names()
    assert "etched-recess-mold              M2, M1    Reusable mold with etched, filled recesses" in said
    assert status == 0


def test_templates_as_json():
    _, said, _ = run("templates", "--json")
    found = {entry["name"]: entry for entry in json.loads(said)}

    assert list(found) == starters.names()
    assert found["etched-recess-mold"]["ids"] == ["M2", "M1"]
    assert found["etched-recess-mold"]["title"] == "Reusable mold with etched, filled recesses"


@pytest.mark.parametrize("name", starters.names())
def test_new_writes_the_starter(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)

    assert run("new", name) == (0, f"wrote {name}.yaml; next: maskgen build {name}.yaml\n", "")
    assert Path(f"{name}.yaml").read_text(encoding="utf-8") == starters.starter(name)
    assert run("new", name, "-o", "-")[1] == starters.starter(name)


def test_new_never_overwrites(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_text("mine")

    assert run("new", "etched-recess-mold", "-o", "a.yaml") == (
        2,
        "",
        "a.yaml: exists already; give another name with -o, or --force\n",
    )
    assert Path("a.yaml").read_text() == "mine"
    assert run("-q", "new", "etched-recess-mold", "-o", "a.yaml", "--force") == (0, "", "")
    assert Path("a.yaml").read_text(encoding="utf-8") == starters.starter("etched-recess-mold")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(
            ("new", "etched-reces-mold"), "no template is called 'etched-reces-mold', did you mean", id="near"
        ),
        pytest.param(("new", "../x"), "no template is called '../x'; known: ", id="path"),
        pytest.param(("new", "etched-recess-mold", "-o", "no/a"), "no/a: cannot write: No such file or", id="folder"),
        pytest.param(("build", "no.yaml"), "no.yaml: cannot read: No such file or directory", id="spec"),
        pytest.param(("build", "."), ".: cannot read: Is a directory", id="folder as a spec"),
        pytest.param(("info", "no.gds"), "no.gds: cannot be read: no such file or directory", id="layout"),
        pytest.param(
            ("explain", "widht"), "no check, rule or deck is called 'widht', did you mean 'width'", id="check"
        ),
        pytest.param(("schema", "--system", "no"), "system: unknown system 'no', known: ", id="system"),
    ],
)
def test_what_cannot_be_done(tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)

    status, output, error = run(*arguments)

    assert (status, output) == (2, "")
    assert error.startswith(said)
    assert error.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(
            ("--format", "dxff"),
            "'dxff' is not one of gds, oas, mask.oas, dxf, r12.dxf, gerber, svg, png, pdf, drill",
            id="format",
        ),
        pytest.param(("--set", "array.rows"), "--set array.rows: expected KEY=VALUE", id="setting"),
        pytest.param(
            ("--set", "waives=[]"), "--set waives=[]: waives: unknown key, did you mean 'waive'?", id="unknown"
        ),
        pytest.param(("--set", "array.rows=-3"), "--set array.rows=-3: array.rows: must be 'fit' or at", id="value"),
        pytest.param(("--fail-on", "notice"), "'notice' is not one of 'error', 'warning'", id="severity"),
        pytest.param((*SMALL, "-o", "a.yaml/x"), "a.yaml/x: cannot write here: ", id="below a file"),
        pytest.param((*SMALL, "-o", "a.yaml"), "a.yaml: is not a folder", id="a file"),
        pytest.param((*SMALL, "-o", "."), ": is the current folder or holds it; give a folder of its own", id="here"),
    ],
)
def test_build_that_cannot_be_done(spec, arguments, said):
    status, output, error = run("build", spec, *arguments)

    assert (status, output) == (2, "")
    assert said in error
    assert [path.name for path in Path().iterdir()] == ["a.yaml"]


def test_build_into_its_own_folder(spec):
    status, said, error = run("build", spec, *SMALL, "--set", "name=small")

    assert (status, error) == (0, "")
    summary, *windows, closing = said.splitlines()
    assert re.fullmatch(r"\d+ rules: 0 errors, 0 warnings, 0 waived", summary)
    assert {line.split()[0] for line in windows} >= {"overgrowth", "gap"}
    assert closing == "small: 4 sites, 5 masks in small/"
    assert json.loads(Path("small/manifest.json").read_text())["status"] == "clean"


def test_formats(spec):
    assert run("-q", "build", spec, *SMALL, "-o", "out", "--format", "gds,oas", "--format", "svg") == (0, "", "")

    masks = sorted(path.name for path in Path("out/masks").iterdir())
    assert masks[:3] == ["qfn16_BALL_STENCIL.gds", "qfn16_BALL_STENCIL.oas", "qfn16_BALL_STENCIL.svg"]
    assert len(masks) == 15


def test_masks_are_withheld_while_an_error_stands(spec):
    status, said, error = run("build", spec, *SMALL, *FAILING, "-o", "out")

    assert status == 1
    assert "M2.depth: error: is 10 um, at least 15 um wanted\n" in said
    assert error == "masks are withheld while an error stands; mend it, waive it, or say --allow-violations\n"
    assert not list(Path("out/masks").iterdir())
    manifest = json.loads(Path("out/manifest.json").read_text())
    assert (manifest["status"], manifest["findings"]["error"]) == ("violations", 1)
    assert {mask["file"] for mask in manifest["masks"]} == {None}
    assert {mask["sha256"] for mask in manifest["masks"]} == {None}


def test_masks_are_written_if_asked_for(spec):
    status, _, error = run("build", spec, *SMALL, *FAILING, "-o", "out", "--allow-violations")

    assert (status, error) == (1, "")
    assert len(list(Path("out/masks").iterdir())) == 5
    assert json.loads(Path("out/manifest.json").read_text())["status"] == "violations"


def test_waived_findings_are_shown_with_verbose(spec):
    waiver = "waive=[{rule: M2.depth, reason: thin but lasting, who: ann}]"
    status, said, _ = run("-v", "build", spec, *SMALL, *FAILING, "--set", waiver, "-o", "out")

    assert status == 0
    assert "M2.depth: error: is 10 um, at least 15 um wanted [waived: thin but lasting (ann)]\n" in said
    assert json.loads(Path("out/manifest.json").read_text())["status"] == "waived"
    assert "waived:" not in run("build", spec, *SMALL, *FAILING, "--set", waiver, "-o", "out")[1]


@pytest.mark.parametrize("command", ["build", "drc"])
def test_warnings_count_if_asked_for(spec, command):
    assert run("-q", command, spec, *SMALL, *WARNED)[0] == 0
    assert run("-q", command, spec, *SMALL, *WARNED, "--fail-on", "warning")[0] == 1


def test_drc_writes_no_masks(spec):
    status, said, _ = run("drc", spec, *SMALL)

    assert (status, [path.name for path in Path().iterdir()]) == (0, ["a.yaml"])
    assert re.fullmatch(r"\d+ rules: 0 errors, 0 warnings, 0 waived\n", said)


def test_drc_reports(spec):
    reports = [f"--report={kind}=found.{kind}" for kind in ("json", "lyrdb", "text")]

    status, said, _ = run("drc", spec, *SMALL, *WARNED, *FAILING, *reports)

    assert status == 1
    assert Path("found.text").read_text(encoding="utf-8") == said
    found = json.loads(Path("found.json").read_text(encoding="utf-8"))
    assert found.keys() >= {"maskgen", "layout", "cell", "deck", "unit", "rules", "violations"}
    assert sum(rule["violations"] for rule in found["rules"]) == sum(v["count"] for v in found["violations"])
    depth = next(entry for entry in found["violations"] if entry["rule"] == "M2.depth")
    assert (depth["measured"], depth["limit"], depth["severity"], depth["count"]) == (10, 15, "error", 1)
    database = rdb.ReportDatabase()
    database.load("found.lyrdb")
    assert {c.name() for c in database.each_category()} == {rule["id"] for rule in found["rules"]}
    assert database.num_items() == sum(v["bbox"] is not None for v in found["violations"]) > 0


@pytest.mark.parametrize(
    "report", ["xml=a", "json", "json=", "=a", pytest.param("json=no/a", id="folder that is not there")]
)
def test_reports_that_cannot_be(spec, report):
    status, _, error = run("drc", spec, *SMALL, "--report", report)

    assert status == 2
    known = "with json, lyrdb, sarif, junit, text, html"
    assert error.rstrip().endswith("no/a: cannot write: No such file or directory" if "no/a" in report else known)


def test_explain_lists_the_checks():
    _, said, _ = run("explain")
    lines, decks = said.split("\n\n")

    assert [line.split()[0] for line in lines.splitlines()] == list(known_checks())
    assert all(re.fullmatch(r"\w+ +[A-Z].*\.", line) for line in lines.splitlines())
    assert all(deck in decks for deck in shipped(".drc.yaml"))


@pytest.mark.parametrize("check", known_checks())
def test_explain_check(check):
    status, said, _ = run("explain", check)

    assert said.startswith(f"{check}\n\n")
    assert "Passes:" in said
    assert "Fails:" in said
    assert status == 0


RULES = {rule for deck in shipped(".drc.yaml") for rule in read_source(SHELF / f"{deck}.drc.yaml").data["rules"]}


@pytest.mark.parametrize("rule", sorted(RULES))
def test_explain_rule(rule):
    status, said, _ = run("explain", rule)

    assert re.match(rf"{re.escape(rule)} \((error|warning), deck [\w-]+\)\n\n[A-Z]", said)
    assert re.search(r"^check \w+ with .*:$", said, re.MULTILINE)
    assert status == 0


def test_explain_says_what_numbers_are_and_where_they_come_from():
    _, said, _ = run("explain", "W.coplanar.lowest")

    assert said.endswith(
        "\n  max_step: Largest step between die face and pads [um], 40 (catalogue W.coplanar, 25-50 um; default)\n"
    )


def test_explain_says_what_a_window_wants():
    _, said, _ = run("explain", "S1.ridge")

    window = "ridge from kerf + 2*(cut_tolerance + min_flange) um"
    assert f"\nIn this rule:\n  window ridge: {window}. A ridge too narrow" in said
    assert "\n  min_flange: Least rim of metal" in said


@pytest.mark.parametrize("deck", shipped(".drc.yaml"))
def test_explain_deck(deck):
    status, said, _ = run("explain", deck)

    assert [line.split()[0] for line in said.splitlines()] == list(
        read_source(SHELF / f"{deck}.drc.yaml").data["rules"]
    )
    assert status == 0


@pytest.mark.parametrize("item", [f"V{number:02}" for number in range(1, 40) if number not in (28, 29)])
def test_explain_item(item):
    status, said, _ = run("explain", item)

    assert re.fullmatch(rf"{item} \(\w+, checklist of `maskgen accept`\)\n\n[A-Z].*: .*\.\n", said)
    assert status == 0


@pytest.mark.parametrize(
    ("rule", "check"), [("V17.space", "space"), ("V17.hole_area", "hole_area"), ("V15.corner", "angle")]
)
def test_explain_rule_of_a_profile(rule, check):
    _, said, _ = run("explain", rule)
    _, of_check, _ = run("explain", check)

    assert said.startswith(f"{rule} (")
    assert said.endswith(f"\n\ncheck {of_check}")


def properties(schema):
    """Yield the name and schema of every property at any depth."""
    if isinstance(schema, dict):
        own = schema.get("properties")
        yield from own.items() if isinstance(own, dict) else ()
        for part in schema.values():
            yield from properties(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from properties(part)


@pytest.mark.parametrize("kind", ["spec", "technology", "deck"])
def test_schema_describes_every_key(kind):
    status, said, _ = run("schema", kind)
    schema = json.loads(said)

    assert (status, schema["type"]) == (0, "object")
    assert [name for name, entry in properties(schema) if "description" not in entry] == []
    assert set(re.findall(r'"#/\$defs/([^"]+)"', said)) <= schema.get("$defs", {}).keys()


def test_schema_of_a_system():
    schema = json.loads(run("schema", "spec", "--system", "etched-recess-mold")[1])

    assert schema["properties"]["system"]["enum"] == ["etched-recess-mold"]
    assert json.loads(run("schema")[1])["properties"]["system"]["enum"] == starters.names()


def test_info(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    library = gdstk.Library()
    library.new_cell("TOP").add(gdstk.rectangle((0, 0), (10, 20), layer=3))
    library.write_gds("a.gds")

    status, said, _ = run("info", "a.gds")

    assert status == 0
    assert said.splitlines()[2:] == [
        "layer 3/0      1 shapes, 1 flattened, 10 x 20 um from (0, 0) to (10, 20)",
        "cell TOP: 1 shapes, 0 texts, 10 x 20 um from (0, 0) to (10, 20)",
    ]
    assert json.loads(run("info", "a.gds", "--json")[1])["tops"] == ["TOP"]


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        pytest.param(lambda data: data[:100], r"a\.gds: byte \d+: .*cut off.*", id="cut off"),
        pytest.param(lambda _: b"", r"a\.gds: byte 0: the file is empty", id="empty"),
        pytest.param(lambda _: b"hello", r"a\.gds: byte 0: not a GDSII file, it seems to be text", id="text"),
        pytest.param(lambda data: data + b"x", r"a\.gds: byte \d+: data follows after ENDLIB, .*", id="trailing"),
    ],
)
def test_damaged_layout(tmp_path, monkeypatch, damage, said):
    monkeypatch.chdir(tmp_path)
    library = gdstk.Library()
    library.new_cell("TOP").add(gdstk.rectangle((0, 0), (10, 20)))
    library.write_gds("a.gds")
    Path("a.gds").write_bytes(damage(Path("a.gds").read_bytes()))

    status, output, error = run("info", "a.gds")

    assert (status, output) == (2, "")
    assert re.fullmatch(said + "\n", error)


@pytest.fixture
def unread():
    """Return the writing end of a pipe whose reader is gone."""
    reading, writing = os.pipe()
    os.close(reading)
    yield writing
    os.close(writing)


@pytest.mark.skipif(not hasattr(signal, "SIGPIPE"), reason="the platform has no signal for a closed pipe")
@pytest.mark.parametrize("arguments", [("explain",), ("--help",), ("explain", "--help"), ("schema", "deck"), ("bild",)])
def test_output_that_nobody_reads_is_no_finding(unread, arguments):
    command = [sys.executable, "-m", "maskgen.cli", *arguments]
    done = subprocess.run(command, stdout=unread, stderr=unread, check=False)

    assert done.returncode == -signal.SIGPIPE


@pytest.mark.skipif(not hasattr(signal, "SIGPIPE"), reason="the platform has no signal for a closed pipe")
def test_shells_see_of_a_closed_pipe_what_they_see_of_any_program(unread):
    said = '"$0" -m maskgen.cli explain; echo $? >&2'
    done = subprocess.run(
        ["bash", "-c", said, sys.executable], stdout=unread, stderr=subprocess.PIPE, text=True, check=False
    )

    assert done.stderr == "141\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the platform has no device that is always full")
def test_output_that_finds_no_room():
    command = [sys.executable, "-m", "maskgen.cli", "explain"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    assert (done.returncode, done.stderr) == (2, "standard output: cannot write: No space left on device\n")
