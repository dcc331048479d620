"""The whole program on one page: spec -> package -> masks -> findings -> files.

spec.yaml -> Spec -> draw -> Layout -> derive -> masks -> check -> write
                       |                 |          |         |
                  design layers     technology:  rule deck  gds oas svg, tables, manifest
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from maskgen import expressions
from maskgen.drc import deck as decks
from maskgen.drc import run as drc
from maskgen.drc import sites
from maskgen.drc.checks.nets import drawn_nets
from maskgen.drc.rules import margin_of
from maskgen.errors import Problem, ProblemsError
from maskgen.expressions import Boolean, Expression, Layer, Snapped
from maskgen.geometry.arrays import Array
from maskgen.layout import Pattern, View, collect, look
from maskgen.masks import FinishedMask, finish, inverted
from maskgen.output import write
from maskgen.package import Package
from maskgen.result import Job, Result
from maskgen.source import Source, read_source, shown, validate
from maskgen.spec.package import PackageSpec
from maskgen.systems import Template, family, template
from maskgen.technology import Process, Technology, read_technology, resolve
from maskgen.technology.shelf import find
from maskgen.vendors.model import Profile
from maskgen.vendors.shelf import find as find_profile
from maskgen.vendors.shelf import read_profile
from maskgen.windows import process_windows

_LOG = logging.getLogger(__name__)

MOST_SITES_SEEN = 4
"""Sites that a recipe may look over; what is drawn by larger distances has no pattern left."""


def build(
    path: Path, folder: Path | None, *, settings: Sequence[str], formats: Sequence[str], allow_violations: bool
) -> tuple[Result, Path]:
    """Write everything that comes of a spec into a folder, and return what it was.

    Parameters
    ----------
    folder
        Where; a folder called after the package by default.
    formats
        Of the mask files: gds, oas, svg.
    allow_violations
        Whether masks are written although errors stand.
    """
    result = make(prepare(path, settings))
    target = folder or Path(result.job.spec.name)
    accepted = write(result, target, formats=formats, allow_violations=allow_violations)
    return replace(result, acceptances=accepted), target


def prepare(path: Path, settings: Sequence[str] = ()) -> Job:
    """Return the job of a spec file, all mistakes told at once."""
    source = read_source(path, settings)
    with _located(source):
        system = family(_system(source.data.get("system")))
    spec = validate(source, system.Spec)
    variant = template(spec.system)
    technology, technology_source = _technology(source, spec, variant)
    try:
        process = resolve(
            technology,
            spec.process,
            drawn=system.DRAWN,
            given=system.given(spec),
            measures=system.MEASURES,
            unit=spec.unit,
        )
    except ProblemsError as error:
        raise _blamed(error, source, technology_source) from None
    with _located(source):
        _require_masks(spec, process)
    with _located(technology_source):
        deck = _deck(technology, technology_source, process, system.DRAWN)
    return Job(source, spec, variant, technology_source, process, deck, _vendors(source, spec, process))


def make(job: Job) -> Result:
    """Return the package, its masks and what is wrong with them."""
    _LOG.info("drawing %s", job.spec.name)
    system = family(job.spec.system)
    with _located(job.source):
        package: Package = system.draw(job.spec, job.process, Path(job.source.path).parent)
    recipes = dict(job.process.recipes) | _inverted(job)
    with _located(job.source):
        _require_near(job, package, recipes)
    with _located(job.technology_source):
        windows = process_windows(job.process, package.measures)
    _LOG.info("deriving %d masks", len(job.process.masks))
    array, views, report = _checked(job, package, recipes)
    derived = collect(array, views, recipes)
    finished = tuple(_finished(job, package, derived))
    drawn = {name: package.layout.pattern(name) for name in sorted(system.DRAWN)}
    patterns = drawn | derived | {entry.mask.name: entry.pattern for entry in finished}
    known = {name: patterns[name] for name in job.process.technology.layers if name in patterns}
    nets = drawn_nets(package, job.process, sites.site_scene(views, array))
    return Result(job, package, known, finished, report, tuple(nets), windows)


def _checked(job: Job, package: Package, recipes: Mapping[str, Expression]) -> tuple[Array, list[View], drc.Report]:
    """Return the classes of sites and what the rules find in them; farther around them only if there is anything."""
    for at_first in (True, False):
        array, views = look(package.layout, recipes, margin=margin_of(job.deck, at_first=at_first))
        subject = sites.subject(job.deck, package, job.process, array=array, views=views)
        if not (at_first and subject.must_look_again()):
            break
    return array, views, drc.run(job.deck, subject, waivers=job.spec.waive)


def _require_near(job: Job, package: Package, recipes: Mapping[str, Expression]) -> None:
    """Refuse numbers by which a mask or a rule looks over so many sites that every site is a case of its own."""
    array = package.layout.array
    reaches = {
        f"{name} is drawn": expressions.reach(expressions.substitute(recipe, job.process.recipes))
        for name, recipe in recipes.items()
    } | {f"deck {job.deck.name} looks": margin_of(job.deck)}
    for what, reach in reaches.items():
        for axis in (array.columns, array.rows):
            if reach > MOST_SITES_SEEN * axis.pitch and len(axis) > MOST_SITES_SEEN:
                sentence = f"{what} by {reach:g} um, over more than {MOST_SITES_SEEN} sites of {axis.pitch:g} um"
                raise ProblemsError([Problem(("process",), f"{sentence}: a number is too large")])


def _finished(job: Job, package: Package, derived: Mapping[str, Pattern]) -> list[FinishedMask]:
    """Return every mask, the inverted ones from the rest of the field."""
    found = []
    for mask in job.process.masks:
        is_inverted = mask.name in job.spec.masks and job.spec.masks[mask.name].invert
        pattern = derived[f"{mask.name} inverted" if is_inverted else mask.name]
        found.append(finish(inverted(mask) if is_inverted else mask, pattern, package.marking, job.process.grid))
    return found


def _inverted(job: Job) -> dict[str, Expression]:
    """Return recipes for what the inverted masks leave of the field."""
    wanted = [name for name, choice in job.spec.masks.items() if choice.invert]
    return {f"{name} inverted": Snapped(Boolean("-", Layer("FIELD"), Layer(name)), job.process.grid) for name in wanted}


def _technology(source: Source, spec: PackageSpec, variant: Template) -> tuple[Technology, Source]:
    try:
        path = find(spec.technology or variant.technology, Path(source.path).parent, ".yaml")
    except ValueError as error:
        raise source.error([Problem(("technology",), str(error))]) from None
    return read_technology(path)


def _deck(technology: Technology, source: Source, process: Process, drawn: frozenset[str]) -> decks.Deck:
    try:
        return decks.read_deck(
            technology.deck,
            Path(source.path).parent,
            layers=drawn | process.recipes.keys(),
            numbers=process.numbers,
        )
    except ValueError as error:
        raise ProblemsError([Problem(("deck",), str(error))]) from None


def _require_masks(spec: PackageSpec, process: Process) -> None:
    """Refuse choices for masks that the technology does not make."""
    known = [mask.name for mask in process.masks]
    named = [("masks", name) for name in spec.masks] + [("vendor", name) for name in spec.vendor if name]
    problems = [
        Problem(key, f"this technology makes no such mask, only {', '.join(known)}")
        for key in named
        if key[1] not in known
    ]
    if problems:
        raise ProblemsError(problems)


def _vendors(source: Source, spec: PackageSpec, process: Process) -> dict[str, tuple[Profile, ...]]:
    """Return the profiles by which the files of each mask are judged."""
    beside, profiles = Path(source.path).parent, dict[str, Profile]()
    for mask, names in spec.vendor.items():
        for name in names:
            try:
                path = find_profile(name, beside)
            except ValueError as error:
                key = ("vendor", mask) if mask else ("vendor",)
                raise source.error([Problem(key, str(error))]) from None
            profiles[name] = read_profile(str(path.absolute()), beside)
    everywhere = spec.vendor.get("", [])
    wanted = {mask.name: [*everywhere, *spec.vendor.get(mask.name, [])] for mask in process.masks}
    return {mask: tuple(profiles[name] for name in dict.fromkeys(names)) for mask, names in wanted.items() if names}


def _system(name: object) -> str:
    """Return the template that a spec names."""
    if name is None or name == "":
        raise ProblemsError([Problem(("system",), "missing: say which template this is, see 'maskgen templates'")])
    if not isinstance(name, str):
        raise ProblemsError([Problem(("system",), f"must be text, got {shown(name)}")])
    return name


def _blamed(error: ProblemsError, spec: Source, technology: Source) -> Exception:
    """Return the problems at their place: what the spec overrides in the spec, the rest in the technology file."""
    own = [problem for problem in error.problems if problem.key[:1] == ("process",)]
    return spec.error(own) if own else technology.error(error.problems)


@contextmanager
def _located(source: Source) -> Iterator[None]:
    """Turn problems without a place into problems of a file."""
    try:
        yield
    except ProblemsError as error:
        raise source.error(error.problems) from None
