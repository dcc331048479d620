"""The cell that a finding belongs to, against a walk over every copy of every cell."""

from itertools import pairwise

import gdstk
import numpy as np
import pytest

from maskgen.drc.layouts.check import check_layout
from maskgen.drc.layouts.homes import Homes
from maskgen.drc.layouts.placements import Hierarchy
from maskgen.stream.cells import read_cells

DECK = """\
deck: pads
unit: um
layers: {PAD: 1/0, PLATE: 2/0}
rules:
  PAD.W: {check: width, layer: PAD, min: 10}
  PAD.S: {check: space, layer: PAD, min: 6}
"""


def unit():
    """Return a cell with a pad that is too narrow, and one that is not."""
    cell = gdstk.Cell("UNIT")
    cell.add(gdstk.rectangle((0, 0), (20, 20), layer=1), gdstk.rectangle((30, 0), (38, 20), layer=1))
    return cell


def library(*cells):
    found = gdstk.Library(unit=1e-6, precision=1e-9)
    found.add(*cells)
    return found


def findings(path, cells, rule="PAD.W"):
    library(*cells).write_gds(path)
    deck = path.with_suffix(".yaml")
    deck.write_text(DECK)
    report = check_layout(path, str(deck), cell="TOP").report
    return [violation for violation in report.violations if violation.rule == rule]


PLACES = {
    "once": [{}],
    "moved": [{"origin": (1000, 30)}],
    "turned": [{"origin": (5, 7), "rotation": np.pi / 2}],
    "mirrored": [{"origin": (-300, 0), "x_reflection": True, "rotation": np.pi}],
    "an array": [{"origin": (70, 0), "columns": 5, "rows": 4, "spacing": (60, 40)}],
    "several": [{"origin": (0, 500)}, {"origin": (100, 501), "rotation": np.pi}, {"origin": (300, 0), "columns": 2}],
}


@pytest.mark.parametrize("name", PLACES)
def test_the_same_cell_gives_the_same_fingerprint(tmp_path, name):
    alone = gdstk.Cell("TOP").add(gdstk.Reference(unit()))
    expected = findings(tmp_path / "alone.gds", [alone, *alone.dependencies(recursive=True)])
    child, top = unit(), gdstk.Cell("TOP")
    top.add(*(gdstk.Reference(child, **{"spacing": (60, 40)} | place) for place in PLACES[name]))
    top.add(gdstk.rectangle((-2000, -2000), (2000, 2000), layer=2))

    found = findings(tmp_path / "found.gds", [top, child])

    assert {violation.cell for violation in found} == {"UNIT"}
    assert {violation.fingerprint for violation in found} == {expected[0].fingerprint}


def test_a_cell_within_a_cell(tmp_path):
    child, row, top = unit(), gdstk.Cell("ROW"), gdstk.Cell("TOP")
    row.add(gdstk.Reference(child, (0, 5)), gdstk.Reference(child, (60, 5)))
    top.add(gdstk.Reference(row, (100, 0)), gdstk.Reference(row, (100, 100), rotation=np.pi / 2))

    found = findings(tmp_path / "a.gds", [top, row, child])

    assert {violation.cell for violation in found} == {"UNIT"}
    assert len({violation.fingerprint for violation in found}) == 1
    assert sum(violation.count for violation in found) == 4


def test_what_lies_between_copies_belongs_to_what_places_them(tmp_path):
    child, row, top = unit(), gdstk.Cell("ROW"), gdstk.Cell("TOP")
    row.add(gdstk.Reference(child, columns=3, spacing=(43, 0)))
    top.add(gdstk.Reference(row), gdstk.Reference(row, (0, 24)))

    found = findings(tmp_path / "a.gds", [top, row, child], "PAD.S")

    assert {violation.cell for violation in found} == {"ROW", "TOP"}
    assert {violation.finding.measured for violation in found if violation.cell == "ROW"} == {5.0}
    assert {violation.finding.measured for violation in found if violation.cell == "TOP"} == {4.0}


def test_what_something_else_lies_over_belongs_to_what_places_both(tmp_path):
    child, top = unit(), gdstk.Cell("TOP")
    top.add(gdstk.Reference(child), gdstk.Reference(child, (100, 0)), gdstk.rectangle((135, -5), (136, 5), layer=1))

    found = findings(tmp_path / "a.gds", [top, child])

    assert sorted(violation.cell for violation in found) == ["TOP", "UNIT"]


