"""Rules seen failing: what to change in a template, and which finding comes of it."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from maskgen.pipeline import make, prepare
from maskgen.technology.shelf import SHELF

TEMPLATES = Path(__file__).parents[1] / "templates"


@dataclass(frozen=True)
class Case:
    """How to break one rule.

    Parameters
    ----------
    settings
        Changes of the spec, as ``--set`` takes them.
    sentence, places
        First finding of the rule, and how many there are on the plate of two sites; None where any will do.
    also
        Other rules that the same mistake breaks.
    changes
        Texts of the technology file replaced by others, for what no spec can break.
    """

    rule: str
    settings: tuple[str, ...]
    sentence: str
    places: int | None = None
    also: frozenset[str] = frozenset()
    changes: tuple[tuple[str, str], ...] = ()


def params(cases):
    """Return the cases as parameters of a test, each called after its rule."""
    return [pytest.param(case, id=f"{case.rule}-{number}") for number, case in enumerate(cases)]


def report_of(template, *settings, folder=TEMPLATES):
    """Return the report of a template with some changes."""
    return make(prepare(folder / f"{template}.yaml", settings)).report


def own_technology(folder, template, technology, changes):
    """Copy a template and its technology into a folder, and change the technology."""
    text = (SHELF / f"{technology}.yaml").read_text()
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (folder / "mine.yaml").write_text(text)
    (folder / f"{template}.yaml").write_text((TEMPLATES / f"{template}.yaml").read_text())
    return folder


def assert_passes(report):
    """Assert that every rule of a report ran and found nothing."""
    assert [(violation.rule, violation.finding.sentence) for violation in report.violations] == []
    assert {run.rule.id: run.status for run in report.rules if run.status != "run"} == {}


def assert_breaks(case, report):
    """Assert that a case breaks its rule, and no other than those it names."""
    found = [violation for violation in report.violations if violation.rule == case.rule]
    assert {violation.rule for violation in report.violations} == {case.rule} | case.also
    assert found[0].finding.sentence == case.sentence
    assert case.places is None or sum(violation.count for violation in found) == case.places
