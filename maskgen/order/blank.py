"""Blanks: the plate that a mask's data fits on, and how well its line width is held."""

from maskgen.geometry.regions import Box
from maskgen.order.model import Blank

HANDLING = 5000.0
"""Border [µm] of a plate that carries no data (`vendors.md` 1.11)."""

INCH = 25_400.0

_PLATES = ((3, 60), (4, 60), (5, 90), (6, 120), (7, 120), (9, 120))
"""Square plates: side [in], thickness [mil] (`vendors.md` 1.10)."""

LARGEST = 680_000.0, 780_000.0
"""Data [µm] that the largest chrome plates take (`vendors.md` 1.10)."""
_LARGE = 700_000.0, 800_000.0

_TOLERANCES = ((10.0, 0.5), (50.0, 1.0), (127.0, 1.3), (250.0, 1.9))
_COARSEST = 2.54
"""[µm] of larger features (`vendors.md` 1.10)."""

GLASS = "soda-lime glass, chrome about 100 nm"


def plate_for(box: Box) -> Blank:
    """Return the smallest plate that holds data with its origin in the middle, and a border for handling."""
    half_width, half_height = max(-box[0], box[2]), max(-box[1], box[3])
    needed = 2 * (max(half_width, half_height) + HANDLING)
    for side, mils in _PLATES:
        if needed <= side * INCH:
            code = f"{side}{mils // 10:03d}"
            return _glass(code, side * INCH, side * INCH, mils * 25.4)
    short, long = sorted((2 * half_width, 2 * half_height))
    if short <= LARGEST[0] and long <= LARGEST[1]:
        size = _LARGE if half_width <= half_height else _LARGE[::-1]
        return _glass("large chrome plate", size[0], size[1], None)
    return Blank(code="beyond the list", width=None, height=None, thickness=None, material=GLASS, status="to be agreed")


def foil(thickness: float) -> Blank:
    """Return the foil of a stencil, whose frame is the shop's."""
    return Blank(
        code="stencil foil", width=None, height=None, thickness=thickness, material="stainless steel", status="proposed"
    )


TOOL = Blank(
    code="tool data", width=None, height=None, thickness=None, material="none: data drives a machine or shapes a tool",
    status="to be agreed",
)  # fmt: skip
"""What needs no plate."""


def tolerance(size: float) -> float:
    """Return how well a plate holds a line width [µm] (`vendors.md` 1.10).

    Examples
    --------
    >>> tolerance(5.0), tolerance(50.0), tolerance(300.0)
    (0.5, 1.0, 2.54)
    """
    first, *others = _TOLERANCES
    if size < first[0]:
        return first[1]
    return next((value for limit, value in others if size <= limit), _COARSEST)


def _glass(code: str, width: float, height: float, thickness: float | None) -> Blank:
    return Blank(
        code=code,
        width=round(width, 3),
        height=round(height, 3),
        thickness=None if thickness is None else round(thickness, 3),
        material=GLASS,
        status="proposed",
    )
