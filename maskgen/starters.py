"""Starters: the template specs that ship with the program, at the root of a checkout or inside the package."""

from difflib import get_close_matches
from pathlib import Path

from maskgen.errors import MaskgenError


def folder() -> Path:
    """Return the folder of the templates: in the package once installed, at the root of a checkout before."""
    installed = Path(__file__).parent / "templates"
    return installed if installed.is_dir() else Path(__file__).parent.parent / "templates"


def names() -> list[str]:
    """Return the names of the templates."""
    return sorted(path.stem for path in folder().glob("*.yaml"))


def starter(name: str) -> str:
    """Return the text of a template.

    Raises
    ------
    MaskgenError
        With the nearest name, if there is none.
    """
    if name not in names():
        near = get_close_matches(name, names(), n=1)
        hint = f", did you mean {near[0]!r}" if near else ""
        raise MaskgenError(f"no template is called {name!r}{hint}; known: {', '.join(names())}")
    return (folder() / f"{name}.yaml").read_text(encoding="utf-8")
