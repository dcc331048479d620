"""Lettering: titles as polygons in one monoline block alphabet.

A character is a few strokes between the points of a lattice of seven rows. Strokes along an axis end square and turn
square, slanted ones turn over an octagon, and acute gaps are filled from their tip until they are `FINEST` wide. So a
title prints wherever the process holds lines and gaps of a tenth of its height, and none of its corners is acute.
Knows nothing of where a title stands or which way it reads.
"""

import math
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, MultiPolygon, Point, Polygon

Points = NDArray[np.float64]

STROKE = 1 / 7
"""Width of the strokes unless told otherwise, and the greatest that leaves gaps of `FINEST`; part of the height."""

FINEST = 1 / 10
"""Narrowest gap of any text, and narrowest stroke that can be asked for; part of the height."""

DESCENT = 3 / 10
"""How far tails reach below the baseline at most; part of the height."""

LINE = 12 / 7
"""Distance of two baselines that keeps lines well apart; part of the height."""

LATTICE = 140
"""All is drawn in steps of height / LATTICE; with the default stroke every edge along an axis or at 45 deg is on it."""

_ROWS = 6
_GAP = 30.0
_SPACE = 50.0
_FILL = FINEST * LATTICE
_FRACTION = 2.0**-8
_ROUNDING = 2.0**-11
_STRAIGHT = 1e-3

_QUADRANTS = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)])
_TIPS = np.array([(1, 0), (0, 1), (-1, 0), (0, -1)])

