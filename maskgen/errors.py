"""What a user can put right: the one error base of the program. Knows nothing of files or formats."""

from collections.abc import Sequence
from dataclasses import dataclass


class MaskgenError(Exception):
    """Something the user can mend; its text is the whole message, place first.

    A traceback of any other exception is a bug in maskgen.
    """


@dataclass(frozen=True)
class Problem:
    """One mistake in something the user wrote.

    Parameters
    ----------
    key
        Path of the key the user would change, e.g. ``("pads", "ring", 0, "pitch")``.
    sentence
        What is wrong, lower case, with the value, the limit and the unit; no full stop.
    column
        Where in the value's text it is wrong, counted from 0, if that is known.
    """

    key: tuple[str | int, ...]
    sentence: str
    column: int | None = None


class ProblemsError(MaskgenError):
    """Several problems at once, not yet tied to a file; `maskgen.source` adds path, line and caret."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{dotted(p.key)}: {p.sentence}" for p in self.problems))


class SourceError(MaskgenError):
    """Problems of one text file, each as ``path:line:col: key: sentence`` with the line and a caret."""


class LayoutError(MaskgenError):
    """A binary layout that cannot be read, as ``path: byte OFFSET: sentence``."""


def dotted(key: tuple[str | int, ...]) -> str:
    """Return a key path as users write it.

    Examples
    --------
    >>> dotted(("pads", "list", 0, "x"))
    'pads.list[0].x'
    """
    text = ""
    for part in key:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
