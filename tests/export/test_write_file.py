"""Files written at once, and what is no file written to."""

import os
import threading

import pytest

from maskgen.errors import MaskgenError
from maskgen.export.folder import write_files


def test_a_file_is_replaced(tmp_path):
    path = tmp_path / "report.json"
    path.write_text("old and longer")

    write_files({path: "new"})

    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_pipe_is_written_to_and_stays(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    said: list[str] = []
    reader = threading.Thread(target=lambda: said.append(path.read_text()))
    reader.start()

    write_files({path: "found"})
    reader.join(timeout=10)

    assert said == ["found"]
    assert path.is_fifo()


@pytest.mark.parametrize(
    ("last", "reason"),
    [
        pytest.param("missing/b.sarif", "No such file or directory", id="no such folder"),
        pytest.param("folder", "Is a directory", id="a folder of that name"),
        pytest.param("/dev/full", "No space left on device", id="no room"),
    ],
)
def test_all_are_written_or_none(tmp_path, last, reason):
    (tmp_path / "folder").mkdir()
    old, new, wrong = tmp_path / "old.json", tmp_path / "new.json", tmp_path / last
    old.write_text("old")

    with pytest.raises(MaskgenError) as caught:
        write_files({old: "found", new: "found", wrong: "found"})

    assert str(caught.value) == f"{wrong}: cannot write: {reason}"
    assert old.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "old.json"]
