"""Assembly: bond diagram, wires or leads, and the netlist as drawn."""

from maskgen.export import tables as files
from maskgen.page.images import picture_html
from maskgen.page.tables import csv_table, folded, table
from maskgen.pictures.bond import Heading, bond_svg
from maskgen.result import Result

_OPEN = 40
"""Rows from which on a table is folded."""


def bonds_html(result: Result) -> str:
    """Return the diagram and the tables of wires and leads, nothing for a package without either."""
    package, parts = result.package, []
    if package.bonds or package.leads:
        parts.append(
            picture_html(_diagram(result), words="Bond diagram: die, pads, wires or leads, numbered", on_one_page=True)
        )
    if package.bonds:
        parts.append(_listed(*csv_table(files.bond_table(package), caption="Wires"), what="wires"))
    if package.leads:
        parts.append(_listed(*csv_table(files.lead_table(package), caption="Leads"), what="leads"))
    for caption, reasons in (("Contacts without a wire", package.unconnected), ("Without a lead", package.unrouted)):
        if reasons:
            parts.append(table(("Name", "Why"), reasons, caption=caption))
    return "".join(parts)


def _diagram(result: Result) -> str:
    """Return the picture of an assembly house: the tables that it has are those of the page too."""
    spec = result.job.spec
    title = spec.marks.title
    revision, date = (title.revision or "", title.date or "") if title else ("", "")
    return bond_svg(result.package, Heading(spec.name, revision, date))


def nets_html(result: Result) -> str:
    """Return each net with what it joins, nothing where there is none."""
    if not result.nets:
        return ""
    rows = [[net.name, ", ".join(f"{kind} {name}" for kind, name in net.members)] for net in result.nets]
    return _listed(table(("Net", "Joins"), rows, caption="Nets of one site, as drawn"), len(rows), what="nets")


def _listed(html: str, count: int, *, what: str) -> str:
    return folded(f"{count} {what}", html) if count > _OPEN else html
