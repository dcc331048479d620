"""Which of many points stand for the others: the best of those around them, so many that none is far from one.

In each round the points that are better than all open ones near them are taken, and stand for these. So what stands for
a point depends on nothing farther from it than twice the rounds times the distance: taken one by one, from the best on,
one point would decide about all that hang together.
"""

from importlib import import_module

import numpy as np

from maskgen.drc.kernel import candidates, compiled
from maskgen.drc.kernel.candidates import Integers


def thinned(points: Integers, kind: Integers, rank: Integers, *, apart: int, rounds: int) -> Integers:
    """Return (n,) for each point the one that stands for it: itself, or a better one of its kind that is near.

    Parameters
    ----------
    points
        (n, 2) ndarray of int [dbu].
    kind
        (n,) ndarray of int.
    rank
        (n,) ndarray of int: the numbers up to n in any order, 0 for the best.
    apart
        Up to how far from each other points are near, along both axes [dbu], an even number.
    rounds
        After so many, points that nothing stands for stand for themselves.
    """
    boxes = np.hstack([points - apart // 2, points + apart // 2])
    if compiled.pays(len(points)):
        order = np.lexsort((points[:, 0], kind))
        starts = np.append(np.flatnonzero(np.diff(kind[order], prepend=-1)), len(kind))
        return import_module("maskgen.drc.kernel.compiled.rounds").thinned(boxes, order, starts, rank, rounds)
    first, second = candidates.touching_within(boxes)
    same = kind[first] == kind[second]
    both = np.concatenate([first[same], second[same]]), np.concatenate([second[same], first[same]])
    stands, of_rank = np.full(len(rank), -1), np.argsort(rank)
    for _ in range(rounds):
        some, others = (ends[(stands[both[0]] < 0) & (stands[both[1]] < 0)] for ends in both)
        best = np.where(stands < 0, rank, -1)
        np.minimum.at(best, some, rank[others])
        taken = best == rank
        covered = taken[others]
        best = np.where(taken, rank, len(rank))
        np.minimum.at(best, some[covered], rank[others[covered]])
        fresh = (stands < 0) & (best < len(rank))
        stands[fresh] = of_rank[best[fresh]]
    return np.where(stands < 0, np.arange(len(rank)), stands)
