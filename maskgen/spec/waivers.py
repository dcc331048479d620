"""Waivers as specs, decks and files of their own say them."""

from pydantic import Field, model_validator

from maskgen.spec.fields import Coordinate, Group, Name


class Waiver(Group):
    """A finding that somebody answers for."""

    rule: Name = Field(description="Id of the rule")
    box: tuple[Coordinate, Coordinate, Coordinate, Coordinate] | None = Field(
        None, description="Left, bottom, right, top [um]; anywhere by default"
    )
    fingerprint: Name | None = Field(None, description="Of the finding, as reports say it, in place of a box")
    reason: Name = Field(description="Why it does no harm")
    who: Name = Field(description="Who answers for it")

    @model_validator(mode="after")
    def _box_has_a_middle(self) -> "Waiver":
        if self.box is not None and (self.box[0] > self.box[2] or self.box[1] > self.box[3]):
            raise ValueError("box must be [left, bottom, right, top]")
        if self.box is not None and self.fingerprint is not None:
            raise ValueError("has a box or a fingerprint, not both")
        return self
