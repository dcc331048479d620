"""Why KLayout may count other violations than there are: it cuts, joins and snaps what it is given before it measures.

Given the same merged outlines, and told to leave them alone, it finds the same.
"""

from fractions import Fraction

import numpy as np
import pytest
from klayout import db

from maskgen.drc.kernel import distance
from maskgen.drc.kernel.merge import merged
from maskgen.geometry.polygons import Polygons, from_rings, offsets

Outline = list[tuple[int, int]]
Pair = tuple[tuple[tuple[int, int], ...], ...]


def box(left: int, bottom: int, right: int, top: int) -> Outline:
    return [(left, bottom), (right, bottom), (right, top), (left, top)]


def shapes(outlines: list[Outline]) -> Polygons:
    return merged(
        from_rings(np.concatenate([np.array(each) for each in outlines]), offsets(np.array(list(map(len, outlines)))))
    )


def region(outlines: list[Outline]) -> db.Region:
    return db.Region([db.Polygon([db.Point(*point) for point in outline]) for outline in outlines])


def as_they_are(polygons: Polygons) -> db.Region:
    """Return outlines, none with holes, as a region that KLayout does not merge anew."""
    found = region([list(map(tuple, ring.tolist())) for ring in np.split(polygons.coords, polygons.rings[1:-1])])
    found.merged_semantics = False
    return found


def pair(*edges: tuple[tuple[int, int], ...]) -> Pair:
    return tuple(sorted(tuple(sorted(edge)) for edge in edges))


def ours(found: distance.EdgePairs) -> list[Pair]:
    return sorted(pair(*(tuple(map(tuple, edge)) for edge in each)) for each in found.edges.tolist())


def theirs(found: db.EdgePairs) -> list[Pair]:
    ends = [[(edge.p1, edge.p2) for edge in (each.first, each.second)] for each in found.each()]
    return sorted(pair(*(tuple((p.x, p.y) for p in edge) for edge in each)) for each in ends)


ABUTTING = [box(0, 0, 60, 40), box(60, 0, 90, 40), box(0, 51, 90, 90)]
OVERLAPPING = [box(0, 0, 60, 40), box(20, 10, 80, 40), box(22, 51, 90, 90)]


@pytest.mark.parametrize(
    ("outlines", "raw"),
    [
        pytest.param(
            ABUTTING, [((0, 40), (60, 40)), ((0, 40), (90, 40)), ((60, 40), (90, 40))], id="once for each that abuts"
        ),
        pytest.param(
            OVERLAPPING,
            [((12, 40), (60, 40)), ((12, 40), (80, 40)), ((20, 40), (80, 40))],
            id="once for each that covers",
        ),
    ],
)
def test_raw_shapes_cut_what_faces_them(outlines, raw):
    both = region(outlines)

    found = ours(distance.space(shapes(outlines), 15))

    assert found == theirs(both.merged().space_check(15))
    assert len(found) == 1
    assert sorted(edge for each in theirs(both.space_check(15)) for edge in each if edge[0][1] == 40) == raw


def test_raw_inner_shapes_do_not_shield_each_other():
    # The upper edge of the first via lies between the plate's edge and the second one's: only together they are merged.
    vias = [box(26089, 59015, 26161, 59090), box(26109, 59085, 26184, 59136)]
    plate = [
        box(25000, 58090, 27080, 59080),
        box(25090, 59080, 26080, 59090),
        box(26090, 59080, 27080, 59090),
        box(25000, 59090, 27080, 60080),
    ]
    inner, outer = region(vias), region(plate)

    assert ours(distance.enclosure(shapes(vias), shapes(plate), 20)) == []
    assert theirs(inner.merged().enclosed_check(outer.merged(), 20)) == []
    assert theirs(inner.enclosed_check(outer, 20)) == [
        pair(((26109, 59090), (26109, 59096)), ((26090, 59084), (26090, 59090)))
    ]


