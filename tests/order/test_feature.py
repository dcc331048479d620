"""The CD feature: worked by hand on few shapes."""

import pytest
import shapely

from maskgen.export.artwork import Artwork, Block
from maskgen.expressions import Layer
from maskgen.geometry import regions
from maskgen.geometry.arrays import Lattice
from maskgen.order.feature import critical_dimension
from maskgen.order.model import PlacedMark
from maskgen.technology import Mask

MASK = Mask("LEAD", "PAD", Layer("PAD"), "opening", "clear", "top", False, 1.0)
DISC = shapely.Point(0, 0).buffer(50, quad_segs=8)
ALIGNED = PlacedMark(kind="alignment", x=1000.0, y=0.0, size=200.0)
CROSS = shapely.union_all([shapely.box(900, -10, 1100, 10), shapely.box(990, -100, 1010, 100)])


def merged(*boxes):
    return regions.merge(shapely.box(*box) for box in boxes)


def found(rest=regions.EMPTY, blocks=(), marks=(), zones=regions.EMPTY):
    art = Artwork("x_LEAD", MASK, (1, 0), tuple(blocks), rest)
    return critical_dimension(art, tuple(marks), zones, on_plate=True)


@pytest.mark.parametrize(
    ("shapes", "size", "is_of", "start", "end"),
    [
        pytest.param(merged((0, 0, 30, 200)), 30, "digitized data", (0, 100), (30, 100), id="line"),
        pytest.param(
            merged((0, 0, 100, 200), (120, 50, 220, 250)), 20, "space between digitized data", (100, 125), (120, 125),
            id="gap",
        ),
        pytest.param(
            merged((0, 0, 90, 90)).difference(shapely.box(30, 40, 60, 50)), 10, "space between digitized data",
            (45, 40), (45, 50), id="slot",
        ),
        pytest.param(
            merged((0, 0, 100, 20), (0, 0, 20, 100), (80, 0, 100, 60)), 20, "digitized data", (50, 0), (50, 20),
            id="arms of a U",
        ),
        pytest.param(DISC, 100, "digitized data", (-50, 0), (50, 0), id="disc"),
    ],
)  # fmt: skip
def test_narrowest(shapes, size, is_of, start, end):
    cd = found(shapes)
    assert (cd.size, cd.is_of) == (size, is_of)
    assert (cd.start, cd.end) == (start, end)


def test_nothing_to_measure():
    assert found() is None


def test_winding_lead_gives_way_to_the_alignment_mark():
    lead = shapely.LineString([(0, 0), (40, 55), (90, 60), (100, 130)]).buffer(8)
    cd = found(regions.merge([lead, CROSS]), marks=[ALIGNED], zones=shapely.box(890, -110, 1110, 110))
    assert (cd.size, cd.chosen) == (20.0, "narrowest straight line or gap of the mark alignment")


def test_mark_does_not_hide_data():
    cd = found(merged((0, 0, 30, 200), *(part.bounds for part in [CROSS])), marks=[ALIGNED], zones=CROSS.envelope)
    assert (cd.size, cd.chosen) == (30.0, "narrowest straight line or gap of the data")


def test_gap_between_neighbours_counts():
    """Sites of 100 um every 130 um: the gap of 30 um is narrower than any site, and lies beside the middle one."""
    block = Block(shapely.box(-50, -50, 50, 50), (Lattice(-650.0, -650.0, 11, 11, 130.0, 130.0),))
    cd = found(blocks=[block])
    assert (cd.size, cd.is_of, cd.tolerance) == (30.0, "space between digitized data", 1.0)
    assert all(abs(value) <= 80 for value in (*cd.start, *cd.end))


def test_halves_of_a_lane_are_one_lane():
    """What each cell has of a lane meets its neighbour's: the line is as wide as both."""
    frame = shapely.box(-100, -100, 100, 100).difference(shapely.box(-90, -90, 90, 90))
    block = Block(frame, (Lattice(-200.0, -200.0, 3, 3, 200.0, 200.0),))
    cd = found(blocks=[block])
    assert (cd.size, cd.is_of) == (20.0, "digitized data")
