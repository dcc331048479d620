"""Views: which part of a section a picture shows, and how much its heights are exaggerated."""

from collections.abc import Iterator
from dataclasses import dataclass

from maskgen.geometry import regions
from maskgen.geometry.regions import Box, Region
from maskgen.sections.part import TOUCH, Part
from maskgen.sections.plan import Spans
from maskgen.sections.run import Section, Stage

EXAGGERATIONS = (1, 2, 5, 10, 20, 50, 100, 200)
SHAPING = frozenset(
    {"coat", "laminate", "deposit", "pattern", "etch", "fill", "plate", "strip", "ablate", "mill", "stamp"}
)
"""Steps that make the details which a window onto one edge is for."""

_ROOM = 1.35
"""How much more than the features themselves a detail shows."""
_LEAST, _MOST = 60.0, 0.3
"""Narrowest detail [µm], and widest as a share of the cut."""


@dataclass(frozen=True)
class View:
    """A window onto a section, on a page.

    Parameters
    ----------
    box
        Left, low, right, high in the section [µm].
    x, y, width
        Upper left corner and width on the page [px].
    exaggeration
        How many times heights are drawn larger than widths.
    """

    box: Box
    x: float
    y: float
    width: float
    exaggeration: float

    @property
    def scale(self) -> float:
        """Return px for each µm sideways."""
        return self.width / (self.box[2] - self.box[0])

    @property
    def height(self) -> float:
        """Return the height on the page [px]."""
        return (self.box[3] - self.box[1]) * self.scale * self.exaggeration

    def put(self, x: float, z: float) -> tuple[float, float]:
        """Return where a point of the section lies on the page."""
        return self.x + (x - self.box[0]) * self.scale, self.y + (self.box[3] - z) * self.scale * self.exaggeration


def whole(stage: Stage, section: Section, *, x: float, y: float, width: float, height: float) -> View:
    """Return the view of a whole cut, exaggerated as far as a height [px] allows; a thick base is cut off below.

    A part that is higher than that is drawn true, and smaller.
    """
    left, right = section.cut.span
    low, high = interest(stage.part)
    room = 0.25 * (high - low) + 0.004 * (right - left)
    low, high = max(low - 2 * room, stage.part.heights[0] - room), high + room
    scale = width / (right - left)
    fitting = [factor for factor in EXAGGERATIONS if (high - low) * scale * factor <= height]
    if not fitting:
        width = height / (high - low) * (right - left)
    return View((left, low, right, high), x, y, width, float(max(fitting, default=1)))


def interest(part: Part) -> tuple[float, float]:
    """Return between which heights a part has more than its plain base [µm]."""
    low, high = part.heights
    if not part.has(part.base):
        return low, high
    others = part.dropped([part.base])
    floor = min([others.heights[0]] if others.solids else [high], default=high)
    surface = part.exposed()
    ground = high if surface.is_empty else regions.box_of(surface)[1]
    return min(floor, ground, high), high


@dataclass(frozen=True)
class Detail:
    """The window that all details of a section show: its box [µm] and its exaggeration."""

    box: Box
    exaggeration: float


def detail(section: Section, *, shape: float) -> Detail:
    """Return the window around one edge, the same in all stages.

    Parameters
    ----------
    shape
        Height of the window on the page per its width.
    """
    low, high = _range(section)
    left, right = section.cut.span
    features = max(high - low, 1.0) * _ROOM
    width = max(_LEAST, min(_widest_offset(section) * 5, _MOST * (right - left)), features / shape)
    width = min(width, right - left)
    fitting = [factor for factor in EXAGGERATIONS if factor * features <= width * shape * (1 + 1e-9)]
    exaggeration = float(max(fitting, default=width * shape / features))
    middle, span = (low + high) / 2, width * shape / exaggeration
    centre = min(max(focus(section), left + width / 2), right - width / 2)
    return Detail((centre - width / 2, middle - span / 2, centre + width / 2, middle + span / 2), exaggeration)


def _range(section: Section) -> tuple[float, float]:
    """Return between which heights the steps that shape details change anything [µm]."""
    shaping = [stage for stage in section.shown if stage.step.step in SHAPING]
    box = regions.box_around(regions.box_of(region) for stage in shaping for region in _changes(stage))
    return (box[1], box[3]) if box else (-1.0, 1.0)


def _changes(stage: Stage) -> Iterator[Region]:
    """Yield what each material gained or lost."""
    one, other = stage.before.solids, stage.part.solids
    for name in one.keys() | other.keys():
        before, after = one.get(name, regions.EMPTY), other.get(name, regions.EMPTY)
        if before is not after:
            changed = regions.shrink(regions.areal(before.symmetric_difference(after)), TOUCH)
            if not changed.is_empty:
                yield changed


def _widest_offset(section: Section) -> float:
    """Return the longest undercut or overgrowth of the flow [µm]."""
    values = [
        section.setting.value(getattr(stage.step, name))
        for stage in section.shown
        for name in ("undercut", "overgrowth")
        if hasattr(stage.step, name)
    ]
    return max(values, default=0.0)


def focus(section: Section) -> float:
    """Return where along the cut a detail looks: the edge of a pad that faces the middle, or of a mask."""
    plan, cut = section.setting.plan, section.cut
    masks = [mask.name for mask in section.setting.process.masks]
    for name in ("PAD", *masks):
        if name in plan.layers and len(spans := cut.spans(plan.layers[name])):
            edges = spans[0, 1] if name == "PAD" else _inner(spans, cut.span)
            if cut.span[0] < edges < cut.span[1]:
                return float(edges)
    return (cut.span[0] + cut.span[1]) / 2


def _inner(spans: Spans, ends: tuple[float, float]) -> float:
    """Return the first edge that is no end of the cut."""
    edges = [edge for edge in spans.ravel().tolist() if ends[0] + 1e-3 < edge < ends[1] - 1e-3]
    return edges[0] if edges else ends[0]
