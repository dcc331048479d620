"""Compile: the order of a result, every statement taken from what was built and nothing from memory."""

from collections.abc import Iterator, Mapping, Sequence

import shapely

from maskgen import __version__, expressions
from maskgen.export.artwork import Artwork, artwork, seen_by
from maskgen.export.gds import cell_name
from maskgen.expressions import Boolean, Expression, Layer, Offset, Shape, Snapped
from maskgen.geometry import regions
from maskgen.geometry.regions import Region
from maskgen.masks import FinishedMask
from maskgen.order import blank, words
from maskgen.order.feature import critical_dimension
from maskgen.order.model import FORMAT, Becomes, Blank, BuiltLayer, DataFile, MaskOrder, Order, PlacedMark
from maskgen.order.nearby import blocks_of, middle_site, within
from maskgen.order.reading import reading
from maskgen.result import Result
from maskgen.technology.flow import Cut, Pattern
from maskgen.units import DATABASE_UNIT

Files = Mapping[str, Sequence[DataFile]]
"""Files of each mask, by its name."""

STENCIL_FOIL = 120.0
"""[µm] Usual foil of a stencil where the step says no height (`vendors.md` 1.12)."""

_ORIGIN = "middle of the plate, middle of the pattern area"


def compile_order(result: Result, arts: Mapping[str, Artwork]) -> Order:
    """Return the order of a result.

    Parameters
    ----------
    arts
        Each mask as its files have it.
    files
        What was written of each mask.
    """
    job, spec = result.job, result.job.spec
    title = spec.marks.title
    made = becomes(result)
    return Order(
        order=FORMAT,
        maskgen=__version__,
        name=spec.name,
        title=(title.text if title else None) or spec.name,
        revision=title.revision if title else None,
        date=title.date if title else None,
        technology=job.process.technology.technology,
        spec_sha256=job.source.sha256,
        unit="um",
        database_unit=DATABASE_UNIT,
        field=tuple(_rings(result.package.layout.plate.get(words.FIELD, regions.EMPTY))),
        sites=result.package.layout.array.box,
        masks=tuple(_mask(result, done, arts[done.mask.name], made) for done in result.masks),
    )


def with_files(order: Order, files: Files) -> Order:
    """Return an order that names the files of its masks."""
    masks = [mask.model_copy(update={"files": tuple(files.get(mask.name, ()))}) for mask in order.masks]
    return order.model_copy(update={"masks": tuple(masks)})


def artworks(result: Result) -> dict[str, Artwork]:
    """Return each mask of a result as its files have it."""
    technology, name = result.job.process.technology, result.job.spec.name
    return {
        done.mask.name: artwork(
            done,
            f"{name}_{done.mask.name}",
            technology.layers[done.mask.name].gds,
            max_vertices=technology.max_vertices,
        )
        for done in result.masks
    }


def _mask(result: Result, done: FinishedMask, art: Artwork, made: Mapping[str, tuple[Becomes, ...]]) -> MaskOrder:
    """Return the order of one mask."""
    mask, process = done.mask, result.job.process
    step = step_of(result, mask.name)
    marks = tuple(_marks(result, done))
    kind, zones = kind_of(step), seen_by(mask, result.package.marking.zones)
    recipe = expressions.parse(mask.recipe, layers=_every_layer(result), numbers=process.numbers)
    entry = process.technology.layers[mask.name]
    return MaskOrder(
        name=mask.name,
        kind=kind,
        step=step.step,
        material=step.material,
        files=(),
        cell=cell_name(art.name),
        layer=entry.gds[0],
        datatype=entry.gds[1],
        recipe=mask.recipe,
        recipe_words=words.in_words(recipe),
        drawn=mask.drawn,
        digitized=mask.digitized,
        resist=step.resist if isinstance(step, Pattern) else None,
        side=mask.side,
        reading=reading(mask),
        blank=_blank(result, step, art),
        extents=tuple(round(value, 3) + 0.0 for value in art.box) if art.box else None,
        origin=_ORIGIN,
        scale=mask.scale,
        grid=process.grid,
        cd=critical_dimension(art, marks, zones, on_plate=kind == "photomask"),
        marks=marks,
        area=round(done.pattern.area, 3),
        becomes=made.get(mask.name, ()),
        notes=tuple(_notes(step, art, zones)),
    )


def step_of(result: Result, mask: str) -> Pattern | Cut:
    """Return the step of the flow that a mask is used in."""
    return next(
        step for step in result.job.process.technology.flow if isinstance(step, Pattern | Cut) and step.mask == mask
    )


def kind_of(step: Pattern | Cut) -> str:
    """Return what is made of a mask's data."""
    if isinstance(step, Pattern):
        return "photomask"
    return "stencil" if step.step == "print" else "tool"


def foil_thickness(result: Result, step: Pattern | Cut) -> float:
    """Return the thickness of a stencil [µm]: the height that is printed, or the usual foil."""
    depth = expressions.number(step.depth, result.job.process.numbers) if isinstance(step, Cut) else 0.0
    return depth or STENCIL_FOIL


def _blank(result: Result, step: Pattern | Cut, art: Artwork) -> Blank:
    kind = kind_of(step)
    if kind == "stencil":
        return blank.foil(foil_thickness(result, step))
    return blank.plate_for(art.box) if kind == "photomask" and art.box else blank.TOOL


