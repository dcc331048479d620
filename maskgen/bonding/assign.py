"""Assignment of wires: contacts to pads in order round the die, so that no two wires cross.

Contacts and pads are put in cyclic order, matched at the least total cost, and what still crosses is mended. What
cannot be wired, and what crosses all the same, is in the result: nothing is left out in silence.
"""

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from maskgen.bonding import downbonds
from maskgen.bonding.matching import NOWHERE
from maskgen.bonding.mend import uncrossed
from maskgen.bonding.rules import DEFAULT_RULES, BondingRules
from maskgen.bonding.task import UNCONNECTED_COST, Contacts, Fixed, Numbers, Pads, Task, Values, check_fixed, task_of
from maskgen.bonding.wires import Wire, crossing_pairs, pads_of, segments_of
from maskgen.geometry.regions import Box

NO_PAIRS: Fixed = MappingProxyType({})
"""No contact whose pad is given."""


@dataclass(frozen=True)
class Unconnected:
    """A contact without a wire, by index, and why."""

    contact: int
    reason: str


@dataclass(frozen=True)
class Assignment:
    """Every contact once: on a wire or among the unconnected.

    Parameters
    ----------
    wires
        In order of their contacts.
    unconnected, unconnected_pads
        Contacts without a wire, and pads (by index) without one.
    crossings
        Pairs of wires (by index) that cross; empty when all is well.
    mounting_pad_pins
        Pads (by index) that carry a net of the mounting pad.
    """

    wires: tuple[Wire, ...]
    unconnected: tuple[Unconnected, ...] = ()
    unconnected_pads: tuple[int, ...] = ()
    crossings: tuple[tuple[int, int], ...] = ()
    mounting_pad_pins: tuple[int, ...] = ()


def assign(
    contacts: Contacts,
    pads: Pads,
    *,
    die: Box,
    mounting_pad: Box | None = None,
    rules: BondingRules = DEFAULT_RULES,
    fixed: Fixed = NO_PAIRS,
) -> Assignment:
    """Return which contact is wired to which pad.

    Pads stay free where wires would be longest. A contact of a down-bond net goes to the mounting pad if a wire to a
    pad would break the limits or no pad is left, or always if the rules prefer that; one contact of each such net keeps
    a pad if any can be had. Fixed pairs, and pads meant for a net, can ask for wires that do not follow the order: they
    are drawn, and the result says which cross. The same input gives the same result.

    Parameters
    ----------
    die, mounting_pad
        Boxes [µm]; without a mounting pad there are no down-bonds.
    fixed
        Pad of some contacts, by index, None for the mounting pad.

    Raises
    ------
    MaskgenError
        If a fixed pair does not exist, or puts two nets or too many wires on a pad.
    """
    check_fixed(contacts, pads, fixed, capacity=rules.max_per_pad)
    straight = downbonds.straight_landings(contacts.points, die, mounting_pad, rules.profile)
    task = task_of(contacts, pads, die, straight, rules=rules, fixed=fixed)
    chosen = _mended(contacts, pads, task, _with_pins(task, contacts, rules))
    ends = straight.copy()
    ends[chosen != NOWHERE] = pads.landings[chosen[chosen != NOWHERE]]
    descending = (chosen == NOWHERE) & task.descends
    if mounting_pad is not None and descending.any():
        others = np.stack([contacts.points, ends], axis=1)[chosen != NOWHERE]
        ends[descending] = downbonds.placed(
            contacts.points[descending],
            straight[descending],
            others,
            mounting_pad=mounting_pad,
            profile=rules.profile,
        )
    return _assignment(contacts, pads, task, chosen, ends)


def _with_pins(task: Task, contacts: Contacts, rules: BondingRules) -> Numbers:
    """Return the matching in which each net of the mounting pad keeps a pad, if no other contact loses its own."""
    skips = task.skips
    chosen = task.matched(skips)
    for net in sorted(rules.downbond_nets & set(contacts.nets)):
        members = np.flatnonzero(np.array([name == net for name in contacts.nets]) & task.descends)
        if not len(members) or (chosen[members] != NOWHERE).any():
            continue
        keeper = members[task.costs[members].min(axis=1, initial=np.inf).argmin()]
        kept = np.where(np.arange(len(skips)) == keeper, UNCONNECTED_COST, skips)
        again = task.matched(kept)
        if again[keeper] != NOWHERE and _left_out(task, again) <= _left_out(task, chosen):
            skips, chosen = kept, again
    return chosen


def _left_out(task: Task, chosen: Numbers) -> int:
    """Return how many contacts have neither pad nor mounting pad."""
    return int(((chosen == NOWHERE) & ~task.descends).sum())


def _mended(contacts: Contacts, pads: Pads, task: Task, chosen: Numbers) -> Numbers:
    """Return the pads with every fixed pair in place, free pads given to contacts left over, and crossings mended."""
    chosen = chosen.copy()
    for contact, pad in task.fixed.items():
        chosen[contact] = NOWHERE if pad is None else pad
    for contact in np.flatnonzero((chosen == NOWHERE) & ~task.descends).tolist():
        costs = np.where(np.isin(np.arange(len(pads.landings)), chosen), np.inf, task.costs[contact])
        if costs.min(initial=np.inf) < np.inf:
            chosen[contact] = costs.argmin()
    wired = np.flatnonzero(chosen != NOWHERE)
    if len(wired):
        allowed = np.isfinite(task.costs[wired])
        chosen[wired] = uncrossed(contacts.points[wired], pads.landings, chosen[wired], allowed)
    return chosen


def _assignment(contacts: Contacts, pads: Pads, task: Task, chosen: Numbers, landings: Values) -> Assignment:
    """Return the result as wires."""
    ends, starts = landings.tolist(), contacts.points.tolist()
    wires = tuple(
        Wire(i, None if pad == NOWHERE else pad, (starts[i][0], starts[i][1]), (ends[i][0], ends[i][1]))
        for i, pad in enumerate(chosen.tolist())
        if pad != NOWHERE or task.descends[i]
    )
    grounds = {contacts.nets[wire.contact] for wire in wires if wire.pad is None} - {None}
    pins = {wire.pad for wire in wires if wire.pad is not None and contacts.nets[wire.contact] in grounds}
    crossings = crossing_pairs(segments_of(wires), pads_of(wires)).tolist()
    return Assignment(
        wires=wires,
        unconnected=tuple(
            Unconnected(i, _reason(task, chosen, i))
            for i in np.flatnonzero((chosen == NOWHERE) & ~task.descends).tolist()
        ),
        unconnected_pads=tuple(sorted(set(range(len(pads.landings))) - set(chosen.tolist()))),
        crossings=tuple((one, other) for one, other in crossings),
        mounting_pad_pins=tuple(sorted(pins)),
    )


def _reason(task: Task, chosen: Numbers, contact: int) -> str:
    """Return why a contact has no wire."""
    if contact in task.fixed:
        return "the mounting pad does not reach far enough beyond the die edge for a bond foot"
    possible = np.flatnonzero(np.isfinite(task.costs[contact])).tolist()
    if not possible:
        return "no pad may carry its net" if task.costs.shape[1] else "there is no pad"
    if all(_is_full(task, chosen, contact, pad) for pad in possible):
        return f"none of the {len(possible)} pads it may go to has room left"
    return "no pad with room for it keeps the order round the die"


def _is_full(task: Task, chosen: Numbers, contact: int, pad: int) -> bool:
    """Tell whether a pad can take no wire of a contact beside those it has."""
    users = np.flatnonzero(chosen == pad).tolist()
    return len(users) >= task.capacity or any(task.nets[user] != task.nets[contact] for user in users)
