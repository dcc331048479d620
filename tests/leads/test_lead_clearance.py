"""Clearance of leads on their outlines."""

import shapely

from maskgen.leads.clearance import apart, conflicts
from maskgen.leads.model import Lead
from maskgen.leads.paths import straight


def lead(number, start, end):
    """Return a lead that is nothing but a neck of 40 µm with square ends."""
    path = straight(start, end)
    outline = shapely.LineString(path).buffer(20, cap_style="square")
    return Lead(number, f"C{number}", f"F{number}", path, outline)


SIDE_BY_SIDE = [lead(n, (0, y), (500, y)) for n, y in enumerate((0, 60, 112.5, 300), start=1)]


def test_conflicts_are_pairs_with_their_distances():
    found = conflicts(SIDE_BY_SIDE, [shapely.box(600, 290, 700, 310), shapely.box(530, 290, 540, 310)], 20)
    assert found.pairs.tolist() == [[1, 2], [3, 5]]
    assert found.distances.round(2).tolist() == [12.5, 10.0]


def test_what_keeps_the_gap_exactly_stays():
    assert len(apart(SIDE_BY_SIDE[:2], [], 20)[0]) == 2


def test_the_one_in_the_way_of_most_is_left_out():
    across = lead(9, (250, -100), (250, 400))
    kept, left_out = apart([*SIDE_BY_SIDE[:2], across, SIDE_BY_SIDE[3]], [], 20)
    assert [entry.number for entry in kept] == [1, 2, 4]
    assert [(entry.contact, entry.sentence, entry.shortfall) for entry in left_out] == [("C9", "crosses lead 1", 20)]


def test_the_sentence_says_how_near():
    _, left_out = apart(SIDE_BY_SIDE, [], 20)
    assert [(entry.contact, entry.terminal, entry.sentence) for entry in left_out] == [
        ("C3", "F3", "is 12.5 um from lead 2, 20 um wanted")
    ]
    assert round(left_out[0].shortfall, 6) == 7.5


def test_obstacles_stay():
    kept, left_out = apart(SIDE_BY_SIDE[3:], [shapely.box(530, 290, 540, 310)], 20)
    assert (kept, left_out[0].sentence) == ([], "is 10.0 um from an obstacle, 20 um wanted")


def test_no_leads_have_no_conflicts():
    assert apart([], [shapely.box(0, 0, 1, 1)], 20) == ([], [])
