"""Gerber X2 (RS-274X): regions in millimetres, format 4.6, of which one step is 1 nm; blocks as step and repeat.

Coordinates are exact, arcs are chords. Holes are cut open as in GDSII, so nothing depends on clear polarity or on the
order of objects. A block that stands many times is a region within ``SR``, once for each of its lattices: readers of
RS-274X have always known that, while block apertures (``AB``) are unknown to many. `.FilePolarity` is positive where
data is dark on the plate, negative where it is clear; it describes, and inverts nothing.
"""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from maskgen import __version__
from maskgen.export.artwork import Artwork, Block, outlines, statement, to_units
from maskgen.geometry.arrays import Lattice, Positions


def write(art: Artwork, path: Path) -> None:
    """Write a mask as one Gerber file, the same bytes for the same mask."""
    text = "".join(f"{line}\n" for line in _lines(art))
    # The signature covers everything before it, without the ends of lines (Gerber format specification 5.6.9).
    digest = hashlib.md5(text.replace("\n", "").encode("ascii"), usedforsecurity=False).hexdigest()
    path.write_text(f"{text}%TF.MD5,{digest}*%\nM02*\n", encoding="ascii", newline="\n")


def _lines(art: Artwork) -> Iterator[str]:
    """Yield the file without its end."""
    yield f"%TF.GenerationSoftware,maskgen,maskgen,{__version__}*%"
    yield f"%TF.FileFunction,Other,{_field(art.mask.name)}*%"
    yield f"%TF.FilePolarity,{'Positive' if art.mask.digitized == 'dark' else 'Negative'}*%"
    yield "%TF.Part,Other,Photomask*%"
    yield f"%TF.SameCoordinates,{_field(_coordinates(art))}*%"
    yield "%FSLAX46Y46*%"
    yield "%MOMM*%"
    yield f"G04 {_field(art.name)}: {_field(statement(art).replace(',', ';'))}; millimetres*"
    yield "%LPD*%"
    yield "G01*"
    for ring in outlines(art.rest, art.max_vertices):
        yield from _region(ring)
    for block in art.blocks:
        yield from _block(block, art.max_vertices)


def _coordinates(art: Artwork) -> str:
    """Return what is equal for the masks of a set that lie on each other as they are."""
    mask = art.mask
    package = art.name.removesuffix(f"_{mask.name}")
    return f"{package}: {'mirrored' if mask.mirrored else 'not mirrored'}; scale {mask.scale:.9g}"


def _block(block: Block, limit: int) -> Iterator[str]:
    """Yield a block at its places: its shapes at the first place of each lattice, stepped and repeated."""
    rings = outlines(block.region, limit)
    for lattice in block.lattices:
        if lattice.count > 1:
            yield _step_and_repeat(lattice)
        shift = to_units(np.array([lattice.x, lattice.y]))
        for ring in rings:
            yield from _region(ring + shift)
        if lattice.count > 1:
            yield "%SR*%"


def _step_and_repeat(lattice: Lattice) -> str:
    """Return the opening of a step and repeat; a single column or row steps by nothing."""
    return f"%SRX{lattice.columns}Y{lattice.rows}I{lattice.dx / 1000:.6f}J{lattice.dy / 1000:.6f}*%"


def _region(ring: Positions) -> Iterator[str]:
    """Yield one closed contour."""
    points = [f"X{x}Y{y}" for x, y in ring.tolist()]
    yield "G36*"
    yield f"{points[0]}D02*"
    yield "".join(f"{point}D01*\n" for point in points[1:]) + f"{points[0]}D01*"
    yield "G37*"


def _field(text: str) -> str:
    """Return text with what a Gerber field may hold."""
    return re.sub(r"[^A-Za-z0-9_+\-/.;: ]", "_", text)
