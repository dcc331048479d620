"""OASIS.MASK: one flat cell of rectangles and trapezoids, for mask writers that take nothing else.

The full text of SEMI P44 is not public; covered is what summaries of it say (`vendors.md` 1.5), and what SEMI P39 asks
of every file: one layer, one top cell, no hierarchy below it, RECTANGLE and TRAPEZOID records alone (no POLYGON, PATH,
CIRCLE, TEXT, XGEOMETRY), names of at most 256 characters and no line breaks, whole steps of 1 nm, no compressed blocks,
strict tables of names, CRC32. Figures repeat only as regular arrays along the axes (repetitions of types 1, 2 and 3).
Not covered: ranges that P44 may set for single values, its own standard properties, an order of figures by stripe.

Outlines keep their vertices. Where a cut meets a slanted edge between its ends the new corner is rounded to 1 nm, so
that the edge moves by half a step at most.
"""

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import gdstk
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from maskgen.errors import MaskgenError
from maskgen.export.artwork import Artwork, to_units, united
from maskgen.export.gds import cell_name
from maskgen.geometry import regions
from maskgen.geometry.arrays import Lattice
from maskgen.geometry.regions import Region
from maskgen.units import DATABASE_UNIT

MOST_FIGURES = 20_000_000
"""Most figures of a flat plate, every copy counted."""

_END_LENGTH = 256
_START, _END, _CELL_NAME, _LAYER_NAME, _CELL = 1, 2, 3, 11, 13
_RECTANGLE, _TRAPEZOID = 20, 23
_CRC32 = 1

Integers = NDArray[np.int64]


def write(art: Artwork, path: Path) -> None:
    """Write a mask as an OASIS.MASK file, and read it back.

    Raises
    ------
    MaskgenError
        If the plate has more than `MOST_FIGURES` figures, or what was read back is not what was meant.
    """
    parts: list[tuple[Region, Integers, tuple[Lattice | None, ...]]] = [(art.rest, trapezoids(art.rest), (None,))]
    parts += [(block.region, trapezoids(block.region), block.lattices) for block in art.blocks]
    figures = sum(len(found) * (at.count if at else 1) for _, found, lattices in parts for at in lattices)
    if figures > MOST_FIGURES:
        raise MaskgenError(
            f"{path.name}: flat OASIS.MASK data would have {figures} figures, limit {MOST_FIGURES}; write oas instead"
        )
    placed = [(region, found, at) for region, found, lattices in parts for at in lattices]
    body = b"".join(_figure(row, art.layer, at) for _, found, at in placed for row in found.tolist())
    path.write_bytes(_file(art, body))
    _verify(path, [(region, len(found), at) for region, found, at in placed])


def trapezoids(region: Region) -> Integers:
    """Return a region as trapezoids with two sides along x, cut at the vertices and nowhere else.

    Returns
    -------
    (n, 6) ndarray of int
        Bottom and top y, left and right x at the bottom, left and right x at the top [database units], sorted. They do
        not overlap, and those without area are left out.
    """
    found = [row for part in regions.polygons(region) for row in _trapezoids(part)]
    return np.array(sorted(found), dtype=np.int64).reshape(-1, 6)


def _trapezoids(part: Polygon) -> Iterator[tuple[int, ...]]:
    """Yield the trapezoids of one polygon: pairs of edges, each as far up as they stay neighbours."""
    lows, highs = _edges(part)
    levels = np.unique(np.concatenate([lows[:, 1], highs[:, 1]]))
    begun: dict[tuple[int, int], int] = {}
    for bottom, top in zip(levels[:-1].tolist(), levels[1:].tolist(), strict=True):
        active = np.flatnonzero((lows[:, 1] <= bottom) & (highs[:, 1] >= top))
        middle = _across(lows[active], highs[active], (bottom + top) / 2)
        order = active[np.argsort(middle, kind="stable")].tolist()
        pairs = list(zip(order[::2], order[1::2], strict=True))
        for pair in begun.keys() - set(pairs):
            yield from _trapezoid(lows[list(pair)], highs[list(pair)], begun.pop(pair), bottom)
        for pair in pairs:
            begun.setdefault(pair, bottom)
    for pair, bottom in begun.items():
        yield from _trapezoid(lows[list(pair)], highs[list(pair)], bottom, int(levels[-1]))


def _edges(part: Polygon) -> tuple[Integers, Integers]:
    """Return the lower and the upper end of every edge that is not level, (n, 2) [database units]."""
    rings = [to_units(shapely.get_coordinates(ring)) for ring in (part.exterior, *part.interiors)]
    starts, ends = np.concatenate([ring[:-1] for ring in rings]), np.concatenate([ring[1:] for ring in rings])
    slanted = starts[:, 1] != ends[:, 1]
    starts, ends = starts[slanted], ends[slanted]
    upward = (starts[:, 1] < ends[:, 1])[:, None]
    return np.where(upward, starts, ends), np.where(upward, ends, starts)


def _across(lows: Integers, highs: Integers, y: float) -> NDArray[np.float64]:
    """Return x of some edges at a height, to far less than half a unit on any plate."""
    rise = (y - lows[:, 1]) / (highs[:, 1] - lows[:, 1])
    found: NDArray[np.float64] = lows[:, 0] + rise * (highs[:, 0] - lows[:, 0])
    return found


