"""The finished part of one site as files of three-dimensional formats."""

from collections.abc import Sequence

import shapely

from maskgen.package import Package
from maskgen.sections.plan import Plan
from maskgen.solid import glb, stl
from maskgen.solid.mesh import meshes
from maskgen.solid.run import finished
from maskgen.technology import Process

FORMATS = ("glb", "stl")
"""Formats that the part can be written in."""
MOST_CORNERS = 150_000
"""Corners of a site up to which its part is made in a second or two."""


def is_simple(plan: Plan) -> bool:
    """Tell whether the part of a site is made without a long wait."""
    return sum(int(shapely.get_num_coordinates(region)) for region in plan.layers.values()) <= MOST_CORNERS


def files(process: Process, package: Package, plan: Plan, *, name: str, formats: Sequence[str]) -> dict[str, bytes]:
    """Return the part in each of some formats."""
    if not formats:
        return {}
    parts = meshes(finished(process, package, plan))
    return {each: glb.write(parts, process, name) if each == "glb" else stl.write(parts) for each in formats}
