"""Shapes: the outlines that pads, leads, plates and wafers are made of, as polygons around the origin.

Outlines run counter-clockwise, holes clockwise. Lengths are in µm. Arcs become inscribed chords: every vertex lies on
the true curve, no chord is farther from it than `tolerance`, and a polygon never reaches beyond its curve. The points
at 0, 45, 90 ... deg are vertices, so sizes along the axes are exact. One octant is computed and reflected: mirror
images about both axes, and quarter turns where the shape has them, agree to the last bit. Knows nothing of where a
shape stands or what it means.
"""

import math
import re
from typing import Literal

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely import Polygon

Points = NDArray[np.float64]

Corner = Literal["lower-left", "lower-right", "upper-left", "upper-right"]
"""Name of one corner of a rectangle."""

FLATS = {
    50_800.0: 15_880.0,
    76_200.0: 22_220.0,
    100_000.0: 32_500.0,
    125_000.0: 42_500.0,
    150_000.0: 57_500.0,
    200_000.0: 59_000.0,
}
"""Length of the primary flat [µm] by wafer diameter [µm]: SEMI M1-0302 as die calculators tabulate it; 200 mm
unsourced."""

NOTCHES = {200_000.0: 1_000.0, 300_000.0: 1_000.0}
"""Depth of the notch [µm] by wafer diameter [µm] (SEMI M1 practice, unsourced)."""

NOTCH_ANGLE = 90.0
"""Angle between the sides of a notch [deg] (SEMI M1 practice, unsourced)."""

_NO_AREA = 1e-12
_SIGNS: dict[Corner, tuple[int, int]] = {
    "lower-left": (-1, -1),
    "lower-right": (1, -1),
    "upper-left": (-1, 1),
    "upper-right": (1, 1),
}


def rectangle(width: float, height: float) -> Polygon:
    """Return a rectangle."""
    _require_positive(width=width, height=height)
    return _four_quadrants(np.array([(width / 2, height / 2)]))


def rounded_rectangle(width: float, height: float, radius: float, *, tolerance: float) -> Polygon:
    """Return a rectangle with round corners; a radius of zero leaves them sharp.

    Parameters
    ----------
    radius
        Of the corners [µm], at most half the shorter side.
    tolerance
        Chord error of the corners [µm]; the polygon is inscribed.

    Raises
    ------
    ValueError
        If a length is out of range.
    """
    _require_positive(width=width, height=height)
    _require_at_most("radius", radius, min(width, height) / 2, "half the shorter side")
    if radius == 0:
        return rectangle(width, height)
    quarter = _quarter(radius, tolerance) + np.array([width / 2 - radius, height / 2 - radius])
    quarter[0, 0], quarter[-1, 1] = width / 2, height / 2
    return _four_quadrants(quarter)


def chamfered_rectangle(width: float, height: float, chamfer: float, *, corner: Corner) -> Polygon:
    """Return a rectangle with one corner cut off at 45 deg, as die pads mark pin 1.

    Parameters
    ----------
    chamfer
        Length [µm] that the cut takes from both sides, less than the shorter one.
    corner
        Which corner is cut.
    """
    _require_positive(width=width, height=height, chamfer=chamfer)
    _require_below("chamfer", chamfer, min(width, height), "the shorter side")
    x, y = width / 2, height / 2
    across, along = _SIGNS[corner]
    # Drawn with the cut at the upper right, then mirrored to where it belongs.
    points = np.array([(-x, -y), (x, -y), (x, y - chamfer), (x - chamfer, y), (-x, y)]) * (across, along)
    return Polygon(points if across * along > 0 else points[::-1])


def circle(diameter: float, *, tolerance: float) -> Polygon:
    """Return a circle as an inscribed polygon of `circle_vertices` corners.

    Examples
    --------
    >>> circle(100.0, tolerance=0.1).bounds
    (-50.0, -50.0, 50.0, 50.0)
    """
    _require_positive(diameter=diameter)
    return _four_quadrants(_quarter(diameter / 2, tolerance))


def obround(width: float, height: float, *, tolerance: float) -> Polygon:
    """Return a rectangle with half circles for its shorter sides, inscribed."""
    _require_positive(width=width, height=height)
    return rounded_rectangle(width, height, min(width, height) / 2, tolerance=tolerance)


def octagon(width: float, height: float | None = None, *, chamfer: float | None = None) -> Polygon:
    """Return an octagon with two sides along each axis and four at 45 deg.

    Parameters
    ----------
    width, height
        Size across the flats [µm]; without a height both are equal.
    chamfer
        Length [µm] that each slanted side takes from its neighbours, less than half the shorter size; by default that
        of the regular octagon across the shorter size.
    """
    height = width if height is None else height
    _require_positive(width=width, height=height)
    chamfer = min(width, height) * (1 - math.sqrt(0.5)) if chamfer is None else chamfer
    _require_positive(chamfer=chamfer)
    _require_below("chamfer", chamfer, min(width, height) / 2, "half the shorter size")
    x, y = width / 2, height / 2
    return _four_quadrants(np.array([(x, y - chamfer), (x - chamfer, y)]))


