"""Pictures of sections as SVG: one stage on a page, and all stages of a cut on one strip."""

import math
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from html import escape

import numpy as np
import shapely

from maskgen.geometry import regions
from maskgen.geometry.regions import Box, Region
from maskgen.sections.assembly import DIE
from maskgen.sections.captions import caption
from maskgen.sections.dimensions import BODY, Dimension, dimensions
from maskgen.sections.run import Section, Stage
from maskgen.sections.setting import Setting
from maskgen.sections.views import Detail, View, details, whole

_WIDTH, _EDGE = 1180.0, 48.0
_TEXT, _SMALL = 13.0, 11.0
_WHOLE_HEIGHT = 280.0
_DETAIL_WIDTH, _DETAIL_SHAPE = 700.0, 0.56
_STRIP_WHOLE, _STRIP_HEIGHT, _STRIP_DETAIL = 620.0, 160.0, 250.0
_INK, _AIR, _MARK = "#1f2328", "#f4f7fa", "#d1242f"
_CHARACTER = 0.56
"""Width of a character per size of its letters, a little more than the average."""
_FINE = 0.05
"""Detail [px] that no screen shows."""


def close_up(section: Section) -> dict[int, Detail]:
    """Return the window of the detail on the picture of each stage, by its number."""
    return details(section, shape=_DETAIL_SHAPE)


def stage_picture(stage: Stage, section: Section, name: str, window: Detail) -> str:
    """Return one stage: the whole cut, a detail of one edge with its dimensions, and the materials."""
    setting = section.setting
    title = _text(_EDGE, 28, f"{stage.number}  {caption(stage, setting)}", size=17, bold=True)
    lines = [_cut_words(section, name)] + ([stage.note] if stage.note else [])
    head = title + "".join(_text(_EDGE, 48 + 16 * n, line, size=12) for n, line in enumerate(lines))
    view = whole(stage, section, x=_EDGE, y=56 + 16 * len(lines), width=_WIDTH - 2 * _EDGE, height=_WHOLE_HEIGHT)
    close = View(window.box, _EDGE, view.y + view.height + 74, _DETAIL_WIDTH, window.exaggeration)
    body = [
        _whole(stage, setting, view, window),
        _dimension_lines(_whole_dimensions(stage, setting, view), view),
        _text(_EDGE, close.y - 10, f"detail at the frame, {_range_words(window)}", size=12),
        _materials(stage, setting, close),
        _bars(close),
        _dimension_lines(dimensions(stage, setting, close.box), close),
        _legend(_present([stage]), setting, close.x + close.width + 36, close.y + 8),
    ]
    low = max(close.y + close.height + 46, close.y + 24 + 40 * len(_present([stage])))
    return _page(_WIDTH, low, head + "".join(body))


def strip(section: Section, name: str) -> str:
    """Return all stages that change the part, one under another: the whole cut, and a detail beside it."""
    setting, windows = section.setting, details(section, shape=_STRIP_HEIGHT / _STRIP_DETAIL)
    top, rows = 66.0, []
    for stage in section.shown:
        window = windows[stage.number]
        lines = textwrap.wrap(caption(stage, setting), 24) or [""]
        view = whole(stage, section, x=230, y=top, width=_STRIP_WHOLE, height=_STRIP_HEIGHT)
        close = View(window.box, 230 + _STRIP_WHOLE + 40, top, _STRIP_DETAIL, window.exaggeration)
        words = _text(24, top + 13, str(stage.number), size=15, bold=True)
        words += "".join(_text(52, top + 13 + 15 * n, line, size=12) for n, line in enumerate(lines))
        rows.append(words + _whole(stage, setting, view, window) + _materials(stage, setting, close) + _bars(close))
        top += max(view.height, close.height, 15.0 * len(lines)) + 44
    head = _text(24, 28, f"{name}: every stage of {setting.process.technology.title}", size=17, bold=True)
    head += _text(24, 48, _cut_words(section, name), size=12)
    present = _present(section.shown)
    legend = _legend(present, setting, 24, top, columns=4)
    return _page(_WIDTH, top + 24 + 20 * math.ceil(len(present) / 4), head + "".join(rows) + legend)


def _cut_words(section: Section, name: str) -> str:
    (x0, y0), (x1, y1) = section.cut.start, section.cut.end
    pieces = section.cut.pieces[1:]
    steps = ", ".join(f"y = {one[1]:.0f} from x = {one[0]:.0f}" for one, _ in pieces)
    aside = f", in steps: {steps} µm" if steps else ""
    return f"{name}, cut {section.cut.name!r} from ({x0:g}, {y0:g}) to ({x1:g}, {y1:g}) µm of the site{aside}"