# Points "x,y" in rows of the lattice; 0 and 6 are the middles of the strokes at the foot and the head of a capital.
_STROKES = {
    " ": "",
    "A": "0,0 0,4 2,6 4,4 4,0 / 0,2 4,2",
    "B": "0,0 0,6 3,6 4,5 4,4 3,3 0,3 / 3,3 4,2 4,1 3,0 0,0",
    "C": "4,5 3,6 1,6 0,5 0,1 1,0 3,0 4,1",
    "D": "0,0 0,6 3,6 4,5 4,1 3,0 0,0",
    "E": "4,6 0,6 0,0 4,0 / 0,3 3,3",
    "F": "4,6 0,6 0,0 / 0,3 3,3",
    "G": "4,5 3,6 1,6 0,5 0,1 1,0 3,0 4,1 4,3 2.5,3",
    "H": "0,0 0,6 / 4,0 4,6 / 0,3 4,3",
    "I": "0,0 2,0 / 0,6 2,6 / 1,0 1,6",
    "J": "0,1 1,0 2,0 3,1 3,6",
    "K": "0,0 0,6 / 4,6 4,5.5 1.5,3 4,0.5 4,0 / 0,3 1.5,3",
    "L": "0,6 0,0 3.5,0",
    "M": "0,0 0,6 / 0,6 2.5,3.5 5,6 / 5,6 5,0",
    "N": "0,0 0,6 / 0,5 4,1 / 4,0 4,6",
    "O": "1,0 3,0 4,1 4,5 3,6 1,6 0,5 0,1 1,0",
    "P": "0,0 0,6 3,6 4,5 4,4 3,3 0,3",
    "Q": "1,0 3.6,0 4,0.4 4,5 3,6 1,6 0,5 0,1 1,0 / 2,2 4.5,-0.5",
    "R": "0,0 0,6 3,6 4,5 4,4 3,3 0,3 / 2.5,3 4,1.5 4,0",
    "S": "4,5 3,6 1,6 0,5 0,4 1,3 3,3 4,2 4,1 3,0 1,0 0,1",
    "T": "0,6 4,6 / 2,0 2,6",
    "U": "0,6 0,1 1,0 3,0 4,1 4,6",
    "V": "0,6 2.25,0 4.5,6",
    "W": "0,6 0,0 / 0,0 2.5,2.5 5,0 / 5,0 5,6",
    "X": "0,6 0,5 4,1 4,0 / 0,0 0,1 4,5 4,6",
    "Y": "0,6 0,5 2,3 4,5 4,6 / 2,3 2,0",
    "Z": "0,6 4,6 0,0 4,0",
    "a": "0.5,4 3,4 3.5,3.5 3.5,0 / 3.5,2 1,2 0,1 1,0 3.5,0",
    "b": "0,6 0,0 2.5,0 3.5,1 3.5,3 2.5,4 0,4",
    "c": "3.5,3 2.5,4 1,4 0,3 0,1 1,0 2.5,0 3.5,1",
    "d": "3.5,6 3.5,0 1,0 0,1 0,3 1,4 3.5,4",
    "e": "0,2 3.5,2 3.5,3.5 3,4 0.5,4 0,3.5 0,0.5 0.5,0 3,0",
    "f": "2.5,6 1.5,6 1,5.5 1,0 / 0,4 2.5,4",
    "g": "3.5,4 1,4 0,3 0,1 1,0 3.5,0 / 3.5,4 3.5,-1.5 3,-2 0.5,-2",
    "h": "0,6 0,0 / 0,4 2.5,4 3.5,3 3.5,0",
    "i": "0,0 0,4 / 0,6",
    "j": "1.5,4 1.5,-1 0.5,-2 0,-2 / 1.5,6",
    "k": "0,0 0,6 / 3.5,4 1.5,2 3.5,0 / 0,2 1.5,2",
    "l": "0,6 0,1 1,0 1.5,0",
    "m": "0,0 0,4 4,4 5,3 5,0 / 2.5,4 2.5,0",
    "n": "0,0 0,4 2.5,4 3.5,3 3.5,0",
    "o": "1,0 2.5,0 3.5,1 3.5,3 2.5,4 1,4 0,3 0,1 1,0",
    "p": "0,-2 0,4 2.5,4 3.5,3 3.5,1 2.5,0 0,0",
    "q": "3.5,-2 3.5,4 1,4 0,3 0,1 1,0 3.5,0",
    "r": "0,0 0,4 2,4 2.5,3.5",
    "s": "3,4 1,4 0,3 1,2 2.5,2 3.5,1 2.5,0 0.5,0",
    "t": "1,5.5 1,1 2,0 3,0 / 0,4 2.5,4",
    "u": "0,4 0,1 1,0 3.5,0 / 3.5,4 3.5,0",
    "v": "0,4 2,0 4,4",
    "w": "0,4 0,0 / 0,0 2.5,2.5 5,0 / 5,0 5,4",
    "x": "0,4 4,0 / 0,0 4,4",
    "y": "0,4 0,1 1,0 3.5,0 / 3.5,4 3.5,-1.5 3,-2 0.5,-2",
    "z": "0,4 3.5,4 0,0 3.5,0",
    "0": "1,0 3,0 4,1 4,5 3,6 1,6 0,5 0,1 1,0 / 2,2.5 2,3.5",
    "1": "0,4 2,6 2,0 / 0.5,0 3.5,0",
    "2": "0,5 1,6 3,6 4,5 4,4 0,0 4,0",
    "3": "0,5 1,6 3,6 4,5 4,4 3,3 1.5,3 / 3,3 4,2 4,1 3,0 1,0 0,1",
    "4": "1.5,6 0,2 4,2 / 3,4 3,0",
    "5": "4,6 0,6 0,3.5 3,3.5 4,2.5 4,1 3,0 1,0 0,1",
    "6": "4,5 3,6 1,6 0,5 0,1 1,0 3,0 4,1 4,2.5 3,3.5 0,3.5",
    "7": "0,6 4,6 4,4.5 1.5,2 1.5,0",
    "8": "1,3 0,4 0,5 1,6 3,6 4,5 4,4 3,3 1,3 0,2 0,1 1,0 3,0 4,1 4,2 3,3",
    "9": "0,1 1,0 3,0 4,1 4,5 3,6 1,6 0,5 0,3.5 1,2.5 4,2.5",
    "µ": "0,4 0,-2 / 0,0 3.5,0 / 3.5,4 3.5,0",
    "μ": "0,4 0,-2 / 0,0 3.5,0 / 3.5,4 3.5,0",
    ".": "0,0",
    ",": "0.5,0 0.5,-0.5 0,-1",
    ":": "0,0 / 0,3",
    ";": "0.5,0 0.5,-0.5 0,-1 / 0.5,3",
    "-": "0,3 2.5,3",
    "_": "0,-1 4,-1",
    "+": "0,3 4,3 / 2,1 2,5",
    "=": "0,2 4,2 / 0,4 4,4",
    "<": "2.5,5.5 0,3 2.5,0.5",
    ">": "0,5.5 2.5,3 0,0.5",
    "/": "0,0 3,6",
    "\\": "0,6 3,0",
    "|": "0,-1 0,6",
    "(": "1,6 0,5 0,1 1,0",
    ")": "0,6 1,5 1,1 0,0",
    "[": "1.5,6 0,6 0,0 1.5,0",
    "]": "0,6 1.5,6 1.5,0 0,0",
    "{": "2,6 1.5,6 1,5.5 1,3.5 0.5,3 0,3 / 0.5,3 1,2.5 1,0.5 1.5,0 2,0",
    "}": "0,6 0.5,6 1,5.5 1,3.5 1.5,3 2,3 / 1.5,3 1,2.5 1,0.5 0.5,0 0,0",
    "#": "1,0 1,6 / 3,0 3,6 / 0,2 4,2 / 0,4 4,4",
    "%": "0,0 4,6 / 0,5.5 0.5,5.5 / 0,6 0.5,6 / 3.5,0 4,0 / 3.5,0.5 4,0.5",
    "&": "4,0 0.5,3.5 0.5,5 1.5,6 2.5,5 2.5,3.5 0,1 1,0 2,0 4,2",
    "*": "2,0.5 2,5.5 / 0,1.75 4,4.25 / 0,4.25 4,1.75",
    "!": "0,0 / 0,2 0,6",
    "?": "0,5 1,6 3,6 4,5 4,4 2,2 / 2,0",
    "'": "0,6 0,4.5",
    '"': "0,6 0,4.5 / 2,6 2,4.5",
    "`": "0,6 1,5",
    "^": "0,4 2,6 4,4",
    "~": "0,2.5 1,3.5 3,2.5 4,3.5",
    "@": "5,0 1,0 0,1 0,5 1,6 5,6 6,5 6,2 4,2 / 4,4 2,4 2,2 4,2 4,4",
    "$": "4,4.25 2.75,5.5 1.25,5.5 0,4.25 1.25,3 2.75,3 4,1.75 2.75,0.5 1.25,0.5 0,1.75 / 2,6 2,5.5 / 2,0.5 2,0",
    "°": "0,4 0,6 2,6 2,4 0,4",
    "±": "0,4 4,4 / 2,2 2,6 / 0,0 4,0",
    "×": "0,1.5 3,4.5 / 0,4.5 3,1.5",
}


