"""Cells of a layout file on the database grid: polygons by layer, placements, digests of all below. Knows no names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b

import numpy as np

from maskgen.diff.places import IDENTITY, Matrix, Places, Points
from maskgen.errors import MaskgenError
from maskgen.geometry import polygons
from maskgen.geometry.polygons import Polygons, extremes

LayerKey = tuple[int, int]
Box = tuple[float, float, float, float]
NOTHING = polygons.from_boxes(np.zeros((0, 4), dtype=np.int64))
"""No polygons."""

MOST_VERTICES = 20_000_000
"""Vertices that are written out at most."""


@dataclass(frozen=True, eq=False)
class Placement:
    """Copies of a cell."""

    cell: "Cell"
    matrix: Matrix
    places: Places

    @property
    def key(self) -> tuple[bytes, Matrix, bytes]:
        """Return what is equal for placements that draw the same."""
        return self.cell.digest, self.matrix, self.places.key

    def box(self, layer: LayerKey) -> Box:
        """Return the box [dbu] of one copy about its place."""
        return turned_box(self.cell.boxes[layer], self.matrix)


@dataclass(frozen=True, eq=False)
class Cell:
    """A cell, in the order in which cells are made: what it places is whole before.

    Parameters
    ----------
    shapes
        Its own polygons [dbu], not merged.
    """

    shapes: Mapping[LayerKey, Polygons]
    placements: tuple[Placement, ...]
    known: dict[LayerKey, Polygons] = field(default_factory=dict, repr=False)

    @cached_property
    def level(self) -> int:
        """Return the levels of cells below and including this one."""
        return 1 + max((placement.cell.level for placement in self.placements), default=0)

    @cached_property
    def digest(self) -> bytes:
        """Return a short text that is equal for cells that draw the same, and rarely differs for others."""
        found = blake2b(digest_size=16)
        for layer in sorted(self.shapes):
            part = self.shapes[layer]
            found.update(repr((layer, len(part.coords))).encode())
            found.update(np.ascontiguousarray(part.rings).data)
            found.update(np.ascontiguousarray(part.coords).data)
        for key in sorted(placement.key for placement in self.placements):
            found.update(
                repr(key).encode() if len(key[2]) < 1000 else b"".join([key[0], repr(key[1]).encode(), key[2]])
            )
        return found.digest()

    @cached_property
    def boxes(self) -> dict[LayerKey, Box]:
        """Return the box [dbu] of each layer, cells below included."""
        found = {layer: [_box_of(part)] for layer, part in self.shapes.items() if len(part)}
        for placement in self.placements:
            for layer in placement.cell.boxes:
                found.setdefault(layer, []).append(placed_box(placement.box(layer), placement.places))
        return {layer: around(boxes) for layer, boxes in found.items()}

    @cached_property
    def counts(self) -> dict[LayerKey, int]:
        """Return how many polygons each layer has when it is flat."""
        found = {layer: len(part) for layer, part in self.shapes.items()}
        for placement in self.placements:
            for layer, count in placement.cell.counts.items():
                found[layer] = found.get(layer, 0) + count * placement.places.count
        return found

    def flat(self, layer: LayerKey) -> Polygons:
        """Return a layer with all cells below."""
        require_few_vertices(self.counts.get(layer, 0))
        waiting = [] if layer in self.known else [self]
        for cell in waiting:
            waiting += {id(one.cell): one.cell for one in cell.placements if layer not in one.cell.known}.values()
        for cell in sorted({id(cell): cell for cell in waiting}.values(), key=lambda cell: cell.level):
            below = [copies(one.cell.known[layer], one.matrix, one.places.points) for one in cell.placements]
            parts = [part for part in (cell.shapes.get(layer, NOTHING), *below) if len(part)]
            cell.known[layer] = parts[0] if len(parts) == 1 else polygons.concatenate(parts)
        return self.known[layer]


def require_few_vertices(count: int) -> None:
    """Raise an error if polygons have too many vertices to be written out."""
    if count > MOST_VERTICES:
        raise MaskgenError(f"{count} vertices would have to be written out, at most {MOST_VERTICES} can be")


def _counter_clockwise(found: Polygons) -> Polygons:
    """Return polygons without holes with those turned that run clockwise."""
    backward = found.doubled_ring_areas < 0
    if not backward.any():
        return found
    ring, place = found.ring_of_vertex, np.arange(len(found.coords))
    place = np.where(backward[ring], found.rings[ring] + found.rings[ring + 1] - 1 - place, place)
    return Polygons(found.coords[place], found.rings, found.polygons)


def copies(part: Polygons, matrix: Matrix, points: Points) -> Polygons:
    """Return polygons turned, mirrored or scaled, once at each point.

    Parameters
    ----------
    points : (n, 2) ndarray of float
        [dbu]
    """
    if not len(part) or not len(points):
        return NOTHING
    require_few_vertices(len(part.coords) * len(points))
    a, b, c, d = matrix
    turned = part.coords if matrix == IDENTITY else part.coords @ np.array([[a, c], [b, d]])
    coords = np.floor(turned[None, :, :] + points[:, None, :] + 0.5).astype(np.int64).reshape(-1, 2)
    rings = polygons.offsets(np.tile(np.diff(part.rings), len(points)))
    found = Polygons(coords, rings, polygons.offsets(np.tile(np.diff(part.polygons), len(points))))
    return _counter_clockwise(found) if a * d < b * c else found


def product(outer: Matrix, inner: Matrix) -> Matrix:
    """Return the matrix that does what the inner one does, and then what the outer one does."""
    a, b, c, d = outer
    e, f, g, h = inner
    return a * e + b * g + 0.0, a * f + b * h + 0.0, c * e + d * g + 0.0, c * f + d * h + 0.0


def turned_box(box: Box, matrix: Matrix) -> Box:
    """Return the box around a box that is turned, mirrored or scaled."""
    a, b, c, d = matrix
    corners = [(a * x + b * y, c * x + d * y) for x in box[::2] for y in box[1::2]]
    x, y = zip(*corners, strict=True)
    return min(x), min(y), max(x), max(y)


def placed_box(box: Box, places: Places) -> Box:
    """Return the box around all copies of a box."""
    left, bottom, right, top = places.box
    return box[0] + left, box[1] + bottom, box[2] + right, box[3] + top


def around(boxes: Iterable[Box]) -> Box:
    """Return the box around at least one box."""
    left, bottom, right, top = zip(*boxes, strict=True)
    return min(left), min(bottom), max(right), max(top)


def _box_of(part: Polygons) -> Box:
    (left, bottom), (right, top) = extremes(part.coords).tolist()
    return left, bottom, right, top
