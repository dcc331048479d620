"""Items V21 to V27: where the data stands on the plate, what else is on it, and what the order says."""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

import numpy as np
import shapely

from maskgen.drc.violation import Finding
from maskgen.geometry import marks, regions
from maskgen.geometry.regions import Box, Region
from maskgen.vendors.item import Found, Item
from maskgen.vendors.papers import sha256
from maskgen.vendors.submission import Mild, NotAskedError, NotJudgedError, Submission

_ROUNDING = 0.0015
"""[µm] by which boxes may differ."""
_ALIKE = 0.02
"""Part of a mark's area by which what is drawn may differ from it: chords and the grid."""
_SPECK = 1.0
"""Area [µm²] in a clear zone that is rounding."""
_BESIDE = 0.1
"""[µm] beyond the ends of a measured line at which the other tone must be."""
_FEWEST_LETTERS = 3
_KINDS = (*get_args(marks.Kind), "alignment")


def extents(submission: Submission) -> Iterator[Found]:
    """Yield data that is larger than the largest plate's write area, or whose middle is not the origin."""
    left, bottom, right, top = box = submission.box
    width, height = right - left, top - bottom
    plates = submission.profile.plates
    fits = [plate for plate in plates if _fits((width, height), plate.write)]
    if not fits:
        largest = max(plates, key=lambda plate: plate.write[0] * plate.write[1])
        sentence = (
            f"data of {width:.10g} um x {height:.10g} um is larger than what is written of the largest plate, "
            f"{largest.code}: {largest.write[0]:g} um x {largest.write[1]:g} um"
        )
        yield Finding(sentence, box, max(width, height), max(largest.write))
    away, most = (
        max(abs(left + right), abs(bottom + top)) / 2,
        submission.profile.value(submission.profile.present.centred),
    )
    if away > most + _ROUNDING:
        sentence = f"the middle of the data is {away:.10g} um from the origin, at most {most:g} um allowed"
        yield Finding(sentence, box, away, most)


def _fits(size: tuple[float, float], room: tuple[float, float]) -> bool:
    """Tell whether a size fits into a room, turned if need be."""
    return any(size[0] <= w + _ROUNDING and size[1] <= h + _ROUNDING for w, h in (room, room[::-1]))


def declared(submission: Submission) -> Iterator[Found]:
    """Yield extents other than the manifest says, and missing corner squares."""
    wants_corners = submission.profile.present.corners.required
    if wants_corners:
        yield from _corners(submission)
    if submission.papers is None and wants_corners:
        return
    meant = submission.mask.get("bbox")
    if not isinstance(meant, list):
        raise NotJudgedError("the extents of the mask in manifest.json")
    if max(abs(a - b) for a, b in zip(submission.box, meant, strict=True)) > _ROUNDING:
        said, found = (", ".join(f"{value:.10g}" for value in box) for box in (meant, submission.box))
        yield Finding(f"data is in [{found}] um, the manifest says [{said}] um", submission.box)


def _corners(submission: Submission) -> Iterator[Found]:
    """Yield corners of the data without a square."""
    left, bottom, right, top = submission.box
    side = marks.CORNER_SQUARE
    for x in (left, right - side):
        for y in (bottom, top - side):
            window = (x, y, x + side, y + side)
            if submission.region(window).area < (1 - _ALIKE) * side**2:
                yield Finding(f"no square of {side:g} um in this corner of the data", window, 0.0, side)


def _marks(submission: Submission) -> list[tuple[str, float, float, float]]:
    """Return kind, middle and size [µm] of the marks as this mask's data has them."""
    mask = submission.mask
    assert submission.papers is not None
    entries = submission.papers.manifest.get("marks")
    if not isinstance(entries, list):
        raise NotJudgedError("the marks in manifest.json")
    scale, mirror = float(str(mask.get("scale", 1.0))), -1.0 if mask.get("mirrored") else 1.0
    return [(e["kind"], mirror * e["x"] * scale, e["y"] * scale, e["size"] * scale) for e in entries]


def alignment(submission: Submission) -> Iterator[Found]:
    """Yield marks too few, missing at their place, of another form or with something in their clear zone."""
    wanted = submission.profile.present.marks.count
    if wanted == 0:
        raise NotAskedError("no marks are wanted")
    found = [entry for entry in _marks(submission) if entry[0] in _KINDS]
    present = 0
    for kind, x, y, size in found:
        shape = regions.move(_shape(kind, size), x, y)
        zone = marks.clear_zone(kind, size) if kind != "alignment" else size / 2 + 100.0  # type: ignore[arg-type]
        window = (x - zone, y - zone, x + zone, y + zone)
        here = submission.region(window)
        near = here.intersection(shapely.box(*_grown(regions.box_of(shape), _snapped(submission))))
        if not _is_alike(near, shape):
            yield Finding(f"the mark {kind} of {size:g} um is not there as the manifest says", regions.box_of(shape))
            continue
        present += 1
        if here.area > near.area + _SPECK:
            yield Finding(f"something stands within {zone:g} um around the mark {kind}", window)
    if present < wanted:
        yield Finding(f"{present} marks, at least {wanted} wanted", None, float(present), float(wanted))


