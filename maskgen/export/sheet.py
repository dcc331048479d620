"""Sheets: what the review pictures of a mask say besides its shapes, and when they are drawn simplified.

A picture shows the plate as it will look: chrome dark, glass clear. Where all copies together have more than
`MOST_VERTICES` vertices no viewer would draw them: the picture shows each lattice as one area of the mean grey of its
block, says so, and adds one block enlarged.
"""

import math
from dataclasses import dataclass

from maskgen.export import artwork
from maskgen.export.artwork import Artwork, Block, box_on
from maskgen.geometry import regions
from maskgen.geometry.arrays import Lattice
from maskgen.geometry.regions import Box

MOST_VERTICES = 4_000_000
"""Vertices that a picture draws."""

CHROME, GLASS = (0x23, 0x27, 0x2E), (0xF4, 0xF7, 0xFB)
"""Red, green and blue of what is dark and what is clear on the plate."""

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Sheet:
    """The words and measures around a picture.

    Parameters
    ----------
    box
        What the picture shows [µm]: the mask with a border around it.
    title
        Lines under the picture, the first the largest.
    bar
        Length of the scale bar [µm], and its words.
    ink, ground
        Colour of data and of what is around it.
    """

    box: Box
    title: tuple[str, ...]
    bar: tuple[float, str]
    ink: Colour
    ground: Colour


def sheet(art: Artwork) -> Sheet:
    """Return what stands around the picture of a mask."""
    left, bottom, right, top = art.box or (0.0, 0.0, 1.0, 1.0)
    width, height = right - left, top - bottom
    border = 0.02 * max(width, height)
    tone = artwork.statement(art)
    size = f"data {width / 1000:.6g} mm x {height / 1000:.6g} mm, drawn 1:1"
    simplified = ("simplified: repeated sites are drawn as areas of their mean grey",) if is_crowded(art) else ()
    ink, ground = (GLASS, CHROME) if art.mask.digitized == "clear" else (CHROME, GLASS)
    box = left - border, bottom - border, right + border, top + border
    return Sheet(box, (art.name, tone, size, *simplified), scale_bar(width), ink, ground)


def is_crowded(art: Artwork) -> bool:
    """Tell whether a mask has more vertices than a viewer draws, so that its picture is simplified."""
    return bool(art.blocks) and artwork.vertices(art) > MOST_VERTICES


def scale_bar(width: float) -> tuple[float, str]:
    """Return the longest 1, 2 or 5 times a power of ten within a quarter of a width [µm], and how it is written.

    Examples
    --------
    >>> scale_bar(100_000.0), scale_bar(900.0)
    ((20000.0, '20 mm'), (200.0, '200 um'))
    """
    power = 10.0 ** math.floor(math.log10(width / 4))
    length = max(step * power for step in (1, 2, 5) if step * power <= width / 4)
    return length, f"{length / 1000:g} mm" if length >= 1000 else f"{length:g} um"


def area_of(block: Block, lattice: Lattice, sheet_: Sheet) -> tuple[Box, Colour]:
    """Return the box [µm] that stands for the copies of a block on a lattice, and their mean colour."""
    around = regions.box_of(block.region)
    box = box_on(around, lattice)
    step_x, step_y = lattice.dx or around[2] - around[0], lattice.dy or around[3] - around[1]
    covered = min(1.0, float(block.region.area) / (step_x * step_y))
    red, green, blue = (
        round(covered * data + (1 - covered) * bare) for data, bare in zip(sheet_.ink, sheet_.ground, strict=True)
    )
    return box, (red, green, blue)


def site_sheet(art: Artwork, around: Sheet) -> Sheet:
    """Return what stands around the picture of one block, which a simplified picture shows beside the plate."""
    block = commonest(art)
    left, bottom, right, top = regions.box_of(block.region)
    border = 0.05 * max(right - left, top - bottom)
    box = left - border, bottom - border, right + border, top + border
    title = f"{art.name}: one of {block.count} equal sites"
    size = f"data {(right - left) / 1000:.6g} mm x {(top - bottom) / 1000:.6g} mm"
    return Sheet(box, (title, size), scale_bar(right - left), around.ink, around.ground)


def commonest(art: Artwork) -> Block:
    """Return the block that stands most often, the first of several."""
    return max(art.blocks, key=lambda block: block.count)