def _marks(result: Result, done: FinishedMask) -> Iterator[PlacedMark]:
    """Yield the marks of a mask where its data has them."""
    factor, mirror = done.mask.scale, -1.0 if done.mask.mirrored else 1.0
    for mark in result.package.marking.placed:
        x, y, size = (round(value * factor, 3) for value in (mirror * mark.x, mark.y, mark.size))
        yield PlacedMark(kind=mark.kind, x=x + 0.0, y=y + 0.0, size=size)


def _notes(step: Pattern | Cut, art: Artwork, zones: Region) -> Iterator[str]:
    """Yield what the shop must know besides."""
    if kind_of(step) == "stencil":
        yield "No aperture modification: apertures are final"
    if art.mask.scale != 1:
        yield f"Data is already scaled by {art.mask.scale:.9g} about the middle of the plate"
    if not art.blocks and (art.rest.is_empty or zones.covers(art.rest)):
        yield "Carries no data but its marks: needed only where its step is wanted"
    if step.note:
        yield f"Step: {step.note}"


def _rings(region: Region) -> Iterator[tuple[tuple[tuple[float, float], ...], ...]]:
    """Yield each polygon of a region as its outline and holes."""
    for part in regions.polygons(region):
        yield tuple(
            tuple((round(x, 6), round(y, 6)) for x, y in shapely.get_coordinates(ring)[:-1].tolist())
            for ring in (part.exterior, *part.interiors)
        )


def _every_layer(result: Result) -> frozenset[str]:
    process = result.job.process
    return frozenset(process.technology.layers) | process.recipes.keys()


def becomes(result: Result) -> dict[str, tuple[Becomes, ...]]:
    """Return what the process makes of each mask, by its name: every as-built layer that follows from it."""
    process = result.job.process
    masks = {mask.name: mask for mask in process.masks}
    groups: dict[Expression, list[tuple[str, tuple[str, ...]]]] = {}
    for name, entry in process.technology.layers.items():
        if entry.kind != "as-built" or name not in process.recipes:
            continue
        down_to_masks = {other: recipe for other, recipe in process.recipes.items() if other not in masks}
        plain, over = _plain(expressions.substitute(process.recipes[name], down_to_masks), result)
        groups.setdefault(plain, []).append((name, over))
    found: dict[str, list[Becomes]] = {}
    for plain, members in groups.items():
        for mask in sorted(expressions.layers_of(plain) & masks.keys()):
            found.setdefault(mask, []).append(_entry(result, plain, members, mask))
    return {mask: tuple(entries) for mask, entries in found.items()}


def _entry(result: Result, plain: Expression, members: list[tuple[str, tuple[str, ...]]], mask: str) -> Becomes:
    """Return what becomes of one mask in one or several as-built layers."""
    process = result.job.process
    masks = {entry.name: entry for entry in process.masks}
    names = {name: f"what {name} {'opens' if entry.drawn == 'opening' else 'leaves'}" for name, entry in masks.items()}
    over = tuple(dict.fromkeys(name for _, selected in members for name in selected))
    built = " and ".join(name for name, _ in members)
    text = f"{built}: {words.in_words(plain, names)}" + (f", over {' and '.join(over)}" if over else "")
    layers = [(name, process.technology.layers[name].gds) for name, _ in members]
    return Becomes(
        layers=tuple(BuiltLayer(name=name, layer=key[0], datatype=key[1]) for name, key in layers),
        over=over,
        tree=words.tree(plain, masks),
        bias=words.bias(plain, mask) or 0.0,
        words=text,
    )


def _plain(expression: Expression, result: Result) -> tuple[Expression, tuple[str, ...]]:
    """Return an expression without the intersections that only tell its pieces apart, and the layers that do so.

    Whether they do is looked up at the middle site: no piece may lie on both sides of such a layer's outline.
    """
    match expression:
        case Boolean("&", left, Layer(name)) if name in result.package.layout.site and _selects(left, name, result):
            plain, over = _plain(left, result)
            return plain, (*over, name)
        case Boolean(symbol, left, right):
            (first, over), (second, more) = _plain(left, result), _plain(right, result)
            return Boolean(symbol, first, second), (*over, *more)
        case Offset(of, distance):
            plain, over = _plain(of, result)
            return Offset(plain, distance), over
        case Shape() | Snapped() | Layer():
            return expression, ()


def _selects(expression: Expression, name: str, result: Result) -> bool:
    """Tell whether every piece of an expression at the middle site lies within a design layer or away from it."""
    middle = middle_site(blocks_of(result.patterns[name])) if name in result.patterns else None
    if middle is None:
        return False
    array = result.package.layout.array
    half_x, half_y = (float(axis.high.max()) for axis in (array.columns, array.rows))
    box = middle[0] - half_x, middle[1] - half_y, middle[0] + half_x, middle[1] + half_y
    drawn = expressions.substitute(expression, result.job.process.recipes)
    layers = {
        layer: within(blocks_of(result.patterns[layer]), result.patterns[layer].rest, box)
        for layer in expressions.layers_of(drawn) | {name}
        if layer in result.patterns
    }
    pieces = regions.polygons(expressions.evaluate(drawn, layers))
    chosen = regions.grow(layers[name], result.job.process.grid)
    touched = [piece for piece in pieces if piece.intersects(layers[name])]
    return bool(touched) and all(chosen.covers(piece) for piece in touched)
