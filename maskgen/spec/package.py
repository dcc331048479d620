"""The package spec: the groups that every system shares."""

import re
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    WithJsonSchema,
    model_validator,
)

from maskgen.source import shown
from maskgen.spec.die import Die
from maskgen.spec.fields import Group, Name, NotNegative, Point, Positive, Size
from maskgen.spec.marks import Marks
from maskgen.spec.plate import Plate, Sites
from maskgen.spec.sections import CutLine
from maskgen.spec.terminals import Generated, Terminal
from maskgen.spec.waivers import Waiver
from maskgen.units import UM


class Body(Group):
    """The finished package."""

    size: Size = Field(description="Width and height [um]")
    height: Positive = Field(850.0, description="Thickness of the dielectric above the mold [um]")


class Pads(Generated):
    """Pads of the package, seen from above."""

    def named(self, border: tuple[float, float], nets: dict[str, str]) -> list[Terminal]:
        """Return the pads within a body of a size [µm], with the nets that a table gives them."""
        found = self.terminals(border)
        return [Terminal(pad.name, pad.outline, nets.get(pad.name, pad.net)) for pad in found]


class MountingPad(Group):
    """The pad that carries the die: a size, or a margin around the die."""

    size: Size | None = Field(None, description="Width and height [um]")
    margin: NotNegative | None = Field(None, description="Margin around the die, in place of a size [um]")
    at: Point = Field((0.0, 0.0), description="Centre [um]")
    radius: Positive | None = Field(None, description="Corner radius [um]")
    chamfer: Positive | None = Field(None, description="Chamfer at the corner of pin 1 [um]")

    @model_validator(mode="after")
    def _one_size(self) -> "MountingPad":
        if (self.size is None) == (self.margin is None):
            raise ValueError("needs a size or a margin around the die, one of them")
        if self.radius is not None and self.chamfer is not None:
            raise ValueError("has a corner radius or a chamfer, not both")
        return self


class Nets(Group):
    """Which contact goes to which pad."""

    assign: Literal["auto", "names", "table"] = Field(
        "auto", description="In order round the die without crossings; by equal names; or by the table alone"
    )
    pads: dict[str, Name] = Field(default_factory=dict, description="Net of a pad, by its name")
    connect: dict[str, Name] = Field(
        default_factory=dict, description="Pad of a contact, by their names; MP is the mounting pad"
    )
    downbond: list[Name] = Field(
        default_factory=list, description="Nets whose contacts may go to the mounting pad where that helps"
    )
    contacts_per_pad: Annotated[StrictInt, Field(ge=1, le=20)] = Field(
        1, description="Most contacts of one net that share a pad"
    )


class Wires(Group):
    """Rules of the assembly house for bond wires; what is left out keeps a default that is nobody's promise."""

    wire_diameter: Positive | None = Field(None, description="Diameter of the wire [um]")
    min_length: NotNegative | None = Field(None, description="Shortest wire in plan [um]")
    max_length: Positive | None = Field(None, description="Longest wire in plan [um]")
    max_angle: Annotated[StrictFloat, Field(gt=0, le=90)] | None = Field(
        None, description="Most between a wire and the normal of the die's edge [deg]"
    )
    wire_clearance: NotNegative | None = Field(None, description="Free space between two wires [um]")
    foot_width: Positive | None = Field(None, description="Width of the second bond [um]")
    foot_length: Positive | None = Field(None, description="Length of the second bond along its wire [um]")
    foot_margin: NotNegative | None = Field(None, description="From the second bond to the border of its pad [um]")
    foot_pitch: Positive | None = Field(None, description="Between two bonds on one pad [um]")
    die_edge_clearance: NotNegative | None = Field(None, description="From a down-bond's middle to the die's edge [um]")
    downbond_inset: NotNegative | None = Field(
        None, description="From a down-bond's middle to the border of the mounting pad [um]"
    )

    @model_validator(mode="after")
    def _some_length_is_left(self) -> "Wires":
        if self.min_length is not None and self.max_length is not None and self.min_length > self.max_length:
            raise ValueError(f"min_length of {self.min_length:g} um is above max_length of {self.max_length:g} um")
        return self


