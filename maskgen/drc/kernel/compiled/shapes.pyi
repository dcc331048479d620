import numpy as np
from numpy.typing import NDArray

from maskgen.drc.kernel.candidates import Compact

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

BOX: int
STRAIGHT: int
CONVEX: int
BENT: int

def kinds(coords: Integers, rings: Integers, polygons: Integers) -> NDArray[np.uint8]: ...
def groups(count: int, first: Integers, second: Integers) -> Integers: ...
def box(coords: Integers, rings: Integers, polygons: Integers, found: Compact) -> None: ...
def chosen(
    coords: Integers,
    rings: Integers,
    polygons: Integers,
    keep: Booleans,
    room: tuple[int, int, int],
    *,
    is_spare: bool,
) -> tuple[Integers, Integers, Integers]: ...
