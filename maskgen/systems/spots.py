"""Terminals etched from a sheet: leads under a sheet go to the contacts below, spots above it become terminals.

Family T of the catalogue. The assembly is seen from above: the sheet lies over a wafer or chip whose contacts look up
at it. Layers on the sheet's bottom are mirrored when they are written, never here.
"""

from pathlib import Path
from typing import Annotated

import numpy as np
import shapely
from pydantic import BeforeValidator, Field, field_validator

from maskgen.drawing import leads as drawing
from maskgen.drawing.dies import place_dies
from maskgen.drawing.frame import frame
from maskgen.drawing.marking import mark
from maskgen.drawing.placement import lane, place
from maskgen.drawing.terminals import require_apart
from maskgen.errors import Problem, ProblemsError
from maskgen.geometry import regions
from maskgen.geometry.regions import Region
from maskgen.layout import Layout
from maskgen.package import Package, PlacedDie, contact_probes, probes
from maskgen.spec.fields import Positive, Size
from maskgen.spec.frame import Frame
from maskgen.spec.leads import LeadNets, Leads
from maskgen.spec.package import DiesSpec
from maskgen.spec.terminals import Generated
from maskgen.systems import Template
from maskgen.technology import Process

TEMPLATES = {
    "etch-resistant-spot-terminals": Template(
        "Terminals etched from a sheet under resist spots", ("T1",), "spot-terminals"
    ),
}

DRAWN = frozenset(
    [
        *("PLATE", "FIELD", "DIE", "CONTACT", "TERM_TARGET", "VIA_HOLE", "LANE"),
        *("RING", "RING_BOND", "RING_CLEAR"),
        *drawing.LAYERS,
    ]
)

MEASURES = drawing.MEASURES


def _no_frame(value: object) -> object:
    return None if value == "none" else value


class Spec(DiesSpec):
    """What a user writes for terminals from a sheet."""

    unit_size: Size | None = Field(None, description="Width and height of one unit [um]; the die's by default")
    terminals: Generated = Field(description="Terminals, each with the outline of its tip, seen from above")
    via: Positive = Field(50.0, description="Diameter of the via liner in the dielectric, under each terminal [um]")
    leads: Leads = Field(Leads(), description="Form of the leads")
    nets: LeadNets = Field(LeadNets(), description="Which contact goes to which terminal")
    frame: Annotated[Frame | None, BeforeValidator(_no_frame)] = Field(
        None, description="Frame that holds the sheet in tension, or none"
    )

    @field_validator("terminals")
    @classmethod
    def _some_terminals(cls, value: Generated) -> Generated:
        if not value.terminals((1.0, 1.0)):
            raise ValueError("needs at least one terminal")
        return value


def given(spec: Spec) -> dict[str, float]:
    """Return the numbers that the spec says, for formulas of technologies and decks."""
    cut = spec.array.lane
    smallest = min(_narrowest(terminal.outline) for terminal in spec.terminals.terminals((1.0, 1.0)))
    return {
        "kerf": cut.kerf if cut else 0.0,
        "cut_tolerance": cut.tolerance if cut else 0.0,
        "framed": 0.0 if spec.frame is None else 1.0,
        "radius": _radius(spec),
        "tip_diameter": smallest,
        "via_diameter": spec.via,
        **drawing.given(spec.leads),
    }


