"""Labels: where words find room, so that none lies on another. Points of the page, y downwards."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Box = tuple[float, float, float, float]


def spread(wanted: Sequence[float], pitch: float, low: float, high: float) -> list[float]:
    """Return places in a row, at least a pitch apart and as near as possible to where they are wanted.

    Parameters
    ----------
    wanted
        In ascending order.
    low, high
        Bounds of the places; where they are too narrow the row reaches beyond both alike.

    Examples
    --------
    >>> spread([10.0, 11.0, 30.0], 5.0, 0.0, 40.0)
    [8.0, 13.0, 30.0]
    """
    if not wanted:
        return []
    steps = pitch * np.arange(len(wanted))
    found = _isotonic(np.asarray(wanted, dtype=float) - steps)
    last = high - steps[-1]
    if last < low:
        low = last = (low + last) / 2
    return [float(value) for value in np.clip(found, low, last) + steps]


def _isotonic(values: Values) -> Values:
    """Return the ascending values nearest to some in the least-squares sense (pool adjacent violators)."""
    means, counts = list[float](), list[int]()
    for value in values.tolist():
        means.append(value)
        counts.append(1)
        while len(means) > 1 and means[-2] > means[-1]:
            count = counts[-2] + counts[-1]
            means[-2:] = [(means[-2] * counts[-2] + means[-1] * counts[-1]) / count]
            counts[-2:] = [count]
    return np.repeat(means, counts)


class Taken:
    """Boxes that are taken already."""

    def __init__(self, boxes: Iterable[Box] = ()) -> None:
        self.boxes: Values = np.array(list(boxes), dtype=float).reshape(-1, 4)
        self.count = len(self.boxes)

    def is_free(self, box: Box) -> bool:
        """Tell whether a box (left, top, right, bottom) lies on none of them."""
        left, top, right, bottom = self.boxes[: self.count].T
        return not bool(((left < box[2]) & (box[0] < right) & (top < box[3]) & (box[1] < bottom)).any())

    def take(self, box: Box) -> None:
        """Take a box."""
        if self.count == len(self.boxes):
            self.boxes = np.concatenate([self.boxes, np.zeros((max(64, self.count), 4))])
        self.boxes[self.count] = box
        self.count += 1

    def first_free(self, candidates: Iterable[tuple[Box, int]]) -> int | None:
        """Take the first candidate that is free, and return its number; None if none is."""
        for box, number in candidates:
            if self.is_free(box):
                self.take(box)
                return number
        return None
