"""Sides: which way leads leave the contacts of a chip, and which part of the plane belongs to the leads of each side.

*Side*: of the box around the contacts, 0 below, 1 right, 2 above, 3 left. *Beyond*: how far a place lies outside a
side, negative inside. *Territory*: the places whose leads belong to a side; where two sides with contacts meet it ends
at the line from the corner of the contacts to the corner of the terminals, inside at half a right angle.
"""

from dataclasses import dataclass

import numpy as np

from maskgen.geometry.regions import Box
from maskgen.leads.model import Numbers, Values

NORMALS: Values = np.array([[0.0, -1.0], [1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])
"""Outward normal of each side."""

ALONG: Values = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])
"""Counter-clockwise direction of each side."""

_SAME = 1e-6


@dataclass(frozen=True, eq=False)
class Sides:
    """The sides of some contacts.

    Parameters
    ----------
    box
        Around the contacts [µm].
    of_tips : (n,) ndarray of int
        Side of each contact.
    rooms, extents : (4,) ndarray of float
        How far terminals lie beyond each side, and to either hand of its middle [µm].
    """

    box: Box
    of_tips: Numbers
    rooms: Values
    extents: Values

    @classmethod
    def around(cls, tips: Values, ends: Values) -> "Sides":
        """Return the sides of contacts: each belongs to the nearest one, at corners to that with more of them."""
        box = (*tips.min(axis=0).tolist(), *tips.max(axis=0).tolist())
        depth = -_beyond(tips, box)
        nearest = depth <= depth.min(axis=1, keepdims=True) + _SAME
        of_tips = np.where(nearest, nearest.sum(axis=0), -1).argmax(axis=1)
        rooms = np.maximum(_beyond(ends, box).max(axis=0), _SAME)
        middle = np.array([box[0] + box[2], box[1] + box[3]]) / 2
        return cls(box, of_tips, rooms, np.abs((ends - middle) @ ALONG.T).max(axis=0))

    @property
    def used(self) -> list[int]:
        """Return the sides that have contacts."""
        return sorted(set(self.of_tips.tolist()))

    def beyond(self, points: Values) -> Values:
        """Return the (n, 4) distances of places beyond each side [µm]."""
        return _beyond(points, self.box)

    def along(self, points: Values, side: int) -> Values:
        """Return the places along a side, from its middle [µm]."""
        return np.asarray((points - self._middle()) @ ALONG[side])

    def territories(self, points: Values) -> Numbers:
        """Return the side to which each place belongs, one of the used ones; a border belongs to that before it."""
        beyond = np.where(np.isin(np.arange(4), self.used), self.beyond(points), -np.inf)
        shares = np.where((beyond > 0).any(axis=1, keepdims=True), beyond / self.rooms, beyond)
        is_nearest = shares >= shares.max(axis=1, keepdims=True) - _SAME
        is_first = is_nearest & ~(np.roll(is_nearest, 1, axis=1) & ~is_nearest.all(axis=1, keepdims=True))
        return np.asarray(is_first.argmax(axis=1))

    def border(self, side: int, hand: int, beyond: Values) -> Values:
        """Return how wide a territory is from the middle of its side to one hand (-1 or 1), infinite without neighbour.

        Parameters
        ----------
        beyond : (n,) ndarray of float
            Where [µm].
        """
        neighbour = (side + hand) % 4
        if neighbour not in self.used:
            return np.full(len(beyond), np.inf)
        slope = np.where(beyond > 0, self.rooms[neighbour] / self.rooms[side], 1.0)
        return np.asarray(self._half(side) + slope * beyond)

    def lean(self, side: int, hand: int) -> float:
        """Return how much longer the border of a territory to one hand is outside than it is high, at least inside."""
        slope = self.rooms[(side + hand) % 4] / self.rooms[side]
        return float(np.hypot(1.0, max(1.0, slope)))

    def fractions(self, points: Values, side: int) -> Values:
        """Return where along a side places lie, per width of the fan of leads there: a fan keeps this number."""
        beyond = self.beyond(points)[:, side]
        grown = np.clip(beyond / self.rooms[side], 0.0, 1.0)
        fan = self._half(side) + (self.extents[side] - self._half(side)) * grown
        wide = [np.minimum(self.border(side, hand, beyond), fan) for hand in (-1, 1)]
        along = self.along(points, side)
        return np.asarray(along / np.maximum(np.where(along < 0, *wide), _SAME))

    def _half(self, side: int) -> float:
        """Return half the length of a side [µm]."""
        left, bottom, right, top = self.box
        return (right - left if side % 2 == 0 else top - bottom) / 2

    def _middle(self) -> Values:
        """Return the middle of the box [µm]."""
        left, bottom, right, top = self.box
        return np.array([left + right, bottom + top]) / 2


def frame(side: int, direction: int) -> Values:
    """Return the (2, 2) matrix that turns places so that leads of a side run upwards.

    Parameters
    ----------
    direction
        1 for leads that run outwards, -1 inwards.
    """
    return np.stack([ALONG[side], direction * NORMALS[side]], axis=1)


def _beyond(points: Values, box: Box) -> Values:
    """Return the (n, 4) distances of places beyond the sides of a box [µm]."""
    left, bottom, right, top = box
    x, y = points[:, 0], points[:, 1]
    return np.stack([bottom - y, x - right, y - top, left - x], axis=1)
