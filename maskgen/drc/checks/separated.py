"""Parts that must come apart are still joined, or one part falls in two.

After a cut, every package has its own piece of what was cut: as many pieces as there are packages. Fewer means that a
lane is missing or stops short between two of them, more that a cut runs through one. Draw the lane, or move it.

Passes: `{check: separated, layer: CAN_BUILT, each: RECESS_BUILT}` where 36 recesses give 36 cans.
Fails: the same where two cans hang together, or where one is cut in two.
"""

from collections.abc import Iterator

from maskgen.drc import pieces
from maskgen.drc.params import Area
from maskgen.drc.params import Params as RuleParams
from maskgen.drc.violation import Finding
from maskgen.package import Package
from maskgen.technology import Process


class Params(RuleParams):
    """Numbers of one rule."""

    layer: Area
    """Over layers of the technology: what a deck derives for itself is not known here."""
    each: Area
    """What each piece belongs to, of the same kind."""


def judge(package: Package, process: Process, params: Params) -> Iterator[Finding]:
    """Yield one finding if the layer has more or fewer pieces on the whole plate than what they belong to.

    Raises
    ------
    MaskgenError
        If a layer is not the technology's.
    """
    found = pieces.count(package.layout, params.layer, process.recipes)
    wanted = pieces.count(package.layout, params.each, process.recipes)
    if found != wanted:
        yield Finding(f"is {found} pieces, {wanted} wanted", None, float(found), float(wanted))