def draw(spec: Spec, process: Process, beside: Path) -> Package:
    """Return the package of a spec.

    Parameters
    ----------
    beside
        Folder of the spec, from which die files are found.
    """
    _require_contacts_up(spec)
    marking = mark(spec.marks, spec.plate, spec.name, process.mask_names, grid=process.grid)
    dies = place_dies(spec.all_dies, "die" if spec.die is not None else "dies", beside, spec.unit)
    unit = _unit(spec, dies)
    placement = place(spec.plate, spec.array, unit, zones=marking.zones, grid=process.grid)
    terminals = tuple(spec.terminals.terminals(unit))
    require_apart(terminals, "terminals", noun="terminal")
    drawn = drawing.draw_leads(
        drawing.contact_ends(dies),
        terminals,
        spec=spec.leads,
        nets=spec.nets,
        move=drawing.move_of(process.numbers, "undercut"),
    )
    row, column = np.argwhere(placement.array.occupied)[0].tolist()
    cell = shapely.box(*placement.array.cell(row, column))
    site = {
        "DIE": regions.merge(die.outline for die in dies),
        "CONTACT": regions.merge(contact.outline for die in dies for contact in die.contacts),
        "TERM_TARGET": regions.merge(terminal.outline for terminal in terminals),
        "VIA_HOLE": drawing.vias(drawn.leads, spec.via),
        "LANE": lane(cell, spec.array.lane.kerf) if spec.array.lane else regions.EMPTY,
        **drawn.layers,
    }
    plate = {"PLATE": placement.outline, "FIELD": placement.field, **_frame(spec, process)}
    return Package(
        layout=Layout(site, plate, placement.array),
        marking=marking,
        probes=(*contact_probes(dies), *probes("terminal", "TERM", terminals)),
        joined=drawn.joined,
        dies=dies,
        pads=terminals,
        leads=drawn.leads,
        unrouted=drawn.unrouted,
        measures=drawn.measures,
    )


def _frame(spec: Spec, process: Process) -> dict[str, Region]:
    """Return the frame, where it is joined to the sheet, and what must stay clear of it.

    These are drawn and not derived: a frame is so much larger than a site that every site would look for it.
    """
    ring = frame(spec.frame)
    margin, clearance = process.numbers["bond_ring"], process.numbers["frame_clearance"]
    bond = regions.shrink(ring, margin)
    if spec.frame is not None and bond.is_empty:
        sentence = f"{spec.frame.width:g} um leave nothing to join to the sheet, {margin:g} um from each edge"
        raise ProblemsError([Problem(("frame", "width"), sentence)])
    return {"RING": ring, "RING_BOND": bond, "RING_CLEAR": regions.grow(ring, clearance)}


def _require_contacts_up(spec: Spec) -> None:
    """Refuse dies that look away from the sheet."""
    problems = [
        Problem(("die", "face") if spec.die is not None else ("dies", number, "face"), "must look up at the sheet")
        for number, die in enumerate(spec.all_dies)
        if die.face == "down"
    ]
    if problems:
        raise ProblemsError(problems)


def _unit(spec: Spec, dies: tuple[PlacedDie, ...]) -> tuple[float, float]:
    """Return width and height [µm] of one unit, which holds its dies."""
    width, height = _extent(dies)
    unit = spec.unit_size or (width, height)
    if unit[0] < width or unit[1] < height:
        sentence = f"{unit[0]:g} x {unit[1]:g} um do not hold the die, which needs {width:g} x {height:g} um"
        raise ProblemsError([Problem(("unit_size",), sentence)])
    return unit


def _extent(dies: tuple[PlacedDie, ...]) -> tuple[float, float]:
    """Return width and height [µm] of the box about the origin around all dies."""
    boxes = np.abs(np.array([regions.box_of(die.outline) for die in dies]))
    return 2 * float(boxes[:, [0, 2]].max()), 2 * float(boxes[:, [1, 3]].max())


def _narrowest(outline: Region) -> float:
    """Return the diameter [µm] of the largest circle in an outline."""
    return 2 * float(shapely.maximum_inscribed_circle(outline, tolerance=0.1).length)


def _radius(spec: Spec) -> float:
    """Return the greatest distance [µm] of a site from the middle of the plate."""
    if spec.plate.wafer is not None:
        return spec.plate.wafer.diameter / 2 - spec.plate.wafer.edge
    width, height = spec.plate.rectangle or (spec.plate.strip.size if spec.plate.strip else (0.0, 0.0))
    return float(np.hypot(width, height)) / 2
