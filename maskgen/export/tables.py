"""Tables: netlist as drawn and bond list, as CSV that assembly houses read."""

import csv
import io
import math
from collections.abc import Iterable, Sequence

from maskgen.bonding import wires
from maskgen.geometry import regions
from maskgen.nets import Net
from maskgen.package import Package, PlacedLead

_MILLINEWTON = 1e3
_PERCENT = 100.0

_LEAD_COLUMNS = (
    *("lead", "net", "contact", "terminal", "x1_um", "y1_um", "x2_um", "y2_um", "span_um", "length_um"),
    *("slack_percent", "taut_height_um", "smooth_height_um", "peel_mN", "neck_freed_um", "tip_lost_um"),
)


def bond_table(package: Package) -> str:
    """Return one line per wire, or per lead of a package that has leads and no wires."""
    return lead_table(package) if package.leads and not package.bonds else _wire_table(package)


def lead_table(package: Package) -> str:
    """Return one line per lead: where its fixed end and its tip stand [um], and what it can take.

    Its slack is what it is longer than its chord after the lift; it is taut at the one height and rises to the other
    without kinks; the force peels its tip; the undercuts free its neck and lose its tip (`process.md` 2.1, 3.1, 3.2).
    """
    return csv_text(_LEAD_COLUMNS, [_lead_row(placed) for placed in package.leads])


def _lead_row(placed: PlacedLead) -> list[object]:
    lead, taken = placed.lead, placed.figures
    ends = [f"{value + 0.0:.3f}" for value in lead.path[[0, -1]].ravel().round(3).tolist()]
    figures = (
        *(taken.span, taken.length, taken.slack * _PERCENT, taken.taut_height, taken.smooth_height),
        *(taken.tip_force * _MILLINEWTON, taken.window.low, taken.window.high),
    )
    return [lead.number, placed.net, lead.contact, lead.terminal, *ends, *(f"{value:.2f}" for value in figures)]


def _wire_table(package: Package) -> str:
    """Return one line per wire: where it begins and ends [um], its length in plan [um] and its angle.

    The angle is that between the wire and the normal of the die's edge which it leaves over (`process.md` 8) [deg].
    """
    outlines = {die.name: regions.box_of(die.outline) for die in package.dies}
    rows = []
    for bond in package.bonds:
        segment = wires.segments_of([wires.Wire(0, 0, bond.start, bond.end)])
        angle = float(wires.departures(segment[:, 0], segment[:, 1], outlines[bond.die]).angles[0])
        length = math.dist(bond.start, bond.end)
        ends = [f"{value:.3f}" for value in (*bond.start, *bond.end)]
        rows.append([bond.number, bond.net, bond.die, bond.contact, bond.pad, *ends, f"{length:.1f}", f"{angle:.1f}"])
    return csv_text(
        ["wire", "net", "die", "contact", "pad", "x1_um", "y1_um", "x2_um", "y2_um", "length_um", "angle_deg"], rows
    )


def net_table(nets: Sequence[Net]) -> str:
    """Return one line per member of each net: contacts, pads, mounting pads, and what joins them."""
    rows = [[net.name, kind, name] for net in nets for kind, name in net.members]
    return csv_text(["net", "kind", "name"], rows)


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as CSV, one line for its header and one for each row."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
