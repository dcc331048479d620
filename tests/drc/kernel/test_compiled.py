"""When the compiled searches run, and that they find what NumPy's do, whatever the layout and the number of threads."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import klayout.db as kdb
import numpy as np
import pytest

from maskgen.drc.kernel import compiled, distance
from maskgen.drc.kernel.compiled import search, sweep, union
from maskgen.drc.kernel.merge import merged
from maskgen.geometry.polygons import Polygons, concatenate, from_boxes

ROOT = str(Path(__file__).parents[3])
CHECK = """
import sys
from importlib.util import find_spec
import numpy as np
from maskgen.drc.kernel import compiled, distance
from maskgen.drc.kernel.merge import merged
from maskgen.geometry.polygons import from_boxes
compiled.find_spec = lambda name: None if name.endswith("{hidden}") else find_spec(name)
low = np.random.default_rng(0).integers(0, 3000, (300, 2))
shapes = merged(from_boxes(np.hstack([low, low + 40])))
compiled.LARGE = len(shapes.coords) + {more}
print(len(distance.space(shapes, 20)), "maskgen.drc.kernel.compiled.nearness" in sys.modules)
"""


@pytest.fixture(autouse=True)
def path():
    """Replace the fixture of the folder: these tests choose for themselves."""


def scattered(count, size, seed=0):
    rng = np.random.default_rng(seed)
    low = rng.integers(0, size, (count, 2))
    return from_boxes(np.hstack([low, low + rng.integers(1, 60, (count, 2))]))


def mixed():
    """Return plates, bars as long as the layout, slanted shapes and small boxes, far from the origin."""
    bars = from_boxes(np.array([[n * 300, -9000, n * 300 + 7, 9000] for n in range(20)] + [[-500, 0, 9000, 20]]))
    slanted = np.array([[x, y, x + 90, y + 10, x + 70, y + 80] for x in range(0, 6000, 250) for y in (-800, 777)])
    triangles = Polygons(slanted.reshape(-1, 2), np.arange(0, 145, 3), np.arange(49))
    return concatenate([scattered(600, 5000), bars, triangles])


def outcome(monkeypatch, large, run):
    monkeypatch.setattr(compiled, "LARGE", large)
    return run()


def pairs_of(found):
    return sorted(zip(found.edges.reshape(-1, 8).tolist(), found.distance.tolist(), strict=True))


def canonical(polygons):
    edges = np.hstack([polygons.coords, polygons.coords[polygons.next_vertex]])
    owner = polygons.polygon_of_ring[polygons.ring_of_vertex]
    return sorted(sorted(edges[owner == n].tolist()) for n in range(len(polygons)))


@pytest.mark.parametrize("metric", ["euclidian", "square", "projection"])
@pytest.mark.parametrize("check", ["width", "space", "notch", "isolated"])
def test_same_pairs_in_one_layer(monkeypatch, check, metric):
    shapes = merged(mixed())

    def run():
        return pairs_of(getattr(distance, check)(shapes, 50, metric=metric))

    expected = outcome(monkeypatch, 1 << 62, run)

    assert len(expected) > 20
    assert outcome(monkeypatch, 0, run) == expected


@pytest.mark.parametrize("check", ["separation", "enclosure", "overlap"])
def test_same_pairs_between_layers(monkeypatch, check):
    shapes, others = merged(mixed()), merged(scattered(700, 5000, seed=1))

    def run():
        return pairs_of(getattr(distance, check)(shapes, others, 30))

    expected = outcome(monkeypatch, 1 << 62, run)

    assert len(expected) > 20
    assert outcome(monkeypatch, 0, run) == expected


@pytest.mark.parametrize("size", [300, 1500, 4000])
def test_same_union(monkeypatch, size):
    shapes = scattered(1200, size)
    expected = outcome(monkeypatch, 1 << 62, lambda: canonical(merged(shapes)))

    assert outcome(monkeypatch, 0, lambda: canonical(merged(shapes))) == expected


def test_union_of_what_has_holes_and_kissing_corners(monkeypatch):
    once = merged(scattered(2500, 2000))
    twice = concatenate([once, Polygons(once.coords + np.array([17, 31]), once.rings, once.polygons)])
    expected = outcome(monkeypatch, 1 << 62, lambda: canonical(merged(twice)))

    assert (once.doubled_ring_areas < 0).sum() > 10
    assert outcome(monkeypatch, 0, lambda: canonical(merged(twice))) == expected


@pytest.mark.parametrize("shapes", [scattered(1200, 1500), scattered(400, 60_000), mixed()], ids=len)
def test_union_in_the_memory_of_the_shapes(monkeypatch, shapes):
    monkeypatch.setattr(compiled, "LARGE", 0)
    expected = canonical(merged(shapes))
    spare = Polygons(shapes.coords.copy(), shapes.rings, shapes.polygons)

    found = merged(spare, is_spare=True)

    assert canonical(found) == expected
    assert np.shares_memory(found.coords, spare.coords) == (len(found.coords) <= len(spare.coords))


def test_union_with_more_vertices_than_the_shapes(monkeypatch):
    monkeypatch.setattr(compiled, "LARGE", 0)
    bars = np.arange(0, 600, 30)[:, None]
    across = np.hstack([bars, np.zeros_like(bars), bars + 10, np.full_like(bars, 600)])
    shapes = from_boxes(np.vstack([across, across[:, [1, 0, 3, 2]], [[900, 0, 910, 10]]]))
    expected = canonical(merged(shapes))

    found = merged(shapes, is_spare=True)

    assert len(found.coords) > len(shapes.coords)
    assert canonical(found) == expected


def test_portions_and_threads_change_nothing(monkeypatch):
    shapes = mixed()

    def run():
        whole = merged(shapes)
        return [*whole.coords.tolist(), *pairs_of(distance.space(whole, 50))]

    expected = outcome(monkeypatch, 0, run)
    for module, name in ((sweep, "_PORTION"), (union, "_PORTION"), (search, "_PORTION"), (search, "_PAIRS")):
        monkeypatch.setattr(module, name, 7)
    monkeypatch.setattr(compiled, "threads", lambda: ThreadPoolExecutor(max_workers=5))

    assert run() == expected


@pytest.mark.parametrize("last", [(1 << 31) - 1, 1 << 31, 1 << 40], ids=["32 bits", "a bit more", "64 bits"])
def test_far_from_the_origin(monkeypatch, last):
    shapes = mixed()
    place = last - shapes.coords.max(axis=0)

    def run(move):
        whole = merged(Polygons(shapes.coords + move, shapes.rings, shapes.polygons))
        found = distance.width(whole, 50), distance.space(whole, 50)
        return [[each.edges - move, each.distance] for each in found]

    near, far = (outcome(monkeypatch, 0, lambda move=move: run(move)) for move in (np.zeros(2, dtype=np.int64), place))

    assert min(len(edges) for edges, _ in near) > 20
    for (edges, apart), (moved, moved_apart) in zip(near, far, strict=True):
        assert sorted(edges.reshape(-1, 8).tolist()) == sorted(moved.reshape(-1, 8).tolist())
        assert sorted(apart.tolist()) == sorted(moved_apart.tolist())


def test_touching_boxes():
    boxes = mixed().boxes
    low, high = boxes[:, None, :2], boxes[:, None, 2:]
    met = (low <= boxes[None, :, 2:]).all(axis=2) & (boxes[None, :, :2] <= high).all(axis=2)
    first, second = union.touching(boxes)

    assert (
        sorted(zip(first.tolist(), second.tolist(), strict=True)) == np.argwhere(np.triu(met, 1)).tolist()
        or sorted(map(list, zip(first.tolist(), second.tolist(), strict=True))) == np.argwhere(np.triu(met, 1)).tolist()
    )


@pytest.mark.parametrize(
    ("more", "hidden", "is_loaded"),
    [
        pytest.param(1, ".none", False, id="NumPy does small layouts"),
        pytest.param(0, ".none", True, id="large ones are compiled"),
        pytest.param(0, ".nearness", False, id="unless nothing was compiled"),
        pytest.param(0, ".shapes", False, id="or not all of it"),
    ],
)
def test_choice(more, hidden, is_loaded):
    settings = os.environ | {"PYTHONPATH": ROOT}
    words = [sys.executable, "-c", CHECK.format(more=more, hidden=hidden)]
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=settings)

    low = np.random.default_rng(0).integers(0, 3000, (300, 2)).tolist()
    squares = kdb.Region([kdb.Polygon(kdb.Box(x, y, x + 40, y + 40)) for x, y in low]).merged()

    assert done.stdout.split() == [str(squares.space_check(20).count()), str(is_loaded)]


def test_kernel_has_been_compiled():
    """Where no compiler is, all of these tests would compare NumPy with itself."""
    assert compiled.is_there()
