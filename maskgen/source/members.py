"""Of a union's members, whose failures to tell: pydantic tells all, and most are noise."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_JOINABLE = re.compile(r"(?:must be|expected) (?P<wanted>.+?), got (?P<got>.+)", re.DOTALL)


@dataclass(frozen=True)
class Failure:
    """One failure of a value.

    Parameters
    ----------
    loc
        Its path as pydantic has it.
    held
        Which parts of `loc` are keys of the data; the others name members of unions.
    key
        Path of the key to blame.
    entries
        The place that lacks in a list that is too short.
    """

    loc: tuple[str | int, ...]
    held: tuple[bool, ...]
    key: tuple[str | int, ...]
    sentence: str
    entries: int | None = None


def most_helpful(failures: Sequence[Failure], start: int = 0) -> list[Failure]:
    """Return the failures without those of union members that were hardly meant.

    A member was meant if its failures lie deepest in the data, or are the fewest; members alike in that are told in
    one sentence.

    Parameters
    ----------
    start
        Part of the paths from which members are told apart; they are alike before it.
    """
    told: list[Failure] = []
    unions: dict[tuple[str | int, ...], dict[str | int, list[Failure]]] = {}
    for failure in failures:
        if False not in failure.held[start:]:
            told.append(failure)
            continue
        at = failure.held.index(False, start)
        unions.setdefault(failure.loc[:at], {}).setdefault(failure.loc[at], []).append(failure)
    for path, members in unions.items():
        told += _meant([most_helpful(member, len(path) + 1) for member in members.values()])
    return list(_longest(told))


def _meant(members: list[list[Failure]]) -> list[Failure]:
    """Return the failures of the member that was meant."""
    ranks = [(max(len(failure.key) for failure in member), -len(member)) for member in members]
    best = [member for member, rank in zip(members, ranks, strict=True) if rank == max(ranks)]
    single = [member[0] for member in best if len(member) == 1]
    if len(single) < 2 or len({failure.key for failure in single}) > 1:
        return best[0]
    return [_joined(single)]


def _joined(failures: list[Failure]) -> Failure:
    """Return one failure for a value that no member takes."""
    if len({failure.sentence for failure in failures}) == 1:
        return failures[0]
    matches = [_JOINABLE.fullmatch(failure.sentence) for failure in failures]
    parts = [match for match in matches if match is not None]
    if len(parts) < len(failures):
        # A sentence of another form knows best what was meant.
        return failures[matches.index(None)]
    wanted = " or ".join(dict.fromkeys(part["wanted"].removeprefix("one of ") for part in parts))
    got = max((part["got"] for part in parts), key=len)
    first = failures[0]
    return Failure(first.loc, first.held, first.key, f"must be {wanted}, got {got}")


def _longest(failures: list[Failure]) -> Iterator[Failure]:
    """Yield failures, of several places that lack in one list only the last."""
    last = {failure.key: failure.entries for failure in failures if failure.entries is not None}
    for failure in failures:
        if failure.entries is None or failure.entries == last[failure.key]:
            yield failure
