"""The checks of shapes against KLayout's, on thousands of small layouts: same places, same measures.

Layouts of one batch stand side by side, too far apart to see each other, and are checked in one go; what differs is
told with the seed of its layout.
"""

from collections import defaultdict

import klayout.db as kdb
import numpy as np
import pytest
import shapely

from maskgen.drc.deck import known_checks
from maskgen.drc.scene import Scene
from maskgen.expressions import Layer
from maskgen.layout import View

METRICS = {"euclidian": kdb.Region.Euclidian, "square": kdb.Region.Square, "projection": kdb.Region.Projection}
ONE_LAYER = {"width": "width_check", "space": "space_check", "notch": "notch_check"}
TWO_LAYERS = {"separation": "separation_check", "enclosure": "enclosed_check", "overlap": "overlap_check"}
SIZES = {"rectangles": 200, "octilinear": 400, "any angle": 20000}
STEPS = {"rectangles": 1, "octilinear": 2, "any angle": 1}
"""Diagonals through even points cross on the grid."""
LAYOUTS = 60
BATCHES = 12
ACROSS = 8
PITCH = 4
"""Sizes from one layout to the next: shapes reach over a quarter of the size, limits over less than a third."""


def rectangle(rng, x, y, width, height):
    return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]


def chamfered(rng, x, y, width, height):
    """Return a rectangle some of whose corners are cut off."""
    most = max(2, min(width, height) // 4 * 2)
    cuts = 2 * rng.integers(0, most // 2, 4) * rng.integers(0, 2, 4)
    a, b, c, d = cuts.tolist()
    right, top = x + width, y + height
    return [
        (x, y + a), (x + a, y), (right - b, y), (right, y + b),
        (right, top - c), (right - c, top), (x + d, top), (x, top - d),
    ]  # fmt: skip


def star(rng, x, y, width, height):
    """Return a polygon around a point, its corners in all directions."""
    turns = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(3, 8)))
    radii = min(width, height) * rng.uniform(0.3, 1, len(turns))
    return [(round(x + r * np.cos(t)), round(y + r * np.sin(t))) for r, t in zip(radii, turns, strict=True)]


OUTLINES = {"rectangles": rectangle, "octilinear": chamfered, "any angle": star}


