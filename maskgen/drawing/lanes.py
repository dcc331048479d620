"""Lanes: straight cuts that part a cell between the shapes in it, and the outlines that the cuts leave."""

import numpy as np
import shapely

from maskgen.geometry import regions
from maskgen.geometry.regions import Box, Region


def parted(cell: Box, boxes: list[Box], *, grid: float) -> list[Box] | None:
    """Return the part of a cell that each box gets when straight cuts go through the middle of the gaps between them.

    Parameters
    ----------
    boxes
        Around what must not be cut, in the order in which the parts come back [µm].
    grid
        On which the cuts lie [µm].

    Returns
    -------
    list of Box or None
        None where no straight cut parts the boxes. The widest gap is cut first.

    Examples
    --------
    >>> parted((0, 0, 100, 50), [(60, 10, 90, 40), (10, 10, 40, 40)], grid=1.0)
    [(50.0, 0, 100, 50), (0, 0, 50.0, 50)]
    """
    if len(boxes) < 2:
        return [cell] * len(boxes)
    width, axis, middle = max(_widest(boxes, axis) for axis in (0, 1))
    if width <= 0:
        return None
    at = regions.to_grid(middle, grid)
    below = [box[axis] < middle for box in boxes]
    lower_boxes = [box for box, is_below in zip(boxes, below, strict=True) if is_below]
    upper_boxes = [box for box, is_below in zip(boxes, below, strict=True) if not is_below]
    low = parted(_with(cell, axis + 2, at), lower_boxes, grid=grid)
    high = parted(_with(cell, axis, at), upper_boxes, grid=grid)
    if low is None or high is None:
        return None
    lower, upper = iter(low), iter(high)
    return [next(lower if is_below else upper) for is_below in below]


def kept(part: Box, kerf: float) -> Region:
    """Return what cuts of a kerf [µm] along the border of a part leave of it."""
    return regions.areal(shapely.box(*part).buffer(-kerf / 2, join_style="mitre"))


def cuts(cell: Box, left: Region, kerf: float) -> Region:
    """Return the lanes of a cell, along its border and between what is left of it, for a kerf [µm]."""
    return regions.areal(shapely.box(*cell).buffer(kerf / 2, join_style="mitre").difference(left))


def _widest(boxes: list[Box], axis: int) -> tuple[float, int, float]:
    """Return the widest gap between boxes along an axis: width [µm], the axis, and the middle [µm]."""
    spans = np.array(sorted((box[axis], box[axis + 2]) for box in boxes))
    ends = np.maximum.accumulate(spans[:, 1])[:-1]
    gaps = spans[1:, 0] - ends
    widest = int(np.argmax(gaps))
    return float(gaps[widest]), axis, float(ends[widest] + gaps[widest] / 2)


def _with(box: Box, side: int, value: float) -> Box:
    """Return a box with one side moved."""
    left, bottom, right, top = (value if number == side else old for number, old in enumerate(box))
    return left, bottom, right, top
