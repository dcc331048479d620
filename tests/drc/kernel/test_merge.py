"""Merging against KLayout's, and the shapes that are hard."""

import klayout.db as kdb
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from maskgen.drc.kernel.measure import areas
from maskgen.drc.kernel.merge import merged
from maskgen.errors import MaskgenError
from maskgen.geometry.polygons import Polygons, from_boxes, from_geometries


def rings(*outlines):
    """Return a polygon for each ring, as it is: crossings, repeated points and all."""
    counts = [len(outline) for outline in outlines]
    return Polygons(
        np.array([point for outline in outlines for point in outline], dtype=np.int64),
        np.append(0, np.cumsum(counts)),
        np.arange(len(counts) + 1),
    )


@pytest.mark.parametrize(
    ("outlines", "expected"),
    [
        pytest.param([[(0, 0), (10, 10), (10, 0), (0, 10)]], [50], id="both lobes of a bow tie"),
        pytest.param(
            [[(0, 0), (10, 0), (10, 10), (0, 10)], [(10, 0), (20, 0), (20, 10), (10, 10)]], [200], id="abutting"
        ),
        pytest.param(
            [[(0, 0), (10, 0), (10, 10), (0, 10)], [(10, 10), (20, 10), (20, 20), (10, 20)]], [200], id="kissing"
        ),
        pytest.param(
            [[(0, 0), (10, 0), (10, 10), (0, 10)], [(11, 0), (20, 0), (20, 10), (11, 10)]], [90, 100], id="apart"
        ),
        pytest.param([[(0, 0), (10, 0), (5, 0)]], [], id="no area"),
        pytest.param([[(0, 0), (5, 0), (10, 0), (10, 10), (0, 10)]], [100], id="a point on an edge"),
        pytest.param(
            [
                [
                    (0, 0),
                    (30, 0),
                    (30, 30),
                    (0, 30),
                    (0, 15),
                    (10, 15),
                    (10, 20),
                    (20, 20),
                    (20, 10),
                    (10, 10),
                    (10, 15),
                    (0, 15),
                ]
            ],
            [800],
            id="a keyhole",
        ),
        pytest.param(
            [[(0, 0), (20, 0), (20, 20), (5, 20), (5, 5), (15, 5), (15, 15), (0, 15)]],
            [375],
            id="overlap with itself is filled",
        ),
        pytest.param([[(0, 0), (0, 10), (10, 10), (10, 0)]], [100], id="clockwise"),
    ],
)
def test_areas(outlines, expected):
    assert sorted(areas(merged(rings(*outlines))).tolist()) == expected


def test_kissing_corners_are_one_polygon_of_two_hulls():
    both = merged(from_boxes(np.array([[0, 0, 10, 10], [10, 10, 20, 20]])))

    assert len(both) == 1
    assert both.is_hull.tolist() == [True, True]
    assert both.geometries()[0].geom_type == "MultiPolygon"


def test_island_in_a_hole_stays_alone():
    frame = shapely.box(0, 0, 30, 30).difference(shapely.box(5, 5, 25, 25))
    found = merged(from_geometries([frame, shapely.box(10, 10, 20, 20)]))

    assert sorted(areas(found).tolist()) == [100, 500]


def canonical(polygons):
    edges = np.hstack([polygons.coords, polygons.coords[polygons.next_vertex]])
    owner = polygons.polygon_of_ring[polygons.ring_of_vertex]
    return sorted(sorted(edges[owner == n].tolist()) for n in range(len(polygons)))


def klayouts(boxes):
    region = kdb.Region([kdb.Polygon(kdb.Box(*box)) for box in boxes])
    return sorted(
        sorted([edge.x2, edge.y2, edge.x1, edge.y1] for edge in polygon.each_edge()) for polygon in region.each_merged()
    )


@given(
    st.lists(st.tuples(*[st.integers(0, 12)] * 2, *[st.integers(1, 6)] * 2), min_size=1, max_size=20).map(
        lambda boxes: [(x, y, x + width, y + height) for x, y, width, height in boxes]
    )
)
def test_rectangles_cover_what_klayouts_do(boxes):
    found = merged(from_boxes(np.array(boxes)))
    united = shapely.union_all(shapely.box(*np.array(boxes, dtype=float).T))

    assert shapely.union_all(found.geometries()).symmetric_difference(united).area == 0
    assert len(found) == len(klayouts(boxes))


@pytest.mark.parametrize("seed", range(40))
def test_rectangles_merge_as_klayouts(seed):
    rng = np.random.default_rng(seed)
    low = rng.integers(0, 300, (60, 2))
    boxes = np.hstack([low, low + rng.integers(1, 60, (60, 2))]).tolist()

    assert canonical(merged(from_boxes(np.array(boxes)))) == klayouts(boxes), f"seed {seed}"


