"""What a vendor's profile may say, validated: limits, each with its source and how sure it is."""

from typing import Annotated, Literal, Self

from pydantic import Field, StrictBool, StrictFloat, StrictInt, model_validator

from maskgen.spec.fields import Group, Name, NotNegative, Size

Format = Literal["gds", "oas", "dxf"]
Tone = Literal["clear", "dark"]
Record = Literal["BOUNDARY", "BOX", "PATH", "TEXT", "NODE"]

ITEMS = tuple(f"V{number:02}" for number in (*range(1, 28), *range(30, 40)))
"""Ids of the checklist (`vendors.md` 6)."""


class Sourced(Group):
    """One limit."""

    source: Name = Field(description="Where it comes from")
    status: Literal["confirmed", "assumed", "default"] = Field(
        description="Confirmed by this vendor, assumed from what others of the kind publish, or nobody's promise"
    )


class LengthLimit(Sourced):
    """A length, a multiple of the sheet's thickness, or whichever of both is more."""

    length: NotNegative | None = Field(None, description="Length [um]")
    per_thickness: Annotated[StrictFloat, Field(gt=0)] | None = Field(None, description="Times the thickness")

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if self.length is None and self.per_thickness is None:
            raise ValueError("needs a length, a per_thickness, or both")
        return self


class CountLimit(Sourced):
    """A number of things."""

    count: Annotated[StrictInt, Field(ge=0)] = Field(description="How many")


class RatioLimit(Sourced):
    """A number without a unit, or in the unit that the key names."""

    ratio: Annotated[StrictFloat, Field(ge=0)] = Field(description="The number")


class RangeLimit(Sourced):
    """From one number to another."""

    range: tuple[StrictFloat, StrictFloat] = Field(description="Least and most")

    @model_validator(mode="after")
    def _has_a_middle(self) -> Self:
        if self.range[0] > self.range[1]:
            raise ValueError(f"must be [least, most], got [{self.range[0]:g}, {self.range[1]:g}]")
        return self


class FormatList(Sourced):
    """File formats."""

    formats: Annotated[list[Format], Field(min_length=1)]


class RecordList(Sourced):
    """Kinds of elements."""

    records: list[Record]


class WordList(Sourced):
    """Words, whatever their case."""

    words: list[Name]


class Characters(Sourced):
    """Characters, as in the brackets of a regular expression."""

    characters: Annotated[str, Field(pattern=r"^[^\[\]^]+$")]


class ToneChoice(Sourced):
    """What polygons are on the finished plate."""

    tone: Tone


class Required(Sourced):
    """Something that must be there, or need not."""

    required: StrictBool


class PlateEntry(Sourced):
    """A plate, a film or a sheet, and what of it is written."""

    code: Name = Field(description="What the vendor calls it")
    size: Size = Field(description="Width and height [um]")
    write: Size = Field(description="Width and height that are written [um], in the middle")


class DataLimits(Group):
    """Limits of the file."""

    formats: FormatList = Field(description="Formats taken")
    database_unit: LengthLimit = Field(description="Database unit [um]")
    user_unit: LengthLimit = Field(description="User unit [um]")
    reach: LengthLimit = Field(description="Farthest from the origin [um]")
    bytes: CountLimit = Field(description="Largest file [bytes]")
    vertices: CountLimit = Field(description="Most vertices of a polygon, the first not repeated")
    depth: CountLimit = Field(description="Most levels of cells")
    references: CountLimit = Field(description="Most definitions and references")
    name_length: CountLimit = Field(description="Longest name of a cell")
    name_characters: Characters = Field(description="Characters that names may have")
    names_without: WordList = Field(description="Words that no name may contain")
    layers: CountLimit = Field(description="Most layers of a file")
    layer_numbers: RangeLimit = Field(description="Layers that are read")
    datatypes: RangeLimit = Field(description="Datatypes that are read")
    records: RecordList = Field(description="Elements that become shapes")
    property_bytes: CountLimit = Field(description="Most bytes of properties of an element")


