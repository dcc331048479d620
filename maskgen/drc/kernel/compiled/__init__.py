"""Compiled twins of the kernel's searches: the same results, many times as fast.

They are made when the program is installed (`hatch_build.py`). Where there was no compiler NumPy does the work, and so
it does for small layouts, where nothing is gained.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.util import find_spec

LARGE = 1_000
"""Edges from which on the compiled searches are used."""
_MODULES = "nearness", "parting", "rounds", "scanline", "shapes", "shields", "strips"


def pays(edges: int) -> bool:
    """Tell whether a layout is large enough for the compiled searches, and these are there."""
    return edges >= LARGE and is_there()


@cache
def is_there() -> bool:
    """Tell whether all of the kernel has been compiled."""
    return all(find_spec(f"{__name__}.{name}") for name in _MODULES)


def threads() -> ThreadPoolExecutor:
    """Return threads, one for each core: compiled functions let others run."""
    return ThreadPoolExecutor(max_workers=os.cpu_count())
