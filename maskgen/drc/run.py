"""The engine: every rule of a deck on every class of sites, findings stamped, merged, counted and waived."""

import inspect
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from maskgen import expressions
from maskgen.drc.deck import Deck, Rule, known_checks
from maskgen.drc.scene import Scene
from maskgen.drc.violation import Finding, Violation, fingerprint
from maskgen.expressions import Boolean, Expression, Layer, Offset, Shape, Snapped
from maskgen.geometry import regions
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
    scenes = [Scene(_with_derived(view, deck)) for view in views]
    site = site_scene([scene.view for scene in scenes], array)
    runs, found = [], list[Violation]()
    for rule in deck.rules:
        started = time.perf_counter()
        violations = list(_of_rule(rule, package, process, scenes, site, array))
        found += violations
        count = sum(violation.count for violation in violations)
        runs.append(RuleRun(rule, _status(rule, scenes), count, 0, time.perf_counter() - started))
    return _waived(Report(deck.name, tuple(runs), tuple(found)), waivers)


def _with_derived(view: View, deck: Deck) -> View:
    """Return a view that also holds the deck's own layers."""
    layers = dict(view.layers)
    memo: dict[Expression, regions.Region] = {}
    whole = {name: expressions.substitute(entry, deck.derived) for name, entry in deck.derived.items()}
    return replace(view, layers=layers | {name: expressions.evaluate(e, layers, memo) for name, e in whole.items()})


def site_scene(views: Sequence[View], array: Array) -> Scene:
    """Return the scene of the largest class of occupied sites, in which a package is judged as a whole."""
    counts = [0 if view.where is None else int(np.count_nonzero(view.where & array.occupied)) for view in views]
    return Scene(views[int(np.argmax(counts))])


def _of_rule(
    rule: Rule, package: Package, process: Process, scenes: Sequence[Scene], site: Scene, array: Array
) -> Iterator[Violation]:
    """Yield the violations of one rule, equal findings of different classes as one."""
    module = known_checks()[rule.check]
    if hasattr(module, "judge"):
        wanted = inspect.signature(module.judge).parameters
        extra = {"scene": site} if "scene" in wanted else {}
        for finding in module.judge(package, process, rule.params, **extra):
            where = array.occupied if finding.box is not None else None
            yield _stamped(rule, finding, where, array)
        return
    gathered: dict[tuple[str, str], tuple[Finding, Grid | None]] = {}
    with ThreadPoolExecutor() as pool:  # the geometry kernel lets other threads run; the order stays
        found = pool.map(lambda scene: list(module.check(scene, rule.params)), scenes)
    for scene, findings in zip(scenes, found, strict=True):
        for finding in findings:
            if finding.box is None or scene.owns(finding.box):
                _gather(gathered, rule, finding, scene.view.where)
    for finding, where in sorted(gathered.values(), key=lambda entry: _order(entry[0])):
        yield _stamped(rule, finding, where, array)


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


def _status(rule: Rule, scenes: Iterable[Scene]) -> str:
    """Return whether the rule had anything to look at."""
    areas = _areas(rule)
    if areas and all(scene.region(areas[0]).is_empty for scene in scenes):
        return "layer empty"
    return "run"


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
