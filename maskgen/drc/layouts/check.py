"""A layout file checked: read, its top cell chosen, its deck run."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from maskgen.drc.deck import Deck, read_layout_deck
from maskgen.drc.layouts.subject import LayoutSubject
from maskgen.drc.rules import layers_read
from maskgen.drc.run import Report, run
from maskgen.drc.waivers import Waiver
from maskgen.errors import MaskgenError
from maskgen.source import read_source, validate
from maskgen.stream.cells import Cells, Points, read_cells
from maskgen.stream.unit import database_unit
from maskgen.technology.shelf import find
from maskgen.units import DATABASE_UNIT

_LOG = logging.getLogger(__name__)
_OFF = 1e-3
"""Part of a database unit by which readers may be off it."""
_PORTION = 1 << 18
"""Points that are looked at in one go."""
_MOST_NAMED = 8
"""Cells that an error names."""


class WaiverFile(BaseModel):
    """What a file of waivers may say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    unit: str | None = Field(None, description="Unit of bare lengths")
    waive: list[Waiver] = Field(description="Findings that are accepted, with reason and name")


@dataclass(frozen=True)
class CheckedLayout:
    """What was found in one cell of a layout file."""

    path: Path
    cell: str
    report: Report


def check_layout(
    path: Path, deck: str | Deck, *, cell: str | None = None, waivers: Path | None = None, has_arrays: bool = True
) -> CheckedLayout:
    """Return what a deck finds in a layout.

    Parameters
    ----------
    deck
        A shipped deck, the path of a file, or the deck itself.
    cell
        The cell that is checked with all that it places; by default the only one that nothing places.
    waivers
        A file with a list ``waive``, taken after that of the deck.
    has_arrays
        Whether arrays are looked at once for all their copies; the findings are the same.

    Raises
    ------
    MaskgenError
        If anything cannot be read, or a rule cannot be run.
    """
    rules = deck if isinstance(deck, Deck) else deck_for_layouts(deck)
    accepted = (*rules.waive, *(_waivers(waivers) if waivers is not None else ()))
    _LOG.info("reading %s", path)
    cells = read_cells(path)
    top = _top(path, cells, cell)
    _require_on_grid(path, cells, rules)
    subject = LayoutSubject(str(path), cells, top, _looked_at(rules), has_arrays=has_arrays, keeps_shapes=False)
    return CheckedLayout(path, subject.name, run(rules, subject, waivers=accepted))


def _require_on_grid(path: Path, cells: Cells, deck: Deck) -> None:
    """Refuse shapes and cells that lie between the points of the grid: rounded, they would be judged as others.

    What paths, turned or magnified cells and arrays bring off the grid is rounded, as elsewhere.
    """
    unit = database_unit(path) / DATABASE_UNIT
    if abs(unit - round(unit)) < _OFF * unit:
        return
    wanted = set(deck.layers.values())
    for cell in cells.cells:
        places = [(f"layer {a}/{b}: a vertex", cell.shapes[a, b].points) for a, b in cell.shapes if (a, b) in wanted]
        for what, points in (*places, ("a cell placed", cell.references.places)):
            off = _first_off_grid(points)
            if off is not None:
                x, y = (points[off] * DATABASE_UNIT).tolist()
                raise MaskgenError(
                    f"{path}: cell {cell.name!r}: {what} at ({x:.10g}, {y:.10g}) um lies off the grid of 1 nm on which"
                    " layouts are checked"
                )


def _first_off_grid(points: Points) -> int | None:
    """Return the first of some points [dbu] that lies between those of the grid."""
    for begin in range(0, len(points), _PORTION):
        part = points[begin : begin + _PORTION].ravel()
        off = np.flatnonzero(np.abs(part - np.round(part)) > _OFF)
        if len(off):
            return begin + int(off[0]) // 2
    return None


def _looked_at(deck: Deck) -> Deck:
    """Return a deck without the layers that none of its rules looks at: nothing of them need be drawn."""
    names = layers_read(deck)
    return replace(deck, layers={name: key for name, key in deck.layers.items() if name in names})


def is_deck(name: str) -> bool:
    """Tell whether a name is that of a file with rules."""
    return Path(name).is_file() and "rules" in read_source(Path(name)).data


def deck_for_layouts(name: str) -> Deck:
    """Return a deck by its name, or by the path of its file."""
    try:
        path = Path(name) if Path(name).is_file() else find(name, Path(), ".drc.yaml")
        return read_layout_deck(path)
    except ValueError as error:
        raise MaskgenError(f"--deck {name}: {error}") from None


def _waivers(path: Path) -> Sequence[Waiver]:
    return validate(read_source(path), WaiverFile).waive


def _top(path: Path, cells: Cells, name: str | None) -> int:
    """Return the number of the cell that is checked."""
    names = [cell.name for cell in cells.cells[: len(cells.cells) - cells.hidden]]
    if name is not None:
        if name in names:
            return names.index(name)
        near = get_close_matches(name, names, n=1)
        hint = f", did you mean {near[0]!r}" if near else ""
        raise MaskgenError(f"{path}: no cell is called {name!r}{hint}")
    tops = cells.tops()
    if not tops:
        raise MaskgenError(f"{path}: the layout has no cell")
    if len(tops) > 1:
        shown = ", ".join(names[top] for top in tops[:_MOST_NAMED]) + (", ..." if len(tops) > _MOST_NAMED else "")
        raise MaskgenError(f"{path}: {len(tops)} top cells, choose one with --cell: {shown}")
    return tops[0]
