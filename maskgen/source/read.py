"""Reading YAML: composed once, walked once, every scalar understood in one sane way, every limit kept.

``yes`` and ``on`` are text, only ``true`` and ``false`` are bools; ``2026-01-01`` and ``1:30`` are text; ``010`` is
ten.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from maskgen.errors import MaskgenError, Problem, SourceError
from maskgen.source.text import Key, Source, Span, marked
from maskgen.units import UM

_SIZE_LIMIT = 5_000_000
_NODE_LIMIT = 50_000
"""Most values of a file after its aliases are put in: far above any spec, far below a billion laughs."""
_DEPTH_LIMIT = 50

_INT = re.compile(r"[-+]?[0-9]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_WORDS = {"true": True, "True": True, "false": False, "False": False, "null": None, "~": None, "": None}
_PLAIN_TAGS = ("tag:yaml.org,2002:",)
_DIGITS = 30
"""Most digits of a number: more are a mistake, and slow."""


def read_source(path: Path | str, settings: Sequence[str] = ()) -> Source:
    """Return a YAML file.

    Parameters
    ----------
    settings
        ``KEY=VALUE`` of the command line, dotted keys with ``[n]`` for list items; the value is YAML.

    Raises
    ------
    MaskgenError
        If it cannot be read, with one line; `SourceError` with every mistake of its text.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(_SIZE_LIMIT + 1)
    except (OSError, ValueError) as error:
        raise MaskgenError(f"{path}: cannot read: {getattr(error, 'strerror', None) or error}") from None
    if len(content) > _SIZE_LIMIT:
        raise MaskgenError(f"{path}: larger than {_SIZE_LIMIT // 1_000_000} MB, which no spec is")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MaskgenError(f"{path}: byte {error.start}: not UTF-8 text") from None
    return parse_source(text, str(path), settings)


def parse_source(text: str, path: str, settings: Sequence[str] = ()) -> Source:
    """Return a source from its text; see `read_source`."""
    walk = _Walk(text, path)
    data = walk.document()
    if not isinstance(data, dict):
        raise _syntax(text, path, Span(1, 1, 1), "expected keys and values, as in 'name: my-package'")
    chosen = dict(_setting(words, data) for words in settings)
    unit = data.get("unit")
    source = Source(path, text, data, unit if isinstance(unit, str) else None, walk.spans, chosen)
    problems = list(walk.problems)
    if isinstance(unit, str) and unit not in UM:
        problems.append(Problem(("unit",), f"unknown unit {unit!r}, known are {', '.join(UM)}"))
    if problems:
        raise source.error(problems)
    return source


def _syntax(text: str, path: str, span: Span, sentence: str) -> SourceError:
    return SourceError(f"{path}:{span.line}:{span.column}: {sentence}\n{marked(text, span)}")


