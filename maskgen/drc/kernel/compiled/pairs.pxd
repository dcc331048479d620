# Pairs of numbers that loops find, as arrays.

from libc.stdint cimport int32_t, int64_t
from libcpp.vector cimport vector

import numpy as np


# The numbers at even and at odd places.
cdef inline columns(const vector[int32_t]& found):
    cdef Py_ssize_t count = found.size() // 2, n
    first, second = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
    cdef int64_t[::1] to_first = first, to_second = second
    for n in range(count):
        to_first[n], to_second[n] = found[2 * n], found[2 * n + 1]
    return first, second
