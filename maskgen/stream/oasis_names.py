"""Names of an OASIS file and what uses them: numbers that stand for names, cells, and which cells place which."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Final

from maskgen.stream import hierarchy
from maskgen.stream.oasis_numbers import DamageError
from maskgen.stream.records import Fault, FaultError

TABLES: Final = ("CELLNAME", "TEXTSTRING", "PROPNAME", "PROPSTRING")
"""Records that give a name to a number."""

MOST_NUMBER = 10_000_000
"""Greatest number of a name: the kernel keeps room for all numbers below."""

Key = int | str
"""A cell as a record tells it: by the number of its name, or by its name."""

Place = tuple[int, int | None]
"""The byte at which a record begins or, if it is packed, its block; and the byte in the unpacked block."""


def fault(place: Place, sentence: str) -> FaultError:
    """Return a fault of the record at a place, to be raised."""
    offset, inner = place
    where = "" if inner is None else f" (byte {inner} of the unpacked block)"
    return FaultError(Fault(offset, sentence + where))


class Names:
    """What the records name, noted with the place of the record that is read."""

    def __init__(self) -> None:
        self.place: Place = (0, None)
        self._given: dict[str, dict[int, str]] = {table: {} for table in TABLES}
        self._numbered: dict[str, bool] = {}
        self._used: dict[tuple[str, int], Place] = {}
        self._cells: list[tuple[Key, Place]] = []
        self._placed: dict[tuple[Key, Key], Place] = {}

    def give(self, table: str, name: str, number: int | None) -> None:
        """Note the name of a number, of the next one if the record brings none."""
        names = self._given[table]
        if self._numbered.setdefault(table, number is not None) != (number is not None):
            raise DamageError(
                "has no number, those before it have" if number is None else "has a number, others have none"
            )
        number = len(names) if number is None else number
        if number > MOST_NUMBER:
            raise DamageError(f"has number {number}, at most {MOST_NUMBER} can be read")
        if number in names:
            raise DamageError(f"gives number {number} to {name[:40]!r}, which is {names[number][:40]!r} already")
        names[number] = name

    def use(self, table: str, number: int) -> None:
        """Note that a record uses the name of a number, which may follow later in the file."""
        self._used.setdefault((table, number), self.place)

    def define(self, key: Key) -> None:
        """Note that a cell begins."""
        self._use_cell(key)
        self._cells.append((key, self.place))

    def put(self, key: Key) -> None:
        """Note that the last cell places another."""
        self._use_cell(key)
        self._placed.setdefault((self._cells[-1][0], key), self.place)

    def _use_cell(self, key: Key) -> None:
        if isinstance(key, int):
            self.use("CELLNAME", key)

    def check(self) -> None:
        """Raise the first fault of what the names lead to, when the whole file has been read."""
        for (table, number), place in self._used.items():
            if number not in self._given[table]:
                raise fault(place, f"{table} number {number} is used but not in the file")
        cells = self._distinct()
        placed = {(self._name(above), self._name(below)): place for (above, below), place in self._placed.items()}
        for (_, name), place in placed.items():
            if name not in cells:
                raise fault(place, f"cell {name!r} is placed but not in the file{_hint(name, cells)}")
        _check_levels(cells, placed)

    def _name(self, key: Key) -> str:
        return self._given["CELLNAME"][key] if isinstance(key, int) else key

    def _distinct(self) -> dict[str, Place]:
        """Return the places of the cells, none of which has the name of another."""
        found: dict[str, Place] = {}
        for key, place in self._cells:
            name = self._name(key)
            if name in found:
                raise fault(place, f"cell {name!r} is defined twice")
            found[name] = place
        return found


def _hint(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f", did you mean {near[0]!r}" if near else ""


def _check_levels(cells: Mapping[str, Place], placed: Mapping[tuple[str, str], Place]) -> None:
    """Raise a fault if cells place each other or lie too deep."""
    children: dict[str, list[str]] = {name: [] for name in cells}
    for above, below in placed:
        children[above].append(below)
    circle = hierarchy.loop(children)
    if circle:
        raise fault(placed[circle[0], circle[1]], f"cells place each other in a loop: {' -> '.join(circle)}")
    name, depth = max(hierarchy.levels(children).items(), key=lambda item: item[1], default=("", 0))
    if depth > hierarchy.MOST_LEVELS:
        sentence = f"cell {name!r} has {depth} levels of cells, at most {hierarchy.MOST_LEVELS} can be read"
        raise fault(cells[name], sentence)
