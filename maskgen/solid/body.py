"""The body: one site in layers of even height, z up, the top of the base at 0; every wall is upright.

Knows nothing of steps, technologies or files.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from maskgen.geometry import regions
from maskgen.geometry.regions import Box, Region

CHORD = 1.0
"""Greatest distance [µm] between an arc and the chords drawn for it in three dimensions."""
LEAST = 1e-3
"""Heights [µm] nearer to each other than this are one."""
_DUST = 1.0
"""Area [µm²] below which a piece is rounding."""
_HAIR = 0.02
"""Half the width [µm] below which a piece is rounding."""


@dataclass(frozen=True, eq=False)
class Layer:
    """What lies between two heights [µm]; no material overlaps another."""

    low: float
    high: float
    solids: Mapping[str, Region] = field(default_factory=dict)

    @cached_property
    def solid(self) -> Region:
        """Return what all materials cover."""
        return regions.merge(self.solids.values())

    def covers(self, materials: Iterable[str]) -> Region:
        """Return what some materials cover."""
        return regions.merge(self.solids[name] for name in materials if name in self.solids)

    def free(self, ground: Region) -> Region:
        """Return what of a cell nothing covers."""
        if "_free" not in self.__dict__:
            self.__dict__["_free"] = regions.areal(ground.difference(self.solid))
        found: Region = self.__dict__["_free"]
        return found


@dataclass(frozen=True, eq=False)
class Slab:
    """One material over a region of the plan, from one height to another [µm]."""

    material: str
    region: Region
    low: float
    high: float

    @property
    def volume(self) -> float:
        """Return its volume [µm³]."""
        return float(self.region.area) * (self.high - self.low)

    def carried(self, sign: float, rise: float) -> "Slab":
        """Return the slab with its heights times a sign, and moved up [µm]."""
        low, high = sorted((sign * self.low + rise, sign * self.high + rise))
        return replace(self, low=low, high=high)


@dataclass(frozen=True)
class Wire:
    """One bond wire: its corners (x, y, z) and its diameter [µm]."""

    material: str
    points: tuple[tuple[float, float, float], ...]
    diameter: float


@dataclass(frozen=True)
class Ribbon:
    """A lead that stands up: the middle of its metal (x, y, z), its width and its thickness [µm]."""

    material: str
    points: tuple[tuple[float, float, float], ...]
    width: float
    thickness: float


@dataclass(frozen=True, eq=False)
class Body:
    """The part within the cell of a site.

    Parameters
    ----------
    layers
        From below, each on the one before.
    base
        Material that the part was begun with.
    sunk
        For a film that is embedded in what was there: what it displaced, which is bare where the film is opened.
    aside
        Parts that were made before and wait to be put on this one, by the material of their base.
    placed
        What was put on last, part by part: a part, the dies on it, or both.
    gap
        What is free between parts that were moved apart.
    threads
        Wires and leads in the air; what surrounds them later goes through them.
    """

    cell: Box
    layers: tuple[Layer, ...] = ()
    base: str = ""
    sunk: Mapping[str, tuple[Slab, ...]] = field(default_factory=dict)
    aside: Mapping[str, "Body"] = field(default_factory=dict)
    placed: tuple[tuple[Slab, ...], ...] = ()
    gap: tuple[Slab, ...] = ()
    threads: tuple[Wire | Ribbon, ...] = ()

    @cached_property
    def ground(self) -> Region:
        """Return the cell as a region."""
        return shapely.box(*self.cell)

    @property
    def heights(self) -> tuple[float, float]:
        """Return the lowest and the highest z [µm]; of an empty body 0, 0."""
        return (self.layers[0].low, self.layers[-1].high) if self.layers else (0.0, 0.0)

    @cached_property
    def materials(self) -> tuple[str, ...]:
        """Return the materials in the order in which they lie, from below."""
        return tuple(dict.fromkeys(name for layer in self.layers for name in layer.solids))

    @cached_property
    def open(self) -> tuple[Region, ...]:
        """Return for each layer what is air that is open from above, under overhangs too."""
        free = [regions.polygons(layer.free(self.ground)) for layer in self.layers]
        first = np.cumsum([0, *(len(parts) for parts in free)])
        links = [_links(free[n], free[n + 1]) + first[n : n + 2] for n in range(len(free) - 1)]
        sky = range(int(first[-2]), int(first[-1])) if free else range(0)
        reached = _reached(np.concatenate([np.empty((0, 2), dtype=np.int64), *links]), sky)
        return tuple(
            regions.merge(parts[[start + n in reached for n in range(len(parts))]]) if len(parts) else regions.EMPTY
            for parts, start in zip(free, first.tolist(), strict=False)
        )

    def has(self, material: str) -> bool:
        """Tell whether a material is in the body."""
        return material in self.materials

    def extent(self, material: str) -> tuple[float, float]:
        """Return the lowest and the highest z [µm] of a material that is in the body."""
        own = [layer for layer in self.layers if material in layer.solids]
        return own[0].low, own[-1].high

    def top(self, region: Region | None = None) -> float:
        """Return the highest z over a region [µm], over the whole cell by default."""
        for layer in reversed(self.layers):
            if layer.solids and (region is None or meets(layer.solid, region)):
                return layer.high
        return self.heights[0]

    def split(self, levels: Iterable[float]) -> "Body":
        """Return the body with layers that end at some heights [µm], empty ones below and above it."""
        known = [self.layers[0].low, *(layer.high for layer in self.layers)] if self.layers else []
        wanted = [*known]
        for level in sorted(levels):
            if all(abs(level - other) > LEAST for other in wanted):
                wanted.append(round(level, 4))
        if len(wanted) == len(known):
            return self
        return replace(self, layers=tuple(self._between(low, high) for low, high in pairwise(sorted(wanted))))

    def _between(self, low: float, high: float) -> Layer:
        middle = (low + high) / 2
        found = next((layer for layer in self.layers if layer.low < middle < layer.high), None)
        if found is not None and (found.low, found.high) == (low, high):
            return found
        return Layer(low, high, found.solids if found else {})

    def mapped(self, change: Callable[[int, Layer], Mapping[str, Region]]) -> "Body":
        """Return the body with other materials in each layer, tidied."""
        found = [_changed(layer, change(n, layer)) for n, layer in enumerate(self.layers)]
        return replace(self, layers=tuple(_together(found)))

    def filled(self, material: str, shapes: Iterable[Region]) -> "Body":
        """Return the body with more of a material in each of its layers."""
        more = tuple(shapes)

        def change(number: int, layer: Layer) -> Mapping[str, Region]:
            if more[number].is_empty:
                return layer.solids
            return {**layer.solids, material: regions.merge([layer.covers([material]), more[number]])}

        return self.mapped(change)

    def with_(self, material: str, region: Region, low: float, high: float) -> "Body":
        """Return the body with a material over a region, from one height to another, wherever nothing else is."""
        body = self.split([low, high])
        inside = [low - LEAST < layer.low and layer.high < high + LEAST for layer in body.layers]
        return body.filled(
            material,
            [
                regions.areal(region.difference(layer.solid)) if within else regions.EMPTY
                for layer, within in zip(body.layers, inside, strict=True)
            ],
        )

    def without(self, shapes: Iterable[Region], materials: Iterable[str] | None = None) -> "Body":
        """Return the body with a region of each layer taken out of some materials, or of all."""
        gone, names = tuple(shapes), None if materials is None else set(materials)

        def change(number: int, layer: Layer) -> Mapping[str, Region]:
            if gone[number].is_empty:
                return layer.solids
            return {
                name: regions.areal(region.difference(gone[number])) if names is None or name in names else region
                for name, region in layer.solids.items()
            }

        return self.mapped(change)

    def cut(
        self, region: Region, materials: Iterable[str] | None = None, *, low: float | None = None, high: float = np.inf
    ) -> "Body":
        """Return the body with a column taken out of some materials, or of all, between two heights [µm]."""
        floor = self.heights[0] if low is None else low
        body = self.split([level for level in (floor, high) if self.heights[0] < level < self.heights[1]])
        inside = [floor - LEAST < layer.low and layer.high < high + LEAST for layer in body.layers]
        return body.without([region if within else regions.EMPTY for within in inside], materials)

    def dropped(self, materials: Iterable[str]) -> "Body":
        """Return the body without some materials."""
        gone = set(materials)
        found = self.mapped(lambda _, layer: {n: shape for n, shape in layer.solids.items() if n not in gone})
        return replace(found, threads=tuple(thread for thread in found.threads if thread.material not in gone))

    def moved(self, rise: float) -> "Body":
        """Return the body moved up [µm]."""
        return self._carried(1.0, rise)

    def flipped(self) -> "Body":
        """Return the body upside down, still seen from above."""
        return self._carried(-1.0, 0.0)

    def _carried(self, sign: float, rise: float) -> "Body":
        """Return the body with every z times a sign, and moved up [µm]."""
        ends = [sorted((sign * layer.low + rise, sign * layer.high + rise)) for layer in self.layers]
        layers = [Layer(low, high, one.solids) for (low, high), one in zip(ends, self.layers, strict=True)]
        sunk = {film: tuple(slab.carried(sign, rise) for slab in slabs) for film, slabs in self.sunk.items()}
        placed = tuple(tuple(slab.carried(sign, rise) for slab in slabs) for slabs in self.placed)
        gap = tuple(slab.carried(sign, rise) for slab in self.gap)
        threads = tuple(
            replace(thread, points=tuple((x, y, sign * z + rise) for x, y, z in thread.points))
            for thread in self.threads
        )
        ordered = tuple(layers if sign > 0 else reversed(layers))
        return replace(self, layers=ordered, sunk=sunk, placed=placed, gap=gap, threads=threads)

    def slabs(self) -> Iterator[Slab]:
        """Yield what the body consists of, threads left out: what goes on unchanged from layer to layer as one."""
        for name in self.materials:
            last: Slab | None = None
            for layer in self.layers:
                region = layer.solids.get(name)
                if last is not None and region is not None and last.high == layer.low and _is_same(last.region, region):
                    last = replace(last, high=layer.high)
                    continue
                if last is not None:
                    yield last
                last = None if region is None else Slab(name, region, layer.low, layer.high)
            if last is not None:
                yield last


def chords(region: Region, tolerance: float = CHORD) -> Region:
    """Return a region with fewer chords for its arcs: equal outlines get equal chords, whatever they bound."""
    parts = regions.polygons(region)
    if not len(parts):
        return regions.EMPTY
    rings = shapely.get_rings(shapely.normalize(parts))
    owners = np.repeat(np.arange(len(parts)), shapely.get_num_interior_rings(parts) + 1)
    thinned = [_thinned(ring, tolerance) for ring in rings]
    found = []
    for number in range(len(parts)):
        shell, *holes = [ring for ring, owner in zip(thinned, owners, strict=True) if owner == number]
        found.append(shapely.polygons(shell, holes) if holes else shapely.polygons(shell))
    return regions.merge(shapely.make_valid(np.array(found)))


def _thinned(ring: Region, tolerance: float) -> Region:
    """Return a ring with fewer corners, from its leftmost one on."""
    points = shapely.get_coordinates(ring)[:-1]
    first = int(np.lexsort(points.T[::-1])[0])
    points = np.roll(points, -first, axis=0)
    if shapely.is_ccw(ring):
        points = np.roll(points[::-1], 1, axis=0)
    far = int(np.argmax(np.hypot(*(points - points[0]).T)))
    halves = [points[: far + 1], np.vstack([points[far:], points[:1]])]
    kept = [shapely.get_coordinates(shapely.simplify(shapely.linestrings(half), tolerance)) for half in halves]
    corners = np.vstack([kept[0][:-1], kept[1]])
    return shapely.linearrings(corners if len(corners) > 3 else shapely.get_coordinates(ring))


def grown(region: Region, distance: float) -> Region:
    """Return a region grown by a distance [µm]: with round corners, but those that are smaller than a chord's error."""
    if distance <= 0 or region.is_empty:
        return region
    if distance < 2 * CHORD:
        return regions.areal(region.buffer(distance, join_style="mitre", mitre_limit=2.0))
    return chords(regions.grow(region, distance, tolerance=CHORD), CHORD / 2)


