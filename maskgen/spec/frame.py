"""Frames: what holds a sheet in tension around the area that is worked on."""

from typing import Annotated, Literal

from pydantic import Field, StrictInt, model_validator

from maskgen.spec.fields import Group, Positive, Size


class Frame(Group):
    """A frame around the middle of the plate: a ring, a rectangle, or separate pieces of a ring."""

    kind: Literal["ring", "rectangle", "pieces"] = Field("ring", description="Its form")
    opening: Size = Field(description="Width and height of its opening [um]; one number for a diameter or a square")
    width: Positive = Field(description="From the opening to its outer edge [um]")
    pieces: Annotated[StrictInt, Field(ge=2, le=24)] = Field(2, description="How many pieces, evenly spread")
    span: Annotated[float, Field(gt=0, lt=360)] = Field(60.0, description="Angle that each piece spans [deg]")

    @model_validator(mode="after")
    def _fits_round(self) -> "Frame":
        if self.kind != "rectangle" and self.opening[0] != self.opening[1]:
            raise ValueError(f"the opening of a {self.kind} frame is a diameter: one number")
        if self.kind == "pieces" and self.pieces * self.span >= 360:
            raise ValueError(f"{self.pieces} pieces of {self.span:g} deg meet: together at most 360 deg")
        return self
