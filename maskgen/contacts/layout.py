"""Bond sites drawn in the die's own layout: pad openings, labels that name their nets, and the die's outline."""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final

import gdstk
import numpy as np
import shapely
from shapely import Polygon

from maskgen.contacts.model import Contact, DieFile
from maskgen.errors import LayoutError
from maskgen.geometry import regions
from maskgen.geometry.regions import Box, Region
from maskgen.stream import hierarchy
from maskgen.stream.read import read_layout

LayerPair = tuple[int, int]
"""Layer and datatype, or layer and text type."""

_DIGITS = 6
"""Decimals [µm] to which coordinates are rounded: the kernel's last bits are not the file's."""

MOST_COPIES: Final = 1_000_000
"""Most copies of cells with pads or labels that a die may place."""

_LISTED: Final = 10
"""Most things that one message lists."""


def read_die_layout(
    path: Path,
    *,
    cell: str | None,
    pad_layer: LayerPair,
    label_layer: LayerPair | None,
    outline_layer: LayerPair | None,
) -> DieFile:
    """Return the contacts of a die's GDSII or OASIS file: its merged pads, with the hierarchy flattened.

    The net of a contact is the text of the labels that lie in it or on its border, none without a label. Contacts come
    in the order of package pins: from the top of the left side, counter-clockwise seen from above. A contact is named
    after its net; if several have the same net, net_1, net_2 ... in that order; without a net P1, P2 ... by its place.

    Parameters
    ----------
    cell
        Name of the die's cell; may be None if only one cell is placed by no other.
    pad_layer, label_layer, outline_layer
        Layers of the pad openings, of the labels, and of the outline, whose outer box is the die's.

    Raises
    ------
    LayoutError
        If the file cannot be read, has no such cell or nothing on one of the layers, if a pad has labels that differ
        or labels lie in no pad; as ``path: sentence``.
    """
    shapes = [layer for layer in (pad_layer, outline_layer) if layer is not None]
    reader = _Reader(path, cell, sorted(set(shapes)), [label_layer] if label_layer is not None else [])
    pads = reader.region(pad_layer, "no pads are")
    labels = reader.labels(label_layer) if label_layer is not None else []
    outline = regions.box_of(reader.region(outline_layer, "no outline is")) if outline_layer is not None else None
    ordered = _pin_order(list(regions.polygons(pads)), outline or regions.box_of(pads))
    nets = _nets(path, ordered, labels)
    names = _names(nets)
    return DieFile(tuple(map(Contact, names, ordered, nets)), outline)


@dataclass(frozen=True)
class _Label:
    """A text and where it stands [µm]."""

    text: str
    x: float
    y: float

    def __str__(self) -> str:
        return f"{self.text!r} at ({self.x:g}, {self.y:g}) um"


class _Reader:
    """One cell of a layout file, layer by layer, its hierarchy cut down to the cells that have something on them."""

    def __init__(self, path: Path, cell: str | None, shapes: Sequence[LayerPair], labels: Sequence[LayerPair]) -> None:
        self.path = path
        library = read_layout(path)
        self.whole = _top(path, library) if cell is None else _named(path, library, cell)
        self.cell = self._cut_down(shapes, labels)

    def region(self, layer: LayerPair, absence: str) -> Region:
        """Return what a layer covers; that nothing lies on it is an error."""
        number, datatype = layer
        outlines = [shape.points for shape in self.cell.get_polygons(layer=number, datatype=datatype)]
        polygons = [Polygon(np.round(points, _DIGITS)) for points in outlines if len(points) > 2]
        region = regions.merge(shapely.make_valid(polygons, method="structure", keep_collapsed=False))
        if region.is_empty:
            found = Counter(pair for cell in self._cells() for pair in _shape_layers(cell))
            self._complain_empty(layer, f"{absence} drawn", "shapes", found)
        return region

    def labels(self, layer: LayerPair) -> list[_Label]:
        """Return the labels on a layer; that there are none is an error."""
        number, texttype = layer
        found = [
            _Label(label.text.strip(), *np.round(label.origin, _DIGITS).tolist())
            for label in self.cell.get_labels(layer=number, texttype=texttype)
            if label.text.strip()
        ]
        if not found:
            there = Counter((label.layer, label.texttype) for cell in self._cells() for label in cell.labels)
            self._complain_empty(layer, "no labels stand", "labels", there)
        return found

    def _cells(self) -> list[gdstk.Cell]:
        """Return the cell and all below it."""
        return [self.whole, *self.whole.dependencies(recursive=True)]

    def _complain_empty(self, layer: LayerPair, what: str, kind: str, found: Counter[LayerPair]) -> None:
        """Raise an error on a layer without anything, which lists the layers that have some."""
        there = _listed([f"{number}/{datatype}" for number, datatype in sorted(found)])
        hint = f"{kind} are on {there}" if found else f"it has no {kind}"
        raise LayoutError(f"{self.path}: {what} on layer {layer[0]}/{layer[1]} of cell {self.whole.name!r}: {hint}")

    def _cut_down(self, shapes: Sequence[LayerPair], labels: Sequence[LayerPair]) -> gdstk.Cell:
        """Return a copy of the cell with nothing but some layers, without the cells that have nothing on them."""
        below = {cell.name: cell for cell in self._cells()}
        children = {name: [reference.cell.name for reference in cell.references] for name, cell in below.items()}
        kept: dict[str, gdstk.Cell] = {}
        copies: dict[str, list[tuple[str, int]]] = {}
        for name in hierarchy.levels(children):
            content = _content(below[name], shapes, labels)
            placed = [reference for reference in below[name].references if reference.cell.name in kept]
            if content or placed or name == self.whole.name:
                kept[name] = gdstk.Cell(name).add(*content, *(_moved(each, kept) for each in placed))
                copies[name] = [(each.cell.name, max(1, each.repetition.size)) for each in placed]
        count = hierarchy.placements(copies)[self.whole.name]
        if count > MOST_COPIES:
            sentence = f"places {count} copies of cells with pads or labels, at most {MOST_COPIES} can be read"
            raise LayoutError(f"{self.path}: cell {self.whole.name!r} {sentence}")
        return kept[self.whole.name]


