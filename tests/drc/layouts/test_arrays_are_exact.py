"""Arrays looked at once for all their copies: what is found is what is found flat, place by place."""

from collections import Counter

import gdstk
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maskgen.drc.deck import read_layout_deck
from maskgen.drc.layouts.subject import LayoutSubject
from maskgen.drc.run import run
from maskgen.errors import MaskgenError
from maskgen.stream.cells import read_cells

DECK = """
deck: everything
unit: um
layers: {A: 1/0, B: 2/0}
derived: {NEAR: "grow(A, 1) & B", REST: "B - A"}
rules:
  A.S: {check: space, layer: A, min: 2}
  A.W: {check: width, layer: A, min: 3}
  A.N: {check: notch, layer: B, min: 2}
  A.Q: {check: space, layer: B, min: 2, metric: square}
  AB.S: {check: separation, layer: A, other: B, min: 2}
  AB.E: {check: enclosure, inner: A, outer: B, min: 1.5}
  AB.O: {check: overlap, layer: A, other: B, min: 2}
  AB.I: {check: inside, inner: A, outer: B}
  AB.X: {check: outside, layer: A, other: B}
  A.A: {check: area, layer: A, min: 12, max: 300}
  B.A: {check: area, layer: B, max: 800}
  B.H: {check: hole_area, layer: B, min: 20}
  A.G: {check: grid, layer: A, grid: 1}
  A.M: {check: angle, layer: A, allow: octilinear, min_corner: 80}
  A.V: {check: vertices, layer: A, max: 12}
  N.S: {check: space, layer: NEAR, min: 2}
  R.W: {check: width, layer: REST, min: 2}
  H.S: {check: space, layer: "hull(A)", min: 2}
"""


@pytest.fixture(scope="module")
def deck(tmp_path_factory):
    path = tmp_path_factory.mktemp("deck") / "deck.yaml"
    path.write_text(DECK)
    return read_layout_deck(path)


def places(report):
    """Return how many violations of each rule there are at each place, with size and measured value."""
    found = Counter()
    for violation in report.violations:
        left, bottom, right, top = violation.finding.box
        measured = None if violation.finding.measured is None else round(violation.finding.measured, 4)
        what = violation.rule, round(right - left, 3), round(top - bottom, 3), measured
        origins = [(left, bottom)] if not violation.lattices else []
        for lattice in violation.lattices:
            c, r = np.meshgrid(np.arange(lattice.columns), np.arange(lattice.rows))
            x, y = lattice.x + c * lattice.dx, lattice.y + r * lattice.dy
            origins += zip(x.ravel().tolist(), y.ravel().tolist(), strict=True)
        assert len(origins) == violation.count
        assert (round(left, 6), round(bottom, 6)) in [(round(x, 6), round(y, 6)) for x, y in origins]
        for x, y in origins:
            found[(*what, round(x, 3) + 0.0, round(y, 3) + 0.0)] += 1
    return found


def subject_of(path, deck, *, has_arrays=True):
    cells = read_cells(path)
    top = [cell.name for cell in cells.cells].index("TOP")
    return LayoutSubject(path.name, cells, top, deck, has_arrays=has_arrays)


def both(path, deck):
    """Return the subject with arrays, and what is found with and without."""
    subjects = [subject_of(path, deck, has_arrays=has_arrays) for has_arrays in (True, False)]
    return subjects[0], *(places(run(deck, subject)) for subject in subjects)


def box(x, y, width, height, layer=1):
    return gdstk.rectangle((x, y), (x + width, y + height), layer=layer)


def library(draw):
    """Return a library whose cells the function fills."""
    made = gdstk.Library(unit=1e-6, precision=1e-9)
    draw(made)
    return made


def array(cell, columns, rows, dx, dy, at=(0, 0), **turned):
    return gdstk.Reference(cell, at, columns=columns, rows=rows, spacing=(dx, dy), **turned)


