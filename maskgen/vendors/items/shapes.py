"""Items V10 to V20: what is drawn."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import shapely

from maskgen.drc.deck import Deck
from maskgen.drc.kernel import measure
from maskgen.drc.layouts.subject import LayoutSubject
from maskgen.drc.scene import FlatScene
from maskgen.drc.violation import Finding
from maskgen.expressions import Layer
from maskgen.geometry import regions
from maskgen.stream.cells import Cell, Cells, LayerKey, read_cells, references
from maskgen.vendors import rules
from maskgen.vendors.gridding import residues
from maskgen.vendors.item import Found, Item
from maskgen.vendors.submission import Mild, NotAskedError, NotJudgedError, Outline, Points, Submission

_UNIT = 1e3
_HAIR = 2.0
"""Width [dbu] up to which overlaps are rounding: cuts along slanted edges miss each other by half a unit each."""
_ARC_TURN = (1.0, 40.0)
"""Angles [deg] between chords of what is taken for an arc: an octagon is none."""
_SEEN = 1024.0
"""How far [dbu] two layers are looked at together."""
_ALIKE = 0.05
"""Part by which chords of one arc differ."""


def elements(submission: Submission) -> Iterator[Found]:
    """Yield elements that become no shapes."""
    taken = submission.profile.data.records.records
    for name, counts in submission.file.elements.items():
        for kind, count in sorted(counts.items()):
            if kind not in (*taken, "SREF", "AREF"):
                yield Finding(f"cell {name!r} has {count} elements of the kind {kind}; draw outlines")
    for name, odd in submission.file.odd.items():
        for sentence, count in odd.items():
            if "no areas" in sentence or "with a width" in sentence:
                yield Finding(f"cell {name!r} has {count} {sentence}")


def closed(submission: Submission) -> Iterator[Found]:
    """Yield outlines that are open, have points twice, run back on themselves or cover nothing."""
    for name, odd in submission.file.odd.items():
        for sentence, count in odd.items():
            if (
                "do not end" in sentence
                or "different points" in sentence
                or "not closed" in sentence
                or "without a width" in sentence
            ):
                yield Finding(f"cell {name!r} has {count} {sentence}")
    counted: dict[tuple[str, str], list[Points]] = {}
    for outline in submission.outlines():
        for sentence, place in _flaws(outline.points):
            counted.setdefault((outline.cell, sentence), []).append(place)
    for (cell, sentence), places in counted.items():
        yield _at(f"cell {cell!r} has {len(places)} {sentence}", places[0])


def _flaws(points: Points) -> Iterator[tuple[str, Points]]:
    """Yield what is wrong with one outline, and where."""
    after = np.roll(points, -1, axis=0)
    repeated = np.flatnonzero((points == after).all(axis=1))
    if len(repeated):
        yield "outlines with the same point twice in succession", points[repeated[0]]
    plain = np.delete(points, repeated, axis=0)
    back, ahead = np.roll(plain, 1, axis=0) - plain, np.roll(plain, -1, axis=0) - plain
    cross = back[:, 0] * ahead[:, 1] - back[:, 1] * ahead[:, 0]
    spikes = np.flatnonzero((cross == 0) & ((back * ahead).sum(axis=1) > 0))
    if len(plain) > 2 and len(spikes):
        yield "outlines that run back on themselves", plain[spikes[0]]
    if _area(plain) == 0:
        yield "outlines that cover no area", points[0]


def _area(points: Points) -> float:
    """Return twice the signed area of an outline."""
    local = points - points[:1]
    after = np.roll(local, -1, axis=0)
    return float((local[:, 0] * after[:, 1] - local[:, 1] * after[:, 0]).sum())


def _at(sentence: str, point: Points, measured: float | None = None, limit: float | None = None) -> Finding:
    """Return a finding at a place of its cell."""
    x, y = (round(float(value) / _UNIT, 6) for value in point)
    return Finding(sentence, (x, y, x, y), measured, limit)


def vertices(submission: Submission) -> Iterator[Found]:
    """Yield cells with polygons of too many vertices."""
    most = submission.profile.data.vertices.count
    worst: dict[str, list[Outline]] = {}
    for outline in submission.outlines():
        if len(outline.points) > most:
            worst.setdefault(outline.cell, []).append(outline)
    for cell, found in worst.items():
        largest = max(found, key=lambda one: len(one.points))
        count = len(largest.points)
        sentence = f"cell {cell!r} has {len(found)} polygons of more than {most} vertices, the largest has {count}"
        yield _at(sentence, largest.points[0], float(count), float(most))


def crossing(submission: Submission) -> Iterator[Found]:
    """Yield cells with outlines that cross themselves; one may touch itself, as where a hole is cut open."""
    found: dict[str, list[Points]] = {}
    for outline in submission.outlines():
        if len(outline.points) > 2 and not _is_simple(outline.points):
            place = _crossing(np.round(outline.points))
            if place is not None:
                found.setdefault(outline.cell, []).append(place)
    for cell, places in found.items():
        yield _at(f"cell {cell!r} has {len(places)} outlines that cross themselves", places[0])


def _is_simple(points: Points) -> bool:
    return bool(shapely.is_valid(shapely.Polygon(points)))


def _crossing(points: Points) -> Points | None:
    """Return a point that an outline runs round more than once, or both ways; None if it only touches itself."""
    ring = np.vstack([points, points[:1]])
    faces = shapely.get_parts(
        shapely.polygonize([shapely.union_all(shapely.linestrings(np.stack([ring[:-1], ring[1:]], axis=1)))])
    )
    whole = 1 if _area(points) > 0 else -1
    for face in faces:
        if face.area <= 1:
            continue
        inside = shapely.get_coordinates(shapely.point_on_surface(face))[0]
        if _winding(points, inside) not in (0, whole):
            return inside
    return None


def _winding(points: Points, at: Points) -> int:
    """Return how often an outline runs round a point, counter-clockwise."""
    x, y = (points - at).T
    after_x, after_y = np.roll(x, -1), np.roll(y, -1)
    left = x * after_y - after_x * y
    up = (y <= 0) & (after_y > 0) & (left > 0)
    down = (y > 0) & (after_y <= 0) & (left < 0)
    return int(up.sum()) - int(down.sum())


def on_grid(submission: Submission) -> Iterator[Found]:
    """Yield cells with vertices that, wherever the cell stands, are off the writer's grid."""
    grid = submission.profile.value(submission.profile.shapes.grid) * _UNIT
    if grid <= 1:
        raise NotAskedError("the grid is the database unit")
    worst: dict[str, tuple[float, int, int, Points]] = {}
    for cell, shift, points in residues(submission.tree, submission.key, grid):
        placed = points + shift
        off = np.abs(placed - np.round(placed / grid) * grid).max(axis=1)
        wrong = np.flatnonzero(off > 0.5)
        if len(wrong) and (cell not in worst or off.max() > worst[cell][0]):
            worst[cell] = float(off.max()), len(wrong), len(points), points[wrong[0]]
    is_fractured = bool(worst) and _is_fractured(submission)
    for cell, (away, count, total, point) in worst.items():
        sentence = (
            f"cell {cell!r} has {count} of {total} vertices off the grid of {grid / _UNIT:g} um, "
            f"the worst by {away / _UNIT:.4g} um"
        )
        found = _at(sentence, point, away / _UNIT, 0.0)
        yield Mild(found) if is_fractured else found


