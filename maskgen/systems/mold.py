"""Reusable molds: pads and mounting pads plated on a plate, a die on each mounting pad, wires, dielectric, release.

Family M of the catalogue. The variants differ in how the mold is made, which is their technology's business; what is
drawn is the finished package, seen from above, with the die's contacts up.
"""

from pathlib import Path

import numpy as np
import shapely

from maskgen.drawing import bonds as bonding
from maskgen.drawing.dies import place_dies
from maskgen.drawing.marking import mark
from maskgen.drawing.placement import Placement, lane, place
from maskgen.drawing.terminals import require_apart
from maskgen.errors import Problem, ProblemsError
from maskgen.geometry import regions, shapes
from maskgen.geometry.regions import Region
from maskgen.layout import Layout
from maskgen.package import MOUNTING_PAD, Package, PlacedDie, contact_probes, joined_by, probes
from maskgen.spec.package import DiePackageSpec, MountingPad
from maskgen.spec.terminals import Terminal
from maskgen.systems import Template
from maskgen.technology import Process

TEMPLATES = {
    "embedded-mask-mold": Template("Reusable mold with an embedded mask", ("M1",), "embedded-mask"),
    "etched-recess-mold": Template("Reusable mold with etched, filled recesses", ("M2", "M1"), "etched-recess"),
    "exposed-die-back": Template("Reusable mold, die back exposed", ("M7",), "exposed-die-back"),
    "coated-recess-mold": Template("Reusable mold with coated recesses", ("M4",), "coated-recess"),
}

DRAWN = frozenset(
    ["PLATE", "FIELD", "CLIP", "PAD", "MP", "DIE", "CONTACT", "WIRE", "BOND_DIE", "BOND_PAD", "BODY", "LANE", "PANE"]
)

MEASURES = frozenset(["pad_gap", "pad_width"])
"""Least space between pads, and least width of one [µm]."""

_APART = 1e6
"""Gap [µm] where there is but one pad."""

_PANE = 900.0
_PANE_PITCH = 1100.0
"""Paste panes under a mounting pad and their pitch [µm]: 67 % coverage (`vendors.md` 3.2)."""


class Spec(DiePackageSpec):
    """What a user writes for a mold."""