def _range_words(window: Detail) -> str:
    return f"x from {window.box[0]:.0f} to {window.box[2]:.0f} µm, z from {window.box[1]:.0f} to {window.box[3]:.0f} µm"


def _whole_dimensions(stage: Stage, setting: Setting, view: View) -> tuple[Dimension, ...]:
    measure = BODY.get(stage.step.step)
    return tuple(measure(stage, setting, view.box)) if measure else ()


def _materials(stage: Stage, setting: Setting, view: View) -> str:
    """Return what a view shows of each material, on a ground of air, in a frame."""
    shapes = []
    # What is thin comes last: the outlines of what lies beside it would hide it.
    for material, region in sorted(stage.part.solids.items(), key=lambda entry: -entry[1].area):
        seen = shapely.clip_by_rect(region, *view.box)
        data = _path(seen, view)
        if data:
            colour = colour_of(material, setting)
            shapes.append(f'<path d="{data}" fill="{colour}" stroke="{colour}" stroke-width="0.7"/>')
    frame = _rect(view.x, view.y, view.width, view.height, f'fill="none" stroke="{_INK}" stroke-width="0.8"')
    ground = _rect(view.x, view.y, view.width, view.height, f'fill="{_AIR}"')
    return f'{ground}<g fill-rule="evenodd" stroke-linejoin="round">{"".join(shapes)}</g>{frame}'


def colour_of(material: str, setting: Setting) -> str:
    """Return the colour of a material: the technology's, for dies that of their layer."""
    technology = setting.process.technology
    if material in technology.materials:
        return technology.materials[material].colour
    layer = technology.layers.get(material.upper())
    return layer.colour if layer else "#808080"


