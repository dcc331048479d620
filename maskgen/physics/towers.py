"""Posts left standing where a sheet is etched through from one face around resist spots: the "cooling tower".

Model A is the elliptic front of `maskgen.physics.etching`: narrowest at the resist, and a foot that runs away with
over-etch. Model B centres the ellipse at the depth of the neck, as if the resist shielded the top; its shape is an
assumption without a source, its algebra is exact (`process.md` 1.5). Both take the far face as closed by what does not
etch. A shop that has measured tip, neck and base gives these instead. A post that is etched in two steps, its walls
coated in between, is two towers, the second on the radius that the coating leaves.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maskgen.physics import domain

Values = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Tower:
    """A round post: two half ellipses turned about its axis, joined at the neck (`process.md` 1.5).

    Parameters
    ----------
    spot
        Diameter of the resist spot [µm].
    thickness
        Of the sheet, the height of the post [µm].
    neck_depth
        Depth of the narrowest place below the resist [µm].
    tip_undercut, neck_undercut, base_undercut
        How far the wall stands inside the edge of the spot [µm]; nowhere farther than at the neck.

    Raises
    ------
    ValueError
        If a length is out of range, or the spot does not survive the undercut.
    """

    spot: float
    thickness: float
    neck_depth: float
    tip_undercut: float
    neck_undercut: float
    base_undercut: float

    def __post_init__(self) -> None:
        domain.positive("um", spot=self.spot, thickness=self.thickness)
        domain.between("um", 0.0, self.thickness, neck_depth=self.neck_depth)
        domain.not_negative("um", neck_undercut=self.neck_undercut)
        # Where the neck lies on a face, that face has the undercut of the neck.
        tip_least = self.neck_undercut if self.neck_depth == 0 else 0.0
        base_least = self.neck_undercut if self.neck_depth == self.thickness else 0.0
        domain.between("um", tip_least, self.neck_undercut, tip_undercut=self.tip_undercut)
        domain.between("um", base_least, self.neck_undercut, base_undercut=self.base_undercut)
        if not survives(self.spot, self.neck_undercut):
            raise ValueError(
                f"a spot of {self.spot:g} um does not survive an undercut of {self.neck_undercut:g} um per edge"
            )

    @property
    def tip(self) -> float:
        """Return the diameter at the resist [µm]."""
        return self.spot - 2 * self.tip_undercut

    @property
    def neck(self) -> float:
        """Return the least diameter [µm]."""
        return self.spot - 2 * self.neck_undercut

    @property
    def base(self) -> float:
        """Return the diameter at the far face [µm]."""
        return self.spot - 2 * self.base_undercut

    @property
    def has_neck(self) -> bool:
        """Tell whether it is a cooling tower: narrower between its ends than at both."""
        return self.neck_undercut > max(self.tip_undercut, self.base_undercut)

    @property
    def volume(self) -> float:
        """Return the volume of the post [µm³]."""
        above = self.neck_depth * self._mean_section(self.tip_undercut)
        return above + (self.thickness - self.neck_depth) * self._mean_section(self.base_undercut)

    def undercut(self, z: ArrayLike) -> Values:
        """Return how far the wall stands inside the edge of the spot.

        A spot that is not round keeps its outline moved inwards by this.

        Parameters
        ----------
        z : (...) array of float
            Depth below the resist [µm], from 0 to the thickness.

        Returns
        -------
        (...) ndarray of float
        """
        domain.between("um", 0.0, self.thickness, z=z)
        from_neck = np.asarray(z, dtype=float) - self.neck_depth
        above = from_neck < 0
        ends = np.where(above, self.tip_undercut, self.base_undercut)
        heights = np.where(above, self.neck_depth, self.thickness - self.neck_depth)
        shares = from_neck / np.where(heights > 0, heights, 1.0)
        return np.sqrt(self.neck_undercut**2 * (1 - shares**2) + (ends * shares) ** 2)

    def diameter(self, z: ArrayLike) -> Values:
        """Return the diameter [µm] at depths below the resist, of the shape of the depths."""
        return self.spot - 2 * self.undercut(z)

    def gap(self, pitch: float) -> float:
        """Return the gap [µm] between the bases of two posts at a pitch; negative where they run together."""
        domain.positive("um", pitch=pitch)
        return pitch - self.base

    def _mean_section(self, end: float) -> float:
        """Return the mean area of the sections between the neck and an end of some undercut [µm²]."""
        radius, neck = self.spot / 2, self.neck_undercut
        flat = math.sqrt((neck - end) * (neck + end))
        mean = (end + neck**2 * math.asin(min(1.0, flat / neck)) / flat) / 2 if flat > 0 else neck
        mean_square = neck**2 - flat**2 / 3
        return math.pi * (radius**2 - 2 * radius * mean + mean_square)


def etched(spot: float, thickness: float, *, undercut: float, overetch: float = 1.0, neck_depth: float = 0.0) -> Tower:
    """Return the post that a one-sided through-etch leaves: model A, or model B with a neck depth (`process.md` 1.5).

    Parameters
    ----------
    spot, thickness
        Diameter of the resist spot, and thickness of the sheet [µm].
    undercut
        Undercut per edge at the neck [µm]: that of the depth `overetch * thickness`, see `etching.undercut`.
    overetch
        Equivalent depth per thickness; 1 just clears the sheet.
    neck_depth
        Depth of the neck below the resist [µm], at most half the equivalent depth, where the tip keeps the diameter of
        the spot; 0 for model A.
    """
    domain.positive("um", spot=spot, thickness=thickness)
    domain.not_negative("um", undercut=undercut)
    domain.at_least("", 1.0, overetch=overetch)
    domain.between("um", 0.0, min(thickness, overetch * thickness / 2), neck_depth=neck_depth)
    semi_axis = overetch * thickness - neck_depth
    return Tower(
        spot=spot,
        thickness=thickness,
        neck_depth=neck_depth,
        tip_undercut=undercut * _circle(neck_depth / semi_axis),
        neck_undercut=undercut,
        base_undercut=undercut * _circle((thickness - neck_depth) / semi_axis),
    )


def _circle(share: float) -> float:
    """Return the height of the unit circle over a place on its diameter."""
    return math.sqrt(max(0.0, (1 - share) * (1 + share)))


def survives(spot: float, undercut: float) -> bool:
    """Tell whether a spot is wider than what the undercut takes from both its sides (`process.md` 1.5)."""
    domain.positive("um", spot=spot)
    domain.not_negative("um", undercut=undercut)
    return spot > 2 * undercut


def min_spot(neck: float, undercut: float) -> float:
    """Return the diameter of the resist spot [µm] that leaves a neck at the worst undercut (`process.md` 1.5)."""
    domain.not_negative("um", neck=neck, undercut=undercut)
    return neck + 2 * undercut
