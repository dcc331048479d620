"""A number stands outside its process window, or too near one of its limits.

The part fails on both sides: too little undercut and a lead stays stuck, too much and its tip is lost. The window and
what it depends on are the technology's; `build` prints where the nominal stands. Change what was drawn, so that the
window opens, or the process, so that the nominal moves to its middle.

Passes: `{check: window, window: undercut, margin: 1}` for an undercut of 15 um between 12 and 20 um.
Fails: the same for an undercut of 12.5 um.
"""

from collections.abc import Iterator

from pydantic import Field

from maskgen.drc.params import Amount
from maskgen.drc.params import Params as RuleParams
from maskgen.drc.violation import Finding
from maskgen.errors import MaskgenError
from maskgen.package import Package
from maskgen.technology import Process
from maskgen.windows import ProcessWindow, process_windows


class Params(RuleParams):
    """Numbers of one rule."""

    window: str = Field(description="Name of the process window")
    margin: Amount = 0.0
    """Least distance from each limit, in the window's unit."""


def judge(package: Package, process: Process, params: Params) -> Iterator[Finding]:
    """Yield the limits of the window that the nominal breaks, or comes too near.

    Raises
    ------
    MaskgenError
        If the technology has no such window.
    """
    windows = {window.name: window for window in process_windows(process, package.measures)}
    if params.window not in windows:
        known = ", ".join(windows) or "none"
        raise MaskgenError(
            f"technology {process.technology.technology} has no process window {params.window!r}: {known}"
        )
    yield from _breaches(windows[params.window], params.margin)


def _breaches(window: ProcessWindow, margin: float) -> Iterator[Finding]:
    unit = f" {window.unit}" if window.unit else ""
    if window.low is not None and not window.value - window.low > margin - _least(margin):
        sentence = f"{window.name} is {window.value:g}{unit}, more than {window.low + margin:g}{unit} wanted"
        yield Finding(sentence, None, window.value, window.low + margin)
    if window.high is not None and not window.high - window.value > margin - _least(margin):
        sentence = f"{window.name} is {window.value:g}{unit}, less than {window.high - margin:g}{unit} wanted"
        yield Finding(sentence, None, window.value, window.high - margin)


def _least(margin: float) -> float:
    """Return by how much a value may miss its margin for rounding: nothing where the limit itself is meant."""
    return 1e-9 if margin else 0.0
