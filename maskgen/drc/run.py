"""The engine: every rule of a deck on every class of sites, findings stamped, merged, counted and waived."""

import inspect
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from types import ModuleType

import numpy as np

from maskgen import expressions
from maskgen.drc.deck import Deck, Rule, known_checks
from maskgen.drc.scene import Scene
from maskgen.drc.violation import Finding, Violation, fingerprint
from maskgen.expressions import Boolean, Expression, Layer, Offset, Shape, Snapped
from maskgen.geometry.arrays import Array, Grid, Lattice
from maskgen.layout import View
from maskgen.package import Package
from maskgen.spec.package import Waiver
from maskgen.technology import Process

SITE_CELL = "SITE"
PLATE_CELL = "PLATE"


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


def margin_of(deck: Deck) -> float:
    """Return how far [µm] beyond a site's cell the rules of a deck look."""
    return max((_reach(rule, deck) for rule in deck.rules), default=0.0)


def _reach(rule: Rule, deck: Deck) -> float:
    layers = (expressions.substitute(entry, deck.derived) for entry in _areas(rule))
    return float(getattr(rule.params, "reach", 0.0)) + max(map(expressions.reach, layers), default=0.0)


def _areas(rule: Rule) -> list[Expression]:
    """Return the expressions among a rule's parameters."""
    values = (getattr(rule.params, name) for name in type(rule.params).model_fields)
    return [value for value in values if isinstance(value, Layer | Boolean | Offset | Shape | Snapped)]


def run(
    deck: Deck,
    package: Package,
    process: Process,
    *,
    array: Array,
    views: Sequence[View],
    waivers: Sequence[Waiver] = (),
) -> Report:
    """Return what a deck finds.

    Parameters
    ----------
    array, views
        The classes of sites, right within `margin_of` the deck around each cell.
    """
    engine = _Engine(deck, package, process, array, [Scene(view, deck.derived) for view in views])
    runs, found = [], list[Violation]()
    for rule in deck.rules:
        started = time.perf_counter()
        violations = list(engine.violations(rule))
        found += violations
        count = sum(violation.count for violation in violations)
        runs.append(RuleRun(rule, engine.status(rule), count, 0, time.perf_counter() - started))
    return _waived(Report(deck.name, tuple(runs), tuple(found)), waivers)


def site_scene(views: Sequence[View], array: Array) -> Scene:
    """Return the scene of the largest class of occupied sites, in which a package is judged as a whole."""
    counts = [0 if view.where is None else int(np.count_nonzero(view.where & array.occupied)) for view in views]
    return Scene(views[int(np.argmax(counts))])


@dataclass(frozen=True, eq=False)
class _Engine:
    """One run: what is checked, and the scenes that it is seen in."""

    deck: Deck
    package: Package
    process: Process
    array: Array
    scenes: Sequence[Scene]

    def violations(self, rule: Rule) -> Iterator[Violation]:
        """Yield the violations of one rule, equal findings of different classes as one."""
        module = known_checks()[rule.check]
        if hasattr(module, "judge"):
            for finding in self._judged(module, rule):
                where = self.array.occupied if finding.box is not None else None
                yield _stamped(rule, finding, where, self.array)
            return
        gathered: dict[tuple[str, str], tuple[Finding, Grid | None]] = {}
        for scene, findings in self._checked(module, rule):
            for finding in findings:
                if finding.box is None or scene.owns(finding.box):
                    _gather(gathered, rule, finding, scene.view.where)
        for finding, where in sorted(gathered.values(), key=lambda entry: _order(entry[0])):
            yield _stamped(rule, finding, where, self.array)

    def status(self, rule: Rule) -> str:
        """Return whether the rule had anything to look at: something on a layer that its first expression reads."""
        areas = _areas(rule)
        if not areas:
            return "run"
        names = expressions.layers_of(expressions.substitute(areas[0], self.deck.derived))
        is_drawn = any(
            not scene.view.layers[name].is_empty for scene in self.scenes for name in names if name in scene.view.layers
        )
        return "run" if is_drawn else "layer empty"

    def _judged(self, module: ModuleType, rule: Rule) -> Iterator[Finding]:
        """Yield what a check of the whole package finds."""
        wanted = inspect.signature(module.judge).parameters
        extra = {"scene": site_scene([scene.view for scene in self.scenes], self.array)} if "scene" in wanted else {}
        yield from module.judge(self.package, self.process, rule.params, **extra)

    def _checked(self, module: ModuleType, rule: Rule) -> Iterator[tuple[Scene, list[Finding]]]:
        """Yield what a check of shapes finds in each scene; scenes with the same shapes are looked at once."""
        whole = (expressions.substitute(area, self.deck.derived) for area in _areas(rule))
        names = sorted(frozenset[str]().union(*map(expressions.layers_of, whole)))
        keys = [scene.view.key(names) for scene in self.scenes]
        different = dict(zip(reversed(keys), reversed(self.scenes), strict=True))
        with ThreadPoolExecutor() as pool:  # the geometry kernel lets other threads run
            found = pool.map(lambda scene: list(module.check(scene, rule.params)), different.values())
        findings = dict(zip(different, found, strict=True))
        for scene, key in zip(self.scenes, keys, strict=True):
            yield scene, findings[key]