def _content(cell: gdstk.Cell, shapes: Sequence[LayerPair], labels: Sequence[LayerPair]) -> list[gdstk.Polygon]:
    """Return copies of what a cell itself has on some layers."""
    polygons = [cell.get_polygons(depth=0, layer=layer, datatype=datatype) for layer, datatype in shapes]
    texts = [cell.get_labels(depth=0, layer=layer, texttype=texttype) for layer, texttype in labels]
    return [element for elements in (*polygons, *texts) for element in elements]


def _moved(reference: gdstk.Reference, kept: Mapping[str, gdstk.Cell]) -> gdstk.Reference:
    """Return a copy of a reference that places the copy of its cell."""
    copy = reference.copy()
    copy.cell = kept[reference.cell.name]
    return copy


def _shape_layers(cell: gdstk.Cell) -> Iterator[LayerPair]:
    """Yield the layers of a cell's own shapes."""
    for polygon in cell.polygons:
        yield polygon.layer, polygon.datatype
    for path in cell.paths:
        yield from zip(path.layers, path.datatypes, strict=True)


def _top(path: Path, library: gdstk.Library) -> gdstk.Cell:
    """Return the only cell that no other places."""
    tops = library.top_level()
    if not tops:
        raise LayoutError(f"{path}: the file has no cells")
    if len(tops) > 1:
        names = _listed(sorted(cell.name for cell in tops))
        raise LayoutError(f"{path}: the file has {len(tops)} top cells, say which is the die: {names}")
    return tops[0]


def _named(path: Path, library: gdstk.Library, name: str) -> gdstk.Cell:
    """Return the cell of a name."""
    cells = {cell.name: cell for cell in library.cells}
    if name not in cells:
        near = get_close_matches(name, cells, n=1)
        hint = f", did you mean {near[0]!r}" if near else ""
        raise LayoutError(f"{path}: no cell is called {name!r}{hint}; the cells are {_listed(sorted(cells))}")
    return cells[name]


def _listed(words: Sequence[str]) -> str:
    """Return words with commas between them, the first ones only if they are many."""
    more = f" and {len(words) - _LISTED} more" if len(words) > _LISTED else ""
    return ", ".join(words[:_LISTED]) + more


def _pin_order(pads: Iterable[Polygon], box: Box) -> list[Polygon]:
    """Return pads as package pins are numbered: side by side of a box, from the top left corner counter-clockwise."""
    return sorted(pads, key=lambda pad: _pin_place(regions.box_of(pad), box))


def _pin_place(pad: Box, box: Box) -> tuple[int, float, float]:
    """Return the side of a box that is nearest to a pad, how far along it the pad lies, and how far from it."""
    x, y = (pad[0] + pad[2]) / 2, (pad[1] + pad[3]) / 2
    depths = [round(depth, _DIGITS) for depth in (x - box[0], y - box[1], box[2] - x, box[3] - y)]
    side = depths.index(min(depths))
    return side, (-y, x, y, -x)[side], depths[side]


def _nets(path: Path, pads: Sequence[Polygon], labels: Sequence[_Label]) -> list[str | None]:
    """Return the net of each pad by the labels that lie in it."""
    points = shapely.points([(label.x, label.y) for label in labels]) if labels else np.empty(0, object)
    which, inside = shapely.STRtree(pads).query(points, predicate="intersects")
    texts: list[list[str]] = [[] for _ in pads]
    for label, pad in zip(which.tolist(), inside.tolist(), strict=True):
        texts[pad].append(labels[label].text)
    lost = [str(labels[number]) for number in sorted(set(range(len(labels))) - set(which.tolist()))]
    mistakes = [f"labels lie in no pad: {_listed(lost)}"] if lost else []
    mistakes += [_differing(pad, found) for pad, found in zip(pads, texts, strict=True) if len(set(found)) > 1]
    if mistakes:
        raise LayoutError("\n".join(f"{path}: {sentence}" for sentence in mistakes))
    return [found[0] if found else None for found in texts]


def _differing(pad: Polygon, texts: Iterable[str]) -> str:
    """Return the sentence on a pad whose labels differ."""
    left, bottom, right, top = regions.box_of(pad)
    nets = ", ".join(map(repr, sorted(set(texts))))
    return f"the pad at ({(left + right) / 2:g}, {(bottom + top) / 2:g}) um has labels that differ: {nets}"


def _names(nets: Sequence[str | None]) -> list[str]:
    """Return a name for each pad, no two alike, from its net and its place among all."""
    counts = Counter(nets)
    taken = {net for net, count in counts.items() if count == 1 and net is not None}
    names = []
    for place, net in enumerate(nets, start=1):
        if net is not None and counts[net] == 1:
            names.append(net)
            continue
        candidates = (f"{net}_{number}" for number in itertools.count(1)) if net else _spare(place)
        name = next(candidate for candidate in candidates if candidate not in taken)
        taken.add(name)
        names.append(name)
    return names


def _spare(place: int) -> Iterator[str]:
    """Yield names for a pad without a net: by its place, and more should a net have that name."""
    yield f"P{place}"
    yield from (f"P{place}_{number}" for number in itertools.count(1))
