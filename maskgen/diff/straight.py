"""Polygons along the axes: what one layer covers and another does not, exactly, by counting windings."""

from importlib import import_module

import numpy as np

from maskgen.drc.kernel import compiled
from maskgen.geometry import polygons
from maskgen.geometry.polygons import Booleans, Integers, Polygons

_UNION = "maskgen.drc.kernel.compiled.union"


def pays(*layers: Polygons) -> bool:
    """Tell whether all polygons run along the axes, and are so many that it is faster to count windings."""
    if not compiled.pays(sum(len(part.coords) for part in layers)):
        return False
    return all(are_straight(part).all() for part in layers)


def are_straight(part: Polygons) -> Booleans:
    """Tell which polygons have edges along the axes alone."""
    slanted = (part.coords[part.next_vertex] != part.coords).all(axis=1)
    found = np.ones(len(part), dtype=bool)
    found[part.polygon_of_ring[part.ring_of_vertex[slanted]]] = False
    return found


def minus(left: Polygons, right: Polygons) -> Polygons:
    """Return what some polygons cover and others do not."""
    if not len(left) or not len(right):
        return _united(left)
    left, right = _united(left), _united(right)
    ends = np.concatenate([left.coords, right.coords])
    (x0, y0), (x1, y1) = polygons.extremes(ends) + np.array([[-1], [1]])
    frame = polygons.from_boxes(np.array([[x0, y0, x1, y1]]))
    # Inside the frame the winding is 1, less 1 where the first covers, and 1 more where the second does.
    rest = _united(polygons.concatenate([frame, _backward(left), right]))
    return _united(_without(_backward(rest), frame.coords[0]))


def _united(part: Polygons) -> Polygons:
    if not len(part):
        return part
    found: Polygons = import_module(_UNION).united(part, np.ones(len(part), dtype=bool))
    return found


def _backward(part: Polygons) -> Polygons:
    """Return polygons whose outlines run the other way round."""
    ring = part.ring_of_vertex
    place = part.rings[ring] + part.rings[ring + 1] - 1 - np.arange(len(ring))
    return Polygons(part.coords[place], part.rings, part.polygons)


def _without(part: Polygons, corner: Integers) -> Polygons:
    """Return all rings as polygons but that of the frame."""
    keep = np.ones(len(part.rings) - 1, dtype=bool)
    keep[part.ring_of_vertex[(part.coords == corner).all(axis=1)]] = False
    return Polygons(part.coords, part.rings, np.arange(len(part.rings))).select(keep)