sizes = st.integers(1, 9)
spots = st.integers(-6, 14)
rectangles = st.builds(box, spots, spots, sizes, sizes, st.sampled_from([1, 1, 2]))
triangles = st.builds(
    # Edges cross on the grid: what is rounded when shapes are merged is rounded by what lies anywhere around.
    lambda x, y, size, layer: gdstk.Polygon([(x, y), (x + size, y), (x, y + size)], layer=layer),
    spots,
    spots,
    sizes,
    st.sampled_from([1, 2]),
)
shapes = st.lists(st.one_of(rectangles, rectangles, rectangles, triangles), min_size=1, max_size=4)
counts = st.sampled_from([1, 1, 2, 13, 15])
few = st.sampled_from([1, 2, 3])
turns = st.fixed_dictionaries(
    {"rotation": st.sampled_from([0, np.pi / 2, np.pi, -np.pi / 2]), "x_reflection": st.booleans()}
)
pitches = st.sampled_from([8, 10, 12, 16, 9.5])
bars = st.builds(
    lambda x, y, length, thick, across, layer: box(x, y, *((length, thick) if across else (thick, length)), layer),
    st.integers(-30, 200),
    st.integers(-30, 200),
    st.sampled_from([60, 300, 500]),
    st.integers(1, 6),
    st.booleans(),
    st.sampled_from([1, 2]),
)


@st.composite
def layouts(draw):
    """Return a layout of arrays within arrays, single placements, long bars and marks."""
    made = gdstk.Library(unit=1e-6, precision=1e-9)
    unit, other, block, top = (made.new_cell(name) for name in ("UNIT", "OTHER", "BLOCK", "TOP"))
    unit.add(*draw(shapes))
    other.add(*draw(shapes))
    if draw(st.booleans()):
        unit.add(array(other, draw(few), draw(few), draw(sizes), draw(sizes), **draw(turns)))
    block.add(array(unit, draw(counts), draw(few), draw(pitches), draw(pitches), **draw(turns)))
    for _ in range(draw(st.integers(1, 3))):
        cell = draw(st.sampled_from([unit, other, block]))
        size = few if cell is block else counts
        dx, dy = (160, 40) if cell is block else (draw(pitches), draw(pitches))
        at = draw(st.tuples(st.integers(-40, 200), st.integers(-40, 200)))
        top.add(array(cell, draw(size), draw(size), dx, dy, at, **draw(turns)))
    for number in range(draw(st.sampled_from([0, 0, 12, 20]))):
        top.add(gdstk.Reference(other, (number * 12, -60)))
    top.add(*draw(st.lists(bars, max_size=3)))
    top.add(*draw(st.lists(rectangles, max_size=2)))
    return made


@given(layouts())
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_random_hierarchies(deck, tmp_path_factory, made):
    path = tmp_path_factory.mktemp("layout") / "layout.gds"
    made.write_gds(path)

    _, short, flat = both(path, deck)

    assert short == flat


def pads(made, name="UNIT", layer=1):
    """Return a cell of two pads, 1 um apart."""
    cell = made.new_cell(name)
    cell.add(box(0, 0, 4, 9, layer), box(5, 0, 4, 9, layer))
    return cell


def plate(made):
    top = made.new_cell("TOP")
    top.add(array(pads(made), 40, 30, 10, 12), box(-20, -20, 440, 400, 2), box(-3, -3, 2, 2), box(201, 363, 1, 1))


def two_arrays(made):
    unit, top = pads(made), made.new_cell("TOP")
    top.add(array(unit, 40, 30, 10, 12), array(unit, 30, 30, 13, 14, (401, -3)), array(unit, 50, 20, 11, 12, (0, 361)))


def tiles(made):
    """Draw as tiles of classes on one lattice, whose bars abut from tile to tile."""
    top, pitch = made.new_cell("TOP"), 12
    for row, y, rows in ((0, 0, 1), (1, 1, 28), (2, 29, 1)):
        for column, x, columns in ((0, 0, 1), (1, 1, 38), (2, 39, 1)):
            cell = made.new_cell(f"T{row}{column}")
            cell.add(box(0, 0, pitch, 3, 2), box(0, 4, pitch, 1, 2), box(2, 6, 3 + row, 4 + column), box(0, 5, 1, 7, 2))
            top.add(array(cell, columns, rows, pitch, pitch, (x * pitch, y * pitch)))


def interleaved(made):
    top = made.new_cell("TOP")
    top.add(array(pads(made), 20, 30, 20, 12), array(pads(made, "OTHER", 2), 20, 30, 20, 12, (9, 1)))


def nested(made):
    block, panel, top = (made.new_cell(name) for name in ("BLOCK", "PANEL", "TOP"))
    block.add(array(pads(made), 12, 4, 11, 12))
    panel.add(array(block, 7, 6, 140, 60))
    top.add(array(panel, 2, 1, 1000, 0), box(-50, -50, 2100, 10, 2))


def turned(made):
    top = made.new_cell("TOP")
    top.add(array(pads(made), 40, 25, 10, 12, (3, 4), rotation=np.pi / 2, x_reflection=True), box(-900, 40, 1000, 2))


