"""Linking: what hangs together through pairs."""

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


def groups(count: int, first: Integers, second: Integers) -> Integers:
    """Return for each of some things the least index of those that it hangs together with, through pairs of them.

    Examples
    --------
    >>> groups(5, np.array([3, 4]), np.array([1, 3])).tolist()
    [0, 1, 2, 1, 1]
    """
    label = np.arange(count)
    while len(first):
        one, other = label[first], label[second]
        apart = one != other
        first, second, one, other = first[apart], second[apart], one[apart], other[apart]
        np.minimum.at(label, np.maximum(one, other), np.minimum(one, other))
        while (label != label[label]).any():
            label = label[label]
    return label
