"""Drill data of a mask that is a tooling of round holes: an Excellon file, and the same as a table.

A polygon is round if all its vertices lie on one circle to within `ROUNDNESS`, closely enough around it; holes whose
diameters differ by less share a tool. The file has millimetres with a decimal point and four digits after it: 0.1 µm.
The table has µm with three decimals.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import shapely
from shapely import Polygon

from maskgen.errors import MaskgenError
from maskgen.export.artwork import Artwork, places, statement
from maskgen.geometry import regions
from maskgen.geometry.arrays import Positions
from maskgen.geometry.regions import Region

ROUNDNESS = 0.5
"""Most by which the radii of a round polygon's vertices differ [µm]: chord errors of two offsets and the rounding to a
grid of 0.2 µm, and far less than a drill's own tolerance."""
MOST_HOLES = 5_000_000
"""Most holes of a drill file."""

_WIDEST_STEP = np.pi / 5
"""Largest angle [rad] between neighbouring vertices of a round polygon."""


class NotDrilledError(MaskgenError):
    """A mask with polygons that no drill makes."""


def write(art: Artwork, path: Path, *, marks: Region) -> tuple[Path, Path]:
    """Write the holes of a mask as an Excellon file and as a table beside it, and return the paths of both.

    Parameters
    ----------
    marks
        Where marks and titles stand on the plate, as the file sees it: polygons within are no holes.

    Raises
    ------
    NotDrilledError
        If a polygon of the mask is not round, or there is none.
    """
    found = holes(art, marks)
    tools = _tools(found[:, 2])
    table = path.with_suffix(".csv")
    path.write_text("".join(f"{line}\n" for line in _excellon(art, found, tools)), encoding="ascii", newline="\n")
    rows = "".join(f"{x:.3f},{y:.3f},{diameter:.3f}\n" for x, y, diameter in found.tolist())
    table.write_text(f"x_um,y_um,diameter_um\n{rows}", encoding="ascii", newline="\n")
    return path, table


def holes(art: Artwork, marks: Region) -> Positions:
    """Return the holes of a mask.

    Returns
    -------
    (n, 3) ndarray of float
        Centre x, y and diameter [µm], by diameter, then y, then x.
    """
    shapely.prepare(marks)
    once = [part for part in regions.polygons(art.rest) if not marks.covers(part)]
    found = [_circle(art, part) for part in once]
    repeated = [(_circles(art, block.region), places(block)) for block in art.blocks]
    count = len(found) + sum(len(circles) * len(where) for circles, where in repeated)
    if not 0 < count <= MOST_HOLES:
        raise NotDrilledError(f"{art.name}: cannot be drilled: it has {count} round holes, limit {MOST_HOLES}")
    rows = [np.array(found).reshape(-1, 3)]
    for circles, where in repeated:
        shifts = np.column_stack([where, np.zeros(len(where))])
        rows.append((circles[:, None, :] + shifts[None, :, :]).reshape(-1, 3))
    whole = np.round(np.concatenate(rows), 3) + 0.0  # no minus before a zero
    return whole[np.lexsort((whole[:, 0], whole[:, 1], whole[:, 2]))]


def _circles(art: Artwork, region: Region) -> Positions:
    return np.array([_circle(art, part) for part in regions.polygons(region)]).reshape(-1, 3)


def _circle(art: Artwork, part: Polygon) -> tuple[float, float, float]:
    """Return centre and diameter [µm] of a round polygon, and refuse any other."""
    corner = np.array(regions.box_of(part)[:2])
    ring = shapely.get_coordinates(part.exterior)[:-1] - corner
    # Circle of least squares: x^2 + y^2 = 2 a x + 2 b y + c is linear in centre (a, b) and c.
    a, b, c = np.linalg.lstsq(np.column_stack([2 * ring, np.ones(len(ring))]), (ring**2).sum(axis=1), rcond=None)[0]
    radii = np.hypot(*(ring - [a, b]).T)
    angles = np.sort(np.arctan2(*(ring - [a, b]).T))
    steps = np.diff(angles, append=angles[0] + 2 * np.pi)
    if part.interiors or np.ptp(radii) > ROUNDNESS or steps.max() > _WIDEST_STEP:
        x, y = part.representative_point().coords[0]
        raise NotDrilledError(
            f"{art.name}: cannot be drilled: the polygon at x {x:.3f} um, y {y:.3f} um is not round; "
            "write another format"
        )
    return float(a + corner[0]), float(b + corner[1]), 2 * float(np.sqrt(c + a * a + b * b))


def _tools(diameters: Positions) -> list[tuple[int, int]]:
    """Return first and last + 1 hole of each tool, for diameters in rising order."""
    found = [0]
    for number, diameter in enumerate(diameters.tolist()):
        if diameter - diameters[found[-1]] >= ROUNDNESS:
            found.append(number)
    return list(zip(found, [*found[1:], len(diameters)], strict=True))


def _excellon(art: Artwork, found: Positions, tools: list[tuple[int, int]]) -> Iterator[str]:
    """Yield the lines of an Excellon file."""
    yield "M48"
    yield f"; {art.name}, {statement(art)}"
    yield "; FORMAT={-:-/ absolute / metric / decimal}"
    yield "FMAT,2"
    yield "METRIC"
    yield "G90"
    for number, (first, last) in enumerate(tools, start=1):
        yield f"T{number}C{found[first:last, 2].mean() / 1000:.4f}"
    yield from ("%", "G05")
    for number, (first, last) in enumerate(tools, start=1):
        yield f"T{number}"
        yield "\n".join(f"X{x:.4f}Y{y:.4f}" for x, y in (found[first:last, :2] / 1000).tolist())
    yield from ("T0", "M30")
