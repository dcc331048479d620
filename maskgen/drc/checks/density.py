"""Too little or too much of an area is covered.

Plating is thin where much metal draws the current and thick where little does; etching and polishing depend on the
covered share in the same way, and a panel warps where it varies. Add or remove dummy shapes, or open a plane.

The share is taken in windows. The first stands at the lower left of the layer `within`, or else of the layer itself,
the others a `step` further (by default the size of a window) until that layer's box is covered; windows beside
`within` are left out. What lies outside `within` counts as empty, so the last windows of a row may miss a `min`
where the area is no multiple of the step: choose steps that divide it.

Passes: `{check: density, layer: PAD, within: FIELD, min: 0.2, max: 0.8, window: [1000, 1000], step: [500, 500]}` where
each mm2 of the field is covered by a fifth to four fifths.
Fails: the same for a field with one bare mm2.
"""

import math
from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray
from pydantic import model_validator

from maskgen.drc.limits import Distance, Share
from maskgen.drc.params import Area
from maskgen.drc.params import Params as RuleParams
from maskgen.drc.scene import Scene
from maskgen.drc.violation import Finding
from maskgen.errors import MaskgenError
from maskgen.geometry import regions
from maskgen.geometry.regions import Box, Region

Reals = NDArray[np.float64]

WHOLE = True
"""Windows stand on one lattice for the whole plate."""

MOST_WINDOWS = 1_000_000
_ROUNDING = 1e-9


class Params(RuleParams):
    """Numbers of one rule."""

    layer: Area
    window: tuple[Distance, Distance]
    """Width and height."""
    within: Area | None = None
    min: Share | None = None
    max: Share | None = None
    step: tuple[Distance, Distance] | None = None

    @property
    def reach(self) -> float:
        """Return how far beyond a site the check looks [um]."""
        return 0.0

    @property
    def steps(self) -> tuple[float, float]:
        """Return from window to window, along both axes [um]."""
        return self.step or self.window

    @model_validator(mode="after")
    def _has_limits(self) -> "Params":
        if self.min is None and self.max is None:
            raise ValueError("needs a min or a max")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"no share is at least {self.min:g} and at most {self.max:g}")
        for step, size in zip(self.steps, self.window, strict=True):
            if step > size:
                raise ValueError(f"a step of {step:g} um leaves gaps between windows of {size:g} um")
        return self


def check(scene: Scene, params: Params) -> Iterator[Finding]:
    """Yield every window that is covered too little or too much."""
    layer = scene.region(params.layer)
    area = shapely.envelope(layer) if params.within is None else scene.region(params.within)
    if area.is_empty:
        return
    for box, share in _shares(regions.areal(layer.intersection(area)), area, params):
        if params.min is not None and share < params.min - _ROUNDING:
            sentence = f"{100 * share:.4g} % covered, at least {100 * params.min:g} % wanted"
            yield Finding(sentence, box, share, params.min)
        if params.max is not None and share > params.max + _ROUNDING:
            sentence = f"{100 * share:.4g} % covered, at most {100 * params.max:g} % allowed"
            yield Finding(sentence, box, share, params.max)


def _shares(layer: Region, area: Region, params: Params) -> Iterator[tuple[Box, float]]:
    """Yield the windows, row by row, and what part of each is covered."""
    left, bottom, right, top = regions.box_of(area)
    columns = _begins(left, right, params.window[0], params.steps[0])
    rows = _begins(bottom, top, params.window[1], params.steps[1])
    if len(columns) * len(rows) > MOST_WINDOWS:
        raise MaskgenError(
            f"density: {len(columns)} x {len(rows)} windows of {params.window[0]:g} x {params.window[1]:g} um,"
            f" at most {MOST_WINDOWS} can be looked at: widen the step"
        )
    shapely.prepare(area)
    parts = regions.polygons(layer)
    tree = shapely.STRtree(parts)
    for y in rows.tolist():
        boxes = shapely.box(columns, y, columns + params.window[0], y + params.window[1])
        row = shapely.box(left, y, columns[-1] + params.window[0], y + params.window[1])
        # What lies in a row is cut out first: a plane's many vertices are looked at once for a row of windows.
        strips = shapely.intersection(parts[tree.query(row, predicate="intersects")], row)
        shares = _covered(strips, boxes) / (params.window[0] * params.window[1])
        near = shapely.intersects(area, boxes) & ~shapely.touches(area, boxes)
        for box, share in zip(boxes[near], shares[near].tolist(), strict=True):
            yield regions.box_of(box), share


def _begins(low: float, high: float, size: float, step: float) -> Reals:
    """Return where windows begin that cover a stretch, one at least."""
    beyond = max(0, math.ceil((high - low - size) / step - _ROUNDING))
    return low + step * np.arange(min(beyond, MOST_WINDOWS) + 1, dtype=np.float64)


def _covered(parts: NDArray[np.object_], boxes: NDArray[np.object_]) -> Reals:
    """Return the area [um2] that disjoint parts cover of each box."""
    found = np.zeros(len(boxes))
    box, part = shapely.STRtree(parts).query(boxes, predicate="intersects")
    np.add.at(found, box, shapely.area(shapely.intersection(parts[part], boxes[box])))
    return found
