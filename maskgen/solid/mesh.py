"""Meshes: the closed surface of each material of a body."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from manifold3d import CrossSection, FillRule, Manifold, Mesh64, OpType
from numpy.typing import NDArray

from maskgen.geometry import regions
from maskgen.solid.body import Body, Ribbon, Slab, Wire

SIDES = 8
"""Faces around a wire."""


@dataclass(frozen=True, eq=False)
class Mesh:
    """The surface of one material.

    Parameters
    ----------
    points : (n, 3) ndarray of float
        Corners (x, y, z) [µm].
    triangles : (m, 3) ndarray of int
        Corners of each triangle, counter-clockwise as seen from outside.
    """

    material: str
    points: NDArray[np.float64]
    triangles: NDArray[np.int64]


def meshes(body: Body) -> list[Mesh]:
    """Return one closed mesh for each material, from below."""
    slabs = list(body.slabs())
    names = dict.fromkeys([*body.materials, *(thread.material for thread in body.threads)])
    found = []
    for name in names:
        parts = [prism(slab) for slab in slabs if slab.material == name]
        parts += [_strung(thread) for thread in body.threads if thread.material == name]
        found.append(_mesh(name, Manifold.batch_boolean(parts, OpType.Add)))
    return [mesh for mesh in found if len(mesh.triangles)]


def prism(slab: Slab) -> Manifold:
    """Return a slab as a solid."""
    rings = [
        shapely.get_coordinates(ring)[:-1]
        for part in shapely.orient_polygons(regions.polygons(slab.region))
        for ring in (part.exterior, *part.interiors)
    ]
    outline = CrossSection(rings, FillRule.Positive)
    return Manifold.extrude(outline, slab.high - slab.low).translate((0.0, 0.0, slab.low))


def _strung(thread: Wire | Ribbon) -> Manifold:
    """Return a wire or a lead as a solid."""
    return _tube(thread) if isinstance(thread, Wire) else _strip(thread)


def _tube(wire: Wire) -> Manifold:
    """Return a wire as the hulls of its straight parts, with a ball at each joint."""
    ball = Manifold.sphere(wire.diameter / 2, SIDES)
    balls = [ball.translate(point) for point in wire.points]
    return Manifold.batch_boolean([Manifold.batch_hull(pair) for pair in pairwise(balls)], OpType.Add)


def _strip(lead: Ribbon) -> Manifold:
    """Return a lead as a strip: four corners at each point of its middle, upright, square to its way from above."""
    middle = np.array(lead.points, dtype=float)
    ways = np.diff(middle[:, :2], axis=0)
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    bisectors = np.vstack([ways[:1], ways[:-1] + ways[1:], ways[-1:]])
    bisectors /= np.maximum(np.linalg.norm(bisectors, axis=1, keepdims=True), 1e-9)
    aside = np.column_stack([-bisectors[:, 1], bisectors[:, 0], np.zeros(len(middle))]) * lead.width / 2
    up = np.array([0.0, 0.0, lead.thickness / 2])
    corners = np.stack([middle - aside - up, middle + aside - up, middle + aside + up, middle - aside + up], axis=1)
    faces = [[3, 2, 1], [3, 1, 0]]
    for first in range(0, 4 * (len(middle) - 1), 4):
        for one, other in ((0, 1), (1, 2), (2, 3), (3, 0)):
            faces += [
                [first + one, first + other, first + 4 + other],
                [first + one, first + 4 + other, first + 4 + one],
            ]
    last = 4 * (len(middle) - 1)
    faces += [[last, last + 1, last + 2], [last, last + 2, last + 3]]
    return Manifold(Mesh64(corners.reshape(-1, 3), np.array(faces, dtype=np.uint64)))


def _mesh(name: str, solid: Manifold) -> Mesh:
    found = solid.to_mesh64()
    return Mesh(name, np.asarray(found.vert_properties)[:, :3], np.asarray(found.tri_verts).astype(np.int64))