def test_repeated_shapes_of_oasis_have_no_cell(tmp_path):
    top = gdstk.Cell("TOP")
    shape = gdstk.rectangle((0, 0), (8, 20), layer=1)
    shape.repetition = gdstk.Repetition(columns=5, rows=3, spacing=(40, 40))
    top.add(shape)
    library(top).write_oas(tmp_path / "a.oas")
    (tmp_path / "deck.yaml").write_text(DECK)

    report = check_layout(tmp_path / "a.oas", str(tmp_path / "deck.yaml")).report

    assert {violation.cell for violation in report.violations} == {"TOP"}


def corners(box):
    left, bottom, right, top = box
    return np.array([complex(left, bottom), complex(right, bottom), complex(right, top), complex(left, top)])


def around(points):
    return np.array([points.real.min(), points.imag.min(), points.real.max(), points.imag.max()])


def meets(one, other):
    return (one[:2] <= other[2:] + 1e-3).all() and (one[2:] >= other[:2] - 1e-3).all()


def home(tree, number, box):
    """Return the cell that holds a box alone, and the box there, by a walk over every copy."""
    cell, inner = tree.cells.cells[number], []
    for rings in tree.drawn(cell).values():
        for begin, end in zip(rings.ends[:-1], rings.ends[1:], strict=True):
            points = rings.points[begin:end]
            if meets(np.concatenate([points.min(axis=0), points.max(axis=0)]), box):
                return number, box
    placed = cell.references
    for index, child in enumerate(placed.cells.tolist()):
        for column in range(placed.copies[index, 0]):
            for row in range(placed.copies[index, 1]):
                step = placed.steps[index, 0] * column + placed.steps[index, 1] * row
                origin = complex(*(placed.places[index] + step))
                mirrored, turn = placed.mirrored[index], placed.turns[index]
                points = corners(tree.boxes[child])
                copy = around((points.conj() if mirrored else points) * turn + origin)
                if meets(copy, box):
                    back = (corners(box) - origin) / turn
                    within = (box[:2] >= copy[:2] - 1e-3).all() and (box[2:] <= copy[2:] + 1e-3).all()
                    inner.append((child, around(back.conj() if mirrored else back)) if within else None)
    if len(inner) != 1 or inner[0] is None:
        return number, box
    return home(tree, *inner[0])


def hierarchy(rng, path):
    """Return a random hierarchy of three levels, arrays and single references, turned and mirrored."""
    levels = [
        [gdstk.Cell(f"LEAF{n}") for n in range(2)],
        [gdstk.Cell(f"MID{n}") for n in range(2)],
        [gdstk.Cell("TOP")],
    ]
    for cell in levels[0]:
        cell.add(*(gdstk.rectangle((x, y), (x + 3, y + 2), layer=1) for x, y in rng.integers(0, 12, (2, 2)).tolist()))
    for below, above in pairwise(levels):
        for cell in above:
            for _ in range(rng.integers(1, 4)):
                columns, rows = rng.integers(1, 4, 2).tolist()
                cell.add(
                    gdstk.Reference(
                        below[rng.integers(len(below))],
                        tuple(rng.integers(-60, 60, 2).tolist()),
                        rotation=rng.integers(4) * np.pi / 2,
                        x_reflection=bool(rng.integers(2)),
                        columns=columns,
                        rows=rows,
                        spacing=tuple(rng.integers(10, 40, 2).tolist()),
                    )
                )
            if rng.random() < 0.5:
                x, y = rng.integers(-60, 60, 2).tolist()
                cell.add(gdstk.rectangle((x, y), (x + 9, y + 4), layer=1))
    library(*(cell for level in levels for cell in level)).write_gds(path)
    cells = read_cells(path)
    return Hierarchy(cells, [cell.name for cell in cells.cells].index("TOP"), frozenset({(1, 0)}))


@pytest.mark.parametrize("seed", range(25))
def test_against_a_walk_over_every_copy(seed, tmp_path):
    rng = np.random.default_rng(seed)
    tree = hierarchy(rng, tmp_path / "a.gds")
    low = rng.integers(-150_000, 150_000, (400, 2))
    boxes = np.hstack([low, low + rng.integers(0, 4000, (400, 2))]).astype(float)

    cell, found = Homes(tree).of(boxes)

    expected = [home(tree, tree.top, box) for box in boxes]
    assert cell.tolist() == [number for number, _ in expected]
    assert np.allclose(found, [box for _, box in expected], atol=1e-3)
    assert len(set(cell.tolist())) > 1
