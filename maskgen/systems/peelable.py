"""Peelable sheets: a sheet with leads and terminals over a window substrate, lifted from it once its leads are bonded.

W2 of the catalogue, on W1. The finished package is seen from above: the sheet lies over substrates and wires, its leads
on its bottom go from the terminals to the outer ends of the pads, whose inner ends hold the wires.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
from pydantic import Field, model_validator

from maskgen.drawing import leads as drawing
from maskgen.drawing.terminals import require_apart
from maskgen.errors import ProblemsError
from maskgen.geometry import regions, shapes
from maskgen.geometry.regions import Region
from maskgen.layout import Layout
from maskgen.nets import Probe
from maskgen.package import Package, PlacedDie, PlacedLead, probes
from maskgen.spec.fields import Group, NotNegative, Positive, Size
from maskgen.spec.leads import LeadNets, Leads
from maskgen.spec.terminals import Generated, Terminal
from maskgen.systems import Template, window
from maskgen.technology import Process

TEMPLATES = {
    "peelable-lead-sheet": Template("Peelable leads over a window substrate", ("W2", "W1"), "peelable-sheet"),
}

DRAWN = window.DRAWN | frozenset(
    ["SHEET", "RELIEF", "TERM_TARGET", "VIA_HOLE", "COAT_SHAPE", "VACUUM", "LEAD_ZONE", *drawing.LAYERS]
)

MEASURES = window.MEASURES | drawing.MEASURES


MOST_HOLES = 10_000
"""Vacuum holes over one sheet, before those that would leak are left out."""


class Sheet(Group):
    """The dielectric sheet with terminals above and leads below."""

    size: Size = Field(description="Width and height [um]")
    terminals: Generated = Field(description="Terminals on its top, seen from above")
    via: Positive = Field(60.0, description="Diameter of the via under each terminal [um]")
    relief: NotNegative = Field(150.0, description="From the wires to the edge of the window over them [um]")
    leads: Leads = Field(Leads(), description="Form of the leads")
    nets: LeadNets = Field(LeadNets(), description="Which pad goes to which terminal")
    vacuum_pitch: Positive = Field(1000.0, description="Pitch of the platen's vacuum holes [um]")
    vacuum_hole: Positive = Field(300.0, description="Diameter of the platen's vacuum holes [um]")

    @model_validator(mode="after")
    def _holes_apart(self) -> "Sheet":
        if self.vacuum_hole >= self.vacuum_pitch:
            sizes = f"{self.vacuum_hole:g} um at a pitch of {self.vacuum_pitch:g} um"
            raise ValueError(f"vacuum holes must be smaller than their pitch: got {sizes}")
        count = int(self.size[0] / self.vacuum_pitch) * int(self.size[1] / self.vacuum_pitch)
        if count > MOST_HOLES:
            raise ValueError(
                f"a vacuum_pitch of {self.vacuum_pitch:g} um gives {count} holes, at most {MOST_HOLES} are made"
            )
        return self


class Spec(window.Spec):
    """What a user writes for a peelable sheet over a window substrate."""

    sheet: Sheet = Field(description="The sheet")

    @property
    def extent(self) -> Size:
        """Return width and height [um] of the box around all that a site is cut to."""
        return window.around(super().extent, self.sheet.size)


def given(spec: Spec) -> dict[str, float]:
    """Return the numbers that the spec says, for formulas of technologies and decks."""
    return (
        window.given(spec) | drawing.given(spec.sheet.leads) | {"sheet_diagonal": float(np.hypot(*spec.sheet.size)) / 2}
    )


def draw(spec: Spec, process: Process, beside: Path) -> Package:
    """Return the package of a spec.

    Parameters
    ----------
    beside
        Folder of the spec, from which die files are found.
    """
    package = window.draw(spec, process, beside)
    sheet = spec.sheet
    terminals = tuple(sheet.terminals.terminals(sheet.size))
    margin = process.numbers["tip_margin"]
    ends = [_landing(pad, package.dies, sheet.leads.tip / 2 + margin) for pad in package.pads]
    wires = regions.merge([package.layout.site[name] for name in ("WIRE", "BOND_DIE", "BOND_PAD")])
    relief = _around([wires, package.layout.site["DIE"]], sheet.relief)
    drawn = _leads(sheet, ends, terminals, process, opening=relief)
    site = {
        "SHEET": shapes.rectangle(*sheet.size),
        "RELIEF": relief,
        "TERM_TARGET": regions.merge(terminal.outline for terminal in terminals),
        "VIA_HOLE": drawing.vias(drawn.leads, sheet.via),
        "COAT_SHAPE": regions.merge(piece.convex_hull for piece in regions.polygons(wires)),
        "LEAD_ZONE": drawing.discs([end.place for end in ends], sheet.leads.tip),
        "VACUUM": _vacuum(sheet, terminals, relief),
        **drawn.layers,
    }
    layout = Layout({**package.layout.site, **site}, package.layout.plate, package.layout.array)
    return replace(
        package,
        layout=layout,
        probes=(*package.probes, *_terminal_probes(terminals)),
        joined=_joined(package.joined, drawn.leads),
        leads=drawn.leads,
        unrouted=drawn.unrouted,
        measures={**package.measures, **drawn.measures},
    )


def _leads(
    sheet: Sheet, ends: list[drawing.End], terminals: tuple[Terminal, ...], process: Process, *, opening: Region
) -> drawing.DrawnLeads:
    """Return the leads beside the sheet's opening; what is wrong with terminals and nets is wrong with the sheet's."""
    try:
        require_apart(terminals, "terminals", noun="terminal")
        return drawing.draw_leads(
            ends,
            terminals,
            spec=sheet.leads,
            nets=sheet.nets,
            move=drawing.move_of(process.numbers, "release"),
            obstacles=[opening],
        )
    except ProblemsError as error:
        raise ProblemsError([replace(problem, key=("sheet", *problem.key)) for problem in error.problems]) from None


def _terminal_probes(terminals: tuple[Terminal, ...]) -> tuple[Probe, ...]:
    """Return the terminals as places to look for, ``sheet.`` before their names: pads may be called alike."""
    return probes("terminal", "TERM", [replace(entry, name=f"sheet.{entry.name}") for entry in terminals])


def _landing(pad: Terminal, dies: tuple[PlacedDie, ...], inset: float) -> drawing.End:
    """Return where the tip of a lead lands on a pad: at the end away from the die, an inset from its border."""
    left, bottom, right, top = regions.box_of(pad.outline)
    x, y = pad.centre
    die = min((die.outline for die in dies), key=lambda outline: float(outline.distance(pad.outline)))
    away = np.array([x - die.centroid.x, y - die.centroid.y])
    axis = 0 if right - left > top - bottom else 1 if top - bottom > right - left else int(np.argmax(np.abs(away)))
    reach = max(0.0, (right - left, top - bottom)[axis] / 2 - inset)
    place = [x, y]
    place[axis] += float(np.sign(away[axis]) or 1.0) * reach
    return drawing.End(pad.name, pad.name, (place[0], place[1]), pad.net)


def _around(parts: list[Region], margin: float) -> Region:
    """Return the box around some regions, a margin away; nothing around nothing."""
    boxes = [regions.box_of(part) for part in parts if not part.is_empty]
    box = regions.box_around(boxes)
    if box is None:
        return regions.EMPTY
    left, bottom, right, top = box
    outline = shapes.rectangle(right - left + 2 * margin, top - bottom + 2 * margin)
    return regions.move(outline, (left + right) / 2, (bottom + top) / 2)


def _vacuum(sheet: Sheet, terminals: tuple[Terminal, ...], relief: Region) -> Region:
    """Return the platen's vacuum holes over the sheet: a grid without those that would leak or hold a terminal."""
    pitch, (width, height) = sheet.vacuum_pitch, sheet.size
    columns, rows = int(width / pitch), int(height / pitch)
    places = [
        ((column - (columns - 1) / 2) * pitch, (row - (rows - 1) / 2) * pitch)
        for row in range(rows)
        for column in range(columns)
    ]
    hole = shapes.circle(sheet.vacuum_hole, tolerance=1.0)
    holes = [regions.move(hole, *place) for place in places]
    taken = regions.grow(regions.merge([relief, *(terminal.outline for terminal in terminals)]), sheet.via)
    return regions.merge(hole for hole in holes if not hole.intersects(taken))


def _joined(wires: tuple[frozenset[str], ...], leads: tuple[PlacedLead, ...]) -> tuple[frozenset[str], ...]:
    """Return the groups of wires and leads: a pad with its contacts and its terminal."""
    terminals = {placed.lead.contact: f"sheet.{placed.lead.terminal}" for placed in leads}
    wired = frozenset[str]().union(*wires)
    both = [group | {terminals[name] for name in group if name in terminals} for group in wires]
    return (*both, *(frozenset({pad, terminal}) for pad, terminal in terminals.items() if pad not in wired))
