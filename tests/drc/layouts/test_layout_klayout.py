"""How much is found in layouts from elsewhere, against KLayout's flat checks of the same file."""

import gdstk
import numpy as np
import pytest
import shapely
from klayout import db

from maskgen.drc.layouts.check import check_layout

DECK = """
deck: pads
unit: um
layers: {PAD: 1/0, PLATE: 2/0}
rules:
  S: {check: space, layer: PAD, min: 8}
  W: {check: width, layer: PAD, min: 25}
  E: {check: enclosure, inner: PAD, outer: PLATE, min: 12}
"""


def places(pairs, shapes, others, *, limit):
    """Return how many places pairs of edges make: those between the same rectangles that hang together are one.

    What reaches farther than four limits [dbu] is pair by pair: rectangles' pairs have their middles far apart.
    """
    sides = [
        shapely.STRtree([shapely.box(b.left, b.bottom, b.right, b.top) for b in (p.bbox() for p in region.each())])
        for region in (shapes, others)
    ]
    found = {}
    for pair in pairs.each():
        edges = (pair.first, pair.second)
        middles = [shapely.Point((edge.x1 + edge.x2) / 2, (edge.y1 + edge.y2) / 2) for edge in edges]
        owners = tuple(int(tree.nearest(middle)) for tree, middle in zip(sides, middles, strict=True))
        box = shapely.box(*(getattr(pair.bbox(), side) for side in ("left", "bottom", "right", "top")))
        found.setdefault(tuple(sorted(owners)) if shapes is others else owners, []).append(box.buffer(0.3))
    return sum(in_one(boxes, limit) for boxes in found.values())


def in_one(boxes, limit):
    """Return the places that the boxes between two rectangles make."""
    count = 0
    for part in shapely.get_parts(shapely.union_all(boxes)):
        left, bottom, right, top = part.buffer(-0.3).bounds if part.buffer(-0.3).area else part.bounds
        count += sum(part.intersects(box) for box in boxes) if max(right - left, top - bottom) > 4 * limit + 1 else 1
    return count


def klayout(path):
    """Return how many places KLayout finds for each rule."""
    layout = db.Layout()
    layout.read(str(path))
    pads, plate = (db.Region(layout.top_cell().begin_shapes_rec(layout.layer(n, 0))).merged() for n in (1, 2))
    return {
        "S": places(pads.space_check(8000), pads, pads, limit=8000),
        "W": pads.width_check(25000).count(),
        "E": places(pads.enclosed_check(plate, 12000), pads, plate, limit=12000),
    }


def pad(x, y, width, height, layer=1):
    return gdstk.rectangle((x, y), (x + width, y + height), layer=layer)


def lattice(cell, columns, rows, dx, dy, at=(0, 0), **turned):
    return gdstk.Reference(cell, at, columns=columns, rows=rows, spacing=(dx, dy), **turned)


def flat(top, _):
    rng = np.random.default_rng(1)
    for x in range(30):
        for y in range(30):
            left, low = rng.uniform(0, (10, 1))
            top.add(pad(40 * x + left, 40 * y + low, 30, 28))
    top.add(pad(-5, -20, 1230, 1240, 2))


def arrays(top, unit):
    top.add(lattice(unit, 40, 30, 86, 35), pad(-10, -10, 3600, 1055, 2))


def turned(top, unit):
    top.add(lattice(unit, 30, 25, 86, 35, (0, 0), rotation=np.pi / 2), pad(-900, -5, 910, 2600, 2))


def references(top, unit):
    top.add(*(gdstk.Reference(unit, (86 * x, 35 * y)) for x in range(20) for y in range(20) if x != y))
    top.add(pad(-10, -10, 1800, 750, 2))


@pytest.mark.parametrize("draw", [flat, arrays, turned, references])
def test_as_many_as_klayout_finds(tmp_path, draw):
    made = gdstk.Library(unit=1e-6, precision=1e-9)
    unit, top = made.new_cell("UNIT"), made.new_cell("TOP")
    unit.add(pad(0, 0, 24, 30), pad(30, 0, 24, 30))
    draw(top, unit)
    if draw is flat:
        made.remove(unit)
    made.write_gds(tmp_path / "layout.gds")
    (tmp_path / "deck.yaml").write_text(DECK)

    report = check_layout(tmp_path / "layout.gds", str(tmp_path / "deck.yaml")).report

    found = {entry.rule.id: entry.violations for entry in report.rules}
    assert found == klayout(tmp_path / "layout.gds")
    assert all(found.values()) or draw is flat
