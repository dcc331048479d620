"""Detours: leads one by one round what is in their way, the shortest of a few bent ways that keeps the gap."""

from collections.abc import Iterator, Sequence

import numpy as np
import shapely

from maskgen.geometry import shapes
from maskgen.geometry.regions import ARC_TOLERANCE, Region
from maskgen.leads.model import Lead, Numbers, Values, places
from maskgen.leads.paths import bent
from maskgen.leads.task import Task

_STATIONS = (0.15, 0.3, 0.5, 0.7, 0.85)
"""Where along the straight line a lead steps aside."""

_STEPS = 6
"""How many steps aside are tried to either hand; a step is half of what takes a lead past a bulge."""

_EXACT = 1e-6


def detoured(task: Task, kept: Sequence[Lead], missing: Sequence[int]) -> list[Lead]:
    """Return those of the missing leads, by index, that find a way, the shortest first.

    Parameters
    ----------
    kept
        Leads that stay where they are. The bulges of all leads of the task do so too, found or not.
    """
    bulges, owners = _bulges(task)
    fixed = np.array([*bulges, *(lead.outline for lead in kept), *task.obstacles], dtype=object)
    owners = np.concatenate([owners, np.full(len(fixed) - len(bulges), -1)])
    spans = np.hypot(*(places(task.ends) - places(task.tips)).T)
    found: list[Lead] = []
    for index in sorted(missing, key=lambda index: (round(float(spans[index]), 3), index)):
        near = fixed[owners != index]
        others = np.array([*near, *(lead.outline for lead in found)], dtype=object)
        lead = next(_ways(task, index, others), None)
        if lead is not None:
            found.append(lead)
    return found


def intruders(task: Task, drawn: Sequence[Lead]) -> list[Lead]:
    """Return the leads that come nearer than the gap to the bulges of others."""
    if not drawn:
        return []
    bulges, owners = _bulges(task)
    outlines = np.array([lead.outline for lead in drawn], dtype=object)
    mine = {number: index for index, number in enumerate(task.numbers)}
    own = np.array([mine[lead.number] for lead in drawn])
    pairs = shapely.STRtree(bulges).query(outlines, predicate="dwithin", distance=task.form.gap - _EXACT)
    foreign = pairs[0][owners[pairs[1]] != own[pairs[0]]]
    return [drawn[index] for index in sorted(set(foreign.tolist()))]


def _bulges(task: Task) -> tuple[Region, Numbers]:
    """Return the bulges of all leads, and whose each is."""
    found = []
    for targets, size in ((task.tips, task.form.tip), (task.ends, task.form.fixed)):
        circle = shapes.circle(size, tolerance=ARC_TOLERANCE)
        found += [shapely.transform(circle, lambda points, at=at: points + at) for at in places(targets)]
    return np.array(found, dtype=object), np.tile(np.arange(len(task)), 2)


def _ways(task: Task, index: int, others: Region) -> Iterator[Lead]:
    """Yield a lead along each way that keeps the gap from all others, the shortest first."""
    form = task.form
    start, end = places([task.ends[index], task.tips[index]])
    tree = shapely.STRtree(others)
    for corners in _corners(start, end, (form.fixed + form.neck) / 4 + form.gap / 2):
        line = shapely.linestrings(corners)
        if len(tree.query(line, predicate="dwithin", distance=form.gap + form.neck / 2 - _EXACT)):
            continue
        drawn, _ = task.drawn({index: bent(corners, form.corner)})
        if drawn and not len(tree.query(drawn[0].outline, predicate="dwithin", distance=form.gap - _EXACT)):
            yield drawn[0]


def _corners(start: Values, end: Values, step: float) -> list[Values]:
    """Return polylines with one or two corners beside the straight line, and that line, the shortest first."""
    way = end - start
    aside = np.array([-way[1], way[0]]) / max(float(np.hypot(*way)), _EXACT)
    found = [np.stack([start, end])]
    for count in range(1, _STEPS + 1):
        for shift in (count * step * aside, -count * step * aside):
            stations = [start + share * way + shift for share in _STATIONS]
            found += [np.stack([start, station, end]) for station in stations]
            found.append(np.stack([start, stations[0], stations[-1], end]))
    return sorted(found, key=lambda corners: round(float(np.hypot(*np.diff(corners, axis=0).T).sum()), 3))
