"""Findings as KLayout's marker database (``.lyrdb``); coordinates in µm, categories quoted (`drc.md` D.10)."""

from xml.sax.saxutils import escape

from maskgen.drc.run import Report
from maskgen.drc.violation import Violation


def render(report: Report, *, layout: str, cell: str) -> str:
    """Return the report as XML; a finding that repeats is one marker at its first place, its count in the comment."""
    categories = "".join(
        f"  <category>\n   <name>{escape(_plain(run.rule.id))}</name>\n"
        f"   <description>{escape(run.rule.why)}</description>\n   <categories/>\n  </category>\n"
        for run in report.rules
    )
    items = "".join(_item(violation, cell) for violation in report.violations if violation.finding.box is not None)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<report-database>\n <description/>\n'
        f" <original-file>{escape(layout)}</original-file>\n <generator>maskgen {escape(report.deck)}</generator>\n"
        f" <top-cell>{escape(cell)}</top-cell>\n"
        " <tags>\n  <tag>\n   <name>waived</name>\n   <description/>\n  </tag>\n </tags>\n"
        f" <categories>\n{categories} </categories>\n"
        f" <cells>\n  <cell>\n   <name>{escape(cell)}</name>\n   <variant/>\n   <layout-name/>\n"
        "   <references/>\n  </cell>\n </cells>\n"
        f" <items>\n{items} </items>\n</report-database>\n"
    )


def _item(violation: Violation, cell: str) -> str:
    finding = violation.finding
    left, bottom, right, top = finding.box or (0.0, 0.0, 0.0, 0.0)
    tags = "<tags>waived</tags>" if violation.waived else "<tags/>"
    comment = escape(f"{finding.sentence}; {violation.count} places")
    return (
        f"  <item>\n   {tags}\n   <category>{_quoted(violation.rule)}</category>\n   <cell>{escape(cell)}</cell>\n"
        "   <visited>false</visited>\n   <multiplicity>1</multiplicity>\n"
        f"   <comment>{comment}</comment>\n   <image/>\n"
        f"   <values>\n    <value>box: ({left:.4f},{bottom:.4f};{right:.4f},{top:.4f})</value>\n"
        f"    <value>text: '{escape(_plain(finding.sentence))}'</value>\n   </values>\n  </item>\n"
    )


def _plain(text: str) -> str:
    """Return text without the characters that end a quotation."""
    return text.replace("'", "’").replace("\\", "/")


def _quoted(rule: str) -> str:
    """Return a category reference; an unquoted dot would mean a sub-category."""
    return f"'{escape(_plain(rule))}'"
