"""Raster: SVG drawn as PNG, with letters of our own, so that it looks the same on every machine."""

from importlib.util import find_spec
from pathlib import Path

_FONT = "Bitstream Vera Sans"
_FILES = ("Vera.ttf", "VeraBd.ttf")
"""Fonts that come with reportlab."""
_DPI = 96.0
"""Pixels in an inch of a picture whose size is in mm."""


def png(svg: str, *, width: int | None = None, zoom: float | None = None) -> bytes:
    """Return an SVG picture as PNG; the same bytes for the same picture.

    Parameters
    ----------
    width
        Pixels across, in place of a zoom.
    zoom
        Pixels in a unit of the picture's own size; 1 by default.
    """
    # A library of its own weight, which only those wait for who ask for PNG.
    from resvg_py import svg_to_bytes  # noqa: PLC0415

    return bytes(
        svg_to_bytes(
            svg_string=svg,
            width=width,
            zoom=zoom,
            dpi=_DPI,
            skip_system_fonts=True,
            font_files=_fonts(),
            font_family=_FONT,
            style_sheet=f"text {{ font-family: '{_FONT}' }}",  # words in a font that is not here would be left out
            sans_serif_family=_FONT,
        )
    )


def _fonts() -> list[str]:
    """Return the paths of the fonts, found without loading the package they come with."""
    spec = find_spec("reportlab")
    folders = spec.submodule_search_locations if spec else None
    return [str(Path(folder) / "fonts" / name) for folder in folders or () for name in _FILES]
