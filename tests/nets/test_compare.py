"""Nets as drawn against groups as wanted."""

import pytest

from maskgen.nets import Net, differences


def net(*names):
    return Net("", tuple(("pad", name) for name in names))


@pytest.mark.parametrize(
    ("drawn", "wanted", "nets"),
    [
        pytest.param([], [], {}, id="nothing"),
        pytest.param([net("a", "P"), net("b", "Q")], ["aP", "bQ"], {"a": "GND", "b": "VDD"}, id="as wanted"),
        pytest.param([net("a", "b", "P")], ["abP"], {"a": "GND", "b": "GND"}, id="two contacts of one net"),
        pytest.param([net("a", "P"), net("Q")], ["aP"], {}, id="a pad that nobody wants stands alone"),
        pytest.param([net("a", "P"), net("b", "Q")], ["aP", "bQ"], {"a": "GND", "b": "GND"}, id="one net on two pads"),
    ],
)
def test_no_difference(drawn, wanted, nets):
    assert list(differences(drawn, [frozenset(group) for group in wanted], nets)) == []


@pytest.mark.parametrize(
    ("drawn", "wanted", "nets", "expected"),
    [
        pytest.param(
            [net("a"), net("P")], ["aP"], {}, [("P, a should be joined and are not", ("P", "a"))], id="an open"
        ),
        pytest.param([net("a")], ["aP"], {}, [("P: not drawn", ("P",))], id="a terminal that is not there"),
        pytest.param(
            [net("a", "P", "Q")], ["aP"], {},
            [("a, P, Q are joined and should not be", ("a", "P", "Q"))], id="a short to a pad alone",
        ),
        pytest.param(
            [net("a", "P", "b", "Q")], ["aP", "bQ"], {"a": "GND", "b": "GND"},
            [("a, P, b, Q are joined and should not be", ("a", "P", "b", "Q"))], id="a short within one net",
        ),
        pytest.param(
            [net("a", "b", "P")], ["abP"], {"a": "VDD", "b": "GND"},
            [("nets GND, VDD are shorted", ("a", "b", "P"))], id="a table that shorts two nets",
        ),
        pytest.param(
            [net(*"abcdefgh")], [], {},
            [("a, b, c, d, e, f and 2 more are joined and should not be", tuple("abcdefgh"))], id="many",
        ),
    ],
)  # fmt: skip
def test_differences(drawn, wanted, nets, expected):
    assert list(differences(drawn, [frozenset(group) for group in wanted], nets)) == expected
