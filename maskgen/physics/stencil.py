"""Apertures of stencils: whether paste comes out of them, and how much (IPC-7525 as quoted in `process.md` 7.2).

The same rules serve as a default for printed elastomer, without a source.
"""

from collections.abc import Mapping
from types import MappingProxyType

from maskgen.physics import domain

MIN_AREA_RATIO = 0.66
"""Least area ratio of an aperture that releases its paste."""

MIN_AREA_RATIO_SMOOTH = 0.5
"""Least area ratio of an electroformed or nano-coated aperture."""

MIN_ASPECT_RATIO = 1.5
"""Least width per thickness of a long slot that releases its paste."""

PASTE_OPENINGS: Mapping[int, float] = MappingProxyType({3: 225.0, 4: 190.0, 5: 125.0})
"""Least width of an aperture [µm] by type of paste: five particles side by side (`process.md` 7.2)."""

_GRADES = ((0.75, "excellent"), (0.66, "good"), (0.55, "marginal"))
"""Least area ratio of each grade, best first."""


def area_ratio(area: float, perimeter: float, thickness: float) -> float:
    """Return the open area per wall area of an aperture of any shape (`process.md` 7.2).

    Parameters
    ----------
    area, perimeter
        Of the aperture [µm²], [µm].
    thickness
        Of the stencil [µm].
    """
    domain.positive("um2", area=area)
    domain.positive("um", perimeter=perimeter, thickness=thickness)
    return area / (perimeter * thickness)


def rectangle_area_ratio(length: float, width: float, thickness: float) -> float:
    """Return the area ratio of a rectangular aperture [µm] (`process.md` 7.2)."""
    domain.positive("um", length=length, width=width)
    return area_ratio(length * width, 2 * (length + width), thickness)


def round_area_ratio(diameter: float, thickness: float) -> float:
    """Return the area ratio of a round or square aperture [µm] (`process.md` 7.2)."""
    domain.positive("um", diameter=diameter, thickness=thickness)
    return diameter / (4 * thickness)


def aspect_ratio(width: float, thickness: float) -> float:
    """Return the width of an aperture per thickness of the stencil, which decides for long slots (`process.md` 7.2)."""
    domain.positive("um", width=width, thickness=thickness)
    return width / thickness


def min_diameter(thickness: float, *, area_ratio: float = MIN_AREA_RATIO) -> float:
    """Return the least diameter, or side of a square [µm], that keeps an area ratio (`process.md` 7.2)."""
    domain.positive("um", thickness=thickness)
    domain.positive("", area_ratio=area_ratio)
    return 4 * area_ratio * thickness


def printed_volume(area: float, thickness: float, *, transfer: float = 1.0) -> float:
    """Return the volume [µm³] that an aperture prints (`process.md` 7.2).

    Parameters
    ----------
    area
        Of the aperture [µm²].
    thickness
        Of the stencil [µm].
    transfer
        Share of the paste that leaves the aperture.
    """
    domain.not_negative("um2", area=area)
    domain.not_negative("um", thickness=thickness)
    domain.between("", 0.0, 1.0, transfer=transfer)
    return area * thickness * transfer


def is_releasing(area_ratio: float, *, is_smooth: bool = False) -> bool:
    """Tell whether an aperture of an area ratio releases its paste; smooth is electroformed or nano-coated."""
    domain.positive("", area_ratio=area_ratio)
    return area_ratio >= (MIN_AREA_RATIO_SMOOTH if is_smooth else MIN_AREA_RATIO)


def grade(area_ratio: float) -> str:
    """Return how well an aperture of an area ratio prints: excellent, good, marginal or poor (`process.md` 7.2)."""
    domain.positive("", area_ratio=area_ratio)
    return next((name for least, name in _GRADES if area_ratio >= least), "poor")
