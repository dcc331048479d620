"""The comparison against KLayout's flat exclusive or, by kind of what is drawn: many shapes, holes, paths, angles."""

import random
import re

import pytest
from klayout import db

from maskgen.diff import compare

LAYER = (1, 0)


def written(folder, *draws):
    """Return two files of a database unit of 1 um, and KLayout's regions of them."""
    paths, regions = [], []
    for name, draw in zip("ab", draws, strict=True):
        layout = db.Layout()
        layout.dbu = 1.0
        top = layout.create_cell("TOP")
        draw(layout, top, top.shapes(layout.layer(*LAYER)))
        paths.append(folder / f"{name}.gds")
        layout.write(str(paths[-1]))
        regions.append(db.Region(top.begin_shapes_rec(layout.layer(*LAYER))).merged())
    return paths, regions


def told(comparison, paths):
    """Return for each file how many places it alone covers, and their area."""
    found = []
    for path in paths:
        own = [v for v in comparison.report.violations if v.finding.sentence.startswith(f"only in {path}:")]
        areas = [v.count * float(re.search(r"um, (\S+) um2", v.finding.sentence)[1]) for v in own]
        found.append((sum(v.count for v in own), sum(areas)))
    return found


def wanted(regions, *, opening=0):
    """Return KLayout's, polygons that meet at corners apart."""
    found = []
    for one, other in (regions, regions[::-1]):
        differing = one - other
        if opening:
            both = (regions[0] ^ regions[1]).sized(-opening // 2, 2).sized(opening // 2, 2)
            differing &= both
        found.append((differing.merged(True, 1).count(), differing.area()))
    return found


def boxes(chance, count, *, step):
    """Return boxes on a coarse grid, so that many touch, share edges or meet at corners."""
    corners = [[chance.randint(0, 60) * step for _ in range(2)] for _ in range(count)]
    return [db.Box(x, y, x + chance.randint(1, 5) * step, y + chance.randint(1, 5) * step) for x, y in corners]


def frames(chance, count):
    """Return polygons with holes."""
    found = db.Region()
    for box in boxes(chance, count, step=20):
        found += db.Region(box) - db.Region(box.enlarged(-5, -5))
    return list(found.each())


def insert_all(shapes):
    return lambda _layout, _top, target: [target.insert(shape) for shape in shapes]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("is_large", [True, False])
def test_many_overlapping_boxes(seed, is_large, tmp_path):
    chance = random.Random(seed)
    shared = boxes(chance, 300 if is_large else 40, step=10)
    mine, other = (boxes(chance, 100 if is_large else 12, step=10) for _ in range(2))
    paths, regions = written(tmp_path, insert_all(shared + mine), insert_all(other + shared))

    assert told(compare(*paths), paths) == wanted(regions)


@pytest.mark.parametrize("seed", range(6))
def test_tolerance_is_an_opening_of_many_shapes(seed, tmp_path):
    chance = random.Random(seed)
    mine = boxes(chance, 200, step=10)
    other = [box.enlarged(chance.randint(-3, 3), chance.randint(-3, 3)) for box in mine]
    paths, regions = written(tmp_path, insert_all(mine), insert_all(other))
    found, expected = told(compare(*paths, tolerance=4), paths), wanted(regions, opening=4)

    for (_, area), (_, expected_area) in zip(found, expected, strict=True):
        assert area == pytest.approx(expected_area, rel=1e-5)


@pytest.mark.parametrize("seed", range(6))
def test_polygons_with_holes(seed, tmp_path):
    chance = random.Random(seed)
    shared = frames(chance, 60)
    paths, regions = written(
        tmp_path, insert_all(shared + frames(chance, 30)), insert_all(shared + boxes(chance, 20, step=10))
    )

    assert told(compare(*paths), paths) == wanted(regions)


@pytest.mark.parametrize("kind", ["flat", "square", "extended"])
def test_paths_are_the_polygons_that_they_cover(kind, tmp_path):
    chance = random.Random(kind)
    ends = {"flat": (0, 0), "square": (10, 10), "extended": (7, 3)}[kind]
    paths_drawn = []
    for _ in range(20):
        x, y = chance.randint(0, 1000), chance.randint(0, 1000)
        points = [db.Point(x, y), db.Point(x + 100, y), db.Point(x + 100, y + chance.randint(30, 90))]
        paths_drawn.append(db.Path(points, 20, *ends))
    polygons = [path.simple_polygon() for path in paths_drawn]
    paths, _ = written(tmp_path, insert_all(paths_drawn), insert_all(polygons))

    assert compare(*paths).is_equal


def turned(seed, *, is_changed):
    """Return what draws arrays of a cell at any angle and size, mirrored or not, a pad of one side changed."""

    def draw(layout, top, shapes):
        chance = random.Random(seed)
        cell = layout.create_cell("PAD")
        cell.shapes(layout.layer(*LAYER)).insert(db.Box(0, 0, 400 + 40 * is_changed, 300))
        for _ in range(4):
            angle = chance.choice([0, 90, 180, 270, 30, 12.5, 77])
            turn = db.ICplxTrans(
                chance.choice([1, 2, 0.5, 1.25]), angle, chance.random() < 0.5, *(chance.randint(0, 9000) for _ in "xy")
            )
            step = db.Vector(chance.randint(300, 1500), chance.randint(0, 50))
            top.insert(db.CellInstArray(cell.cell_index(), turn, step, db.Vector(-step.y, step.x), 3, 2))
        shapes.insert(db.Box(0, 0, 9000, 400))

    return draw


@pytest.mark.parametrize("seed", range(12))
def test_arrays_of_any_angle_and_size(seed, tmp_path):
    paths, regions = written(tmp_path, turned(seed, is_changed=False), turned(seed, is_changed=True))

    for (_, area), (_, expected) in zip(told(compare(*paths), paths), wanted(regions), strict=True):
        # Corners that leave the grid are rounded: half a step along outlines of some thousand steps.
        assert area == pytest.approx(expected, rel=0.01, abs=3000)


@pytest.mark.parametrize("seed", range(4))
def test_an_array_is_equal_to_its_copies(seed, tmp_path):
    chance = random.Random(seed)

    def array(layout, top, shapes):
        cell = layout.create_cell("PAD")
        cell.shapes(layout.layer(*LAYER)).insert(db.Box(0, 0, 40, 30))
        top.insert(db.CellInstArray(cell.cell_index(), db.Trans(7, 5), db.Vector(61, 0), db.Vector(0, 45), 7, 5))

    def copies(layout, top, shapes):
        cell = layout.create_cell("OTHER")
        cell.shapes(layout.layer(*LAYER)).insert(db.Box(0, 0, 40, 30))
        places = [(7 + 61 * i, 5 + 45 * j) for i in range(7) for j in range(5)]
        chance.shuffle(places)
        for place in places:
            top.insert(db.CellInstArray(cell.cell_index(), db.Trans(*place)))

    paths, _ = written(tmp_path, array, copies)

    assert compare(*paths).is_equal
