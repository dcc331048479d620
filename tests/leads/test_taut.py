"""Taut strings, against straight lines and against a shortest path through a fine grid."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskgen.leads.taut import taut

LEVELS = np.arange(5.0)


@pytest.mark.parametrize(
    ("low", "high", "corners"),
    [
        pytest.param([0, -9, -9, -9, 4], [0, 9, 9, 9, 4], [(0, 0), (4, 4)], id="free"),
        pytest.param([0, 3, -9, -9, 4], [0, 9, 9, 9, 4], [(0, 0), (1, 3), (4, 4)], id="over one"),
        pytest.param([0, -9, -9, -9, 0], [0, -2, 9, 9, 0], [(0, 0), (1, -2), (4, 0)], id="under one"),
        pytest.param(
            [0, 3, -9, -9, 0], [0, 9, 9, -3, 0], [(0, 0), (1, 3), (3, -3), (4, 0)], id="over one and under another"
        ),
        pytest.param([0, 2, 2, 2, 0], [0, 2, 2, 2, 0], [(0, 0), (1, 2), (3, 2), (4, 0)], id="no choice"),
    ],
)
def test_a_string_bends_where_it_must(low, high, corners):
    heights, positions = taut(LEVELS, np.array(low, dtype=float), np.array(high, dtype=float))
    assert list(zip(heights.tolist(), positions.tolist(), strict=True)) == corners


gates = st.lists(st.tuples(st.integers(-8, 8), st.integers(0, 6)), min_size=1, max_size=6)


@given(gates, st.integers(-8, 8), st.integers(-8, 8))
def test_no_string_through_a_grid_is_shorter(middle, start, end):
    low = np.array([start, *(place for place, _ in middle), end], dtype=float)
    high = np.array([start, *(place + width for place, width in middle), end], dtype=float)
    levels = np.arange(len(low), dtype=float)
    heights, positions = taut(levels, low, high)
    places = np.interp(levels, heights, positions)
    assert (places >= low - 1e-9).all()
    assert (places <= high + 1e-9).all()
    best = {start: 0.0}
    for bottom, top in zip(low[1:], high[1:], strict=True):
        steps = np.linspace(bottom, top, 13)
        best = {x: min(cost + np.hypot(x - before, 1) for before, cost in best.items()) for x in steps}
    length = np.hypot(np.diff(positions), np.diff(heights)).sum()
    assert length <= min(best.values()) + 1e-9