class _Walk:
    """One pass over the composed nodes of a file: plain data, places and problems."""

    def __init__(self, text: str, path: str) -> None:
        self.text, self.path = text, path
        self.spans: dict[Key, Span] = {}
        self.problems: list[Problem] = []
        self.nodes = 0

    def document(self) -> Any:  # noqa: ANN401 - what a YAML file holds
        """Return the data of the only document."""
        self._require_shallow()
        try:
            nodes = list(yaml.compose_all(self.text, Loader=yaml.SafeLoader))
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            span = Span(mark.line + 1, mark.column + 1, 1) if mark else Span(1, 1, 1)
            raise _syntax(self.text, self.path, span, _reworded(error.problem or error.context or "")) from None
        except (yaml.YAMLError, ValueError) as error:
            place = getattr(error, "position", 0)
            line = self.text.count("\n", 0, place) + 1
            sentence = "a character that YAML does not allow"
            raise _syntax(self.text, self.path, Span(line, 1, 1), sentence) from None
        except RecursionError:
            raise _syntax(self.text, self.path, Span(1, 1, 1), f"nested more than {_DEPTH_LIMIT} deep") from None
        if len(nodes) != 1:
            sentence = "is empty" if not nodes else "holds several documents; only one is read"
            raise _syntax(self.text, self.path, Span(1, 1, 1), sentence)
        return self._value(nodes[0], (), ())

    def _require_shallow(self) -> None:
        """Refuse brackets nested so deep that only the parser's recursion would stop them."""
        depth = 0
        for character in self.text:
            depth += (character in "[{") - (character in "]}")
            if depth > 4 * _DEPTH_LIMIT:
                raise _syntax(self.text, self.path, Span(1, 1, 1), f"nested more than {_DEPTH_LIMIT} deep")

    def _value(self, node: yaml.Node, key: Key, trail: tuple[int, ...]) -> Any:  # noqa: ANN401
        """Return the data of a node, noting where it stands."""
        self.nodes += 1
        span = self._span(node, None)
        if self.nodes > _NODE_LIMIT:
            raise _syntax(self.text, self.path, span, f"more than {_NODE_LIMIT} values once its aliases are put in")
        if id(node) in trail or len(trail) > _DEPTH_LIMIT:
            what = "an alias that holds itself" if id(node) in trail else f"nested more than {_DEPTH_LIMIT} deep"
            raise _syntax(self.text, self.path, span, what)
        self.spans.setdefault(key, span)
        if not node.tag.startswith(_PLAIN_TAGS) or node.tag.startswith("tag:yaml.org,2002:python"):
            self.problems.append(Problem(key, f"tag {node.tag!r} is not allowed"))
            return None
        inner = (*trail, id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, key, inner)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item, (*key, index), inner) for index, item in enumerate(node.value)]
        return self._scalar(node, key) if isinstance(node, yaml.ScalarNode) else None

    def _mapping(self, node: yaml.MappingNode, key: Key, trail: tuple[int, ...]) -> dict[str, Any]:
        """Return a mapping, its merges (``<<``) put in behind its own keys."""
        data: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for name_node, value_node in node.value:
            if name_node.value == "<<" and isinstance(name_node, yaml.ScalarNode) and name_node.style is None:
                merged |= self._merge(value_node, key, trail)
                continue
            name = self._name(name_node, key)
            if name is None:
                continue
            if name in lines:
                # The second of two equal keys has a place of its own: its name with a space, which no key ends with.
                self.spans[(*key, f"{name} ")] = self._span(name_node, None)
                self.problems.append(Problem((*key, f"{name} "), f"duplicate key, first on line {lines[name]}"))
                continue
            lines[name] = name_node.start_mark.line + 1
            self.spans[(*key, name)] = self._span(name_node, value_node)
            data[name] = self._value(value_node, (*key, name), trail)
        return merged | data

    def _merge(self, node: yaml.Node, key: Key, trail: tuple[int, ...]) -> dict[str, Any]:
        """Return what a merge brings in."""
        parts = node.value if isinstance(node, yaml.SequenceNode) else [node]
        found: dict[str, Any] = {}
        for part in reversed(parts):
            value = self._value(part, (*key, "<<"), trail)
            if isinstance(value, dict):
                found |= value
            else:
                self.problems.append(Problem((*key, "<<"), "only mappings can be merged in"))
        return found

    def _name(self, node: yaml.Node, key: Key) -> str | None:
        """Return a key as text; numbers are taken as they are written, as pad numbers are."""
        if isinstance(node, yaml.ScalarNode) and node.value and _WORDS.get(node.value, 1) is not None:
            return str(node.value)
        self.spans[(*key, "?")] = self._span(node, None)
        self.problems.append(Problem((*key, "?"), "a key must be text or a number"))
        return None

    def _scalar(self, node: yaml.ScalarNode, key: Key) -> str | float | bool | None:
        """Return the value of a scalar; a quoted one is always text."""
        text: str = node.value
        if node.style is not None:
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _NOT_FINITE.fullmatch(text) or (_FLOAT.fullmatch(text) and abs(float(text)) == float("inf")):
            self.problems.append(Problem(key, f"must be a finite number, got {text[:_DIGITS]}"))
            return 0.0
        if _INT.fullmatch(text) and len(text) <= _DIGITS:
            return int(text)
        if _HEX.fullmatch(text) and len(text) <= _DIGITS:
            return int(text, 16)
        return float(text) if _FLOAT.fullmatch(text) else text

    def _span(self, node: yaml.Node, value: yaml.Node | None) -> Span:
        """Return where a node stands; with its value, to the end of the value if that is on the same line."""
        start, end = node.start_mark, node.end_mark
        if value is not None and value.end_mark.line == start.line:
            end = value.end_mark
        length = end.column - start.column if end.line == start.line else 1
        if value is not None and end.line != start.line:
            length = node.end_mark.column - start.column
        return Span(start.line + 1, start.column + 1, max(1, length))


_YAML_WORDS = {
    "could not find expected ':'": "expected ':' after this key",
    "mapping values are not allowed here": "a ':' that does not belong here; quote the text if it is part of a value",
    "found character '\\t' that cannot start any token": "a tab; YAML is indented with spaces",
    "found unexpected end of stream": "the file ends in the middle of a quoted text",
    "found duplicate anchor": "an anchor that exists already",
    "found undefined alias": "an alias of an anchor that does not exist",
    "expected <block end>": "indented otherwise than the lines above",
    "expected the node content": "a value is missing or begins with a sign that must be quoted",
    "expected ',' or": "a bracket or brace is not closed, or a comma is missing",
}


def _reworded(problem: str) -> str:
    """Return our own sentence for a complaint of the YAML parser."""
    for begin, sentence in _YAML_WORDS.items():
        if problem.startswith(begin):
            return sentence
    return f"not valid YAML: {problem}" if problem else "not valid YAML"


_STEP = re.compile(r"([^.\[\]=]+)((?:\[\d{1,6}\])*)")


def _setting(words: str, data: dict[str, Any]) -> tuple[Key, str]:
    """Put one ``KEY=VALUE`` into the data, and return its key path with its words."""
    name, equals, text = words.partition("=")
    steps = [_STEP.fullmatch(step.strip()) for step in name.split(".")]
    if not equals or not all(steps):
        raise MaskgenError(f"--set {words}: expected KEY=VALUE such as array.rows=3 or dies[0].rotation=90")
    key: Key = tuple(
        part
        for step in steps
        if step
        for part in (step.group(1), *(int(index) for index in re.findall(r"\d+", step.group(2))))
    )
    walk = _Walk(text, f"--set {name}")
    value = walk.document() if text.strip() else None
    if walk.problems:
        raise MaskgenError(f"--set {words}: {walk.problems[0].sentence}")
    _put(data, key, value, words)
    return key, words


def _put(data: Any, key: Key, value: Any, words: str) -> None:  # noqa: ANN401
    """Put a value at a key path, making missing mappings on the way."""
    for part, following in zip(key, (*key[1:], None), strict=True):
        here = isinstance(data, list) if isinstance(part, int) else isinstance(data, dict)
        if not here or (isinstance(part, int) and part >= len(data)):
            raise MaskgenError(f"--set {words}: there is no {part!r} to set")
        if following is None:
            data[part] = value
        else:
            if not isinstance(part, int) and not isinstance(data.get(part), dict | list):
                data[part] = {}
            data = data[part]
