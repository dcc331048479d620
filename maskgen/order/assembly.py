"""Lists for assembly: where to saw, where the terminals are, which apertures a stencil has, what is drilled.

Coordinates are those of the part seen from above; of one site about its middle, or of the plate where a list says so.
A list that does not apply to a package is not written.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import shapely

from maskgen.export.artwork import Artwork, seen_by
from maskgen.export.excellon import NotDrilledError, holes
from maskgen.export.tables import csv_text
from maskgen.geometry import regions
from maskgen.geometry.arrays import Axis
from maskgen.order.compile import foil_thickness, step_of
from maskgen.package import MOUNTING_PAD
from maskgen.physics import stencil
from maskgen.result import Result
from maskgen.technology.flow import Cut

MOST_DRILLED = 200_000
"""Holes of a drill list; more are in the drill file."""


def lists(result: Result, arts: Mapping[str, Artwork]) -> Iterator[tuple[str, str]]:
    """Yield name and text of each list that applies."""
    saw = list(_cuts(result))
    if saw:
        yield "saw.csv", csv_text(("cut", "along", "at_um", "from_um", "to_um", "kerf_um", "lane_um"), saw)
    terminals = list(_terminals(result))
    if terminals:
        header = ("terminal", "kind", "net", "x_um", "y_um", "width_um", "height_um", "x_from_below_um")
        yield "terminals.csv", csv_text(header, terminals)
    apertures = list(_apertures(result))
    if apertures:
        columns = ("stencil", "aperture", "x_um", "y_um", "width_um", "height_um", "area_um2", "foil_um", "area_ratio",
                  "aspect_ratio", "grade", "copies")  # fmt: skip
        yield "stencil.csv", csv_text(columns, apertures)
    drilled = list(_drilled(result, arts))
    if drilled:
        yield "drill.csv", csv_text(("tool", "x_um", "y_um", "diameter_um"), drilled)


def _cuts(result: Result) -> Iterator[Sequence[object]]:
    """Yield the middle line of each straight lane of the plate, as the data of the plate has it."""
    lane, array = result.job.spec.array.lane, result.package.layout.array
    if lane is None or array.stagger:
        return
    left, bottom, right, top = array.box
    lines = [
        *(("y", x, bottom, top) for x in _borders(array.columns)),
        *(("x", y, left, right) for y in _borders(array.rows)),
    ]
    for number, (along, at, first, last) in enumerate(lines, start=1):
        places = (f"{value:.3f}" for value in (at, first, last))
        yield number, along, *places, f"{lane.kerf:g}", f"{lane.width:g}"


def _borders(axis: Axis) -> list[float]:
    """Return where cells end, each border once: neighbours share one, blocks apart have two."""
    both = np.concatenate([axis.centres + axis.low, axis.centres + axis.high])
    return sorted(set((np.round(both, 3) + 0.0).tolist()))


def _terminals(result: Result) -> Iterator[Sequence[object]]:
    """Yield the terminals of one site: pads, mounting pads."""
    nets = {name: net.name for net in result.nets for _, name in net.members}
    package = result.package
    kinds = [("pad", pad) for pad in package.pads] + [("mounting pad", pad) for pad in package.mounting_pads]
    for kind, terminal in kinds:
        left, bottom, right, top = regions.box_of(terminal.outline)
        x, y = terminal.centre
        name = terminal.name or MOUNTING_PAD
        net = nets.get(name, terminal.net or "")
        yield name, kind, net, *_lengths(x, y, right - left, top - bottom, -x)


def _apertures(result: Result) -> Iterator[Sequence[object]]:
    """Yield the apertures of each stencil: those of a site once, with how often they stand."""
    for done in result.masks:
        step = step_of(result, done.mask.name)
        if not isinstance(step, Cut) or step.step != "print":
            continue
        foil, number = foil_thickness(result, step), 0
        for tile in done.pattern.tiles:
            for part in regions.polygons(tile.region):
                number += 1
                yield done.mask.name, number, *_aperture(part, foil), int(tile.where.sum())


def _aperture(part: shapely.Polygon, foil: float) -> Iterator[str]:
    """Yield place, size and ratios of one aperture."""
    left, bottom, right, top = regions.box_of(part)
    ratio = stencil.area_ratio(part.area, part.length, foil)
    aspect = stencil.aspect_ratio(min(right - left, top - bottom), foil)
    yield from _lengths((left + right) / 2, (bottom + top) / 2, right - left, top - bottom, part.area)
    yield from (f"{foil:g}", f"{ratio:.3f}", f"{aspect:.3f}", stencil.grade(ratio))


def _drilled(result: Result, arts: Mapping[str, Artwork]) -> Iterator[Sequence[object]]:
    """Yield every hole that a mask drills, where its data has it."""
    for done in result.masks:
        step = step_of(result, done.mask.name)
        if not isinstance(step, Cut) or step.step != "drill":
            continue
        art = arts[done.mask.name]
        if sum(len(regions.polygons(block.region)) * block.count for block in art.blocks) > MOST_DRILLED:
            continue
        try:
            found = holes(art, _marks(result, art))
        except NotDrilledError:
            continue
        yield from ((done.mask.name, *_lengths(*hole)) for hole in found.tolist())


def _marks(result: Result, art: Artwork) -> regions.Region:
    return seen_by(art.mask, result.package.marking.zones)


def _lengths(*values: float) -> list[str]:
    return [f"{round(value, 3) + 0.0:.3f}" for value in values]
