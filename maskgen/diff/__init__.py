"""Differences of two layouts, layer by layer: what exactly one of them covers.

An exclusive or is local: a place differs or not by what covers it alone. So cells that are equal in both files are
never looked at, and of copies with the same surroundings one is compared for all. Texts are no geometry and are not
compared.
"""

from maskgen.diff.run import Comparison, compare

__all__ = ["Comparison", "compare"]
"""What may be relied on."""
