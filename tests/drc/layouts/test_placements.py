"""Arrays within arrays: few rows where they are regular, and always the same places as KLayout's."""

import klayout.db as kdb
import numpy as np
import pytest

from maskgen.drc.layouts.placements import Hierarchy, begin, flattened, opened, written_out
from maskgen.stream.cells import read_cells

LAYER = (1, 0)


def layout_of(levels, *, is_single=False):
    """Return a box in arrays of arrays, given from within: columns, rows and the steps [dbu] of each."""
    layout = kdb.Layout()
    inner = layout.create_cell("0")
    inner.shapes(layout.layer(*LAYER)).insert(kdb.Box(0, 0, 10, 20))
    for number, (columns, rows, dx, dy) in enumerate(levels, 1):
        outer = layout.create_cell(str(number))
        if is_single:
            for column, row in np.ndindex(columns, rows):
                outer.insert(kdb.CellInstArray(inner.cell_index(), kdb.Trans(column * dx, row * dy)))
        else:
            steps = kdb.Vector(dx, 0), kdb.Vector(0, dy)
            outer.insert(kdb.CellInstArray(inner.cell_index(), kdb.Trans(7, -3), *steps, columns, rows))
        inner = outer
    return layout


def hierarchy_of(layout, path):
    layout.write(str(path))
    cells = read_cells(path)
    names = [cell.name for cell in cells.cells]
    return Hierarchy(cells, names.index(layout.top_cell().name), frozenset({LAYER}))


def rows_of(tree):
    """Return the sorted rows of what is open, and how many cells are closed."""
    items = opened(tree, begin(tree))
    rows = [row for item in items if item.closed is None for row in item.rows.tolist()]
    return sorted(rows), sum(item.closed is not None for item in items)


def klayouts(layout):
    shapes = layout.top_cell().begin_shapes_rec(layout.layer(*LAYER))
    return sorted((box.left, box.bottom) for box in (at.shape().box.transformed(at.trans()) for at in shapes.each()))


@pytest.mark.parametrize(
    ("levels", "row"),
    [
        pytest.param([(2, 2, 30, 50), (2, 2, 60, 100)], [14, -6, 4, 4, 30, 50], id="the outer goes on"),
        pytest.param([(2, 2, 60, 100), (2, 2, 30, 50)], [14, -6, 4, 4, 30, 50], id="the outer fills the gaps"),
        pytest.param([(2, 2, 30, 100), (2, 2, 60, 50)], [14, -6, 4, 4, 30, 50], id="one of each"),
        pytest.param([(3, 1, 30, 0), (5, 2, 90, 50)], [14, -6, 15, 2, 30, 50], id="a line in a block"),
        pytest.param(
            [(2, 2, 30 * 2**level, 50 * 2**level) for level in range(10)], [70, -30, 1024, 1024, 30, 50], id="ten deep"
        ),
    ],
)
def test_regular_arrays_of_arrays_are_one_row(tmp_path, levels, row):
    layout = layout_of(levels)

    assert rows_of(hierarchy_of(layout, tmp_path / "nested.gds")) == ([row], 0)


def test_single_references_within_each_other_are_few_rows(tmp_path):
    """A million places of 4 x 4 copies in 4 x 4 copies, five deep."""
    layout = layout_of([(4, 4, 30 * 4**level, 50 * 4**level) for level in range(5)], is_single=True)
    rows, closed = rows_of(hierarchy_of(layout, tmp_path / "single.gds"))

    assert len(rows) <= 64
    assert (sum(row[2] * row[3] for row in rows), closed) == (4**10, 0)


@pytest.mark.parametrize(
    "levels",
    [
        pytest.param([(2, 2, 30, 50), (2, 2, 61, 100)], id="a gap of one"),
        pytest.param([(2, 2, 30, 50), (3, 3, 30, 50)], id="over each other"),
        pytest.param([(4, 1, 30, 0), (2, 1, 60, 0)], id="half over each other"),
    ],
)
def test_irregular_arrays_of_arrays_stay_closed(tmp_path, levels):
    rows, closed = rows_of(hierarchy_of(layout_of(levels), tmp_path / "nested.gds"))

    assert (rows, closed) == ([], 1)


@pytest.mark.parametrize("is_single", [False, True])
@pytest.mark.parametrize("seed", range(20))
def test_places_are_klayouts(tmp_path, seed, is_single):
    rng = np.random.default_rng(seed)
    levels, extent = [], np.array([30, 50])
    for _ in range(3):
        counts = rng.integers(1, 5, 2)
        steps = np.where(rng.random(2) < 0.7, extent, rng.integers(10, 200, 2))
        levels.append((*counts.tolist(), *steps.tolist()))
        extent = counts * steps
    layout = layout_of(levels, is_single=is_single)
    tree = hierarchy_of(layout, tmp_path / "nested.gds")
    found = flattened(written_out(tree))[LAYER]

    assert sorted(map(tuple, found.boxes[:, :2].tolist())) == klayouts(layout), f"seed {seed}"