def given(spec: Spec) -> dict[str, float]:
    """Return the numbers that the spec says, for formulas of technologies and decks."""
    lane = spec.array.lane
    rules = bonding.profile(spec.wires)
    return {
        "kerf": lane.kerf if lane else 0.0,
        "cut_tolerance": lane.tolerance if lane else 0.0,
        "body_height": spec.body.height,
        "die_thickness": max(die.thickness for die in spec.all_dies),
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
    rules = bonding.profile(spec.wires)
    marking = mark(spec.marks, spec.plate, spec.name, process.mask_names, grid=process.grid)
    placement = place(spec.plate, spec.array, spec.body.size, zones=marking.zones, grid=process.grid)
    dies = place_dies(spec.all_dies, "die" if spec.die is not None else "dies", beside, spec.unit)
    pads = tuple(spec.pads.named(spec.body.size, dict(spec.nets.pads)))
    mounting_pads = _mounting_pads(spec.mounting_pad, dies)
    require_apart(pads, "pads")
    wired = bonding.bond(dies, pads, mounting_pads, nets=spec.nets, rules=rules)
    site = _site(spec, placement, dies, pads, mounting_pads) | bonding.wire_layers(wired.bonds, dies, rules)
    plate = {"PLATE": placement.outline, "FIELD": placement.field, "CLIP": placement.cathode}
    return Package(
        layout=Layout(site, plate, placement.array),
        marking=marking,
        probes=(
            *contact_probes(dies),
            *probes("pad", "PAD_BUILT", pads),
            *probes("mounting pad", "MP_BUILT", mounting_pads),
        ),
        joined=joined_by(wired.bonds),
        dies=dies,
        pads=pads,
        mounting_pads=mounting_pads,
        bonds=wired.bonds,
        unconnected=wired.unconnected,
        profile=rules,
        measures=_measures([*pads, *mounting_pads]),
    )


def _measures(pads: list[Terminal]) -> dict[str, float]:
    """Return the least space between pads and the least width of one: of the largest circle in it [µm]."""
    outlines = np.array([pad.outline for pad in pads], dtype=object)
    gaps = shapely.distance(outlines[:, None], outlines[None, :])[~np.eye(len(outlines), dtype=bool)]
    radii = [shapely.maximum_inscribed_circle(outline, tolerance=0.1).length for outline in outlines]
    return {"pad_gap": float(gaps.min(initial=_APART)), "pad_width": 2 * float(min(radii, default=0.0))}


def _site(
    spec: Spec,
    placement: Placement,
    dies: tuple[PlacedDie, ...],
    pads: tuple[Terminal, ...],
    mounting_pads: tuple[Terminal, ...],
) -> dict[str, Region]:
    """Return the shapes of one site, wires left out."""
    row, column = np.argwhere(placement.array.occupied)[0].tolist()
    cell = shapely.box(*placement.array.cell(row, column))
    mounting_pad = regions.merge(pad.outline for pad in mounting_pads)
    return {
        "PAD": regions.merge(pad.outline for pad in pads),
        "MP": mounting_pad,
        "DIE": regions.merge(die.outline for die in dies),
        "CONTACT": regions.merge(contact.outline for die in dies for contact in die.contacts),
        "BODY": shapes.rectangle(*spec.body.size),
        "LANE": lane(cell, spec.array.lane.kerf) if spec.array.lane else regions.EMPTY,
        "PANE": _panes(mounting_pad),
    }


def _mounting_pads(wanted: MountingPad | None, dies: tuple[PlacedDie, ...]) -> tuple[Terminal, ...]:
    """Return the mounting pads: one of a given size, or one around each bottom die by a margin."""
    if wanted is None:
        return ()
    if wanted.size is not None:
        return (Terminal(MOUNTING_PAD, regions.move(_outline(wanted, wanted.size), *wanted.at)),)
    margin = wanted.margin or 0.0
    found = []
    for number, die in enumerate((die for die in dies if die.level == 0), start=1):
        left, bottom, right, top = regions.box_of(die.outline)
        outline = _outline(wanted, (right - left + 2 * margin, top - bottom + 2 * margin))
        name = MOUNTING_PAD if number == 1 else f"{MOUNTING_PAD}{number}"
        found.append(Terminal(name, regions.move(outline, (left + right) / 2, (bottom + top) / 2)))
    return tuple(found)


def _outline(wanted: MountingPad, size: tuple[float, float]) -> Region:
    """Return a mounting pad around the origin, chamfered at the corner of pin 1: the upper left."""
    if (wanted.radius or wanted.chamfer or 0.0) * 2 > min(size):
        key = "radius" if wanted.radius else "chamfer"
        raise ProblemsError(
            [Problem(("mounting_pad", key), f"must be at most half the shorter side, {min(size) / 2:g} um")]
        )
    if wanted.radius is not None:
        return shapes.rounded_rectangle(*size, wanted.radius, tolerance=regions.ARC_TOLERANCE)
    if wanted.chamfer is not None:
        return shapes.chamfered_rectangle(*size, wanted.chamfer, corner="upper-left")
    return shapes.rectangle(*size)


def _panes(mounting_pad: Region) -> Region:
    """Return the panes of paste under the mounting pads."""
    panes = []
    for pad in regions.polygons(mounting_pad):
        left, bottom, right, top = regions.box_of(pad)
        columns, rows = max(1, int((right - left) / _PANE_PITCH)), max(1, int((top - bottom) / _PANE_PITCH))
        step = (right - left) / columns, (top - bottom) / rows
        share = _PANE / _PANE_PITCH
        panes += [
            shapely.box(
                x + step[0] * (1 - share) / 2,
                y + step[1] * (1 - share) / 2,
                x + step[0] * (1 + share) / 2,
                y + step[1] * (1 + share) / 2,
            )
            for x in (left + step[0] * n for n in range(columns))
            for y in (bottom + step[1] * n for n in range(rows))
        ]
    return regions.merge(panes)
