"""Masks: the table of a set's plates and tools, and all that an order says of each."""

from collections.abc import Mapping
from typing import Any

from maskgen.order.model import MaskOrder, Order
from maskgen.order.rows import rows
from maskgen.page.tables import Markup, folded, pairs, table
from maskgen.report.markup import escaped


def masks_html(order: Order, manifest: Mapping[str, Any]) -> str:
    """Return the mask table, and each mask's sheet folded."""
    if not order.masks:
        return ""
    files = {entry["name"]: entry["file"] for entry in manifest["masks"]}
    heads = ("Mask", "Layer", "Side", "Polygons are", "Digitised", "Recipe", "Area (mm²)", "CD (µm)", "Plate", "File")
    listed = table(
        heads,
        [_row(mask, files.get(mask.name)) for mask in order.masks],
        caption=f"Masks of {order.title}",
        numeric=(1, 6),
    )
    # The hashes of the files are in the list of files; a sheet without them would say that none was written.
    sheets = "".join(
        folded(mask.name, pairs(entry for entry in rows(order, mask) if entry[0] != "File")) for mask in order.masks
    )
    return f"{listed}<h3>In full</h3>\n{sheets}"


def _row(mask: MaskOrder, file: str | None) -> list[str | Markup]:
    words = f"<code>{escaped(mask.recipe)}</code>"
    if mask.recipe_words != mask.recipe:
        words += f"<p class='note'>{escaped(mask.recipe_words)}</p>"
    blank = mask.blank
    size = f", {blank.width / 1000:g} × {blank.height / 1000:g} mm" if blank.width and blank.height else ""
    return [
        Markup(f"{escaped(mask.name)}<br><small>{mask.kind}</small>"),
        f"{mask.layer}/{mask.datatype}",
        mask.side + (", mirrored" if mask.reading.mirrored else ""),
        f"{mask.drawn}s" if mask.drawn == "opening" else "what remains",
        mask.digitized,
        Markup(words),
        f"{mask.area / 1e6:.6g}",
        _cd(mask),
        f"{blank.code}{size}",
        file or "withheld",
    ]


def _cd(mask: MaskOrder) -> str | Markup:
    if mask.cd is None:
        return "none"
    tolerance = f" ± {mask.cd.tolerance:g}" if mask.cd.tolerance is not None else ""
    at = f"{mask.cd.is_of}, along {mask.cd.axis} at {mask.cd.middle[0]:.6g}, {mask.cd.middle[1]:.6g}"
    return Markup(f"{mask.cd.size:g}{tolerance}<p class='note'>{escaped(at)}</p>")
