"""The command line: thin commands over the pipeline. The only module that knows click."""

import gc
import json
import logging
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from maskgen import __version__
from maskgen.errors import MaskgenError
from maskgen.progress import StatusLine

# Heavy modules are imported where a command needs them: `maskgen --version` must not load a geometry kernel.

DONE, FOUND, FAILED = 0, 1, 2
"""Exit statuses: nothing found, something found, could not do it."""
_RARELY = 100_000, 50, 100
"""When memory is searched for loops: findings hold none, and with many of them that takes a fifth of a run."""


class _FailedError(click.ClickException):
    """A user's mistake, shown as it is: the place stays first on the line."""

    exit_code = FAILED

    def show(self, file: object = None) -> None:  # noqa: ARG002 - click's signature
        """Print the message without a prefix."""
        click.echo(self.message, err=True)


@contextmanager
def _unread() -> Iterator[None]:
    """End as programs do whose output is closed: by the signal where there is one, a status of 141 for shells."""
    try:
        yield
    except BrokenPipeError:
        if hasattr(signal, "SIGPIPE"):
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)
            signal.raise_signal(signal.SIGPIPE)
        sys.exit(FAILED)


class _Group(click.Group):
    """A group that prints a `MaskgenError` instead of a traceback, and ends quietly once nobody reads on."""

    def main(self, *args: Any, **extra: Any) -> Any:  # noqa: ANN401 - click's signature
        """Run a command line."""
        with _unread():
            return super().main(*args, **extra)

    def make_context(self, *args: Any, **extra: Any) -> click.Context:  # noqa: ANN401 - click's signature
        """Read the arguments, and help where it is asked for: click itself would end with 1, which says *found*."""
        with _unread():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        try:
            with _unread():
                return super().invoke(ctx)
        except MaskgenError as error:
            raise _FailedError(str(error)) from error
        except OSError as error:
            raise _FailedError(f"{error.filename or 'standard output'}: cannot write: {error.strerror}") from error


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="maskgen")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
@click.option("-v", "--verbose", is_flag=True, help="Say more.")
@click.pass_context
def main(ctx: click.Context, *, quiet: bool, verbose: bool) -> None:
    """Make mask sets for packages from a short spec.

    Example: maskgen new etched-recess-mold && maskgen build etched-recess-mold.yaml
    """
    gc.set_threshold(*_RARELY)
    ctx.obj = {"quiet": quiet, "verbose": verbose}
    logging.getLogger("maskgen").setLevel(logging.ERROR if quiet else logging.INFO)
    if sys.stderr.isatty():
        ctx.with_resource(StatusLine(sys.stderr))


def _once(_ctx: click.Context, option: click.Parameter, given: tuple[Any, ...]) -> Any:  # noqa: ANN401 - any option
    """Return the value of an option that may be given once: of two, one would be left out without a word."""
    if len(given) > 1:
        raise click.BadParameter("is given more than once", param=option)
    return given[0] if given else None


def _say(text: str) -> None:
    """Print a line unless silence was asked for."""
    if not click.get_current_context().obj["quiet"]:
        click.echo(text)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def templates(*, as_json: bool) -> None:
    """List the shipped templates.

    Example: maskgen templates --json
    """
    from maskgen.starters import names
    from maskgen.systems import template

    entries = [(name, template(name)) for name in names()]
    if as_json:
        data = [{"name": name, "ids": list(entry.ids), "title": entry.title} for name, entry in entries]
        click.echo(json.dumps(data, indent=1))
        return
    for name, entry in entries:
        click.echo(f"{name:32}{', '.join(entry.ids):10}{entry.title}")


@main.command()
@click.argument("template")
@click.option("-o", "--output", help="File to write; '-' for standard output. Default: TEMPLATE.yaml.")
@click.option("--force", is_flag=True, help="Overwrite the file.")
def new(template: str, output: str | None, *, force: bool) -> None:
    """Write a commented starter spec of a TEMPLATE.

    Example: maskgen new etched-recess-mold -o my-package.yaml
    """
    from maskgen.starters import starter

    text = starter(template)
    if output == "-":
        click.echo(text, nl=False)
        return
    path = Path(output or f"{template}.yaml")
    try:
        with path.open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise MaskgenError(f"{path}: exists already; give another name with -o, or --force") from None
    except OSError as error:
        raise MaskgenError(f"{path}: cannot write: {error.strerror}") from None
    _say(f"wrote {path}; next: maskgen build {path}")


