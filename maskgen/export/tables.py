"""Tables: netlist as drawn and bond list, as CSV that assembly houses read."""

import csv
import io
import math
from collections.abc import Iterable, Sequence

from maskgen.bonding import wires
from maskgen.geometry import regions
from maskgen.nets import Net
from maskgen.package import Package


def bond_table(package: Package) -> str:
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
    return _csv(
        ["wire", "net", "die", "contact", "pad", "x1_um", "y1_um", "x2_um", "y2_um", "length_um", "angle_deg"], rows
    )


def net_table(nets: Sequence[Net]) -> str:
    """Return one line per member of each net: contacts, pads, mounting pads, and what joins them."""
    rows = [[net.name, kind, name] for net in nets for kind, name in net.members]
    return _csv(["net", "kind", "name"], rows)


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
