"""An edge runs in a direction that is not allowed, or a corner is too sharp.

Some mask writers cut slanted edges into steps; sharp corners round off, lift, or tear the resist. Draw the shape with
edges along the axes (`allow: manhattan`) or also along their diagonals (`allow: octilinear`), and cut off the tips.
`min_corner` is the least angle between two edges that meet, seen from inside or from outside; 90 degrees are 90 from
both. Shapes are merged before: what is a corner of two that overlap is looked at, what lies inside is not.

Passes: `{check: angle, layer: PAD, allow: octilinear, min_corner: 45}` for an octagon that stands on one of
its sides, or a right triangle with two sides alike.
Fails: the same for a circle, whose chords run in all directions, or for a tip of 30 degrees.
"""

from collections.abc import Iterator
from typing import Literal

import numpy as np
from pydantic import model_validator

from maskgen.drc import pairs
from maskgen.drc.kernel import measure
from maskgen.drc.limits import Degrees
from maskgen.drc.params import Area
from maskgen.drc.params import Params as RuleParams
from maskgen.drc.scene import Scene
from maskgen.drc.violation import Finding
from maskgen.geometry.polygons import Polygons

_STEPS = {"manhattan": 90.0, "octilinear": 45.0}


class Params(RuleParams):
    """Numbers of one rule."""

    layer: Area
    allow: Literal["manhattan", "octilinear", "any"] = "any"
    min_corner: Degrees | None = None

    @property
    def reach(self) -> float:
        """Return how far beyond a site the check looks [um]."""
        # Far enough that nothing is cut off at the border of the site itself.
        return 1.0

    @model_validator(mode="after")
    def _has_limit(self) -> "Params":
        if self.allow == "any" and self.min_corner is None:
            raise ValueError("allows everything: needs allow: manhattan or octilinear, or a min_corner")
        return self


def check(scene: Scene, params: Params) -> Iterator[Finding]:
    """Yield every edge of a wrong direction, then every corner that is too sharp."""
    polygons = scene.merged(params.layer)
    if params.allow != "any":
        yield from _slanted(polygons, params.allow)
    if params.min_corner is not None:
        yield from _sharp(polygons, params.min_corner)


def _slanted(polygons: Polygons, allow: Literal["manhattan", "octilinear"]) -> Iterator[Finding]:
    edges = measure.slanted(polygons, allow).edges
    x, y = (edges[:, 1] - edges[:, 0]).T
    angles = np.degrees(np.arctan2(y, x)) % 180.0
    for edge, angle in zip(edges, angles.tolist(), strict=True):
        box = pairs.in_um(np.concatenate([edge.min(axis=0), edge.max(axis=0)]))
        sentence = f"an edge at {angle:.3f} deg, only multiples of {_STEPS[allow]:g} deg allowed"
        yield Finding(sentence, box, angle, _STEPS[allow], (pairs.edge_in_um(edge),))


def _sharp(polygons: Polygons, least: float) -> Iterator[Finding]:
    corners = measure.sharp(polygons, least)
    for point, angle in zip(corners.coords, corners.angle.tolist(), strict=True):
        sentence = f"a corner of {angle:.3f} deg, at least {least:g} deg wanted"
        yield Finding(sentence, pairs.in_um(np.tile(point, 2)), angle, least)
