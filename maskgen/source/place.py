"""The text of a source, and messages that point into it."""

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from maskgen.errors import Problem, SourceError, dotted

Key = tuple[str | int, ...]

_SHOWN = 100
"""Most characters of a source line in a message."""


@dataclass(frozen=True)
class Span:
    """Where something stands: line and column from 1, and how many characters it takes on that line."""

    line: int
    column: int
    length: int


@dataclass(frozen=True)
class Source:
    """A YAML file.

    Parameters
    ----------
    path
        As the user wrote it; it begins every message.
    data
        Plain Python: dicts with text keys, lists, text, numbers, bools, None.
    unit
        Value of the top-level ``unit:``, None if there is none.
    spans
        Where each key path stands: from its key to the end of its value's first line.
    settings
        Values that came from the command line: key path to the words that set it.
    """

    path: str
    text: str
    data: dict[str, Any]
    unit: str | None
    spans: Mapping[Key, Span] = field(repr=False)
    settings: Mapping[Key, str] = field(default_factory=dict)

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def error(self, problems: Sequence[Problem]) -> SourceError:
        """Return the problems with their places, in the order of the file, each once."""
        placed = sorted({(self._span(problem.key), problem.key, problem.sentence) for problem in problems}, key=_order)
        return SourceError("\n".join(self._message(span, key, sentence) for span, key, sentence in placed))

    def _span(self, key: Key) -> Span | str:
        """Return where a key stands, or the nearest one above it; the words of a setting if it came from there."""
        for end in range(len(key), -1, -1):
            if key[:end] in self.settings:
                return self.settings[key[:end]]
            if key[:end] in self.spans:
                return self.spans[key[:end]]
        return Span(1, 1, 1)

    def _message(self, span: Span | str, key: Key, sentence: str) -> str:
        named = f"{dotted(key).rstrip()}: " if key else ""
        if isinstance(span, str):
            return f"--set {span}: {named}{sentence}"
        return f"{self.path}:{span.line}:{span.column}: {named}{sentence}\n{marked(self.text, span)}"


def _order(entry: tuple[Span | str, Key, str]) -> tuple[int, int, str]:
    span, _, sentence = entry
    return (0, 0, span) if isinstance(span, str) else (span.line, span.column, sentence)


def marked(text: str, span: Span) -> str:
    """Return the line that a span stands on, with carets under it."""
    lines = text.split("\n")
    line = lines[span.line - 1].rstrip("\r") if span.line <= len(lines) else ""
    start = max(0, span.column - 1 - _SHOWN // 2) if len(line) > _SHOWN else 0
    shown = "".join(character if character.isprintable() else " " for character in line[start : start + _SHOWN])
    before = shown[: span.column - 1 - start]
    under = shown[len(before) : len(before) + span.length]
    number = str(span.line)
    return f"  {number} | {shown}\n  {' ' * len(number)} | {' ' * columns(before)}{'^' * max(1, columns(under))}"


def columns(text: str) -> int:
    """Return how many columns of a terminal a text takes.

    Examples
    --------
    >>> columns("µm"), columns("裸片")
    (2, 4)
    """
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(unicodedata.combining(character) > 0 for character in text)
