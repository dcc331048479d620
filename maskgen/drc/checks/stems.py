"""What is left under a lead is not one stem in each of its two ends.

Etching from the lead's edges must free its neck and leave a stem under both bulges: a lead with one piece is stuck
along its neck, one without a stem at its tip falls off before it is bonded, one whose fixed end has the smaller stem
lets go at the wrong end. Change the widths of neck and bulges, or the undercut.

Passes: `{check: stems, lead: LEAD_BUILT, stem: STEM, tip: LEAD_TIP, fixed: LEAD_FIXED}` for two stems per lead.
Fails: the same for a neck that is wider than twice the undercut, or a tip that is narrower.
"""

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

from maskgen.drc.params import Area
from maskgen.drc.params import Params as RuleParams
from maskgen.drc.scene import Scene
from maskgen.drc.violation import Finding
from maskgen.geometry import regions

_LEAST = 0.01
"""Area [um2] below which a piece is a spur of rounding and holds nothing."""


class Params(RuleParams):
    """Numbers of one rule."""

    lead: Area
    stem: Area
    tip: Area
    fixed: Area

    @property
    def reach(self) -> float:
        """Return how far beyond a site the check looks [um]."""
        return 0.0


def check(scene: Scene, params: Params) -> Iterator[Finding]:
    """Yield every lead that is not held by exactly one stem in each bulge, the larger one in the fixed end."""
    leads = regions.polygons(scene.region(params.lead))
    if not len(leads):
        return
    stems = regions.polygons(scene.region(params.stem))
    stems = stems[shapely.area(stems) > _LEAST] if len(stems) else stems
    tips, fixed = scene.region(params.tip), scene.region(params.fixed)
    first, second = shapely.STRtree(stems).query(leads, predicate="intersects") if len(stems) else (np.zeros(0), ())
    for number, lead in enumerate(leads):
        own = stems[np.asarray(second, dtype=int)[first == number]] if len(stems) else stems
        sentence = _wrong(own, tips, fixed)
        if sentence:
            yield Finding(sentence, regions.box_of(lead), float(len(own)), 2.0)


def _wrong(stems: NDArray[np.object_], tips: regions.Region, fixed: regions.Region) -> str:
    """Return what is wrong with the stems of one lead, or nothing."""
    at_tip, at_fixed = (shapely.intersects(stems, region) for region in (tips, fixed))
    if (at_tip & at_fixed).any():
        return "its neck is not freed: one stem reaches from tip to fixed end"
    if len(stems) != 2 or at_tip.sum() != 1 or at_fixed.sum() != 1:
        return f"has {len(stems)} stems, {int(at_tip.sum())} at the tip and {int(at_fixed.sum())} at the fixed end"
    areas = shapely.area(stems)
    if areas[at_tip][0] >= areas[at_fixed][0]:
        return f"its tip holds by {areas[at_tip][0]:.1f} um2, its fixed end by {areas[at_fixed][0]:.1f} um2 only"
    return ""
