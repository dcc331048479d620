"""Peelable sheets: a sheet with leads and terminals over a window substrate, lifted from it once its leads are bonded.

W2 of the catalogue, on W1. The finished package is seen from above: the sheet lies over substrates and wires, its leads
on its bottom go from the terminals to the outer ends of the pads, whose inner ends hold the wires.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
from pydantic import Field

from maskgen.drawing import leads as drawing
from maskgen.drawing.terminals import require_apart
from maskgen.geometry import regions, shapes
from maskgen.geometry.regions import Region
from maskgen.layout import Layout
from maskgen.package import Package, PlacedDie, probes
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


class Spec(window.Spec):
    """What a user writes for a peelable sheet over a window substrate."""

    sheet: Sheet = Field(description="The sheet")


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
    require_apart(terminals, "sheet", noun="terminal")
    margin = process.numbers["tip_margin"]
    ends = [_landing(pad, package.dies, sheet.leads.tip / 2 + margin) for pad in package.pads]
    drawn = drawing.draw_leads(
        ends,
        terminals,
        spec=sheet.leads,
        nets=sheet.nets,
        move=drawing.move_of(process.numbers, "release"),
        slack=process.numbers["min_slack"],
    )
    wires = regions.merge([package.layout.site[name] for name in ("WIRE", "BOND_DIE", "BOND_PAD")])
    relief = _around([wires, package.layout.site["DIE"]], sheet.relief)
    site = {
        "SHEET": shapes.rectangle(*sheet.size),
        "RELIEF": relief,
        "TERM_TARGET": regions.merge(terminal.outline for terminal in terminals),
        "VIA_HOLE": drawing.discs([drawing.middle(terminal) for terminal in terminals], sheet.via),
        "COAT_SHAPE": regions.merge(piece.convex_hull for piece in regions.polygons(wires)),
        "LEAD_ZONE": drawing.discs([end.place for end in ends], sheet.leads.tip),
        "VACUUM": _vacuum(sheet, terminals, relief),
        **drawn.layers,
    }
    layout = Layout({**package.layout.site, **site}, package.layout.plate, package.layout.array)
    return replace(
        package,
        layout=layout,
        probes=(*package.probes, *probes("terminal", "TERM", terminals)),
        joined=_joined(package.joined, drawn.joined),
        leads=drawn.leads,
        unconnected=(*package.unconnected, *drawn.unconnected),
        measures={**package.measures, **drawn.measures},
    )


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
    inside = shapes.rectangle(width - sheet.vacuum_hole, height - sheet.vacuum_hole)
    return regions.merge(hole for hole in holes if inside.covers(hole) and not hole.intersects(taken))


def _joined(wires: tuple[frozenset[str], ...], leads: tuple[frozenset[str], ...]) -> tuple[frozenset[str], ...]:
    """Return the groups of wires and leads, those that share a pad as one."""
    by_pad = {name: group for group in wires for name in group}
    used: set[frozenset[str]] = set()
    found = []
    for lead in leads:
        group = next((by_pad[name] for name in lead if name in by_pad), frozenset[str]())
        used.add(group)
        found.append(group | lead)
    return (*found, *(group for group in wires if group not in used))
