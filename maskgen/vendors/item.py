"""Item: one line of the checklist, and how it is judged."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from maskgen.drc.violation import Finding, Violation
from maskgen.vendors.submission import Mild, Submission

Found = Finding | Mild | Violation
Judge = Callable[[Submission], Iterator[Found]]


@dataclass(frozen=True)
class Item:
    """One line of the checklist (`vendors.md` 6).

    Parameters
    ----------
    severity
        ``info`` is a report of numbers; what does not agree there is a warning.
    judge
        Yields what is wrong; raises `NotJudgedError` or `NotAskedError` where there is nothing to judge by.
    """

    id: str
    title: str
    why: str
    severity: Literal["error", "warning", "info"]
    judge: Judge
