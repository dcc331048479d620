"""Openings in a shield against radio waves: how much they let through, and how long they may be.

The formulas hold for a thin conducting sheet in the far field, with an opening that does not resonate and is not close
to a source. They rank openings; they do not predict a measurement (`process.md` 5). The length of an opening is its
*longest* dimension; joints and gaps between balls or posts are openings too, as long as the path without metal.
"""

import math

import numpy as np
import shapely

from maskgen.geometry.regions import Region
from maskgen.physics import domain

LIGHT = 299792.458
"""Speed of light in vacuum [µm GHz]."""

_BELOW_CUTOFF = 20 * math.pi * math.log10(math.e)
"""Decibels per depth equal to the width of an opening: the wave falls as exp(-pi depth / width)."""


def wavelength(frequency: float, *, permittivity: float = 1.0) -> float:
    """Return the wavelength [µm] of a frequency [GHz] in a medium of a relative permittivity (`process.md` 5)."""
    domain.positive("GHz", frequency=frequency)
    domain.at_least("", 1.0, permittivity=permittivity)
    return LIGHT / (frequency * math.sqrt(permittivity))


def longest_dimension(opening: Region) -> float:
    """Return the greatest distance [µm] between two points of an opening, zero for an empty one.

    The path along a bent slot is longer than this.
    """
    corners = shapely.get_coordinates(shapely.convex_hull(opening))
    steps = corners[:, None] - corners[None, :]
    return float(np.hypot(steps[..., 0], steps[..., 1]).max(initial=0.0))


def effectiveness(length: float, wavelength: float, *, count: int = 1) -> float:
    """Return the shielding effectiveness [dB] of a sheet with equal openings (`process.md` 5).

    Parameters
    ----------
    length
        Longest dimension of an opening [µm].
    wavelength
        In the medium around it [µm].
    count
        Openings in a line within half a wavelength.

    Returns
    -------
    float
        Zero where the openings let everything through: from half a wavelength on, see `is_resonant`.
    """
    domain.positive("um", length=length, wavelength=wavelength)
    domain.at_least("", 1, count=count)
    return max(0.0, 20 * math.log10(wavelength / (2 * length)) - 10 * math.log10(count))


def is_resonant(length: float, wavelength: float) -> bool:
    """Tell whether an opening is half a wavelength long or longer: it does not shield, and may radiate."""
    domain.positive("um", length=length, wavelength=wavelength)
    return length >= wavelength / 2


def max_length(effectiveness: float, wavelength: float) -> float:
    """Return the longest opening [µm] that keeps a shielding effectiveness [dB] (`process.md` 5).

    20 dB is a twentieth of a wavelength.
    """
    domain.not_negative("dB", effectiveness=effectiveness)
    domain.positive("um", wavelength=wavelength)
    return wavelength / 2 * 10 ** (-effectiveness / 20)


def depth_gain(depth: float, width: float) -> float:
    """Return what an opening gains by being deep [dB], far below its cut-off; unsourced (`process.md` 5).

    Parameters
    ----------
    depth
        Length of the way through the shield [µm].
    width
        Longest dimension of the opening [µm]; see `is_below_cutoff`.
    """
    domain.not_negative("um", depth=depth)
    domain.positive("um", width=width)
    return _BELOW_CUTOFF * depth / width


def is_below_cutoff(width: float, wavelength: float) -> bool:
    """Tell whether waves die out in a deep opening of a width: `depth_gain` holds well below this (`process.md` 5)."""
    return not is_resonant(width, wavelength)
