"""Waivers: findings that somebody answers for, found again by rule, by fingerprint or by place."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from maskgen.drc.violation import Violation
from maskgen.geometry.arrays import Lattice
from maskgen.geometry.regions import Box
from maskgen.spec.waivers import Waiver

__all__ = ["Waiver", "stale_sentence", "waived"]

_ROUNDING = 1e-6
"""Part of a µm by which a finding may stick out of a waiver's box."""


def waived(violation: Violation, waivers: Sequence[Waiver]) -> Iterator[tuple[Violation, int | None]]:
    """Yield a violation with the number of the waiver that accepts it, in parts where one accepts some copies only.

    The first waiver that matches counts. A box accepts the copies that lie in it.
    """
    for number, waiver in enumerate(waivers):
        if not _is_meant(waiver, violation):
            continue
        inside, outside = _divided(violation, waiver.box)
        if inside is not None:
            yield inside.accepted(waiver.reason, waiver.who), number
        if outside is None:
            return
        violation = outside
    yield violation, None


def stale_sentence(waiver: Waiver) -> str:
    """Return what is said of a waiver that matches nothing."""
    place = f" in [{', '.join(f'{value:g}' for value in waiver.box)}] um" if waiver.box is not None else ""
    mark = f" with fingerprint {waiver.fingerprint}" if waiver.fingerprint is not None else ""
    hint = ": a box waives only what lies in it whole" if waiver.box is not None else ""
    return f"waiver of {waiver.rule}{place}{mark} by {waiver.who} matches nothing{hint}"


def _is_meant(waiver: Waiver, violation: Violation) -> bool:
    """Tell whether a waiver is for a violation, wherever it lies: same rule, and its fingerprint if one is given."""
    return waiver.rule == violation.rule and waiver.fingerprint in (None, violation.fingerprint)


def _divided(violation: Violation, box: Box | None) -> tuple[Violation | None, Violation | None]:
    """Return the copies of a violation that lie in a box, and the others; all where there is no box."""
    if box is None:
        return violation, None
    if violation.finding.box is None:
        return None, violation
    left, bottom, right, top = violation.finding.box
    lattices = violation.lattices or (Lattice(left, bottom, 1, 1, 0.0, 0.0),)
    room = (box[0], box[1], box[2] - (right - left), box[3] - (top - bottom))
    inside: list[Lattice] = []
    outside: list[Lattice] = []
    for lattice in lattices:
        some, others = _cut(lattice, room)
        inside += some
        outside += others
    return _with(violation, inside), _with(violation, outside)


def _cut(lattice: Lattice, room: Box) -> tuple[list[Lattice], list[Lattice]]:
    """Return the part of a lattice whose places lie in a box, and the parts whose places do not."""
    c0, c1 = _between(lattice.x, lattice.dx, lattice.columns, room[0], room[2])
    r0, r1 = _between(lattice.y, lattice.dy, lattice.rows, room[1], room[3])
    if c0 >= c1 or r0 >= r1:
        return [], [lattice]
    spans = [
        (0, r0, 0, lattice.columns),
        (r0, r1, 0, c0),
        (r0, r1, c1, lattice.columns),
        (r1, lattice.rows, 0, lattice.columns),
    ]
    return [_part(lattice, r0, r1, c0, c1)], [_part(lattice, *span) for span in spans if _is_some(*span)]


def _is_some(r0: int, r1: int, c0: int, c1: int) -> bool:
    return r0 < r1 and c0 < c1


def _part(lattice: Lattice, r0: int, r1: int, c0: int, c1: int) -> Lattice:
    """Return some rows and columns of a lattice."""
    x, y = round(lattice.x + c0 * lattice.dx, 6), round(lattice.y + r0 * lattice.dy, 6)
    return Lattice(x, y, c1 - c0, r1 - r0, lattice.dx, lattice.dy)


def _between(first: float, step: float, count: int, low: float, high: float) -> tuple[int, int]:
    """Return the range of the places of a run that lie between two limits."""
    if count == 1 or step == 0:
        return (0, count) if low - _ROUNDING <= first <= high + _ROUNDING else (0, 0)
    begin = -int((first - low + _ROUNDING) // step)
    end = int((high - first + _ROUNDING) // step) + 1
    return max(0, begin), min(count, end)


def _with(violation: Violation, lattices: list[Lattice]) -> Violation | None:
    """Return a violation on other places, None if there are none."""
    if not lattices:
        return None
    box = violation.finding.box
    first = lattices[0]
    count = sum(lattice.count for lattice in lattices)
    assert box is not None
    dx, dy = first.x - box[0], first.y - box[1]
    if (dx, dy) != (0.0, 0.0):
        edges = tuple(((a[0] + dx, a[1] + dy), (b[0] + dx, b[1] + dy)) for a, b in violation.finding.edges)
        moved = (box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy)
        violation = replace(violation, finding=replace(violation.finding, box=moved, edges=edges))
    return replace(violation, lattices=tuple(lattices) if count > 1 else (), count=count)
