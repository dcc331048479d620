"""Views: which part of a section a picture shows, and how much its heights are exaggerated."""

from collections.abc import Iterator, Sequence
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


def details(section: Section, *, shape: float) -> dict[int, Detail]:
    """Return the window around one edge for the number of each stage: the same as long as one part is worked on.

    Parameters
    ----------
    shape
        Height of the window on the page per its width.
    """
    groups: list[list[Stage]] = []
    for stage in section.stages:
        if stage.part.base != stage.before.base or not groups:
            groups.append([])
        groups[-1].append(stage)
    return {stage.number: found for group in groups for found in [_detail(group, section, shape)] for stage in group}


def _detail(group: Sequence[Stage], section: Section, shape: float) -> Detail:
    """Return the window around an edge that some stages shape."""
    low, high = _range(group)
    left, right = section.cut.span
    features = max(high - low, 1.0) * _ROOM
    width = max(_LEAST, min(_widest_offset(group, section) * 5, _MOST * (right - left)), features / shape)
    width = min(width, right - left)
    fitting = [factor for factor in EXAGGERATIONS if factor * features <= width * shape * (1 + 1e-9)]
    exaggeration = float(max(fitting, default=width * shape / features))
    middle, span = (low + high) / 2, width * shape / exaggeration
    centre = min(max(_focus(group, section), left + width / 2), right - width / 2)
    return Detail((centre - width / 2, middle - span / 2, centre + width / 2, middle + span / 2), exaggeration)


def _range(group: Sequence[Stage]) -> tuple[float, float]:
    """Return between which heights the steps that shape details change anything, or else any step [µm]."""
    shaping = [stage for stage in group if stage.changed and stage.step.step in SHAPING]
    changing = [stage for stage in group if stage.changed and stage.step.step not in ("start", "mount")]
    box = regions.box_around(regions.box_of(region) for stage in shaping or changing for region in _changes(stage))
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


def _widest_offset(group: Sequence[Stage], section: Section) -> float:
    """Return the longest undercut or overgrowth of some stages [µm]."""
    values = [
        section.setting.value(getattr(stage.step, name))
        for stage in group
        if stage.changed
        for name in ("undercut", "overgrowth")
        if hasattr(stage.step, name)
    ]
    return max(values, default=0.0)


def _focus(group: Sequence[Stage], section: Section) -> float:
    """Return where along the cut a detail looks: the edge of a pad that faces the middle, or of a mask."""
    plan, cut = section.setting.plan, section.cut
    masks = [str(mask) for stage in group if (mask := getattr(stage.step, "mask", None))]
    has_leads = any("LEAD_BUILT" in stage.step.makes for stage in group)
    for name in (*([] if has_leads else ["PAD"]), *masks):
        if name in plan.layers and len(spans := cut.spans(plan.layers[name])):
            edges = spans[0, 1] if name == "PAD" else _inner(spans, cut.span)
            if cut.span[0] < edges < cut.span[1]:
                return float(edges)
    return (cut.span[0] + cut.span[1]) / 2


def _inner(spans: Spans, ends: tuple[float, float]) -> float:
    """Return the first edge that is no end of the cut."""
    edges = [edge for edge in spans.ravel().tolist() if ends[0] + 1e-3 < edge < ends[1] - 1e-3]
    return edges[0] if edges else ends[0]
