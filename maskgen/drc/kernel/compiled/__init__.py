"""Compiled twins of the kernel's searches: the same results for large layouts, several times as fast.

Loading the compiler costs half a second, and compiling, once in a machine's life, some more: small layouts stay with
NumPy, and so does everything where there is no numba.
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import import_module

LARGE = 100_000
"""Edges from which on the compiler pays for its own loading."""
_SHARE = 10
"""How many times fewer they may be once it is loaded."""


def pays(edges: int) -> bool:
    """Tell whether a layout is large enough for the compiled searches, and these can be had."""
    least = LARGE // _SHARE if f"{__name__}.jit" in sys.modules else LARGE
    return edges >= least and _is_usable()


@cache
def _is_usable() -> bool:
    """Tell whether the compiler can be loaded and is not switched off."""
    if os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0"):
        return False
    try:
        import_module("numba")
    except ImportError:  # not there, or made for another NumPy
        return False
    return True


def threads() -> ThreadPoolExecutor:
    """Return threads, one for each core: compiled functions let others run."""
    return ThreadPoolExecutor(max_workers=os.cpu_count())
