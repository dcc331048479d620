"""What is wrong with wires, measured against an assembly profile (`process.md` 8). All in plan, all wires at once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from maskgen.bonding.order import depths
from maskgen.bonding.rules import AssemblyProfile
from maskgen.bonding.wires import (
    MOUNTING_PAD,
    Departures,
    Numbers,
    Point,
    Values,
    Wire,
    crossing_pairs,
    departures,
    lengths,
    pads_of,
    segments_of,
)
from maskgen.geometry.regions import Box, Region
from maskgen.physics.wires import clearances

Quantity = Literal[
    "min_length",
    "max_length",
    "max_angle",
    "crossing",
    "wire_clearance",
    "contact_clearance",
    "foot_clearance",
    "die_edge_clearance",
]
Lines = NDArray[np.object_]

_EXACT = 1e-6
"""Difference [µm, deg] from a limit that is rounding."""


@dataclass(frozen=True)
class WireFinding:
    """One limit that is not kept.

    Parameters
    ----------
    quantity
        What was measured: a limit of the profile, or a crossing.
    wires
        One or two wires, by index; where a wire passes a foot, it comes first and the wire of the foot second.
    measured, limit
        In the unit of that limit [µm or deg]; a crossing is a clearance of minus one wire diameter, with limit 0.
    place
        Where [µm].
    contact
        The foreign contact (by index) that a wire comes near to.
    """

    quantity: Quantity
    wires: tuple[int, ...]
    measured: float
    limit: float
    place: Point
    contact: int | None = None


@dataclass(frozen=True, eq=False)
class _Drawn:
    """Wires as arrays and as lines."""

    segments: Values
    pads: Numbers
    contacts: Numbers
    lines: Lines
    leaving: Departures
    die: Box


def findings(
    wires: Sequence[Wire],
    *,
    die: Box,
    profile: AssemblyProfile,
    contacts: Sequence[Region] = (),
    nets: Sequence[str | None] = (),
) -> list[WireFinding]:
    """Return all limits that wires do not keep, quantity by quantity.

    A value equal to its limit is kept.

    Parameters
    ----------
    die
        Box of the die [µm].
    contacts, nets
        Outline [µm] and net of each contact of the die, for the clearance to foreign ones; none are measured without.
    """
    if not wires:
        return []
    drawn = _drawn(wires, die)
    return [
        *_lengths(drawn, profile),
        *_angles(drawn, profile),
        *_crossings(drawn, profile),
        *_wire_clearances(drawn, profile),
        *_contact_clearances(drawn, profile, np.array(contacts, dtype=object), nets),
        *_foot_clearances(drawn, profile),
        *_die_edge_clearances(drawn, profile),
    ]


def _drawn(wires: Sequence[Wire], die: Box) -> _Drawn:
    """Return wires as arrays."""
    segments = segments_of(wires)
    return _Drawn(
        segments=segments,
        pads=pads_of(wires),
        contacts=np.array([wire.contact for wire in wires], dtype=np.int64),
        lines=shapely.linestrings(segments),
        leaving=departures(segments[:, 0], segments[:, 1], die),
        die=die,
    )


def _lengths(drawn: _Drawn, profile: AssemblyProfile) -> Iterator[WireFinding]:
    """Yield wires that are too short or too long."""
    measured = lengths(drawn.segments[:, 0], drawn.segments[:, 1])
    yield from _single(drawn, "min_length", measured, profile.min_length, measured < profile.min_length - _EXACT)
    yield from _single(drawn, "max_length", measured, profile.max_length, measured > profile.max_length + _EXACT)


def _angles(drawn: _Drawn, profile: AssemblyProfile) -> Iterator[WireFinding]:
    """Yield wires that leave too far from the normal of the die edge."""
    angles = drawn.leaving.angles
    yield from _single(drawn, "max_angle", angles, profile.max_angle, angles > profile.max_angle + _EXACT)


def _die_edge_clearances(drawn: _Drawn, profile: AssemblyProfile) -> Iterator[WireFinding]:
    """Yield wires that land too near the die edge, or on the die."""
    outside = np.maximum(-depths(drawn.segments[:, 1], drawn.die), 0.0)
    distance = np.hypot(outside[:, [0, 2]].max(axis=1), outside[:, [1, 3]].max(axis=1))
    limit = profile.die_edge_clearance
    yield from _single(drawn, "die_edge_clearance", distance, limit, distance < limit - _EXACT)


def _single(
    drawn: _Drawn, quantity: Quantity, measured: Values, limit: float, broken: NDArray[np.bool_]
) -> Iterator[WireFinding]:
    """Yield a finding in the middle of each wire that breaks a limit, at its foot where that is measured."""
    at = drawn.segments[:, 1] if quantity == "die_edge_clearance" else drawn.segments.mean(axis=1)
    for index in np.flatnonzero(broken).tolist():
        yield WireFinding(quantity, (index,), float(measured[index]), limit, _point(at[index]))


def _crossings(drawn: _Drawn, profile: AssemblyProfile) -> Iterator[WireFinding]:
    """Yield pairs of wires that cross or touch."""
    pairs = crossing_pairs(drawn.segments, drawn.pads)
    places = shapely.centroid(shapely.intersection(drawn.lines[pairs[:, 0]], drawn.lines[pairs[:, 1]]))
    for (one, other), place in zip(pairs.tolist(), shapely.get_coordinates(places), strict=True):
        yield WireFinding("crossing", (one, other), -profile.wire_diameter, 0.0, _point(place))


def _wire_clearances(drawn: _Drawn, profile: AssemblyProfile) -> Iterator[WireFinding]:
    """Yield pairs of wires that come too near each other without crossing."""
    reach = profile.wire_diameter + profile.wire_clearance
    pairs = _near_pairs(drawn.lines, drawn.lines, reach)
    pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    first, second = pairs.T
    common = (drawn.pads[first] == drawn.pads[second]) & (drawn.pads[first] != MOUNTING_PAD)
    apart = _shortened(drawn.segments, profile.shared_run)
    one = np.where(common[:, None, None], apart[first], drawn.segments[first])
    other = np.where(common[:, None, None], apart[second], drawn.segments[second])
    crossed = set(map(tuple, crossing_pairs(drawn.segments, drawn.pads).tolist()))
    free = clearances(one, other, diameter=profile.wire_diameter)
    nearest = shapely.shortest_line(shapely.linestrings(one), shapely.linestrings(other))
    yield from (
        finding
        for finding in _paired("wire_clearance", pairs, free, profile.wire_clearance, nearest)
        if finding.wires not in crossed
    )


def _contact_clearances(
    drawn: _Drawn, profile: AssemblyProfile, outlines: Lines, nets: Sequence[str | None]
) -> Iterator[WireFinding]:
    """Yield wires that come too near a contact of another net."""
    if not len(outlines):
        return
    radius = profile.wire_diameter / 2
    pairs = _near_pairs(drawn.lines, outlines, radius + profile.contact_clearance)
    own = drawn.contacts[pairs[:, 0]]
    names = np.array([index if net is None else net for index, net in enumerate(nets)], dtype=object)
    foreign = names[own] != names[pairs[:, 1]] if len(names) else own != pairs[:, 1]
    pairs = pairs[foreign.astype(bool)]
    lines, contacts = drawn.lines[pairs[:, 0]], outlines[pairs[:, 1]]
    free = shapely.distance(lines, contacts) - radius
    nearest = shapely.shortest_line(lines, contacts)
    for finding in _paired("contact_clearance", pairs, free, profile.contact_clearance, nearest):
        wire, contact = finding.wires
        yield WireFinding(finding.quantity, (wire,), finding.measured, finding.limit, finding.place, contact)


def _foot_clearances(drawn: _Drawn, profile: AssemblyProfile) -> Iterator[WireFinding]:
    """Yield wires that come too near the foot of a wire on another pad."""
    feet = shapely.points(drawn.segments[:, 1])
    around = profile.wire_diameter / 2 + max(profile.foot_width, profile.foot_length) / 2
    pairs = _near_pairs(drawn.lines, feet, around + profile.foot_clearance)
    first, second = pairs.T
    same = (drawn.pads[first] == drawn.pads[second]) & (drawn.pads[first] != MOUNTING_PAD)
    pairs = pairs[~same & (first != second)]
    lines, ends = drawn.lines[pairs[:, 0]], feet[pairs[:, 1]]
    free = shapely.distance(lines, ends) - around
    yield from _paired("foot_clearance", pairs, free, profile.foot_clearance, shapely.shortest_line(lines, ends))


def _near_pairs(lines: Lines, others: Lines, reach: float) -> Numbers:
    """Return which lines come within reach [µm] of which other shapes, as sorted (p, 2) indices."""
    pairs: Numbers = shapely.STRtree(others).query(lines, predicate="dwithin", distance=reach).T
    return pairs[np.lexsort(pairs.T[::-1])]


def _shortened(segments: Values, run: float) -> Values:
    """Return wires without their last run [µm]."""
    ways = segments[:, 1] - segments[:, 0]
    spans = np.maximum(np.hypot(ways[:, 0], ways[:, 1]), _EXACT)
    shares = np.maximum(1 - run / spans, 0.0)
    ends = segments[:, 0] + ways * shares[:, None]
    return np.stack([segments[:, 0], ends], axis=1)


def _paired(
    quantity: Quantity, pairs: Numbers, free: Values, limit: float, nearest: Iterable[Region]
) -> Iterator[WireFinding]:
    """Yield a finding for each pair with too little free space, in the middle of the shortest line between the two."""
    places = shapely.get_coordinates(shapely.centroid(np.array(list(nearest), dtype=object)))
    for index in np.flatnonzero(free < limit - _EXACT).tolist():
        one, other = pairs[index].tolist()
        yield WireFinding(quantity, (one, other), float(free[index]), limit, _point(places[index]))


def _point(place: Values) -> Point:
    """Return a place as two numbers."""
    return float(place[0]), float(place[1])
