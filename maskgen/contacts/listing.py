"""Text files line by line, and the mistakes found in them, each with its place. Knows nothing of formats."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from maskgen.errors import SourceError

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_NUMBERS = re.compile(r"[-+]?\d*\.?\d+(?:[-+]\d*\.?\d+)+|[-+]?\d*\.\d+\.\d*")


@dataclass(frozen=True)
class Piece:
    """Some text of a file: line and column count from 1."""

    text: str
    line: int
    column: int

    def part(self, start: int, end: int) -> "Piece":
        """Return some of it, from one character up to another, without spaces around."""
        text = self.text[start:end]
        return Piece(text.strip(), self.line, self.column + start + len(text) - len(text.lstrip()))


class Listing:
    """The lines of one text file, and the mistakes found in them so far.

    Raises
    ------
    SourceError
        If the file cannot be read or is not UTF-8.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        text = _decoded(path).replace("\r\n", "\n").replace("\r", "\n")
        self.is_cut = bool(text) and not text.endswith("\n")
        self.lines = tuple(Piece(line, number, 1) for number, line in enumerate(text.split("\n"), start=1))
        self._mistakes: list[tuple[Piece, str]] = []

    def complain(self, piece: Piece, key: str, sentence: str) -> None:
        """Note a mistake: the text it concerns, the name of what is wrong, and the sentence that says why."""
        self._mistakes.append((piece, f"{key}: {sentence}"))

    def check(self) -> None:
        """Raise all mistakes noted so far, in the order of the file.

        Raises
        ------
        SourceError
            If there are any.
        """
        ordered = sorted(self._mistakes, key=lambda mistake: (mistake[0].line, mistake[0].column))
        if ordered:
            raise SourceError("\n".join(self._shown(piece, said) for piece, said in ordered))

    def _shown(self, piece: Piece, said: str) -> str:
        """Return a mistake with its place, its line, and carets below what it concerns."""
        line, number = self.lines[piece.line - 1].text, str(piece.line)
        before = re.sub(r"[^\t]", " ", line[: piece.column - 1])
        place = f"{self.path}:{piece.line}:{piece.column}: {said}"
        return f"{place}\n  {number} | {line}\n  {' ' * len(number)} | {before}{'^' * max(1, len(piece.text))}"


def _decoded(path: Path) -> str:
    """Return the text of a file."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {(error.strerror or str(error)).lower()}") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        sentence = f"byte 0x{data[error.start]:02X} is not UTF-8, save the file as UTF-8"
        raise SourceError(f"{path}:{line}:{column}: text: {sentence}") from error


def number(text: str) -> float:
    """Return the number that a text writes.

    Raises
    ------
    ValueError
        If it is no number, or not finite.
    """
    if _NUMBER.fullmatch(text):
        return float(text)
    if text.lstrip("+-").lower() in ("nan", "inf", "infinity"):
        raise ValueError(f"must be a finite number, got {text}")
    if re.fullmatch(r"[-+]?\d+,\d+", text):
        raise ValueError(f"expected a number, got {text!r}: write {text.replace(',', '.')}")
    if _NUMBERS.fullmatch(text):
        raise ValueError(f"two numbers run together in {text!r}")
    raise ValueError(f"expected a number, got {text!r}" if text else "expected a number, got nothing")


def meant(word: str, known: Iterable[str]) -> str:
    """Return the end of a sentence that names the known word nearest to an unknown one, or all, if none is near.

    Examples
    --------
    >>> meant("widht", ["width", "height"]), meant("z", ["x", "y"])
    (", did you mean 'width'", ', known are x, y')
    """
    known = list(known)
    lower = {name.lower(): name for name in known}
    near = get_close_matches(word.lower(), lower, n=1)
    return f", did you mean {lower[near[0]]!r}" if near else f", known are {', '.join(known)}"
