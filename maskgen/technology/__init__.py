"""Technologies: what a shop can do, as data. Layers, materials, measured numbers, and the flow of steps.

The shipped ones are the YAML files in this folder; a user copies one, changes it and points a spec at it.
"""

from maskgen.technology.flow import Step
from maskgen.technology.model import LayerEntry, Material, Number, Technology, WindowEntry
from maskgen.technology.process import Mask, Process, resolve
from maskgen.technology.shelf import read_technology, shipped

__all__ = [
    "LayerEntry",
    "Mask",
    "Material",
    "Number",
    "Process",
    "Step",
    "Technology",
    "WindowEntry",
    "read_technology",
    "resolve",
    "shipped",
]