def shapes(rng, kind, shift):
    """Return polygons that overlap, touch and stand apart, some with a hole."""
    size, step = SIZES[kind], STEPS[kind]
    found = []
    for _ in range(rng.integers(1, 10)):
        x, y = (step * rng.integers(0, size // step, 2)).tolist()
        width, height = (step * rng.integers(4, size // 4 // step, 2)).tolist()
        points = np.array(OUTLINES[kind](rng, x, y, width, height)) + shift
        polygon = kdb.Polygon([kdb.Point(*point) for point in points.tolist()])
        if rng.random() < 0.2:
            middle, half = polygon.bbox().center(), step * int(rng.integers(1, size // 20 // step))
            corner = kdb.Point(middle.x // step * step, middle.y // step * step)
            hole = kdb.Box(corner.x - half, corner.y - half, corner.x + half, corner.y + half)
            found += list((kdb.Region(polygon) - kdb.Region(hole)).each())
        else:
            found.append(polygon)
        if found and rng.random() < 0.2:
            box = found[-1].bbox()
            part = step * (size // 200 // step)
            # A tip that touches the middle of an edge is left out below.
            top = box.top - (part if kind == "any angle" else 0)
            found.append(kdb.Polygon(kdb.Box(box.right, top, box.right + 2 * part, top + 10 * part)))
            found.append(kdb.Polygon(kdb.Box(box.left, top, box.right, top + 6 * part)))
    return found


def settled(region):
    """Merge until that changes nothing: at any angle crossings snap to the grid, and may cross anew."""
    before = None
    for _ in range(20):
        region = kdb.Region(list(region.each_merged())).merged()
        after = sorted(str(polygon) for polygon in region.each())
        if after == before:
            break
        before = after
    return region


def is_clear(region):
    """Tell whether no corner touches another edge or corner: there KLayout may start a new edge, or not."""
    lines = [shapely.LineString([(e.x1, e.y1), (e.x2, e.y2)]) for e in region.merged().edges().each()]
    if not lines:
        return True
    ends = shapely.points(shapely.get_coordinates(lines))
    line, _ = shapely.STRtree(ends).query(np.array(lines), predicate="dwithin", distance=1.5)
    # The two ends of its own, and one of each neighbour.
    return bool((np.bincount(line) == 4).all())


def layer(seeds, kind, number):
    """Return one layer of a batch of layouts."""
    found = kdb.Region()
    for place, seed in enumerate(seeds):
        shift = PITCH * SIZES[kind] * np.array([place % ACROSS, place // ACROSS])
        drawn = kdb.Region(shapes(np.random.default_rng([seed, number]), kind, shift))
        if kind == "any angle":
            drawn = settled(drawn)
        if kind == "rectangles" or is_clear(drawn):
            found += drawn
    return found


def polygon_of(polygon):
    rings = [polygon.each_point_hull(), *(polygon.each_point_hole(n) for n in range(polygon.holes()))]
    hull, *holes = ([(point.x / 1000, point.y / 1000) for point in ring] for ring in rings)
    return shapely.Polygon(hull, holes)


def pieces_of(polygon):
    """Return a polygon's pieces: one that touches itself at a corner is no valid one here."""
    whole = polygon_of(polygon)
    return [whole] if whole.is_valid else list(shapely.get_parts(shapely.make_valid(whole, method="structure")))


def scene_of(**layers):
    drawn = {
        name: shapely.multipolygons([piece for polygon in region.each() for piece in pieces_of(polygon)])
        for name, region in layers.items()
    }
    return Scene(View(drawn, shapely.box(-1, -1, 1, 1), where=None))


def params_of(check, **numbers):
    module = known_checks()[check]
    layers = [name for name in ("layer", "inner", "other", "outer") if name in module.Params.model_fields]
    return module.Params.model_construct(**dict(zip(layers, map(Layer, "AB"), strict=False)), **numbers)


class Batch:
    """Layouts side by side, seen by both."""

    def __init__(self, kind, number):
        self.kind = kind
        self.seeds = range(number * LAYOUTS, (number + 1) * LAYOUTS)
        rng = np.random.default_rng([number, 99])
        self.first, self.second = layer(self.seeds, kind, 0), layer(self.seeds, kind, 1)
        self.limit = int(rng.integers(2, 60)) * (SIZES[kind] // 200)
        self.metric = ("euclidian", "euclidian", "square", "projection")[number % 4]
        self.scene = scene_of(A=self.first, B=self.second)
        self.slack = 1 if kind == "any angle" else 0

    def place(self, point):
        """Return the layout that a point belongs to."""
        column, row = np.floor((np.array(point) / SIZES[self.kind] + 1.5) / PITCH).astype(int)
        return int(column + ACROSS * row)

    def by_layout(self, entries):
        """Return entries, each a tuple that begins with a point [dbu], by layout."""
        found = defaultdict(list)
        for entry in entries:
            found[self.place(entry[:2])].append(entry)
        return found

    def compare(self, what, found, expected):
        """Assert that every entry of either has one like it on the other side."""
        found, expected = self.by_layout(found), self.by_layout(expected)
        for place in found.keys() | expected.keys():
            told = f"seed {self.seeds[place]}, {self.kind}, {what}, limit {self.limit}, {self.metric}"
            assert len(found[place]) == len(expected[place]) or self.slack, told
            for mine, theirs in ((found[place], expected[place]), (expected[place], found[place])):
                for entry in mine:
                    assert any(self.is_like(entry, other) for other in theirs), f"{told}: {entry} not among {theirs}"

    def is_like(self, entry, other):
        return all(abs(a - b) <= self.slack for a, b in zip(entry, other, strict=True))


@pytest.fixture(
    scope="module", params=[(kind, n) for kind in SIZES for n in range(BATCHES)], ids=lambda p: f"{p[0]}-{p[1]}"
)
def batch(request):
    return Batch(*request.param)


def flat(pair, *, ordered):
    edges = [(edge.x1, edge.y1, edge.x2, edge.y2) for edge in (pair.first, pair.second)]
    return sum(edges if ordered else sorted(edges), ())


def boxes_of(entries):
    points = np.array(entries).reshape(-1, 4, 2)
    return np.hstack([points.min(axis=1), points.max(axis=1)])


def places(entries, owners, lengths, largest):
    """Return the pairs of one layout by place: boxes of the same polygons that touch, in parts if they reach far."""
    boxes = boxes_of(entries)

    def hang(one, other):
        apart = (boxes[one, :2] > boxes[other, 2:]).any() or (boxes[other, :2] > boxes[one, 2:]).any()
        return owners[one] == owners[other] and not apart

    open_, found = set(range(len(entries))), []
    while open_:
        members, edge = set(), {min(open_)}
        while edge:
            members |= edge
            edge = {other for other in open_ - members if any(hang(one, other) for one in edge)}
        open_ -= members
        rows = boxes[sorted(members)]
        size = (rows[:, 2:].max(axis=0) - rows[:, :2].min(axis=0)).max()
        found += [members] if size <= largest else parted(entries, lengths, sorted(members), largest / 4)
    return found


def parted(entries, lengths, members, apart):
    """Return the pairs of what is too large for one place: the narrowest, and what is nearer to them than a limit."""
    boxes = boxes_of([entries[number] for number in members])
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    near = np.abs(middles[:, None] - middles).max(axis=2) <= apart
    order = sorted(range(len(members)), key=lambda n: (round(lengths[entries[members[n]]], 3), entries[members[n]]))
    rank, told = np.argsort(order), np.full(len(members), -1)
    for _ in range(4):
        open_ = told < 0
        for n in [n for n in order if open_[n] and rank[n] == rank[near[n] & open_].min()]:
            told[near[n] & open_ & (told < 0)] = n
    told = np.where(told < 0, np.arange(len(members)), told)
    return [{members[n] for n in np.flatnonzero(told == one)} for one in np.unique(told)]


def test_pairs_and_findings_are_klayouts(batch):
    for check in {**ONE_LAYER, **TWO_LAYERS}:
        if check == "space" and batch.kind == "any angle":
            continue  # KLayout joins edges that are straight to within a dbu before this one check
        numbers = {"facing": False} if check in ONE_LAYER else {}
        params = params_of(check, min=batch.limit / 1000, metric=batch.metric, **numbers)
        module, single = known_checks()[check], check in ONE_LAYER
        # In checks of two layers KLayout leaves the merging of the first to its user, and marks may come split.
        method = getattr(batch.first.merged(), {**ONE_LAYER, **TWO_LAYERS}[check])
        others = [] if single else [batch.second.merged()]
        theirs = {
            flat(pair, ordered=not single) for pair in method(*others, batch.limit, False, METRICS[batch.metric]).each()
        }
        ours, lengths = owned(module.edge_pairs(batch.scene, params), single=single)
        batch.compare(check, ours, theirs)
        assert_findings(batch, check, list(module.check(batch.scene, params)), ours, lengths)


def owned(pairs, *, single):
    """Return pairs, each with the numbers of the two polygons that it belongs to, and with its distance."""
    found, lengths = {}, {}
    for number in np.argsort(pairs.distance, kind="stable").tolist():
        edges, owners = pairs.edges[number].reshape(2, 4).tolist(), pairs.polygons[number].tolist()
        if single:
            edges, owners = sorted(edges), sorted(owners)
        found.setdefault((*edges[0], *edges[1]), tuple(owners))
        lengths.setdefault((*edges[0], *edges[1]), pairs.distance[number])
    return found, lengths


def assert_findings(batch, check, findings, pairs, lengths):
    """Assert that findings are the places of pairs, each with the box around all and its smallest distance."""
    if batch.metric != "euclidian":
        lengths = {
            entry: min(across(entry, batch.metric), across(entry[4:] + entry[:4], batch.metric)) for entry in pairs
        }
    expected = []
    for entries in batch.by_layout(pairs).values():
        owners = [pairs[entry] for entry in entries]
        for members in places(entries, owners, lengths, 4 * batch.limit):
            own = [entries[number] for number in members]
            box = boxes_of(own)
            expected.append((*box[:, :2].min(axis=0).tolist(), *box[:, 2:].max(axis=0).tolist()))
    found = [tuple(round(value * 1000) for value in finding.box) for finding in findings]
    assert sorted(found) == sorted(expected), f"seeds {batch.seeds}, {batch.kind}, {check}, limit {batch.limit}"
    for finding in findings:
        told = f"{batch.kind}, {check}, limit {batch.limit}, {batch.metric}: {finding}"
        entry = tuple(round(value * 1000) for edge in finding.edges for point in edge for value in point)
        assert entry in pairs, told
        if batch.metric == "euclidian":
            assert finding.measured * 1000 == pytest.approx(distance(entry), abs=1.01), told
            assert finding.measured * 1000 <= batch.limit, told


def across(entry, metric):
    """Return how far the nearer end of the second edge of a pair is from the first, in the frame of that."""
    x0, y0, x1, y1 = entry[:4]
    dx, dy, length = x1 - x0, y1 - y0, np.hypot(x1 - x0, y1 - y0)
    if not length:
        away = [max(abs(x - x0), abs(y - y0)) for x, y in (entry[4:6], entry[6:])]
        return min(away) if metric == "square" else np.inf
    aside = [abs(dx * (y - y0) - dy * (x - x0)) / length for x, y in (entry[4:6], entry[6:])]
    along = [(dx * (x - x0) + dy * (y - y0)) / length for x, y in (entry[4:6], entry[6:])]
    beyond = [max(-a, a - length, 0.0) if metric == "square" else 0.0 for a in along]
    return min(map(max, aside, beyond))


def distance(entry):
    """Return how far two edges are from each other."""
    first, second = shapely.LineString([entry[:2], entry[2:4]]), shapely.LineString([entry[4:6], entry[6:]])
    return shapely.distance(first, second)


def test_areas_are_klayouts(batch):
    limit = (SIZES[batch.kind] // 5) ** 2
    module, params = known_checks()["area"], params_of("area", min=limit * 1e-6, max=2.5 * limit * 1e-6)
    ours = [
        (*(round(value * 1000) for value in finding.box), round(finding.measured * 1e6))
        for finding in module.check(batch.scene, params)
    ]
    merged = batch.first.merged()
    wrong = list(merged.with_area(None, limit, False).each()) + list(
        merged.with_area(int(2.5 * limit) + 1, None, False).each()
    )
    boxes = [(polygon.bbox(), polygon.area()) for polygon in wrong]
    theirs = [(box.left, box.bottom, box.right, box.top, area) for box, area in boxes]
    batch.compare("area", ours, theirs)


def test_vertices_off_the_grid_are_klayouts(batch):
    grid = 5 * STEPS[batch.kind]
    found = known_checks()["grid"].check(batch.scene, params_of("grid", grid=grid / 1000))
    ours = points_of(found)
    theirs = {(pair.first.x1, pair.first.y1) for pair in batch.first.grid_check(grid, grid).each()}
    batch.compare("grid", ours, theirs)


def points_of(findings):
    return {tuple(round(value * 1000) for value in finding.box[:2]) for finding in findings}


def test_slanted_edges_are_klayouts(batch):
    found = known_checks()["angle"].check(batch.scene, params_of("angle", allow="manhattan"))
    ours = {tuple(sorted(tuple(round(value * 1000) for value in end) for end in finding.edges[0])) for finding in found}
    edges = batch.first.edges()
    edges.merged_semantics = False  # else those that are straight to within a dbu are joined
    slanted = edges.with_angle(kdb.Edges.OrthoEdges, True)
    theirs = {tuple(sorted([(edge.x1, edge.y1), (edge.x2, edge.y2)])) for edge in slanted.each()}
    batch.compare("angle", {sum(ends, ()) for ends in ours}, {sum(ends, ()) for ends in theirs})


def test_sharp_corners_are_klayouts(batch):
    if batch.kind == "any angle":
        pytest.skip("KLayout's angles between short edges are right to some degrees only")
    found = known_checks()["angle"].check(batch.scene, params_of("angle", min_corner=80.0))
    dots = batch.first.merged().corners_dots(100.0, 180.0, False, True, False, True)
    batch.compare("min_corner", points_of(found), {(dot.x1, dot.y1) for dot in dots.each()})
