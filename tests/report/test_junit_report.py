"""JUnit: what CI servers count."""

from xml.etree import ElementTree

from maskgen.report import junit


def suite_of(report, **options):
    """Return root and only suite of a rendered report."""
    root = ElementTree.fromstring(junit.render(report, version="0.1.0", layout="a.gds", cell="T", **options))
    (suite,) = root
    return root, suite


def test_counts_are_those_of_the_cases(report):
    root, suite = suite_of(report)
    cases = suite.findall("testcase")

    assert root.tag == "testsuites"
    for element in (root, suite):
        assert int(element.get("tests")) == len(cases) == len(report.rules)
        assert int(element.get("failures")) == len(suite.findall("testcase/failure")) == 1
        assert int(element.get("errors")) == len(suite.findall("testcase/error")) == 0
    assert int(suite.get("skipped")) == len(suite.findall("testcase/skipped")) == 1


def test_a_case_is_a_rule(report):
    _, suite = suite_of(report)
    cases = suite.findall("testcase")

    assert [case.get("name") for case in cases] == [run.rule.id for run in report.rules]
    assert {case.get("classname") for case in cases} == {"own & only"}
    assert [case.get("time") for case in cases] == ["0.2500", "0.5000", "0.0000"]
    assert suite.get("time") == "0.7500"


def test_only_errors_that_stand_fail(report):
    _, suite = suite_of(report)
    failing, warned, empty = suite.findall("testcase")

    assert failing.find("failure").get("message") == "99.5 um apart, at least 120 um wanted; 90 places in all"
    assert failing.find("failure").text == (
        "(0.000, 1.000) um: PAD.S.1: error: 99.5 um apart, at least 120 um wanted (90 places)\n"
    )
    assert "[waived: measured (Ada)]" in failing.find("system-out").text
    assert [child.tag for child in warned] == ["system-out"]
    assert "is thin\ufffd" in warned.find("system-out").text
    assert empty.find("skipped").get("message") == "layer empty"


def test_stale_waivers_are_said(report):
    _, suite = suite_of(report)

    assert suite.find("system-out").text == "warning: waiver of PAD.S.9 by Ada matches nothing\n"


def test_without_seconds_nothing_changes_from_run_to_run(report):
    _, suite = suite_of(report, timed=False)

    assert {case.get("time") for case in suite.findall("testcase")} == {"0.0000"}
