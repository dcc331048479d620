"""Acceptance of a build: the written files of every mask, judged by the vendors' profiles that its spec names."""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from maskgen.drc.violation import counts
from maskgen.report import text
from maskgen.report.json import violation_entry
from maskgen.vendors.accept import Acceptance, accept
from maskgen.vendors.model import Profile
from maskgen.vendors.papers import papers_of

FILE = "acceptance.json"
_READ = (".gds", ".oas", ".dxf")
"""Endings of files that are judged; pictures and drill files are not."""
_SHOWN = 5
"""Findings of an item that are told without being asked for more."""
_WITHHELD = ("masks", "order")


def judge(
    vendors: Mapping[str, Sequence[Profile]],
    folder: Path,
    manifest: Mapping[str, Any],
    paths: Mapping[str, Sequence[str]],
) -> tuple[Acceptance, ...]:
    """Return what each profile says of each file of its mask, read back from the disk.

    Parameters
    ----------
    vendors
        Profiles by mask.
    paths
        Written files by mask, below the folder.
    """
    return tuple(
        accept(folder / path, profile, papers_of(manifest, folder, folder / path))
        for mask, profiles in vendors.items()
        for profile in profiles
        for path in paths.get(mask, ())
        if Path(path).suffix in _READ
    )


def render(accepted: Sequence[Acceptance], version: str) -> str:
    """Return all verdicts as JSON text: every item of every file, with what was found."""
    files = [
        {
            "file": f"masks/{one.path.name}",
            "profile": one.profile.profile,
            "accepted": one.is_accepted,
            "cell": one.cell,
            "items": [
                {
                    "id": verdict.item.id,
                    "title": verdict.item.title,
                    "severity": verdict.item.severity,
                    "verdict": verdict.state,
                    "reason": verdict.reason,
                    "violations": [violation_entry(violation) for violation in verdict.violations],
                }
                for verdict in one.verdicts
            ],
        }
        for one in accepted
    ]
    return json.dumps({"maskgen": version, "unit": "um", "files": files}, indent=1, ensure_ascii=False) + "\n"


def entries(manifest: Mapping[str, Any], accepted: Sequence[Acceptance]) -> dict[str, Any]:
    """Return what the manifest says of the verdicts, and its status after them."""
    found = [
        {
            "file": f"masks/{one.path.name}",
            "profile": one.profile.profile,
            "accepted": one.is_accepted,
            "findings": counts(one.report.violations),
            "not_judged": [verdict.item.id for verdict in one.verdicts if verdict.state == "not judged"],
        }
        for one in accepted
    ]
    is_accepted = all(one.is_accepted for one in accepted)
    return {"acceptance": found, "status": manifest["status"] if is_accepted else "violations"}


def said(found: Acceptance, *, verbose: bool) -> str:
    """Return what became of the items in lines: what failed always, every item where more is asked for."""
    lines = []
    for verdict in found.verdicts:
        if verbose or verdict.violations:
            lines.append(verdict.line)
        shown = verdict.violations if verbose else verdict.violations[:_SHOWN]
        lines += [f"  {text.line(violation)}" for violation in shown]
        if len(shown) < len(verdict.violations):
            lines.append(f"  and {len(verdict.violations) - len(shown)} more: -v shows all")
    return "\n".join([*lines, f"{found.path.name} by {found.profile.profile}: {found.summary}"]) + "\n"


def withheld(
    folder: Path, masks: Sequence[Mapping[str, Any]], files: Mapping[str, str]
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Take the files of masks and orders away, and return masks and files without them."""
    for name in _WITHHELD:
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / "masks").mkdir()
    bare = [{**entry, "file": None, "sha256": None} for entry in masks]
    return bare, {path: kind for path, kind in files.items() if path.split("/")[0] not in _WITHHELD}
