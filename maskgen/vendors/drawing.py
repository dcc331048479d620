"""DXF files as cells: blocks are cells, closed polylines and circles outlines, inserts references."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from maskgen.errors import LayoutError
from maskgen.stream import hierarchy
from maskgen.stream.cells import Cell, Cells, LayerKey, Points, Rings, no_references, references, turn_of

MODEL = "*Model_Space"
"""Name of the cell that is the drawing itself."""

_UNITS = {1: 25_400.0, 2: 304_800.0, 4: 1e3, 5: 1e4, 6: 1e6, 9: 25.4, 12: 1e-3, 13: 1.0}
"""µm in a drawing unit, by ``$INSUNITS``."""
_LAYER = re.compile(r"L(\d{1,5})D(\d{1,5})")
_NANOMETRES = 1e3
_ARC = 0.05
"""Chord error [µm] at which circles and bulges are written out."""
_OUTLINES = ("LWPOLYLINE", "POLYLINE")
_SILENT = ("ATTDEF", "SEQEND", "VIEWPORT")

_Placed = tuple[int, complex, bool, tuple[float, float], tuple[int, int], tuple[Any, Any]]


@dataclass(frozen=True, eq=False)
class Drawn:
    """What a drawing holds.

    Parameters
    ----------
    unit
        µm in a drawing unit, None where the file does not say it: then it was read as µm.
    layers
        Name of each layer by its number: that of a name such as L10D0, or one after the other from 1000.
    elements, odd
        As in `MaskFile`.
    """

    cells: Cells
    unit: float | None
    layers: Mapping[LayerKey, str]
    elements: Mapping[str, Counter[str]]
    odd: Mapping[str, Counter[str]]


def read_drawing(path: Path) -> Drawn:
    """Return what a DXF file holds.

    Raises
    ------
    LayoutError
        If it cannot be read, or blocks place each other in a loop.
    """
    ezdxf: Any = import_module("ezdxf")  # half a second that only this format needs
    try:
        document = ezdxf.readfile(path)
    except (OSError, ValueError, TypeError, KeyError, IndexError, AttributeError, ezdxf.DXFError) as error:
        said = str(error).strip().rstrip(".") or type(error).__name__
        raise LayoutError(f"{path}: is no sound DXF file: {said.splitlines()[0][:120]}") from None
    return _Reader(path, document).read()


class _Reader:
    """One document, and what was found in it."""

    def __init__(self, path: Path, document: Any) -> None:  # noqa: ANN401 - an object of the library
        self.path = path
        code = int(document.header.get("$INSUNITS", 0)) if document.dxfversion > "AC1009" else 0
        self.unit = _UNITS.get(code)
        self.scale = (self.unit or 1.0) * _NANOMETRES
        inside = [block for block in document.blocks if not block.name.startswith("*")]
        self.layouts = [(MODEL, document.modelspace()), *((block.name, block) for block in inside)]
        self.numbers = {name.casefold(): number for number, (name, _) in enumerate(self.layouts)}
        self.layers: dict[str, LayerKey] = {}
        self.elements: dict[str, Counter[str]] = {}
        self.odd: dict[str, Counter[str]] = {}

    def read(self) -> Drawn:
        """Return all blocks as cells, those that nothing places left out."""
        cells = [self._cell(name, layout) for name, layout in self.layouts]
        self._check_loops(cells)
        return Drawn(Cells(tuple(cells)), self.unit, self._named_layers(), self.elements, self.odd)

    def _named_layers(self) -> dict[LayerKey, str]:
        return {key: name for name, key in sorted(self.layers.items(), key=lambda item: item[1])}

    def _check_loops(self, cells: list[Cell]) -> None:
        children = {cell.name: [cells[n].name for n in cell.references.cells.tolist()] for cell in cells}
        circle = hierarchy.loop(children)
        if circle:
            raise LayoutError(f"{self.path}: blocks place each other in a loop: {' -> '.join(circle)}")

    def _cell(self, name: str, layout: Any) -> Cell:  # noqa: ANN401
        rings: dict[LayerKey, list[Points]] = {}
        placed: list[_Placed] = []
        counts, odd = Counter[str](), Counter[str]()
        for entity in layout:
            kind = entity.dxftype()
            if kind == "INSERT":
                placed += self._insert(entity, counts, odd)
            elif kind not in _SILENT:
                self._outline(entity, rings, counts=counts, odd=odd)
        self.elements[name], self.odd[name] = counts, odd
        shapes = {key: _joined(parts) for key, parts in rings.items()}
        listed = references(*map(list, zip(*placed, strict=True))) if placed else no_references()
        return Cell(name, shapes, listed)

    def _outline(
        self,
        entity: Any,  # noqa: ANN401
        rings: dict[LayerKey, list[Points]],
        *,
        counts: Counter[str],
        odd: Counter[str],
    ) -> None:
        """Add what an entity covers, or say why it covers nothing."""
        kind = entity.dxftype()
        if kind in ("TEXT", "MTEXT", "ATTRIB"):
            counts["TEXT"] += 1
            return
        if kind == "CIRCLE":
            counts["BOUNDARY"] += 1
            rings.setdefault(self._layer(entity), []).append(self._flat(entity))
            return
        if kind not in _OUTLINES:
            odd[f"entities of the kind {kind}, which are no areas"] += 1
            return
        if not entity.is_closed:
            odd["polylines that are not closed"] += 1
        if _has_width(entity):
            odd["polylines with a width"] += 1
        counts["BOUNDARY"] += 1
        points = self._flat(entity)
        if len(np.unique(points, axis=0)) < 3:
            odd["polygons of fewer than 3 different points"] += 1
        else:
            rings.setdefault(self._layer(entity), []).append(points)

    def _flat(self, entity: Any) -> Points:  # noqa: ANN401
        """Return the outline of an entity [nm]."""
        if entity.dxftype() == "CIRCLE" or entity.has_arc:
            path = import_module("ezdxf.path").make_path(entity)
            corners = [(point.x, point.y) for point in path.flattening(_ARC / (self.scale / _NANOMETRES))]
        elif entity.dxftype() == "POLYLINE":
            corners = [(point[0], point[1]) for point in entity.points()]
        else:
            corners = [(point[0], point[1]) for point in entity.get_points("xy")]
        return np.array(corners, dtype=np.float64).reshape(-1, 2) * self.scale

    def _insert(self, entity: Any, counts: Counter[str], odd: Counter[str]) -> Iterator[_Placed]:  # noqa: ANN401
        """Yield what an insert places."""
        number = self.numbers.get(entity.dxf.name.casefold())
        if number is None:
            odd["inserts of blocks that are not in the file"] += 1
            return
        size_x, size_y = entity.dxf.xscale, entity.dxf.yscale
        if abs(abs(size_x) - abs(size_y)) > 1e-9 * abs(size_x):
            odd["inserts that are scaled by different factors along x and y"] += 1
        counts["AREF" if entity.mcount > 1 else "SREF"] += 1
        angle = float(entity.dxf.rotation) + (180.0 if size_x < 0 else 0.0)
        turn = turn_of(float(entity.dxf.rotation), 1.0)
        at = entity.dxf.insert
        across, along = turn * entity.dxf.column_spacing * self.scale, turn * 1j * entity.dxf.row_spacing * self.scale
        yield (
            number,
            turn_of(angle, abs(float(size_x))),
            (size_x < 0) != (size_y < 0),
            (at.x * self.scale, at.y * self.scale),
            (max(1, entity.dxf.column_count), max(1, entity.dxf.row_count)),
            ((across.real, across.imag), (along.real, along.imag)),
        )

    def _layer(self, entity: Any) -> LayerKey:  # noqa: ANN401
        """Return the number of an entity's layer."""
        name = str(entity.dxf.layer)
        if name not in self.layers:
            match = _LAYER.fullmatch(name)
            self.layers[name] = (
                (int(match[1]), int(match[2])) if match else (0, 0) if name == "0" else (1000 + len(self.layers), 0)
            )
        return self.layers[name]


def _has_width(entity: Any) -> bool:  # noqa: ANN401
    """Tell whether a polyline is drawn as a line of some width."""
    if entity.dxftype() == "LWPOLYLINE":
        return bool(entity.has_width)
    return bool(entity.dxf.default_start_width or entity.dxf.default_end_width)


def _joined(parts: list[Points]) -> Rings:
    return Rings(np.concatenate(parts), np.append(0, np.cumsum([len(part) for part in parts])))
