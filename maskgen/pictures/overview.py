"""Overviews: one site with all its layers, and the plate with its array, findings drawn on.

The plate's sites are a pattern of the picture, or where they are too small a plain area: never an element per site.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from maskgen.drc.violation import Violation
from maskgen.export.artwork import box_on
from maskgen.export.sheet import scale_bar
from maskgen.export.svg import site_layers
from maskgen.geometry import regions
from maskgen.geometry.arrays import Lattice
from maskgen.geometry.regions import Box, Region
from maskgen.package import Package
from maskgen.pictures import markers, paint
from maskgen.pictures.frame import Frame
from maskgen.pictures.labels import Taken
from maskgen.pictures.paint import Area, Item, Point, Raw, Words, cut, rectangle
from maskgen.technology import LayerEntry

_PICTURE, _PANEL, _EDGE = 880.0, 300.0, 24.0
_SMALLEST_SITE = 5.0
"""Points of a site below which it is not drawn but is part of an area."""
_TILE = 450.0
"""Points of a block of sites that is a tile of a pattern."""
_HAIR = 0.01
"""Distance [µm] that no picture shows."""
_INK, _GREY = "#1f2328", "#6b7280"
_PLATE, _FIELD, _MARKS = "#eef1f4", "#ffffff", "#30363d"
_SOLID = 0.75
"""Opacity of layers that lie over each other."""


@dataclass(frozen=True)
class Label:
    """What stands in the panel beside a picture: a title, and lines below it."""

    title: str
    lines: tuple[str, ...]


def site_svg(
    package: Package, entries: Mapping[str, LayerEntry], violations: Sequence[Violation], *, name: str
) -> str | None:
    """Return one site as designed, with a legend and the findings in it; None if nothing is drawn in a site."""
    shown = site_layers(package.layout.site, entries)
    box = regions.box_around([regions.box_of(region) for region in shown.values()])
    if box is None:
        return None
    frame = _frame(_roomy(box))
    items = [
        Area(frame.rings(region), entries[layer].colour, _INK, 0.3, opacity=_SOLID) for layer, region in shown.items()
    ]
    found = markers.on_site(violations, package.layout.array, box)
    sites = package.layout.array.sites
    lines = (f"one of {sites:,} sites" if sites > 1 else "the only site", f"{_size(box)}, seen from above")
    legend = [(layer, entries[layer].colour) for layer in shown]
    return paint.svg(_page(frame, items, found, legend, Label(name, lines)))


def plate_svg(
    package: Package, entries: Mapping[str, LayerEntry], violations: Sequence[Violation], *, name: str
) -> str:
    """Return the plate with its array and marks, with a legend and all findings that have a place."""
    layout = package.layout
    found = markers.on_plate(violations, layout.array)
    box = _shown(package)
    frame = _frame(_roomy(box))
    shown = site_layers(layout.site, entries)
    lattices = layout.array.lattices(layout.array.occupied)
    pitch = _pitch(package)
    is_drawn = min(pitch) * frame.scale >= _SMALLEST_SITE
    sites = (
        _patterned(shown, entries, lattices, pitch, frame)
        if is_drawn
        else _areas(shown, entries, lattices, pitch, frame)
    )
    items = [*_ground(package, frame), *sites, Area(frame.rings(package.marking.shared), _MARKS)]
    count = layout.array.sites
    how = () if is_drawn else ("sites drawn as areas of their mean colour",)
    size = f"{pitch[0]:.6g} x {pitch[1]:.6g} µm"
    lines = (f"{count:,} sites, one every {size}", *how, f"{_size(box)}, seen from above")
    legend = [(layer, entries[layer].colour) for layer in shown] if is_drawn else []
    legend += [("marks", _MARKS)] if not package.marking.shared.is_empty else []
    return paint.svg(_page(frame, items, found, legend, Label(f"{name}: plate", lines)))


def _frame(box: Box) -> Frame:
    """Return a frame as wide as the picture, or as high where it is higher than wide."""
    width, height = box[2] - box[0], box[3] - box[1]
    scale = _PICTURE / max(width, height)
    return Frame(box, _EDGE, _EDGE, width * scale, height * scale)


def _roomy(box: Box) -> Box:
    room = 0.02 * max(box[2] - box[0], box[3] - box[1])
    return box[0] - room, box[1] - room, box[2] + room, box[3] + room


def _size(box: Box) -> str:
    return f"{(box[2] - box[0]) / 1000:.6g} x {(box[3] - box[1]) / 1000:.6g} mm"


def _shown(package: Package) -> Box:
    """Return what the picture of a plate shows: the plate, or the array where there is no outline of a plate."""
    plate = package.layout.plate.get("PLATE", regions.EMPTY)
    return package.layout.array.box if plate.is_empty else regions.box_of(plate)


def _pitch(package: Package) -> tuple[float, float]:
    """Return how far sites stand apart in x and y [µm]; the size of a cell where there is one in a row."""
    array = package.layout.array
    row, column = np.argwhere(array.occupied)[0].tolist()
    left, bottom, right, top = array.cell(row, column)
    across, along = array.columns.pitch, array.rows.pitch
    return (across if np.isfinite(across) else right - left), (along if np.isfinite(along) else top - bottom)


def _ground(package: Package, frame: Frame) -> Iterator[Item]:
    """Yield plate and field."""
    for layer, colour in (("PLATE", _PLATE), ("FIELD", _FIELD)):
        region = package.layout.plate.get(layer, regions.EMPTY)
        if not region.is_empty:
            yield Area(frame.rings(region), colour, _GREY, 0.6)


def _patterned(
    shown: Mapping[str, Region],
    entries: Mapping[str, LayerEntry],
    lattices: Sequence[Lattice],
    pitch: tuple[float, float],
    frame: Frame,
) -> Iterator[Item]:
    """Yield the sites of each lattice as an area filled with a pattern.

    A tile of the pattern is a block of many sites: painters round its size to whole pixels.
    """
    wide, high = pitch[0] * frame.scale, pitch[1] * frame.scale
    tile = Frame((-pitch[0] / 2, -pitch[1] / 2, pitch[0] / 2, pitch[1] / 2), 0.0, 0.0, wide, high)
    layers = "".join(
        paint.element(Area(tile.rings(_seen(region, frame.scale), 0.2), entries[layer].colour, opacity=_SOLID))
        for layer, region in shown.items()
    )
    together = math.ceil(_TILE / min(wide, high))
    yield Raw(
        f'<defs><g id="site">{layers}</g><g id="row">{_uses("site", together, "x", wide)}</g>'
        f'<g id="block">{_uses("row", together, "y", high)}</g></defs>'
    )
    alike: dict[tuple[float, ...], list[Lattice]] = {}
    for lattice in lattices:
        is_even = _is_near(lattice.dx, pitch[0]) and _is_near(lattice.dy, pitch[1])
        phase = (_phase(lattice.x, pitch[0]), _phase(lattice.y, pitch[1])) if is_even else (lattice.x, lattice.y, 0.0)
        alike.setdefault(phase, []).append(lattice)
    for number, (key, group) in enumerate(alike.items()):
        is_even = len(key) == 2
        boxes = [frame.box_at(_covered(lattice, pitch)) for lattice in group]
        steps = (wide * together, high * together) if is_even else _steps(group[0], pitch, frame.scale)
        yield Raw(_pattern(f"sites{number}", "block" if is_even else "site", boxes[0][:2], steps))
        rings = tuple(rectangle(box[0], box[1], box[2] - box[0], box[3] - box[1]) for box in boxes)
        yield Area(rings, f"url(#sites{number})")  # as one: painters draw a pattern again for each element


def _steps(lattice: Lattice, pitch: tuple[float, float], scale: float) -> tuple[float, float]:
    """Return how far the sites of a lattice stand apart on the page."""
    return (lattice.dx or pitch[0]) * scale, (lattice.dy or pitch[1]) * scale


def _is_near(step: float, pitch: float) -> bool:
    """Tell whether a lattice has the pitch of the array, or a single site."""
    return step == 0.0 or abs(step - pitch) < _HAIR


def _phase(place: float, pitch: float) -> float:
    """Return where in the pitch a lattice begins [µm], to a hair."""
    return round(round(place / _HAIR) % max(1, round(pitch / _HAIR)) * _HAIR, 3)


def _pattern(name: str, tile: str, corner: Point, size: tuple[float, float]) -> str:
    """Return a pattern whose tile is a drawing, and begins at a corner."""
    return (
        f'<pattern id="{name}" patternUnits="userSpaceOnUse" x="{corner[0]:.6f}" y="{corner[1]:.6f}" '
        f'width="{size[0]:.6f}" height="{size[1]:.6f}"><use href="#{tile}"/></pattern>'
    )


def _uses(name: str, count: int, axis: str, step: float) -> str:
    """Return references to a drawing in a row."""
    return "".join(f'<use href="#{name}" {axis}="{n * step:.4f}"/>' for n in range(count))


def _covered(lattice: Lattice, pitch: tuple[float, float]) -> Box:
    """Return the box around the cells of a lattice [µm]."""
    return box_on((-pitch[0] / 2, -pitch[1] / 2, pitch[0] / 2, pitch[1] / 2), lattice)


def _seen(region: Region, scale: float) -> Region:
    """Return the pieces of a region that are not too small to be seen."""
    pieces = regions.polygons(region)
    sides = shapely.bounds(pieces)
    largest = np.maximum(sides[:, 2] - sides[:, 0], sides[:, 3] - sides[:, 1])
    return shapely.multipolygons(pieces[largest * scale > 0.4])


def _areas(
    shown: Mapping[str, Region],
    entries: Mapping[str, LayerEntry],
    lattices: Sequence[Lattice],
    pitch: tuple[float, float],
    frame: Frame,
) -> Iterator[Item]:
    """Yield the sites of each lattice as one area of their mean colour."""
    colour = _mean(shown, entries, pitch[0] * pitch[1])
    for lattice in lattices:
        left, top, right, bottom = frame.box_at(_covered(lattice, pitch))
        yield Area((rectangle(left, top, right - left, bottom - top),), colour)


def _mean(shown: Mapping[str, Region], entries: Mapping[str, LayerEntry], cell: float) -> str:
    """Return the colour of a site from far away: each layer covers a part of what is below it."""
    mean = np.array([255.0, 255.0, 255.0])
    for layer, region in shown.items():
        part = _SOLID * min(1.0, float(region.area) / cell)
        colour = np.array([int(entries[layer].colour[n : n + 2], 16) for n in (1, 3, 5)])
        mean = part * colour + (1 - part) * mean
    return "#" + "".join(f"{round(value):02x}" for value in mean.tolist())


def _page(
    frame: Frame,
    items: Sequence[Item],
    found: Sequence[markers.Marker],
    legend: Sequence[tuple[str, str]],
    label: Label,
) -> paint.Page:
    """Return the picture with the panel beside it."""
    marked, unnamed = markers.drawn(found, frame, Taken())
    left = _EDGE + frame.width + _EDGE
    panel = list(_panel(legend, Label(label.title, (*label.lines, *markers.tally(found, unnamed))), frame, left))
    low = max(words.at[1] for words in panel if isinstance(words, Words))
    return paint.Page(left + _PANEL, max(frame.height, low) + 2 * _EDGE, (*items, *marked, *panel))


def _panel(legend: Sequence[tuple[str, str]], label: Label, frame: Frame, left: float) -> Iterator[Item]:
    """Yield title, facts, scale bar and legend, one under the other."""
    y = _EDGE + 14
    yield Words((left, y), cut(label.title, 15.0, _PANEL - 8), 15.0, _INK, is_bold=True)
    for line in label.lines:
        y += 16
        yield Words((left, y), cut(line, 10.5, _PANEL - 8), 10.5, _INK)
    length, words = scale_bar(4 * 150.0 / frame.scale)
    y += 24
    yield Area((rectangle(left, y - 5, length * frame.scale, 5),), _INK)
    yield Words((left + length * frame.scale + 6, y), words.replace("um", "µm"), 10.5, _INK)
    y += 12
    for name, colour in legend:
        y += 17
        yield Area((rectangle(left, y - 10, 12, 12),), colour, _GREY, 0.4, opacity=_SOLID)
        yield Words((left + 19, y), name, 11.0, _INK)
