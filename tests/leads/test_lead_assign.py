"""Which contact goes to which terminal."""

from itertools import pairwise

import numpy as np
import pytest

from maskgen.leads.assign import fanned, nearest
from maskgen.leads.matching import NOWHERE
from maskgen.leads.model import LeadForm

FORM = LeadForm(neck=20, tip=45, fixed=100, fillet=20, gap=20, style="bent")


def row(count, pitch, y):
    return np.array([((index - (count - 1) / 2) * pitch, y) for index in range(count)])


def test_area_contacts_go_to_the_terminals_beside_them():
    grid = np.array([(x, y) for y in range(0, 4000, 800) for x in range(0, 4000, 800)], dtype=float)
    assert nearest(grid, grid + np.array([300, 150])).tolist() == list(range(25))


def test_rows_behind_each_other_are_shared_out_among_the_channels():
    """Four rows of six: no channel between two terminals of the first row may hold more than two of the rest."""
    tips = row(24, 70, 0.0)
    ends = np.vstack([row(6, 200, y) for y in (1200.0, 1400.0, 1600.0, 1800.0)])
    chosen = fanned(tips, ends, FORM)
    assert sorted(chosen.tolist()) == list(range(24))
    rows = chosen // 6
    for depth in range(4):
        at = np.flatnonzero(rows == depth)
        assert (np.diff(chosen[at]) > 0).all()
        passing = [np.count_nonzero(rows[one:other] > depth) for one, other in pairwise(at)]
        assert max(passing) <= 2


@pytest.mark.parametrize(("contacts", "terminals"), [(5, 3), (3, 5), (4, 0)])
def test_what_is_left_over_goes_nowhere(contacts, terminals):
    chosen = fanned(row(contacts, 100, 0.0), row(terminals, 300, 900.0).reshape(-1, 2), FORM)
    assert np.count_nonzero(chosen != NOWHERE) == min(contacts, terminals)
    assert (np.diff(chosen[chosen != NOWHERE]) > 0).all()


def test_a_side_with_too_few_terminals_gets_some_of_its_neighbours():
    ring = np.vstack([row(4, 100, -300.0), row(4, 100, 300.0), row(4, 100, 300.0)[:, ::-1] * (1, 1)])
    ends = np.vstack([row(2, 300, -900.0), row(10, 200, 900.0)])
    assert np.count_nonzero(fanned(ring, ends, FORM) != NOWHERE) == 12
