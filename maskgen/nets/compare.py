"""Comparison of the extracted nets with the spec's."""

from collections.abc import Iterator, Mapping, Sequence

from maskgen.nets.extract import Net


def differences(
    drawn: Sequence[Net], wanted: Sequence[frozenset[str]], net_of: Mapping[str, str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield a sentence and the terminals concerned for every way in which the drawn nets differ.

    Parameters
    ----------
    drawn
        Nets as extracted from the polygons.
    wanted
        Groups of terminals that the spec joins; terminals in none of them stand alone.
    net_of
        Net names of contacts.
    """
    where = {name: number for number, net in enumerate(drawn) for _, name in net.members}
    grouped = {name: number for number, group in enumerate(wanted) for name in group}
    for group in wanted:
        yield from _opens(sorted(group), where)
    for net in drawn:
        names = [name for _, name in net.members]
        groups = {grouped.get(name, name) for name in names}
        if len(groups) > 1:
            yield f"{_listed(names)} are joined and should not be", tuple(names)
        called = sorted({net_of[name] for name in names if name in net_of})
        if len(called) > 1:
            yield f"nets {', '.join(called)} are shorted", tuple(names)


def _opens(group: list[str], where: Mapping[str, int]) -> Iterator[tuple[str, tuple[str, ...]]]:
    missing = [name for name in group if name not in where]
    if missing:
        yield f"{_listed(missing)}: not drawn", tuple(missing)
    if len({where[name] for name in group if name in where}) > 1:
        yield f"{_listed(group)} should be joined and are not", tuple(group)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
