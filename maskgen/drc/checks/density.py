"""Too little or too much of an area is covered.

Plating is thin where much metal draws the current and thick where little does; etching and polishing depend on the
covered share in the same way, and a panel warps where it varies. Add or remove dummy shapes, or open a plane.

Windows that are covered alike are one finding with its copies, and sites that repeat are not written out: a panel of a
million sites is looked at as fast as one of a few. There may be a million windows.

The share is taken in windows. The first stands at the lower left of the layer `within`, or else of the layer itself,
the others a `step` further (by default the size of a window) until that layer's box is covered; windows beside
`within` are left out. What lies outside `within` counts as empty, so the last windows of a row may miss a `min`
where the area is no multiple of the step: choose steps that divide it.

Passes: `{check: density, layer: PAD, within: FIELD, min: 0.2, max: 0.8, window: [1000, 1000], step: [500, 500]}` where
each mm2 of the field is covered by a fifth to four fifths.
Fails: the same for a field with one bare mm2.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from maskgen.drc.coverage import windows
from maskgen.drc.coverage.windows import Part, Windows
from maskgen.drc.limits import Distance, Share
from maskgen.drc.params import Area
from maskgen.drc.params import Params as RuleParams
from maskgen.drc.scene import Scene
from maskgen.drc.violation import Finding
from maskgen.errors import MaskgenError
from maskgen.expressions import Boolean, Expression
from maskgen.geometry.arrays import Grid, Lattice
from maskgen.geometry.regions import Box

Reals = NDArray[np.float64]
Cover = Callable[[Expression], Sequence[Part]]
"""What an expression covers on the whole plate, in parts that lie nowhere over each other."""

MOST_WINDOWS = 1_000_000
_ROUNDING = 1e-9
_DIGITS = 6
_SLIVER = 1e-13
"""Share of a window below which it has nothing in common with an area: the rounding of sums."""


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
    """Yield every window of one scene that is covered too little or too much, row by row."""
    alone = [Lattice(0.0, 0.0, 1, 1, 0.0, 0.0)]
    found = [
        replace(finding, box=_box(lattice.x + column * lattice.dx, lattice.y + row * lattice.dy, params))
        for finding, lattices in survey(lambda area: list(windows.copies(scene.region(area), alone)), params)
        for lattice in lattices
        for row in range(lattice.rows)
        for column in range(lattice.columns)
    ]
    yield from sorted(found, key=lambda finding: (finding.box[1], finding.box[0]) if finding.box else ())


def survey(cover: Cover, params: Params) -> Iterator[tuple[Finding, tuple[Lattice, ...]]]:
    """Yield what is found on a whole plate, and where: windows that are covered alike are one finding."""
    within = cover(params.within) if params.within is not None else None
    layer = cover(params.layer if params.within is None else Boolean("&", params.layer, params.within))
    box = windows.box_of(layer if within is None else within)
    if box is None:
        return
    grid = _windows(box, params)
    shares = grid.shares(layer)
    near = np.ones_like(shares, dtype=bool) if within is None else grid.shares(within) > _SLIVER
    for where, limit, words in _broken(shares, params):
        for share, lattices in grid.alike(shares, where & near):
            sentence = f"{100 * share:.4g} % covered, {words}"
            yield Finding(sentence, _box(lattices[0].x, lattices[0].y, params), share, limit), lattices


def _broken(shares: Reals, params: Params) -> Iterator[tuple[Grid, float, str]]:
    """Yield for each limit which windows break it, and the limit as words."""
    if params.min is not None:
        yield shares < params.min - _ROUNDING, params.min, f"at least {100 * params.min:g} % wanted"
    if params.max is not None:
        yield shares > params.max + _ROUNDING, params.max, f"at most {100 * params.max:g} % allowed"


def _windows(box: Box, params: Params) -> Windows:
    """Return the windows that cover a box."""
    x = _begins(box[0], box[2], params.window[0], params.steps[0])
    y = _begins(box[1], box[3], params.window[1], params.steps[1])
    if len(x) * len(y) > MOST_WINDOWS:
        raise MaskgenError(
            f"density: {len(x)} x {len(y)} windows of {params.window[0]:g} x {params.window[1]:g} um,"
            f" at most {MOST_WINDOWS} can be looked at: widen the step"
        )
    return Windows(x, y, params.window[0], params.window[1])


def _begins(low: float, high: float, size: float, step: float) -> Reals:
    """Return where windows begin that cover a stretch, one at least."""
    beyond = max(0, math.ceil((high - low - size) / step - _ROUNDING))
    return np.round(low + step * np.arange(min(beyond, MOST_WINDOWS) + 1, dtype=np.float64), _DIGITS)


def _box(x: float, y: float, params: Params) -> Box:
    """Return the window whose lower left corner is given."""
    width, height = params.window
    return round(x, _DIGITS), round(y, _DIGITS), round(x + width, _DIGITS), round(y + height, _DIGITS)