def _snapped(submission: Submission) -> float:
    """Return how far [µm] a mark may reach beyond its box where its vertices were put on the grid of the masks."""
    numbers = submission.papers.numbers if submission.papers else {}
    return float(numbers.get("grid", 0.0)) / 2 + _ROUNDING


def _shape(kind: str, size: float) -> Region:
    if kind == "alignment":
        return marks.alignment(size)
    return marks.fiducial(kind, size, tolerance=regions.ARC_TOLERANCE)  # type: ignore[arg-type]


def _is_alike(one: Region, other: Region) -> bool:
    return bool(one.symmetric_difference(other).area <= _ALIKE * other.area)


def title(submission: Submission) -> Iterator[Found]:
    """Yield a plate without a title beside its letter F, or one in strokes that are too fine."""
    if not submission.profile.present.title.required:
        raise NotAskedError("no title is wanted")
    letters = [entry for entry in _marks(submission) if entry[0] == "F"]
    if not letters:
        raise NotJudgedError("the place of the letter F in manifest.json, beside which a title stands")
    _, x, y, size = letters[0]
    way = -1.0 if submission.mask.get("mirrored") else 1.0
    near, far = sorted((x + way * 0.6 * size, x + way * (0.6 * size + max(abs(x), 3 * size))))
    window = (near, y - size, far, y + size)
    others = [
        shapely.box(*_grown(regions.box_of(regions.move(_shape(kind, s), a, b)), 1.0))
        for kind, a, b, s in _marks(submission)
        if kind in _KINDS
    ]
    pieces = list(regions.polygons(regions.areal(submission.region(window).difference(regions.merge(others)))))
    if len(pieces) < _FEWEST_LETTERS:
        yield Finding("no title stands beside the letter F", window, float(len(pieces)), float(_FEWEST_LETTERS))
    shapes = submission.profile.shapes
    least = submission.profile.value(shapes.clear if submission.tone == "clear" else shapes.dark)
    fine = [piece for piece in pieces if regions.shrink(piece, least / 2 - _ROUNDING).is_empty]
    if fine:
        yield Finding(
            f"{len(fine)} letters have strokes narrower than {least:g} um", regions.box_of(fine[0]), None, least
        )


def critical(submission: Submission) -> Iterator[Found]:
    """Yield a CD feature that is not where the order says, or is narrower than the vendor holds."""
    if not submission.profile.present.cd.required:
        raise NotAskedError("no CD feature is wanted")
    order = submission.papers.order if submission.papers else None
    if order is None:
        raise NotJudgedError("manifest.json and order/order.json beside it")
    cd = order.get("cd")
    if not cd:
        yield Finding("the order names no CD feature")
        return
    is_data = cd["is_of"] == "digitized data"
    line = np.array([cd["start"], cd["end"]], dtype=np.float64)
    box = _line_box(line)
    if not _is_measured(submission, line, is_data=is_data):
        what = "line" if is_data else "gap"
        yield Finding(f"no {what} of {cd['size']:g} um is where the order says", box, None, float(cd["size"]))
    is_clear = is_data == (submission.tone == "clear")
    shapes = submission.profile.shapes
    least = submission.profile.value(shapes.clear if is_clear else shapes.dark)
    if cd["size"] < least:
        sentence = f"the CD feature is {cd['size']:g} um, at least {least:g} um are held"
        yield Finding(sentence, box, float(cd["size"]), least)


def _line_box(line: np.ndarray[Any, np.dtype[np.float64]]) -> Box:
    (x0, y0), (x1, y1) = line.min(axis=0).tolist(), line.max(axis=0).tolist()
    return x0, y0, x1, y1


def _is_measured(submission: Submission, line: np.ndarray[Any, np.dtype[np.float64]], *, is_data: bool) -> bool:
    """Tell whether a line runs through data, or through a gap, and ends where that ends."""
    along = (line[1] - line[0]) / np.hypot(*(line[1] - line[0]))
    region = submission.region(_grown(_line_box(line), 1.0))
    inner = shapely.LineString([line[0] + 0.01 * along, line[1] - 0.01 * along])
    beyond = [shapely.Point(line[0] - _BESIDE * along), shapely.Point(line[1] + _BESIDE * along)]
    if is_data:
        return bool(region.covers(inner)) and not any(region.intersects(point) for point in beyond)
    return not region.intersects(inner) and all(region.covers(point) for point in beyond)