@main.command()
@click.argument("spec", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Folder to write. Default: the package's name.")
@click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE", help="Change a value of the spec, e.g. array.rows=3."
)
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="gds|oas|mask.oas|dxf|r12.dxf|gerber|svg|png|pdf|drill|glb|stl",
    help="Formats of the masks; several, or with commas.",
)
@click.option("--allow-violations", is_flag=True, help="Write masks although errors stand.")
@click.option("--fail-on", type=click.Choice(["error", "warning"]), default="error", help="What makes exit status 1.")
@click.pass_context
def build(
    ctx: click.Context,
    spec: Path,
    output: Path | None,
    *,
    settings: tuple[str, ...],
    formats: tuple[str, ...],
    allow_violations: bool,
    fail_on: str,
) -> None:
    """Make the mask set of a SPEC.

    Example: maskgen build qfn.yaml -o out --set array.columns=3
    """
    from maskgen import pipeline
    from maskgen.drc.run import is_failed
    from maskgen.output import summary

    result, folder = pipeline.build(
        spec, output, settings=settings, formats=_formats(formats), allow_violations=allow_violations
    )
    found = any(is_failed(entry, fail_on) for entry in (result.report, *(one.report for one in result.acceptances)))
    if not ctx.obj["quiet"]:
        click.echo(summary(result, folder, verbose=ctx.obj["verbose"]), nl=False)
        if found and not allow_violations:
            click.echo(_WITHHELD, err=True)
    ctx.exit(FOUND if found else DONE)


_WITHHELD = "masks are withheld while an error stands; mend it, waive it, or say --allow-violations"


