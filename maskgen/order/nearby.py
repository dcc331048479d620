"""Nearby: what of a large plate lies in a small box, without unfolding the rest."""

import math
from collections.abc import Iterable

import shapely

from maskgen.export.artwork import Block
from maskgen.geometry import regions
from maskgen.geometry.arrays import Lattice
from maskgen.geometry.regions import Box, Region
from maskgen.layout import Pattern


def blocks_of(pattern: Pattern) -> tuple[Block, ...]:
    """Return the repeated shapes of a layer."""
    return tuple(Block(tile.region, tuple(pattern.array.lattices(tile.where))) for tile in pattern.tiles)


def within(blocks: Iterable[Block], rest: Region, box: Box) -> Region:
    """Return what blocks and rest cover of a box [µm], neighbours joined."""
    window = shapely.box(*box)
    found = [rest.intersection(window)] if rest.intersects(window) else []
    for block in blocks:
        around = regions.box_of(block.region)
        for lattice in block.lattices:
            found += [regions.move(block.region, x, y) for x, y in _places(lattice, around, box)]
    return regions.areal(regions.merge(found).intersection(window))


def middle_site(blocks: Iterable[Block]) -> tuple[float, float] | None:
    """Return the place of the copy that stands nearest to the middle of the plate, None without blocks."""
    places = [
        (lattice.x + _nearest(lattice.x, lattice.dx, lattice.columns) * lattice.dx,
         lattice.y + _nearest(lattice.y, lattice.dy, lattice.rows) * lattice.dy)
        for block in blocks
        for lattice in block.lattices
    ]  # fmt: skip
    return min(places, key=lambda at: (round(math.hypot(*at), 6), at[1], at[0]), default=None)


def _nearest(first: float, step: float, count: int) -> int:
    """Return which of some equal steps comes nearest to zero."""
    return min(max(round(-first / step), 0), count - 1) if step else 0


def _places(lattice: Lattice, around: Box, box: Box) -> Iterable[tuple[float, float]]:
    """Return where copies stand whose box meets another."""
    columns = _range(lattice.x, lattice.dx, lattice.columns, (around[0], around[2]), (box[0], box[2]))
    rows = _range(lattice.y, lattice.dy, lattice.rows, (around[1], around[3]), (box[1], box[3]))
    return [(lattice.x + column * lattice.dx, lattice.y + row * lattice.dy) for row in rows for column in columns]


def _range(first: float, step: float, count: int, span: tuple[float, float], wanted: tuple[float, float]) -> range:
    """Return which of some equal steps bring a span to a wanted one."""
    if not step:
        return range(int(first + span[0] <= wanted[1] and first + span[1] >= wanted[0]))
    low, high = (wanted[0] - span[1] - first) / step, (wanted[1] - span[0] - first) / step
    return range(max(0, math.ceil(low - 1e-9)), min(count - 1, math.floor(high + 1e-9)) + 1)
