"""Mending of crossings."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from maskgen.bonding.mend import uncrossed
from maskgen.bonding.wires import crossing_pairs


def mended(starts, landings, pads, allowed=None):
    starts, landings, pads = (np.array(values) for values in (starts, landings, pads))
    allowed = np.ones((len(starts), len(landings)), dtype=bool) if allowed is None else np.array(allowed)
    return uncrossed(starts.astype(float), landings.astype(float), pads, allowed).tolist()


def test_two_wires_exchange_their_pads():
    assert mended([(0, 0), (1, 0)], [(0, 9), (1, 9)], [1, 0]) == [0, 1]


def test_wires_that_share_a_pad_move_together():
    assert mended([(0, 0), (1, 0), (2, 0)], [(1, 9), (2, 9)], [1, 1, 0]) == [0, 0, 1]


def test_fixed_wires_stay_and_the_other_takes_a_free_pad():
    allowed = [[False, True, False], [True, False, True]]

    assert mended([(0, 0), (1, 0)], [(0, 9), (1, 9), (3, 9)], [1, 0], allowed) == [1, 2]


def test_crossing_that_nothing_mends_is_left():
    allowed = [[False, True], [True, False]]

    assert mended([(0, 0), (1, 0)], [(0, 9), (1, 9)], [1, 0], allowed) == [1, 0]


@settings(deadline=None)
@given(st.integers(2, 12).flatmap(lambda n: st.tuples(st.permutations(range(n)), st.integers(0, 999))))
def test_any_wires_end_without_crossing(case):
    pads, seed = case
    random = np.random.default_rng(seed)
    starts, landings = random.random((len(pads), 2)), random.random((len(pads), 2))

    found = uncrossed(starts, landings, np.array(pads), np.ones((len(pads), len(pads)), dtype=bool))

    assert sorted(found.tolist()) == sorted(pads)
    assert not len(crossing_pairs(np.stack([starts, landings[found]], axis=1), found))
