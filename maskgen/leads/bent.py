"""Bent leads: those of each side of the chip run in channels, outwards or inwards."""

from dataclasses import dataclass

import numpy as np

from maskgen.leads.barriers import Barrier, around_bulge, around_region
from maskgen.leads.channel import Channel, Shortage
from maskgen.leads.clearance import apart
from maskgen.leads.model import Numbers, Unrouted, Values, places
from maskgen.leads.order import left_to_right
from maskgen.leads.paths import bent
from maskgen.leads.sides import Sides, frame
from maskgen.leads.task import Task

_ATTEMPTS = (
    (0.1, 1.5, 0.0),
    (0.1, 1.0, 0.0),
    (0.1, 1.0, 2.0),
    (1.0, 1.0, 0.0),
    (3.0, 1.0, 2.0),
    (0.0, 1.5, 0.0),
    (0.0, 1.0, 2.0),
    (0.0, 1.0, 6.0),
    (0.0, 1.0, 0.0),
)
"""Margins [µm] by which leads keep farther away than the gap, because bends and fillets cut corners, and the room they
ask for where there is more, per least and beyond that [µm]: tried in turn until nothing comes too near."""

_LEAST_RISE = 1.0
"""How much farther in the direction of its side [µm] a terminal must lie than its contact."""


def bent_paths(task: Task) -> tuple[dict[int, Values], dict[int, Unrouted]]:
    """Return the paths, from terminal to contact, of the leads that find their way, and the others."""
    if not len(task):
        return {}, {}
    tips, ends = places(task.tips), places(task.ends)
    sides = Sides.around(tips, ends)
    outwards = sides.beyond(ends) - sides.beyond(tips)
    rises = outwards[np.arange(len(tips)), sides.of_tips]
    found: dict[int, Values] = {}
    failed: dict[int, Unrouted] = {}
    for side in sides.used:
        for direction in (1, -1):
            members = np.flatnonzero((sides.of_tips == side) & (rises * direction >= _LEAST_RISE))
            if len(members):
                _Bank(task, sides, side, direction).run(members, found, failed)
    for lead in np.flatnonzero(np.abs(rises) < _LEAST_RISE).tolist():
        failed[lead] = _failed(task, lead, "its terminal lies neither outwards nor inwards of its contact")
    return found, failed


