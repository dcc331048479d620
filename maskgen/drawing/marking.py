"""Marking: fiducials, alignment marks, corner squares, the letter F, title and barcode, at the border of a plate."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from maskgen.drawing.placement import corners_and_sides, plate_outline
from maskgen.errors import Problem, ProblemsError
from maskgen.geometry import barcode, lettering, marks, regions
from maskgen.geometry.regions import Region
from maskgen.package import Mark, Marking
from maskgen.spec.marks import Barcode, Marks, Places, Title
from maskgen.spec.plate import Plate

_CLEAR = 250.0
"""Free space around marks other than fiducials [µm]."""
_WAFER_INSET = 2500.0
"""From the usable edge of a wafer to the middle of its marks [µm]."""


def mark(wanted: Marks, plate: Plate, name: str, masks: Sequence[str], *, grid: float) -> Marking:
    """Return the marks of a plate.

    Parameters
    ----------
    name
        Title of the set where the spec gives none.
    masks
        Names of the masks, which their titles end with.
    grid
        Mask grid [µm]: letters are made to lie on it.

    Raises
    ------
    ProblemsError
        If something does not fit into the border of the plate.
    """
    places = _places(plate)
    shapes: list[tuple[Mark, Region, float]] = []
    for number, fiducial in enumerate(wanted.fiducials or []):
        shape = marks.fiducial(fiducial.kind, fiducial.size, tolerance=regions.ARC_TOLERANCE)
        clear = marks.clear_zone(fiducial.kind, fiducial.size) - fiducial.size / 2
        key = ("marks", "fiducials", number)
        shapes += [
            (Mark(fiducial.kind, x, y, fiducial.size), regions.move(shape, x, y), clear)
            for x, y in _points(fiducial.at, places, fiducial.size, plate, key)
        ]
    if wanted.alignment is not None:
        size = wanted.alignment.size
        shapes += [
            (Mark("alignment", x, y, size), regions.move(marks.alignment(size), x, y), _CLEAR)
            for x, y in _points(wanted.alignment.at, places, size, plate, ("marks", "alignment"))
        ]
    shapes += _corner_squares(wanted.corners, plate)
    titles, top = _titles(wanted, plate, name, masks, grid=grid)
    shapes += top
    codes, code_box = _codes(wanted.barcode, plate, name, masks, grid=grid)
    everything = [*shapes, *code_box]
    _require_on_plate(everything, plate)
    _require_apart(everything)
    zones = [shape.envelope.buffer(clear, join_style="mitre") for _, shape, clear in everything]
    zones += [shape.envelope.buffer(_CLEAR, join_style="mitre") for shape in titles.values() if not shape.is_empty]
    shared = regions.merge(shape for _, shape, _ in shapes)
    return Marking(shared, titles, regions.merge(zones), tuple(found for found, _, _ in everything), codes)


def _places(plate: Plate) -> dict[str, NDArray[np.float64]]:
    """Return where marks stand by default: in the middle of the border, or just inside a wafer's edge."""
    left, bottom, right, top = regions.box_of(plate_outline(plate))
    if plate.wafer is not None:
        inset = plate.wafer.edge + _WAFER_INSET
        radius = float(np.round((plate.wafer.diameter / 2 - inset) / np.sqrt(2)))
        # All sides keep as clear of the edge as the one with the flat must, so that the middle of the data is the
        # wafer's; in whole µm, which any grid of masks has.
        nearest = float(np.floor(min(-left, -bottom, right, top) - inset))
        return {
            "corners": corners_and_sides((-radius, -radius, radius, radius))["corners"],
            "sides": corners_and_sides((-nearest, -nearest, nearest, nearest))["sides"],
        }
    inset = plate.border / 2
    return corners_and_sides((left + inset, bottom + inset, right - inset, top - inset))


def _points(
    at: Places, places: dict[str, NDArray[np.float64]], size: float, plate: Plate, key: tuple[str | int, ...]
) -> list[tuple[float, float]]:
    """Return the middles of a set of marks."""
    if not isinstance(at, str):
        return list(at)
    if plate.wafer is None and size > plate.border:
        sentence = f"{size:g} um do not fit into a border of {plate.border:g} um: widen plate.border, or say 'none'"
        raise ProblemsError([Problem(key, sentence)])
    return [(float(x), float(y)) for x, y in places[at]]


def _corner_squares(size: float | None, plate: Plate) -> list[tuple[Mark, Region, float]]:
    """Return squares flush with the corners of a rectangular plate, which fix the extents of every file."""
    if size is None or plate.wafer is not None or plate.border == 0:
        return []
    left, bottom, right, top = regions.box_of(plate_outline(plate))
    half = size / 2
    middles = corners_and_sides((left + half, bottom + half, right - half, top - half))["corners"].tolist()
    return [(Mark("corner", x, y, size), regions.move(marks.corner_square(size), x, y), 0.0) for x, y in middles]


def _titles(
    wanted: Marks, plate: Plate, name: str, masks: Sequence[str], *, grid: float
) -> tuple[dict[str, Region], list[tuple[Mark, Region, float]]]:
    """Return the titles of all masks, and the letter F that stands left of them."""
    title, reading = wanted.title, wanted.reading
    if title is None and reading is None:
        return {}, []
    height = max(title.height if title else 0.0, reading or 0.0)
    x, y, room = _title_line(plate, height)
    found: list[tuple[Mark, Region, float]] = []
    if reading is not None:
        letter = marks.letter_f(reading)
        left, bottom, right, top = regions.box_of(letter)
        middle = x + (right - left) / 2
        found.append((Mark("F", middle, y, reading), regions.move(letter, x - left, y - (bottom + top) / 2), _CLEAR))
        x, room = x + (right - left) + height, room - (right - left) - height
    if title is None:
        return {}, found
    texts = {mask: f"{_text(title, name)} {mask}" for mask in masks}
    return {mask: _title(text, title.height, (x, y), room=room, grid=grid) for mask, text in texts.items()}, found


