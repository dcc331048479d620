"""What is derived by classes equals a plain flat evaluation by KLayout, which shares no code with us."""

import random

import numpy as np
import pytest
import shapely
from klayout import db

from maskgen import expressions
from maskgen.geometry import arrays, regions
from maskgen.geometry.arrays import Array, Axis
from maskgen.layout import Layout, derive, look

PITCH = 600.0
TOLERANCE = 150
"""Half the width [database units] of what may differ: chord errors of both sides."""

RECIPES = {
    "WIN": "shrink(PAD, over)",
    "FIRST": "FIELD - grow(WIN | MARK, under)",
    "SECOND": "grow(FIRST, under)",
    "REST": "FIELD - PAD - MARK",
}


def site():
    disc = shapely.Point(120, 100).buffer(120, quad_segs=4)
    return regions.merge([shapely.box(-250, -250, -100, -100), disc, shapely.box(50, -280, 260, -60)])


def even(count, pitch=PITCH):
    return arrays.axis((np.arange(count) - (count - 1) / 2) * pitch, -pitch / 2, pitch / 2)


def layout_of(array, field, mark=None):
    plate = {"FIELD": field} | ({"MARK": mark} if mark is not None else {})
    return Layout({"PAD": site()}, plate, array)


def recipes(over, under):
    names = {"PAD", "FIELD", "MARK", *RECIPES}
    numbers = {"over": over, "under": under}
    return {name: expressions.parse(text, layers=names, numbers=numbers) for name, text in RECIPES.items()}


def to_klayout(region):
    found = db.Region()
    for part in regions.polygons(region):
        rings = [part.exterior, *part.interiors]
        hull, *holes = [[db.DPoint(x, y) for x, y in shapely.get_coordinates(ring)[:-1]] for ring in rings]
        polygon = db.DPolygon(hull)
        for hole in holes:
            polygon.insert_hole(hole)
        found.insert(polygon.to_itype(0.001))
    return found.merged()


def grown(region, distance):
    corners = 64 if distance < 100 else 160
    disc = db.DPolygon.ellipse(db.DBox(-distance, -distance, distance, distance), corners).to_itype(0.001)
    return region.minkowski_sum(disc).merged() if distance else region


def flat_by_klayout(layout, over, under):
    pad = db.Region()
    one = to_klayout(layout.site["PAD"])
    for x, y in layout.array.centres(layout.array.occupied):
        pad += one.moved(round(x * 1000), round(y * 1000))
    field, mark = (to_klayout(layout.plate.get(name, regions.EMPTY)) for name in ("FIELD", "MARK"))
    frame = db.Region(pad.bbox().enlarged(1_000_000, 1_000_000))
    window = frame - grown(frame - pad, over)
    first = field - grown(window + mark, under)
    return {"WIN": window, "FIRST": first, "SECOND": grown(first, under), "REST": field - pad - mark}


def assert_equal_to_flat(layout, over, under):
    found = derive(layout, recipes(over, under))
    for name, expected in flat_by_klayout(layout, over, under).items():
        flat = to_klayout(found[name].flat())
        difference = (flat ^ expected).sized(-TOLERANCE)

        assert difference.is_empty(), f"{name} differs at {difference.bbox()}"
        assert found[name].area == pytest.approx(flat.area() * 1e-6, rel=1e-5, abs=1.0), name


BOX = shapely.box(-1500, -1300, 1500, 1300)


@pytest.mark.parametrize("under", [40.0, 200.0])
@pytest.mark.parametrize(
    ("array", "field"),
    [
        pytest.param(Array(even(3), even(2), np.ones((2, 3), bool)), BOX, id="rectangle"),
        pytest.param(Array(even(1), even(1), np.ones((1, 1), bool)), BOX, id="one site"),
        pytest.param(Array(even(4), even(3), np.eye(3, 4, dtype=bool)), BOX, id="skipped sites"),
        pytest.param(Array(even(3), even(3), np.ones((3, 3), bool), 300.0), BOX, id="staggered by half a pitch"),
        pytest.param(Array(even(3), even(3), np.ones((3, 3), bool), -137.0), BOX, id="staggered the other way"),
        pytest.param(
            Array(even(4), even(4), np.ones((4, 4), bool)), shapely.box(-1200, -1200, 1200, 1200), id="no border"
        ),
        pytest.param(
            Array(even(4), even(4), ~np.eye(4, dtype=bool) & ~np.eye(4, dtype=bool)[::-1]),
            shapely.Point(0, 0).buffer(1450, quad_segs=24),
            id="wafer with dropped sites",
        ),
    ],
)
def test_classes_equal_a_flat_evaluation(array, field, under):
    assert_equal_to_flat(layout_of(array, field), 8.0, under)


