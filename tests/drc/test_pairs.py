"""Places: the same whether sites are looked at one by one or all at once, in whatever order shapes come."""

from collections import Counter

import numpy as np
import pytest
import shapely

from maskgen.drc import pairs
from maskgen.drc.deck import known_checks
from maskgen.drc.kernel.distance import EdgePairs
from maskgen.drc.scene import Scene
from maskgen.expressions import Layer
from maskgen.geometry import regions, shapes
from maskgen.geometry.arrays import Array, axis
from maskgen.layout import Layout, View, look

CHECKS = ("width", "space", "notch", "separation", "overlap")
SITE = 200.0
COUNT = 4


def random_shapes(rng):
    """Return shapes of a site, some of which reach over its border."""
    found = []
    for x, y in rng.integers(-110, 110, (rng.integers(1, 7), 2)).tolist():
        width, height = rng.integers(3, 60, 2).tolist()
        kind = rng.integers(0, 3)
        shape = shapely.box(x, y, x + width, y + height)
        if kind == 1:
            shape = regions.move(shapes.circle(float(width), tolerance=0.3), x, y)
        if kind == 2:
            shape = shapely.Polygon([(x, y), (x + width, y + height), (x + width, y + height + 15), (x, y + 15)])
        found.append(shape)
    return regions.merge(found)


def strip(rng):
    """Return shapes of the plate: a long one across all sites, which each sees a part of, and one that stands once."""
    y = float(rng.integers(-300, 300))
    return regions.merge([shapely.box(-900, y, 900, y + 60), shapely.box(-5, 100, 30, 108)])


def layout(seed):
    rng = np.random.default_rng(seed)
    centres = (np.arange(COUNT) - (COUNT - 1) / 2) * SITE
    occupied = rng.random((COUNT, COUNT)) < 0.8
    occupied[0, 0] = True
    line = axis(centres, -SITE / 2, SITE / 2)
    return Layout(
        {"A": random_shapes(rng), "B": random_shapes(rng)},
        {"A": strip(rng)} if seed % 2 else {},
        Array(line, line, occupied),
    )


def places(findings):
    return Counter((tuple(round(value, 3) for value in f.box), round(f.measured, 3)) for f in findings)


def by_sites(drawn, check, params):
    array, views = look(drawn, {}, margin=params.reach)
    found = Counter()
    for view in views:
        scene = Scene(view)
        own = [finding for finding in known_checks()[check].check(scene, params) if scene.owns(finding)]
        for x, y in [(0.0, 0.0)] if view.where is None else array.centres(view.where).tolist():
            shift = np.array([x, y, x, y])
            for finding in own:
                box = tuple(round(value, 3) for value in (np.array(finding.box) + shift).tolist())
                found[box, round(finding.measured, 3)] += 1
    return found


def at_once(drawn, check, params):
    layers = {name: drawn.pattern(name).flat() for name in ("A", "B")}
    return places(known_checks()[check].check(Scene(View(layers, shapely.box(-2000, -2000, 2000, 2000), None)), params))


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("seed", range(24))
def test_sites_one_by_one_are_the_whole(seed, check):
    drawn = layout(seed)
    fields = [name for name in ("layer", "other") if name in known_checks()[check].Params.model_fields]
    layers = dict(zip(fields, map(Layer, "AB"), strict=False))
    limit = float(np.random.default_rng(seed).integers(4, 30))
    # Whether a curve's edges must face each other depends on the whole of its ring: not on one that is cut off.
    facing = {"facing": seed % 2 == 0} if check in ("width", "space", "notch") else {}
    params = known_checks()[check].Params.model_construct(**layers, min=limit, **facing)

    assert by_sites(drawn, check, params) == at_once(drawn, check, params), f"seed {seed}, limit {limit}"


def edge_pairs(*entries):
    edges = np.array(entries, dtype=np.int64).reshape(-1, 2, 2, 2)
    distance = np.abs(edges[:, 1, 0, 0] - edges[:, 0, 0, 0]).astype(float)
    return EdgePairs(edges, distance, np.zeros((len(edges), 2), dtype=np.int64))


def told(found, **options):
    return list(pairs.findings(found, 0.01, "{} um apart", **options))


def upright(x, y, gap, height=5):
    return (x, y, x, y + height, x + gap, y + height, x + gap, y)


def test_nothing_is_no_place():
    assert told(edge_pairs()) == []


@pytest.mark.parametrize(
    ("entries", "boxes"),
    [
        pytest.param([upright(0, 0, 9), upright(0, 5, 7)], [(0, 0, 0.009, 0.01)], id="touching"),
        pytest.param([upright(0, 0, 9), upright(9, 5, 7)], [(0, 0, 0.016, 0.01)], id="touching at a corner"),
        pytest.param(
            [upright(0, 0, 9), upright(0, 6, 7)], [(0, 0, 0.009, 0.005), (0, 0.006, 0.007, 0.011)], id="a unit apart"
        ),
        pytest.param([upright(0, 0, 9, 35), upright(0, 35, 9)], [(0, 0, 0.009, 0.04)], id="as large as a place"),
        pytest.param(
            [upright(0, 0, 9, 36), upright(0, 36, 9)], [(0, 0, 0.009, 0.036), (0, 0.036, 0.009, 0.041)], id="too large"
        ),
        pytest.param(
            [upright(0, 5 * n, 9) for n in range(10)],
            [(0, 0, 0.009, 0.015), (0, 0.015, 0.009, 0.03), (0, 0.03, 0.009, 0.045), (0, 0.045, 0.009, 0.05)],
            id="much larger, told about every limit",
        ),
        pytest.param(
            [upright(0, 5 * n, 9 - (n == 4)) for n in range(10)],
            [(0, 0, 0.009, 0.01), (0, 0.01, 0.009, 0.035), (0, 0.035, 0.009, 0.05)],
            id="much larger, from the narrowest on",
        ),
        pytest.param([upright(0, 0, 9), upright(0, 0, 9)], [(0, 0, 0.009, 0.005)], id="the same twice"),
    ],
)
def test_what_touches_is_one_place(entries, boxes):
    assert [finding.box for finding in told(edge_pairs(*entries))] == boxes


def test_a_place_tells_its_smallest_distance_and_those_edges():
    (finding,) = told(edge_pairs(upright(0, 0, 9), upright(0, 5, 7), upright(0, 10, 8)))
    assert finding.sentence == "0.007 um apart, at least 0.01 um wanted"
    assert (finding.measured, finding.limit) == (0.007, 0.01)
    assert finding.edges == (((0, 0.005), (0, 0.01)), ((0.007, 0.01), (0.007, 0.005)))


def test_of_one_layer_neither_edge_is_the_first():
    here, there = upright(0, 0, 9), upright(0, 0, 9)
    turned = (*there[4:], *there[:4])
    assert told(edge_pairs(here), is_single=True) == told(edge_pairs(turned), is_single=True)
    assert told(edge_pairs(here)) != told(edge_pairs(turned))


@pytest.mark.parametrize(
    ("metric", "sentence"),
    [
        pytest.param("square", "0.008 um apart, at least 0.01 um wanted", id="the larger of 6 and 8"),
        pytest.param("projection", "0.006 um apart, at least 0.01 um wanted", id="across alone"),
    ],
)
def test_other_metrics_tell_their_own_distance(metric, sentence):
    corners = EdgePairs(
        np.array([[[[0, -5], [0, 0]], [[6, 13], [6, 8]]]]), np.array([10.0]), np.zeros((1, 2), dtype=np.int64)
    )
    assert [finding.sentence for finding in told(corners, metric=metric)] == [sentence]
