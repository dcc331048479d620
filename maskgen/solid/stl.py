"""STL: the surfaces of all materials in one binary file, in millimetres, z up. STL knows neither names nor colours."""

from collections.abc import Sequence

import numpy as np

from maskgen.solid.mesh import Mesh

_MILLIMETRE = 1e-3
"""Millimetres in one µm."""
_FACET = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
_HEADER = b"maskgen, millimetres".ljust(80, b" ")


def write(parts: Sequence[Mesh]) -> bytes:
    """Return meshes [µm] as STL [mm]."""
    corners = np.concatenate([np.empty((0, 3, 3)), *(mesh.points[mesh.triangles] for mesh in parts)]) * _MILLIMETRE
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    facets = np.zeros(len(corners), dtype=_FACET)
    facets["normal"] = np.divide(normals, length, out=np.zeros_like(normals), where=length > 0)
    facets["corners"] = corners
    return _HEADER + np.uint32(len(facets)).tobytes() + facets.tobytes()
