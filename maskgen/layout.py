"""Layout: one site drawn once, the plate around it drawn once, and where the sites stand.

`derive` evaluates expressions on all of it at the cost of a few sites: an expression looks no farther than its
reach, so sites with the same surroundings within reach have the same result, and one of them is evaluated for all.
Knows nothing of specs, technologies or files.
"""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np
import shapely

from maskgen import expressions
from maskgen.expressions import Expression
from maskgen.geometry import arrays, regions
from maskgen.geometry.arrays import Array, Class, Grid
from maskgen.geometry.regions import Box, Region

_EDGE = 1.0
"""How far [µm] beyond the last thing that can matter a plate is looked at."""
_COMMON = 4
"""Vacant places with the same ground that make a class; fewer are looked at with the rest of the plate."""


@dataclass(frozen=True, eq=False)
class Tile:
    """A region around a site's centre, and the places at which it stands."""

    region: Region
    where: Grid


@dataclass(frozen=True, eq=False)
class Pattern:
    """One layer on the whole plate: tiles that repeat on an array, and the rest that stands once."""

    array: Array
    tiles: tuple[Tile, ...]
    rest: Region

    @property
    def area(self) -> float:
        """Return the covered area of the plate [µm²]."""
        return float(self.rest.area) + sum(tile.region.area * int(np.count_nonzero(tile.where)) for tile in self.tiles)

    @property
    def box(self) -> Box | None:
        """Return the box [µm] around the layer, None if it is empty."""
        boxes = [_box_of_tile(tile, self.array) for tile in self.tiles]
        boxes += [regions.box_of(self.rest)] if not self.rest.is_empty else []
        return regions.box_around(boxes)

    def flat(self) -> Region:
        """Return the layer without its hierarchy: for small plates and for tests."""
        parts = [regions.copies(tile.region, self.array.centres(tile.where)) for tile in self.tiles]
        return regions.merge([*(shape for part in parts for shape in part), self.rest])


@dataclass(frozen=True, eq=False)
class Layout:
    """Design and reference layers of one plate, in µm, the finished assembly seen from above.

    Parameters
    ----------
    site
        Shapes of each layer that every site repeats, around the site's centre.
    plate
        Shapes of each layer that stand once, in coordinates of the plate.
    array
        Where the sites stand on the plate.
    """

    site: Mapping[str, Region]
    plate: Mapping[str, Region]
    array: Array

    def pattern(self, layer: str) -> Pattern:
        """Return one drawn layer on the whole plate."""
        drawn = self.site.get(layer, regions.EMPTY)
        tiles = () if drawn.is_empty else (Tile(drawn, self.array.occupied),)
        return Pattern(self.array, tiles, self.plate.get(layer, regions.EMPTY))


@dataclass(frozen=True, eq=False)
class View:
    """What one class of sites sees, every layer around the example's centre.

    Parameters
    ----------
    layers
        Drawn and derived layers, right within the margin of the domain.
    domain
        The cell of the example, or, for the view of the rest of the plate, all that is no cell.
    where
        The places of the class; None for the rest of the plate, whose coordinates are the plate's.
    prints
        A digest of each layer: classes that differ in one layer share what follows from the others.
    """

    layers: Mapping[str, Region]
    domain: Region
    where: Grid | None
    prints: Mapping[str, bytes] = field(default_factory=dict)

    def key(self, names: Iterable[str]) -> tuple[bytes, ...]:
        """Return what is equal for two views whose domain and some of whose layers are equal."""
        return (self.domain.wkb, *(self.prints.get(name, b"") for name in names))


def derive(layout: Layout, recipes: Mapping[str, Expression]) -> dict[str, Pattern]:
    """Return each recipe's layer on the whole plate.

    Parameters
    ----------
    recipes
        Expressions over drawn layers and over each other.

    Returns
    -------
    dict of str to Pattern
        Exact: the flattened pattern is the recipe evaluated on the flattened layout.
    """
    array, seen = look(layout, recipes)
    return collect(array, seen, recipes)


def collect(array: Array, seen: Iterable[View], names: Iterable[str]) -> dict[str, Pattern]:
    """Return layers put together from what each view shows within its domain."""
    names, seen = list(names), list(seen)
    found: dict[str, dict[bytes, tuple[Region, list[int]]]] = {name: {} for name in names}
    rest = dict.fromkeys(names, regions.EMPTY)
    known: dict[tuple[bytes, ...], tuple[Region, bytes]] = {}
    for number, view in enumerate(seen):
        for name in names:
            key = (name.encode(), *view.key([name]))
            if key not in known:
                piece = regions.areal(view.layers[name].intersection(view.domain))
                known[key] = piece, shapely.to_wkb(piece.normalize())
            piece, text = known[key]
            if view.where is None:
                rest[name] = piece
            elif not piece.is_empty:
                found[name].setdefault(text, (piece, []))[1].append(number)
    places = _Places(seen)
    return {
        name: Pattern(
            array, tuple(Tile(piece, places.of(classes)) for piece, classes in found[name].values()), rest[name]
        )
        for name in names
    }


