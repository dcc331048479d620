"""The parcel: masks, order and sheets in one archive with their checksums, the same bytes for the same content."""

import hashlib
import zipfile
from collections.abc import Iterable
from pathlib import Path

SUMS = "SHA256SUMS"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_PLAIN_FILE = 0o100644 << 16


def write(path: Path, folder: Path, members: Iterable[str]) -> None:
    """Pack files of a folder.

    Parameters
    ----------
    path
        Of the archive.
    members
        Paths below the folder; the archive has them in sorted order, and `SUMS` before them, as ``sha256sum -c`` reads.
    """
    names = sorted(set(members))
    lines = "".join(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr(_entry(SUMS), lines)
        for name in names:
            archive.writestr(_entry(name), (folder / name).read_bytes())


def _entry(name: str) -> zipfile.ZipInfo:
    """Return an entry that knows nothing of the day or of the system."""
    found = zipfile.ZipInfo(name, _EPOCH)
    found.compress_type, found.create_system, found.external_attr = zipfile.ZIP_DEFLATED, _UNIX, _PLAIN_FILE
    return found
