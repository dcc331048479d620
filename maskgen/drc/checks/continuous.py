"""A layer that must hang together over the whole plate falls in pieces.

Metal that is lifted off its mandrel as one sheet, a ground plane, a mask film: a piece that hangs on nothing is lost
or left behind, and is not joined to the rest electrically. Close the gap, or widen the bridge across it.

Passes: `{check: continuous, layer: METAL}` where all metal of the plate is one sheet.
Fails: the same where a closed ring of insulator cuts a piece out of it, or where nothing of the layer is left.
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


def judge(package: Package, process: Process, params: Params) -> Iterator[Finding]:
    """Yield one finding if the layer is not one connected piece.

    Raises
    ------
    MaskgenError
        If the layer is not the technology's.
    """
    found = pieces.count(package.layout, params.layer, process.recipes)
    if found != 1:
        yield Finding(f"is {found} pieces, not one", None, float(found), 1.0)
