"""SVG pictures: one mask as its plate will look, 1:1 and in µm, and which layers a picture of a site shows."""

from collections.abc import Mapping
from html import escape

import numpy as np
import shapely

from maskgen.export.artwork import Artwork
from maskgen.export.sheet import Colour, Sheet, area_of, commonest, is_crowded, sheet, site_sheet
from maskgen.geometry import regions
from maskgen.geometry.arrays import Lattice
from maskgen.geometry.regions import Box, Region
from maskgen.technology import LayerEntry

_SHOWN = frozenset(["design", "reference"])
"""Kinds of layer in the picture of a site."""
_SMALL = 0.003
"""Part of the width of a picture below which shapes can hardly be seen."""


def mask_picture(art: Artwork) -> str:
    """Return one mask 1:1: chrome dark, glass clear, each block drawn once and repeated by reference.

    One unit of the picture is a µm, y upwards; its size is given in mm. Where a mask is too much for viewers, it is
    simplified. One of its sites is shown beneath where its shapes are too small to be seen on the plate.
    """
    around = sheet(art)
    near = _site(art, around) if _has_small_shapes(art, around) else None
    if is_crowded(art):
        return _sheet(around, _areas(art, around), near)
    symbols, uses = [], []
    for number, block in enumerate(art.blocks):
        symbols.append(f'<path id="t{number}" d="{_path(block.region)}"/>')
        uses += [_uses(number, lattice) for lattice in block.lattices]
    rest = f'<path d="{_path(art.rest)}"/>'
    return _sheet(around, f"<defs>{''.join(symbols)}</defs>{''.join(uses)}{rest}", near)


def _has_small_shapes(art: Artwork, around: Sheet) -> bool:
    """Tell whether the shapes of a site are so small on the picture that one site must be shown enlarged."""
    if not art.blocks:
        return False
    largest = float(np.sqrt(shapely.area(regions.polygons(commonest(art).region)).max()))
    return is_crowded(art) or largest < _SMALL * (around.box[2] - around.box[0])


def _areas(art: Artwork, around: Sheet) -> str:
    """Return a simplified mask: an area for each lattice, and the rest as it is."""
    areas = [area_of(block, lattice, around) for block in art.blocks for lattice in block.lattices]
    drawn = "".join(_box(box, _hex(colour)) for box, colour in areas)
    return f'<g shape-rendering="crispEdges">{drawn}</g><path d="{_path(art.rest)}"/>'


def _site(art: Artwork, around: Sheet) -> tuple[Sheet, str]:
    return site_sheet(art, around), f'<path d="{_path(commonest(art).region)}"/>'


def _sheet(around: Sheet, shapes: str, site: tuple[Sheet, str] | None = None) -> str:
    """Return a picture with its title block and scale bar, and perhaps a site enlarged to a third of its width."""
    left, bottom, right, top = around.box
    width, height = right - left, top - bottom
    line = max(width, height) / 45
    body, low = _picture(around, shapes, 0.0, 0.0, 1.0) + _words(around, height, line), height
    low += (len(around.title) + 2.2) * line
    if site:
        scale = width / 3 / (site[0].box[2] - site[0].box[0])
        body += _picture(*site, 0.0, low, scale)
        low += (site[0].box[3] - site[0].box[1]) * scale
        body += _words(site[0], low, line, scale)
        low += (len(site[0].title) + 2.2) * line
    wide = max(width, line + 0.5 * line * max(len(text) for text in around.title))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide / 1000:.9g}mm" height="{low / 1000:.9g}mm" '
        f'viewBox="0 0 {wide:.9g} {low:.9g}"><rect width="100%" height="100%" fill="#ffffff"/>{body}</svg>\n'
    )


def _picture(around: Sheet, shapes: str, x: float, y: float, scale: float) -> str:
    """Return shapes on their ground, the upper left corner at (x, y)."""
    left, _, _, top = around.box
    place = f"translate({x - left * scale:.12g} {y + top * scale:.12g}) scale({scale:.12g} {-scale:.12g})"
    ground = _box(around.box, _hex(around.ground))
    return f'<g transform="{place}" fill="{_hex(around.ink)}" fill-rule="evenodd">{ground}{shapes}</g>'


def _words(around: Sheet, y: float, line: float, scale: float = 1.0) -> str:
    """Return a title block under y, and the scale bar under it."""
    texts = "".join(
        f'<text x="{line / 2:.9g}" y="{y + (number + 1.2) * line:.9g}">{escape(text)}</text>'
        for number, text in enumerate(around.title)
    )
    length, words = around.bar
    y += (len(around.title) + 1.2) * line
    bar = f'<rect x="{line / 2:.9g}" y="{y - 0.4 * line:.9g}" width="{length * scale:.9g}" height="{0.3 * line:.9g}"/>'
    label = f'<text x="{length * scale + line:.9g}" y="{y:.9g}">{words}</text>'
    return f'<g font-family="sans-serif" font-size="{0.85 * line:.9g}">{texts}{bar}{label}</g>'


def _box(box: Box, colour: str) -> str:
    left, bottom, right, top = box
    return (
        f'<rect x="{left:.12g}" y="{bottom:.12g}" width="{right - left:.12g}" height="{top - bottom:.12g}" '
        f'fill="{colour}"/>'
    )


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _uses(number: int, lattice: Lattice) -> str:
    """Return references to a tile; long rows are doubled up, so that a million sites are a few dozen references."""
    row, columns = _repeated(f"t{number}", f"x{number}_{lattice.x:g}_{lattice.y:g}", lattice.columns, lattice.dx, "x")
    block, rows = _repeated(row, f"y{number}_{lattice.x:g}_{lattice.y:g}", lattice.rows, lattice.dy, "y")
    return f'<defs>{columns}{rows}</defs><use href="#{block}" x="{lattice.x:.12g}" y="{lattice.y:.12g}"/>'


def _repeated(name: str, label: str, count: int, step: float, axis: str) -> tuple[str, str]:
    """Return the name and definition of a row of equal parts, put together from rows of 1, 2, 4 ... parts."""
    parts: list[str] = []
    definitions, size, done = "", 1, 0
    while count >= size:
        if count & size:
            parts.append(f'<use href="#{name}" {axis}="{done * step:.12g}"/>')
            done += size
        double = f"{label}_{2 * size}"
        definitions += f'<g id="{double}"><use href="#{name}"/><use href="#{name}" {axis}="{size * step:.12g}"/></g>'
        name, size = double, 2 * size
    return f"{label}_row", f'{definitions}<g id="{label}_row">{"".join(parts)}</g>'


def site_layers(site: Mapping[str, Region], entries: Mapping[str, LayerEntry]) -> dict[str, Region]:
    """Return what a site shows as designed, from the bottom up: the larger the pieces of a layer, the lower it lies."""
    shown = [
        name
        for name, region in site.items()
        if name in entries and entries[name].kind in _SHOWN and not region.is_empty
    ]
    return {name: site[name] for name in sorted(shown, key=lambda name: (-_largest(site[name]), name))}


def _largest(region: Region) -> float:
    """Return the area of the largest piece of a region [µm²]; a frame counts with what it encloses."""
    return max(float(shapely.Polygon(piece.exterior).area) for piece in regions.polygons(region))


def _path(region: Region) -> str:
    """Return a region as path data."""
    rings = [ring for part in regions.polygons(region) for ring in (part.exterior, *part.interiors)]
    return "".join(_ring(shapely.get_coordinates(ring)[:-1]) for ring in rings)


def _ring(points: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> str:
    return "M" + "L".join(f"{x:.12g} {y:.12g}" for x, y in points.tolist()) + "Z"