def _is_fractured(submission: Submission) -> bool:
    """Tell whether data was cut into trapezoids, whose corners along slanted edges are on no grid but that of 1 nm."""
    return submission.file.format == "oas" and all(len(outline.points) <= 4 for outline in submission.outlines())


def slivers(submission: Submission) -> Iterator[Found]:
    """Yield sharp corners, and cells with edges that are shorter than the writer can place."""
    yield from submission.violations(rules.corner_rule(submission.profile))
    shortest = submission.profile.value(submission.profile.shapes.edge) * _UNIT
    found: dict[str, list[tuple[float, Points]]] = {}
    for outline in submission.outlines():
        lengths = np.hypot(*(np.roll(outline.points, -1, axis=0) - outline.points).T)
        short = np.flatnonzero((lengths > 0) & (lengths < shortest - 1e-6))
        if len(short):
            at = short[np.argmin(lengths[short])]
            found.setdefault(outline.cell, []).append((float(lengths[at]), outline.points[at]))
    for cell, places in found.items():
        length, point = min(places, key=lambda place: place[0])
        sentence = (
            f"cell {cell!r} has {len(places)} outlines with edges shorter than {shortest / _UNIT:g} um, "
            f"the shortest is {length / _UNIT:.4g} um"
        )
        yield _at(sentence, point, length / _UNIT, shortest / _UNIT)


