import numpy as np
from numpy.typing import NDArray

from maskgen.drc.kernel.candidates import Compact
from maskgen.drc.kernel.outlines import Runs

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Reals = NDArray[np.float64]

EUCLIDIAN: int
SQUARE: int
PROJECTION: int

def near(
    own: Runs,
    other: Runs,
    other_boxes: Compact,
    skipped: Booleans,
    first: Integers,
    second: Integers,
    rule: tuple[int, int, int, int, bool, bool, bool],
    facing: tuple[Reals, float, float],
) -> tuple[Compact, Compact, Reals]: ...
