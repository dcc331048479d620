"""Sources: YAML files that know where each key stands. Specs, technologies and rule decks are all read here.

The only place that knows YAML. Models never hear of files: a problem names a key, the source adds path, line and caret.
"""

from maskgen.source.read import parse_source, read_source
from maskgen.source.text import Source
from maskgen.source.validate import validate, wording

__all__ = ["Source", "parse_source", "read_source", "validate", "wording"]
