"""Scene: what a geometric check looks at: the layers around one class of sites, evaluated when asked for."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from maskgen import expressions
from maskgen.drc.kernel import merge
from maskgen.drc.violation import Finding
from maskgen.expressions import Expression, Layer
from maskgen.geometry import polygons, regions
from maskgen.geometry.polygons import Polygons
from maskgen.geometry.regions import Region
from maskgen.layout import View
from maskgen.units import DATABASE_UNIT

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
        return expressions.evaluate(expressions.substitute(expression, self.derived), self.view.layers, self.memo)

    def merged(self, expression: Expression) -> Polygons:
        """Return what an expression covers as merged polygons on the database grid [dbu]."""
        if expression not in self.merged_memo:
            pieces = regions.polygons(self.region(expression))
            self.merged_memo[expression] = merge.merged(polygons.from_geometries(pieces, unit=DATABASE_UNIT))
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
        return expressions.evaluate(expressions.substitute(expression, self.derived), _Regions(self), self.memo)

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
            return self.shapes.get(expression.name, polygons.from_geometries([]))
        return polygons.from_geometries(regions.polygons(self.region(expression)), unit=DATABASE_UNIT)


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
