"""Domains: what may go into a formula, and the sentence for what may not."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def positive(unit: str, /, **values: ArrayLike) -> None:
    """Raise ValueError unless all values are finite and above zero.

    Parameters
    ----------
    unit
        Unit of the sentence, empty for plain numbers.
    values
        By the names of the sentence; arrays are checked throughout.

    Examples
    --------
    >>> positive("um", peel_width=-1.0)
    Traceback (most recent call last):
    ValueError: peel width must be above 0 um, got -1 um
    """
    for name, value in values.items():
        found = np.asarray(value, dtype=float)
        _require(found, found > 0, f"{_words(name)} must be above {_quantity(0, unit)}", unit)


def not_negative(unit: str, /, **values: ArrayLike) -> None:
    """Raise ValueError unless all values are finite and zero or above."""
    at_least(unit, 0.0, **values)


def at_least(unit: str, least: float, /, **values: ArrayLike) -> None:
    """Raise ValueError unless all values are finite and no less than a limit."""
    for name, value in values.items():
        found = np.asarray(value, dtype=float)
        _require(found, found >= least, f"{_words(name)} must be at least {_quantity(least, unit)}", unit)


def between(unit: str, least: float, most: float, /, **values: ArrayLike) -> None:
    """Raise ValueError unless all values are from one limit to another, both allowed."""
    for name, value in values.items():
        found = np.asarray(value, dtype=float)
        sentence = f"{_words(name)} must be from {_quantity(least, unit)} to {_quantity(most, unit)}"
        _require(found, (found >= least) & (found <= most), sentence, unit)


def finite(unit: str, /, **values: ArrayLike) -> None:
    """Raise ValueError unless all values are finite."""
    for name, value in values.items():
        found = np.asarray(value, dtype=float)
        _require(found, np.isfinite(found), f"{_words(name)} must be finite", unit)


def _require(found: NDArray[np.float64], good: NDArray[np.bool_], sentence: str, unit: str) -> None:
    """Raise ValueError with the first value that is not good, or not finite."""
    bad = found[~(good & np.isfinite(found))]
    if bad.size:
        raise ValueError(f"{sentence}, got {_quantity(float(bad.flat[0]), unit)}")


def _quantity(value: float, unit: str) -> str:
    """Return a number with its unit, if it has one."""
    return f"{value:g} {unit}".rstrip()


def _words(name: str) -> str:
    """Return the words of a parameter's name."""
    return name.replace("_", " ")
