"""SVG pictures: one mask as its plate will look, and a site with all its layers."""

from collections.abc import Mapping

import numpy as np
import shapely

from maskgen.geometry import regions
from maskgen.geometry.arrays import Lattice
from maskgen.geometry.regions import Box, Region
from maskgen.masks import FinishedMask
from maskgen.technology import LayerEntry

SITE_LAYERS = ("BODY", "MP", "PAD", "DIE", "CONTACT", "WIRE", "BOND_DIE", "BOND_PAD")
"""Layers of the picture of a site, from the bottom up."""

_WIDTH = 900
_CHROME, _GLASS = "#23272e", "#f4f7fb"


def mask_picture(finished: FinishedMask) -> str:
    """Return one mask: chrome dark, glass clear, each tile drawn once and repeated by reference."""
    pattern = finished.pattern
    box = pattern.box or (0.0, 0.0, 1.0, 1.0)
    clear = finished.mask.digitized == "clear"
    ink, ground = (_GLASS, _CHROME) if clear else (_CHROME, _GLASS)
    symbols, uses = [], []
    for number, tile in enumerate(pattern.tiles):
        symbols.append(f'<path id="t{number}" d="{_path(tile.region)}"/>')
        uses += [_uses(number, lattice) for lattice in pattern.array.lattices(tile.where)]
    rest = f'<path d="{_path(pattern.rest)}"/>'
    body = f'<defs>{"".join(symbols)}</defs><g fill="{ink}" fill-rule="evenodd">{"".join(uses)}{rest}</g>'
    return _document(box, body, ground)


def _uses(number: int, lattice: Lattice) -> str:
    """Return references to a tile; long rows are doubled up, so that a million sites are a few dozen references."""
    row, columns = _repeated(f"t{number}", f"x{number}_{lattice.x:g}_{lattice.y:g}", lattice.columns, lattice.dx, "x")
    block, rows = _repeated(row, f"y{number}_{lattice.x:g}_{lattice.y:g}", lattice.rows, lattice.dy, "y")
    return f'<defs>{columns}{rows}</defs><use href="#{block}" x="{lattice.x:.10g}" y="{lattice.y:.10g}"/>'


def _repeated(name: str, label: str, count: int, step: float, axis: str) -> tuple[str, str]:
    """Return the name and definition of a row of equal parts, put together from rows of 1, 2, 4 ... parts."""
    parts: list[str] = []
    definitions, size, done = "", 1, 0
    while count >= size:
        if count & size:
            parts.append(f'<use href="#{name}" {axis}="{done * step:.10g}"/>')
            done += size
        double = f"{label}_{2 * size}"
        definitions += f'<g id="{double}"><use href="#{name}"/><use href="#{name}" {axis}="{size * step:.10g}"/></g>'
        name, size = double, 2 * size
    return f"{label}_row", f'{definitions}<g id="{label}_row">{"".join(parts)}</g>'


def site_picture(layers: Mapping[str, Region], entries: Mapping[str, LayerEntry], box: Box) -> str:
    """Return one site: layers over each other in the order given, in their colours, with a legend."""
    body = "".join(
        f'<path d="{_path(region)}" fill="{entries[name].colour}" fill-opacity="0.75" fill-rule="evenodd"/>'
        for name, region in layers.items()
    )
    return _document(box, body, "#ffffff", legend=[(name, entries[name].colour) for name in layers])


def _document(box: Box, body: str, ground: str, legend: list[tuple[str, str]] | None = None) -> str:
    """Return an SVG page around shapes in µm, y upwards."""
    left, bottom, right, top = box
    pad = 0.02 * max(right - left, top - bottom)
    width, height = right - left + 2 * pad, top - bottom + 2 * pad
    line = height / 32
    room = 9 * line if legend else 0.0
    text = "".join(
        f'<rect x="{width + line / 2:g}" y="{line * (n + 0.6):g}" width="{0.7 * line:g}" height="{0.7 * line:g}" '
        f'fill="{colour}"/><text x="{width + 1.5 * line:g}" y="{line * (n + 1.2):g}" font-size="{0.75 * line:g}" '
        f'font-family="sans-serif">{name}</text>'
        for n, (name, colour) in enumerate(legend or [])
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_WIDTH * height / (width + room):.0f}" '
        f'viewBox="0 0 {width + room:g} {height:g}">'
        f'<rect width="{width + room:g}" height="{height:g}" fill="{ground}"/>'
        f'<g transform="translate({pad - left:g} {top + pad:g}) scale(1 -1)">{body}</g>{text}</svg>\n'
    )


def _path(region: Region) -> str:
    """Return a region as path data."""
    rings = [ring for part in regions.polygons(region) for ring in (part.exterior, *part.interiors)]
    return "".join(_ring(shapely.get_coordinates(ring)[:-1]) for ring in rings)


def _ring(points: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> str:
    return "M" + "L".join(f"{x:.9g} {y:.9g}" for x, y in points.tolist()) + "Z"
