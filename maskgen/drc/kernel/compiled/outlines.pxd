# Outlines in runs of edges (`runs.Runs`) as the loops read them: pointers into arrays that the caller keeps alive.

from libc.stdint cimport int32_t, int64_t, uint8_t

from maskgen.drc.kernel.compiled.points cimport Edge, edge


cdef struct Outlines:
    const int64_t* coords
    const int32_t* begins
    const int32_t* after
    const int32_t* owner
    const uint8_t* directions
    const int64_t* sides


cdef inline Outlines outlines(runs):
    cdef const int64_t[:, ::1] coords = runs.coords
    cdef const int32_t[::1] begins = runs.begins, after = runs.after, owner = runs.owner
    cdef const uint8_t[:, ::1] directions = runs.directions
    cdef const int64_t[::1] sides = runs.sides
    cdef Outlines found
    found.coords, found.begins, found.after, found.owner = &coords[0, 0], &begins[0], &after[0], &owner[0]
    found.directions, found.sides = &directions[0, 0], &sides[0]
    return found


# Edge `a` of a run ends at vertex `a` and begins at the next one of its ring.
cdef inline Edge edge_of(const Outlines* outline, Py_ssize_t run, Py_ssize_t a) noexcept nogil:
    cdef Py_ssize_t after = a + 1 if a + 1 < outline.begins[run + 1] else outline.after[run]
    cdef const int64_t* coords = outline.coords
    return edge(coords[2 * after], coords[2 * after + 1], coords[2 * a], coords[2 * a + 1])
