"""A contact has no lead.

Leads lie in one plane: where too many must pass between two terminals, or two ends are too near each other, one of
them cannot be drawn. The sentence says which, and by how much room is lacking. Choose a smaller neck or gap, a wider
pitch of the terminals, or another terminal for the contact.

Passes: `{check: routed}` where every contact has its lead.
Fails: the same where 12 leads must pass where 8 have room.
"""

from collections.abc import Iterator

from maskgen.drc.params import Params as RuleParams
from maskgen.drc.violation import Finding
from maskgen.geometry import regions
from maskgen.package import Package
from maskgen.technology import Process


class Params(RuleParams):
    """A rule without numbers."""


def judge(package: Package, process: Process, params: Params) -> Iterator[Finding]:  # noqa: ARG001
    """Yield every contact without a lead, with the reason."""
    outlines = {probe.name: probe.outline for probe in package.probes}
    for name, reason in package.unrouted:
        yield Finding(f"{name} has no lead: {reason}", regions.box_of(outlines[name]) if name in outlines else None)
