"""Origins: the line of a spec that most likely caused a finding, guessed from its rule. Knows nothing of formats.

What a rule looks at says which key its reader would change; the first of these that the spec has is named:

1. a number of the process that the rule names (`limit`, `window` ...): that number in `process:`, else `process:`;
2. wires, nets and down-bonds: `wires:`, else `nets:`;
3. the first layer that the rule reads: pads `pads:`, mounting pad `mounting_pad:`, die `die:`, plate `plate:` ...;
4. otherwise `system:`, else the first line.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from maskgen import expressions
from maskgen.drc.deck import Rule
from maskgen.expressions import ExpressionError
from maskgen.source import Source, read_source
from maskgen.source.text import TOP, Span
from maskgen.source.tree import Key
from maskgen.technology.shelf import find

_OF_CHECK: Mapping[str, tuple[str, ...]] = {
    "wires": ("wires", "nets"),
    "nets": ("nets", "wires"),
    "downbond": ("nets", "wires"),
    "material": ("process",),
    "fiducials": ("marks",),
}
"""Keys of the spec to which a check belongs, whatever its layers."""

_OF_LAYER: Mapping[str, tuple[str, ...]] = {
    "PAD": ("pads",),
    "MP": ("mounting_pad", "pads"),
    "DIE": ("die", "dies"),
    "CONTACT": ("die", "dies"),
    "WIRE": ("wires", "nets"),
    "BOND": ("wires", "nets"),
    "LEAD": ("leads", "pads"),
    "SPOT": ("spots", "pads"),
    "BODY": ("body",),
    "PLATE": ("plate",),
    "FIELD": ("plate",),
    "CATHODE": ("plate",),
    "SITE": ("array",),
    "MARK": ("marks",),
    "FIDUCIAL": ("marks",),
}
"""Keys of the spec from which a layer comes, by the beginning of its name: PAD_WIN comes from pads as PAD does."""


def spans_of(rules: Iterable[Rule], source: Source, written: Mapping[str, Mapping[str, Any]]) -> dict[str, Span]:
    """Return for each rule, by its id, the part of the spec's text to which its findings are attributed.

    Parameters
    ----------
    written
        The entries of the deck as its author wrote them, by id: formulas still name their numbers and layers.
    """
    return {rule.id: _span(rule, source, written.get(rule.id, {})) for rule in rules}


def written_rules(deck: str, beside: Path) -> dict[str, dict[str, Any]]:
    """Return the rules of a deck, and of those that it includes, as their authors wrote them, by id.

    Parameters
    ----------
    deck
        A shipped deck, or the path of one beside `beside`; it was read before, so it is known to be right.
    """
    path = find(deck, beside, ".drc.yaml")
    data = read_source(path).data
    found: dict[str, dict[str, Any]] = {}
    for other in data.get("include", []):
        found |= written_rules(other, path.parent)
    return found | data["rules"]


def _span(rule: Rule, source: Source, written: Mapping[str, Any]) -> Span:
    """Return the place of the first key that is in the spec's text."""
    for key in _keys(rule, source, written):
        place = source.spans.get(key)
        if place is not None:
            return place.key or place.value
    return TOP


def _keys(rule: Rule, source: Source, written: Mapping[str, Any]) -> Iterator[Key]:
    """Yield the keys that a reader would look at, the likeliest first."""
    named = [name for value in written.values() for name in _names(value)]
    layers = [key for name in named if name.isupper() for key in _of_layer(name)]
    process = source.data.get("process")
    if not layers and rule.check not in _OF_CHECK:
        numbers = [name for name in named if isinstance(process, dict) and name in process]
        yield from (("process", name) for name in numbers)
        yield from [("process",)] if any(not name.isupper() for name in named) else []
    yield from ((key,) for key in (*_OF_CHECK.get(rule.check, ()), *layers, "system"))


def _of_layer(name: str) -> tuple[str, ...]:
    """Return the keys from which a layer comes."""
    return next((keys for start, keys in _OF_LAYER.items() if name.startswith(start)), ())


def _names(value: object) -> list[str]:
    """Return the names in a formula, none if it is something else."""
    if not isinstance(value, str):
        return []
    try:
        return sorted(expressions.names(value), key=value.find)
    except ExpressionError:
        return []
