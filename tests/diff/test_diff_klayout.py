"""The comparison against KLayout's flat exclusive or, on hierarchies of all kinds."""

import random
import re

import pytest
from klayout import db

from maskgen.diff import compare

LAYERS = ((1, 0), (2, 5))


def leaf(layout, chance, name, *, slanted):
    """Return a cell with some boxes and, if wanted, triangles."""
    cell = layout.create_cell(name)
    for _ in range(chance.randint(1, 4)):
        x, y, w, h = (chance.randint(-20, 20) for _ in range(4))
        shapes = cell.shapes(layout.layer(*chance.choice(LAYERS)))
        if slanted and chance.random() < 0.5:
            shapes.insert(db.Polygon([db.Point(x, y), db.Point(x + 10, y + 20 + h // 2), db.Point(x + 35, y - w // 2)]))
        else:
            shapes.insert(db.Box(x, y, x + w + 25, y + h + 25))
    return cell


def place(parent, child, chance, pitches):
    """Put copies of a cell into another one: single, in a row, in a lattice, turned, crowded or apart."""
    turn = db.Trans(chance.randint(0, 3), chance.random() < 0.3, chance.randint(-200, 200), chance.randint(-200, 200))
    pitch = chance.choice(pitches)
    columns, rows = chance.choice([(1, 1), (1, 1), (4, 1), (3, 3), (1, 5), (6, 4)])
    a, b = db.Vector(pitch, chance.choice([0, 0, 3])), db.Vector(0, pitch + 5)
    parent.insert(db.CellInstArray(child.cell_index(), turn, a, b, columns, rows))


def hierarchy(seed, *, slanted):
    """Return a layout of three levels."""
    chance = random.Random(seed)
    layout = db.Layout()
    layout.dbu = 1.0
    top = layout.create_cell("TOP")
    leaves = [leaf(layout, chance, f"L{n}", slanted=slanted) for n in range(3)]
    middles = [leaf(layout, chance, f"M{n}", slanted=slanted) for n in range(2)]
    for middle in middles:
        for _ in range(2):
            place(middle, chance.choice(leaves), chance, (30, 60, 90))
    for _ in range(4):
        place(top, chance.choice(leaves + middles), chance, (40, 100, 400))
    for _ in range(3):
        x, y = chance.randint(-300, 300), chance.randint(-300, 300)
        top.shapes(layout.layer(1, 0)).insert(db.Box(x, y, x + chance.randint(5, 300), y + 40))
    return layout, leaves + middles, top, chance


def change(layout, cells, top, chance):
    """Change a layout a little: a shape more or less, a copy moved, an array that lost a site, a cell flattened."""
    kind = chance.randint(0, 4)
    if kind == 0:
        cell = chance.choice(cells)
        cell.shapes(layout.layer(*chance.choice(LAYERS))).insert(db.Box(0, 0, chance.randint(1, 50), 7))
    elif kind == 1:
        cell = chance.choice(cells)
        for shape in list(cell.shapes(layout.layer(1, 0)).each())[:1]:
            cell.shapes(layout.layer(1, 0)).erase(shape)
    elif kind == 2:
        top.flatten(-1, False)
    elif list(top.each_inst()):
        instance = chance.choice(list(top.each_inst()))
        if instance.is_regular_array():
            instance.explode()
            if kind == 3:
                next(iter(top.each_inst())).delete()
        else:
            instance.transform(db.Trans(chance.randint(0, 9), 0))


def pair(folder, seed, *, slanted=False):
    """Return two files, the second changed, and KLayout's cells with them."""
    one, other = (hierarchy(seed, slanted=slanted) for _ in range(2))
    for _ in range(1 + seed % 3):
        change(*other)
    paths = []
    for (layout, _, top, _), name, ending in zip(
        (one, other), "ab", ("gds", "oas" if seed % 10 == 0 else "gds"), strict=True
    ):
        top.name = f"TOP_{name}"
        for unused in [cell.cell_index() for cell in layout.top_cells() if cell.name != top.name]:
            layout.prune_cell(unused, -1)
        paths.append(folder / f"{name}.{ending}")
        options = db.SaveLayoutOptions()
        options.keep_instances = True
        layout.write(str(paths[-1]), options)
    return paths, (one, other)


def flat_areas(both, *, opening=0):
    """Return KLayout's area of the exclusive or per layer [dbu²]."""
    areas = {}
    for key in LAYERS:
        found = [db.Region(top.begin_shapes_rec(layout.layer(*key))) for layout, _, top, _ in both]
        differing = found[0] ^ found[1]
        if opening:
            differing = differing.sized(-opening // 2, 2).sized(opening // 2, 2)
        areas[f"LAYER {key[0]}/{key[1]}"] = differing.area()
    return areas


def areas_of(comparison):
    """Return the area of all findings per layer, copies counted [um²]."""
    areas = {f"LAYER {layer}/{datatype}": 0.0 for layer, datatype in LAYERS}
    for violation in comparison.report.violations:
        area = re.search(r"um, ([0-9.e+]+) um2", violation.finding.sentence)
        areas[violation.rule] += violation.count * float(area[1]) if area else 0
    return areas


@pytest.mark.parametrize("seed", range(40))
def test_area_is_that_of_the_flat_exclusive_or(seed, tmp_path):
    paths, both = pair(tmp_path, seed)

    assert areas_of(compare(*paths)) == flat_areas(both)


@pytest.mark.parametrize("seed", range(12))
def test_area_of_slanted_shapes_is_that_of_the_flat_exclusive_or(seed, tmp_path):
    paths, both = pair(tmp_path, seed, slanted=True)
    found, wanted = areas_of(compare(*paths)), flat_areas(both)

    for layer in wanted:
        # Both snap crossings to the grid, one near the whole, one near the suspects.
        assert found[layer] == pytest.approx(wanted[layer], rel=0.02, abs=60)


@pytest.mark.parametrize("seed", range(12))
def test_tolerance_is_an_opening(seed, tmp_path):
    paths, both = pair(tmp_path, seed)

    # KLayout lets pass what is as thick as the tolerance too.
    assert areas_of(compare(*paths, tolerance=6)) == pytest.approx(flat_areas(both, opening=6), rel=1e-6)
