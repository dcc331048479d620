"""Cut lines: where a spec wants its package seen from the side."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from maskgen.spec.fields import Group, Name, Point


def _text(value: Any) -> Any:  # noqa: ANN401 - whatever the YAML holds
    """Return a pad's number as its name."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class CutLine(Group):
    """One cut through a site: between two points, or through the middles of pads."""

    start: Point | None = Field(None, alias="from", description="Where the cut begins, from the site's centre [um]")
    end: Point | None = Field(None, alias="to", description="Where the cut ends, from the site's centre [um]")
    through: Annotated[list[Annotated[Name, BeforeValidator(_text)]], Field(min_length=2, max_length=2)] | None = Field(
        None, description="Two pads, or contacts as DIE.CONTACT, through whose middles it goes"
    )

    @model_validator(mode="after")
    def _one_way(self) -> "CutLine":
        if (self.start is None) != (self.end is None):
            raise ValueError("needs both 'from' and 'to'")
        if (self.start is None) == (self.through is None):
            raise ValueError("needs either 'from' and 'to', or 'through'")
        if self.start is not None and self.start == self.end:
            raise ValueError("begins where it ends: 'from' and 'to' must differ")
        return self