class _Look:
    """A search for polygons that lie over each other, wholly or in part."""

    def __init__(self, *, contained: bool) -> None:
        self.contained = contained

    def __call__(self, scene: FlatScene) -> list[Finding]:
        """Return what is found in a scene."""
        parts = scene.shapes[rules.LAYER].geometries()
        valid = np.where(shapely.is_valid(parts), parts, shapely.make_valid(parts))
        shapely.prepare(valid)
        one, other = shapely.STRtree(valid).query(valid, predicate="intersects")
        first, second = one[one < other], other[one < other]
        common = shapely.intersection(valid[first], valid[second])
        deep = ~shapely.is_empty(shapely.buffer(common, -_HAIR / 2, join_style="mitre"))
        found = []
        for a, b, area in zip(first[deep], second[deep], common[deep], strict=True):
            smaller = min(valid[a].area, valid[b].area)
            if self.contained == (area.area >= smaller * (1 - 1e-9)):
                found.append(self._finding(area))
        return found

    def _finding(self, common: regions.Region) -> Finding:
        box = tuple(round(value / _UNIT, 6) for value in regions.box_of(common))
        what = "a polygon that another one covers wholly" if self.contained else "two polygons overlap"
        area = float(common.area) / _UNIT**2
        return Finding(f"{what}, over {area:.6g} um2", (box[0], box[1], box[2], box[3]), area, 0.0)


class _Small:
    """A search for windows that are too small: polygons where they are clear, else their holes.

    One that runs through a whole array is larger than it looks there: it is small nowhere, or has no place.
    """

    def __init__(self, least: float, *, is_clear: bool) -> None:
        self.least, self.is_clear = least, is_clear

    def __call__(self, scene: FlatScene) -> list[Finding]:
        """Return what is found in a scene."""
        polygons = scene.merged(rules.expression())
        holes = measure.holes(polygons)
        areas, boxes = (measure.areas(polygons), polygons.boxes) if self.is_clear else (holes.area, holes.boxes)
        what = "" if self.is_clear else "a hole of "
        found = []
        for number in np.flatnonzero(areas < self.least * _UNIT**2).tolist():
            area = float(areas[number]) / _UNIT**2
            left, bottom, right, top = (round(value / _UNIT, 6) for value in boxes[number].tolist())
            sentence = f"{what}{area:.10g} um2, at least {self.least:.10g} um2 wanted"
            found.append(Finding(sentence, (left, bottom, right, top), area, self.least))
        return found


def overlaps(submission: Submission) -> Iterator[Found]:
    """Yield polygons that lie over each other in part: with XOR in place of OR, a hole."""
    yield from submission.stamped("V16", submission.seen(_Look(contained=False), margin=1.0))


def covered(submission: Submission) -> Iterator[Found]:
    """Yield polygons that cover others wholly: a frame that was meant to be a line, and is filled."""
    yield from submission.stamped("V18", submission.seen(_Look(contained=True), margin=1.0))


def narrow(submission: Submission) -> Iterator[Found]:
    """Yield lines, gaps and windows that are narrower than the vendor makes, on merged shapes, in both tones."""
    asked = rules.shape_rules(submission.profile, submission.tone)
    distances = submission.violations(rule for rule in asked if rule.check in ("width", "space"))
    yield from submission.functional(distances)
    side = submission.profile.value(submission.profile.shapes.opening)
    small = submission.seen(_Small(side**2, is_clear=submission.tone == "clear"), margin=1.0)
    yield from submission.functional(submission.stamped("V17", small))


def arcs(submission: Submission) -> Iterator[Found]:
    """Yield cells with arcs whose chords leave the arc by more than is allowed."""
    most = submission.profile.value(submission.profile.shapes.chord)
    found: dict[str, list[tuple[float, Points]]] = {}
    for outline in submission.outlines():
        worst = _sagitta(outline.points)
        if worst is not None and worst[0] > most * _UNIT + 0.5:
            found.setdefault(outline.cell, []).append(worst)
    for cell, places in found.items():
        away, point = max(places, key=lambda place: place[0])
        sentence = (
            f"cell {cell!r} has {len(places)} outlines with arcs whose chords are {away / _UNIT:.4g} um off at most, "
            f"{most:g} um allowed"
        )
        yield _at(sentence, point, away / _UNIT, most)


def _sagitta(points: Points) -> tuple[float, Points] | None:
    """Return the largest distance of a chord from its arc [nm], and where; None without an arc.

    An arc is where three edges in succession are alike and turn twice by the same angle.
    """
    if len(points) < 5:
        return None
    edges = np.roll(points, -1, axis=0) - points
    lengths = np.hypot(*edges.T)
    along = edges[:, 0] + 1j * edges[:, 1]
    turns = np.degrees(np.angle(np.roll(along, -1) * along.conj()))
    same_turn = np.abs(np.roll(turns, -1) - turns) <= 0.1 * np.abs(turns)
    same_length = (np.abs(np.roll(lengths, -1) - lengths) <= _ALIKE * lengths) & (
        np.abs(np.roll(lengths, 1) - lengths) <= _ALIKE * lengths
    )
    is_arc = same_turn & np.roll(same_length, -1) & (np.abs(turns) > _ARC_TURN[0]) & (np.abs(turns) < _ARC_TURN[1])
    if not is_arc.any():
        return None
    away = np.where(is_arc, lengths / 2 * np.tan(np.radians(np.abs(turns)) / 4), 0.0)
    at = int(np.argmax(away))
    return float(away[at]), points[at]


