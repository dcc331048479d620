"""Points and lines, compiled: what the other compiled modules share.

They keep machine code that these functions are part of: after a change here, touch those too.
"""

from math import sqrt

from maskgen.drc.kernel.compiled.jit import compiled

Edge = tuple[int, int, int, int]
"""x and y of the first end, x and y of the second [dbu]."""


@compiled
def sign(value: int) -> int:
    """Return -1, 0 or 1."""
    return (value > 0) - (value < 0)


@compiled
def side(e: Edge, x: int, y: int) -> int:
    """Return 1 for a point left of an edge, -1 right of it, 0 on its line."""
    return sign((e[2] - e[0]) * (y - e[1]) - (e[3] - e[1]) * (x - e[0]))


@compiled
def length(e: Edge) -> float:
    """Return the length of an edge [dbu]."""
    dx, dy = e[2] - e[0], e[3] - e[1]
    return sqrt(float(dx * dx + dy * dy))


@compiled
def rounded(value: float) -> int:
    """Return the nearest integer, halves away from zero."""
    return int(value + 0.5) if value > 0 else int(value - 0.5)


@compiled
def from_line(e: Edge, x: int, y: int) -> int:
    """Return the signed distance of a point from the line of an edge, left positive, to the nearest dbu."""
    dx, dy = e[2] - e[0], e[3] - e[1]
    return rounded((dx * (y - e[1]) - dy * (x - e[0])) / max(length(e), 1.0))
