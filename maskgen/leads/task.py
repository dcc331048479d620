"""Tasks: leads that are to be drawn, each with its contact and its terminal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from maskgen.geometry.regions import Region
from maskgen.leads.model import Lead, LeadForm, Target, Unrouted, Values
from maskgen.leads.outline import outline


@dataclass(frozen=True, eq=False)
class Task:
    """Leads to be drawn.

    Parameters
    ----------
    tips, ends, numbers
        Contact, terminal and number of each lead.
    obstacles
        What they must keep the gap from.
    """

    tips: Sequence[Target]
    ends: Sequence[Target]
    numbers: Sequence[int]
    form: LeadForm
    obstacles: Sequence[Region]

    def __len__(self) -> int:
        return len(self.tips)

    def drawn(self, paths: Mapping[int, Values]) -> tuple[list[Lead], list[Unrouted]]:
        """Return the leads along some paths, by index, and those whose path cannot be drawn."""
        leads, failed = [], []
        for index, path in sorted(paths.items()):
            tip, end = self.tips[index].name, self.ends[index].name
            try:
                leads.append(Lead(self.numbers[index], tip, end, path, outline(path, self.form)))
            except ValueError as error:
                failed.append(Unrouted(tip, end, str(error)))
        return leads, failed
