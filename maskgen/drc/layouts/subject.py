"""A layout as the engine sees it: rules run on the short layout (`contraction`), on the whole one where they must."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from maskgen import expressions
from maskgen.drc.coverage.folds import Shortened
from maskgen.drc.coverage.quadrants import edges_of_polygons
from maskgen.drc.coverage.windows import Part
from maskgen.drc.deck import Deck, Rule, check_module
from maskgen.drc.layouts import contraction, placements
from maskgen.drc.layouts.contraction import Contracted, Cut
from maskgen.drc.layouts.copies import FarReachingError, require_local, require_small, spread
from maskgen.drc.layouts.crowding import require_few_touching, require_sparse
from maskgen.drc.layouts.homes import Homes
from maskgen.drc.layouts.placements import Hierarchy
from maskgen.drc.rules import areas, reach
from maskgen.drc.scene import FlatScene
from maskgen.drc.violation import Finding, Violation, fingerprint
from maskgen.errors import MaskgenError
from maskgen.expressions import Boolean, Expression, Offset, Shape, Snapped
from maskgen.geometry.arrays import Lattice
from maskgen.geometry.memory import told_if_short
from maskgen.geometry.polygons import Polygons, from_geometries
from maskgen.geometry.regions import Box
from maskgen.stream.cells import Cells, LayerKey

_LEAST_MARGIN = 1.0
"""How far [µm] anything is seen at least: rounding reaches beyond its place."""
_UNIT = 1e3
"""Database units in a µm."""
_FARTHEST = 2e9
"""Farthest from the origin that anything may stand [dbu]: beyond it, areas do not fit their integers."""

Standing = tuple[Finding, tuple[Lattice, ...]]
"""A finding at its first place, and where it repeats; nowhere, if it stands alone."""

_LARGEST_SHAPE = 1e7
"""Width [dbu] from which on shapes are not taken to repeat."""


@dataclass(frozen=True, eq=False)
class Short:
    """A short layout as a scene, and how it was made short."""

    scene: FlatScene
    cuts: tuple[tuple[int, Cut], ...]


@dataclass(frozen=True, eq=False)
class LayoutSubject:
    """One top cell of a layout, to be checked by one deck.

    Parameters
    ----------
    has_arrays
        Whether arrays are made short; without, everything is looked at flat.
    keeps_shapes
        Whether scenes keep what is drawn beside what it is merged to; rules look at nothing but the latter.
    """

    path: str
    cells: Cells
    top: int
    deck: Deck
    has_arrays: bool = True
    keeps_shapes: bool = True
    known: dict[float, Short] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """Return the name of the top cell."""
        return self.cells.cells[self.top].name

    def violations(self, rule: Rule) -> Iterator[Violation]:
        """Yield the violations of one rule by place."""
        try:
            with told_if_short():
                is_survey = hasattr(check_module(rule.check), "survey")
                found = self._surveyed(rule) if is_survey else self._found(rule)
        except MaskgenError as error:
            raise MaskgenError(f"{self.path}: {rule.id}: {error}") from None
        found.sort(key=lambda entry: (entry[0].box or (), entry[0].sentence))
        homes = self._homes(rule, [finding for finding, _ in found])
        for (finding, lattices), (cell, box) in zip(found, homes, strict=True):
            mark, count = fingerprint(rule.id, cell, finding, box=box), sum(lattice.count for lattice in lattices)
            copies = lattices if count > 1 else ()
            yield Violation(rule.id, rule.check, rule.severity, finding, cell, copies, count or 1, mark)

    def _homes(self, rule: Rule, found: Sequence[Finding]) -> Iterator[tuple[str, Box | None]]:
        """Yield for each finding the cell that it belongs to, and its box there if that is not the top cell."""
        placed = np.array([number for number, finding in enumerate(found) if finding.box is not None], dtype=np.int64)
        cell, boxes = np.full(len(found), self.top), np.zeros((len(found), 4))
        keys = frozenset(self.deck.layers[name] for name in self._layers(rule))
        if keys and len(placed) and len(self.cells.cells[self.top].references):
            homes = self._known_homes.setdefault(keys, Homes(replace(self.tree, wanted=keys, parts={})))
            cell[placed], boxes[placed] = homes.of(np.array([found[number].box for number in placed]) * _UNIT)
        for number, (left, bottom, right, top) in zip(
            cell.tolist(), (np.round(boxes / _UNIT, 6) + 0.0).tolist(), strict=True
        ):
            yield self.cells.cells[number].name, None if number == self.top else (left, bottom, right, top)

    @cached_property
    def _known_homes(self) -> dict[frozenset[LayerKey], Homes]:
        return {}

    def _layers(self, rule: Rule) -> frozenset[str]:
        """Return the names of the layers that a rule reads."""
        wholes = (expressions.substitute(area, self.deck.derived) for area in areas(rule))
        return frozenset[str]().union(*map(expressions.layers_of, wholes))

    def status(self, rule: Rule) -> str:
        """Return whether the rule had anything to look at: something on a layer that its first expression reads."""
        wanted = areas(rule)
        if not wanted:
            return "run"
        names = expressions.layers_of(expressions.substitute(wanted[0], self.deck.derived))
        return "run" if names & self.drawn else "layer empty"

    @cached_property
    def tree(self) -> Hierarchy:
        """Return the hierarchy with the layers of the deck."""
        found = Hierarchy(self.cells, self.top, frozenset(self.deck.layers.values()))
        far = float(abs(found.boxes[self.top]).max()) if self.top in found.boxes else 0.0
        if not far <= _FARTHEST:
            raise MaskgenError(f"something stands {far / _UNIT:.10g} um from the origin, at most 2 m can be looked at")
        return found

    @cached_property
    def drawn(self) -> frozenset[str]:
        """Return the layers of the deck on which the layout has shapes."""
        keys = {key for number in self.tree.order for key in self.tree.drawn(self.cells.cells[number])}
        return frozenset(name for name, key in self.deck.layers.items() if key in keys)

    def _found(self, rule: Rule) -> list[Standing]:
        """Return what a rule finds: in the short layout if that tells all of the whole one."""
        short = self.short(self._margin(rule))
        if short.cuts and self._is_local(rule, short.cuts):
            try:
                found = spread(self._checked(rule, short.scene, short.cuts), short.cuts)
                return [(placed.finding, placed.lattices()) for placed in found]
            except FarReachingError:
                pass
        return [(finding, ()) for finding in self._checked(rule, self.flat(rule), ())]

    def _surveyed(self, rule: Rule) -> list[Standing]:
        """Return what a check of the whole plate finds, from the short layout if that tells all of the whole one."""
        short = self.short(self._margin(rule))
        try:
            for part in self._shapes(rule) if short.cuts else []:
                require_small(short.scene.merged(part.of).boxes, short.cuts)
        except FarReachingError:
            short = Short(self.flat(rule), ())
        if not short.cuts:
            short = Short(self.flat(rule), ())
        return list(check_module(rule.check).survey(lambda area: _cover(short, area), rule.params))

    def _checked(self, rule: Rule, scene: FlatScene, cuts: Sequence[tuple[int, Cut]]) -> list[Finding]:
        module = check_module(rule.check)
        if cuts and getattr(module, "WHOLE", False) and rule.check != "grid":
            for area in areas(rule):
                require_local(scene.merged(area).boxes, cuts)
        for part in self._shapes(rule) if cuts else []:
            require_small(scene.merged(part.of).boxes, cuts)
        limit = getattr(rule.params, "reach", 0.0)
        for area in areas(rule) if limit > 0 else []:
            require_sparse(scene.merged(area), getattr(rule.params, "min", limit) * _UNIT)
        return list(module.check(scene, rule.params))

    def _is_local(self, rule: Rule, cuts: Sequence[tuple[int, Cut]]) -> bool:
        """Tell whether what a rule finds in one period of an array it finds in all of them."""
        grid = round(getattr(rule.params, "grid", 0.0) * _UNIT)
        return not grid or all(cut.period % grid == 0 for _, cut in cuts)

    def _margin(self, rule: Rule) -> float:
        """Return how far a rule sees [dbu], rounded up to a power of two so that rules share short layouts."""
        seen = max(_LEAST_MARGIN, reach(rule, self.deck)) * _UNIT
        wholes = [expressions.layers_of(part.of) for part in self._shapes(rule)]
        if wholes:
            keys = {self.deck.layers[name] for names in wholes for name in names}
            seen += self.tree.largest(frozenset(keys), _LARGEST_SHAPE)
        return float(2 ** math.ceil(math.log2(seen)))

    def _shapes(self, rule: Rule) -> list[Shape]:
        """Return the hulls and holes that a rule reads."""
        wholes = (expressions.substitute(area, self.deck.derived) for area in areas(rule))
        return [part for whole in wholes for part in _shapes_of(whole)]

    def short(self, margin: float) -> Short:
        """Return the layout made short for rules that see so far [dbu]."""
        if margin not in self.known:
            made = self._contracted(margin)
            # Where nothing was taken out, one scene does for all margins.
            same = next((short for short in self.known.values() if not short.cuts and not made.cuts), None)
            self.known[margin] = same or Short(self._scene(placements.flattened(made.items)), made.cuts)
        return self.known[margin]

    def _contracted(self, margin: float) -> Contracted:
        """Return the layout made short, arrays within arrays one after the other."""
        if not self.tree.order:
            return Contracted([])
        if not self.has_arrays:
            return Contracted(placements.written_out(self.tree))
        found = Contracted(placements.opened(self.tree, placements.begin(self.tree)))
        cuts: tuple[tuple[int, Cut], ...] = ()
        while True:
            found = contraction.contracted(found.items, margin)
            cuts = (*found.cuts, *cuts)
            if all(item.closed is None for item in found.items):
                return Contracted(found.items, cuts)
            found = Contracted(placements.opened(self.tree, found.items, forced=True))

    def flat(self, rule: Rule) -> FlatScene:
        """Return the whole layout as a scene, the layers that a rule reads."""
        plain = next((short.scene for short in self.known.values() if not short.cuts), None)
        if plain is not None:
            return plain
        names = self._layers(rule)
        for name in names - self._flat.keys():
            tree = replace(self.tree, wanted=frozenset({self.deck.layers[name]}), parts={})
            self._flat.update({name: self._scene(self._written_out(tree)).shapes[name]})
        # Regions are let go of with the rule: they take many times as much memory as what is merged.
        return FlatScene(self._flat, self.deck.derived, merged_memo=self._merged, keeps_shapes=self.keeps_shapes)

    @cached_property
    def _flat(self) -> dict[str, Polygons]:
        return {}

    @cached_property
    def _merged(self) -> dict[Expression, Polygons]:
        return {}

    def _written_out(self, tree: Hierarchy) -> dict[tuple[int, int], Polygons]:
        return placements.flattened(placements.written_out(tree)) if tree.order else {}

    def _scene(self, shapes: dict[tuple[int, int], Polygons]) -> FlatScene:
        for part in shapes.values():
            require_few_touching(part)
        none = from_geometries([])
        drawn = {name: shapes.get(key, none) for name, key in self.deck.layers.items()}
        return FlatScene(drawn, self.deck.derived, keeps_shapes=self.keeps_shapes)


def _cover(short: Short, area: Expression) -> list[Part]:
    """Return what an expression covers in the whole layout."""
    edges = edges_of_polygons(short.scene.merged(area))
    columns, rows = (Shortened([cut for at, cut in short.cuts if at == axis]) for axis in (0, 1))
    return [Part(edges, columns, rows)] if len(edges.begin) else []


def _shapes_of(expression: Expression) -> Iterator[Shape]:
    """Yield the hulls and holes in an expression, which look at whole shapes."""
    match expression:
        case Shape(_, of):
            yield expression
            yield from _shapes_of(of)
        case Boolean(_, left, right):
            yield from (*_shapes_of(left), *_shapes_of(right))
        case Offset(of, _) | Snapped(of, _):
            yield from _shapes_of(of)
