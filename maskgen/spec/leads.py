"""Leads: the form of peelable leads, and which contact goes to which terminal."""

from typing import Literal

from pydantic import Field, model_validator

from maskgen.spec.fields import Group, Name, NotNegative, Positive

LeadStyle = Literal["straight", "s", "bent"]


class Leads(Group):
    """The form that every lead of a package has: a fixed bulge, a neck, a tip bulge."""

    neck: Positive = Field(20.0, description="Width of the neck [um]")
    tip: Positive = Field(50.0, description="Diameter of the bulge at the tip [um]")
    fixed: Positive = Field(90.0, description="Diameter of the bulge at the fixed end [um]")
    fillet: NotNegative = Field(25.0, description="Radius between neck and bulges [um]")
    gap: Positive = Field(20.0, description="Least space between two leads [um]")
    style: LeadStyle = Field(
        "bent", description="Straight; S-shaped, with the slack that the lift asks for; or bent around what is there"
    )
    corner: Positive = Field(60.0, description="Radius of the bends, in the middle of the neck [um]")

    @model_validator(mode="after")
    def _wider_towards_the_fixed_end(self) -> "Leads":
        if not self.neck < self.tip <= self.fixed:
            widths = f"{self.neck:g}, {self.tip:g}, {self.fixed:g} um"
            raise ValueError(f"neck < tip <= fixed must hold, so that the neck is freed first: got {widths}")
        if self.fillet and self.fillet < self.neck:
            raise ValueError(
                f"fillet must be 0 or at least the neck's width of {self.neck:g} um, got {self.fillet:g} um"
            )
        return self


class LeadNets(Group):
    """Which contact goes to which terminal."""

    assign: Literal["auto", "names", "table"] = Field(
        "auto", description="In an order in which no leads cross; by equal names or nets; or by the table alone"
    )
    connect: dict[str, Name] = Field(default_factory=dict, description="Terminal of a contact, by their names")
