"""The line that says what is being done."""

import io
import logging
import os
import pty
import subprocess
import sys
import time

import pytest

from maskgen.progress import StatusLine

LOG = logging.getLogger("maskgen.tests")


@pytest.fixture(autouse=True)
def heard(caplog):
    caplog.set_level(logging.INFO, "maskgen")


def last_line(stream):
    return stream.getvalue().split("\r")[-1]


def test_short_work_says_nothing():
    stream = io.StringIO()

    with StatusLine(stream, delay=60):
        LOG.info("drawing")

    assert stream.getvalue() == ""


def test_long_work_says_what_it_does_and_leaves_nothing():
    stream = io.StringIO()

    with StatusLine(stream, delay=0.01):
        LOG.info("drawing %s", "qfn16")
        while not stream.getvalue():
            time.sleep(0.01)
        first = last_line(stream)
        LOG.info("checking")
        second = last_line(stream)

    assert (first, second, last_line(stream)) == ("drawing qfn16", "checking", "")


def test_nothing_is_heard_afterwards():
    stream = io.StringIO()
    with StatusLine(stream, delay=0):
        pass

    LOG.info("checking")

    assert "checking" not in stream.getvalue()


def test_a_line_fits_the_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    stream = io.StringIO()

    with StatusLine(stream, delay=0.01):
        LOG.info("a" * 50)
        while not stream.getvalue():
            time.sleep(0.01)
        shown = last_line(stream)

    assert shown == "a" * 18 + "…"


@pytest.mark.parametrize("quiet", [[], ["-q"]])
def test_a_terminal_sees_it_unless_silence_is_asked_for(tmp_path, quiet):
    """A work that takes more than a second: the whole program, its standard error on a terminal."""
    main, its_end = pty.openpty()
    code = "import logging, sys, time, maskgen.cli as cli\n" + (
        "cli.json.dumps = lambda *_, **__: (logging.getLogger('maskgen').info('listing'), time.sleep(1.5), '')[-1]\n"
        "cli.main(sys.argv[1:])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *quiet, "templates", "--json"], stderr=its_end, stdout=subprocess.PIPE, check=True
    )
    os.close(its_end)
    try:
        seen = os.read(main, 4096).decode()
    except OSError:  # a terminal that nothing was written on, and whose other end is closed
        seen = ""
    os.close(main)

    assert done.stdout == b"\n"
    assert ("listing" in seen) == (not quiet)
