"""Dies: size, orientation, place and contacts."""

from typing import Literal

from pydantic import Field, StrictFloat, model_validator

from maskgen.spec.fields import Group, Name, Point, Positive, Size
from maskgen.spec.terminals import Generated
from maskgen.technology.model import GdsPair


class DieLayout(Group):
    """Contacts from the die's own GDSII or OASIS file."""

    path: Name = Field(description="File, relative to the spec")
    cell: Name | None = Field(None, description="Cell to read; needed where the file has several top cells")
    pad_layer: GdsPair = Field(description="Layer of the pad openings, e.g. 37/0")
    label_layer: GdsPair | None = Field(None, description="Layer of the labels that name the nets, e.g. 81/10")
    outline_layer: GdsPair | None = Field(None, description="Layer of the die's outline; gives the size")


class Contacts(Generated):
    """Bond sites of a die: generated, listed, or read from a file."""

    csv: Name | None = Field(None, description="Table with the columns name, x, y, width, height, net")
    aif: Name | None = Field(None, description="AIF die file")
    gds: DieLayout | None = Field(None, description="The die's own layout")
    pin1: None = Field(None, description="Not for contacts")

    @classmethod
    def ways(cls) -> tuple[str, ...]:
        """Return the keys of which exactly one must be given."""
        return (*super().ways(), "csv", "aif", "gds")


class Die(Group):
    """One die of the package."""

    name: Name = Field("die", description="Name of the die, before the dot in names of contacts")
    size: Size | None = Field(None, description="Width and height [um]; a die file may give it instead")
    thickness: Positive = Field(200.0, description="Thickness [um]")
    face: Literal["up", "down"] = Field("up", description="Where the contacts look; down mirrors them")
    rotation: StrictFloat = Field(0.0, ge=-360, le=360, description="Counter-clockwise, after mirroring [deg]")
    at: Point = Field((0.0, 0.0), description="Centre of the die in the package [um]")
    on: Name | None = Field(None, description="Name of the die that it is stacked on")
    contacts: Contacts = Field(description="Bond sites")

    @model_validator(mode="after")
    def _has_size(self) -> "Die":
        if (
            self.size is None
            and self.contacts.aif is None
            and (self.contacts.gds is None or self.contacts.gds.outline_layer is None)
        ):
            raise ValueError("needs a size: only an AIF file, or a GDS with outline_layer, gives it")
        return self
