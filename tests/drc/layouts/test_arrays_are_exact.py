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


def both(path, deck):
    """Return the subject with arrays, and what is found with and without."""
    cells = read_cells(path)
    top = [cell.name for cell in cells.cells].index("TOP")
    subjects = [LayoutSubject("", cells, top, deck, has_arrays=has_arrays) for has_arrays in (True, False)]
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
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_random_hierarchies(deck, tmp_path_factory, made):
    path = tmp_path_factory.mktemp("layout") / "layout.gds"
    made.write_gds(path)

    _, short, flat = both(path, deck)

    assert short == flat