@pytest.mark.parametrize("under", [20.0, 250.0])
def test_blocks_with_a_gap_equal_a_flat_evaluation(under):
    centres = np.array([-900.0, -300.0, 100.0, 500.0])
    low, high = np.array([-300.0, -300.0, -100.0, -300.0]), np.array([300.0, 300.0, 100.0, 300.0])
    occupied = np.array([[True, True, False, True]] * 2)
    array = Array(Axis(centres, low, high), even(2), occupied)

    assert_equal_to_flat(layout_of(array, BOX), 0.0, under)


@pytest.mark.parametrize("under", [20.0, 250.0])
def test_a_mark_near_a_corner_equals_a_flat_evaluation(under):
    array = Array(even(3), even(3), np.ones((3, 3), bool))
    mark = shapely.box(-1000, 850, -880, 990)

    assert_equal_to_flat(layout_of(array, BOX, mark), 5.0, under)


@pytest.mark.parametrize("seed", range(6))
def test_random_plates_equal_a_flat_evaluation(seed):
    chance = random.Random(seed)
    columns, rows = chance.randint(1, 4), chance.randint(1, 4)
    occupied = np.array([[chance.random() < 0.7 for _ in range(columns)] for _ in range(rows)])
    occupied[0, 0] = True
    array = Array(even(columns), even(rows), occupied, chance.choice([0.0, 0.0, 200.0]))
    half = 350 * max(columns, rows) + chance.choice([0, 40, 500])

    assert_equal_to_flat(
        layout_of(array, shapely.box(-half, -half, half, half)),
        chance.choice([0.0, 15.0]),
        chance.choice([10.0, 130.0]),
    )


def test_a_million_sites_are_few_tiles_and_have_the_closed_area():
    array = Array(even(1000), even(1000), np.ones((1000, 1000), bool))
    field = shapely.box(-300_000, -300_000, 300_000, 300_000)
    pattern = derive(layout_of(array, field), recipes(0.0, 10.0))["REST"]
    lattices = [lattice for tile in pattern.tiles for lattice in pattern.array.lattices(tile.where)]

    assert len(pattern.tiles) <= 9
    assert len(lattices) <= 9
    assert pattern.area == pytest.approx(600_000.0**2 - 1_000_000 * site().area, rel=1e-12)


def test_a_view_is_right_within_its_margin():
    array = Array(even(3), even(3), np.ones((3, 3), bool))
    layout = layout_of(array, BOX)
    looked, views = look(layout, recipes(8.0, 40.0), margin=120.0)
    expected = flat_by_klayout(layout, 8.0, 40.0)
    for view in views:
        if view.where is None:
            continue
        x, y = looked.centres(view.where)[0]
        window = to_klayout(regions.move(view.domain, x, y)).sized(119_000)
        for name in RECIPES:
            seen = to_klayout(regions.move(view.layers[name], x, y)) & window

            assert (seen ^ (expected[name] & window)).sized(-TOLERANCE).is_empty()


def test_a_view_shows_what_only_the_plate_has_though_no_recipe_reads_it():
    """Rules look at drawn layers too, at those that stand once as at those of the sites."""
    array = Array(even(2), even(2), np.ones((2, 2), dtype=bool))
    mark = shapely.box(-200, -200, 200, 200)
    _, views = look(layout_of(array, shapely.box(*array.box), mark), {}, margin=10.0)

    assert sum(view.layers["MARK"].intersection(view.domain).area for view in views) == pytest.approx(mark.area)
