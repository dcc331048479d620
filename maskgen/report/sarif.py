"""Findings as SARIF 2.1.0 (OASIS Standard, 27 March 2020), which code hosts show beside the lines of a spec."""

import posixpath
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from maskgen.drc.deck import Rule, known_checks
from maskgen.drc.explain import explain_name
from maskgen.drc.run import Report
from maskgen.drc.violation import Violation
from maskgen.report import lines
from maskgen.report.json import violation_entry
from maskgen.source.text import Span

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"
"""Symbol for the folder to which paths are relative: that of the repository."""

_PROPERTIES = ("measured", "limit", "bbox", "edges", "cell", "lattices")


def render(
    report: Report,
    *,
    version: str,
    layout: str,
    cell: str,
    compared_with: str | None = None,
    spans: Mapping[str, Span] | None = None,
) -> str:
    """Return the report as a SARIF log of one run.

    A finding that repeats is one result with its `occurrenceCount`; waived ones are suppressed. Rules without anything
    to look at, and waivers that match nothing, are notifications of the invocation.

    Parameters
    ----------
    layout
        The spec, or the layout file: the artifact in which everything is found.
    compared_with
        The other layout file of a comparison: an artifact beside it.
    spans
        Where in the text of the spec the findings of each rule belong, by the rule's id; a layout has no text.
    """
    rules = [run.rule for run in report.rules]
    places = {rule.id: place for place, rule in enumerate(rules)}
    artifact = _artifact(layout)
    other = artifact if compared_with is None else _artifact(compared_with)
    looked = [artifact] if other == artifact else [artifact, other]
    run = {
        "tool": {
            "driver": {
                "name": "maskgen",
                "version": version,
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "automationDetails": {"id": f"maskgen/{report.deck}/"},
        "originalUriBaseIds": {ROOT: {"description": {"text": "The folder in which maskgen ran."}}},
        "artifacts": [{"location": location, "roles": ["analysisTarget"]} for location in looked],
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": _notifications(report, places)}],
        "results": [],
        "properties": {"cell": cell, "unit": "um"}
        | ({} if compared_with is None else {"compared_with": compared_with}),
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    found = (_result(violation, places, artifact, (spans or {}).get(violation.rule)) for violation in report.violations)
    return lines.rendered(log, "results", found)


def _artifact(path: str) -> dict[str, str]:
    """Return a path as a location: relative to the root, or absolute where it stands elsewhere."""
    if PurePath(path).is_absolute():
        return {"uri": PurePath(path).as_uri()}
    return {"uri": quote(posixpath.normpath(PurePath(path).as_posix())), "uriBaseId": ROOT}


def _rule(rule: Rule) -> dict[str, Any]:
    """Return what is to be known of a rule: why it is there, and the handbook's entry of its check."""
    entry = explain_name(rule.check) if rule.check in known_checks() else ""
    why = rule.why or entry.partition("\n\n")[2].split("\n", 1)[0] or rule.check
    return {
        "id": rule.id,
        "name": rule.check,
        "shortDescription": {"text": why},
        "help": {"text": "\n\n".join(part for part in (rule.why, entry and f"check {entry}") if part) or why},
        "defaultConfiguration": {"level": rule.severity},
    }


def _result(violation: Violation, places: Mapping[str, int], artifact: dict[str, str], span: Span | None) -> Any:  # noqa: ANN401
    """Return one finding with all of its copies."""
    physical: dict[str, Any] = {"artifactLocation": artifact}
    if span is not None:
        physical["region"] = {
            "startLine": span.line,
            "startColumn": span.column,
            "endColumn": span.column + max(span.length, 1),
        }
    entry = violation_entry(violation)
    waived = {"kind": "external", "status": "accepted", "justification": violation.waived}
    return {
        "ruleId": violation.rule,
        "ruleIndex": places[violation.rule],
        "level": violation.severity,
        "message": {"text": violation.finding.sentence},
        "locations": [{"physicalLocation": physical, "logicalLocations": [{"name": violation.cell, "kind": "module"}]}],
        "partialFingerprints": {"maskgen/v1": violation.fingerprint},
        "occurrenceCount": violation.count,
        "suppressions": [waived] if violation.waived is not None else [],
        "properties": {name: entry[name] for name in _PROPERTIES},
    }


def _notifications(report: Report, places: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return what is no finding, and yet to be known: rules that saw nothing, waivers of nothing."""
    empty = [
        {
            "level": "note",
            "message": {"text": "the layer is empty, there was nothing to check"},
            "associatedRule": {"id": run.rule.id, "index": places[run.rule.id]},
        }
        for run in report.rules
        if run.status == "layer empty"
    ]
    return empty + [{"level": "warning", "message": {"text": sentence}} for sentence in report.stale]
