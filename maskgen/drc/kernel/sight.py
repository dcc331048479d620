"""What of the pairs that are too near remains: edges that see each other, and really face if that is asked for."""

from importlib import import_module

import numpy as np
from numpy.typing import NDArray

from maskgen.drc.kernel import candidates, compiled, facing, shielding
from maskgen.drc.kernel.candidates import Integers
from maskgen.drc.kernel.outlines import Outlines
from maskgen.drc.kernel.relations import Edges
from maskgen.drc.kernel.search import Found, Search

_WALKED = 100
"""Edges of a polygon up to which KLayout compares them in the order of its outline."""


def faced(search: Search, found: Found) -> Found:
    """Return what faces, its distance that of the points which do; other polygons and octilinear rings as they are."""
    own, (first, second) = search.own, (found.first, found.second)
    same = own.polygons_of(first) == own.polygons_of(second)
    judged = np.flatnonzero(same & ~(own.are_octilinear(first) & own.are_octilinear(second)))
    contacts = facing.contacts(own, first[judged], second[judged], inside=search.nearness.relation == "width")
    seen = contacts.distance < search.nearness.limit
    seen[seen] = ~_hidden(own, first[judged[seen]], second[judged[seen]], contacts.lines[:, seen])
    keep = np.ones(len(first), dtype=bool)
    keep[judged] = seen
    distance = found.distance.copy()
    distance[judged] = contacts.distance
    return Found(first, second, found.first_parts, found.second_parts, distance).select(keep)


