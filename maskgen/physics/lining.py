"""Layers of even thickness on walls: metal that lines a recess, coats that narrow an opening.

A lining moves walls inwards by its thickness and floors up by it (`catalogue.md` C3, `process.md` 4.3). It holds for
upright walls, and for deposits that grow as fast on walls as on floors.
"""

from maskgen.geometry import regions
from maskgen.geometry.regions import Region
from maskgen.physics import domain


def remaining(opening: Region, thickness: float, *, tolerance: float = regions.ARC_TOLERANCE) -> Region:
    """Return what a lining leaves open: empty where the opening is narrower than twice its thickness.

    Parameters
    ----------
    thickness
        Of the lining [µm].
    tolerance
        Chord error of arcs [µm].
    """
    domain.not_negative("um", thickness=thickness)
    return regions.shrink(opening, thickness, tolerance=tolerance)


def recess_around(inner: Region, thickness: float, *, tolerance: float = regions.ARC_TOLERANCE) -> Region:
    """Return the recess that is to be lined so that an inner outline stays open.

    Parameters
    ----------
    thickness
        Of the lining [µm].
    tolerance
        Chord error of arcs [µm].
    """
    domain.not_negative("um", thickness=thickness)
    return regions.grow(inner, thickness, tolerance=tolerance)


def is_closed(width: float, thickness: float) -> bool:
    """Tell whether a lining fills an opening of some width [µm] from side to side."""
    domain.not_negative("um", width=width, thickness=thickness)
    return width <= 2 * thickness


def remaining_width(width: float, thickness: float) -> float:
    """Return the width [µm] that a lining leaves open, zero where it closes the opening."""
    domain.not_negative("um", width=width, thickness=thickness)
    return max(0.0, width - 2 * thickness)


def remaining_depth(depth: float, thickness: float, *, is_rim_lined: bool = True) -> float:
    """Return the depth of a lined recess from its rim to its floor [µm].

    Where the rim is lined too, both rise by the thickness and the depth stays (`catalogue.md` C3).
    """
    domain.not_negative("um", depth=depth, thickness=thickness)
    return depth if is_rim_lined else max(0.0, depth - thickness)
