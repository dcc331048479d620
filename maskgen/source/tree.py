"""YAML to plain Python, with the place of every key. The only module that reads with yaml."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import yaml

from maskgen.errors import Problem
from maskgen.source.scalars import FORBIDDEN, is_name, plain, quoted
from maskgen.source.syntax import in_our_words
from maskgen.source.text import Mistake, Place, Span

Key = tuple[str | int, ...]
"""Path of a key, such as ``("dies", 0, "rotation")``."""

MOST_NODES = 20_000
"""Keys and values of one file, each use of an anchor counted in full."""

MOST_LEVELS = 50
"""Mappings and lists inside one another."""


@dataclass(frozen=True)
class Tree:
    """What a YAML text says.

    Parameters
    ----------
    places
        Where each key of `data` stands.
    mistakes
        What is wrong so far; the data is complete but for the values that are.
    """

    data: Any
    places: dict[Key, Place]
    mistakes: tuple[Mistake, ...]


class UnreadableError(Exception):
    """A text of which nothing can be used, and where reading stopped."""

    def __init__(self, line: int, column: int, sentence: str) -> None:
        super().__init__(sentence)
        self.span = Span(line, column, 1)


class _RefusedError(yaml.MarkedYAMLError):
    """What yaml would read and this program does not, in this program's words."""


def read(text: str) -> Tree:
    """Return what a YAML text says.

    Raises
    ------
    UnreadableError
        If it is not YAML, or more than a file of this program can be.
    """
    unmarked = text.removeprefix("\ufeff")
    _refuse_controls(unmarked)
    loader = _Loader(unmarked)
    try:
        node = loader.get_single_node()
        walk = _Walk(loader.tags)
        return Tree(None if node is None else walk.value(node, ()), walk.places, tuple(walk.mistakes))
    except _RefusedError as error:
        raise _unreadable(error.problem_mark, str(error.problem)) from None
    except yaml.MarkedYAMLError as error:
        raise _unreadable(*in_our_words(error, unmarked.rstrip())) from None
    except (ValueError, OverflowError):
        # Escapes beyond Unicode and endless numbers in directives reach Python's own conversions.
        raise _unreadable(loader.get_mark(), "no such character or number") from None


def _refuse_controls(text: str) -> None:
    """Refuse characters that no editor shows, or that count as line breaks only for some."""
    found = FORBIDDEN.search(text)
    if found is not None:
        lines = re.split(r"\r\n|\r|\n", text[: found.start()])
        raise UnreadableError(len(lines), len(lines[-1]) + 1, f"character U+{ord(found[0]):04X} is not allowed")


def _unreadable(mark: Any, sentence: str) -> UnreadableError:  # noqa: ANN401 - yaml's marks are of two unrelated types
    return UnreadableError(mark.line + 1, mark.column + 1, sentence)


