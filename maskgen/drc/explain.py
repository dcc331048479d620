"""Explanations: the handbook entry of a check, and what a shipped rule wants and why."""

import inspect
from difflib import get_close_matches
from typing import Any

from maskgen import expressions
from maskgen.drc.deck import known_checks
from maskgen.errors import MaskgenError
from maskgen.expressions import ExpressionError
from maskgen.source import read_source
from maskgen.technology.shelf import SHELF, shipped


def checks() -> list[tuple[str, str]]:
    """Return each check with the first line of its entry."""
    return [(name, _doc(name).split("\n", 1)[0]) for name in known_checks()]


def explain_name(name: str) -> str:
    """Return the entry of a check or of a shipped rule.

    Raises
    ------
    MaskgenError
        With the nearest name, if there is none.
    """
    if name in known_checks():
        return f"{name}\n\n{_doc(name)}"
    rules = _rules()
    if name in rules:
        return "\n\n".join(_rule_entry(name, deck, entry) for deck, entry in rules[name])
    near = get_close_matches(name, [*known_checks(), *rules], n=1)
    hint = f", did you mean {near[0]!r}" if near else ""
    raise MaskgenError(f"no check or rule is called {name!r}{hint}; 'maskgen explain' lists the checks")


def _rules() -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """Return every shipped rule with its decks."""
    found: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for deck in shipped(".drc.yaml"):
        for name, entry in read_source(SHELF / f"{deck}.drc.yaml").data["rules"].items():
            found.setdefault(name, []).append((deck, entry))
    return found


def _rule_entry(name: str, deck: str, entry: dict[str, Any]) -> str:
    """Return what a rule wants and why, the entry of its check, and what the names in the rule mean."""
    numbers = ", ".join(f"{key}: {value}" for key, value in entry.items() if key not in ("check", "why", "severity"))
    meanings = _meanings(deck)
    named = dict.fromkeys(word for value in entry.values() for word in _names(value) if word in meanings)
    said = "".join(f"\n  {word}: {meanings[word]}" for word in named)
    return (
        f"{name} ({entry.get('severity', 'error')}, deck {deck})\n\n{entry.get('why', '')}\n\n"
        f"check {entry['check']} with {numbers or 'no numbers'}:\n\n{_doc(str(entry['check']))}"
        + (f"\n\nIn this rule:{said}" if said else "")
    )


def _meanings(deck: str) -> dict[str, str]:
    """Return what numbers and layers mean that rules of a shipped deck name: its technology's and its own."""
    found = dict(read_source(SHELF / f"{deck}.drc.yaml").data.get("derived", {}))
    if deck in shipped():
        technology = read_source(SHELF / f"{deck}.yaml").data
        for word, given in (technology["layers"] | technology["numbers"]).items():
            formula = f", {given['formula']}" if "formula" in given else ""
            found[word] = f"{given.get('doc', '')}{formula}"
    return found


def _names(value: object) -> list[str]:
    """Return the names in a formula in the order in which they stand there, none if it is something else."""
    try:
        return sorted(expressions.names(value), key=value.find) if isinstance(value, str) else []
    except ExpressionError:
        return []


def _doc(check: str) -> str:
    return inspect.getdoc(known_checks()[check]) or ""
