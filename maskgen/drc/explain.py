"""Explanations: the handbook entry of a check, what a shipped rule wants and why, and the rules of a deck."""

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
    """Return the entry of a check or of a shipped rule, or the rules of a shipped deck.

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
    if name in decks():
        return "\n".join(f"{rule:24}{entry['why']}" for rule, entry in _rules_of(name).items())
    near = get_close_matches(name, [*known_checks(), *rules, *decks()], n=1)
    hint = f", did you mean {near[0]!r}" if near else ""
    raise MaskgenError(f"no check, rule or deck is called {name!r}{hint}; 'maskgen explain' lists the checks")


def decks() -> tuple[str, ...]:
    """Return the names of the shipped decks."""
    return tuple(shipped(".drc.yaml"))


def _rules() -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """Return every shipped rule with its decks."""
    found: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for deck in decks():
        for name, entry in _rules_of(deck).items():
            found.setdefault(name, []).append((deck, entry))
    return found


def _rules_of(deck: str) -> dict[str, dict[str, Any]]:
    """Return the rules of a shipped deck."""
    return read_source(SHELF / f"{deck}.drc.yaml").data["rules"]


def _rule_entry(name: str, deck: str, entry: dict[str, Any]) -> str:
    """Return what a rule wants and why, the entry of its check, and what the names in the rule mean."""
    numbers = ", ".join(f"{key}: {value}" for key, value in entry.items() if key not in ("check", "why", "severity"))
    window, meanings = _window(deck, str(entry.get("window", ""))), _meanings(deck)
    texts = [value for key, value in (entry | window).items() if key not in ("why", "window", "doc", "source")]
    named = dict.fromkeys(word for value in texts for word in _names(value) if word in meanings)
    said = "".join(f"\n  {word}: {meanings[word]}" for word in named)
    if window:
        said = f"\n  window {entry['window']}: {_range(window)}. {window['doc']} ({window['source']}){said}"
    return (
        f"{name} ({entry.get('severity', 'error')}, deck {deck})\n\n{entry.get('why', '')}\n\n"
        f"check {entry['check']} with {numbers or 'no numbers'}:\n\n{_doc(str(entry['check']))}"
        + (f"\n\nIn this rule:{said}" if said else "")
    )


def _meanings(deck: str) -> dict[str, str]:
    """Return what numbers and layers mean that rules of a shipped deck name: its technology's and its own."""
    found = dict(read_source(SHELF / f"{deck}.drc.yaml").data.get("derived", {}))
    technology = _technology(deck)
    found |= {word: given.get("doc", "") for word, given in technology.get("layers", {}).items()}
    return found | {word: _number(given) for word, given in technology.get("numbers", {}).items()}


def _technology(deck: str) -> dict[str, Any]:
    """Return the shipped technology whose deck it is, nothing if there is none."""
    return read_source(SHELF / f"{deck}.yaml").data if deck in shipped() else {}


def _window(deck: str, name: str) -> dict[str, Any]:
    """Return a process window of a deck's technology, nothing if no name is given."""
    return _technology(deck)["windows"][name] if name else {}


def _range(window: dict[str, Any]) -> str:
    """Return between which limits a window wants which value."""
    limits = [f"{word} {window[end]}" for word, end in (("from", "low"), ("to", "high")) if end in window]
    return f"{window['value']} {' '.join(limits)} {window.get('unit', 'um')}".rstrip()


def _number(given: dict[str, Any]) -> str:
    """Return what a number of a technology is, its value or formula, where it comes from and how sure that is."""
    value = next(given[key] for key in ("formula", "length", "ratio", "measured") if key in given)
    if isinstance(value, dict):
        value = f"{value['per_edge']} um measured at a depth of {value['depth']} um, at {given['at']}"
    return f"{given['doc']}, {value} ({given['source']}; {given.get('status', 'default')})"


def _names(value: object) -> list[str]:
    """Return the names in a formula in the order in which they stand there, none if it is something else."""
    try:
        return sorted(expressions.names(value), key=value.find) if isinstance(value, str) else []
    except ExpressionError:
        return []


def _doc(check: str) -> str:
    return inspect.getdoc(known_checks()[check]) or ""
