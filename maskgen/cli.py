"""The command line: thin commands over the pipeline. The only module that knows click."""

import json
import logging
import sys
from pathlib import Path

import click

from maskgen import __version__
from maskgen.errors import MaskgenError

# Heavy modules are imported where a command needs them: `maskgen --version` must not load a geometry kernel.

DONE, FOUND, FAILED = 0, 1, 2
"""Exit statuses: nothing found, something found, could not do it."""


class _FailedError(click.ClickException):
    """A user's mistake, shown as it is: the place stays first on the line."""

    exit_code = FAILED

    def show(self, file: object = None) -> None:  # noqa: ARG002 - click's signature
        """Print the message without a prefix."""
        click.echo(self.message, err=True)


class _Group(click.Group):
    """A group that prints a `MaskgenError` instead of a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except MaskgenError as error:
            raise _FailedError(str(error)) from error


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="maskgen")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
@click.option("-v", "--verbose", is_flag=True, help="Say more.")
@click.pass_context
def main(ctx: click.Context, *, quiet: bool, verbose: bool) -> None:
    """Make mask sets for packages from a short spec.

    Example: maskgen new etched-recess-mold && maskgen build etched-recess-mold.yaml
    """
    ctx.obj = {"quiet": quiet, "verbose": verbose}
    logging.basicConfig(level=logging.ERROR if quiet else logging.DEBUG if verbose else logging.WARNING)


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
        click.echo(f"{name:24}{', '.join(entry.ids):10}{entry.title}")


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
    metavar="gds|oas|mask.oas|dxf|r12.dxf|gerber|svg|pdf|drill",
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
    from maskgen import output as output_files
    from maskgen import pipeline
    from maskgen.report import text
    from maskgen.report import windows as window_lines

    result, folder = pipeline.build(
        spec, output, settings=settings, formats=_formats(formats), allow_violations=allow_violations
    )
    if not ctx.obj["quiet"]:
        click.echo(text.render(result.report, verbose=ctx.obj["verbose"]), nl=False)
        click.echo(window_lines.render(result.windows), nl=False)
        sites = result.package.layout.array.sites
        click.echo(f"{result.job.spec.name}: {sites} sites, {len(result.masks)} masks in {folder}/")
    found = output_files.is_failed(result.report, fail_on)
    if found and not allow_violations and not ctx.obj["quiet"]:
        click.echo("masks are withheld while an error stands; mend it, waive it, or say --allow-violations", err=True)
    ctx.exit(FOUND if found else DONE)


@main.command()
@click.argument("spec", type=click.Path(path_type=Path))
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Change a value of the spec.")
@click.option("--report", "reports", multiple=True, metavar="FORMAT=FILE", help="json, lyrdb or text into a file.")
@click.option("--fail-on", type=click.Choice(["error", "warning"]), default="error", help="What makes exit status 1.")
@click.pass_context
def drc(ctx: click.Context, spec: Path, *, settings: tuple[str, ...], reports: tuple[str, ...], fail_on: str) -> None:
    """Check a SPEC: design, masks and as-built layers together, without writing masks.

    Example: maskgen drc qfn.yaml --report json=findings.json
    """
    from maskgen import output as output_files
    from maskgen import pipeline
    from maskgen.report import text

    targets = [_report_target(entry) for entry in reports]
    result = pipeline.make(pipeline.prepare(spec, settings))
    for format_, path in targets:
        output_files.write_report(result, format_, path)
    if not ctx.obj["quiet"]:
        click.echo(text.render(result.report, verbose=ctx.obj["verbose"]), nl=False)
    ctx.exit(FOUND if output_files.is_failed(result.report, fail_on) else DONE)


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
    """Say what a check or a rule finds, why it hurts and how to mend it.

    Example: maskgen explain M2.close
    """
    from maskgen.drc.explain import checks, explain_name

    if name is None:
        for check, title in checks():
            click.echo(f"{check:12}{title}")
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
    """Return the formats asked for, GDSII by default."""
    from maskgen.output import FORMATS

    wanted = [name.strip() for entry in given for name in entry.split(",")] or ["gds"]
    for name in wanted:
        if name not in FORMATS:
            raise click.BadParameter(f"{name!r} is not one of {', '.join(FORMATS)}", param_hint="--format")
    return tuple(dict.fromkeys(wanted))


def _report_target(entry: str) -> tuple[str, Path]:
    """Return format and file of one ``--report``."""
    from maskgen.output import REPORTS

    format_, equals, path = entry.partition("=")
    if format_ not in REPORTS or not equals or not path:
        raise click.BadParameter(f"{entry!r} is not FORMAT=FILE with {', '.join(REPORTS)}", param_hint="--report")
    return format_, Path(path)


if __name__ == "__main__":
    sys.exit(main())
