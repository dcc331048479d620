"""Process windows as lines of text: limits, nominal, and a scale on which it stands."""

from collections.abc import Sequence

from maskgen.windows import ProcessWindow

_SCALE = 20
"""Characters from the low limit to the high one."""


def render(windows: Sequence[ProcessWindow]) -> str:
    """Return one line per window, nothing if there is none."""
    widest = max((len(window.name) for window in windows), default=0)
    return "".join(f"{line(window, widest)}\n" for window in windows)


def line(window: ProcessWindow, width: int = 0) -> str:
    """Return one window: ``undercut  15 um  12 [------|-----] 20``."""
    low = "" if window.low is None else f"{window.low:.4g}"
    high = "" if window.high is None else f"{window.high:.4g}"
    nominal = f"{window.value:.4g} {window.unit}".rstrip()
    verdict = "" if window.holds else "  outside"
    return f"{window.name:<{width}}  {nominal:>12}  {low:>8} {_scale(window)} {high:<8}{verdict}".rstrip()


def _scale(window: ProcessWindow) -> str:
    """Return a scale with the nominal on it; one without an end where a limit does not exist."""
    left, right = "[" if window.low is not None else " ", "]" if window.high is not None else " "
    if window.place is None:
        return f"{left}{'-' * _SCALE}{right}"
    if not window.holds:
        mark = 0 if window.place < 0.5 else _SCALE - 1
        return f"{left}{'-' * mark}!{'-' * (_SCALE - 1 - mark)}{right}"
    mark = min(int(window.place * _SCALE), _SCALE - 1)
    return f"{left}{'-' * mark}|{'-' * (_SCALE - 1 - mark)}{right}"
