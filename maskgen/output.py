"""Output: all files of a build, written beside their place, read back, listed in the manifest, put there at once."""

import hashlib
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from maskgen import __version__, acceptance, order, page
from maskgen.drc.violation import counts
from maskgen.errors import MaskgenError, ProblemsError
from maskgen.export import dxf, excellon, gds, gerber, lyp, oasis, pdf, svg, tables
from maskgen.export.artwork import Artwork, seen_by
from maskgen.export.excellon import NotDrilledError
from maskgen.export.folder import MANIFEST, replaced
from maskgen.geometry import regions
from maskgen.layout import Pattern
from maskgen.masks import FinishedMask
from maskgen.pictures import files as picture_files
from maskgen.pictures.bond import Heading as BondHeading
from maskgen.raster import png
from maskgen.report import origin
from maskgen.report import text as report_text
from maskgen.report import windows as report_windows
from maskgen.report.formats import RENDERERS, Heading, render
from maskgen.result import Result
from maskgen.sections import files as section_files
from maskgen.sections.plan import cuts
from maskgen.sections.run import Section, section
from maskgen.solid import files as solid_files
from maskgen.vendors.accept import Acceptance
from maskgen.windows import ProcessWindow

_LOG = logging.getLogger(__name__)

LAYOUT_FORMATS = ("gds", "oas")
SOLID_FORMATS = solid_files.FORMATS
"""Formats of the part in three dimensions."""
FORMATS = (*LAYOUT_FORMATS, "mask.oas", "dxf", "r12.dxf", "gerber", "svg", "png", "pdf", "drill", *SOLID_FORMATS)
"""Formats that masks, or the part itself, can be written in."""
_ENDINGS = {"gerber": "gbr", "drill": "drl"}
"""Endings of files that are not called after their format."""


