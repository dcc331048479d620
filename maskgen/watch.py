"""Watch: tells when a spec, or a file that it is made of, was saved.

Files are looked at a few times a second: first when and how large, and only where that changed what they hold. What
is still being written is waited for.
"""

import stat
import time
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from maskgen.errors import MaskgenError
from maskgen.source import read_source

INTERVAL = 0.3
"""Seconds between two looks."""
_YAML = (".yaml", ".yml")
_ENDINGS = ("", ".yaml", ".drc.yaml")
"""What may be added to a name in a spec to make it that of a file beside it."""
_LONGEST = 255
"""Characters of the longest text that is taken for the name of a file."""

Stamp = tuple[int, int] | None
"""When a file was written [ns] and how large it is; None where there is none."""
Contents = dict[Path, str]
"""The digest of each file that is there."""


def changes(
    spec: Path, *, interval: float = INTERVAL, pause: Callable[[float], None] = time.sleep
) -> Iterator[tuple[Path, ...]]:
    """Yield nothing at once, and then what was changed each time that something was and no file changes any more.

    Parameters
    ----------
    spec
        It and all files that it names, and those that these name, are looked at; none of them has to be there.
    """
    stamps, contents = _look(spec, {}, {})
    yield ()
    while True:
        pause(interval)
        now, held = _look(spec, stamps, contents)
        both = stamps.keys() & now.keys()
        while now != stamps:
            stamps = now
            pause(interval)
            now, held = _look(spec, stamps, held)
        different = tuple(path for path in sorted(both) if contents.get(path) != held.get(path))
        contents = held
        if different:
            yield different


def _look(spec: Path, before: Mapping[Path, Stamp], known: Contents) -> tuple[dict[Path, Stamp], Contents]:
    """Return the stamps of all files, and what they hold; read only where the stamp is new."""
    stamps = {path: _stamp(path) for path in before} or {spec: _stamp(spec)}
    if stamps != before:
        stamps = {path: _stamp(path) for path in files(spec)}
    held: Contents = {}
    for path, stamp in stamps.items():
        if stamp is not None:
            digest = known.get(path) if before.get(path) == stamp else _digest(path)
            held |= {path: digest} if digest else {}
    return stamps, held


def files(spec: Path) -> frozenset[Path]:
    """Return a spec and every file that it may mean by a text in it, those that are not there too."""
    found: set[Path] = set()
    queue = [spec]
    while queue:
        path = queue.pop()
        if path in found:
            continue
        found.add(path)
        if path.suffix in _YAML and _stamp(path) is not None:
            queue += [path.parent / f"{text}{ending}" for text in _texts(path) for ending in _ENDINGS]
    return frozenset(found)


def _texts(path: Path) -> Iterator[str]:
    """Yield the texts in a YAML file that could be names of files; none while it cannot be read."""
    try:
        data: object = read_source(path).data
    except MaskgenError:
        return
    queue = [data]
    while queue:
        value = queue.pop()
        if isinstance(value, dict):
            queue += value.values()
        elif isinstance(value, list):
            queue += value
        elif isinstance(value, str) and 0 < len(value) <= _LONGEST and value.isprintable():
            yield value


def _stamp(path: Path) -> Stamp:
    """Return the stamp of a file; folders, pipes and devices have none."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return (found.st_mtime_ns, found.st_size) if stat.S_ISREG(found.st_mode) else None


def _digest(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            hasher = sha256()
            while chunk := file.read(1 << 20):
                hasher.update(chunk)
    except OSError:
        return None
    return hasher.hexdigest()
