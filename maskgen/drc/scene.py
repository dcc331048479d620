"""Scene: what a geometric check looks at: the layers around one class of sites, evaluated when asked for."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from maskgen import expressions
from maskgen.drc.kernel import merge
from maskgen.drc.violation import Finding
from maskgen.errors import MaskgenError
from maskgen.expressions import Expression, Layer
from maskgen.geometry import polygons, regions
from maskgen.geometry.polygons import Polygons
from maskgen.geometry.regions import Region
from maskgen.layout import View
from maskgen.units import DATABASE_UNIT

_FARTHEST = 2e6
"""Farthest from the origin that anything may reach [µm]."""

_LARGEST_DOUBLED = 2.0**63 * DATABASE_UNIT**2
"""Twice the area [µm²] up to which areas are whole numbers of 64 bits on the database grid."""

_HAIR = 1e-7
"""What lies on a border [µm] is told by the scene above it or to its right: by the one a hair farther."""


@dataclass(frozen=True, eq=False)
class Scene:
    """One view, the layers that a deck derives, and the expressions already evaluated."""

    view: View
    derived: Mapping[str, Expression] = field(default_factory=dict)
    memo: dict[Expression, Region] = field(default_factory=dict)
    merged_memo: dict[Expression, Polygons] = field(default_factory=dict)
    kept: dict[Hashable, Any] = field(default_factory=dict)
    """What a check has worked out and its next rule uses again, by what it is of."""

    def region(self, expression: Expression) -> Region:
        """Return what an expression covers, right within the margin of the domain."""
        whole = expressions.substitute(expression, self.derived)
        return _near(expressions.evaluate(whole, self.view.layers, self.memo))

    def merged(self, expression: Expression) -> Polygons:
        """Return what an expression covers as merged polygons on the database grid [dbu]."""
        if expression not in self.merged_memo:
            self.merged_memo[expression] = merge.merged(_on_grid(self.region(expression)))
        return self.merged_memo[expression]

    def pieces(self, region: Region) -> list[Region]:
        """Return what lies of a region in the domain, piece by piece: what reaches over its border is told in parts."""
        if region.is_empty:
            return []
        return list(regions.polygons(regions.areal(region.intersection(self.view.domain))))

    def owns(self, finding: Finding) -> bool:
        """Tell whether a finding is this scene's: its place lies in the domain, on no border but lower and left."""
        if finding.box is None:
            return True
        x, y = finding.at or ((finding.box[0] + finding.box[2]) / 2, (finding.box[1] + finding.box[3]) / 2)
        return bool(self.view.domain.intersects(shapely.Point(x + _HAIR, y + _HAIR)))


@dataclass(frozen=True, eq=False)
class FlatScene:
    """All of a layout at once, as polygons on the database grid; regions are made where an expression needs them."""

    shapes: dict[str, Polygons]
    """What is drawn on each layer [dbu], not merged, or merged as soon as that was asked for (`keeps_shapes`)."""
    derived: Mapping[str, Expression] = field(default_factory=dict)
    memo: dict[Expression, Region] = field(default_factory=dict)
    merged_memo: dict[Expression, Polygons] = field(default_factory=dict)
    keeps_shapes: bool = True
    """Whether what is drawn stays as it is; it takes as much memory as what is merged."""

    def region(self, expression: Expression) -> Region:
        """Return what an expression covers."""
        whole = expressions.substitute(expression, self.derived)
        return _near(expressions.evaluate(whole, _Regions(self), self.memo))

    def merged(self, expression: Expression) -> Polygons:
        """Return what an expression covers as merged polygons [dbu]."""
        whole = expressions.substitute(expression, self.derived)
        if whole not in self.merged_memo:
            raw = self._raw(whole)
            is_spare = not self.keeps_shapes and sum(shapes is raw for shapes in self.shapes.values()) == 1
            self.merged_memo[whole] = merge.merged(raw, is_spare=is_spare)
            if is_spare and isinstance(whole, Layer):
                self.shapes[whole.name] = self.merged_memo[whole]
        return self.merged_memo[whole]

    def pieces(self, region: Region) -> list[Region]:
        """Return the pieces of a region."""
        return list(regions.polygons(region))

    def owns(self, finding: Finding) -> bool:  # noqa: ARG002 - as in a scene of one class
        """Tell that everything is this scene's."""
        return True

    def _raw(self, expression: Expression) -> Polygons:
        if isinstance(expression, Layer):
            drawn = self.shapes.get(expression.name, polygons.from_geometries([]))
            if len(drawn.coords):
                x, y = drawn.coords.T
                _require_areas(float(np.ptp(x)) * DATABASE_UNIT, float(np.ptp(y)) * DATABASE_UNIT)
            return drawn
        return _on_grid(self.region(expression))


@dataclass(frozen=True, eq=False)
class _Regions(Mapping[str, Region]):
    """The layers of a flat scene as regions, each made when it is asked for."""

    scene: FlatScene

    def __getitem__(self, name: str) -> Region:
        if name not in self.scene.shapes:
            raise KeyError(name)
        parts = self.scene.merged(Layer(name)).parts()
        return shapely.transform(shapely.multipolygons(parts), lambda points: np.round(points * DATABASE_UNIT, 6))

    def __iter__(self) -> Iterator[str]:
        return iter(self.scene.shapes)

    def __len__(self) -> int:
        return len(self.scene.shapes)


def _near(region: Region) -> Region:
    """Return a region, unless it reaches too far."""
    far = float(np.abs(region.bounds).max()) if not region.is_empty else 0.0
    if not far <= _FARTHEST:
        raise MaskgenError(f"what it looks at reaches {far:.10g} um from the origin, at most 2 m can be looked at")
    return region


def _on_grid(region: Region) -> Polygons:
    """Return a region as polygons on the database grid [dbu], which may still touch."""
    if not region.is_empty:
        left, bottom, right, top = region.bounds
        _require_areas(right - left, top - bottom)
    return polygons.from_geometries(regions.polygons(region), unit=DATABASE_UNIT)


def _require_areas(width: float, height: float) -> None:
    """Refuse shapes that spread [µm] so far that the largest among them could have an area beyond 64 bits."""
    if not 2 * width * height < _LARGEST_DOUBLED:
        sentence = f"shapes spread over {width:.7g} um x {height:.7g} um, at most 4.6 m2 can be looked at"
        raise MaskgenError(sentence)
