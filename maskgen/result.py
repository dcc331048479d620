"""Job and result: what the stages of the program hand to each other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from maskgen.drc import deck as decks
from maskgen.drc import run as drc
from maskgen.layout import Pattern
from maskgen.masks import FinishedMask
from maskgen.nets import Net
from maskgen.package import Package
from maskgen.sections.plan import Plan, site_plan
from maskgen.source import Source
from maskgen.spec.package import PackageSpec
from maskgen.systems import Template
from maskgen.technology import Process
from maskgen.vendors.accept import Acceptance
from maskgen.vendors.model import Profile
from maskgen.windows import ProcessWindow


@dataclass(frozen=True, eq=False)
class Job:
    """A spec that was read and understood, with the technology that it uses.

    Parameters
    ----------
    vendors
        Profiles by which the files of each mask are judged, by its name.
    """

    source: Source
    spec: PackageSpec
    template: Template
    technology_source: Source
    process: Process
    deck: decks.Deck
    vendors: Mapping[str, tuple[Profile, ...]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Result:
    """Everything that a build knows before it writes.

    Parameters
    ----------
    patterns
        Every layer on the whole plate: drawn, masks as written, as-built.
    nets
        As drawn, of one site.
    windows
        Where the nominal stands in each process window.
    acceptances
        What vendors' profiles say of the written files; known once they are written.
    """

    job: Job
    package: Package
    patterns: Mapping[str, Pattern]
    masks: tuple[FinishedMask, ...]
    report: drc.Report
    nets: tuple[Net, ...]
    windows: tuple[ProcessWindow, ...] = ()
    acceptances: tuple[Acceptance, ...] = ()

    @cached_property
    def plan(self) -> Plan:
        """Return one site from above, of which cross-sections and the part in three dimensions are made."""
        return site_plan(self.patterns, self.masks, self.package.layout.array)