@pytest.mark.parametrize("seed", range(20))
def test_any_angle_covers_what_klayout_does_to_a_dbu(seed):
    rng = np.random.default_rng(seed)
    discs = [shapely.Point(*rng.integers(0, 30000, 2)).buffer(rng.integers(500, 6000)) for _ in range(25)]
    own = from_geometries(discs)
    region = kdb.Region(
        [
            kdb.Polygon([kdb.Point(*point) for point in own.coords[begin:end].tolist()])
            for begin, end in zip(own.rings[:-1], own.rings[1:], strict=True)
        ]
    )
    found = merged(own)
    back = kdb.Region()
    for part in found.parts():
        polygon = kdb.Polygon([kdb.Point(int(x), int(y)) for x, y in part.exterior.coords])
        for hole in part.interiors:
            polygon.insert_hole([kdb.Point(int(x), int(y)) for x, y in hole.coords])
        back.insert(polygon)

    assert (back ^ region).sized(-1).is_empty(), f"seed {seed}"
    assert shapely.is_valid(found.parts()).all(), f"seed {seed}"


def test_an_outline_that_crosses_itself_without_end_is_refused():
    points = np.random.default_rng(4).integers(0, 1_000_000, (6000, 2)).tolist()
    with pytest.raises(
        MaskgenError, match=r"an outline of 6000 sides crosses itself about \d+ times, at most 1500000 can"
    ):
        merged(rings(points))


def test_a_plate_of_many_holes_that_one_of_its_sides_crosses_is_merged():
    """Sides that are close to others, or long, are not crossed by them: 80 x 80 holes, and one over the border."""
    x, y = (axis.reshape(-1, 1) for axis in np.meshgrid(np.arange(80) * 100, np.arange(80) * 100))
    holes = np.stack([x + np.array([10, 10, 90, 90]), y + np.array([10, 90, 90, 10])], axis=2)  # clockwise
    holes[0, :, 0] -= 30
    coords = np.concatenate([[(0, 0), (8000, -3), (8000, 8000), (-3, 8000)], holes.reshape(-1, 2)])
    plate = Polygons(coords, np.arange(0, len(coords) + 1, 4), np.array([0, len(coords) // 4]))
    whole = 8000 * 8000 + 1.5 * 8000 + 1.5 * 8000 - 6400 * 80 * 80

    found = float(areas(merged(plate)).sum())

    assert whole < found < whole + 30 * 80


def test_a_long_outline_that_crosses_itself_a_few_times_is_merged():
    """A comb of 2000 teeth whose ends are drawn twice."""
    teeth = [point for n in range(2000) for point in ((10 * n, 5), (10 * n, 500), (10 * n + 5, 500), (10 * n + 5, 5))]
    found = merged(rings([*teeth, (19_995, 0), (0, 0), (8, 3), (8, 0), (0, 3)]))

    assert found.coords[:, 1].max() == 500


def crossing(seed, *, size):
    """Return outlines of a few corners that cross each other and themselves."""
    rng = np.random.default_rng(seed)
    return [rng.integers(-size, size, (rng.integers(3, 7), 2)) + rng.integers(-size, size, 2) for _ in range(6)]


def vertices(polygons, *, shift=(0, 0)):
    return set(map(tuple, (polygons.coords - shift).tolist()))


@pytest.mark.parametrize("seed", range(30))
def test_crossings_lie_where_klayouts_do(seed):
    outlines = crossing(seed, size=200_000)
    region = kdb.Region([kdb.Polygon([kdb.Point(*point) for point in part.tolist()], True) for part in outlines])
    theirs = {(edge.x1, edge.y1) for polygon in region.each_merged() for edge in polygon.each_edge()}

    assert vertices(merged(rings(*outlines))) == theirs, f"seed {seed}"


@pytest.mark.parametrize("shift", [(100_000_001, -77_777_777), (-1_999_000_000, 1_999_000_000)])
@pytest.mark.parametrize("seed", range(20))
def test_a_group_is_the_same_wherever_it_stands(seed, shift):
    """On a grid so coarse that crossings fall on halves, and fall together."""
    outlines = crossing(seed, size=20)
    moved = merged(rings(*(part + shift for part in outlines)))

    assert vertices(moved, shift=shift) == vertices(merged(rings(*outlines))), f"seed {seed}"


@pytest.mark.parametrize("seed", range(10))
def test_crossings_do_not_depend_on_what_else_the_group_holds(seed):
    """The box of an outline that crosses itself reaches over the others, so that all are looked at together."""
    outlines = crossing(seed, size=9000)
    near, far = -49_990, 50_000
    angle = [(-far, -far), (far, -far), (far, near), (near, near), (-far, far), (near, far)]
    alone, both = merged(rings(*outlines)), merged(rings(*outlines, angle))

    assert vertices(both) == vertices(alone) | vertices(merged(rings(angle))), f"seed {seed}"


@pytest.mark.parametrize(
    ("y", "expected"), [pytest.param(5, 3, id="a half above"), pytest.param(-5, -2, id="a half below")]
)
def test_halves_round_upwards(y, expected):
    """The line from (0, 0) to (10, y) passes the side x = 5 of the box at y / 2."""
    wedge = [(0, 0), (10, y), (10, y + 40), (0, 40)]
    box = [(-20, -20), (5, -20), (5, 20), (-20, 20)]

    assert (5, expected) in vertices(merged(rings(wedge, box)))