class _Places:
    """The places of groups of classes, one grid for each group however many layers it has."""

    def __init__(self, views: list[View]) -> None:
        self.views = views
        self.known: dict[tuple[int, ...], Grid] = {}

    def of(self, classes: list[int]) -> Grid:
        """Return the places of some classes together."""
        key = tuple(classes)
        if key not in self.known:
            grids = [where for number in classes if (where := self.views[number].where) is not None]
            self.known[key] = grids[0] if len(grids) == 1 else np.logical_or.reduce(grids)
        return self.known[key]


def look(layout: Layout, recipes: Mapping[str, Expression], margin: float = 0.0) -> tuple[Array, list[View]]:
    """Return the views of a layout, and the array on whose places they repeat.

    Parameters
    ----------
    recipes
        Expressions over drawn layers and over each other; each view holds their results.
    margin
        How far [µm] beyond its domain a view must be right.
    """
    whole = {name: expressions.substitute(recipe, recipes) for name, recipe in recipes.items()}
    span = _span(layout)
    reach = margin + max((expressions.reach(recipe, span=span) for recipe in whole.values()), default=0.0)
    used = frozenset[str]().union(*(expressions.layers_of(recipe) for recipe in whole.values()), *_kept(margin, layout))
    return _Looker(layout, whole, reach, used).views()


def _kept(margin: float, layout: Layout) -> list[frozenset[str]]:
    """Return the drawn layers that are looked at themselves: all, where anything looks beyond its domain."""
    return [frozenset(layout.site), frozenset(layout.plate)] if margin > 0 else []


