"""Output folders that appear at once or not at all: written beside, then put in place in one step."""

import contextlib
import ctypes
import errno
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from maskgen.errors import MaskgenError

MANIFEST = "manifest.json"
"""File by which an earlier output folder is known."""

_STAGING = ".maskgen-"
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


@contextmanager
def replaced(folder: Path, ours: frozenset[str]) -> Iterator[Path]:
    """Give a new folder to write into, and put it in place of `folder` when the block ends without an error.

    A kill at any moment leaves the old folder or the new one, never a mixture; what another kill left behind is
    removed. Files that are not ours are carried over.

    Parameters
    ----------
    ours
        Names at the top of an earlier output, which the new one replaces.

    Raises
    ------
    MaskgenError
        If the folder cannot be written, or is one that must not be replaced.
    """
    target = folder.absolute()
    _require_replaceable(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(target)
        staging = Path(tempfile.mkdtemp(prefix=f"{_STAGING}{os.getpid()}-", dir=target.parent))
    except OSError as error:
        raise MaskgenError(f"{folder}: cannot write here: {error.strerror}") from None
    try:
        yield staging
        _carry_over(target, staging, ours)
        staging.chmod(0o755)
        _put_in_place(staging, target)
    except OSError as error:
        raise MaskgenError(f"{folder}: cannot write: {error.strerror or error}") from None
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def write_files(texts: Mapping[Path, str]) -> None:
    """Write text files, all of them or none; devices and pipes are written to, never replaced.

    Raises
    ------
    MaskgenError
        If one of them cannot be written.
    """
    devices = [path for path in texts if path.exists() and not (path.is_file() or path.is_dir())]
    staged = {path: path.with_name(f"{_STAGING}{os.getpid()}-{path.name}") for path in texts if path not in devices}
    try:
        for path, written in [*staged.items(), *zip(devices, devices, strict=True)]:
            with _told(path):
                _require_no_folder(path)
                written.write_text(texts[path], encoding="utf-8")
        for path, beside in staged.items():
            with _told(path):
                beside.replace(path)
    finally:
        for beside in staged.values():
            with contextlib.suppress(OSError):
                beside.unlink()


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Tell what goes wrong as a mistake of the user's."""
    try:
        yield
    except OSError as error:
        raise MaskgenError(f"{path}: cannot write: {error.strerror}") from None


def _require_no_folder(path: Path) -> None:
    """Raise an error if there is a folder where a file is to be put."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))


def _require_replaceable(target: Path) -> None:
    """Refuse the current folder, one that holds it, and what is no folder."""
    if target.resolve() == Path.cwd().resolve() or target.resolve() in Path.cwd().resolve().parents:
        raise MaskgenError(f"{target}: is the current folder or holds it; give a folder of its own")
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise MaskgenError(f"{target}: is not a folder")


def _remove_leftovers(target: Path) -> None:
    """Remove what runs that were killed left beside the target."""
    for left in target.parent.glob(f"{_STAGING}*-*"):
        owner = left.name.removeprefix(_STAGING).split("-")[0]
        if owner.isdigit() and not _is_alive(int(owner)):
            shutil.rmtree(left, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _carry_over(target: Path, staging: Path, ours: frozenset[str]) -> None:
    """Link the user's own files of the old folder into the new one."""
    if not target.is_dir():
        return
    for entry in sorted(target.iterdir()):
        if entry.name in ours or (staging / entry.name).exists():
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.copytree(entry, staging / entry.name, symlinks=True, copy_function=_link)
        else:
            _link(str(entry), str(staging / entry.name))


def _link(source: str, target: str) -> None:
    """Link a file, or copy it where links cannot be made."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)


def _put_in_place(staging: Path, target: Path) -> None:
    """Make the new folder the target, in one step where the system can."""
    _flush(staging)
    if not target.exists():
        staging.rename(target)
    elif not _exchanged(staging, target):
        # Without an atomic exchange the old folder steps aside first; a kill between the two leaves it there.
        aside = target.with_name(f"{_STAGING}{os.getpid()}-old")
        target.rename(aside)
        staging.rename(target)
        shutil.rmtree(aside, ignore_errors=True)
    with contextlib.suppress(OSError):
        _sync(target.parent)


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; tell whether the system could."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    result = rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
    if result == 0:
        return True
    if ctypes.get_errno() in (errno.ENOSYS, errno.EINVAL):
        return False
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _flush(folder: Path) -> None:
    """Bring every file of a folder to the disk, so that a cut of power leaves no empty file behind a full name."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
