"""Papers: what a build says of its masks beside them: manifest.json, order/order.json, drc.json."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from maskgen.errors import MaskgenError

ORDER = "order/order.json"
FINDINGS = "drc.json"

Entry = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Papers:
    """What is known of one file of a mask.

    Parameters
    ----------
    folder
        Where the manifest lies.
    mask
        The mask's entry of the manifest, None if it names no such file.
    order
        The mask's entry of the order, None without one.
    findings
        What the rules of the spec found, None where it is not there.
    hashes
        SHA-256 of the files of the build, by path.
    sites
        Box around all sites [um], as the data of this mask has them; marks and titles stand outside.
    """

    folder: Path
    manifest: Entry
    mask: Entry | None
    order: Entry | None = None
    findings: Entry | None = None
    hashes: Mapping[str, str] = field(default_factory=dict)
    sites: tuple[float, float, float, float] | None = None

    @property
    def masks(self) -> list[Entry]:
        """Return all masks of the set."""
        return list(self.manifest.get("masks", []))

    @property
    def numbers(self) -> Mapping[str, float]:
        """Return the numbers of the technology, as they were used."""
        found: Mapping[str, float] = self.manifest.get("numbers", {})
        return found


def read_papers(path: Path, layout: Path) -> Papers:
    """Return what a manifest, and what lies beside it, says of a file.

    The file is known by its path below the manifest's folder, or by its name alone where it was moved.

    Raises
    ------
    MaskgenError
        If the manifest is not there or is none.
    """
    manifest = _json(path)
    if not isinstance(manifest.get("masks"), list):
        raise MaskgenError(f"{path}: is no manifest of a build: it has no list of masks")
    return papers_of(manifest, path.parent, layout)


def papers_beside(layout: Path) -> Papers | None:
    """Return what the manifest beside a file, or in the folder above, says of it; None if none names it."""
    for folder in (layout.absolute().parent, layout.absolute().parent.parent):
        path = folder / "manifest.json"
        if not path.is_file():
            continue
        try:
            found = read_papers(path, layout)
        except MaskgenError:
            continue  # a manifest of something else
        if found.mask is not None:
            return found
    return None


def papers_of(manifest: Entry, folder: Path, layout: Path) -> Papers:
    """Return what a manifest says of a file, and what lies beside it."""
    hashes = {entry["path"]: entry["sha256"] for entry in manifest.get("files", []) if entry.get("sha256")}
    mask = _mask_of(manifest, layout)
    order = _optional(folder / ORDER)
    ordered = [entry for entry in order.get("masks", []) if mask and entry["name"] == mask["name"]] if order else []
    sites = _sites(order, mask)
    return Papers(folder, manifest, mask, ordered[0] if ordered else None, _optional(folder / FINDINGS), hashes, sites)


def _sites(order: Entry | None, mask: Entry | None) -> tuple[float, float, float, float] | None:
    """Return the box around all sites as a mask's data has it [µm]."""
    if order is None or mask is None or len(order.get("sites", ())) != 4:
        return None
    left, bottom, right, top = (float(value) * float(mask.get("scale", 1.0)) for value in order["sites"])
    return (-right, bottom, -left, top) if mask.get("mirrored") else (left, bottom, right, top)


def sha256(path: Path) -> str:
    """Return the digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _mask_of(manifest: Entry, layout: Path) -> Entry | None:
    """Return the mask that a file is of: one whose file has its name, whatever the ending."""
    stem = layout.name.split(".")[0]
    return next(
        (entry for entry in manifest["masks"] if f"{manifest.get('name')}_{entry['name']}" == stem),
        None,
    )


def _optional(path: Path) -> Entry | None:
    return _json(path) if path.is_file() else None


def _json(path: Path) -> Entry:
    """Return what a JSON file says."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MaskgenError(f"{path}: cannot read: {error.strerror or error}") from None
    except ValueError as error:
        raise MaskgenError(f"{path}: is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise MaskgenError(f"{path}: is no JSON object")
    return found
