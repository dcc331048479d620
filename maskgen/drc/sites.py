"""A package as the engine sees it: each class of its sites in a scene of its own, and the package as a whole."""

import inspect
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import ModuleType

import numpy as np
import shapely

from maskgen import expressions
from maskgen.drc.coverage import windows
from maskgen.drc.coverage.windows import Part
from maskgen.drc.deck import Deck, Rule, check_module
from maskgen.drc.rules import areas, looks_twice
from maskgen.drc.scene import Scene
from maskgen.drc.violation import Finding, Violation, fingerprint
from maskgen.expressions import Expression
from maskgen.geometry import regions
from maskgen.geometry.arrays import Array, Grid, Lattice
from maskgen.layout import View
from maskgen.package import Package
from maskgen.technology import Process

SITE_CELL = "SITE"
PLATE_CELL = "PLATE"


def subject(deck: Deck, package: Package, process: Process, *, array: Array, views: Sequence[View]) -> "SitesSubject":
    """Return a package as the engine sees it.

    Parameters
    ----------
    array, views
        The classes of sites, right within `margin_of` the deck around each cell.
    """
    return SitesSubject(deck, package, process, array, [Scene(view, deck.derived) for view in views])


def site_scene(views: Sequence[View], array: Array) -> Scene:
    """Return the scene of the largest class of occupied sites, in which a package is judged as a whole."""
    counts = [0 if view.where is None else int(np.count_nonzero(view.where & array.occupied)) for view in views]
    return Scene(views[int(np.argmax(counts))])


@dataclass(frozen=True, eq=False)
class SitesSubject:
    """The package that one deck checks, and the scenes that it is seen in."""

    deck: Deck
    package: Package
    process: Process
    array: Array
    scenes: Sequence[Scene]
    known: dict[str, list[tuple[Scene, list[Finding]]]] = field(default_factory=dict)

    def must_look_again(self) -> bool:
        """Tell whether a rule that looks twice found anything that may be only a part."""
        return any(
            finding.box is not None and scene.view.domain.intersects(shapely.box(*finding.box))
            for rule in self.deck.rules
            if looks_twice(rule)
            for scene, findings in self._checked(check_module(rule.check), rule)
            for finding in findings
        )

    def violations(self, rule: Rule) -> Iterator[Violation]:
        """Yield the violations of one rule, equal findings of different classes as one."""
        module = check_module(rule.check)
        if hasattr(module, "judge"):
            for finding in self._judged(module, rule):
                where = self.array.occupied if finding.box is not None else None
                yield _stamped(rule, finding, where, self.array)
        elif hasattr(module, "survey"):
            for finding, lattices in module.survey(self._cover, rule.params):
                yield _surveyed(rule, finding, lattices)
        else:
            yield from self._gathered(module, rule)

    def _gathered(self, module: ModuleType, rule: Rule) -> Iterator[Violation]:
        """Yield what a check of shapes finds, each finding with all the places where it is found."""
        gathered: dict[tuple[str, str], tuple[Finding, Grid | None]] = {}
        for scene, findings in self._checked(module, rule):
            for finding in findings:
                if scene.owns(finding):
                    _gather(gathered, rule, finding, scene.view.where)
        for finding, where in sorted(gathered.values(), key=lambda entry: _order(entry[0])):
            yield _stamped(rule, finding, where, self.array)

    def status(self, rule: Rule) -> str:
        """Return whether the rule had anything to look at: something on a layer that its first expression reads."""
        wanted = areas(rule)
        if not wanted:
            return "run"
        names = expressions.layers_of(expressions.substitute(wanted[0], self.deck.derived))
        is_drawn = any(
            not scene.view.layers[name].is_empty for scene in self.scenes for name in names if name in scene.view.layers
        )
        return "run" if is_drawn else "layer empty"

    def _cover(self, area: Expression) -> list[Part]:
        """Return what an expression covers on the whole plate: once for all sites of classes that look alike."""
        names = sorted(expressions.layers_of(expressions.substitute(area, self.deck.derived)))
        alike: dict[tuple[bytes, ...], list[Scene]] = {}
        for scene in self.scenes:
            alike.setdefault(scene.view.key(names), []).append(scene)
        found: list[Part] = []
        for first, *others in alike.values():
            piece = regions.areal(first.region(area).intersection(first.view.domain))
            found += windows.copies(piece, self._places([first, *others]))
        return found

    def _places(self, scenes: Sequence[Scene]) -> list[Lattice]:
        """Return where the domains of scenes stand; the rest of the plate stands where it is."""
        grids = [scene.view.where for scene in scenes if scene.view.where is not None]
        if not grids:
            return [Lattice(0.0, 0.0, 1, 1, 0.0, 0.0)]
        return self.array.lattices(np.logical_or.reduce(grids))

    @cached_property
    def _site(self) -> Scene:
        """The scene in which the package is judged as a whole, the same for all rules."""
        return replace(site_scene([scene.view for scene in self.scenes], self.array), derived=self.deck.derived)

    def _judged(self, module: ModuleType, rule: Rule) -> Iterator[Finding]:
        """Yield what a check of the whole package finds."""
        wanted = inspect.signature(module.judge).parameters
        extra = {"scene": self._site} if "scene" in wanted else {}
        yield from module.judge(self.package, self.process, rule.params, **extra)

    def _checked(self, module: ModuleType, rule: Rule) -> list[tuple[Scene, list[Finding]]]:
        """Return what a check of shapes finds in each scene; scenes with the same shapes are looked at once."""
        if rule.id in self.known:
            return self.known[rule.id]
        whole = (expressions.substitute(area, self.deck.derived) for area in areas(rule))
        names = sorted(frozenset[str]().union(*map(expressions.layers_of, whole)))
        keys = [scene.view.key(names) for scene in self.scenes]
        different = dict(zip(reversed(keys), reversed(self.scenes), strict=True))
        with ThreadPoolExecutor() as pool:  # the geometry kernel lets other threads run
            found = pool.map(lambda scene: list(module.check(scene, rule.params)), different.values())
        findings = dict(zip(different, found, strict=True))
        self.known[rule.id] = [(scene, findings[key]) for scene, key in zip(self.scenes, keys, strict=True)]
        return self.known[rule.id]


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


def _surveyed(rule: Rule, finding: Finding, lattices: tuple[Lattice, ...]) -> Violation:
    """Return a finding of the whole plate with its rule."""
    count, mark = sum(lattice.count for lattice in lattices), fingerprint(rule.id, PLATE_CELL, finding)
    copies = lattices if count > 1 else ()
    return Violation(rule.id, rule.check, rule.severity, finding, PLATE_CELL, copies, count, mark)


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
