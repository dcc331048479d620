import numpy as np
from numpy.typing import NDArray

from maskgen.drc.kernel.candidates import Compact
from maskgen.drc.kernel.outlines import Runs

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Pairs = tuple[Integers, Integers, Integers, Integers, Integers, Integers]

SAME: int
OTHERS: int
ALL: int

def hide(
    pairs: Pairs,
    runs: Runs,
    boxes: Compact,
    near: tuple[Integers, Integers],
    whose: int,
    hidden: tuple[Booleans, Booleans],
) -> None: ...
