"""Leads: their form, their ends, and what becomes of them. All lengths in µm.

A *lead* is one outline of metal: a fixed bulge on a terminal, a neck along a path, and a tip bulge on a contact.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from maskgen.geometry.regions import Region
from maskgen.physics import domain

Values = NDArray[np.float64]
Numbers = NDArray[np.int64]

Style = Literal["straight", "s", "bent"]
"""How leads run: straight, as an S of two equal arcs, or between the bulges of others with round bends."""


@dataclass(frozen=True)
class LeadForm:
    """What all leads of a kind have in common [µm].

    Parameters
    ----------
    neck
        Width of the neck.
    tip, fixed
        Diameters of the bulges; the neck is narrower than the tip, the tip no wider than the fixed end.
    fillet
        Radius of the fillets between neck and bulges; 0 for sharp corners.
    gap
        Least distance between two leads.
    style
        How the leads run.
    corner
        Radius of bends, along the middle of the neck; at least half the neck.
    lift, shift
        How far the tips move up, without kinks, and towards the fixed ends; negative away from them.
    slack
        Fraction by which a lead is at least longer than its chord after that.
    """

    neck: float
    tip: float
    fixed: float
    fillet: float
    gap: float
    style: Style = "straight"
    corner: float = 50.0
    lift: float = 0.0
    shift: float = 0.0
    slack: float = 0.0

    def __post_init__(self) -> None:
        domain.positive("um", neck=self.neck, tip=self.tip, fixed=self.fixed, gap=self.gap)
        domain.not_negative("um", fillet=self.fillet, lift=self.lift)
        domain.finite("um", shift=self.shift)
        domain.not_negative("", slack=self.slack)
        domain.at_least("um", self.neck / 2, corner=self.corner)
        if self.tip <= self.neck:
            raise ValueError(f"a tip of {self.tip:g} um must be wider than the neck, {self.neck:g} um")
        if self.fixed < self.tip:
            raise ValueError(f"a fixed end of {self.fixed:g} um must be no narrower than the tip, {self.tip:g} um")

    @property
    def pitch(self) -> float:
        """Return the distance of the middles of two necks side by side [µm]."""
        return self.neck + self.gap

    @property
    def least_span(self) -> float:
        """Return the span below which the fillets of a straight lead meet [µm]."""
        aside = self.neck / 2 + self.fillet
        return sum(math.sqrt((size / 2 + self.fillet) ** 2 - aside**2) for size in (self.tip, self.fixed))


@dataclass(frozen=True)
class Target:
    """Where a lead may end: a contact or a terminal, by name, and its place [µm]."""

    name: str
    x: float
    y: float


@dataclass(frozen=True, eq=False)
class Lead:
    """One lead.

    Parameters
    ----------
    number
        From 1, in the order of the contacts.
    contact, terminal
        Names of what its tip and its fixed end lie on.
    path : (n, 2) ndarray of float
        Middle of the neck from the centre of the fixed bulge to that of the tip bulge [µm].
    outline
        All of its metal, one polygon.
    """

    number: int
    contact: str
    terminal: str
    path: Values
    outline: Region

    @property
    def span(self) -> float:
        """Return the distance of the ends in plan [µm]."""
        return float(np.hypot(*(self.path[-1] - self.path[0])))

    @property
    def length(self) -> float:
        """Return the developed length from centre to centre [µm]."""
        return float(np.hypot(*np.diff(self.path, axis=0).T).sum())


@dataclass(frozen=True)
class Unrouted:
    """A contact without a lead, and why.

    Parameters
    ----------
    terminal
        Where it was to go; empty if there is none for it.
    shortfall
        By how much it fails [µm]; 0 if no length would help.
    """

    contact: str
    terminal: str
    sentence: str
    shortfall: float = 0.0


@dataclass(frozen=True)
class Routed:
    """Every contact once: with a lead, or among the unrouted; both in the order of the contacts."""

    leads: tuple[Lead, ...]
    unrouted: tuple[Unrouted, ...] = ()


def places(targets: Sequence[Target]) -> Values:
    """Return the (n, 2) places of targets [µm]."""
    return np.array([(target.x, target.y) for target in targets], dtype=float).reshape(-1, 2)
