"""Pairs of edges that are too near as findings: what is one place on the plate is one finding.

A narrow place is seldom one pair: a disc has one for every chord, two corners that come near each other have two.
Pairs of the same polygons whose boxes touch hang together; if all that hangs together fits into a square of `PLACE`
limits, it is one finding, which carries the smallest distance, that pair's edges and the box around all. What is
larger, as two large discs or a long curved gap, is told about every limit of the way: by the pair that is narrower than
those whose middles are near its own (`kernel.thinning`). So a finding depends on nothing farther from its middle than
the reach of its check: it is the same whether sites are looked at one by one or all at once. Only edges longer than a
site and its reach, which each site sees a part of, are told once for each of these sites.
"""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from maskgen.drc.kernel import hanging
from maskgen.drc.kernel.distance import EdgePairs
from maskgen.drc.kernel.relations import Metric
from maskgen.drc.kernel.thinning import thinned
from maskgen.drc.limits import Distance
from maskgen.drc.params import Params
from maskgen.drc.violation import Edge, Finding
from maskgen.geometry.polygons import reduced
from maskgen.geometry.regions import Box
from maskgen.units import DATABASE_UNIT

Integers = NDArray[np.int64]
Reals = NDArray[np.float64]

PLACE = 4
"""How many limits wide and high a place is at most: as much as the sides of two round pads need."""
_ROUNDS = 4
"""How often the narrowest of what is open is sought in what is larger than a place."""

_DIGITS = 9
"""Most digits after the point by which a distance is told from its limit."""
_DECIMALS = 6
"""Of a length [µm]."""
_PORTION = 1 << 14
"""Places that are told in one go."""


class Limit(Params):
    """How near to each other two edges may be, and how that is measured: what all checks of pairs ask for."""

    min: Distance
    metric: Metric = "euclidian"

    @property
    def reach(self) -> float:
        """Return how far beyond a site the check looks: all that a finding depends on and the edges around it [um]."""
        return (max(PLACE, 2 * _ROUNDS) + 1) * self.min

    @property
    def near(self) -> float:
        """Return how far it must look to know whether there is anything to find [um]."""
        return self.min


def to_dbu(length: float) -> int:
    """Return a length [µm] in database units, halves upwards (`drc.md` D.1).

    Examples
    --------
    >>> to_dbu(350.1), to_dbu(0.0005)
    (350100, 1)
    """
    return math.floor(0.5 + length / DATABASE_UNIT)


def findings(
    pairs: EdgePairs, limit: float, sentence: str, *, metric: Metric = "euclidian", is_single: bool = False
) -> Iterator[Finding]:
    """Yield a finding for each place.

    Parameters
    ----------
    limit
        That the pairs are nearer than [µm].
    sentence
        With a gap for the distance.
    metric
        By which they were found.
    is_single
        Whether both edges are of one layer: then neither is the first.
    """
    if not len(pairs):
        return
    boxes, distance, edges = _places(pairs, to_dbu(limit), metric, is_single=is_single)
    del pairs  # many times as many
    sentence += f", at least {limit:g} um wanted"
    for begin in range(0, len(boxes), _PORTION):
        some = slice(begin, begin + _PORTION)
        yield from _told(boxes[some], distance[some], edges[some], limit, sentence)


def _places(pairs: EdgePairs, limit: int, metric: Metric, *, is_single: bool) -> tuple[Integers, Reals, Integers]:
    """Return of each place the box, the smallest distance, and the edges that are so near [dbu]."""
    edges, distance, polygons = _in_order(pairs, is_single=is_single)
    if metric != "euclidian":
        distance = _in_frame(edges, metric)
    boxes = _boxes(edges)
    label = _tellers(boxes, polygons, distance, limit)
    order = np.argsort(label, kind="stable")
    starts = np.flatnonzero(np.diff(label[order], prepend=-1))
    around = np.hstack([reduced(np.minimum, boxes[order, :2], starts), reduced(np.maximum, boxes[order, 2:], starts)])
    told = order[_least(distance[order], starts)]
    return around, distance[told], edges[told]


def _told(boxes: Integers, distance: Reals, edges: Integers, limit: float, sentence: str) -> Iterator[Finding]:
    """Yield findings of places [dbu]."""
    measured = np.minimum(_in_um(distance), limit).tolist()
    columns = _in_um(boxes).tolist(), measured, _in_um(edges).reshape(-1, 8).tolist()
    for (left, bottom, right, top), length, (a, b, c, d, e, f, g, h) in zip(*columns, strict=True):
        words = sentence.format(_below(length, limit))
        yield Finding(words, (left, bottom, right, top), length, limit, (((a, b), (c, d)), ((e, f), (g, h))))


def in_um(box: Integers) -> Box:
    """Return a box of database units [µm]."""
    left, bottom, right, top = _in_um(box).tolist()
    return left, bottom, right, top


def area_in_um2(area: Reals) -> Reals:
    """Return areas of square database units [µm²]."""
    # Divided by a whole number, so that 1000 um2 are 1000, not a bit less.
    return area / round(DATABASE_UNIT**-2)


