"""Matching of contacts to terminals, against all possibilities."""

from itertools import permutations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from maskgen.leads.matching import NOWHERE, distances, in_order, shortest

tables = arrays.arrays(float, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=st.integers(0, 50).map(float))


def least(costs, *, ordered):
    """Return the least cost of serving as many as possible, by trying everything."""
    costs = costs if costs.shape[0] <= costs.shape[1] else costs.T
    rows, columns = costs.shape
    ways = (way for way in permutations(range(columns), rows) if not ordered or list(way) == sorted(way))
    return min(sum(costs[row, column] for row, column in enumerate(way)) for way in ways)


def cost(costs, chosen):
    served = chosen != NOWHERE
    assert served.sum() == min(costs.shape)
    assert len(set(chosen[served].tolist())) == served.sum()
    return costs[np.flatnonzero(served), chosen[served]].sum()


@given(tables)
def test_the_shortest_matching_is_the_least_of_all(costs):
    assert cost(costs, shortest(costs)) == pytest.approx(least(costs, ordered=False))


@given(tables)
def test_the_matching_in_order_is_the_least_of_those_in_order(costs):
    chosen = in_order(costs)
    assert (np.diff(chosen[chosen != NOWHERE]) > 0).all()
    assert cost(costs, chosen) == pytest.approx(least(costs, ordered=True))


@pytest.mark.parametrize("match", [shortest, in_order])
@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0)])
def test_nothing_to_match_is_no_matching(match, shape):
    assert match(np.empty(shape)).tolist() == [NOWHERE] * shape[0]


def test_straight_lines_of_the_shortest_matching_do_not_cross():
    random = np.random.default_rng(7)
    starts, ends = random.uniform(0, 1000, (60, 2)), random.uniform(0, 1000, (70, 2))
    chosen = shortest(distances(starts, ends))
    lines = shapely.linestrings(np.stack([starts, ends[chosen]], axis=1))
    pairs = shapely.STRtree(lines).query(lines, predicate="crosses")
    assert pairs.size == 0
