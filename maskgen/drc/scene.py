"""Scene: what a geometric check looks at: the layers around one class of sites, evaluated when asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import shapely

from maskgen import expressions
from maskgen.drc.kernel import merge
from maskgen.expressions import Expression
from maskgen.geometry import polygons, regions
from maskgen.geometry.polygons import Polygons
from maskgen.geometry.regions import Box, Region
from maskgen.layout import View
from maskgen.technology.process import DATABASE_UNIT


@dataclass(frozen=True, eq=False)
class Scene:
    """One view, the layers that a deck derives, and the expressions already evaluated."""

    view: View
    derived: Mapping[str, Expression] = field(default_factory=dict)
    memo: dict[Expression, Region] = field(default_factory=dict)
    merged_memo: dict[Expression, Polygons] = field(default_factory=dict)

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
        """Return the pieces of a region that are this scene's to report."""
        return [piece for piece in regions.polygons(region) if self.owns(regions.box_of(piece))]

    def owns(self, box: Box) -> bool:
        """Tell whether something is this scene's: its middle lies in the domain, on no border but lower and left."""
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        left, bottom, right, top = shapely.bounds(self.view.domain).tolist()
        if self.view.where is not None:
            return left <= x < right and bottom <= y < top
        return bool(self.view.domain.intersects(shapely.Point(x, y)))
