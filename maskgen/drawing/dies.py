"""Dies: contacts generated or read, mirrored, turned and put in their place."""

from collections import Counter
from pathlib import Path

import shapely

from maskgen.contacts.aif import read_aif
from maskgen.contacts.layout import read_die_layout
from maskgen.contacts.model import DieFile
from maskgen.contacts.table import read_table
from maskgen.errors import MaskgenError, Problem, ProblemsError
from maskgen.geometry import regions, shapes
from maskgen.package import PlacedDie
from maskgen.spec.die import Contacts, Die
from maskgen.spec.terminals import Terminal
from maskgen.units import UM

_SHARE_AREA = "T********"
"""What two outlines have in common if they overlap (DE-9IM): their insides."""


def place_dies(dies: list[Die], key: str, beside: Path, unit: str | None) -> tuple[PlacedDie, ...]:
    """Return dies with their contacts in the frame of the package, seen from above.

    Parameters
    ----------
    key
        Where the dies stand in the spec: ``die`` or ``dies``.
    beside
        Folder of the spec, from which the paths of die files count.
    unit
        Unit of bare numbers in a table of contacts; µm where the spec names none.

    Raises
    ------
    ProblemsError
        If a die overlaps another, or stands on one that does not exist or does not hold it.
    """
    levels = _levels(dies, key)
    placed = []
    for number, die in enumerate(dies):
        path: tuple[str | int, ...] = (key,) if key == "die" else (key, number)
        placed.append(_place(die, (*path,), beside, unit, levels[die.name]))
    _require_apart(placed, key)
    return tuple(placed)


def _place(die: Die, key: tuple[str | int, ...], beside: Path, unit: str | None, level: int) -> PlacedDie:
    """Return one die in its place."""
    contacts, size = _contacts(die, key, beside, unit)
    _require_names(contacts, (*key, "contacts"))
    outline = shapes.rectangle(*size)
    outside = [contact.name for contact in contacts if not outline.covers(contact.outline)]
    if outside:
        names = ", ".join(outside[:5]) + (" ..." if len(outside) > 5 else "")
        sentence = f"{len(outside)} contacts are not on the die of {size[0]:g} x {size[1]:g} um: {names}"
        raise ProblemsError([Problem((*key, "contacts"), sentence)])

    def put(region: regions.Region) -> regions.Region:
        seen = regions.mirror(region) if die.face == "down" else region
        return regions.move(regions.turn(seen, die.rotation), *die.at)

    turned = tuple(Terminal(contact.name, put(contact.outline), contact.net) for contact in contacts)
    return PlacedDie(die.name, put(outline), turned, die.thickness, level)


def _contacts(
    die: Die, key: tuple[str | int, ...], beside: Path, unit: str | None
) -> tuple[list[Terminal], tuple[float, float]]:
    """Return the contacts about the die's centre, and the die's size."""
    given = die.contacts
    if given.csv is None and given.aif is None and given.gds is None:
        if die.size is None:
            raise ProblemsError([Problem(key, "needs a size")])
        return given.terminals(die.size), die.size
    file = _read(given, beside, unit, (*key, "contacts"))
    size = die.size
    middle = (0.0, 0.0)
    if file.box is not None:
        left, bottom, right, top = file.box
        middle = ((left + right) / 2, (bottom + top) / 2)
        size = size or (right - left, top - bottom)
    if size is None:
        raise ProblemsError([Problem(key, "needs a size: its file gives none")])
    return [
        Terminal(contact.name, regions.move(contact.outline, -middle[0], -middle[1]), contact.net)
        for contact in file.contacts
    ], size


def _require_names(contacts: list[Terminal], key: tuple[str | int, ...]) -> None:
    """Refuse contacts of one die that share a name."""
    shared = [name for name, times in Counter(contact.name for contact in contacts).items() if times > 1]
    if shared:
        raise ProblemsError([Problem(key, f"two contacts are called {name!r}") for name in shared[:5]])


def _read(given: Contacts, beside: Path, unit: str | None, key: tuple[str | int, ...]) -> DieFile:
    """Return what a die file says."""
    named = {"csv": given.csv, "aif": given.aif, "gds": given.gds.path if given.gds else None}
    for kind, name in named.items():
        if name is not None and not (beside / name).is_file():
            place = (*key, kind, "path") if kind == "gds" else (*key, kind)
            raise ProblemsError([Problem(place, f"no such file: {name}")])
    if given.csv is not None:
        return read_table(beside / given.csv, unit=UM[unit or "um"])
    if given.aif is not None:
        return read_aif(beside / given.aif)
    if given.gds is None:
        raise MaskgenError("contacts without a file")
    file = given.gds
    return read_die_layout(
        beside / file.path,
        cell=file.cell,
        pad_layer=file.pad_layer,
        label_layer=file.label_layer,
        outline_layer=file.outline_layer,
    )


def _levels(dies: list[Die], key: str) -> dict[str, int]:
    """Return how many dies are under each."""
    below = {die.name: die.on for die in dies}
    levels: dict[str, int] = {}
    for number, die in enumerate(dies):
        place: tuple[str | int, ...] = (key, "on") if key == "die" else (key, number, "on")
        trail, at = [die.name], die.on
        while at is not None:
            if at not in below:
                raise ProblemsError([Problem(place, f"no die is called {at!r}")])
            if at in trail:
                raise ProblemsError([Problem(place, f"{' on '.join([*trail, at])}: dies stand on each other")])
            trail.append(at)
            at = below[at]
        levels[die.name] = len(trail) - 1
    return levels


def _require_apart(placed: list[PlacedDie], key: str) -> None:
    """Refuse dies of one level that overlap."""
    for number, die in enumerate(placed):
        for other in placed[:number]:
            if die.level == other.level and shapely.relate_pattern(die.outline, other.outline, _SHARE_AREA):
                raise ProblemsError([Problem((key, number), f"die {die.name} overlaps die {other.name}")])
