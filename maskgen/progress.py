"""Progress: what is being done, on one line of a terminal, once the work takes more than a second.

Stages of the program log what they begin (`logging.getLogger(__name__).info`); nothing else knows of this line.
"""

import logging
import shutil
import threading
from types import TracebackType
from typing import Self, TextIO

DELAY = 1.0
"""Seconds after which the line appears."""


class StatusLine(logging.Handler):
    """A log handler that shows the latest message, writes over it, and leaves nothing behind.

    Parameters
    ----------
    stream
        A terminal.
    delay
        Seconds of work that need no telling.
    """

    def __init__(self, stream: TextIO, *, delay: float = DELAY) -> None:
        super().__init__(logging.INFO)
        self._stream = stream
        self._latest = ""
        self._is_due = False
        self._timer = threading.Timer(delay, self._appear)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        logging.getLogger("maskgen").addHandler(self)
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        logging.getLogger("maskgen").removeHandler(self)
        self._timer.cancel()
        self.acquire()
        try:
            if self._is_due:
                self._write("")
            self._is_due = False
        finally:
            self.release()

    def emit(self, record: logging.LogRecord) -> None:
        """Show a message, or keep it until the line appears."""
        self._latest = record.getMessage()
        if self._is_due:
            self._write(self._latest)

    def _appear(self) -> None:
        self.acquire()
        try:
            self._is_due = True
            if self._latest:
                self._write(self._latest)
        finally:
            self.release()

    def _write(self, text: str) -> None:
        """Write over the line, no longer than the terminal is wide."""
        width = max(shutil.get_terminal_size().columns - 1, 1)
        shown = text if len(text) <= width else f"{text[: width - 1]}…"
        self._stream.write(f"\r{' ' * width}\r{shown}")
        self._stream.flush()