def write(result: Result, folder: Path, *, formats: Sequence[str], allow_violations: bool) -> tuple[Acceptance, ...]:
    """Write a result into a folder, all of it or nothing, and return what vendors' profiles say of the mask files.

    Mask files are withheld while an error stands, one of a vendor's included, unless `allow_violations`; everything
    else is always written.
    """
    name = result.job.spec.name
    with replaced(folder, _ours(name)) as staging:
        sendable = allow_violations or not counts(result.report.violations)["error"]
        sections = sections_of(result)
        files = dict(_common_files(result, staging))
        solids = _solids(result, formats)
        files |= dict([*_pictures(result, staging, formats), *_solid_files(solids, name, staging, formats)])
        files |= dict(_section_files(sections, name, staging / "sections"))
        arts = order.artworks(result)
        ordered = order.compile_order(result, arts)
        masks = list(_mask_files(result, arts, staging, _mask_formats(formats) if sendable else ()))
        paths = {entry["name"]: entry.pop("paths") for entry in masks}
        files |= dict.fromkeys((path for written in paths.values() for path in written), "mask")
        if sendable:
            files |= order.write(result, ordered, arts, folder=staging, masks=paths)
        manifest, accepted = _judged(result, staging, masks, files, paths, allow_violations=allow_violations)
        shown = page.render(result, sections, ordered, manifest, acceptances=accepted, solid=solids.get("glb", b""))
        manifest = _with_page(manifest, shown, staging)
        (staging / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return accepted


def _judged(
    result: Result,
    staging: Path,
    masks: list[dict[str, Any]],
    files: dict[str, str],
    paths: Mapping[str, Sequence[str]],
    *,
    allow_violations: bool,
) -> tuple[dict[str, Any], tuple[Acceptance, ...]]:
    """Return the manifest, and what vendors' profiles say of the files; what they refuse is taken away again."""
    manifest = _manifest(result, staging, masks, files)
    accepted = acceptance.judge(result.job.vendors, staging, manifest, paths)
    if not result.job.vendors:
        return manifest, accepted
    (staging / acceptance.FILE).write_text(acceptance.render(accepted, __version__), encoding="utf-8")
    files = files | {acceptance.FILE: "acceptance"}
    if not allow_violations and not all(one.is_accepted for one in accepted):
        masks, files = acceptance.withheld(staging, masks, files)
    return _manifest(result, staging, masks, files) | acceptance.entries(manifest, accepted), accepted


def _ours(name: str) -> frozenset[str]:
    """Return what a build may write into its folder, and so may replace there."""
    known = [MANIFEST, page.NAME, acceptance.FILE, "drc.json", "drc.lyrdb", "nets.csv", "bonds.csv", "leads.csv"]
    named = [f"{name}.{ending}" for ending in ("gds", "lyp", *SOLID_FORMATS)]
    return frozenset(["masks", "order", "sections", *known, *named, *picture_files.names(name)])


def summary(result: Result, folder: Path, *, verbose: bool) -> str:
    """Return what a build found and wrote, for a terminal."""
    job = result.job
    lines = [
        report_text.render(result.report, verbose=verbose),
        report_windows.render(result.windows),
        *(acceptance.said(accepted, verbose=verbose) for accepted in result.acceptances),
        f"{job.spec.name}: {result.package.layout.array.sites} sites, {len(result.masks)} masks in {folder}/\n",
    ]
    return "".join(lines)


REPORTS = tuple(RENDERERS)
"""Formats that findings can be written in."""


def report_of(result: Result, format_: str) -> str:
    """Return the findings of a result in one of the formats of reports."""
    job = result.job
    written = origin.written_rules(job.process.technology.deck, Path(job.technology_source.path).parent)
    heading = Heading(
        job.source.path,
        gds.cell_name(job.spec.name),
        __version__,
        extent=regions.box_around([pattern.box for pattern in result.patterns.values() if pattern.box is not None]),
        spans=origin.spans_of([run.rule for run in result.report.rules], job.source, written),
    )
    return render(format_, result.report, heading)


def _common_files(result: Result, folder: Path) -> Iterator[tuple[str, str]]:
    """Write everything but the masks, and yield path and kind of each file."""
    job, name = result.job, result.job.spec.name
    entries = {key: entry for key, entry in job.process.technology.layers.items() if key in result.patterns}
    layers = {entries[key].gds: result.patterns[key] for key in entries}
    top = gds.cell_name(name)
    gds.write(gds.drawing(name, layers, max_vertices=job.process.technology.max_vertices), folder / f"{name}.gds")
    yield f"{name}.gds", "layout"
    drawn = Heading(f"{name}.gds", top, __version__)
    texts = {
        f"{name}.lyp": ("layer properties", lyp.layer_properties(entries)),
        "drc.json": ("findings", render("json", result.report, drawn, timed=False)),
        "drc.lyrdb": ("findings", render("lyrdb", result.report, drawn)),
        "nets.csv": ("netlist", tables.net_table(result.nets)),
        "bonds.csv": ("bond list", tables.bond_table(result.package)),
    }
    if result.package.leads:
        texts["leads.csv"] = ("lead list", tables.lead_table(result.package))
    for path, (kind, text) in texts.items():
        (folder / path).write_text(text, encoding="utf-8")
        yield path, kind


def _pictures(result: Result, folder: Path, formats: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Draw the bonds, and one site and the plate where pictures are wanted, and yield path and kind."""
    spec, entries = result.job.spec, result.job.process.technology.layers
    title = spec.marks.title
    said = BondHeading(spec.name, (title and title.revision) or "", (title and title.date) or "")
    drawn = picture_files.overview_files(
        result.package, entries, result.report.violations, name=spec.name, formats=formats
    )
    found = [(*entry, "bond diagram") for entry in picture_files.bond_files(result.package, said)]
    for path, data, kind in [*found, *((*entry, "picture") for entry in drawn)]:
        (folder / path).write_bytes(data)
        yield path, kind


def _mask_formats(formats: Sequence[str]) -> Sequence[str]:
    """Return the formats of masks among those asked for: GDSII, where only the part itself was."""
    return [name for name in formats if name not in SOLID_FORMATS] or LAYOUT_FORMATS[:1]


def _solids(result: Result, formats: Sequence[str]) -> dict[str, bytes]:
    """Return one site as it is built, in three dimensions: for the page where that is no long wait, and as asked."""
    job, plan = result.job, result.plan
    wanted = {name for name in SOLID_FORMATS if name in formats} | ({"glb"} if solid_files.is_simple(plan) else set())
    return solid_files.files(job.process, result.package, plan, name=job.spec.name, formats=sorted(wanted))


def _solid_files(
    solids: Mapping[str, bytes], stem: str, folder: Path, formats: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Write a part in three dimensions, as far as it is asked for, and yield path and kind of each file."""
    for format_, data in solids.items():
        if format_ not in formats:
            continue
        (folder / f"{stem}.{format_}").write_bytes(data)
        yield f"{stem}.{format_}", "solid"


def sections_of(result: Result) -> tuple[Section, ...]:
    """Return the part along each cut of a spec, after every step."""
    job, package = result.job, result.package
    try:
        wanted = cuts(job.spec.sections, package, result.plan)
    except ProblemsError as error:
        raise job.source.error(error.problems) from None
    return tuple(section(job.process, package, result.plan, cut) for cut in wanted)


def write_sections(result: Result, folder: Path, formats: Sequence[str]) -> list[Path]:
    """Write the sections of a result into a folder, and return the paths of what was written."""
    return _written_sections(sections_of(result), result.job.spec.name, folder, formats)


def _written_sections(sections: Sequence[Section], name: str, folder: Path, formats: Sequence[str]) -> list[Path]:
    """Write sections into a folder, and return the paths of what was written."""
    written = {folder / path: data for path, data in section_files.files(sections, name, formats)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, data in written.items():
            path.write_bytes(data)
    except OSError as error:
        raise MaskgenError(f"{folder}: cannot write: {error.strerror or error}") from None
    return list(written)


def _section_files(sections: Sequence[Section], name: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Write the pictures of the sections, and yield path and kind of each."""
    for path in _written_sections(sections, name, folder, ("svg",)):
        yield f"sections/{path.name}", "section"


def _mask_files(
    result: Result, arts: Mapping[str, Artwork], folder: Path, formats: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """Write each mask in each format, and yield its entry of the manifest."""
    technology = result.job.process.technology
    (folder / "masks").mkdir()
    undrilled: list[NotDrilledError] = []
    for finished in result.masks:
        _LOG.info("writing %s", finished.mask.name)
        mask, stem = finished.mask, f"{result.job.spec.name}_{finished.mask.name}"
        key = technology.layers[mask.name].gds
        drawn = gds.drawing(stem, {key: finished.pattern}, max_vertices=technology.max_vertices)
        art = arts[mask.name]
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
        case "png":
            path.write_bytes(png(svg.mask_picture(art), width=picture_files.PIXELS))
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
        "scaled_by": mask.scaled_by,
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


def _with_page(manifest: dict[str, Any], text: str, folder: Path) -> dict[str, Any]:
    """Write the page that shows all of it, and return the manifest with it."""
    (folder / page.NAME).write_text(text, encoding="utf-8")
    entry = {"path": page.NAME, "kind": "report"} | _hash(folder, [page.NAME])
    return manifest | {"files": sorted([*manifest["files"], entry], key=lambda one: str(one["path"]))}


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
