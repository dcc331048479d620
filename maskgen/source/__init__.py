"""Sources: YAML files that know where each key stands; specs, technologies and rule decks are read by it."""

from maskgen.source.read import Source, parse_source, read_source, validate
from maskgen.source.sentences import shown, wording

__all__ = ["Source", "parse_source", "read_source", "shown", "validate", "wording"]
