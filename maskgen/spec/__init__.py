"""Specs: what a user wants, in one YAML file.

Words used throughout: *space* is edge to edge, *pitch* is centre to centre, *margin* and *inset* are to a border. A
*contact* is a bond site on a die; a *pad* is a terminal of the package, seen from above; the *mounting pad* carries the
die.
"""
