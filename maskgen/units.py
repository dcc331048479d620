"""Lengths: the only place where a unit is converted. Inside maskgen every length is a float in µm."""

import math
import re
from typing import Annotated

from pydantic import BeforeValidator, ValidationInfo, WithJsonSchema

UM = {"nm": 1e-3, "um": 1.0, "µm": 1.0, "mm": 1e3, "cm": 1e4, "m": 1e6, "mil": 25.4, "in": 25400.0, "inch": 25400.0}
"""µm in one of each unit that a spec may name."""

DATABASE_UNIT = 1e-3
"""Step of the coordinates of every layout file [µm]."""

_WRITTEN = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*([a-zA-Zµ]+)\s*")


def length(value: object, unit: str | None) -> float:
    """Return a length in µm.

    Parameters
    ----------
    value
        A number in `unit`, or text with a unit of its own such as ``"0.5 mm"``, which always wins.
    unit
        Unit of bare numbers, one of `UM`, or None where every length must name its own.

    Raises
    ------
    ValueError
        If it is neither a number nor such a text, is not finite, or has no unit.

    Examples
    --------
    >>> length("20 mil", None), length(0.5, "mm")
    (508.0, 500.0)
    """
    if isinstance(value, str):
        return _written(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"expected a length such as 250 or '0.25 mm', got {_shown(value)}")
    if not math.isfinite(value):
        raise ValueError(f"must be a finite length, got {value}")
    if unit is None:
        raise ValueError(
            f"{value:g} has no unit: write 'unit: um' at the top of the file, or the unit beside the number"
        )
    return _finite(value * UM[unit], value)


def _written(text: str) -> float:
    """Return the length that a text with its unit says, in µm."""
    match = _WRITTEN.fullmatch(text)
    if match is None:
        raise ValueError(f"expected a length such as 250 or '0.25 mm', got {text!r}")
    number, unit = match.groups()
    if unit not in UM:
        raise ValueError(f"unknown unit {unit!r}, known are {', '.join(UM)}")
    return _finite(float(number) * UM[unit], text)


def _finite(micrometres: float, written: object) -> float:
    """Return a length without the last bits of its conversion."""
    if not math.isfinite(micrometres):
        raise ValueError(f"must be a finite length, got {written!r}")
    return round(micrometres, 9)


def _shown(value: object) -> str:
    """Return a value as YAML writes it."""
    return (
        {True: "true", False: "false", None: "nothing"}.get(value, repr(value))
        if isinstance(value, bool | None)
        else repr(value)
    )


def _validated(value: object, info: ValidationInfo) -> float:
    """Convert with the unit that the file's reader put into the validation context."""
    return length(value, (info.context or {}).get("unit", "um"))


Length = Annotated[
    float,
    BeforeValidator(_validated),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string", "pattern": _WRITTEN.pattern}]}),
]
"""A pydantic field: a length in the file's unit, or with a unit of its own; µm once validated."""
