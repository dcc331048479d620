"""Where profiles are found: on the shelf that ships with the program, or in the user's own file."""

from collections.abc import Sequence
from difflib import get_close_matches
from importlib import resources
from pathlib import Path

from maskgen.errors import MaskgenError
from maskgen.source import read_source, validate
from maskgen.vendors.model import Profile

SHELF = Path(str(resources.files("maskgen.vendors")))
"""Folder of the shipped profiles."""


def shipped() -> list[str]:
    """Return the names of the shipped profiles."""
    return sorted(path.stem for path in SHELF.glob("*.yaml"))


def find(name: str, beside: Path) -> Path:
    """Return the file that a name means: a path beside the file that names it, or a shipped one.

    Raises
    ------
    ValueError
        If there is neither, with the nearest shipped name.
    """
    if name.endswith((".yaml", ".yml")) or "/" in name:
        own = beside / name
        if own.is_file():
            return own
        raise ValueError(f"no such file: {name}")
    if name in shipped():
        return SHELF / f"{name}.yaml"
    near = get_close_matches(name, shipped(), n=1)
    hint = f", did you mean {near[0]!r}" if near else ""
    raise ValueError(f"no vendor profile is called {name!r}{hint}; known: {', '.join(shipped())}")


def read_profile(name: str, beside: Path = Path(), settings: Sequence[str] = ()) -> Profile:
    """Return a profile by its name, or by the path of its file.

    Parameters
    ----------
    settings
        Values that take the place of the file's, each KEY=VALUE.

    Raises
    ------
    MaskgenError
        If there is none, or with every mistake of its file.
    """
    try:
        path = find(name, beside)
    except ValueError as error:
        raise MaskgenError(str(error)) from None
    return validate(read_source(path, settings), Profile)
