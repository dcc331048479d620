"""Thermal expansion: how far parts run out of register, and the scale at which a mask is drawn.

Expansions are in ppm/°C, temperatures in °C. Biases of a process are lengths of the process, not of the part: bias
first, then scale, then snap (`process.md` 6).
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from maskgen.physics import domain


@dataclass(frozen=True)
class Expansion:
    """What tables say of a material's thermal expansion [ppm/°C], from least to most, and which table says so."""

    low: float
    high: float
    source: str

    @property
    def middle(self) -> float:
        """Return the middle of the range [ppm/°C]."""
        return (self.low + self.high) / 2


_PACKAGING = "packaging table, diemat.com/docs/products/thermals (process.md 6, P39)"
_LAMINATE = "PMC7340094 table VI (process.md 6, P40)"
_UNSOURCED = "unsourced default (process.md 6)"

EXPANSIONS: Mapping[str, Expansion] = MappingProxyType(
    {
        "Si": Expansion(2.5, 4.2, _PACKAGING),
        "GaAs": Expansion(5.7, 6.9, _PACKAGING),
        "Mo": Expansion(5.1, 5.2, _PACKAGING),
        "W": Expansion(4.0, 4.5, _PACKAGING),
        "alloy 42": Expansion(4.0, 5.2, _PACKAGING),
        "Kovar": Expansion(5.2, 5.9, _PACKAGING),
        "Invar": Expansion(1.0, 2.0, _PACKAGING),
        "alumina": Expansion(5.7, 8.1, _PACKAGING),
        "AlN": Expansion(4.2, 5.3, _PACKAGING),
        "LTCC": Expansion(5.0, 7.0, _PACKAGING),
        "sapphire": Expansion(6.7, 6.7, _PACKAGING),
        "Ni": Expansion(13.3, 14.0, _PACKAGING),
        "Cu": Expansion(16.6, 17.6, _PACKAGING),
        "Cu foil": Expansion(17.7, 17.7, _LAMINATE),
        "plated Cu": Expansion(17.7, 17.7, _LAMINATE),
        "Ag": Expansion(19.0, 20.0, _PACKAGING),
        "brass": Expansion(20.0, 20.0, _PACKAGING),
        "Al": Expansion(23.0, 24.0, _PACKAGING),
        "stainless steel": Expansion(10.0, 19.0, _PACKAGING),
        "FR-4": Expansion(11.0, 22.0, _PACKAGING),
        "BT": Expansion(12.0, 17.0, _PACKAGING),
        "LCP": Expansion(0.0, 40.0, _PACKAGING),
        "polyimide": Expansion(6.0, 60.0, _PACKAGING),
        "SnPb": Expansion(25.0, 25.0, _PACKAGING),
        "laminate in plane": Expansion(10.0, 16.0, _LAMINATE),
        "laminate across": Expansion(24.0, 55.0, _LAMINATE),
        "quartz mask": Expansion(0.55, 0.55, "markedbyteachers.com, mask problem 4-1 (process.md 6, P41)"),
        "soda-lime mask": Expansion(9.0, 9.0, _UNSOURCED),
        "polyester film": Expansion(17.0, 27.0, _UNSOURCED),
        "silicone elastomer": Expansion(200.0, 300.0, _UNSOURCED),
    }
)
"""Thermal expansions of materials. Polyester film also swells, by 9 ppm per % of relative humidity (unsourced)."""


def run_out(mismatch: float, rise: float, distance: float) -> float:
    """Return how far two parts run out of register at a distance from where they agree [µm] (`process.md` 6).

    Parameters
    ----------
    mismatch
        Difference of their expansions [ppm/°C], of either sign.
    rise
        Change of temperature [°C], of either sign.
    distance
        From the neutral point [µm]; the worst on a panel is `half_diagonal`.
    """
    domain.finite("ppm/C", mismatch=mismatch)
    domain.finite("C", rise=rise)
    domain.not_negative("um", distance=distance)
    return abs(mismatch * 1e-6 * rise) * distance


def half_diagonal(width: float, height: float) -> float:
    """Return the distance [µm] from the centre of a panel to its corners."""
    domain.not_negative("um", width=width, height=height)
    return math.hypot(width, height) / 2


def allowed_rise(misfit: float, mismatch: float, distance: float) -> float:
    """Return the change of temperature [°C] that runs two parts out of register by a misfit [µm] at a distance [µm].

    The inverse of `run_out`; `mismatch` [ppm/°C] and distance are not zero.
    """
    domain.not_negative("um", misfit=misfit)
    domain.positive("ppm/C", mismatch=abs(mismatch))
    domain.positive("um", distance=distance)
    return misfit / (abs(mismatch) * 1e-6 * distance)


def overlay_scale(part: float, part_rise: float, mask: float, mask_rise: float) -> float:
    """Return the scale at which to draw a mask that lies over an expanded part (`process.md` 6).

    Parameters
    ----------
    part, mask
        Expansions [ppm/°C].
    part_rise, mask_rise
        Temperatures of the part and of the mask in use, above that at which the mask is drawn [°C].
    """
    return _growth(part, part_rise) / _growth(mask, mask_rise)


def operating_scale(part: float, making_rise: float, operating_rise: float) -> float:
    """Return the scale at which to make a part that is to be nominal when it operates (`process.md` 6).

    Parameters
    ----------
    part
        Expansion [ppm/°C].
    making_rise, operating_rise
        Temperatures of making and operation above that at which the mask is drawn [°C].
    """
    return _growth(part, making_rise) / _growth(part, operating_rise)


def bonded_scale(first: float, second: float, rise: float) -> float:
    """Return the scale at which to draw the second of two parts that are bonded hot (`process.md` 6).

    Parameters
    ----------
    first, second
        Expansions [ppm/°C].
    rise
        Temperature of bonding above that at which both are drawn [°C].
    """
    return _growth(first, rise) / _growth(second, rise)


def overlay_error(random: Iterable[float], *, systematic: float = 0.0) -> float:
    """Return the sum of an overlay budget [µm]: the random terms by squares, then the systematic (`process.md` 6)."""
    terms = tuple(random)
    domain.not_negative("um", random_errors=terms, systematic_error=systematic)
    return math.hypot(*terms) + systematic


def _growth(expansion: float, rise: float) -> float:
    """Return the length after a change of temperature per length before."""
    domain.finite("ppm/C", expansion=expansion)
    domain.finite("C", rise=rise)
    grown = 1 + expansion * 1e-6 * rise
    domain.positive("", growth=grown)
    return grown
