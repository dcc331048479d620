"""Points that stand for those around them: the best first, none far from what it stands for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskgen.drc.kernel.thinning import thinned

APART = 10
POINTS = st.lists(st.tuples(st.integers(0, 150), st.integers(0, 150)), min_size=1, max_size=80)


def along(count, step):
    """Return points in a row, and their kinds."""
    return np.stack([np.arange(count) * step, np.zeros(count, dtype=np.int64)], axis=1), np.zeros(count, dtype=np.int64)


def drawn(entries, seed):
    rng = np.random.default_rng(seed)
    return np.array(entries), rng.integers(0, 3, len(entries)), rng.permutation(len(entries))


def gaps(points):
    """Return how far apart all pairs of points are, along the axis along which they are farther."""
    return np.abs(points[:, None] - points).max(axis=2)


def one_by_one(points, kind, rank, rounds):
    """Return what stands for what, decided point by point."""
    near = (gaps(points) <= APART) & (kind[:, None] == kind)
    stands = np.full(len(points), -1)
    for _ in range(rounds):
        open_ = stands < 0
        taken = [n for n in np.flatnonzero(open_) if rank[n] == rank[near[n] & open_].min()]
        for n in sorted(taken, key=lambda n: rank[n]):
            stands[near[n] & open_ & (stands < 0)] = n
    return np.where(stands < 0, np.arange(len(points)), stands)


@pytest.mark.parametrize(
    ("rank", "rounds", "stands"),
    [
        pytest.param([0, 1, 2, 3, 4, 5], 4, [0, 0, 0, 3, 3, 3], id="ever worse"),
        pytest.param([5, 4, 0, 1, 2, 3], 4, [2, 2, 2, 2, 2, 5], id="both ways from the best"),
        pytest.param([0, 1, 2, 3, 4, 5], 1, [0, 0, 0, 3, 4, 5], id="what is left stands for itself"),
    ],
)
def test_points_in_a_row(rank, rounds, stands):
    points, kind = along(6, 5)

    assert thinned(points, kind, np.array(rank), apart=APART, rounds=rounds).tolist() == stands


def test_kinds_do_not_know_each_other():
    points, kind = along(4, 5)

    assert thinned(points, kind + np.arange(4) % 2, np.arange(4), apart=APART, rounds=4).tolist() == [0, 1, 0, 1]


def test_nothing():
    none = np.zeros(0, dtype=np.int64)

    assert thinned(np.zeros((0, 2), dtype=np.int64), none, none, apart=APART, rounds=4).tolist() == []


@given(POINTS, st.integers(0, 99), st.integers(1, 4))
@settings(max_examples=150)
def test_is_what_points_decide_one_by_one(entries, seed, rounds):
    points, kind, rank = drawn(entries, seed)

    found = thinned(points, kind, rank, apart=APART, rounds=rounds)

    assert found.tolist() == one_by_one(points, kind, rank, rounds).tolist()


@given(POINTS, st.integers(0, 99))
@settings(max_examples=100)
def test_what_lies_beyond_decides_nothing(entries, seed):
    points, kind, rank = drawn(entries, seed)
    rounds = 2
    reach = 2 * rounds * APART
    seen = gaps(points)[0] <= reach
    some = np.flatnonzero(seen)

    whole = thinned(points, kind, rank, apart=APART, rounds=rounds)
    part = thinned(points[some], kind[some], np.argsort(np.argsort(rank[some])), apart=APART, rounds=rounds)

    assert some[part[0]] == whole[0]
