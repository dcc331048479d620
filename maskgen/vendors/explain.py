"""Explanations of the checklist: what a vendor looks at in a file, and why."""

from maskgen.drc.deck import known_checks
from maskgen.drc.explain import explain_name
from maskgen.vendors.checklist import CHECKLIST


def is_item(name: str) -> bool:
    """Tell whether a name is that of an item, or of a rule that profiles make for one."""
    return name.partition(".")[0] in (item.id for item in CHECKLIST)


def explain_item(name: str) -> str:
    """Return the entry of an item of the checklist, and of the check if the name is that of a rule.

    Examples
    --------
    >>> print(explain_item("V03"))
    V03 (error, checklist of `maskgen accept`)
    <BLANKLINE>
    One top cell: with several the shop must guess which one is meant.
    """
    id_, _, check = name.partition(".")
    item = next(item for item in CHECKLIST if item.id == id_)
    entry = f"{name} ({item.severity}, checklist of `maskgen accept`)\n\n{item.title.capitalize()}: {item.why}."
    check = "angle" if check == "corner" else check
    if check not in known_checks():
        return entry
    return f"{entry}\n\nThe limit is the one of the vendor's profile, with its source.\n\ncheck {explain_name(check)}"
