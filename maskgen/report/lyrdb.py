"""Findings as KLayout's marker database (``.lyrdb``); coordinates in µm, categories quoted (`drc.md` D.10)."""

from maskgen.drc.run import Report
from maskgen.drc.violation import Finding, Violation
from maskgen.report.markup import escaped

_ESCAPES = str.maketrans({"'": r"\'", "\\": r"\\"})


def render(report: Report, *, layout: str, cell: str, description: str = "") -> str:
    """Return the report as XML; a finding that repeats is one marker at its first place, with its count.

    Parameters
    ----------
    description
        Of the database, which KLayout shows beside its name.
    """
    categories = "".join(
        f"  <category>\n   <name>{escaped(run.rule.id)}</name>\n"
        f"   <description>{escaped(run.rule.why)}</description>\n   <categories/>\n  </category>\n"
        for run in report.rules
    )
    named = {run.rule.id: escaped(_quoted(run.rule.id)) for run in report.rules}
    name = escaped(cell)
    items = "".join(
        _item(violation, named[violation.rule], name) for violation in report.violations if violation.finding.box
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<report-database>\n'
        f" <description>{escaped(description)}</description>\n"
        f" <original-file>{escaped(layout)}</original-file>\n <generator>maskgen {escaped(report.deck)}</generator>\n"
        f" <top-cell>{escaped(cell)}</top-cell>\n"
        " <tags>\n  <tag>\n   <name>waived</name>\n   <description/>\n  </tag>\n </tags>\n"
        f" <categories>\n{categories} </categories>\n"
        f" <cells>\n  <cell>\n   <name>{escaped(cell)}</name>\n   <variant/>\n   <layout-name/>\n"
        "   <references/>\n  </cell>\n </cells>\n"
        f" <items>\n{items} </items>\n</report-database>\n"
    )


def _item(violation: Violation, category: str, cell: str) -> str:
    """Return one marker; category and cell are escaped."""
    finding = violation.finding
    tags = "<tags>waived</tags>" if violation.waived else "<tags/>"
    copies = f"{violation.count} {'places' if violation.count > 1 else 'place'}"
    waived = f"; waived: {violation.waived}" if violation.waived else ""
    return (
        f"  <item>\n   {tags}\n   <category>{category}</category>\n"
        f"   <cell>{cell}</cell>\n"
        f"   <visited>false</visited>\n   <multiplicity>{violation.count}</multiplicity>\n"
        f"   <comment>{escaped(f'{finding.sentence}; {copies}{waived}')}</comment>\n   <image/>\n"
        f"   <values>\n{_shapes(finding)}"
        f"    <value>text: {escaped(_quoted(finding.sentence))}</value>\n   </values>\n  </item>\n"
    )


def _shapes(finding: Finding) -> str:
    """Return the values by which KLayout draws a finding: the box around it, and the two edges if it is about two."""
    left, bottom, right, top = finding.box or (0.0, 0.0, 0.0, 0.0)
    box = f"    <value>box: ({left:.4f},{bottom:.4f};{right:.4f},{top:.4f})</value>\n"
    if len(finding.edges) != 2:
        return box
    edges = "|".join(f"({a:.4f},{b:.4f};{c:.4f},{d:.4f})" for (a, b), (c, d) in finding.edges)
    return f"{box}    <value>edge-pair: {edges}</value>\n"


def _quoted(text: str) -> str:
    r"""Return a text as KLayout quotes it: an unquoted dot in a category would mean a sub-category.

    Examples
    --------
    >>> print(_quoted("PAD.S.1"), _quoted("5 µm's"))
    'PAD.S.1' '5 \302\265m\'s'
    """
    text = text.translate(_ESCAPES)
    return f"'{text if text.isascii() else ''.join(char if char.isascii() else _octal(char) for char in text)}'"


def _octal(char: str) -> str:
    """Return the bytes of a character, each as an octal number."""
    return "".join(f"\\{byte:03o}" for byte in char.encode("utf-8", errors="replace"))
