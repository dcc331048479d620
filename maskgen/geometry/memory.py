"""Memory: whatever a library says when it runs out of it, the user is told so in one sentence."""

from collections.abc import Iterator
from contextlib import contextmanager

from shapely.errors import GEOSException

from maskgen.errors import MaskgenError

_WORDS = ("bad_alloc", "could not allocate")
"""What GEOS and NumPy's C interface say."""


@contextmanager
def told_if_short() -> Iterator[None]:
    """Turn a lack of memory, whoever notices it, into an error that a user can read.

    Raises
    ------
    MaskgenError
        ``needs more memory than there is``.
    """
    try:
        yield
    except (MemoryError, GEOSException, RuntimeError) as error:
        if isinstance(error, MemoryError) or any(word in str(error) for word in _WORDS):
            raise MaskgenError("needs more memory than there is") from None
        raise
