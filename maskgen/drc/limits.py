"""Field types of limits: positive lengths, areas, shares and angles; what cannot be a limit is refused."""

import math
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ValidationInfo, WithJsonSchema

from maskgen import expressions
from maskgen.drc.params import LONGEST, Amount
from maskgen.expressions import NO_UNIT, ExpressionError
from maskgen.units import DATABASE_UNIT, UM

_AREA_DIGITS = 7
"""Digits of an area [µm²] that half a square database unit can change."""


def _distance(value: float) -> float:
    if not DATABASE_UNIT <= value <= LONGEST:
        raise ValueError(f"must be between {DATABASE_UNIT:g} um and 1 m, got {value:g} um")
    return value


def _grid(value: float) -> float:
    if abs(value / DATABASE_UNIT - round(value / DATABASE_UNIT)) > 1e-6:
        raise ValueError(f"must be a multiple of {DATABASE_UNIT:g} um, got {value:g} um")
    return value


def _area(value: Any, info: ValidationInfo) -> float:  # noqa: ANN401 - whatever the YAML holds
    """Return an area [µm²]: a number in the square of the deck's unit, or a formula over the technology's numbers."""
    context = info.context or {}
    unit = context.get("unit", "um")
    if isinstance(value, str):
        try:
            found = expressions.number(value, context.get("numbers", {}), unit=unit, power=2)
        except ExpressionError as error:
            raise ValueError(str(error)) from None
    else:
        found = _real(value, "an area such as 2500")
        if unit is None:
            raise ValueError(f"{value:g} {NO_UNIT}")
        found *= UM[unit] ** 2
    if not (math.isfinite(found) and found > 0):
        raise ValueError(f"must be more than 0 um2 and finite, got {found:g} um2")
    return round(found, _AREA_DIGITS)


def _share(value: Any) -> float:  # noqa: ANN401
    found = _real(value, "a share such as 0.2")
    if not 0 <= found <= 1:
        raise ValueError(f"must be from 0 to 1, got {found:g}")
    return found


def _angle(value: Any) -> float:  # noqa: ANN401
    found = _real(value, "an angle such as 45")
    if not 0 < found < 180:
        raise ValueError(f"must be more than 0 and less than 180 deg, got {found:g} deg")
    return found


def _real(value: Any, wanted: str) -> float:  # noqa: ANN401
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"expected {wanted}, got {value!r}")
    return float(value)


Distance = Annotated[Amount, AfterValidator(_distance)]
"""A length [µm] that can be a limit."""

Step = Annotated[Distance, AfterValidator(_grid)]
"""A length [µm] that is a whole number of database units."""

SquareMicrometres = Annotated[
    float, BeforeValidator(_area), WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}]})
]
"""An area [µm²] that can be a limit."""

Share = Annotated[float, BeforeValidator(_share), WithJsonSchema({"type": "number"})]
"""A part of the whole, 1 being all."""

Degrees = Annotated[float, BeforeValidator(_angle), WithJsonSchema({"type": "number"})]
"""An angle [deg] between two edges."""
