"""What a technology file may say, validated."""

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, model_validator

from maskgen.technology.flow import LayerName, Step
from maskgen.units import Length


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MeasuredUndercut(_Model):
    """What a shop measures on a test piece: never a bare etch factor, whose definitions differ (`process.md` 1.1)."""

    per_edge: Length = Field(ge=0, description="Undercut per edge, measured at the metal surface [um]")
    depth: Length = Field(gt=0, description="Depth etched on the same piece, before break-through [um]")


class Number(_Model):
    """One number of a technology: exactly one of length, ratio, measured or formula."""

    length: Length | None = Field(None, description="A length [um]")
    ratio: StrictFloat | None = Field(None, description="A number without a unit, or in the unit that `doc` names")
    measured: MeasuredUndercut | None = Field(None, description="An undercut-depth pair, used at the depth `at`")
    at: str | None = Field(None, description="Name of the depth at which a measured pair is used")
    formula: str | None = Field(None, description="A formula over the other numbers")
    min: StrictFloat = Field(0.0, description="Least value that makes sense [um, or none]")
    doc: str = Field(description="What it is, with its unit")
    source: str = Field(description="Where it comes from")
    status: Literal["source", "default", "measured", "derived"] = Field(
        "default", description="Whether a source says it, or it is a default to be confirmed by the shop"
    )

    @model_validator(mode="after")
    def _one_value(self) -> "Number":
        given = [name for name in ("length", "ratio", "measured", "formula") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"needs exactly one of length, ratio, measured, formula; has {', '.join(given) or 'none'}")
        if (self.measured is not None) != (self.at is not None):
            raise ValueError("a measured pair needs 'at: NAME OF A DEPTH', and nothing else does")
        return self


class Material(_Model):
    """A material: what its flags decide, and how it is drawn."""

    conductive: StrictBool = Field(description="Whether metal can be plated on it")
    releases: StrictBool = Field(False, description="Whether deposits and dielectric come off it")
    colour: str = Field("#808080", pattern=r"^#[0-9a-fA-F]{6}$", description="Colour in pictures, #RRGGBB")
    doc: str = Field("", description="What it is")


_LAYER = re.compile("[0-9]{1,9}")
_HIGHEST = 65_535


def _sixteen_bits(number: int) -> int:
    """Refuse what GDSII has no room for."""
    if number > _HIGHEST:
        raise ValueError(f"layer and datatype must be at most {_HIGHEST}, got {number}")
    return number


def _gds_pair(value: Any) -> Any:  # noqa: ANN401 - whatever the YAML holds
    """Return (layer, datatype) from ``10/0``."""
    if isinstance(value, str) and value.count("/") == 1:
        layer, datatype = value.split("/")
        if _LAYER.fullmatch(layer.strip()) and _LAYER.fullmatch(datatype.strip()):
            return _sixteen_bits(int(layer)), _sixteen_bits(int(datatype))
    raise ValueError(f"expected LAYER/DATATYPE such as 10/0, got {value!r}")


GdsPair = Annotated[tuple[int, int], BeforeValidator(_gds_pair, json_schema_input_type=str)]
"""Layer and datatype of a GDSII file, written ``10/0``."""


class LayerEntry(_Model):
    """One layer: its number, what it is for and how it looks."""

    gds: GdsPair = Field(description="Layer and datatype, e.g. 10/0")
    kind: Literal["design", "mask", "as-built", "reference", "tooling"] = Field(description="What it is for")
    colour: str = Field("#808080", pattern=r"^#[0-9a-fA-F]{6}$", description="Colour in pictures, #RRGGBB")
    doc: str = Field("", description="What it is")


class WindowEntry(_Model):
    """A process window: a number, and the limits between which the part comes out right."""

    value: str = Field(description="The nominal: a formula over numbers")
    low: str | StrictFloat | None = Field(
        None, description="What it must be above: a formula; none if only little is bad"
    )
    high: str | StrictFloat | None = Field(
        None, description="What it must be below: a formula; none if only much is bad"
    )
    unit: str = Field("um", description="Unit of all three; empty for a ratio")
    doc: str = Field(description="What goes wrong on each side")
    source: str = Field(description="Where the limits come from")

    @model_validator(mode="after")
    def _has_limit(self) -> "WindowEntry":
        if self.low is None and self.high is None:
            raise ValueError("needs a low, a high, or both")
        return self


class Technology(_Model):
    """What a shop can do: read `maskgen/technology/*.yaml` for examples."""

    technology: str = Field(description="Name of the technology")
    title: str = Field(description="What it makes, in a line")
    unit: str | None = Field(None, description="Unit of bare lengths in this file")
    deck: str = Field(description="Rule deck: the name of a shipped one, or the path of a file beside this one")
    max_vertices: StrictInt = Field(4000, ge=199, le=8190, description="Most vertices of a written polygon")
    materials: dict[str, Material] = Field(description="Materials by name")
    numbers: dict[str, Number] = Field(description="Numbers by name, which recipes, rules and specs use")
    layers: dict[LayerName, LayerEntry] = Field(description="Layers by name")
    derived: dict[LayerName, str] = Field(default_factory=dict, description="Design layers made from drawn ones")
    flow: list[Step] = Field(description="Steps in order")
    windows: dict[str, WindowEntry] = Field(
        default_factory=dict, description="Process windows that decide the yield, by name"
    )
    non_adherent: list[tuple[str, str]] = Field(
        default_factory=list, description="Pairs of materials of which the second, deposited on the first, comes off"
    )
    connect: list[tuple[LayerName, LayerName]] = Field(
        default_factory=list, description="Pairs of layers whose touching shapes conduct, for the extracted netlist"
    )
