"""Pairs of which it hangs on a database unit whether they are found: each as KLayout finds it on the same outlines.

The outlines are valid and merged; KLayout is told to leave them alone (`merged_semantics`).
"""

import klayout.db as kdb
import numpy as np
import pytest

from maskgen.drc.kernel import distance
from maskgen.geometry.polygons import from_boxes, from_rings, offsets

METRICS = {"euclidian": kdb.Region.Euclidian, "square": kdb.Region.Square, "projection": kdb.Region.Projection}
METHODS = {"enclosure": "enclosed_check"}


def shapes(outlines):
    if not outlines:
        return from_boxes(np.zeros((0, 4), dtype=np.int64))
    return from_rings(np.concatenate([np.array(o) for o in outlines]), offsets(np.array([len(o) for o in outlines])))


def region(outlines):
    found = kdb.Region([kdb.Polygon([kdb.Point(*p) for p in o]) for o in outlines])
    assert sorted(map(str, found.merged().each())) == sorted(map(str, found.each()))
    found.merged_semantics = False
    return found


def lists(pairs, ordered):
    return {tuple(each if ordered else sorted(each)) for each in pairs}


def differences(check, metric, limit, one, other):
    ordered = bool(other)
    own = [shapes(one), *([shapes(other)] if ordered else [])]
    found = getattr(distance, check)(*own, limit, metric=metric)
    mine = lists([tuple(map(tuple, each)) for each in found.edges.reshape(-1, 2, 4).tolist()], ordered)
    method = getattr(region(one), METHODS.get(check, f"{check}_check"))
    pairs = method(*([region(other)] if ordered else []), limit, False, METRICS[metric])
    ends = [tuple((e.x1, e.y1, e.x2, e.y2) for e in (each.first, each.second)) for each in pairs.each()]
    theirs = lists(ends, ordered)
    return {"only ours": mine - theirs, "only KLayout's": theirs - mine}


NONE = {"only ours": set(), "only KLayout's": set()}

# Parts are rounded to the grid and may lie behind a slanted edge: then the neighbour of an edge hides it.
CONVEX = [
    pytest.param(
        "isolated", "euclidian", 3, [[(2, 8), (7, 11), (6, 10)], [(2, 13), (1, 12), (3, 11)]], [], id="convex"
    ),
    pytest.param("width", "square", 11, [[(8, 82), (0, 91), (6, 96), (11, 86)]], [], id="convex, within"),
    pytest.param(
        "isolated",
        "euclidian",
        5565,
        [[(11136, 17715), (11013, 17279), (8641, 15413)], [(16591, 13939), (15637, 14511), (16086, 23010)]],
        [],
        id="convex, as in benchmark b",
    ),
]

# Between two polygons a pair is hidden if some edge hides it in each order, not always the same edge.
ORDERS = [
    pytest.param(
        "isolated",
        "euclidian",
        19,
        [[(99, 15), (101, 21), (125, 14)], [(103, 38), (84, 50), (104, 46)]],
        [],
        id="orders",
    ),
]

# An edge that becomes perpendicular to its viewer when its cut is rounded is seen where it stands on the viewer's line.
UPRIGHT = [
    pytest.param(
        "enclosure", "projection", 1, [[(4, 6), (12, 11), (12, 8)]], [[(9, 9), (11, 10), (13, 10)]], id="point"
    ),
    pytest.param(
        "overlap", "projection", 3, [[(-1, 11), (2, 13), (3, 11)]], [[(-2, 8), (-1, 13), (1, 9)]], id="overlap"
    ),
    pytest.param("width", "projection", 25, [[(24, 109), (31, 110), (25, 109), (25, 106)]], [], id="part, not a point"),
    pytest.param(
        "space", "projection", 3, [[(13, 8), (9, 10), (13, 9)], [(8, 8), (7, 11), (9, 9)]], [], id="not at all"
    ),
    pytest.param(
        "enclosure",
        "projection",
        68,
        [[(206, 299), (201, 338), (213, 301)]],
        [[(199, 308), (208, 310), (212, 294)]],
        id="enclosure not at all",
    ),
    pytest.param(
        "overlap",
        "projection",
        39,
        [[(77, 62), (77, 64), (86, 70)]],
        [[(85, 54), (68, 65), (77, 70)]],
        id="overlap not at all",
    ),
]

# Which of two edges of one polygon is the first decides where only one order hides them: the first on a walk, and the
# one further right in a polygon of more than 100 edges.
TEETH = [p for n in range(25) for p in ((60 + 20 * n, 40), (60 + 20 * n, 60), (70 + 20 * n, 60), (70 + 20 * n, 40))]
FIRST = [
    pytest.param(
        "space", "euclidian", 36, [[(57, 38), (60, 60), (58, 70), (63, 83), (62, 49), (70, 40)]], [], id="first"
    ),
    pytest.param(
        "space",
        "euclidian",
        5,
        [[(3, 1), (7, 5), (6, 7), (6, 6), (5, 6), (7, 9), (12, 3), (8, 3), (8, 4)]],
        [],
        id="first, hidden",
    ),
    pytest.param(
        "notch",
        "euclidian",
        5,
        [[(3, 1), (7, 5), (6, 7), (6, 6), (5, 6), (7, 9), *TEETH, (600, 2), (12, 3), (8, 3), (8, 4)]],
        [],
        id="first of more than 100",
    ),
]


@pytest.mark.parametrize(("check", "metric", "limit", "one", "other"), [*CONVEX, *ORDERS, *UPRIGHT, *FIRST])
def test_finds_what_klayout_finds(check, metric, limit, one, other):
    assert differences(check, metric, limit, one, other) == NONE