def _grown(box: Box, by: float) -> Box:
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def stated(submission: Submission) -> Iterator[Found]:
    """Yield what the manifest and the order leave open about tone and reading sense, and an F that reads otherwise."""
    mask = submission.mask
    yield from _unsaid(mask)
    if submission.profile.kind == "stencil" and mask.get("digitized") == "dark":
        yield Finding("digitized data is dark: of a foil, what is drawn is cut out; order the mask inverted")
    order = submission.papers.order if submission.papers else None
    if order is not None and order.get("digitized") != mask.get("digitized"):
        yield Finding(
            f"digitized data is {order.get('digitized')} in the order, {mask.get('digitized')} in the manifest"
        )
    if order is not None and order.get("reading", {}).get("mirrored") != mask.get("mirrored"):
        yield Finding("order and manifest differ in whether the data is mirrored")
    if submission.profile.present.reading.required:
        yield from _parity(submission)


def _unsaid(mask: Mapping[str, object]) -> Iterator[Found]:
    """Yield statements that are missing or mean nothing."""
    known = {
        "digitized": ("clear", "dark"),
        "drawn": ("opening", "remaining"),
        "side": ("top", "bottom"),
        "mirrored": (True, False),
    }
    for key, words in known.items():
        if mask.get(key) not in words:
            yield Finding(f"the manifest does not say {key!r}: one of {', '.join(map(str, words))}")


def _parity(submission: Submission) -> Iterator[Found]:
    """Yield a letter F that is missing, or that reads otherwise than the manifest says."""
    letters = [entry for entry in _marks(submission) if entry[0] == "F"]
    if not letters:
        yield Finding("no letter F proves the reading sense")
        return
    _, x, y, size = letters[0]
    is_mirrored = bool(submission.mask.get("mirrored"))
    plain = marks.letter_f(size)
    meant, other = (regions.mirror(plain), plain) if is_mirrored else (plain, regions.mirror(plain))
    meant, other = (regions.move(shape, x, y) for shape in (meant, other))
    here = submission.region(regions.box_of(meant))
    if _is_alike(here, meant):
        return
    if _is_alike(here, other):
        wanted = "mirrored" if is_mirrored else "not mirrored"
        yield Finding(
            f"the letter F reads the wrong way: the manifest says the data is {wanted}", regions.box_of(meant)
        )
    else:
        yield Finding(
            "the letter F that proves the reading sense is not where the manifest says", regions.box_of(meant)
        )


def as_set(submission: Submission) -> Iterator[Found]:
    """Yield masks of a set that do not fit each other, and a file that is not the one of the manifest."""
    mask, papers = submission.mask, submission.papers
    assert papers is not None
    keys: dict[tuple[int, int], str] = {}
    for other in papers.masks:
        first = keys.setdefault((other["layer"], other["datatype"]), other["name"])
        if first != other["name"]:
            yield Finding(f"masks {first} and {other['name']} have the same layer {other['layer']}/{other['datatype']}")
        yield from _scales(other, mask)
        if other.get("bbox") and mask.get("bbox") and not _same_box(other, mask):
            yield Mild(Finding(f"mask {other['name']} has other extents: corner squares would make them equal"))
    named = {path.rsplit("/", 1)[-1]: digest for path, digest in papers.hashes.items()}
    digest = named.get(submission.file.path.name)
    if digest is not None and digest != sha256(submission.file.path):
        yield Finding("the file is not the one of the manifest: its SHA-256 is another")
    if digest is None:
        yield Mild(Finding("the manifest has no SHA-256 of this file"))


def _scales(other: Mapping[str, Any], mask: Mapping[str, Any]) -> Iterator[Found]:
    """Yield two scales in a set: a mistake, unless each follows from something else, as sheets that grow apart do."""
    one, second = mask.get("scale", 1.0), other.get("scale", 1.0)
    if one == second:
        return
    sentence = f"mask {other['name']} has scale {second}, this one {one}"
    why = [entry.get("scaled_by") or "" for entry in (other, mask)]
    if why[0] == why[1]:
        yield Finding(sentence)
    else:
        named = " and ".join(word for word in why if word)
        yield Mild(Finding(f"{sentence}, by {named}: they fit each other only at the temperature that this is for"))


def _same_box(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether two masks have the same extents on the part."""
    boxes = [
        (-box[2], box[1], -box[0], box[3]) if mask.get("mirrored") else tuple(box)
        for mask, box in ((one, one["bbox"]), (other, other["bbox"]))
    ]
    return all(abs(a - b) <= _ROUNDING for a, b in zip(*boxes, strict=True))


PLATE = (
    Item("V21", "inside the write area, in the middle", "what stands beside it is not written", "error", extents),
    Item("V22", "extents as declared", "shops centre data by its extents: a stray shape moves all", "error", declared),
    Item("V23", "alignment marks", "without them no mask is laid over another", "error", alignment),
    Item("V24", "title", "plates are told apart by what is written on them", "warning", title),
    Item("V25", "CD feature", "a width that nobody can find is not measured", "error", critical),
    Item("V26", "tone and reading sense", "a plate that is mirrored or inverted is made twice", "error", stated),
    Item("V27", "one set", "masks of different scale or extents never align", "error", as_set),
)  # fmt: skip
