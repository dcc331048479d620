"""Boxes that hang together, against the plain search."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskgen.drc.kernel import hanging


def plain(boxes, kind):
    """Return the least index of each group, box by box."""
    label = list(range(len(boxes)))
    for _ in boxes:
        for a, one in enumerate(boxes):
            for b, other in enumerate(boxes):
                meet = all(one[n] <= other[n + 2] and other[n] <= one[n + 2] for n in (0, 1))
                if kind[a] == kind[b] and meet:
                    label[a] = label[b] = min(label[a], label[b])
    return label


spans = st.tuples(st.integers(0, 40), st.integers(0, 12))
boxes_ = st.builds(lambda x, y: [x[0], y[0], x[0] + x[1], y[0] + y[1]], spans, spans)
entries = st.lists(st.tuples(boxes_, st.integers(0, 2)), min_size=1, max_size=14)


@pytest.mark.parametrize("crowd", [0, 3, 1 << 16])
@given(entries)
def test_like_the_plain_search(crowd, entries):
    boxes, kind = [entry[0] for entry in entries], [entry[1] for entry in entries]
    _, dense = np.unique(kind, return_inverse=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hanging, "_CROWD", crowd)
        found = hanging.together(np.array(boxes), dense)

    assert found.tolist() == plain(boxes, kind)


def test_nothing():
    assert hanging.together(np.empty((0, 4), dtype=np.int64), np.empty(0, dtype=np.int64)).tolist() == []


def test_a_crowd_and_a_chain():
    """Fifty thousand boxes over each other, and as many in a row, each touching the next."""
    rng = np.random.default_rng(3)
    corner = rng.integers(0, 1000, (50_000, 2))
    crowd = np.hstack([corner, corner + rng.integers(0, 1000, (50_000, 2))])
    row = np.arange(50_000)[:, None]
    chain = np.hstack([row * 10 + 5000, row * 0, row * 10 + 5010, row * 0 + 10])

    found = hanging.together(np.vstack([crowd, chain]), np.zeros(100_000, dtype=np.int64))

    assert np.unique(found).tolist() == [0, 50_000]
