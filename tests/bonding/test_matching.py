"""Matching of cyclic sequences, against every matching there is."""

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskgen.bonding.matching import NOWHERE, Problem, cyclic_matching

INF = np.inf


def problem(costs, **changes):
    costs = np.array(costs, dtype=float)
    count = len(costs)
    given_ = {"skips": np.full(count, 1e6), "bridged": np.zeros(count, dtype=bool), "nets": list(range(count))}
    return Problem(costs=costs, **(given_ | changes))


def cost_of(case, columns):
    """Return the cost of a matching, infinite if it is not one."""
    users = {}
    total = 0.0
    for contact, column in enumerate(columns):
        total += case.skips[contact] if column == NOWHERE else case.costs[contact, column]
        if column != NOWHERE:
            users.setdefault(column, []).append(contact)
    for group in users.values():
        total += case.share * (len(group) - 1)
        between = set(range(group[0], group[-1])) - set(group)
        legal = len(group) <= case.capacity and len({case.nets[i] for i in group}) == 1
        if not legal or any(columns[i] != NOWHERE or not case.bridged[i] for i in between):
            return INF
    used = [column for column in columns if column != NOWHERE]
    steps = [column for column, before in zip(used, [None, *used], strict=False) if column != before]
    descents = sum(after < before for before, after in pairwise(steps))
    wraps = descents + (len(steps) > 1 and steps[0] < steps[-1])
    return total if wraps <= 1 else INF


@pytest.mark.parametrize(
    ("costs", "expected"),
    [
        pytest.param([[1, 5], [5, 1]], [0, 1], id="in order"),
        pytest.param([[5, 1], [1, 5]], [1, 0], id="turned by one"),
        pytest.param([[9, 9, 1, 9], [9, 9, 9, 1], [1, 9, 9, 9]], [2, 3, 0], id="turn begins in the middle"),
        pytest.param([[1, 2, 2], [2, 9, 1], [3, 1, 9]], [2, 0, 1], id="the cheapest order of three that goes round"),
        pytest.param([[1], [2]], [0, NOWHERE], id="more contacts than pads"),
        pytest.param([[INF, 3], [INF, INF]], [1, NOWHERE], id="nowhere to go"),
        pytest.param([[4, 2, 3]], [1], id="one contact"),
    ],
)
def test_least_cost_matching(costs, expected):
    assert cyclic_matching(problem(costs)).tolist() == expected


def test_no_pads_match_nothing():
    assert cyclic_matching(problem(np.empty((2, 0)))).tolist() == [NOWHERE, NOWHERE]


def test_no_contacts_match_nothing():
    assert cyclic_matching(problem(np.empty((0, 3)))).tolist() == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"nets": [7, 7, 3], "capacity": 2}, [0, 0, 1], id="one net shares a pad"),
        pytest.param({"nets": [7, 7, 3]}, [0, NOWHERE, 1], id="capacity of one"),
        pytest.param({"nets": [7, 5, 3], "capacity": 2}, [0, NOWHERE, 1], id="two nets never share"),
        pytest.param(
            {"nets": [7, 5, 7], "capacity": 2, "skips": [99, 2, 99], "bridged": [False, True, False]},
            [0, NOWHERE, 0],
            id="one net on either side of a contact without a pad",
        ),
    ],
)
def test_sharing(changes, expected):
    costs = [[1, 50], [2, 60], [3, 70]] if expected[-1] == 0 else [[1, 50], [2, 60], [70, 3]]
    changes = {name: np.array(value) if name in ("skips", "bridged") else value for name, value in changes.items()}

    assert cyclic_matching(problem(costs, **changes)).tolist() == expected


@st.composite
def problems(draw):
    contacts, pads = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    cost = st.one_of(st.integers(0, 20).map(float), st.just(INF))
    costs = draw(st.lists(st.lists(cost, min_size=pads, max_size=pads), min_size=contacts, max_size=contacts))
    nets = draw(st.lists(st.integers(0, 2), min_size=contacts, max_size=contacts))
    bridged = draw(st.lists(st.booleans(), min_size=contacts, max_size=contacts))
    skips = [float(draw(st.integers(0, 30))) if bridge else 1000.0 for bridge in bridged]
    return problem(
        costs,
        nets=nets,
        bridged=np.array(bridged),
        skips=np.array(skips),
        capacity=draw(st.integers(1, 3)),
        share=float(draw(st.integers(0, 9))),
    )


@settings(deadline=None)
@given(problems())
def test_no_matching_costs_less(case):
    contacts, pads = case.costs.shape
    every = product(range(-1, pads), repeat=contacts)

    found = cyclic_matching(case).tolist()

    assert cost_of(case, found) == min(cost_of(case, columns) for columns in every)