def _trapezoid(lows: Integers, highs: Integers, bottom: int, top: int) -> Iterator[tuple[int, ...]]:
    """Yield the trapezoid between two edges and two heights, unless it has no area."""
    below, above = (np.floor(_across(lows, highs, y) + 0.5).astype(np.int64).tolist() for y in (bottom, top))
    if below[0] != below[1] or above[0] != above[1]:
        yield (bottom, top, *below, *above)


def _file(art: Artwork, body: bytes) -> bytes:
    """Return a file around the figures of its one cell, its tables of names marked strict."""
    layer, datatype = art.layer
    start = b"%SEMI-OASIS\r\n" + bytes([_START]) + _text("1.0") + b"\0" + _unsigned(round(1 / DATABASE_UNIT)) + b"\1"
    cells = bytes([_CELL_NAME]) + _text(cell_name(art.name))
    layers = bytes([_LAYER_NAME]) + _text(art.mask.name) + b"\3" + _unsigned(layer) + b"\3" + _unsigned(datatype)
    whole = start + cells + layers + bytes([_CELL]) + _unsigned(0) + body
    # Where the tables begin: cell names, texts, property names, property texts, layer names, extensions; 0 for none.
    tables = [len(start), 0, 0, 0, len(start) + len(cells), 0]
    end = bytes([_END]) + b"".join(b"\1" + _unsigned(offset) for offset in tables)
    room = _END_LENGTH - len(end) - 2 - 1 - 4
    whole += end + _unsigned(room) + bytes(room) + bytes([_CRC32])
    return whole + struct.pack("<I", zlib.crc32(whole))


def _figure(row: list[int], layer: tuple[int, int], lattice: Lattice | None) -> bytes:
    """Return one record that says everything itself: a rectangle, or a trapezoid with two sides along x."""
    bottom, top, left, right, left_above, right_above = row
    low, high = min(left, left_above), max(right, right_above)
    is_rectangle = left == left_above and right == right_above
    x, y = to_units(np.array([lattice.x, lattice.y])).tolist() if lattice else (0, 0)
    repetition = _repetition(lattice) if lattice and lattice.count > 1 else b""
    record = bytes([_RECTANGLE if is_rectangle else _TRAPEZOID, 0b01111011 | bool(repetition) << 2])
    record += _unsigned(layer[0]) + _unsigned(layer[1]) + _unsigned(high - low) + _unsigned(top - bottom)
    if not is_rectangle:
        record += _signed(left_above - left) + _signed(right_above - right)
    return record + _signed(low + x) + _signed(bottom + y) + repetition


def _repetition(lattice: Lattice) -> bytes:
    """Return a regular array along the axes: of type 1, or 2 or 3 where it is one row or one column."""
    dx, dy = to_units(np.array([lattice.dx, lattice.dy])).tolist()
    if lattice.rows == 1:
        return b"\2" + _unsigned(lattice.columns - 2) + _unsigned(dx)
    if lattice.columns == 1:
        return b"\3" + _unsigned(lattice.rows - 2) + _unsigned(dy)
    return b"\1" + b"".join(_unsigned(value) for value in (lattice.columns - 2, lattice.rows - 2, dx, dy))


def _unsigned(value: int) -> bytes:
    """Return an unsigned integer in groups of 7 bits, the lowest first (SEMI P39 7.2)."""
    groups = bytearray()
    while value > 0x7F:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    groups.append(value)
    return bytes(groups)


def _signed(value: int) -> bytes:
    """Return a signed integer, its sign in the lowest bit."""
    return _unsigned(abs(value) << 1 | (value < 0))


def _text(text: str) -> bytes:
    """Return a string after its length."""
    return _unsigned(len(text)) + text.encode("ascii")


def _verify(path: Path, meant: list[tuple[Region, int, Lattice | None]]) -> None:
    """Read a file back and refuse it where its figures, in order, are not what was meant."""
    sound, _ = gdstk.oas_validate(path)
    (cell,) = gdstk.read_oas(path).cells
    if not sound or cell.references or cell.paths or cell.labels:
        raise MaskgenError(f"{path.name}: is not one sound flat cell after reading back")
    done, checked = 0, set[tuple[int, bytes]]()
    for number, (region, count, lattice) in enumerate(meant):
        read = cell.polygons[done : done + count]
        done += count
        times = {int(polygon.repetition.size or 1) for polygon in read}
        corner = np.array([lattice.x, lattice.y] if lattice else [0.0, 0.0])
        rings = [polygon.points - corner for polygon in read]
        key = id(region), to_units(np.array(rings)).tobytes()
        is_right = key in checked or regions.is_same(united(rings), region, tolerance=DATABASE_UNIT)
        if not is_right or times - {lattice.count if lattice else 1}:
            raise MaskgenError(f"{path.name}: part {number} is not what was meant after reading back")
        checked.add(key)
    if done != len(cell.polygons):
        raise MaskgenError(f"{path.name}: holds {len(cell.polygons)} records after reading back, {done} were meant")
