"""Text files line by line, and the mistakes found in them, each with its place. Knows nothing of formats."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from maskgen import units
from maskgen.errors import SourceError

FARTHEST = 1e6
"""Greatest coordinate and size [µm] in a die file: no die is larger than a metre."""

_WITH_UNIT = re.compile(rf"[-+]?\.?\d.*?\s*(?:{'|'.join(units.UM)})")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_TWO_NUMBERS = re.compile(r"[-+]?\d*\.?\d+(?:[-+]\d*\.?\d+)+|[-+]?\d*\.\d+\.\d*")


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

    def length(self, piece: Piece, key: str, unit: float, *, is_size: bool = False) -> float | None:
        """Return the length [µm] that a text writes, None if that is a mistake, which is then noted.

        Parameters
        ----------
        unit
            µm in the unit of bare numbers.
        is_size
            Whether it must be larger than 0.
        """
        try:
            value = length(piece.text, unit)
        except ValueError as error:
            self.complain(piece, key, str(error))
            return None
        if is_size and value <= 0:
            self.complain(piece, key, f"must be larger than 0, got {piece.text}")
            return None
        return value

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


def length(text: str, unit: float) -> float:
    """Return the length [µm] that a text writes, as a number of a unit [µm] or with a unit of its own.

    Raises
    ------
    ValueError
        If it is no length, not finite, or larger than any die.

    Examples
    --------
    >>> length("0.5", 1000.0), length("0.5 mil", 1000.0)
    (500.0, 12.7)
    """
    value = units.length(text, None) if _WITH_UNIT.fullmatch(text) else round(_number(text) * unit, 9)
    if abs(value) > FARTHEST:
        raise ValueError(f"must be at most {FARTHEST:g} um, got {value:g} um")
    return value


def _number(text: str) -> float:
    """Return the number that a text writes."""
    is_number = _NUMBER.fullmatch(text) is not None
    if text.lstrip("+-").lower() in ("nan", "inf", "infinity") or (is_number and not math.isfinite(float(text))):
        raise ValueError(f"must be a finite number, got {text}")
    if is_number:
        return float(text)
    if re.fullmatch(r"[-+]?\d+,\d+", text):
        raise ValueError(f"expected a number, got {text!r}: write {text.replace(',', '.')}")
    if _TWO_NUMBERS.fullmatch(text):
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
