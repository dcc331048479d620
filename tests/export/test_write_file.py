"""Files written at once, and what is no file written to."""

import os
import threading

from maskgen.export.folder import write_file


def test_a_file_is_replaced(tmp_path):
    path = tmp_path / "report.json"
    path.write_text("old and longer")

    write_file(path, "new")

    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_pipe_is_written_to_and_stays(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    said: list[str] = []
    reader = threading.Thread(target=lambda: said.append(path.read_text()))
    reader.start()

    write_file(path, "found")
    reader.join(timeout=10)

    assert said == ["found"]
    assert path.is_fifo()