def _title_line(plate: Plate, height: float) -> tuple[float, float, float]:
    """Return where the line of a title begins, its middle height, and how long it may be [µm]."""
    left, _, right, top = regions.box_of(plate_outline(plate))
    if plate.wafer is None:
        if height > plate.border:
            room = f"a border of {plate.border:g} um"
            sentence = f"a title of {height:g} um does not fit into {room}: widen plate.border, or say 'none'"
            raise ProblemsError([Problem(("marks", "title"), sentence)])
        x = left + 2 * plate.border
        return x, top - plate.border / 2, (right - left) / 2 - plate.border * 3
    radius = plate.wafer.diameter / 2 - plate.wafer.edge
    y = radius - _WAFER_INSET * 2 - 2 * height
    farthest = max(abs(y + height), abs(y - height))
    if farthest >= radius:
        sentence = f"a title of {height:g} um does not fit on a wafer of {plate.wafer.diameter:g} um, or say 'none'"
        raise ProblemsError([Problem(("marks", "title"), sentence)])
    half = float(np.sqrt(radius**2 - farthest**2)) * 0.9
    return round(-half), round(y), 2 * half


def _text(title: Title, name: str) -> str:
    """Return the words of a title before the name of the mask."""
    parts = [title.text or name, f"REV {title.revision}" if title.revision else "", title.date or ""]
    return " ".join(part for part in parts if part)


def _title(text: str, height: float, at: tuple[float, float], *, room: float, grid: float) -> Region:
    """Return one title, made smaller where it would be longer than its room."""
    try:
        width = lettering.width(text, height)
        wanted = height if width <= room else height * room / width
        fitting = lettering.height_on_grid(wanted, grid)
        if fitting > wanted:
            fitting = lettering.height_on_grid(wanted - lettering.LATTICE * grid, grid)
        letters = lettering.text(text, fitting)
    except ValueError as error:
        raise ProblemsError([Problem(("marks", "title"), str(error))]) from None
    return regions.move(letters, regions.to_grid(at[0], grid), regions.to_grid(at[1] - fitting / 2, grid))


def _codes(
    wanted: Barcode | None, plate: Plate, name: str, masks: Sequence[str], *, grid: float
) -> tuple[dict[str, Region], list[tuple[Mark, Region, float]]]:
    """Return the barcode of each mask, and the box that holds any of them."""
    if wanted is None or not masks:
        return {}, []
    module = max(regions.to_grid(wanted.module, 2 * grid), 2 * grid)
    try:
        found = {mask: barcode.data_matrix(f"{wanted.text or name} {mask}", module) for mask in masks}
    except ValueError as error:
        raise ProblemsError([Problem(("marks", "barcode"), str(error))]) from None
    size = max(regions.box_of(code)[2] - regions.box_of(code)[0] for code in found.values())
    x, y = _code_place(plate, size + 2 * module, grid=grid)
    box = regions.move(marks.corner_square(size), x, y)
    placed = {mask: regions.move(code, x, y) for mask, code in found.items()}
    return placed, [(Mark("barcode", x, y, round(size, 6)), box, max(_CLEAR, 2 * module))]


def _code_place(plate: Plate, size: float, *, grid: float) -> tuple[float, float]:
    """Return the middle of the barcode: in the right half of the upper border, or at the lower edge of a wafer."""
    left, _, right, top = regions.box_of(plate_outline(plate))
    if plate.wafer is not None:
        return 0.0, -float(round(plate.wafer.diameter / 2 - plate.wafer.edge - 2 * _WAFER_INSET - size))
    if size > plate.border:
        sentence = f"{size:g} um with its quiet zone do not fit into a border of {plate.border:g} um"
        raise ProblemsError([Problem(("marks", "barcode"), f"{sentence}: widen plate.border, or make modules smaller")])
    x, y = left + (right - left) * 3 / 4, top - plate.border / 2
    return regions.to_grid(x, grid), regions.to_grid(y, grid)


def _require_on_plate(shapes: list[tuple[Mark, Region, float]], plate: Plate) -> None:
    """Refuse marks beyond the border of the plate."""
    outline = plate_outline(plate)
    problems = [
        Problem(("marks",), f"{mark.kind} of {mark.size:g} um at ({mark.x:g}, {mark.y:g}) um is not on the plate")
        for mark, shape, _ in shapes
        if not outline.covers(shape)
    ]
    if problems:
        raise ProblemsError(problems)


def _require_apart(shapes: list[tuple[Mark, Region, float]]) -> None:
    """Refuse marks that run into each other."""
    outlines = np.array([shape for _, shape, _ in shapes], dtype=object)
    if not len(outlines):
        return
    for index, other_index in shapely.STRtree(outlines).query(outlines, predicate="intersects").T.tolist():
        if index < other_index:
            one, other = shapes[index][0], shapes[other_index][0]
            sentence = f"{one.kind} and {other.kind} at ({other.x:g}, {other.y:g}) um overlap"
            raise ProblemsError([Problem(("marks",), sentence)])