def length_in_um(length: float) -> float:
    """Return a length of database units [µm]."""
    return round(length * DATABASE_UNIT, _DECIMALS)


def edge_in_um(edge: Integers) -> Edge:
    """Return an edge of database units [µm]."""
    (x0, y0), (x1, y1) = _in_um(edge).tolist()
    return (x0, y0), (x1, y1)


def _in_um(lengths: Integers | Reals) -> Reals:
    """Return lengths of database units [µm]."""
    return np.round(lengths * DATABASE_UNIT, _DECIMALS)


def _in_order(pairs: EdgePairs, *, is_single: bool) -> tuple[Integers, Reals, Integers]:
    """Return edges, distances and polygons, each pair once, in an order that is not that of the polygons."""
    edges = pairs.edges
    polygons = np.sort(pairs.polygons, axis=1) if is_single else pairs.polygons
    if is_single:
        ends = edges.reshape(-1, 2, 4)
        each, place = np.arange(len(ends)), np.argmax(ends[:, 0] != ends[:, 1], axis=1)
        swap = ends[each, 0, place] > ends[each, 1, place]
        edges = np.where(swap[:, None, None, None], edges[:, ::-1], edges)
    flat = edges.reshape(-1, 8)
    order = np.lexsort([pairs.distance, *flat.T[::-1]])
    # Edges that meet where they are near may leave the same part of both, a point.
    fresh = np.arange(len(order)) == 0
    for column in flat.T:
        fresh[1:] |= np.diff(column[order]) != 0
    order = order[fresh]
    return edges[order], pairs.distance[order], polygons[order]


def _boxes(edges: Integers) -> Integers:
    """Return the (k, 4) boxes around pairs of edges."""
    points = edges.reshape(-1, 4, 2)
    return np.hstack([points.min(axis=1), points.max(axis=1)])


def _tellers(boxes: Integers, polygons: Integers, distance: Reals, limit: int) -> Integers:
    """Return for each pair the one that tells its place: of what hangs together, or the narrowest around [dbu]."""
    kind = np.unique(polygons[:, 0] * (polygons.max() + 1) + polygons[:, 1], return_inverse=True)[1].reshape(-1)
    label = hanging.together(boxes, kind)
    order = np.argsort(label, kind="stable")
    starts = np.flatnonzero(np.diff(label[order], prepend=-1))
    size = reduced(np.maximum, boxes[order, 2:], starts) - reduced(np.minimum, boxes[order, :2], starts)
    is_large = np.repeat(size.max(axis=1, initial=0) > PLACE * limit, np.diff(starts, append=len(order)))
    large = np.sort(order[is_large])
    # Not by what rounding leaves: equal distances come in the order of the pairs.
    rank = np.argsort(np.argsort(np.round(distance[large], 3), kind="stable"))
    middles = boxes[large, :2] + boxes[large, 2:]  # in half units
    label[large] = large[thinned(middles, label[large], rank, apart=2 * limit, rounds=_ROUNDS)]
    return label


def _least(values: Reals, starts: Integers) -> Integers:
    """Return the place of the smallest value of each run, the first of equal ones."""
    counts = np.diff(starts, append=len(values))
    at = np.flatnonzero(values == np.repeat(np.minimum.reduceat(values, starts), counts))
    return at[np.searchsorted(at, starts)]


def _below(measured: float, limit: float) -> str:
    """Return a distance as text, with as many digits as tell it from the limit."""
    for digits in range(3, _DIGITS + 1):
        text = f"{measured:.{digits}f}"
        if float(text) < limit:
            return text
    return f"less than {limit:g}"


def _in_frame(edges: Integers, metric: Metric) -> Reals:
    """Return the distance of the two parts of each pair along the axes of either: across it, or the larger of both.

    Square distances are the larger of what lies across an edge and along it, projected ones what lies across.
    """
    first, second = edges[:, 0], edges[:, 1]
    seen = [_from_frame(one, other, metric) for one, other in ((first, second), (second, first))]
    return np.fmin(*seen)


def _from_frame(frame: Integers, other: Integers, metric: Metric) -> Reals:
    """Return how far the nearer end of other edges is from edges, infinite from mere points in a projection."""
    along = (frame[:, 1] - frame[:, 0]).astype(np.float64)
    length = np.hypot(*along.T)
    unit = np.where(length[:, None] > 0, along / np.maximum(length, 1)[:, None], [1.0, 0.0])
    offset = other - frame[:, :1]
    x = np.einsum("kpc,kc->kp", offset, unit)
    y = np.abs(offset[:, :, 1] * unit[:, :1] - offset[:, :, 0] * unit[:, 1:])
    if metric == "projection":
        return np.where(length > 0, y.min(axis=1), np.inf)
    beside = np.maximum(np.maximum(-x, x - length[:, None]), 0.0)
    return np.maximum(y, beside).min(axis=1)
