"""GLB: the finished part as glTF 2.0 in one binary file, one node and one mesh for each material.

Metres, y up, x to the right and the bottom of the plan towards the viewer; the site's centre and the lowest point lie
on the origin's axis. Normals are left out: a viewer of glTF shades such meshes flat, as upright walls are.
"""

import json
import struct
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from maskgen.package import Package
from maskgen.sections.plan import Plan
from maskgen.solid.mesh import Mesh, meshes
from maskgen.solid.run import finished
from maskgen.technology import Process
from maskgen.technology.flow import Assemble

METRE = 1e-6
"""Metres in one µm."""
SEEN_THROUGH = 0.35
"""Opacity of what is moulded over dies and wires, so that they are seen."""
_METALNESS, _ROUGHNESS = 0.6, (0.35, 0.8)
_DIE = "#4f5d75"
"""Colour of dies, which no technology lists."""
_JSON, _BIN = 0x4E4F534A, 0x004E4942
_FLOAT, _SHORT, _INTEGER = 5126, 5123, 5125
_ARRAY, _ELEMENTS = 34962, 34963


def render(process: Process, package: Package, plan: Plan, name: str = "part") -> bytes:
    """Return the part of one site after the whole flow as GLB.

    Parameters
    ----------
    plan
        One site from above, as `maskgen.sections.plan.site_plan` returns it.
    name
        Of the root node, whose children are the materials.
    """
    return write(meshes(finished(process, package, plan)), process, name)


def write(parts: Sequence[Mesh], process: Process, name: str) -> bytes:
    """Return meshes [µm, z up] as GLB [m, y up]."""
    buffer = bytearray()
    views: list[dict[str, Any]] = []
    accessors: list[dict[str, Any]] = []
    for mesh in parts:
        _put(mesh, buffer, views, accessors)
    moulded = {step.material for step in process.technology.flow if isinstance(step, Assemble) and step.step == "mould"}
    tree = {
        "asset": {"version": "2.0", "generator": "maskgen"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [
            {"name": name, **({"children": list(range(1, len(parts) + 1))} if parts else {})},
            *({"name": mesh.material, "mesh": number} for number, mesh in enumerate(parts)),
        ],
    }
    if parts:
        tree |= {
            "meshes": [_primitive(mesh, number) for number, mesh in enumerate(parts)],
            "materials": [_look(mesh.material, process, is_clear=mesh.material in moulded) for mesh in parts],
            "accessors": accessors,
            "bufferViews": views,
            "buffers": [{"byteLength": len(buffer)}],
        }
    return _container(tree, bytes(buffer))


def _put(mesh: Mesh, buffer: bytearray, views: list[dict[str, Any]], accessors: list[dict[str, Any]]) -> None:
    """Add corners and triangles of a mesh to the buffer."""
    points = (mesh.points[:, [0, 2, 1]] * np.array([METRE, METRE, -METRE])).astype("<f4")
    is_small = len(points) <= np.iinfo(np.uint16).max
    triangles = mesh.triangles.astype("<u2" if is_small else "<u4")
    for data, target in ((points.tobytes(), _ARRAY), (triangles.tobytes(), _ELEMENTS)):
        views.append({"buffer": 0, "byteOffset": len(buffer), "byteLength": len(data), "target": target})
        buffer += data + b"\0" * (-len(data) % 4)
    accessors.append(
        {
            "bufferView": len(views) - 2,
            "componentType": _FLOAT,
            "count": len(points),
            "type": "VEC3",
            "min": points.min(axis=0).tolist(),
            "max": points.max(axis=0).tolist(),
        }
    )
    kind = _SHORT if is_small else _INTEGER
    count = triangles.size
    accessors.append({"bufferView": len(views) - 1, "componentType": kind, "count": count, "type": "SCALAR"})


def _primitive(mesh: Mesh, number: int) -> dict[str, Any]:
    primitive = {"attributes": {"POSITION": 2 * number}, "indices": 2 * number + 1, "material": number}
    return {"name": mesh.material, "primitives": [primitive]}


def _look(material: str, process: Process, *, is_clear: bool) -> dict[str, Any]:
    """Return a material of glTF: its colour as in the technology, metals shiny, what is moulded seen through."""
    entry = process.technology.materials.get(material)
    red, green, blue = (_linear(value) for value in bytes.fromhex((entry.colour if entry else _DIE)[1:]))
    is_metal = entry is not None and entry.conductive
    look: dict[str, Any] = {
        "name": material,
        "pbrMetallicRoughness": {
            "baseColorFactor": [red, green, blue, SEEN_THROUGH if is_clear else 1.0],
            "metallicFactor": _METALNESS if is_metal else 0.0,
            "roughnessFactor": _ROUGHNESS[0] if is_metal else _ROUGHNESS[1],
        },
    }
    return look | ({"alphaMode": "BLEND"} if is_clear else {})


def _linear(value: int) -> float:
    """Return a share of a colour of sRGB as glTF counts it, in proportion to light (IEC 61966-2-1)."""
    share = value / 255
    return round(share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4, 6)


def _container(tree: Mapping[str, Any], binary: bytes) -> bytes:
    """Return the chunks of a GLB file (glTF 2.0, section 4.4)."""
    text = json.dumps(tree, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 4)
    chunks = struct.pack("<II", len(text), _JSON) + text
    if binary:
        chunks += struct.pack("<II", len(binary), _BIN) + binary
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks
