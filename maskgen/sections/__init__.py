"""Sections: what the part looks like in a vertical cut after every step of its flow.

A part in a section is polygons in the plane of the cut, x along the cut and z up, one region for each material. The
steps of the technology's flow move fronts through it: `fronts` is the geometry of a front that nothing stops but what
it cannot pass, `steps` the table of what each kind of step does. The masks are the snapped ones, along the cut.

The model is two-dimensional: what stands beside the cut does not show, so cuts belong through the middle of shapes and
square to their edges (`process.md` 9.1).
"""
