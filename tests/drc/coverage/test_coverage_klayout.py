"""Covered shares of windows: those that KLayout measures on the flat layout, however the sites repeat."""

import time

import gdstk
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from klayout import db

from maskgen.drc.coverage import quadrants
from maskgen.drc.deck import read_layout_deck
from maskgen.drc.layouts.subject import LayoutSubject
from maskgen.drc.run import run
from maskgen.geometry.arrays import Lattice
from maskgen.stream.cells import read_cells

DECK = """
deck: coverage
unit: um
layers: {{A: 1/0, B: 2/0}}
derived: {{NEAR: "grow(A, 1) & B"}}
rules:
  D.1: {{check: density, layer: {layer}, {within} max: 0, window: [{width}, {height}], step: [{dx}, {dy}]}}
"""

sizes = st.integers(1, 9)
spots = st.integers(-6, 14)
boxes = st.builds(
    lambda x, y, width, height, layer: gdstk.rectangle((x, y), (x + width, y + height), layer=layer),
    spots, spots, sizes, sizes, st.sampled_from([1, 1, 2]),
)  # fmt: skip
triangles = st.builds(
    lambda x, y, size, layer: gdstk.Polygon([(x, y), (x + size, y), (x, y + size)], layer=layer),
    spots, spots, sizes, st.sampled_from([1, 2]),
)  # fmt: skip
shapes = st.lists(st.one_of(boxes, boxes, triangles), min_size=1, max_size=4)
counts = st.sampled_from([1, 2, 13, 15, 24])
pitches = st.sampled_from([8, 10, 12, 16, 9.5])
bars = st.builds(
    lambda x, y, length, thick, across: gdstk.rectangle(
        (x, y), (x + (length if across else thick), y + (thick if across else length)), layer=2
    ),
    st.integers(-30, 200), st.integers(-30, 200), st.sampled_from([60, 300]), st.integers(1, 60), st.booleans(),
)  # fmt: skip
arrays = st.tuples(
    st.integers(-20, 300), st.integers(-20, 300), counts, counts, pitches, pitches, st.sampled_from([0, np.pi / 2])
)
rules = st.fixed_dictionaries(
    {
        "layer": st.sampled_from(["A", "A", "A - B"]),
        "within": st.sampled_from(["", "within: B,"]),
        "width": st.sampled_from([37.5, 48, 95]),
        "height": st.sampled_from([33.333, 60]),
    }
)
overlaps = st.sampled_from([1, 0.5, 0.7])


def written(path, unit, placed, singles, nested):
    """Write a layout in which a cell stands in arrays, those in arrays of their own if that is wanted."""
    made = gdstk.Library(unit=1e-6, precision=1e-9)
    cell, middle, top = made.new_cell("UNIT"), made.new_cell("MIDDLE"), made.new_cell("TOP")
    cell.add(*unit)
    for x, y, columns, rows, dx, dy, turn in placed:
        where = {"columns": columns, "rows": rows, "spacing": (dx, dy), "rotation": turn}
        (middle if nested else top).add(gdstk.Reference(cell, (x, y), **where))
    if nested:
        top.add(gdstk.Reference(middle, columns=nested, rows=2, spacing=(1500, 1500)))
    top.add(*singles)
    made.write_gds(path)


def subject_of(path, deck, *, has_arrays=True):
    cells = read_cells(path)
    top = [cell.name for cell in cells.cells].index("TOP")
    return LayoutSubject(path.name, cells, top, deck, has_arrays=has_arrays)


def found(path, deck, **options):
    """Return the covered share of each window that is not bare, by its lower left corner."""
    shares = {}
    for violation in run(deck, subject_of(path, deck, **options)).violations:
        corners = [violation.finding.box[:2]] if not violation.lattices else []
        for a in violation.lattices:
            corners += [(a.x + c * a.dx, a.y + r * a.dy) for r in range(a.rows) for c in range(a.columns)]
        assert len(corners) == violation.count
        assert violation.finding.box[:2] == pytest.approx(corners[0])
        for x, y in corners:
            assert shares.setdefault((round(x, 3), round(y, 3)), violation.finding.measured) == (
                violation.finding.measured
            )
    return shares


