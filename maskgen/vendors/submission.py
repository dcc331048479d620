"""Submission: one file, the profile it is judged by, and what is known of it; what items share is worked out once."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from maskgen import expressions
from maskgen.drc.deck import Deck, Rule
from maskgen.drc.layouts.copies import FarReachingError, Placed, require_local, spread
from maskgen.drc.layouts.placements import Hierarchy
from maskgen.drc.layouts.subject import LayoutSubject
from maskgen.drc.scene import FlatScene
from maskgen.drc.violation import Finding, Violation
from maskgen.geometry import regions
from maskgen.geometry.polygons import Polygons
from maskgen.geometry.regions import Box, Region
from maskgen.stream.cells import Cells, Rings
from maskgen.vendors.file import MaskFile
from maskgen.vendors.model import Profile, Tone
from maskgen.vendors.papers import Papers
from maskgen.vendors.rules import LAYER

Points = NDArray[np.float64]
_UNIT = 1e3
"""Database units in a µm."""
_MOST_IN_WINDOW = 200_000
"""Outlines that are looked at around one place."""


_MADE_THROUGH = ("stencil", "sheet")
"""Kinds in which every shape becomes a hole."""


class NotJudgedError(Exception):
    """An item cannot be judged: what it needs."""


class NotAskedError(Exception):
    """A profile does not ask for an item: why."""


@dataclass(frozen=True)
class Mild:
    """A finding that is a warning, whatever the item's weight."""

    finding: Finding


@dataclass(frozen=True, eq=False)
class Outline:
    """One outline of a cell, without its closing point [nm]."""

    cell: str
    number: int
    points: Points


