"""The compiler's decorator."""

from collections.abc import Callable
from importlib import import_module
from typing import TypeVar

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """Return a function compiled at its first call, kept on disk if a folder for that is writable.

    A kept function does not notice changes of other files: it calls only functions of its own.
    """
    njit = import_module("numba").njit
    try:
        return njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:  # neither the package's folder nor the user's is writable
        return njit(nogil=True, error_model="numpy")(function)
