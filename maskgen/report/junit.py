"""Findings as a JUnit report: a test case per rule, as CI servers list them."""

from collections.abc import Sequence

from maskgen.drc.run import Report, RuleRun
from maskgen.drc.violation import Violation
from maskgen.report import text
from maskgen.report.markup import escaped


def render(
    report: Report, *, version: str, layout: str, cell: str, compared_with: str | None = None, timed: bool = True
) -> str:
    """Return the report as XML.

    A rule with an error that nobody waived fails, one whose layer is empty is skipped; warnings and waived findings
    are said in the output of their case.

    Parameters
    ----------
    compared_with
        Path of the other layout of a comparison.
    timed
        Whether each rule's seconds are said.
    """
    found: dict[str, list[Violation]] = {run.rule.id: [] for run in report.rules}
    for violation in report.violations:
        found[violation.rule].append(violation)
    cases = "".join(_case(run, found[run.rule.id], report.deck, timed=timed) for run in report.rules)
    failures = sum(bool(_errors(violations)) for violations in found.values())
    skipped = sum(_is_skipped(run, found[run.rule.id]) for run in report.rules)
    totals = f'tests="{len(report.rules)}" failures="{failures}" errors="0"'
    seconds = sum(run.seconds for run in report.rules) if timed else 0.0
    named = {"maskgen": version, "layout": layout, "compared_with": compared_with, "cell": cell, "deck": report.deck}
    properties = "".join(
        f'   <property name="{escaped(name)}" value="{escaped(value)}"/>\n'
        for name, value in named.items()
        if value is not None
    )
    said = "".join(f"warning: {sentence}\n" for sentence in report.stale)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<testsuites name="maskgen" {totals} time="{seconds:.4f}">\n'
        f' <testsuite name="{escaped(report.deck)}" {totals} skipped="{skipped}" time="{seconds:.4f}">\n'
        f"  <properties>\n{properties}  </properties>\n{cases}{_output(said, '  ')} </testsuite>\n</testsuites>\n"
    )


def _case(run: RuleRun, violations: Sequence[Violation], deck: str, *, timed: bool) -> str:
    """Return the test case of one rule."""
    errors = _errors(violations)
    seconds = run.seconds if timed else 0.0
    inside = ""
    if errors:
        places = sum(violation.count for violation in errors)
        said = f"{errors[0].finding.sentence}; {places} {'places' if places > 1 else 'place'} in all"
        inside = f'   <failure type="error" message="{escaped(said)}">{escaped(_lines(errors))}</failure>\n'
    elif _is_skipped(run, violations):
        inside = '   <skipped message="layer empty"/>\n'
    rest = [violation for violation in violations if not _is_error(violation)]
    return (
        f'  <testcase classname="{escaped(deck)}" name="{escaped(run.rule.id)}"'
        f' time="{seconds:.4f}">\n{inside}{_output(_lines(rest), "   ")}  </testcase>\n'
    )


def _errors(violations: Sequence[Violation]) -> list[Violation]:
    """Return the findings that fail a rule."""
    return [violation for violation in violations if _is_error(violation)]


def _is_error(violation: Violation) -> bool:
    """Tell whether a finding fails its rule."""
    return violation.severity == "error" and violation.waived is None


def _is_skipped(run: RuleRun, violations: Sequence[Violation]) -> bool:
    """Tell whether a rule had nothing to look at; one that found something all the same is not skipped."""
    return run.status == "layer empty" and not violations


def _lines(violations: Sequence[Violation]) -> str:
    return "".join(f"{text.line(violation)}\n" for violation in violations)


def _output(said: str, indent: str) -> str:
    """Return what a case or a suite says, nothing if it says nothing."""
    return f"{indent}<system-out>{escaped(said)}</system-out>\n" if said else ""
