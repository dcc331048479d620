"""Markers: findings drawn on a picture, each with its rule's id beside it, where no other name stands."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from maskgen.drc.sites import SITE_CELL
from maskgen.drc.violation import Violation
from maskgen.geometry import regions
from maskgen.geometry.arrays import Array
from maskgen.geometry.regions import Box
from maskgen.pictures.frame import Frame
from maskgen.pictures.labels import Taken
from maskgen.pictures.paint import Area, Item, Line, Point, Words, rectangle, width_of

MOST = 40
"""Findings that are drawn with a name."""
_COLOURS = {"error": "#c81e1e", "warning": "#b45309", "waived": "#6b7280"}
_SIZE, _LEAST = 10.0, 7.0
"""Letters of names, and the least side of a marker [points]."""
_DISTANCES = (7.0, 18.0, 34.0, 56.0, 84.0)
_TURNS = 12
_BOLD = 1.12
"""How much wider bold letters are."""


@dataclass(frozen=True)
class Marker:
    """What a picture shows of a rule at a place: its words, how bad it is, where [µm], and how many findings it is."""

    words: str
    kind: str
    box: Box
    findings: int = 1


def on_plate(violations: Sequence[Violation], array: Array) -> list[Marker]:
    """Return the findings that have a place on the plate, the worst first, each at its first copy.

    What a rule finds in one site is one marker around all of it.
    """
    groups: dict[tuple[str, str, tuple[float, float] | str], list[Violation]] = {}
    for violation in violations:
        box = violation.finding.box
        if box is not None:
            centre = _centre_near(array, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
            where = centre if violation.cell == SITE_CELL else violation.fingerprint
            groups.setdefault((violation.rule, _kind(violation), where), []).append(violation)
    return _sorted([_together(group) for group in groups.values()])


def _together(group: Sequence[Violation]) -> Marker:
    """Return findings of one rule in one site as one marker."""
    box = regions.box_around([violation.finding.box for violation in group if violation.finding.box])
    copies = sum(violation.count for violation in group)
    return Marker(_words(group[0], copies), _kind(group[0]), box or (0.0, 0.0, 0.0, 0.0), len(group))


def on_site(violations: Sequence[Violation], array: Array, shown: Box) -> list[Marker]:
    """Return the findings that lie in a site, the worst first, around the site's centre; equal ones once."""
    found = dict[Marker, None]()
    for violation in violations:
        box = violation.finding.box
        if box is None or violation.cell != SITE_CELL:
            continue
        x, y = _centre_near(array, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        place = tuple(round(value, 3) for value in (box[0] - x, box[1] - y, box[2] - x, box[3] - y))
        left, bottom, right, top = place
        if left <= shown[2] and right >= shown[0] and bottom <= shown[3] and top >= shown[1]:
            found[Marker(_words(violation, 1), _kind(violation), (left, bottom, right, top))] = None
    return _sorted(list(found))


def _centre_near(array: Array, x: float, y: float) -> tuple[float, float]:
    """Return the centre of the site that a point lies in or next to."""
    row = int(np.abs(array.rows.centres - y).argmin())
    shift = array.centre(row, 0)[0] - float(array.columns.centres[0])
    return array.centre(row, int(np.abs(array.columns.centres + shift - x).argmin()))


def _words(violation: Violation, copies: int) -> str:
    return f"{violation.rule} ×{copies:,}" if copies > 1 else violation.rule


def _kind(violation: Violation) -> str:
    return "waived" if violation.waived is not None else violation.severity


def _sorted(markers: list[Marker]) -> list[Marker]:
    return sorted(markers, key=lambda marker: list(_COLOURS).index(marker.kind))


def drawn(markers: Sequence[Marker], frame: Frame, taken: Taken) -> tuple[list[Item], int]:
    """Return markers with their names, and how many findings have no name on the picture.

    Boxes of up to ten times `MOST` findings are drawn; names as far as there is room, `MOST` at the most.
    """
    items, named = list[Item](), 0
    everything = sum(marker.findings for marker in markers)
    boxes = [_at_least(frame.box_at(marker.box)) for marker in markers[: 10 * MOST]]
    for box in boxes[:MOST]:
        taken.take(box)
    for number, (marker, box) in enumerate(zip(markers, boxes, strict=False)):
        colour = _COLOURS[marker.kind]
        ring = rectangle(box[0], box[1], box[2] - box[0], box[3] - box[1])
        items.append(Area((ring,), colour, colour, 1.4, opacity=0.1))
        place = _place(marker.words, box, frame, taken) if number < MOST else None
        if place is not None:
            items += _named(marker.words, box, place, colour)
            named += marker.findings
    return items, everything - named


def _at_least(box: Box) -> Box:
    """Return a box that is large enough to be seen."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    wide, high = (max(_LEAST, size) / 2 for size in (box[2] - box[0], box[3] - box[1]))
    return x - wide, y - high, x + wide, y + high


def _place(words: str, box: Box, frame: Frame, taken: Taken) -> Box | None:
    """Return the first place near a box where words have room within the picture."""
    width, height = _BOLD * width_of(words, _SIZE), 1.2 * _SIZE
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    for distance in _DISTANCES:
        for turn in range(_TURNS):
            angle = -math.pi / 4 + 2 * math.pi * turn / _TURNS
            u = x + math.cos(angle) * ((box[2] - box[0] + width) / 2 + distance)
            v = y + math.sin(angle) * ((box[3] - box[1] + height) / 2 + distance)
            place = u - width / 2, v - height / 2, u + width / 2, v + height / 2
            if _is_within(place, frame) and taken.is_free(place):
                taken.take(place)
                return place
    return None


def _is_within(place: Box, frame: Frame) -> bool:
    right, bottom = frame.left + frame.width, frame.top + frame.height
    return place[0] >= frame.left and place[1] >= frame.top and place[2] <= right and place[3] <= bottom


def _named(words: str, box: Box, place: Box, colour: str) -> Iterator[Item]:
    """Yield the name of a marker on a white ground, and a line to it."""
    start, end = _nearest_points(box, place)
    yield Line((start, end), colour, 0.8)
    yield Area((rectangle(place[0], place[1], place[2] - place[0], place[3] - place[1]),), "#ffffff", opacity=0.85)
    yield Words(((place[0] + place[2]) / 2, place[3] - 0.32 * _SIZE), words, _SIZE, colour, "middle", is_bold=True)


def _nearest_points(one: Box, other: Box) -> tuple[Point, Point]:
    """Return the points at which two boxes are nearest to each other."""
    across, along = (_nearest(one[axis], one[axis + 2], other[axis], other[axis + 2]) for axis in (0, 1))
    return (across[0], along[0]), (across[1], along[1])


def _nearest(low: float, high: float, other_low: float, other_high: float) -> tuple[float, float]:
    """Return the nearest points of two intervals, in the middle of what they share if they overlap."""
    if high < other_low:
        return high, other_low
    if other_high < low:
        return low, other_high
    middle = (max(low, other_low) + min(high, other_high)) / 2
    return middle, middle


def tally(markers: Sequence[Marker], unnamed: int) -> list[str]:
    """Return what a picture says about its findings, line by line."""
    if not markers:
        return ["no findings with a place"]
    counts = {kind: sum(marker.findings for marker in markers if marker.kind == kind) for kind in _NOUNS}
    more = [f"and {unnamed:,} more without a name, see drc.json"] if unnamed else []
    return [*(f"{noun}: {counts[kind]:,}" for kind, noun in _NOUNS.items() if counts[kind]), *more]


_NOUNS = {"error": "findings in error", "warning": "findings warned about", "waived": "findings waived"}