def _gather(
    gathered: dict[tuple[str, str], tuple[Finding, Grid | None]], rule: Rule, finding: Finding, where: Grid | None
) -> None:
    """Add a finding, together with the places where the same was found before."""
    cell = PLATE_CELL if where is None else SITE_CELL
    key = (cell, fingerprint(rule.id, cell, finding))
    if key in gathered and where is not None:
        before = gathered[key][1]
        where = where if before is None else before | where
    gathered[key] = finding, where


def _order(finding: Finding) -> tuple[float, ...]:
    return finding.box or ()


def _stamped(rule: Rule, finding: Finding, where: Grid | None, array: Array) -> Violation:
    """Return a finding with its rule, moved to its first copy, and with the lattices of all copies."""
    cell = SITE_CELL if where is not None else PLATE_CELL
    mark = fingerprint(rule.id, cell, finding)
    if where is None or finding.box is None:
        return Violation(rule.id, rule.check, rule.severity, finding, cell, (), 1, mark)
    lattices = array.lattices(where)
    first = lattices[0]
    moved = _moved(finding, first.x, first.y)
    left, bottom = moved.box[:2] if moved.box else (0.0, 0.0)
    placed = tuple(
        Lattice(round(left + a.x - first.x, 6), round(bottom + a.y - first.y, 6), a.columns, a.rows, a.dx, a.dy)
        for a in lattices
    )
    count = sum(lattice.count for lattice in lattices)
    return Violation(rule.id, rule.check, rule.severity, moved, cell, placed, count, mark)


def _moved(finding: Finding, x: float, y: float) -> Finding:
    """Return a finding at another place."""
    if finding.box is None:
        return finding
    left, bottom, right, top = finding.box
    edges = tuple(((a[0] + x, a[1] + y), (b[0] + x, b[1] + y)) for a, b in finding.edges)
    return replace(finding, box=(left + x, bottom + y, right + x, top + y), edges=edges)


def _waived(report: Report, waivers: Sequence[Waiver]) -> Report:
    """Return a report in which what somebody answers for is waived, and waivers that match nothing are named."""
    violations, used = [], set[int]()
    for violation in report.violations:
        match = next((n for n, waiver in enumerate(waivers) if _matches(waiver, violation)), None)
        if match is None:
            violations.append(violation)
        else:
            used.add(match)
            violations.append(violation.accepted(waivers[match].reason, waivers[match].who))
    stale = [f"waiver of {w.rule} by {w.who} matches nothing" for n, w in enumerate(waivers) if n not in used]
    runs = [
        replace(run, waived=sum(v.count for v in violations if v.rule == run.rule.id and v.waived is not None))
        for run in report.rules
    ]
    return Report(report.deck, tuple(runs), tuple(violations), tuple(stale))


def _matches(waiver: Waiver, violation: Violation) -> bool:
    """Tell whether a waiver is for a violation: same rule, and its place or its fingerprint if one is given."""
    if waiver.rule != violation.rule:
        return False
    if waiver.box is None or violation.finding.box is None:
        return waiver.box is None
    left, bottom, right, top = violation.finding.box
    return waiver.box[0] <= left and waiver.box[1] <= bottom and right <= waiver.box[2] and top <= waiver.box[3]
