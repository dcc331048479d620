"""Slack: bows in leads that are too short for the height they must reach (`process.md` 3.1).

A bow stands in the longest straight stretch of a path and leaves it without a kink. Leads side by side bow to the same
side, so that they keep their distance; one that would come too near another tries the other side, then stays as it is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from maskgen.geometry.regions import Region
from maskgen.leads.model import Lead, LeadForm, Values
from maskgen.leads.outline import outline
from maskgen.leads.paths import s_length

_CHORDS = 24
"""Chords of a bow: less than 0.05 µm from the curve for bows up to 40 µm high over 300 µm."""
_STEEPEST = 1.0
"""Greatest slope of a bow against its stretch."""
_HALVINGS = 50
_SPARE = 1e-6
"""By how much a lead becomes longer than it must, as a fraction, so that rounding leaves it long enough."""
_SAME = 1e-9
"""Distance [µm] below which two points are one."""
_TRIED = 3
"""Stretches of a path that are tried, the longest first."""


def slackened(leads: Sequence[Lead], form: LeadForm, obstacles: Sequence[Region] = ()) -> tuple[Lead, ...]:
    """Return leads that are long enough for the lift and slack of their form, those as they are that have no room.

    Parameters
    ----------
    leads
        As routed, each a gap from all others.
    obstacles
        What they must keep the gap from.
    """
    current = [next(_bows(lead, form, (1.0,)), lead) for lead in leads]
    straightened = list[int]()
    # A lead that is straight again may be in the way of another's bow: that one is made straight, too.
    while crowded := [n for n in _crowded(current, obstacles, form.gap) if current[n] is not leads[n]]:
        straightened += crowded
        for number in crowded:
            current[number] = leads[number]
    for number in sorted(straightened):
        others = np.array([lead.outline for lead in [*current[:number], *current[number + 1 :]]] + list(obstacles))
        tree = shapely.STRtree(others)
        current[number] = next(
            (lead for lead in _bows(leads[number], form, (1.0, -1.0)) if _is_apart(lead, tree, form.gap)), leads[number]
        )
    return tuple(current)


def _bows(lead: Lead, form: LeadForm, sides: Sequence[float]) -> Iterator[Lead]:
    """Yield a lead with a bow on either side of one of its stretches, if it is too short."""
    wanted = s_length(lead.span, lift=form.lift, shift=form.shift, slack=form.slack) * (1 + _SPARE)
    extra = wanted - lead.length
    if extra <= 0:
        return
    for segment, begin, end in _stretches(lead.path, form):
        height = _height(float(np.hypot(*(end - begin))), extra)
        for side in sides if height is not None else ():
            bow = _bow(begin, end, side * float(height or 0.0))
            path = _joined(lead.path[: segment + 1], bow, lead.path[segment + 1 :])
            try:
                yield replace(lead, path=path, outline=outline(path, form))
            except ValueError:
                continue


def _joined(before: Values, bow: Values, after: Values) -> Values:
    """Return a path of three parts, the ends of the bow once where they are points of the path."""
    points = np.concatenate([before, bow, after])
    kept: Values = points[np.concatenate([[True], np.hypot(*np.diff(points, axis=0).T) > _SAME])]
    return kept


def _stretches(path: Values, form: LeadForm) -> list[tuple[int, Values, Values]]:
    """Return the longest straight stretches of a path outside its bulges and fillets: segment, begin and end."""
    steps = np.diff(path, axis=0)
    sizes = np.hypot(steps[:, 0], steps[:, 1])
    clear = np.array([form.fixed / 2 + form.fillet, form.tip / 2 + form.fillet])
    found = []
    for segment in np.argsort(-sizes, kind="stable")[:_TRIED].tolist():
        first = clear[0] if segment == 0 else 0.0
        last = clear[1] if segment == len(sizes) - 1 else 0.0
        if sizes[segment] > first + last + form.neck:
            way = steps[segment] / sizes[segment]
            found.append((segment, path[segment] + first * way, path[segment + 1] - last * way))
    return found


def _height(stretch: float, extra: float) -> float | None:
    """Return the height of the bow [um] that makes a stretch longer by some length, None if it would be too steep."""
    low, high = 0.0, _STEEPEST * stretch / np.pi
    if _length(stretch, high) < stretch + extra:
        return None
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _length(stretch, middle) < stretch + extra else (low, middle)
    return high


def _length(stretch: float, height: float) -> float:
    """Return the length of a bow [um]."""
    points = _bow(np.zeros(2), np.array([stretch, 0.0]), height)
    return float(np.hypot(*np.diff(points, axis=0).T).sum())


def _bow(begin: Values, end: Values, height: float) -> Values:
    """Return the points of a bow to the left of the line from begin to end, both of them included."""
    shares = np.linspace(0.0, 1.0, _CHORDS + 1)[:, None]
    along = end - begin
    left = np.array([-along[1], along[0]]) / np.hypot(*along)
    points: Values = begin + shares * along + height * np.sin(np.pi * shares) ** 2 * left
    return points


def _crowded(leads: Sequence[Lead], obstacles: Sequence[Region], gap: float) -> list[int]:
    """Return the numbers of leads that are nearer than the gap to another, or to an obstacle."""
    shapes: NDArray[np.object_] = np.array([lead.outline for lead in leads] + list(obstacles), dtype=object)
    if not len(shapes):
        return []
    first, second = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=gap * (1 - _SPARE))
    return sorted({int(a) for a, b in zip(first, second, strict=True) if a != b and a < len(leads)})


def _is_apart(lead: Lead, others: shapely.STRtree, gap: float) -> bool:
    """Tell whether a lead keeps the gap from all others."""
    return not len(others.query(lead.outline, predicate="dwithin", distance=gap * (1 - _SPARE)))
