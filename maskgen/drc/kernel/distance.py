"""Distance checks on merged polygons: width, space, notch, isolated, separation, enclosure, overlap.

What they find agrees with KLayout's flat checks (`drc.md` D); a value equal to the limit passes.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from maskgen.drc.kernel import candidates, facing, shielding
from maskgen.drc.kernel.candidates import Integers
from maskgen.drc.kernel.outlines import Outlines, outlines
from maskgen.drc.kernel.relations import Edges, Metric, Nearness, too_near
from maskgen.geometry.polygons import Polygons, offsets

Scope = Literal["within", "between", "both"]


@dataclass(frozen=True, eq=False)
class EdgePairs:
    """Parts of edges that are too near each other.

    Parameters
    ----------
    edges
        (k, 2, 2, 2) ndarray of int: pair, edge, end, x and y [dbu], the inside of the shape on the right of each.
    distance
        (k,) ndarray of float: between the two parts [dbu].
    polygons
        (k, 2) ndarray of int: the polygon of each edge; the second is one of the other shapes if there are two.
    """

    edges: NDArray[np.int64]
    distance: NDArray[np.float64]
    polygons: Integers

    def __len__(self) -> int:
        return len(self.distance)


@dataclass(frozen=True)
class _Search:
    """What is sought: how near, between which polygons, in which shapes; one layer if `other` is `own`."""

    nearness: Nearness
    scope: Scope
    own: Outlines
    other: Outlines
    must_face: bool

    @property
    def is_single(self) -> bool:
        return self.own is self.other


@dataclass(frozen=True, eq=False)
class _Found:
    """Indices of edges that are too near, the parts of both, and their runs."""

    first: Integers
    second: Integers
    first_parts: Edges
    second_parts: Edges
    distance: NDArray[np.float64]

    def select(self, keep: NDArray[np.bool_] | Integers) -> "_Found":
        return _Found(
            self.first[keep],
            self.second[keep],
            self.first_parts[:, keep],
            self.second_parts[:, keep],
            self.distance[keep],
        )


def width(polygons: Polygons, limit: int, *, metric: Metric = "euclidian", facing: bool = False) -> EdgePairs:
    """Return where merged polygons are narrower than a limit.

    Parameters
    ----------
    limit
        Least width [dbu].
    facing
        Leave out edges that do not face each other, as two sides of a circle a third of a turn apart: a circle is as
        wide as its diameter. Rings with edges along the axes and diagonals alone are checked as without it.
    """
    return _one_layer(polygons, Nearness("width", limit, metric), "within", must_face=facing)


def notch(polygons: Polygons, limit: int, *, metric: Metric = "euclidian", facing: bool = False) -> EdgePairs:
    """Return where two sides of the same merged polygon leave less than a limit [dbu] of space."""
    return _one_layer(polygons, Nearness("space", limit, metric), "within", must_face=facing)


def isolated(polygons: Polygons, limit: int, *, metric: Metric = "euclidian") -> EdgePairs:
    """Return where two merged polygons are nearer to each other than a limit [dbu]."""
    return _one_layer(polygons, Nearness("space", limit, metric), "between")


def space(polygons: Polygons, limit: int, *, metric: Metric = "euclidian", facing: bool = False) -> EdgePairs:
    """Return where merged polygons leave less than a limit [dbu] of space, within and between them."""
    return _one_layer(polygons, Nearness("space", limit, metric), "both", must_face=facing)


def separation(polygons: Polygons, others: Polygons, limit: int, *, metric: Metric = "euclidian") -> EdgePairs:
    """Return where polygons of two layers are nearer than a limit [dbu]; edges that coincide are, at distance zero."""
    return _two_layers(polygons, others, Nearness("space", limit, metric))


def enclosure(inner: Polygons, outer: Polygons, limit: int, *, metric: Metric = "euclidian") -> EdgePairs:
    """Return where inner edges lie less than a limit [dbu] inside outer ones; what sticks out is not found."""
    return _two_layers(inner, outer, Nearness("inside", limit, metric))


def overlap(polygons: Polygons, others: Polygons, limit: int, *, metric: Metric = "euclidian") -> EdgePairs:
    """Return where polygons of two layers overlap by less than a limit [dbu]."""
    return _two_layers(polygons, others, Nearness("width", limit, metric))


def _one_layer(polygons: Polygons, nearness: Nearness, scope: Scope, *, must_face: bool = False) -> EdgePairs:
    own = outlines(polygons)
    return _checked(_Search(nearness, scope, own, own, must_face))


def _two_layers(polygons: Polygons, others: Polygons, nearness: Nearness) -> EdgePairs:
    return _checked(_Search(nearness, "between", outlines(polygons), outlines(others), must_face=False))


def _checked(search: _Search) -> EdgePairs:
    """Return what a search finds, in the order of the edges."""
    first, second = _run_pairs(search)
    parts = [
        _near_edges(search, first[part], second[part]) for part in candidates.chunks(np.ones(len(first), int), 1 << 14)
    ]
    found = _sorted(_joined(parts))
    if search.must_face and len(found.first):
        found = _facing(search, found)
    if len(found.first):
        found = found.select(~_shielded(search, found))
    return _reported(search, found)


def _reported(search: _Search, found: _Found) -> EdgePairs:
    edges = np.stack([found.first_parts, found.second_parts]).transpose(2, 0, 1).reshape(-1, 2, 2, 2)
    polygons = np.stack([search.own.polygon[found.first], search.other.polygon[found.second]], axis=1)
    return EdgePairs(edges, found.distance, polygons)


def _joined(parts: list[_Found]) -> _Found:
    none = np.zeros(0, dtype=np.int64)
    no_edges = np.zeros((4, 0), dtype=np.int64)
    return _Found(
        np.concatenate([none, *(part.first for part in parts)]),
        np.concatenate([none, *(part.second for part in parts)]),
        np.concatenate([no_edges, *(part.first_parts for part in parts)], axis=1),
        np.concatenate([no_edges, *(part.second_parts for part in parts)], axis=1),
        np.concatenate([np.zeros(0), *(part.distance for part in parts)]),
    )


def _sorted(found: _Found) -> _Found:
    return found.select(np.lexsort((found.second, found.first)))


def _run_pairs(search: _Search) -> tuple[Integers, Integers]:
    """Return the pairs of runs of edges that may hold violations."""
    own, other, reach = search.own, search.other, search.nearness.limit
    if not search.is_single:
        first, second = candidates.touching(_grown(own.run_boxes, reach), other.run_boxes)
        return _able(search, first, second)
    skipped = _never_narrow(search)
    runs = np.flatnonzero(~skipped[own.run_polygon] | (search.scope != "within"))
    if search.scope == "within":
        runs = runs[np.diff(own.polygons.rings)[own.polygons.ring_of_vertex[own.runs[runs]]] >= 0]
    first, second = candidates.touching_within(_grown(own.run_boxes[runs], -(-reach // 2)))
    first, second = runs[first], runs[second]
    same = own.run_polygon[first] == own.run_polygon[second]
    keep = {"within": same, "between": ~same, "both": ~same | ~skipped[own.run_polygon[first]]}[search.scope]
    alone = np.flatnonzero(~skipped[own.run_polygon]) if search.scope != "between" else runs[:0]
    return _able(search, np.concatenate([alone, first[keep]]), np.concatenate([alone, second[keep]]))


def _never_narrow(search: _Search) -> NDArray[np.bool_]:
    """Tell which polygons can hold no violation within themselves."""
    if search.nearness.relation == "space":
        return search.own.is_convex
    x0, y0, x1, y1 = search.own.polygons.boxes.T
    return search.own.is_box & (np.minimum(x1 - x0, y1 - y0) >= search.nearness.limit)


def _grown(boxes: Integers, reach: int) -> Integers:
    return boxes + np.array([-reach, -reach, reach, reach])


def _able(search: _Search, first: Integers, second: Integers) -> tuple[Integers, Integers]:
    """Return the pairs of runs whose directions can be opposed."""
    mean, away = search.own.run_heading
    other_mean, other_away = search.other.run_heading
    between = mean[first] - other_mean[second]
    between = np.abs((between + np.pi) % (2 * np.pi) - np.pi)
    if search.nearness.relation in ("inside", "overlap"):
        between = np.pi - between
    keep = between + away[first] + other_away[second] > np.pi / 2 - 1e-9
    return first[keep], second[keep]


def _near_edges(search: _Search, first: Integers, second: Integers) -> _Found:
    """Return the pairs of edges of some pairs of runs that are too near."""
    pair_first, edges_first = _edges_near(search.own, first, search.other.run_boxes[second], search.nearness.limit)
    pair_second, edges_second = _edges_near(search.other, second, search.own.run_boxes[first], search.nearness.limit)
    starts = offsets(np.bincount(pair_second, minlength=len(first)))
    counts = np.diff(starts)[pair_first]
    of_first, of_second = candidates.expanded(starts[pair_first], counts)
    one, other = edges_first[of_first], edges_second[of_second]
    if search.is_single:
        # Within one run each pair of edges comes twice.
        keep = (one < other) | (first != second)[pair_first[of_first]]
        one, other = one[keep], other[keep]
        one, other = np.minimum(one, other), np.maximum(one, other)
    keep = _boxes_near(search.own.edges[:, one], search.other.edges[:, other], search.nearness.limit)
    one, other = one[keep], other[keep]
    which, one_parts, other_parts = too_near(search.own.edges[:, one], search.other.edges[:, other], search.nearness)
    one, other = one[which], other[which]
    distance = measured(search.own.edges[:, one], search.other.edges[:, other], one_parts, other_parts)
    return _Found(one, other, one_parts, other_parts, distance)


def _edges_near(outline: Outlines, runs: Integers, boxes: Integers, limit: int) -> tuple[Integers, Integers]:
    """Return the edges of runs that come near a box for each, with the place of their run."""
    place, edges = candidates.expanded(outline.runs[runs], np.diff(outline.runs)[runs])
    ends, box = outline.edges[:, edges], boxes[place].T
    low, high = np.minimum(ends[:2], ends[2:]), np.maximum(ends[:2], ends[2:])
    keep = ((low - box[2:] < limit) & (box[:2] - high < limit)).all(axis=0)
    return place[keep], edges[keep]


def _boxes_near(one: Edges, other: Edges, limit: int) -> NDArray[np.bool_]:
    """Tell which pairs of edges have boxes nearer than a limit along both axes."""
    gap = np.maximum(np.minimum(one[:2], one[2:]), np.minimum(other[:2], other[2:]))
    gap -= np.minimum(np.maximum(one[:2], one[2:]), np.maximum(other[:2], other[2:]))
    return (gap < limit).all(axis=0)


def measured(first: Edges, second: Edges, first_parts: Edges, second_parts: Edges) -> NDArray[np.float64]:
    """Return the distances between the parts of edges, between parallels that of their lines.

    Where parallel parts lie opposite each other, the rounding of their ends does not count.
    """
    x, y = first[2] - first[0], first[3] - first[1]
    parallel = x * (second[3] - second[1]) == y * (second[2] - second[0])
    found = np.sqrt(np.minimum(_ends_to(first_parts, second_parts), _ends_to(second_parts, first_parts)))
    length = np.hypot(x, y)
    place = [
        (x * (part[i] - first[0]) + y * (part[i + 1] - first[1])) / length
        for part in (first_parts, second_parts)
        for i in (0, 2)
    ]
    opposite = np.minimum(np.maximum(place[0], place[1]), np.maximum(place[2], place[3])) > np.maximum(
        np.minimum(place[0], place[1]), np.minimum(place[2], place[3])
    )
    across = np.abs(x * (second[1] - first[1]) - y * (second[0] - first[0])) / length
    return np.where(parallel & opposite, across, found)


def _ends_to(edge: Edges, other: Edges) -> NDArray[np.float64]:
    """Return the squared distance of the nearer end of each edge from another edge."""
    x, y = other[2] - other[0], other[3] - other[1]
    square = np.maximum(x * x + y * y, 1)
    nearest = np.full(edge.shape[1], np.inf)
    for px, py in (edge[:2], edge[2:]):
        along = np.clip((x * (px - other[0]) + y * (py - other[1])) / square, 0.0, 1.0)
        nearest = np.minimum(nearest, (px - other[0] - along * x) ** 2 + (py - other[1] - along * y) ** 2)
    return nearest


def _facing(search: _Search, found: _Found) -> _Found:
    """Return what faces, its distance that of the points which do; other polygons and octilinear rings as they are."""
    own, (first, second) = search.own, (found.first, found.second)
    same = own.polygon[first] == own.polygon[second]
    judged = np.flatnonzero(same & ~(own.is_octilinear[first] & own.is_octilinear[second]))
    contacts = facing.contacts(own, first[judged], second[judged], inside=search.nearness.relation == "width")
    seen = contacts.distance < search.nearness.limit
    seen[seen] = ~_hidden(own, first[judged[seen]], second[judged[seen]], contacts.lines[:, seen])
    keep = np.ones(len(first), dtype=bool)
    keep[judged] = seen
    distance = found.distance.copy()
    distance[judged] = contacts.distance
    return _Found(first, second, found.first_parts, found.second_parts, distance).select(keep)


def _hidden(outline: Outlines, first: Integers, second: Integers, lines: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which lines of sight between two edges another edge of the same outlines cuts."""
    boxes = np.concatenate([
        np.floor(np.minimum(lines[:2], lines[2:])), np.ceil(np.maximum(lines[:2], lines[2:]))
    ]).astype(np.int64)
    pair, run = candidates.touching(boxes.T.copy(), outline.run_boxes)
    same = outline.run_polygon[run] == outline.polygon[first[pair]]
    pair, run = pair[same], run[same]
    hidden = np.zeros(len(first), dtype=bool)
    for part in candidates.chunks(np.diff(outline.runs)[run]):
        place, edge = candidates.expanded(outline.runs[run[part]], np.diff(outline.runs)[run[part]])
        which = pair[part][place]
        keep = (first[which] != edge) & (second[which] != edge)
        which, edge = which[keep], edge[keep]
        hidden[which[facing.cuts(outline.edges[:, edge], lines[:, which])]] = True
    return hidden


