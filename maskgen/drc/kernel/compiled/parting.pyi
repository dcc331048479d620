import numpy as np
from numpy.typing import NDArray

from maskgen.drc.kernel.candidates import Compact

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

def count(coords: Integers, rings: Integers, scale: int) -> int: ...
def part(
    coords: Integers,
    rings: Integers,
    polygons: Integers,
    scale: int,
    begins: Compact,
    following: Compact,
    boxes: Compact,
    owner: Compact,
    directions: NDArray[np.uint8],
) -> None: ...
def shapes(coords: Integers, rings: Integers, polygons: Integers) -> tuple[Booleans, Integers]: ...
def turns(coords: Integers, rings: Integers) -> NDArray[np.float64]: ...
def own_pairs(
    boxes: Compact, owner: Compact, begins: Integers, skipped: Booleans, reach: int, most: int
) -> tuple[Integers, Integers]: ...
