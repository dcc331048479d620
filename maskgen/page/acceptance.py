"""Acceptance: what the vendors' profiles say of the written mask files."""

from collections.abc import Sequence

from maskgen.page.tables import folded, table
from maskgen.report.markup import escaped
from maskgen.vendors.accept import Acceptance, Verdict


def acceptance_html(accepted: Sequence[Acceptance]) -> str:
    """Return each judged file with its summary and all its items, nothing where no profile is named."""
    return "".join(_file(one) for one in accepted)


def _file(one: Acceptance) -> str:
    sign, word = ("✓", "good") if one.is_accepted else ("✕", "bad")
    said = f"{one.path.name} by {one.profile.profile}: {one.summary}"
    items = table(
        ("Item", "What is asked", "Verdict", "Places", "Because"),
        [_row(verdict) for verdict in one.verdicts],
        caption=f"Items of {one.profile.profile}",
        numeric=(3,),
    )
    return f'<p class="{word}"><span aria-hidden="true">{sign}</span> {escaped(said)}</p>\n' + folded(
        f"{len(one.verdicts)} items of {one.path.name}", items
    )


def _row(verdict: Verdict) -> list[str]:
    places = sum(violation.count for violation in verdict.violations)
    found = "; ".join(violation.finding.sentence for violation in verdict.violations[:3])
    return [verdict.item.id, verdict.item.title, verdict.state, str(places or ""), verdict.reason or found]
