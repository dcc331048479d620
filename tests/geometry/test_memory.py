"""What is said where memory runs out."""

import pytest
from shapely.errors import GEOSException

from maskgen.errors import MaskgenError
from maskgen.geometry.memory import told_if_short


@pytest.mark.parametrize(
    "error",
    [MemoryError(), GEOSException("std::bad_alloc"), RuntimeError("could not allocate numpy array")],
    ids=["python", "geos", "numpy"],
)
def test_a_lack_of_memory_is_told(error):
    with pytest.raises(MaskgenError, match=r"^needs more memory than there is$"), told_if_short():
        raise error


@pytest.mark.parametrize("error", [GEOSException("TopologyException"), RuntimeError("x"), ValueError("y")])
def test_other_errors_stay(error):
    with pytest.raises(type(error), match=str(error)), told_if_short():
        raise error
