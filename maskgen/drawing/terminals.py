"""Terminals of a package as drawn: each with a name of its own, and apart from the others."""

from collections.abc import Sequence

import numpy as np
import shapely

from maskgen.errors import Problem, ProblemsError
from maskgen.spec.terminals import Terminal

_NAMED = 3
"""Pairs that touch and are named; the others are as easy to see in a picture."""


def require_apart(terminals: Sequence[Terminal], key: str, *, noun: str = "pad") -> None:
    """Refuse terminals that share a name, or that touch.

    Parameters
    ----------
    key
        Where they stand in the spec.
    noun
        What one of them is called.
    """
    seen: set[str] = set()
    problems = []
    for terminal in terminals:
        if terminal.name in seen:
            problems.append(Problem((key,), f"two {noun}s are called {terminal.name!r}"))
        seen.add(terminal.name)
    outlines = np.array([terminal.outline for terminal in terminals], dtype=object)
    first, second = shapely.STRtree(outlines).query(outlines, predicate="intersects") if len(terminals) else ((), ())
    touching = [(a, b) for a, b in zip(first, second, strict=True) if a < b]
    problems += [
        Problem((key,), f"{noun}s {terminals[a].name} and {terminals[b].name} touch or overlap")
        for a, b in touching[:_NAMED]
    ]
    if problems:
        raise ProblemsError(problems)