def _path(region: Region, view: View) -> str:
    """Return a region as path data on the page, finer than the eye sees left out."""
    scale = np.array([view.scale, -view.scale * view.exaggeration])
    shift = np.array([view.x - view.box[0] * scale[0], view.y - view.box[3] * scale[1]])
    placed = shapely.transform(regions.areal(region), lambda points: points * scale + shift)
    placed = shapely.simplify(placed, _FINE)
    rings = [ring for part in regions.polygons(placed) for ring in (part.exterior, *part.interiors)]
    return "".join("M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in ring.coords[:-1]) + "Z" for ring in rings)


def _torn(view: View) -> str:
    """Return the broken line along which a base is cut off."""
    y, step = view.y + view.height - 8, 12.0
    count = int(view.width // step)
    teeth = "".join(f"l{step / 2:g} {-4 if n % 2 else 4:g}l{step / 2:g} 0" for n in range(count))
    return f'<path d="M{view.x:.2f} {y:.2f}{teeth}" fill="none" stroke="#ffffff" stroke-width="2"/>'


def _whole(stage: Stage, setting: Setting, view: View, window: Detail) -> str:
    """Return the view of a whole cut, with the frame of the detail on it."""
    base = stage.part.solids.get(stage.part.base)
    torn = "" if base is None or regions.box_of(base)[1] >= view.box[1] else _torn(view)
    return _materials(stage, setting, view) + torn + _marked(view, window) + _bars(view)


def _marked(view: View, window: Detail) -> str:
    left, low, right, high = window.box
    x0, y0 = view.put(left, min(high, view.box[3]))
    x1, y1 = view.put(right, max(low, view.box[1]))
    return _rect(x0, y0, x1 - x0, max(y1 - y0, 2.0), f'fill="none" stroke="{_MARK}" stroke-dasharray="4 3"')


def _bars(view: View) -> str:
    """Return the scale bars of a view, one for widths under it and one for heights beside it."""
    across = _round_length(0.22 * (view.box[2] - view.box[0]))
    up = _round_length(0.45 * (view.box[3] - view.box[1]))
    y, length = view.y + view.height + 12, across * view.scale
    bar = f'<path d="M{view.x:.2f} {y - 4:.2f}v8m0 -4h{length:.2f}m0 -4v8" fill="none" stroke="{_INK}"/>'
    tall = up * view.scale * view.exaggeration
    x, foot = view.x - 8, view.y + view.height
    bar += f'<path d="M{x - 4:.2f} {foot:.2f}h8m-4 0v{-tall:.2f}m-4 0h8" fill="none" stroke="{_INK}"/>'
    factor = view.exaggeration
    words = f"{_micro(across)} · heights " + ("true" if factor == 1 else f"{factor:.3g}×")
    place = f'transform="translate({x - 7:.2f} {foot - tall / 2:.2f}) rotate(-90)" text-anchor="middle"'
    return (
        bar
        + _text(view.x + length + 8, y + 4, words, size=_SMALL)
        + (f'<text {place} font-size="{_SMALL:g}" fill="{_INK}">{_micro(up)}</text>')
    )


def _round_length(about: float) -> float:
    """Return a length of 1, 2 or 5 that is no longer than another."""
    power = 10.0 ** math.floor(math.log10(about))
    return max(factor * power for factor in (1.0, 2.0, 5.0) if factor * power <= about)


def _micro(value: float) -> str:
    return f"{value:g} µm" if value < 1000 else f"{value / 1000:g} mm"


def _dimension_lines(found: Iterable[Dimension], view: View) -> str:
    """Return dimensions with their lengths beside them, no label over another."""
    taken: list[Box] = []
    return "".join(_dimension(dimension, view, taken) for dimension in found)


def _dimension(dimension: Dimension, view: View, taken: list[Box]) -> str:
    """Return one dimension: a line with bars at both ends, and its label on a light ground."""
    (x0, y0), (x1, y1) = view.put(*dimension.start), view.put(*dimension.end)
    level = abs(y1 - y0) < abs(x1 - x0)
    ends = "v9m0 -4.5" if level else "h9m-4.5 0"
    other = "m0 -4.5v9" if level else "m-4.5 0h9"
    start = (x0, y0 - 4.5) if level else (x0 - 4.5, y0)
    line = f"M{start[0]:.2f} {start[1]:.2f}{ends}L{x1:.2f} {y1:.2f}{other}"
    words = (
        f"{dimension.label} {dimension.length:.3g} µm"
        if dimension.length < 100
        else (f"{dimension.label} {dimension.length:.0f} µm")
    )
    width = _CHARACTER * _TEXT * len(words) + 8
    at = ((x0 + x1) / 2 - width / 2, y0 - 26) if level else (x0 + 8, (y0 + y1) / 2 - 9)
    box = _free(at, width, view, taken)
    taken.append(box)
    leader = _leader(box, ((x0 + x1) / 2, (y0 + y1) / 2))
    ground = _rect(box[0], box[1], width, 18, 'fill="#ffffff" fill-opacity="0.88" rx="3"')
    path = f'<path d="{line}" fill="none" stroke="{_MARK}" stroke-width="1.4"/>'
    return leader + path + ground + _text(box[0] + 4, box[1] + 13.5, words, size=_TEXT, colour=_MARK)


def _free(at: tuple[float, float], width: float, view: View, taken: Sequence[Box]) -> Box:
    """Return the box of a label near a place, within its view and over no other label."""
    x = min(max(at[0], view.x + 4), view.x + view.width - width - 4)
    y = min(max(at[1], view.y + 4), view.y + view.height - 22)
    for step in (0, -22, 22, -44, 44, -66, 66, -88, 88):
        box = (x, y + step, x + width, y + step + 18)
        if view.y <= box[1] and box[3] <= view.y + view.height and not any(_overlap(box, other) for other in taken):
            return box
    return x, y, x + width, y + 18


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _leader(box: Box, to: tuple[float, float]) -> str:
    """Return the thin line from a label to what it measures."""
    x, y = min(max(to[0], box[0]), box[2]), min(max(to[1], box[1]), box[3])
    return f'<path d="M{x:.2f} {y:.2f}L{to[0]:.2f} {to[1]:.2f}" stroke="{_MARK}" stroke-width="0.7"/>'


def _present(stages: Sequence[Stage]) -> list[str]:
    """Return the materials that are in some stages, in the order in which they came."""
    return list(dict.fromkeys(name for stage in stages for name in stage.part.solids))


def _legend(materials: Sequence[str], setting: Setting, x: float, y: float, columns: int = 1) -> str:
    """Return the colours of materials, with what they are where there is room for it."""
    known: Mapping[str, str] = {name: entry.doc for name, entry in setting.process.technology.materials.items()}
    found = []
    for number, name in enumerate(materials):
        left = x + (number % columns) * (_WIDTH - 2 * x) / columns if columns > 1 else x
        top = y + (number // columns) * (20 if columns > 1 else 40)
        swatch = _rect(left, top, 22, 13, f'fill="{colour_of(name, setting)}" stroke="{_INK}" stroke-width="0.5"')
        found.append(swatch + _text(left + 30, top + 11, name.replace("_", " "), size=_TEXT))
        doc = known.get(name, "Silicon" if name == DIE else "")
        if columns == 1 and doc:
            found.append(
                _text(left + 30, top + 26, textwrap.shorten(doc, 54, placeholder=" …"), size=_SMALL, colour="#57606a")
            )
    return "".join(found)


def _text(x: float, y: float, words: str, *, size: float, bold: bool = False, colour: str = _INK) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size:g}"{weight} fill="{colour}">{escape(words)}</text>'


def _rect(x: float, y: float, width: float, height: float, style: str) -> str:
    return f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" {style}/>'


def _page(width: float, height: float, body: str) -> str:
    size = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
    ground = '<rect width="100%" height="100%" fill="#ffffff"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif">{ground}{body}</svg>\n'
