"""Rows: what an order sheet says of a mask, label by label."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from maskgen.order.model import Blank, MaskOrder, Order


def rows(order: Order, mask: MaskOrder) -> list[tuple[str, str]]:
    """Return label and text of each row of a sheet."""
    return [*_data(mask), *_meaning(mask), *_plate(order, mask), *_process(mask)]


def _data(mask: MaskOrder) -> Iterator[tuple[str, str]]:
    for number, file in enumerate(mask.files):
        yield "File" if number == 0 else "and", PurePosixPath(file.path).name
        yield "SHA-256", file.sha256
    if not mask.files:
        yield "File", "none written"
    yield "Cell, layer", f"{mask.cell}, layer {mask.layer}, datatype {mask.datatype}"


def _meaning(mask: MaskOrder) -> Iterator[tuple[str, str]]:
    drawn = "openings: material goes, or is let through" if mask.drawn == "opening" else "what remains"
    yield "Tone", f"digitized data {mask.digitized.upper()}, all else {_other(mask.digitized).upper()}"
    yield "Polygons are", f"{drawn}; {mask.side} side of the part" + (f"; {mask.resist} resist" if mask.resist else "")
    reading = mask.reading
    sense = f"{reading.data} = {reading.same_as}"
    seen = f"the file shows {reading.seen}"
    yield "Reading sense", f"{sense}; {seen}" if mask.kind == "photomask" else f"{seen}; on a plate {sense}"
    held = "mirrored" if reading.mirrored else "not mirrored"
    letters = f"title and F: {reading.letters}" if mask.kind == "photomask" else f"title and F {held} as well"
    yield "Mirror", f"file holds the part {held}; {letters}. {reading.instruction}"


def _other(tone: str) -> str:
    return "dark" if tone == "clear" else "clear"


def _plate(order: Order, mask: MaskOrder) -> Iterator[tuple[str, str]]:
    yield "Plate", _blank(mask.blank) if mask.kind != "tool" else mask.blank.material
    if mask.extents is not None:
        left, bottom, right, top = mask.extents
        size = f"{(right - left) / 1000:.10g} x {(top - bottom) / 1000:.10g} mm"
        yield "Extents", f"({left:.10g}, {bottom:.10g}) to ({right:.10g}, {top:.10g}), {size}; (0, 0): {mask.origin}"
    grid = f"grid {mask.grid:g}, database unit {order.database_unit:g}"
    yield (
        "Scale, grid",
        f"scale {mask.scale:.9g}, already in the data; {grid}; digitized area {mask.area / 1e6:.6g} mm2",
    )
    if mask.cd is not None:
        tolerance = f"+/- {mask.cd.tolerance:g}" if mask.cd.tolerance is not None else "tolerance to be agreed"
        at = f"({mask.cd.middle[0]:.10g}, {mask.cd.middle[1]:.10g})"
        yield "CD", f"{mask.cd.size:g} {tolerance} along {mask.cd.axis} at {at}, {mask.cd.is_of}; {mask.cd.chosen}"


def _blank(blank: Blank) -> str:
    """Return what a plate is, and how sure that is."""
    thick = f", {blank.thickness:g} um thick" if blank.thickness else ""
    size = (
        f"{blank.width / 1000:g} x {blank.height / 1000:g} mm" if blank.width and blank.height else "size by the shop"
    )
    return f"{blank.code}: {size}{thick}; {blank.material} ({blank.status})"


def _process(mask: MaskOrder) -> Iterator[tuple[str, str]]:
    yield "Recipe", mask.recipe
    yield "in words", mask.recipe_words
    yield "Used in", f"{mask.step}: {mask.material}"
    for number, becomes in enumerate(mask.becomes):
        yield "Becomes" if number == 0 else "and", becomes.words
    for number, note in enumerate(mask.notes):
        yield "Notes" if number == 0 else "", note
