"""What is to be assigned: contacts and pads, what a wire between any two of them costs, and their cyclic orders.

A wire costs its length; one beyond the limits of the assembly house costs so much more that sharing a pad, or the
mounting pad, is cheaper.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskgen.bonding import order
from maskgen.bonding.matching import NOWHERE, Problem, cyclic_matching
from maskgen.bonding.rules import AssemblyProfile, BondingRules
from maskgen.bonding.wires import departures, lengths
from maskgen.errors import MaskgenError
from maskgen.geometry.regions import Box

Values = NDArray[np.float64]
Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

Fixed = Mapping[int, int | None]
"""Pad of some contacts, by index, None for the mounting pad."""

UNCONNECTED_COST = 1e9
"""Cost of a contact without a wire: more than any detour."""

_WAY_OUT = 2.0
"""Longest good run above the die, in shortest ways out: that of a wire at 60 deg to the normal."""

_BROKEN = 2.0
"""Cost of breaking a limit, in longest wires; a pad of one's own is worth one."""

_EXCESS = 4.0
"""Cost of each share by which a limit is exceeded, in longest wires."""


@dataclass(frozen=True, eq=False)
class Contacts:
    """Contacts of a die.

    Parameters
    ----------
    points : (n, 2) ndarray of float
        Centres [µm].
    nets
        Net of each; None for one that is a net of its own.
    """

    points: Values
    nets: tuple[str | None, ...]


@dataclass(frozen=True, eq=False)
class Pads:
    """Pads of a package.

    Parameters
    ----------
    landings : (m, 2) ndarray of float
        Where a wire lands on each [µm].
    nets
        Net that a pad is meant for, None for any; empty where no pad is meant for one. A net that is named here goes to
        no other pads.
    """

    landings: Values
    nets: tuple[str | None, ...] = ()


@dataclass(frozen=True, eq=False)
class Task:
    """The matching in arrays by contact and pad, and the orders in which it goes round.

    `descends` tells which contacts may go to the mounting pad.
    """

    fixed: Fixed
    costs: Values
    skips: Values
    descends: Flags
    nets: Numbers
    contact_order: Numbers
    pad_order: Numbers
    capacity: int
    share: float

    def matched(self, skips: Values) -> Numbers:
        """Return the pad of each contact, `NOWHERE` for none, at given costs of having none."""
        ranked = self.contact_order
        problem = Problem(
            costs=self.costs[np.ix_(ranked, self.pad_order)],
            skips=skips[ranked],
            bridged=self.descends[ranked],
            nets=self.nets[ranked].tolist(),
            capacity=self.capacity,
            share=self.share,
        )
        columns = cyclic_matching(problem)
        found = np.full(len(ranked), NOWHERE)
        found[ranked[columns != NOWHERE]] = self.pad_order[columns[columns != NOWHERE]]
        return found


def task_of(
    contacts: Contacts,
    pads: Pads,
    die: Box,
    straight: Values,
    *,
    rules: BondingRules,
    fixed: Fixed,
) -> Task:
    """Return what is to be matched."""
    nets = _net_numbers(contacts.nets)
    descends = _descending(contacts, straight, rules, fixed)
    worth = rules.profile.max_length
    fee = lengths(contacts.points, straight) + (0.0 if rules.prefer_downbonds else worth)
    ring = order.ring_around(pads.landings, die)
    return Task(
        fixed=fixed,
        costs=np.where(
            _allowed(contacts, pads, fixed), _costs(contacts.points, pads.landings, die, rules.profile), np.inf
        ),
        skips=np.where(descends, fee, UNCONNECTED_COST),
        descends=descends,
        nets=nets,
        contact_order=order.cyclic_order(order.ring_positions(contacts.points, die, ring), nets),
        pad_order=order.cyclic_order(order.ring_positions(pads.landings, die, ring)),
        capacity=rules.max_per_pad,
        share=worth,
    )


def check_fixed(contacts: Contacts, pads: Pads, fixed: Fixed, *, capacity: int) -> None:
    """Raise MaskgenError if fixed pairs do not exist, or put two nets or too many wires on a pad."""
    taken: dict[int, list[int]] = {}
    for contact, pad in sorted(fixed.items()):
        if not 0 <= contact < len(contacts.points):
            raise MaskgenError(
                f"contact {contact} is given a pad, but there are {len(contacts.points)} contacts, from 0"
            )
        if pad is None:
            continue
        if not 0 <= pad < len(pads.landings):
            raise MaskgenError(f"contact {contact} is given pad {pad}, but there are {len(pads.landings)} pads, from 0")
        taken.setdefault(pad, []).append(contact)
    for pad, users in taken.items():
        nets = [contacts.nets[user] for user in users]
        if len(users) > 1 and (None in nets or len(set(nets)) > 1):
            raise MaskgenError(f"pad {pad} is given to contacts of different nets: {_named(users, contacts)}")
        if len(users) > capacity:
            raise MaskgenError(f"pad {pad} is given to {len(users)} contacts, at most {capacity} may share one")


def _named(users: Sequence[int], contacts: Contacts) -> str:
    """Return contacts with their nets, as a message writes them."""
    return ", ".join(f"{user} ({contacts.nets[user] or 'no net'})" for user in users)


def _net_numbers(nets: Sequence[str | None]) -> Numbers:
    """Return a number per net, a new one for each contact that has none."""
    numbers: dict[str | int, int] = {}
    return np.array(
        [numbers.setdefault(i if net is None else net, len(numbers)) for i, net in enumerate(nets)], dtype=np.int64
    )


def _descending(contacts: Contacts, straight: Values, rules: BondingRules, fixed: Fixed) -> Flags:
    """Tell which contacts may go to the mounting pad."""
    asked = [fixed[i] is None if i in fixed else net in rules.downbond_nets for i, net in enumerate(contacts.nets)]
    return np.array(asked, dtype=bool) & np.isfinite(straight).all(axis=1)


def _allowed(contacts: Contacts, pads: Pads, fixed: Fixed) -> Flags:
    """Tell for each contact and pad whether a wire may join them."""
    owners = np.array(pads.nets or [None] * len(pads.landings), dtype=object)
    named = {net for net in pads.nets if net is not None}
    wanted = np.array([net if net in named else None for net in contacts.nets], dtype=object)
    allowed: Flags = (wanted[:, None] == owners[None, :]).astype(bool)
    for contact, pad in fixed.items():
        strangers = [i for i, net in enumerate(contacts.nets) if net is None or net != contacts.nets[contact]]
        if pad is not None:
            allowed[strangers, pad] = False
    for contact, pad in fixed.items():
        allowed[contact] = False
        if pad is not None:
            allowed[contact, pad] = True
    return allowed


def _costs(points: Values, landings: Values, die: Box, profile: AssemblyProfile) -> Values:
    """Return the cost of each wire: its length, and much more for what exceeds a limit.

    A wire that runs far above the die only to leave over another edge exceeds one too.
    """
    starts, ends = points[:, None, :], landings[None, :, :]
    run = lengths(starts, ends)
    leaving = departures(starts, ends, die)
    shortest = np.maximum(order.depths(points, die).min(axis=1), 0.0)[:, None]
    excess = np.maximum(run / profile.max_length - 1, 0) + np.maximum(1 - run / profile.min_length, 0)
    excess += np.maximum(leaving.angles / profile.max_angle - 1, 0)
    excess += np.maximum(leaving.over_die - _WAY_OUT * shortest, 0) / np.maximum(run, 1e-9)
    return run + profile.max_length * (_BROKEN * (excess > 0) + _EXCESS * excess)
