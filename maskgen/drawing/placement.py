"""Placement: the plate's outline, the field that is worked on, and the sites on it."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from maskgen.errors import Problem, ProblemsError
from maskgen.geometry import arrays, regions, shapes
from maskgen.geometry.arrays import Array, Axis, Grid
from maskgen.geometry.regions import Region
from maskgen.spec.plate import Cathode, Plate, Sites, Wafer

COORDINATE_LIMIT = 2_147_483.647
"""Largest coordinate [µm] that a GDSII file of 1 nm holds."""

_SITE_LIMIT = 25_000_000
_TINY = 1e-6


@dataclass(frozen=True, eq=False)
class Placement:
    """A plate and its sites.

    Parameters
    ----------
    outline
        The whole plate.
    field
        What is etched, plated and covered: the plate without its border and without the zones of marks.
    cathode
        Bare base for the plating clip; empty without one.
    """

    outline: Region
    field: Region
    cathode: Region
    array: Array


def place(plate: Plate, sites: Sites, body: tuple[float, float], *, zones: Region, grid: float) -> Placement:
    """Return the sites of a plate.

    Parameters
    ----------
    body
        Width and height of one package [µm].
    zones
        Kept free for marks: no site stands there, and the field leaves it out.
    grid
        Grid [µm] on which every site centre must lie.

    Raises
    ------
    ProblemsError
        If nothing fits, or something does not lie on the grid or within GDSII's range.
    """
    outline = plate_outline(plate)
    pitch = sites.pitch or (body[0] + sites.lane_width, body[1] + sites.lane_width)
    _require_room(sites, body, pitch, grid)
    field = regions.areal(_field(plate, outline).difference(zones))
    cathode = _cathode(plate.cathode, field) if plate.cathode else regions.EMPTY
    free = regions.areal(_usable(plate, field).difference(cathode))
    array = _blocks(plate, sites, pitch, free, grid)
    array = _occupied(array, sites, free, plate)
    _require_range(outline, array)
    return Placement(outline, field, cathode, array)


def lane(cell: Region, kerf: float) -> Region:
    """Return the lane around a site: as wide as the kerf [µm], along the border of its cell."""
    outer = cell.buffer(kerf / 2, join_style="mitre")
    return regions.areal(outer.difference(cell.buffer(-kerf / 2, join_style="mitre")))


def plate_outline(plate: Plate) -> Region:
    """Return the outline of a plate, centred on the origin."""
    if plate.wafer is not None:
        wafer = plate.wafer
        return _wafer(wafer)
    width, height = plate.rectangle or (plate.strip.size if plate.strip else (0.0, 0.0))
    return shapes.rectangle(width, height)


def _wafer(wafer: Wafer) -> Region:
    """Return the outline of a wafer."""
    flat, notch = (0.0, 0.0) if wafer.orientation == "none" else (wafer.flat, None)
    if wafer.orientation == "flat" and flat is None:
        flat = shapes.FLATS.get(wafer.diameter)
    if wafer.orientation == "notch":
        flat, notch = 0.0, shapes.NOTCHES.get(wafer.diameter, 1000.0)
    try:
        return shapes.wafer(wafer.diameter, flat=flat, notch=notch, tolerance=10 * regions.ARC_TOLERANCE)
    except ValueError as error:
        raise ProblemsError([Problem(("plate", "wafer"), str(error))]) from None


def _field(plate: Plate, outline: Region) -> Region:
    """Return what is worked on: a wafer to its very edge, a plate to its border."""
    if plate.wafer is not None or plate.border == 0:
        return outline
    return regions.areal(outline.buffer(-plate.border, join_style="mitre"))


def _usable(plate: Plate, field: Region) -> Region:
    """Return where sites may stand: not within the edge exclusion of a wafer."""
    return regions.shrink(field, plate.wafer.edge) if plate.wafer is not None and plate.wafer.edge else field


def _cathode(cathode: Cathode, field: Region) -> Region:
    """Return the bare area at one side of the field."""
    left, bottom, right, top = regions.box_of(field)
    x, y, along, across = (left + right) / 2, (bottom + top) / 2, cathode.length / 2, cathode.width
    box = {
        "left": (left, y - along, left + across, y + along),
        "right": (right - across, y - along, right, y + along),
        "bottom": (x - along, bottom, x + along, bottom + across),
        "top": (x - along, top - across, x + along, top),
    }[cathode.side]
    if not field.covers(shapely.box(*box)):
        size = f"{box[2] - box[0]:g} x {box[3] - box[1]:g} um"
        room = f"the field of {right - left:g} x {top - bottom:g} um, marks left out"
        raise ProblemsError([Problem(("plate", "cathode"), f"{size} do not lie within {room}: make it smaller")])
    return shapely.box(*box)


def _require_room(sites: Sites, body: tuple[float, float], pitch: tuple[float, float], grid: float) -> None:
    """Refuse a pitch that is too small for the body and its lane, or off the grid."""
    problems = []
    for axis, size, step in zip("xy", body, pitch, strict=True):
        if step < size + sites.lane_width - _TINY:
            needed = f"a body of {size:g} um and a lane of {sites.lane_width:g} um"
            sentence = f"{axis} pitch of {step:g} um has no room for {needed}"
            problems.append(Problem(("array", "pitch"), sentence))
        if abs(step / grid - round(step / grid)) > 1e-6:
            key = ("array", "pitch") if sites.pitch else ("body", "size")
            problems.append(
                Problem(key, f"{axis} pitch of {step:g} um is not a multiple of the mask grid of {grid:g} um")
            )
    if abs(sites.stagger / grid - round(sites.stagger / grid)) > 1e-6:
        problems.append(
            Problem(("array", "stagger"), f"{sites.stagger:g} um is not a multiple of the grid of {grid:g} um")
        )
    if abs(sites.stagger) > pitch[0] / 2 + _TINY:
        problems.append(Problem(("array", "stagger"), f"must be at most half a pitch, {pitch[0] / 2:g} um"))
    if problems:
        raise ProblemsError(problems)


def _blocks(plate: Plate, sites: Sites, pitch: tuple[float, float], free: Region, grid: float) -> Array:
    """Return all places of the array, occupied or not."""
    if free.is_empty:
        key = "wafer" if plate.wafer is not None else "border"
        raise ProblemsError([Problem(("plate", key), "no room is left for sites")])
    left, bottom, right, top = regions.box_of(free)
    blocks = plate.strip.blocks if plate.strip else 1
    gap = plate.strip.gap if plate.strip else 0.0
    width = (right - left - (blocks - 1) * gap) / blocks - abs(sites.stagger)
    columns = _count("columns", sites.columns, width, pitch[0])
    rows = _count("rows", sites.rows, top - bottom, pitch[1])
    if columns * blocks * rows > _SITE_LIMIT:
        raise ProblemsError([Problem(("array",), f"{columns * blocks * rows} sites; at most {_SITE_LIMIT} are made")])
    x = (left + right) / 2 - sites.stagger / 2
    across = _axis(columns, pitch[0], x, grid, blocks=blocks, gap=gap)
    along = _axis(rows, pitch[1], (bottom + top) / 2, grid)
    occupied = np.tile(_is_site(columns, blocks, len(across)), (len(along), 1))
    return Array(across, along, occupied, sites.stagger)


def _count(key: str, wanted: int | str, room: float, pitch: float) -> int:
    """Return how many sites stand along one axis."""
    fits = int((room + _TINY) / pitch)
    if wanted == "fit" and fits < 1:
        raise ProblemsError([Problem(("array", key), f"no site of {pitch:g} um fits in {max(room, 0):g} um")])
    if isinstance(wanted, int) and wanted < 1:
        raise ProblemsError([Problem(("array", key), f"must be at least 1, got {wanted}")])
    if isinstance(wanted, int) and wanted > fits:
        sentence = f"{wanted} sites of {pitch:g} um need {wanted * pitch:g} um, the plate has {max(room, 0):g} um"
        raise ProblemsError([Problem(("array", key), sentence)])
    return wanted if isinstance(wanted, int) else fits


def _axis(count: int, pitch: float, middle: float, grid: float, *, blocks: int = 1, gap: float = 0.0) -> Axis:
    """Return an axis centred on `middle`: blocks of equal cells, each gap between two blocks one vacant cell."""
    low = -regions.to_grid(pitch / 2, grid)
    sizes = [pitch] * count
    for _ in range(blocks - 1):
        sizes += [regions.to_grid(gap, grid), *[pitch] * count]
    borders = np.concatenate([[0.0], np.cumsum(sizes)])
    borders = np.round(borders + regions.to_grid(middle - borders[-1] / 2, grid), 6)
    centres = np.round(borders[:-1] - np.where(np.array(sizes) == pitch, low, 0.0), 6)
    return Axis(centres, np.round(borders[:-1] - centres, 6), np.round(borders[1:] - centres, 6))


def _is_site(count: int, blocks: int, places: int) -> Grid:
    """Return which places along x are sites and not gaps between blocks."""
    sites = np.ones(places, dtype=bool)
    sites[[count + number * (count + 1) for number in range(blocks - 1)]] = False
    return sites


def _occupied(array: Array, sites: Sites, free: Region, plate: Plate) -> Array:
    """Return the array without the sites that are skipped or not wholly on the field."""
    occupied = array.occupied & _whole_cells(array, free)
    for number, entry in enumerate(sites.skip):
        columns, rows = _skipped(entry, number)
        inside = occupied.shape[0] > max(rows) and occupied.shape[1] > max(columns)
        if not inside:
            sentence = f"the array has {occupied.shape[1]} columns and {occupied.shape[0]} rows, counted from 0"
            raise ProblemsError([Problem(("array", "skip", number), sentence)])
        occupied[np.ix_(rows, columns)] = False
    if not occupied.any():
        raise ProblemsError([Problem(("array",), f"no site is left on the {'wafer' if plate.wafer else 'plate'}")])
    return Array(array.columns, array.rows, occupied, array.stagger)


def _whole_cells(array: Array, free: Region) -> Grid:
    """Return the places whose cell lies wholly on a region."""
    everywhere = shapely.box(*array.box)
    if free.covers(everywhere):
        return np.ones(array.occupied.shape, dtype=bool)
    whole = arrays.covered(array, free)
    crossed = arrays.seen(array, free, 0.0) & whole
    rows, columns = np.nonzero(crossed)
    centres = array.centres(crossed)
    across, along = array.columns, array.rows
    cells = shapely.box(
        centres[:, 0] + across.low[columns] + _TINY,
        centres[:, 1] + along.low[rows] + _TINY,
        centres[:, 0] + across.high[columns] - _TINY,
        centres[:, 1] + along.high[rows] - _TINY,
    )
    whole[crossed] = shapely.covers(free, cells)
    return whole


def _skipped(entry: tuple[int, int] | str, number: int) -> tuple[list[int], list[int]]:
    """Return the columns and rows that one entry of `skip` names."""
    if not isinstance(entry, str):
        return [entry[0]], [entry[1]]
    parts = entry.split(",")
    if len(parts) != 2:
        raise ProblemsError(
            [Problem(("array", "skip", number), f"expected 'COLUMNS, ROWS' such as '3-7, 2', got {entry!r}")]
        )
    return _range(parts[0], number), _range(parts[1], number)


def _range(text: str, number: int) -> list[int]:
    """Return the numbers of a range such as ``3-7``."""
    ends = [part.strip() for part in text.split("-")]
    if (
        not all(part.isdecimal() and part.isascii() and len(part) < 7 for part in ends)
        or len(ends) > 2
        or int(ends[-1]) < int(ends[0])
    ):
        raise ProblemsError(
            [Problem(("array", "skip", number), f"expected a number or a range such as 3-7, got {text.strip()!r}")]
        )
    return list(range(int(ends[0]), int(ends[-1]) + 1))


def _require_range(outline: Region, array: Array) -> None:
    """Refuse a plate whose coordinates GDSII cannot hold."""
    farthest = max(abs(value) for value in (*regions.box_of(outline), *array.box))
    if farthest > COORDINATE_LIMIT:
        sentence = f"reaches {farthest / 1e6:.3f} m from its centre; GDSII holds 2.147 m at a unit of 1 nm"
        raise ProblemsError([Problem(("plate",), sentence)])


def corners_and_sides(box: tuple[float, float, float, float]) -> dict[str, NDArray[np.float64]]:
    """Return the four corners and the four side middles of a box, from the lower left, counter-clockwise."""
    left, bottom, right, top = box
    x, y = (left + right) / 2, (bottom + top) / 2
    return {
        "corners": np.array([[left, bottom], [right, bottom], [right, top], [left, top]]),
        "sides": np.array([[x, bottom], [right, y], [x, top], [left, y]]),
    }
