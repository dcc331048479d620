"""Ends: the pins and contacts of a bond diagram with their labels, each where none lies on another.

Pins in rings are labelled outside the package, turned and spread along its sides; pins of arrays where they stand.
Contacts carry the number of their wire or lead.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from maskgen.geometry import regions
from maskgen.geometry.regions import Box
from maskgen.pictures.diagram import Diagram, Joint, number_of
from maskgen.pictures.frame import Frame
from maskgen.pictures.labels import Taken, spread
from maskgen.pictures.paint import Area, Item, Line, Point, Words, cut, width_of
from maskgen.spec.terminals import Terminal

LABEL_ROOM = 100.0
"""Points that labels outside the package may take on each side."""
_LARGEST, _SMALLEST = 7.0, 1.5
"""Sizes of labels [points]."""
_READABLE = 4.5
_LEADER = 10.0
_RIM = 0.12
"""Part of the smaller side of all pins within which the pins of rings lie."""
_GREY, _INK = "#6b7280", "#1f2328"
_PIN_ONE = "#c81e1e"


@dataclass(frozen=True)
class _Side:
    """A side of the package: along which axis its labels stand, and which way is out."""

    axis: int
    out: int


_SIDES = (_Side(1, -1), _Side(0, 1), _Side(1, 1), _Side(0, -1))
"""Left, bottom, right and top of the page."""


def is_ring(pins: Sequence[Terminal]) -> bool:
    """Tell whether all pins lie at the rim of the box around them in one row, so that labels outside can reach them."""
    boxes = np.array([regions.box_of(pin.outline) for pin in pins]).reshape(-1, 4)
    if not len(boxes):
        return False
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    depths = np.minimum(boxes[:, :2] - low, high - boxes[:, 2:]).min(axis=1)
    reach = np.minimum((boxes[:, 2:] - boxes[:, :2]).max(axis=1), _RIM * (high - low).min())
    return bool((depths <= reach).all())


def pin_labels(diagram: Diagram, frame: Frame, taken: Taken) -> Iterator[Item]:
    """Yield the labels of all pins, and take their room."""
    if is_ring(diagram.outer):
        yield from _outside(diagram, frame)
    else:
        yield from _in_place(diagram, frame, taken)


def pin_one(diagram: Diagram, frame: Frame) -> Area:
    """Return the mark of pin 1: a triangle outside the corner of the package that is nearest to it."""
    x, y = frame.at(*diagram.outer[0].centre)
    left, top, right, bottom = frame.box_at(regions.box_of(diagram.body) if diagram.shows_body else diagram.within)
    corner = min(((u, v) for u in (left, right) for v in (top, bottom)), key=lambda at: math.dist(at, (x, y)))
    across = 1 if corner[0] == right else -1
    along = 1 if corner[1] == bottom else -1
    u, v = corner[0] + 3 * across, corner[1] + 3 * along
    return Area((((u, v), (u + 9 * across, v), (u, v + 9 * along)),), _PIN_ONE)


def _outside(diagram: Diagram, frame: Frame) -> Iterator[Item]:
    """Yield labels around the package, each with a line from its pin."""
    outline = frame.box_at(diagram.box)
    sides: list[list[Terminal]] = [[], [], [], []]
    boxes = [frame.box_at(regions.box_of(pin.outline)) for pin in diagram.outer]
    rim = _around(boxes)
    for pin, box in zip(diagram.outer, boxes, strict=True):
        gaps = (box[0] - rim[0], rim[3] - box[3], rim[2] - box[2], box[1] - rim[1])
        sides[_side_of(gaps, box)].append(pin)
    for side, pins in zip(_SIDES, sides, strict=True):
        yield from _row(diagram, frame, side, pins, outline)


def _around(boxes: Sequence[Box]) -> Box:
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


def _side_of(gaps: Sequence[float], box: Box) -> int:
    """Return the side that a pin is nearest to; at a corner, that which it points to."""
    is_wide = box[2] - box[0] > box[3] - box[1]
    return min(range(4), key=lambda side: (round(gaps[side], 3), (side % 2 == 0) != is_wide))


def _row(diagram: Diagram, frame: Frame, side: _Side, pins: list[Terminal], outline: Box) -> Iterator[Item]:
    """Yield the labels along one side."""
    along = side.axis
    low, high = outline[along], outline[along + 2]
    edge = outline[(1 - along) + (2 if side.out > 0 else 0)]
    placed = sorted((frame.at(*pin.centre)[along], number, pin) for number, pin in enumerate(pins))
    size = min(_LARGEST, (high - low) / max(1, len(pins)) / 1.15)
    places = spread([entry[0] for entry in placed], 1.15 * size, low + size / 2, high - size / 2)
    texts = _pin_texts(diagram)
    for (_, _, pin), place in zip(placed, places, strict=True):
        box = frame.box_at(regions.box_of(pin.outline))
        foot = box[(1 - along) + (2 if side.out > 0 else 0)]
        middle = (box[along] + box[along + 2]) / 2
        points = [(foot, middle), (edge + 2 * side.out, middle), (edge + (_LEADER - 1) * side.out, place)]
        yield Line(tuple(_turned(point, along) for point in points), _GREY, 0.35)
        yield _label(texts[pin.name], size, edge + _LEADER * side.out, place, side, is_first=pin is diagram.outer[0])


def _turned(point: Point, along: int) -> Point:
    """Return a point whose coordinates are given across and along a side."""
    return point if along == 1 else (point[1], point[0])


def _label(text: str, size: float, across: float, along: float, side: _Side, *, is_first: bool) -> Words:
    """Return a label that begins or ends at a side."""
    middle = along + 0.35 * size
    short = cut(text, size, LABEL_ROOM - _LEADER)
    colour = _PIN_ONE if is_first else _INK
    if side.axis == 1:
        align = "start" if side.out > 0 else "end"
        return Words((across, middle), short, size, colour, align, is_bold=is_first)  # type: ignore[arg-type]
    align = "end" if side.out > 0 else "start"
    return Words((middle, across), short, size, colour, align, angle=-90.0, is_bold=is_first)  # type: ignore[arg-type]


def _pin_texts(diagram: Diagram) -> dict[str, str]:
    """Return number and net of each pin, by its name."""
    nets = {joint.outer: joint.net for joint in diagram.joints}
    numbers = number_of(diagram)
    return {name: f"{number} {nets[name]}" if name in nets else f"{number} (NC)" for name, number in numbers.items()}


def _in_place(diagram: Diagram, frame: Frame, taken: Taken) -> Iterator[Item]:
    """Yield the labels of an array, each on its pin, or beside it where pins are too small."""
    numbers = number_of(diagram)
    longest = max(width_of(number, 1.0) for number in numbers.values())
    centres = [frame.at(*pin.centre) for pin in diagram.outer]
    boxes = [frame.box_at(regions.box_of(pin.outline)) for pin in diagram.outer]
    across = min(box[2] - box[0] for box in boxes)
    size = max(_SMALLEST, min(9.0, 0.8 * _nearest(centres) / longest))
    if 1.2 * across / longest > _READABLE:
        size, above = min(size, 1.2 * across / longest), False
    else:
        size, above = min(size, 6.0), True
    for pin, (x, y), box in zip(diagram.outer, centres, boxes, strict=True):
        text = numbers[pin.name]
        middle = box[1] - 0.65 * size if above else y
        half = width_of(text, size) / 2
        taken.take(box)
        taken.take((x - half, middle - 0.5 * size, x + half, middle + 0.5 * size))
        is_first = pin is diagram.outer[0]
        colour = _PIN_ONE if is_first else _INK
        at = x, middle + 0.35 * size
        yield Words(at, text, round(size, 2), colour, "middle", is_bold=is_first, has_halo=True)


def _nearest(points: Sequence[Point]) -> float:
    """Return the least distance of two points."""
    if len(points) < 2:
        return math.inf
    places = shapely.points(np.array(points))
    tree = shapely.STRtree(places)
    _, distances = tree.query_nearest(places, exclusive=True, return_distance=True)
    return float(distances.min(initial=math.inf))


def joint_numbers(diagram: Diagram, frame: Frame, taken: Taken) -> Iterator[Words]:
    """Yield the number of each joint beside its inner end, where there is room, and take that room."""
    ends = [frame.at(*joint.path[0]) for joint in diagram.joints]
    contacts = [frame.box_at(regions.box_of(terminal.outline)) for terminal in diagram.inner]
    for box in contacts:
        taken.take(box)
    size = max(_SMALLEST, min(6.0, 0.85 * _nearest(ends)))
    rim = _around(contacts) if is_ring(diagram.inner) else None
    under = np.array(contacts).reshape(-1, 4)
    for joint, end in zip(diagram.joints, ends, strict=True):
        ways, box = _ways(joint, frame, end, rim), _box_under(end, under)
        choices = [choice for part in (1.0, 0.75, 0.55) for choice in _choices(joint, box, ways, part * size)]
        number = taken.first_free((place, number) for number, (place, _) in enumerate(choices))
        if number is not None:
            yield choices[number][1]


def _box_under(end: Point, boxes: NDArray[np.float64]) -> Box:
    """Return the box that a point stands on, or the point where there is none."""
    (x, y), (left, top, right, bottom) = end, boxes.T
    hit = np.flatnonzero((left <= x) & (x <= right) & (top <= y) & (y <= bottom))
    return tuple(boxes[hit[0]].tolist()) if len(hit) else (x, y, x, y)


def _ways(joint: Joint, frame: Frame, end: Point, rim: Box | None) -> list[tuple[int, int]]:
    """Return right, left, down and up, the likeliest first: away from the joint, across the rim before along it."""
    away = np.subtract(end, frame.at(*joint.path[max(1, len(joint.path) // 3)]))
    ways = sorted(((1, 0), (-1, 0), (0, 1), (0, -1)), key=lambda way: -float(np.dot(away, way)))
    if rim is None:
        return ways
    gaps = min(end[0] - rim[0], rim[2] - end[0]), min(end[1] - rim[1], rim[3] - end[1])
    across = 0 if gaps[0] < gaps[1] else 1
    return sorted(ways[:2], key=lambda way: way[across] == 0) + ways[2:]


def _choices(joint: Joint, under: Box, ways: Sequence[tuple[int, int]], size: float) -> Iterator[tuple[Box, Words]]:
    """Yield where the number of a joint may stand around the box under its end."""
    text = str(joint.number)
    x, y = (under[0] + under[2]) / 2, (under[1] + under[3]) / 2
    long = width_of(text, size)
    for u, v in ways:
        gap = (under[2] - under[0] if u else under[3] - under[1]) / 2 + 0.3 * size + long / 2
        middle = x + u * gap, y + v * gap
        half = (long / 2, size / 2) if u else (size / 2, long / 2)
        box = middle[0] - half[0], middle[1] - half[1], middle[0] + half[0], middle[1] + half[1]
        at = (middle[0], middle[1] + 0.35 * size) if u else (middle[0] + 0.35 * size, middle[1])
        yield box, Words(at, text, round(size, 2), _INK, "middle", angle=0.0 if u else -90.0, has_halo=True)
