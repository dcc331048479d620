"""Distance checks on merged polygons: width, space, notch, isolated, separation, enclosure, overlap.

What they find agrees with KLayout's flat checks (`drc.md` D); a value equal to the limit passes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskgen.drc.kernel.candidates import Integers
from maskgen.drc.kernel.outlines import Outlines
from maskgen.drc.kernel.relations import Metric, Nearness
from maskgen.drc.kernel.search import Found, Scope, Search, found, joined
from maskgen.drc.kernel.sight import faced, shielded
from maskgen.geometry.polygons import Polygons


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
    own = Outlines(polygons)
    seen = _seen(Search(nearness, scope, own, own, must_face))
    del own  # what was made for the search is as much as what is made of what it finds
    return _reported(*seen, Outlines(polygons), Outlines(polygons))


def _two_layers(polygons: Polygons, others: Polygons, nearness: Nearness) -> EdgePairs:
    seen = _seen(Search(nearness, "between", Outlines(polygons), Outlines(others)))
    return _reported(*seen, Outlines(polygons), Outlines(others))


def _seen(search: Search) -> tuple[Found, Integers]:
    """Return what a search finds, and which of these pairs see each other."""
    parts = found(search)
    near = joined(faced(search, part) for part in parts) if search.must_face else joined(parts)
    return near, np.flatnonzero(~shielded(search, near))


def _reported(near: Found, seen: Integers, own: Outlines, other: Outlines) -> EdgePairs:
    """Return some of the pairs in the order of their edges."""
    first, second = near.first[seen], near.second[seen]
    order = np.lexsort((second, first))
    first, second, seen = first[order], second[order], seen[order]
    edges = np.empty((len(seen), 2, 4), dtype=np.int64)
    for place, parts in enumerate((near.first_parts, near.second_parts)):
        for column in range(4):
            edges[:, place, column] = parts[column, seen]
    polygons = np.stack([own.polygons_of(first), other.polygons_of(second)], axis=1)
    return EdgePairs(edges.reshape(-1, 2, 2, 2), near.distance[seen], polygons)
