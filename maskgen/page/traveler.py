"""Traveler: the steps of the flow in words, with what the operator must know, and room for who did them."""

from collections.abc import Sequence

from maskgen.page.tables import Markup, table
from maskgen.report.markup import escaped
from maskgen.sections.captions import caption
from maskgen.sections.run import Section, Stage


def traveler_html(sections: Sequence[Section]) -> str:
    """Return the steps as a table, told with the numbers of the first section's setting; nothing without one."""
    if not sections:
        return ""
    first = sections[0]
    heads = ("Step", "What is done", "Makes", "What to know", "Done by, date")
    rows = [_row(stage, first) for stage in first.stages]
    return table(heads, rows, caption=f"Flow of {first.setting.process.technology.title}", numeric=(0,))


def _row(stage: Stage, section: Section) -> list[str | Markup]:
    words = caption(stage, section.setting)
    made = ", ".join(stage.step.makes)
    return [
        str(stage.number),
        words[:1].upper() + words[1:],
        made,
        Markup(f"{escaped(stage.step.note)}{_assumed(stage)}"),
        Markup('<span class="sign"></span>'),
    ]


def _assumed(stage: Stage) -> str:
    """Return what the section assumes of the step."""
    return f'<p class="note">In the sections: {escaped(stage.note)}</p>' if stage.note else ""
