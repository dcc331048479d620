"""The order as XML, arranged like SEMI P10: set, masks, and of each its substrate, pattern, CD, marks and title.

Public of P10 is what it covers, its root `mask_order` and the standards that it refers to (`vendors.md` 1.9); its
element names and its XML schema are not. The root and the division are therefore P10's, all names below it our own.
Not covered: customer, billing and shipping data; pellicles (P5); registration and defect specifications (P21, P22);
barcode symbologies other than Data Matrix; job decks; and the `mask_results` that a shop sends back.
"""

from collections.abc import Mapping, Sequence
from xml.etree import ElementTree as ET

from maskgen.order.model import MaskOrder, Order

_COMMENT = (
    " Arranged after SEMI P10 as far as it is public: set, mask, substrate, pattern, critical dimension, marks. Element"
    " names below the root are not the standard's. Customer, pellicle, defect and registration data are left out. "
)

_Values = Mapping[str, object]


def render(order: Order) -> str:
    """Return an order as the text of an XML file."""
    root = ET.Element("mask_order", _attributes({"structure": f"maskgen-order-{order.order}", "unit": order.unit}))
    root.append(ET.Comment(_COMMENT))
    whole = _child(root, "mask_set", {"name": order.name, "title": order.title, "revision": order.revision})
    _child(whole, "origin", {"program": f"maskgen {order.maskgen}", "technology": order.technology, "date": order.date,
                             "spec_sha256": order.spec_sha256, "database_unit": order.database_unit})  # fmt: skip
    for mask in order.masks:
        _mask(whole, mask)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _mask(parent: ET.Element, mask: MaskOrder) -> None:
    """Add one mask."""
    element = _child(parent, "mask", {"name": mask.name, "kind": mask.kind})
    blank = mask.blank.model_dump()
    _child(element, "substrate", blank)
    pattern = _child(element, "pattern", {"cell": mask.cell, "layer": mask.layer, "datatype": mask.datatype,
                                          "grid": mask.grid, "scale": mask.scale, "area": mask.area})  # fmt: skip
    for file in mask.files:
        _child(pattern, "file", {"path": file.path, "sha256": file.sha256})
    if mask.extents is not None:
        _child(pattern, "extents", dict(zip(("left", "bottom", "right", "top"), mask.extents, strict=True)))
    _child(pattern, "origin", {}, mask.origin)
    _child(pattern, "recipe", {"formula": mask.recipe}, mask.recipe_words)
    _child(element, "tone", {"digitized": mask.digitized, "drawn": mask.drawn, "resist": mask.resist})
    reading = mask.reading
    _child(element, "image", {"parity": reading.data, "same_as": reading.same_as, "letters": reading.letters,
                              "mirrored": reading.mirrored, "side": mask.side}, reading.instruction)  # fmt: skip
    if mask.cd is not None:
        place: dict[str, object] = {"x": mask.cd.middle[0], "y": mask.cd.middle[1], "axis": mask.cd.axis}
        limits: dict[str, object] = {"size": mask.cd.size, "tolerance": mask.cd.tolerance, "polarity": mask.cd.is_of}
        _child(element, "critical_dimension", place | limits, mask.cd.chosen)
    for mark in mask.marks:
        _child(element, "mark", mark.model_dump())
    _texts(element, "becomes", [becomes.words for becomes in mask.becomes])
    _texts(element, "note", mask.notes)


def _texts(parent: ET.Element, tag: str, texts: Sequence[str]) -> None:
    for text in texts:
        _child(parent, tag, {}, text)


def _child(parent: ET.Element, tag: str, values: _Values, text: str | None = None) -> ET.Element:
    found = ET.SubElement(parent, tag, _attributes(values))
    found.text = text
    return found


def _attributes(values: _Values) -> dict[str, str]:
    """Return values as XML writes them, those that are not known left out."""
    return {key: _written(value) for key, value in values.items() if value is not None}


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.12g}" if isinstance(value, float) else str(value)
