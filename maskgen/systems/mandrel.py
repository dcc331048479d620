"""Shield cans: metal plated over a mandrel with recesses, packages put into its depressions, cut apart between them.

Family S of the catalogue. What is drawn is seen from the front of the mandrel, where the recesses open: there the rims
of the cans lie, and there the terminals of the packages look. How the recesses are made, and how their walls lean, is
their technology's business.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from pydantic import Field, model_validator

from maskgen import expressions
from maskgen.drawing import lanes
from maskgen.drawing.marking import mark
from maskgen.drawing.placement import Placement, place
from maskgen.drawing.terminals import require_apart
from maskgen.errors import Problem, ProblemsError
from maskgen.geometry import arrays, regions
from maskgen.geometry.arrays import Array, Grid
from maskgen.geometry.regions import Box, Region
from maskgen.layout import Layout
from maskgen.package import Package, probes
from maskgen.physics import shielding
from maskgen.spec.fields import Group, Name, Point, Positive
from maskgen.spec.package import PackageSpec
from maskgen.spec.terminals import Form, Terminal
from maskgen.systems import Template
from maskgen.technology import Process

TEMPLATES = {
    "shield-can-mandrel": Template("Shield cans plated on a mandrel with recesses", ("S1",), "shield-can"),
}

DRAWN = frozenset(["PLATE", "FIELD", "CLIP", "CELL", "LANE", "PACKAGE", "SHEET", "CAN", "OPENING"])

MEASURES = frozenset({"gap", "narrowest", "ridge", "longest_opening"})


_ROUND = 20
"""Steps of the mask grid to which the size of a can is rounded up: 2 um."""


class Packaged(Form):
    """A package that gets a can: its outline seen from its terminals, and its height."""

    name: Name = Field("can", description="Name, which its can has too")
    height: Positive = Field(description="Height of the body [um]")
    at: Point = Field((0.0, 0.0), description="Centre in the site [um]")


class Opening(Form):
    """A hole wanted in the bottom wall of every can."""

    at: Point = Field((0.0, 0.0), description="Centre, from the centre of the package [um]")


class Can(Group):
    """What the cans have besides walls; thicknesses are numbers of the process."""

    openings: list[Opening] = Field(default_factory=list, description="Holes wanted in the bottom wall of every can")


class Spec(PackageSpec):
    """What a user writes for shield cans."""

    package: Packaged | None = Field(None, description="The package of each site")
    packages: list[Packaged] | None = Field(None, description="Several packages in each site, a can for each")
    can: Can = Field(Can(), description="What the cans have besides walls")

    @model_validator(mode="after")
    def _packages_given_once(self) -> "Spec":
        if (self.package is None) == (not self.packages):
            raise ValueError("needs either 'package' or 'packages'")
        return self

    @property
    def all_packages(self) -> list[Packaged]:
        """Return the packages of a site, whether one or several were given."""
        return [self.package] if self.package is not None else list(self.packages or [])


def given(spec: Spec) -> dict[str, float]:
    """Return the numbers that the spec says, for formulas of technologies and decks."""
    cut = spec.array.lane
    heights = [package.height for package in spec.all_packages]
    return {
        "kerf": cut.kerf if cut else 0.0,
        "cut_tolerance": cut.tolerance if cut else 0.0,
        "package_height": max(heights),
        "lowest_package": min(heights),
    }


def draw(spec: Spec, process: Process, beside: Path) -> Package:  # noqa: ARG001 - nothing is read from files
    """Return the package of a spec.

    Parameters
    ----------
    beside
        Folder of the spec.
    """
    packages = _packages(spec)
    openings = _openings(spec)
    recess = _Recess.of(regions.merge(package.outline for package in packages), process)
    body = _body(regions.merge([recess.rim, recess.packages]), _number(process, "flange"), process.grid)
    marking = mark(spec.marks, spec.plate, spec.name, process.mask_names, grid=process.grid)
    placement = place(spec.plate, spec.array, body, zones=marking.zones, grid=process.grid)
    row, column = np.argwhere(placement.array.occupied)[0].tolist()
    cell = placement.array.cell(row, column)
    parts = _parts(cell, packages, process.grid)
    kerf = spec.array.lane.kerf if spec.array.lane else 0.0
    cut = [lanes.kept(part, kerf) for part in parts]
    flanges = [Terminal(f"{package.name}.flange", outline) for package, outline in zip(packages, cut, strict=True)]
    cans = regions.merge(cut)
    site = {
        "CELL": shapely.box(*cell),
        "PACKAGE": recess.packages,
        "OPENING": openings,
        "CAN": cans,
        "LANE": lanes.cuts(cell, cans, kerf) if spec.array.lane else regions.EMPTY,
    }
    sheet = _sheet(placement, _number(process, "sheet_margin"))
    plate = {"PLATE": placement.outline, "FIELD": placement.field, "CLIP": placement.cathode, "SHEET": sheet}
    return Package(
        layout=Layout(site, plate, placement.array),
        marking=marking,
        probes=(*probes("can", "LINING", packages), *probes("flange", "FLANGE", flanges)),
        joined=tuple(frozenset({package.name, flange.name}) for package, flange in zip(packages, flanges, strict=True)),
        measures=recess.measures(parts) | {"longest_opening": _longest(openings)},
    )


def _packages(spec: Spec) -> tuple[Terminal, ...]:
    """Return the packages of a site where they stand."""
    found = tuple(Terminal(package.name, regions.move(package.outline(), *package.at)) for package in spec.all_packages)
    require_apart(found, "packages", noun="package")
    return found


def _openings(spec: Spec) -> Region:
    """Return the openings of every can of a site."""
    return regions.merge(
        regions.move(opening.outline(), package.at[0] + opening.at[0], package.at[1] + opening.at[1])
        for package in spec.all_packages
        for opening in spec.can.openings
    )


@dataclass(frozen=True, eq=False)
class _Recess:
    """The recesses of one site as they will be made.

    Parameters
    ----------
    rim, floor
        At the surface of the mandrel and at the full depth.
    inner
        What the lining leaves at the depth that the packages reach.
    """

    packages: Region
    rim: Region
    floor: Region
    inner: Region

    @classmethod
    def of(cls, packages: Region, process: Process) -> "_Recess":
        """Return the recesses that a process makes for some packages."""
        built = _made({"PACKAGE": packages}, ("RECESS_BUILT", "RECESS_FLOOR", "INNER"), process)
        return cls(packages, *built)

    def measures(self, parts: Sequence[Box]) -> dict[str, float]:
        """Return the numbers that process windows ask for [µm].

        ``gap``: from a package to the metal, negative where they meet; ``narrowest``: across a floor; ``ridge``: twice
        the distance from the middle of a lane to the nearest recess.
        """
        widths = [2 * float(shapely.maximum_inscribed_circle(piece, tolerance=0.1).length)
                  for piece in regions.polygons(self.floor)]  # fmt: skip
        return {
            "gap": min(_gap(piece, self.inner) for piece in regions.polygons(self.packages)),
            "narrowest": min(widths, default=0.0),
            "ridge": 2 * min(_margin(self.rim, part) for part in parts),
        }


def _made(layers: Mapping[str, Region], names: Iterable[str], process: Process) -> list[Region]:
    """Return as-built layers of one site."""
    memo: dict[expressions.Expression, Region] = {}
    found = []
    for name in names:
        if name not in process.recipes:
            raise _incomplete(process, "makes no layer", name)
        found.append(expressions.evaluate(expressions.substitute(process.recipes[name], process.recipes), layers, memo))
    return found


def _number(process: Process, name: str) -> float:
    """Return a number that this family needs of every technology."""
    if name not in process.numbers:
        raise _incomplete(process, "has no number", name)
    return process.numbers[name]


def _incomplete(process: Process, lacks: str, name: str) -> ProblemsError:
    sentence = f"{process.technology.technology} {lacks} {name!r}, which shield cans need"
    return ProblemsError([Problem(("technology",), sentence)])


def _body(cavity: Region, flange: float, grid: float) -> tuple[float, float]:
    """Return the size of all cans of a site, flanges and all, about the middle of the site [µm].

    It is rounded up, so that a pitch made of it is an even number with few digits, whatever the lean of the walls.
    """
    left, bottom, right, top = regions.box_of(cavity)
    step = _ROUND * grid
    width, height = 2 * (max(-left, right) + flange), 2 * (max(-bottom, top) + flange)
    return round(math.ceil(width / step - 1e-6) * step, 6), round(math.ceil(height / step - 1e-6) * step, 6)


def _parts(cell: Box, packages: Sequence[Terminal], grid: float) -> list[Box]:
    """Return the part of a site that each package gets."""
    parts = lanes.parted(cell, [regions.box_of(package.outline) for package in packages], grid=grid)
    if parts is None:
        sentence = "cannot be cut apart: no straight lane goes between them from border to border"
        raise ProblemsError([Problem(("packages",), sentence)])
    return parts


def _sheet(placement: Placement, margin: float) -> Region:
    """Return the metal that is wanted as one sheet: over all sites and what lies between them, and a margin around."""
    array = placement.array
    cells = arrays.cells_region(array, _between(array))
    sheet = cells.buffer(margin, join_style="mitre") if margin else cells
    return regions.areal(sheet.intersection(placement.field).difference(placement.cathode))


def _between(array: Array) -> Grid:
    """Return the places that are occupied, or have occupied ones on both sides along their row or their column."""
    found = array.occupied.copy()
    for axis in (0, 1):
        before = np.logical_or.accumulate(array.occupied, axis=axis)
        after = np.flip(np.logical_or.accumulate(np.flip(array.occupied, axis), axis=axis), axis)
        found |= before & after
    return found


def _gap(package: Region, inner: Region) -> float:
    """Return the distance from a package to the walls around it, negative by as much as it reaches into them [µm]."""
    if inner.is_empty:
        return -float(shapely.maximum_inscribed_circle(package, tolerance=0.1).length)
    if inner.covers(package):
        return float(shapely.distance(package, inner.boundary))
    beyond = shapely.points(shapely.get_coordinates(package.difference(inner)))
    return -float(shapely.distance(beyond, inner).max())


def _margin(rim: Region, part: Box) -> float:
    """Return the least distance [µm] of the recesses in a part of a site from its border."""
    inside = regions.areal(rim.intersection(shapely.box(*part)))
    if inside.is_empty:
        return min(part[2] - part[0], part[3] - part[1]) / 2
    left, bottom, right, top = regions.box_of(inside)
    return min(left - part[0], bottom - part[1], part[2] - right, part[3] - top)


def _longest(openings: Region) -> float:
    """Return the longest dimension of any opening [µm], 0 without openings."""
    return max(map(shielding.longest_dimension, regions.polygons(openings)), default=0.0)
