"""Acceptance: every item of the checklist on one written file, each with its verdict, none passed over."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Literal

from maskgen.drc.deck import Rule
from maskgen.drc.run import Report, RuleRun
from maskgen.drc.violation import Finding, Violation, fingerprint
from maskgen.errors import MaskgenError
from maskgen.geometry.memory import told_if_short
from maskgen.vendors.checklist import CHECKLIST
from maskgen.vendors.file import read_file
from maskgen.vendors.item import Found, Item
from maskgen.vendors.model import Profile
from maskgen.vendors.papers import Papers, papers_beside, read_papers
from maskgen.vendors.shelf import read_profile
from maskgen.vendors.submission import Mild, NotAskedError, NotJudgedError, Submission

State = Literal["passed", "failed", "warned", "not judged", "not asked"]


@dataclass(frozen=True)
class Verdict:
    """What became of one item.

    Parameters
    ----------
    reason
        What it needs to be judged, or why the profile does not ask for it; empty otherwise.
    """

    item: Item
    state: State
    violations: tuple[Violation, ...] = ()
    reason: str = ""
    seconds: float = 0.0

    @property
    def line(self) -> str:
        """Return the verdict as ``V12 number of vertices: passed``."""
        places = sum(violation.count for violation in self.violations)
        told = {"failed": f", {places} places", "warned": f", {places} places"}.get(self.state, "")
        needs = {"not judged": f": needs {self.reason}", "not asked": f": {self.reason}"}.get(self.state, "")
        return f"{self.item.id} {self.item.title}: {self.state}{told}{needs}"


@dataclass(frozen=True, eq=False)
class Acceptance:
    """All verdicts on one file.

    Parameters
    ----------
    cell
        Top cell of the file, in whose coordinates places are told.
    """

    path: Path
    profile: Profile
    cell: str
    verdicts: tuple[Verdict, ...]

    @property
    def is_accepted(self) -> bool:
        """Tell whether nothing failed."""
        return all(verdict.state != "failed" for verdict in self.verdicts)

    @property
    def summary(self) -> str:
        """Return one line: accepted or not, how many items became what, and which could not be judged."""
        names: dict[str, list[str]] = {}
        for verdict in self.verdicts:
            names.setdefault(verdict.state, []).append(verdict.item.id)
        parts = [f"{len(names.get(state, []))} {state}" for state in ("passed", "failed", "warned", "not asked")]
        open_ = f"; not judged: {', '.join(names['not judged'])}" if "not judged" in names else ""
        return f"{'accepted' if self.is_accepted else 'refused'}, {', '.join(parts)}{open_}"

    @property
    def report(self) -> Report:
        """Return the verdicts as findings of rules, as every reporter takes them."""
        runs = []
        for verdict in self.verdicts:
            count = sum(violation.count for violation in verdict.violations)
            runs.append(RuleRun(_rule(verdict.item), _status(verdict), count, 0, verdict.seconds))
        found = tuple(violation for verdict in self.verdicts for violation in verdict.violations)
        return Report(self.profile.profile, tuple(runs), found)


def accept_file(path: Path, profile: str, *, manifest: Path | None = None, settings: Sequence[str] = ()) -> Acceptance:
    """Return whether a vendor takes a file, item by item.

    Parameters
    ----------
    profile
        A shipped profile, or the path of a file.
    manifest
        The manifest of the build; by default the one beside the file or in the folder above it, if there is one.
    settings
        Values that take the place of the profile's, each KEY=VALUE.

    Raises
    ------
    MaskgenError
        If the file, the profile or the manifest cannot be read, or an item cannot be run.
    """
    rules = read_profile(profile, settings=settings)
    papers = read_papers(manifest, path) if manifest is not None else papers_beside(path)
    return accept(path, rules, papers)


def accept(path: Path, profile: Profile, papers: Papers | None = None) -> Acceptance:
    """Return whether a vendor takes a file, with what is known of it.

    Raises
    ------
    MaskgenError
        If it cannot be read, or an item cannot be run.
    """
    submission = Submission(read_file(path), profile, papers)
    verdicts = tuple(_verdict(item, submission) for item in CHECKLIST)
    return Acceptance(path, profile, submission.name, verdicts)


def _verdict(item: Item, submission: Submission) -> Verdict:
    """Return what becomes of one item."""
    weight = submission.profile.severity.get(item.id, item.severity)
    if weight == "off":
        return Verdict(item, "not asked", reason="the profile leaves it out")
    weighed = replace(item, severity=weight)
    started = time.perf_counter()
    found: list[Violation] = []
    state: State | None = None
    reason = ""
    try:
        with told_if_short():
            found.extend(_stamped(entry, weighed, submission.name) for entry in item.judge(submission))
    except NotJudgedError as error:
        state, reason = "not judged", str(error)
    except NotAskedError as error:
        state, reason = "not asked", str(error)
    except MaskgenError as error:
        state, reason = "not judged", f"less data: {error}"
    if found or state is None:
        state = _state(found)
    return Verdict(weighed, state, tuple(found), reason, time.perf_counter() - started)


def _state(found: Sequence[Violation]) -> State:
    if any(violation.severity == "error" for violation in found):
        return "failed"
    return "warned" if found else "passed"


def _stamped(entry: Found, item: Item, cell: str) -> Violation:
    """Return what an item found as a finding of that item."""
    severity = "error" if item.severity == "error" and not isinstance(entry, Mild) else "warning"
    if isinstance(entry, Violation):
        mark = fingerprint(item.id, cell, entry.finding)
        return replace(entry, rule=item.id, check=item.id, severity=severity, fingerprint=mark)
    finding: Finding = entry.finding if isinstance(entry, Mild) else entry
    return Violation(item.id, item.id, severity, finding, cell, (), 1, fingerprint(item.id, cell, finding))


def _rule(item: Item) -> Rule:
    """Return an item as reporters know rules."""
    return Rule(item.id, item.title, "error" if item.severity == "error" else "warning", item.why, SimpleNamespace())


def _status(verdict: Verdict) -> str:
    if verdict.state == "not judged":
        return f"not judged: needs {verdict.reason}"
    return f"not asked: {verdict.reason}" if verdict.state == "not asked" else "run"
