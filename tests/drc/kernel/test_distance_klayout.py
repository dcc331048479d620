"""The distance checks against KLayout's, marker for marker, on random layouts."""

import klayout.db as kdb
import numpy as np
import pytest

from maskgen.drc.kernel import distance
from maskgen.geometry.polygons import Polygons

METRICS = {"euclidian": kdb.Region.Euclidian, "square": kdb.Region.Square, "projection": kdb.Region.Projection}
ONE_LAYER = {"width": "width_check", "space": "space_check", "notch": "notch_check", "isolated": "isolated_check"}
TWO_LAYERS = {"separation": "separation_check", "enclosure": "enclosed_check", "overlap": "overlap_check"}
SIZES = {"rectangles": 200, "octilinear": 200, "any angle": 20000}


def chamfered(rng, x, y, width, height):
    cut = int(rng.integers(1, max(2, min(width, height) // 2)))
    corners = [(x, y, 0, 1, 1, 0), (x + width, y, -1, 0, 0, 1), (x + width, y + height, 0, -1, -1, 0)]
    points = []
    for (px, py, ax, ay, bx, by), cuts in zip(
        [*corners, (x, y + height, 1, 0, 0, -1)], rng.integers(0, 2, 4), strict=True
    ):
        points += [(px + ax * cut, py + ay * cut), (px + bx * cut, py + by * cut)] if cuts else [(px, py)]
    return points


def star(rng, x, y, radius):
    turns = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(3, 8)))
    radii = radius * rng.uniform(0.3, 1, len(turns))
    return [(round(x + r * np.cos(t)), round(y + r * np.sin(t))) for r, t in zip(radii, turns, strict=True)]


def outline(rng, kind, size):
    x, y = rng.integers(0, size, 2).tolist()
    width, height = rng.integers(8 if kind == "octilinear" else 1, size // 4, 2).tolist()
    if kind == "rectangles":
        return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    if kind == "octilinear":
        return chamfered(rng, x, y, width, height)
    return star(rng, x, y, rng.integers(size // 40, size // 4))


def layer(rng, kind):
    """Return a merged region of overlapping shapes, some with holes."""
    size = SIZES[kind]
    found = kdb.Region()
    for _ in range(rng.integers(1, 12)):
        polygon = kdb.Polygon([kdb.Point(int(x), int(y)) for x, y in outline(rng, kind, size)])
        if rng.random() < 0.2:
            middle, half = polygon.bbox().center(), int(rng.integers(1, size // 20))
            hole = kdb.Box(middle.x - half, middle.y - half, middle.x + half, middle.y + half)
            found += kdb.Region(polygon) - kdb.Region(hole)
        else:
            found.insert(polygon)
    return settled(found)


def settled(region):
    """Merge until that changes nothing: at any angle crossings snap to the grid, and may cross anew."""
    before = None
    for _ in range(20):
        region = kdb.Region(list(region.each_merged())).merged()
        after = sorted(str(polygon) for polygon in region.each())
        if after == before:
            break
        before = after
    # Merged once more, edges that are straight to within a dbu would be joined before the space check, and only there.
    region.merged_semantics = False
    return region


def polygons(region):
    coords, rings, ends = [], [0], [0]
    for polygon in region.each():
        contours = [polygon.each_point_hull(), *(polygon.each_point_hole(n) for n in range(polygon.holes()))]
        for contour in contours:
            coords += [(point.x, point.y) for point in contour][::-1]
            rings.append(len(coords))
        ends.append(len(rings) - 1)
    return Polygons(np.array(coords, dtype=np.int64).reshape(-1, 2), np.array(rings), np.array(ends))


def theirs(pairs, *, ordered):
    edges = [[(e.x1, e.y1, e.x2, e.y2) for e in (pair.first, pair.second)] for pair in pairs.each()]
    return {tuple(pair if ordered else sorted(pair)) for pair in edges}


def ours(pairs, *, ordered):
    edges = [[tuple(edge) for edge in pair] for pair in pairs.edges.reshape(-1, 2, 4).tolist()]
    return {tuple(pair if ordered else sorted(pair)) for pair in edges}


def assert_same(found, expected, what):
    assert not found - expected, f"{what}: only ours {found - expected}"
    assert not expected - found, f"{what}: only KLayout's {expected - found}"


def layers(seed, kind):
    rng = np.random.default_rng(seed)
    first, second = layer(rng, kind), layer(rng, kind)
    return first, second, int(rng.integers(2, 60)) * (SIZES[kind] // 200)


def check_all(seed, kind):
    first, second, limit = layers(seed, kind)
    own, others = polygons(first), polygons(second)
    for metric, theirs_metric in METRICS.items():
        for name, method in ONE_LAYER.items():
            expected = theirs(getattr(first, method)(limit, False, theirs_metric), ordered=False)
            found = ours(getattr(distance, name)(own, limit, metric=metric), ordered=False)
            assert_same(found, expected, f"seed {seed}, {kind}, {name}, {metric}, {limit}")
        for name, method in TWO_LAYERS.items():
            expected = theirs(getattr(first, method)(second, limit, False, theirs_metric), ordered=True)
            found = ours(getattr(distance, name)(own, others, limit, metric=metric), ordered=True)
            assert_same(found, expected, f"seed {seed}, {kind}, {name}, {metric}, {limit}")


@pytest.mark.parametrize("kind", SIZES)
@pytest.mark.parametrize("batch", range(4))
def test_every_marker_is_klayouts(path, kind, batch):
    # What both paths share need not be seen as often.
    for seed in range(25 * batch, 25 * (batch + 1), 5 if path == "compiled" else 1):
        check_all(seed, kind)


@pytest.mark.parametrize("kind", SIZES)
def test_space_is_notch_and_isolated(kind):
    for seed in range(30):
        first, _, limit = layers(seed, kind)
        own = polygons(first)
        space = ours(distance.space(own, limit), ordered=False)
        parts = ours(distance.notch(own, limit), ordered=False) | ours(distance.isolated(own, limit), ordered=False)

        # Other polygons may shield two sides of one, and only in `space`.
        assert space <= parts, f"seed {seed}"
