"""Output: all files of a build, written beside their place, read back, listed in the manifest, put there at once."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from maskgen import __version__
from maskgen.drc.run import Report
from maskgen.drc.violation import counts
from maskgen.export import dxf, excellon, gds, gerber, lyp, oasis, pdf, svg, tables
from maskgen.export.artwork import Artwork, artwork, seen_by
from maskgen.export.excellon import NotDrilledError
from maskgen.export.folder import MANIFEST, replaced, write_file
from maskgen.geometry import regions
from maskgen.layout import Pattern
from maskgen.masks import FinishedMask
from maskgen.report import json as json_report
from maskgen.report import lyrdb
from maskgen.report import text as text_report
from maskgen.result import Result
from maskgen.windows import ProcessWindow

LAYOUT_FORMATS = ("gds", "oas")
FORMATS = (*LAYOUT_FORMATS, "mask.oas", "dxf", "r12.dxf", "gerber", "svg", "pdf", "drill")
"""Formats that masks can be written in."""
_ENDINGS = {"gerber": "gbr", "drill": "drl"}
"""Endings of files that are not called after their format."""


def write(result: Result, folder: Path, *, formats: Sequence[str], allow_violations: bool) -> None:
    """Write a result into a folder, all of it or nothing.

    Mask files are withheld while an error stands, unless `allow_violations`; everything else is always written.
    """
    name = result.job.spec.name
    ours = frozenset(
        [
            "masks",
            MANIFEST,
            "drc.json",
            "drc.lyrdb",
            "nets.csv",
            "bonds.csv",
            *(f"{name}.{ending}" for ending in ("gds", "lyp", "svg")),
        ]
    )
    with replaced(folder, ours) as staging:
        sendable = allow_violations or not counts(result.report.violations)["error"]
        files = dict(_common_files(result, staging))
        files |= dict(_pictures(result, staging, formats))
        masks = list(_mask_files(result, staging, formats if sendable else ()))
        for entry in masks:
            files |= dict.fromkeys(entry.pop("paths"), "mask")
        manifest = _manifest(result, staging, masks, files)
        (staging / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


REPORTS = tuple(formats.RENDERERS)
"""Formats that findings can be written in."""


def write_report(result: Result, format_: str, path: Path) -> None:
    """Write the findings of a result into a file of one of the `REPORTS` formats, all of it or nothing."""
    job = result.job
    subject = Subject(
        job.source.path,
        gds.cell_name(job.spec.name),
        __version__,
        extent=regions.box_around([pattern.box for pattern in result.patterns.values() if pattern.box is not None]),
        spans=origin.spans_of([run.rule for run in result.report.rules], job.source, _written_rules(job)),
    )
    write_findings(result.report, format_, path, subject)


def write_findings(report: Report, format_: str, path: Path, subject: Subject) -> None:
    """Write findings of anything into a file of one of the `REPORTS` formats, all of it or nothing."""
    write_file(path, formats.render(format_, report, subject))


def _written_rules(job: Job) -> dict[str, dict[str, Any]]:
    """Return the rules of a job's deck as their authors wrote them, by id."""
    return written_rules(job.process.technology.deck, Path(job.technology_source.path).parent)


def is_failed(report: Report, fail_on: str) -> bool:
    """Tell whether a run ends with exit status 1: an error that nobody waived, or a warning where those count too."""
    found = counts(report.violations)
    return bool(found["error"] or (fail_on == "warning" and (found["warning"] or report.stale)))


def _common_files(result: Result, folder: Path) -> Iterator[tuple[str, str]]:
    """Write everything but the masks, and yield path and kind of each file."""
    job, name = result.job, result.job.spec.name
    entries = {key: entry for key, entry in job.process.technology.layers.items() if key in result.patterns}
    layers = {entries[key].gds: result.patterns[key] for key in entries}
    top = gds.cell_name(name)
    gds.write(gds.drawing(name, layers, max_vertices=job.process.technology.max_vertices), folder / f"{name}.gds")
    yield f"{name}.gds", "layout"
    texts = {
        f"{name}.lyp": ("layer properties", lyp.layer_properties(entries)),
        "drc.json": (
            "findings",
            json_report.render(result.report, version=__version__, layout=f"{name}.gds", cell=top, timed=False),
        ),
        "drc.lyrdb": ("findings", lyrdb.render(result.report, layout=f"{name}.gds", cell=top)),
        "nets.csv": ("netlist", tables.net_table(result.nets)),
        "bonds.csv": ("bond list", tables.bond_table(result.package)),
    }
    for path, (kind, text) in texts.items():
        (folder / path).write_text(text, encoding="utf-8")
        yield path, kind


