"""Findings as one page that needs nothing else: summary, filters, a table, and a map of the places."""

from collections import Counter
from collections.abc import Mapping, Sequence
from importlib import resources

from maskgen.drc.run import Report, RuleRun
from maskgen.drc.violation import Violation, counts
from maskgen.geometry import regions
from maskgen.geometry.arrays import Lattice
from maskgen.geometry.regions import Box
from maskgen.report.markup import escaped
from maskgen.report.text import summary

MOST_ROWS = 2000
"""Findings that are listed; no browser filters more with ease, and nobody reads them."""
_MOST_MARKS = 3000
"""Places that the map shows one by one, of all findings together."""
_MAP = 1000.0
"""Longer side of the map, in units of the picture."""
_ROUGH = 40
"""Copies along one side of a lattice from which on it is shown as a block."""


def render(
    report: Report,
    *,
    version: str,
    layout: str,
    cell: str,
    compared_with: str | None = None,
    extent: Box | None = None,
) -> str:
    """Return the report as a page of HTML.

    Parameters
    ----------
    compared_with
        Path of the other layout of a comparison.
    extent
        Box [µm] of the map; that around all places by default.
    """
    shown = report.violations[:MOST_ROWS]
    name = layout.replace("\\", "/").rsplit("/", 1)[-1]
    looked = layout if compared_with is None else f"{layout} compared with {compared_with}"
    subject = f"{looked}, cell {cell}, deck {report.deck}, maskgen {version}"
    body = [
        f"<header>\n<h1>{escaped(name)}</h1>\n<p>{escaped(subject)}</p>\n</header>",
        _cards(report),
        _map(shown, extent),
        _filters(report),
        _table(shown, {run.rule.id: run.rule.why for run in report.rules}, len(report.violations)),
        _rules(report.rules),
        *([_stale(report.stale)] if report.stale else []),
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="light dark">\n<title>{escaped(f"{name}: {summary(report)}")}</title>\n'
        f"<style>\n{_shipped('page.css')}</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + f"\n<script>\n{_shipped('page.js')}</script>\n</body>\n</html>\n"
    )


def _shipped(name: str) -> str:
    """Return a file that lies beside this module."""
    return (resources.files("maskgen.report") / name).read_text(encoding="utf-8")


def _cards(report: Report) -> str:
    """Return the counts, and the verdict in words."""
    found = counts(report.violations)
    cards = "".join(
        f'<li class="{kind}"><b>{found[kind]}</b> {word}</li>'
        for kind, word in (("error", "errors"), ("warning", "warnings"), ("waived", "waived"))
    )
    verdict = "Errors stand." if found["error"] else "No error stands."
    said = f"{verdict} {escaped(summary(report))}."
    return f'<section aria-label="Summary">\n<ul class="cards">{cards}</ul>\n<p>{said}</p>\n</section>'


def _kind(violation: Violation) -> str:
    """Return the class of a finding: how severe it is, or that it is waived."""
    return "waived" if violation.waived is not None else violation.severity


def _filters(report: Report) -> str:
    """Return the form that hides rows."""
    rules = Counter(violation.rule for violation in report.violations)
    options = "".join(f'<option value="{escaped(rule)}">{escaped(rule)} ({n})</option>' for rule, n in rules.items())
    boxes = "".join(
        f'<label><input type="checkbox" name="kind" value="{kind}" checked> {kind}</label>'
        for kind in ("error", "warning", "waived")
    )
    return (
        '<form class="filters" aria-label="Filter the findings">\n'
        f'<label>Rule <select name="rule"><option value="">all</option>{options}</select></label>\n'
        f"<fieldset><legend>Severity</legend>{boxes}</fieldset>\n"
        '<label>Text <input type="search" name="text" autocomplete="off"></label>\n'
        '<output aria-live="polite"></output>\n</form>'
    )


def _table(violations: Sequence[Violation], whys: Mapping[str, str], total: int) -> str:
    """Return the findings as a table."""
    if not violations:
        return '<p class="none">Nothing was found.</p>'
    rows = "".join(_row(number, violation, whys[violation.rule]) for number, violation in enumerate(violations, 1))
    more = (
        f"<p>The first {len(violations)} of {total} findings; the JSON report has all.</p>"
        if total > len(violations)
        else ""
    )
    heads = "".join(
        f'<th scope="col">{head}</th>'
        for head in ("#", "Rule", "Finding", "Place (µm)", "Measured", "Limit", "Copies", "Fingerprint")
    )
    return (
        f'<div class="wide"><table class="findings">\n<caption>Findings</caption>\n<thead><tr>{heads}</tr></thead>\n'
        f"<tbody>\n{rows}</tbody>\n</table></div>\n{more}"
    )


