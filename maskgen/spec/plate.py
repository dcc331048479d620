"""Plates: what the sites stand on, how many there are, and the lanes between them."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StrictInt, model_validator

from maskgen.spec.fields import Coordinate, Count, Group, Name, NotNegative, Positive, Size


class Strip(Group):
    """A strip with several blocks side by side."""

    size: Size = Field(description="Length and width of the strip [um]")
    blocks: Annotated[StrictInt, Field(ge=1, le=100)] = Field(description="How many blocks")
    gap: Positive = Field(description="Free space between two blocks [um]")


class Wafer(Group):
    """A round plate."""

    diameter: Positive = Field(description="Diameter [um]")
    orientation: Literal["flat", "notch", "none"] = Field("notch", description="How its direction is marked")
    flat: Positive | None = Field(None, description="Length of the flat [um]; the usual one of the diameter by default")
    edge: NotNegative = Field(3000.0, description="Edge exclusion [um]")

    @model_validator(mode="after")
    def _has_a_middle(self) -> "Wafer":
        if 2 * self.edge >= self.diameter:
            raise ValueError(f"an edge of {self.edge:g} um leaves nothing of a diameter of {self.diameter:g} um")
        return self


class Cathode(Group):
    """Bare base at the border of the plate for the plating clip, outside all sites."""

    side: Literal["left", "right", "bottom", "top"] = Field("bottom", description="Border at which it lies")
    width: Positive = Field(4000.0, description="Across the border [um]")
    length: Positive = Field(20000.0, description="Along the border [um]")


class Plate(Group):
    """What the sites stand on: exactly one of rectangle, strip, wafer."""

    rectangle: Size | None = Field(None, description="Width and height of a plate or panel [um]")
    strip: Strip | None = Field(None, description="A strip with blocks")
    wafer: Wafer | None = Field(None, description="A round plate")
    border: NotNegative = Field(5000.0, description="Free border of a rectangle or strip, where marks stand [um]")
    cathode: Cathode | None = Field(None, description="Bare base for the plating clip; none by default")

    @model_validator(mode="after")
    def _one_kind(self) -> "Plate":
        given = [kind for kind in ("rectangle", "strip", "wafer") if getattr(self, kind) is not None]
        if len(given) != 1:
            raise ValueError(f"needs exactly one of rectangle, strip, wafer; has {', '.join(given) or 'none'}")
        if self.wafer is not None and self.cathode is not None:
            raise ValueError("a cathode area is for rectangles and strips; a wafer is clipped at its edge")
        size = self.rectangle or (self.strip.size if self.strip is not None else None)
        if size is not None and 2 * self.border >= min(size):
            raise ValueError(f"a border of {self.border:g} um leaves nothing of {size[0]:g} x {size[1]:g} um")
        return self


class Lane(Group):
    """The lane along which packages are cut apart."""

    kerf: Positive = Field(200.0, description="Width that the saw or laser removes [um]")
    tolerance: NotNegative = Field(50.0, description="How far the cut may wander to each side [um]")

    @property
    def width(self) -> float:
        """Return the width to keep free [µm]."""
        return self.kerf + 2 * self.tolerance


def _no_lane(value: object) -> object:
    return None if value == "none" else value


Fit = Literal["fit"] | Count


class Sites(Group):
    """The array of sites on the plate."""

    columns: Fit = Field("fit", description="How many along x, or as many as fit")
    rows: Fit = Field("fit", description="How many along y, or as many as fit")
    pitch: Size | None = Field(None, description="Centre to centre [um]; body and lane by default")
    stagger: Coordinate = Field(0.0, description="Shift of every other row along x [um]")
    skip: list[tuple[Count, Count] | Name] = Field(
        default_factory=list,
        description="Sites left out: [column, row] from the lower left, counted from 0, or ranges such as '3-7, 2'",
    )
    lane: Annotated[Lane | None, BeforeValidator(_no_lane)] = Field(
        Lane(kerf=200.0, tolerance=50.0), description="Saw lane between sites, or none"
    )

    @property
    def lane_width(self) -> float:
        """Return the lane's width [µm], zero without a lane."""
        return self.lane.width if self.lane else 0.0
