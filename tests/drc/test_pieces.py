"""Connected pieces counted by classes equal KLayout's count on the flattened plate."""

import random

import numpy as np
import pytest
import shapely
from klayout import db

from maskgen import expressions
from maskgen.drc import pieces
from maskgen.errors import MaskgenError
from maskgen.geometry import arrays, regions
from maskgen.geometry.arrays import Array, Axis
from maskgen.layout import Layout

PITCH = 100.0
BAR = (-50, -5, 50, 5)
POST = (-5, -50, 5, 50)
ISLAND = (20, 20, 30, 30)
STUB = (35, -5, 60, 5)
"""Reaches 10 um into the next site, which it touches only if something of that site is there."""
STEP = (-50, -35, -40, 45)
CORNER = (40, -50, 50, -35)
"""Touches the `STEP` of the right neighbour at a corner."""


def even(count, pitch=PITCH):
    return arrays.axis((np.arange(count) - (count - 1) / 2) * pitch, -pitch / 2, pitch / 2)


def full(columns, rows, **more):
    return Array(even(columns), even(rows), np.ones((rows, columns), dtype=bool), **more)


def layout_of(array, *boxes, plate=()):
    ground = {"FRAME": regions.merge(shapely.box(*box) for box in plate)}
    return Layout({"BAR": regions.merge(shapely.box(*box) for box in boxes)}, ground, array)


def counted(layout, text="BAR | FRAME", recipes=None):
    return pieces.count(
        layout, expressions.parse(text, layers={"BAR", "FRAME", "WIDE", "AWAY"}, numbers={}), recipes or {}
    )


def by_klayout(layout):
    """Return how many pieces KLayout merges the flattened plate to."""
    found = db.Region()
    sites = [regions.copies(layout.site["BAR"], layout.array.centres(layout.array.occupied))]
    for shape in [*np.concatenate(sites), *regions.polygons(layout.plate["FRAME"])]:
        for polygon in regions.polygons(shape):
            points = [db.Point(round(x * 1000), round(y * 1000)) for x, y in polygon.exterior.coords]
            outline = db.Region(db.Polygon(points))
            for ring in polygon.interiors:
                outline -= db.Region(db.Polygon([db.Point(round(x * 1000), round(y * 1000)) for x, y in ring.coords]))
            found += outline
    return found.merged(True, 1).count()  # corners that touch do not join


@pytest.mark.parametrize(
    ("layout", "expected"),
    [
        pytest.param(layout_of(full(4, 3)), 0, id="nothing"),
        pytest.param(layout_of(full(1, 1), BAR), 1, id="one site"),
        pytest.param(layout_of(full(4, 3), ISLAND), 12, id="islands"),
        pytest.param(layout_of(full(4, 3), BAR), 3, id="a bar a row"),
        pytest.param(layout_of(full(4, 3), POST), 4, id="a post a column"),
        pytest.param(layout_of(full(4, 3), BAR, POST), 1, id="crosses"),
        pytest.param(layout_of(full(4, 3), BAR, POST, ISLAND), 13, id="crosses and islands"),
        pytest.param(layout_of(full(4, 3), BAR, plate=[(-210, -150, -195, 150)]), 1, id="bars joined by a frame"),
        pytest.param(layout_of(full(4, 3), BAR, plate=[(205, -150, 210, 150)]), 4, id="a frame that touches none"),
        pytest.param(layout_of(full(4, 3), BAR, plate=[(-40, -150, -30, 150)]), 1, id="a frame through the sites"),
        pytest.param(layout_of(full(4, 3), ISLAND, plate=[(-300, 400, 300, 410)]), 13, id="something far away"),
        pytest.param(layout_of(full(4, 3), STUB), 12, id="stubs that meet nothing"),
        pytest.param(layout_of(full(4, 3), STUB, BAR), 3, id="stubs that reach into the next site"),
        pytest.param(layout_of(full(5, 4), STEP, CORNER), 40, id="steps that meet at corners"),
        pytest.param(layout_of(full(4, 3, stagger=50.0), POST), 12, id="staggered posts that miss each other"),
        pytest.param(layout_of(full(4, 3, stagger=30.0), (-40, -50, 40, 50)), 1, id="staggered blocks"),
        pytest.param(layout_of(full(4, 3, stagger=-30.0), (-40, -50, 40, 50)), 1, id="staggered the other way"),
        pytest.param(
            layout_of(Array(even(4), even(3), np.eye(3, 4, dtype=bool)), (-50, -50, 50, 50)), 3,
            id="a diagonal, whose corners do not join",
        ),
        pytest.param(
            layout_of(
                Array(Axis(np.array([-100.0, 0, 120, 240]), np.array([-50.0, -50, -70, -50]),
                           np.array([50.0, 50, 70, 50])), even(2), np.array([[True, True, False, True]] * 2)), BAR,
            ), 4, id="blocks with a gap",
        ),
    ],
)  # fmt: skip
def test_pieces(layout, expected):
    assert (counted(layout), by_klayout(layout)) == (expected, expected)


@pytest.mark.parametrize("seed", range(30))
def test_random_plates_have_as_many_pieces_as_klayout_finds(seed):
    chance = random.Random(seed)
    columns, rows = chance.randint(1, 7), chance.randint(1, 7)
    occupied = np.array([[chance.random() < 0.8 for _ in range(columns)] for _ in range(rows)])
    occupied[0, 0] = True
    array = Array(even(columns), even(rows), occupied, chance.choice([0.0, 0.0, 30.0, -50.0]))
    boxes = chance.sample(
        [BAR, POST, ISLAND, STUB, STEP, CORNER, (-50, 20, 10, 25), (0, 22, 70, 24)], chance.randint(1, 5)
    )
    frames = [
        (x, y, x + chance.choice([7, 160]), y + chance.choice([9, 230]))
        for x, y in ((chance.randint(-400, 300), chance.randint(-400, 300)) for _ in range(chance.randint(0, 4)))
    ]
    layout = layout_of(array, *boxes, plate=frames)

    assert counted(layout) == by_klayout(layout)


def test_what_recipes_make_is_counted():
    recipes = {"WIDE": expressions.parse("grow(BAR, 30)", layers={"BAR"}, numbers={})}

    assert counted(layout_of(full(3, 2), (-30, -10, 30, 10)), "WIDE", recipes) == 2
    assert counted(layout_of(full(3, 2), (-30, -10, 30, 10)), "WIDE - BAR", recipes) == 2
    assert counted(layout_of(full(3, 2), (-15, -10, 15, 10)), "WIDE", recipes) == 6


def test_a_layer_that_is_nowhere_stops_the_count():
    with pytest.raises(MaskgenError) as caught:
        counted(layout_of(full(2, 2), BAR), "BAR - AWAY")

    assert str(caught.value) == "layer AWAY is not drawn, so its pieces cannot be counted over the whole plate"


@pytest.mark.parametrize(
    ("boxes", "expected"),
    [
        pytest.param([BAR, POST], 1, id="one piece"),
        pytest.param([BAR], 1000, id="a piece a row"),
        pytest.param([ISLAND], 1_000_000, id="a piece a site"),
    ],
)
def test_a_million_sites(boxes, expected):
    assert counted(layout_of(full(1000, 1000), *boxes)) == expected
