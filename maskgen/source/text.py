"""Places in a text, and how they are shown: a line with a caret. Knows nothing of YAML."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from unicodedata import combining, east_asian_width

from maskgen.errors import Problem, SourceError, dotted

MOST_SHOWN = 100
"""Problems of one file that are shown; the others are counted."""

_WIDTH = 100
"""Characters of a line that are shown."""

_BEFORE_CARET = 40
"""Characters of a long line that are shown before the caret."""

_LONGEST_MESSAGE = 1000
_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, order=True)
class Span:
    """A part of one line: line and column of its first character, counted from 1, and how many characters."""

    line: int
    column: int
    length: int


TOP = Span(1, 1, 1)
"""Where a file as a whole is pointed at."""


@dataclass(frozen=True)
class Place:
    """Where a key and its value stand.

    Parameters
    ----------
    key
        The key as written, quotes included; None for an entry of a list.
    value
        The first line of the value.
    caret
        What a problem is underlined with: key and value where both stand on one line, else the key; the value of a
        list's entry.
    """

    key: Span | None
    value: Span
    caret: Span


@dataclass(frozen=True, order=True)
class Mistake:
    """A problem and its place in a file, or what it was said with on the command line."""

    span: Span
    setting: str = ""
    problem: Problem = field(default=Problem((), ""), compare=False)


@dataclass(frozen=True)
class Text:
    """A text that shows its lines.

    Parameters
    ----------
    path
        As the user wrote it.
    """

    path: str
    lines: tuple[str, ...]

    @classmethod
    def of(cls, path: str, text: str) -> "Text":
        """Return a text cut into lines, without a byte order mark."""
        return cls(path, tuple(_BREAK.split(text.removeprefix("\ufeff"))))

    def error(self, mistakes: Iterable[Mistake]) -> SourceError:
        """Return mistakes as one error: by place, none twice."""
        ordered = sorted(mistakes, key=lambda mistake: (mistake.setting != "", mistake))
        messages = list(dict.fromkeys(self._message(mistake) for mistake in ordered))
        rest = len(messages) - MOST_SHOWN
        if rest > 0:
            messages[MOST_SHOWN:] = [f"{one_line(self.path)}: and {rest} more"]
        return SourceError("\n".join(messages))

    def _message(self, mistake: Mistake) -> str:
        """Return a mistake as it is printed: its place, key and sentence, and the line with a caret."""
        span, problem = mistake.span, mistake.problem
        key = f"{dotted(problem.key)}: " if problem.key else ""
        if mistake.setting:
            return one_line(f"{mistake.setting}: {key}{problem.sentence}")
        header = one_line(f"{self.path}:{span.line}:{span.column}: {key}{problem.sentence}")
        return "\n".join([header, *self._excerpt(span)])

    def _excerpt(self, span: Span) -> list[str]:
        """Return a line and the caret under it, both cut about the caret where the line is long."""
        line = self.lines[span.line - 1] if span.line <= len(self.lines) else ""
        start = max(0, min(span.column - 1 - _BEFORE_CARET, len(line) - _WIDTH))
        shown = line[start : start + _WIDTH]
        before, marked = line[start : span.column - 1], shown[span.column - 1 - start :][: span.length]
        left, right = "…" * (start > 0), "…" * (start + _WIDTH < len(line))
        margin = " " * len(str(span.line))
        caret = " " * (len(left) + _width(before)) + "^" * max(1, _width(marked))
        return [f"  {span.line} | {left}{_visible(shown)}{right}".rstrip(), f"  {margin} | {caret}"]


def _visible(text: str) -> str:
    """Return a text with a box for each character that would not be seen, or would turn the line around."""
    return "".join(" " if char == "\t" else char if char.isprintable() else "\ufffd" for char in text)


def _width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in _visible(text))


def one_line(message: str) -> str:
    """Return a message without line breaks and controls, and not longer than anyone reads."""
    plain = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in message)
    return plain if len(plain) <= _LONGEST_MESSAGE else f"{plain[:_LONGEST_MESSAGE]}…"
