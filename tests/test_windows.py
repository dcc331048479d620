"""Process windows: limits, place of the nominal, and how they are printed."""

import pytest

from maskgen.report import windows as lines
from maskgen.windows import ProcessWindow


def of(value, low, high, unit="um"):
    return ProcessWindow("undercut", value, low, high, unit, "", "")


@pytest.mark.parametrize(
    ("window", "holds", "place", "room"),
    [
        pytest.param(of(15, 10, 20), True, 0.5, 5, id="middle"),
        pytest.param(of(12, 10, 20), True, 0.2, 2, id="near the low limit"),
        pytest.param(of(10, 10, 20), False, 0.0, 0, id="at the low limit"),
        pytest.param(of(25, 10, 20), False, 1.5, -5, id="beyond"),
        pytest.param(of(15, 10, None), True, None, 5, id="no high limit"),
        pytest.param(of(15, None, 20), True, None, 5, id="no low limit"),
        pytest.param(of(15, 20, 10), False, None, -5, id="closed"),
    ],
)
def test_where_the_nominal_stands(window, holds, place, room):
    assert (window.holds, window.place, window.room) == (holds, pytest.approx(place) if place else place, room)


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        pytest.param(of(15, 10, 20), "undercut         15 um        10 [----------|---------] 20", id="middle"),
        pytest.param(
            of(25, 10, 20), "undercut         25 um        10 [-------------------!] 20        outside", id="out"
        ),
        pytest.param(of(3, None, 4, ""), "undercut             3            --------------------] 4", id="one limit"),
    ],
)
def test_the_line_shows_it(window, expected):
    assert lines.line(window) == expected
