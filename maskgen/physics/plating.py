"""Electroplating: Faraday's law for the metals of packages, and the mushroom that grows over the edge of a mask.

Rates are those of a uniform current density: small or isolated openings plate faster, by some 20 % (`process.md` 4.1).
The cap over a mask is the elliptic front of `maskgen.physics.etching`, upwards: isotropic above the top of the mask,
or with a measured ratio of lateral to vertical growth.

Current density is in A/dm²; 1 A/dm² is 10 mA/cm².
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from maskgen.physics import domain, etching

FARADAY = 96485.33
"""Charge of a mole of electrons [C/mol]."""

SQUARE_DECIMETRE = 1e10
"""µm² in a dm²."""

AMPERE_PER_SQUARE_FOOT = 0.10764
"""A/dm² in one A/ft²."""


@dataclass(frozen=True)
class Metal:
    """A metal as its bath deposits it.

    Parameters
    ----------
    molar_mass
        M [g/mol].
    electrons
        Electrons per ion, n: that of the bath's ion, which is the trap of gold.
    density
        Of the deposit [g/cm³].
    """

    molar_mass: float
    electrons: int
    density: float

    @property
    def rate_constant(self) -> float:
        """Return the growth of thickness [µm/min per A/dm²] at full efficiency."""
        return self.grams_per_coulomb * 60 / (100 * self.density) * 1e4

    @property
    def grams_per_coulomb(self) -> float:
        """Return the mass [g/C] deposited at full efficiency."""
        return self.molar_mass / (self.electrons * FARADAY)

    @property
    def coulombs_per_volume(self) -> float:
        """Return the charge [C/mm³] of the deposit at full efficiency."""
        return self.density * 1e-3 / self.grams_per_coulomb


METALS: Mapping[str, Metal] = MappingProxyType(
    {
        "Cu(II)": Metal(63.546, 2, 8.96),
        "Ni(II)": Metal(58.693, 2, 8.908),
        "Au(I)": Metal(196.967, 1, 19.3),
        "Au(III)": Metal(196.967, 3, 19.3),
        "Pd(II)": Metal(106.42, 2, 12.02),
        "Ag(I)": Metal(107.868, 1, 10.49),
        "Sn(II)": Metal(118.71, 2, 7.287),
    }
)
"""Metals by the ion of their bath (`process.md` 4.1). Cyanide gold, the usual pad bath, is Au(I): a factor of 3 in time
against Au(III). Hard gold has a density of 16 to 17, not 19.3."""


def rate(metal: Metal, current_density: float, *, efficiency: float = 1.0) -> float:
    """Return the growth of thickness [µm/min] at a current density [A/dm²] (`process.md` 4.1).

    Parameters
    ----------
    efficiency
        Share of the charge that deposits metal, above 0, at most 1.
    """
    domain.positive("A/dm2", current_density=current_density)
    return metal.rate_constant * current_density * _checked(efficiency)


def plating_time(metal: Metal, thickness: float, current_density: float, *, efficiency: float = 1.0) -> float:
    """Return the time [min] to plate a thickness [µm] at a current density [A/dm²] (`process.md` 4.1)."""
    domain.not_negative("um", thickness=thickness)
    return thickness / rate(metal, current_density, efficiency=efficiency)


def plated_thickness(metal: Metal, time: float, current_density: float, *, efficiency: float = 1.0) -> float:
    """Return the thickness [µm] plated in a time [min] at a current density [A/dm²] (`process.md` 4.1)."""
    domain.not_negative("min", time=time)
    return time * rate(metal, current_density, efficiency=efficiency)


def current(area: float, current_density: float) -> float:
    """Return the current [A] for an exposed area [µm²] at a density [A/dm²] (`process.md` 4.1).

    Parameters
    ----------
    area
        All that is plated: openings with their side walls, busbars, thieves.
    """
    domain.not_negative("um2", area=area)
    domain.positive("A/dm2", current_density=current_density)
    return area / SQUARE_DECIMETRE * current_density


def mass(metal: Metal, charge: float, *, efficiency: float = 1.0) -> float:
    """Return the mass [g] that a charge [C] deposits (`process.md` 4.1)."""
    domain.not_negative("C", charge=charge)
    return metal.grams_per_coulomb * charge * _checked(efficiency)


def charge(metal: Metal, volume: float, *, efficiency: float = 1.0) -> float:
    """Return the charge [C] that deposits a volume [µm³] (`process.md` 4.1)."""
    domain.not_negative("um3", volume=volume)
    return metal.coulombs_per_volume * volume * 1e-9 / _checked(efficiency)


def cap_height(thickness: float, mask_height: float) -> float:
    """Return how far a deposit stands above its mask [µm] (`process.md` 4.2).

    Parameters
    ----------
    thickness
        Of the deposit [µm].
    mask_height
        Of the mask above the base of the plating [µm]: 0 for one that is flush with it.
    """
    domain.not_negative("um", thickness=thickness, mask_height=mask_height)
    return max(0.0, thickness - mask_height)


def overgrowth(cap_height: float, *, ratio: float = 1.0) -> float:
    """Return how far a cap grows over the edge of its mask [µm], per edge (`process.md` 4.2).

    Parameters
    ----------
    cap_height
        Height of the deposit above the mask [µm].
    ratio
        Lateral per vertical growth; 1, isotropic, is a default without a source.
    """
    domain.not_negative("um", cap_height=cap_height)
    domain.not_negative("", ratio=ratio)
    return ratio * cap_height


def cap_section(width: float, cap_height: float, *, overgrowth: float) -> float:
    """Return the area [µm²] of the section of the cap over a long opening of some width (`process.md` 4.2)."""
    return etching.slot_section(width, undercut=overgrowth, depth=cap_height)


def cap_volume(area: float, perimeter: float, cap_height: float, *, overgrowth: float) -> float:
    """Return the volume [µm³] of the cap over a convex opening (`process.md` 4.2).

    Parameters
    ----------
    area, perimeter
        Of the opening [µm²], [µm].
    cap_height, overgrowth
        Height above the mask, and growth over its edge [µm].
    """
    return etching.recess_volume(area, perimeter, undercut=overgrowth, depth=cap_height)


def cap_surface(radius: float, cap_height: float) -> float:
    """Return the free surface [µm²] of an isotropic cap over a round opening (`process.md` 4.2).

    At constant current the density falls as this grows.
    """
    domain.not_negative("um", radius=radius, cap_height=cap_height)
    return math.pi * (radius**2 + math.pi * radius * cap_height + 2 * cap_height**2)


def min_opening_gap(overgrowth: float, *, clearance: float) -> float:
    """Return the least gap between mask openings [µm] whose caps keep a clearance (`process.md` 4.2)."""
    domain.not_negative("um", overgrowth=overgrowth, clearance=clearance)
    return 2 * overgrowth + clearance


def _checked(efficiency: float) -> float:
    """Return an efficiency, if it is one."""
    domain.positive("", efficiency=efficiency)
    domain.between("", 0.0, 1.0, efficiency=efficiency)
    return efficiency