class ShapeLimits(Group):
    """Limits of the shapes; a clear one lets light through, or is open in a foil or sheet."""

    digitized: ToneChoice = Field(description="What polygons are where no manifest says it")
    grid: LengthLimit = Field(description="Grid of the writer [um]")
    clear: LengthLimit = Field(description="Narrowest clear line or window [um]")
    dark: LengthLimit = Field(description="Narrowest dark line or web [um]")
    opening: LengthLimit = Field(description="Side of the smallest clear window, as a square [um]")
    corner: RatioLimit = Field(description="Sharpest corner [deg]")
    edge: LengthLimit = Field(description="Shortest edge [um]")
    chord: LengthLimit = Field(description="Largest distance of a chord from its arc [um]")


class Presence(Group):
    """What must be on the plate."""

    centred: LengthLimit = Field(description="Farthest of the data's middle from the origin [um]")
    marks: CountLimit = Field(description="Fewest alignment marks and fiducials")
    title: Required = Field(description="A title in polygons")
    reading: Required = Field(description="The letter F, which proves the reading sense")
    cd: Required = Field(description="A CD feature at the place that the order names")
    corners: Required = Field(description="Squares in the corners, which fix the extents")


class ProcessLimits(Group):
    """Limits of what is made by the plate, where the vendor does it; each may be left out."""

    thickness: LengthLimit | None = Field(None, description="Thickness of foil or sheet [um]")
    undercut: LengthLimit | None = Field(None, description="Undercut per edge [um]")
    resist: LengthLimit | None = Field(None, description="Narrowest line of resist, and of opening in it [um]")
    hole: LengthLimit | None = Field(None, description="Smallest hole or slot of the finished sheet [um]")
    web: LengthLimit | None = Field(None, description="Narrowest web of the finished sheet [um]")
    radius: LengthLimit | None = Field(None, description="Smallest corner radius of the finished sheet [um]")
    half_etch: RangeLimit | None = Field(None, description="Depth of a half etch, in parts of the thickness")
    aspect: RatioLimit | None = Field(None, description="Least width of an aperture over the thickness of its foil")
    area_ratio: RatioLimit | None = Field(None, description="Least area of an aperture over that of its walls")
    drift_temperature: RatioLimit | None = Field(None, description="Growth of the plate [ppm/K]")
    drift_humidity: RatioLimit | None = Field(None, description="Growth of the plate [ppm per % of humidity]")
    drift: LengthLimit | None = Field(None, description="Largest drift over the data [um]")


class Profile(Group):
    """What one kind of vendor asks for: read `maskgen/vendors/*.yaml` for examples."""

    profile: Name = Field(description="Name of the profile")
    title: Name = Field(description="What is made, in a line")
    kind: Literal["photomask", "film", "stencil", "sheet"] = Field(description="What the data becomes")
    unit: str | None = Field(None, description="Unit of bare lengths in this file")
    data: DataLimits
    plates: Annotated[list[PlateEntry], Field(min_length=1)] = Field(description="Sizes, the smallest first")
    shapes: ShapeLimits
    present: Presence
    process: ProcessLimits = Field(ProcessLimits(), description="Limits of the process behind the plate")
    severity: dict[str, Literal["error", "warning", "off"]] = Field(
        default_factory=dict, description="Items of the checklist that weigh otherwise than usual, by id"
    )

    @model_validator(mode="after")
    def _thickness_is_known(self) -> Self:
        needs = [
            f"{group}.{name}"
            for group, limits in (("shapes", self.shapes), ("process", self.process))
            for name in type(limits).model_fields
            if isinstance(limit := getattr(limits, name), LengthLimit) and limit.per_thickness is not None
        ]
        if needs and (self.process.thickness is None or not self.process.thickness.length):
            raise ValueError(f"{needs[0]} is a multiple of process.thickness, which has no length")
        return self

    @model_validator(mode="after")
    def _items_are_known(self) -> Self:
        unknown = [name for name in self.severity if name not in ITEMS]
        if unknown:
            raise ValueError(f"severity.{unknown[0]} is no item of the checklist, which has {ITEMS[0]} to {ITEMS[-1]}")
        return self

    @property
    def thickness(self) -> float:
        """Return the thickness of foil or sheet [µm], 0 where there is none."""
        return (self.process.thickness.length or 0.0) if self.process.thickness is not None else 0.0

    def value(self, limit: LengthLimit) -> float:
        """Return a length [µm]: of its own, or by the thickness, whichever is more."""
        return round(max(limit.length or 0.0, (limit.per_thickness or 0.0) * self.thickness), 6)
