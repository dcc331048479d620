"""What a rule looks at: the layers among its parameters, and how far it sees."""

from maskgen import expressions
from maskgen.drc.deck import Deck, Rule
from maskgen.expressions import Boolean, Expression, Layer, Offset, Shape, Snapped


def margin_of(deck: Deck, *, at_first: bool = False) -> float:
    """Return how far [µm] beyond a site's cell the rules of a deck look.

    Parameters
    ----------
    at_first
        Only so far that they know whether there is anything to find; what is found may then be told in parts.
    """
    return max((reach(rule, deck, at_first=at_first) for rule in deck.rules), default=0.0)


def reach(rule: Rule, deck: Deck, *, at_first: bool = False) -> float:
    """Return how far [µm] one rule looks, or looks at first."""
    layers = (expressions.substitute(entry, deck.derived) for entry in areas(rule))
    own = rule.params.near if at_first and looks_twice(rule) else getattr(rule.params, "reach", 0.0)
    return float(own) + max(map(expressions.reach, layers), default=0.0)


def looks_twice(rule: Rule) -> bool:
    """Tell whether a rule must look farther to tell what it found than to know that there is something."""
    return hasattr(rule.params, "near")


def layers_read(deck: Deck) -> frozenset[str]:
    """Return the names of the layers that the rules of a deck look at."""
    wholes = (expressions.substitute(area, deck.derived) for rule in deck.rules for area in areas(rule))
    return frozenset[str]().union(*map(expressions.layers_of, wholes))


def areas(rule: Rule) -> list[Expression]:
    """Return the expressions among a rule's parameters."""
    values = (getattr(rule.params, name) for name in type(rule.params).model_fields)
    return [value for value in values if isinstance(value, Layer | Boolean | Offset | Shape | Snapped)]
