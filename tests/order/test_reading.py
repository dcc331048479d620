"""Reading sense, plates and tolerances: tables worked by hand."""

import pytest

from maskgen.expressions import Layer
from maskgen.order import blank
from maskgen.order.reading import reading
from maskgen.technology import Mask

DOWN, UP = "right reading, chrome down", "right reading, chrome up"


@pytest.mark.parametrize(
    ("side", "mirrored", "data", "letters"),
    [
        pytest.param("top", False, DOWN, DOWN, id="contact plate for the top"),
        pytest.param("bottom", True, DOWN, UP, id="contact plate for the bottom"),
        pytest.param("top", True, UP, DOWN, id="stamp for the top"),
        pytest.param("bottom", False, UP, UP, id="stamp for the bottom"),
    ],
)
def test_reading_sense(side, mirrored, data, letters):
    mask = Mask("LEAD", "PAD", Layer("PAD"), "opening", "clear", side, mirrored, 1.0)
    found = reading(mask)
    assert (found.data, found.letters) == (data, letters)
    assert found.same_as.split(", ")[0] == "wrong reading"
    assert found.same_as.split(", ")[1] != found.data.split(", ")[1]


@pytest.mark.parametrize(
    ("half", "code", "inches"),
    [
        pytest.param(33_000.0, "3006", 3, id="just on 3 in"),
        pytest.param(33_101.0, "4006", 4, id="beyond 3 in"),
        pytest.param(50_000.0, "5009", 5, id="100 mm"),
        pytest.param(75_000.0, "7012", 7, id="150 mm"),
        pytest.param(109_300.0, "9012", 9, id="just on 9 in"),
    ],
)
def test_smallest_plate_with_a_border(half, code, inches):
    found = blank.plate_for((-half, -half, half, half))
    assert (found.code, found.width, found.status) == (code, inches * 25_400.0, "proposed")


def test_data_beside_the_middle_needs_a_larger_plate():
    assert blank.plate_for((0.0, 0.0, 66_000.0, 10_000.0)).code == "6012"


@pytest.mark.parametrize(
    ("box", "size"),
    [
        pytest.param((-300_000, -250_000, 300_000, 250_000), (800_000.0, 700_000.0), id="panel across"),
        pytest.param((-250_000, -300_000, 250_000, 300_000), (700_000.0, 800_000.0), id="panel upright"),
        pytest.param((-400_000, -400_000, 400_000, 400_000), (None, None), id="beyond any plate"),
    ],
)
def test_large_plates(box, size):
    found = blank.plate_for(box)
    assert (found.width, found.height) == size
    assert found.status == ("proposed" if size[0] else "to be agreed")


@pytest.mark.parametrize(
    ("size", "tolerance"),
    [(9.999, 0.5), (10.0, 1.0), (50.0, 1.0), (50.1, 1.3), (127.0, 1.3), (250.0, 1.9), (250.1, 2.54)],
)
def test_tolerance(size, tolerance):
    assert blank.tolerance(size) == tolerance