def single_references(made):
    unit, top = pads(made), made.new_cell("TOP")
    top.add(*(gdstk.Reference(unit, (10 * x, 12 * y)) for x in range(30) for y in range(30) if (x, y) != (7, 9)))


def slanted(made):
    top = made.new_cell("TOP")
    unit = made.new_cell("UNIT")
    unit.add(gdstk.Polygon([(0, 0), (2, 0), (14, 12), (12, 12)], layer=1), box(6, 2, 2, 2))
    top.add(array(unit, 30, 30, 12, 12))


@pytest.mark.parametrize(
    ("draw", "shorter"),
    [
        pytest.param(plate, 4, id="plate and marks"),
        pytest.param(two_arrays, 1, id="two arrays"),
        pytest.param(tiles, 10, id="tiles"),
        pytest.param(interleaved, 8, id="interleaved"),
        pytest.param(nested, 2, id="nested"),
        pytest.param(turned, 4, id="turned"),
        pytest.param(single_references, 1, id="single references"),
        pytest.param(slanted, 8, id="slanted"),
    ],
)
def test_arrays(deck, tmp_path, draw, shorter):
    library(draw).write_gds(tmp_path / "layout.gds")

    subject, short, flat = both(tmp_path / "layout.gds", deck)

    assert short == flat
    assert sum(flat.values()) > 100
    margin = 16384.0
    lengths = [len(subject.short(margin).scene.shapes["A"]), len(subject.flat(deck.rules[0]).shapes["A"])]
    assert lengths[0] * shorter <= lengths[1]


@pytest.mark.parametrize("columns", [13, 15, 39, 200])
def test_a_chain_of_touching_copies_is_as_large_as_it_is(deck, tmp_path, columns):
    """Alone each copy has 24 um2; joined they are more than the 300 um2 allowed from 13 on."""
    made = gdstk.Library(unit=1e-6, precision=1e-9)
    unit, top = made.new_cell("UNIT"), made.new_cell("TOP")
    unit.add(box(0, 0, 8, 3))
    top.add(array(unit, columns, 2, 8, 40), array(pads(made, "OTHER"), columns, 2, 8, 30, (3, 90)))
    made.write_gds(tmp_path / "layout.gds")

    _, short, flat = both(tmp_path / "layout.gds", deck)

    assert short == flat
    assert sum(count for place, count in flat.items() if place[0] == "A.A" and place[3] == 24 * columns) == 2


def test_alike_findings_are_one(deck, tmp_path):
    library(interleaved).write_gds(tmp_path / "layout.gds")
    report = run(deck, subject_of(tmp_path / "layout.gds", deck))

    (first,) = [violation for violation in report.violations if violation.rule == "A.S"]
    assert first.count == 600
    assert [(a.columns, a.rows, a.dx, a.dy) for a in first.lattices] == [(20, 30, 20.0, 12.0)]


def test_absurd_arrays_cost_nothing(deck, tmp_path):
    """A thousand million sites."""
    made = gdstk.Library(unit=1e-6, precision=1e-9)
    made.new_cell("TOP").add(array(pads(made), 32000, 32000, 12, 12))
    made.write_gds(tmp_path / "layout.gds")

    report = run(deck, subject_of(tmp_path / "layout.gds", deck))

    found = {entry.rule.id: entry.violations for entry in report.rules}
    assert found["A.S"] == 32000 * 32000
    assert found["A.W"] == 0


def test_what_cannot_be_written_out_is_refused(deck, tmp_path):
    made = gdstk.Library(unit=1e-6, precision=1e-9)
    made.new_cell("TOP").add(array(pads(made), 30000, 30000, 1, 1, rotation=0.1))
    made.write_gds(tmp_path / "layout.gds")

    with pytest.raises(
        MaskgenError, match=r"layout.gds: A.S: 900000000 placements would have to be written out, at most"
    ):
        run(deck, subject_of(tmp_path / "layout.gds", deck))


def test_oasis_repetitions(deck, tmp_path):
    made = gdstk.Library(unit=1e-6, precision=1e-9)
    top = made.new_cell("TOP")
    pad = box(0, 0, 9, 9)
    pad.repetition = gdstk.Repetition(columns=50, rows=40, spacing=(10, 11))
    top.add(pad)
    made.write_oas(tmp_path / "layout.oas")

    subject, short, flat = both(tmp_path / "layout.oas", deck)

    assert short == flat
    assert sum(count for place, count in flat.items() if place[0] == "A.S") == 49 * 40
    assert len(subject.short(16384.0).scene.shapes["A"]) < 300
