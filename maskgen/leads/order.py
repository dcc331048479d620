"""Order: leads from left to right, so that those that run upwards side by side do not have to cross.

At every height the leads that pass keep their order. Contacts of one row must come in it, and so must terminals of one
row; between rows there is a choice. Leads that leave no choice would cross.
"""

import heapq
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from maskgen.leads.model import Numbers, Values

_DIGITS = 3


@dataclass(frozen=True)
class Order:
    """Leads from left to right, and those left out, each with one that it would cross (or None)."""

    leads: tuple[int, ...]
    crossed: tuple[tuple[int, int | None], ...] = ()


def left_to_right(tips: Values, ends: Values) -> Order:
    """Return the order of leads that run upwards.

    Parameters
    ----------
    tips, ends : (n, 2) ndarray of float
        Contacts, and terminals above them [µm].

    Returns
    -------
    Order
        As many as a simple search finds: what is farthest from its place is left out first.
    """
    remaining, left_out = list(range(len(tips))), list[int]()
    ranks = np.abs(_ranks(tips) - _ranks(ends))
    while True:
        order, stuck = _sorted(remaining, tips, ends)
        if not stuck:
            break
        worst = max(stuck, key=lambda lead: (int(ranks[lead]), lead))
        left_out.append(worst)
        remaining.remove(worst)
    return Order(tuple(order), tuple((lead, _crossed(lead, order, tips, ends)) for lead in sorted(left_out)))


def _sorted(leads: list[int], tips: Values, ends: Values) -> tuple[list[int], list[int]]:
    """Return leads in order, by their contacts where there is a choice, and those that wait for each other."""
    after: dict[int, list[int]] = {lead: [] for lead in leads}
    waits = dict.fromkeys(leads, 0)
    for points in (tips, ends):
        for row in _rows(leads, points):
            for one, other in pairwise(row):
                after[one].append(other)
                waits[other] += 1
    ready = [(float(tips[lead, 0]), lead) for lead in leads if not waits[lead]]
    heapq.heapify(ready)
    order = []
    while ready:
        _, lead = heapq.heappop(ready)
        order.append(lead)
        for other in after[lead]:
            waits[other] -= 1
            if not waits[other]:
                heapq.heappush(ready, (float(tips[other, 0]), other))
    return order, [lead for lead in leads if waits[lead]]


def _rows(leads: list[int], points: Values) -> list[list[int]]:
    """Return the leads whose points are of one height, from left to right."""
    rows: dict[float, list[int]] = {}
    for lead in sorted(leads, key=lambda lead: (float(points[lead, 0]), lead)):
        rows.setdefault(round(float(points[lead, 1]), _DIGITS), []).append(lead)
    return list(rows.values())


def _ranks(points: Values) -> Numbers:
    """Return the rank of each point from left to right."""
    return np.asarray(np.argsort(np.argsort(points[:, 0], kind="stable"), kind="stable"))


def _crossed(lead: int, order: list[int], tips: Values, ends: Values) -> int | None:
    """Return a lead that another would cross: the first whose ends come the other way round."""
    ways = (tips[order, 0] - tips[lead, 0]) * (ends[order, 0] - ends[lead, 0])
    return order[int(ways.argmin())] if len(order) and ways.min() < 0 else None
