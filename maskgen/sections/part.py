"""The part in a section: which material is where, x along the cut and z up, the top of the base at 0."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import shapely

from maskgen.geometry import regions
from maskgen.geometry.regions import Region
from maskgen.sections.plan import Spans, joined

TOUCH = 2e-3
"""Width [µm] of a gap that is rounding: nothing gets into it."""

_NEAR = 1e-4
"""Distance [µm] between the air and a material below which one bounds the other."""
_SKY = 10.0
"""How far [µm] the air is looked at above the part."""

_DUST = 1e-4
"""Area [µm²] below which a piece is rounding."""


@dataclass(frozen=True, eq=False)
class Part:
    """Materials between the two ends of a section; none overlaps another.

    Parameters
    ----------
    span
        Where the section begins and ends [µm].
    solids
        What each material covers, in the order in which they came.
    sunk
        For a film that is embedded in what was there: what it displaced, which is bare where the film is opened.
    base
        Material that the part was begun with.
    aside
        Parts that were made before and wait to be put on this one, by the material of their base.
    placed
        Where that is which was put on: a part, then the dies on it.
    gap
        Where parts were moved away from each other.
    """

    span: tuple[float, float]
    solids: Mapping[str, Region]
    base: str = ""
    sunk: Mapping[str, Mapping[str, Region]] = field(default_factory=dict)
    aside: Mapping[str, "Part"] = field(default_factory=dict)
    placed: tuple[Region, ...] = ()
    gap: Region = regions.EMPTY

    @cached_property
    def solid(self) -> Region:
        """Return what all materials cover, gaps of rounding closed."""
        whole = regions.merge(self.solids.values())
        return regions.areal(whole.buffer(TOUCH, join_style="mitre").buffer(-TOUCH, join_style="mitre"))

    @cached_property
    def heights(self) -> tuple[float, float]:
        """Return the lowest and the highest z [µm]; of an empty part 0, 0."""
        box = regions.box_around(regions.box_of(region) for region in self.solids.values() if not region.is_empty)
        return (box[1], box[3]) if box else (0.0, 0.0)

    def covers(self, materials: Iterable[str]) -> Region:
        """Return what some materials cover."""
        return regions.merge(self.solids[name] for name in materials if name in self.solids)

    def has(self, material: str) -> bool:
        """Tell whether a material is in the part."""
        return material in self.solids and not self.solids[material].is_empty

    def air(self, roof: float = 0.0) -> Region:
        """Return what is open from above, up to a roof over the part [µm]."""
        low, high = self.heights
        sky = max(high + _SKY, roof)
        space = shapely.box(self.span[0], low, self.span[1], sky).difference(self.solid)
        open_ = [piece for piece in regions.polygons(space) if regions.box_of(piece)[3] > sky - TOUCH]
        return regions.merge(open_)

    def exposed(self, materials: Iterable[str] | None = None) -> Region:
        """Return the surface that is open from above, of some materials or of all, as lines."""
        near = self.covers(self.solids if materials is None else materials).buffer(_NEAR, join_style="mitre")
        return _lines(self.air().boundary.intersection(near))

    def top(self, spans: Spans | None = None) -> float:
        """Return the highest z within some spans [µm], of the whole part by default."""
        solid = self.solid if spans is None else self.solid.intersection(columns(spans, *self.heights))
        return regions.box_of(solid)[3] if not solid.is_empty else self.heights[0]

    def with_(self, material: str, region: Region) -> "Part":
        """Return the part with more of a material."""
        grown = _clean(regions.merge([self.solids.get(material, regions.EMPTY), region]))
        return replace(self, solids={**self.solids, material: grown})

    def without(self, region: Region, materials: Iterable[str] | None = None) -> "Part":
        """Return the part with a region taken out of some materials, or of all."""
        names = set(self.solids if materials is None else materials)
        solids = {
            name: _clean(regions.areal(shape.difference(region))) if name in names else shape
            for name, shape in self.solids.items()
        }
        return replace(self, solids={name: shape for name, shape in solids.items() if not shape.is_empty})

    def dropped(self, materials: Iterable[str]) -> "Part":
        """Return the part without some materials."""
        gone = set(materials)
        return replace(self, solids={name: shape for name, shape in self.solids.items() if name not in gone})

    def moved(self, rise: float) -> "Part":
        """Return the part moved up [µm]."""
        return self.carried(lambda shape: regions.move(shape, 0.0, rise))

    def carried(self, where: Callable[[Region], Region]) -> "Part":
        """Return the part with every material carried elsewhere."""
        return replace(self, solids={name: where(shape) for name, shape in self.solids.items()})

    def flipped(self) -> "Part":
        """Return the part upside down."""
        gap = _upside_down(self.gap)
        sunk = {film: {name: _upside_down(shape) for name, shape in under.items()} for film, under in self.sunk.items()}
        return replace(self, gap=gap, sunk=sunk, placed=tuple(map(_upside_down, self.placed))).carried(_upside_down)


def columns(spans: Spans, low: float, high: float) -> Region:
    """Return the columns over spans, from one z to another [µm]."""
    wide = spans[spans[:, 1] - spans[:, 0] > regions.SLIVER] if len(spans) else spans
    return regions.merge(shapely.box(left, low, right, high) for left, right in wide.tolist())


def shadow(region: Region) -> Spans:
    """Return where a region is, seen from above."""
    boxes = [regions.box_of(piece) for piece in regions.polygons(region)]
    return joined(np.array([(box[0], box[2]) for box in boxes], dtype=float).reshape(-1, 2), gap=TOUCH)


def spans_at(region: Region, z: float) -> Spans:
    """Return where a region is at a height [µm]."""
    if region.is_empty:
        return np.empty((0, 2))
    left, _, right, _ = regions.box_of(region)
    crossed = shapely.LineString([(left - 1, z), (right + 1, z)]).intersection(region)
    lines = [
        part
        for part in np.atleast_1d(shapely.get_parts(crossed))
        if part.geom_type == "LineString" and len(part.coords) > 1
    ]
    return joined(np.array([(line.bounds[0], line.bounds[2]) for line in lines], dtype=float).reshape(-1, 2), gap=TOUCH)


def _upside_down(region: Region) -> Region:
    return shapely.reverse(shapely.transform(region, lambda points: points * np.array([1.0, -1.0])))


def _clean(region: Region) -> Region:
    """Return a region without pieces that are rounding."""
    kept = [piece for piece in regions.polygons(region) if piece.area > _DUST]
    return regions.merge(kept) if kept else regions.EMPTY


def _lines(found: Region) -> Region:
    """Return the lines of a shape, those that go on from each other as one."""
    lines = [
        part
        for part in np.atleast_1d(shapely.get_parts(found))
        if part.geom_type == "LineString" and len(part.coords) > 1
    ]
    merged = shapely.line_merge(shapely.multilinestrings(lines)) if lines else shapely.MultiLineString()
    return shapely.remove_repeated_points(merged, 1e-6) if not merged.is_empty else merged
