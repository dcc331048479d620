"""Releasing metal leads by undercutting them: windows of undercut and time, stems that stay, junctions that need more.

A lead lies on a layer that is etched sideways from all its edges. What stays under it are its *stems*: the points of
the lead at least the undercut away from all that is outside (`process.md` 2.1). The neck of a lead is to be freed, its
bulges keep a stem: a small one at the tip, which is peeled off later, and a large one at the fixed end.

Erosion of the real outline is exact (`maskgen.physics.erosion`, whose `inscribed_radius` is the undercut that frees a
junction); half the lead width is the undercut of straight runs and concentric bends alone.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from maskgen.geometry import regions
from maskgen.geometry.regions import Region
from maskgen.physics import domain, erosion

JUNCTIONS: Mapping[str, float] = MappingProxyType(
    {"straight": 0.5, "wye": 1 / math.sqrt(3), "tee": 5 / 8, "crossing": 1 / math.sqrt(2)}
)
"""Undercut that frees a junction of equal leads, per lead width (`process.md` 2.2); for bends see `mitred_bend`."""


@dataclass(frozen=True)
class Window:
    """From where to where something may lie: undercuts in µm or times in min (`process.md` 2.1)."""

    low: float
    high: float

    @property
    def is_open(self) -> bool:
        """Tell whether anything lies in the window."""
        return self.low <= self.high

    @property
    def centre(self) -> float:
        """Return the middle of the window."""
        return (self.low + self.high) / 2

    @property
    def ratio(self) -> float:
        """Return the upper limit per the lower one."""
        return self.high / self.low

    def allows(self, tolerance: float) -> bool:
        """Tell whether an etch that is off by a fraction either way stays within the window, if aimed best."""
        _check_tolerance(tolerance)
        return self.ratio >= (1 + tolerance) / (1 - tolerance)


def undercut_window(width: float, bulge: float, *, margin: float, stem: float) -> Window:
    """Return the undercuts [µm] that free a straight lead and leave its bulge a stem (`process.md` 2.1).

    Parameters
    ----------
    width, bulge
        Width of the lead, and diameter of its smaller bulge [µm].
    margin
        Undercut beyond the middle of the lead, for safety [µm].
    stem
        Least diameter of the stem under the bulge [µm].

    Returns
    -------
    Window
        Not open if the bulge is too small.
    """
    domain.positive("um", width=width, bulge=bulge)
    domain.not_negative("um", margin=margin, stem=stem)
    return Window(width / 2 + margin, (bulge - stem) / 2)


def time_window(undercuts: Window, rate: float) -> Window:
    """Return the times [min] of an etch with a lateral rate [µm/min] for a window of undercuts (`process.md` 2.1)."""
    domain.positive("um/min", rate=rate)
    return Window(undercuts.low / rate, undercuts.high / rate)


def nominal_undercut(width: float, *, margin: float, tolerance: float) -> float:
    """Return the undercut to aim at [µm], so that even the least of the etch frees a straight lead (`process.md` 2.1).

    Parameters
    ----------
    width, margin
        Width of the lead, and undercut beyond its middle [µm].
    tolerance
        Fraction by which the etch may be off either way, below 1.
    """
    domain.positive("um", width=width)
    domain.not_negative("um", margin=margin)
    _check_tolerance(tolerance)
    return (width / 2 + margin) / (1 - tolerance)


def max_undercut(nominal: float, *, tolerance: float) -> float:
    """Return the most undercut [µm] when a nominal one is aimed at with an etch that may be off by a fraction."""
    domain.not_negative("um", nominal_undercut=nominal)
    _check_tolerance(tolerance)
    return nominal * (1 + tolerance)


def min_bulge(stem: float, undercut: float) -> float:
    """Return the diameter of the bulge [µm] that keeps a stem of a diameter at the most undercut (`process.md` 2.1)."""
    domain.not_negative("um", stem=stem, undercut=undercut)
    return stem + 2 * undercut


def stem_diameter(bulge: float, undercut: float) -> float:
    """Return the diameter of the stem under a round bulge [µm], zero where it is lost (`process.md` 2.1)."""
    domain.positive("um", bulge=bulge)
    domain.not_negative("um", undercut=undercut)
    return max(0.0, bulge - 2 * undercut)


def peel_asymmetry(fixed: float, tip: float, undercut: float) -> float:
    """Return how many times stronger the stem of the fixed end holds than that of the tip (`process.md` 2.1).

    Parameters
    ----------
    fixed, tip
        Diameters of the bulges [µm].
    undercut
        Per edge [µm], below half the tip bulge.
    """
    stem = stem_diameter(tip, undercut)
    if stem == 0:
        raise ValueError(f"a bulge of {tip:g} um keeps no stem at an undercut of {undercut:g} um")
    return (stem_diameter(fixed, undercut) / stem) ** 2


def stems(lead: Region, undercut: float, *, tolerance: float = regions.ARC_TOLERANCE) -> NDArray[np.object_]:
    """Return where a lead stays held by the layer below (`process.md` 2.1).

    At re-entrant corners, where leads meet bulges and each other, the outlines of stems are arcs. Their chords err
    outwards, so that what is called free is free; a stem that an undercut greater by the tolerance would lose counts
    as lost.

    Parameters
    ----------
    undercut
        Per edge [µm], at the lead; for the bottom of a thick layer see `bottom_undercut`.
    tolerance
        Chord error of the arcs [µm].

    Returns
    -------
    (n,) ndarray of Polygon
        Empty for a lead that is lost.
    """
    domain.not_negative("um", undercut=undercut)
    return erosion.remains(lead, undercut, tolerance=tolerance)


def bottom_undercut(undercut: float, height: float) -> float:
    """Return the undercut at the bottom of a layer of some height [µm]: stems flare downwards (`process.md` 2.1).

    Parameters
    ----------
    undercut
        At the lead, isotropic, at least the height [µm]: less does not reach the bottom.
    """
    domain.not_negative("um", height=height)
    domain.at_least("um", height, undercut=undercut)
    return math.sqrt((undercut - height) * (undercut + height))


def is_freed(lead: Region, part: Region, undercut: float, *, tolerance: float = regions.ARC_TOLERANCE) -> bool:
    """Tell whether no stem of a lead reaches into a part of it, such as its neck (`process.md` 2.1)."""
    return not bool(shapely.intersects(stems(lead, undercut, tolerance=tolerance), part).any())


def is_released(lead: Region, anchors: ArrayLike, undercut: float, *, tolerance: float = regions.ARC_TOLERANCE) -> bool:
    """Tell whether a lead is held at its anchors and nowhere else: one stem around each (`process.md` 2.1).

    Parameters
    ----------
    anchors : (n, 2) array of float
        Points that must stay held, each by a stem of its own: the centres of the bulges [µm].
    """
    points = shapely.points(np.asarray(anchors, dtype=float).reshape(-1, 2))
    held = stems(lead, undercut, tolerance=tolerance)
    inside = shapely.intersects(held[:, None], points[None, :])
    return bool((inside.sum(axis=0) == 1).all() and (inside.sum(axis=1) == 1).all())


def mitred_bend(turn: float) -> float:
    """Return the undercut that frees a mitred bend, per lead width (`process.md` 2.2).

    Parameters
    ----------
    turn
        Angle by which the lead changes direction [deg], from 0 to below 180.
    """
    domain.between("deg", 0.0, 180.0, turn=turn)
    return 1 / (1 + math.cos(math.radians(turn) / 2))


def square_holes_undercut(side: float, pitch: float) -> float:
    """Return the undercut [µm] that frees a sheet with a square grid of square holes (`process.md` 2.2)."""
    _check_holes(side, pitch)
    return (pitch - side) / math.sqrt(2)


def round_holes_undercut(diameter: float, pitch: float) -> float:
    """Return the undercut [µm] that frees a sheet with a square grid of round holes (`process.md` 2.2)."""
    _check_holes(diameter, pitch)
    return pitch / math.sqrt(2) - diameter / 2


def spur(bulge: float, width: float, undercut: float) -> float:
    """Return how far the stem of a bulge reaches along its lead, from the centre of the bulge [µm] (`process.md` 2.3).

    Parameters
    ----------
    bulge, width
        Diameter of the bulge, and width of the lead that leaves it, no wider [µm].
    undercut
        Per edge [µm]: at least half the lead width, where the lead is freed, and below half the bulge.
    """
    domain.positive("um", width=width)
    domain.at_least("um", width, bulge=bulge)
    domain.between("um", width / 2, bulge / 2, undercut=undercut)
    return _leg(bulge / 2, width / 2) - _leg(undercut, width / 2)


def _leg(hypotenuse: float, other: float) -> float:
    """Return the third side of a right triangle."""
    return math.sqrt((hypotenuse - other) * (hypotenuse + other))


def _check_holes(size: float, pitch: float) -> None:
    """Raise ValueError unless holes of a size leave metal at a pitch."""
    domain.positive("um", hole=size, pitch=pitch)
    if size >= pitch:
        raise ValueError(f"holes of {size:g} um leave no metal at a pitch of {pitch:g} um")


def _check_tolerance(tolerance: float) -> None:
    """Raise ValueError unless a tolerance is a fraction below 1."""
    domain.between("", 0.0, 1.0, tolerance=tolerance)
    if tolerance == 1:
        raise ValueError("tolerance must be below 1, got 1")