class _Looker:
    """The views of one layout for one set of recipes."""

    def __init__(self, layout: Layout, recipes: Mapping[str, Expression], reach: float, used: frozenset[str]) -> None:
        self.layout = layout
        self.recipes = recipes
        self.reach = reach
        self.plate = {name: region for name, region in layout.plate.items() if not region.is_empty}
        drawn = [regions.box_of(layout.site[name]) for name in used if not _missing(layout.site, name)]
        self.shapes = regions.box_around(drawn) or (0.0, 0.0, 0.0, 0.0)
        self.array = self._working_array(layout.array)
        self.plate = {name: self.plate[name] for name in sorted(used & self.plate.keys())}
        self.ground = self._ground_numbers()
        self.known: dict[bytes, Region] = {}

    def views(self) -> tuple[Array, list[View]]:
        """Return the array on whose places the views repeat, and the views, the rest of the plate last."""
        groups = arrays.classes(self.array, self.shapes, self.reach, self.ground)
        with ThreadPoolExecutor() as pool:  # the geometry kernel lets other threads run
            return self.array, [*pool.map(self._view, groups), self._rest(self.ground < 0)]

    def _working_array(self, array: Array) -> Array:
        """Return the array, framed by vacant cells if a site's shapes come within reach of its cell's border."""
        widest = (array.columns.low.max(), array.rows.low.max(), array.columns.high.min(), array.rows.high.min())
        beyond = max(
            widest[0] - self.shapes[0],
            widest[1] - self.shapes[1],
            self.shapes[2] - widest[2],
            self.shapes[3] - widest[3],
        )
        return array.padded(float(beyond) + self.reach + _EDGE) if beyond + self.reach > 0 else array

    def _ground_numbers(self) -> arrays.Numbers:
        """Return a number for what the plate has within reach of each place, equal where that is the same.

        Vacant places whose ground few others share get -1: they are looked at with the rest of the plate.
        """
        covers = np.zeros(self.array.occupied.shape, dtype=np.int64)
        everywhere = shapely.box(*self.array.box)
        crossed = np.zeros(self.array.occupied.shape, dtype=bool)
        for bit, region in enumerate(self.plate.values()):
            crossed |= arrays.seen(self.array, region, self.reach)
            if region.intersects(everywhere) and not region.contains(everywhere):
                covers |= arrays.covered(self.array, region).astype(np.int64) << bit
        if not crossed.any():
            return arrays.compact(covers)
        covers[crossed] = 0
        numbers = arrays.compact(covers)
        crossing = self._crossing_numbers(crossed)
        rare = (np.bincount(crossing)[crossing] < _COMMON) & ~self.array.occupied[crossed]
        numbers[crossed] = np.where(rare, -1, numbers.max() + 1 + crossing)
        return numbers

    def _crossing_numbers(self, crossed: Grid) -> arrays.Numbers:
        """Return a number per crossed place for the plate's shapes as that place sees them."""
        rows, columns = np.nonzero(crossed)
        centres = self.array.centres(crossed)
        across, along = self.array.columns, self.array.rows
        x0, x1 = across.low[columns] - self.reach, across.high[columns] + self.reach
        y0, y1 = along.low[rows] - self.reach, along.high[rows] + self.reach
        x, y = centres[:, 0], centres[:, 1]
        windows = np.column_stack([x + x0, y + y0, x + x1, y + y1])
        seen = [regions.cut_fingerprints(region, windows, centres) for region in self.plate.values()]
        return np.unique([b"|".join(parts) for parts in zip(*seen, strict=True)], return_inverse=True)[1]

    def _view(self, group: Class) -> View:
        cell = shapely.box(*self.array.cell(*group.example))
        window = cell.buffer(self.reach, cap_style="square", join_style="mitre") if self.reach else cell
        around = np.array([*([(0.0, 0.0)] if group.occupied else []), *group.neighbours]).reshape(-1, 2)
        ground = self._ground(group.example, window)
        names = self.layout.site.keys() | ground.keys()
        layers = {name: self._layer(name, around, ground.get(name), window) for name in sorted(names)}
        return self._evaluated(layers, cell, group.where)

    def _layer(
        self, name: str, around: arrays.Positions, ground: Region | None, window: Region | None = None
    ) -> Region:
        """Return one drawn layer: the shapes of each site around that meet the window, and what the plate has there."""
        drawn = self.layout.site.get(name, regions.EMPTY)
        if ground is None and len(around) == 1 and not around.any():
            return drawn
        shapes = regions.copies(drawn, around)
        if window is not None and len(shapes):
            shapely.prepare(window)
            near = shapely.intersects(window, shapely.envelope(shapes))
            own = len(shapes) // len(around)
            if ground is None and not around[0].any() and near[:own].all() and not near[own:].any():
                return drawn
            shapes = shapes[near]
        return regions.merge([*shapes, *([ground] if ground is not None else [])])

    def _ground(self, place: tuple[int, int], window: Region) -> dict[str, Region]:
        """Return what the plate has within a window around a place."""
        x, y = self.array.centre(*place)
        spot = regions.move(window, x, y)
        found = {name: regions.areal(region.intersection(spot)) for name, region in self.plate.items()}
        return {name: regions.move(region, -x, -y) for name, region in found.items() if not region.is_empty}

    def _rest(self, odd: Grid) -> View:
        """Return the view of all that is no cell of a class: the plate beyond the array, and odd vacant cells."""
        boxes = [self.array.box, *(regions.box_of(region) for region in self.plate.values())]
        everything = shapely.box(*(regions.box_around(boxes) or self.array.box)).buffer(
            self.reach + _EDGE, join_style="mitre"
        )
        domain = regions.areal(everything.difference(arrays.cells_region(self.array, ~odd)))
        near = self.array.centres(arrays.onlookers(self.array, self.shapes, self.reach, odd))
        window = arrays.cells_region(self.array, odd).buffer(self.reach, join_style="mitre")
        names = sorted(self.layout.site.keys() | self.plate.keys())
        layers = {name: self._layer(name, near, self.plate.get(name), window) for name in names}
        return self._evaluated(layers, domain, None)

    def _evaluated(self, layers: dict[str, Region], domain: Region, where: Grid | None) -> View:
        """Return a view with every recipe evaluated, unless another view had the same layers to evaluate it on."""
        memo: dict[Expression, Region] = {}
        prints = {name: regions.digest(region) for name, region in layers.items()}
        results = dict(layers)
        for name, recipe in self.recipes.items():
            read = sorted(expressions.layers_of(recipe))
            prints[name] = blake2b(b"|".join([name.encode(), *(prints.get(other, b"") for other in read)])).digest()
            if prints[name] not in self.known:
                self.known[prints[name]] = expressions.evaluate(recipe, layers, memo)
            results[name] = self.known[prints[name]]
        return View(results, domain, where, prints)


def _missing(drawn: Mapping[str, Region], name: str) -> bool:
    """Tell whether a layer draws nothing."""
    return name not in drawn or drawn[name].is_empty


def _span(layout: Layout) -> float:
    """Return the larger side [µm] of the box around all that a site draws."""
    box = regions.box_around([regions.box_of(region) for region in layout.site.values() if not region.is_empty])
    return max(box[2] - box[0], box[3] - box[1]) if box else 0.0


def _box_of_tile(tile: Tile, array: Array) -> Box:
    """Return the box [µm] around all copies of a tile."""
    left, bottom, right, top = regions.box_of(tile.region)
    centres = [
        (x, y)
        for lattice in array.lattices(tile.where)
        for x, y in (
            (lattice.x, lattice.y),
            (lattice.x + (lattice.columns - 1) * lattice.dx, lattice.y + (lattice.rows - 1) * lattice.dy),
        )
    ]
    low, high = np.min(centres, axis=0), np.max(centres, axis=0)
    return float(low[0]) + left, float(low[1]) + bottom, float(high[0]) + right, float(high[1]) + top
