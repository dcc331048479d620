"""The walk from record to record of a GDSII file: the loop of `records.walk`."""

from libc.stdint cimport int64_t

import numpy as np


cdef inline Py_ssize_t _length(const unsigned char[::1] data, Py_ssize_t at) noexcept nogil:
    """Return the length of the record at a place, 0 if it has none that can be."""
    cdef Py_ssize_t length = data[at] << 8 | data[at + 1]
    return 0 if length < 4 or length & 1 else length


def starts(const unsigned char[::1] data):
    """Return (n,) ndarray of int, where each record begins, and where no further one does [bytes].

    The twin in Python is `records.starts`.
    """
    cdef Py_ssize_t end = len(data) // 2 * 2, at = 0, count = 0, length, place
    with nogil:
        while at < end:
            length = _length(data, at)
            if length == 0:
                break
            at += length
            count += 1
    result = np.empty(count, dtype=np.int64)
    cdef int64_t[::1] found = result
    with nogil:
        place = 0
        for count in range(found.shape[0]):
            found[count] = place
            place += _length(data, place)
    return result, at
