"""Field types of a rule's parameters: layers that exist, and numbers that may be formulas of the technology."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationInfo, WithJsonSchema

from maskgen import expressions
from maskgen.expressions import Expression, ExpressionError
from maskgen.units import UM, length


class Params(BaseModel):
    """Numbers of one rule."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


def _expression(value: Any, info: ValidationInfo) -> Expression:  # noqa: ANN401 - whatever the YAML holds
    if not isinstance(value, str):
        raise ValueError(f"expected a layer or an expression over layers, got {value!r}")
    context = info.context or {}
    return expressions.parse(value, layers=context.get("layers", frozenset()), numbers=context.get("numbers", {}))


def _number(value: Any, info: ValidationInfo) -> float:  # noqa: ANN401
    """Return a length: a number, a text with a unit, or a formula over the technology's numbers."""
    context = info.context or {}
    unit = context.get("unit") or "um"
    if not isinstance(value, str):
        return length(value, unit)
    try:
        return length(value, unit)
    except ValueError:
        try:
            return expressions.number(value, context.get("numbers", {}))
        except ExpressionError as error:
            raise ValueError(str(error)) from None


Area = Annotated[Expression, BeforeValidator(_expression), WithJsonSchema({"type": "string"})]
"""A layer, or an expression over layers."""

Amount = Annotated[float, BeforeValidator(_number), WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}]})]
"""A length [µm] or another number, possibly a formula such as ``2*undercut``."""

UNITS = tuple(UM)
