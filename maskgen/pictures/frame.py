"""Frames: the part of a page on which a part of the plate is drawn, and regions in its points."""

from dataclasses import dataclass

import shapely

from maskgen.geometry import regions
from maskgen.geometry.regions import Box, Region
from maskgen.pictures.paint import Point

_FINE = 0.1
"""Detail [points] that no paper shows."""


@dataclass(frozen=True)
class Frame:
    """A box of the plate [µm], y upwards, in a box of the page [points], y downwards; the former is centred."""

    box: Box
    left: float
    top: float
    width: float
    height: float

    @property
    def scale(self) -> float:
        """Return the points in a µm."""
        return min(self.width / (self.box[2] - self.box[0]), self.height / (self.box[3] - self.box[1]))

    def at(self, x: float, y: float) -> Point:
        """Return where a point of the plate stands on the page."""
        left, bottom, right, top = self.box
        return (
            self.left + self.width / 2 + (x - (left + right) / 2) * self.scale,
            self.top + self.height / 2 - (y - (bottom + top) / 2) * self.scale,
        )

    def box_at(self, box: Box) -> Box:
        """Return a box of the plate as left, top, right and bottom on the page."""
        return (*self.at(box[0], box[3]), *self.at(box[2], box[1]))

    def rings(self, region: Region, fine: float = _FINE) -> tuple[tuple[Point, ...], ...]:
        """Return the rings of a region on the page, without detail that nobody sees."""
        pieces = regions.polygons(shapely.simplify(region, fine / self.scale))
        rings = [ring for piece in pieces for ring in (piece.exterior, *piece.interiors)]
        return tuple(tuple(self.at(x, y) for x, y in shapely.get_coordinates(ring)[:-1].tolist()) for ring in rings)
