"""Show: hands a layout with its markers to a KLayout that runs beside, by the convention of its package klive.

One connection to this machine, one line of JSON, one answer. Nothing else of maskgen opens a connection.
"""

import json
import socket
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from maskgen import __version__
from maskgen.drc.layouts.check import check_layout
from maskgen.errors import MaskgenError
from maskgen.export.folder import MANIFEST, write_files
from maskgen.report.formats import Heading, render
from maskgen.vendors.rules import vendor_deck

HOST, PORT = "127.0.0.1", 8082
"""Where klive listens."""
_PATIENCE = 10.0
"""How long [s] KLayout may take to answer; it answers once it has loaded."""
_MOST = 65_536
"""Bytes of the longest answer that is read."""


@dataclass(frozen=True)
class Shown:
    """What KLayout was given, and what it made of it.

    Parameters
    ----------
    names
        The file of layer properties that belongs to the layout, if there is one.
    answer
        ``open`` or ``reload``; empty where KLayout was still busy when patience ended.
    """

    layout: Path
    markers: Path | None
    names: Path | None
    answer: str


def show(subject: Path, *, markers: Path | None = None, deck: str | None = None, port: int = PORT) -> Shown:
    """Show a layout file, or the layout of a folder that a build wrote.

    Parameters
    ----------
    markers
        A report database (.lyrdb); for a folder its own findings by default.
    deck
        Rules that the layout is checked against first; what they find are the markers.
    port
        Where KLayout listens on this machine.

    Raises
    ------
    MaskgenError
        If there is no such layout, or no KLayout listens.
    """
    layout, own = _built(subject) if subject.is_dir() else (_existing(subject), None)
    found = _existing(markers) if markers else _checked(layout, deck) if deck else own
    names = layout.with_suffix(".lyp")
    shown = Shown(layout.resolve(), found and found.resolve(), names.resolve() if names.is_file() else None, "")
    return Shown(shown.layout, shown.markers, shown.names, _sent(_request(shown), port))


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise MaskgenError(f"{path}: no such file")
    return path


def _built(folder: Path) -> tuple[Path, Path | None]:
    """Return the layout of a built folder, and its markers."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        layout = folder / next(entry["path"] for entry in manifest["files"] if entry["kind"] == "layout")
    except (OSError, ValueError, KeyError, TypeError, StopIteration):
        raise MaskgenError(f"{folder}: no build was written here; name a layout, or the folder of a build") from None
    markers = folder / "drc.lyrdb"
    return _existing(layout), markers if markers.is_file() else None


def _checked(layout: Path, deck: str) -> Path:
    """Return a file of what a deck finds in a layout; the same file for the same layout and deck."""
    found = check_layout(layout, vendor_deck(deck, layout) or deck)
    tag = sha256(f"{layout.resolve()}\n{deck}".encode()).hexdigest()[:12]
    path = Path(tempfile.gettempdir()) / f"maskgen-{layout.stem}-{tag}.lyrdb"
    write_files({path: render("lyrdb", found.report, Heading(str(layout), found.cell, __version__))})
    return path


def _request(shown: Shown) -> dict[str, Any]:
    """Return what klive is asked for. It passes over keys that it does not know, as ``lyp`` so far."""
    markers = {"lyrdb": str(shown.markers)} if shown.markers else {}
    names = {"lyp": str(shown.names)} if shown.names else {}
    return {"gds": str(shown.layout), "keep_position": True, **markers, **names}


def _sent(request: Mapping[str, Any], port: int) -> str:
    """Send a request, and return how KLayout says that it took it."""
    try:
        with socket.create_connection((HOST, port), timeout=_PATIENCE) as connection:
            connection.sendall(json.dumps(request).encode() + b"\n")
            return _answer(connection, port)
    except TimeoutError:
        return ""
    except OSError:
        raise MaskgenError(
            f"no KLayout listens on port {port}: start KLayout with the package klive (Tools > Manage Packages)"
        ) from None


def _answer(connection: socket.socket, port: int) -> str:
    """Return the kind of klive's answer, which ends where its JSON does."""
    received = b""
    while chunk := connection.recv(_MOST):
        received += chunk
        try:
            return str(json.loads(received)["type"])
        except (ValueError, KeyError, TypeError):
            if len(received) > _MOST:
                break
    raise MaskgenError(f"what listens on port {port} does not answer as klive does; is it KLayout?")
