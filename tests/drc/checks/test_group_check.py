"""Mounting pads with pads of their own."""

import pytest

DIE = {"die": ((-500, -500, 500, 500), {"1": (-450, -50, -350, 50), "2": (350, -50, 450, 50)}, 0)}
MP = {"MP": (-600, -600, 600, 600)}
LEFT, RIGHT = (-1500, -100, -1200, 100), (1200, -100, 1500, 100)
TWO_DIES = {
    "a": ((-1000, -200, -600, 200), {"1": (-900, -50, -800, 50)}, 0),
    "b": ((600, -200, 1000, 200), {"1": (800, -50, 900, 50)}, 0),
}
TWO_MPS = {"MP": (-1100, -300, -500, 300), "MP2": (500, -300, 1100, 300)}


@pytest.mark.parametrize(
    ("package", "params"),
    [
        pytest.param({}, {}, id="nothing"),
        pytest.param({"pads": {"1": LEFT}}, {}, id="pads without a mounting pad"),
        pytest.param({"dies": DIE, "mounting_pads": MP, "pads": {"1": LEFT}}, {}, id="one unwired pad"),
        pytest.param(
            {"dies": DIE, "mounting_pads": MP, "pads": {"1": LEFT, "2": RIGHT}}, {"min_pads": 2}, id="as many as wanted"
        ),
        pytest.param({"pads": {"1": (-2000, -100, -1700, 100)}}, {}, id="a pad at the border of the body"),
        pytest.param(
            {"dies": TWO_DIES, "mounting_pads": TWO_MPS, "pads": {"1": LEFT, "2": RIGHT}},
            {},
            id="a pad for each of two",
        ),
    ],
)
def test_passes(package, params, package_of, judged):
    assert judged("group", package_of(**package), **params) == []


@pytest.mark.parametrize(
    ("package", "params", "sentence", "measured"),
    [
        pytest.param(
            {"dies": DIE, "mounting_pads": MP}, {},
            "mounting pad MP has 0 pads, at least 1 wanted", 0.0, id="no pads",
        ),
        pytest.param(
            {"dies": DIE, "mounting_pads": MP, "pads": {"1": LEFT}}, {"min_pads": 2},
            "mounting pad MP has 1 pads, at least 2 wanted", 1.0, id="one fewer than wanted",
        ),
        pytest.param(
            {"pads": {"1": (-2000.1, -100, -1700, 100)}}, {},
            "pad 1 is not inside the body", None, id="one step beyond the body",
        ),
        pytest.param(
            {"dies": TWO_DIES, "mounting_pads": TWO_MPS, "pads": {"1": LEFT, "2": RIGHT, "3": (-100, -100, 100, 100)},
             "wires": [("a.1", "3"), ("b.1", "3")]}, {},
            "pad 3 belongs to 2 groups", None, id="wired to two dies",
        ),
        pytest.param(
            {"dies": TWO_DIES, "mounting_pads": TWO_MPS, "pads": {"1": LEFT}}, {},
            "mounting pad MP2 has 0 pads, at least 1 wanted", 0.0, id="one of two has all",
        ),
    ],
)  # fmt: skip
def test_fails(package, params, sentence, measured, package_of, judged):
    (finding,) = judged("group", package_of(**package), **params)
    assert (finding.sentence, finding.measured) == (sentence, measured)
    assert finding.box is not None
