"""Wet etching through a mask: undercut, profile of a recess, what compensation loses, etching from both faces.

The model is an elliptic front (`process.md` 1.2): rate-limited etch of homogeneous metal under a thin mask that stays
put, in an open spray or a stirred bath. It holds for openings about as wide as the etch is deep (`is_starved`), away
from break-through; it fails for crystalline etches and where the resist lifts. After break-through the real wall is
straighter than the model's cusp, which is an upper bound. Spray-etched copper is reported to be waisted instead: see
`maskgen.physics.towers`.

Undercut is per edge and measured at the metal surface, depth before break-through; the etch factor is depth divided by
undercut, never its inverse and never a difference of widths (`process.md` 1.1).
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maskgen.geometry import regions
from maskgen.geometry.regions import Region
from maskgen.physics import domain, erosion

Values = NDArray[np.float64]

OPENING_RATIO = 1.0
"""Least width of a mask opening per depth at which the full depth is reached; unsourced (`process.md` 1.3)."""

STARVED_RATIO = 1.2
"""Width of a mask opening per depth below which a caller should warn (`process.md` 1.3, from rules of shops)."""


def etch_factor(per_edge: float, depth: float) -> float:
    """Return the etch factor of a measured pair: depth divided by undercut per edge (`process.md` 1.1)."""
    domain.positive("um", undercut=per_edge, depth=depth)
    return depth / per_edge


def undercut(per_edge: float, depth: float, at: float) -> float:
    """Return the undercut per edge at one depth from the pair measured at another (`process.md` 1.1).

    Parameters
    ----------
    per_edge
        Undercut per edge [µm], measured at the metal surface.
    depth
        Depth etched on the same piece [µm], before break-through.
    at
        Depth for which the undercut is wanted [µm]: thickness times over-etch for what is etched through.

    Examples
    --------
    >>> undercut(25.0, 50.0, 30.0)
    15.0
    """
    domain.not_negative("um", undercut=per_edge, depth_wanted=at)
    domain.positive("um", depth=depth)
    return per_edge * at / depth


def etch_time(depth: float, rate: float) -> float:
    """Return the time [min] to etch a depth [µm] at a vertical rate [µm/min] (`process.md` 1.1)."""
    domain.not_negative("um", depth=depth)
    domain.positive("um/min", rate=rate)
    return depth / rate


def is_starved(opening: float, depth: float, *, ratio: float = STARVED_RATIO) -> bool:
    """Tell whether a mask opening is so narrow for its depth that etchant may not get down (`process.md` 1.2, 1.3)."""
    domain.positive("um", opening=opening)
    domain.not_negative("um", depth=depth)
    return opening < ratio * depth


def flank(z: ArrayLike, *, undercut: float, depth: float) -> Values:
    """Return how far outside the mask edge the wall of a recess stands (`process.md` 1.2).

    The plan outline of a recess at a depth is its mask opening grown by this.

    Parameters
    ----------
    z : (...) array of float
        Depth below the metal surface [µm], from 0 to `depth`.
    undercut, depth
        Undercut per edge at the surface, and full depth [µm].

    Returns
    -------
    (...) ndarray of float
        From `undercut` at the surface to 0 at the floor [µm].
    """
    domain.positive("um", depth=depth)
    domain.not_negative("um", undercut=undercut)
    domain.between("um", 0.0, depth, z=z)
    share = np.asarray(z, dtype=float) / depth
    return undercut * np.sqrt((1 - share) * (1 + share))


def slot_section(opening: float, *, undercut: float, depth: float) -> float:
    """Return the area [µm²] of the section of a long slot whose mask opening has a width (`process.md` 1.2)."""
    domain.not_negative("um", opening=opening, undercut=undercut, depth=depth)
    return opening * depth + math.pi / 2 * undercut * depth


def recess_area(area: float, perimeter: float, *, undercut: float) -> float:
    """Return the plan area [µm²] of a recess at the metal surface, for a convex mask opening (`process.md` 1.2)."""
    domain.not_negative("um", perimeter=perimeter, undercut=undercut)
    domain.not_negative("um2", area=area)
    return area + perimeter * undercut + math.pi * undercut**2


def recess_volume(area: float, perimeter: float, *, undercut: float, depth: float) -> float:
    """Return the volume [µm³] etched through a convex mask opening (`process.md` 1.2).

    Parameters
    ----------
    area, perimeter
        Of the mask opening [µm²], [µm].
    undercut, depth
        Undercut per edge at the surface, and depth [µm].
    """
    domain.not_negative("um", perimeter=perimeter, undercut=undercut, depth=depth)
    domain.not_negative("um2", area=area)
    return area * depth + perimeter * (math.pi / 4) * undercut * depth + (2 * math.pi / 3) * undercut**2 * depth


def mask_opening(wanted: Region, undercut: float, *, tolerance: float = regions.ARC_TOLERANCE) -> Region:
    """Return the mask opening that etches to a wanted recess: its outline moved inwards by the undercut.

    What comes back from the etch lies inside the recess that was wanted: convex corners are lost (`corner_loss`), and
    so are dead ends narrower than twice the undercut. Neither changes how the recess hangs together.

    Parameters
    ----------
    wanted
        Recess at the metal surface.
    tolerance
        Chord error of arcs [µm].

    Raises
    ------
    ValueError
        If a part of the recess would vanish, fall in pieces, or join two metal islands (`process.md` 1.3, T1.8).
    """
    domain.not_negative("um", undercut=undercut)
    openings = [_opening(part, undercut, tolerance) for part in regions.polygons(wanted)]
    return regions.merge(openings) if openings else regions.EMPTY


def _opening(part: Region, undercut: float, tolerance: float) -> Region:
    """Return the mask opening of one connected part, if it hangs together as the part does."""
    pieces = erosion.remains(part, undercut, tolerance=tolerance)
    # Growing the metal around a recess can only join its islands: equal counts mean that none met another.
    if len(pieces) != 1 or len(pieces[0].interiors) != len(part.interiors):
        kept = as_etched(regions.merge(pieces), undercut, tolerance=tolerance)
        lost = regions.polygons(part.difference(kept))
        x, y = max(lost, key=lambda piece: piece.area, default=part).centroid.coords[0]
        raise ValueError(
            f"a feature below 2 x undercut = {2 * undercut:g} um would be lost from the recess "
            f"about ({x:.3f}, {y:.3f}) um"
        )
    return pieces[0]


def as_etched(opening: Region, undercut: float, *, tolerance: float = regions.ARC_TOLERANCE) -> Region:
    """Return the recess at the metal surface that a mask opening gives (`process.md` 1.2)."""
    domain.not_negative("um", undercut=undercut)
    return regions.grow(opening, undercut, tolerance=tolerance)


def corner_loss(undercut: float, *, angle: float = 90.0) -> float:
    """Return the area [µm²] that a convex corner of a compensated recess loses (`process.md` 1.3).

    Parameters
    ----------
    angle
        Inner angle of the corner [deg], above 0, up to 180.
    """
    half = _half_angle(undercut, angle)
    return undercut**2 * (1 / math.tan(half) - (math.pi / 2 - half))


def corner_deviation(undercut: float, *, angle: float = 90.0) -> float:
    """Return how far [µm] the rounded corner of a compensated recess stays behind the wanted one (`process.md` 1.3)."""
    half = _half_angle(undercut, angle)
    return undercut * (1 / math.sin(half) - 1)


def _half_angle(undercut: float, angle: float) -> float:
    """Return half the inner angle of a corner [rad], both arguments checked."""
    domain.not_negative("um", undercut=undercut)
    domain.positive("deg", angle=angle)
    domain.between("deg", 0.0, 180.0, angle=angle)
    return math.radians(angle / 2)


def min_opening(depth: float, *, resolution: float = 0.0, ratio: float = OPENING_RATIO) -> float:
    """Return the narrowest mask opening [µm] that is resolved and etches to the full depth (`process.md` 1.3)."""
    domain.not_negative("um", depth=depth, resolution=resolution)
    domain.positive("", ratio=ratio)
    return max(resolution, ratio * depth)


def min_recess_width(opening: float, undercut: float) -> float:
    """Return the width [µm] at the surface of the recess that the narrowest mask opening gives (`process.md` 1.3)."""
    domain.not_negative("um", opening=opening, undercut=undercut)
    return opening + 2 * undercut


def min_metal_gap(resist_gap: float, undercut: float) -> float:
    """Return the narrowest gap [µm] between metal spots whose resist needs a gap of its own (`process.md` 1.3)."""
    domain.not_negative("um", resist_gap=resist_gap, undercut=undercut)
    return resist_gap + 2 * undercut


def arc_segments(radius: float, tolerance: float) -> int:
    """Return the fewest chords of a full circle that keep a chord error (`process.md` 1.3).

    `maskgen.geometry.regions.quarter_segments` says how many the kernel gets for a quarter circle.

    Examples
    --------
    >>> arc_segments(50.0, 0.1), arc_segments(50.0, 0.5)
    (50, 23)
    """
    domain.positive("um", radius=radius, tolerance=tolerance)
    # acos(1 - 2 s) is 2 asin(sqrt(s)), which keeps its digits where the tolerance is tiny.
    half_turn = 2 * math.asin(math.sqrt(min(1.0, tolerance / radius / 2)))
    return max(3, math.ceil(math.pi / half_turn - 1e-9))


def chord_error(radius: float, segments: int) -> float:
    """Return the greatest distance [µm] between a circle and the chords of a regular polygon in it."""
    domain.not_negative("um", radius=radius)
    domain.at_least("", 3, segments=segments)
    return 2 * radius * math.sin(math.pi / segments / 2) ** 2


def breaks_through(thickness: float, front: float, back: float) -> bool:
    """Tell whether etches of given depths from both faces meet in a sheet (`process.md` 1.4)."""
    domain.positive("um", thickness=thickness)
    domain.not_negative("um", front_depth=front, back_depth=back)
    return front + back >= thickness


def meeting_depth(thickness: float, front: float, back: float) -> float:
    """Return the depth of the cusp below the front face [µm], for equal openings on both faces (`process.md` 1.4).

    Parameters
    ----------
    thickness
        Of the sheet [µm].
    front, back
        Depths that each face would be etched to in a thick sheet [µm]; together at least the thickness.

    Returns
    -------
    float
        From 0 to the thickness; a face where one etch has overrun the other has no cusp, and is given itself.
    """
    if not breaks_through(thickness, front, back):
        raise ValueError(f"etches of {front:g} um and {back:g} um do not meet in a sheet of {thickness:g} um")
    depth = (thickness**2 + (front - back) * (front + back)) / (2 * thickness)
    return min(max(depth, 0.0), thickness)


def waist(thickness: float, front: float, back: float, *, etch_factor: float) -> float:
    """Return how far the narrowest place of a through-etched wall stands outside the mask edge [µm].

    The slot is twice this wider there than its mask opening. Openings are equal and aligned on both faces; a
    misregistration shifts one flank by itself (`process.md` 1.4).

    Parameters
    ----------
    thickness
        Of the sheet [µm].
    front, back
        Depths that each face would be etched to in a thick sheet [µm].
    etch_factor
        Depth per undercut, see `etch_factor`.
    """
    domain.positive("", etch_factor=etch_factor)
    depth = meeting_depth(thickness, front, back)
    return max(_reach(front, depth), _reach(back, thickness - depth)) / etch_factor


def _reach(depth: float, z: float) -> float:
    """Return how far an isotropic front of a depth has gone sideways at a depth z, zero where it has not come."""
    return math.sqrt(max(0.0, (depth - z) * (depth + z)))


def cusp(thickness: float, depth: float, *, etch_factor: float) -> float:
    """Return how far [µm] the cusp in the middle of a wall stands out from its edges at both faces.

    Parameters
    ----------
    thickness
        Of the sheet [µm].
    depth
        Depth that each face would be etched to in a thick sheet [µm]; half the thickness just breaks through.
    etch_factor
        Depth per undercut, see `etch_factor`.
    """
    return depth / etch_factor - waist(thickness, depth, depth, etch_factor=etch_factor)
