"""Marks: what machines and people look for on a mask, as polygons around the origin.

Every mark is proportioned to its size, and its docstring states the finest line or gap in it. No two parts of a mark
touch, not even at a corner: a mask maker would read kissing corners as a width of zero. Knows nothing of where marks
stand or of which tone they are.
"""

from collections.abc import Callable
from typing import Literal

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon

from maskgen.geometry import regions, shapes

Kind = Literal["circle", "cross", "square", "ring", "diamond", "double-square"]
"""Name of a fiducial's form."""

CORNER_SQUARE = 50.0
"""Side [µm] of the squares that fix the extents of a drawing (`vendors.md` 1.4, 1.11)."""

_FIDUCIALS: dict[Kind, Callable[[float, float], Polygon | MultiPolygon]] = {
    "circle": lambda size, tolerance: shapes.circle(size, tolerance=tolerance),
    "cross": lambda size, _: shapes.cross(size, size / 5),
    "square": lambda size, _: shapes.rectangle(size, size),
    "ring": lambda size, tolerance: shapes.ring(size, size * 3 / 5, tolerance=tolerance),
    "diamond": lambda size, _: shapes.polygon(size / 2 * np.array([(1, 0), (0, 1), (-1, 0), (0, -1)])),
    "double-square": lambda size, _: _double_square(size),
}


def fiducial(kind: Kind, size: float, *, tolerance: float) -> Polygon | MultiPolygon:
    """Return a fiducial that fills a square box of a size [µm].

    `circle` is what boards and strips use, 1 mm and at most 3 mm (`vendors.md` 3.4); `cross` what tape and lead
    structures are registered by (`process.md` [P57]); `square`, `ring` and `diamond` are further forms that placement
    machines know (SIPLACE optical fiducial models); `double-square`, two squares corner to corner with a gap between,
    shows an edge to either side of its centre along both axes (unsourced).

    Finest feature: the size itself for circle and square, 0.71 of it for the diamond, 1/5 for cross and ring (arms and
    rim; the ring's hole is 3/5), 0.14 for the gap of the double square, whose squares are 9/20.

    Parameters
    ----------
    kind
        One of the six.
    size
        Width and height [µm]; for the diamond from tip to tip.
    tolerance
        Chord error [µm] of circle and ring, both inscribed.

    Raises
    ------
    ValueError
        If there is no such kind, or the size is not above zero.
    """
    if kind not in _FIDUCIALS:
        raise ValueError(f"no fiducial is called {kind!r}, known are {', '.join(_FIDUCIALS)}")
    if not size > 0:
        raise ValueError(f"the size of a fiducial must be above 0 um, got {size:g} um")
    return _FIDUCIALS[kind](size, tolerance)


def clear_zone(kind: Kind, size: float, *, preferred: bool = False) -> float:
    """Return the radius about a fiducial's centre in which nothing else may be drawn [µm].

    With R the radius of the circle around the fiducial, at least R must stay clear beyond it, 2 R from its centre; 2 R,
    or 3 R from the centre, are preferred (`vendors.md` 3.4).

    Examples
    --------
    >>> clear_zone("circle", 1000.0), clear_zone("circle", 1000.0, preferred=True)
    (1000.0, 1500.0)
    """
    corners = shapely.get_coordinates(fiducial(kind, size, tolerance=size))
    reach = float(np.hypot(corners[:, 0], corners[:, 1]).max())
    return reach * (3 if preferred else 2)


def alignment(size: float) -> MultiPolygon:
    """Return the mark by which the masks of a set are laid over each other: a cross between four corner squares.

    The cross centres the eye, the channels between it and the squares show by their equal width that two masks are
    registered. Symmetric about both axes and under quarter turns. Finest feature: the arms of the cross, 1/10 of the
    size; the channels are 3/20, the squares 3/10.

    Parameters
    ----------
    size
        Width and height [µm].
    """
    square, away = shapes.rectangle(size * 3 / 10, size * 3 / 10), size * 7 / 20
    squares = [regions.move(square, x, y) for y in (-away, away) for x in (-away, away)]
    return MultiPolygon([shapes.cross(size, size / 10), *squares])


def letter_f(height: float) -> Polygon:
    """Return a letter F, which reads right in one of its eight turned and mirrored images alone.

    It proves the reading sense of a mask (`vendors.md` 1.8). Three fifths as wide as high, centred by its box, no hole.
    Finest feature: strokes and gap, 1/5 of the height.

    Parameters
    ----------
    height
        Of the letter [µm].
    """
    corners = [(0, 0), (1, 0), (1, 2), (2.5, 2), (2.5, 3), (1, 3), (1, 4), (3, 4), (3, 5), (0, 5)]
    if not height > 0:
        raise ValueError(f"the height of the letter F must be above 0 um, got {height:g} um")
    return shapes.polygon((np.array(corners) - (1.5, 2.5)) * height / 5)


def corner_square(size: float = CORNER_SQUARE) -> Polygon:
    """Return the square whose four copies in the corners fix the extents of a drawing.

    Finest feature: the size [µm].
    """
    return shapes.rectangle(size, size)


def corner_bracket(size: float, width: float) -> Polygon:
    """Return a bracket for the lower left corner of a box: two bars from the origin along +x and +y, inside the box.

    Finest feature: the width.

    Parameters
    ----------
    size, width
        Length and width of the bars [µm].
    """
    if not 0 < width < size:
        raise ValueError(
            f"a bracket of {size:g} um needs bars wider than 0 um and narrower than that, got {width:g} um"
        )
    return Polygon([(0, 0), (size, 0), (size, width), (width, width), (width, size), (0, size)])


def cd_bars(width: float, count: int, length: float) -> MultiPolygon:
    """Return upright bars as far apart as they are wide, to measure the critical dimension on.

    Finest feature: the width, of bars and of gaps.

    Parameters
    ----------
    width, length
        Of each bar along x and along y [µm].
    count
        Number of bars, at least 1.
    """
    if count < 1:
        raise ValueError(f"cd bars number at least 1, got {count}")
    bar = shapes.rectangle(width, length)
    return MultiPolygon([regions.move(bar, (2 * i - count + 1) * width, 0.0) for i in range(count)])


def _double_square(size: float) -> MultiPolygon:
    """Return two squares at the lower left and the upper right, a tenth of the size apart along both axes."""
    square, away = shapes.rectangle(size * 9 / 20, size * 9 / 20), size * 11 / 40
    return MultiPolygon([regions.move(square, -away, -away), regions.move(square, away, away)])
