"""Regions: what a layer covers, as polygons with true holes. The only place where shapes are offset or snapped.

A *region* is any shapely geometry of which only the polygons count. Offsets join with round corners, because
etching and plating fronts do (`process.md` 1.2, 4.2); their chord error is `ARC_TOLERANCE`.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from maskgen.geometry.linking import groups

Region: TypeAlias = BaseGeometry

Box = tuple[float, float, float, float]
"""Left, bottom, right, top [µm]."""

EMPTY: Region = shapely.MultiPolygon()
"""The region that covers nothing."""

ARC_TOLERANCE = 0.05
"""Greatest distance [µm] between an arc and the chord drawn for it."""

SLIVER = 1e-6
"""Width [µm] below which a difference of two regions is rounding, not geometry."""

_POLYGON = int(shapely.GeometryType.POLYGON)
_MANY = 100
"""Pieces from which on an offset is made piece by piece."""


def merge(shapes: Iterable[Region]) -> Region:
    """Return what any of the shapes covers, without slivers of other dimensions."""
    return areal(shapely.union_all(list(shapes)))


def areal(shape: Region) -> Region:
    """Return the polygons of a shape alone: booleans leave points and lines where outlines touch."""
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape if not shape.is_empty else EMPTY
    found = polygons(shape)
    return shapely.multipolygons(found) if len(found) else EMPTY


def polygons(region: Region) -> NDArray[np.object_]:
    """Return the polygons of a region, holes and all.

    Returns
    -------
    (n,) ndarray of Polygon
        Empty for the empty region.
    """
    parts = shapely.get_parts(shapely.get_parts(region))  # twice, for multipolygons in collections
    found: NDArray[np.object_] = parts[(shapely.get_type_id(parts) == _POLYGON) & ~shapely.is_empty(parts)]
    return found


def grow(region: Region, distance: float, *, tolerance: float = ARC_TOLERANCE) -> Region:
    """Return all points within a distance of a region: its outline moved outwards, convex corners round.

    Parameters
    ----------
    distance
        How far [µm]; negative moves the outline inwards (see `shrink`), zero changes nothing.
    tolerance
        Chord error of the arcs [µm].
    """
    if distance == 0 or region.is_empty:
        return region
    segments = quarter_segments(abs(distance), tolerance)
    if shapely.get_num_geometries(region) < _MANY:
        return areal(region.buffer(distance, quad_segs=segments))
    return _together(shapely.buffer(_apart(polygons(region), max(distance, 0.0)), distance, quad_segs=segments))


def _apart(pieces: NDArray[np.object_], distance: float) -> NDArray[np.object_]:
    """Return pieces, those that meet if each grows by a distance [µm] in one multipolygon.

    The kernel's time for an offset goes with the square of the pieces in it that stay apart.
    """
    near, far = _closer(pieces, 2 * distance)
    group = groups(len(pieces), near, far)
    alone = np.bincount(group)[group] == 1
    crowd = np.unique(group[~alone], return_inverse=True)[1]
    order = np.argsort(crowd, kind="stable")
    return np.concatenate([pieces[alone], shapely.multipolygons(pieces[~alone][order], indices=crowd[order])])


def _closer(pieces: NDArray[np.object_], distance: float) -> NDArray[np.int64]:
    """Return (2, n) the pairs of pieces that are no farther than a distance [µm] from each other."""
    around = shapely.box(*(shapely.bounds(pieces) + np.array([-1, -1, 1, 1]) * distance).T)
    pairs = shapely.STRtree(pieces).query(around)
    pairs = pairs[:, pairs[0] < pairs[1]]
    shapely.prepare(pieces[np.unique(pairs[0])])
    found: NDArray[np.int64] = pairs[:, shapely.dwithin(*pieces[pairs], distance)]
    return found


def difference(one: Region, other: Region) -> Region:
    """Return what one region covers and another does not; pieces that are all in or all out are not cut."""
    if shapely.get_num_geometries(one) < _MANY:
        return areal(one.difference(other))
    parts = _sorted_out(one, other)
    return _together(np.append(parts.outside, areal(parts.cut.difference(parts.by))))


def intersection(one: Region, other: Region) -> Region:
    """Return what both of two regions cover; pieces of the one that are all in or all out are not cut."""
    if shapely.get_num_geometries(one) < _MANY:
        return areal(one.intersection(other))
    parts = _sorted_out(one, other)
    return _together(np.append(parts.inside, areal(parts.cut.intersection(parts.by))))


@dataclass(frozen=True, eq=False)
class _SortedOut:
    """The pieces of a region outside another, those within one piece of it, the rest, and what cuts that."""

    outside: NDArray[np.object_]
    inside: NDArray[np.object_]
    cut: Region
    by: Region


def _sorted_out(one: Region, other: Region) -> _SortedOut:
    pieces, others = polygons(one), polygons(other)
    tree = shapely.STRtree(pieces)
    met, inside = np.zeros((2, len(pieces)), dtype=bool)
    cutter, piece = tree.query(others, predicate="intersects")
    met[piece] = True
    inside[tree.query(others, predicate="covers")[1]] = True
    is_cut = met & ~inside
    by = np.unique(cutter[is_cut[piece]])
    return _SortedOut(
        pieces[~met], pieces[inside], shapely.multipolygons(pieces[is_cut]), shapely.multipolygons(others[by])
    )


def _together(shapes: NDArray[np.object_]) -> Region:
    """Return the polygons of shapes that do not meet as one region."""
    parts = shapely.get_parts(shapes)
    parts = parts[~shapely.is_empty(parts)]
    return shapely.multipolygons(parts) if len(parts) else EMPTY


def shrink(region: Region, distance: float, *, tolerance: float = ARC_TOLERANCE) -> Region:
    """Return the points farther than a distance from all that lies outside: empty where narrower than twice it."""
    return grow(region, -distance, tolerance=tolerance)


def quarter_segments(radius: float, tolerance: float) -> int:
    """Return how many chords a quarter circle gets for a chord error (`process.md` 1.3, T1.10): twice an odd number.

    The kernel rounds "turn of the corner / angle of a chord" to decide how many chords a corner gets. Twice an odd
    number keeps that quotient off the halves for octagons, for circles of 32, 64, 96 ... corners and for arcs that were
    drawn with such a number themselves, so that equal shapes at different places get equal arcs.

    Examples
    --------
    >>> quarter_segments(50, 0.1), quarter_segments(50, 0.5)
    (14, 6)
    """
    needed = math.pi / math.acos(1 - tolerance / radius) / 4 if tolerance < radius else 2.0
    return 4 * math.ceil((max(2.0, needed) - 2) / 4) + 2


def hull(region: Region) -> Region:
    """Return the convex hull of each connected piece."""
    return merge(shapely.convex_hull(polygons(region)))


def holes(region: Region) -> Region:
    """Return what the holes of a region would cover."""
    return merge(Polygon(ring) for part in polygons(region) for ring in part.interiors)


def snap(region: Region, grid: float) -> Region:
    """Return a region with every vertex on a grid, still valid: the one rounding of the program.

    Parameters
    ----------
    grid
        Step [µm]; what is narrower than a step may vanish.
    """
    if region.is_empty:
        return EMPTY
    snapped = shapely.set_precision(region, grid)
    # The kernel would go on rounding everything made of the result to the same grid: take that off again.
    return areal(shapely.set_precision(snapped, 0.0))


def to_grid(value: float, grid: float) -> float:
    """Return the grid step nearest to a length, halves upwards.

    Examples
    --------
    >>> to_grid(0.25, 0.1), to_grid(-0.25, 0.1)
    (0.3, -0.2)
    """
    return round(math.floor(value / grid + 0.5 + 1e-9) * grid, 9)


def move(region: Region, dx: float, dy: float) -> Region:
    """Return a region shifted by (dx, dy) [µm]."""
    return shapely.transform(region, lambda points: points + np.array([dx, dy]))


def turn(region: Region, angle: float) -> Region:
    """Return a region turned counter-clockwise about the origin [deg]; multiples of 90 are exact."""
    if angle % 360 == 0:
        return region
    exact = {90.0: (0.0, 1.0), 180.0: (-1.0, 0.0), 270.0: (0.0, -1.0)}
    cosine, sine = exact.get(angle % 360, (math.cos(math.radians(angle)), math.sin(math.radians(angle))))
    return shapely.transform(region, lambda points: points @ np.array([[cosine, sine], [-sine, cosine]]))


def mirror(region: Region) -> Region:
    """Return a region mirrored left to right: as seen from the other side."""
    return shapely.reverse(shapely.transform(region, lambda points: points * np.array([-1.0, 1.0])))


def copies(region: Region, offsets: NDArray[np.float64]) -> NDArray[np.object_]:
    """Return the polygons of a region once at each offset.

    Parameters
    ----------
    offsets : (n, 2) ndarray of float
        Shifts [µm].

    Returns
    -------
    (n * polygons,) ndarray of Polygon
    """
    parts = polygons(region)
    if not len(parts) or not len(offsets):
        return np.empty(0, dtype=object)
    repeated = np.repeat(parts[None, :], len(offsets), axis=0).ravel()
    shifts = np.repeat(np.repeat(offsets, len(parts), axis=0), shapely.get_num_coordinates(repeated), axis=0)
    return shapely.transform(repeated, lambda points: points + shifts)


def difference_area(one: Region, other: Region) -> float:
    """Return the area [µm²] that exactly one of two regions covers, slivers of rounding left out."""
    return float(shrink(areal(one.symmetric_difference(other)), SLIVER).area)


def is_same(one: Region, other: Region, *, tolerance: float) -> bool:
    """Tell whether two regions differ by nothing wider than twice a tolerance [µm]."""
    mine, theirs = _by_place(one), _by_place(other)
    if len(mine) == len(theirs) and np.allclose(shapely.bounds(mine), shapely.bounds(theirs), rtol=0, atol=tolerance):
        # Piece by piece: pieces of one region do not meet, and small overlays are far cheaper than one of them all.
        found = shapely.symmetric_difference(mine, theirs)
    else:
        found = np.array([one.symmetric_difference(other)], dtype=object)
    pieces = np.concatenate([polygons(areal(shape)) for shape in found] or [polygons(EMPTY)])
    if not len(pieces):
        return True
    left, bottom, right, top = shapely.bounds(pieces).T
    wide = pieces[np.minimum(right - left, top - bottom) > 2 * tolerance]  # nothing else can hold so large a circle
    return bool(shapely.is_empty(shapely.buffer(wide, -tolerance, quad_segs=4)).all())


def _by_place(region: Region) -> NDArray[np.object_]:
    """Return the pieces of a region in the order of their places, to a nanometre."""
    found = polygons(region)
    if not len(found):
        return found
    boxes = np.round(shapely.bounds(found), 2)
    return found[np.lexsort(boxes.T[::-1])]


def box_of(region: Region) -> Box:
    """Return (left, bottom, right, top) [µm] of a region that is not empty."""
    left, bottom, right, top = shapely.bounds(region).tolist()
    return left, bottom, right, top


def point_in(region: Region) -> tuple[float, float]:
    """Return a point (x, y) [µm] inside a region that is not empty."""
    point = region.representative_point()
    return float(point.x), float(point.y)


def box_around(boxes: Iterable[Box]) -> Box | None:
    """Return the box around some boxes, None if there are none."""
    corners = np.array(list(boxes), dtype=float).reshape(-1, 4)
    if not len(corners):
        return None
    left, bottom = corners[:, :2].min(axis=0).tolist()
    right, top = corners[:, 2:].max(axis=0).tolist()
    return left, bottom, right, top


def digest(region: Region) -> bytes:
    """Return a short text that is equal for equal regions, to a millionth of a µm."""
    moved = shapely.transform(region, lambda points: np.round(points, 6) + 0.0)
    return blake2b(shapely.to_wkb(moved), digest_size=16).digest()


def is_box(region: Region) -> bool:
    """Tell whether a region is one rectangle along the axes."""
    left, bottom, right, top = box_of(region)
    return bool(region.area == (right - left) * (top - bottom))


def cut_fingerprints(region: Region, windows: NDArray[np.float64], origins: NDArray[np.float64]) -> list[bytes]:
    """Return a text per window, equal where a region looks equal within it, as seen from the window's origin.

    Parameters
    ----------
    windows : (n, 4) ndarray of float
        Left, bottom, right, top [µm].
    origins : (n, 2) ndarray of float
        What each window is seen from [µm].
    """
    if is_box(region):
        left, bottom, right, top = box_of(region)
        corners = np.clip(windows, [left, bottom, left, bottom], [right, top, right, top]) - np.tile(origins, 2)
        return [row.tobytes() for row in np.round(corners, 6) + 0.0]
    return fingerprints(shapely.intersection(region, shapely.box(*windows.T)), origins)


def fingerprints(shapes: NDArray[np.object_], origins: NDArray[np.float64]) -> list[bytes]:
    """Return a text per shape, equal for shapes that are equal about their origins.

    Parameters
    ----------
    shapes : (n,) ndarray of Region
    origins : (n, 2) ndarray of float
        What each shape is seen from [µm].
    """
    counts = shapely.get_num_coordinates(shapes)
    shifts = np.repeat(origins, counts, axis=0)
    moved = shapely.transform(shapes, lambda points: np.round(points - shifts, 6) + 0.0)
    return list(shapely.to_wkb(shapely.normalize(moved)))
