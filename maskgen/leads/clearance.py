"""Clearance: which leads come too near to each other or to obstacles, measured on their true outlines."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from maskgen.geometry.regions import Region
from maskgen.leads.model import Lead, Numbers, Unrouted, Values

_EXACT = 1e-6


@dataclass(frozen=True, eq=False)
class Conflicts:
    """What is too near to what.

    Parameters
    ----------
    pairs : (c, 2) ndarray of int
        Indices of leads, the lower first; an obstacle counts on from the leads.
    distances : (c,) ndarray of float
        [µm]
    """

    pairs: Numbers
    distances: Values


def conflicts(leads: Sequence[Lead], obstacles: Sequence[Region], gap: float) -> Conflicts:
    """Return which leads are nearer than a gap [µm] to each other or to obstacles."""
    outlines = np.array([*(lead.outline for lead in leads), *obstacles], dtype=object)
    if not len(leads):
        return Conflicts(np.empty((0, 2), dtype=np.int64), np.empty(0))
    found = shapely.STRtree(outlines).query(outlines[: len(leads)], predicate="dwithin", distance=gap - _EXACT)
    pairs = found[:, found[0] < found[1]].T
    pairs = pairs[np.lexsort(pairs.T[::-1])]
    return Conflicts(pairs, shapely.distance(outlines[pairs[:, 0]], outlines[pairs[:, 1]]))


def apart(leads: Sequence[Lead], obstacles: Sequence[Region], gap: float) -> tuple[list[Lead], list[Unrouted]]:
    """Return the leads that keep a gap [µm], and those left out so that they do.

    What stands in the way of most others is left out first, the longer and later one of equals.
    """
    found = conflicts(leads, obstacles, gap)
    left_out: list[int] = []
    open_pairs = np.ones(len(found.pairs), dtype=bool)
    while open_pairs.any():
        counts = np.bincount(found.pairs[open_pairs].ravel(), minlength=len(leads))[: len(leads)]
        worst = max(range(len(leads)), key=lambda index: (counts[index], leads[index].length, index))
        left_out.append(worst)
        open_pairs &= (found.pairs != worst).all(axis=1)
    kept = [lead for index, lead in enumerate(leads) if index not in set(left_out)]
    return kept, [blocked(leads[index], kept, obstacles, gap) for index in sorted(left_out)]


def blocked(lead: Lead, kept: Sequence[Lead], obstacles: Sequence[Region], gap: float) -> Unrouted:
    """Return a lead as unrouted, because of the nearest of those that are kept or of the obstacles."""
    outlines = np.array([*(other.outline for other in kept), *obstacles], dtype=object)
    distances = shapely.distance(outlines, lead.outline)
    nearest = int(distances.argmin())
    what, distance = f"lead {kept[nearest].number}" if nearest < len(kept) else "an obstacle", float(distances[nearest])
    sentence = f"is {distance:.1f} um from {what}, {gap:g} um wanted" if distance > 0 else f"crosses {what}"
    return Unrouted(lead.contact, lead.terminal, sentence, gap - distance)