def text(string: str, height: float, *, stroke: float | None = None) -> MultiPolygon:
    """Return a line of text: capitals stand on y = 0 and are `height` high, ink begins at x = 0.

    Parameters
    ----------
    string
        Printable ASCII and the characters µ (micro sign or Greek letter) ° ± ×.
    height
        Height of the capitals [µm]; small letters are 5/7 of it, tails reach `DESCENT` below the baseline.
    stroke
        Width of the strokes [µm], from `FINEST` to `STROKE` of the height; by default the latter. At the outside of
        a sharp turn it is cut to three quarters.

    Returns
    -------
    MultiPolygon
        Polygons that do not touch, counter-clockwise, with the holes of letters such as O; empty for a blank text.

    Raises
    ------
    ValueError
        If there is no such character, or the height or the stroke is out of range.
    """
    thickness = _thickness(height, stroke)
    scale = height / LATTICE
    parts: list[Polygon] = []
    x = 0.0
    for character in string:
        strokes = _strokes(character)
        parts += [_moved(part, x, scale) for part in _inked(strokes, thickness)]
        x += _advance(strokes, thickness)
    return MultiPolygon(parts)


def width(string: str, height: float, *, stroke: float | None = None) -> float:
    """Return the width [µm] that `text` takes, from the first ink to the last; blanks count wherever they stand.

    Examples
    --------
    >>> width("H", 1400.0), width("HH", 1400.0), width("", 1400.0)
    (1000.0, 2300.0, 0.0)
    """
    thickness = _thickness(height, stroke)
    taken = sum(_advance(_strokes(character), thickness) for character in string)
    return (taken - (_GAP if string.strip() and string[-1] != " " else 0.0)) * height / LATTICE


def height_on_grid(height: float, grid: float) -> float:
    """Return the height nearest to a wish whose lattice lies on a grid, so that snapping bends no edge at 45 deg.

    Examples
    --------
    >>> height_on_grid(1500.0, 0.001), height_on_grid(1.0, 1.0)
    (1499.96, 140.0)
    """
    step = LATTICE * grid
    return round(max(1, round(height / step)) * step, 9)


def _moved(part: Polygon, x: float, scale: float) -> Polygon:
    """Return a polygon shifted along x, then scaled."""
    return shapely.transform(part, lambda points: (points + np.array([x, 0.0])) * scale)


def _thickness(height: float, stroke: float | None) -> float:
    """Return the width of the strokes in steps of the lattice, rounded so that equal slants fall into one line."""
    if not 0 < height < math.inf:
        raise ValueError(f"the height of a text must be above 0 um, got {height:g} um")
    if stroke is None:
        return STROKE * LATTICE
    low, high = FINEST * height, STROKE * height
    if not low * (1 - _STRAIGHT) <= stroke <= high * (1 + _STRAIGHT):
        raise ValueError(f"a text {height:g} um high needs strokes of {low:g} to {high:g} um, got {stroke:g} um")
    return LATTICE - _ROWS * _rounded((1 - stroke / height) * LATTICE / _ROWS, _FRACTION)


def _strokes(character: str) -> list[Points]:
    """Return the centre lines of a character in rows of the lattice, (n, 2) each."""
    if character not in _STROKES:
        raise ValueError(f"no letter is drawn for {character!r}")
    lines = (line.split() for line in _STROKES[character].split("/"))
    return [np.array([point.split(",") for point in line], dtype=float) for line in lines if line]


def _advance(strokes: list[Points], thickness: float) -> float:
    """Return how far the next character stands from a character, in steps of the lattice."""
    if not strokes:
        return _SPACE
    return max(float(line[:, 0].max()) for line in strokes) * _row(thickness) + thickness + _GAP


def _row(thickness: float) -> float:
    """Return the height of a row in steps of the lattice."""
    return (LATTICE - thickness) / _ROWS


def _inked(strokes: list[Points], thickness: float) -> list[Polygon]:
    """Return the polygons of a character in steps of the lattice."""
    swept: list[Points] = []
    for line in strokes:
        middle = line * _row(thickness) + thickness / 2
        tips = [point + pen for point, pen in zip(middle, _pens(line, strokes, thickness / 2), strict=True)]
        swept += [np.concatenate(pair) for pair in pairwise(tips)] or tips
    hulls = [shapely.convex_hull(shapely.multipoints(points)) for points in swept]
    inked = shapely.orient_polygons(shapely.union_all(hulls, grid_size=_ROUNDING))
    return [
        Polygon(_filled(part.exterior), [_filled(ring) for ring in part.interiors]) for part in shapely.get_parts(inked)
    ]


def _pens(line: Points, strokes: list[Points], half: float) -> list[Points]:
    """Return the pen at each point of a centre line: a square where it is upright, an octagon where it slants.

    Free ends at 45 deg are cut square, within the box that any other pen would fill there. The slants of the octagon
    are a hundredth nearer than its sides, which keeps them on the lattice.
    """
    corner = _rounded(0.4 * half, 2 * _ROUNDING)
    octagon = np.concatenate([_QUADRANTS * (half, corner), _QUADRANTS * (corner, half)])
    slanted: NDArray[np.bool_] = (np.diff(line, axis=0) != 0).all(axis=1)
    around = np.pad(slanted, 1, mode="wrap" if _is_closed(line) else "constant")
    pens = [octagon if slants else half * _QUADRANTS for slants in around[:-1] | around[1:]]
    for end, inwards in _cut_ends(line, strokes):
        pens[end] = _TIPS * (half + corner) + inwards * corner
    return pens


def _cut_ends(line: Points, strokes: list[Points]) -> list[tuple[int, Points]]:
    """Return the ends of a centre line at 45 deg that lie on no other one, each with the signs of the way inwards."""
    if len(line) == 1 or _is_closed(line):
        return []
    ways = ((0, line[1] - line[0]), (-1, line[-2] - line[-1]))
    others = [LineString(other) for other in strokes if other is not line and len(other) > 1]
    return [
        (end, np.sign(way))
        for end, way in ways
        if abs(way[0]) == abs(way[1]) and (shapely.distance(others, Point(line[end])) > 0).all()
    ]


def _is_closed(line: Points) -> bool:
    """Tell whether a centre line returns to its start."""
    return len(line) > 1 and bool((line[0] == line[-1]).all())


def _rounded(value: float, step: float) -> float:
    """Return the multiple of a step nearest to a value."""
    return round(value / step) * step


def _filled(ring: LineString) -> Points:
    """Return the corners of a ring with ink on its left, acute gaps filled up to where they are wide enough.

    A gap is closed square to the side that runs along an axis, or evenly if neither does.
    """
    corners = shapely.get_coordinates(ring)[:-1]
    arriving = corners - np.roll(corners, 1, axis=0)
    arriving /= np.hypot(arriving[:, 0], arriving[:, 1])[:, None]
    leaving = np.roll(arriving, -1, axis=0)
    sine = arriving[:, 0] * leaving[:, 1] - arriving[:, 1] * leaving[:, 0]
    cosine = (arriving * leaving).sum(axis=1)
    acute = (sine < -_STRAIGHT) & (cosine < -_STRAIGHT)
    far = _FILL / np.where(acute, -sine, np.inf)
    upright = ~(np.abs(arriving) > _STRAIGHT).all(axis=1)
    back = far * np.where(upright, -cosine, 1.0)
    ahead = far * np.where(np.roll(upright, -1) & ~upright, -cosine, 1.0)
    pairs = np.stack([corners - arriving * back[:, None], corners + leaving * ahead[:, None]], axis=1)
    keep = np.stack([np.abs(sine) > _STRAIGHT, acute], axis=1)
    return np.round(pairs[keep] / _ROUNDING) * _ROUNDING
