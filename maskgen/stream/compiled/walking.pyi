import numpy as np
from numpy.typing import NDArray

def starts(data: bytes) -> tuple[NDArray[np.int64], int]: ...
