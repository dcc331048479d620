"""What a check finds, and what becomes of it: the values that engine, reporters and users share."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from maskgen.geometry.arrays import Lattice
from maskgen.geometry.regions import Box

Edge = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Finding:
    """A place and a measured value, as a check yields it.

    Parameters
    ----------
    sentence
        What was found, lower case, with numbers and units; the engine puts rule and place before it.
    box
        Where, in the frame of what was looked at [µm]; None if it has no place on the plate.
    measured, limit
        In the unit that the check documents.
    edges
        The two edges that are too near, if it is about two edges.
    at
        A point of it (x, y) [µm], where the middle of its box need not be one; it says whose site it is.
    """

    sentence: str
    box: Box | None = None
    measured: float | None = None
    limit: float | None = None
    edges: tuple[Edge, ...] = ()
    at: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Violation:
    """A finding stamped with its rule; its coordinates are those of its first copy on the plate.

    Parameters
    ----------
    lattices
        Where it repeats, each lattice's origin being that of a copy of the finding's centre of reference.
    count
        How many copies there are in all.
    waived
        Reason and name of the person who accepts it, or None.
    """

    rule: str
    check: str
    severity: str
    finding: Finding
    cell: str
    lattices: tuple[Lattice, ...]
    count: int
    fingerprint: str
    waived: str | None = None

    def accepted(self, reason: str, who: str) -> "Violation":
        """Return the violation as waived."""
        return replace(self, waived=f"{reason} ({who})")


def fingerprint(rule: str, cell: str, finding: Finding, *, box: Box | None = None) -> str:
    """Return a short text that stays the same while a rule finds the same thing at the same place of a cell.

    Parameters
    ----------
    box
        The finding's as the cell sees it; by default the one that it has.
    """
    place = "" if finding.box is None else "{:.3f},{:.3f},{:.3f},{:.3f}".format(*(box or finding.box))
    measured = "" if finding.measured is None else f"{finding.measured:.3f}"
    words = finding.sentence if finding.box is None else ""
    return hashlib.sha256("|".join([rule, cell, place, measured, words]).encode()).hexdigest()[:16]


def counts(violations: Sequence[Violation]) -> dict[str, int]:
    """Return how many places are in error, warned about and waived, copies counted."""
    found = {"error": 0, "warning": 0, "waived": 0}
    for violation in violations:
        found["waived" if violation.waived is not None else violation.severity] += violation.count
    return found
