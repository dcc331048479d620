"""What yaml says of a text that is not YAML, in this program's sentences."""

import re
from typing import Any

import yaml

_SENTENCES = (
    ("'\\t' that cannot start any token", "a tab cannot stand here, use spaces"),
    ("that cannot start any token", "text that begins with this character needs quotes"),
    ("mapping values are not allowed", "':' cannot stand here: begin a new line, or write the text in quotes"),
    ("could not find expected ':'", "':' is missing after a key"),
    ("sequence entries are not allowed", "'-' cannot stand here: begin the list on a new line"),
    ("mapping keys are not allowed", "'?' cannot stand here"),
    ("while scanning a quoted scalar found unexpected", "quoted text is not closed"),
    ("unknown escape character", "no such escape in quoted text; a backslash is written \\\\"),
    ("expected escape sequence", "an escape in quoted text lacks digits"),
    ("expected ',' or ']'", "a list in [ ] lacks a comma or its end"),
    ("expected ',' or '}'", "a mapping in { } lacks a comma or its end"),
    ("expected <block end>", "does not line up with the lines above"),
    ("expected the node content", "a value is missing"),
    ("undefined alias", "no anchor has this name"),
    ("duplicate anchor", "an anchor with this name stands above"),
    ("another document", "a second document begins here, a file is one"),
    ("'<document start>'", "text after the end of the document"),
    ("while scanning a block scalar", "only +, - or a digit can follow | or >"),
    ("while scanning an a", "names of anchors and aliases are letters and digits"),
    ("tag", "tags are not read"),
    ("directive", "directives are not read"),
    ("YAML document", "directives are not read"),
)
"""Our sentence for what yaml says, the first that fits."""


def in_our_words(error: yaml.MarkedYAMLError, text: str) -> tuple[Any, str]:
    """Return the mark and the sentence of a syntax error; what is never closed is shown where it opens."""
    said = f"{error.context or ''} {error.problem or ''}"
    sentence = next((ours for theirs, ours in _SENTENCES if theirs in said), "cannot be read as YAML from here")
    mark: Any = error.problem_mark
    opened: Any = error.context_mark
    if opened is not None and ("expected ':'" in said or mark is None or mark.index >= len(text)):
        return opened, sentence
    if "expected <block end>" in said and re.search(r"\S[^\n\r]*\Z", text[: mark.index]):
        return mark, "text that does not belong here; write all of it in quotes"
    if opened is not None and opened.line < mark.line and "flow" in said:
        sentence += f"; it begins on line {opened.line + 1}"
    return mark, sentence
