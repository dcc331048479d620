"""Cells of a layout file on the database grid: polygons by layer, placements, digests of all below. Knows no names."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from hashlib import blake2b
from pathlib import Path

import gdstk
import numpy as np
from numpy.typing import NDArray

from maskgen.diff.places import IDENTITY, Matrix, Places, Points, lattice, scattered
from maskgen.errors import MaskgenError
from maskgen.geometry import polygons
from maskgen.geometry.polygons import Polygons, extremes
from maskgen.stream import hierarchy
from maskgen.stream.read import read_layout

LayerKey = tuple[int, int]
Box = tuple[float, float, float, float]
NOTHING = polygons.from_boxes(np.zeros((0, 4), dtype=np.int64))
"""No polygons."""

MOST_VERTICES = 20_000_000
"""Vertices that are written out at most."""

_FINEST = 1000
"""Greatest denominator of the ratio of two database units that have a common one."""


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
            found.update(part.rings.tobytes() + part.coords.tobytes())
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
            cell.known[layer] = polygons.concatenate([cell.shapes.get(layer, NOTHING), *below])
        return self.known[layer]


@dataclass(frozen=True, eq=False)
class LayoutFile:
    """A file: its cells by name, and which of them are placed by none."""

    path: str
    cells: Mapping[str, Cell]
    tops: tuple[str, ...]

    def top(self, name: str | None) -> str:
        """Return the name of the cell to compare.

        Raises
        ------
        MaskgenError
            If there is no such cell, or several and none is named.
        """
        if name is not None:
            if name not in self.cells:
                raise MaskgenError(f"{self.path}: has no cell {name!r}, its top cells are {', '.join(self.tops)}")
            return name
        if len(self.tops) != 1:
            found = f"{len(self.tops)} top cells, {', '.join(self.tops)}" if self.tops else "no cells"
            raise MaskgenError(f"{self.path}: has {found}: say which one to compare with --cell")
        return self.tops[0]


def read_pair(one: Path, other: Path) -> tuple[LayoutFile, LayoutFile, float]:
    """Return two files on one grid, and the length of its dbu [µm].

    Raises
    ------
    LayoutError
        If one cannot be read.
    """
    libraries = read_layout(one), read_layout(other)
    unit = common_unit(*(library.precision * 1e6 for library in libraries))
    return _file(one, libraries[0], unit), _file(other, libraries[1], unit), unit


def common_unit(one: float, other: float) -> float:
    """Return the largest length [µm] of which two database units are multiples.

    Examples
    --------
    >>> common_unit(0.001, 0.005), common_unit(0.002, 0.005)
    (0.001, 0.001)
    """
    small, large = sorted((one, other))
    ratio = Fraction(large / small).limit_denominator(_FINEST)
    return round(small / ratio.denominator, 12)


def _file(path: Path, library: gdstk.Library, unit: float) -> LayoutFile:
    """Return the cells of a library, those that others place first."""
    drawn = {cell.name: cell for cell in library.cells}
    placed = {name: [reference.cell.name for reference in cell.references] for name, cell in drawn.items()}
    made: dict[str, Cell] = {}
    for name in hierarchy.levels(placed):
        try:
            made[name] = _cell(drawn[name], made, unit)
        except MaskgenError as error:
            raise MaskgenError(f"{path}: cell {name!r}: {error}") from None
        # What is kept of a cell is made from what is kept of those below: asked for in this order, no stack grows.
        _ = made[name].level, made[name].boxes, made[name].counts, made[name].digest
    below = {name for children in placed.values() for name in children}
    return LayoutFile(
        str(path), made, tuple(name for name in drawn if name not in below and not name.startswith("$$$"))
    )


def _cell(drawn: gdstk.Cell, made: Mapping[str, Cell], unit: float) -> Cell:
    """Return one cell on the grid; paths are drawn as the polygons that they cover."""
    found: dict[LayerKey, list[NDArray[np.int64]]] = {}
    require_few_vertices(sum(map(_vertices, drawn.get_polygons(apply_repetitions=False, depth=0))))
    for polygon in drawn.get_polygons(depth=0):
        points = np.rint(polygon.points / unit).astype(np.int64)
        if len(points) > 2:
            found.setdefault((polygon.layer, polygon.datatype), []).append(points)
    shapes = {layer: _rings(outlines) for layer, outlines in found.items()}
    placements = (_placement(reference, made, unit) for reference in drawn.references)
    return Cell(shapes, tuple(placement for placement in placements if placement.cell.boxes))


def _vertices(polygon: gdstk.Polygon) -> int:
    """Return how many vertices a polygon has with all its copies."""
    return int(polygon.size) * max(1, int(polygon.repetition.size or 1))


def require_few_vertices(count: int) -> None:
    """Raise an error if polygons have too many vertices to be written out."""
    if count > MOST_VERTICES:
        raise MaskgenError(f"{count} vertices would have to be written out, at most {MOST_VERTICES} can be")


def _rings(outlines: list[NDArray[np.int64]]) -> Polygons:
    """Return outlines as polygons, all turned counter-clockwise."""
    rings = polygons.offsets(np.array([len(points) for points in outlines]))
    found = Polygons(np.concatenate(outlines), rings, np.arange(len(outlines) + 1))
    return _counter_clockwise(found)


def _counter_clockwise(found: Polygons) -> Polygons:
    """Return polygons without holes with those turned that run clockwise."""
    backward = found.doubled_ring_areas < 0
    if not backward.any():
        return found
    ring, place = found.ring_of_vertex, np.arange(len(found.coords))
    place = np.where(backward[ring], found.rings[ring] + found.rings[ring + 1] - 1 - place, place)
    return Polygons(found.coords[place], found.rings, found.polygons)


def _placement(reference: gdstk.Reference, made: Mapping[str, Cell], unit: float) -> Placement:
    """Return the copies that a reference draws; its repetition is in the frame of the cell that has it."""
    x, y = (float(np.rint(value / unit)) for value in reference.origin)
    repetition = reference.repetition
    matrix = _matrix(reference)
    cell = made[reference.cell.name]
    if repetition.size in (None, 0, 1):
        return Placement(cell, matrix, Places((x, y)))
    if repetition.spacing is not None or repetition.v1 is not None:
        (ax, ay), (bx, by) = _vectors(repetition)
        steps = [float(np.rint(value / unit)) for value in (ax, ay, bx, by)]
        along = (steps[0], steps[1], int(repetition.columns)), (steps[2], steps[3], int(repetition.rows))
        return Placement(cell, matrix, lattice((x, y), *along))
    offsets: Points = np.rint(repetition.get_offsets() / unit)
    return Placement(cell, matrix, scattered(offsets + np.array([x, y])))


def _vectors(repetition: gdstk.Repetition) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the two vectors of a lattice [µm]."""
    if repetition.spacing is not None:
        return (repetition.spacing[0], 0.0), (0.0, repetition.spacing[1])
    return tuple(repetition.v1), tuple(repetition.v2)


def _matrix(reference: gdstk.Reference) -> Matrix:
    """Return the matrix of a reference: mirrored at the x axis first, then scaled and turned; quarters are exact."""
    quarters = reference.rotation / (math.pi / 2)
    if math.isclose(quarters, round(quarters), abs_tol=1e-9):
        cosine, sine = ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[round(quarters) % 4]
    else:
        cosine, sine = math.cos(reference.rotation), math.sin(reference.rotation)
    scale = float(reference.magnification)
    flip = -1.0 if reference.x_reflection else 1.0
    return scale * cosine + 0.0, -scale * sine * flip + 0.0, scale * sine + 0.0, scale * cosine * flip + 0.0


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
