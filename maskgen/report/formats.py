"""Every reporter by the name of its format, called alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from maskgen.drc.run import Report
from maskgen.geometry.regions import Box
from maskgen.report import html, json, junit, lyrdb, sarif, text
from maskgen.source.text import Span


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
    """

    layout: str
    cell: str
    version: str
    extent: Box | None = None
    spans: Mapping[str, Span] = field(default_factory=dict)

    @property
    def names(self) -> dict[str, str]:
        """Return what most reporters say."""
        return {"version": self.version, "layout": self.layout, "cell": self.cell}


RENDERERS: Mapping[str, Callable[[Report, Heading, bool], str]] = {
    "json": lambda report, of, timed: json.render(report, **of.names, timed=timed),
    "lyrdb": lambda report, of, _: lyrdb.render(report, layout=of.layout, cell=of.cell),
    "sarif": lambda report, of, _: sarif.render(report, **of.names, spans=of.spans),
    "junit": lambda report, of, timed: junit.render(report, **of.names, timed=timed),
    "text": lambda report, _, __: text.render(report),
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
