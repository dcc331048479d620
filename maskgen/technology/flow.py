"""The flow: the ordered steps of a technology. Masks, as-built layers, sections and traveler all read this one list.

A step that is patterned names its mask and the mask's recipe; a step that shapes the part says which as-built layers
it makes, and from what.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, model_validator

LayerName = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
"""Upper case, as in the catalogue: PAD, FIRST_MASK."""

Formula = Annotated[
    str | StrictFloat, Field(description="A number [µm], the name of one, or a formula such as 2*undercut")
]


class _Step(BaseModel):
    """What every step may say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    makes: dict[LayerName, str] = Field(
        default_factory=dict, description="As-built layers that this step makes, each with its expression"
    )
    note: str = Field("", description="What the operator must know: chemistry, temperature, inspection")


class _Patterned(_Step):
    """A step done through a mask, a tool or a stencil."""

    mask: LayerName | None = Field(
        None, description="Layer that this step is patterned with; a mask file is made of it"
    )
    recipe: str | None = Field(None, description="Expression that gives the mask from drawn and derived layers")
    drawn: Literal["opening", "remaining"] = Field("opening", description="What a drawn polygon means on the part")
    side: Literal["top", "bottom"] = Field("top", description="Side of the part that the mask works on")
    mirrored: StrictBool = Field(
        False, description="Whether the data is mirrored on output, for a tool that faces the part"
    )
    scale: Formula = Field(
        1.0, description="Factor about the plate's centre, for expansion; after bias, before snapping"
    )

    @model_validator(mode="after")
    def _mask_with_recipe(self) -> "_Patterned":
        if (self.mask is None) != (self.recipe is None):
            raise ValueError("a mask needs a recipe, and a recipe a mask")
        return self


class Start(_Step):
    """The base, plate or wafer that the flow begins with."""

    step: Literal["start"] = Field(description="What is done")
    material: str = Field(description="Its material")
    thickness: Formula


class Coat(_Step):
    """Lay a film over everything: resist, dielectric, adhesive."""

    step: Literal["coat", "laminate", "deposit"] = Field(description="What is done")
    material: str = Field(description="Its material")
    thickness: Formula
    side: Literal["top", "bottom"] | None = Field(
        None, description="Side of the part; by default that of the mask it is patterned with"
    )


class Pattern(_Patterned):
    """Expose and develop a resist through a mask."""

    step: Literal["pattern"] = Field(description="What is done")
    material: str = Field(description="The resist")
    resist: Literal["positive", "negative"] = Field("negative", description="Whether light keeps or removes the resist")


class Etch(_Step):
    """Remove material where the film above is open, with undercut."""

    step: Literal["etch"] = Field(description="What is done")
    into: list[str] = Field(description="Materials that are etched")
    depth: Formula
    undercut: Formula = Field(description="Lateral undercut per edge at the surface")


class Fill(_Step):
    """Fill recesses with a material."""

    step: Literal["fill"] = Field(description="What is done")
    material: str = Field(description="Its material")
    thickness: Formula


class Plate(_Step):
    """Electroplate on what is bare and conducts, in layers."""

    step: Literal["plate"] = Field(description="What is done")
    stack: dict[str, Formula] = Field(description="Metals from the base up, with thickness")
    overgrowth: Formula = Field(0.0, description="Lateral growth per edge over the mask")


class Strip(_Step):
    """Take a film away."""

    step: Literal["strip"] = Field(description="What is done")
    material: str = Field(description="The film")


class Cut(_Patterned):
    """Shape with a tool instead of a resist: a laser, drill, mill, router, saw, stamp, stencil or dispenser."""

    step: Literal["ablate", "drill", "mill", "rout", "saw", "stamp", "print", "dispense"] = Field(
        description="What is done"
    )
    material: str = Field(description="What is removed, formed or printed")
    kerf: Formula = Field(0.0, description="Width that the tool itself removes")
    depth: Formula = 0.0
    draft: Formula = Field(0.0, description="Lean of the walls [deg]; negative is re-entrant")


class Assemble(_Step):
    """Bring parts together or apart."""

    step: Literal["place", "bond", "cure", "mould", "move", "compress", "release", "inspect", "mount"] = Field(
        description="What is done"
    )
    material: str = Field("", description="What is put there or taken away")
    thickness: Formula = 0.0


Step = Annotated[
    Start | Coat | Pattern | Etch | Fill | Plate | Strip | Cut | Assemble,
    Field(discriminator="step"),
]
"""One step of a flow, told apart by its ``step``."""