def _pictures(result: Result, folder: Path, formats: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Draw one site as designed, where pictures are wanted, and yield path and kind."""
    if "svg" not in formats:
        return
    site, entries = result.package.layout.site, result.job.process.technology.layers
    shown = [name for name in svg.SITE_LAYERS if name in entries and not site.get(name, regions.EMPTY).is_empty]
    box = regions.box_around([regions.box_of(site[name]) for name in shown])
    if box is not None:
        path = f"{result.job.spec.name}.svg"
        picture = svg.site_picture({name: site[name] for name in shown}, entries, box)
        (folder / path).write_text(picture, encoding="utf-8")
        yield path, "picture"


def _mask_files(result: Result, folder: Path, formats: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Write each mask in each format, and yield its entry of the manifest."""
    technology = result.job.process.technology
    (folder / "masks").mkdir()
    undrilled: list[NotDrilledError] = []
    for finished in result.masks:
        mask, stem = finished.mask, f"{result.job.spec.name}_{finished.mask.name}"
        key = technology.layers[mask.name].gds
        drawn = gds.drawing(stem, {key: finished.pattern}, max_vertices=technology.max_vertices)
        art = artwork(finished, stem, key, max_vertices=technology.max_vertices)
        written: list[Path] = []
        for format_ in formats:
            try:
                written += _written(format_, drawn, art, folder / "masks", marks=result.package.marking.zones)
            except NotDrilledError as error:
                undrilled.append(error)
        paths = [f"masks/{path.name}" for path in written]
        yield {"paths": paths} | _mask_entry(finished, key, paths, drawn) | _hash(folder, paths)
    if undrilled and len(undrilled) == len(result.masks):
        raise undrilled[0]


def _written(
    format_: str, drawn: gds.Drawing, art: Artwork, folder: Path, *, marks: regions.Region
) -> tuple[Path, ...]:
    """Write a mask in one format, and return the paths of what was written."""
    path = folder / f"{art.name}.{_ENDINGS.get(format_, format_)}"
    match format_:
        case "drill":
            return excellon.write(art, path, marks=seen_by(art.mask, marks))
        case "gds" | "oas":
            gds.write(drawn, path, mirrored=art.mask.mirrored)
        case "svg":
            path.write_text(svg.mask_picture(art), encoding="utf-8")
        case "dxf" | "r12.dxf":
            dxf.write(art, path, version="R12" if format_ == "r12.dxf" else "R2000")
        case _:
            {"mask.oas": oasis.write, "gerber": gerber.write, "pdf": pdf.write}[format_](art, path)
    return (path,)


def _mask_entry(finished: FinishedMask, key: gds.LayerKey, paths: list[str], drawn: gds.Drawing) -> dict[str, Any]:
    """Return what a mask's maker must know."""
    mask = finished.mask
    box = finished.pattern.box
    if box is not None and mask.mirrored:
        box = -box[2], box[1], -box[0], box[3]
    return {
        "name": mask.name,
        "layer": key[0],
        "datatype": key[1],
        "file": paths[0] if paths else None,
        "cell": drawn.top,
        "side": mask.side,
        "drawn": mask.drawn,
        "digitized": mask.digitized,
        "mirrored": mask.mirrored,
        "scale": mask.scale,
        "recipe": mask.recipe,
        "bbox": [round(value, 6) for value in box] if box else None,
        "area": round(finished.pattern.area, 3),
        "shapes": _shapes(finished.pattern),
    }


def _shapes(pattern: Pattern) -> int:
    """Return how many connected pieces stand on the plate, cut at the borders of sites."""
    return len(regions.polygons(pattern.rest)) + sum(
        len(regions.polygons(tile.region)) * int(tile.where.sum()) for tile in pattern.tiles
    )


def _manifest(result: Result, folder: Path, masks: list[dict[str, Any]], files: dict[str, str]) -> dict[str, Any]:
    """Return the index of all that was written."""
    job = result.job
    found = counts(result.report.violations)
    layers = job.process.technology.layers
    return {
        "maskgen": __version__,
        "name": job.spec.name,
        "system": job.spec.system,
        "status": "violations" if found["error"] else "waived" if found["waived"] else "clean",
        "spec": {"path": Path(job.source.path).name, "sha256": job.source.sha256},
        "technology": {"name": job.process.technology.technology, "sha256": job.technology_source.sha256},
        "unit": "um",
        "grid": job.process.grid,
        "sites": result.package.layout.array.sites,
        "numbers": {name: round(value, 9) for name, value in sorted(job.process.numbers.items())},
        "findings": found,
        "windows": [_window_entry(window) for window in result.windows],
        "masks": masks,
        "marks": [{"kind": m.kind, "x": m.x, "y": m.y, "size": m.size} for m in result.package.marking.placed],
        "layers": [
            {"name": name, "layer": entry.gds[0], "datatype": entry.gds[1], "kind": entry.kind}
            for name, entry in layers.items()
            if name in result.patterns
        ],
        "files": [{"path": path, "kind": kind} | _hash(folder, [path]) for path, kind in sorted(files.items())],
    }


def _window_entry(window: ProcessWindow) -> dict[str, Any]:
    """Return a process window with the place of the nominal in it."""
    rounded = {
        key: None if value is None else round(value, 6)
        for key, value in (
            ("value", window.value),
            ("low", window.low),
            ("high", window.high),
            ("place", window.place),
            ("room", window.room),
        )
    }
    return {"name": window.name, **rounded, "unit": window.unit, "holds": window.holds, "doc": window.doc}


def _hash(folder: Path, paths: Sequence[str]) -> dict[str, str | None]:
    """Return the SHA-256 of the first of some files."""
    return {"sha256": hashlib.sha256((folder / paths[0]).read_bytes()).hexdigest() if paths else None}
