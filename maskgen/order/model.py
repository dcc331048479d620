"""What an order says, as data: `order.json` is this and nothing else.

Lengths are µm. Coordinates of a mask are those of its file, origin in the middle of the plate, already scaled and
mirrored; coordinates of the field and of lists for assembly are those of the part seen from above.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

FORMAT: Literal[1] = 1
"""Version of the order's structure; raised when a key changes its meaning."""

Pair = tuple[float, float]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DataFile(_Record):
    """One file of a mask."""

    path: str = Field(description="Path beside the order's folder")
    sha256: str = Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of its bytes")


class Reading(_Record):
    """Reading sense: image parity and frame of reference together (`vendors.md` 1.8)."""

    data: Literal["right reading, chrome down", "right reading, chrome up"] = Field(
        description="How the finished plate shows the data as it stands in the file"
    )
    same_as: Literal["wrong reading, chrome up", "wrong reading, chrome down"] = Field(
        description="The same seen from the other face"
    )
    letters: Literal["right reading, chrome down", "right reading, chrome up"] = Field(
        description="From which face title and letter F of the plate read right"
    )
    seen: str = Field(description="What the data shows to who looks at it")
    mirrored: bool = Field(description="Whether the file holds the part mirrored left to right")
    instruction: str = Field(description="What the shop must not do")


class Blank(_Record):
    """The plate, foil or film that a mask is made of."""

    code: str = Field(description="Size code, such as 5009: 5 in, 0.090 in thick")
    width: float | None = Field(description="Width [um]; none where the shop chooses")
    height: float | None = Field(description="Height [um]; none where the shop chooses")
    thickness: float | None = Field(description="Thickness [um]; none where the shop chooses")
    material: str = Field(description="Material and layer")
    status: Literal["proposed", "to be agreed"] = Field(description="Whether a size of the list fits")


class CriticalDimension(_Record):
    """The feature on which the line width is measured."""

    is_of: Literal["digitized data", "space between digitized data"] = Field(description="CD polarity")
    axis: Literal["x", "y"] = Field(description="Direction in which it is measured")
    start: Pair = Field(description="Where the measured line begins [um]")
    end: Pair = Field(description="Where it ends [um]")
    size: float = Field(gt=0, description="Nominal size in the data [um]")
    tolerance: float | None = Field(description="Plus and minus [um]; none: to be agreed")
    chosen: str = Field(description="How it was found")

    @property
    def middle(self) -> Pair:
        """Return the middle of the measured line [µm]."""
        return (self.start[0] + self.end[0]) / 2, (self.start[1] + self.end[1]) / 2


class PlacedMark(_Record):
    """A mark as it stands in the data of the mask."""

    kind: str = Field(description="Its form")
    x: float = Field(description="Middle [um]")
    y: float = Field(description="Middle [um]")
    size: float = Field(description="Width or height [um]")


class BuiltLayer(_Record):
    """An as-built layer of the package's layout file."""

    name: str
    layer: int
    datatype: int


class Becomes(_Record):
    """What process makes of masks: layers of the part as built, and how they follow.

    The tree has nodes ``{"mask": NAME, "part": "opening" | "remaining"}``: where the step through that mask opens
    or leaves the part; ``{"field": true}``; ``{"design": NAME}``; ``{"size": um, "of": NODE}``: every edge moved
    outwards, convex corners round, inwards where negative; ``{"or" | "and" | "without" | "either": [NODE, NODE]}``;
    ``{"hull" | "holes": NODE}``.
    """

    layers: tuple[BuiltLayer, ...] = Field(description="Layers that together are the result")
    over: tuple[str, ...] = Field(description="Design layers by which the result is told apart; it lies over them")
    tree: dict[str, Any] = Field(description="How it follows from masks")
    bias: float = Field(description="Sum of all edge moves on the way from the mask's edge [um]")
    words: str = Field(description="The same in words")


class MaskOrder(_Record):
    """One mask, tool or stencil."""

    name: str
    kind: Literal["photomask", "stencil", "tool"] = Field(description="What is made of the data")
    step: str = Field(description="Step of the flow that it is used in")
    material: str = Field(description="What it patterns")
    files: tuple[DataFile, ...]
    cell: str = Field(description="Top cell of the file")
    layer: int
    datatype: int
    recipe: str = Field(description="How the data follows from the design, as the technology says it")
    recipe_words: str = Field(description="The same in words, with numbers")
    drawn: Literal["opening", "remaining"] = Field(description="What a polygon means on the part")
    digitized: Literal["clear", "dark"] = Field(description="Tone: how polygons come out on the plate")
    resist: Literal["positive", "negative"] | None = Field(description="Resist of the step; none for tools")
    side: Literal["top", "bottom"] = Field(description="Side of the part that it works on")
    reading: Reading
    blank: Blank
    extents: tuple[float, float, float, float] | None = Field(
        description="Left, bottom, right, top of the data [um]; none without data"
    )
    origin: str = Field(description="Where (0, 0) is")
    scale: float = Field(description="Factor already in the data")
    grid: float = Field(gt=0, description="Grid of the unscaled and scaled data [um]")
    cd: CriticalDimension | None
    marks: tuple[PlacedMark, ...]
    area: float = Field(description="Digitized area [um2]")
    becomes: tuple[Becomes, ...] = Field(description="What the process makes of it")
    notes: tuple[str, ...]


class Order(_Record):
    """All masks of a package."""

    order: Literal[1] = Field(description="Version of this structure")
    maskgen: str = Field(description="Version of the program")
    name: str
    title: str
    revision: str | None
    date: str | None = Field(description="As given in the spec")
    technology: str
    spec_sha256: str
    unit: Literal["um"]
    database_unit: float = Field(description="[um]")
    field: tuple[tuple[tuple[Pair, ...], ...], ...] = Field(
        description="Area of the part that is worked on, seen from above: polygons, each its outline and holes [um]"
    )
    sites: tuple[float, float, float, float] = Field(
        description="Left, bottom, right, top of all sites' cells on the part [um]; as-built layers are of these"
    )
    masks: tuple[MaskOrder, ...]


def schema() -> dict[str, Any]:
    """Return the JSON Schema of `order.json`."""
    return Order.model_json_schema()
