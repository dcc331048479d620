"""Document: the whole page of a build, one file that needs nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from typing import Any

from maskgen.order import Order
from maskgen.page.acceptance import acceptance_html
from maskgen.page.assembly import bonds_html, nets_html
from maskgen.page.facts import facts_html, verdict
from maskgen.page.findings import cards, findings_html
from maskgen.page.images import embedded, picture_html, solid_html
from maskgen.page.layout import layout_data, listed_findings
from maskgen.page.masks import masks_html
from maskgen.page.plating import plating_html
from maskgen.page.traveler import traveler_html
from maskgen.page.windows import hatching, windows_html
from maskgen.report.markup import escaped
from maskgen.result import Result
from maskgen.sections import picture
from maskgen.sections.run import Section
from maskgen.vendors.accept import Acceptance

NAME = "report.html"

_SCRIPTS = ("viewer.js", "solid.js", "page.js")

_BUTTONS = (
    ("fit", "Plate", "f"),
    ("site", "One site", "s"),
    ("closer", "+", "+"),
    ("farther", "−", "-"),
    ("ruler", "Ruler", "r"),
)
_KEYS = (
    "Drag to move, wheel or pinch to zoom. Keys: arrows move, + and − zoom, f the plate, s one site, r the ruler, "
    "Enter sets its points in the middle, Escape leaves it."
)


def render(
    result: Result,
    sections: Sequence[Section],
    order: Order,
    manifest: Mapping[str, Any],
    *,
    acceptances: Sequence[Acceptance] = (),
    solid: bytes = b"",
) -> str:
    """Return the report of a build as a page of HTML.

    Parameters
    ----------
    sections
        As `maskgen.output.sections_of` gives them: their pictures, and the words of the traveler.
    order
        Of its masks.
    manifest
        Of the build, with the files that were written.
    acceptances
        What vendors' profiles say of the mask files.
    solid
        The part of one site as GLB, to be turned; without it the page has no such view.
    """
    listed = listed_findings(result.report.violations)
    data, shapes = layout_data(result, listed)
    parts = [
        ("layout", "Layout", _viewer(data, shapes)),
        ("findings", "Findings", findings_html(result.report, listed)),
        ("masks", "Masks", masks_html(order, manifest)),
        ("sections", "Sections", "".join(_strips(sections, result.job.spec.name))),
        ("part", "The part", solid_html(solid)),
        ("bonds", "Bonds and leads", bonds_html(result)),
        ("nets", "Netlist", nets_html(result)),
        ("windows", "Process windows", windows_html(result.windows)),
        ("plating", "Plating", plating_html(result)),
        ("traveler", "Traveler", traveler_html(sections)),
        ("acceptance", "Acceptance", acceptance_html(acceptances)),
    ]
    return _page(result, manifest, [part for part in parts if part[2]])


def _page(result: Result, manifest: Mapping[str, Any], parts: Sequence[tuple[str, str, str]]) -> str:
    name = result.job.spec.name
    links = "".join(f'<li><a href="#{key}">{title}</a></li>' for key, title, _ in parts)
    body = "".join(
        f'<section aria-labelledby="{key}">\n<h2 id="{key}">{title}</h2>\n{html}</section>\n'
        for key, title, html in parts
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
        "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
        f'<meta name="color-scheme" content="light dark">\n<title>{escaped(name)}: report</title>\n'
        f"<style>\n{_shipped('page.css')}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#layout">To the layout</a>\n{hatching()}<header>\n<h1>{escaped(name)}</h1>\n'
        f"<p>{escaped(result.job.template.title)}. {escaped(verdict(manifest))}</p>\n{cards(result.report)}</header>\n"
        f'<nav aria-label="Parts of the report"><ul>{links}</ul></nav>\n<main>\n'
        f'<section aria-label="What was built">\n{facts_html(result, manifest)}</section>\n{body}</main>\n'
        + "".join(f"<script>\n{_shipped(name)}</script>\n" for name in _SCRIPTS)
        + "</body>\n</html>\n"
    )


def _viewer(data: Mapping[str, Any], shapes: str) -> str:
    buttons = "".join(
        f'<button type="button" data-do="{action}" aria-keyshortcuts="{key}"{_spoken(action)}>{word}</button>'
        for action, word, key in _BUTTONS
    )
    return (
        f'<div id="viewer"><div class="tools" role="toolbar" aria-label="View">{buttons}</div>\n'
        '<div class="stage"><canvas tabindex="0" role="application" aria-label="Layout of the plate" '
        'aria-describedby="viewer-keys"></canvas><div class="tip" hidden></div></div>\n'
        '<div class="legend" role="group" aria-label="Layers"></div>\n'
        '<output class="status" aria-live="polite"></output>\n'
        f'<p class="note" id="viewer-keys">{_KEYS}</p></div>\n'
        "<noscript><p>The layout needs JavaScript; everything else is here without it.</p></noscript>\n"
        f'<script type="application/json" id="layout-data">{embedded(data)}</script>\n'
        f'<script type="text/plain" id="layout-shapes">{shapes}</script>\n'
    )


def _spoken(action: str) -> str:
    """Return what a button says to who does not see it."""
    said = {"closer": 'aria-label="closer"', "farther": 'aria-label="farther"', "ruler": 'aria-pressed="false"'}
    return f" {said[action]}" if action in said else ""


def _strips(sections: Sequence[Section], name: str) -> Iterator[str]:
    """Yield the picture of each cut."""
    for section in sections:
        yield f"<h3>Cut {escaped(section.cut.name)}</h3>\n"
        yield picture_html(
            picture.strip(section, name), words=f"Every stage of the process along cut {section.cut.name}"
        )


def _shipped(name: str) -> str:
    """Return a file that lies beside this module."""
    return (resources.files("maskgen.page") / name).read_text(encoding="utf-8")
