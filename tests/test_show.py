"""A layout handed to what listens as klive does, by a small server of the test's own."""

import json
import socket
import threading
from pathlib import Path

import gdstk
import pytest
from click.testing import CliRunner

from maskgen.cli import main
from maskgen.errors import MaskgenError
from maskgen.show import show

DECK = """\
deck: lines
unit: um
layers: {METAL: 1/0}
rules:
  METAL.width: {check: width, layer: METAL, min: 10, why: "too thin"}
"""


class Klive:
    """Takes one line of JSON, and answers it in pieces without a line's end, as klive does."""

    def __init__(self, *answer):
        self.answer = answer or (b'{"version": "0.3.3", "ty', b'pe": "open"}')
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.request = None
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self):
        connection, _ = self.socket.accept()
        with connection, connection.makefile("rb") as file:
            self.request = json.loads(file.readline())
            for piece in self.answer:
                connection.sendall(piece)
            if b"type" in b"".join(self.answer):
                file.read()

    def close(self):
        self.thread.join(5)
        self.socket.close()


@pytest.fixture
def klive():
    """Return a function that starts a server."""
    started = []

    def start(*answer):
        started.append(Klive(*answer))
        return started[-1]

    yield start
    for server in started:
        server.close()


@pytest.fixture
def layout(tmp_path):
    library = gdstk.Library()
    library.new_cell("TOP").add(gdstk.rectangle((0, 0), (5, 100), layer=1))
    library.write_gds(tmp_path / "a.gds")
    return tmp_path / "a.gds"


@pytest.fixture
def folder(layout):
    files = [{"path": "a.lyp", "kind": "layer properties"}, {"path": "a.gds", "kind": "layout"}]
    (layout.parent / "manifest.json").write_text(json.dumps({"files": files}))
    (layout.parent / "a.lyp").write_text("<layer-properties/>")
    (layout.parent / "drc.lyrdb").write_text("<report-database/>")
    return layout.parent


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def run(*arguments):
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def test_a_layout_is_one_line_of_json(klive, layout):
    server = klive()
    shown = show(layout, port=server.port)

    assert server.request == {"gds": str(layout.resolve()), "keep_position": True}
    assert (shown.answer, shown.markers, shown.names) == ("open", None, None)


def test_a_folder_brings_its_findings_and_its_layer_names(klive, folder):
    server = klive(b'{"type": "reload", "file": "a.gds"}')
    status, said, _ = run("show", folder, "--port", server.port)

    own = {"lyrdb": str(folder / "drc.lyrdb"), "lyp": str(folder / "a.lyp")}
    assert server.request == {"gds": str(folder / "a.gds"), "keep_position": True, **own}
    assert said.splitlines() == [
        f"{folder / 'a.gds'}: loaded again in KLayout",
        f"markers: {folder / 'drc.lyrdb'}",
        f"layer names: {folder / 'a.lyp'}",
    ]
    assert status == 0


def test_markers_may_come_from_elsewhere(klive, folder, tmp_path):
    server = klive()
    other = tmp_path / "other.lyrdb"
    other.write_text("<report-database/>")
    show(folder, markers=other, port=server.port)

    assert server.request["lyrdb"] == str(other)


def test_a_deck_makes_the_markers(klive, layout, tmp_path):
    server = klive()
    deck = tmp_path / "lines.drc.yaml"
    deck.write_text(DECK)
    show(layout, deck=str(deck), port=server.port)

    assert "METAL.width" in Path(server.request["lyrdb"]).read_text()
    Path(server.request["lyrdb"]).unlink()


def test_nobody_listens(layout):
    port = free_port()

    assert run("show", layout, "--port", port) == (
        2,
        "",
        f"no KLayout listens on port {port}: start KLayout with the package klive (Tools > Manage Packages)\n",
    )


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param((b"SSH-2.0-x\r\n",), id="not JSON"),
        pytest.param((b"[1, 2]",), id="no type"),
        pytest.param((b"x" * 70_000,), id="endless"),
    ],
)
def test_something_else_listens(answer, klive, layout):
    server = klive(*answer)

    with pytest.raises(MaskgenError) as error:
        show(layout, port=server.port)
    assert str(error.value) == f"what listens on port {server.port} does not answer as klive does; is it KLayout?"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        pytest.param("missing.gds", "missing.gds: no such file", id="no file"),
        pytest.param(
            "empty", "empty: no build was written here; name a layout, or the folder of a build", id="no build"
        ),
    ],
)
def test_there_is_nothing_to_show(name, sentence, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()

    assert run("show", name) == (2, "", f"{sentence}\n")


def test_markers_and_deck_are_one_too_many(layout):
    status, _, said = run("show", layout, "--markers", "a.lyrdb", "--deck", "b.yaml")

    assert status == 2
    assert said.endswith("--markers and --deck: give one of them\n")
