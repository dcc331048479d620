"""Tables: rows of text as HTML, every text escaped."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from maskgen.report.markup import escaped

_UNITS = {"um": "µm", "deg": "°", "percent": "%", "mN": "mN", "um2": "µm²"}


@dataclass(frozen=True)
class Markup:
    """HTML that stands in a table as it is: made by the program, with every text in it escaped."""

    html: str


def table(
    heads: Sequence[str], rows: Iterable[Sequence[str | Markup]], *, caption: str, numeric: Iterable[int] = ()
) -> str:
    """Return a table; the first cell of each row is its head.

    Parameters
    ----------
    numeric
        Columns of numbers.
    """
    right = frozenset(numeric)
    head = "".join(f'<th scope="col"{_numeric(at in right)}>{escaped(text)}</th>' for at, text in enumerate(heads))
    body = "".join(f"<tr>{''.join(_cells(row, right))}</tr>\n" for row in rows)
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escaped(caption)}"><table>\n'
        f"<caption>{escaped(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n"
        "</table></div>\n"
    )


def pairs(rows: Iterable[tuple[str, str | Markup]]) -> str:
    """Return terms with what they are."""
    return f"<dl>\n{''.join(f'<dt>{escaped(term)}</dt><dd>{_text(told)}</dd>' for term, told in rows)}\n</dl>\n"


def folded(summary: str, body: str) -> str:
    """Return what is shown when it is asked for, and always on paper."""
    return f"<details>\n<summary>{escaped(summary)}</summary>\n{body}</details>\n"


def csv_table(text: str, *, caption: str) -> tuple[str, int]:
    """Return a table of a CSV file with one line of heads, and how many rows it has."""
    heads, *rows = csv.reader(io.StringIO(text))
    numeric = [at for at in range(1, len(heads)) if rows and all(_is_number(row[at]) for row in rows)]
    return table([_head(name) for name in heads], rows, caption=caption, numeric=numeric), len(rows)


def short(sha256: str) -> Markup:
    """Return a hash of which the beginning is read and the whole can be copied."""
    return Markup(f'<code class="hash">{escaped(sha256)}</code>')


def _cells(row: Sequence[str | Markup], right: frozenset[int]) -> Iterator[str]:
    for at, value in enumerate(row):
        if at == 0:
            yield f'<th scope="row"{_numeric(at in right)}>{_text(value)}</th>'
        else:
            yield f"<td{_numeric(at in right)}>{_text(value)}</td>"


def _text(value: str | Markup) -> str:
    return value.html if isinstance(value, Markup) else escaped(value)


def _numeric(is_so: bool) -> str:
    return ' class="n"' if is_so else ""


def _head(name: str) -> str:
    """Return the head of a column with its unit in brackets.

    Examples
    --------
    >>> _head("length_um"), _head("die")
    ('length (µm)', 'die')
    """
    words, _, unit = name.rpartition("_")
    return f"{words.replace('_', ' ')} ({_UNITS[unit]})" if words and unit in _UNITS else name.replace("_", " ")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return text == ""
    return True
