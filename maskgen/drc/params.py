"""Field types of a rule's parameters: layers that exist, and numbers that may be formulas of the technology."""

from collections.abc import Mapping, Set
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationInfo, WithJsonSchema

from maskgen import expressions
from maskgen.expressions import Expression, ExpressionError
from maskgen.units import UM, length

LONGEST = 1e6
"""Largest distance [µm] that a rule may ask for: a metre, beyond which database units do not fit their integers."""


class Params(BaseModel):
    """Numbers of one rule."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


def region(text: str, *, layers: Set[str], numbers: Mapping[str, float], unit: str | None = "um") -> Expression:
    """Return the tree of a deck's expression over layers; `expressions.parse` says the parameters.

    Raises
    ------
    ExpressionError
        If it means nothing, or grows or shrinks by more than `LONGEST`.
    """
    return expressions.parse(text, layers=layers, numbers=numbers, unit=unit, longest=LONGEST)


def _expression(value: Any, info: ValidationInfo) -> Expression:  # noqa: ANN401 - whatever the YAML holds
    if not isinstance(value, str):
        raise ValueError(f"expected a layer or an expression over layers, got {value!r}")
    context = info.context or {}
    layers, numbers = context.get("layers", frozenset()), context.get("numbers", {})
    return region(value, layers=layers, numbers=numbers, unit=context.get("unit", "um"))


def _number(value: Any, info: ValidationInfo) -> float:  # noqa: ANN401
    """Return a length: a number in the deck's unit, a text with a unit, or a formula over the technology's numbers."""
    context = info.context or {}
    unit = context.get("unit", "um")
    if not isinstance(value, str):
        return length(value, unit)
    try:
        return length(value, unit)
    except ValueError:
        try:
            return expressions.number(value, context.get("numbers", {}), unit=unit)
        except ExpressionError as error:
            raise ValueError(str(error)) from None


Area = Annotated[Expression, BeforeValidator(_expression), WithJsonSchema({"type": "string"})]
"""A layer, or an expression over layers."""

Amount = Annotated[float, BeforeValidator(_number), WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}]})]
"""A length [µm] or another number, possibly a formula such as ``2*undercut``."""

UNITS = tuple(UM)
