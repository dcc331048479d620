"""Release windows of leads, by erosion of their real outlines: from freeing the neck to losing the stem of the tip."""

from collections.abc import Callable, Sequence

import numpy as np
import shapely

from maskgen.leads.model import Lead, LeadForm, Values
from maskgen.physics import release
from maskgen.physics.release import Window

EXACT = 0.01
"""How far the limits of a window may be off [µm]."""

_CHORDS = EXACT / 4
_DIGITS = 3


def release_windows(leads: Sequence[Lead], form: LeadForm) -> list[Window]:
    """Return the undercuts [µm] that free the neck of each lead and leave its bulges a stem each (`process.md` 2.1).

    From the least that leaves nothing but one stem in each bulge to the greatest that leaves one in the tip. Leads that
    are equal but for where they lie and which way they look are eroded once.

    Returns
    -------
    list of Window
        Not open where a bend or a fillet holds longer than the tip.
    """
    known: dict[bytes, Window] = {}
    found = []
    for lead in leads:
        key = _congruent(lead.path).tobytes()
        if key not in known:
            known[key] = release_window(lead, form)
        found.append(known[key])
    return found


def release_window(lead: Lead, form: LeadForm) -> Window:
    """Return the window of undercuts of one lead [µm]; see `release_windows`."""
    anchors = shapely.points(lead.path[[0, -1]])

    def is_freed(undercut: float) -> bool:
        stems = release.stems(lead.outline, undercut, tolerance=_CHORDS)
        held = shapely.intersects(stems[:, None], anchors[None, :])
        return bool((held.sum(axis=1) == 1).all())

    def is_lost(undercut: float) -> bool:
        stems = release.stems(lead.outline, undercut, tolerance=_CHORDS)
        return not bool(shapely.intersects(stems, anchors[1]).any())

    return Window(_least(is_freed, form.neck / 2, form.fixed / 2), _least(is_lost, form.tip / 2, form.fixed / 2))


def _least(is_true: Callable[[float], bool], guess: float, most: float) -> float:
    """Return the least undercut [µm] for which something is true, most likely near a guess."""
    low, high = _bracket(is_true, guess, most)
    while high - low > EXACT:
        middle = (low + high) / 2
        low, high = (low, middle) if is_true(middle) else (middle, high)
    return high


def _bracket(is_true: Callable[[float], bool], guess: float, most: float) -> tuple[float, float]:
    """Return limits [µm] between which something becomes true, widening from a guess."""
    low, high, step = guess, guess, 4 * EXACT
    while low > 0 and is_true(low):
        low, high, step = max(low - step, 0.0), low, 4 * step
    while high < most and not is_true(high):
        low, high, step = high, min(high + step, most), 4 * step
    return low, high


def _congruent(path: Values) -> Values:
    """Return a path from the origin along the x axis, its first turn to the left, rounded."""
    moved = path - path[0]
    along = moved[1] / np.hypot(*moved[1])
    turned = moved @ np.array([[along[0], -along[1]], [along[1], along[0]]])
    aside = turned[np.abs(turned[:, 1]) > 10**-_DIGITS, 1]
    side = np.sign(aside[0]) if len(aside) else 1.0
    return np.asarray(np.round(turned * (1.0, side), _DIGITS) + 0.0)
