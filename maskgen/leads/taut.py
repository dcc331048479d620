"""Taut strings: the shortest line through gates one behind the other."""

import numpy as np

from maskgen.leads.model import Values


def taut(levels: Values, low: Values, high: Values) -> tuple[Values, Values]:
    """Return the corners of the shortest line that passes every level between two limits.

    Parameters
    ----------
    levels : (n,) ndarray of float
        Increasing heights [µm].
    low, high : (n,) ndarray of float
        Limits at each level [µm], equal at the first and the last.

    Returns
    -------
    (m,) ndarray of float, (m,) ndarray of float
        Heights and positions of the ends and of the corners between them [µm].

    Examples
    --------
    >>> import numpy as np
    >>> taut(np.array([0.0, 1.0, 2.0, 3.0]), np.array([0.0, 1.0, -9.0, 0.0]), np.array([0.0, 9.0, 9.0, 0.0]))
    (array([0., 1., 3.]), array([0., 1., 0.]))
    """
    at, position = 0, float(low[0])
    heights, positions = [float(levels[0])], [position]
    while at < len(levels) - 1:
        at, position = _next_corner(levels, low, high, at, position)
        heights.append(float(levels[at]))
        positions.append(position)
    return np.array(heights), np.array(positions)


def _next_corner(levels: Values, low: Values, high: Values, at: int, position: float) -> tuple[int, float]:
    """Return the level and the position of the next corner after one: where the view through the gates closes."""
    rise = levels[at + 1 :] - levels[at]
    least, most = (low[at + 1 :] - position) / rise, (high[at + 1 :] - position) / rise
    highest, lowest = np.maximum.accumulate(least), np.minimum.accumulate(most)
    closes = np.flatnonzero(highest > lowest)
    if not len(closes):
        return len(levels) - 1, float(low[-1])
    end = int(closes[0])
    if end and least[end] > lowest[end - 1]:
        corner = end - 1 - int(most[:end][::-1].argmin())
        return at + 1 + corner, float(high[at + 1 + corner])
    corner = end - 1 - int(least[:end][::-1].argmax()) if end else 0
    return at + 1 + corner, float(low[at + 1 + corner])
