"""Items V30 to V39: what is made by the plate.

Etched sheets and stencils are judged by the file and the profile. What only the package knows, deposits, shields,
leads and wires, its own rules judge; here it is asked what they found.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from maskgen.drc.deck import Rule
from maskgen.drc.scene import FlatScene
from maskgen.drc.violation import Finding
from maskgen.vendors import rules
from maskgen.vendors.item import Found, Item
from maskgen.vendors.model import LengthLimit
from maskgen.vendors.submission import Mild, NotAskedError, NotJudgedError, Points, Submission

_UNIT = 1e3
_TEMPERATURE, _HUMIDITY = 2.0, 5.0
"""[K] and [%] by which a workshop may be off (`vendors.md` 1.10)."""
_SHARP = 60.0
"""Turn [deg] of an outline from which a corner has no radius."""
_LEAST = 0.001
_PLATED = ("adhesion", "material", "same")
_PACKAGE = ("group", "nets", "routed", "stems", "separation", "enclosure", "centred", "matched", "outside", "inside")
_WIRES = ("wires", "downbond")
_DEPOSIT = ("overgrowth", "gap", "window")
_SHIELD = ("opening", "seam", "closure", "draft", "ridge")
_DEPTHS = ("recess_depth",)


def _asked(limit: LengthLimit | None, what: str) -> LengthLimit:
    if limit is None:
        raise NotAskedError(f"the profile has no {what}")
    return limit


def compensated(submission: Submission) -> Iterator[Found]:
    """Yield openings too narrow for the resist, and resist that the undercut takes away."""
    profile, process = submission.profile, submission.profile.process
    undercut = profile.value(_asked(process.undercut, "undercut"))
    resist = profile.value(process.resist) if process.resist is not None else 0.0
    why = f"undercut of {undercut:g} um per edge, resist of {resist:g} um"
    web = max(resist, 2 * undercut + _LEAST)
    asked = _both(submission, "V30", why, opening=resist, web=web)
    yield from submission.functional(submission.violations(asked))


def _both(submission: Submission, id_: str, why: str, *, opening: float, web: float) -> Iterator[Rule]:
    """Yield rules for openings and for what is between them, whichever of both is drawn."""
    is_clear = submission.tone == "clear"
    for name, check, least in (
        ("opening", "width" if is_clear else "space", opening),
        ("web", "space" if is_clear else "width", web),
    ):
        if least > 0:
            yield rules.rule(f"{id_}.{name}", check, "error", why, min=least)


def etched(submission: Submission) -> Iterator[Found]:
    """Yield holes and webs of the finished sheet that are too small for its thickness, and corners without a radius."""
    profile, process = submission.profile, submission.profile.process
    hole, web = profile.value(_asked(process.hole, "hole")), profile.value(_asked(process.web, "web"))
    undercut = profile.value(process.undercut) if process.undercut is not None else 0.0
    why = f"sheet of {profile.thickness:g} um: holes of {hole:g} um, webs of {web:g} um, undercut of {undercut:g} um"
    opening = max(hole - 2 * undercut, _LEAST)
    asked = _both(submission, "V31", why, opening=opening, web=web + 2 * undercut)
    yield from submission.functional(submission.violations(asked))
    if process.radius is not None:
        sharp = _sharp_corners(submission)
        if sharp:
            sentence = (
                f"{sharp} drawn corners without a radius, at least {profile.value(process.radius):g} um come out: "
                "draw them round, or let the etcher agree"
            )
            yield Mild(Finding(sentence))


def _sharp_corners(submission: Submission) -> int:
    """Return how many corners of the outlines have no radius, each cell counted once."""
    found = 0
    for outline in submission.outlines():
        edges = np.roll(outline.points, -1, axis=0) - outline.points
        along = edges[:, 0] + 1j * edges[:, 1]
        turns = np.degrees(np.angle(np.roll(along, -1) * along.conj()))
        found += int((np.abs(turns) > _SHARP).sum())
    return found


def half_etched(submission: Submission) -> Iterator[Found]:
    """Yield a half etch that is too shallow or too deep for the sheet."""
    limit = submission.profile.process.half_etch
    if limit is None:
        raise NotAskedError("the profile has no half_etch")
    depth = _number(submission, _DEPTHS)
    share = depth / submission.profile.thickness
    low, high = limit.range
    if share >= 1:
        yield Finding(
            f"a half etch of {depth:g} um breaks through a sheet of {submission.profile.thickness:g} um",
            None,
            share,
            high,
        )
    elif not low <= share <= high:
        sentence = f"a half etch of {depth:g} um is {share:.3g} of the thickness, {low:g} to {high:g} are held"
        yield Finding(sentence, None, share, low if share < low else high)


def _number(submission: Submission, names: Collection[str]) -> float:
    """Return the first number of some names that the manifest has."""
    numbers = submission.papers.numbers if submission.papers else {}
    for name in names:
        if name in numbers:
            return float(numbers[name])
    raise NotJudgedError(f"manifest.json with {' or '.join(names)} among its numbers")


def _found_by_rules(submission: Submission, checks: Collection[str], what: str) -> Iterator[Found]:
    """Yield rules of the package that found something nobody waived."""
    findings = submission.papers.findings if submission.papers else None
    if findings is None:
        raise NotJudgedError("manifest.json and drc.json beside it")
    asked = [rule for rule in findings.get("rules", []) if rule["check"] in checks]
    if not asked:
        raise NotAskedError(f"the package has no rules for {what}")
    for rule in asked:
        open_ = rule["violations"] - rule["waived"]
        if open_ > 0:
            finding = Finding(
                f"rule {rule['id']} of the package found {open_} places: {rule['why']}", None, float(open_), 0.0
            )
            yield finding if rule["severity"] == "error" else Mild(finding)


def plated(submission: Submission) -> Iterator[Found]:
    """Yield what rules and process windows of the package found about deposits: adhesion, gaps, shape as built."""
    windows = submission.papers.manifest.get("windows", []) if submission.papers else []
    yield from _not_holding(window for window in windows if window["name"] in _DEPOSIT)
    yield from _found_by_rules(submission, _PLATED, "deposits")


def area(submission: Submission) -> Iterator[Found]:
    """Yield an area other than the manifest says, from which currents and times follow."""
    meant = submission.mask.get("area")
    if not isinstance(meant, float | int):
        raise NotJudgedError("the area of the mask in manifest.json")
    found = digitized_area(submission)
    if abs(found - meant) > max(1e-6 * abs(meant), 1.0):
        yield Finding(f"polygons cover {found:.10g} um2, the manifest says {meant:.10g} um2", None, found, float(meant))


def digitized_area(submission: Submission) -> float:
    """Return the area of all polygons on the plate [µm²], every copy counted, overlaps twice."""
    total = 0.0
    for number, copies in submission.copies.items():
        rings = submission.cells.cells[number].shapes.get(submission.key)
        if rings is not None:
            total += copies * sum(
                abs(_doubled(rings.points[a:b])) for a, b in zip(rings.ends[:-1], rings.ends[1:], strict=True)
            )
    return total / 2 / _UNIT**2


def _doubled(points: Points) -> float:
    local = points - points[:1]
    after = np.roll(local, -1, axis=0)
    return float((local[:, 0] * after[:, 1] - local[:, 1] * after[:, 0]).sum())


def apertures(submission: Submission) -> Iterator[Found]:
    """Yield apertures from which paste does not release: too narrow or too small for the foil; and webs too thin."""
    profile, process = submission.profile, submission.profile.process
    if process.aspect is None or process.area_ratio is None or not profile.thickness:
        raise NotAskedError("the profile has no aspect and area_ratio of apertures")
    foil = profile.thickness
    why = f"aspect of at least {process.aspect.ratio:g}, webs as wide as the foil of {foil:g} um"
    asked = _both(submission, "V35", why, opening=process.aspect.ratio * foil, web=foil)
    yield from submission.functional(submission.violations(asked))
    if submission.tone != "clear":
        raise NotJudgedError("apertures that are drawn: the area ratio of gaps is none")
    small = submission.seen(_AreaRatio(foil, process.area_ratio.ratio), margin=1.0, whole=True)
    yield from submission.functional(submission.stamped("V35", small))


class _AreaRatio:
    """A search for apertures whose walls are large for their area (IPC-7525)."""

    def __init__(self, foil: float, least: float) -> None:
        self.foil, self.least = foil, least

    def __call__(self, scene: FlatScene) -> list[Finding]:
        """Return what is found in a scene."""
        found = []
        polygons = scene.merged(rules.expression())
        for part, box in zip(polygons.geometries(), polygons.boxes, strict=True):
            ratio = float(part.area) / _UNIT / (float(part.length) * self.foil)
            if ratio < self.least - 1e-9:
                left, bottom, right, top = (round(value / _UNIT, 6) for value in box.tolist())
                sentence = f"area ratio {ratio:.3f} in a foil of {self.foil:g} um, at least {self.least:g} wanted"
                found.append(Finding(sentence, (left, bottom, right, top), ratio, self.least))
        return found


def shield(submission: Submission) -> Iterator[Found]:
    """Yield process windows of a shield that do not hold: openings, seams, what must close, draft."""
    windows = submission.papers.manifest.get("windows") if submission.papers else None
    if windows is None:
        raise NotJudgedError("manifest.json with its process windows")
    asked = [window for window in windows if window["name"] in _SHIELD]
    if not asked:
        raise NotAskedError("the package has no process windows of a shield")
    yield from _not_holding(asked)


def _not_holding(windows: Iterable[Mapping[str, Any]]) -> Iterator[Found]:
    """Yield process windows that do not hold."""
    for window in windows:
        if not window["holds"]:
            value = f"{window['value']:g} {window['unit']}".rstrip()
            yield Finding(f"the process window {window['name']} does not hold: {value}")


def package(submission: Submission) -> Iterator[Found]:
    """Yield what the package's rules found about leads, pads, lanes and nets."""
    yield from _found_by_rules(submission, _PACKAGE, "leads, pads and lanes")


