"""Gathering: the polygons of a layer near a region, from all levels of a cell, and which copies stand near which."""

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

from maskgen.diff.cells import (
    NOTHING,
    Cell,
    LayerKey,
    Placement,
    copies,
    placed_box,
    require_few_vertices,
    turned_box,
)
from maskgen.diff.places import Points
from maskgen.geometry import polygons, regions
from maskgen.geometry.polygons import Polygons
from maskgen.geometry.regions import Box, Region

_FEW = 5000
"""Polygons of a cell up to which it is taken whole where a part of it would do."""


def near(cell: Cell, layer: LayerKey, region: Region) -> Polygons:
    """Return the polygons of a layer that may reach into a region.

    Parameters
    ----------
    region
        [dbu], in the frame of the cell.

    Raises
    ------
    MaskgenError
        If they are too many.
    """
    parts: list[Polygons] = []
    vertices = 0
    for part in _parts(cell, layer, region):
        vertices += len(part.coords)
        require_few_vertices(vertices)
        parts.append(part)
    found = polygons.concatenate(parts) if parts else NOTHING
    return found.select(_reach(found.boxes.astype(float), region)) if len(found) else found


def _parts(cell: Cell, layer: LayerKey, region: Region) -> Iterator[Polygons]:
    """Yield the polygons of a layer that may reach into a region, and some more, cell by cell."""
    waiting: list[tuple[Cell, Region, list[tuple[Placement, Points]]]] = [(cell, region, [])]
    while waiting:
        inner, seen, trail = waiting.pop()
        own = inner.shapes.get(layer)
        if own is not None:
            yield _lifted(own.select(_reach(own.boxes.astype(float), seen)), trail)
        for placement in inner.placements:
            if layer not in placement.cell.boxes:
                continue
            points = _points_near(placement, layer, seen)
            if placement.cell.counts[layer] <= _FEW or len(points) > _FEW:
                yield _lifted(copies(placement.cell.flat(layer), placement.matrix, points), trail)
            else:
                waiting += [
                    (placement.cell, _unplaced(seen, placement, point), [*trail, (placement, point[None, :])])
                    for point in points
                ]


def _points_near(placement: Placement, layer: LayerKey, region: Region) -> Points:
    """Return the places of the copies that may reach into a region."""
    box = placement.box(layer)
    if not _overlap(placed_box(box, placement.places), regions.box_of(region)):
        return np.zeros((0, 2))
    left, bottom, right, top = regions.box_of(region)
    places = placement.places
    points = places.at(places.inside((left - box[2], bottom - box[3], right - box[0], top - box[1])))
    return points[_reach(np.tile(points, 2) + np.array(box), region)]


def _reach(boxes: NDArray[np.float64], region: Region) -> NDArray[np.bool_]:
    """Tell which boxes reach into a region; touching does not."""
    left, bottom, right, top = shapely.bounds(region).tolist()
    found = (boxes[:, 0] < right) & (boxes[:, 2] > left) & (boxes[:, 1] < top) & (boxes[:, 3] > bottom)
    if not regions.is_box(region):
        shapely.prepare(region)
        found[found] = shapely.intersects(region, shapely.box(*boxes[found].T))
    return found


def _overlap(one: Box, other: Box) -> bool:
    """Tell whether two boxes share more than a border."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _unplaced(region: Region, placement: Placement, point: Points) -> Region:
    """Return a box around a region as a copy sees it that stands at a point."""
    a, b, c, d = placement.matrix
    determinant = a * d - b * c
    inverse = d / determinant, -b / determinant, -c / determinant, a / determinant
    x, y = point.tolist()
    left, bottom, right, top = regions.box_of(region)
    seen = turned_box((left - x - 1, bottom - y - 1, right - x + 1, top - y + 1), inverse)
    return shapely.box(*seen)


def _lifted(part: Polygons, trail: list[tuple[Placement, Points]]) -> Polygons:
    """Return polygons of a cell in the frame in which the first cell of a trail stands."""
    for placement, point in reversed(trail):
        part = copies(part, placement.matrix, point)
    return part
