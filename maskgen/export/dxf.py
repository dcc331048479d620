"""DXF as mask shops ask for it: closed polylines without width on one layer, blocks and arrays of inserts, µm.

What `vendors.md` 1.2 and 1.3 repeat: an outline within another would be filled, so holes are cut open as in GDSII, and
no polygon lies in another; nothing stands on layer 0; the layer's name is short (``L10D0``: layer 10, datatype 0 of
the GDSII file) and is no block's; inserts are neither scaled, turned nor mirrored; no hatches, splines or texts. A
block that repeats is an INSERT with columns and rows. Drawing units are µm with three decimals, which are exact: R2000
says so in ``$INSUNITS``; R12 has no such variable, so both say it in the comment on the first lines.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np

from maskgen.errors import MaskgenError
from maskgen.export.artwork import Artwork, Block, outlines, statement, united
from maskgen.geometry import regions
from maskgen.geometry.arrays import Positions
from maskgen.geometry.regions import Region
from maskgen.units import DATABASE_UNIT

_MICROMETRES = 13
"""Drawing units of ``$INSUNITS``."""


def write(art: Artwork, path: Path, *, version: str = "R2000") -> None:
    """Write a mask as a DXF file, and read it back.

    Parameters
    ----------
    version
        R2000, with LWPOLYLINE, or R12, with POLYLINE and VERTEX, which some shops prefer.

    Raises
    ------
    MaskgenError
        If what was read back is not what was meant.
    """
    ezdxf: Any = import_module("ezdxf")  # half a second that only this format needs
    with _same_bytes(ezdxf.options):
        document = ezdxf.document.Drawing.new(version)
        _draw(document, art)
        text = StringIO()
        document.write(text)
    comments = "".join(f"999\n{line}\n" for line in _comments(art))
    path.write_text(comments + text.getvalue(), encoding="ascii", newline="\n")
    _verify(path, ezdxf.readfile(path), art)


def layer_name(art: Artwork) -> str:
    """Return the name of the mask's layer: short enough for every shop, and read by KLayout as layer and datatype."""
    return f"L{art.layer[0]}D{art.layer[1]}"


@contextmanager
def _same_bytes(options: Any) -> Iterator[None]:  # noqa: ANN401 - an object of the library
    """Leave the time and random identifiers out of files that are made within the block."""
    before = options.write_fixed_meta_data_for_testing
    options.write_fixed_meta_data_for_testing = True
    try:
        yield
    finally:
        options.write_fixed_meta_data_for_testing = before


def _comments(art: Artwork) -> Iterable[str]:
    """Return what a reader who opens the file as text must know."""
    return (
        f"{art.name}: layer {layer_name(art)}, drawing unit 1 um",
        statement(art),
    )


def _draw(document: Any, art: Artwork) -> None:  # noqa: ANN401 - an object of the library
    """Draw a mask into an empty document."""
    layer = layer_name(art)
    document.layers.add(layer)
    if document.dxfversion > "AC1009":
        document.units = _MICROMETRES
        document.header["$MEASUREMENT"] = 1
    space = document.modelspace()
    _outlines(space, art.rest, layer, art.max_vertices)
    for number, block in enumerate(art.blocks, start=1):
        drawn = document.blocks.new(block_name(number))
        _outlines(drawn, block.region, layer, art.max_vertices)
        _insert(space, block, block_name(number), layer)
    left, bottom, right, top = art.box or (0.0, 0.0, 0.0, 0.0)
    space.reset_extents((left, bottom, 0), (right, top, 0))


def block_name(number: int) -> str:
    """Return the name of a block, the first being 1."""
    return f"SITE_{number}" if number > 1 else "SITE"


def _outlines(layout: Any, region: Region, layer: str, limit: int) -> None:  # noqa: ANN401 - an object of the library
    """Draw a region as closed polylines."""
    is_old = layout.dxfversion <= "AC1009"
    draw = layout.add_polyline2d if is_old else layout.add_lwpolyline
    for ring in outlines(region, limit):
        draw((ring / 1000).tolist(), close=True, dxfattribs={"layer": layer})


def _insert(space: Any, block: Block, name: str, layer: str) -> None:  # noqa: ANN401 - an object of the library
    """Place a block on its lattices, one INSERT each."""
    for lattice in block.lattices:
        attributes: dict[str, Any] = {"layer": layer}
        if lattice.count > 1:
            attributes |= {"column_count": lattice.columns, "row_count": lattice.rows}
            attributes |= {"column_spacing": lattice.dx, "row_spacing": lattice.dy}
        space.add_blockref(name, (lattice.x, lattice.y), dxfattribs=attributes)


def _verify(path: Path, document: Any, art: Artwork) -> None:  # noqa: ANN401 - an object of the library
    """Refuse a file that, read back, is not what was meant."""
    if document.audit().errors:
        raise MaskgenError(f"{path.name}: is no sound DXF file after reading back")
    space = document.modelspace()
    _verify_outlines(path, "model space", space, art.rest)
    for number, block in enumerate(art.blocks, start=1):
        name = block_name(number)
        _verify_outlines(path, f"block {name}", document.blocks.get(name), block.region)
        placed = sum(insert.mcount for insert in space.query("INSERT") if insert.dxf.name == name)
        if placed != block.count:
            raise MaskgenError(f"{path.name}: block {name} stands {placed} times after reading back")


def _verify_outlines(path: Path, place: str, layout: Any, meant: Region) -> None:  # noqa: ANN401 - an object of the library
    """Compare the polylines of a layout with what was meant, by XOR; nothing wider than 2 database units may remain."""
    read = [*layout.query("LWPOLYLINE"), *layout.query("POLYLINE")]
    covered = united(_points(polyline) for polyline in read)
    if not all(polyline.is_closed for polyline in read) or not regions.is_same(covered, meant, tolerance=DATABASE_UNIT):
        raise MaskgenError(f"{path.name}: {place} is not what was meant after reading back")


def _points(polyline: Any) -> Positions:  # noqa: ANN401 - an object of the library
    """Return the vertices of a polyline of either kind, (n, 2) ndarray of float [µm]."""
    points = polyline.points() if polyline.dxftype() == "POLYLINE" else polyline.get_points("xy")
    return np.array([(point[0], point[1]) for point in points]).reshape(-1, 2)
