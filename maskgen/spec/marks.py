"""Marks: what stands on the plate besides the sites."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from maskgen.geometry import marks
from maskgen.spec.fields import Group, Name, Point, Positive

Places = Literal["corners", "sides"] | list[Point]


def _off(value: object) -> object:
    return None if value == "none" else value


class Fiducial(Group):
    """Marks for machine vision, on every mask of the set."""

    kind: marks.Kind = Field("circle", description="Its shape")
    size: Positive = Field(1000.0, description="Diameter or side [um]")
    at: Places = Field("corners", description="Corners or sides of the plate, or a list of points [um]")


class Alignment(Group):
    """Cross-in-box marks at the same place on every mask of the set."""

    size: Positive = Field(1500.0, description="Side of the box [um]")
    at: Places = Field("sides", description="Sides or corners of the plate, or a list of points [um]")


class Title(Group):
    """Text on every mask: name of the set, name of the mask, revision and date, as given."""

    text: Name | None = Field(None, description="Title; the spec's name by default")
    revision: Name | None = Field(None, description="Revision letter or number")
    date: Name | None = Field(None, description="Date as given; the clock is never read")
    height: Positive = Field(2000.0, description="Height of capitals [um]")


class Barcode(Group):
    """A Data Matrix on every mask: a text and the name of the mask, which reads right in the mask's data."""

    text: Name | None = Field(None, description="Text before the name of the mask; the spec's name by default")
    module: Positive = Field(100.0, description="Side of a module [um]")


class Marks(Group):
    """Marks of a mask set; each can be left out with 'none'."""

    title: Annotated[Title | None, BeforeValidator(_off)] = Field(Title(), description="Title text, or none")
    fiducials: Annotated[list[Fiducial] | None, BeforeValidator(_off)] = Field(
        [Fiducial()], description="Fiducials, or none"
    )
    alignment: Annotated[Alignment | None, BeforeValidator(_off)] = Field(
        Alignment(), description="Alignment marks shared by all masks of the set, or none"
    )
    reading: Annotated[Positive | None, BeforeValidator(_off)] = Field(
        2000.0, description="Height of the letter F that proves the reading sense [um], or none"
    )
    corners: Annotated[Positive | None, BeforeValidator(_off)] = Field(
        50.0, description="Side of the corner squares that fix the extents [um], or none"
    )
    barcode: Annotated[Barcode | None, BeforeValidator(_off)] = Field(
        None, description="Data Matrix that names set and mask; none by default"
    )
