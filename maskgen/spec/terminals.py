"""Terminals: outlines of pads or contacts, generated as rings, rows and grids, or listed one by one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StrictBool, StrictFloat, model_validator

from maskgen.geometry import regions, shapes
from maskgen.geometry.regions import Region
from maskgen.source import shown
from maskgen.spec.fields import Count, Group, Name, NotNegative, Point, Positive, Size

Side = Literal["left", "bottom", "right", "top"]
SIDES: tuple[Side, ...] = ("left", "bottom", "right", "top")
"""Sides in the order of pin numbers: from the upper left corner, counter-clockwise seen from above."""

MOST_TERMINALS = 10_000
"""Pads of a package, or contacts of a die, that are made."""

_ROW_LETTERS = "ABCDEFGHJKLMNPRTUVWY"
"""Letters of grid rows: I, O, Q, S, X and Z are left out, as in JEDEC 95."""


@dataclass(frozen=True)
class Terminal:
    """One pad or contact: its name, its outline in the frame of its package or die, its net if known."""

    name: str
    outline: Region
    net: str | None = None

    @property
    def centre(self) -> tuple[float, float]:
        """Return the middle (x, y) [µm] of its box."""
        left, bottom, right, top = regions.box_of(self.outline)
        return (left + right) / 2, (bottom + top) / 2


class Form(Group):
    """The outline of a terminal."""

    shape: Literal["circle", "square", "rectangle", "rounded", "obround", "octagon", "triangle", "polygon"] = Field(
        "rectangle", description="Kind of outline"
    )
    size: Size | None = Field(None, description="Width and length [um]; one number for equal sides or a diameter")
    radius: Positive | None = Field(None, description="Corner radius of a rounded outline [um]")
    points: list[Point] | None = Field(None, description="Corners of a polygon about its centre [um]")

    @model_validator(mode="after")
    def _complete(self) -> "Form":
        if self.shape == "polygon":
            if self.points is None:
                raise ValueError("a polygon needs points")
            shapes.polygon(self.points)
        elif self.size is None:
            raise ValueError(f"a {self.shape} needs a size")
        if self.shape == "rounded" and self.radius is None:
            raise ValueError("a rounded outline needs a radius")
        if self.shape != "rounded" and self.radius is not None:
            raise ValueError("a radius goes with 'shape: rounded'")
        self.outline()
        return self

    def outline(self) -> Region:
        """Return the outline around the origin: width along x, length along y."""
        if self.shape == "polygon":
            return shapes.polygon(self.points or [])
        width, height = self.size or (0.0, 0.0)
        arc = regions.ARC_TOLERANCE
        drawn = {
            "circle": lambda: shapes.circle(width, tolerance=arc),
            "rounded": lambda: shapes.rounded_rectangle(width, height, self.radius or 0.0, tolerance=arc),
            "obround": lambda: shapes.obround(width, height, tolerance=arc),
            "octagon": lambda: shapes.octagon(width, height),
            "triangle": lambda: shapes.triangle(width, height),
        }
        return drawn.get(self.shape, lambda: shapes.rectangle(width, height))()


def _require_few(count: int) -> None:
    """Refuse more terminals than anybody means."""
    if count > MOST_TERMINALS:
        raise ValueError(f"{count} terminals; at most {MOST_TERMINALS} are made")


def _four(value: object) -> object:
    """Return one count as equal counts on four sides."""
    if isinstance(value, int) and not isinstance(value, bool):
        if value % 4:
            raise ValueError(f"must be a multiple of 4 or four counts [left, bottom, right, top], got {value}")
        return [value // 4] * 4
    if not isinstance(value, list | tuple):
        raise ValueError(f"must be a multiple of 4 or four counts [left, bottom, right, top], got {shown(value)}")
    return value


class Ring(Form):
    """Terminals along the four sides, numbered from the upper left corner, counter-clockwise seen from above."""

    count: Annotated[
        tuple[Count, Count, Count, Count],
        BeforeValidator(_four, json_schema_input_type=int | list[int]),
        Field(description="How many in all, or [left, bottom, right, top]"),
    ]
    pitch: Positive = Field(description="Centre to centre along a side [um]")
    inset: NotNegative = Field(0.0, description="From the border to the outer end of each terminal [um]")

    def outlines(self, border: tuple[float, float]) -> Iterator[Region]:
        """Yield the outlines along a border of a width and height [µm]."""
        for side, count in zip(SIDES, self.count, strict=True):
            yield from _row(self.outline(), side, _spread(count, self.pitch, 0.0), border, self.inset)


class Row(Form):
    """Terminals in one row along one side; several make dual or staggered rows."""

    side: Side = Field(description="Border along which the row lies")
    count: Count = Field(description="How many")
    pitch: Positive = Field(description="Centre to centre [um]")
    inset: NotNegative = Field(0.0, description="From the border to the outer end of each terminal [um]")
    offset: StrictFloat = Field(0.0, description="Shift of the row along its side, in pitches (0.5 staggers it)")

    def outlines(self, border: tuple[float, float]) -> Iterator[Region]:
        """Yield the outlines along a border of a width and height [µm]."""
        along = _spread(self.count, self.pitch, self.offset)
        yield from _row(self.outline(), self.side, along, border, self.inset)


class Grid(Form):
    """An area array, named A1 at the upper left as on a ball grid."""

    columns: Count = Field(description="How many along x")
    rows: Count = Field(description="How many along y")
    pitch: Size = Field(description="Centre to centre along x and y [um]")
    empty_centre: tuple[Count, Count] | None = Field(None, description="Columns and rows left out in the middle")
    omit: list[Name] = Field(default_factory=list, description="Names of places left out, such as A1")
    stagger: StrictBool = Field(False, description="Whether every other row is shifted by half a pitch")

    @model_validator(mode="after")
    def _known_places(self) -> "Grid":
        _require_few(self.columns * self.rows)
        names = {name for name, _, _ in self._places()}
        unknown = [name for name in self.omit if name not in names]
        if unknown:
            raise ValueError(f"omit: no place is called {', '.join(unknown)}")
        return self

    def terminals(self) -> Iterator[Terminal]:
        """Yield the terminals about the origin, row by row from the upper left."""
        outline = self.outline()
        left_out = set(self.omit) | self._centre()
        for name, column, row in self._places():
            if name not in left_out:
                shift = 0.5 * (row % 2) - 0.25 if self.stagger else 0.0
                x = (column - (self.columns - 1) / 2 + shift) * self.pitch[0]
                y = ((self.rows - 1) / 2 - row) * self.pitch[1]
                yield Terminal(name, regions.move(outline, x, y))

    def _places(self) -> Iterator[tuple[str, int, int]]:
        for row in range(self.rows):
            for column in range(self.columns):
                yield f"{_letters(row)}{column + 1}", column, row

    def _centre(self) -> set[str]:
        if self.empty_centre is None:
            return set()
        columns, rows = self.empty_centre
        left, top = (self.columns - columns) / 2, (self.rows - rows) / 2
        return {
            name
            for name, column, row in self._places()
            if left <= column + 0.25 < left + columns and top <= row + 0.25 < top + rows
        }


class Listed(Form):
    """One terminal given by its place."""

    name: Name = Field(description="Its name")
    at: Point = Field(description="Centre (x, y) [um]")
    net: Name | None = Field(None, description="Its net, if it is known")


class Generated(Group):
    """Exactly one way of saying where terminals are."""

    ring: Ring | None = Field(None, description="Along the four sides")
    rows: list[Row] | None = Field(None, description="Rows along single sides")
    grid: Grid | None = Field(None, description="An area array")
    list_: list[Listed] | None = Field(None, alias="list", description="One by one")
    pin1: Form | None = Field(None, description="Outline of the first terminal, to tell it apart")

    @model_validator(mode="after")
    def _one_way(self) -> "Generated":
        given = [name for name in self.ways() if getattr(self, name) is not None]
        if len(given) != 1:
            wanted = ", ".join(name.rstrip("_") for name in self.ways())
            raise ValueError(f"needs exactly one of {wanted}; has {', '.join(given) or 'none'}")
        _require_few(sum(self.ring.count) if self.ring else sum(row.count for row in self.rows or []))
        return self

    @classmethod
    def ways(cls) -> tuple[str, ...]:
        """Return the keys of which exactly one must be given."""
        return "ring", "rows", "grid", "list_"

    def terminals(self, border: tuple[float, float]) -> list[Terminal]:
        """Return the terminals within a border of a width and height [µm], pin 1 first."""
        found = self._plain(border)
        if self.pin1 is not None and found:
            first = found[0]
            found[0] = Terminal(first.name, _like(first, self.pin1.outline(), self._turn(border, first)), first.net)
        return found

    def _plain(self, border: tuple[float, float]) -> list[Terminal]:
        if self.grid is not None:
            return list(self.grid.terminals())
        if self.list_ is not None:
            return [Terminal(t.name, regions.move(t.outline(), *t.at), t.net) for t in self.list_]
        lines: list[Ring | Row] = [self.ring] if self.ring is not None else [*(self.rows or [])]
        outlines = [outline for line in lines for outline in line.outlines(border)]
        return [Terminal(str(number), outline) for number, outline in enumerate(outlines, start=1)]

    def _turn(self, border: tuple[float, float], first: Terminal) -> float:
        """Return by how much the first terminal is turned from its drawn form [deg]."""
        lines = [self.ring] if self.ring is not None else self.rows or []
        if not lines:
            return 0.0
        x, y = first.centre
        return 90.0 if abs(x) / border[0] > abs(y) / border[1] else 0.0


def _like(first: Terminal, outline: Region, turn: float) -> Region:
    """Return an outline put where a terminal stands."""
    return regions.move(regions.turn(outline, turn), *first.centre)


def _spread(count: int, pitch: float, offset: float) -> list[float]:
    """Return positions along a side, centred, shifted by a number of pitches."""
    return [(number - (count - 1) / 2 + offset) * pitch for number in range(count)]


_DIRECTIONS: dict[Side, tuple[float, tuple[int, int]]] = {
    "left": (-90.0, (0, -1)),
    "bottom": (0.0, (1, 0)),
    "right": (90.0, (0, 1)),
    "top": (180.0, (-1, 0)),
}
"""For each side: the turn of a terminal drawn for the bottom [deg], and which way numbers run."""


def _row(
    outline: Region, side: Side, along: list[float], border: tuple[float, float], inset: float
) -> Iterator[Region]:
    """Yield copies of an outline along one side, its length pointing inwards."""
    turn, (dx, dy) = _DIRECTIONS[side]
    turned = regions.turn(outline, turn)
    left, bottom, right, top = regions.box_of(turned)
    width, height = border[0] / 2 - inset, border[1] / 2 - inset
    at = {
        "left": (-width - left, 0.0),
        "right": (width - right, 0.0),
        "bottom": (0.0, -height - bottom),
        "top": (0.0, height - top),
    }
    for position in along:
        yield regions.move(turned, at[side][0] + dx * position, at[side][1] + dy * position)


def _letters(row: int) -> str:
    """Return the letters of a grid row: A, B ... Y, AA, AB ..."""
    first, second = divmod(row, len(_ROW_LETTERS))
    return (_ROW_LETTERS[first - 1] if first else "") + _ROW_LETTERS[second]
