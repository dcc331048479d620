"""Windows: process windows as bars, with the nominal's place marked and told."""

from collections.abc import Sequence

from maskgen.page.tables import Markup, table
from maskgen.report.markup import escaped
from maskgen.windows import ProcessWindow

_WIDTH, _HEIGHT, _PAD = 300.0, 34.0, 8.0


def windows_html(windows: Sequence[ProcessWindow]) -> str:
    """Return all windows as a table of bars, nothing if there is none."""
    if not windows:
        return ""
    rows = [
        [one.name, Markup(bar(one)), _number(one.value, one.unit), _limits(one), _room(one), one.doc] for one in windows
    ]
    heads = ("Window", "From bad through good to bad", "Nominal", "Limits", "Room", "What goes wrong")
    return table(heads, rows, caption="Process windows")


def bar(window: ProcessWindow) -> str:
    """Return one window as a picture: good is plain, bad is hatched, the nominal a pointer with a line."""
    low, high = scale(window)
    left = _place(window.low, low, high) if window.low is not None else 0.0
    right = _place(window.high, low, high) if window.high is not None else _WIDTH
    at = _place(window.value, low, high)
    good = f'<rect class="good" x="{left:.1f}" y="12" width="{max(right - left, 0):.1f}" height="16"/>'
    ends = "".join(
        f'<line class="limit" x1="{x:.1f}" x2="{x:.1f}" y1="9" y2="31"/>'
        for x, limit in ((left, window.low), (right, window.high))
        if limit is not None
    )
    pointer = f'<path class="nominal" d="M{at:.1f} 12l-6 -9h12zM{at:.1f} 10v20"/>'
    return (
        f'<svg class="bar" viewBox="{-_PAD:g} 0 {_WIDTH + 2 * _PAD:g} {_HEIGHT:g}" role="img" '
        f'aria-label="{escaped(said(window))}"><rect class="bad" y="12" width="{_WIDTH:g}" height="16"/>'
        f'<rect class="hatch" y="12" width="{_WIDTH:g}" height="16" fill="url(#hatch)"/>{good}{ends}{pointer}</svg>'
    )


def hatching() -> str:
    """Return the hatch that all bars of a page share."""
    return (
        '<svg width="0" height="0" aria-hidden="true" class="defs"><defs><pattern id="hatch" width="6" height="6" '
        'patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line y2="6" class="hatching"/></pattern></defs>'
        "</svg>\n"
    )


def scale(window: ProcessWindow) -> tuple[float, float]:
    """Return from where to where a bar reaches: beyond its limits and its nominal."""
    marks = [value for value in (window.low, window.value, window.high) if value is not None]
    span = max(max(marks) - min(marks), 0.1 * max(map(abs, marks)), 1e-9)
    return min(marks) - 0.18 * span, max(marks) + 0.18 * span


def said(window: ProcessWindow) -> str:
    """Return a window in words."""
    verdict = "inside" if window.holds else "outside"
    return f"{window.name}: {_number(window.value, window.unit)}, {verdict} of {_limits(window)}"


def _place(value: float, low: float, high: float) -> float:
    return (value - low) / (high - low) * _WIDTH


def _limits(window: ProcessWindow) -> str:
    low, high = window.low, window.high
    if low is None or high is None:
        return f"at most {high:.4g}" if high is not None else f"at least {low:.4g}"
    return f"{low:.4g} to {high:.4g}"


def _room(window: ProcessWindow) -> str | Markup:
    if not window.holds:
        return Markup(f'<strong class="bad">✕ outside by {-window.room:.4g}</strong>')
    share = f", at {100 * window.place:.0f} %" if window.place is not None else ""
    return f"{window.room:.4g}{share}"


def _number(value: float, unit: str) -> str:
    return f"{value:.4g} {unit}".rstrip()
