"""A number of the process is outside its limits.

The number follows from what was measured or chosen, not from a shape: a recess too shallow for its dielectric, an
overhang of resist that breaks off, a wall that leans inwards and holds the package fast. Change the number in the
spec's `process:`, or the choice that it comes from.

Passes: `{check: limit, value: undercut, max: 30}` with an undercut of 30 um.
Fails: the same with an undercut of 30.1 um.
"""

from collections.abc import Iterator

from pydantic import model_validator

from maskgen.drc.params import Amount
from maskgen.drc.params import Params as RuleParams
from maskgen.drc.violation import Finding
from maskgen.package import Package
from maskgen.technology import Process


class Params(RuleParams):
    """Numbers of one rule."""

    value: Amount
    min: Amount | None = None
    max: Amount | None = None
    above: Amount | None = None
    unit: str = "um"

    @model_validator(mode="after")
    def _has_limit(self) -> "Params":
        if self.min is None and self.max is None and self.above is None:
            raise ValueError("needs a min, a max or an above")
        return self


def judge(package: Package, process: Process, params: Params) -> Iterator[Finding]:  # noqa: ARG001
    """Yield the limits that the number breaks."""
    value = params.value
    if params.min is not None and value < params.min:
        yield _finding(params, params.min, "at least", "wanted")
    if params.max is not None and value > params.max:
        yield _finding(params, params.max, "at most", "allowed")
    if params.above is not None and value <= params.above:
        yield _finding(params, params.above, "more than", "wanted")


def _finding(params: Params, limit: float, how: str, wanted: str) -> Finding:
    """Return a finding in the unit of a rule, which a ratio has none of."""
    told, bound = (f"{number:g} {params.unit}".rstrip() for number in (params.value, limit))
    return Finding(f"is {told}, {how} {bound} {wanted}", None, params.value, limit)