@dataclass(frozen=True, eq=False)
class Submission:
    """What the items of the checklist look at.

    Parameters
    ----------
    papers
        What the build says of the mask; None for a bare file.
    """

    file: MaskFile
    profile: Profile
    papers: Papers | None = None

    @property
    def cells(self) -> Cells:
        """Return the cells of the file."""
        return self.file.cells

    @cached_property
    def tops(self) -> list[int]:
        """Return the cells that nothing places and that draw or place something; of a drawing, the drawing itself."""
        return [0] if self.file.format == "dxf" else self.cells.tops()

    @property
    def name(self) -> str:
        """Return the name of the first top cell."""
        return self.cells.cells[self.tops[0]].name if self.tops else ""

    @cached_property
    def keys(self) -> list[tuple[int, int]]:
        """Return the layers that have shapes."""
        return sorted({key for cell in self.cells.cells for key, rings in cell.shapes.items() if len(rings)})

    @cached_property
    def key(self) -> tuple[int, int]:
        """Return the layer that is judged: the one that the manifest names, else the first."""
        mask = self.papers.mask if self.papers else None
        meant = (int(mask["layer"]), int(mask["datatype"])) if mask else None
        if meant in self.keys:
            return meant
        return self.keys[0] if self.keys else (0, 0)

    @property
    def mask(self) -> dict[str, object]:
        """Return what the manifest says of the mask.

        Raises
        ------
        NotJudgedError
            For a bare file.
        """
        if self.papers is None:
            raise NotJudgedError("manifest.json")
        if self.papers.mask is None:
            raise NotJudgedError("a manifest.json that names this file")
        return dict(self.papers.mask)

    @property
    def tone(self) -> Tone:
        """Return what polygons are on the plate: as the manifest says, else as the profile takes them."""
        mask = self.papers.mask if self.papers else None
        if mask is not None and mask.get("digitized") in ("clear", "dark"):
            return "clear" if mask["digitized"] == "clear" else "dark"
        return self.profile.shapes.digitized.tone

    @property
    def top(self) -> int:
        """Return the top cell.

        Raises
        ------
        NotJudgedError
            If there is none, or no shape.
        """
        if not self.tops or not self.keys:
            raise NotJudgedError("a file with shapes")
        return self.tops[0]

    @cached_property
    def subject(self) -> LayoutSubject:
        """Return the layout as the rule engine sees it."""
        return LayoutSubject(self.file.path.name, self.cells, self.top, Deck("", (), {}, {LAYER: self.key}))

    @cached_property
    def tree(self) -> Hierarchy:
        """Return the hierarchy below the top cell, the judged layer alone."""
        return Hierarchy(self.cells, self.top, frozenset({self.key}))

    @cached_property
    def box(self) -> Box:
        """Return the box around the data [µm]."""
        if self.top not in self.tree.boxes:
            raise NotJudgedError("a file with shapes")
        left, bottom, right, top = (self.tree.boxes[self.top] / _UNIT).tolist()
        return round(left, 6), round(bottom, 6), round(right, 6), round(top, 6)

    def violations(self, rules: Iterable[Rule]) -> Iterator[Violation]:
        """Yield what rules of the engine find."""
        for rule in rules:
            yield from self.subject.violations(rule)

    def functional(self, found: Iterable[Violation]) -> Iterator[Violation | Mild]:
        """Yield findings on what a foil or sheet is made for; those on its marks and titles as one warning.

        Marks and titles stand outside of all sites; they are engraved, or left to the shop.
        """
        sites = self.papers.sites if self.papers else None
        outside: list[Violation] = []
        for one in found:
            if self.profile.kind in _MADE_THROUGH and sites is not None and _is_outside(one.finding.box, sites):
                outside.append(one)
            else:
                yield one
        if outside:
            finding = outside[0].finding
            places = sum(one.count for one in outside)
            sentence = f"{places} places of marks and title, outside all sites: have them engraved ({finding.sentence})"
            yield Mild(replace(finding, sentence=sentence))

    def seen(self, look: Callable[[FlatScene], list[Finding]], *, margin: float, whole: bool = False) -> list[Placed]:
        """Return what a look at merged shapes finds, with all places; arrays are looked at once.

        Parameters
        ----------
        margin
            How far it looks around a shape [µm].
        whole
            Whether what it finds of a shape depends on all of it, however far it reaches.
        """
        short = self.subject.short(float(2 ** np.ceil(np.log2(max(margin, 1.0) * _UNIT))))
        try:
            if short.cuts and whole:
                require_local(self.merged(short.scene).boxes, short.cuts)
            return spread(look(short.scene), short.cuts)
        except FarReachingError:
            return spread(look(self._flat), ())

    def stamped(self, id_: str, found: Iterable[Placed]) -> Iterator[Violation]:
        """Yield what was found with all its places as findings of an item."""
        for placed in found:
            yield Violation(id_, id_, "error", placed.finding, self.name, placed.lattices(), placed.count, "")

    @cached_property
    def _flat(self) -> FlatScene:
        whole = replace(self.subject, has_arrays=False, known={})
        return whole.short(1.0).scene

    def merged(self, scene: FlatScene) -> Polygons:
        """Return the merged polygons of a scene [dbu]."""
        return scene.merged(self.layer)

    @cached_property
    def layer(self) -> expressions.Layer:
        """Return the judged layer as an expression."""
        return expressions.Layer(LAYER)

    @cached_property
    def copies(self) -> dict[int, int]:
        """Return how often each cell stands below the top cell."""
        found = {self.top: 1}
        for number in self.tree.order:
            placed = self.cells.cells[number].references
            for child, size in zip(placed.cells.tolist(), placed.copies.prod(axis=1).tolist(), strict=True):
                found[child] = found.get(child, 0) + found.get(number, 0) * int(size)
        return found

    def outlines(self) -> Iterator[Outline]:
        """Yield every outline of the judged layer, cell by cell, each once."""
        for number in self.tree.order:
            rings = self.cells.cells[number].shapes.get(self.key)
            if rings is not None:
                for at, (low, high) in enumerate(zip(rings.ends[:-1].tolist(), rings.ends[1:].tolist(), strict=True)):
                    points = rings.points[low:high]
                    is_closed = len(points) > 1 and bool((points[0] == points[-1]).all())
                    yield Outline(self.cells.cells[number].name, at, self._plain(points[:-1] if is_closed else points))

    def _plain(self, points: Points) -> Points:
        """Return the points of an outline as the file has them: figures of OASIS are written by fewer than is read."""
        if self.file.format != "oas":
            return points
        rounded = np.round(points, 3)
        return rounded[(rounded != np.roll(rounded, 1, axis=0)).any(axis=1)]

    def region(self, window: Box) -> Region:
        """Return what the file draws within a window [µm], arrays asked only where they touch it."""
        rings = list(_within(self.tree, self.top, np.array(window) * _UNIT, np.zeros(2)))
        if len(rings) > _MOST_IN_WINDOW:
            raise NotJudgedError(f"fewer than {_MOST_IN_WINDOW} shapes at one place")
        parts = [part for ring in rings if (part := _polygon(ring)) is not None]
        return regions.areal(regions.merge(parts).intersection(shapely.box(*window)))


