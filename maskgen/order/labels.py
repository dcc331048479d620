"""Labels around a picture: each on the nearest side, in the order of what it names, none over another."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from maskgen.order.paper import RED, Frame, Paper, Point, Style

Side = Literal["left", "right", "bottom", "top"]

_AWAY, _APART = 10.0, 12.0
"""From the picture to its labels, and from label to label [points]."""
_SIZE = 6.5
_SHIFTS: dict[Side, tuple[float, float]] = {
    "left": (-2.0, -2.2),
    "right": (2.0, -2.2),
    "bottom": (0, -6.0),
    "top": (0, 2),
}
"""From the end of a label's line to its base line."""


@dataclass(frozen=True)
class Label:
    """A label: its words, what it names, and where its line ends, on the page."""

    words: str
    place: Point
    spot: Point
    side: Side


def draw(page: Paper, places: Sequence[tuple[str, Point]], frame: Frame) -> None:
    """Draw labels around a frame, each with a line to its place."""
    for label in around(places, frame):
        page.line(label.place, label.spot, RED, 0.4)
        page.dot(label.place, 0.9, RED)
        shift = _SHIFTS[label.side]
        ends: dict[Side, Literal["left", "right", "centre"]] = {"left": "right", "right": "left"}
        style = Style(_SIZE, RED, is_bold=True, align=ends.get(label.side, "centre"))
        page.text((label.spot[0] + shift[0], label.spot[1] + shift[1]), label.words, style)


def around(places: Sequence[tuple[str, Point]], frame: Frame) -> Iterator[Label]:
    """Yield labels around a frame for words and what they name."""
    (width, height), (left, bottom) = frame.size, (frame.left, frame.bottom)
    right, top = left + width, bottom + height
    fixed: dict[Side, float] = {
        "left": left - _AWAY,
        "right": right + _AWAY,
        "bottom": bottom - _AWAY,
        "top": top + _AWAY,
    }
    sides: dict[Side, list[tuple[str, Point]]] = {side: [] for side in fixed}
    for words, (x, y) in places:
        far: dict[Side, float] = {"left": x - left, "right": right - x, "bottom": y - bottom, "top": top - y}
        nearest = min(round(distance, 3) for distance in far.values())
        sides[next(side for side, distance in far.items() if round(distance, 3) == nearest)].append((words, (x, y)))
    for side, members in sides.items():
        axis = 1 if side in ("left", "right") else 0
        low, high = (bottom, top) if axis else (left, right)
        ordered = [members[index] for index in np.argsort([place[axis] for _, place in members], kind="stable")]
        spots = spread([place[axis] for _, place in ordered], low + 6, high - 6)
        for (words, place), spot in zip(ordered, spots, strict=True):
            yield Label(words, place, (fixed[side], spot) if axis else (spot, fixed[side]), side)


def spread(wanted: Sequence[float], low: float, high: float, step: float = _APART) -> list[float]:
    """Return places near wanted ones, in their order, a step apart, or less where there is no room for that.

    Examples
    --------
    >>> spread([0.0, 1.0, 50.0, 99.0, 99.0], 0.0, 100.0, 10.0)
    [0.0, 10.0, 50.0, 90.0, 100.0]
    """
    step = min(step, (high - low) / max(1, len(wanted) - 1))
    found: list[float] = []
    least, most = low, high
    for value in wanted:
        found.append(max(min(max(value, low), high), least))
        least = found[-1] + step
    for index in range(len(found) - 1, -1, -1):
        found[index] = min(found[index], most)
        most = found[index] - step
    return found