def wires(submission: Submission) -> Iterator[Found]:
    """Yield what the package's rules found about bond wires."""
    yield from _found_by_rules(submission, _WIRES, "bond wires")


def drift(submission: Submission) -> Iterator[Found]:
    """Yield data over which the plate drifts by more than is allowed, with temperature and humidity."""
    process = submission.profile.process
    limit = _asked(process.drift, "drift")
    per_kelvin = process.drift_temperature.ratio if process.drift_temperature is not None else 0.0
    per_percent = process.drift_humidity.ratio if process.drift_humidity is not None else 0.0
    left, bottom, right, top = submission.box
    length, most = max(right - left, top - bottom), submission.profile.value(limit)
    moved = length * 1e-6 * (per_kelvin * _TEMPERATURE + per_percent * _HUMIDITY)
    if moved > most:
        sentence = (
            f"over {length:.10g} um the plate drifts by {moved:.3g} um at {_TEMPERATURE:g} K and {_HUMIDITY:g} % "
            f"of humidity off, {most:g} um allowed"
        )
        yield Finding(sentence, submission.box, moved, most)


PROCESS = (
    Item("V30", "etch compensation", "the undercut takes away what is too narrow", "error", compensated),
    Item("V31", "holes, webs and radii of an etched sheet", "finer than its thickness is not held", "error", etched),
    Item("V32", "half etch", "depths near the surface or near the back are not held", "warning", half_etched),
    Item("V33", "deposits", "metal that does not stick, or grows together, is scrap", "error", plated),
    Item("V34", "area", "currents and times of plating and etching follow from it", "info", area),
    Item("V35", "apertures of a stencil", "paste stays where walls are large for the area", "error", apertures),
    Item("V36", "shield", "radiation leaves by the largest opening", "warning", shield),
    Item("V37", "package", "leads, pads and lanes decide whether parts can be cut and soldered", "warning", package),
    Item("V38", "wire bonds", "wires too long or crossing are swept together", "error", wires),
    Item("V39", "drift of the plate", "film and glass grow with temperature and humidity", "info", drift),
)  # fmt: skip
