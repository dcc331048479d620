"""Marks for machine vision are missing, too few, or in the way.

Layers are registered to each other by the same marks at the same coordinates: two tell shift and turn, three also
scale. They stand beside the sites, where nothing is etched through them or plated over them. Add fiducials, or move
them out of the active area.

Passes: `{check: fiducials, min: 3}` for four marks in the corners of a panel.
Fails: the same for two marks, or for one that stands on a site.
"""

from collections.abc import Iterator
from typing import get_args

import numpy as np
from pydantic import Field, StrictInt

from maskgen.drc.params import Params as RuleParams
from maskgen.drc.violation import Finding
from maskgen.geometry.marks import Kind
from maskgen.package import Mark, Package
from maskgen.technology import Process


class Params(RuleParams):
    """Numbers of one rule."""

    min: StrictInt = Field(3, ge=1)


def judge(package: Package, process: Process, params: Params) -> Iterator[Finding]:  # noqa: ARG001
    """Yield a lack of marks, and every mark that stands on a site."""
    marks = [mark for mark in package.marking.placed if mark.kind in get_args(Kind)]
    if len(marks) < params.min:
        yield Finding(f"{len(marks)} fiducials, at least {params.min} wanted", None, float(len(marks)), params.min)
    for mark in marks:
        if _is_on_a_site(mark, package):
            half = mark.size / 2
            box = mark.x - half, mark.y - half, mark.x + half, mark.y + half
            yield Finding("stands on a site", box)


def _is_on_a_site(mark: Mark, package: Package) -> bool:
    """Tell whether a mark reaches into the cell of a site."""
    array = package.layout.array
    columns, rows = (
        np.flatnonzero((axis.centres + axis.low < middle + half) & (axis.centres + axis.high > middle - half))
        for axis, middle, half in (
            (array.columns, mark.x, mark.size / 2 + abs(array.stagger)),
            (array.rows, mark.y, mark.size / 2),
        )
    )
    return bool(array.occupied[np.ix_(rows, columns)].any())
