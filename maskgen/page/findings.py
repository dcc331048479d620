"""Findings: the list from which the viewer flies to their places."""

from collections.abc import Mapping, Sequence

from maskgen.drc.run import Report
from maskgen.drc.violation import Violation, counts
from maskgen.page.tables import folded, table
from maskgen.report.markup import escaped


def cards(report: Report) -> str:
    """Return the counts: places in error, warned about and waived."""
    found = counts(report.violations)
    signs = {"error": "✕", "warning": "▲", "waived": "○"}
    words = {"error": "errors", "warning": "warnings", "waived": "waived"}
    entries = "".join(
        f'<li class="{kind}"><span aria-hidden="true">{signs[kind]}</span> <b>{found[kind]}</b> {words[kind]}</li>'
        for kind in signs
    )
    return f'<ul class="cards">{entries}</ul>\n'


def findings_html(report: Report, listed: Sequence[Violation]) -> str:
    """Return the findings of a report: how many of each rule, and the listed ones with a button to each place."""
    whys = {run.rule.id: run.rule.why for run in report.rules}
    stale = "".join(f"<li>{escaped(sentence)}</li>" for sentence in report.stale)
    return (
        (_list(report, listed, whys) if listed else '<p class="none">Nothing was found.</p>\n')
        + (f"<h3>Waivers without a finding</h3>\n<ul>{stale}</ul>\n" if stale else "")
        + folded(f"All {len(report.rules)} rules of deck {report.deck}", _rules(report))
    )


def _list(report: Report, listed: Sequence[Violation], whys: Mapping[str, str]) -> str:
    rows = "".join(_row(number, violation, whys.get(violation.rule, "")) for number, violation in enumerate(listed))
    heads = "".join(
        f'<th scope="col">{head}</th>' for head in ("Place", "Rule", "Finding", "Measured", "Limit", "Copies")
    )
    left = len(report.violations) - len(listed)
    more = f"<p>{left} findings more are in drc.json and drc.lyrdb.</p>\n" if left else ""
    return (
        '<div class="wide list" tabindex="0" role="region" aria-label="Findings"><table class="findings">\n'
        f"<caption>Findings, as listed in drc.json; coordinates in µm</caption>\n<thead><tr>{heads}</tr></thead>\n"
        f"<tbody>\n{rows}</tbody>\n</table></div>\n{more}"
    )


def _row(number: int, violation: Violation, why: str) -> str:
    finding = violation.finding
    kind = "waived" if violation.waived is not None else violation.severity
    waived = f'<p class="note">waived: {escaped(violation.waived)}</p>' if violation.waived is not None else ""
    reason = f'<p class="note">{escaped(why)}</p>' if why else ""
    place = "no place"
    if finding.box is not None:
        x, y = (finding.box[0] + finding.box[2]) / 2, (finding.box[1] + finding.box[3]) / 2
        said = f"Show {violation.rule} at {x:.3f}, {y:.3f}"
        place = (
            f'<button type="button" data-finding="{number}" aria-label="{escaped(said)}">Show<br>'
            f"<small>{x:.1f}, {y:.1f}</small></button>"
        )
    return (
        f'<tr class="{kind}"><td>{place}</td><th scope="row">{escaped(violation.rule)}<br>'
        f'<span class="kind">{kind}</span></th><td>{escaped(finding.sentence)}{reason}{waived}</td>'
        f'<td class="n">{_number(finding.measured)}</td><td class="n">{_number(finding.limit)}</td>'
        f'<td class="n">{violation.count}</td></tr>\n'
    )


def _rules(report: Report) -> str:
    rows = [
        [run.rule.id, run.rule.check, run.rule.severity, run.status, str(run.violations), str(run.waived), run.rule.why]
        for run in report.rules
    ]
    heads = ("Rule", "Check", "Severity", "Status", "Places", "Waived", "Why")
    return table(heads, rows, caption="Rules", numeric=(4, 5))


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"
