"""Outlines of leads: one ring of points, the neck's sides, fillets and bulges meeting in tangents.

The sides of the neck are parallel to its middle line, so that it is as wide as it should be everywhere. A fillet is an
arc that touches the side of the neck and the bulge; its centre is where the line parallel to the neck at half its width
and the radius meets the circle around the bulge.
"""

import math
from dataclasses import dataclass

import numpy as np
import shapely

from maskgen.geometry import regions
from maskgen.geometry.regions import Region
from maskgen.leads.model import LeadForm, Values
from maskgen.leads.paths import arc, without_repeats

_EXACT = 1e-9


def outline(path: Values, form: LeadForm, *, tolerance: float = regions.ARC_TOLERANCE) -> Region:
    """Return the metal of a lead along a path.

    Parameters
    ----------
    path : (n, 2) ndarray of float
        Middle of the neck from the centre of the fixed bulge to that of the tip bulge [µm].
    tolerance
        Chord error of bulges and fillets [µm].

    Returns
    -------
    Polygon
        Counter-clockwise, without holes.

    Raises
    ------
    ValueError
        If the lead is too short for its bulges and fillets, or bends so tightly that it meets itself.
    """
    path = without_repeats(path)
    sides = _Sides.of(path)
    right, left = sides.root(form.fixed, -1.0, form), sides.root(form.fixed, 1.0, form)
    back = _Sides.of(path[::-1])
    tip_right, tip_left = back.root(form.tip, 1.0, form), back.root(form.tip, -1.0, form)
    last = len(path) - 2
    ring = np.concatenate(
        [
            right.fillet(form.fillet, tolerance),
            sides.between(-form.neck / 2, right.segment, last - tip_right.segment),
            tip_right.fillet(form.fillet, tolerance)[::-1],
            arc(path[-1], tip_right.touch, tip_left.touch, tolerance=tolerance, is_long=True),
            tip_left.fillet(form.fillet, tolerance),
            sides.between(form.neck / 2, left.segment, last - tip_left.segment)[::-1],
            left.fillet(form.fillet, tolerance)[::-1],
            arc(path[0], left.touch, right.touch, tolerance=tolerance, is_long=True),
        ]
    )
    keep = np.hypot(*(ring - np.roll(ring, 1, axis=0)).T) > _EXACT
    found = shapely.Polygon(ring[keep])
    if not found.is_valid:
        span = float(np.hypot(*(path[-1] - path[0])))
        raise ValueError(f"a lead of {span:g} um span bends too tightly for its neck, bulges and fillets")
    return found


@dataclass(frozen=True, eq=False)
class _Root:
    """Where one side of a neck leaves a bulge: segment of the path, centre of the fillet and where it touches both."""

    segment: int
    centre: Values
    touch: Values
    leaves: Values

    def fillet(self, radius: float, tolerance: float) -> Values:
        """Return the arc from the bulge to the neck."""
        return arc(self.centre, self.touch, self.leaves, tolerance=tolerance) if radius else self.leaves[None]


@dataclass(frozen=True, eq=False)
class _Sides:
    """The lines parallel to a path: normals to the left of its segments, and shifts of its points per distance."""

    path: Values
    normals: Values
    mitres: Values

    @classmethod
    def of(cls, path: Values) -> "_Sides":
        """Return the sides of a path."""
        steps = np.diff(path, axis=0)
        ways = steps / np.hypot(steps[:, 0], steps[:, 1])[:, None]
        normals = np.stack([-ways[:, 1], ways[:, 0]], axis=1)
        before, after = np.vstack([normals[:1], normals]), np.vstack([normals, normals[-1:]])
        straightness = np.maximum(1 + (before * after).sum(axis=1), _EXACT)
        return cls(path, normals, (before + after) / straightness[:, None])

    def between(self, distance: float, first: int, last: int) -> Values:
        """Return the corners of the line at a distance to the left [µm] between two segments."""
        corners: Values = (self.path + distance * self.mitres)[first + 1 : last + 1]
        return corners

    def root(self, bulge: float, side: float, form: LeadForm) -> _Root:
        """Return where the neck leaves the bulge at the start of the path, to the left (1) or right (-1)."""
        line = self.path + side * (form.neck / 2 + form.fillet) * self.mitres - self.path[0]
        reach = bulge / 2 + form.fillet
        outside = np.hypot(line[:, 0], line[:, 1]) >= reach
        if not outside[1:].any():
            span = float(np.hypot(*(self.path[-1] - self.path[0])))
            raise ValueError(f"a lead of {span:g} um span has no room for its bulges and fillets")
        segment = int(outside[1:].argmax())
        centre = _meeting(line[segment], line[segment + 1], reach)
        touch = centre * (bulge / 2 / reach)
        leaves = centre - side * form.fillet * self.normals[segment]
        return _Root(segment, centre + self.path[0], touch + self.path[0], leaves + self.path[0])


def _meeting(inside: Values, outside: Values, radius: float) -> Values:
    """Return where a line from inside a circle about the origin leaves it."""
    step = outside - inside
    a, b, c = float(step @ step), float(inside @ step), float(inside @ inside) - radius**2
    return np.asarray(inside + step * (-b + math.sqrt(max(b * b - a * c, 0.0))) / a)
