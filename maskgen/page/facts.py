"""Facts: what was built, from what, with which numbers, into which files."""

from collections.abc import Mapping
from typing import Any

from maskgen.page.tables import Markup, folded, pairs, short, table
from maskgen.result import Result
from maskgen.technology import Number

_VERDICTS = {
    "clean": "No error stands.",
    "waived": "No error stands but those that somebody answers for.",
    "violations": "Errors stand.",
}


def verdict(manifest: Mapping[str, Any]) -> str:
    """Return how a build ended, in a sentence or two."""
    sentence = _VERDICTS[manifest["status"]]
    written = any(entry["kind"] == "mask" for entry in manifest["files"])
    return sentence if written else f"{sentence} No mask files were written."


def facts_html(result: Result, manifest: Mapping[str, Any]) -> str:
    """Return what was built and from what, with hashes; numbers and files folded."""
    job, array = result.job, result.package.layout.array
    technology = job.process.technology
    rows: list[tuple[str, str | Markup]] = [
        ("Package", job.spec.name),
        ("System", f"{job.spec.system}: {job.template.title} ({', '.join(job.template.ids)})"),
        ("Spec", manifest["spec"]["path"]),
        ("SHA-256 of the spec", short(manifest["spec"]["sha256"])),
        ("Technology", f"{technology.technology}: {technology.title}"),
        ("SHA-256 of the technology", short(manifest["technology"]["sha256"])),
        ("Rules", f"{technology.deck}, {len(result.report.rules)} rules"),
        ("Plate", _plate(result)),
        ("Sites", f"{array.sites:_} ({_grid(result)})".replace("_", " ")),
        ("Grid", f"{job.process.grid:g} µm"),
        ("Made with", f"maskgen {manifest['maskgen']}"),
    ]
    return pairs(rows) + folded(f"All {len(job.process.numbers)} numbers", _numbers(result)) + _files(manifest)


def _plate(result: Result) -> str:
    plate = result.job.spec.plate
    if plate.wafer is not None:
        return f"wafer of {plate.wafer.diameter / 1000:g} mm"
    left, bottom, right, top = plate_box(result)
    return f"{(right - left) / 1000:g} × {(top - bottom) / 1000:g} mm"


def plate_box(result: Result) -> tuple[float, float, float, float]:
    """Return the box around the plate, or around its sites where no plate is drawn [µm]."""
    plate = result.patterns.get("PLATE")
    box = plate.box if plate is not None else None
    return box or result.package.layout.array.box


def _grid(result: Result) -> str:
    array = result.package.layout.array
    pitches = dict.fromkeys(axis.pitch for axis in (array.columns, array.rows) if len(axis) > 1)
    spacing = " and ".join(f"{pitch:g} µm" for pitch in pitches)
    return f"{len(array.columns)} columns, {len(array.rows)} rows" + (f", every {spacing}" if spacing else "")


def _numbers(result: Result) -> str:
    """Return every number that was used, with its meaning and where it comes from."""
    entries, own = result.job.process.technology.numbers, result.job.spec.process
    rows = [
        [name, f"{value:.6g}", *_origin(entries.get(name), given=name in own)]
        for name, value in sorted(result.job.process.numbers.items())
    ]
    heads = ("Number", "Value", "Status", "What it is", "Where from")
    return table(heads, rows, caption="Numbers of the process, lengths in µm", numeric=(1,))


def _origin(entry: Number | None, *, given: bool) -> tuple[str, str, str]:
    """Return status, meaning and source of a number."""
    if entry is None:
        return "spec", "", "the spec"
    return ("spec", entry.doc, "the spec") if given else (entry.status, entry.doc, entry.source)


def _files(manifest: Mapping[str, Any]) -> str:
    rows = [[entry["path"], entry["kind"], short(entry["sha256"])] for entry in manifest["files"]]
    listed = table(("File", "Kind", "SHA-256"), rows, caption="Files of the build besides this page and the manifest")
    return folded(f"{len(rows)} files", listed)
