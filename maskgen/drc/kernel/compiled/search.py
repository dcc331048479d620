"""The search for edges that are too near, compiled: strips of runs, and portions of them on all cores."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from maskgen.drc.kernel import compiled, facing, shielding, sight
from maskgen.drc.kernel.candidates import Compact
from maskgen.drc.kernel.compiled import nearness, parting, shields, sweep
from maskgen.drc.kernel.outlines import Outlines
from maskgen.drc.kernel.relations import TURNS_FIRST, TURNS_SECOND
from maskgen.drc.kernel.search import Found, Search

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Rule = tuple[int, int, int, int, bool, bool, bool]
Facing = tuple[NDArray[np.float64], float, float]
"""What `nearness.near` takes."""

_METRICS = {"euclidian": nearness.EUCLIDIAN, "square": nearness.SQUARE, "projection": nearness.PROJECTION}
_FEW = 64
"""Runs of a polygon up to which all its pairs are looked at."""
_PORTION = 1 << 12
"""Polygons looked at in one go."""
_PAIRS = 1 << 14
"""Pairs of edges whose sight is looked at in one go, at least: as many as make `_GOES` if that is more."""
_GOES = 32
_ROUNDING = 1e-9


def found(search: Search) -> Iterator[Found]:
    """Yield the pairs of edges that are too near, in portions that do not depend on the number of threads."""
    relation = search.nearness.relation
    turned = int(relation in TURNS_FIRST), int(relation in TURNS_SECOND)
    scope = search.scope != "between", search.scope != "within"
    rule = (search.nearness.limit, _METRICS[search.nearness.metric], *turned, search.is_single, *scope)
    look = partial(_near, search, rule, _facing(search))
    portions = [*_within(search), *_between(search)]
    with compiled.threads() as threads:
        yield from threads.map(look, portions)


@dataclass(frozen=True)
class _Portion:
    """Some pairs of runs to look at: all of some polygons, or those of some strips."""

    skipped: Booleans
    polygons: Integers | None = None
    strips: tuple[sweep.Strips, tuple[int, int], Integers] | None = None


def _skipped(search: Search) -> Booleans:
    """Tell which polygons can hold no violation within themselves."""
    runs = search.own.compiled_runs
    return runs.convex if search.nearness.relation == "space" else runs.sides >= search.nearness.limit


def _begins(outline: Outlines) -> Integers:
    """Return (P + 1,) the first run of every polygon."""
    return np.searchsorted(outline.compiled_runs.owner, np.arange(len(outline.polygons) + 1, dtype=np.int32))


def _within(search: Search) -> Iterator[_Portion]:
    """Yield portions of the pairs of runs of small polygons."""
    if not search.is_single or search.scope == "between":
        return
    begins, skipped = _begins(search.own), _skipped(search)
    for begin, end in pairwise([*range(0, len(skipped), _PORTION), len(skipped)]):
        if not skipped[begin:end].all():
            yield _Portion(skipped, polygons=begins[begin : end + 1])


def _between(search: Search) -> Iterator[_Portion]:
    """Yield portions of the pairs of runs of two polygons, and of large ones."""
    boxes, reach = search.own.compiled_runs.boxes, search.nearness.limit
    if not search.is_single:
        others = search.other.compiled_runs.boxes
        filed = sweep.strips(np.concatenate([boxes, others]), split=len(boxes), reach=reach)
        places = np.concatenate([np.arange(len(boxes)), np.arange(len(others))])
        skipped = np.zeros(len(search.own.polygons), dtype=bool)
    else:
        owner = search.own.compiled_runs.owner
        skipped = _skipped(search) | (np.diff(_begins(search.own)) <= _FEW)
        places = np.flatnonzero(~skipped[owner]) if search.scope == "within" else np.arange(len(owner))
        some = boxes if len(places) == len(boxes) else boxes[places]
        filed = sweep.strips(some, reach=-(-reach // 2))
    for portion in filed.portions():
        yield _Portion(skipped, strips=(filed, portion, places))


def _near(search: Search, rule: Rule, faced: Facing, portion: _Portion) -> Found:
    """Return what one portion holds, in as few bits as the coordinates need: much of it waits to be looked at."""
    own, other = search.own.compiled_runs, search.other.compiled_runs
    if portion.polygons is not None:
        first, second = parting.own_pairs(own.boxes, own.owner, portion.polygons, portion.skipped, rule[0], _FEW)
    elif portion.strips is not None:
        filed, strips, places = portion.strips
        first, second = (places[place] for place in filed.pairs(strips))
    pairs, parts, distance = nearness.near(own, other, other.boxes, portion.skipped, first, second, rule, faced)
    return Found(pairs[:, 0], pairs[:, 1], parts[:, :4].T, parts[:, 4:].T, distance)


def _widened(found: Found) -> Found:
    """Return the same with room for products of coordinates."""
    return Found(
        found.first.astype(np.int64),
        found.second.astype(np.int64),
        found.first_parts.astype(np.int64),
        found.second_parts.astype(np.int64),
        found.distance,
    )


def _facing(search: Search) -> Facing:
    """Return what tells which edges may face each other."""
    turns = search.own.compiled_turns if search.must_face else np.zeros(0)
    return turns, float(np.radians(facing.CORNER)) - _ROUNDING, _ROUNDING


def touching(boxes: Compact, runs: Compact) -> tuple[Integers, Integers]:
    """Return the pairs of a box and the box of a run that overlap or touch."""
    filed, near = _filed(boxes, runs)
    with compiled.threads() as threads:
        found = [filed.pairs((0, 0)), *threads.map(filed.pairs, filed.portions())]
    return np.concatenate([pair[0] for pair in found]), near[np.concatenate([pair[1] for pair in found]) - len(boxes)]


def _filed(boxes: Compact, runs: Compact) -> tuple[sweep.Strips, Integers]:
    """Return boxes and those of the runs in the box around them by strips, and which runs these are."""
    some = boxes.astype(runs.dtype)  # they lie among the runs: what holds these holds them
    far = np.iinfo(runs.dtype)
    low, high = some[:, :2].min(axis=0, initial=far.max), some[:, 2:].max(axis=0, initial=far.min)
    near = np.flatnonzero(
        (runs[:, 2] >= low[0]) & (runs[:, 3] >= low[1]) & (runs[:, 0] <= high[0]) & (runs[:, 1] <= high[1])
    )
    return sweep.strips(np.concatenate([some, runs[near]]), split=len(boxes)), near


def shielded(search: Search, found: Found) -> Booleans:
    """Tell which pairs a third edge shields."""
    hidden = np.zeros(len(found.first), dtype=bool)
    for outline in (search.own,) if search.is_single else (search.own, search.other):
        open_ = np.flatnonzero(~hidden)
        if search.is_single and search.scope == "within":
            open_ = open_[outline.compiled_runs.sides[outline.polygons_of(found.first[open_])] < 0]
        # From left to right: few runs are near those of one go.
        open_ = open_[np.argsort(found.first_parts[0][open_], kind="stable")]
        size = max(_PAIRS, len(open_) // _GOES)
        for begin in range(0, len(open_), size):
            part = open_[begin : begin + size]
            hidden[part] = _shielded_by(search, outline, _widened(found.select(part)))
    return hidden


def _shielded_by(search: Search, outline: Outlines, found: Found) -> Booleans:
    """Tell which pairs an edge of some outlines shields."""
    first, second, settled = sight.ordered(search, found, np.arange(len(found.first)))
    lines = [np.ascontiguousarray(line.T) for line in shielding.connections(first, second)]
    none = np.full(len(found.first), -1)
    pairs = (
        lines[0],
        lines[1],
        np.ascontiguousarray(found.first) if outline is search.own else none,
        np.ascontiguousarray(found.second) if outline is search.other else none,
        search.own.polygons_of(found.first),
        search.other.polygons_of(found.second),
    )
    hidden = np.zeros(len(found.first), dtype=bool), settled.copy()
    ends = np.concatenate(lines, axis=1).reshape(-1, 4, 2)
    boxes = np.hstack([ends.min(axis=1), ends.max(axis=1)])
    runs = outline.compiled_runs
    filed, near = _filed(boxes, runs.boxes)

    def hide(portion: tuple[int, int]) -> None:
        which, run = filed.pairs(portion)
        shields.hide(pairs, runs, runs.boxes, (which, near[run - len(boxes)]), _whose(search, outline), hidden)

    with compiled.threads() as threads:
        list(threads.map(hide, filed.portions()))
    return hidden[0] & hidden[1]


def _whose(search: Search, outline: Outlines) -> int:
    """Return whose edges shield: within a polygon only its own, of a first layer of two only the same."""
    if search.is_single and search.scope != "within":
        return shields.OTHERS
    return shields.SAME if outline is search.own else shields.ALL