def _hidden(outline: Outlines, first: Integers, second: Integers, lines: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which lines of sight between two edges another edge of the same outlines cuts."""
    boxes = np.concatenate(
        [np.floor(np.minimum(lines[:2], lines[2:])), np.ceil(np.maximum(lines[:2], lines[2:]))]
    ).astype(np.int64)
    pair, run, owner, begins = _near_runs(outline, boxes.T.copy())
    same = owner[run] == outline.polygons_of(first)[pair]
    pair, run, counts = pair[same], run[same], np.diff(begins)
    hidden = np.zeros(len(first), dtype=bool)
    for part in candidates.chunks(counts[run]):
        place, edge = candidates.expanded(begins[run[part]], counts[run[part]])
        which = pair[part][place]
        keep = (first[which] != edge) & (second[which] != edge)
        which, edge = which[keep], edge[keep]
        hidden[which[facing.cuts(outline.edges_of(edge), lines[:, which])]] = True
    return hidden


def _near_runs(outline: Outlines, boxes: Integers) -> tuple[Integers, Integers, Integers, Integers]:
    """Return the pairs of a box and a run of edges that touch, and of all runs the polygons and where they begin."""
    if not compiled.pays(len(outline.polygons.coords)):
        return *candidates.touching(boxes, outline.run_boxes), outline.run_polygon, outline.runs
    runs = outline.compiled_runs
    found = import_module("maskgen.drc.kernel.compiled.search").touching(boxes, runs.boxes)
    return *found, runs.owner, runs.begins.astype(np.int64)


def shielded(search: Search, found: Found) -> NDArray[np.bool_]:
    """Tell which pairs a third edge shields."""
    # Round shapes that stand near each other make many pairs of few edges.
    if compiled.pays(max(search.size, len(found.first))):
        return import_module("maskgen.drc.kernel.compiled.search").shielded(search, found)
    one, other = shielding.connections(found.first_parts, found.second_parts)
    hidden = np.zeros(len(found.first), dtype=bool)
    for outline in (search.own,) if search.is_single else (search.own, search.other):
        hidden |= _shielded_by(search, outline, found, (one, other))
    return hidden


def _shielded_by(search: Search, outline: Outlines, found: Found, lines: tuple[Edges, Edges]) -> NDArray[np.bool_]:
    """Tell which pairs an edge of some outlines shields."""
    hidden, back = np.zeros((2, len(found.first)), dtype=bool)
    open_ = np.arange(len(hidden))
    if search.is_single and search.scope == "within":
        open_ = np.flatnonzero(~outline.is_box[outline.polygon[found.first]])
    boxes = [_boxes(line) for line in lines]
    both = np.concatenate([np.minimum(boxes[0][:2], boxes[1][:2]), np.maximum(boxes[0][2:], boxes[1][2:])])
    pair, run = candidates.touching(both[:, open_].T, outline.run_boxes)
    pair = open_[pair]
    keep = _may_shield(search, outline, found, pair, run)
    pair, run = pair[keep], run[keep]
    for part in candidates.chunks(np.diff(outline.runs)[run]):
        place, edge = candidates.expanded(outline.runs[run[part]], np.diff(outline.runs)[run[part]])
        which = pair[part][place]
        keep = ~_is_own(search, outline, found, which, edge)
        which, edge = which[keep], edge[keep]
        for line_boxes in boxes:
            near = candidates.near(line_boxes, which, outline.edge_boxes, edge)
            which, edge = which[near], edge[near]
        first, second, settled = ordered(search, found, which)
        hidden[which[shielding.shields(first, second, outline.edges[:, edge])]] = True
        back[which[settled | shielding.shields(second, first, outline.edges[:, edge])]] = True
    return hidden & back


def _boxes(edges: Edges) -> Edges:
    return np.concatenate([np.minimum(edges[:2], edges[2:]), np.maximum(edges[:2], edges[2:])])


def ordered(search: Search, found: Found, which: Integers) -> tuple[Edges, Edges, NDArray[np.bool_]]:
    """Return the parts of pairs, first first, and whether there is a first: not between two polygons of one layer.

    Within a polygon that is the edge met first on a walk along its rings; of a large polygon the one further right.
    """
    one, other = found.first[which], found.second[which]
    if not search.is_single:
        return found.first_parts[:, which], found.second_parts[:, which], np.ones(len(which), dtype=bool)
    polygon, polygons = search.own.polygons_of(one), search.own.polygons
    within, swap = polygon == search.own.polygons_of(other), np.zeros(len(which), dtype=bool)
    is_large = np.diff(polygons.rings[polygons.polygons])[polygon] > _WALKED
    some, many = np.flatnonzero(within & ~is_large), np.flatnonzero(within & is_large)
    swap[some] = search.own.ranks_of(one[some]) > search.own.ranks_of(other[some])
    swap[many] = _is_left(search.own.edges_of(one[many]), search.own.edges_of(other[many]))
    first, second = found.first_parts[:, which], found.second_parts[:, which]
    return np.where(swap, second, first), np.where(swap, first, second), within


def _is_left(one: Edges, other: Edges) -> NDArray[np.bool_]:
    """Tell which edges begin further left than others, or lower if that is the same."""
    mine, theirs = np.minimum(one[:2], one[2:]), np.minimum(other[:2], other[2:])
    return (mine[0] < theirs[0]) | ((mine[0] == theirs[0]) & (mine[1] < theirs[1]))


def _is_own(search: Search, outline: Outlines, found: Found, which: Integers, edge: Integers) -> NDArray[np.bool_]:
    """Tell which edges belong to the pair that they would shield."""
    is_first = (found.first[which] == edge) if outline is search.own else np.zeros(len(edge), dtype=bool)
    return is_first | (found.second[which] == edge) if outline is search.other else is_first


def _may_shield(search: Search, outline: Outlines, found: Found, pair: Integers, run: Integers) -> NDArray[np.bool_]:
    """Tell which runs may shield which pairs: within a polygon only its own, of a first layer of two only the same."""
    polygon = outline.run_polygon[run]
    of_first, of_second = search.own.polygon[found.first[pair]], search.other.polygon[found.second[pair]]
    if search.is_single and search.scope != "within":
        # Of boxes alone: parts are rounded to the grid, and may lie behind a slanted edge by less than a dbu.
        return ~(outline.is_box[polygon] & ((polygon == of_first) | (polygon == of_second)))
    if outline is search.own:
        return polygon == of_first
    return np.ones(len(polygon), dtype=bool)