LEFT = [(0, 2700), (595, 471), (773, 2732), (832, 5000)]
RIGHT = [(1039, 4165), (648, 2057), (2500, 2500)]


def crossing(one: Outline, other: Outline) -> tuple[Fraction, Fraction]:
    """Return where two edges cross, exactly."""
    (ax, ay), (bx, by) = one
    (cx, cy), (dx, dy) = other
    along = Fraction((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx), (bx - ax) * (dy - cy) - (by - ay) * (dx - cx))
    return ax + along * (bx - ax), ay + along * (by - ay)


def test_crossings_near_a_vertex_stay_where_they_are():
    """KLayout draws an edge that passes a vertex within half a dbu to that vertex, and the crossing 2 dbu away goes."""
    together = shapes([LEFT, RIGHT])
    x, y = crossing(LEFT[1:3], RIGHT[:2])
    vertices = set(map(tuple, together.coords.tolist()))
    its_vertices = {(p.x, p.y) for each in region([LEFT, RIGHT]).merged().each() for p in each.each_point_hull()}

    assert vertices - its_vertices == {(round(x), round(y))} == {(773, 2730)}
    assert its_vertices < vertices


@pytest.mark.parametrize("check", ["width", "space", "notch"])
@pytest.mark.parametrize("limit", [300, 2000])
def test_the_same_outlines_hold_the_same_violations(check, limit):
    together = shapes([LEFT, RIGHT])

    found = ours(getattr(distance, check)(together, limit))

    assert len(found) > 0
    assert found == theirs(getattr(as_they_are(together), f"{check}_check")(limit))


BENT = [(3532, 16521), (4305, 16335), (5371, 16078), (4676, 15636), (3680, 15543)]
TIP = [(-1356, 16394), (2064, 21376), (4407, 16720)]


def test_edges_that_are_straight_to_within_a_dbu_are_two():
    """KLayout makes them one, in `space` alone, even of what is merged."""
    both = shapes([BENT, TIP])
    joined = region([BENT, TIP]).merged()

    found = ours(distance.space(both, 600))

    assert found == theirs(as_they_are(both).space_check(600))
    assert [len(found), joined.space_check(600).count()] == [2, 1]
    assert joined.isolated_check(600).count() == 2


BOWL = [(57, 38), (60, 60), (58, 70), (63, 83), (62, 49), (70, 40)]
COMB = [
    (20, 92),
    *[point for n in range(45) for point in ((20 + 2 * n, 90), (21 + 2 * n, 90), (21 + 2 * n, 92), (22 + 2 * n, 92))],
    (130, 92),
    (130, 100),
    (20, 100),
]
ACROSS = pair(((60, 60), (58, 70)), ((62, 49), (62, 49)))
"""A third edge hides the second of these two from the first, none the first from the second."""


def test_bystanders_change_nothing():
    """KLayout swaps which of two edges is the first when more than 100 are near, and with it what shields them."""
    alone, beside = shapes([BOWL]), shapes([BOWL, COMB])

    found = [[each for each in ours(distance.space(some, 38)) if each[1][1][1] < 90] for some in (alone, beside)]

    assert found[0] == [each for each in found[1] if max(y for edge in each for _, y in edge) < 90]
    assert ACROSS in theirs(as_they_are(alone).space_check(38))
    assert ACROSS not in theirs(as_they_are(beside).space_check(38))


def test_markers_that_are_points_count_and_are_measured():
    """KLayout tells markers that are the same points once, and says of two points that they are at no distance."""
    tips = shapes([[(-50, -20), (0, 0), (-50, 20)], [(99, 14), (150, -20), (150, 40)]])

    found = distance.space(tips, 100)
    expected = as_they_are(tips).space_check(100)

    assert set(ours(found)) == set(theirs(expected))
    assert [len(found), expected.count()] == [2, 1]
    assert found.distance == pytest.approx(np.hypot(99, 14))
    assert [each.distance() for each in expected.each()] == [0]