def _is_outside(box: Box | None, of: Box) -> bool:
    """Tell whether a box lies outside of another."""
    return box is not None and (box[0] >= of[2] or box[2] <= of[0] or box[1] >= of[3] or box[3] <= of[1])


def _polygon(ring: Points) -> Region | None:
    """Return an outline as a region [µm]."""
    if len(ring) < 4 and len(np.unique(ring, axis=0)) < 3:
        return None
    part = shapely.Polygon(np.round(ring) / _UNIT)
    return part if part.is_valid else regions.areal(shapely.make_valid(part))


def _within(
    tree: Hierarchy, number: int, window: Points, origin: Points, turn: complex = 1, *, mirrored: bool = False
) -> Iterator[Points]:
    """Yield the outlines of a cell, and of those that it places, that touch a window [nm]."""
    cell = tree.cells.cells[number]
    for rings in tree.drawn(cell).values():
        yield from _touching(rings, window, origin, turn, mirrored=mirrored)
    placed = cell.references
    for index in range(len(placed)):
        child = int(placed.cells[index])
        if child not in tree.boxes:
            continue
        child_turn, child_mirrored = _composed(
            turn, mirrored, complex(placed.turns[index]), bool(placed.mirrored[index])
        )
        box = _box(tree.boxes[child], child_turn, mirrored=child_mirrored)
        first = origin + _turned(placed.places[index : index + 1], turn, mirrored=mirrored)[0]
        steps = _turned(placed.steps[index], turn, mirrored=mirrored)
        for at in _places(first, steps, placed.copies[index].tolist(), box, window):
            yield from _within(tree, child, window, at, child_turn, mirrored=child_mirrored)


def _composed(turn: complex, mirrored: bool, inner: complex, inner_mirrored: bool) -> tuple[complex, bool]:
    """Return a placement within a placement: mirrored at the x axis first, then multiplied."""
    return turn * (inner.conjugate() if mirrored else inner), mirrored != inner_mirrored


def _turned(points: Points, turn: complex, *, mirrored: bool) -> Points:
    """Return points mirrored at the x axis if asked for, then multiplied by a turn."""
    flat = (points[:, 0] + 1j * points[:, 1] * (-1 if mirrored else 1)) * turn
    return np.column_stack([flat.real, flat.imag])


def _box(box: Points, turn: complex, *, mirrored: bool) -> Points:
    corners = _turned(box[[0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 2), turn, mirrored=mirrored)
    return np.concatenate([corners.min(axis=0), corners.max(axis=0)])


def _touching(rings: Rings, window: Points, origin: Points, turn: complex, *, mirrored: bool) -> Iterator[Points]:
    """Yield those outlines of a cell that touch a window."""
    points = _turned(rings.points, turn, mirrored=mirrored) + origin
    low, high = (f.reduceat(points, rings.ends[:-1]) for f in (np.minimum, np.maximum))
    for at in np.flatnonzero((low <= window[2:]).all(axis=1) & (high >= window[:2]).all(axis=1)).tolist():
        yield points[rings.ends[at] : rings.ends[at + 1]]


def _places(first: Points, steps: Points, copies: list[int], box: Points, window: Points) -> Iterator[Points]:
    """Yield where copies of an array stand whose box touches a window."""
    along_axes = bool(np.count_nonzero(steps[0]) <= 1 and np.count_nonzero(steps[1]) <= 1)
    ranges = [range(count) for count in copies]
    if along_axes:
        ranges = [_range(first, steps[way], copies[way], box, window) for way in (0, 1)]
    for column in ranges[0]:
        for row in ranges[1]:
            at = first + column * steps[0] + row * steps[1]
            if (at + box[:2] <= window[2:]).all() and (at + box[2:] >= window[:2]).all():
                yield at


def _range(first: Points, step: Points, count: int, box: Points, window: Points) -> range:
    """Return which copies along one way of an array may touch a window."""
    axis = int(np.argmax(np.abs(step)))
    size = float(step[axis])
    if size == 0 or count == 1:
        return range(count)
    ends = [(window[axis] - box[axis + 2] - first[axis]) / size, (window[axis + 2] - box[axis] - first[axis]) / size]
    low, high = max(0, int(np.ceil(min(ends) - 1e-6))), min(count - 1, int(np.floor(max(ends) + 1e-6)))
    return range(low, high + 1)
