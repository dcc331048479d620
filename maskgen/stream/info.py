"""What is in a layout file: cells, layers, extents, shapes, arrays. Nothing is flattened: an array counts as one."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import gdstk
import numpy as np
import shapely
from numpy.typing import NDArray

from maskgen.geometry.polygons import extremes
from maskgen.stream import hierarchy
from maskgen.stream.read import OASIS, read_layout
from maskgen.stream.scan import contents

Points = NDArray[np.float64]
LayerKey = tuple[int, int]
Hulls = dict[LayerKey, Points]
"""Corners of the convex hull [µm] of all that a cell has on each layer, cells below included."""

_DIGITS = 6


def describe(path: Path) -> dict[str, Any]:
    """Return what a GDSII or OASIS file holds, as plain data for JSON; lengths in µm.

    ``layers`` and each cell's ``bbox`` count what stands in the cells below, wherever it is placed; a cell's own
    ``layers`` count its own shapes. ``flattened`` is how many shapes the top cells show, arrays written out.

    Raises
    ------
    LayoutError
        If the file cannot be read, as ``path: byte OFFSET: sentence``.
    """
    library = read_layout(path)
    cells = {cell.name: cell for cell in library.cells}
    placed = {name: [ref.cell.name for ref in cell.references] for name, cell in cells.items()}
    order = list(hierarchy.levels(placed))
    hulls = _hulls(cells, order)
    below = {name for children in placed.values() for name in children}
    tops = [name for name in cells if name not in below]
    return {
        "path": str(path),
        "format": "oasis" if contents(path, len(OASIS)) == OASIS else "gdsii",
        "bytes": path.stat().st_size,
        "library": library.name,
        "unit": "um",
        "database_unit": round(library.precision * 1e6, 12),
        "levels": max(hierarchy.levels(placed).values(), default=0),
        "tops": tops,
        "layers": _layers(cells, order, tops, hulls),
        "cells": [_cell(cell, hulls[name], is_top=name in tops) for name, cell in cells.items()],
    }


def as_text(found: Mapping[str, Any]) -> str:
    """Return what `describe` found, for people: a line per fact, a table of layers, a table of cells."""
    lines = [
        f"{found['path']}: {found['format'].upper()}, {found['bytes']} bytes, library {found['library']}",
        f"database unit {found['database_unit']:g} um, {len(found['cells'])} cells, {found['levels']} levels, "
        f"top {', '.join(found['tops']) or 'none'}",
        *(_layer_line(layer) for layer in found["layers"]),
        *(line for cell in found["cells"] for line in _cell_lines(cell)),
    ]
    return "\n".join(lines)


def _layer_line(layer: Mapping[str, Any]) -> str:
    name = f"{layer['layer']}/{layer['datatype']}"
    drawn = f"{layer['shapes']} shapes, {layer['flattened']} flattened"
    return f"layer {name:8} {drawn}, {_extent(layer['bbox'])}"


def _cell_lines(cell: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for a cell, and one for each kind of reference in it."""
    yield f"cell {cell['name']}: {cell['shapes']} shapes, {cell['texts']} texts, {_extent(cell['bbox'])}"
    for entry in cell["references"]:
        times = f" {entry['times']} times" if entry["times"] > 1 else ""
        size = f" as {entry['columns']} x {entry['rows']}" if entry["columns"] * entry["rows"] > 1 else ""
        yield f"  places {entry['cell']}{size}{times}"


def _extent(box: list[float] | None) -> str:
    """Return size and corners of a box in words."""
    if box is None:
        return "nothing drawn"
    left, bottom, right, top = box
    return (
        f"{right - left:.10g} x {top - bottom:.10g} um from ({left:.10g}, {bottom:.10g}) to ({right:.10g}, {top:.10g})"
    )


def _cell(cell: gdstk.Cell, hulls: Hulls, *, is_top: bool) -> dict[str, Any]:
    """Return what one cell holds itself, and its extent with the cells below."""
    own = _own_counts(cell)
    placed = Counter((ref.cell.name, *_size(ref.repetition)) for ref in cell.references)
    return {
        "name": cell.name,
        "top": is_top,
        "bbox": _box(list(hulls.values())),
        "shapes": sum(own.values()),
        "texts": len(cell.labels),
        "layers": [{"layer": a, "datatype": b, "shapes": own[a, b]} for a, b in sorted(own)],
        "references": [
            {"cell": name, "columns": columns, "rows": rows, "times": times}
            for (name, columns, rows), times in placed.items()
        ],
    }


