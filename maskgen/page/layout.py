"""Layout: what the viewer of a page shows, as plain data: layers, where their shapes repeat, terminals, findings.

Its size depends on how many kinds of sites a plate has, never on how many sites.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from maskgen.drc.violation import Violation
from maskgen.geometry import regions
from maskgen.geometry.arrays import Array, Grid, Lattice
from maskgen.geometry.regions import Box, Region
from maskgen.layout import Pattern
from maskgen.page.shapes import Shapes
from maskgen.result import Result
from maskgen.spec.terminals import Terminal

MOST_FINDINGS = 1000
"""Findings that a page lists."""
MOST_OF_A_RULE = 100
"""Findings of one rule that a page lists, so that no rule crowds out another."""
KINDS = ("design", "mask", "as-built", "tooling", "reference")
"""Kinds of layer, in the order of the legend."""
_SHOWN = frozenset({"PLATE", "DIE", "CONTACT", "WIRE"})
"""Reference layers without which a design is hard to read."""
_DIGITS = 4


@dataclass(frozen=True, eq=False)
class _Places:
    """Lists of lattices by number; grids that are one object have one list."""

    lists: list[list[list[float]]] = field(default_factory=list)
    numbers: dict[int, tuple[Grid, int]] = field(default_factory=dict)

    def number(self, array: Array, where: Grid) -> int:
        """Return the number of the lattices on which a grid's places stand."""
        if id(where) not in self.numbers:
            self.numbers[id(where)] = where, len(self.lists)
            self.lists.append([_numbers(lattice) for lattice in array.lattices(where)])
        return self.numbers[id(where)][1]


def layout_data(result: Result, listed: Sequence[Violation]) -> tuple[dict[str, Any], str]:
    """Return what the viewer shows, and its shapes as text (see `Shapes.packed`).

    Parameters
    ----------
    listed
        Findings in the order of the page's list.
    """
    shapes, places = Shapes(), _Places()
    entries = result.job.process.technology.layers
    layers = [
        {
            "name": name,
            "kind": entry.kind,
            "gds": list(entry.gds),
            "colour": entry.colour,
            "doc": entry.doc,
            "shown": entry.kind == "design" or name in _SHOWN,
            "size": _largest(result.patterns[name]),
            **_pattern(result.patterns[name], shapes, places),
        }
        for name, entry in entries.items()
        if name in result.patterns and result.patterns[name].box is not None
    ]
    array = result.package.layout.array
    data = {
        "whole": _rounded(_whole(result)),
        "layers": sorted(layers, key=lambda layer: KINDS.index(layer["kind"])),
        "places": places.lists,
        "sites": [_site_numbers(lattice, array) for lattice in array.lattices(array.occupied)],
        "cell": _rounded(_common_cell(array)),
        "terminals": [[kind, name, net, shapes.number(outline)] for kind, name, net, outline in _terminals(result)],
        "findings": [_finding(violation) for violation in listed],
    }
    return data, shapes.packed()


def listed_findings(violations: Iterable[Violation]) -> list[Violation]:
    """Return the findings that a page lists: of each rule the first ones, errors before warnings before waived."""
    order = {"error": 0, "warning": 1}
    seen: dict[str, int] = {}
    found = []
    for violation in sorted(violations, key=lambda v: (v.waived is not None, order.get(v.severity, 2))):
        seen[violation.rule] = seen.get(violation.rule, 0) + 1
        if seen[violation.rule] <= MOST_OF_A_RULE:
            found.append(violation)
    return found[:MOST_FINDINGS]


def _whole(result: Result) -> Box:
    """Return the box around the part, or around all that is drawn where no part is."""
    boxes = [pattern.box for pattern in result.patterns.values() if pattern.box is not None]
    return regions.box_around(boxes) or (-1.0, -1.0, 1.0, 1.0)


def _pattern(pattern: Pattern, shapes: Shapes, places: _Places) -> dict[str, Any]:
    """Return a layer's tiles, each a shape, its places and the cell that cuts it, and what stands once."""
    return {
        "tiles": [
            [shapes.number(tile.region), places.number(pattern.array, tile.where), _cell(pattern.array, tile.where)]
            for tile in pattern.tiles
        ],
        "rest": -1 if pattern.rest.is_empty else shapes.number(pattern.rest),
        "edge": _rounded(pattern.array.box),
    }


def _cell(array: Array, where: Grid) -> list[float]:
    """Return the cell of the first of some places relative to its middle [µm]."""
    row, column = np.unravel_index(int(np.argmax(where)), where.shape)
    return _rounded(array.cell(int(row), int(column)))


def _common_cell(array: Array) -> Box:
    """Return the cell in the middle of an array [µm]."""
    return array.cell(len(array.rows) // 2, len(array.columns) // 2)


def _largest(pattern: Pattern) -> float:
    """Return the area [µm²] of the largest box around a piece: the larger, the lower a layer is drawn."""
    parts = [regions.polygons(region) for region in (*(tile.region for tile in pattern.tiles), pattern.rest)]
    return max((float(shapely.area(shapely.envelope(found)).max()) for found in parts if len(found)), default=0.0)


def _site_numbers(lattice: Lattice, array: Array) -> list[float]:
    """Return a lattice of sites with row and column of its first one, and the step between its rows."""
    row = int(np.abs(array.rows.centres - lattice.y).argmin())
    column = min(range(len(array.columns)), key=lambda number: abs(array.centre(row, number)[0] - lattice.x))
    return [*_numbers(lattice), row, column, 2 if array.stagger else 1]


def _terminals(result: Result) -> Iterator[tuple[str, str, str, Region]]:
    """Yield kind, name, net and outline of all that has a name on a site, what lies on top first."""
    package = result.package
    nets = {name: net.name for net in result.nets for _, name in net.members}
    for die in package.dies:
        for contact in die.contacts:
            name = f"{die.name}.{contact.name}"
            yield "contact", name, nets.get(name, contact.net or ""), contact.outline
    for placed in package.leads:
        yield "lead", str(placed.lead.number), placed.net, placed.lead.outline
    for kind, group in (("pad", package.pads), ("mounting pad", package.mounting_pads)):
        for terminal in group:
            yield kind, terminal.name, _net(terminal, nets), terminal.outline


def _net(terminal: Terminal, nets: Mapping[str, str]) -> str:
    return nets.get(terminal.name, terminal.net or "")


def _finding(violation: Violation) -> dict[str, Any]:
    """Return where a finding is, and how it is marked."""
    box = violation.finding.box
    return {
        "kind": "waived" if violation.waived is not None else violation.severity,
        "label": f"{violation.rule}: {violation.finding.sentence}",
        "box": None if box is None else _rounded(box),
        "places": [_numbers(lattice) for lattice in violation.lattices],
    }


def _numbers(lattice: Lattice) -> list[float]:
    return _rounded((lattice.x, lattice.y, lattice.columns, lattice.rows, lattice.dx, lattice.dy))


def _rounded(values: Iterable[float]) -> list[float]:
    """Return lengths [µm] as short as they can be written."""
    rounded = (round(float(value), _DIGITS) for value in values)
    return [int(value) if value.is_integer() else value for value in rounded]
