import numpy as np
from numpy.typing import NDArray

from maskgen.drc.kernel.candidates import Compact

Integers = NDArray[np.int64]

LEFT: int
RIGHT: int

def counts(coords: Integers, rings: Integers, low: int, shift: int, bands: int) -> Integers: ...
def fill(coords: Integers, rings: Integers, low: int, shift: int, found: Compact, starts: Integers) -> None: ...
def walls(
    found: Compact, starts: Integers, bands: tuple[int, int], low: int, shift: int
) -> tuple[Compact, Integers]: ...
def joined(found: Compact, begins: Integers, low: int, shift: int) -> tuple[Compact, Integers]: ...
def traced(found: Compact, parent: Integers, order: Integers) -> tuple[Integers, Integers, Integers, Integers]: ...
