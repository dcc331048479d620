"""Barcodes: text as a Data Matrix (ISO/IEC 16022, ECC 200), each module a square.

Dark modules are drawn; where only their corners meet a notch keeps them apart, because a mask maker would read kissing
corners as a width of zero. Knows nothing of where a code stands or which way it reads.
"""

import numpy as np
import shapely
from numpy.typing import NDArray

from maskgen.geometry import regions
from maskgen.geometry.regions import Region

NOTCH = 1 / 5
"""Finest feature, the gap between modules whose corners meet; part of a module."""

LONGEST = 100
"""Characters of a code, so that readers with a camera still hold all of it."""


def modules(text: str) -> NDArray[np.bool_]:
    """Return the modules of a text, the first row on top, True where dark.

    Raises
    ------
    ValueError
        If the text is empty, too long, or has characters beyond printable ASCII.
    """
    from ppf.datamatrix import DataMatrix  # type: ignore[import-untyped]  # noqa: PLC0415 - most plates have none

    if not 0 < len(text) <= LONGEST:
        raise ValueError(f"a barcode holds 1 to {LONGEST} characters, got {len(text)}")
    strange = next((character for character in text if not " " <= character <= "~"), None)
    if strange is not None:
        raise ValueError(f"a barcode holds printable ASCII, got {strange!r}")
    return np.array(DataMatrix(text).matrix, dtype=bool)


def data_matrix(text: str, module: float) -> Region:
    """Return a Data Matrix around the origin, its long bars at the left and at the bottom.

    Parameters
    ----------
    module
        Side of a module [µm].
    """
    dark = modules(text)
    rows, columns = np.nonzero(dark)
    left, top = -dark.shape[1] / 2, dark.shape[0] / 2
    x, y = left + columns, top - rows
    squares = shapely.box(x * module, (y - 1) * module, (x + 1) * module, y * module)
    return regions.areal(regions.merge(squares).difference(regions.merge(_notches(dark, module))))


def _notches(dark: NDArray[np.bool_], module: float) -> NDArray[np.object_]:
    """Return a square around each point where two modules meet by their corners alone."""
    one, other = dark[:-1, :-1] & dark[1:, 1:], dark[:-1, 1:] & dark[1:, :-1]
    beside, diagonal = dark[:-1, 1:] | dark[1:, :-1], dark[:-1, :-1] | dark[1:, 1:]
    rows, columns = np.nonzero((one & ~beside) | (other & ~diagonal))
    x = (columns + 1 - dark.shape[1] / 2) * module
    y = (dark.shape[0] / 2 - rows - 1) * module
    half = NOTCH * module / 2
    return np.atleast_1d(shapely.box(x - half, y - half, x + half, y + half))
