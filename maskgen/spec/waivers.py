"""Waivers as specs, decks and files of their own say them."""

from typing import Any

from pydantic import Field, ValidationInfo, field_validator, model_validator

from maskgen.spec.fields import Coordinate, Group, Name
from maskgen.units import length


class Waiver(Group):
    """A finding that somebody answers for."""

    rule: Name = Field(description="Id of the rule")
    box: tuple[Coordinate, Coordinate, Coordinate, Coordinate] | None = Field(
        None,
        description=(
            "Left, bottom, right, top; a finding is waived if its box, as reports say it, lies in this one whole, "
            "not if it only touches it or reaches beyond it; anywhere by default"
        ),
    )
    fingerprint: Name | None = Field(None, description="Of the finding, as reports say it, in place of a box")
    reason: Name = Field(description="Why it does no harm")
    who: Name = Field(description="Who answers for it")

    @field_validator("box", mode="before")
    @classmethod
    def _unit_is_told_once(cls, value: Any, info: ValidationInfo) -> Any:  # noqa: ANN401 - whatever the YAML holds
        """Refuse bare numbers without a unit in one sentence for all four."""
        unit = (info.context or {}).get("unit", "um")
        bare = [one for one in value if type(one) in (int, float)] if isinstance(value, list | tuple) else []
        if unit is None and bare:
            length(bare[0], unit)
        return value

    @model_validator(mode="after")
    def _box_has_a_middle(self) -> "Waiver":
        if self.box is not None and (self.box[0] > self.box[2] or self.box[1] > self.box[3]):
            raise ValueError("box must be [left, bottom, right, top]")
        if self.box is not None and self.fingerprint is not None:
            raise ValueError("has a box or a fingerprint, not both")
        return self
