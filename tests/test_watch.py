"""Specs built again as they are saved: the files that are looked at, and the command."""

import os
import signal
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path

import pytest

from maskgen.technology.shelf import SHELF
from maskgen.watch import changes, files

SPEC = "name: a\nsystem: none\ntechnology: own.yaml\nvendor: {'': house}\npads: {netlist: nets.csv}\n"


@pytest.fixture
def spec(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(SPEC)
    (tmp_path / "own.yaml").write_text("deck: rules.drc.yaml\n")
    (tmp_path / "rules.drc.yaml").write_text("include: [base]\n")
    (tmp_path / "nets.csv").write_text("1,A\n")
    return path


class Saving:
    """In place of a pause: does the next thing of a list, and does nothing from then on."""

    def __init__(self, *acts):
        self.acts = list(acts)
        self.pauses = 0

    def __call__(self, _):
        self.pauses += 1
        assert self.pauses < 50, "nothing was told"
        if self.acts:
            self.acts.pop(0)()


def written(path, text):
    """Return what saves a text; its stamp is a new one whatever the clock's step."""

    def save():
        path.write_text(text)
        later = path.stat().st_mtime_ns + 1_000_000 * (len(text) + 1)
        os.utime(path, ns=(later, later))

    return save


def told(spec, saving, count):
    return [[path.name for path in entry] for entry in islice(changes(spec, pause=saving), count)]


def test_all_that_a_spec_names_is_looked_at(spec):
    found = {path.name for path in files(spec)}

    assert {"a.yaml", "own.yaml", "rules.drc.yaml", "base.drc.yaml", "nets.csv", "house.yaml"} <= found


def test_a_spec_is_built_at_once(spec):
    assert told(spec, Saving(), 1) == [[]]


@pytest.mark.parametrize("name", ["a.yaml", "own.yaml", "rules.drc.yaml", "nets.csv", "house.yaml", "base.drc.yaml"])
def test_a_saved_file_is_told(name, spec):
    assert told(spec, Saving(written(spec.parent / name, "unit: um\n")), 2) == [[], [name]]


def test_what_is_saved_without_a_change_is_not_told(spec):
    saving = Saving(written(spec, SPEC), lambda: None, lambda: None, written(spec, SPEC + "rows: 2\n"))

    assert told(spec, saving, 2) == [[], ["a.yaml"]]
    assert saving.pauses > 4


def test_what_is_still_being_written_is_waited_for(spec):
    pieces = [written(spec, (SPEC + "title: part\n")[:end]) for end in (5, 20, 40, 200)]
    saving = Saving(*pieces)

    assert told(spec, saving, 2) == [[], ["a.yaml"]]
    assert saving.pauses > len(pieces)


def test_a_file_that_goes_and_comes_back_is_told_twice(spec):
    path = spec.parent / "own.yaml"
    saving = Saving(path.unlink, lambda: None, lambda: None, written(path, "deck: other\n"))

    assert told(spec, saving, 3) == [[], ["own.yaml"], ["own.yaml"]]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"name: [", id="half"),
        pytest.param(b"\xff\xfe\x00", id="not text"),
        pytest.param(b"name: " + b"x" * 300, id="a long text"),
        pytest.param(b"name: '" + "é".encode() * 250 + b"'", id="longer as a name than a file's may be"),
        pytest.param(b"name: 'a\\0b'\nother: .\nroot: /\n", id="no names of files"),
    ],
)
def test_nothing_in_a_file_stops_the_watch(content, spec):
    saving = Saving(lambda: spec.write_bytes(content), lambda: None, written(spec, SPEC + "again: 1\n"))

    assert told(spec, saving, 3)[2] == ["a.yaml"]


@pytest.fixture
def watched(tmp_path):
    """Return a function that starts the command on a spec in the current folder, and one that waits for its lines."""
    started = []

    def start(*arguments):
        command = [sys.executable, "-u", "-m", "maskgen.cli", "watch", "a.yaml", "-o", "out", *arguments]
        with (tmp_path / "said").open("wb") as log:
            # Where the tests run in the background of a shell, interrupts are ignored, and children would do so too.
            before = signal.signal(signal.SIGINT, signal.default_int_handler)
            started.append(subprocess.Popen(command, cwd=tmp_path, stdout=log, stderr=subprocess.STDOUT))
            signal.signal(signal.SIGINT, before)
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def wait_for(text, path, count=1):
    """Wait until a text was said so often."""
    for _ in range(400):
        said = (path / "said").read_text()
        if said.count(text) >= count:
            return said
        time.sleep(0.1)
    raise AssertionError(f"never said {text!r}:\n{(path / 'said').read_text()}")


def test_the_command_builds_tells_mistakes_goes_on_and_ends(watched, tmp_path):
    template = Path(__file__).parents[1] / "templates" / "embedded-mask-mold.yaml"
    spec, technology = tmp_path / "a.yaml", tmp_path / "own.yaml"
    good = template.read_text().replace("name: ", "technology: own.yaml\nname: ", 1)
    spec.write_text(good)
    technology.write_text((SHELF / "embedded-mask.yaml").read_text())
    small = ("--set", "plate.rectangle=[40 mm, 40 mm]", "--set", "array={columns: 2, rows: 2}")
    process = watched(*small)
    wait_for("4 sites", tmp_path)

    spec.write_text(good + "nonsense: 1\n")
    wait_for("nonsense: unknown key", tmp_path)
    spec.write_text(good)
    wait_for("4 sites", tmp_path, 2)
    technology.write_text(technology.read_text() + "\n# changed\n")
    wait_for("saved: own.yaml", tmp_path)
    wait_for("4 sites", tmp_path, 3)

    before = _cpu_seconds(process.pid)
    time.sleep(1.5)
    assert _cpu_seconds(process.pid) - before < 0.3, "it looks at files all the time"
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 0
    assert "Traceback" not in (tmp_path / "said").read_text()


def _cpu_seconds(pid):
    """Return how long a process has worked, of Linux's /proc (fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
