"""Files of sections: pictures of every stage and of all stages, and the sections themselves for a layout viewer."""

import datetime
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import gdstk

from maskgen.geometry import cutting, regions
from maskgen.geometry.regions import Region
from maskgen.raster import png
from maskgen.sections import picture
from maskgen.sections.run import Section, Stage

FORMATS = ("svg", "png", "gds")
"""Formats that sections can be written in."""

_TIMESTAMP = datetime.datetime(2000, 1, 1)
_STEP = 1e-3
"""Grid [µm] of a section in a layout file."""
_LIMIT = 4000
"""Most vertices of a polygon in a layout file."""
_PNG_SCALE = 1.5


def files(sections: Sequence[Section], name: str, formats: Sequence[str] = ("svg",)) -> Iterator[tuple[str, bytes]]:
    """Yield name and contents of every file of some sections: CUT.svg with all stages, CUT_NN_STEP.svg with one."""
    for section in sections:
        for stem, drawn in _pictures(section, name) if {"svg", "png"} & set(formats) else ():
            if "svg" in formats:
                yield f"{stem}.svg", drawn.encode()
            if "png" in formats:
                yield f"{stem}.png", png(drawn, zoom=_PNG_SCALE)
        if "gds" in formats:
            yield f"{section.cut.name}.gds", _layout(section)


def _pictures(section: Section, name: str) -> Iterator[tuple[str, str]]:
    """Yield name and SVG of the strip and of each stage that changes the part."""
    yield section.cut.name, picture.strip(section, name)
    windows = picture.close_up(section)
    for stage in section.shown:
        drawn = picture.stage_picture(stage, section, name, windows[stage.number])
        yield f"{section.cut.name}_{_tag(stage)}", drawn


def _tag(stage: Stage) -> str:
    return f"{stage.number:02d}_{stage.step.step}"


def _layout(section: Section) -> bytes:
    """Return a section as GDSII: x along the cut as x, z as y, a cell for each stage, a layer for each material."""
    library = gdstk.Library(section.cut.name, unit=1e-6, precision=1e-9)
    numbers = _layer_numbers(section)
    for stage in section.shown:
        cell = library.new_cell(_tag(stage).upper())
        for material, region in stage.part.solids.items():
            _put(cell, regions.snap(region, _STEP), material, numbers[material])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "section.gds"
        library.write_gds(path, max_points=8190, timestamp=_TIMESTAMP)
        return path.read_bytes()


def _put(cell: gdstk.Cell, region: Region, material: str, layer: int) -> None:
    """Put a material into a cell, with its name on it."""
    for points in cutting.simple_polygons(region, limit=_LIMIT, step=_STEP):
        cell.add(gdstk.Polygon(points, layer=layer))
    if not region.is_empty:
        place = max(regions.polygons(region), key=lambda piece: piece.area).representative_point()
        cell.add(gdstk.Label(material, (round(place.x, 3), round(place.y, 3)), layer=layer))


def _layer_numbers(section: Section) -> dict[str, int]:
    """Return a layer for each material: in the technology's order, from 1, and others after them."""
    listed = list(section.setting.process.technology.materials)
    found = dict.fromkeys(name for stage in section.stages for name in stage.part.solids)
    return {name: number for number, name in enumerate(dict.fromkeys([*listed, *found]), start=1)}