def triangle(width: float, height: float | None = None) -> Polygon:
    """Return a triangle that points up, its centroid in the origin.

    Parameters
    ----------
    width, height
        Of the base and above it [µm]; without a height all sides are as long as the base.
    """
    height = width * math.sqrt(0.75) if height is None else height
    _require_positive(width=width, height=height)
    return Polygon([(-width / 2, -height / 3), (width / 2, -height / 3), (0.0, height * 2 / 3)])


def regular_polygon(sides: int, diameter: float) -> Polygon:
    """Return a regular polygon on a horizontal side, mirrored exactly about the y axis.

    Parameters
    ----------
    sides
        At least 3.
    diameter
        Of the circle through its corners [µm].
    """
    _require_positive(diameter=diameter)
    if sides < 3:
        raise ValueError(f"a polygon has at least 3 sides, got {sides}")
    angles = math.pi * (2 * np.arange(sides // 2) + 1) / sides
    right = diameter / 2 * np.column_stack([np.sin(angles), -np.cos(angles)])
    top = np.array([(0.0, diameter / 2)])[: sides % 2]
    return Polygon(np.concatenate([right, top, right[::-1] * (-1, 1)]))


def polygon(points: ArrayLike) -> Polygon:
    """Return the polygon through given corners, where they are.

    Parameters
    ----------
    points : (n, 2) array of float
        Corners [µm] in either sense; the first may be repeated at the end, and any corner at once.

    Raises
    ------
    ValueError
        If fewer than three corners differ, they enclose no area, or the outline crosses or touches itself.
    """
    corners = np.asarray(points, dtype=float)
    if corners.ndim != 2 or corners.shape[1] != 2 or not np.isfinite(corners).all():
        raise ValueError("the corners of a polygon must be pairs of finite x and y")
    corners = corners[(corners != np.roll(corners, 1, axis=0)).any(axis=1)]
    if len(np.unique(corners, axis=0)) < 3:
        raise ValueError(f"a polygon needs at least 3 different corners, got {len(np.unique(corners, axis=0))}")
    outline = Polygon(corners)
    hull = outline.convex_hull
    if hull.area <= _NO_AREA * hull.length**2:
        raise ValueError("the corners of a polygon lie on one line and enclose no area")
    if not outline.is_valid:
        raise ValueError(f"a polygon crosses or touches itself{_place(shapely.is_valid_reason(outline))}")
    return shapely.orient_polygons(outline)


def ring(diameter: float, hole: float, *, tolerance: float) -> Polygon:
    """Return the area between two circles about the origin, both inscribed, so the hole is no larger than asked for.

    Parameters
    ----------
    diameter, hole
        Of the outer and the inner circle [µm].
    """
    _require_positive(diameter=diameter, hole=hole)
    _require_below("hole", hole, diameter, "the diameter")
    # A chord of the outer circle must not reach the inner one.
    tolerance = min(tolerance, (diameter - hole) / 4)
    return _with_hole(circle(diameter, tolerance=tolerance), circle(hole, tolerance=tolerance))


def frame(width: float, height: float, border: float) -> Polygon:
    """Return the area between a rectangle and a smaller one, everywhere `border` wide [µm]."""
    _require_positive(width=width, height=height, border=border)
    _require_below("border", border, min(width, height) / 2, "half the shorter side")
    return _with_hole(rectangle(width, height), rectangle(width - 2 * border, height - 2 * border))


def cross(size: float, width: float) -> Polygon:
    """Return an upright cross of two bars, `size` long and `width` wide [µm]."""
    _require_positive(size=size, width=width)
    _require_below("width", width, size, "the size")
    long, short = size / 2, width / 2
    return _four_quadrants(np.array([(long, short), (short, short), (short, long)]))


def wafer(diameter: float, *, tolerance: float, flat: float | None = None, notch: float | None = None) -> Polygon:
    """Return the outline of a wafer, inscribed, its flat or notch at the bottom.

    Where neither is given, the diameter decides (`NOTCHES`, else `FLATS`); one that is in no table stays a full circle.

    Parameters
    ----------
    diameter
        Of the wafer [µm].
    tolerance
        Chord error of the edge [µm].
    flat
        Length of the flat [µm], 0 for none.
    notch
        Depth of the notch [µm], from the edge to the tip of a sharp V of `NOTCH_ANGLE`; 0 for none. Real notches are
        rounded at the bottom.

    Raises
    ------
    ValueError
        If a length is out of range, or a wafer should have both.
    """
    _require_positive(diameter=diameter)
    if flat is None and notch is None:
        notch = NOTCHES.get(diameter)
        flat = None if notch else FLATS.get(diameter)
    flat, notch = flat or 0.0, notch or 0.0
    _require_at_most("flat", flat, diameter / 2, "half the diameter")
    _require_at_most("notch", notch, diameter / 4, "a quarter of the diameter")
    if flat and notch:
        raise ValueError(f"a wafer has a flat or a notch, not both: got {flat:g} um and {notch:g} um")
    if flat:
        return _cut_circle(diameter / 2, flat / 2, None, tolerance)
    if notch:
        return _cut_circle(diameter / 2, _notch_half_width(diameter / 2, notch), notch, tolerance)
    return circle(diameter, tolerance=tolerance)


def circle_vertices(diameter: float, tolerance: float) -> int:
    """Return the number of corners of a circle drawn with a chord error.

    At least pi / acos(1 - tolerance / radius) (`process.md` 1.3, T1.10), rounded up to eight times a number that is odd
    or divisible by four. Other multiples of eight would leave `regions.grow` between two numbers of chords at each
    corner, decided by the last bit.

    Examples
    --------
    >>> circle_vertices(100.0, 0.1), circle_vertices(100.0, 0.5)
    (56, 24)
    """
    if not tolerance > 0:
        raise ValueError(f"tolerance must be above 0 um, got {tolerance:g} um")
    # acos(1 - 2 s) is 2 asin(sqrt(s)), which keeps its digits where the tolerance is tiny.
    half_turn = 2 * math.asin(math.sqrt(min(1.0, tolerance / diameter)))
    octant = math.ceil(math.pi / half_turn / 8 - _NO_AREA)
    return 8 * (octant + 1 if octant % 4 == 2 else max(octant, 1))


def _quarter(radius: float, tolerance: float) -> Points:
    """Return the vertices of a quarter circle from (radius, 0) to (0, radius), (n, 2)."""
    chords = circle_vertices(2 * radius, tolerance) // 8
    angles = np.linspace(0.0, math.pi / 4, chords + 1)
    octant = radius * np.column_stack([np.cos(angles), np.sin(angles)])
    octant[-1] = radius * math.sqrt(0.5)
    return np.concatenate([octant, octant[-2::-1, ::-1]])


def _four_quadrants(quadrant: Points) -> Polygon:
    """Return the polygon of which the first quadrant is given, counter-clockwise, with its images about both axes."""
    back = quadrant[::-1]
    points = np.concatenate([quadrant, back * (-1, 1), quadrant * (-1, -1), back * (1, -1)]) + 0.0
    return Polygon(points[(points != np.roll(points, 1, axis=0)).any(axis=1)])


def _cut_circle(radius: float, half: float, notch: float | None, tolerance: float) -> Polygon:
    """Return a circle without what lies below a chord of half a width, or without a notch of that width there."""
    foot = np.array([half, -math.sqrt(radius**2 - half**2)])
    start = math.atan2(foot[1], foot[0])
    chords = math.ceil(-start / (2 * math.pi) * circle_vertices(2 * radius, tolerance) - _NO_AREA)
    angles = start * (1 - np.arange(1, chords) / max(chords, 1))
    edge = radius * np.column_stack([np.cos(angles), np.sin(angles)])
    right = np.concatenate([foot[None], edge, _quarter(radius, tolerance)])
    tip = [] if notch is None else [(0.0, notch - radius)]
    return Polygon(np.concatenate([right, right[-2::-1] * (-1, 1), np.reshape(tip, (-1, 2))]))


def _notch_half_width(radius: float, notch: float) -> float:
    """Return half the width at which a notch leaves the edge of a wafer [µm]."""
    slope = math.tan(math.radians(NOTCH_ANGLE / 2))
    floor = radius - notch
    # The sides x = slope * s, y = -(floor + s) meet the circle where (1 + slope²) s² + 2 floor s = radius² - floor².
    square = 1 + slope**2
    return slope * (math.sqrt(floor**2 + square * (radius**2 - floor**2)) - floor) / square


def _with_hole(outer: Polygon, inner: Polygon) -> Polygon:
    """Return a polygon with another as its hole, wound clockwise."""
    return shapely.orient_polygons(Polygon(outer.exterior, [inner.exterior]))


def _place(reason: str) -> str:
    """Return where the kernel found an outline to cross itself, as ' at (x, y) um', or nothing."""
    found = re.search(r"\[(\S+) (\S+)\]", reason)
    return f" at ({float(found[1]):g}, {float(found[2]):g}) um" if found else ""


def _require_positive(**lengths: float) -> None:
    """Raise ValueError unless all lengths are finite and above zero."""
    for name, value in lengths.items():
        if not 0 < value < math.inf:
            raise ValueError(f"{name} must be above 0 um, got {value:g} um")


def _require_below(name: str, value: float, limit: float, what: str) -> None:
    """Raise ValueError unless a length is less than another."""
    if not value < limit:
        raise ValueError(f"{name} of {value:g} um must be below {what}, {limit:g} um")


def _require_at_most(name: str, value: float, limit: float, what: str) -> None:
    """Raise ValueError unless a length is from zero to a limit."""
    if not 0 <= value <= limit:
        raise ValueError(f"{name} of {value:g} um must be from 0 um to {what}, {limit:g} um")
