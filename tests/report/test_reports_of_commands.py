"""What `drc`, `diff` and `accept` write, opened by something else: a schema, readers, KLayout, a browser."""

import json
from pathlib import Path

import gdstk
import pytest
from click.testing import CliRunner
from klayout import rdb
from reading import opened_junit, opened_sarif
from vendors.mask_sets import mask_set, rectangle, written

from maskgen.cli import main

PANEL = Path(__file__).parents[2] / "examples" / "chip-scale-panel" / "chip-scale-panel.yaml"
DECK = """\
deck: pads & more
unit: um
layers: {PAD: 1/0, GONE: 9/0}
rules:
  PAD.S: {check: space, layer: PAD, min: 12, why: "resist <washes> away at 5 µm"}
  PAD.W: {check: width, layer: PAD, min: 25, severity: warning}
  GONE.W: {check: width, layer: GONE, min: 5}
waive:
  - {rule: PAD.S, box: [0, 0, 60, 60], reason: "measured & found good", who: Ada}
  - {rule: GONE.W, reason: gone, who: Ada}
"""
FORMATS = ("sarif", "junit", "lyrdb", "html")


def pads(path, count):
    """Write pads of 20 um, 30 um from middle to middle."""
    made = gdstk.Library(unit=1e-6, precision=1e-9)
    unit, top = made.new_cell("UNIT"), made.new_cell("TOP")
    unit.add(gdstk.rectangle((0, 0), (20, 20), layer=1))
    top.add(gdstk.Reference(unit, columns=count, rows=3, spacing=(30, 30)))
    made.write_gds(path)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return the current folder: layouts whose names no URI may have, a deck, a spec, a mask set."""
    monkeypatch.chdir(tmp_path)
    pads("pads 50% µ#1.gds", 4)
    pads("other.gds", 5)
    Path("deck.yaml").write_text(DECK, encoding="utf-8")
    Path("spec.yaml").write_text(PANEL.read_text(encoding="utf-8"), encoding="utf-8")
    made = mask_set()
    made.top.add(rectangle(7000, 8000, 7001.5, 8100))
    written(made, tmp_path)
    return tmp_path


COMMANDS = {
    "a layout, some of it waived": ("drc", "pads 50% µ#1.gds", "--deck", "deck.yaml"),
    "a layout elsewhere": ("drc", "{folder}/pads 50% µ#1.gds", "--deck", "deck.yaml"),
    "a spec": (
        "drc",
        "spec.yaml",
        "--set",
        "array.columns=3",
        "--set",
        "array.rows=2",
        "--set",
        "wires.min_length=300",
    ),
    "a difference": ("diff", "pads 50% µ#1.gds", "other.gds"),
    "no difference": ("diff", "other.gds", "other.gds"),
    "a file and itself by another path": ("diff", "./other.gds", "././other.gds"),
    "a mask set at a vendor's": ("accept", "masks/pkg_M1.gds", "--profile", "mask_chrome_std"),
}


@pytest.fixture(params=COMMANDS.values(), ids=COMMANDS)
def reports(request, folder):
    """Return the text of every report of one command, by format."""
    asked = [part for format_ in FORMATS for part in ("--report", f"{format_}=report.{format_}")]
    arguments = [argument.format(folder=folder) for argument in request.param]
    done = CliRunner().invoke(main, [*arguments, *asked])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code in (0, 1), done.output
    return {format_: Path(f"report.{format_}").read_text(encoding="utf-8") for format_ in FORMATS}


def test_every_report_is_opened_by_others_and_they_count_alike(reports):
    (run,) = opened_sarif(reports["sarif"])["runs"]
    suites = opened_junit(reports["junit"])
    Path("a.lyrdb").write_text(reports["lyrdb"], encoding="utf-8")
    database = rdb.ReportDatabase("")
    database.load("a.lyrdb")
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    placed = [result for result in run["results"] if result["properties"]["bbox"]]
    failing = {r["ruleId"] for r in run["results"] if r["level"] == "error" and not r["suppressions"]}

    assert [case.name for suite in suites for case in suite] == rules
    assert suites.tests == len(rules)
    assert suites.failures == len(failing)
    assert [category.name() for category in database.each_category()] == rules
    assert database.num_items() == len(placed)


def test_page_of_every_command_opens_in_a_browser_and_its_filters_work(browser, reports):
    (run,) = opened_sarif(reports["sarif"])["runs"]
    waived = sum(bool(result["suppressions"]) for result in run["results"])
    page, faults = browser.new_page(), []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("request", lambda asked: None if asked.url.startswith("file:") else faults.append(asked.url))
    page.goto(Path("report.html").absolute().as_uri())
    rows = page.locator("table.findings tbody tr")

    assert rows.count() == len(run["results"])
    if waived:
        page.locator('input[name="kind"][value="waived"]').uncheck()
        assert len([row for row in rows.all() if not row.is_visible()]) == waived
    assert faults == []
    page.close()


def read_lyrdb(text):
    """Return what KLayout says a marker database is about."""
    Path("read.lyrdb").write_text(text, encoding="utf-8")
    database = rdb.ReportDatabase("")
    database.load("read.lyrdb")
    return database.description


def read_junit(text):
    """Return the property of a JUnit report that names the other file."""
    (suite,) = opened_junit(text)
    return {entry.name: entry.value for entry in suite.properties()}["compared_with"]


def read_sarif(text):
    """Return the artifacts of a SARIF log, and the property of its run that names the other file."""
    (run,) = opened_sarif(text)["runs"]
    return *(artifact["location"]["uri"] for artifact in run["artifacts"]), run["properties"]["compared_with"]


BOTH = "new/pads.gds compared with old/pads.gds"
NAMING_BOTH = {
    "json": (lambda text: (json.loads(text)["layout"], json.loads(text)["compared_with"]), tuple(BOTH.split())[::3]),
    "junit": (read_junit, "old/pads.gds"),
    "lyrdb": (read_lyrdb, BOTH),
    "sarif": (read_sarif, ("new/pads.gds", "old/pads.gds", "old/pads.gds")),
    "text": (lambda text: text.partition("\n")[0], BOTH),
    "html": (lambda text: text.partition("<p>")[2].partition(", cell TOP")[0], BOTH),
}


@pytest.mark.parametrize("count", [pytest.param(4, id="equal"), pytest.param(5, id="different")])
@pytest.mark.parametrize(("format_", "read", "expected"), [(name, *entry) for name, entry in NAMING_BOTH.items()])
def test_every_report_of_a_comparison_names_both_files(folder, format_, read, expected, count):
    for name, columns in (("old", 4), ("new", count)):
        (folder / name).mkdir()
        pads(folder / name / "pads.gds", columns)
    done = CliRunner().invoke(main, ["diff", "old/pads.gds", "new/pads.gds", "--report", f"{format_}=found"])

    assert done.exit_code == (count != 4)
    assert read(Path("found").read_text(encoding="utf-8")) == expected


def test_reports_of_one_layout_speak_of_no_other(folder):
    asked = [part for format_ in NAMING_BOTH for part in ("--report", f"{format_}=report.{format_}")]
    done = CliRunner().invoke(main, ["drc", "other.gds", "--deck", "deck.yaml", *asked])

    assert done.exit_code == 1
    for format_ in NAMING_BOTH:
        text = Path(f"report.{format_}").read_text(encoding="utf-8")
        assert "compared" not in text
        assert "None" not in text
