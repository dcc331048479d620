"""Findings as lines of text: one per finding, place first, then a summary."""

from collections.abc import Iterator

from maskgen.drc.run import Report
from maskgen.drc.violation import Violation, counts


def render(report: Report, *, verbose: bool = False, about: str = "") -> str:
    """Return the report as text; waived findings only where more is asked for.

    Parameters
    ----------
    about
        What stands on the first line, if anything does.
    """
    lines = [*_findings(report, verbose=verbose), *(f"warning: {sentence}" for sentence in report.stale)]
    lines[:0] = [about] if about else []
    return "\n".join([*lines, summary(report)]) + "\n"


def summary(report: Report) -> str:
    """Return one line: rules, errors, warnings, waived.

    Copies on other sites count: a finding on a million sites is a million places to look at.
    """
    found = counts(report.violations)
    empty = sum(run.status == "layer empty" for run in report.rules)
    looked = f"{len(report.rules)} rules" + (f", {empty} of them on empty layers" if empty else "")
    parts = [
        f"{found[kind]} {word}" for kind, word in (("error", "errors"), ("warning", "warnings"), ("waived", "waived"))
    ]
    return f"{looked}: {', '.join(parts)}"


def _findings(report: Report, *, verbose: bool) -> Iterator[str]:
    for violation in report.violations:
        if violation.waived is None or verbose:
            yield line(violation)


def line(violation: Violation) -> str:
    """Return one finding as ``(x, y) um: RULE: severity: sentence (n places)``."""
    finding = violation.finding
    place = f"({finding.box[0]:.3f}, {finding.box[1]:.3f}) um: " if finding.box else ""
    copies = f" ({violation.count} places)" if violation.count > 1 else ""
    waived = f" [waived: {violation.waived}]" if violation.waived else ""
    return f"{place}{violation.rule}: {violation.severity}: {finding.sentence}{copies}{waived}"
