"""Folders appear at once or not at all."""

import os
import signal
import subprocess
import sys
import time

import pytest

from maskgen.errors import MaskgenError
from maskgen.export.folder import replaced, write_files

OURS = frozenset(["manifest.json", "masks"])

WRITER = """
import sys, time
from pathlib import Path
from maskgen.export.folder import replaced
target = Path(sys.argv[1])
version = 0
while True:
    version += 1
    with replaced(target, frozenset(["manifest.json", "masks"])) as folder:
        (folder / "masks").mkdir()
        for number in range(20):
            (folder / "masks" / f"{number}.gds").write_text(str(version))
        (folder / "manifest.json").write_text(str(version))
"""


def test_a_folder_appears_with_all_its_files(tmp_path):
    with replaced(tmp_path / "out", OURS) as folder:
        (folder / "manifest.json").write_text("new")
        assert not (tmp_path / "out").exists()

    assert (tmp_path / "out" / "manifest.json").read_text() == "new"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["out"]


def test_an_error_leaves_the_old_folder(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "manifest.json").write_text("old")

    def interrupted():
        with replaced(tmp_path / "out", OURS) as folder:
            (folder / "manifest.json").write_text("new")
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        interrupted()

    assert (tmp_path / "out" / "manifest.json").read_text() == "old"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["out"]


def test_foreign_files_are_carried_over_and_old_ones_of_ours_are_not(tmp_path):
    (tmp_path / "out" / "masks").mkdir(parents=True)
    (tmp_path / "out" / "masks" / "old.gds").write_text("old")
    (tmp_path / "out" / "notes").mkdir()
    (tmp_path / "out" / "notes" / "mine.txt").write_text("keep")
    with replaced(tmp_path / "out", OURS) as folder:
        (folder / "masks").mkdir()

    assert (tmp_path / "out" / "notes" / "mine.txt").read_text() == "keep"
    assert list((tmp_path / "out" / "masks").iterdir()) == []


def test_the_current_folder_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(MaskgenError, match="current folder"), replaced(tmp_path, OURS):
        pass


def test_a_file_in_the_way_is_refused(tmp_path):
    (tmp_path / "out").write_text("a file")

    with pytest.raises(MaskgenError, match="is not a folder"), replaced(tmp_path / "out", OURS):
        pass
    with pytest.raises(MaskgenError, match="cannot write"), replaced(tmp_path / "out" / "below", OURS):
        pass


def test_a_file_is_written_at_once(tmp_path):
    write_files({tmp_path / "a.json": "text"})

    assert [entry.name for entry in tmp_path.iterdir()] == ["a.json"]
    with pytest.raises(MaskgenError, match="cannot write"):
        write_files({tmp_path / "missing" / "a.json": "text"})


@pytest.mark.parametrize("moment", range(8))
def test_a_kill_leaves_the_old_or_the_new_and_never_a_mixture(tmp_path, moment):
    target = tmp_path / "out"
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(target)])
    deadline = time.monotonic() + 20
    while not target.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.013 * (moment + 1))
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait()
    version = (target / "manifest.json").read_text()

    assert {path.read_text() for path in (target / "masks").iterdir()} == {version}
    assert len(list((target / "masks").iterdir())) == 20
    with replaced(target, OURS) as folder:
        (folder / "manifest.json").write_text("next")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["out"]
