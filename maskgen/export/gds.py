"""GDSII that any mask shop reads: 1 nm, one top cell, real AREFs, outlines only, same bytes for the same masks.

Every file is read back and compared with what was meant before anybody else may see it.
"""

import datetime
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import gdstk
import numpy as np
import shapely

from maskgen.errors import MaskgenError
from maskgen.geometry import cutting, regions
from maskgen.geometry.arrays import Lattice
from maskgen.geometry.regions import Region
from maskgen.layout import Pattern
from maskgen.units import DATABASE_UNIT

_NAME_LIMIT = 32
"""Longest structure name of classic GDSII (`vendors.md` 1.1)."""
_TIMESTAMP = datetime.datetime(2000, 1, 1)

LayerKey = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Cell:
    """One cell: regions by layer and datatype, and where it stands."""

    name: str
    shapes: Mapping[LayerKey, Region]
    lattices: tuple[Lattice, ...]


@dataclass(frozen=True)
class Drawing:
    """What a file holds: a top cell's own shapes, and cells that stand in it.

    Parameters
    ----------
    max_vertices
        Most vertices of a polygon.
    """

    top: str
    shapes: Mapping[LayerKey, Region]
    cells: tuple[Cell, ...]
    max_vertices: int = 4000


def drawing(top: str, layers: Mapping[LayerKey, Pattern], *, max_vertices: int) -> Drawing:
    """Return layers as a drawing: tiles that stand at the same places share a cell."""
    groups: dict[bytes, dict[LayerKey, Region]] = {}
    lattices: dict[bytes, tuple[Lattice, ...]] = {}
    for key, pattern in layers.items():
        for tile in pattern.tiles:
            places = tuple(pattern.array.lattices(tile.where))
            name = repr(places).encode()
            lattices[name] = places
            group = groups.setdefault(name, {})
            group[key] = regions.merge([group[key], tile.region]) if key in group else tile.region
    cells = tuple(
        Cell(f"SITE_{number}" if number > 1 else "SITE", shapes, lattices[name])
        for number, (name, shapes) in enumerate(groups.items(), start=1)
    )
    rest = {key: pattern.rest for key, pattern in layers.items() if not pattern.rest.is_empty}
    return Drawing(cell_name(top), rest, cells, max_vertices)


def cell_name(text: str) -> str:
    """Return a legal structure name: A-Z a-z 0-9 _ $ ?, at most 32 characters, told apart by a hash where it is cut.

    Examples
    --------
    >>> cell_name("qfn-64_FIRST_MASK")
    'qfn_64_FIRST_MASK'
    """
    legal = re.sub(r"[^A-Za-z0-9_$?]", "_", text)
    if len(legal) <= _NAME_LIMIT:
        return legal
    return f"{legal[: _NAME_LIMIT - 9]}_{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def write(drawn: Drawing, path: Path, *, mirrored: bool = False) -> None:
    """Write a GDSII or, by its ending, an OASIS file, and read it back.

    Parameters
    ----------
    mirrored
        Whether the data is mirrored left to right, for a tool that faces the part.

    Raises
    ------
    MaskgenError
        If what was read back is not what was meant.
    """
    library, meant = _library(drawn, mirrored=mirrored)
    if path.suffix == ".oas":
        library.write_oas(path, compression_level=6, validation="crc32")
    else:
        library.write_gds(path, max_points=8190, timestamp=_TIMESTAMP)
    _verify(path, meant)


@dataclass(frozen=True, eq=False)
class _Meant:
    """What each cell must hold after reading back."""

    shapes: dict[str, Mapping[LayerKey, Region]]
    references: dict[str, tuple[Lattice, ...]]
    vertices: int


def _library(drawn: Drawing, *, mirrored: bool) -> tuple[gdstk.Library, _Meant]:
    """Return the library to write, and what it must say when it is read."""
    library = gdstk.Library(drawn.top, unit=1e-6, precision=1e-9)
    top = gdstk.Cell(drawn.top)
    meant = _Meant({}, {}, drawn.max_vertices)
    _fill(top, drawn.shapes, drawn.max_vertices, meant, mirrored=mirrored)
    library.add(top)
    for cell in drawn.cells:
        filled = gdstk.Cell(cell.name)
        _fill(filled, cell.shapes, drawn.max_vertices, meant, mirrored=mirrored)
        library.add(filled)
        lattices = tuple(_mirrored_lattice(lattice) if mirrored else lattice for lattice in cell.lattices)
        top.add(*(_reference(filled, lattice) for lattice in lattices))
        meant.references[cell.name] = lattices
    return library, meant


