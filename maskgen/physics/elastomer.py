"""Elastomer pads under load: stiffness by shape, compression, bulge.

Gent and Lindley's apparent modulus (`process.md` 7.1), for unfilled rubber bonded or held by friction on both faces.
The linear law holds to about 10 % of compression (`is_linear`), the large-strain form, unsourced, to 30 or 50 %
(`is_in_range`). Moduli and stresses are in MPa, forces in N.
"""

import math

from maskgen.physics import domain

LINEAR_STRAIN = 0.1
"""Compression up to which the linear law holds."""

LARGE_STRAIN = 0.5
"""Compression up to which the large-strain form is of use; from 0.3 on it deserves doubt."""

_HALVINGS = 60
"""Halvings after which a double has no more digits to give."""


def shape_factor(area: float, perimeter: float, thickness: float) -> float:
    """Return the loaded area per force-free area of a pad (`process.md` 7.1).

    Parameters
    ----------
    area, perimeter
        Of the pad in plan [µm²], [µm].
    thickness
        Of the pad [µm].
    """
    domain.positive("um2", area=area)
    domain.positive("um", perimeter=perimeter, thickness=thickness)
    return area / (perimeter * thickness)


def rectangle_factor(length: float, width: float, thickness: float) -> float:
    """Return the shape factor of a rectangular pad [µm] (`process.md` 7.1)."""
    domain.positive("um", length=length, width=width)
    return shape_factor(length * width, 2 * (length + width), thickness)


def disc_factor(diameter: float, thickness: float) -> float:
    """Return the shape factor of a round pad [µm] (`process.md` 7.1)."""
    domain.positive("um", diameter=diameter)
    return shape_factor(math.pi / 4 * diameter**2, math.pi * diameter, thickness)


def apparent_modulus(modulus: float, factor: float, *, bulk: float = math.inf) -> float:
    """Return the modulus [MPa] that a pad shows in compression (`process.md` 7.1).

    Parameters
    ----------
    modulus
        Young's modulus of the elastomer [MPa]: 1 to 3 for silicone.
    factor
        Shape factor.
    bulk
        Bulk modulus [MPa], which softens very flat pads: 1000 to 2000 (unsourced); by default incompressible.
    """
    domain.positive("MPa", modulus=modulus)
    domain.not_negative("", shape_factor=factor)
    if not bulk > 0:
        raise ValueError(f"bulk modulus must be above 0 MPa, got {bulk:g} MPa")
    return 1 / (1 / (modulus * (1 + 2 * factor**2)) + 1 / bulk)


def stress(force: float, area: float) -> float:
    """Return the stress [MPa] of a force [N] on an area [µm²]."""
    domain.not_negative("N", force=force)
    domain.positive("um2", area=area)
    return force / area * 1e6


def force(stress: float, area: float) -> float:
    """Return the force [N] of a stress [MPa] on an area [µm²]."""
    domain.not_negative("MPa", stress=stress)
    domain.not_negative("um2", area=area)
    return stress * area * 1e-6


def linear_strain(stress: float, modulus: float) -> float:
    """Return the compression of a pad as a fraction, by the linear law (`process.md` 7.1).

    Parameters
    ----------
    stress, modulus
        Stress, and apparent modulus of the pad [MPa].
    """
    domain.not_negative("MPa", stress=stress)
    domain.positive("MPa", modulus=modulus)
    return stress / modulus


def large_strain(stress: float, modulus: float) -> float:
    """Return the compression of a pad as a fraction, by the large-strain form: the inverse of `stress_at`.

    Parameters
    ----------
    stress, modulus
        Stress, and apparent modulus of the pad [MPa].
    """
    domain.not_negative("MPa", stress=stress)
    domain.positive("MPa", modulus=modulus)
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if stress_at(middle, modulus) < stress else (low, middle)
    return (low + high) / 2


def stress_at(strain: float, modulus: float) -> float:
    """Return the stress [MPa] that compresses a pad by a fraction, by the large-strain form (`process.md` 7.1).

    Parameters
    ----------
    strain
        From 0 to below 1.
    modulus
        Apparent modulus of the pad [MPa].
    """
    domain.positive("MPa", modulus=modulus)
    left = _left(strain)
    return modulus / 3 * (left**-2 - left)


def bulged_area(area: float, strain: float) -> float:
    """Return the mean plan area [µm²] of an incompressible pad under a compression (`process.md` 7.1)."""
    domain.not_negative("um2", area=area)
    return area / _left(strain)


def bulged_width(width: float, strain: float) -> float:
    """Return the mean diameter, or side of a square [µm], of an incompressible pad under a compression."""
    domain.not_negative("um", width=width)
    return width / math.sqrt(_left(strain))


def is_linear(strain: float) -> bool:
    """Tell whether the linear law holds for a compression."""
    return _left(strain) >= 1 - LINEAR_STRAIN


def is_in_range(strain: float) -> bool:
    """Tell whether any of the formulas holds for a compression."""
    return _left(strain) >= 1 - LARGE_STRAIN


def _left(strain: float) -> float:
    """Return the height that a compression leaves, as a fraction."""
    domain.between("", 0.0, 1.0, strain=strain)
    if strain == 1:
        raise ValueError("strain must be below 1, got 1")
    return 1 - strain
