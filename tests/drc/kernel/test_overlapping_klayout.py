"""Shapes that overlap are merged before anything is measured: KLayout, given them raw, tells some pairs twice."""

import numpy as np
from klayout import db

from maskgen.drc.kernel.distance import space
from maskgen.drc.kernel.merge import merged
from maskgen.geometry.polygons import from_boxes

LIMIT = 20_000
BOXES = [
    (505_000, 2_509_000, 540_000, 2_625_000),
    (482_000, 2_620_000, 547_000, 2_688_000),
    (548_000, 2_607_000, 663_000, 2_711_000),  # its left edge runs on in that of the next
    (548_000, 2_543_000, 610_000, 2_636_000),
]


def pairs(edges: list[tuple[tuple[int, int], ...]]) -> tuple[tuple[tuple[int, int], ...], ...]:
    return tuple(sorted(tuple(sorted(edge)) for edge in edges))


def of_klayout(region: db.Region) -> list[tuple[tuple[tuple[int, int], ...], ...]]:
    found = region.space_check(LIMIT).each()
    return sorted(pairs([tuple((p.x, p.y) for p in (e.p1, e.p2)) for e in (one.first, one.second)]) for one in found)


def test_edges_that_continue_each_other_are_one():
    region = db.Region([db.Box(*box) for box in BOXES])

    found = space(merged(from_boxes(np.array(BOXES))), LIMIT)

    ours = sorted(pairs([tuple(map(tuple, edge)) for edge in pair]) for pair in found.edges.tolist())
    assert ours == of_klayout(region.merged())
    assert set(ours) < set(of_klayout(region))
