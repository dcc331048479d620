"""Which cells place which, as names alone: loops, levels and numbers of copies. Knows nothing of files."""

from collections.abc import Iterable, Mapping

MOST_LEVELS = 500
"""Most levels of cells; deeper hierarchies overflow the stack of programs that follow them."""


def levels(children: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Return the levels of cells below and including each, 1 for a cell that places none.

    Parameters
    ----------
    children
        Names of the cells that each cell places, all of them keys themselves.

    Returns
    -------
    dict of str to int
        Cells before those that place them; cells in or above a loop are left out.
    """
    waiting = {name: len(set(placed)) for name, placed in children.items()}
    parents: dict[str, list[str]] = {name: [] for name in children}
    for name, placed in children.items():
        for child in set(placed):
            parents[child].append(name)
    found = {name: 1 for name, count in waiting.items() if count == 0}
    ready = list(found)
    for name in ready:
        for parent in parents[name]:
            waiting[parent] -= 1
            if waiting[parent] == 0:
                found[parent] = 1 + max(found[child] for child in children[parent])
                ready.append(parent)
    return found


def loop(children: Mapping[str, Iterable[str]]) -> list[str]:
    """Return cells of which each places the next and the last is the first again, none if there is no loop.

    Examples
    --------
    >>> loop({"TOP": ["A"], "A": ["B"], "B": ["A"]})
    ['A', 'B', 'A']
    """
    whole = levels(children)
    left = {name: [child for child in placed if child not in whole] for name, placed in children.items()}
    name = next((name for name in children if name not in whole), None)
    trail: list[str] = []
    while name is not None and name not in trail:
        trail.append(name)
        name = left[name][0]
    return [] if name is None else [*trail[trail.index(name) :], name]


def placements(copies: Mapping[str, Iterable[tuple[str, int]]]) -> dict[str, int]:
    """Return how many cells a flattened copy of each cell would place, itself not counted.

    Parameters
    ----------
    copies
        For each cell, without loops, the cells it places and how many times.
    """
    counts: dict[str, int] = {}
    for name in levels({name: [child for child, _ in placed] for name, placed in copies.items()}):
        counts[name] = sum(times * (1 + counts[child]) for child, times in copies[name])
    return counts
