"""Room for the feet of wires to the mounting pad."""

import pytest

DIE = {"die": ((-500, -500, 500, 500), {"1": (350, -50, 450, 50)}, 0)}


def package(reach, *, foot=540.0):
    """Return a die on a pad that reaches beyond it on the right, with one wire down to it."""
    return {
        "dies": DIE,
        "mounting_pads": {"MP": (-600, -1000, 500 + reach, 1000)},
        "wires": [("die.1", "MP", (foot, 0.0))],
    }


@pytest.mark.parametrize(
    "package",
    [
        pytest.param({}, id="nothing"),
        pytest.param(package(75.0), id="as much room as wanted"),
        pytest.param(package(200.0), id="more"),
        pytest.param(
            {"dies": DIE, "pads": {"MPX": (505, -5, 515, 5)}, "wires": [("die.1", "MPX")]}, id="a pad so called"
        ),
    ],
)
def test_passes(package, package_of, judged):
    assert judged("downbond", package_of(**package), land=75.0) == []


@pytest.mark.parametrize(
    ("package", "room"),
    [
        pytest.param(package(74.9), 74.9, id="one step too little"),
        pytest.param(package(30.0, foot=560.0), 0.0, id="beside the mounting pad"),
    ],
)
def test_fails(package, room, package_of, judged):
    (finding,) = judged("downbond", package_of(**package), land=75.0)
    assert finding.sentence == f"wire 1 has {room:.1f} um of mounting pad beside the die, 75 um wanted"
    assert (finding.measured, finding.limit) == (pytest.approx(room), 75.0)