def _row(number: int, violation: Violation, why: str) -> str:
    """Return one finding."""
    finding, kind = violation.finding, _kind(violation)
    waived = f'<p class="note">waived: {escaped(violation.waived)}</p>' if violation.waived else ""
    reason = f'<p class="note">{escaped(why)}</p>' if why else ""
    place = ""
    if finding.box is not None:
        left, bottom, right, top = finding.box
        place = f'<a href="#m{number}">{left:.3f}, {bottom:.3f}<br>{right:.3f}, {top:.3f}</a>'
    return (
        f'<tr id="f{number}" class="{kind}" data-kind="{kind}" data-rule="{escaped(violation.rule)}">'
        f'<td class="n">{number}</td><th scope="row">{escaped(violation.rule)}<br><span class="kind">{kind}</span></th>'
        f"<td>{escaped(finding.sentence)}{reason}{waived}</td>"
        f'<td class="n">{place}</td><td class="n">{_number(finding.measured)}</td>'
        f'<td class="n">{_number(finding.limit)}</td>'
        f'<td class="n">{violation.count}</td><td><code>{escaped(violation.fingerprint)}</code></td></tr>\n'
    )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _rules(runs: Sequence[RuleRun]) -> str:
    """Return all rules, those too that found nothing."""
    rows = "".join(
        f'<tr><th scope="row">{escaped(run.rule.id)}</th><td>{escaped(run.rule.check)}</td>'
        f"<td>{escaped(run.rule.severity)}</td><td>{escaped(run.status)}</td>"
        f'<td class="n">{run.violations}</td><td class="n">{run.waived}</td><td>{escaped(run.rule.why)}</td></tr>\n'
        for run in runs
    )
    heads = ("Rule", "Check", "Severity", "Status", "Places", "Waived", "Why")
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return (
        f"<details>\n<summary>All {len(runs)} rules</summary>\n"
        f'<div class="wide"><table>\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{rows}</tbody>\n</table></div>\n</details>"
    )


def _stale(sentences: Sequence[str]) -> str:
    entries = "".join(f"<li>{escaped(sentence)}</li>" for sentence in sentences)
    return f"<section>\n<h2>Waivers without a finding</h2>\n<ul>{entries}</ul>\n</section>"


def _map(violations: Sequence[Violation], extent: Box | None) -> str:
    """Return a picture of the places, nothing if there are none."""
    whole = regions.box_around([*([extent] if extent else []), *filter(None, map(_whole, violations))])
    if whole is None or all(violation.finding.box is None for violation in violations):
        return ""
    left, bottom, right, top = whole
    scale = _MAP / max(right - left, top - bottom, 1e-3)
    width, height = (right - left) * scale, (top - bottom) * scale
    marks, room = [], _MOST_MARKS
    for number, violation in enumerate(violations, start=1):
        if violation.finding.box is not None:
            shapes = _marks(violation, room)
            room -= len(shapes)
            drawn = "".join(_mark(box, (left, top), scale) for box in shapes)
            title = escaped(f"{violation.rule}: {violation.finding.sentence}")
            marks.append(
                f'<a id="m{number}" href="#f{number}" class="{_kind(violation)}"><title>{title}</title>{drawn}</a>\n'
            )
    said = f"{right - left:.6g} x {top - bottom:.6g} µm, lower left at {left:.6g}, {bottom:.6g} µm"
    return (
        '<figure>\n<svg role="group" aria-label="Map of the places" '
        f'viewBox="-12 -12 {width + 24:.1f} {height + 24:.1f}">\n'
        f'<rect class="extent" width="{width:.1f}" height="{height:.1f}"/>\n{"".join(marks)}</svg>\n'
        f"<figcaption>{said}; each mark leads to its finding</figcaption>\n</figure>"
    )


def _whole(violation: Violation) -> Box | None:
    """Return the box around all copies of a finding."""
    box = violation.finding.box
    if box is None:
        return None
    return regions.box_around([box, *(_block(lattice, box) for lattice in violation.lattices)])


def _block(lattice: Lattice, box: Box) -> Box:
    """Return the box around all copies on a lattice."""
    right = lattice.x + (lattice.columns - 1) * lattice.dx + box[2] - box[0]
    return lattice.x, lattice.y, right, lattice.y + (lattice.rows - 1) * lattice.dy + box[3] - box[1]


def _marks(violation: Violation, room: int) -> list[Box]:
    """Return the boxes that show a finding: one per copy, or one per lattice where that would be too many."""
    box = violation.finding.box or (0.0, 0.0, 0.0, 0.0)
    width, height = box[2] - box[0], box[3] - box[1]
    found: list[Box] = []
    for a in violation.lattices:
        if max(a.columns, a.rows) > _ROUGH or len(found) + a.count > room:
            found.append(_block(a, box))
            continue
        corners = [(a.x + i * a.dx, a.y + j * a.dy) for j in range(a.rows) for i in range(a.columns)]
        found += [(x, y, x + width, y + height) for x, y in corners]
    return found or [box]


def _mark(box: Box, origin: tuple[float, float], scale: float) -> str:
    """Return a rectangle of the picture, large enough to be seen."""
    x, y = (box[0] - origin[0]) * scale, (origin[1] - box[3]) * scale
    width, height = (box[2] - box[0]) * scale, (box[3] - box[1]) * scale
    wide, high = max(width, 6.0), max(height, 6.0)
    x, y = x - (wide - width) / 2, y - (high - height) / 2
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}"/>'
