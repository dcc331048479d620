"""The rules of a profile: its limits as checks of the rule engine. The only place where they become rules."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from maskgen.drc.deck import Deck, Rule, check_module
from maskgen.expressions import Expression, Layer
from maskgen.source import read_source
from maskgen.stream.cells import read_cells
from maskgen.vendors.model import LengthLimit, Profile, Tone
from maskgen.vendors.shelf import read_profile, shipped

LAYER = "DATA"
"""Name of the mask's layer where a file has one."""

_ON_A_PLATE = "a narrower clear line closes", "a narrower dark line breaks"
_NARROW = {
    "photomask": _ON_A_PLATE,
    "film": _ON_A_PLATE,
    "stencil": ("a narrower aperture does not come out open", "a narrower web breaks"),
    "sheet": ("a narrower opening in the resist does not open", "a narrower line of resist comes off"),
}
"""What becomes of clear and of dark lines that are too narrow, by the kind of profile."""

Key = tuple[int, int]


def rule(id_: str, check: str, severity: str, why: str, **params: Any) -> Rule:  # noqa: ANN401 - the check's own
    """Return a rule over the layer `DATA`, or over the one that is named."""
    layer = params.setdefault("layer", LAYER)
    names = frozenset({LAYER, "MEANT", layer} if layer.isidentifier() else {LAYER, "MEANT"})
    context = {"unit": "um", "layers": names, "numbers": {}}
    valid = check_module(check).Params.model_validate(params, context=context)
    return Rule(id_, check, "error" if severity == "error" else "warning", why, valid)


def shape_rules(profile: Profile, tone: Tone, *, layer: str = LAYER, severity: str = "error") -> Iterator[Rule]:
    """Yield the rules of item V17: lines, gaps and windows, clear and dark by the tone of the polygons."""
    shapes = profile.shapes
    drawn, between = (shapes.clear, shapes.dark) if tone == "clear" else (shapes.dark, shapes.clear)
    clear, dark = _NARROW[profile.kind]
    words = (clear, dark) if tone == "clear" else (dark, clear)
    yield from _distance("V17.width", "width", (profile, drawn, words[0]), layer, severity)
    yield from _distance("V17.space", "space", (profile, between, words[1]), layer, severity)
    side = profile.value(shapes.opening)
    if side > 0:
        check = "area" if tone == "clear" else "hole_area"
        why = _why(f"an opening smaller than a square of {side:g} um closes", shapes.opening)
        yield rule(f"V17.{check}", check, severity, why, layer=layer, min=side**2)


def corner_rule(profile: Profile, *, layer: str = LAYER, severity: str = "warning") -> Iterator[Rule]:
    """Yield the rule of item V15."""
    if profile.shapes.corner.ratio > 0:
        why = _why("a sharper corner rounds off, and its tip breaks up", profile.shapes.corner)
        yield rule("V15.corner", "angle", severity, why, layer=layer, min_corner=profile.shapes.corner.ratio)


def deck_of(profile: Profile, layers: Mapping[str, Key], tone: Tone | None = None) -> Deck:
    """Return the limits of a profile as a deck, once for each layer.

    Parameters
    ----------
    layers
        Layer and datatype by name; the rules of a second and further layers end with its name.
    tone
        What polygons are; by default what the profile takes them for.
    """
    known = tone or profile.shapes.digitized.tone
    found = [
        replace(one, id=f"{one.id}.{name}" if number else one.id)
        for number, name in enumerate(layers)
        for one in (*shape_rules(profile, known, layer=name), *corner_rule(profile, layer=name))
    ]
    return Deck(profile.profile, tuple(found), {}, layers)


def vendor_deck(name: str, layout: Path) -> Deck | None:
    """Return the deck of a shipped profile, or of a profile's file, for the layers of a layout; None if it is none.

    Raises
    ------
    MaskgenError
        If the layout or the profile cannot be read.
    """
    own = Path(name)
    if name not in shipped() and not (own.is_file() and "profile" in read_source(own).data):
        return None
    profile = read_profile(name)
    keys = sorted({key for cell in read_cells(layout).cells for key, rings in cell.shapes.items() if len(rings)})
    names = {f"L{layer}D{datatype}": (layer, datatype) for layer, datatype in keys}
    return deck_of(profile, {LAYER: keys[0]} if len(keys) == 1 else names)


def _distance(
    id_: str, check: str, said: tuple[Profile, LengthLimit, str], layer: str, severity: str
) -> Iterator[Rule]:
    profile, limit, what = said
    if profile.value(limit) > 0:
        yield rule(id_, check, severity, _why(what, limit), layer=layer, min=profile.value(limit))


def _why(what: str, limit: Any) -> str:  # noqa: ANN401 - any kind of limit
    return f"{what}: {limit.source} ({limit.status})"


def expression() -> Expression:
    """Return the mask's layer as an expression."""
    return Layer(LAYER)
