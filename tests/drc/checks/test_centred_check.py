"""Dies that stand on mounting pads."""

import pytest

DIE = (-500, -500, 500, 500)


@pytest.mark.parametrize(
    ("dies", "mounting_pads"),
    [
        pytest.param({}, {}, id="nothing"),
        pytest.param({"die": (DIE, {}, 0)}, {}, id="a package without mounting pads"),
        pytest.param({"die": (DIE, {}, 0)}, {"MP": (-600, -600, 600, 600)}, id="in the middle"),
        pytest.param({"die": (DIE, {}, 0)}, {"MP": (0, -600, 600, 600)}, id="its middle on the border"),
        pytest.param(
            {"die": (DIE, {}, 0), "top": ((700, 700, 900, 900), {}, 1)}, {"MP": (-9, -9, 9, 9)}, id="one on a die"
        ),
        pytest.param(
            {"die": (DIE, {}, 0)}, {"MP": (900, 0, 999, 99), "MP2": (-9, -9, 9, 9)}, id="on the second of two"
        ),
    ],
)
def test_passes(dies, mounting_pads, package_of, judged):
    assert judged("centred", package_of(dies=dies, mounting_pads=mounting_pads)) == []


@pytest.mark.parametrize(
    "mounting_pads",
    [
        pytest.param({"MP": (0.1, -600, 600, 600)}, id="one step beside its middle"),
        pytest.param({"MP": (-600, -600, -1, 600), "MP2": (1, -600, 600, 600)}, id="between two"),
    ],
)
def test_fails(mounting_pads, package_of, judged):
    (finding,) = judged("centred", package_of(dies={"die": (DIE, {}, 0)}, mounting_pads=mounting_pads))
    assert finding.sentence == "die die stands on no mounting pad"
    assert finding.box == DIE