def _shielded(search: _Search, found: _Found) -> NDArray[np.bool_]:
    """Tell which pairs a third edge shields."""
    one, other = shielding.connections(found.first_parts, found.second_parts)
    hidden = np.zeros(len(found.first), dtype=bool)
    for outline in (search.own,) if search.is_single else (search.own, search.other):
        hidden |= _shielded_by(search, outline, found, (one, other))
    return hidden


def _shielded_by(search: _Search, outline: Outlines, found: _Found, lines: tuple[Edges, Edges]) -> NDArray[np.bool_]:
    """Tell which pairs an edge of some outlines shields."""
    one, other = lines
    low = np.minimum(np.minimum(one[:2], one[2:]), np.minimum(other[:2], other[2:]))
    high = np.maximum(np.maximum(one[:2], one[2:]), np.maximum(other[:2], other[2:]))
    pair, run = candidates.touching(np.concatenate([low, high]).T.copy(), outline.run_boxes)
    keep = _may_shield(search, outline, found, pair, run)
    pair, run = pair[keep], run[keep]
    hidden = np.zeros(len(found.first), dtype=bool)
    for part in candidates.chunks(np.diff(outline.runs)[run]):
        place, edge = candidates.expanded(outline.runs[run[part]], np.diff(outline.runs)[run[part]])
        which = pair[part][place]
        keep = ~_is_own(search, outline, found, which, edge)
        which, edge = which[keep], edge[keep]
        third = outline.edges[:, edge]
        keep = _boxes_near(one[:, which], third, 1) & _boxes_near(other[:, which], third, 1)
        which, third = which[keep], third[:, keep]
        first, second, settled = _ordered(search, found, which)
        cut = shielding.shields(first, second, third, settled)
        hidden[which[cut]] = True
    return hidden