def _mirrored_lattice(lattice: Lattice) -> Lattice:
    """Return a lattice as seen from the other side."""
    x = -(lattice.x + (lattice.columns - 1) * lattice.dx)
    return Lattice(round(x, 6), lattice.y, lattice.columns, lattice.rows, lattice.dx, lattice.dy)


def _reference(cell: gdstk.Cell, lattice: Lattice) -> gdstk.Reference:
    """Return one placement: an AREF for more than one site."""
    if lattice.count == 1:
        return gdstk.Reference(cell, (lattice.x, lattice.y))
    # An AREF needs two independent vectors even where it is one site wide.
    spacing = lattice.dx or 1.0, lattice.dy or 1.0
    return gdstk.Reference(cell, (lattice.x, lattice.y), columns=lattice.columns, rows=lattice.rows, spacing=spacing)


def _fill(cell: gdstk.Cell, shapes: Mapping[LayerKey, Region], limit: int, meant: _Meant, *, mirrored: bool) -> None:
    """Put regions into a cell as simple polygons."""
    kept = {key: regions.mirror(region) if mirrored else region for key, region in sorted(shapes.items())}
    meant.shapes[cell.name] = kept
    for (layer, datatype), region in kept.items():
        for points in cutting.simple_polygons(region, limit=limit, step=DATABASE_UNIT):
            cell.add(gdstk.Polygon(points, layer=layer, datatype=datatype))


def _verify(path: Path, meant: _Meant) -> None:
    """Read a file back and refuse it where it is not what was meant."""
    read = gdstk.read_oas(path) if path.suffix == ".oas" else gdstk.read_gds(path)
    found = {cell.name: cell for cell in read.cells}
    if found.keys() != meant.shapes.keys():
        raise MaskgenError(f"{path.name}: read back other cells than were written: {sorted(found)}")
    for name, shapes in meant.shapes.items():
        _verify_cell(path.name, found[name], shapes, meant.vertices)
    (top,) = read.top_level()
    placed = {name: sum(_copies(ref) for ref in top.references if ref.cell.name == name) for name in meant.references}
    for name, lattices in meant.references.items():
        if placed[name] != sum(lattice.count for lattice in lattices):
            raise MaskgenError(f"{path.name}: cell {name} stands {placed[name]} times after reading back")


def _copies(reference: gdstk.Reference) -> int:
    size = reference.repetition.size if reference.repetition.size else 1
    return int(size)


def _verify_cell(file: str, cell: gdstk.Cell, shapes: Mapping[LayerKey, Region], limit: int) -> None:
    """Compare one cell's layers with what was meant, by XOR; nothing wider than 2 database units may remain."""
    if cell.paths or cell.labels:
        raise MaskgenError(f"{file}: cell {cell.name} holds paths or texts")
    read: dict[LayerKey, list[Region]] = {}
    for polygon in cell.polygons:
        if len(polygon.points) > limit:
            raise MaskgenError(
                f"{file}: a polygon of cell {cell.name} has {len(polygon.points)} vertices, limit {limit}"
            )
        read.setdefault((polygon.layer, polygon.datatype), []).append(shapely.Polygon(polygon.points))
    for key in shapes.keys() | read.keys():
        parts = np.array(read.get(key, []), dtype=object)
        intended = shapes.get(key, regions.EMPTY)
        if not shapely.is_valid(parts).all() or not regions.is_same(
            regions.merge(parts), intended, tolerance=DATABASE_UNIT
        ):
            raise MaskgenError(f"{file}: layer {key[0]}/{key[1]} of cell {cell.name} is not what was meant")
        excess = float(shapely.area(parts).sum()) - float(intended.area)
        if abs(excess) > 1e-3 + DATABASE_UNIT * float(intended.length):
            raise MaskgenError(f"{file}: layer {key[0]}/{key[1]} of cell {cell.name} changed by {excess:.3f} um2")
