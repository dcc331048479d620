"""Long lists on lines of their own: the same data, and as fast for a hundred thousand findings as for one."""

import json
import time

import pytest
from reading import opened_junit, opened_sarif

from maskgen.drc.deck import Rule
from maskgen.drc.run import Report, RuleRun
from maskgen.drc.violation import Finding, Violation
from maskgen.report import lines
from maskgen.report.formats import Heading, render

MANY = 100_000


@pytest.mark.parametrize(
    "entries",
    [
        pytest.param([], id="none"),
        pytest.param([{"a": [1.5, None, "µ\n"]}], id="one"),
        pytest.param([{}, {"found": []}, '"found": []'], id="several"),
    ],
)
@pytest.mark.parametrize(
    "data",
    [
        pytest.param({"found": []}, id="alone"),
        pytest.param({"said": '"found": []', "a": {"b": [{"found": [], "after": {"x": 1}}]}, "z": []}, id="deep"),
    ],
)
def test_data_is_what_it_would_be_without_lines(data, entries):
    text = lines.rendered(data, "found", iter(entries))
    expected = json.loads(json.dumps(data))
    (expected["a"]["b"][0] if "a" in data else expected)["found"] = entries

    assert json.loads(text) == expected
    assert text.endswith("\n}\n")
    assert text.count("\n") == lines.rendered(data, "found", []).count("\n") + len(entries) + bool(entries)


@pytest.fixture(scope="module")
def crowded():
    """Return a report of very many findings of one rule."""
    rule = Rule("PAD.S.1", "space", "error", "Pads short", None)
    found = tuple(
        Violation(
            rule.id, rule.check, rule.severity, Finding("4 um apart", (x, 0.0, x + 4.0, 9.0)), "TOP", (), 1, f"{x}"
        )
        for x in map(float, range(MANY))
    )
    return Report("d", (RuleRun(rule, "run", MANY, 0, 1.0),), found)


@pytest.mark.parametrize("format_", ["json", "lyrdb", "sarif", "junit", "text", "html"])
def test_very_many_findings_take_seconds(crowded, format_):
    started = time.process_time()
    text = render(format_, crowded, Heading("a.gds", "TOP", "0.1.0"))

    assert time.process_time() - started < 20
    if format_ == "junit":
        assert opened_junit(text).failures == 1
    if format_ == "json":
        assert len(json.loads(text)["violations"]) == MANY


def test_one_finding_of_very_many_is_valid_like_the_others(crowded):
    few = Report(crowded.deck, crowded.rules, crowded.violations[:50])

    assert len(opened_sarif(render("sarif", few, Heading("a.gds", "TOP", "0.1.0")))["runs"][0]["results"]) == 50
