"""Mending: outlines that cross are taken apart, and what has been united comes back on the grid."""

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from maskgen.errors import MaskgenError

Booleans = NDArray[np.bool_]
Integers = NDArray[np.int64]

MOST_CROSSINGS = 1_500_000
"""Times that outlines may cross themselves: each costs two thousand bytes when they are taken apart."""
_FEW_CORNERS = 1000
"""Corners of an outline up to which it can cross itself as often as it likes."""
_FEW_HOLES = 100
"""Holes up to which the kernel takes an outline apart in no time."""
_SAMPLE = 20, 200
"""Sides that are compared with all others to guess how many meet, at least and at most."""
_COMPARED = 100_000_000
"""Pairs of sides that are compared for that, about."""
_HALF = 1e-6
"""Part of a database unit below a half that is a half: crossings are off by less, 2 m from the origin too."""
_PASSES = 8
"""How often what meets by rounding is united again, at most."""


def on_grid(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return unions with every vertex on the grid: each moves to the nearest point, halves upwards, and no other does.

    So what becomes of a crossing does not depend on what else its group holds. Where outlines meet that did not before,
    they are united again.
    """
    found = shapely.transform(shapes, _nearest)
    several = shapely.get_num_geometries(found) > 1
    doubtful = np.flatnonzero(_is_off_grid(shapes))
    doubtful = doubtful[several[doubtful] | ~shapely.is_valid(found[doubtful])]
    for _ in range(_PASSES):
        if not doubtful.size:
            return found
        again = _again(found[doubtful])
        found[doubtful] = shapely.transform(again, _nearest)
        doubtful = doubtful[_is_off_grid(again)]
    found[doubtful] = shapely.union_all(shapes[doubtful].reshape(-1, 1), axis=1, grid_size=1.0)
    return found


def _nearest(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the grid points nearest to some points."""
    return np.floor(points + (0.5 + _HALF))


def _is_off_grid(shapes: NDArray[np.object_]) -> Booleans:
    """Tell which shapes have vertices off the grid."""
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    return np.bincount(owner[(points != _nearest(points)).any(axis=1)], minlength=len(shapes)) > 0


def mended(parts: NDArray[np.object_], group: Integers) -> tuple[NDArray[np.object_], Integers]:
    """Return polygons and their groups in the order of these, crossing outlines taken apart: winding is kept."""
    crossed = ~shapely.is_valid(parts)
    _require_mendable(parts[crossed])
    whole = _valid(parts[crossed])
    pieces, origin = shapely.get_parts(whole, return_index=True)
    parts = np.concatenate([parts[~crossed], pieces])
    group = np.concatenate([group[~crossed], group[crossed][origin]])
    order = np.argsort(group, kind="stable")
    order = order[shapely.area(parts[order]) > 0]
    return parts[order], group[order]


def _again(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the union of all that each shape has, outlines that cross taken apart."""
    pieces, origin = shapely.get_parts(shapes, return_index=True)
    parts, piece = shapely.get_parts(_valid(pieces), return_index=True)
    return joined(parts, origin[piece], len(shapes))


def joined(parts: NDArray[np.object_], owner: Integers, count: int) -> NDArray[np.object_]:
    """Return the union of the polygons of each owner, of whom there are some."""
    found = np.full(count, shapely.MultiPolygon(), dtype=object)
    shapely.multipolygons(parts, indices=owner, out=found)
    several = np.bincount(owner, minlength=count) > 1
    found[several] = shapely.union_all(found[several].reshape(-1, 1), axis=1)
    return found


def _valid(polygons: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return polygons of which outlines that cross are taken apart: winding is kept, holes are taken away."""
    found = polygons.copy()
    crossed = ~shapely.is_valid(polygons)
    # The kernel's time goes with the square of the holes.
    holed = crossed & (shapely.get_num_interior_rings(polygons) > _FEW_HOLES)
    found[crossed & ~holed] = _made_valid(polygons[crossed & ~holed])
    for place in np.flatnonzero(holed):
        outlines = _made_valid(shapely.polygons(shapely.get_rings(polygons[place])))
        holes = shapely.multipolygons(shapely.get_parts(outlines[1:]))
        gone = holes if shapely.is_valid(holes) else shapely.union_all(holes)
        found[place] = shapely.difference(outlines[0], gone)
    return found


def _made_valid(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    return shapely.make_valid(shapes, method="structure", keep_collapsed=False)


def _require_mendable(parts: NDArray[np.object_]) -> None:
    """Refuse outlines that cross themselves so often that taking them apart needs more memory than there is."""
    for part in parts[shapely.get_num_coordinates(parts) > _FEW_CORNERS]:
        sides = _sides(part)
        count = sides.shape[1]
        some = np.linspace(0, count - 1, np.clip(_COMPARED // count, *_SAMPLE)).astype(np.int64)
        crossings = round(float(np.mean([_crossed(sides, side) for side in some])) * count / 2)
        if crossings > MOST_CROSSINGS:
            raise MaskgenError(
                f"an outline of {count} sides crosses itself about {crossings} times, at most {MOST_CROSSINGS}"
                " can be taken apart"
            )


def _sides(polygon: Polygon) -> NDArray[np.float64]:
    """Return (4, n) x and y of where each side of a polygon begins, and of where it ends."""
    points, ring = shapely.get_coordinates(shapely.get_rings(polygon), return_index=True)
    return np.ascontiguousarray(np.hstack([points[:-1], points[1:]])[ring[1:] == ring[:-1]].T)


def _crossed(sides: NDArray[np.float64], side: int) -> int:
    """Return how many of (4, n) sides one of them meets; those that it shares an end with do not count."""
    x0, y0, x1, y1 = sides
    (left, right), (low, high) = sorted((x0[side], x1[side])), sorted((y0[side], y1[side]))
    near = np.flatnonzero(
        (np.minimum(x0, x1) <= right)
        & (np.maximum(x0, x1) >= left)
        & (np.minimum(y0, y1) <= high)
        & (np.maximum(y0, y1) >= low)
    )
    begin, end = sides[:2, near].T, sides[2:, near].T
    ends = sides[:2, side], sides[2:, side]
    joined = [(here == there).all(axis=1) for here in (begin, end) for there in ends]
    between = _turns(*ends, begin) * _turns(*ends, end) <= 0
    between &= _turns(begin, end, ends[0]) * _turns(begin, end, ends[1]) <= 0
    return int(np.count_nonzero(between & ~np.logical_or.reduce(joined)))


def _turns(begin: NDArray[np.float64], end: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return on which side of lines points lie: the sign of what each spans with its line."""
    (x, y), (dx, dy) = (points - begin).T, (end - begin).T
    return np.sign(dx * y - dy * x)
