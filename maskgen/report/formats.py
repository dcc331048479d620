"""Every reporter by the name of its format, called alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypedDict

from maskgen.drc.run import Report
from maskgen.geometry.regions import Box
from maskgen.report import html, json, junit, lyrdb, sarif, text
from maskgen.source.text import Span


class _Names(TypedDict):
    version: str
    layout: str
    cell: str
    compared_with: str | None


@dataclass(frozen=True)
class Heading:
    """What a report says of itself: what was looked at, and with what.

    Parameters
    ----------
    layout
        Path of the spec or of the layout file, as the user wrote it.
    cell
        Name of the cell in whose coordinates places are told.
    version
        Of the program.
    extent
        Box [µm] around all that was looked at, if it is known.
    spans
        Where in the text of a spec the findings of a rule belong, by the rule's id.
    compared_with
        Path of the layout that this one was compared with, if it was.
    """

    layout: str
    cell: str
    version: str
    extent: Box | None = None
    spans: Mapping[str, Span] = field(default_factory=dict)
    compared_with: str | None = None

    @property
    def names(self) -> _Names:
        """Return what most reporters say."""
        return {
            "version": self.version,
            "layout": self.layout,
            "cell": self.cell,
            "compared_with": self.compared_with,
        }

    @property
    def comparison(self) -> str:
        """Return what was compared with what, nothing if one layout was looked at."""
        return "" if self.compared_with is None else f"{self.layout} compared with {self.compared_with}"


RENDERERS: Mapping[str, Callable[[Report, Heading, bool], str]] = {
    "json": lambda report, of, timed: json.render(report, **of.names, timed=timed),
    "lyrdb": lambda report, of, _: lyrdb.render(report, layout=of.layout, cell=of.cell, description=of.comparison),
    "sarif": lambda report, of, _: sarif.render(report, **of.names, spans=of.spans),
    "junit": lambda report, of, timed: junit.render(report, **of.names, timed=timed),
    "text": lambda report, of, _: text.render(report, about=of.comparison),
    "html": lambda report, of, _: html.render(report, **of.names, extent=of.extent),
}
"""Report, what it is about, and whether seconds are said -> text, by format."""


def render(format_: str, report: Report, heading: Heading, *, timed: bool = True) -> str:
    """Return a report in one of the `RENDERERS` formats.

    Parameters
    ----------
    timed
        Whether seconds are said by formats that have them; without, equal findings give equal bytes.
    """
    return RENDERERS[format_](report, heading, timed)
