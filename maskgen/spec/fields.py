"""Field types that every part of a spec shares."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictInt, WithJsonSchema

from maskgen.units import Length


class Group(BaseModel):
    """A mapping in a spec: unknown keys are errors, and nothing changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _twice(value: Any) -> Any:  # noqa: ANN401 - whatever the YAML holds
    """Return a single length as an equal pair."""
    return value if isinstance(value, list | tuple) else (value, value)


_LENGTH_SCHEMA = {"anyOf": [{"type": "number"}, {"type": "string"}]}

FARTHEST = 10_000_000
"""Largest length [µm] that a spec may say: more than any file holds, and little enough to be drawn."""


def _not_beyond(value: float) -> float:
    """Refuse lengths that nothing on a plate can have."""
    if abs(value) > FARTHEST:
        raise ValueError(f"must be at most {FARTHEST} um, got {value:g} um")
    return value


Coordinate = Annotated[Length, AfterValidator(_not_beyond)]
Positive = Annotated[Length, Field(gt=0), AfterValidator(_not_beyond)]
NotNegative = Annotated[Length, Field(ge=0), AfterValidator(_not_beyond)]
Count = Annotated[StrictInt, Field(ge=0, le=100_000)]
Point = tuple[Coordinate, Coordinate]
Size = Annotated[
    tuple[Positive, Positive],
    BeforeValidator(_twice),
    WithJsonSchema(
        {"anyOf": [*_LENGTH_SCHEMA["anyOf"], {"type": "array", "items": _LENGTH_SCHEMA, "minItems": 2, "maxItems": 2}]}
    ),
]
"""Width and height; one number means a square."""

Name = Annotated[str, Field(min_length=1, max_length=200)]
