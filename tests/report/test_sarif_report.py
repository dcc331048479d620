"""SARIF: valid by the standard, one result per finding, at the line of the spec that it comes from."""

from pathlib import Path

import jsonschema
import pytest
from reading import FORMATS, SCHEMA, STANDARD, opened_sarif

from maskgen.drc.deck import Rule
from maskgen.report import sarif
from maskgen.report.origin import spans_of, written_rules
from maskgen.source import parse_source
from maskgen.source.text import Span

SPEC = """\
system: etched-recess-mold
die: {size: [1600, 1600]}
pads: {ring: {}}
nets: {assign: auto}
process:
  recess_depth: 30
"""


def log_of(report, **options):
    """Return a rendered report, once it is known to be valid."""
    names = {"version": "0.1.0", "layout": "specs/a b.yaml", "cell": "TOP"}
    return opened_sarif(sarif.render(report, **(names | options)))


def run_of(report, **options):
    """Return the only run of a rendered report."""
    return log_of(report, **options)["runs"][0]


def named_formats(part):
    """Yield every format that a schema asks for."""
    if isinstance(part, list):
        for entry in part:
            yield from named_formats(entry)
    if isinstance(part, dict):
        yield from [part["format"]] if isinstance(part.get("format"), str) else []
        for entry in part.values():
            yield from named_formats(entry)


def test_schema_is_that_of_the_standard_and_all_its_formats_are_checked():
    STANDARD.check_schema(SCHEMA)

    assert SCHEMA["$schema"] == "http://json-schema.org/draft-04/schema#"
    assert len(SCHEMA["definitions"]) == 52
    assert set(named_formats(SCHEMA)) == set(FORMATS.checkers)


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        pytest.param(("results", 0, "occurrenceCount"), 0, "0 is less than the minimum of 1", id="count"),
        pytest.param(("results", 0, "level"), "fatal", "'fatal' is not one of", id="level"),
        pytest.param(("results", 0, "colour"), 1, "Additional properties are not allowed", id="property"),
        pytest.param(("artifacts", 0, "location", "uri"), "a b", "'a b' is not a 'uri-reference'", id="format"),
    ],
)
def test_schema_refuses_what_the_standard_does_not_know(report, place, value, message):
    log = log_of(report)
    part = log["runs"][0]
    for key in place[:-1]:
        part = part[key]
    part[place[-1]] = value

    with pytest.raises(jsonschema.ValidationError, match=message):
        STANDARD.validate(log)


def test_one_result_per_finding_with_its_copies(report):
    results = run_of(report)["results"]

    assert [result["occurrenceCount"] for result in results] == [90, 1, 1]
    assert [result["level"] for result in results] == ["error", "error", "warning"]
    assert results[0]["message"] == {"text": "99.5 um apart, at least 120 um wanted"}
    assert results[0]["partialFingerprints"] == {"maskgen/v1": report.violations[0].fingerprint}
    assert results[0]["properties"]["lattices"][0]["columns"] == 10


def test_results_name_their_rules(report):
    run = run_of(report)
    rules = run["tool"]["driver"]["rules"]

    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == [v.rule for v in report.violations]
    assert rules[0]["shortDescription"] == {"text": "Pads short"}
    assert rules[0]["help"]["text"].startswith("Pads short\n\ncheck space\n\n")
    assert "Passes:" in rules[0]["help"]["text"]


def test_waived_findings_are_suppressed_and_the_others_said_not_to_be(report):
    suppressions = [result["suppressions"] for result in run_of(report)["results"]]

    assert suppressions == [[], [{"kind": "external", "status": "accepted", "justification": "measured (Ada)"}], []]


def test_notifications_tell_of_empty_layers_and_stale_waivers(report):
    (invocation,) = run_of(report)["invocations"]
    said = [(entry["level"], entry["message"]["text"]) for entry in invocation["toolExecutionNotifications"]]

    assert said == [
        ("note", "the layer is empty, there was nothing to check"),
        ("warning", "waiver of PAD.S.9 by Ada matches nothing"),
    ]


@pytest.mark.parametrize(
    ("path", "location"),
    [
        pytest.param("specs/a b.yaml", {"uri": "specs/a%20b.yaml", "uriBaseId": "%SRCROOT%"}, id="relative"),
        pytest.param("./x/../a.gds", {"uri": "a.gds", "uriBaseId": "%SRCROOT%"}, id="normal form"),
        pytest.param("/tmp/a.gds", {"uri": "file:///tmp/a.gds"}, id="absolute"),
    ],
)
def test_artifact_is_relative_to_the_root(report, path, location):
    physical = run_of(report, layout=path)["results"][0]["locations"][0]["physicalLocation"]

    assert physical == {"artifactLocation": location}


def test_region_is_the_line_of_the_spec(report):
    run = run_of(report, spans={"PAD.S.1": Span(4, 3, 6)})
    physical = [result["locations"][0]["physicalLocation"] for result in run["results"]]

    assert physical[0]["region"] == {"startLine": 4, "startColumn": 3, "endColumn": 9}
    assert "region" not in physical[2]


@pytest.mark.parametrize(
    ("check", "written", "line"),
    [
        pytest.param("limit", {"value": "recess_depth", "min": "needed_thickness"}, 6, id="number that is given"),
        pytest.param("limit", {"value": "undercut", "max": "max_overhang"}, 5, id="number that is not given"),
        pytest.param("wires", {"measure": "length"}, 4, id="wires, which the spec leaves to nets"),
        pytest.param("space", {"layer": "grow(PAD_WIN, undercut)", "min": 5}, 3, id="pads"),
        pytest.param("inside", {"inner": "DIE", "outer": "MP"}, 2, id="die"),
        pytest.param("same", {"layer": "UNHEARD", "other": "OF"}, 1, id="nothing that is known"),
    ],
)
def test_line_of_a_rule(check, written, line):
    source = parse_source(SPEC, "a.yaml")
    rule = Rule("R.1", check, "error", "", None)

    assert spans_of([rule], source, {"R.1": written})["R.1"].line == line


def test_rules_as_written_include_those_of_other_decks():
    rules = written_rules("etched-recess", Path())

    assert rules["M2.overhang"]["max"] == "max_overhang"
    assert any(name.startswith("M1.") for name in rules)
