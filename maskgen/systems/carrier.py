"""Carriers: a chip in the aperture of a frame, lifted from its sheet by resilient pads that were compressed.

Family R of the catalogue. The finished package is seen from above: frame and chip lie on a flexible sheet, the chip's
contacts look down at the leads on the sheet's first surface, balls hang at its second one.
"""

from pathlib import Path

import numpy as np
import shapely
from pydantic import Field

from maskgen.drawing import leads as drawing
from maskgen.drawing.dies import place_dies
from maskgen.drawing.marking import mark
from maskgen.drawing.openings import routed
from maskgen.drawing.placement import lane, place
from maskgen.drawing.terminals import require_apart
from maskgen.errors import Problem, ProblemsError
from maskgen.geometry import regions, shapes
from maskgen.geometry.regions import Region
from maskgen.layout import Layout
from maskgen.package import Package, contact_probes, probes
from maskgen.spec.fields import Group, NotNegative, Positive, Size
from maskgen.spec.leads import LeadNets, Leads
from maskgen.spec.package import DiesSpec
from maskgen.spec.terminals import Generated
from maskgen.systems import Template
from maskgen.technology import Process

TEMPLATES = {
    "carrier-frame-resilient-pads": Template(
        "Chip in a carrier frame, lifted by resilient pads", ("R1",), "carrier-frame"
    ),
}

DRAWN = frozenset(
    [
        *("PLATE", "FIELD", "DIE", "CONTACT", "CARRIER", "APERTURE_SHAPE", "PAD_SHAPE", "BEAD_SHAPE", "HOLE_SHAPE"),
        *("BODY", "TRIM_LANE", "LANE", *drawing.LAYERS),
    ]
)

MEASURES = drawing.MEASURES | {"pad_offset", "pad_area"}


class Carrier(Group):
    """The frame that carries chip and sheet."""

    size: Size = Field(description="Width and height [um]")
    thickness: Positive = Field(description="Thickness [um]")


class Bead(Group):
    """The bead of adhesive that joins frame and sheet."""

    width: Positive = Field(300.0, description="Width, as spread [um]")
    inset: NotNegative = Field(300.0, description="From the frame's outer edge [um]")


class Body(Group):
    """What is left of the carrier when it is trimmed."""

    size: Size = Field(description="Width and height [um]")


class Spec(DiesSpec):
    """What a user writes for a chip in a carrier frame."""

    carrier: Carrier = Field(description="The frame")
    body: Body = Field(description="The package, trimmed out of the carrier")
    resilient_pads: Generated = Field(description="Pads printed on the frame's bottom, their rings within the carrier")
    bead: Bead = Field(Bead(), description="Adhesive between frame and sheet")
    balls: Generated = Field(description="Holes through the sheet, one for each ball, seen from above")
    leads: Leads = Field(Leads(), description="Form of the leads")
    nets: LeadNets = Field(LeadNets(), description="Which contact goes to which ball")


def given(spec: Spec) -> dict[str, float]:
    """Return the numbers that the spec says, for formulas of technologies and decks."""
    cut = spec.array.lane
    pads = spec.resilient_pads.terminals(spec.carrier.size)
    boxes = [regions.box_of(pad.outline) for pad in pads]
    return {
        "kerf": cut.kerf if cut else 0.0,
        "cut_tolerance": cut.tolerance if cut else 0.0,
        "die_thickness": max(die.thickness for die in spec.all_dies),
        "frame_thickness": spec.carrier.thickness,
        "pad_diameter": min((min(right - left, top - bottom) for left, bottom, right, top in boxes), default=0.0),
        **drawing.given(spec.leads),
    }


