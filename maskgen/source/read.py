"""Source: a YAML file that knows where each key stands, and answers mistakes with line and caret."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from maskgen.errors import MaskgenError, Problem, SourceError
from maskgen.source.sentences import shown, wording
from maskgen.source.settings import Setting, lay, setting
from maskgen.source.text import TOP, Mistake, Place, Span, Text, one_line
from maskgen.source.tree import Key, Tree, UnreadableError, read
from maskgen.units import UM

M = TypeVar("M", bound=BaseModel)

MOST_BYTES = 5_000_000
"""Size of the largest file that is read."""


@dataclass(frozen=True)
class Source:
    """A YAML file.

    Parameters
    ----------
    path
        As the user wrote it; every message begins with it.
    data
        What the file says, as plain Python, with the settings of the command line laid over it.
    unit
        Unit of bare lengths, None if the file names none.
    spans
        Where each key of the file stands.
    settings
        Keys that the command line gave, each with its setting as the user said it.
    mistakes
        What was wrong already in reading: duplicate keys, numbers that are not finite, an unknown unit. `validate` and
        `error` tell them together with their own, so that the user hears of all mistakes at once.
    """

    path: str
    text: str
    data: dict[str, Any]
    unit: str | None
    spans: Mapping[Key, Place] = field(default_factory=dict)
    settings: Mapping[Key, str] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] = ()

    def error(self, problems: Sequence[Problem]) -> SourceError:
        """Return problems, and those found in reading, as one error: each with its line and a caret, by place."""
        known = {(mistake.span, mistake.problem.key) for mistake in self.mistakes}
        lines = Text.of(self.path, self.text)
        found = [_pointed(_placed(problem, self.spans, self.settings), self.spans, lines) for problem in problems]
        new = [mistake for mistake in found if mistake.setting or (mistake.span, mistake.problem.key) not in known]
        return lines.error([*self.mistakes, *new])

    @property
    def sha256(self) -> str:
        """Return the digest of the file as it was read, without settings."""
        return sha256(self.text.encode(errors="surrogatepass")).hexdigest()


def read_source(path: Path | str, settings: Sequence[str] = ()) -> Source:
    """Return what a file says.

    Parameters
    ----------
    settings
        Values that take the place of the file's, each KEY=VALUE: the key dotted, with [n] for places of a list, the
        value as in YAML.

    Raises
    ------
    MaskgenError
        If the file cannot be read, is not YAML, or a setting is malformed.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise MaskgenError(f"{path}: cannot read: {error.strerror or error}") from None
    except ValueError as error:
        raise MaskgenError(f"{str(path)!r}: cannot read: {error}") from None
    if len(content) > MOST_BYTES:
        raise MaskgenError(f"{path}: larger than {MOST_BYTES // 1_000_000} MB")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MaskgenError(f"{path}: byte {error.start}: not UTF-8; save the file as UTF-8 text") from None
    return parse_source(text, str(path), settings)


def parse_source(text: str, path: str, settings: Sequence[str] = ()) -> Source:
    """Return what a text says.

    Raises
    ------
    MaskgenError
        If it is not YAML or not a mapping, or a setting is malformed.
    """
    given, malformed = _settings(settings)
    tree = _tree(text, path)
    said: dict[Key, str] = {}
    for entry in given:
        try:
            made = lay(entry, tree.data)
        except ValueError as error:
            malformed.append(str(error))
        else:
            _forget(tree.places, entry.key)
            _forget(said, entry.key)
            said |= dict.fromkeys(made, entry.said)
    if malformed:
        raise MaskgenError("\n".join(one_line(message) for message in malformed))
    unit, wrong = _unit(tree.data)
    mistakes = [*tree.mistakes, *(_placed(problem, tree.places, said) for problem in wrong)]
    return Source(path, text, tree.data, unit, tree.places, said, tuple(mistakes))


def _placed(problem: Problem, spans: Mapping[Key, Place], settings: Mapping[Key, str]) -> Mistake:
    """Return a problem where its key stands, or the nearest above it that is there."""
    for end in range(len(problem.key), 0, -1):
        key = problem.key[:end]
        if key in settings:
            return Mistake(TOP, settings[key], problem)
        if key in spans:
            return Mistake(spans[key].caret, "", problem)
    return Mistake(TOP, "", problem)


def _pointed(mistake: Mistake, spans: Mapping[Key, Place], text: Text) -> Mistake:
    """Return a mistake that points into the text of its value, where that is known and stands on one line."""
    problem = mistake.problem
    if problem.column is None or mistake.setting or problem.key not in spans:
        return mistake
    value = spans[problem.key].value
    written = text.lines[value.line - 1][value.column - 1 :][: value.length]
    quote = 1 if written[:1] in ("'", '"') else 0
    if quote + problem.column >= len(written):
        return mistake
    return Mistake(Span(value.line, value.column + quote + problem.column, 1), "", problem)


def _settings(settings: Iterable[str]) -> tuple[list[Setting], list[str]]:
    """Return settings, and what is wrong with those that are malformed."""
    given: list[Setting] = []
    malformed: list[str] = []
    for said in settings:
        try:
            given.append(setting(said))
        except ValueError as error:
            malformed.append(str(error))
    return given, malformed


def _tree(text: str, path: str) -> Tree:
    """Return what a text says, a mapping for certain."""
    lines = Text.of(path, text)
    try:
        tree = read(text)
    except UnreadableError as error:
        raise lines.error([Mistake(error.span, "", Problem((), str(error)))]) from None
    if tree.data is None and not tree.mistakes:
        raise MaskgenError(f"{path}: the file is empty")
    if not isinstance(tree.data, dict):
        wrong = Mistake(TOP, "", Problem((), f"must be a mapping, KEY: VALUE, got {shown(tree.data)}"))
        raise lines.error(tree.mistakes or [wrong])
    return tree


def _forget(known: dict[Key, Any], key: Key) -> None:
    """Drop what is known of a key and of all below it."""
    for other in [other for other in known if other[: len(key)] == key]:
        del known[other]


def _unit(data: Mapping[str, Any]) -> tuple[str | None, list[Problem]]:
    """Return the unit of bare lengths; µm stands in for an unknown one, so that lengths are checked all the same."""
    unit = data.get("unit")
    if unit is None or (isinstance(unit, str) and unit in UM):
        return unit, []
    near = get_close_matches(str(unit), UM, n=1)
    hint = f", did you mean {near[0]!r}?" if near else ""
    return "um", [Problem(("unit",), f"unknown unit {shown(unit)}, known are {', '.join(UM)}{hint}")]


def validate(source: Source, model: type[M], *, context: Mapping[str, Any] | None = None) -> M:
    """Return what a source says as a model.

    Validation is pydantic's lax one, which takes lists for tuples and whole numbers for decimal ones. It also takes
    text for numbers and true for 1, so models write `StrictInt`, `StrictFloat`, `StrictBool` or `Length` in place of
    int, float and bool.

    Parameters
    ----------
    context
        What validators may look up besides ``unit``, the unit of bare lengths.

    Raises
    ------
    SourceError
        With all mistakes of the file, those found in reading included.
    """
    try:
        valid = model.model_validate(source.data, context={"unit": source.unit, **(context or {})})
    except ValidationError as error:
        raise source.error(wording(error, source.data, model)) from None
    if source.mistakes:
        raise source.error(())
    return valid
