"""Artwork: one mask as the writers of vendor formats see it, mirrored where its tool faces the part.

*Block*: shapes that repeat, around an origin of their own. *Rest*: shapes that stand once, in coordinates of the plate.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import shapely

from maskgen.errors import MaskgenError
from maskgen.geometry import cutting, regions
from maskgen.geometry.arrays import Lattice, Positions
from maskgen.geometry.regions import Box, Region
from maskgen.masks import FinishedMask
from maskgen.technology import Mask
from maskgen.units import DATABASE_UNIT

_FARTHEST = 2_147_483.647
"""Coordinate [µm] at which 32-bit readers end (`vendors.md` 1.1)."""


@dataclass(frozen=True, eq=False)
class Block:
    """Shapes around an origin, and the lattices on which that origin stands."""

    region: Region
    lattices: tuple[Lattice, ...]

    @property
    def count(self) -> int:
        """Return how many copies stand on the plate."""
        return sum(lattice.count for lattice in self.lattices)


@dataclass(frozen=True, eq=False)
class Artwork:
    """One mask ready for any format.

    Parameters
    ----------
    name
        Of the file and of its top cell: package and mask.
    layer
        Layer and datatype of the mask in GDSII files.
    max_vertices
        Most vertices of a polygon, where a format wants polygons without holes.
    """

    name: str
    mask: Mask
    layer: tuple[int, int]
    blocks: tuple[Block, ...]
    rest: Region
    max_vertices: int = 4000

    @property
    def box(self) -> Box | None:
        """Return the box [µm] around all of it, None if it is empty."""
        boxes = [box_on(regions.box_of(block.region), lattice) for block in self.blocks for lattice in block.lattices]
        boxes += [regions.box_of(self.rest)] if not self.rest.is_empty else []
        return regions.box_around(boxes)


def artwork(finished: FinishedMask, name: str, layer: tuple[int, int], *, max_vertices: int = 4000) -> Artwork:
    """Return a mask as the writers see it.

    Raises
    ------
    MaskgenError
        If it reaches beyond what readers with 32-bit coordinates of 1 nm can hold.
    """
    mask, pattern = finished.mask, finished.pattern
    blocks = [Block(tile.region, tuple(pattern.array.lattices(tile.where))) for tile in pattern.tiles]
    rest = pattern.rest
    if mask.mirrored:
        blocks, rest = [_mirrored(block) for block in blocks], regions.mirror(rest)
    found = Artwork(name, mask, layer, tuple(blocks), rest, max_vertices)
    farthest = max((abs(value) for value in found.box or ()), default=0.0)
    if farthest > _FARTHEST:
        raise MaskgenError(
            f"{name}: reaches {farthest:.3f} um from the origin, and mask data of 32 bits ends at {_FARTHEST:.3f} um"
        )
    return found


def _mirrored(block: Block) -> Block:
    """Return a block as seen from the other side."""
    lattices = []
    for at in block.lattices:
        x = round(-(at.x + (at.columns - 1) * at.dx), 6) + 0.0  # no minus before a zero
        lattices.append(replace(at, x=x))
    return Block(regions.mirror(block.region), tuple(lattices))


def seen_by(mask: Mask, region: Region) -> Region:
    """Return a region of the plate as a mask's data has it: enlarged by its scale, mirrored if it is."""
    enlarged = shapely.transform(region, lambda points: points * mask.scale)
    return regions.mirror(enlarged) if mask.mirrored else enlarged


def outlines(region: Region, limit: int) -> list[Positions]:
    """Return simple polygons that cover a region, each an (n, 2) ndarray of int [database units], counter-clockwise."""
    return [to_units(ring) for ring in cutting.simple_polygons(region, limit=limit, step=DATABASE_UNIT)]


def united(rings: Iterable[Positions]) -> Region:
    """Return what polygons of a file cover together, each an (n, 2) ndarray of float [µm].

    Put together on the database grid: readers return coordinates that miss it by their rounding, and pieces that were
    cut along a slanted edge miss each other by up to half a step.
    """
    parts = [shapely.Polygon(np.round(to_units(ring) * DATABASE_UNIT, 9)) for ring in rings]
    return regions.areal(shapely.union_all(parts, grid_size=DATABASE_UNIT))


def to_units(points: Positions) -> Positions:
    """Return coordinates [µm] as whole database units."""
    return np.floor(points / DATABASE_UNIT + 0.5).astype(np.int64)


def places(block: Block) -> Positions:
    """Return every place of a block, (n, 2) ndarray of float [µm], lattice by lattice and row by row."""
    found = [np.zeros((0, 2))]
    for at in block.lattices:
        x, y = np.meshgrid(at.x + at.dx * np.arange(at.columns), at.y + at.dy * np.arange(at.rows))
        found.append(np.column_stack([x.ravel(), y.ravel()]))
    return np.concatenate(found)


def box_on(box: Box, lattice: Lattice) -> Box:
    """Return the box [µm] around all copies of a box on a lattice."""
    right, top = lattice.x + (lattice.columns - 1) * lattice.dx, lattice.y + (lattice.rows - 1) * lattice.dy
    return box[0] + lattice.x, box[1] + lattice.y, box[2] + right, box[3] + top


def vertices(art: Artwork) -> int:
    """Return how many vertices stand on the plate when every copy is counted."""
    once = int(shapely.get_num_coordinates(art.rest))
    return once + sum(int(shapely.get_num_coordinates(block.region)) * block.count for block in art.blocks)


def statement(art: Artwork) -> str:
    """Return in one line what the data says: tone, side, reading sense, scale.

    The words are those that order forms prefer (`vendors.md` 1.7): what is digitised, never what the field is.
    """
    mask = art.mask
    seen = "mirrored left to right" if mask.mirrored else "not mirrored"
    drawn = "openings" if mask.drawn == "opening" else "what remains"
    return f"digitized data {mask.digitized}, polygons are {drawn}, {mask.side} side, {seen}, scale {mask.scale:.9g}"