def _layers(
    cells: Mapping[str, gdstk.Cell], order: list[str], tops: list[str], hulls: Mapping[str, Hulls]
) -> list[dict[str, Any]]:
    """Return every layer: shapes in the file, shapes flattened, and the extent in the top cells."""
    own = {name: _own_counts(cell) for name, cell in cells.items()}
    flattened: dict[str, Counter[LayerKey]] = {}
    for name in order:
        flattened[name] = Counter(own[name])
        for ref in cells[name].references:
            copies = _copies(ref.repetition)
            for key, count in flattened[ref.cell.name].items():
                flattened[name][key] += copies * count
    return [
        {
            "layer": layer,
            "datatype": datatype,
            "shapes": sum(counts[layer, datatype] for counts in own.values()),
            "flattened": sum(flattened[top][layer, datatype] for top in tops),
            "bbox": _box([hulls[top][layer, datatype] for top in tops if (layer, datatype) in hulls[top]]),
        }
        for layer, datatype in sorted(set().union(*own.values()))
    ]


def _own_counts(cell: gdstk.Cell) -> Counter[LayerKey]:
    """Return how many shapes a cell itself has on each layer."""
    counts: Counter[LayerKey] = Counter()
    for polygon in cell.polygons:
        counts[polygon.layer, polygon.datatype] += _copies(polygon.repetition)
    for path in cell.paths:
        for key in zip(path.layers, path.datatypes, strict=True):
            counts[key] += _copies(path.repetition)
    return counts


def _hulls(cells: Mapping[str, gdstk.Cell], order: list[str]) -> dict[str, Hulls]:
    """Return the hulls of every cell; those of cells below are known when a cell needs them."""
    found: dict[str, Hulls] = {}
    for name in order:
        parts: dict[LayerKey, list[Points]] = {}
        for shape in cells[name].get_polygons(apply_repetitions=False, depth=0):
            parts.setdefault((shape.layer, shape.datatype), []).append(_repeated(shape.points, shape.repetition))
        for ref in cells[name].references:
            for key, hull in found[ref.cell.name].items():
                parts.setdefault(key, []).append(_repeated(_placed(hull, ref), ref.repetition))
        found[name] = {key: _hull(np.concatenate(points)) for key, points in parts.items()}
    return found


def _placed(points: Points, ref: gdstk.Reference) -> Points:
    """Return points of a cell where a reference puts them: mirrored, scaled, turned, moved, in this order."""
    flat = (points[:, 0] + 1j * points[:, 1] * (-1 if ref.x_reflection else 1)) * ref.magnification
    quarters = ref.rotation / (np.pi / 2)
    turn = 1j ** (round(quarters) % 4) if abs(quarters - round(quarters)) < 1e-9 else np.exp(1j * ref.rotation)
    moved = flat * turn + complex(*ref.origin)
    return np.column_stack([moved.real, moved.imag])


def _repeated(points: Points, repetition: gdstk.Repetition) -> Points:
    """Return points at the outermost places of a repetition."""
    if not repetition.size:
        return points
    offsets: Points = np.array(_outermost(repetition))
    return (points[None, :, :] + offsets[:, None, :]).reshape(-1, 2)


def _outermost(repetition: gdstk.Repetition) -> Any:  # noqa: ANN401 - the kernel's offsets
    """Return the offsets of the four corners of an array, or all where there is no array."""
    if not repetition.columns:
        return repetition.get_offsets()
    across, along = repetition.v1, repetition.v2
    if across is None or along is None:
        across, along = (repetition.spacing[0], 0.0), (0.0, repetition.spacing[1])
    ends = [(c, r) for c in (0, repetition.columns - 1) for r in (0, repetition.rows - 1)]
    return [(c * across[0] + r * along[0], c * across[1] + r * along[1]) for c, r in ends]


def _hull(points: Points) -> Points:
    """Return the corners of the convex hull of points."""
    corners: Points = shapely.get_coordinates(shapely.convex_hull(shapely.multipoints(points)))
    return corners


def _size(repetition: gdstk.Repetition) -> tuple[int, int]:
    """Return columns and rows of a repetition; irregular ones count as one row."""
    if repetition.columns:
        return int(repetition.columns), int(repetition.rows)
    return _copies(repetition), 1


def _copies(repetition: gdstk.Repetition) -> int:
    return int(repetition.size) or 1


def _box(parts: list[Points]) -> list[float] | None:
    """Return left, bottom, right, top of points [µm], None for none."""
    if not parts:
        return None
    points = np.concatenate(parts)
    return [round(float(value), _DIGITS) + 0.0 for value in extremes(points).ravel()]