def draw(spec: Spec, process: Process, beside: Path) -> Package:
    """Return the package of a spec.

    Parameters
    ----------
    beside
        Folder of the spec, from which die files are found.

    Raises
    ------
    ProblemsError
        If body, bead or pads have no room in the carrier, or terminals touch or share a name.
    """
    _require_room(spec)
    marking = mark(spec.marks, spec.plate, spec.name, process.mask_names, grid=process.grid)
    placement = place(spec.plate, spec.array, spec.carrier.size, zones=marking.zones, grid=process.grid)
    dies = place_dies(spec.all_dies, "die" if spec.die is not None else "dies", beside, spec.unit)
    balls = tuple(spec.balls.terminals(spec.body.size))
    pads = tuple(spec.resilient_pads.terminals(spec.carrier.size))
    require_apart(balls, "balls", noun="ball")
    require_apart(pads, "resilient_pads")
    beside_pads = process.numbers["lead_clearance"] + process.grid - spec.leads.gap
    drawn = drawing.draw_leads(
        drawing.contact_ends(dies),
        balls,
        spec=spec.leads,
        nets=spec.nets,
        move=drawing.move_of(process.numbers, "undercut"),
        obstacles=[regions.grow(pad.outline, beside_pads) for pad in pads],
    )
    row, column = np.argwhere(placement.array.occupied)[0].tolist()
    cell = shapely.box(*placement.array.cell(row, column))
    body = shapes.rectangle(*spec.body.size)
    resilient = regions.merge(pad.outline for pad in pads)
    kerf = process.numbers["kerf"]
    site = {
        "DIE": regions.merge(die.outline for die in dies),
        "CONTACT": regions.merge(contact.outline for die in dies for contact in die.contacts),
        "CARRIER": shapes.rectangle(*spec.carrier.size),
        "APERTURE_SHAPE": regions.merge(
            routed(die.outline, process.numbers["clearance"], radius=process.numbers["router_radius"]) for die in dies
        ),
        "PAD_SHAPE": resilient,
        "BEAD_SHAPE": _bead(spec),
        "HOLE_SHAPE": regions.merge(ball.outline for ball in balls),
        "BODY": body,
        "TRIM_LANE": lane(body, kerf) if kerf else regions.EMPTY,
        "LANE": lane(cell, kerf) if kerf else regions.EMPTY,
        **drawn.layers,
    }
    return Package(
        layout=Layout(site, {"PLATE": placement.outline, "FIELD": placement.field}, placement.array),
        marking=marking,
        probes=(*contact_probes(dies), *probes("ball", "BALL_BUILT", balls)),
        joined=drawn.joined,
        dies=dies,
        pads=balls,
        leads=drawn.leads,
        unrouted=drawn.unrouted,
        measures=dict(drawn.measures) | _pad_measures(resilient, regions.merge(die.outline for die in dies)),
    )


def _require_room(spec: Spec) -> None:
    """Refuse a body larger than its carrier, a bead that is no ring, and a carrier that nothing lifts."""
    width, height = spec.carrier.size
    inside = min(width, height) - 2 * (spec.bead.inset + spec.bead.width)
    problems = []
    if spec.body.size[0] > width or spec.body.size[1] > height:
        problems.append(Problem(("body", "size"), f"must not be larger than the carrier of {width:g} x {height:g} um"))
    if inside <= 0:
        sentence = f"inset and width leave {inside:g} um within the ring, more than 0 um wanted"
        problems.append(Problem(("bead",), sentence))
    if not spec.resilient_pads.terminals(spec.carrier.size):
        problems.append(Problem(("resilient_pads",), "at least one pad must lift the chip"))
    if problems:
        raise ProblemsError(problems)


def _bead(spec: Spec) -> Region:
    """Return the bead: a closed ring along the edge of the carrier."""
    outer = shapes.rectangle(*(side - 2 * spec.bead.inset for side in spec.carrier.size))
    return regions.areal(outer.difference(outer.buffer(-spec.bead.width, join_style="mitre")))


def _pad_measures(pads: Region, die: Region) -> dict[str, float]:
    """Return how far the middle of all resilient pads is from that of the die [um], and their area [um2]."""
    offset = float(pads.centroid.distance(die.centroid)) if not pads.is_empty else 0.0
    return {"pad_offset": offset, "pad_area": float(pads.area)}