@dataclass(frozen=True, eq=False)
class _Bank:
    """The leads of one side that run in one direction."""

    task: Task
    sides: Sides
    side: int
    direction: int

    def run(self, members: Numbers, found: dict[int, Values], failed: dict[int, Unrouted]) -> None:
        """Add the paths of some leads, by index, or why they have none."""
        turn = frame(self.side, self.direction)
        tips, ends = places(self.task.tips)[members] @ turn, places(self.task.ends)[members] @ turn
        order = left_to_right(tips, ends)
        for lead, other in order.crossed:
            what = "others" if other is None else f"that of {self.task.tips[members[other]].name}"
            failed[int(members[lead])] = _failed(self.task, int(members[lead]), f"its lead would cross {what}")
        leads = members[list(order.leads)]
        while len(leads) and (shortage := self._channel(leads, failed, 0.0).shortage()) is not None:
            dropped = _longest(self.task, leads, shortage, self._surplus(shortage))
            sentence = self._sentence(shortage)
            failed.update((lead, _failed(self.task, lead, sentence, shortage.short)) for lead in dropped)
            leads = leads[~np.isin(leads, dropped)]
        found.update(self._best(leads, failed) if len(leads) else {})

    def _best(self, leads: Numbers, failed: dict[int, Unrouted]) -> dict[int, Values]:
        """Return the paths of leads in order, of the attempt that brings most of them home."""
        best: dict[int, Values] = {}
        most = -1
        for margin, spread, extra in _ATTEMPTS:
            channel = self._channel(leads, failed, margin)
            if channel.shortage() is not None:
                continue
            paths = self._turned(leads, channel.paths(spread, extra))
            drawn, _ = self.task.drawn(paths)
            home = len(apart(drawn, self.task.obstacles, self.task.form.gap)[0])
            if home > most:
                best, most = paths, home
            if home == len(leads):
                break
        return best

    def _turned(self, leads: Numbers, paths: list[Values]) -> dict[int, Values]:
        """Return the paths of leads where they belong, from terminal to contact, their corners round."""
        back, corner = frame(self.side, self.direction).T, self.task.form.corner
        return {lead: bent(path[::-1] @ back, corner) for lead, path in zip(leads.tolist(), paths, strict=True)}

    def _channel(self, leads: Numbers, failed: dict[int, Unrouted], margin: float) -> Channel:
        """Return the channel of leads in order, past the bulges of all that have not failed."""
        turn, form = frame(self.side, self.direction), self.task.form
        tips, ends = places(self.task.tips) @ turn, places(self.task.ends) @ turn
        around = form.gap + form.neck / 2 + margin
        barriers = list[Barrier]()
        owners = {lead: rank for rank, lead in enumerate(leads.tolist())}
        for lead in (lead for lead in range(len(self.task)) if lead not in failed):
            tip, end = self.task.tips[lead].name, self.task.ends[lead].name
            barriers.append(around_bulge(tips[lead], form.tip / 2 + around, tip, owners.get(lead)))
            barriers.append(around_bulge(ends[lead], form.fixed / 2 + around, end, owners.get(lead)))
        barriers += [
            Barrier(barrier.ring @ turn, barrier.name)
            for obstacle in self.task.obstacles
            for barrier in around_region(obstacle, around)
        ]
        near = self._near(barriers, tips[leads], ends[leads])
        channel = Channel(tips[leads], ends[leads], near, form.pitch + margin)
        self._set_borders(channel)
        return channel

    def _near(self, barriers: list[Barrier], tips: Values, ends: Values) -> list[Barrier]:
        """Return the barriers that leads have to do with."""
        points = np.concatenate([tips, ends])
        low, high = points.min(axis=0), points.max(axis=0)
        return [b for b in barriers if (b.ring.max(axis=0) >= low).all() and (b.ring.min(axis=0) <= high).all()]

    def _set_borders(self, channel: Channel) -> None:
        """Keep leads within the territory of their side."""
        turn = frame(self.side, self.direction)
        middle = float(np.array([self.sides.box[:2], self.sides.box[2:]]).mean(axis=0) @ turn[:, 0])
        beyond = self.sides.beyond(np.zeros((1, 2)))[0, self.side] + self.direction * channel.levels
        low, high = (
            hand * (self.sides.border(self.side, hand, beyond) - channel.spacing / 2 * self.sides.lean(self.side, hand))
            for hand in (-1, 1)
        )
        channel.set_borders(middle + low, middle + high)

    def _surplus(self, shortage: Shortage) -> int:
        """Return how many leads too many want to pass a channel."""
        return min(len(shortage.leads), int(np.ceil(shortage.short / self.task.form.pitch - 1e-6)))

    def _sentence(self, shortage: Shortage) -> str:
        form, wanted = self.task.form, len(shortage.leads)
        return (
            f"channel between {shortage.left} and {shortage.right} holds {wanted - self._surplus(shortage)} leads of "
            f"{form.neck:g} um with gaps of {form.gap:g} um, {wanted} wanted: {round(shortage.short, 1):g} um short"
        )


def _longest(task: Task, leads: Numbers, shortage: Shortage, count: int) -> list[int]:
    """Return the longest of the leads that want to pass a channel."""
    wanting = leads[list(shortage.leads)].tolist()
    spans = np.hypot(*(places(task.ends) - places(task.tips)).T)
    ranked: list[int] = sorted(wanting, key=lambda lead: (-round(float(spans[lead]), 3), lead))
    return ranked[:count]


def _failed(task: Task, lead: int, sentence: str, shortfall: float = 0.0) -> Unrouted:
    """Return a lead of a task as unrouted."""
    return Unrouted(task.tips[lead].name, task.ends[lead].name, sentence, shortfall)
