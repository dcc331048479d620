"""Process windows: where a package stands between the limits that decide its yield.

A verdict says that a number is good; a window says how far it may still drift. The formulas are the technology's, over
its own numbers, the spec's, and those that only the drawing knows.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from maskgen import expressions
from maskgen.errors import Problem, ProblemsError
from maskgen.expressions import ExpressionError
from maskgen.technology import Process, WindowEntry


@dataclass(frozen=True)
class ProcessWindow:
    """One window, computed.

    Parameters
    ----------
    value, low, high
        In `unit`; a limit that does not exist is None.
    """

    name: str
    value: float
    low: float | None
    high: float | None
    unit: str
    doc: str
    source: str

    @property
    def holds(self) -> bool:
        """Tell whether the nominal is strictly inside."""
        return (self.low is None or self.value > self.low) and (self.high is None or self.value < self.high)

    @property
    def place(self) -> float | None:
        """Return where the nominal stands from low (0) to high (1), None without two limits in that order."""
        if self.low is None or self.high is None or self.high <= self.low:
            return None
        return (self.value - self.low) / (self.high - self.low)

    @property
    def room(self) -> float:
        """Return how far the nominal may drift before it meets the nearer limit, negative if it is beyond [unit]."""
        rooms = [self.value - self.low] if self.low is not None else []
        return min([*rooms, self.high - self.value] if self.high is not None else rooms)


def process_windows(process: Process, measures: Mapping[str, float]) -> tuple[ProcessWindow, ...]:
    """Return the windows of a process for one drawn package, in the technology's order.

    Parameters
    ----------
    measures
        What only the drawing knows.

    Raises
    ------
    ProblemsError
        If a formula divides by zero or leaves the numbers that mean something.
    """
    numbers = {**process.numbers, **measures}
    return tuple(_window(name, entry, numbers) for name, entry in process.technology.windows.items())


def _window(name: str, entry: WindowEntry, numbers: Mapping[str, float]) -> ProcessWindow:
    try:
        value = expressions.number(entry.value, numbers)
        low, high = (None if limit is None else expressions.number(limit, numbers) for limit in (entry.low, entry.high))
    except ExpressionError as error:
        raise ProblemsError([Problem(("windows", name), str(error))]) from None
    return ProcessWindow(name, value, low, high, entry.unit, entry.doc, entry.source)