def _ordered(search: _Search, found: _Found, which: Integers) -> tuple[Edges, Edges, NDArray[np.bool_]]:
    """Return the parts of pairs, first first, and whether there is a first: not between two polygons of one layer.

    Within a polygon that is the edge met first on a walk along its rings, or the lower one where `space` looks.
    """
    one, other = found.first[which], found.second[which]
    if not search.is_single:
        return found.first_parts[:, which], found.second_parts[:, which], np.ones(len(which), dtype=bool)
    rank = search.own.rank if search.scope == "within" else search.own.height_rank
    swap = rank[one] > rank[other]
    first, second = found.first_parts[:, which], found.second_parts[:, which]
    within = search.own.polygon[one] == search.own.polygon[other]
    return np.where(swap, second, first), np.where(swap, first, second), within


def _is_own(search: _Search, outline: Outlines, found: _Found, which: Integers, edge: Integers) -> NDArray[np.bool_]:
    """Tell which edges belong to the pair that they would shield."""
    is_first = (found.first[which] == edge) if outline is search.own else np.zeros(len(edge), dtype=bool)
    return is_first | (found.second[which] == edge) if outline is search.other else is_first


def _may_shield(search: _Search, outline: Outlines, found: _Found, pair: Integers, run: Integers) -> NDArray[np.bool_]:
    """Tell which runs may shield which pairs: within a polygon only its own, of a first layer of two only the same."""
    polygon = outline.run_polygon[run]
    of_first, of_second = search.own.polygon[found.first[pair]], search.other.polygon[found.second[pair]]
    if search.is_single and search.scope != "within":
        return ~(outline.is_convex[polygon] & ((polygon == of_first) | (polygon == of_second)))
    if outline is search.own:
        return polygon == of_first
    return np.ones(len(polygon), dtype=bool)