@main.command()
@click.argument("spec", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Folder to write. Default: the package's name.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Change a value of the spec.")
@click.option("--format", "formats", multiple=True, metavar="FORMAT", help="Formats of the masks, as for build.")
@click.option("--allow-violations", is_flag=True, help="Write masks although errors stand.")
@click.option("--show", "is_shown", is_flag=True, help="Show each layout in a KLayout that runs, as the command show.")
@click.option("--port", type=click.IntRange(1, 65535), default=8082, help="Where KLayout listens on this machine.")
@click.pass_context
def watch(
    ctx: click.Context,
    spec: Path,
    output: Path | None,
    *,
    settings: tuple[str, ...],
    formats: tuple[str, ...],
    allow_violations: bool,
    is_shown: bool,
    port: int,
) -> None:
    """Build a SPEC anew whenever it is saved, or a file that it names; Ctrl-C ends.

    What is wrong is said, and the next save is waited for. A report that is open in a browser shows the new build once
    it is loaded again there.

    Example: maskgen watch qfn.yaml -o out --show
    """
    from maskgen.output import summary
    from maskgen.pipeline import build as build_once
    from maskgen.show import show as show_once
    from maskgen.watch import changes

    wanted = _formats(formats)

    def rebuild() -> None:
        result, folder = build_once(spec, output, settings=settings, formats=wanted, allow_violations=allow_violations)
        if not ctx.obj["quiet"]:
            click.echo(summary(result, folder, verbose=ctx.obj["verbose"]), nl=False)
        if is_shown:
            show_once(folder, port=port)

    try:
        for changed in changes(spec):
            if changed:
                _say(f"\nsaved: {', '.join(str(path) for path in changed)}")
            try:
                rebuild()
            except MaskgenError as error:
                click.echo(str(error), err=True)
    except KeyboardInterrupt:
        ctx.exit(DONE)


@main.command()
@click.argument("subject", metavar="LAYOUT|FOLDER", type=click.Path(path_type=Path))
@click.option("--markers", type=click.Path(path_type=Path), help="Findings to show on it: a report database (.lyrdb).")
@click.option("--deck", help="Rules for a layout, as for drc; what they find is shown on it.")
@click.option("--port", type=click.IntRange(1, 65535), default=8082, help="Where KLayout listens on this machine.")
def show(subject: Path, *, markers: Path | None, deck: str | None, port: int) -> None:
    """Show a LAYOUT, or that of the FOLDER of a build with its findings, in a KLayout that runs with the package klive.

    klive takes layout and markers. The names of layers are in the .lyp beside the layout, which KLayout loads with
    File > Load Layer Properties where klive does not.

    Example: maskgen show out
    """
    from maskgen.show import show as show_once

    if markers and deck:
        raise click.UsageError("--markers and --deck: give one of them")
    shown = show_once(subject, markers=markers, deck=deck, port=port)
    done = {"open": "opened in KLayout", "reload": "loaded again in KLayout"}.get(shown.answer, "sent to KLayout")
    _say(f"{shown.layout}: {done}")
    for what, path in (("markers", shown.markers), ("layer names", shown.names)):
        if path is not None:
            _say(f"{what}: {path}")


@main.command()
@click.argument("subject", metavar="LAYOUT|SPEC", type=click.Path(path_type=Path))
@click.option(
    "--deck", multiple=True, callback=_once, help="Rules for a LAYOUT: the file of a deck, or a vendor's profile."
)
@click.option(
    "--cell", multiple=True, callback=_once, help="Cell of the LAYOUT that is checked. Default: its only top cell."
)
@click.option(
    "--waivers",
    multiple=True,
    callback=_once,
    type=click.Path(path_type=Path),
    help="File of findings in the LAYOUT that are accepted, by rule, fingerprint, or a box that holds them whole.",
)
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Change a value of the SPEC.")
@click.option(
    "--report",
    "reports",
    multiple=True,
    metavar="FORMAT=FILE",
    help="json, lyrdb, sarif, junit, text or html into a file.",
)
@click.option("--fail-on", type=click.Choice(["error", "warning"]), default="error", help="What makes exit status 1.")
@click.pass_context
def drc(
    ctx: click.Context,
    subject: Path,
    *,
    deck: str | None,
    cell: str | None,
    waivers: Path | None,
    settings: tuple[str, ...],
    reports: tuple[str, ...],
    fail_on: str,
) -> None:
    """Check a LAYOUT against a deck, or a SPEC: design, masks and as-built layers together, without writing masks.

    Example: maskgen drc panel.gds --deck rules.yaml --report json=findings.json
    """
    targets = _report_targets(reports, subject, deck, waivers)
    options = {"--deck": deck, "--cell": cell, "--waivers": waivers}
    if subject.suffix.lower() in _SPECS or (deck is None and _is_spec(subject)):
        _refuse(options, "for layouts; the deck of a spec is that of its technology")
        said, is_failed = _drc_spec(subject, settings, targets=targets, fail_on=fail_on)
    else:
        _refuse({"--set": settings}, "for specs; a layout has no values to change")
        if deck is None:
            raise click.UsageError(f"{subject} is a layout: say with --deck which rules it is checked against")
        said, is_failed = _drc_layout(subject, deck, cell, waivers=waivers, targets=targets, fail_on=fail_on)
    if not ctx.obj["quiet"]:
        click.echo(said, nl=False)
    ctx.exit(FOUND if is_failed else DONE)


def _drc_spec(path: Path, settings: tuple[str, ...], *, targets: Mapping[Path, str], fail_on: str) -> tuple[str, bool]:
    """Return what is said of a spec, and whether it fails; reports are written."""
    from maskgen import pipeline
    from maskgen.drc.run import is_failed
    from maskgen.export.folder import write_files
    from maskgen.output import report_of
    from maskgen.report import text

    result = pipeline.make(pipeline.prepare(path, settings))
    write_files({file: report_of(result, format_) for file, format_ in targets.items()})
    said = text.render(result.report, verbose=click.get_current_context().obj["verbose"])
    return said, is_failed(result.report, fail_on)


def _drc_layout(
    path: Path,
    deck: str,
    cell: str | None,
    *,
    waivers: Path | None,
    targets: Mapping[Path, str],
    fail_on: str,
) -> tuple[str, bool]:
    """Return what is said of a layout, and whether it fails; reports are written."""
    from maskgen.drc.layouts.check import check_layout, is_deck
    from maskgen.drc.run import is_failed
    from maskgen.export.folder import write_files
    from maskgen.report import text
    from maskgen.report.formats import Heading, render

    rules = None
    if not is_deck(deck):
        from maskgen.vendors.rules import vendor_deck  # profiles are many models: not for every check

        rules = vendor_deck(deck, path)
    checked = check_layout(path, rules or deck, cell=cell, waivers=waivers)
    heading = Heading(str(path), checked.cell, __version__)
    write_files({file: render(format_, checked.report, heading) for file, format_ in targets.items()})
    said = text.render(checked.report, verbose=click.get_current_context().obj["verbose"])
    return said, is_failed(checked.report, fail_on)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--profile", required=True, help="A shipped profile of a vendor, or the path of a file.")
@click.option(
    "--manifest", type=click.Path(path_type=Path), help="Manifest of the build. Default: beside FILE or one folder up."
)
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Change a value of the profile.")
@click.option("--report", "reports", multiple=True, metavar="FORMAT=FILE", help="Findings into a file, as for drc.")
@click.option("--fail-on", type=click.Choice(["error", "warning"]), default="error", help="What makes exit status 1.")
@click.pass_context
def accept(
    ctx: click.Context,
    file: Path,
    *,
    profile: str,
    manifest: Path | None,
    settings: tuple[str, ...],
    reports: tuple[str, ...],
    fail_on: str,
) -> None:
    """Judge a mask FILE (GDSII, OASIS or DXF) as a vendor would, item by item of the checklist.

    Example: maskgen accept out/masks/qfn16_PAD_WIN.gds --profile mask_chrome_std
    """
    from maskgen import acceptance
    from maskgen.drc.run import is_failed
    from maskgen.export.folder import write_files
    from maskgen.report.formats import Heading, render
    from maskgen.vendors.accept import accept_file

    targets = _report_targets(reports, file, profile, manifest)
    found = accept_file(file, profile, manifest=manifest, settings=settings)
    heading = Heading(str(file), found.cell, __version__)
    write_files({path: render(format_, found.report, heading) for path, format_ in targets.items()})
    if not ctx.obj["quiet"]:
        click.echo(acceptance.said(found, verbose=ctx.obj["verbose"]), nl=False)
    ctx.exit(FOUND if is_failed(found.report, fail_on) else DONE)


@main.command()
@click.argument("one", type=click.Path(path_type=Path), metavar="A")
@click.argument("other", type=click.Path(path_type=Path), metavar="B")
@click.option(
    "--tolerance", metavar="LENGTH", default="0", help="Thickness up to which a difference is none, in um or '2 nm'."
)
@click.option("--cell", metavar="NAME", help="Cell to compare in both. Default: the top cell, whatever it is called.")
@click.option("--report", "reports", multiple=True, metavar="FORMAT=FILE", help="Differences into a file, as for drc.")
@click.pass_context
def diff(
    ctx: click.Context, one: Path, other: Path, *, tolerance: str, cell: str | None, reports: tuple[str, ...]
) -> None:
    """Compare two layouts, A and B, layer by layer: what exactly one of them covers.

    Example: maskgen diff old/qfn.gds new/qfn.gds --tolerance "1 nm" --report html=diff.html
    """
    from maskgen.diff import compare
    from maskgen.export.folder import write_files
    from maskgen.report import text
    from maskgen.report.formats import Heading, render

    targets = _report_targets(reports, one, other)
    found = compare(one, other, tolerance=_tolerance(tolerance), cell=cell)
    heading = Heading(str(other), found.cell, __version__, extent=found.extent, compared_with=str(one))
    write_files({path: render(format_, found.report, heading) for path, format_ in targets.items()})
    for violation in found.report.violations:
        _say(text.line(violation))
    _say(f"{one} and {other}: {found.summary}")
    ctx.exit(DONE if found.is_equal else FOUND)


@main.command()
@click.argument("spec", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Folder to write. Default: NAME-sections.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Change a value of the spec.")
@click.option("--format", "formats", multiple=True, metavar="svg|png|gds", help="Formats; several, or with commas.")
def section(spec: Path, output: Path | None, *, settings: tuple[str, ...], formats: tuple[str, ...]) -> None:
    """Draw cross-sections of a SPEC's package, one picture per process stage.

    Example: maskgen section qfn.yaml -o sections --format svg,gds
    """
    from maskgen import output as output_files
    from maskgen import pipeline
    from maskgen.sections.files import FORMATS

    wanted = _chosen(formats, FORMATS, "svg")
    result = pipeline.make(pipeline.prepare(spec, settings))
    folder = output or Path(f"{result.job.spec.name}-sections")
    written = output_files.write_sections(result, folder, wanted)
    _say(f"{result.job.spec.name}: {len(written)} pictures and files in {folder}/")


@main.command()
@click.argument("layout", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def info(layout: Path, *, as_json: bool) -> None:
    """Say what is in a LAYOUT: cells, layers, extents, shapes, arrays.

    Example: maskgen info out/qfn.gds
    """
    from maskgen.stream.info import as_text, describe

    found = describe(layout)
    click.echo(json.dumps(found, indent=1) if as_json else as_text(found))


@main.command()
@click.argument("name", required=False)
def explain(name: str | None) -> None:
    """Say what a check or a rule finds, why it hurts and how to mend it; of a deck, what its rules are for.

    Example: maskgen explain M2.close
    """
    from maskgen.drc.explain import checks, decks, explain_name

    if name is None:
        for check, title in checks():
            click.echo(f"{check:12}{title}")
        click.echo(f"\nDecks: {', '.join(decks())}. Items that vendors look at: V01 to V39.")
        return
    if name.startswith("V"):
        from maskgen.vendors.explain import explain_item, is_item

        if is_item(name):
            click.echo(explain_item(name))
            return
    click.echo(explain_name(name))


@main.command()
@click.argument("kind", type=click.Choice(["spec", "technology", "deck"]), default="spec")
@click.option("--system", help="Template whose spec is described; the general one by default.")
def schema(kind: str, system: str | None) -> None:
    """Print a JSON Schema, from which editors complete specs, technologies and decks.

    Example: maskgen schema spec > spec.schema.json
    """
    from maskgen.schemas import schema_of

    click.echo(json.dumps(schema_of(kind, system), indent=1))


def _formats(given: tuple[str, ...]) -> tuple[str, ...]:
    """Return the formats of masks asked for, GDSII by default."""
    from maskgen.output import FORMATS

    return _chosen(given, FORMATS, "gds")


def _chosen(given: tuple[str, ...], known: tuple[str, ...], default: str) -> tuple[str, ...]:
    """Return the formats asked for, each once."""
    wanted = [name.strip() for entry in given for name in entry.split(",")] or [default]
    for name in wanted:
        if name not in known:
            raise click.BadParameter(f"{name!r} is not one of {', '.join(known)}", param_hint="--format")
    return tuple(dict.fromkeys(wanted))


def _tolerance(text: str) -> float:
    """Return a length of the command line [um]; a bare number is in um."""
    from maskgen.units import length

    try:
        found = length(f"{text} um" if text.replace(".", "", 1).isdigit() else text, None)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--tolerance") from None
    if found < 0:
        raise click.BadParameter(f"{text!r} is less than 0 um", param_hint="--tolerance")
    return found


def _report_targets(entries: Sequence[str], *inputs: Path | str | None) -> dict[Path, str]:
    """Return the files of every ``--report`` with their formats; none is told twice, or is one of the inputs."""
    from maskgen.report.formats import RENDERERS

    found: dict[Path, str] = {}
    read = {Path(given).resolve() for given in inputs if given is not None}
    for entry in entries:
        format_, equals, name = entry.partition("=")
        wrong = ""
        if format_ not in RENDERERS or not equals or not name:
            wrong = f"{entry!r} is not FORMAT=FILE with {', '.join(RENDERERS)}"
        elif name == "-":
            wrong = f"{entry!r}: name a file; /dev/stdout is the standard output"
        elif Path(name).resolve() in read:
            wrong = f"{entry!r}: the file is read, it would be lost"
        elif Path(name).resolve() in {path.resolve() for path in found}:
            wrong = f"{entry!r}: two reports into one file"
        if wrong:
            raise click.BadParameter(wrong, param_hint="--report")
        found[Path(name)] = format_
    return found


_SPECS, _LAYOUTS = (".yaml", ".yml"), (".gds", ".gds2", ".gdsii", ".oas", ".oasis")


def _is_spec(path: Path) -> bool:
    """Tell whether a file is a spec: by its name, else by whether it begins as layouts do."""
    from maskgen.stream.scan import is_layout

    ending = path.suffix.lower()
    return ending in _SPECS or (ending not in _LAYOUTS and not is_layout(path))


def _refuse(options: Mapping[str, object], why: str) -> None:
    """Refuse options that mean nothing for what is checked."""
    for name, value in options.items():
        if value:
            raise click.UsageError(f"{name} is {why}")


if __name__ == "__main__":
    sys.exit(main())
