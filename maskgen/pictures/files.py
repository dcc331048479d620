"""Files of pictures: the bond diagram of every package that has one, and the overviews in the formats asked for."""

from collections.abc import Iterator, Mapping, Sequence

from maskgen.drc.violation import Violation
from maskgen.package import Package
from maskgen.pictures.bond import Heading, bond_pdf, bond_svg
from maskgen.pictures.overview import plate_svg, site_svg
from maskgen.raster import png
from maskgen.technology import LayerEntry

FORMATS = ("svg", "png")
"""Formats that overviews can be written in."""
PIXELS = 1600
"""Across a picture as PNG."""


def names(name: str) -> list[str]:
    """Return the names of all files that a package of a name may have here."""
    stems = [name, f"{name}_plate"]
    return [f"{stem}.{ending}" for stem in stems for ending in FORMATS] + [f"{name}_bonds.svg", f"{name}_bonds.pdf"]


def bond_files(package: Package, heading: Heading) -> Iterator[tuple[str, bytes]]:
    """Yield name and contents of the bond diagram, if there are wires or leads."""
    if package.bonds or package.leads:
        yield f"{heading.name}_bonds.svg", bond_svg(package, heading).encode()
        yield f"{heading.name}_bonds.pdf", bond_pdf(package, heading)


def overview_files(
    package: Package,
    entries: Mapping[str, LayerEntry],
    violations: Sequence[Violation],
    *,
    name: str,
    formats: Sequence[str],
) -> Iterator[tuple[str, bytes]]:
    """Yield name and contents of one site and of the plate, findings drawn on, in those formats that are pictures."""
    wanted = [format_ for format_ in FORMATS if format_ in formats]
    if not wanted:
        return
    drawn = {
        name: site_svg(package, entries, violations, name=name),
        f"{name}_plate": plate_svg(package, entries, violations, name=name),
    }
    for stem, picture in drawn.items():
        if picture is not None:
            for format_ in wanted:
                yield f"{stem}.{format_}", picture.encode() if format_ == "svg" else png(picture, width=PIXELS)
