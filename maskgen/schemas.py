"""JSON Schemas of what users write, for the completion of editors."""

from typing import Any

from maskgen.drc.deck import DeckFile
from maskgen.spec.package import DiePackageSpec
from maskgen.systems import families, family
from maskgen.technology import Technology


def schema_of(kind: str, system: str | None = None) -> dict[str, Any]:
    """Return the schema of a spec, a technology or a deck.

    Parameters
    ----------
    system
        Template whose spec is meant; what all dies share by default.
    """
    if kind == "technology":
        return Technology.model_json_schema()
    if kind == "deck":
        return DeckFile.model_json_schema()
    model = family(system).Spec if system else DiePackageSpec
    found: dict[str, Any] = model.model_json_schema()
    found["properties"]["system"]["enum"] = [system] if system else sorted(families())
    return found
