"""Routing: leads from contacts to terminals, all in one layer, each a gap from all others, or why not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from maskgen.errors import MaskgenError
from maskgen.geometry.regions import Region
from maskgen.leads import assign
from maskgen.leads.bent import bent_paths
from maskgen.leads.clearance import apart, blocked
from maskgen.leads.detours import detoured, intruders
from maskgen.leads.matching import NOWHERE
from maskgen.leads.model import Lead, LeadForm, Numbers, Routed, Target, Unrouted, Values, places
from maskgen.leads.paths import s_length, s_shape, straight
from maskgen.leads.sides import Sides
from maskgen.leads.task import Task

_MOST_ROWS = 4
"""Rows of contacts along a side between which leads are led out; more are an area."""

_DIGITS = 3


def route(
    fixed: Sequence[Target],
    tips: Sequence[Target],
    form: LeadForm,
    *,
    pairs: Mapping[str, str] | None = None,
    obstacles: Sequence[Region] = (),
) -> Routed:
    """Return the leads from contacts to terminals.

    Straight leads and S shapes run directly. Bent ones do so too where all can, otherwise they run between the bulges
    of others, away from the contacts of each side of the chip. The same input gives the same result.

    Parameters
    ----------
    fixed, tips
        Terminals and contacts: names are unique in either.
    pairs
        Terminal of contacts, both by name; contacts not named stay without a lead. By default terminals are assigned
        so that leads are short and need not cross.
    obstacles
        What leads must keep the gap from, such as straps.

    Raises
    ------
    MaskgenError
        If a pair names a contact or terminal that is not there, or a terminal twice.
    """
    wish = _Wish(fixed, tips, form, obstacles, None if pairs is None else _given(fixed, tips, pairs))
    result = _direct(wish)
    if form.style == "bent" and result.unrouted:
        others = _in_channels(wish) if _is_ring(places(tips)) else _detoured(wish)
        result = max(others, result, key=lambda routed: len(routed.leads))
    return result


@dataclass(frozen=True, eq=False)
class _Wish:
    """What is to be routed; the terminal of each contact by index, if it is given."""

    fixed: Sequence[Target]
    tips: Sequence[Target]
    form: LeadForm
    obstacles: Sequence[Region]
    given: Numbers | None

    def task(self, chosen: Numbers) -> Task:
        """Return the leads of a choice of terminals."""
        served = np.flatnonzero(chosen != NOWHERE).tolist()
        return Task(
            tuple(self.tips[index] for index in served),
            tuple(self.fixed[chosen[index]] for index in served),
            tuple(index + 1 for index in served),
            self.form,
            self.obstacles,
        )

    def left_over(self, chosen: Numbers) -> list[Unrouted]:
        """Return the contacts without a terminal."""
        why = "no terminal is left for it" if self.given is None else "no terminal is given for it"
        return [Unrouted(self.tips[index].name, "", why) for index in np.flatnonzero(chosen == NOWHERE).tolist()]

    def routed(self, task: Task, paths: Mapping[int, Values], failed: Sequence[Unrouted]) -> Routed:
        """Return the leads of some paths that keep the gap."""
        drawn, bad = task.drawn(paths)
        leads, crowded = apart(drawn, self.obstacles, self.form.gap)
        return self.sorted(leads, [*failed, *bad, *crowded])

    def mended(self, task: Task, routed: Routed) -> Routed:
        """Return the leads with what goes round others of those that are missing."""
        missing = {entry.contact: entry for entry in routed.unrouted}
        found = detoured(
            task, routed.leads, [index for index, tip in enumerate(task.tips) if missing.get(tip.name) is not None]
        )
        home = {lead.contact for lead in found}
        return self.sorted([*routed.leads, *found], [entry for name, entry in missing.items() if name not in home])

    def sorted(self, leads: Iterable[Lead], unrouted: Iterable[Unrouted]) -> Routed:
        """Return leads and unrouted in the order of the contacts."""
        ranks = {tip.name: rank for rank, tip in enumerate(self.tips)}
        return Routed(
            tuple(sorted(leads, key=lambda lead: lead.number)),
            tuple(sorted(unrouted, key=lambda entry: ranks[entry.contact])),
        )


def _direct(wish: _Wish) -> Routed:
    """Return leads that run straight, or as an S."""
    chosen = (
        assign.nearest(places(wish.tips), places(wish.fixed), wish.form.least_span)
        if wish.given is None
        else wish.given
    )
    task = wish.task(chosen)
    paths = {}
    failed = wish.left_over(chosen)
    for lead, (tip, end) in enumerate(zip(task.tips, task.ends, strict=True)):
        try:
            paths[lead] = _path(end, tip, wish.form)
        except ValueError as error:
            failed.append(Unrouted(tip.name, end.name, str(error)))
    return wish.routed(task, paths, failed)


def _in_channels(wish: _Wish) -> Routed:
    """Return leads that run between the bulges of others."""
    tips, fixed = places(wish.tips), places(wish.fixed)
    chosen = assign.fanned(tips, fixed, wish.form) if wish.given is None else wish.given
    task = wish.task(chosen)
    paths, failed = bent_paths(task)
    return wish.mended(task, wish.routed(task, paths, [*failed.values(), *wish.left_over(chosen)]))


def _detoured(wish: _Wish) -> Routed:
    """Return leads that run straight where they meet no bulge but their own, the others round what is in their way."""
    chosen = (
        assign.nearest(places(wish.tips), places(wish.fixed), wish.form.least_span)
        if wish.given is None
        else wish.given
    )
    task = wish.task(chosen)
    paths = {
        lead: straight((end.x, end.y), (task.tips[lead].x, task.tips[lead].y)) for lead, end in enumerate(task.ends)
    }
    drawn, _ = task.drawn(paths)
    intruding = {lead.contact for lead in intruders(task, drawn)}
    free = {lead: path for lead, path in paths.items() if task.tips[lead].name not in intruding}
    failed = [
        blocked(lead, [other for other in drawn if other is not lead], wish.obstacles, wish.form.gap)
        for lead in drawn
        if lead.contact in intruding
    ]
    return wish.mended(task, wish.routed(task, free, [*failed, *wish.left_over(chosen)]))


def _is_ring(tips: Values) -> bool:
    """Tell whether contacts lie in a few rows along the sides of a chip, so that leads can leave between them."""
    depths = -Sides.around(tips, tips).beyond(tips).max(axis=1)
    return len(np.unique(np.round(depths, _DIGITS))) <= _MOST_ROWS


def _path(end: Target, tip: Target, form: LeadForm) -> Values:
    """Return the path of one lead on its own."""
    fixed, contact = (end.x, end.y), (tip.x, tip.y)
    if form.style != "s":
        return straight(fixed, contact)
    span = float(np.hypot(contact[0] - fixed[0], contact[1] - fixed[1]))
    return s_shape(fixed, contact, length=s_length(span, lift=form.lift, shift=form.shift, slack=form.slack))


def _given(fixed: Sequence[Target], tips: Sequence[Target], pairs: Mapping[str, str]) -> Numbers:
    """Return the terminal of each contact by index."""
    contacts = {target.name: index for index, target in enumerate(tips)}
    terminals = {target.name: index for index, target in enumerate(fixed)}
    chosen, users = np.full(len(tips), NOWHERE), dict[str, str]()
    for contact, terminal in pairs.items():
        if contact not in contacts:
            raise MaskgenError(f"a lead is wanted for contact {contact}, which does not exist")
        if terminal not in terminals:
            raise MaskgenError(f"contact {contact} is to have a lead to terminal {terminal}, which does not exist")
        if terminal in users:
            raise MaskgenError(f"contacts {users[terminal]} and {contact} are both to have a lead to {terminal}")
        users[terminal] = contact
        chosen[contacts[contact]] = terminals[terminal]
    return chosen
