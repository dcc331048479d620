import numpy as np
from numpy.typing import NDArray

from maskgen.drc.kernel.candidates import Compact

Integers = NDArray[np.int64]

def thinned(boxes: Compact, order: Integers, starts: Integers, rank: Integers, rounds: int) -> Integers: ...
