"""Layer properties for KLayout: names, colours and the order in which an engineer looks at layers."""

from collections.abc import Mapping
from xml.sax.saxutils import escape

from maskgen.technology import LayerEntry

_ORDER = ("mask", "tooling", "design", "as-built", "reference")
_DITHER = {"mask": "I5", "tooling": "I9", "design": "I3", "as-built": "I7", "reference": "I1"}
"""KLayout's stipple for each kind: a mask is dense, a reference is an outline."""


def layer_properties(layers: Mapping[str, LayerEntry]) -> str:
    """Return the text of a ``.lyp`` file; reference layers are there but not shown."""
    entries = sorted(layers.items(), key=lambda item: (_ORDER.index(item[1].kind), item[1].gds))
    body = "".join(_properties(name, entry) for name, entry in entries)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<layer-properties>\n{body}</layer-properties>\n'


def _properties(name: str, entry: LayerEntry) -> str:
    layer, datatype = entry.gds
    visible = "true" if entry.kind in ("mask", "design") else "false"
    return (
        " <properties>\n"
        f"  <frame-color>{entry.colour}</frame-color>\n"
        f"  <fill-color>{entry.colour}</fill-color>\n"
        "  <frame-brightness>0</frame-brightness>\n"
        "  <fill-brightness>0</fill-brightness>\n"
        f"  <dither-pattern>{_DITHER[entry.kind]}</dither-pattern>\n"
        "  <valid>true</valid>\n"
        f"  <visible>{visible}</visible>\n"
        "  <transparent>false</transparent>\n"
        f"  <name>{escape(name)} ({entry.kind})</name>\n"
        f"  <source>{layer}/{datatype}@1</source>\n"
        " </properties>\n"
    )