class MaskChoice(Group):
    """How one mask is digitised, where the technology's way is not wanted."""

    invert: StrictBool = Field(False, description="Digitise what the recipe leaves of the field instead")


_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def _plain_name(value: str) -> str:
    """Refuse what cannot be the name of files and cells everywhere."""
    if not _FILE_NAME.fullmatch(value):
        raise ValueError(f"must be 1 to 64 of A-Z a-z 0-9 _ -, the first no _ or -, got {shown(value)}")
    return value


FileName = Annotated[
    str, AfterValidator(_plain_name), WithJsonSchema({"type": "string", "pattern": f"^{_FILE_NAME.pattern}$"})
]


def _known_unit(value: object) -> object:
    if isinstance(value, str) and value not in UM:
        raise ValueError(f"unknown unit {value!r}, known are {', '.join(UM)}")
    return value


def _no_marks(value: object) -> object:
    return dict.fromkeys(Marks.model_fields, "none") if value == "none" else value


def _by_mask(value: object) -> object:
    """Return profiles as lists by mask; those of every mask under no name."""
    if isinstance(value, dict):
        return {mask: [names] if isinstance(names, str) else names for mask, names in value.items()}
    return {"": [value] if isinstance(value, str) else value} if isinstance(value, str | list) else value


_NAMES = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}

Vendors = Annotated[
    dict[str, list[Name]],
    BeforeValidator(_by_mask),
    WithJsonSchema({"anyOf": [*_NAMES["anyOf"], {"type": "object", "additionalProperties": _NAMES}]}),
]
"""Vendor profiles by mask; those under no name are for every mask."""


class PackageSpec(Group):
    """What a user wants."""

    system: Name = Field(description="Name of the template, such as etched-recess-mold")
    name: FileName = Field(description="Name of the package: files and cells are called after it")
    unit: Annotated[str | None, BeforeValidator(_known_unit)] = Field(
        None, description="Unit of bare lengths: nm, um, mm, cm, m, mil, in"
    )
    technology: Name | None = Field(
        None, description="A shipped technology, or the path of a file; the system's own by default"
    )
    process: dict[str, Any] = Field(
        default_factory=dict, description="Numbers of the technology, as this shop measured them"
    )
    plate: Plate = Field(description="What the sites stand on")
    array: Sites = Field(Sites(), description="Sites on the plate")
    marks: Annotated[Marks, BeforeValidator(_no_marks)] = Field(
        Marks(), description="Marks, title and reading sense, or none"
    )
    masks: dict[str, MaskChoice] = Field(default_factory=dict, description="Choices for single masks, by name")
    vendor: Vendors = Field(
        default_factory=dict,
        description="Vendor profiles by which the written masks are judged: one, a list, or by mask",
    )
    waive: list[Waiver] = Field(default_factory=list, description="Findings that are accepted, with reason and name")
    sections: dict[FileName, CutLine] = Field(
        default_factory=dict, description="Cuts to draw, by name; one through die and pads by default"
    )


class DiesSpec(PackageSpec):
    """What a user wants around a die, or several."""

    die: Die | None = Field(None, description="The die")
    dies: list[Die] | None = Field(None, description="Several dies, side by side or stacked")

    @model_validator(mode="after")
    def _dies_given_once(self) -> "DiesSpec":
        if (self.die is None) == (not self.dies):
            raise ValueError("needs either 'die' or 'dies'")
        names = [die.name for die in self.all_dies]
        if len(set(names)) != len(names):
            raise ValueError("dies need different names")
        return self

    @property
    def all_dies(self) -> list[Die]:
        """Return the dies, whether one or several were given."""
        return [self.die] if self.die is not None else list(self.dies or [])


class WiredSpec(DiesSpec):
    """What a user wants around dies whose contacts are wired to pads."""

    pads: Pads = Field(description="Pads of the package, seen from above")
    nets: Nets = Field(Nets(), description="Which contact goes to which pad")
    wires: Wires = Field(Wires(), description="Rules for bond wires")


class DiePackageSpec(WiredSpec):
    """What a user wants of a molded package: a body, its pads, and what carries the die."""

    body: Body = Field(description="The finished package")
    mounting_pad: MountingPad | None = Field(None, description="The pad that carries the die; none by default")
