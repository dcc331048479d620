"""Where technologies are found: on the shelf that ships with the program, or in the user's own file."""

from difflib import get_close_matches
from importlib import resources
from pathlib import Path

from maskgen.source import Source, read_source, validate
from maskgen.technology.model import Technology

SHELF = Path(str(resources.files("maskgen.technology")))
"""Folder of the shipped technologies and rule decks."""


def shipped(ending: str = ".yaml") -> list[str]:
    """Return the names of the shipped technologies, or of the decks (`.drc.yaml`)."""
    return sorted(
        path.name.removesuffix(ending)
        for path in SHELF.glob(f"*{ending}")
        if ending == ".drc.yaml" or not path.name.endswith(".drc.yaml")
    )


def find(name: str, beside: Path, ending: str) -> Path:
    """Return the file that a name means: a path beside the file that names it, or a shipped one.

    Raises
    ------
    ValueError
        If there is neither, with the nearest shipped name.
    """
    own = beside / name
    if name.endswith((".yaml", ".yml")) or "/" in name:
        if own.is_file():
            return own
        raise ValueError(f"no such file: {name}")
    if name in shipped(ending):
        return SHELF / f"{name}{ending}"
    near = get_close_matches(name, shipped(ending), n=1)
    hint = f", did you mean {near[0]!r}" if near else ""
    raise ValueError(f"no shipped one is called {name!r}{hint}; known: {', '.join(shipped(ending))}")


def read_technology(path: Path) -> tuple[Technology, Source]:
    """Return a technology and the file that it was read from."""
    source = read_source(path)
    return validate(source, Technology), source
