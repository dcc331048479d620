"""The comparison: layers, what differs on each, as the report of a rule per layer."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import shapely

from maskgen.diff import surroundings
from maskgen.diff.cells import NOTHING, Cell, LayerKey
from maskgen.diff.files import read_pair
from maskgen.diff.gather import near
from maskgen.diff.pieces import Pieces, clipped, differences, opened, thicknesses
from maskgen.diff.places import HERE, Places, lattices, scattered
from maskgen.diff.surroundings import Ground, Neighbours
from maskgen.diff.suspects import Suspect, suspects
from maskgen.drc.deck import Rule
from maskgen.drc.run import Report, RuleRun
from maskgen.drc.violation import Finding, Violation, fingerprint
from maskgen.errors import MaskgenError
from maskgen.geometry import regions
from maskgen.geometry.arrays import Lattice
from maskgen.geometry.memory import told_if_short
from maskgen.geometry.regions import Box, Region

CHECK = "diff"
WHY = "What one file covers on this layer, the other covers too"

MOST_FOUND = 1_000_000
"""Places of a layer that are told, copies counted once: each takes a few thousand bytes."""
_SLACK = 2.0
"""How far [dbu] beyond a region is looked, besides the tolerance: crossings are snapped by less."""
_REACH = 1.5
"""How far, in tolerances, an opening looks: its corners are sharp."""
_TANGLED = 20_000
"""Polygons that stand once among the copies of a cell, from which on a layer is compared flat."""


@dataclass(frozen=True)
class Comparison:
    """What became of two files.

    Parameters
    ----------
    cell
        Name of the cell of the first file.
    extent
        Box [µm] around both, None if there is nothing in them.
    """

    report: Report
    cell: str
    extent: Box | None

    @property
    def is_equal(self) -> bool:
        """Tell whether nothing differs."""
        return not self.report.violations

    @property
    def summary(self) -> str:
        """Return in words how much differs."""
        layers = len(self.report.rules)
        differing = [run for run in self.report.rules if run.violations]
        if not differing:
            return f"equal, {layers} {'layers' if layers != 1 else 'layer'}"
        places = sum(run.violations for run in differing)
        return f"{len(differing)} of {layers} layers differ, in {places} {'places' if places > 1 else 'place'}"


def compare(one: Path, other: Path, *, tolerance: float = 0.0, cell: str | None = None) -> Comparison:
    """Return where two layouts differ, a rule ``LAYER n/d`` for each layer.

    Parameters
    ----------
    tolerance
        Thickness [µm] up to which a difference is none: all that an opening by half of it takes away.
    cell
        Name of the cell to compare in both; the only top cell by default, whatever it is called.

    Raises
    ------
    MaskgenError
        If a file cannot be read, or has no such cell.
    """
    first, second, unit = read_pair(one, other)
    names = first.top(cell), second.top(cell)
    sides = _Sides(first.cells[names[0]], second.cells[names[1]], (str(one), str(other)), unit, tolerance)
    try:
        with told_if_short():
            return _compared(sides, names[0])
    except MaskgenError as error:
        raise MaskgenError(f"{other}: {error}") from None


def _compared(sides: "_Sides", name: str) -> Comparison:
    """Return where two cells differ."""
    layers = sorted(sides.one.boxes.keys() | sides.other.boxes.keys())
    found = suspects(sides.one, sides.other, flat=[layer for layer in layers if _is_flat(sides, layer)])
    runs, violations = [], list[Violation]()
    for layer in layers:
        started = time.perf_counter()
        rule = Rule(f"LAYER {layer[0]}/{layer[1]}", CHECK, "error", WHY, None)
        own = [_violation(rule, finding, placed, name) for finding, placed in _findings(sides, layer, found)]
        violations += own
        count = sum(violation.count for violation in own)
        runs.append(RuleRun(rule, "run", count, 0, time.perf_counter() - started))
    boxes = [box for side in (sides.one, sides.other) for box in side.boxes.values()]
    extent = regions.box_around([_micrometres(box, sides.unit) for box in boxes])
    return Comparison(Report(CHECK, tuple(runs), tuple(violations)), name, extent)


@dataclass(frozen=True, eq=False)
class _Sides:
    """The two cells, what their files are called, and how they are compared."""

    one: Cell
    other: Cell
    names: tuple[str, str]
    unit: float
    tolerance: float

    @property
    def margin(self) -> float:
        """Return how far [dbu] what is drawn may matter."""
        return _REACH * self.tolerance / self.unit + _SLACK

    def both(self, layer: LayerKey, region: Region) -> tuple[Pieces, Pieces]:
        """Return what each side alone covers of a region [dbu]."""
        # Sharp corners reach farther than round ones drawn with chords, never less.
        seen = region.buffer(self.margin, join_style="mitre")
        sides = differences(near(self.one, layer, seen), near(self.other, layer, seen))
        left, right = self.thick(*sides)
        return clipped(left, region), clipped(right, region)

    def thick(self, one: Pieces, other: Pieces) -> tuple[Pieces, Pieces]:
        """Return the pieces without what the tolerance lets pass."""
        if self.tolerance <= 0:
            return one, other
        kept = shapely.union_all(opened(np.concatenate([one, other]), self.tolerance / self.unit))
        return clipped(one, kept), clipped(other, kept)


_Found: TypeAlias = tuple[Finding, list[Lattice]]


def _findings(sides: _Sides, layer: LayerKey, found: Sequence[Suspect]) -> Iterator[_Found]:
    """Yield what differs on a layer, and where it repeats."""
    if layer not in sides.one.boxes or layer not in sides.other.boxes:
        missing = sides.names[layer in sides.one.boxes]
        yield Finding(f"layer {layer[0]}/{layer[1]} is not in {missing}"), []
    own = [suspect for suspect in found if suspect.layer == layer]
    if not own:
        return
    pieces = _flat(sides, layer) if _is_flat(sides, layer) else _by_class(sides, layer, own)
    gathered = list(_gathered(pieces))
    if len(gathered) > MOST_FOUND:
        name = f"{layer[0]}/{layer[1]}"
        raise MaskgenError(f"layer {name} differs in {len(gathered)} places, at most {MOST_FOUND} can be told")
    measured = _measured([part for _, part, _ in gathered])
    entries = [
        _entry(sides, number, places, entry) for (number, _, places), entry in zip(gathered, measured, strict=True)
    ]
    yield from sorted(entries, key=lambda entry: (entry[0].box or (), entry[0].sentence))


_Measured: TypeAlias = tuple[Box, float, float]
"""Box, area and thickness of a piece [dbu]."""

_Differing: TypeAlias = tuple[tuple[Pieces, Pieces], Places]


def _is_flat(sides: _Sides, layer: LayerKey) -> bool:
    """Tell whether a layer has no hierarchy in either file."""
    return all(layer not in placement.cell.boxes for side in (sides.one, sides.other) for placement in side.placements)


def _flat(sides: _Sides, layer: LayerKey) -> Iterator[_Differing]:
    """Yield what differs on a layer without its hierarchy."""
    shapes = (side.flat(layer) if layer in side.boxes else NOTHING for side in (sides.one, sides.other))
    yield sides.thick(*differences(*shapes)), HERE


def _by_class(sides: _Sides, layer: LayerKey, found: Sequence[Suspect]) -> Iterator[_Differing]:
    """Yield what differs, one of the copies that see the same for all; whatever two suspects share counts once."""
    single = [regions.move(one.region, *one.places.origin) for one in found if one.places.count == 1]
    repeated = [one for one in found if one.places.count > 1]
    once = regions.merge(single) if single else regions.EMPTY
    grounds = [_grounds(sides, one) for one in repeated]
    if any(len(ground.fixed) > _TANGLED for several in grounds for ground in several):
        yield from _flat(sides, layer)
        return
    if not once.is_empty:
        yield sides.both(layer, once), HERE
    for number, (suspect, own) in enumerate(zip(repeated, grounds, strict=True)):
        before = [Neighbours(regions.box_of(one.region), one.places) for one in repeated[: number + 1]]
        covered = Ground(regions.polygons(once), before)
        for places in surroundings.classes(_window(sides, suspect), suspect.places, [*own, covered]):
            region = _uncovered(suspect, places.origin, once, repeated[: number + 1])
            if not region.is_empty:
                yield sides.both(layer, region), places


def _window(sides: _Sides, suspect: Suspect) -> Box:
    """Return what matters for a copy of a suspect [dbu]."""
    return _grown(regions.box_of(suspect.region), sides.margin)


def _grounds(sides: _Sides, suspect: Suspect) -> list[Ground]:
    """Return what surrounds a suspect in each file."""
    window = _window(sides, suspect)
    return [
        surroundings.ground(side, suspect.layer, window, suspect.places)
        for side in (sides.one, sides.other)
        if suspect.layer in side.boxes
    ]


def _uncovered(suspect: Suspect, at: tuple[float, float], once: Region, before: Sequence[Suspect]) -> Region:
    """Return the region of one copy of a suspect without what was looked at before: `before` ends with the suspect."""
    region = regions.move(suspect.region, *at)
    box = regions.box_of(region)
    covers = [once]
    for other in before:
        left, bottom, right, top = regions.box_of(other.region)
        places = other.places
        points = places.at(places.inside((box[0] - right, box[1] - top, box[2] - left, box[3] - bottom)))
        if other is suspect:
            x, y = (points - np.array(at)).T
            points = points[(y < 0) | ((y == 0) & (x < 0))]
        covers += [regions.move(other.region, *point) for point in points.tolist()]
    return regions.areal(region.difference(shapely.union_all(covers)))


def _gathered(found: Iterable[_Differing]) -> Iterator[tuple[int, Region, Places]]:
    """Yield number of the file that alone covers it, piece and places, pieces that are alike about theirs as one."""
    groups: dict[tuple[int, bytes], tuple[Region, list[Places]]] = {}
    for sides, places in found:
        for number, parts in enumerate(sides):
            origins = np.tile(np.array([places.origin]), (len(parts), 1))
            for part, text in zip(parts, regions.fingerprints(parts, origins), strict=True):
                groups.setdefault((number, text), (part, []))[1].append(places)
    for (number, _), (part, several) in groups.items():
        if len(several) == 1:
            yield number, part, several[0]
            continue
        moved = regions.move(part, -several[0].origin[0], -several[0].origin[1])
        points = scattered(np.concatenate([places.points for places in several]))
        yield number, regions.move(moved, *points.origin), points


def _measured(parts: Sequence[Region]) -> list[_Measured]:
    """Return what is told of each piece."""
    pieces = np.empty(len(parts), dtype=object)
    pieces[:] = parts
    boxes, areas = shapely.bounds(pieces).tolist(), shapely.area(pieces).tolist()
    return list(zip(map(tuple, boxes), areas, thicknesses(pieces).tolist(), strict=True))


def _entry(sides: _Sides, number: int, places: Places, measured: _Measured) -> _Found:
    """Return a piece as a finding, in coordinates of the first copy, and where it repeats."""
    placed = lattices(places, sides.unit) if places.count > 1 else []
    box, area = _micrometres(measured[0], sides.unit), measured[1] * sides.unit**2
    thick = round(measured[2] * sides.unit, 4)
    if placed:
        # A lattice may begin at another copy than the one that was compared.
        x, y = (places.origin[axis] * sides.unit for axis in (0, 1))
        shift = placed[0].x - x, placed[0].y - y
        left, bottom, right, top = (round(value + shift[side % 2], 6) for side, value in enumerate(box))
        box = left, bottom, right, top
    width, height = box[2] - box[0], box[3] - box[1]
    sentence = f"only in {sides.names[number]}: {width:.6g} x {height:.6g} um, {area:.6g} um2, {thick:g} um thick"
    finding = Finding(sentence, box, thick, sides.tolerance)
    return finding, [_at(lattice, placed[0], finding) for lattice in placed]


def _at(lattice: Lattice, first: Lattice, finding: Finding) -> Lattice:
    """Return a lattice whose origin is that of the finding's box."""
    left, bottom = (finding.box or (0.0, 0.0))[:2]
    x, y = round(left + lattice.x - first.x, 6), round(bottom + lattice.y - first.y, 6)
    return Lattice(x, y, lattice.columns, lattice.rows, lattice.dx, lattice.dy)


def _violation(rule: Rule, finding: Finding, placed: list[Lattice], cell: str) -> Violation:
    count = sum(lattice.count for lattice in placed) or 1
    mark = fingerprint(rule.id, cell, finding)
    return Violation(rule.id, rule.check, rule.severity, finding, cell, tuple(placed), count, mark)


def _micrometres(box: Box, unit: float) -> Box:
    left, bottom, right, top = (round(value * unit, 6) for value in box)
    return left, bottom, right, top


def _grown(box: Box, margin: float) -> Box:
    return box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin
