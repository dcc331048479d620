"""Which two edges of a polygon really face each other, and how far apart the points are that do.

Two points face each other if each lies where the other looks: straight before its edge, or at a vertex between the
normals of the edges that meet there. On a circle those are the ends of a diameter, and no nearer pair. At a corner
of more than `CORNER` a point faces whatever its edges see, because there the shape ends.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskgen.drc.kernel.candidates import Integers
from maskgen.drc.kernel.outlines import Outlines
from maskgen.drc.kernel.relations import Edges

Reals = NDArray[np.float64]
Booleans = NDArray[np.bool_]

CORNER = 40.0
"""Turn of an outline [deg] from which on a vertex is a corner, not a piece of a curve."""

SHARP = 80.0
"""Angle between two edges [deg] below which their corner is a tip; the ends of curved leads are a little below 90."""

_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Contacts:
    """The nearest points of pairs of edges that face each other.

    Parameters
    ----------
    distance
        (k,) ndarray of float: between the points [dbu], infinite if none of a pair do.
    lines
        (4, k) ndarray of float: the lines between the points [dbu].
    """

    distance: Reals
    lines: Reals


def contacts(outline: Outlines, first: Integers, second: Integers, *, inside: bool) -> Contacts:
    """Return the nearest points of pairs of edges that face each other.

    Parameters
    ----------
    inside
        Across the inside of the polygon, else across the space outside.
    """
    sign = 1 if inside else -1
    distance, lines = np.full(len(first), np.inf), np.zeros((4, len(first)))
    for one, other in ((first, second), (second, first)):
        for at_end in (False, True):
            found, line = _from_end(outline, one, other, at_end=at_end, sign=sign)
            better = (found < distance) | ((found == distance) & _is_before(line, lines))
            distance[better], lines[:, better] = found[better], line[:, better]
    chained = np.flatnonzero((outline.before_of(first) == second) | (outline.before_of(second) == first))
    sharp = _is_sharp(outline.edges_of(first[chained]), outline.edges_of(second[chained]))
    distance[chained] = np.where(sharp, 0, np.inf)
    return Contacts(distance, lines)


def _is_before(line: Reals, other: Reals) -> Booleans:
    """Tell which lines have their middle further left than others, or lower: of equally short ones that is taken."""
    x, y = line[0] + line[2], line[1] + line[3]
    other_x, other_y = other[0] + other[2], other[1] + other[3]
    return (x < other_x) | ((x == other_x) & (y < other_y))


def _is_sharp(first: Edges, second: Edges) -> Booleans:
    """Tell which edges that follow each other fold back by so much that the corner between them is a tip."""
    dot = (first[2] - first[0]) * (second[2] - second[0]) + (first[3] - first[1]) * (second[3] - second[1])
    lengths = np.hypot(first[2] - first[0], first[3] - first[1]) * np.hypot(
        second[2] - second[0], second[3] - second[1]
    )
    return -dot > lengths * np.cos(np.radians(SHARP))


def cuts(edge: Edges, line: Reals) -> Booleans:
    """Tell which edges properly cross lines; ends that touch, to rounding, do not."""
    reach = 1e-6 * (1.0 + np.abs(line[2] - line[0]) + np.abs(line[3] - line[1]))
    begin, end = _turn(edge, line[0], line[1]), _turn(edge, line[2], line[3])
    length = np.hypot(edge[2] - edge[0], edge[3] - edge[1])
    apart = (np.minimum(np.abs(begin), np.abs(end)) > reach * length) & (begin * end < 0)
    return apart & (_turn(line, edge[0], edge[1]) * _turn(line, edge[2], edge[3]) < 0)


def _turn(edge: Edges | Reals, x: Edges | Reals, y: Edges | Reals) -> Reals:
    return (edge[2] - edge[0]) * (y - edge[1]) * 1.0 - (edge[3] - edge[1]) * (x - edge[0]) * 1.0


def _from_end(outline: Outlines, one: Integers, other: Integers, *, at_end: bool, sign: int) -> tuple[Reals, Reals]:
    """Return the distances from an end of edges to the nearest points of others, infinite if they do not face."""
    into = one if at_end else outline.before_of(one)
    px, py = outline.polygons.coords[into].T
    edge = outline.edges_of(other)
    ex, ey = edge[2] - edge[0], edge[3] - edge[1]
    along = (ex * (px - edge[0]) + ey * (py - edge[1])) / (ex * ex + ey * ey)
    clipped = np.clip(along, 0.0, 1.0)
    ux, uy = edge[0] + clipped * ex - px, edge[1] + clipped * ey - py
    faces = _looks(outline, into, ux, uy, sign=sign)
    at_vertex = np.flatnonzero(along != clipped)
    entering = np.where(along[at_vertex] > 1.0, other[at_vertex], outline.before_of(other[at_vertex]))
    faces[at_vertex] &= _looks(outline, entering, -ux[at_vertex], -uy[at_vertex], sign=sign)
    faces &= -(ux * ey - uy * ex) * sign > 0
    found = np.where(faces, np.hypot(ux, uy), np.inf)
    return found, np.stack([px + 0.0, py + 0.0, px + ux, py + uy])


def _looks(outline: Outlines, into: Integers, ux: Reals, uy: Reals, *, sign: int) -> Booleans:
    """Tell which vertices, at the ends of edges, look in a direction: between the normals of their edges."""
    ax, ay = _normal(outline, into, sign)
    bx, by = _normal(outline, outline.after_of(into), sign)
    turn, dot = ax * by - ay * bx, ax * bx + ay * by
    slack = _ROUNDING * np.hypot(ux, uy)
    way = np.where(turn < 0, -1, 1)
    between = (way * (ax * uy - ay * ux) >= -slack) & (way * (ux * by - uy * bx) >= -slack)
    forward = ux * (ax + bx) + uy * (ay + by) > 0
    corner = dot < np.cos(np.radians(CORNER))
    # A corner looks wherever one of its edges does.
    seen = (ux * ax + uy * ay > -slack) | (ux * bx + uy * by > -slack)
    return np.where(corner, seen, between & forward)


def _normal(outline: Outlines, edge: Integers, sign: int) -> tuple[Reals, Reals]:
    """Return the unit normals of edges towards the inside, or the outside for a sign of -1."""
    ends = outline.edges_of(edge)
    x, y = ends[2] - ends[0], ends[3] - ends[1]
    scale = sign / np.hypot(x, y)
    return y * scale, -x * scale
