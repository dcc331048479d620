"""Window substrates: a die in an opening of a second substrate, on a first one, wired to pads around the opening.

Family W of the catalogue. One opening is cut around each die that stands on the first substrate.
"""

from pathlib import Path

import numpy as np
import shapely
from pydantic import Field

from maskgen.drawing import bonds as bonding
from maskgen.drawing.dies import place_dies
from maskgen.drawing.marking import mark
from maskgen.drawing.openings import routed
from maskgen.drawing.placement import lane, place
from maskgen.drawing.terminals import require_apart
from maskgen.errors import Problem, ProblemsError
from maskgen.geometry import regions, shapes
from maskgen.geometry.regions import Region
from maskgen.layout import Layout
from maskgen.package import Package, PlacedDie, contact_probes, joined_by, probes
from maskgen.spec.fields import Group, Positive, Size
from maskgen.spec.package import WiredSpec
from maskgen.systems import Template
from maskgen.technology import Process

TEMPLATES = {
    "window-substrate-package": Template("Die in the window of a substrate, wire-bonded", ("W1",), "window-substrate"),
}

DRAWN = frozenset(
    ["PLATE", "FIELD", "PAD", "DIE", "CONTACT", "WIRE", "BOND_DIE", "BOND_PAD", "SUB1", "SUB2", "OPENING", "LANE"]
)

MEASURES = frozenset[str]()


class Substrate(Group):
    """One of the two substrates."""

    size: Size = Field(description="Width and height [um]")
    thickness: Positive = Field(description="Thickness [um]")


class Spec(WiredSpec):
    """What a user writes for a package on a window substrate."""

    first_substrate: Substrate = Field(
        description="Carries the die and leads its heat away: ceramic, aluminium nitride"
    )
    second_substrate: Substrate = Field(description="Carries the pads, with the opening for the die: FR-4, BT")

    @property
    def extent(self) -> Size:
        """Return width and height [um] of the box around all that a site is cut to."""
        return around(self.first_substrate.size, self.second_substrate.size)


def around(*sizes: Size) -> Size:
    """Return the size of the box around boxes about one middle."""
    return max(width for width, _ in sizes), max(height for _, height in sizes)


def given(spec: Spec) -> dict[str, float]:
    """Return the numbers that the spec says, for formulas of technologies and decks."""
    cut = spec.array.lane
    rules = bonding.profile(spec.wires)
    return {
        "kerf": cut.kerf if cut else 0.0,
        "cut_tolerance": cut.tolerance if cut else 0.0,
        "die_thickness": max(die.thickness for die in spec.all_dies),
        "thinnest_die": min(die.thickness for die in spec.all_dies),
        "first_thickness": spec.first_substrate.thickness,
        "second_thickness": spec.second_substrate.thickness,
        "half_diagonal": float(np.hypot(*spec.second_substrate.size)) / 2,
        **{name: float(getattr(rules, name)) for name in ("min_length", "max_length", "max_angle", "wire_clearance")},
        "wire_diameter": rules.wire_diameter,
    }


def draw(spec: Spec, process: Process, beside: Path) -> Package:
    """Return the package of a spec.

    Parameters
    ----------
    beside
        Folder of the spec, from which die files are found.
    """
    _require_side_by_side(spec)
    rules = bonding.profile(spec.wires)
    marking = mark(spec.marks, spec.plate, spec.name, process.mask_names, grid=process.grid)
    first, second = spec.first_substrate.size, spec.second_substrate.size
    placement = place(spec.plate, spec.array, spec.extent, zones=marking.zones, grid=process.grid)
    dies = place_dies(spec.all_dies, "die" if spec.die is not None else "dies", beside, spec.unit)
    pads = tuple(spec.pads.named(second, dict(spec.nets.pads)))
    require_apart(pads, "pads")
    wired = bonding.bond(dies, pads, (), nets=spec.nets, rules=rules)
    row, column = np.argwhere(placement.array.occupied)[0].tolist()
    cell = shapely.box(*placement.array.cell(row, column))
    site = {
        "SUB1": shapes.rectangle(*first),
        "SUB2": shapes.rectangle(*second),
        "OPENING": _openings(dies, process),
        "PAD": regions.merge(pad.outline for pad in pads),
        "DIE": regions.merge(die.outline for die in dies),
        "CONTACT": regions.merge(contact.outline for die in dies for contact in die.contacts),
        "LANE": lane(cell, spec.array.lane.kerf) if spec.array.lane else regions.EMPTY,
        **bonding.wire_layers(wired.bonds, dies, rules),
    }
    return Package(
        layout=Layout(site, {"PLATE": placement.outline, "FIELD": placement.field}, placement.array),
        marking=marking,
        probes=(*contact_probes(dies), *probes("pad", "PAD_BUILT", pads)),
        joined=joined_by(wired.bonds),
        dies=dies,
        pads=pads,
        bonds=wired.bonds,
        unconnected=wired.unconnected,
        profile=rules,
    )


def _require_side_by_side(spec: Spec) -> None:
    """Refuse dies on dies."""
    dies = spec.all_dies
    keys: list[tuple[str | int, ...]] = [("die",)] if spec.die else [("dies", number) for number in range(len(dies))]
    sentence = "a die in a window stands on the first substrate: 'on' is not for this system"
    problems = [Problem((*key, "on"), sentence) for key, die in zip(keys, dies, strict=True) if die.on]
    if problems:
        raise ProblemsError(problems)


def _openings(dies: tuple[PlacedDie, ...], process: Process) -> Region:
    """Return the openings of the second substrate, one around each die."""
    clearance, radius = process.numbers["clearance"], process.numbers["router_radius"]
    return regions.merge(routed(die.outline, clearance, radius=radius) for die in dies)
