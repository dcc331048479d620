"""The checklist, in its order."""

from maskgen.vendors.item import Item
from maskgen.vendors.items.data import DATA
from maskgen.vendors.items.plate import PLATE
from maskgen.vendors.items.process import PROCESS
from maskgen.vendors.items.shapes import SHAPES

CHECKLIST: tuple[Item, ...] = (*DATA, *SHAPES, *PLATE, *PROCESS)
"""Items V01 to V39 (`vendors.md` 6)."""
