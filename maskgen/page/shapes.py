"""Shapes: every region of a page once, as whole nanometres, packed into text that a browser unpacks."""

import base64
import zlib
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray

from maskgen.geometry import regions
from maskgen.geometry.regions import Region

PER_MICROMETRE = 1000
"""Steps of a coordinate in one µm: those of the layout files."""

_LEVEL = 6
"""Of the compression: more takes twice as long and saves a few percent."""

Words = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Shapes:
    """Regions by number; equal ones are one."""

    regions: list[Region] = field(default_factory=list)
    numbers: dict[bytes, int] = field(default_factory=dict)

    def number(self, region: Region) -> int:
        """Return the number of a region, a new one if it was not there."""
        key = regions.digest(region)
        if key not in self.numbers:
            self.numbers[key] = len(self.regions)
            self.regions.append(region)
        return self.numbers[key]

    def packed(self) -> str:
        """Return all regions as text: the `words`, compressed (RFC 1950), in base64."""
        return base64.b64encode(zlib.compress(self.words().astype("<i4").tobytes(), _LEVEL)).decode("ascii")

    def words(self) -> Words:
        """Return all regions as whole numbers.

        Returns
        -------
        (n,) ndarray of int32
            How many regions there are; how many rings each has; how many corners each ring has; then the steps from
            corner to corner, those of a region from the origin on, along x and then along y [nm]. The corner that
            closes a ring is left out.
        """
        rings = [_rings(region) for region in self.regions]
        corners = [np.array([len(ring) for ring in found], dtype=np.int32) for found in rings]
        steps = [_steps(found) for found in rings if found]
        moves = np.concatenate(steps) if steps else np.empty((0, 2), dtype=np.int32)
        counts = np.array([len(self.regions), *map(len, rings)], dtype=np.int32)
        return np.concatenate([counts, *corners, moves[:, 0], moves[:, 1]])


def _rings(region: Region) -> list[Words]:
    """Return the corners of each ring of a region [nm]: (n, 2) whole numbers."""
    parts = regions.polygons(region)
    if not len(parts):
        return []
    lines = shapely.get_rings(parts)
    points, owners = shapely.get_coordinates(lines, return_index=True)
    whole = np.round(points * PER_MICROMETRE).astype(np.int32)
    borders = np.flatnonzero(np.diff(owners)) + 1
    return [ring[:-1] for ring in np.split(whole, borders)]


def _steps(rings: list[Words]) -> Words:
    """Return the steps from corner to corner over all rings of a region, the first from the origin."""
    corners = np.concatenate([np.zeros((1, 2), dtype=np.int32), *rings])
    return corners[1:] - corners[:-1]