def measured(path, numbers, size, step):
    """Return the same as KLayout measures it, window by window."""
    layout = db.Layout()
    layout.read(str(path))
    top = layout.cell("TOP")
    layers = {
        name: db.Region(top.begin_shapes_rec(layout.layer(number, 0))).merged() for name, number in (("A", 1), ("B", 2))
    }
    a, b = layers["A"], layers["B"]
    layer = {"A": a, "A - B": a - b}[numbers["layer"]].merged()
    area = b if numbers["within"] else db.Region(layer.bbox())
    layer, left, bottom = layer & area, area.bbox().left, area.bbox().bottom
    counts = [
        max(0, int(np.ceil((extent - 1000 * side) / (1000 * by) - 1e-9))) + 1
        for extent, side, by in zip((area.bbox().width(), area.bbox().height()), size, step, strict=True)
    ]
    shares = {}
    for row in range(counts[1] if not area.is_empty() else 0):
        y = round(bottom + 1000 * row * step[1])
        strip = layer & db.Region(db.Box(left, y, area.bbox().right + round(1000 * size[0]), y + round(1000 * size[1])))
        for column in range(counts[0]):
            x = round(left + 1000 * column * step[0])
            window = db.Box(x, y, x + round(1000 * size[0]), y + round(1000 * size[1]))
            covered = (strip & db.Region(window)).area()
            if covered:
                shares[x / 1000, y / 1000] = covered / window.area()
    return shares


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shapes, st.lists(arrays, min_size=1, max_size=3), st.lists(bars, max_size=2), rules, overlaps, st.data())
def test_shares_are_klayouts(tmp_path, unit, placed, singles, numbers, overlap, data):
    path, size = tmp_path / "a.gds", (numbers["width"], numbers["height"])
    step = tuple(round(side * overlap, 3) for side in size)
    written(path, unit, placed, singles, data.draw(st.sampled_from([0, 0, 2])))
    (tmp_path / "deck.yaml").write_text(DECK.format(**numbers, dx=step[0], dy=step[1]))

    shares = found(path, read_layout_deck(tmp_path / "deck.yaml"))
    expected = measured(path, numbers, size, step)
    # Slanted edges cross on the grid in both, and not always on the same point of it.
    assert {
        place for place in shares.keys() ^ expected.keys() if shares.get(place, expected.get(place)) > 1e-6
    } == set()
    for place in shares.keys() & expected.keys():
        assert shares[place] == pytest.approx(expected[place], abs=2e-5), place


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shapes, st.lists(arrays, min_size=1, max_size=3), st.lists(bars, max_size=2), rules, overlaps, st.data())
def test_arrays_made_short_are_covered_as_flat_ones(tmp_path, unit, placed, singles, numbers, overlap, data):
    path, size = tmp_path / "a.gds", (numbers["width"], numbers["height"])
    written(path, unit, placed, singles, data.draw(st.sampled_from([0, 0, 2])))
    numbers |= {"layer": data.draw(st.sampled_from(["NEAR", "hull(A)", "A ^ B"]))}
    deck = tmp_path / "deck.yaml"
    deck.write_text(DECK.format(**numbers, dx=round(size[0] * overlap, 3), dy=round(size[1] * overlap, 3)))
    rules = read_layout_deck(deck)

    assert found(path, rules) == pytest.approx(found(path, rules, has_arrays=False), abs=1e-9)


def test_a_million_sites_are_told_once_for_all_windows_that_are_alike(tmp_path):
    path = tmp_path / "a.gds"
    unit = [gdstk.rectangle((0, 0), (20, 20), layer=1), gdstk.rectangle((30, 10), (50, 40), layer=1)]
    field = gdstk.rectangle((-10, -10), (69_990, 89_990), layer=2)
    written(path, unit, [(0, 0, 1000, 1000, 70, 90, 0)], [field], 0)
    numbers = {"layer": "A", "within": "within: B,", "width": 700, "height": 900, "dx": 350, "dy": 450}
    (tmp_path / "deck.yaml").write_text(DECK.format(**numbers))
    started = time.perf_counter()
    subject = subject_of(path, read_layout_deck(tmp_path / "deck.yaml"))
    (violation,) = run(subject.deck, subject).violations

    assert violation.finding.measured == pytest.approx(1000 / 6300, abs=1e-9)
    assert violation.finding.sentence == "15.87 % covered, at most 0 % allowed"
    assert violation.lattices == (Lattice(-10.0, -10.0, 199, 199, 350.0, 450.0),)
    assert (violation.count, violation.cell) == (199 * 199, "TOP")
    assert time.perf_counter() - started < 20


@pytest.mark.parametrize("seed", range(8))
def test_areas_left_of_and_below_lines(seed):
    rng = np.random.default_rng(seed)
    spots = [shapely.Point(*rng.uniform(0, 60, 2)).buffer(rng.uniform(1, 15)) for _ in range(6)]
    region = shapely.union_all(spots).difference(shapely.Point(30, 30).buffer(4))
    x, y = np.sort(rng.uniform(-5, 70, 9)), np.sort(rng.uniform(-5, 70, 7))
    table = quadrants.areas(quadrants.edges_of_region(region), x * 1000, y * 1000)

    for column, row in np.ndindex(table.shape):
        below = region.intersection(shapely.box(-100, -100, x[column], y[row])).area
        assert table[column, row] == pytest.approx(below * 1e6, rel=1e-9, abs=1e-3)