def as_meant(submission: Submission) -> Iterator[Found]:
    """Yield where the file covers other than the layout of the same build has on the mask's layer."""
    mask = submission.mask
    assert submission.papers is not None
    layout = next((e["path"] for e in submission.papers.manifest.get("files", []) if e.get("kind") == "layout"), None)
    if layout is None or not (submission.papers.folder / layout).is_file():
        raise NotJudgedError("the layout that the manifest names, beside it")
    key = (int(str(mask["layer"])), int(str(mask["datatype"])))
    cells, top = _beside(submission, submission.papers.folder / layout, key, mirrored=bool(mask.get("mirrored")))
    deck = Deck("", (), {}, {rules.LAYER: submission.key, "MEANT": _meant(submission.key)})
    subject = LayoutSubject(submission.file.path.name, cells, top, deck)
    if _is_same(subject):
        return
    xor = rules.rule(
        "V20", "empty", "error", "", layer=f"({rules.LAYER} - MEANT) | (MEANT - {rules.LAYER})", tolerance=0.001
    )
    yield from subject.violations(xor)


def _is_same(subject: LayoutSubject) -> bool:
    """Tell whether both layers have the same vertices and area when merged: then they cover the same."""
    scene = subject.short(_SEEN).scene
    ours, theirs = (scene.merged(Layer(name)) for name in (rules.LAYER, "MEANT"))
    if len(ours.coords) != len(theirs.coords) or measure.areas(ours).sum() != measure.areas(theirs).sum():
        return False
    one, other = (polygons.coords[np.lexsort(polygons.coords.T)] for polygons in (ours, theirs))
    return bool((one == other).all())


def _beside(submission: Submission, layout: Path, key: LayerKey, *, mirrored: bool) -> tuple[Cells, int]:
    """Return the cells of the file and those of a layout, and a cell that places both; the layout mirrored if asked."""
    ours, theirs = submission.cells, read_cells(layout)
    shift = len(ours.cells)
    moved = [_shifted(cell, shift, key, submission.key) for cell in theirs.cells]
    turn = -1 + 0j if mirrored else 1 + 0j
    tops = [shift + number for number in theirs.tops()]
    placed = [(submission.top, 1 + 0j, False), *((number, turn, mirrored) for number in tops)]
    count = len(placed)
    both = references(
        [p[0] for p in placed], [p[1] for p in placed], [p[2] for p in placed],
        np.zeros((count, 2)), np.ones((count, 2)), np.zeros((count, 2, 2)),
    )  # fmt: skip
    cells = (*ours.cells, *moved, Cell(submission.name, {}, both))
    return Cells(cells), len(cells) - 1


def _meant(own: LayerKey) -> LayerKey:
    """Return a layer that is not the file's own."""
    return own[0] + 1, 0


def _shifted(cell: Cell, shift: int, key: LayerKey, own: LayerKey) -> Cell:
    """Return a cell whose references count from `shift`, with nothing but one layer, as one that is not ours."""
    shapes = {_meant(own): cell.shapes[key]} if key in cell.shapes else {}
    old = cell.references
    return Cell(
        cell.name, shapes, references(old.cells + shift, old.turns, old.mirrored, old.places, old.copies, old.steps)
    )


SHAPES = (
    Item("V10", "outlines alone", "readers mitre paths differently, texts are not exposed", "error", elements),
    Item("V11", "sound outlines", "open, doubled and empty outlines stop converters", "error", closed),
    Item("V12", "number of vertices", "polygons of too many points are cut or refused", "error", vertices),
    Item("V13", "no crossing outlines", "what lies inside of them each reader decides for itself", "error", crossing),
    Item("V14", "on the writer's grid", "rounding makes equal shapes unequal", "error", on_grid),
    Item("V15", "no slivers", "sharp tips and tiny edges become errors of line width", "warning", slivers),
    Item("V16", "no overlaps", "where XOR is set in place of OR they become holes", "error", overlaps),
    Item("V17", "width, space and windows", "lines not resolved break, gaps and windows close", "error", narrow),
    Item("V18", "no filled frames", "every closed outline is filled, and shadows what lies inside", "error", covered),
    Item("V19", "smooth arcs", "coarse chords show on the plate", "warning", arcs),
    Item("V20", "as meant", "cutting and rounding can fill a hole or lose a shape", "error", as_meant),
)  # fmt: skip