def _links(lower: NDArray[np.object_], upper: NDArray[np.object_]) -> NDArray[np.int64]:
    """Return which pieces of one layer lie under which of the next (n, 2)."""
    if not len(lower) or not len(upper):
        return np.empty((0, 2), dtype=np.int64)
    under, over = shapely.STRtree(upper).query(lower, predicate="intersects")
    shared = shapely.area(shapely.intersection(lower[under], upper[over])) > _DUST
    return np.column_stack([under[shared], over[shared]])


def _reached(links: NDArray[np.int64], start: Iterable[int]) -> set[int]:
    """Return what hangs together with some pieces."""
    beside: dict[int, list[int]] = {}
    for one, other in links.tolist():
        beside.setdefault(one, []).append(other)
        beside.setdefault(other, []).append(one)
    found, queue = set(start), list(start)
    while queue:
        new = [piece for piece in beside.get(queue.pop(), []) if piece not in found]
        found.update(new)
        queue += new
    return found


def meets(one: Region, other: Region) -> bool:
    """Tell whether two regions share more than what is rounding."""
    return bool(one.intersects(other)) and float(one.intersection(other).area) > _DUST


def _changed(layer: Layer, solids: Mapping[str, Region]) -> Layer:
    """Return a layer with other materials, without what is rounding; the same layer where nothing changed."""
    if solids is layer.solids:
        return layer
    found: dict[str, Region] = {}
    for name, region in solids.items():
        is_known = name in layer.solids and layer.solids[name] is region
        found[name] = region if is_known else _clean(region)
    return replace(layer, solids={name: region for name, region in found.items() if not region.is_empty})


def _clean(region: Region) -> Region:
    parts = regions.polygons(region)
    thick = parts[shapely.area(parts) > _DUST]
    thick = thick[~shapely.is_empty(shapely.buffer(thick, -_HAIR, quad_segs=1, join_style="mitre"))]
    if len(thick) == len(parts):
        return region
    return shapely.multipolygons(thick) if len(thick) else regions.EMPTY


def _together(layers: list[Layer]) -> list[Layer]:
    """Return layers without empty ones at the ends, equal neighbours as one."""
    filled = [number for number, layer in enumerate(layers) if layer.solids]
    found: list[Layer] = []
    for layer in layers[filled[0] : filled[-1] + 1] if filled else []:
        if found and _are_same(found[-1].solids, layer.solids):
            found[-1] = replace(found[-1], high=layer.high)
        else:
            found.append(layer)
    return found


def _are_same(one: Mapping[str, Region], other: Mapping[str, Region]) -> bool:
    return one.keys() == other.keys() and all(_is_same(one[name], other[name]) for name in one)


def _is_same(one: Region, other: Region) -> bool:
    return one is other or bool(one.equals_exact(other, 0.0))
