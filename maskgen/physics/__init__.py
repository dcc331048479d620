"""Formulas of the processes, with units, sources and limits. Knows nothing of specs, layers or layouts.

Lengths are µm, areas µm², volumes µm³, angles degrees, times minutes; other units stand in the docstrings. Every
function raises ValueError for what lies outside its domain; where a model holds only in a range, a predicate says so.
"""