class _Loader(yaml.SafeLoader):
    """Composes nodes, no more and no deeper than allowed, and keeps the tags that somebody wrote."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.tags: dict[yaml.Node, str] = {}
        self._count = self._level = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:  # noqa: ANN401
        """Compose one node and all in it."""
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        self._count += 1
        self._level += 1
        _refuse_excess(event.start_mark, self._count, self._level)
        node = super().compose_node(parent, index)
        self._level -= 1
        tag = getattr(event, "tag", None)
        if node is not None and tag is not None:
            self.tags[node] = tag.replace("tag:yaml.org,2002:", "!!")
        return node


def _refuse_excess(mark: yaml.Mark, nodes: int, levels: int) -> None:
    """Refuse what is larger than anything written by hand; recursion stays bounded too."""
    if nodes > MOST_NODES:
        raise _RefusedError(problem=f"more than {MOST_NODES} keys and values, aliases included", problem_mark=mark)
    if levels > MOST_LEVELS + 1:
        raise _RefusedError(problem=f"nested more than {MOST_LEVELS} deep", problem_mark=mark)


class _Walk:
    """One walk over the nodes: gathers places and mistakes, and counts what aliases repeat."""

    def __init__(self, tags: dict[yaml.Node, str]) -> None:
        self.places: dict[Key, Place] = {}
        self.mistakes: list[Mistake] = []
        self._tags = tags
        self._open: list[yaml.Node] = []
        self._count = 0
        self._top: Any = None

    def value(self, node: yaml.Node, key: Key) -> Any:  # noqa: ANN401 - whatever the YAML holds
        """Return a node as plain Python."""
        with self._inside(node):
            if node in self._tags:
                self._blame(node, key, f"tags such as {self._tags[node]} are not read")
            if isinstance(node, yaml.MappingNode):
                return {
                    name: self._entry(value, (*key, name), name_node)
                    for name, (name_node, value) in self._pairs(node, key).items()
                }
            if isinstance(node, yaml.SequenceNode):
                return [self._entry(value, (*key, index), None) for index, value in enumerate(node.value)]
            return self._scalar(node, key) if isinstance(node, yaml.ScalarNode) else None

    @contextmanager
    def _inside(self, node: yaml.Node) -> Iterator[None]:
        """Count a node, and refuse one that contains itself."""
        self._count += 1
        if node in self._open:
            raise _RefusedError(problem="an anchor contains itself", problem_mark=node.start_mark)
        self._open.append(node)
        _refuse_excess(self._top or node.start_mark, self._count, len(self._open))
        yield
        self._open.pop()

    def _entry(self, node: yaml.Node, key: Key, name: yaml.Node | None) -> Any:  # noqa: ANN401
        """Return the value of a key or of a place in a list, and note where it stands."""
        self.places[key] = _place(name, node)
        if name is not None and len(key) == 1:
            self._top = name.start_mark
        return self.value(node, key)

    def _pairs(self, node: yaml.MappingNode, key: Key) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        """Return the keys of a mapping with their nodes; its own come before those that it merges."""
        own: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        merges: list[yaml.Node] = []
        for name_node, value in node.value:
            name = self._name(name_node, key)
            if name is None:
                continue
            if name in own:
                line = own[name][0].start_mark.line + 1
                span = _place(name_node, value).caret
                self.mistakes.append(Mistake(span, "", Problem((*key, name), f"duplicate key, first on line {line}")))
                continue
            own[name] = name_node, value
            if name == "<<" and name_node.style is None:
                merges.append(own.pop(name)[1])
        for mapping in merges:
            own = self._merged(mapping, key) | own
        return own

    def _merged(self, node: yaml.Node, key: Key) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        """Return the keys that ``<<`` takes over from a mapping, or from several, of which the first wins."""
        merged: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        with self._inside(node):
            if isinstance(node, yaml.MappingNode):
                return self._pairs(node, key)
            if not isinstance(node, yaml.SequenceNode):
                self._blame(node, key, "<< takes a mapping, or a list of mappings")
                return merged
            for part in node.value:
                merged = self._merged(part, key) | merged
        return merged

    def _name(self, node: yaml.Node, key: Key) -> str | None:
        """Return a key's name; whole numbers become text as they are written."""
        self._count += 1
        _refuse_excess(self._top or node.start_mark, self._count, 0)
        sentence = f"tags such as {self._tags[node]} are not read" if node in self._tags else ""
        try:
            name = _name(node)
        except ValueError as error:
            name, sentence = None, str(error)
        if sentence:
            self.mistakes.append(Mistake(_span(node), "", Problem(key, sentence)))
        return name

    def _scalar(self, node: yaml.ScalarNode, key: Key) -> Any:  # noqa: ANN401
        """Return a scalar: text where it is quoted or nothing else."""
        try:
            return plain(node.value) if node.style is None else quoted(node.value)
        except ValueError as error:
            self._blame(node, key, str(error))
            return None

    def _blame(self, node: yaml.Node, key: Key, sentence: str) -> None:
        """Note a mistake in a value, at its key where it has one."""
        span = self.places[key].caret if key in self.places else _span(node)
        self.mistakes.append(Mistake(span, "", Problem(key, sentence)))


def _name(node: yaml.Node) -> str:
    """Return the text of a key.

    Raises
    ------
    ValueError
        If it is not text, nor a whole number.
    """
    if not isinstance(node, yaml.ScalarNode):
        raise ValueError("a key must be text, not a list or a mapping")
    text = str(node.value)
    if node.style is not None:
        return quoted(text)
    if not is_name(text):
        raise ValueError(f"a key must be text, got {text or 'nothing'}; write it in quotes")
    return text


def _span(node: yaml.Node) -> Span:
    """Return the first line of a node; lines that follow are left out."""
    start, end = node.start_mark, node.end_mark
    length = end.column - start.column if end.line == start.line else len(_rest_of_line(start))
    return Span(start.line + 1, start.column + 1, max(1, length))


def _rest_of_line(mark: yaml.Mark) -> str:
    """Return what stands from a mark to the end of its line."""
    return re.split(r"[\r\n\0]", str(mark.buffer)[mark.pointer :], maxsplit=1)[0].rstrip()


def _place(name: yaml.Node | None, value: yaml.Node) -> Place:
    """Return where a key and its value stand."""
    if name is None:
        return Place(None, _span(value), _span(value))
    key, end = _span(name), value.end_mark
    together = name.end_mark.line == end.line and value.start_mark.index >= name.end_mark.index
    length = end.column + 1 - key.column if together else key.length
    return Place(key, _span(value), Span(key.line, key.column, max(1, length)))
