import numpy as np
from numpy.typing import NDArray

from maskgen.drc.kernel.candidates import Compact

Integers = NDArray[np.int64]

def counts(boxes: Compact, low: int, shift: int, reach: int, many: int, strips: int) -> Integers: ...
def filed(boxes: Compact, low: int, shift: int, reach: int, many: int, starts: Integers) -> Compact: ...
def pairs(
    boxes: Compact,
    members: Compact,
    starts: Integers,
    portion: tuple[int, int],
    low: int,
    shift: int,
    reach: int,
    split: int,
) -> tuple[Integers, Integers]: ...
def grouped(boxes: Compact, members: Compact, starts: Integers, kinds: Integers) -> Integers: ...
