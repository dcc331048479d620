"""The engine: every rule of a deck on a subject, findings counted, timed and waived, every rule accounted for.

What is checked, a package or a layout from elsewhere, is a `Subject`: `sites` and `layouts.subject` make them.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from maskgen.drc.deck import Deck, Rule
from maskgen.drc.violation import Violation, counts
from maskgen.drc.waivers import Waiver, stale_sentence, waived

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class RuleRun:
    """What became of one rule: it is in every report, whatever it found."""

    rule: Rule
    status: str
    violations: int
    waived: int
    seconds: float


@dataclass(frozen=True)
class Report:
    """All rules and all violations of one run, in a fixed order.

    Parameters
    ----------
    stale
        Waivers that nothing matched, as sentences.
    """

    deck: str
    rules: tuple[RuleRun, ...]
    violations: tuple[Violation, ...]
    stale: tuple[str, ...] = ()


class Subject(Protocol):
    """What rules are run on."""

    def violations(self, rule: Rule) -> Iterator[Violation]:
        """Yield the violations of one rule in a fixed order."""

    def status(self, rule: Rule) -> str:
        """Return ``run``, or ``layer empty`` where a rule had nothing to look at."""


def run(deck: Deck, subject: Subject, *, waivers: Sequence[Waiver] = ()) -> Report:
    """Return what a deck finds in a subject."""
    runs, found = [], list[Violation]()
    for number, rule in enumerate(deck.rules, start=1):
        _LOG.info("checking %s, rule %d of %d", rule.id, number, len(deck.rules))
        started = time.perf_counter()
        violations = list(subject.violations(rule))
        found += violations
        count = sum(violation.count for violation in violations)
        runs.append(RuleRun(rule, subject.status(rule), count, 0, time.perf_counter() - started))
    return _waived(Report(deck.name, tuple(runs), tuple(found)), waivers)


def is_failed(report: Report, fail_on: str) -> bool:
    """Tell whether a run ends with exit status 1: an error that nobody waived, or a warning where those count too."""
    found = counts(report.violations)
    return bool(found["error"] or (fail_on == "warning" and (found["warning"] or report.stale)))


def _waived(report: Report, waivers: Sequence[Waiver]) -> Report:
    """Return a report in which what somebody answers for is waived, and waivers that match nothing are named."""
    if not waivers:
        return report
    parts, used = [], set[int]()
    for violation in report.violations:
        for part, match in waived(violation, waivers):
            parts.append(part)
            used |= {match} if match is not None else set()
    stale = [stale_sentence(waiver) for number, waiver in enumerate(waivers) if number not in used]
    runs = [
        replace(run, waived=sum(v.count for v in parts if v.rule == run.rule.id and v.waived is not None))
        for run in report.rules
    ]
    return Report(report.deck, tuple(runs), tuple(parts), tuple(stale))
