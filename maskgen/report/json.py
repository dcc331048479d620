"""Findings as JSON, for CI and for other programs (`docs/formats.md`)."""

from typing import Any

from maskgen.drc.run import Report, RuleRun
from maskgen.drc.violation import Violation
from maskgen.report import lines

DIGITS = 6
"""Decimals of coordinates [µm]: well below a database unit."""


def render(
    report: Report, *, version: str, layout: str, cell: str, compared_with: str | None = None, timed: bool = True
) -> str:
    """Return the report as JSON text.

    Parameters
    ----------
    compared_with
        Path of the other layout of a comparison; the field is in reports of comparisons alone.
    timed
        Whether each rule's seconds are said; a build leaves them out, so that equal specs give equal bytes.
    """
    data = {
        "maskgen": version,
        "layout": layout,
        **({} if compared_with is None else {"compared_with": compared_with}),
        "cell": cell,
        "deck": report.deck,
        "unit": "um",
        "rules": [_rule(run, timed=timed) for run in report.rules],
        "violations": [],
        "stale_waivers": list(report.stale),
    }
    return lines.rendered(data, "violations", map(violation_entry, report.violations))


def _rule(run: RuleRun, *, timed: bool) -> dict[str, Any]:
    rule = run.rule
    entry: dict[str, Any] = {
        "id": rule.id,
        "check": rule.check,
        "severity": rule.severity,
        "status": run.status,
        "violations": run.violations,
        "waived": run.waived,
        "why": rule.why,
    }
    return entry | ({"seconds": round(run.seconds, 4)} if timed else {})


def violation_entry(violation: Violation) -> dict[str, Any]:
    """Return one finding as plain data."""
    finding = violation.finding
    return {
        "rule": violation.rule,
        "severity": violation.severity,
        "message": finding.sentence,
        "measured": _rounded(finding.measured),
        "limit": _rounded(finding.limit),
        "bbox": [round(value, DIGITS) + 0.0 for value in finding.box] if finding.box else None,
        "edges": [
            [[round(x, DIGITS) + 0.0, round(y, DIGITS) + 0.0], [round(u, DIGITS) + 0.0, round(v, DIGITS) + 0.0]]
            for (x, y), (u, v) in finding.edges
        ],
        "fingerprint": violation.fingerprint,
        "cell": violation.cell,
        "lattices": [
            {"x": a.x, "y": a.y, "columns": a.columns, "rows": a.rows, "dx": a.dx, "dy": a.dy}
            for a in violation.lattices
        ],
        "count": violation.count,
        "waived": violation.waived,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS) + 0.0
